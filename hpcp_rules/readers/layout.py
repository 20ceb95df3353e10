"""From lines on pages to paragraphs: used for digital PDFs and for recognised scans alike.

Wrapped lines become paragraphs, and what repeats at the head or foot of the pages is kept out of the flow, so that a
clause that runs across a page stays one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from hpcp_rules.model.source import BlockKind, Piece
from hpcp_rules.readers.build import Builder
from hpcp_rules.text.fold import fold

_ITEM = re.compile(
    r"\s*(?:(?:điều|chương|mục|phần|khoản)\s+[\divxlc]+|\d{1,3}(?:\.\d{1,3})*[.)]?\s+\S|\(?[a-zđ][.)]\s|\(?[ivx]{1,4}[.)]\s|[-–—•*+●▪■◦○·]\s?\S)",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"(?:trang|page)?\s*[-–|/]?\s*\d{1,4}\s*(?:[/|]|of|trên)?\s*\d{0,4}\s*[-–|]?", re.IGNORECASE)
_HYPHEN = re.compile(r"[^\W\d_]-$")
"""A name broken at its hyphen, as "QĐ-" and "BXT"; Vietnamese words are not divided."""
_CLOSED = (".", ";", ":", "!", "?", "…")


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def _around(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


@dataclass(frozen=True, slots=True)
class Look:
    """How the characters of one text object look."""

    size: float = 0.0
    color: str | None = "#000000"
    font: str = ""
    background: str | None = None
    hidden: bool = False

    def like(self, other: Look) -> bool:
        """True when both look the same to a reader."""
        return abs(self.size - other.size) < 0.05 and replace(self, size=0.0) == replace(other, size=0.0)


@dataclass(slots=True)
class Run:
    """Characters of one look; those that were recognised have a box of their own and a confidence."""

    text: str
    look: Look
    box: Box | None = None
    confidence: float | None = None
    doubtful: bool = False
    """True where it may be covered or switched off, so that only a picture of the page can say whether it is seen."""


@dataclass(slots=True)
class Heights:
    """Samples of the height of flat-topped letters over the type size, by embedded font."""

    samples: dict[tuple[str, bool], list[float]] = field(default_factory=lambda: defaultdict(list))
    """By font and whether the letter is as high as x exactly (x, z) or overshoots the base line (v, w)."""

    _ratios: dict[str, float | None] = field(default_factory=dict)

    def ratio(self, font: str) -> float | None:
        """Height of x for one point of size; None where nothing was measured or no font is built like it.

        To be asked for when all samples are there.
        """
        if font not in self._ratios:
            self._ratios[font] = self._measured(font)
        return self._ratios[font]

    def _measured(self, font: str) -> float | None:
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
class Line:
    """A line on a page, in points from the top left of the page as it is read."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    runs: list[Run]
    cell: bool = False
    way: int = 0
    """Which way it runs: 0 to the right, then clockwise by quarters; 4 aslant."""
    edges: tuple[float, float] | None = None
    """Left and right edge of its column, where that is not the whole page."""
    first: int = 0
    last: int = 0
    """Its characters as PDFium counts those of the page."""

    def add(self, run: Run) -> None:
        """Put a run at the end; one that looks and stands like a part of the last run becomes that."""
        box = run.box
        assert box is not None
        last = self.runs[-1]
        assert last.box is not None
        near = self.way != 0 or box[0] - last.box[2] < 1.2 * max(run.look.size, 4)
        if near and last.doubtful == run.doubtful and (last.look is run.look or last.look.like(run.look)):
            last.text += run.text
            last.box = _around(last.box, box)
        else:
            self.runs.append(run)
        self.left, self.top, self.right, self.bottom = _around((self.left, self.top, self.right, self.bottom), box)

    @property
    def text(self) -> str:
        return "".join(r.text for r in self.runs)

    @property
    def size(self) -> float:
        return max((r.look.size for r in self.runs), default=0.0)


@dataclass(slots=True)
class Page:
    """A page's lines in reading order, and its height in points."""

    lines: list[Line] = field(default_factory=list)
    height: float = 0.0
    _edges: tuple[float, float] | None = None

    @property
    def edges(self) -> tuple[float, float]:
        """The leftmost and the rightmost point of its lines."""
        if self._edges is None:
            self._edges = (
                min((x.left for x in self.lines), default=0.0),
                max((x.right for x in self.lines), default=0.0),
            )
        return self._edges


