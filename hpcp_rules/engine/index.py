"""Where every phrase of the pack and every party's name stands in a document: one pass, then look-ups.

Positions inside a unit are syllables counted from the sentence's own first syllable; the syllables of its
lead-ins have negative positions, so a pattern may begin in "Bên A có quyền:" and end in item a).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

import ahocorasick_rs

from hpcp_rules.rulespec.pattern import Phrase, PhraseTable
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.text.periods import find_periods
from hpcp_rules.text.tokens import Tokens, phrase_key, tokenize

Event = tuple[int, int]
Events = dict[int, list[Event]]

LEAD_SYLLABLES = 40
"""How much of a lead-in is looked at: its end. A bound, so that a long lead-in cannot cost each of its items."""
_FEW = 3
"""Documents searched with an automaton of their own before the whole one is built."""
_LEAD_DEPTH = 3
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
        self._phrases = list(table.phrases)
        self._sets = list(table.phrases.values())
        self._sizes = [len(p) for p in self._phrases]
        self._all_sets: dict[int, tuple[int, ...]] = {}
        self._whole: ahocorasick_rs.AhoCorasick | None = None
        self._searched = 0

    def find(self, joined: str) -> Iterator[tuple[int, int]]:
        """(phrase number, start) of every occurrence in the joined syllables."""
        if not self._phrases:
            return
        self._searched += 1
        if self._whole is None and self._searched > _FEW:
            self._whole = _automaton(self._phrases)
        if self._whole is not None:
            for number, begin, _ in self._whole.find_matches_as_indexes(joined, overlapping=True):
                yield number, begin
            return
        holds = frozenset(joined.split()).issuperset
        numbers = [n for n, phrase in enumerate(self._phrases) if holds(phrase)]
        if numbers:
            some = _automaton([self._phrases[n] for n in numbers])
            for number, begin, _ in some.find_matches_as_indexes(joined, overlapping=True):
                yield numbers[number], begin

    def sets_of(self, phrase: int, without: Set[int] = frozenset()) -> tuple[int, ...]:
        """The sets a phrase belongs to (none of `without`), and those that hold these sets whole."""
        if without:
            return self.table.with_unions(n for n in self._sets[phrase] if n not in without)
        found = self._all_sets.get(phrase)
        if found is None:
            found = self._all_sets[phrase] = self.table.with_unions(self._sets[phrase])
        return found

    def size_of(self, phrase: int) -> int:
        """Its syllables."""
        return self._sizes[phrase]


def _automaton(phrases: list[Phrase]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick([f" {' '.join(p)} " for p in phrases])


# What numbers an item is no part of its sentence: "c) ", "7.2. ", "(iii) ", "- ".
_LABEL = re.compile(
    r"\s*(?:[-–+*•●▪◦]\s*)?(?:\(?(?:[a-zđ]|[ivx]{1,5}|\d{1,3}(?:\.\d{1,3})*)[.)/:]+\s+|\d{1,3}(?:\.\d{1,3})+\s+)?(?=\S)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Unit:
    """A sentence with its lead-ins as the matcher sees it."""

    events: Events
    mask: int
    length: int
    lead: int
    """Syllables of lead-in before position 0."""
    governs: bool = False
    """True when the lead-in says what its items are ("Bên A có quyền:"), not when ("… trong các trường hợp sau:")."""


@dataclass(slots=True)
class Index:
    """Everything the matcher looks up in one document."""

    document: ContractDocument
    tokens: Tokens
    first: list[int]
    """First token of each sentence."""
    last: list[int]
    """Token after the last of each sentence."""
    events: list[Events]
    masks: list[int]
    with_set: dict[int, list[int]]
    """Sentences that hold a phrase of a set."""
    _parties: tuple[int, ...]
    """Sets of the names of business and consumer."""
    work: int = 0
    """Phrases placed and slots tried: the counted work that tests of growth look at."""
    _units: dict[int, Unit] = field(default_factory=dict)
    _segments: dict[int, list[int]] = field(default_factory=dict)

    def unit(self, sentence: int) -> Unit:
        """The sentence with its lead-ins before it."""
        found = self._units.get(sentence)
        if found is not None:
            return found
        length = self.last[sentence] - self.first[sentence]
        lead = self.document.sentences[sentence].lead_in
        if lead is None or self._stands_alone(sentence, lead):
            unit = Unit(self.events[sentence], self.masks[sentence], length, 0)
        else:
            merged: Events = {}
            mask = self.masks[sentence]
            offset = 0
            chain: list[Events] = [self.events[sentence]]
            shifts = [0]
            cuts = [length]
            depth = 0
            while lead is not None and depth < _LEAD_DEPTH and lead != sentence:
                size = self.last[lead] - self.first[lead]
                used = min(size, LEAD_SYLLABLES)
                offset += used
                chain.append(self.events[lead])
                shifts.append(-offset - (size - used))
                cuts.append(-offset)
                mask |= self.masks[lead]
                nxt = self.document.sentences[lead].lead_in
                lead = nxt if nxt is not None and nxt < lead else None
                depth += 1
            for events, shift, cut in zip(reversed(chain), reversed(shifts), reversed(cuts), strict=True):
                for set_id, spans in events.items():
                    row = merged.setdefault(set_id, [])
                    for s, e in spans:
                        if shift == 0 or s + shift >= cut:
                            row.append((s + shift, e + shift))
            unit = Unit(merged, mask, length, offset, self._governs(sentence))
        self._units[sentence] = unit
        return unit

    def _stands_alone(self, sentence: int, lead: int) -> bool:
        """True for an item that opens with a party's name under a lead-in that names one too and states no condition.

        Both are statements then: "Khách hàng cam kết:" does not govern "Công ty có quyền thay đổi …" below it.
        """
        own = (s for party in self._parties for s, _ in self.events[sentence].get(party, ()))
        named = any(party in self.events[lead] for party in self._parties)
        return named and min(own, default=_OPENING + 1) <= _OPENING and not self.names_conditions(lead)

    def _governs(self, sentence: int) -> bool:
        lead = self.document.sentences[sentence].lead_in
        assert lead is not None
        return not self.names_conditions(lead)

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
        """True for an event of a lead-in that is a heading ("9. CHUYỂN NHƯỢNG"): it names a subject, it does nothing."""
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
                if previous is not None and any(c in ",;:()–—" for c in text[previous : self.tokens.starts[t]]):
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
    tokens = tokenize(document.source.text)
    starts = tokens.starts
    first: list[int] = []
    last: list[int] = []
    parts: list[str] = []
    place: dict[int, tuple[int, int]] = {}
    here = 0
    for s in document.sentences:
        label = _LABEL.match(document.source.text, s.start, s.end)
        a = bisect_left(starts, label.end() if label else s.start)
        b = bisect_left(starts, s.end, a)
        first.append(a)
        last.append(b)
        parts.append(" ")
        here += 1
        for t in range(a, b):
            place[here - 1] = (s.index, t - a)
            key = tokens.keys[t]
            parts.append(key)
            parts.append(" ")
            here += len(key) + 1
        parts.append("\n")
        here += 1
    joined = "".join(parts)

    count = len(document.sentences)
    events: list[Events] = [{} for _ in range(count)]
    masks = [0] * count
    with_set: dict[int, list[int]] = {}
    work = 0

    def put(sentence: int, set_ids: Iterable[int], event: Event) -> None:
        row = events[sentence]
        for set_id in set_ids:
            spans = row.get(set_id)
            if spans is None:
                row[set_id] = [event]
                masks[sentence] |= 1 << set_id
                with_set.setdefault(set_id, []).append(sentence)
            else:
                spans.append(event)

    table = finder.table
    wide = {n: table.with_unions((n,)) for n in (*range(len(table.DYNAMIC)), *table.limits)}
    business: dict[int, list[Event]] = {}
    for set_id, sentence, event in _role_events(document, joined, place, table):
        put(sentence, wide[set_id], event)
        if set_id == table.dynamic("$BUSINESS"):
            business.setdefault(sentence, []).append(event)
        work += 1
    others = table.others
    for phrase, begin in finder.find(joined):
        sentence, position = place[begin]
        event = (position, position + finder.size_of(phrase))
        work += 1
        sets = finder.sets_of(phrase)
        if sentence in business and not others.isdisjoint(sets):
            own = any(s <= event[0] and event[1] <= e for s, e in business[sentence])
            sets = finder.sets_of(phrase, without=others) if own else sets
        put(sentence, sets, event)

    number, percent = table.dynamic("#n"), table.dynamic("#%")
    keys = tokens.keys
    for i in range(count):
        for t in range(first[i], last[i]):
            if keys[t][0].isdigit():
                p = t - first[i]
                put(i, wide[number], (p, p + 1))
                if t + 1 < last[i] and keys[t + 1] == "%":
                    put(i, wide[percent], (p, p + 2))
        if table.limits:
            for a, b, found in find_periods(keys[first[i] : last[i]]):
                for set_id, limit in table.limits.items():
                    if found.surely(limit.sign, limit.amount, limit.unit):
                        put(i, wide[set_id], (a, b))
    for row in events:
        for spans in row.values():
            spans.sort()
    parties = (table.dynamic("$BUSINESS"), table.dynamic("$CONSUMER"))
    return Index(document, tokens, first, last, events, masks, with_set, parties, work + len(tokens))


def _role_events(
    document: ContractDocument, joined: str, place: dict[int, tuple[int, int]], table: PhraseTable
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
            sentence, position = place[begin]
            chosen.append((sentence, (position, position + len(keys[n])), names[keys[n]]))

    ids = {r: table.dynamic(f"${r.upper()}") for r in ("business", "consumer", "third")}
    either = table.dynamic("$PARTY")
    for sentence, event, role in chosen:
        yield ids[role], sentence, event
        if role != "third":
            yield either, sentence, event
