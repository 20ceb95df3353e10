"""One page of a PDF as PDFium gives it: its lines, how its characters look, and whether its text layer is sound."""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass
from typing import Any

from hpcp_rules.readers.layout import Box, Heights, Line, Look, Page, Run
from hpcp_rules.readers.pdf_drawn import Drawn, blend, drawn_on

# Of these Latin letters Vietnamese has only o and u with horn; others come from a wrong Unicode map ("kǤ" for "kỳ").
_HORNED = frozenset(map(ord, "ƠơƯư"))


@dataclass(slots=True)
class Found:
    """What a page gave."""

    page: Page
    paths: int = 0
    pictures: float = 0.0
    images: int = 0
    """Share of the page that pictures cover."""
    problem: str | None = None
    """Code of what keeps the page from being read."""
    recognised: bool = False
    """True where the lines are those that were recognised in a picture of the page."""


def read_page(pdf: Any, number: int, heights: Heights) -> Found:
    """Read page `number`, counted from 0; samples of letters are added to `heights`.

    Errors: `PdfiumError` when the page cannot be loaded.
    """
    page = _load(pdf, number)
    try:
        drawn = drawn_on(page)
        measured = Heights()
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
        return Found(Page(lines, page.get_height()), drawn.paths, drawn.pictures, drawn.images, problem)
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


def _has_layer(page: Any) -> bool:
    """True when the page has invisible text: the layer that OCR lays under a scan."""
    import pypdfium2.raw as raw

    hidden = raw.FPDF_TEXTRENDERMODE_INVISIBLE
    texts = page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,), max_depth=3)
    return any(raw.FPDFTextObj_GetTextRenderMode(t) == hidden for t in texts)


_BREAKS = re.compile("[^\r\n]+")
_SEEN = re.compile("[^\\s\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_ODD = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\ufffd\uffff\ue000-\uf8ff]")
_STRANGE = re.compile("[\u0180-\u02af]")
_PLAIN = {
    **dict.fromkeys((*range(9), 11, *range(14, 32), 127, 65534, 65535)),
    **{ord(c): " " for c in "\t\x0c\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"},
    **dict.fromkeys(range(8192, 8203), " "),
    **{ord(k): v for k, v in zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)},
    **dict.fromkeys(range(55296, 57344), "�"),
}
"""What is left out, every space as a blank, ligatures as their letters."""


def _characters(handle: Any) -> str:
    """One character of the result for each of PDFium's, with "-" for its mark of a hyphen at the end of a line."""
    import pypdfium2.raw as raw

    count = raw.FPDFText_CountChars(handle)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    if raw.FPDFText_GetText(handle, 0, count, buffer) == count + 1:
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", "surrogatepass")
        if len(text) == count and "\ufffe" not in text:
            return text.replace("\x02", "-")
    # Characters without a code are missing from the whole, or one takes two places: one by one, then.
    codes = (raw.FPDFText_GetUnicode(handle, i) for i in range(count))
    return "".join("-" if c == 2 else chr(c) if c <= 0x10FFFF else "\ufffd" for c in codes)


@dataclass(frozen=True, slots=True)
class _Frame:
    """From PDFium's points (from the bottom left, before the page is turned) to points from the top left as shown."""

    left: float
    bottom: float
    width: float
    height: float
    """Of the page before it is turned."""
    turn: int

    @classmethod
    def of(cls, page: Any) -> _Frame:
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right - left, top - bottom, page.get_rotation() // 90 % 4)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        x0, y0, x1, y1 = left - self.left, bottom - self.bottom, right - self.left, top - self.bottom
        if self.turn == 0:
            return x0, self.height - y1, x1, self.height - y0
        if self.turn == 1:
            return y0, x0, y1, x1
        if self.turn == 2:
            return self.width - x1, y0, self.width - x0, y1
        return self.height - y1, self.width - x1, self.height - y0, self.width - x0

    def way(self, a: float, b: float) -> int:
        """Which way text of this matrix runs as shown: 0 to the right, then clockwise by quarters; 4 aslant."""
        x, y = ((a, -b), (b, a), (-a, b), (-b, -a))[self.turn]
        if abs(x) > 3 * abs(y):
            return 0 if x > 0 else 2
        if abs(y) > 3 * abs(x):
            return 1 if y > 0 else 3
        return 4


