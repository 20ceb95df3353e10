"""Where every phrase of the pack and every party's name stands in a document: one pass, then look-ups.

Positions inside a unit are syllables counted from the sentence's own first syllable; the syllables of its
lead-ins have negative positions, so a pattern may begin in "Bên A có quyền:" and end in item a).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from time import perf_counter

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
"""Sentences that are searched at once, and whose sets are kept as the bits of one number."""
_KEPT = 6
"""Stretches of which it stays known where phrases stand."""
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


class Index:
    """Everything the matcher looks up in one document.

    The document is searched stretch by stretch as it is asked for. Which phrases a stretch holds stays known; where
    they stand is kept for a few stretches only and found again where a sentence far away is asked for, so that memory
    does not grow with all the places of a long document.
    """

    def __init__(self, document: ContractDocument, finder: PhraseFinder) -> None:
        self.document = document
        self.tokens: Tokens = tokenize(document.source.text)
        self.first = array("I")
        """First token of each sentence."""
        self.last = array("I")
        """Token after the last of each sentence."""
        self.work = len(self.tokens)
        """Phrases placed and slots tried: the counted work that tests of growth look at."""
        self.searching = 0.0
        """Seconds spent on finding phrases for the first time."""
        self.firsts: dict[tuple[int, int | None, bool], list[int]] = {}
        """What `hpcp_rules.engine.match.look_ahead` found: the first places of sequences."""
        self._finder = finder
        self._names = _party_names(document)
        self._present: dict[int, list[int]] = {}
        """For each set, those of its phrases that the document holds as far as it was searched."""
        self._met: set[int] = set()
        self._party = array("i")
        """For each sentence, the place of its first name of business or consumer; -1 for none."""
        self._stretches: list[Stretch] = []
        self._places: dict[int, list[Places]] = {}
        self._units: dict[int, Unit] = {}
        self._segments: dict[int, list[int]] = {}
        text, starts = document.source.text, self.tokens.starts
        end = 0
        for here in document.sentences:
            label = _LABEL.match(text, here.start, here.end)
            begin = bisect_left(starts, label.end() if label else here.start)
            end = bisect_left(starts, here.end, begin)
            self.first.append(begin)
            self.last.append(end)

    def stretches(self) -> Iterator[Stretch]:
        """The document stretch by stretch."""
        for number in range(-(-len(self.document.sentences) // _STRETCH)):
            yield self._stretch(number)

    def _stretch(self, number: int) -> Stretch:
        while len(self._stretches) <= number:
            begin = perf_counter()
            self._search(len(self._stretches))
            self.searching += perf_counter() - begin
        return self._stretches[number]

    def candidates(self, needed: Sequence[int], stretch: Stretch) -> Iterator[int]:
        """Sentences that hold a phrase of the last set and, with their lead-ins, of all others; in order."""
        bits = stretch.own[needed[-1]]
        for set_id in needed:
            if not bits:
                return
            bits &= stretch.whole[set_id]
        while bits:
            low = bits & -bits
            yield stretch.first + low.bit_length() - 1
            bits ^= low

    def holds(self, sentence: int, needed: Iterable[int]) -> bool:
        """True when the sentence with its lead-ins holds a phrase of every set."""
        whole = self._stretch(sentence // _STRETCH).whole
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
        parts = [(self._places_in(sentence), 0, 0)]
        offset = 0
        chain = self.lead_ins(sentence)
        for lead in chain:
            size = self.last[lead] - self.first[lead]
            offset += min(size, LEAD_SYLLABLES)
            shift = min(size, LEAD_SYLLABLES) - size - offset
            parts.append((self._places_in(lead), shift, -offset))
        unit = Unit(parts, self._present, length, offset, bool(chain) and not self.names_conditions(chain[0]))
        if len(self._units) >= _KEPT * _STRETCH:
            self._units.clear()
        self._units[sentence] = unit
        return unit

    def _stands_alone(self, sentence: int, lead: int) -> bool:
        """True for an item that opens with a party's name under a lead-in that names one too and states no condition.

        Both are statements then: "Khách hàng cam kết:" does not govern "Công ty có quyền thay đổi …" below it.
        """
        return 0 <= self._party[sentence] <= _OPENING and self._party[lead] >= 0 and not self.names_conditions(lead)

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

    def in_heading(self, sentence: int, event: Event) -> bool:
        """True for an event of a lead-in that is a heading ("9. CHUYỂN NHƯỢNG"): it names a subject only."""
        base, where = 0, sentence
        while event[0] < base:
            lead = self.document.sentences[where].lead_in
            assert lead is not None
            base -= min(self.last[lead] - self.first[lead], LEAD_SYLLABLES)
            where = lead
        above = self.document.sentences[where]
        return where != sentence and above.heading and self.document.source.text[above.end - 1] != ":"

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
            if len(self._segments) >= _KEPT * _STRETCH:
                self._segments.clear()
            self._segments[sentence] = found
        return found

    def _places_in(self, sentence: int) -> Places:
        number = sentence // _STRETCH
        if number >= len(self._stretches):
            self._stretch(number)
        found = self._places.get(number)
        if found is None:
            found = self._find(number)
        return found[sentence - number * _STRETCH]

    def _search(self, number: int) -> None:
        """Search the next stretch for the first time."""
        self._party.extend(-1 for _ in range(min(_STRETCH, len(self.document.sentences) - number * _STRETCH)))
        places = self._find(number)
        self.work += sum(len(events) for row in places for events in row.values())
        first = number * _STRETCH
        own: dict[int, int] = {}
        items: dict[int, int] = {}
        bit = 1
        for n, row in enumerate(places):
            for phrase in row:
                own[phrase] = own.get(phrase, 0) | bit
            if self.document.sentences[first + n].lead_in is not None:
                for lead in self.lead_ins(first + n):
                    items[lead] = items.get(lead, 0) | bit
            bit <<= 1
        for phrase in own.keys() - self._met:
            for set_id in self._finder.members[phrase]:
                self._present.setdefault(set_id, []).append(phrase)
        self._met |= own.keys()
        whole = own.copy()
        for lead, bits in items.items():
            seen = self.last[lead] - self.first[lead] - LEAD_SYLLABLES
            row = places[lead - first] if lead >= first else self._places_in(lead)
            for phrase, events in row.items():
                if events[-1][0] >= seen:
                    whole[phrase] = whole.get(phrase, 0) | bits
        self._stretches.append(Stretch(first, len(places), _Bits(own, self._present), _Bits(whole, self._present)))

    def _find(self, number: int) -> list[Places]:
        """Where every phrase, name, number and period stands in the sentences of a stretch."""
        finder, table, keys = self._finder, self._finder.table, self.tokens.keys
        base = number * _STRETCH
        count = min(_STRETCH, len(self.document.sentences) - base)
        flat: list[str] = []
        begins: list[int] = []
        """Where each sentence begins in `flat`."""
        owner: list[int] = []
        for n in range(count):
            begins.append(len(flat))
            flat += keys[self.first[base + n] : self.last[base + n]]
            flat.append("\n")
            owner += [n] * (len(flat) - begins[-1])
        joined = f" {' '.join(flat)} "
        place = dict(zip(accumulate((len(key) + 1 for key in flat), initial=0), range(len(flat)), strict=False))
        places: list[Places] = [{} for _ in range(count)]

        def put(sentence: int, phrase: int, event: Event) -> None:
            places[sentence].setdefault(phrase, []).append(event)

        business: dict[int, list[Event]] = {}
        for role, sentence, (s, e) in self._named(joined, place, owner, begins):
            put(sentence, dynamic_phrase(table.dynamic(f"${role.upper()}")), (s, e))
            if role != "third":
                put(sentence, dynamic_phrase(table.dynamic("$PARTY")), (s, e))
                if self._party[base + sentence] < 0:
                    self._party[base + sentence] = s
            if role == "business":
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
        figure, percent = dynamic_phrase(table.dynamic("#n")), dynamic_phrase(table.dynamic("#%"))
        for found in _FIGURE.finditer(joined):
            token = place[found.start()]
            sentence = owner[token]
            at = token - begins[sentence]
            put(sentence, figure, (at, at + 1))
            if flat[token + 1] == "%":
                put(sentence, percent, (at, at + 2))
        if table.limits:
            for n in sorted({owner[place[found.start()]] for found in _PERIOD.finditer(joined)}):
                for at, end, span in find_periods(keys[self.first[base + n] : self.last[base + n]]):
                    for set_id, limit in table.limits.items():
                        if span.surely(limit.sign, limit.amount, limit.unit):
                            put(n, dynamic_phrase(set_id), (at, end))
        if len(self._places) >= _KEPT:
            del self._places[next(iter(self._places))]
        self._places[number] = places
        return places

    def _named(
        self, joined: str, place: dict[int, int], owner: list[int], begins: list[int]
    ) -> Iterator[tuple[str, int, Event]]:
        """(role, sentence, event) for the occurrences of the parties' names; of overlapping ones the longest counts."""
        roles, automaton = self._names
        hits = sorted(
            (begin, begin - end, n) for n, begin, end in automaton.find_matches_as_indexes(joined, overlapping=True)
        )
        reach = -1
        for begin, minus, n in hits:
            if begin < reach - 1:
                continue
            reach = begin - minus
            role, size = roles[n]
            if role:
                token = place[begin]
                sentence = owner[token]
                position = token - begins[sentence]
                yield role, sentence, (position, position + size)

    def key(self, sentence: int, position: int) -> str:
        """The syllable at an own position, or an empty string outside the sentence."""
        t = self.first[sentence] + position
        return self.tokens.keys[t] if self.first[sentence] <= t < self.last[sentence] else ""


def _party_names(document: ContractDocument) -> tuple[list[tuple[str, int]], ahocorasick_rs.AhoCorasick]:
    """The role of each name (empty for what only begins like one) with its syllables, and what finds them."""
    names: dict[tuple[str, ...], str] = dict.fromkeys(_NO_NAMES, "")
    for party in document.parties:
        for name in party.names:
            names[phrase_key(name)] = party.role
    roles = [(role, len(key)) for key, role in names.items() if key]
    return roles, ahocorasick_rs.AhoCorasick([f" {' '.join(key)} " for key in names if key])
