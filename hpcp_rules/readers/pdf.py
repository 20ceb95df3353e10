"""PDF with a text layer, read by PDFium; tables by pdfplumber where a page is ruled.

Characters come with box, effective size (PDFium's own number times the text matrix) and colour. Lines are put
together from them, wrapped lines into paragraphs, and what repeats at the head or foot of the pages is kept out
of the flow, so that a clause that runs across a page stays one.
"""

from __future__ import annotations

import ctypes
import io
import math
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.model.source import BlockKind, Piece, SourceDocument
from hpcp_rules.readers.build import Builder, damaged, encrypted, too_large
from hpcp_rules.readers.limits import Limits
from hpcp_rules.text.fold import fold

_ITEM = re.compile(
    r"\s*(?:(?:điều|chương|mục|phần|khoản)\s+[\divxlc]+|\d{1,3}(?:\.\d{1,3})*[.)]?\s+\S|\(?[a-zđ][.)]\s|\(?[ivx]{1,4}[.)]\s|[-–—•*+●▪■◦○·]\s?\S)",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"(?:trang|page)?\s*[-–|/]?\s*\d{1,4}\s*(?:[/|]|of|trên)?\s*\d{0,4}\s*[-–|]?", re.IGNORECASE)
# Of these Latin letters Vietnamese has only o and u with horn; others come from a wrong Unicode map ("kǤ" for "kỳ").
_HORNED = frozenset(map(ord, "ƠơƯư"))
_CLOSED = (".", ";", ":", "!", "?", "…")


@dataclass(slots=True)
class _Run:
    text: str
    size: float
    color: str
    font: str


@dataclass(slots=True)
class _Line:
    page: int
    left: float
    top: float
    right: float
    bottom: float
    runs: list[_Run]
    cell: bool = False

    @property
    def text(self) -> str:
        return "".join(r.text for r in self.runs)

    @property
    def size(self) -> float:
        return max((r.size for r in self.runs), default=0.0)


def read_pdf(data: bytes, name: str, limits: Limits) -> SourceDocument:
    """Read a PDF; pages without a usable text layer are listed as not checked.

    Errors: `ReadError` for passwords, damage and limits.
    """
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise encrypted(name) from error
        raise damaged(name, "PDF") from error
    try:
        count = len(pdf)
        if count > limits.max_pages:
            raise too_large(name, f"{limits.max_pages} trang", f"{limits.max_pages} pages")
        if count == 0:
            raise damaged(name, "PDF")
        out = Builder(limits, name)
        with suppress(pdfium.PdfiumError):
            pdf.init_forms()
        pages: list[list[_Line]] = []
        heights: list[float] = []
        ruled: list[int] = []
        blank: list[int] = []
        for number in range(count):
            try:
                lines, height, drawn, problem = _read_page(pdf, number)
            except pdfium.PdfiumError:
                lines, height, drawn, problem = [], 0.0, _Drawn(), "page-damaged"
            pages.append(lines)
            heights.append(height)
            if problem:
                out.not_checked.append(_unread(number + 1, problem))
            elif not lines and not drawn.paths and not drawn.pictures:
                blank.append(number)
            if lines and drawn.paths >= 6:
                ruled.append(number)
            if drawn.pictures > 0.1 and not problem:
                out.note("pictures")
    finally:
        pdf.close()
    if blank:
        out.not_checked += [_unread(number + 1, "page-damaged") for number in _damaged(data, blank)]
        out.not_checked.sort(key=lambda n: n.page or 0)
    if ruled:
        _tables(data, pages, ruled)
    marginal = _marginal(pages, heights)
    paragraph: list[_Line] = []
    for lines, height in zip(pages, heights, strict=True):
        for line in lines:
            if (kind := _margin_kind(line, height, marginal)) is not None:
                continue
            if paragraph and not _continues(paragraph[-1], line, pages):
                _emit(out, paragraph)
                paragraph = []
            paragraph.append(line)
    _emit(out, paragraph)
    seen: set[str] = set()
    for lines, height in zip(pages, heights, strict=True):
        for line in lines:
            kind = _margin_kind(line, height, marginal)
            words = re.sub(r"\d+", "#", fold(line.text)).strip()
            if kind is not None and words not in seen and not _PAGE_NUMBER.fullmatch(line.text.strip()):
                seen.add(words)
                _emit(out, [line], kind)
    if not out.blocks and not out.not_checked:
        raise ReadError(
            "no-text", vi="PDF không có chữ nào đọc được.", en="The PDF has no text that can be read.",
            where=Where(name), remedy_vi="Nhận dạng chữ trước, ví dụ: ocrmypdf -l vie VÀO.pdf RA.pdf",
            remedy_en="Run OCR first, for example: ocrmypdf -l vie IN.pdf OUT.pdf",
        )  # fmt: skip
    return out.finish(name, "application/pdf", data, count)


