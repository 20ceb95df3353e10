"""The body of a Word document: paragraphs, runs, tables, boxes and notes in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.model.source import BlockKind, Piece
from hpcp_rules.readers.build import Builder
from hpcp_rules.readers.docx.look import THEME_NAMES, Look, Styles, look_of, rgb
from hpcp_rules.readers.docx.numbering import NO_LABEL, Label, Numbering
from hpcp_rules.readers.docx.symbols import is_symbol_font, symbol, symbols
from hpcp_rules.readers.docx.xml import VML, WP, WPS, A, M, W, heading_level, is_on, plain_words, val, whole
from hpcp_rules.readers.options import Tracked
from hpcp_rules.text.legacy import Encoding, convert_runs, encoding_of_font, lean

_PLAIN = frozenset(
    W + tag
    for tag in (
        "sdt", "sdtContent", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo", "ruby", "rubyBase",
    )
)  # fmt: skip
"""Elements that only wrap others: their content stands where they stand, at every level."""
_INSERTED = frozenset((f"{W}ins", f"{W}moveTo"))
_DELETED = frozenset((f"{W}del", f"{W}moveFrom"))
_FORMULAS = frozenset((f"{M}oMath", f"{M}oMathPara"))
_PICTURES = frozenset((f"{W}drawing", f"{W}pict", f"{W}object"))
_OUTSIDE = frozenset((f"{W}altChunk", f"{W}subDoc"))
_OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
_SMALL, _BIG = (4 * 360_000) ** 2, (10 * 360_000) ** 2
"""Areas in Word's units: pictures up to a square of 4 cm are logos, from one of 10 cm on they may be scanned pages."""
_COMPUTED = ("AUTONUM", "LISTNUM")
"""Fields whose numbers Word works out anew each time and does not store."""

Runs = list[tuple[str, Piece]]


@dataclass(frozen=True, slots=True)
class Frame:
    """What the place of a paragraph gives it: its kind, what lies behind it, how a table style has its text look."""

    kind: BlockKind = "paragraph"
    behind: str | None = None
    look: Look = field(default_factory=Look)


