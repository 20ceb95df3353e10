"""One page of a PDF as PDFium gives it: its lines, how its characters look, and whether its text layer is sound."""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, field
from typing import Any

from hpcp_rules.readers.layout import Box, Heights, Line, Look, Page, Run
from hpcp_rules.readers.order import filled_in, side_by_side, upright
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
    images: int = 0
    """How many pictures it has."""
    problem: str | None = None
    """Code of what keeps the page from being read."""
    recognised: bool = False
    """True where the lines are those that were recognised in a picture of the page."""
    odd: bool = False
    """True where the text layer has characters that are none, or letters no Vietnamese text has."""
    layer: bool = False
    """True where most of the text is not painted, which is how OCR lays its words over a scan."""
    unseen: str = ""
    """Words that are in the file but not to be seen, and that no scan accounts for; they are in no line."""
    parts: list[Box] = field(default_factory=list)
    """Pictures among the text that may hold sentences, in points from the top left of the page."""
    notes: set[str] = field(default_factory=set)


def read_page(pdf: Any, number: int, heights: Heights) -> Found:
    """Read page `number`, counted from 0; samples of letters are added to `heights`.

    Errors: `PdfiumError` when the page cannot be loaded.
    """
    page, typed, notes = load_page(pdf, number)
    try:
        drawn = drawn_on(page)
        measured = Heights()
        lines, odd = _page_lines(page, number + 1, drawn, measured)
        if not odd:  # with a wrong Unicode map, what is called x may be any letter
            for key, samples in measured.samples.items():
                heights.samples[key] += samples
        found = Found(Page(), drawn.paths, drawn.pictures, drawn.count, odd=odd, notes=notes)
        lines = _outside(lines, page.get_width(), page.get_height(), found)
        if any(r.doubtful for x in lines for r in x.runs):
            lines = _painted(page, lines, found)
        hidden = sum(_letters(r.text) for x in lines for r in x.runs if r.look.hidden)
        shown = sum(_letters(x.text) for x in lines) - hidden
        found.layer = hidden > shown or (hidden > 0 and drawn.pictures > 0.5)
        if hidden and not found.layer:
            lines = _without_unseen(lines, found)
        if drawn.pictures > 0.5 and shown < 200 and not found.layer:
            found.problem = "page-without-text"  # a scan with a stamp, or a line of the scanning program
        elif shown + hidden < 12 and (drawn.pictures or drawn.paths >= 50):
            found.problem = "page-without-text"
        if typed:
            lines = filled_in(lines)
        if any(_pale(r.look) and _letters(r.text) for x in lines for r in x.runs):
            found.notes.add("invisible-text")
        lines, width, height = upright(lines, page.get_width(), page.get_height())
        if found.problem is None and not found.layer and page.get_rotation() == 0 and shown:
            found.parts = _parts(page, drawn, lines)
        found.page = Page(side_by_side(lines, width), height)
        return found
    finally:
        page.close()


def _pale(look: Look) -> bool:
    """True for text in the very colour of what lies behind it, or too small to be seen."""
    if 0 < look.size <= 2:
        return True
    if look.hidden or look.color is None or look.background == "unknown":
        return False
    pairs = zip(bytes.fromhex(look.color[1:]), bytes.fromhex((look.background or "#ffffff")[1:]), strict=True)
    return max(abs(a - b) for a, b in pairs) < 12


def _letters(text: str) -> int:
    return len(text) - text.count(" ")


def _parts(page: Any, drawn: Drawn, lines: list[Line]) -> list[Box]:
    """Pictures that no text lies on, such as a scanned clause; a few at most, so that a catalogue costs no more."""
    frame = Frame.of(page)
    boxes = []
    for image in drawn.images[:20]:
        left, top, right, bottom = frame.box(*image)
        inside = sum(left < (x.left + x.right) / 2 < right and top < (x.top + x.bottom) / 2 < bottom for x in lines)
        if inside == 0 and (left, top, right, bottom) not in boxes:
            boxes.append((left, top, right, bottom))
    return boxes[:_MOST_PARTS]


_MOST_PARTS = 3


def _outside(lines: list[Line], width: float, height: float, found: Found) -> list[Line]:
    """The lines without what lies beyond the edge of the page, where no print shows it."""
    if all(x.left >= 0 and x.top >= 0 and x.right <= width and x.bottom <= height for x in lines):
        return lines
    kept = []
    for line in lines:
        if line.right <= 0 or line.left >= width or line.bottom <= 0 or line.top >= height:
            found.notes.add("outside-page")
            continue
        slack = 0.6 * max(line.size, 4)
        if line.left < -slack or line.right > width + slack or line.top < -slack or line.bottom > height + slack:
            found.notes.add("cut-text")
        kept.append(line)
    return kept


def _painted(page: Any, lines: list[Line], found: Found) -> list[Line]:
    """The lines without those doubtful words that a picture of the page does not show."""
    picture = page.render(scale=_LOOK_SCALE, grayscale=True, may_draw_forms=False).to_numpy()
    height, width = picture.shape[:2]
    kept = []
    for line in lines:
        seen = []
        for run in line.runs:
            if run.doubtful and run.box is not None:
                left, top, right, bottom = (round(v * _LOOK_SCALE) for v in run.box)
                part = picture[max(0, top) : min(height, bottom + 1), max(0, left) : min(width, right + 1)]
                if part.size and int(part.max()) - int(part.min()) < 12:
                    found.unseen += run.text + " "
                    continue
            seen.append(run)
        line.runs = seen
        if seen:
            kept.append(line)
    return kept