_OCR = Bilingual(
    vi="Nhận dạng chữ rồi kiểm tra lại: ocrmypdf -l vie --force-ocr VÀO.pdf RA.pdf",
    en="Run OCR and check again: ocrmypdf -l vie --force-ocr IN.pdf OUT.pdf",
)
# code: (reason, remedy)
_UNREAD = {
    "page-without-text": (
        Bilingual(
            vi="Trang là ảnh quét hoặc hình vẽ, không có lớp chữ.",
            en="The page is a scanned picture or a drawing without a text layer.",
        ),
        _OCR,
    ),
    "broken-text-layer": (
        Bilingual(
            vi="Lớp chữ của trang có chữ bị sai hoặc mất (bảng mã Unicode hỏng), nên kết quả ở đây không chắc chắn.",
            en="The page's text layer has wrong or missing letters (a broken Unicode map): results here are unsure.",
        ),
        _OCR,
    ),
    "page-damaged": (
        Bilingual(vi="Nội dung của trang bị hỏng.", en="The page's content is damaged."),
        Bilingual(
            vi="Lấy lại tệp gốc, hoặc mở bằng chương trình tạo ra nó rồi lưu lại.",
            en="Get the original again, or open it in the program that made it and save it anew.",
        ),
    ),
}


def _unread(page: int, code: str) -> NotChecked:
    reason, remedy = _UNREAD[code]
    return NotChecked(
        code=code, part=Bilingual(vi=f"Trang {page}", en=f"Page {page}"), reason=reason, page=page, remedy=remedy
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a page shows besides text: lines and shapes, and the share of its area that pictures cover."""

    paths: int = 0
    pictures: float = 0.0


def _read_page(pdf: Any, number: int) -> tuple[list[_Line], float, _Drawn, str | None]:
    """Lines, height, drawings of a page, and the code of what keeps it from being read.

    Errors: `PdfiumError` when the page cannot be loaded.
    """
    page = _load(pdf, number)
    try:
        lines, broken = _page_lines(page, number + 1)
        drawn = _drawn(page)
        letters = sum(len(x.text.strip()) for x in lines)
        problem = None
        if broken:
            problem = "broken-text-layer"
        elif letters < 12 and (drawn.pictures or drawn.paths >= 50):
            problem = "page-without-text"
        elif letters < 200 and drawn.pictures > 0.5 and not _has_layer(page):
            problem = "page-without-text"  # a scan with a stamp, a page number or a line of the scanning program
        return lines, page.get_height(), drawn, problem
    finally:
        page.close()


def _load(pdf: Any, number: int) -> Any:
    """A page with what was filled into its forms or typed onto it, which else is no part of its text."""
    import pypdfium2.raw as raw

    page = pdf[number]
    typed = False
    for n in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, n)
        if annotation:
            typed |= raw.FPDFAnnot_GetSubtype(annotation) in (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT)
            raw.FPDFPage_CloseAnnot(annotation)
    if not typed:
        return page
    raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    page.close()
    return pdf[number]


def _drawn(page: Any) -> _Drawn:
    import pypdfium2.raw as raw

    paths, area = 0, 0.0
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE), max_depth=3):
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            paths += 1
            continue
        left, bottom, right, top = item.get_bounds()
        size = (right - left) * (top - bottom)
        while (item := item.container) is not None:
            a, b, c, d, _, _ = item.get_matrix().get()
            size *= abs(a * d - b * c)
        area += size
    return _Drawn(paths, min(1.0, area / max(1.0, page.get_width() * page.get_height())))


def _has_layer(page: Any) -> bool:
    """True when the page has invisible text: the layer that OCR lays under a scan."""
    import pypdfium2.raw as raw

    hidden = raw.FPDF_TEXTRENDERMODE_INVISIBLE
    texts = page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,), max_depth=3)
    return any(raw.FPDFTextObj_GetTextRenderMode(t) == hidden for t in texts)


_OPERATORS = frozenset(b"q Q cm BT ET re m l Do gs g rg k cs sc scn BMC BDC".split())


def _damaged(data: bytes, blank: list[int]) -> list[int]:
    """Those of the pages without any content whose content stream is not empty but cannot be decoded."""
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return [number for number in blank if _lost(pdf.pages[number].page_obj)]
    except Exception:  # pdfplumber cannot say, and PDFium took the pages as they are
        return []


def _lost(page: Any) -> bool:
    for part in page.contents:
        try:
            stream = part.resolve() if hasattr(part, "resolve") else part
            if len(stream.get_rawdata()) < 16:
                continue  # too short to say anything: an empty stream, packed or not
            if not _OPERATORS.intersection(stream.get_data().split()):
                return True
        except Exception:  # whatever a decoder trips over
            return True
    return False


def _page_lines(page: Any, number: int) -> tuple[list[_Line], bool]:
    """Lines of a page in PDFium's reading order, and whether the text layer is broken."""
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    handle = text_page.raw
    count = raw.FPDFText_CountChars(handle)
    height = page.get_height()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    matrix = raw.FS_MATRIX()
    lines: list[_Line] = []
    current: _Line | None = None
    odd = strange = 0
    last_object: Any = None
    size, color = 0.0, "#000000"
    for i in range(count):
        code = raw.FPDFText_GetUnicode(handle, i)
        if code in (0x0A, 0x0D):
            current = None
            continue
        if code == 0x02:
            code = 0x2D  # PDFium's mark for a hyphen at the end of a line
        if code in (0, 0xFFFD, 0xFFFE, 0xFFFF) or 0xE000 <= code <= 0xF8FF or (code < 32 and code != 9):
            odd += 1
            if code in (0, 0xFFFE, 0xFFFF) or code < 32:
                continue
        if 0x180 <= code <= 0x2AF and code not in _HORNED:
            strange += 1
        char = chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd"
        if char.isspace():
            if current is not None:
                current.runs[-1].text += " "
            continue
        raw.FPDFText_GetCharBox(handle, i, left, right, bottom, top)
        holder = raw.FPDFText_GetTextObject(handle, i)
        key = ctypes.cast(holder, ctypes.c_void_p).value
        if key != last_object or current is None:
            last_object = key
            size = raw.FPDFText_GetFontSize(handle, i)
            if raw.FPDFText_GetMatrix(handle, i, matrix):
                size *= math.hypot(matrix.c, matrix.d)
            raw.FPDFText_GetFillColor(handle, i, r, g, b, a)
            color = f"#{r.value:02x}{g.value:02x}{b.value:02x}"
        x0, x1, y0, y1 = left.value, right.value, height - top.value, height - bottom.value
        if current is not None and abs(y1 - current.bottom) > 0.8 * max(size, 4) and x0 < current.right - 2:
            current = None
        if current is None:
            current = _Line(number, x0, y0, x1, y1, [_Run(char, size, color, "")])
            lines.append(current)
            continue
        run = current.runs[-1]
        if abs(run.size - size) < 0.05 and run.color == color:
            run.text += char
        else:
            current.runs.append(_Run(char, size, color, ""))
        current.left, current.top = min(current.left, x0), min(current.top, y0)
        current.right, current.bottom = max(current.right, x1), max(current.bottom, y1)
    text_page.close()
    return [x for x in lines if x.text.strip()], odd > max(10, count // 50) or strange > 2


def _tables(data: bytes, pages: list[list[_Line]], ruled: list[int]) -> None:
    """Replace the lines inside ruled tables by the cells, in reading order."""
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            for number in ruled:
                page = pdf.pages[number]
                try:
                    for table in page.find_tables():
                        if len(table.cells) < 4 or len(table.rows) < 2:
                            continue
                        cells = [c for row in table.rows for c in row.cells if c]
                        pages[number] = _into_cells(pages[number], table.bbox, cells)
                finally:
                    page.close()
    except Exception:  # a page pdfplumber cannot parse keeps PDFium's order: nothing is lost by that
        return


def _into_cells(lines: list[_Line], bbox: Any, cells: list[Any]) -> list[_Line]:
    inside = [x for x in lines if _within(x, bbox)]
    if not inside:
        return lines
    at = lines.index(inside[0])
    taken: set[int] = set()
    ordered: list[_Line] = []
    for cell in cells:
        mine = [x for x in inside if id(x) not in taken and _within(x, cell)]
        for n, line in enumerate(mine):
            taken.add(id(line))
            # A line that spans several cells cannot be one cell's text; it stays as PDFium gave it.
            line.cell = n == 0
            ordered.append(line)
    rest = [x for x in inside if id(x) not in taken]
    return [*lines[:at], *ordered, *rest, *(x for x in lines[at:] if x not in inside)]


def _within(line: _Line, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    x, y = (line.left + line.right) / 2, (line.top + line.bottom) / 2
    return left - 2 <= x <= right + 2 and top - 2 <= y <= bottom + 2


def _marginal(pages: list[list[_Line]], heights: list[float]) -> set[str]:
    """Words that stand at the head or foot of at least three pages (or of both pages of two)."""
    seen: Counter[str] = Counter()
    for lines, height in zip(pages, heights, strict=True):
        here = {_shape(x) for x in lines if height and (x.bottom < 0.1 * height or x.top > 0.9 * height)}
        seen.update(here)
    need = 2 if len(pages) == 2 else 3
    return {words for words, n in seen.items() if n >= need}


def _shape(line: _Line) -> str:
    return re.sub(r"\d+", "#", fold(line.text)).strip()


def _margin_kind(line: _Line, height: float, marginal: set[str]) -> BlockKind | None:
    if not height:
        return None
    head, foot = line.bottom < 0.1 * height, line.top > 0.9 * height
    if not (head or foot):
        return None
    if _shape(line) in marginal or _PAGE_NUMBER.fullmatch(line.text.strip()):
        return "header" if head else "footer"
    return None


def _continues(before: _Line, line: _Line, pages: list[list[_Line]]) -> bool:
    """True when a line goes on with the paragraph of the line before it."""
    text, previous = line.text.strip(), before.text.rstrip()
    if line.cell or (_ITEM.match(text) and not (text[:1].islower() and not re.match(r"\(?[a-zđ][.)]\s", text))):
        return False
    if abs(line.size - before.size) > 0.6:
        return False
    right_edge = max((x.right for x in pages[before.page - 1]), default=before.right)
    full = before.right > right_edge - 0.12 * (right_edge - min(x.left for x in pages[before.page - 1]) or 1.0)
    if before.page == line.page:
        step = line.top - before.top
        if step < -2 or step > 2.4 * max(before.size, 6):
            return text[:1].islower() and not previous.endswith(_CLOSED) and step < 0
        if previous.endswith((".", ";", ":", "!", "?")) and not full:
            return False
        if line.left > before.left + 14 and previous.endswith((".", ";", ":")):
            return False
        return full or (text[:1].islower() and not previous.endswith(_CLOSED))
    return not previous.endswith(_CLOSED) and (full or text[:1].islower())


def _emit(out: Builder, lines: list[_Line], kind: BlockKind | None = None) -> None:
    if not lines:
        return
    runs: list[tuple[str, Piece]] = []
    for n, line in enumerate(lines):
        box = (line.left, line.top, line.right, line.bottom)
        for m, run in enumerate(line.runs):
            text = run.text
            if n and m == 0:
                text = " " + text.lstrip()
            if m == len(line.runs) - 1:
                text = text.rstrip()
            if text:
                origin = Piece(
                    0, 0, page=line.page, box=box, size=round(run.size, 2), color=run.color, font=run.font or None
                )
                runs.append((text, origin))
    block: BlockKind = kind or (
        "table_cell" if lines[0].cell else "list_item" if _ITEM.match(lines[0].text) else "paragraph"
    )
    out.block(runs, block, page=lines[0].page)
