"""Syllable tokens with offsets: what phrases and patterns are matched on.

Words are not segmented: phrases matched on word tokens lose occurrences (see docs/decisions), on syllables none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hpcp_rules.text.fold import NO_WIDTH, fold, syllable_key

# A number keeps its separators ("1.000.000", "2,5"); a syllable may hold stray combining marks and characters
# of no width, which the key drops.
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|%|(?:[^\W\d_][{NO_WIDTH}\u0300-\u036f]*)+")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists: the key of each syllable and its characters `starts[i]` to `ends[i]` of the text."""

    keys: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.keys)


def tokenize(text: str) -> Tokens:
    """Split NFC text in syllables, numbers and percent signs; linear in its length."""
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in _TOKEN.finditer(fold(text)):
        keys.append(syllable_key(found.group()))
        start, end = found.span()
        starts.append(start)
        ends.append(end)
    return Tokens(keys, starts, ends)


@lru_cache(maxsize=100_000)
def phrase_key(phrase: str) -> tuple[str, ...]:
    """The syllable keys of a rule's phrase, folded exactly as documents are."""
    return tuple(tokenize(phrase).keys)
