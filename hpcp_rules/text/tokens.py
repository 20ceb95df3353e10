"""Syllable tokens with offsets: what phrases and patterns are matched on.

Words are not segmented: phrases matched on word tokens lose occurrences (see docs/decisions), on syllables none.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from hpcp_rules.text.fold import NO_WIDTH, fold, syllable_key

# A number keeps its separators ("1.000.000", "2,5"); a syllable may hold stray combining marks and characters
# of no width, which the key drops.
_ODD = re.compile(rf"[{NO_WIDTH}\u0300-\u036f]")
_PLAIN_TOKEN = re.compile(r"(\d+(?:[.,]\d+)*|%|[^\W\d_]+)")
_TOKEN = re.compile(rf"(\d+(?:[.,]\d+)*|%|(?:[^\W\d_][{NO_WIDTH}\u0300-\u036f]*)+)")
_PORTION = 65_536
"""Characters that are split at once."""
_KEPT = 65_536
"""Syllables whose keys are remembered: all of Vietnamese, and a bound for texts that are none."""


class _Keys(dict[str, str]):
    """The key of each syllable met before."""

    def __missing__(self, syllable: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        key = self[syllable] = syllable_key(syllable)
        return key


_KEYS = _Keys()


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists: the key of each syllable and its characters `starts[i]` to `ends[i]` of the text."""

    keys: list[str]
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        return len(self.keys)


def tokenize(text: str) -> Tokens:
    """Split NFC text in syllables, numbers and percent signs; linear in its length."""
    keys: list[str] = []
    starts, ends = array("I"), array("I")
    for begin, end in _portions(text):
        portion = fold(text[begin:end])
        # What stands between tokens and the tokens by turns: their places are the sums of the lengths.
        parts = (_TOKEN if _ODD.search(portion) else _PLAIN_TOKEN).split(portion)
        keys += [_KEYS[part] for part in parts[1::2]]
        places = array("I", accumulate(map(len, parts), initial=begin))
        starts += places[1:-1:2]
        ends += places[2::2]
    return Tokens(keys, starts, ends)


def _portions(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of the text that end between words, so that what is made on the way stays small."""
    begin = 0
    while begin < len(text):
        end = begin + _PORTION
        if end < len(text):
            end = text.rfind(" ", begin, end) + 1 or text.find(" ", end) + 1 or len(text)
        yield begin, min(end, len(text))
        begin = end


@lru_cache(maxsize=100_000)
def phrase_key(phrase: str) -> tuple[str, ...]:
    """The syllable keys of a rule's phrase, folded exactly as documents are."""
    return tuple(tokenize(phrase).keys)
