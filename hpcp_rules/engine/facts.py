"""Facts of a document that provisions depend on, from clues that each speak for or against."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice

from hpcp_rules.engine.index import Index
from hpcp_rules.engine.match import Wanted, matching
from hpcp_rules.model.report import FactInfo, Span
from hpcp_rules.rulespec.model import Clue, Fact, Pack

SURE = 0.75
"""Below this confidence both readings of a fact are checked."""
_TITLE_LINES = 6
_OFTEN = 3
"""A clue in so many sentences is what the document is about: its `often` counts as well."""
_EVIDENCE = 5
_AT_MOST = 0.97
"""Clues are words: they never make a fact certain; only the caller does."""


def find_facts(pack: Pack, index: Index, stated: Mapping[str, bool]) -> tuple[FactInfo, ...]:
    """Every fact of the pack for one document.

    Arguments:
        stated: facts the caller knows; they win over everything found.
    """
    return tuple(_fact(fact, index, stated) for fact in pack.facts)


def clues(pack: Pack) -> list[Wanted]:
    """What `find_facts` will look for."""
    return [Wanted(clue.sequence, _enough(clue), _within(clue)) for fact in pack.facts for clue in fact.clues]


def _within(clue: Clue) -> range | None:
    return range(_TITLE_LINES) if clue.title_only else None


def _enough(clue: Clue) -> int:
    return _OFTEN if clue.often else 1


def _fact(fact: Fact, index: Index, stated: Mapping[str, bool]) -> FactInfo:
    spec = fact.spec
    odds = spec.prior + spec.by_kind.get(index.document.kind, 0.0)
    spans: list[tuple[float, Span]] = []
    for clue in fact.clues:
        found = list(islice(matching(index, clue.sequence, _within(clue)), _enough(clue)))
        if found:
            weight = clue.weight + (clue.often if len(found) == _OFTEN else 0.0)
            odds += weight
            sentence = index.document.sentences[found[0]]
            spans.append((weight, Span(start=sentence.start, end=sentence.end)))
    said = stated.get(spec.id)
    value = odds > 0 if said is None else said
    evidence = dict.fromkeys(span for weight, span in sorted(spans, key=lambda s: -abs(s[0])) if (weight > 0) == value)
    return FactInfo(
        id=spec.id,
        title=spec.title,
        value=value,
        confidence=1.0 if said is not None else round(min(_AT_MOST, 1 / (1 + math.exp(-abs(odds)))), 3),
        stated=said is not None,
        evidence=tuple(evidence)[:_EVIDENCE],
    )
