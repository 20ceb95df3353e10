"""PDF with a text layer, read by PDFium; tables by pdfplumber where a page is ruled.

Characters come with box, effective size (PDFium's own number times the text matrix), colour, font, the height of the
font's letter x where the file holds the font, and what was painted behind them. Lines are put together from them,
wrapped lines into paragraphs, and what repeats at the head or foot of the pages is kept out of the flow, so that a
clause that runs across a page stays one.
"""

from __future__ import annotations

import ctypes
import io
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
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


@dataclass(frozen=True, slots=True)
class _Look:
    """How the characters of one text object look."""

    size: float = 0.0
    color: str | None = "#000000"
    font: str = ""
    background: str | None = None
    hidden: bool = False

    def like(self, other: _Look) -> bool:
        """True when both look the same to a reader."""
        return abs(self.size - other.size) < 0.05 and replace(self, size=0.0) == replace(other, size=0.0)


@dataclass(slots=True)
class _Run:
    text: str
    look: _Look


@dataclass(slots=True)
class _Heights:
    """Samples of the height of flat-topped letters over the type size, by embedded font."""

    samples: dict[tuple[str, bool], list[float]] = field(default_factory=lambda: defaultdict(list))
    """By font and whether the letter is as high as x exactly (x, z) or overshoots the base line (v, w)."""

    def ratio(self, font: str) -> float | None:
        """Height of x for one point of size; None where nothing was measured or no font is built like it."""
        for exact in (True, False):
            found = sorted(self.samples.get((font, exact), ()))
            if not found:
                continue
            low, middle, high = (found[len(found) * n // 4] for n in (1, 2, 3))
            # A font whose letters disagree has a wrong Unicode map: what is called x may be any letter.
            if high - low < 0.1 * middle and 0.33 < middle < 0.63:
                return middle if exact else middle * _OVERSHOOT
            return None
        return None


_OVERSHOOT = 0.97
"""Height of x over that of v and w: 0.96 in Times New Roman, 1 in most fonts without serifs."""


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
        return max((r.look.size for r in self.runs), default=0.0)


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
        letters = _Heights()
        pages: list[list[_Line]] = []
        heights: list[float] = []
        ruled: list[int] = []
        blank: list[int] = []
        for number in range(count):
            try:
                lines, height, drawn, problem = _read_page(pdf, number, letters)
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
                _emit(out, paragraph, letters)
                paragraph = []
            paragraph.append(line)
    _emit(out, paragraph, letters)
    seen: set[str] = set()
    for lines, height in zip(pages, heights, strict=True):
        for line in lines:
            kind = _margin_kind(line, height, marginal)
            words = re.sub(r"\d+", "#", fold(line.text)).strip()
            if kind is not None and words not in seen and not _PAGE_NUMBER.fullmatch(line.text.strip()):
                seen.add(words)
                _emit(out, [line], letters, kind)
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
class _Shape:
    """Something painted that may lie behind text or over it; `order` counts what was painted before it."""

    order: int
    left: float
    bottom: float
    right: float
    top: float
    color: str
    """``#rrggbb``, or ``unknown`` for a picture, a gradient or an outline that does not fill its box."""
    cover: float = 1.0
    picture: bool = False


_BAND = 24.0
"""Points of page height that one shelf of `_Drawn.shelves` holds."""


@dataclass(slots=True)
class _Drawn:
    """What a page shows besides text: lines and shapes, and the share of its area that pictures cover."""

    paths: int = 0
    pictures: float = 0.0
    order: dict[int, int] = field(default_factory=dict)
    """For each text object, by its address, what was painted before it; empty where the page has no shapes."""
    shelves: dict[int, list[_Shape]] = field(default_factory=lambda: defaultdict(list))

    def behind(self, text: int | None, x: float, y: float) -> tuple[str | None, bool]:
        """What lies behind a point of a text object, and whether a picture painted later covers it there."""
        if not self.shelves:
            return None, False
        order = self.order.get(text or 0, 1 << 30)
        color: str | None = None
        covered = False
        for s in self.shelves.get(int(y // _BAND), ()):
            if not (s.left <= x <= s.right and s.bottom <= y <= s.top):
                continue
            if s.order > order:
                covered |= s.picture
            elif s.color == "unknown" or s.cover > 0.99:
                color = s.color
            elif color != "unknown":
                color = _blend(s.color, color, s.cover)
        return color, covered


def _blend(over: str, under: str | None, share: float) -> str:
    pairs = zip(bytes.fromhex(over[1:]), bytes.fromhex((under or "#ffffff")[1:]), strict=True)
    return "#" + bytes(round(a * share + b * (1 - share)) for a, b in pairs).hex()


def _read_page(pdf: Any, number: int, heights: _Heights) -> tuple[list[_Line], float, _Drawn, str | None]:
    """Lines, height, drawings of a page, and the code of what keeps it from being read.

    Errors: `PdfiumError` when the page cannot be loaded.
    """
    page = _load(pdf, number)
    try:
        drawn = _drawn(page)
        measured = _Heights()
        lines, broken = _page_lines(page, number + 1, drawn, measured)
        if not broken:  # with a wrong Unicode map, what is called x may be any letter
            for key, samples in measured.samples.items():
                heights.samples[key] += samples
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

    out = _Drawn()
    shapes: list[_Shape] = []
    texts: list[Any] = []
    orders: list[int] = []
    area = 0.0
    count = 0

    def walk(n: int, get: Callable[[int], Any], outer: _Matrix, depth: int) -> None:
        nonlocal count, area
        for i in range(n):
            item = get(i)
            kind = raw.FPDFPageObj_GetType(item)
            count += 1
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                texts.append(item)
                orders.append(count)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                out.paths += 1
                shapes.extend(_filled(item, outer, count))
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                if depth < _DEPTH:
                    inner = _product(_matrix(item), outer)
                    walk(raw.FPDFFormObj_CountObjects(item), partial(raw.FPDFFormObj_GetObject, item), inner, depth + 1)
            elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
                box = _bounds(item, outer)
                picture = kind == raw.FPDF_PAGEOBJ_IMAGE
                if box is not None:
                    size = (box[2] - box[0]) * (box[3] - box[1])
                    area += size if picture else 0.0
                    # Only a picture as big as a scanned page hides the text under it; a stamp leaves it readable.
                    shapes.append(_Shape(count, *box, "unknown", 1.0, picture and size > 0.5 * whole))

    whole = max(1.0, page.get_width() * page.get_height())
    walk(raw.FPDFPage_CountObjects(page), partial(raw.FPDFPage_GetObject, page), _SAME, 1)
    out.pictures = min(1.0, area / whole)
    if shapes:
        for item, order in zip(texts, orders, strict=True):
            out.order[ctypes.cast(item, ctypes.c_void_p).value or 0] = order
        if len(shapes) > _MANY:
            shapes = [_Shape(0, 0.0, 0.0, page.get_width(), page.get_height(), "unknown")]
        for shape in shapes:
            for band in range(
                int(shape.bottom // _BAND), min(int(shape.top // _BAND), int(shape.bottom // _BAND) + 200) + 1
            ):
                out.shelves[band].append(shape)
    return out


_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEPTH = 3
"""How deep forms inside forms are followed."""
_MANY = 3000
"""A page with more shapes is a drawing: what lies behind its text is not worked out."""
_THIN = 4.0
"""Points: what is lower or narrower is a rule or a border and lies behind no text."""


def _product(a: _Matrix, b: _Matrix) -> _Matrix:
    """The matrix that applies `a` first, then `b`."""
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def _matrix(item: Any) -> _Matrix:
    import pypdfium2.raw as raw

    m = raw.FS_MATRIX()
    return (m.a, m.b, m.c, m.d, m.e, m.f) if raw.FPDFPageObj_GetMatrix(item, m) else _SAME


def _mapped(points: list[tuple[float, float]], m: _Matrix) -> list[tuple[float, float]]:
    return [(m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]) for x, y in points]


def _box(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _bounds(item: Any, outer: _Matrix) -> tuple[float, float, float, float] | None:
    """(left, bottom, right, top) of an object on the page."""
    import pypdfium2.raw as raw

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return None
    x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
    box = (x0, y0, x1, y1) if outer == _SAME else _box(_mapped([(x0, y0), (x0, y1), (x1, y0), (x1, y1)], outer))
    return box if all(map(math.isfinite, box)) else None


def _filled(item: Any, outer: _Matrix, order: int) -> Iterator[_Shape]:
    """What a path fills that text may lie on: rectangles with their colour, other outlines as ``unknown``."""
    import pypdfium2.raw as raw

    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(item, mode, stroke) or not mode.value:
        return
    box = _bounds(item, outer)
    if box is None or box[2] - box[0] < _THIN or box[3] - box[1] < _THIN:
        return
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    color, cover = "unknown", 1.0
    if raw.FPDFPageObj_GetFillColor(item, r, g, b, a):
        color, cover = f"#{r.value & 255:02x}{g.value & 255:02x}{b.value & 255:02x}", a.value / 255
    if cover < 0.02:
        return
    count = raw.FPDFPath_CountSegments(item)
    if count > 400:
        yield _Shape(order, *box, "unknown", cover)
        return
    matrix = _product(_matrix(item), outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    parts: list[list[tuple[float, float]]] = []
    curved: list[bool] = []
    for i in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, i)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == raw.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([])
            curved.append(False)
        parts[-1].append((x.value, y.value))
        curved[-1] |= kind == raw.FPDF_SEGMENT_BEZIERTO
    for points, bent in zip(parts, curved, strict=True):
        if len(points) < 3:
            continue
        points = _mapped(points, matrix)
        left, bottom, right, top = _box(points)
        if not all(map(math.isfinite, (left, bottom, right, top))) or right - left < _THIN or top - bottom < _THIN:
            continue
        corners = all(
            min(abs(px - left), abs(px - right)) < 0.5 and min(abs(py - bottom), abs(py - top)) < 0.5
            for px, py in points
        )
        if corners and not bent:
            yield _Shape(order, left, bottom, right, top, color, cover)
        else:
            yield _Shape(order, left, bottom, right, top, "unknown", cover)


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


def _page_lines(page: Any, number: int, drawn: _Drawn, heights: _Heights) -> tuple[list[_Line], bool]:
    """Lines of a page in PDFium's reading order, and whether the text layer is broken."""
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    handle = text_page.raw
    count = raw.FPDFText_CountChars(handle)
    height = page.get_height()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    matrix = raw.FS_MATRIX()
    fonts: dict[int, tuple[str, bool]] = {}
    lines: list[_Line] = []
    current: _Line | None = None
    odd = strange = 0
    last_object: Any = None
    look = _Look()
    upright = flat = measurable = False
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
            upright = flat = False
            if raw.FPDFText_GetMatrix(handle, i, matrix):
                size *= math.hypot(matrix.c, matrix.d)
                upright = abs(matrix.c) < 0.01 * abs(matrix.d)
                flat = abs(matrix.d) < 0.01 * abs(matrix.c)  # turned by a right angle
            font, embedded = _font(holder, fonts)
            middle = (left.value + right.value) / 2, (bottom.value + top.value) / 2
            background, covered = drawn.behind(key, *middle)
            color, seen = _color(handle, i, holder, background)
            look = _Look(size, color, font, background, covered or not seen)
            measurable = embedded and bool(font) and size > 1 and (upright or flat)
        if measurable and code in _FLAT_TOPPED:
            samples = heights.samples[look.font, code in _EXACT]
            if len(samples) < 200:
                tall = top.value - bottom.value if upright else right.value - left.value
                samples.append(tall / look.size)
        x0, x1, y0, y1 = left.value, right.value, height - top.value, height - bottom.value
        if current is not None and abs(y1 - current.bottom) > 0.8 * max(look.size, 4) and x0 < current.right - 2:
            current = None
        if current is None:
            current = _Line(number, x0, y0, x1, y1, [_Run(char, look)])
            lines.append(current)
            continue
        run = current.runs[-1]
        if run.look is look or run.look.like(look):
            run.text += char
        else:
            current.runs.append(_Run(char, look))
        current.left, current.top = min(current.left, x0), min(current.top, y0)
        current.right, current.bottom = max(current.right, x1), max(current.bottom, y1)
    text_page.close()
    return [x for x in lines if x.text.strip()], odd > max(10, count // 50) or strange > 2


_FLAT_TOPPED = frozenset(map(ord, "xzvw"))
"""Letters as high as x without an overshoot, or nearly so."""
_EXACT = frozenset(map(ord, "xz"))


def _font(holder: Any, known: dict[int, tuple[str, bool]]) -> tuple[str, bool]:
    """Name of a text object's font, and whether the file holds the font; `known` are those of this page."""
    import pypdfium2.raw as raw

    font = raw.FPDFTextObj_GetFont(holder) if holder else None
    if not font:
        return "", False
    key = ctypes.cast(font, ctypes.c_void_p).value or 0
    if key not in known:
        buffer = ctypes.create_string_buffer(256)
        length = raw.FPDFFont_GetBaseFontName(font, buffer, 256)
        name = buffer.raw[: max(0, min(length, 256) - 1)].decode("utf-8", "replace")
        known[key] = name, raw.FPDFFont_GetIsEmbedded(font) == 1
    return known[key]


def _color(handle: Any, i: int, holder: Any, background: str | None) -> tuple[str | None, bool]:
    """Colour of a character on its background, and whether it is painted at all."""
    import pypdfium2.raw as raw

    mode = raw.FPDFTextObj_GetTextRenderMode(holder) if holder else raw.FPDF_TEXTRENDERMODE_FILL
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    outline = mode in (raw.FPDF_TEXTRENDERMODE_STROKE, raw.FPDF_TEXTRENDERMODE_STROKE_CLIP)
    get = raw.FPDFText_GetStrokeColor if outline else raw.FPDFText_GetFillColor
    seen = mode not in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
    if not get(handle, i, r, g, b, a):
        return None, seen
    color = f"#{r.value:02x}{g.value:02x}{b.value:02x}"
    if a.value < 255 and background != "unknown":
        color = _blend(color, background, a.value / 255)
    return color, seen


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


def _emit(out: Builder, lines: list[_Line], heights: _Heights, kind: BlockKind | None = None) -> None:
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
                look = run.look
                ratio = heights.ratio(look.font)
                origin = Piece(
                    0, 0, page=line.page, box=box, size=round(look.size, 2), color=look.color, font=look.font or None,
                    background=look.background, x_height=round(ratio * look.size, 3) if ratio else None,
                    hidden=look.hidden,
                )  # fmt: skip
                runs.append((text, origin))
    block: BlockKind = kind or (
        "table_cell" if lines[0].cell else "list_item" if _ITEM.match(lines[0].text) else "paragraph"
    )
    out.block(runs, block, page=lines[0].page)
