"""The XML of a Word document: safe parsing, namespaces, and the small questions that every other module asks."""

from __future__ import annotations

from typing import Any

from hpcp_rules.readers.build import damaged, too_complex

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
VML = "{urn:schemas-microsoft-com:vml}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M),
    (b"http://purl.oclc.org/ooxml/drawingml/main", A),
    (b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", WP),
)
"""Namespaces of the strict variant of the format and those of the common one, which has the same elements."""


def parse(data: bytes | None, name: str) -> Any:
    """The root of a part, with the best alternative of each choice; None when there is no such part.

    Errors: `ReadError` for XML that is broken, nested too deep or declares entities.
    """
    if data is None:
        return None
    from lxml import etree

    for strict, common in _STRICT:
        data = data.replace(strict, common[1:-1].encode())
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root: Any = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        # The parser refuses more than 256 levels, which bounds all recursion below.
        raise (too_complex(name) if "HUGE" in str(error) else damaged(name, "DOCX")) from error
    if root.getroottree().docinfo.doctype:
        raise damaged(name, "DOCX")  # Word never writes one, and its entities could stand for text
    _choose(root)
    return root


def _choose(root: Any) -> None:
    """Put the content of the best alternative in the place of each ``mc:AlternateContent``.

    The same words often stand twice, in the choice and in the fallback: the first one that has any is enough.
    """
    for element in reversed(list(root.iterdescendants(f"{MC}AlternateContent"))):
        options = [*element.iterchildren(f"{MC}Choice"), *element.iterchildren(f"{MC}Fallback")]
        best = next((o for o in options if plain_words(o)), options[0] if options else ())
        for child in reversed(best):
            element.addnext(child)
        element.getparent().remove(element)


def plain_words(element: Any) -> str:
    """All words inside an element, formulas included."""
    return "".join(t.text or "" for t in element.iter(f"{W}t", f"{M}t"))


def val(element: Any, tag: str, attribute: str = "val") -> str | None:
    """An attribute of a child element, None where either is missing."""
    found = element.find(f"{W}{tag}") if element is not None else None
    return None if found is None else found.get(f"{W}{attribute}")


def heading_level(properties: Any) -> int | None:
    """Heading level that these paragraph properties give, counted from 1; Word's level 9 is body text."""
    level = whole(val(properties, "outlineLvl"), 9)
    return level + 1 if 0 <= level < 9 else None


def is_on(element: Any, tag: str) -> bool | None:
    """A property that is on or off; None where it is not mentioned."""
    found = element.find(f"{W}{tag}") if element is not None else None
    if found is None:
        return None
    return found.get(f"{W}val") not in ("0", "false", "off")


def whole(text: str | None, default: int) -> int:
    """The whole number of an attribute, or the default."""
    try:
        number = int(float(text or ""))
    except (ValueError, OverflowError):
        return default
    return number if abs(number) < 2**31 else default