class Reader:
    """Walks the parts of one document and puts what a reader of the print would see into a `Builder`."""

    def __init__(self, out: Builder, styles: Styles, numbering: Numbering, tracked: Tracked, whole_text: Any) -> None:
        self.out = out
        self.styles = styles
        self.numbering = numbering
        self.original = tracked == "original"
        self.left_out = _INSERTED if self.original else _DELETED
        self.kept = _DELETED if self.original else _INSERTED
        self.letters = f"{W}delText" if self.original else f"{W}t"
        self.main = whole_text
        self.paragraph_number = 0
        self.hidden = 0
        self.outside = 0
        self.pictures = 0
        self.big_pictures = 0
        self.unseen: set[Any] = set()
        self.waiting: Runs = []
        """Text of paragraphs whose mark is deleted: it belongs to the next one."""

    @cached_property
    def leaning(self) -> dict[Encoding, int]:
        """What the whole document says of its legacy encodings, for paragraphs that do not tell."""
        text = plain_words(self.main)
        return {"tcvn3": lean(text, "tcvn3"), "vni": lean(text, "vni")}

    def part(self, root: Any, frame: Frame) -> None:
        """A body, note, header or footer."""
        self.unseen |= _instructions(root)
        if any(w in (i.text or "") for i in root.iter(f"{W}instrText") for w in _COMPUTED):
            self.out.note("number-fields")
        self.container(root, frame)

    def container(self, element: Any, frame: Frame) -> None:
        """Paragraphs and tables of a body, cell, note, header or text box, in reading order."""
        kind = frame.kind
        for child in self._inside(element):
            if child.tag == f"{W}p":
                self.paragraph(child, frame)
            elif child.tag == f"{W}tbl":
                self._flush(frame)
                self._table(child, frame)
            elif child.tag in _FORMULAS:
                self.out.note("formulas")
                self.out.block([(plain_words(child), Piece(0, 0, paragraph=self.paragraph_number))], kind)
        self._flush(frame)

    def _table(self, table: Any, frame: Frame) -> None:
        properties = table.find(f"{W}tblPr")
        style = val(properties, "tblStyle")
        fill = self.styles.theme.shading(properties)
        if fill is None and self.styles.shades(style):
            fill = "unknown"
        look = properties.find(f"{W}tblLook") if properties is not None else None
        special = look is not None and (
            look.get(f"{W}firstRow") in ("1", "true") or bool(_hex(look.get(f"{W}val")) & 0x20)
        )
        kind: BlockKind = "table_cell" if frame.kind == "paragraph" else frame.kind
        for number, row in enumerate(self._rows(table)):
            row_look = self.styles.row(style, special and number == 0).over(frame.look)
            for cell in self._inside(row):
                if cell.tag != f"{W}tc":
                    continue
                about = cell.find(f"{W}tcPr")
                if about is not None and about.find(f"{W}{'cellIns' if self.original else 'cellDel'}") is not None:
                    self._changed()
                    continue
                merge = about.find(f"{W}vMerge") if about is not None else None
                if merge is not None and merge.get(f"{W}val") != "restart":
                    self.hidden += len(plain_words(cell).strip())  # Word shows the upper cell of a merged column only
                    continue
                under = self.styles.theme.shading(about) or fill or frame.behind
                self.container(cell, Frame(kind, under, row_look))

    def _changed(self) -> None:
        self.out.note("tracked-original" if self.original else "tracked-changes")

    def _inside(self, element: Any) -> Iterator[Any]:
        """The children of an element without mere wrappers and without what tracked changes leave out."""
        waiting = [iter(element)]
        while waiting:
            child = next(waiting[-1], None)
            if child is None:
                waiting.pop()
            elif child.tag in self.left_out:
                self._changed()
            elif child.tag in self.kept:
                self._changed()
                waiting.append(iter(child))
            elif child.tag in _PLAIN:
                waiting.append(iter(child))
            elif child.tag in _OUTSIDE:
                self.outside += 1
            else:
                yield child

    def _rows(self, table: Any) -> Iterator[Any]:
        gone = "ins" if self.original else "del"
        for row in self._inside(table):
            if row.tag != f"{W}tr":
                continue
            if row.find(f"{W}trPr/{W}{gone}") is not None:
                self._changed()
                continue
            yield row

    def _properties(self, element: Any, tag: str) -> Any:
        """Properties of a paragraph or run; those before the change where the original is asked for."""
        found = element.find(f"{W}{tag}")
        if self.original and found is not None:
            before = found.find(f"{W}{tag}Change/{W}{tag}")
            if before is not None:
                self._changed()
                return before
        return found

    def paragraph(self, element: Any, frame: Frame) -> None:
        """One paragraph with its automatic number, then the text boxes anchored in it."""
        properties = self._properties(element, "pPr")
        style = val(properties, "pStyle") or self.styles.default_paragraph
        under = self.styles.theme.shading(properties) or self.styles.behind(style) or frame.behind
        base = self.styles.look(style).over(frame.look).over(self.styles.default).over(Look(background=under))
        runs: Runs = []
        boxes: list[Any] = []
        for child in self._inside(element):
            if child.tag == f"{W}r":
                self._run(child, base, runs, boxes)
            elif child.tag in _FORMULAS:
                self.out.note("formulas")
                self._add(plain_words(child), base, runs)
        self.paragraph_number += 1
        mark = element.find(f"{W}pPr/{W}rPr")
        if mark is not None and mark.find(f"{W}{'ins' if self.original else 'del'}") is not None:
            # Without its mark the paragraph runs on into the next one, whose properties then hold for both.
            self._changed()
            self.waiting += runs
        else:
            runs = self.waiting + runs
            self.waiting = []
            seen = any(t.strip() for t, _ in runs)
            # An empty paragraph counts in its list, as it shows its number; one that is hidden altogether does not.
            label = NO_LABEL if not seen and is_on(mark, "vanish") else self._label(properties, style)
            if seen:
                own = val(properties, "outlineLvl")
                heading = self.styles.outline(style) if own is None else heading_level(properties)
                self._emit(runs, label, base, heading, frame.kind)
        for box in boxes:
            if isinstance(box, str):
                self.out.block([(box, base.piece(self.paragraph_number - 1))], "text_box")
            else:
                self.container(box, Frame("text_box" if frame.kind == "paragraph" else frame.kind, self._box_fill(box)))

    def _label(self, properties: Any, style: str | None) -> Label:
        num = properties.find(f"{W}numPr") if properties is not None else None
        own_num, own_level = val(num, "numId"), val(num, "ilvl")
        style_num, style_level = self.styles.numbering(style)
        num_id = own_num or style_num
        if num_id in (None, "0"):
            return NO_LABEL
        level = own_level
        if level is None and own_num is None:
            linked = self.numbering.level_of_style(num_id, style)
            level = style_level if linked is None else str(linked)
        return self.numbering.label(num_id, whole(level, 0))

    def _emit(self, runs: Runs, label: Label, base: Look, heading: int | None, kind: BlockKind) -> None:
        if any(encoding_of_font(piece.font) for _, piece in runs):
            converted = convert_runs([(text, piece.font) for text, piece in runs], self.leaning)
            if converted is not None:
                self.out.note("legacy-encoding")
                runs = [(text, piece) for text, (_, piece) in zip(converted, runs, strict=True) if text]
        if label.text:
            piece = replace(runs[0][1], run=None) if runs else base.piece(self.paragraph_number - 1)
            runs = [(label.before(runs[0][0] if runs else ""), piece), *runs]
        if kind == "paragraph":
            kind = "heading" if heading else "list_item" if label.text else "paragraph"
        for part in _lines(runs):
            self.out.block(part, kind, level=heading)

    def _flush(self, frame: Frame) -> None:
        """Text whose paragraph mark is deleted, where no paragraph follows."""
        if self.waiting:
            runs, self.waiting = self.waiting, []
            self._emit(runs, NO_LABEL, Look(), None, frame.kind)

    def _run(self, run: Any, base: Look, runs: Runs, boxes: list[Any]) -> None:
        properties = self._properties(run, "rPr")
        look = look_of(properties, self.styles.theme).over(self.styles.look(val(properties, "rStyle"))).over(base)
        text: list[str] = []
        for child in self._inside(run):
            tag = child.tag
            if tag == f"{W}t" or tag == self.letters:
                if child not in self.unseen:
                    text.append(child.text or "")
            elif tag in (f"{W}tab", f"{W}ptab"):
                text.append("\t")
            elif tag in (f"{W}br", f"{W}cr"):
                text.append("\n" if child.get(f"{W}type") in (None, "textWrapping") else " ")
            elif tag == f"{W}noBreakHyphen":
                text.append("-")
            elif tag == f"{W}softHyphen":
                text.append("\u00ad" if encoding_of_font(look.font) else "")  # ư in TCVN3
            elif tag == f"{W}sym":
                font, code = child.get(f"{W}font"), _hex(child.get(f"{W}char"))
                if encoding_of_font(font):
                    self._add("".join(text), look, runs)
                    text.clear()
                    self._add(chr(code & 0xFF), replace(look, font=font), runs)
                else:
                    text.append(symbol(font, code))
            elif tag == f"{W}r":  # the base of a ruby annotation
                self._add("".join(text), look, runs)
                text.clear()
                self._run(child, look, runs, boxes)
            elif tag in _PICTURES:
                found = _outermost(child, f"{W}txbxContent")
                boxes.extend(found)
                art = [a.get("string") or "" for a in child.iter(f"{VML}textpath")]
                boxes.extend(a for a in art if a.strip())
                if child.find(f".//{_OLE}") is not None:
                    self.outside += 1
                elif not found and not art:
                    self._picture(child)
        words = "".join(text)
        if is_symbol_font(look.font):
            shown = symbols(words, look.font)
            if shown == words and words.strip():
                self.out.note("invisible-text")
            words = shown
        self._add(words, look, runs)

    def _add(self, text: str, look: Look, runs: Runs) -> None:
        if look.hidden:
            self.hidden += len(text.strip())
        elif text:
            if look.unseen and any(map(str.isalnum, text)):
                self.out.note("invisible-text")
            runs.append((text, look.piece(self.paragraph_number, len(runs))))

    def _box_fill(self, box: Any) -> str | None:
        """What the shape around a text box lays behind its text; ``unknown`` unless the shape says it plainly."""
        shape = box.getparent()
        while shape is not None and shape.tag != f"{WPS}wsp":
            shape = shape.getparent()
        look = shape.find(f"{WPS}spPr") if shape is not None else None
        if look is None:
            return "unknown"
        if look.find(f"{A}noFill") is not None:
            return None
        color = next(look.iterfind(f"{A}solidFill/*"), None)
        if color is None or len(color):
            return "unknown"
        value = color.get("val") or ""
        named = self.styles.theme.colors.get(THEME_NAMES.get(value, value))
        return (rgb(value) if color.tag == f"{A}srgbClr" else named) or "unknown"

    def _picture(self, element: Any) -> None:
        extent = next(element.iter(f"{WP}extent"), None)
        area = _SMALL if extent is None else whole(extent.get("cx"), 0) * whole(extent.get("cy"), 0)
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


def _hex(text: str | None) -> int:
    try:
        return int(text or "0", 16)
    except ValueError:
        return 0


def _instructions(root: Any) -> set[Any]:
    """The texts inside instructions of fields, which are results of inner fields that nobody sees.

    A field that is never ended hides nothing.
    """
    out: set[Any] = set()
    open_fields: list[bool] = []
    inside: list[Any] = []
    for element in root.iter(f"{W}fldChar", f"{W}t", f"{W}delText"):
        if element.tag != f"{W}fldChar":
            if False in open_fields:
                inside.append(element)
            continue
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            open_fields.append(False)
        elif kind == "separate" and open_fields:
            open_fields[-1] = True
        elif kind == "end" and open_fields:
            open_fields.pop()
            if not open_fields:
                out.update(inside)
                inside = []
    return out