def _page_lines(page: Any, number: int, drawn: Drawn, heights: Heights) -> tuple[list[Line], bool]:
    """Lines of a page in PDFium's order, and whether the text layer is broken.

    PDFium is asked for all characters at once, and for box and look once for each stretch of one text object: the
    characters of a text object follow one another.
    """
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    handle = text_page.raw
    text = _characters(handle)
    frame = _Frame.of(page)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    matrix = raw.FS_MATRIX()
    fonts: dict[int, tuple[str, bool]] = {}
    lines: list[Line] = []
    odd = len(_ODD.findall(text))

    def holder_at(i: int) -> tuple[Any, int | None]:
        holder = raw.FPDFText_GetTextObject(handle, i)
        return holder, ctypes.cast(holder, ctypes.c_void_p).value

    for found in _BREAKS.finditer(text):
        start = found.start()
        places = [start + m.start() for m in _SEEN.finditer(found.group())]
        current: Line | None = None
        at = 0
        while at < len(places):
            first = places[at]
            holder, key = holder_at(first)
            low, high = at, len(places) - 1
            if high > low and holder_at(places[high])[1] != key:
                high -= 1
                while low < high:  # the last character of the same object
                    middle = (low + high + 1) // 2
                    if holder_at(places[middle])[1] == key:
                        low = middle
                    else:
                        high = middle - 1
            last = places[high]
            at = high + 1
            until = places[at] if at < len(places) else found.end()
            words = text[first:until].translate(_PLAIN)

            size = raw.FPDFText_GetFontSize(handle, first)
            upright = flat = False
            way = 0
            if raw.FPDFText_GetMatrix(handle, first, matrix):
                size *= math.hypot(matrix.c, matrix.d)
                upright = abs(matrix.c) < 0.01 * abs(matrix.d)
                flat = abs(matrix.d) < 0.01 * abs(matrix.c)  # turned by a right angle
                way = frame.way(matrix.a, matrix.b)
            bounds: list[tuple[float, float, float, float]] = []
            for n in range(raw.FPDFText_CountRects(handle, first, last - first + 1)):
                if raw.FPDFText_GetRect(handle, n, left, top, right, bottom):
                    bounds.append((left.value, bottom.value, right.value, top.value))
            if not bounds:
                raw.FPDFText_GetCharBox(handle, first, left, right, bottom, top)
                bounds.append((left.value, bottom.value, right.value, top.value))
            whole = (
                min(b[0] for b in bounds), min(b[1] for b in bounds), max(b[2] for b in bounds),
                max(b[3] for b in bounds),
            )  # fmt: skip
            font, embedded = _font(holder, fonts)
            background, covered = None, False
            if drawn.shelves:
                raw.FPDFText_GetCharBox(handle, first, left, right, bottom, top)
                middle_x, middle_y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
                background, covered = drawn.behind(key, middle_x, middle_y)
            color, seen = _color(handle, first, holder, background)
            look = Look(size, color, font, background, covered or not seen)
            if embedded and font and size > 1 and (upright or flat):
                _sample(handle, heights, look, text, first, last, upright)
            box = frame.box(*whole)
            run = Run(words, look, box)
            if current is not None and _leaps(current, run, way):
                current = None
            if current is None:
                current = Line(number, *box, [run], way=way, first=first, last=last)
                lines.append(current)
            else:
                current.add(run)
                current.last = last
    for line in lines:
        if _spaced(line):
            _unspace(line, handle, text)
    text_page.close()
    strange = sum(ord(c) not in _HORNED for c in _STRANGE.findall(text))
    return [x for x in lines if x.text.strip()], odd > max(10, len(text) // 50) or strange > 2


def _leaps(line: Line, run: Run, way: int) -> bool:
    """True where a run stands on another line than the one before it, though PDFium says nothing of a break."""
    if line.way != way:
        return True
    assert run.box is not None
    left, top, right, bottom = run.box
    high = 0.8 * max(run.look.size, 4)
    if way in (1, 3):
        return abs(left - line.left) > high and (bottom > line.top + 2 if way == 3 else top < line.bottom - 2)
    if way == 2:
        return abs(top - line.top) > high and right > line.left + 2
    return abs(bottom - line.bottom) > high and left < line.right - 2


def _sample(handle: Any, heights: Heights, look: Look, text: str, first: int, last: int, upright: bool) -> None:
    """Measure letters as high as x in a stretch of one object."""
    import pypdfium2.raw as raw

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for m in _FLAT_TOPPED.finditer(text, first, last + 1):
        samples = heights.samples[look.font, m.group() in _EXACT]
        if len(samples) >= 200:
            continue
        raw.FPDFText_GetCharBox(handle, m.start(), left, right, bottom, top)
        tall = top.value - bottom.value if upright else right.value - left.value
        samples.append(tall / look.size)


_FLAT_TOPPED = re.compile("[xzvw]")
"""Letters as high as x without an overshoot, or nearly so."""
_EXACT = frozenset("xz")


def _spaced(line: Line) -> bool:
    """True for a title whose letters stand apart: "C Ộ N G  H Ò A"."""
    words = line.text.split()
    return len(words) >= 6 and sum(len(w) == 1 and w.isalpha() for w in words) >= 0.7 * len(words)


def _unspace(line: Line, handle: Any, text: str) -> None:
    """Put the letters of a letter-spaced title together to words: between words the gap is wider."""
    import pypdfium2.raw as raw

    places = [m.start() for m in _SEEN.finditer(text, line.first, line.last + 1)]
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    gaps = []
    before = None
    for place in places:
        raw.FPDFText_GetCharBox(handle, place, left, right, bottom, top)
        if before is not None:
            gaps.append(left.value - before)
        before = right.value
    usual = sorted(gaps)[len(gaps) // 2]
    words = text[places[0]]
    for place, gap in zip(places[1:], gaps, strict=True):
        words += (" " if gap > max(1.7 * usual, usual + 1.5) else "") + text[place]
    if all(len(w) == 1 for w in words.split()):
        return
    line.runs = [Run(words.translate(_PLAIN) + " ", line.runs[0].look, (line.left, line.top, line.right, line.bottom))]


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
        color = blend(color, background, a.value / 255)
    return color, seen
