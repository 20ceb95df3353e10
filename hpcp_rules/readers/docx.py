"""DOCX from its zip and XML, because ready-made readers lose what matters in law.

Automatic numbers ("Điều 1.") are rendered as Word shows them, tracked insertions are text and deletions are not,
text boxes, footnotes, headers and content controls are read, effective size and colour follow the styles, and
hidden text is left out and reported. No macro, external part or entity is ever followed.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.model.source import BlockKind, Piece, SourceDocument
from hpcp_rules.readers.build import Builder, damaged, too_large
from hpcp_rules.readers.limits import Limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAX_DEPTH = 60


def read_docx(data: bytes, name: str, limits: Limits) -> SourceDocument:
    """Read a Word document.

    Errors: `ReadError` when it is damaged or unpacks to more than the limit.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(i.file_size for i in archive.infolist()) > limits.max_uncompressed:
                mega = limits.max_uncompressed // 1_000_000
                raise too_large(name, f"{mega} MB sau khi giải nén", f"{mega} MB once unpacked")
            parts = {n: archive.read(n) for n in archive.namelist() if n.startswith("word/") and n.endswith(".xml")}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise damaged(name, "DOCX") from error
    body = _xml(parts.get("word/document.xml"), name)
    if body is None:
        raise damaged(name, "DOCX")
    styles = _Styles(_xml(parts.get("word/styles.xml"), name))
    numbering = _Numbering(_xml(parts.get("word/numbering.xml"), name), styles)
    out = Builder(limits, name)
    reader = _Reader(out, styles, numbering)
    reader.container(body.find(f"{_W}body"), "paragraph", 0)
    for part, kind in (("footnotes", "footnote"), ("endnotes", "footnote")):
        root = _xml(parts.get(f"word/{part}.xml"), name)
        for note in root.iter(f"{_W}{part[:-1]}") if root is not None else ():
            if note.get(f"{_W}type") in (None, "normal"):
                reader.container(note, kind, 0)
    seen: set[str] = set()
    for part in sorted(parts):
        kind = "header" if part.startswith("word/header") else "footer" if part.startswith("word/footer") else ""
        root = _xml(parts[part], name) if kind else None
        words = " ".join("".join(root.itertext()).split()) if root is not None else ""
        if root is not None and words and words not in seen:
            seen.add(words)
            reader.container(root, kind, 0)
    if "word/comments.xml" in parts:
        out.note("comments")
    if reader.hidden:
        out.not_checked.append(
            NotChecked(
                code="hidden-text",
                part=Bilingual(vi=f"{reader.hidden} ký tự văn bản ẩn", en=f"{reader.hidden} characters of hidden text"),
                reason=Bilingual(
                    vi="Tệp Word có chữ được định dạng ẩn; người ký không nhìn thấy khi in.",
                    en="The Word file holds text formatted as hidden; whoever signs the print does not see it.",
                ),
                remedy=Bilingual(
                    vi="Trong Word, bỏ định dạng Hidden rồi kiểm tra lại.", en="Remove the Hidden format in Word and check again."
                ),
            )
        )
    return out.finish(name, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", data)


def _xml(data: bytes | None, name: str) -> Any:
    if data is None:
        return None
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise damaged(name, "DOCX") from error


def _value(element: Any, tag: str, attribute: str = "val") -> str | None:
    found = element.find(f"{_W}{tag}") if element is not None else None
    return None if found is None else found.get(f"{_W}{attribute}")


def _on(element: Any, tag: str) -> bool | None:
    found = element.find(f"{_W}{tag}") if element is not None else None
    if found is None:
        return None
    return found.get(f"{_W}val") not in ("0", "false", "off")


@dataclass(slots=True)
class _Look:
    size: float | None = None
    color: str | None = None
    font: str | None = None
    hidden: bool | None = None

    def over(self, other: _Look) -> _Look:
        """Self where it says something, else the other."""
        return _Look(
            self.size if self.size is not None else other.size,
            self.color or other.color,
            self.font or other.font,
            self.hidden if self.hidden is not None else other.hidden,
        )


def _look(properties: Any) -> _Look:
    if properties is None:
        return _Look()
    size = _value(properties, "sz")
    color = _value(properties, "color")
    fonts = properties.find(f"{_W}rFonts")
    font = None if fonts is None else fonts.get(f"{_W}ascii") or fonts.get(f"{_W}hAnsi")
    number = float(size) / 2 if size and size.replace(".", "", 1).isdigit() else None
    return _Look(number, f"#{color.lower()}" if color and color != "auto" else None, font, _on(properties, "vanish"))


class _Styles:
    """Effective looks and numbering of styles, each style resolved once through its chain."""

    def __init__(self, root: Any) -> None:
        self._styles: dict[str, Any] = {}
        self._known: dict[str, _Look] = {}
        self.default = _Look(size=10.0)
        self.default_paragraph: str | None = None
        if root is None:
            return
        for style in root.iter(f"{_W}style"):
            self._styles[style.get(f"{_W}styleId") or ""] = style
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true"):
                self.default_paragraph = style.get(f"{_W}styleId")
        defaults = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
        self.default = _look(defaults).over(self.default)

    def look(self, style: str | None, depth: int = 0) -> _Look:
        """The character look of a style, its chain included, document defaults not."""
        if style is None or style not in self._styles or depth > 20:
            return _Look()
        known = self._known.get(style)
        if known is None:
            element = self._styles[style]
            known = _look(element.find(f"{_W}rPr")).over(self.look(_value(element, "basedOn"), depth + 1))
            self._known[style] = known
        return known

    def numbering(self, style: str | None, depth: int = 0) -> tuple[str | None, str | None]:
        """(numId, level) that a paragraph style carries."""
        if style is None or style not in self._styles or depth > 20:
            return None, None
        element = self._styles[style]
        properties = element.find(f"{_W}pPr/{_W}numPr")
        if properties is not None:
            return _value(properties, "numId"), _value(properties, "ilvl")
        return self.numbering(_value(element, "basedOn"), depth + 1)

    def outline(self, style: str | None, depth: int = 0) -> int | None:
        """Heading level of a paragraph style, counted from 1."""
        if style is None or style not in self._styles or depth > 20:
            return None
        element = self._styles[style]
        level = _value(element.find(f"{_W}pPr"), "outlineLvl")
        if level is not None and level.isdigit() and int(level) < 9:
            return int(level) + 1
        return self.outline(_value(element, "basedOn"), depth + 1)


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False
    restart: int | None = None


@dataclass(slots=True)
class _Numbering:
    """Counters of automatic numbering, rendered as Word does."""

    root: Any
    styles: _Styles
    abstract: dict[str, dict[int, _Level]] = field(default_factory=dict)
    uses: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    started: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.root is None:
            return
        links: dict[str, str] = {}
        for abstract in self.root.iter(f"{_W}abstractNum"):
            key = abstract.get(f"{_W}abstractNumId") or ""
            self.abstract[key] = {
                int(level.get(f"{_W}ilvl") or 0): _Level(
                    start=_int(_value(level, "start"), 1), form=_value(level, "numFmt") or "decimal",
                    text=_value(level, "lvlText") or "", legal=bool(_on(level, "isLgl")),
                    restart=None if _value(level, "lvlRestart") is None else _int(_value(level, "lvlRestart"), 0),
                )
                for level in abstract.iter(f"{_W}lvl")
            }  # fmt: skip
            link = _value(abstract, "numStyleLink")
            if link:
                links[key] = link
        for num in self.root.iter(f"{_W}num"):
            overrides = {
                int(o.get(f"{_W}ilvl") or 0): _int(_value(o, "startOverride"), 1)
                for o in num.iter(f"{_W}lvlOverride")
                if _value(o, "startOverride") is not None
            }
            self.uses[num.get(f"{_W}numId") or ""] = (_value(num, "abstractNumId") or "", overrides)
        for key, link in links.items():
            num_id, _ = self.styles.numbering(link)
            target = self.uses.get(num_id or "", ("", {}))[0]
            if target in self.abstract and target != key:
                self.abstract[key] = self.abstract[target]

    def label(self, num_id: str | None, level: int) -> str:
        """The number of the next paragraph at this level, or an empty string for none or a bullet."""
        use = self.uses.get(num_id or "")
        if use is None:
            return ""
        abstract, overrides = use
        levels = self.abstract.get(abstract, {})
        spec = levels.get(level)
        if spec is None:
            return ""
        if spec.form == "bullet":
            return "- "
        if spec.form == "none":
            return ""
        counts = self.counts[abstract]
        if (num_id or "", level) not in self.started:
            self.started.add((num_id or "", level))
            if level in overrides:
                counts[level] = overrides[level] - 1
        counts[level] = counts.get(level, spec.start - 1) + 1
        for deeper in [k for k in counts if k > level]:
            limit = levels[deeper].restart if deeper in levels else None
            if limit is None or (limit > 0 and level < limit):
                del counts[deeper]
        text = spec.text
        for other in range(9):
            mark = f"%{other + 1}"
            if mark in text:
                form = "decimal" if spec.legal else levels.get(other, _Level()).form
                text = text.replace(mark, _render(counts.get(other, levels.get(other, _Level()).start), form))
        return text + " " if text else ""


def _int(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default


def _render(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(97 + (number - 1) % 26) * min(1 + (number - 1) // 26, 5)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        text, rest = "", number
        for value, sign in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True):
            text, rest = text + sign * (rest // value), rest % value
        return text.upper() if form == "upperRoman" else text
    return f"{number:02d}" if form == "decimalZero" else str(number)


class _Reader:
    def __init__(self, out: Builder, styles: _Styles, numbering: _Numbering) -> None:
        self.out = out
        self.styles = styles
        self.numbering = numbering
        self.paragraph_number = 0
        self.hidden = 0

    def container(self, element: Any, kind: str, depth: int) -> None:
        """Paragraphs and tables of a body, cell, note, header or content control, in reading order."""
        if element is None or depth > _MAX_DEPTH:
            return
        for child in element:
            tag = child.tag
            if tag == f"{_W}p":
                self.paragraph(child, kind, depth)
            elif tag == f"{_W}tbl":
                for row in child.iter(f"{_W}tr"):
                    if row.getparent() is child or row.getparent().getparent() is child:
                        for cell in row.iter(f"{_W}tc"):
                            if _nearest(cell, f"{_W}tr") is row:
                                self.container(cell, "table_cell" if kind == "paragraph" else kind, depth + 1)
            elif tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}smartTag", f"{_W}customXml"):
                if tag in (f"{_W}ins", f"{_W}moveTo"):
                    self.out.note("tracked-changes")
                self.container(child, kind, depth + 1)
            elif tag in (f"{_W}del", f"{_W}moveFrom"):
                self.out.note("tracked-changes")

    def paragraph(self, element: Any, kind: str, depth: int) -> None:
        properties = element.find(f"{_W}pPr")
        style = _value(properties, "pStyle") or self.styles.default_paragraph
        num = properties.find(f"{_W}numPr") if properties is not None else None
        style_num, style_level = self.styles.numbering(style)
        num_id = (_value(num, "numId") if num is not None else None) or style_num
        level = _int((_value(num, "ilvl") if num is not None else None) or style_level, 0)
        base = self.styles.look(style).over(self.styles.default)
        runs: list[tuple[str, Piece]] = []
        boxes: list[Any] = []
        self._inline(element, base, runs, boxes, depth)
        outline = _value(properties, "outlineLvl")
        heading = int(outline) + 1 if outline and outline.isdigit() and int(outline) < 9 else self.styles.outline(style)
        if any(t.strip() for t, _ in runs):
            label = self.numbering.label(num_id, level) if num_id not in (None, "0") else ""
            if label:
                runs.insert(0, (label, Piece(0, 0, paragraph=self.paragraph_number, size=base.size, font=base.font)))
            block: BlockKind = kind  # type: ignore[assignment]
            if kind == "paragraph":
                block = "heading" if heading else "list_item" if label else "paragraph"
            for part in _lines(runs):
                self.out.block(part, block, level=heading)
        self.paragraph_number += 1
        for box in boxes:
            self.container(box, "text_box" if kind == "paragraph" else kind, depth + 1)

    def _inline(self, element: Any, base: _Look, runs: list[tuple[str, Piece]], boxes: list[Any], depth: int) -> None:
        if depth > _MAX_DEPTH:
            return
        for child in element:
            tag = child.tag
            if tag == f"{_W}r":
                self._run(child, base, runs, boxes)
            elif tag in (f"{_W}del", f"{_W}moveFrom"):
                self.out.note("tracked-changes")
            elif tag in (f"{_W}ins", f"{_W}moveTo"):
                self.out.note("tracked-changes")
                self._inline(child, base, runs, boxes, depth + 1)
            elif tag in (f"{_W}hyperlink", f"{_W}smartTag", f"{_W}sdt", f"{_W}sdtContent", f"{_W}fldSimple", f"{_W}customXml", f"{_W}dir", f"{_W}bdo"):
                self._inline(child, base, runs, boxes, depth + 1)

    def _run(self, run: Any, base: _Look, runs: list[tuple[str, Piece]], boxes: list[Any]) -> None:
        properties = run.find(f"{_W}rPr")
        look = _look(properties).over(self.styles.look(_value(properties, "rStyle"))).over(base)
        text: list[str] = []
        for child in run:
            tag = child.tag
            if tag == f"{_W}t":
                text.append(child.text or "")
            elif tag == f"{_W}tab":
                text.append("\t")
            elif tag in (f"{_W}br", f"{_W}cr"):
                text.append("\n" if child.get(f"{_W}type") in (None, "textWrapping") else " ")
            elif tag == f"{_W}noBreakHyphen":
                text.append("-")
            elif tag == f"{_W}sym":
                text.append("•")
            elif tag in (f"{_W}drawing", f"{_W}pict", f"{_W}object") or tag == f"{_MC}AlternateContent":
                # The same box stands twice, as drawing and as fallback: the first is enough.
                choice = child.find(f"{_MC}Choice")
                boxes.extend((choice if choice is not None else child).iter(f"{_W}txbxContent"))
        joined = "".join(text)
        if not joined:
            return
        if look.hidden:
            self.hidden += len(joined.strip())
            return
        runs.append(
            (joined, Piece(0, 0, paragraph=self.paragraph_number, run=len(runs), font=look.font, size=look.size, color=look.color))
        )


def _lines(runs: list[tuple[str, Piece]]) -> list[list[tuple[str, Piece]]]:
    """Manual line breaks make lines of their own, as a reader sees them."""
    out: list[list[tuple[str, Piece]]] = [[]]
    for text, piece in runs:
        for i, part in enumerate(text.split("\n")):
            if i:
                out.append([])
            if part:
                out[-1].append((part, piece))
    return [line for line in out if line]


def _nearest(element: Any, tag: str) -> Any:
    while element is not None and element.tag != tag:
        element = element.getparent()
    return element
