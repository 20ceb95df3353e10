"""Matching a compiled sequence in a unit: each slot is tried against the places of its phrases only.

For every place of a slot the nearest reachable end of the slot before it is enough (a nearer end leaves a
shorter gap, and a shorter gap holds fewer forbidden phrases), so the work is the number of places, not their
combinations: linear, whatever the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from hpcp_rules.engine.index import Event, Index, Stretch, Unit
from hpcp_rules.rulespec.pattern import Sequence

Chain = tuple[Event | None, ...]
"""The place of each slot; None for an optional slot that stayed empty."""


def chains(index: Index, unit: Unit, sequence: Sequence, low: int, high: int) -> list[Chain]:
    """All matches of a sequence within positions `low` to `high`, one for each place of its last slot."""
    frontier: list[tuple[int, Chain, int]] = []
    # (end reached, slots so far, gap carried over skipped optional slots)
    elements = sequence.elements
    head = elements[0]
    for s, e in unit.spans(head.set_id):
        index.work += 1
        if s < low or e > high or (sequence.at_start and s != 0):
            continue
        frontier.append((e, ((s, e),), 0))
    for element in elements[1:]:
        if not frontier:
            return []
        frontier.sort(key=lambda x: x[0])
        ends = [f[0] for f in frontier]
        nxt: list[tuple[int, Chain, int]] = []
        for s, e in unit.spans(element.set_id):
            index.work += 1
            if e > high:
                continue
            i = bisect_right(ends, s) - 1
            if i < 0:
                continue
            end, done, carried = frontier[i]
            # A lead-in governs its item whatever stands at its end ("… có quyền sau đây, sau khi thông báo …:").
            distance = s if unit.governs and end <= 0 <= s else s - end
            if distance > max(element.gap, carried):
                continue
            if element.without is not None and _between(unit, element.without, end, s):
                continue
            nxt.append((e, (*done, (s, e)), 0))
        if element.optional:
            nxt.extend((end, (*done, None), max(carried, element.gap)) for end, done, carried in frontier)
        frontier = nxt
    if sequence.at_end:
        frontier = [f for f in frontier if f[0] >= unit.length]
    return [done for _, done, _ in frontier]


def first_match(index: Index, sequence: Sequence, within: range | None = None, *, headings: bool = True) -> int | None:
    """The first sentence in which a sequence ends, or None; arguments as of `matching`."""
    return next(matching(index, sequence, within, headings=headings), None)


def matching(index: Index, sequence: Sequence, within: range | None = None, *, headings: bool = True) -> Iterator[int]:
    """The sentences in which a sequence ends, in order; what `look_ahead` was asked for is only looked up.

    Arguments:
        within: only these sentences.
        headings: False leaves out headings, unless something follows a colon in them ("Địa chỉ: …").
    """
    known = index.firsts.get(_key(sequence, within, headings))
    if known is not None:
        yield from known
        return
    for stretch in index.stretches():
        yield from _matching_in(index, stretch, sequence, within, headings)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `matching` will be asked, and how many sentences of its answer will be taken."""

    sequence: Sequence
    enough: int = 1
    within: range | None = None
    headings: bool = True


def look_ahead(index: Index, stretch: Stretch, wanted: Iterable[Wanted]) -> None:
    """Find what `matching` will be asked for in one more stretch: a long document is gone through once for all."""
    for w in wanted:
        found = index.firsts.setdefault(_key(w.sequence, w.within, w.headings), [])
        if len(found) < w.enough:
            more = _matching_in(index, stretch, w.sequence, w.within, w.headings)
            found += islice(more, w.enough - len(found))


def _key(sequence: Sequence, within: range | None, headings: bool) -> tuple[int, int | None, bool]:
    return id(sequence), within.stop if within else None, headings


def _matching_in(
    index: Index, stretch: Stretch, sequence: Sequence, within: range | None, headings: bool
) -> Iterator[int]:
    document = index.document
    for sentence in index.candidates(sequence.needed, stretch):
        if within is not None and sentence not in within:
            continue
        here = document.sentences[sentence]
        if not headings and here.heading and ":" not in document.source.text[here.start : here.end - 1]:
            continue
        unit = index.unit(sentence)
        if any(
            [e for e in chain if e is not None][-1][0] >= 0
            for chain in chains(index, unit, sequence, -unit.lead, unit.length)
        ):
            yield sentence


def _between(unit: Unit, set_id: int, start: int, end: int) -> bool:
    spans = unit.spans(set_id)
    i = bisect_left(spans, (start, start))
    return i < len(spans) and spans[i][1] <= end
