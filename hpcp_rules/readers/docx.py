"""DOCX from its zip and XML, because ready-made readers lose what matters in law.

Automatic numbers ("Điều 1.") are rendered as Word shows them, tracked insertions are text and deletions are not,
text boxes, footnotes, headers and content controls are read, effective size and colour follow the styles, and
hidden text is left out and reported. What lies behind text (shading of cell, paragraph and run, highlighting, fill
of a text box) and theme fonts and colours are followed too; what only a table style shades is marked as unknown. No
macro, external part or entity is ever followed.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hpcp_rules.errors import ReadError
from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.model.source import BlockKind, Piece, SourceDocument
from hpcp_rules.readers.build import Builder, damaged, too_complex, too_large
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.numbers import roman

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _W),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", _M),
)
"""Namespaces of the strict variant of the format and those of the common one, which has the same elements."""
_PLAIN = frozenset(
    _W + tag
    for tag in (
        "sdt", "sdtContent", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo", "ruby", "rubyBase",
    )
)  # fmt: skip
"""Elements that only wrap others: their content stands where they stand, at every level."""
_INSERTED = frozenset((f"{_W}ins", f"{_W}moveTo"))
_DELETED = frozenset((f"{_W}del", f"{_W}moveFrom"))
_FORMULAS = frozenset((f"{_M}oMath", f"{_M}oMathPara"))
_PICTURES = frozenset((f"{_W}drawing", f"{_W}pict", f"{_W}object"))
_OUTSIDE = frozenset((f"{_W}altChunk", f"{_W}subDoc"))
_SMALL, _BIG = (4 * 360_000) ** 2, (10 * 360_000) ** 2
"""Areas in Word's units: pictures up to a square of 4 cm are logos, from one of 10 cm on they may be scanned pages."""


_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BAD_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,
)  # fmt: skip


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
    except _BAD_ZIP as error:
        raise damaged(name, "DOCX") from error
    root = _xml(parts.get("word/document.xml"), name)
    body = root.find(f"{_W}body") if root is not None else None
    if body is None:
        raise damaged(name, "DOCX")
    styles = _Styles(_xml(parts.get("word/styles.xml"), name), _Theme.read(parts, name))
    numbering = _Numbering(_xml(parts.get("word/numbering.xml"), name), styles)
    out = Builder(limits, name)
    reader = _Reader(out, styles, numbering)
    reader.container(body, "paragraph")
    for part in ("footnote", "endnote"):
        root = _xml(parts.get(f"word/{part}s.xml"), name)
        for note in root.iter(f"{_W}{part}") if root is not None else ():
            if note.get(f"{_W}type") in (None, "normal"):
                reader.container(note, "footnote")
    seen: set[str] = set()
    for part in sorted(parts):
        if not part.startswith(("word/header", "word/footer")):
            continue
        root = _xml(parts[part], name)
        words = " ".join("".join(root.itertext()).split())
        if words and words not in seen:
            seen.add(words)
            reader.container(root, "header" if part.startswith("word/header") else "footer")
    if "word/comments.xml" in parts:
        out.note("comments")
    reader.report()
    return out.finish(name, _MEDIA_TYPE, data)


def _xml(data: bytes | None, name: str) -> Any:
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
    for element in reversed(list(root.iterdescendants(f"{_MC}AlternateContent"))):
        options = [*element.iterchildren(f"{_MC}Choice"), *element.iterchildren(f"{_MC}Fallback")]
        best = next((o for o in options if _words(o)), options[0] if options else ())
        for child in reversed(best):
            element.addnext(child)
        element.getparent().remove(element)


def _words(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(f"{_W}t", f"{_M}t"))


def _value(element: Any, tag: str, attribute: str = "val") -> str | None:
    found = element.find(f"{_W}{tag}") if element is not None else None
    return None if found is None else found.get(f"{_W}{attribute}")


def _heading(properties: Any) -> int | None:
    """Heading level that these paragraph properties give, counted from 1; Word's level 9 is body text."""
    level = _int(_value(properties, "outlineLvl"), 9)
    return level + 1 if 0 <= level < 9 else None


def _on(element: Any, tag: str) -> bool | None:
    found = element.find(f"{_W}{tag}") if element is not None else None
    if found is None:
        return None
    return found.get(f"{_W}val") not in ("0", "false", "off")


