"""The text of a contract cut where findings begin and end, so that a page can show them in place.

Findings may nest, overlap and run over several paragraphs. HTML elements may not overlap, so the text is cut at every
border and each segment says which findings lie over it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hpcp_rules.model.source import BlockKind, SourceDocument
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.text.fold import printable

_TITLE = 160
"""Characters from which the opening of an article is no title but its text."""


@dataclass(frozen=True, slots=True)
class Range:
    """Characters `start` to `end` of the text with the key of what lies over them."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text over which nothing begins or ends."""

    text: str
    """Fit to be shown: what would turn the writing direction is U+FFFD."""
    over: tuple[str, ...] = ()
    """Keys of the findings that lie over it, the one that began first in front."""
    evidence: bool = False
    opens: tuple[str, ...] = ()
    """Keys of the findings that begin with it."""
    closes: tuple[str, ...] = ()
    """Keys of the findings that end with it."""
    anchors: tuple[str, ...] = ()
    """Keys of the places that other parts of the page point to."""
    page: int | None = None
    """The page that begins here."""
    unread: bool = False
    """True for what the reader listed as not checked."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of the document in segments."""

    kind: BlockKind
    title: bool
    """True for headings and for the titles of articles."""
    segments: tuple[Segment, ...]


def paragraphs(
    source: SourceDocument,
    findings: Sequence[Range],
    *,
    document: ContractDocument | None = None,
    evidence: Iterable[tuple[int, int]] = (),
    anchors: Iterable[Range] = (),
) -> tuple[Paragraph, ...]:
    """The blocks of the text, each cut where something begins or ends; time is linear in text and marks.

    Arguments:
        findings: what to mark; a range of no characters is left out.
        document: its outline tells the titles of articles in formats that have no headings.
        evidence: the words that made rules fire.
        anchors: places to point at; only their starts count.
    """
    marked = sorted((r for r in findings if r.end > r.start), key=lambda r: (r.start, -r.end))
    proof = _union(evidence)
    unread = _union((n.span.start, n.span.end) for n in source.not_checked if n.span is not None)
    pages = _page_starts(source)
    places = sorted(anchors, key=lambda r: r.start)
    cuts = sorted(
        {x for r in marked for x in (r.start, r.end)}
        | {x for s in (*proof, *unread) for x in s}
        | {r.start for r in places}
        | set(pages)
    )
    titles = _titles(document)
    out: list[Paragraph] = []
    active: list[Range] = []
    waiting = 0
    pointed = 0
    for block in source.blocks:
        inside = cuts[bisect_right(cuts, block.start) : bisect_left(cuts, block.end)]
        borders = [block.start, *inside, block.end]
        segments: list[Segment] = []
        for start, end in pairwise(borders):
            active = [r for r in active if r.end > start]
            fresh: list[Range] = []
            # What begins between blocks, in a line break, is shown from the next character on.
            while waiting < len(marked) and marked[waiting].start <= start:
                if marked[waiting].end > start:
                    fresh.append(marked[waiting])
                waiting += 1
            active += fresh
            here: list[str] = []
            while pointed < len(places) and places[pointed].start <= start:
                here.append(places[pointed].key)
                pointed += 1
            over = tuple(r.key for r in active)
            closing = tuple(r.key for r in active if r.end <= end)
            segments.append(
                Segment(
                    printable(source.text[start:end]),
                    over=over,
                    evidence=bool(over) and _inside(proof, start),
                    opens=tuple(r.key for r in fresh),
                    closes=closing,
                    anchors=tuple(here),
                    page=pages.get(start),
                    unread=_inside(unread, start),
                )
            )
        title = block.kind == "heading" or (block.start in titles and block.end - block.start <= _TITLE)
        out.append(Paragraph(block.kind, title, tuple(segments)))
    return tuple(out)


def _union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans sorted, those that touch made one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _inside(spans: list[tuple[int, int]], offset: int) -> bool:
    i = bisect_right(spans, (offset, 1 << 62)) - 1
    return i >= 0 and spans[i][0] <= offset < spans[i][1]


def _page_starts(source: SourceDocument) -> dict[int, int]:
    """Where each page begins, by the first character on it; headers and footers of the flow's end begin none."""
    out: dict[int, int] = {}
    last = 0
    for piece in source.pieces:
        if piece.page is not None and piece.page > last:
            last = piece.page
            start = piece.start
            while start < piece.end - 1 and source.text[start].isspace():
                start += 1
            out[start] = last
    return out


def _titles(document: ContractDocument | None) -> frozenset[int]:
    if document is None:
        return frozenset()
    return frozenset(n.start for n in document.nodes if n.level in ("part", "chapter", "section", "article", "heading"))
