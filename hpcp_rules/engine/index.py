"""Where every phrase of the pack and every party's name stands in a document: one pass, then look-ups.

Positions inside a unit are syllables counted from the sentence's own first syllable; the syllables of its
lead-ins have negative positions, so a pattern may begin in "Bên A có quyền:" and end in item a).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import ahocorasick_rs

from hpcp_rules.rulespec.pattern import PhraseList, PhraseTable
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.text.periods import MAY_PERIOD, find_periods
from hpcp_rules.text.tokens import Tokens, phrase_key, tokenize

Event = tuple[int, int]
"""Place of the first syllable, place after the last."""
Places = dict[int, list[Event]]
"""Where each phrase stands in a sentence, by its number."""

LEAD_SYLLABLES = 40
"""How much of a lead-in is looked at: its end. A bound, so that a long lead-in cannot cost each of its items."""
_FEW = 3
"""Documents searched with an automaton of their own before the whole one is built."""
_LEAD_DEPTH = 3
_STRETCH = 256
"""Sentences whose sets are kept as the bits of one number."""
_FIGURE = re.compile(r" (?=\d)")
_PERIOD = re.compile(rf" (?={MAY_PERIOD} )")
_BREAKS = frozenset(",;:()–—")
"""Where a comma segment ends."""
_OPENING = 1
"""The last place at which a party's name still opens a sentence ("Các Bên …")."""
_TAIL = 9
_WHEN = frozenset(("hợp", "khi", "nếu", "kiện"))
"""Words ("trường hợp", "khi", "nếu", "điều kiện") by which the end of a lead-in makes its items conditions."""

# Words that begin like a party's name and are none.
_NO_NAMES = tuple(
    phrase_key(p)
    for p in (
        "khách quan", "trường hợp", "khách sạn", "bạn bè", "khách mời", "bên nào", "công ty con", "công ty mẹ",
        "công ty liên kết", "công ty thành viên", "khách hàng khác", "người dùng khác", "thành viên khác",
        "thành viên gia đình", "hãng sản xuất", "sàn nhà", "ứng dụng khác", "trang web khác", "website khác",
        "trường học", "người sử dụng khác", "hội viên khác", "học viên khác", "hành khách khác", "ngân hàng nhà nước",
        "ngân hàng thụ hưởng", "ngân hàng liên kết", "chăm sóc khách hàng", "hỗ trợ khách hàng",
    )
)  # fmt: skip


class PhraseFinder:
    """The phrases of a pack, found in one pass of an automaton.

    An automaton of all phrases takes longer to build than one contract takes to check. So the first documents are
    searched for the phrases whose syllables they hold, and only who checks more of them gets the whole automaton.
    """

    def __init__(self, table: PhraseTable) -> None:
        self.table = table
        self._phrases = table.listed()
        self.sizes: Mapping[int, int] = _Sizes(self._phrases)
        """Syllables of each phrase, by its number."""
        self.members: Mapping[int, frozenset[int]] = _Members(table)
        """The sets each phrase belongs to, and those that hold these sets whole."""
        self._whole: ahocorasick_rs.AhoCorasick | None = None
        self._searched = 0

    def find(self, joined: str) -> list[tuple[int, int, int]]:
        """(phrase, start, end) of every occurrence in the joined syllables."""
        texts, groups = self._phrases.texts, self._phrases.groups
        if not texts:
            return []
        self._searched += 1
        if self._whole is None and self._searched > _FEW:
            self._whole = _automaton(texts)
        if self._whole is not None:
            return self._whole.find_matches_as_indexes(joined, overlapping=True)
        words = joined.split(" ")
        here = set(words)
        holds = here.issuperset
        openings = here.union(f"{a} {b}" for a, b in pairwise(words))
        numbers = [
            n
            for opening in sorted(openings & groups.keys())
            for n in range(*groups[opening])
            if holds(texts[n].split(" "))
        ]
        if not numbers:
            return []
        some = _automaton([texts[n] for n in numbers])
        return [(numbers[n], a, b) for n, a, b in some.find_matches_as_indexes(joined, overlapping=True)]

    def variant(self, phrase: int) -> int:
        """The phrase as a name of the business itself: a member of its other sets only."""
        return len(self._phrases.texts) + phrase

    def may_be_own(self, phrase: int) -> bool:
        """True for a phrase that does not count in some of its sets where it is a name of the business itself."""
        return not self.table.others.isdisjoint(self._phrases.sets[phrase])


class _Sizes(dict[int, int]):
    """Syllables of each phrase, counted on demand."""

    def __init__(self, phrases: PhraseList) -> None:
        super().__init__()
        self._texts = phrases.texts

    def __missing__(self, phrase: int) -> int:
        size = self[phrase] = self._texts[phrase].count(" ") + 1
        return size