_HIGHLIGHT = {
    "black": "#000000", "blue": "#0000ff", "cyan": "#00ffff", "green": "#00ff00", "magenta": "#ff00ff",
    "red": "#ff0000", "yellow": "#ffff00", "white": "#ffffff", "darkBlue": "#00008b", "darkCyan": "#008b8b",
    "darkGreen": "#006400", "darkMagenta": "#800080", "darkRed": "#8b0000", "darkYellow": "#808000",
    "darkGray": "#a9a9a9", "lightGray": "#d3d3d3",
}  # fmt: skip
"""Word's names of highlighting colours."""
_THEME_NAMES = {
    "dark1": "dk1", "text1": "dk1", "light1": "lt1", "background1": "lt1", "dark2": "dk2", "text2": "dk2",
    "light2": "lt2", "background2": "lt2", "hyperlink": "hlink", "followedHyperlink": "folHlink",
    "tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2",
}  # fmt: skip
_RGB = re.compile("[0-9a-f]{6}")


def _rgb(text: str | None) -> str | None:
    text = (text or "").lower().lstrip("#")
    return f"#{text}" if _RGB.fullmatch(text) else None


def _mix(over: str, under: str, share: float) -> str:
    """`over` laid on `under` with this share of cover; both ``#rrggbb``."""
    pairs = zip(bytes.fromhex(over[1:]), bytes.fromhex(under[1:]), strict=True)
    return "#" + bytes(round(a * share + b * (1 - share)) for a, b in pairs).hex()


@dataclass(slots=True)
class _Theme:
    """Colours and fonts that styles name by their place in the theme."""

    colors: dict[str, str] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def read(parts: dict[str, bytes], name: str) -> _Theme:
        """The document's theme; an unreadable one costs only looks, never text."""
        theme = _Theme()
        try:
            root = _xml(parts.get("word/theme/theme1.xml"), name)
        except ReadError:
            return theme
        if root is None:
            return theme
        for scheme in root.iter(f"{_A}clrScheme"):
            for entry in scheme:
                for color in entry:
                    found = _rgb(color.get("lastClr") or color.get("val"))
                    if found:
                        theme.colors[entry.tag.removeprefix(_A)] = found
        for which in ("major", "minor"):
            latin = next(root.iter(f"{_A}{which}Font"), None)
            face = latin.find(f"{_A}latin") if latin is not None else None
            if face is not None and face.get("typeface"):
                theme.fonts[which] = face.get("typeface")
        return theme

    def color(self, element: Any, value: str, prefix: str = "theme") -> str | None:
        """The colour of an attribute such as ``w:fill``, by itself or by its theme name with tint and shade."""
        given = _rgb(element.get(f"{_W}{value}"))
        place = element.get(f"{_W}{prefix}" if prefix != "theme" else f"{_W}themeColor")
        if given or not place:
            return given
        base = self.colors.get(_THEME_NAMES.get(place, place))
        if base is None:
            return None
        tint, shade = element.get(f"{_W}{prefix}Tint"), element.get(f"{_W}{prefix}Shade")
        if tint:
            base = _mix(base, "#ffffff", _int_hex(tint) / 255)
        if shade:
            base = _mix(base, "#000000", _int_hex(shade) / 255)
        return base

    def font(self, fonts: Any) -> str | None:
        """The font for Latin letters that an ``rFonts`` element gives."""
        if fonts is None:
            return None
        place = fonts.get(f"{_W}asciiTheme") or fonts.get(f"{_W}hAnsiTheme") or ""
        themed = self.fonts.get("major" if place.startswith("major") else "minor") if place else None
        return themed or fonts.get(f"{_W}ascii") or fonts.get(f"{_W}hAnsi")

    def shading(self, properties: Any) -> str | None:
        """What a ``shd`` element lays behind: a colour, ``unknown``, or None for nothing."""
        shd = properties.find(f"{_W}shd") if properties is not None else None
        if shd is None:
            return None
        form = shd.get(f"{_W}val") or "clear"
        if form == "nil":
            return None
        fill = self.color(shd, "fill", "themeFill")
        if form == "clear":
            return fill or ("unknown" if shd.get(f"{_W}themeFill") else None)
        if form == "solid":
            return self.color(shd, "color") or "#000000"
        if form.startswith("pct"):
            return _mix(self.color(shd, "color") or "#000000", fill or "#ffffff", min(100, _int(form[3:], 0)) / 100)
        return "unknown"


