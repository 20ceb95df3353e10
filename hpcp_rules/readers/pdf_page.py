"""One page of a PDF as PDFium gives it: its lines, how its characters look, and whether its text layer is sound."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import Any

from hpcp_rules.readers.layout import Heights, Line, Look, Page, Run
from hpcp_rules.readers.pdf_drawn import Drawn, blend, drawn_on

# Of these Latin letters Vietnamese has only o and u with horn; others come from a wrong Unicode map ("kǤ" for "kỳ").
_HORNED = frozenset(map(ord, "ƠơƯư"))


@dataclass(slots=True)
class Found:
    """What a page gave."""

    page: Page
    paths: int = 0
    pictures: float = 0.0
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
        return Found(Page(lines, page.get_height()), drawn.paths, drawn.pictures, problem)
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


def _page_lines(page: Any, number: int, drawn: Drawn, heights: Heights) -> tuple[list[Line], bool]:
    """Lines of a page in PDFium's reading order, and whether the text layer is broken."""
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    handle = text_page.raw
    count = raw.FPDFText_CountChars(handle)
    height = page.get_height()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    matrix = raw.FS_MATRIX()
    fonts: dict[int, tuple[str, bool]] = {}
    lines: list[Line] = []
    current: Line | None = None
    odd = strange = 0
    last_object: Any = None
    look = Look()
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
            look = Look(size, color, font, background, covered or not seen)
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
            current = Line(number, x0, y0, x1, y1, [Run(char, look)])
            lines.append(current)
            continue
        run = current.runs[-1]
        if run.look is look or run.look.like(look):
            run.text += char
        else:
            current.runs.append(Run(char, look))
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
        color = blend(color, background, a.value / 255)
    return color, seen