class _Members(dict[int, frozenset[int]]):
    """The sets of each phrase, filled on demand: most phrases of a pack are in no document."""

    def __init__(self, table: PhraseTable) -> None:
        super().__init__()
        self._table = table
        self._sets = table.listed().sets

    def __missing__(self, phrase: int) -> frozenset[int]:
        table, sets = self._table, self._sets
        if phrase < 0:
            own: Iterable[int] = (-phrase - 1,)
        elif phrase < len(sets):
            own = sets[phrase]
        else:
            own = [n for n in sets[phrase - len(sets)] if n not in table.others]
        found = self[phrase] = frozenset(table.with_unions(own))
        return found


def dynamic_phrase(set_id: int) -> int:
    """The number that stands for a name, a number or a period: what is known only when a document is there."""
    return -set_id - 1


def _automaton(phrases: list[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick([f" {p} " for p in phrases])


# What numbers an item is no part of its sentence: "c) ", "7.2. ", "(iii) ", "- ".
_LABEL = re.compile(
    r"\s*(?:[-–+*•●▪◦]\s*)?(?:\(?(?:[a-zđ]|[ivx]{1,5}|\d{1,3}(?:\.\d{1,3})*)[.)/:]+\s+|\d{1,3}(?:\.\d{1,3})+\s+)?(?=\S)",
    re.IGNORECASE,
)


class Unit:
    """A sentence with its lead-ins as the matcher sees it."""

    __slots__ = ("_parts", "_present", "_spans", "governs", "lead", "length")

    def __init__(
        self,
        parts: list[tuple[Places, int, int]],
        present: Mapping[int, list[int]],
        length: int,
        lead: int,
        governs: bool,
    ) -> None:
        # The sentence and each lead-in: its places, what turns them into places of the unit, the first that counts.
        self._parts = parts
        self._present = present
        self._spans: dict[int, list[Event]] = {}
        self.length = length
        self.lead = lead
        """Syllables of lead-in before position 0."""
        self.governs = governs
        """True when the lead-in says what its items are ("Bên A có quyền:"), not when ("… trong trường hợp sau:")."""

    def spans(self, set_id: int) -> list[Event]:
        """Where phrases of a set stand, in order; in a lead-in the places are negative."""
        found = self._spans.get(set_id)
        if found is None:
            found = []
            for phrase in self._present.get(set_id, ()):
                for places, shift, first in self._parts:
                    events = places.get(phrase)
                    if events:
                        found += [(s + shift, e + shift) for s, e in events if s + shift >= first] if shift else events
            found.sort()
            self._spans[set_id] = found
        return found


class _Bits(dict[int, int]):
    """For each set, the bits of the sentences that hold one of its phrases; made of the phrases' bits on demand."""

    def __init__(self, phrases: Mapping[int, int], present: Mapping[int, list[int]]) -> None:
        super().__init__()
        self._phrases = phrases
        self._present = present

    def __missing__(self, set_id: int) -> int:
        bits = 0
        for phrase in self._present.get(set_id, ()):
            bits |= self._phrases.get(phrase, 0)
        self[set_id] = bits
        return bits


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which sets occur in which of a number of neighbouring sentences: bit n of a set is sentence `first` + n."""

    first: int
    count: int
    own: Mapping[int, int]
    """By the sentence's own words."""
    whole: Mapping[int, int]
    """With those of its lead-ins."""


@dataclass(slots=True)
class Index:
    """Everything the matcher looks up in one document."""

    document: ContractDocument
    tokens: Tokens
    first: list[int]
    """First token of each sentence."""
    last: list[int]
    """Token after the last of each sentence."""
    places: list[Places]
    """Where each phrase stands in each sentence."""
    present: dict[int, list[int]]
    """For each set, those of its phrases that the document holds."""
    parties: list[tuple[int, ...]]
    """For each sentence, the places of names of business or consumer."""
    work: int = 0
    """Phrases placed and slots tried: the counted work that tests of growth look at."""
    stretches: list[Stretch] = field(default_factory=list)
    _units: dict[int, Unit] = field(default_factory=dict)
    _segments: dict[int, list[int]] = field(default_factory=dict)

    def candidates(self, needed: Sequence[int], keep: Sequence[int] = ()) -> Iterator[int]:
        """Sentences that hold a phrase of the last set and, with their lead-ins, of all others; in order.

        Arguments:
            keep: for each stretch, the bits of the sentences that count (default: all).
        """
        last = needed[-1]
        for number, stretch in enumerate(self.stretches):
            bits = stretch.own[last]
            if bits and keep:
                bits &= keep[number]
            for set_id in needed:
                if not bits:
                    break
                bits &= stretch.whole[set_id]
            while bits:
                low = bits & -bits
                yield stretch.first + low.bit_length() - 1
                bits ^= low

    def holds(self, sentence: int, needed: Iterable[int]) -> bool:
        """True when the sentence with its lead-ins holds a phrase of every set."""
        whole = self.stretches[sentence // _STRETCH].whole
        bit = 1 << sentence % _STRETCH
        for set_id in needed:  # noqa: SIM110 - the innermost loop of a check
            if not whole[set_id] & bit:
                return False
        return True

    def lead_ins(self, sentence: int) -> list[int]:
        """The sentences that govern this one, the nearest first; none for an item that stands alone."""
        sentences = self.document.sentences
        lead = sentences[sentence].lead_in
        if lead is None or self._stands_alone(sentence, lead):
            return []
        chain: list[int] = []
        while lead is not None and len(chain) < _LEAD_DEPTH and lead != sentence:
            chain.append(lead)
            outer = sentences[lead].lead_in
            lead = outer if outer is not None and outer < lead else None
        return chain

    def unit(self, sentence: int) -> Unit:
        """The sentence with its lead-ins before it."""
        found = self._units.get(sentence)
        if found is not None:
            return found
        length = self.last[sentence] - self.first[sentence]
        parts = [(self.places[sentence], 0, 0)]
        offset = 0
        chain = self.lead_ins(sentence)
        for lead in chain:
            size = self.last[lead] - self.first[lead]
            offset += min(size, LEAD_SYLLABLES)
            shift = min(size, LEAD_SYLLABLES) - size - offset
            parts.append((self.places[lead], shift, -offset))
        unit = Unit(parts, self.present, length, offset, bool(chain) and not self.names_conditions(chain[0]))
        self._units[sentence] = unit
        return unit

    def _stands_alone(self, sentence: int, lead: int) -> bool:
        """True for an item that opens with a party's name under a lead-in that names one too and states no condition.

        Both are statements then: "Khách hàng cam kết:" does not govern "Công ty có quyền thay đổi …" below it.
        """
        own = self.parties[sentence]
        return bool(own) and own[0] <= _OPENING and bool(self.parties[lead]) and not self.names_conditions(lead)

    def names_conditions(self, lead: int) -> bool:
        """True when a lead-in ends in "trường hợp", "khi", "nếu" or "điều kiện": its items are conditions."""
        tail = self.tokens.keys[max(self.first[lead], self.last[lead] - _TAIL) : self.last[lead]]
        return any(word in _WHEN for word in tail)

    def characters(self, sentence: int, event: Event) -> tuple[int, int]:
        """Characters of the text for an event of a unit; events of the lead-in give those of the lead-in."""
        s, e = event
        where = sentence
        base = 0
        while s < base:
            lead = self.document.sentences[where].lead_in
            assert lead is not None
            size = self.last[lead] - self.first[lead]
            base -= min(size, LEAD_SYLLABLES)
            where = lead
            if s >= base:
                token = self.last[lead] - min(size, LEAD_SYLLABLES) + (s - base)
                return self.tokens.starts[token], self.tokens.ends[token + (e - s) - 1]
        token = self.first[sentence] + s
        return self.tokens.starts[token], self.tokens.ends[token + (e - s) - 1]

    def segments(self, sentence: int) -> list[int]:
        """For each own token, the number of the comma segment it stands in."""
        found = self._segments.get(sentence)
        if found is None:
            text = self.document.source.text
            found = []
            number = 0
            previous = None
            for t in range(self.first[sentence], self.last[sentence]):
                if previous is not None:
                    between = text[previous : self.tokens.starts[t]]
                    if between != " " and not _BREAKS.isdisjoint(between):
                        number += 1
                found.append(number)
                previous = self.tokens.ends[t]
            self._segments[sentence] = found
        return found

    def key(self, sentence: int, position: int) -> str:
        """The syllable at an own position, or an empty string outside the sentence."""
        t = self.first[sentence] + position
        return self.tokens.keys[t] if self.first[sentence] <= t < self.last[sentence] else ""


def build_index(document: ContractDocument, finder: PhraseFinder) -> Index:
    """Tokenise once, find all phrases and names once."""
    text = document.source.text
    tokens = tokenize(text)
    starts, keys = tokens.starts, tokens.keys
    first: list[int] = []
    last: list[int] = []
    flat: list[str] = []
    begins: list[int] = []
    """Where each sentence begins in `flat`."""
    owner: list[int] = []
    for here in document.sentences:
        label = _LABEL.match(text, here.start, here.end)
        a = bisect_left(starts, label.end() if label else here.start)
        b = bisect_left(starts, here.end, a)
        first.append(a)
        last.append(b)
        begins.append(len(flat))
        flat += keys[a:b]
        flat.append("\n")
        owner += [here.index] * (b - a + 1)
    joined = f" {' '.join(flat)} "
    place = dict(zip(accumulate((len(key) + 1 for key in flat), initial=0), range(len(flat)), strict=False))

    table = finder.table
    places: list[Places] = [{} for _ in document.sentences]

    def put(sentence: int, phrase: int, event: Event) -> None:
        places[sentence].setdefault(phrase, []).append(event)

    parties: list[list[int]] = [[] for _ in document.sentences]
    business: dict[int, list[Event]] = {}
    for set_id, sentence, (s, e) in _role_events(document, joined, place, owner, begins, table):
        put(sentence, dynamic_phrase(set_id), (s, e))
        if set_id == table.dynamic("$PARTY"):
            parties[sentence].append(s)
        elif set_id == table.dynamic("$BUSINESS"):
            business.setdefault(sentence, []).append((s, e))
    sizes, may_be_own, variant = finder.sizes, finder.may_be_own, finder.variant
    for phrase, begin, _ in finder.find(joined):
        token = place[begin]
        sentence = owner[token]
        at = token - begins[sentence]
        end = at + sizes[phrase]
        if sentence in business and any(s <= at and end <= e for s, e in business[sentence]) and may_be_own(phrase):
            phrase = variant(phrase)
        row = places[sentence]  # as `put`, written out: this is the innermost loop
        events = row.get(phrase)
        if events is None:
            row[phrase] = [(at, end)]
        else:
            events.append((at, end))
    number, percent = dynamic_phrase(table.dynamic("#n")), dynamic_phrase(table.dynamic("#%"))
    for found in _FIGURE.finditer(joined):
        token = place[found.start()]
        sentence = owner[token]
        at = token - begins[sentence]
        put(sentence, number, (at, at + 1))
        if flat[token + 1] == "%":
            put(sentence, percent, (at, at + 2))
    if table.limits:
        for i in sorted({owner[place[found.start()]] for found in _PERIOD.finditer(joined)}):
            for at, end, span in find_periods(keys[first[i] : last[i]]):
                for set_id, limit in table.limits.items():
                    if span.surely(limit.sign, limit.amount, limit.unit):
                        put(i, dynamic_phrase(set_id), (at, end))
    work = len(tokens) + sum(len(events) for row in places for events in row.values())
    present: dict[int, list[int]] = {}
    for phrase in set().union(*places):
        for set_id in finder.members[phrase]:
            present.setdefault(set_id, []).append(phrase)
    index = Index(document, tokens, first, last, places, present, [tuple(sorted(row)) for row in parties], work)
    index.stretches.extend(_stretch(index, a) for a in range(0, len(places), _STRETCH))
    return index


def _stretch(index: Index, first: int) -> Stretch:
    own: dict[int, int] = {}
    items: dict[int, int] = {}
    count = min(_STRETCH, len(index.places) - first)
    bit = 1
    for sentence in range(first, first + count):
        for phrase in index.places[sentence]:
            own[phrase] = own.get(phrase, 0) | bit
        if index.document.sentences[sentence].lead_in is not None:
            for lead in index.lead_ins(sentence):
                items[lead] = items.get(lead, 0) | bit
        bit <<= 1
    whole = own.copy()
    for lead, bits in items.items():
        seen = index.last[lead] - index.first[lead] - LEAD_SYLLABLES
        for phrase, events in index.places[lead].items():
            if events[-1][0] >= seen:
                whole[phrase] = whole.get(phrase, 0) | bits
    return Stretch(first, count, _Bits(own, index.present), _Bits(whole, index.present))


def _role_events(
    document: ContractDocument,
    joined: str,
    place: dict[int, int],
    owner: list[int],
    begins: list[int],
    table: PhraseTable,
) -> Iterator[tuple[int, int, Event]]:
    """(set, sentence, event) for the occurrences of the parties' names; of overlapping ones the longest counts."""
    names: dict[tuple[str, ...], str] = dict.fromkeys(_NO_NAMES, "")
    for party in document.parties:
        for name in party.names:
            names[phrase_key(name)] = party.role
    keys = [k for k in names if k]
    automaton = ahocorasick_rs.AhoCorasick([f" {' '.join(k)} " for k in keys])
    hits = []
    for n, begin, end in automaton.find_matches_as_indexes(joined, overlapping=True):
        hits.append((begin, -(end - begin), n))
    hits.sort()
    chosen: list[tuple[int, Event, str]] = []
    reach = -1
    for begin, minus, n in hits:
        if begin < reach - 1:
            continue
        reach = begin - minus
        if names[keys[n]]:
            token = place[begin]
            sentence = owner[token]
            position = token - begins[sentence]
            chosen.append((sentence, (position, position + len(keys[n])), names[keys[n]]))

    ids = {r: table.dynamic(f"${r.upper()}") for r in ("business", "consumer", "third")}
    either = table.dynamic("$PARTY")
    for sentence, event, role in chosen:
        yield ids[role], sentence, event
        if role != "third":
            yield either, sentence, event