def _int_hex(text: str) -> int:
    try:
        return min(255, int(text, 16))
    except ValueError:
        return 255


@dataclass(slots=True)
class _Look:
    size: float | None = None
    color: str | None = None
    """``auto`` where a style is set back to the automatic colour."""
    font: str | None = None
    hidden: bool | None = None
    background: str | None = None

    def over(self, other: _Look) -> _Look:
        """Self where it says something, else the other."""
        return _Look(
            self.size if self.size is not None else other.size,
            self.color or other.color,
            self.font or other.font,
            self.hidden if self.hidden is not None else other.hidden,
            self.background or other.background,
        )

    def piece(self, paragraph: int, run: int | None = None) -> Piece:
        """The origin of text with this look."""
        return Piece(
            0, 0, paragraph=paragraph, run=run, font=self.font, size=self.size,
            color=None if self.color == "auto" else self.color, background=self.background,
        )  # fmt: skip


def _look(properties: Any, theme: _Theme) -> _Look:
    if properties is None:
        return _Look()
    color = properties.find(f"{_W}color")
    plain = color is not None and color.get(f"{_W}val") == "auto" and not color.get(f"{_W}themeColor")
    return _Look(
        _int(_value(properties, "sz"), 0) / 2 or None,
        "auto" if plain else theme.color(color, "val") if color is not None else None,
        theme.font(properties.find(f"{_W}rFonts")),
        _on(properties, "vanish"),
        _HIGHLIGHT.get(_value(properties, "highlight") or "") or theme.shading(properties),
    )