_LOOK_SCALE = 1.5


def _optional(holder: Any) -> bool:
    """True for text of a layer that can be switched off."""
    import pypdfium2.raw as raw

    if not holder:
        return False
    name = (ctypes.c_ushort * 8)()
    length = ctypes.c_ulong()
    for n in range(max(0, min(raw.FPDFPageObj_CountMarks(holder), 8))):
        mark = raw.FPDFPageObj_GetMark(holder, n)
        if raw.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length) and bytes(name)[:6] == _OC:
            return True
    return False


_OC = "OC\0".encode("utf-16-le")


def _without_unseen(lines: list[Line], found: Found) -> list[Line]:
    """The lines without words that are not painted and do not lie on a picture."""
    kept = []
    for line in lines:
        runs = [r for r in line.runs if not r.look.hidden or r.look.background == "unknown"]
        if len(runs) < len(line.runs):
            found.unseen += "".join(r.text for r in line.runs if r not in runs) + " "
            line.runs = runs
        if runs:
            kept.append(line)
    return kept


_MARKED = frozenset(("TEXT", "HIGHLIGHT", "UNDERLINE", "SQUIGGLY", "STRIKEOUT", "STAMP", "CARET", "INK", "POPUP"))
"""Annotations that say something about the text without being part of it."""


def load_page(pdf: Any, number: int) -> tuple[Any, bool, set[str]]:
    """A page with what was filled into its forms or typed onto it, which else is no part of its text.

    Also whether there was such, and notes.
    """
    import pypdfium2.raw as raw

    page = pdf[number]
    kinds = set()
    for n in range(min(raw.FPDFPage_GetAnnotCount(page), _ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, n)
        if annotation:
            kinds.add(raw.FPDFAnnot_GetSubtype(annotation))
            raw.FPDFPage_CloseAnnot(annotation)
    notes = set()
    if any(getattr(raw, f"FPDF_ANNOT_{name}") in kinds for name in _MARKED):
        notes.add("comments")
    if raw.FPDF_ANNOT_FILEATTACHMENT in kinds:
        notes.add("attachments")
    typed = bool(kinds & {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT})
    if typed:
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        page.close()
        page = pdf[number]
    return page, typed, notes


_ANNOTATIONS = 5000


_BREAKS = re.compile("[^\r\n]+")
_SEEN = re.compile("[^\\s\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_ODD = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\uffff\ue000-\uf8ff]")
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
class Frame:
    """From PDFium's points (from the bottom left, before the page is turned) to points from the top left as shown."""

    left: float
    bottom: float
    width: float
    height: float
    """Of the page before it is turned."""
    turn: int

    @classmethod
    def of(cls, page: Any) -> Frame:
        """The frame of a page of PDFium's."""
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right - left, top - bottom, page.get_rotation() // 90 % 4)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The box as shown: left, top, right, bottom."""
        x0, y0, x1, y1 = left - self.left, bottom - self.bottom, right - self.left, top - self.bottom
        if self.turn == 0:
            return x0, self.height - y1, x1, self.height - y0
        if self.turn == 1:
            return y0, x0, y1, x1
        if self.turn == 2:
            return self.width - x1, y0, self.width - x0, y1
        return self.height - y1, self.width - x1, self.height - y0, self.width - x0

    def back(self, box: Box) -> Box:
        """PDFium's left, bottom, right, top of a box as shown: the inverse of `box`."""
        x0, y0, x1, y1 = box
        if self.turn == 0:
            found = x0, self.height - y1, x1, self.height - y0
        elif self.turn == 1:
            found = y0, x0, y1, x1
        elif self.turn == 2:
            found = self.width - x1, y0, self.width - x0, y1
        else:
            found = self.width - y1, self.height - x1, self.width - y0, self.height - x0
        left, bottom, right, top = found
        return left + self.left, bottom + self.bottom, right + self.left, top + self.bottom

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
    frame = Frame.of(page)
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
            background, covered, doubtful = None, False, _optional(holder)
            if drawn.shelves:
                raw.FPDFText_GetCharBox(handle, first, left, right, bottom, top)
                middle_x, middle_y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
                background, covered, over = drawn.behind(key, middle_x, middle_y)
                doubtful |= over
            color, seen = _color(handle, first, holder, background)
            look = Look(size, color, font, background, covered or not seen)
            if embedded and font and size > 1 and (upright or flat):
                _sample(handle, heights, look, text, first, last, upright)
            box = frame.box(*whole)
            run = Run(words, look, box, doubtful=doubtful)
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
    box = raw.FS_RECTF()
    gaps = []
    before = None
    for place in places:
        raw.FPDFText_GetLooseCharBox(handle, place, box)  # from where a letter begins to where the next one would
        if before is not None:
            gaps.append(box.left - before)
        before = box.right
    usual = sorted(gaps)[len(gaps) // 2]
    words = text[places[0]]
    for place, gap in zip(places[1:], gaps, strict=True):
        words += (" " if gap > max(1.5 * usual, usual + 1.5) else "") + text[place]
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