def flow(out: Builder, pages: list[Page], letters: Heights) -> None:
    """Add the text of the pages: the paragraphs in order, then once each what heads and feet say."""
    marginal = _marginal(pages)
    paragraph: list[Line] = []
    for page in pages:
        for line in page.lines:
            if _margin_kind(line, page.height, marginal) is not None:
                continue
            if paragraph and not _continues(paragraph[-1], line, pages[paragraph[-1].page - 1]):
                _emit(out, paragraph, letters)
                paragraph = []
            paragraph.append(line)
    _emit(out, paragraph, letters)
    seen: set[str] = set()
    for page in pages:
        for line in page.lines:
            kind = _margin_kind(line, page.height, marginal)
            words = _shape(line)
            if kind is not None and words not in seen and not _PAGE_NUMBER.fullmatch(line.text.strip()):
                seen.add(words)
                _emit(out, [line], letters, kind)


def _marginal(pages: list[Page]) -> set[str]:
    """Words that stand at the head or foot of at least three pages (or of both pages of two)."""
    seen: Counter[str] = Counter()
    for page in pages:
        high = page.height
        seen.update({_shape(x) for x in page.lines if high and (x.bottom < 0.1 * high or x.top > 0.9 * high)})
    need = 2 if len(pages) == 2 else 3
    return {words for words, n in seen.items() if n >= need}


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", fold(line.text)).strip()


def _margin_kind(line: Line, height: float, marginal: set[str]) -> BlockKind | None:
    if not height:
        return None
    head, foot = line.bottom < 0.1 * height, line.top > 0.9 * height
    if not (head or foot):
        return None
    if _shape(line) in marginal or _PAGE_NUMBER.fullmatch(line.text.strip()):
        return "header" if head else "footer"
    return None


def _continues(before: Line, line: Line, page: Page) -> bool:
    """True when a line goes on with the paragraph of the line before it, which stands on `page`."""
    text, previous = line.text.strip(), before.text.rstrip()
    if line.way or before.way:
        return False
    if line.cell or (_ITEM.match(text) and not (text[:1].islower() and not re.match(r"\(?[a-zđ][.)]\s", text))):
        return False
    if abs(line.size - before.size) > 0.6:
        return False
    if _HYPHEN.search(previous) and text[:1].isalpha() and before.page == line.page and line.top > before.top:
        return True
    left_edge, right_edge = before.edges or page.edges
    full = before.right > right_edge - 0.12 * (right_edge - left_edge or 1.0)
    if before.page == line.page:
        step = line.top - before.top
        if line.edges != before.edges:  # from the foot of a column to the head of the next
            return not previous.endswith(_CLOSED) and (full or text[:1].islower())
        if step < -2 or step > 2.4 * max(before.size, 6):
            return text[:1].islower() and not previous.endswith(_CLOSED) and step < 0
        if previous.endswith((".", ";", ":", "!", "?")) and not full:
            return False
        if line.left > before.left + 14 and previous.endswith((".", ";", ":")):
            return False
        return full or (text[:1].islower() and not previous.endswith(_CLOSED))
    return not previous.endswith(_CLOSED) and (full or text[:1].islower())


def _emit(out: Builder, lines: list[Line], heights: Heights, kind: BlockKind | None = None) -> None:
    if not lines:
        return
    runs: list[tuple[str, Piece]] = []
    for n, line in enumerate(lines):
        box = (line.left, line.top, line.right, line.bottom)
        for m, run in enumerate(line.runs):
            text = run.text
            if n and m == 0:
                text = text.lstrip() if _HYPHEN.search(lines[n - 1].text.rstrip()) else " " + text.lstrip()
            if m == len(line.runs) - 1:
                text = text.rstrip()
            if text:
                look = run.look
                ratio = heights.ratio(look.font)
                # The size of a recognised letter is known to half a point at best: too little to judge it by.
                origin = Piece(
                    0, 0, page=line.page, box=run.box or box,
                    size=round(look.size, 2) if run.confidence is None else None, color=look.color,
                    font=look.font or None, background=look.background,
                    x_height=round(ratio * look.size, 3) if ratio else None, hidden=look.hidden,
                    confidence=run.confidence,
                )  # fmt: skip
                runs.append((text, origin))
    first = lines[0]
    block: BlockKind = kind or "paragraph"
    if kind is None and first.cell:
        block = "table_cell"
    elif kind is None and first.way:
        block = "text_box"
    elif kind is None and _ITEM.match(first.text):
        block = "list_item"
    out.block(runs, block, page=lines[0].page)