class _Styles:
    """Effective looks and numbering of styles, each style resolved once through its chain."""

    def __init__(self, root: Any, theme: _Theme) -> None:
        self.theme = theme
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
        self.default = _look(defaults, theme).over(self.default)

    def look(self, style: str | None, depth: int = 0) -> _Look:
        """The character look of a style, its chain included, document defaults not."""
        if style is None or style not in self._styles or depth > 20:
            return _Look()
        known = self._known.get(style)
        if known is None:
            element = self._styles[style]
            known = _look(element.find(f"{_W}rPr"), self.theme).over(self.look(_value(element, "basedOn"), depth + 1))
            self._known[style] = known
        return known

    def behind(self, style: str | None, depth: int = 0) -> str | None:
        """What a paragraph style lays behind its text."""
        if style is None or style not in self._styles or depth > 20:
            return None
        element = self._styles[style]
        own = self.theme.shading(element.find(f"{_W}pPr"))
        return own or self.behind(_value(element, "basedOn"), depth + 1)

    def shades(self, style: str | None, depth: int = 0) -> bool:
        """True when a table style shades cells, by rules that are not followed here."""
        if style is None or style not in self._styles or depth > 20:
            return False
        element = self._styles[style]
        fills = {(s.get(f"{_W}fill") or "auto").lower() for s in element.iter(f"{_W}shd")}
        return bool(fills - {"auto", "ffffff"}) or self.shades(_value(element, "basedOn"), depth + 1)

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
        own = _heading(element.find(f"{_W}pPr"))
        if own is not None:
            return own
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
                _int(level.get(f"{_W}ilvl"), 0): _Level(
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
                _int(o.get(f"{_W}ilvl"), 0): _int(_value(o, "startOverride"), 1)
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
        number = int(float(text or ""))
    except (ValueError, OverflowError):
        return default
    return number if abs(number) < 2**31 else default


def _render(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(97 + (number - 1) % 26) * min(1 + (number - 1) // 26, 5)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        return roman(number).upper() if form == "upperRoman" else roman(number)
    return f"{number:02d}" if form == "decimalZero" else str(number)


class _Reader:
    def __init__(self, out: Builder, styles: _Styles, numbering: _Numbering) -> None:
        self.out = out
        self.styles = styles
        self.numbering = numbering
        self.paragraph_number = 0
        self.hidden = 0
        self.outside = 0
        self.pictures = 0
        self.big_pictures = 0

    def container(self, element: Any, kind: BlockKind, behind: str | None = None) -> None:
        """Paragraphs and tables of a body, cell, note, header or text box, in reading order.

        `behind` is what the container lays behind its text.
        """
        for child in self._inside(element):
            if child.tag == f"{_W}p":
                self.paragraph(child, kind, behind)
            elif child.tag == f"{_W}tbl":
                look = child.find(f"{_W}tblPr")
                table = self.styles.theme.shading(look)
                if table is None and self.styles.shades(_value(look, "tblStyle")):
                    table = "unknown"
                for cell in self._cells(child):
                    under = self.styles.theme.shading(cell.find(f"{_W}tcPr")) or table or behind
                    self.container(cell, "table_cell" if kind == "paragraph" else kind, under)
            elif child.tag in _FORMULAS:
                self.out.note("formulas")
                self.out.block([(_words(child), Piece(0, 0, paragraph=self.paragraph_number))], kind)

    def _inside(self, element: Any) -> Iterator[Any]:
        """The children of an element without mere wrappers and without what tracked changes have deleted."""
        waiting = [iter(element)]
        while waiting:
            child = next(waiting[-1], None)
            if child is None:
                waiting.pop()
            elif child.tag in _DELETED:
                self.out.note("tracked-changes")
            elif child.tag in _INSERTED:
                self.out.note("tracked-changes")
                waiting.append(iter(child))
            elif child.tag in _PLAIN:
                waiting.append(iter(child))
            elif child.tag in _OUTSIDE:
                self.outside += 1
            else:
                yield child

    def _cells(self, table: Any) -> Iterator[Any]:
        for row in self._inside(table):
            if row.tag != f"{_W}tr":
                continue
            if row.find(f"{_W}trPr/{_W}del") is not None:
                self.out.note("tracked-changes")
                continue
            for cell in self._inside(row):
                if cell.tag == f"{_W}tc":
                    yield cell

    def paragraph(self, element: Any, kind: BlockKind, behind: str | None = None) -> None:
        """One paragraph with its automatic number, then the text boxes anchored in it."""
        properties = element.find(f"{_W}pPr")
        style = _value(properties, "pStyle") or self.styles.default_paragraph
        num = properties.find(f"{_W}numPr") if properties is not None else None
        style_num, style_level = self.styles.numbering(style)
        num_id = (_value(num, "numId") if num is not None else None) or style_num
        level = _int((_value(num, "ilvl") if num is not None else None) or style_level, 0)
        under = self.styles.theme.shading(properties) or self.styles.behind(style) or behind
        base = self.styles.look(style).over(self.styles.default).over(_Look(background=under))
        runs: list[tuple[str, Piece]] = []
        boxes: list[Any] = []
        for child in self._inside(element):
            if child.tag == f"{_W}r":
                self._run(child, base, runs, boxes)
            elif child.tag in _FORMULAS:
                self.out.note("formulas")
                self._add(_words(child), base, runs)
        heading = _heading(properties) or self.styles.outline(style)
        if any(t.strip() for t, _ in runs):
            label = self.numbering.label(num_id, level) if num_id not in (None, "0") else ""
            if label:
                runs.insert(0, (label, base.piece(self.paragraph_number)))
            if kind == "paragraph":
                block: BlockKind = "heading" if heading else "list_item" if label else "paragraph"
            else:
                block = kind
            for part in _lines(runs):
                self.out.block(part, block, level=heading)
        self.paragraph_number += 1
        for box in boxes:
            self.container(box, "text_box" if kind == "paragraph" else kind, self._box_fill(box))

    def _run(self, run: Any, base: _Look, runs: list[tuple[str, Piece]], boxes: list[Any]) -> None:
        properties = run.find(f"{_W}rPr")
        look = _look(properties, self.styles.theme).over(self.styles.look(_value(properties, "rStyle"))).over(base)
        text: list[str] = []
        for child in self._inside(run):
            tag = child.tag
            if tag == f"{_W}t":
                text.append(child.text or "")
            elif tag in (f"{_W}tab", f"{_W}ptab"):
                text.append("\t")
            elif tag in (f"{_W}br", f"{_W}cr"):
                text.append("\n" if child.get(f"{_W}type") in (None, "textWrapping") else " ")
            elif tag == f"{_W}noBreakHyphen":
                text.append("-")
            elif tag == f"{_W}sym":
                text.append("•")
            elif tag == f"{_W}r":  # the base of a ruby annotation
                self._add("".join(text), look, runs)
                text.clear()
                self._run(child, look, runs, boxes)
            elif tag in _PICTURES:
                found = _outermost(child, f"{_W}txbxContent")
                boxes.extend(found)
                if not found:
                    self._picture(child)
        self._add("".join(text), look, runs)

    def _add(self, text: str, look: _Look, runs: list[tuple[str, Piece]]) -> None:
        if look.hidden:
            self.hidden += len(text.strip())
        elif text:
            place = look.piece(self.paragraph_number, len(runs))
            runs.append((text, place))

    def _box_fill(self, box: Any) -> str | None:
        """What the shape around a text box lays behind its text; ``unknown`` unless the shape says it plainly."""
        shape = box.getparent()
        while shape is not None and shape.tag != f"{_WPS}wsp":
            shape = shape.getparent()
        look = shape.find(f"{_WPS}spPr") if shape is not None else None
        if look is None:
            return "unknown"
        if look.find(f"{_A}noFill") is not None:
            return None
        color = next(look.iterfind(f"{_A}solidFill/*"), None)
        if color is None or len(color):
            return "unknown"
        value = color.get("val") or ""
        named = self.styles.theme.colors.get(_THEME_NAMES.get(value, value))
        return (_rgb(value) if color.tag == f"{_A}srgbClr" else named) or "unknown"

    def _picture(self, element: Any) -> None:
        extent = next(element.iter(f"{_WP}extent"), None)
        area = _SMALL if extent is None else _int(extent.get("cx"), 0) * _int(extent.get("cy"), 0)
        self.pictures += area >= _SMALL
        self.big_pictures += area >= _BIG

    def report(self) -> None:
        """Name what was seen and not read."""
        unread = self.big_pictures if self.out.blocks else self.pictures
        if unread:
            self.out.not_checked.append(_not_checked("picture", unread))
        elif self.pictures:
            self.out.note("pictures")
        if self.outside:
            self.out.not_checked.append(_not_checked("embedded-part", self.outside))
        if self.hidden:
            self.out.not_checked.append(_not_checked("hidden-text", self.hidden))


# code: (part, reason, remedy)
_UNREAD: dict[str, tuple[Bilingual, Bilingual, Bilingual]] = {
    "picture": (
        Bilingual(vi="{n} hình ảnh", en="Pictures: {n}"),
        Bilingual(
            vi="Tệp Word có hình ảnh lớn, có thể là trang quét; chữ trong ảnh không đọc được.",
            en="The Word file holds big pictures that may be scanned pages; text in pictures is not read.",
        ),
        Bilingual(
            vi="Nếu ảnh chứa điều khoản, lưu thành PDF rồi nhận dạng chữ: ocrmypdf -l vie --force-ocr VÀO.pdf RA.pdf",
            en="If they hold terms, save as PDF and run OCR: ocrmypdf -l vie --force-ocr IN.pdf OUT.pdf",
        ),
    ),
    "embedded-part": (
        Bilingual(vi="{n} tài liệu nhúng", en="Embedded documents: {n}"),
        Bilingual(
            vi="Tệp Word nhúng hoặc liên kết tới tài liệu khác mà Word chỉ ghép vào khi mở.",
            en="The Word file embeds or links other documents that Word merges only when it opens it.",
        ),
        Bilingual(
            vi="Mở bằng Word, lưu lại thành một tệp DOCX mới rồi kiểm tra tệp đó.",
            en="Open it in Word, save it as a new DOCX file and check that one.",
        ),
    ),
    "hidden-text": (
        Bilingual(vi="{n} ký tự văn bản ẩn", en="{n} characters of hidden text"),
        Bilingual(
            vi="Tệp Word có chữ được định dạng ẩn; người ký không nhìn thấy khi in.",
            en="The Word file holds text formatted as hidden; whoever signs the print does not see it.",
        ),
        Bilingual(
            vi="Trong Word, bỏ định dạng Hidden rồi kiểm tra lại.",
            en="Remove the Hidden format in Word and check again.",
        ),
    ),
}


def _not_checked(code: str, n: int) -> NotChecked:
    part, reason, remedy = _UNREAD[code]
    return NotChecked(
        code=code, part=Bilingual(vi=part.vi.format(n=n), en=part.en.format(n=n)), reason=reason, remedy=remedy
    )


def _outermost(element: Any, tag: str) -> list[Any]:
    """The elements of this tag, without those inside another one of them."""
    found: list[Any] = []
    waiting = list(element)
    while waiting:
        child = waiting.pop()
        if child.tag == tag:
            found.append(child)
        else:
            waiting.extend(child)
    return found[::-1]


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
