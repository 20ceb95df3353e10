"""Running a pack over a document: candidates, exceptions, policy, report."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from time import perf_counter
from types import MappingProxyType

from hpcp_rules.engine.actor import governing, satisfies
from hpcp_rules.engine.facts import clues, find_facts
from hpcp_rules.engine.index import Event, Index, PhraseFinder, Stretch
from hpcp_rules.engine.match import Chain, Wanted, chains, look_ahead
from hpcp_rules.engine.memory import Memory
from hpcp_rules.engine.required import find_required, parts
from hpcp_rules.model.report import (
    Bilingual,
    DocumentInfo,
    Evidence,
    Excused,
    Finding,
    NotChecked,
    PackInfo,
    PartyInfo,
    RunError,
    RunReport,
    Span,
)
from hpcp_rules.rulespec.model import Exception_, Pack, Pattern, Rule
from hpcp_rules.rulespec.pattern import Sequence
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.structure.facts import is_vietnamese
from hpcp_rules.structure.outline import numbering_length
from hpcp_rules.text.fold import fold, lookalikes
from hpcp_rules.version import __version__

_BEFORE, _AFTER = 10, 18
"""Syllables an exception's `before` and `after` windows reach."""
_DEONTIC = frozenset(("không", "phải", "sẽ", "được", "có", "chịu", "mất", "phạt", "cấm", "miễn", "bị"))
_NAMED_ACTS = frozenset((("miễn", "trách"), ("miễn", "trừ"), ("miễn", "nhiệm"), ("phạt", "vi"), ("bị", "cấm")))
"""Acts that a heading names and does not lay down: "9. Miễn trừ trách nhiệm", "Phạt vi phạm", "Hành vi bị cấm"."""
_NEGATORS = frozenset(("không", "chưa", "chẳng", "đừng", "cấm"))
_LIGHT = frozenset(("được", "có", "thể", "phải", "bị", "hề", "tự"))
"""Words that may stand between a negation and what it negates."""
_AND = frozenset(("và", "hoặc", "hay"))
_CONNECTIVES = frozenset(
    ("trừ", "nếu", "khi", "chỉ", "trong", "do", "vì", "theo", "kể", "ngay", "dù", "cho", "mà", "tại")
)
"""Words that open a clause of their own, so that a negated verb before the comma is none of theirs."""
_NOBODY = frozenset(("bất", "một", "ai", "phần", "bên", "nội"))
"""Third syllables of "không có bất kỳ phần nào …", which denies the whole sentence."""
_EVEN = frozenset(("cả", "dù", "bất", "dẫu"))
_LIST_OF_VERBS = 8
_LIST_ENDS = 14
"""Syllables after a verb in which the word that closes its list is looked for."""
_NEAR = frozenset(("match", "before", "after", "sentence"))
"""Windows within the sentence and its lead-ins."""
_REACH = {"item": 6, "clause": 30, "article": 60}
"""Sentences that the wider windows reach at most on each side."""
WHOLE = 12
"""Sentences from which a text is taken for a whole document, whose required contents are looked for."""
_RIVAL = 4
"""How many times rarer than the chief name another name of a party may be to be used in its place."""
_SEVERITY = {"info": 0, "low": 1, "medium": 2, "high": 3}


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that matched in a sentence and was not excused."""

    rule: Rule
    pattern: Pattern
    sentence: int
    chain: Chain

    @property
    def confidence(self) -> float:
        """How likely the sign is right: measured where it could be, else as the rule's author rates it."""
        return self.rule.confidence(self.pattern.spec)

    @property
    def severity(self) -> str:
        """Of the pattern, else of its rule."""
        return self.pattern.spec.severity or self.rule.spec.severity


class RuleRun:
    """One pack over one document."""

    def __init__(self, pack: Pack, finder: PhraseFinder, document: ContractDocument, as_of: date) -> None:
        self.pack = pack
        self.finder = finder
        self.document = document
        self.as_of = as_of
        self.index = Index(document, finder)
        self.hits: list[Hit] = []
        self.excused: list[Excused] = []
        self._pending: list[tuple[Hit, list[Exception_]]] = []
        """Matches that something elsewhere in the document may excuse."""
        self._settled: list[tuple[Hit, Exception_ | None]] = []
        self.spent: dict[str, float] = {}
        """Seconds of each rule, where they are measured."""

    def run(self, wanted: Collection[Wanted] = (), memory: Memory | None = None, *, time_rules: bool = False) -> None:
        """Try every pattern in force where the last of its phrases stands, and look for `wanted` on the way.

        Arguments:
            memory: rules that it keeps are not run again; what every rule says is put into it.
            time_rules: measure the time of each rule, in `spent`.
        """
        kept = memory.kept if memory is not None else {}
        patterns = [(rule, pattern) for rule, pattern in self._in_force() if rule.id not in kept]
        rules = {rule.id: rule for rule, _ in patterns}.values()
        elsewhere = [e for rule in rules for e in rule.exceptions if e.spec.window == "document"]
        found: set[int] = set()
        for stretch in self.index.stretches():
            here = range(stretch.first, stretch.first + stretch.count)
            silent = {i for i in here if self._title(i) or self._asks(i)}
            opening = {i for i in here if i not in silent and self._opens_conditions(i)}
            no_terms = silent | opening
            for rule, pattern in patterns:
                begin = perf_counter() if time_rules else 0.0
                self._pattern(rule, pattern, stretch, silent if pattern.spec.opens else no_terms)
                if time_rules:
                    self.spent[rule.id] = self.spent.get(rule.id, 0.0) + perf_counter() - begin
            look_ahead(self.index, stretch, wanted)
            for exception in elsewhere:
                if id(exception) not in found and self._found_in(exception, stretch):
                    found.add(id(exception))
        for hit, exceptions in self._pending:
            self._settle(hit, next((e for e in exceptions if id(e) in found), None))
        if memory is not None:
            self._recall(memory)
            self._remember(memory)
        self.excused.sort(key=lambda e: (e.span.start, e.rule, e.pattern))

    def _recall(self, memory: Memory) -> None:
        """Take over what rules said in an earlier run over the same text."""
        for rule in self.pack.rules:
            rows = memory.kept.get(rule.id)
            if not rows:
                continue
            patterns = {p.spec.id: p for p in rule.patterns}
            exceptions = {e.spec.id: e for e in rule.exceptions}
            for pattern, sentence, chain, exception in rows:
                places = tuple(None if e is None else (e[0], e[1]) for e in chain)
                self._settle(Hit(rule, patterns[pattern], sentence, places), exceptions.get(exception))

    def _remember(self, memory: Memory) -> None:
        for hit, excuse in self._settled:
            row = (hit.pattern.spec.id, hit.sentence, hit.chain, excuse and excuse.spec.id)
            memory.said.setdefault(hit.rule.id, []).append(row)
        for rows in memory.said.values():
            rows.sort(key=lambda row: (row[1], row[0]))

    def _in_force(self) -> list[tuple[Rule, Pattern]]:
        kind = self.document.kind
        return [
            (rule, pattern)
            for rule in self.pack.rules
            if rule.spec.in_force_from <= self.as_of
            and not (rule.spec.in_force_to and self.as_of > rule.spec.in_force_to)
            and (not rule.spec.kinds or kind in rule.spec.kinds)
            for pattern in rule.patterns
            if not pattern.spec.kinds or kind in pattern.spec.kinds
        ]

    def _pattern(self, rule: Rule, pattern: Pattern, stretch: Stretch, silent: Set[int]) -> None:
        for sentence in self.index.candidates(pattern.main.needed, stretch):
            if sentence in silent:
                continue
            chain = self._first_chain(pattern, sentence)
            if chain is None:
                continue
            excuse, later = self._excuse(rule, pattern, sentence, chain)
            hit = Hit(rule, pattern, sentence, chain)
            if later and excuse is None:
                self._pending.append((hit, later))
            else:
                self._settle(hit, excuse)

    def _settle(self, hit: Hit, excuse: Exception_ | None) -> None:
        self._settled.append((hit, excuse))
        if excuse is None:
            self.hits.append(hit)
            return
        here = self.document.sentences[hit.sentence]
        self.excused.append(
            Excused(
                rule=hit.rule.id, pattern=hit.pattern.spec.id, span=Span(start=here.start, end=here.end),
                exception=excuse.spec.id, reason=excuse.spec.reason,
            )
        )  # fmt: skip

    def _found_in(self, exception: Exception_, stretch: Stretch) -> bool:
        return any(
            self._found_whole(sequence, exception.spec.actor, sentence)
            for sequence in exception.sequences
            for sentence in self.index.candidates(sequence.needed, stretch)
        )

    def _title(self, sentence: int) -> bool:
        """Headings name a subject, they lay down nothing: "12. Chấm dứt hợp đồng". With a modal verb they do."""
        here = self.document.sentences[sentence]
        if not here.heading:
            return False
        keys = self.index.tokens.keys[self.index.first[sentence] : self.index.last[sentence]]
        return not any(key in _DEONTIC and (key, after) not in _NAMED_ACTS for key, after in pairwise((*keys, "")))

    def _asks(self, sentence: int) -> bool:
        """True for the question of a list of questions and answers: the answer binds, the question does not."""
        return self.document.source.text[self.document.sentences[sentence].end - 1] == "?"

    def _opens_conditions(self, sentence: int) -> bool:
        """True for "… trong các trường hợp sau:": what is doubtful stands in the items, each read with this lead-in."""
        text = self.document.source.text
        return text[self.document.sentences[sentence].end - 1] == ":" and self.index.names_conditions(sentence)

    def _first_chain(self, pattern: Pattern, sentence: int) -> Chain | None:
        unit = self.index.unit(sentence)
        low = 0 if pattern.spec.scope == "own" else -unit.lead
        anchor = pattern.main.anchor
        for chain in chains(self.index, unit, pattern.main, low, unit.length):
            placed = [e for e in chain if e is not None]
            if placed[-1][0] < 0:
                continue
            if self.index.in_heading(sentence, chain[anchor] or placed[0]):
                continue
            if not pattern.spec.negated and self._negated(sentence, chain[anchor] or placed[0]):
                continue
            if pattern.spec.actor != "any":
                at = chain[anchor] or placed[0]
                role = governing(self.index, unit, sentence, at[0], self.finder.table)
                if not satisfies(pattern.spec.actor, role):
                    continue
            if all(chains(self.index, unit, s, low, unit.length) for s in pattern.also_needs):
                return chain
        return None

    def _negated(self, sentence: int, event: Event) -> bool:
        """True when a negation stands right before the phrase and is not part of it ("không có quyền").

        A negation also reaches the later verbs of a list of verbs: "không được sao chép, thay đổi hoặc bán".
        """
        s, _ = event
        if s < 0:
            return False
        if self.index.key(sentence, s) in _NEGATORS:
            return False
        if self.index.key(sentence, 0) == "không" and self.index.key(sentence, 2) in _NOBODY:
            return True
        segments = self.index.segments(sentence)
        place = s
        connective = self.index.key(sentence, s) in _CONNECTIVES
        # A comma joins verbs to a list only where "và" or "hoặc" closes it: "không cấp lại, phạt 200.000 đồng" is none.
        listed: bool | None = None
        for _ in range(1 if connective else _LIST_OF_VERBS):
            # The phrase may be the second syllable of its verb ("chỉnh sửa").
            for start in (place,) if connective else (place, place - 1):
                if (
                    start <= 0
                    or start >= len(segments)
                    or (start < place and self.index.key(sentence, start) in _LIGHT)
                ):
                    continue
                before = self.index.key(sentence, start - 1)
                if before in _NEGATORS or (before in _LIGHT and self.index.key(sentence, start - 2) in _NEGATORS):
                    # "có quyền, nhưng không bắt buộc, xóa …": what stands between the commas denies nothing.
                    aside = start - 2 if before in _NEGATORS else start - 3
                    return start >= s - 1 or self.index.key(sentence, aside) != "nhưng"
                if before in _AND:
                    place, listed = start - 2, True
                    break
                if segments[start - 1] != segments[start] and self._listed(sentence, s, listed):
                    place = start - 1
                    break
            else:
                return False
        return False

    def _listed(self, sentence: int, position: int, known: bool | None) -> bool:
        if known is not None:
            return known
        return any(self.index.key(sentence, position + n) in _AND for n in range(_LIST_ENDS))

    def _excuse(
        self, rule: Rule, pattern: Pattern, sentence: int, chain: Chain
    ) -> tuple[Exception_ | None, list[Exception_]]:
        """What excuses a match, else the exceptions that may yet be found elsewhere in the document."""
        later: list[Exception_] = []
        placed = [e for e in chain if e is not None]
        matched = (min(e[0] for e in placed), max(e[1] for e in placed))
        for exception in rule.exceptions:
            spec = exception.spec
            if spec.patterns and pattern.spec.id not in spec.patterns:
                continue
            if spec.window == "document":
                if not any(self._found_whole(s, "any", sentence) for s in exception.unless):
                    later.append(exception)
                continue
            near = spec.window in _NEAR
            for sequence in exception.sequences:
                if (
                    (not near or self.index.holds(sentence, sequence.needed))
                    and self._in_window(sequence, spec.window, spec.actor, sentence, matched)
                    and not any(self._found_whole(s, "any", sentence) for s in exception.unless)
                ):
                    return exception, []
        return None, later

    def _in_window(self, sequence: Sequence, window: str, actor: str, sentence: int, matched: Event) -> bool:
        start, end = matched
        if window in _NEAR:
            unit = self.index.unit(sentence)
            low, high = {
                "match": (start, end),
                "before": (start - _BEFORE, start),
                "after": (end, end + _AFTER),
                "sentence": (-unit.lead, unit.length),
            }[window]
            return self._found(sequence, actor, sentence, low, high)
        return any(self._found_whole(sequence, actor, s) for s in self._sentences(window, sentence))

    def _found_whole(self, sequence: Sequence, actor: str, sentence: int) -> bool:
        if not self.index.holds(sentence, sequence.needed):
            return False
        unit = self.index.unit(sentence)
        return self._found(sequence, actor, sentence, -unit.lead, unit.length)

    def _found(self, sequence: Sequence, actor: str, sentence: int, low: int, high: int) -> bool:
        unit = self.index.unit(sentence)
        for chain in chains(self.index, unit, sequence, low, high):
            at = chain[sequence.anchor] or next(e for e in chain if e is not None)
            if self._negated(sentence, at) or self._even(sentence, chain):
                continue
            if actor == "any":
                return True
            if satisfies(actor, governing(self.index, unit, sentence, at[0], self.finder.table)):
                return True
        return False

    def _even(self, sentence: int, chain: Chain) -> bool:
        """True for "ngay cả khi …", "dù …": what stands there changes nothing, so it excuses nothing."""
        first = next(e for e in chain if e is not None)
        if first[0] <= 0:
            return False
        before = self.index.key(sentence, first[0] - 1)
        # "bất kể", "không kể" are such words; "kể từ khi" says when, "tất cả" says how many.
        if before == "cả" and self.index.key(sentence, first[0] - 2) == "tất":
            return False
        return before in _EVEN or (before == "kể" and self.index.key(sentence, first[0] - 2) in ("bất", "không"))

    def _sentences(self, window: str, sentence: int) -> list[int]:
        """Sentences of a window wider than one sentence."""
        sentences, nodes = self.document.sentences, self.document.nodes
        if window == "next":
            return [i for i in (sentence - 1, sentence, sentence + 1) if 0 <= i < len(sentences)
                    and sentences[i].node == sentences[sentence].node]  # fmt: skip
        node = sentences[sentence].node
        reach = _REACH[window]
        wanted = {"item": (), "clause": ("clause", "article"), "article": ("article", "section", "chapter")}[window]
        if wanted:
            up = node
            while up > 0 and nodes[up].level not in wanted:
                up = nodes[up].parent
            node = up or node
        # Bounded in both directions, so that a document that is one single unit cannot make the check quadratic;
        # where the text has no outline, the neighbours are all that is known to belong together.
        if node == 0 or nodes[node].level == "heading":
            reach = min(reach, 3)
        low, high = max(0, sentence - reach), min(len(sentences), sentence + reach + 1)
        start, end = nodes[node].start, nodes[node].end
        return [i for i in range(low, high) if start <= sentences[i].start < end]


def _page(document: ContractDocument, offset: int) -> int | None:
    piece = document.source.piece_at(offset)
    return piece.page if piece else None


def _page_label(document: ContractDocument, offset: int) -> str | None:
    page, labels = _page(document, offset), document.source.page_labels
    return (labels[page - 1] or None) if page and page <= len(labels) and labels[page - 1] != str(page) else None


def _read_confidence(document: ContractDocument, start: int, end: int, words: tuple[Evidence, ...]) -> float | None:
    """Mean over the characters of the quote that were recognised, or over those of the trigger words if that is less.

    A quote of forty words that are clear says little of the one "không" that decides.
    """

    def mean(low: int, high: int) -> float | None:
        known = [
            (min(p.end, high) - max(p.start, low), p.confidence)
            for p in document.source.pieces_between(low, high)
            if p.confidence is not None
        ]
        letters = sum(n for n, _ in known)
        return sum(n * c for n, c in known) / letters if letters else None

    if document.source.recognised:
        shares = [mean(start, end), *(mean(e.span.start, e.span.end) for e in words)]
        if sure := [s for s in shares if s is not None]:
            return round(min(sure), 3)
    return None


def policy(run: RuleRun) -> list[Finding]:
    """One finding a sentence: the best rule gives the provision, the others are named in `also`.

    Annotators mark a clause once however many provisions fit, and so does an official's notice. Neighbouring
    sentences of one paragraph with the same provision are one finding.
    """
    by_sentence: dict[int, list[Hit]] = defaultdict(list)
    for hit in run.hits:
        by_sentence[hit.sentence].append(hit)
    document = run.document
    text = document.source.text
    groups: list[tuple[list[int], Hit, list[Hit]]] = []
    for sentence in sorted(by_sentence):
        hits = by_sentence[sentence]
        hits.sort(
            key=lambda h: (
                _SEVERITY[h.severity] == 0,
                -h.rule.spec.priority,
                -h.confidence,
                h.rule.id,
                h.pattern.spec.id,
            )
        )
        best = hits[0]
        if groups:
            before, other, rest = groups[-1]
            gap = text[document.sentences[before[-1]].end : document.sentences[sentence].start]
            if (
                sentence == before[-1] + 1
                and other.rule.spec.provision == best.rule.spec.provision
                and "\n" not in gap
                and (other.severity == "info") == (best.severity == "info")
            ):
                before.append(sentence)
                rest.extend(hits)
                continue
        groups.append(([sentence], best, hits[1:]))

    ordinals: dict[str, int] = defaultdict(int)
    names = _known_names(document) if groups else {}
    findings = []
    for sentences, best, rest in groups:
        spec = best.rule.spec
        start, end = document.sentences[sentences[0]].start, document.sentences[sentences[-1]].end
        quote = text[start:end]
        numbered = start == document.nodes[document.sentences[sentences[0]].node].start
        # Its number is no part of what a clause says: renumbering must not make a finding new.
        folded = " ".join(fold(quote[numbering_length(quote) if numbered else 0 :]).split())
        base = f"{spec.id}\x00{folded}"
        ordinals[base] += 1
        identity = hashlib.sha256(f"{base}\x00{ordinals[base]}".encode()).hexdigest()[:16]
        also: list[str] = []
        for provision in (*spec.also, *(p for h in rest for p in (h.rule.spec.provision,))):
            if provision != spec.provision and provision not in also:
                also.append(provision)
        pattern = best.pattern.spec
        evidence = _evidence(run.index, best)
        findings.append(
            Finding(
                id=identity, rule=spec.id, rule_name=spec.name, rule_version=str(spec.version), pattern=pattern.id,
                provision=spec.provision, also=tuple(also), severity=best.severity,  # type: ignore[arg-type]
                strength=pattern.strength or spec.strength, confidence=best.confidence,
                span=Span(start=start, end=end), quote=quote,
                evidence=evidence, outline=document.path(document.sentences[sentences[0]].node),
                page=_page(document, start), page_label=_page_label(document, start),
                read_confidence=_read_confidence(document, start, end, evidence),
                message=spec.message, explanation=spec.explanation,
                suggestion=_filled(spec.suggestion, names, quote),
                remedy=spec.remedy, replacement=_filled(spec.wording, names, quote) if spec.wording else None,
            )
        )  # fmt: skip
    return findings


def _evidence(index: Index, hit: Hit) -> tuple[Evidence, ...]:
    text = index.document.source.text
    out = []
    for element, event in zip(hit.pattern.main.elements, hit.chain, strict=True):
        if event is None:
            continue
        start, end = index.characters(hit.sentence, event)
        out.append(Evidence(span=Span(start=start, end=end), text=text[start:end], slot=element.name))
    return tuple(out)


def _known_names(document: ContractDocument) -> dict[str, list[str]]:
    """The names of business and consumer, those that the document uses most often first, as it mostly writes them."""
    text = document.source.text
    known = {}
    for role in ("business", "consumer"):
        forms = {
            n.lower(): Counter(re.findall(rf"(?<!\w){re.escape(n)}(?!\w)", text, re.IGNORECASE))
            for p in document.parties
            if p.role == role
            for n in p.names
        }
        often = sorted((c for c in forms.values() if c), key=lambda c: -c.total())
        # A word that is hardly used beside the chief name is no name of its own: "một công ty khác".
        known[role] = [c.most_common(1)[0][0] for c in often if c.total() * _RIVAL >= often[0].total()]
    return known


def _filled(text: Bilingual, known: dict[str, list[str]], quote: str) -> Bilingual:
    """Wording with this contract's own party names for [BUSINESS] and [CONSUMER], those of the quote first."""
    low = quote.lower()
    names = {role: next((n for n in options if n.lower() in low), (*options, "")[0]) for role, options in known.items()}

    def fill(t: str, business: str, consumer: str) -> str:
        out = t.replace("[BUSINESS]", names["business"] or business).replace(
            "[CONSUMER]", names["consumer"] or consumer
        )
        return out[:1].upper() + out[1:]

    return Bilingual(
        vi=fill(text.vi, "Bên kinh doanh", "Người tiêu dùng"), en=fill(text.en, "the business", "the consumer")
    )


# code: (reason, remedy) of a text that the rules were not made for
_UNJUDGED = {
    "not-vietnamese": (
        Bilingual(
            vi="Văn bản hầu như không có tiếng Việt; quy tắc viết cho hợp đồng tiếng Việt.",
            en="The text has next to no Vietnamese; the rules are written for Vietnamese contracts.",
        ),
        Bilingual(
            vi="Kiểm tra bản tiếng Việt (khoản 2 Điều 23 Luật 19/2023/QH15).",
            en="Check the Vietnamese version (Article 23(2), Law 19/2023/QH15).",
        ),
    ),
    "not-terms": (
        Bilingual(
            vi="Đây là văn bản quy phạm pháp luật, không phải hợp đồng hay điều kiện giao dịch chung.",
            en="This is a law, decree or circular, no contract and no general conditions.",
        ),
        Bilingual(
            vi="Nếu đúng là hợp đồng, nêu loại văn bản bằng --kind.",
            en="If it is a contract, state its kind with --kind.",
        ),
    ),
    "not-a-contract": (
        Bilingual(
            vi="Văn bản không giống hợp đồng hay điều kiện giao dịch chung: không thấy hai bên và các điều khoản.",
            en="The text does not look like a contract or general conditions: no parties and terms were found.",
        ),
        Bilingual(
            vi="Nếu đúng là hợp đồng, nêu tên hai bên bằng --trader và --consumer.",
            en="If it is a contract, name the parties with --trader and --consumer.",
        ),
    ),
}


def _unjudged(document: ContractDocument) -> str | None:
    """The code of what keeps the rules from saying anything about the text."""
    text = document.source.text
    if text.strip() and not is_vietnamese(text):
        return "not-vietnamese"
    if document.normative:
        return "not-terms"
    return None if document.consumer_contract else "not-a-contract"


def check(
    pack: Pack,
    finder: PhraseFinder,
    document: ContractDocument,
    as_of: date,
    stated: Mapping[str, bool] = MappingProxyType({}),
    min_confidence: float = 0.0,
    memory: Memory | None = None,
    time_rules: bool = False,
) -> RunReport:
    """Check one structured document and report everything that happened.

    Arguments:
        stated: facts the caller knows, by the id of the fact.
        min_confidence: findings below it are counted in `withheld` only.
        memory: what rules said of this very document before, and where to keep what they say now.
        time_rules: measure each rule too, as ``rule ID`` in the timings.
    """
    source = document.source
    begin = perf_counter()
    run = RuleRun(pack, finder, document, as_of)
    indexed = perf_counter()
    whole = len(document.sentences) >= WHOLE and not document.normative
    if not document.normative:
        run.run((*clues(pack), *(parts(pack) if whole else ())), memory, time_rules=time_rules)
    matched = perf_counter()
    findings = policy(run)
    done = perf_counter()
    facts = find_facts(pack, run.index, stated)
    required = find_required(pack, run.index, facts, as_of) if whole else ()
    required_done = perf_counter()
    not_checked = list(source.not_checked)
    notes = list(source.notes)
    unjudged = _unjudged(document)
    if unjudged:
        reason, remedy = _UNJUDGED[unjudged]
        whole_text = Bilingual(vi="Toàn văn bản", en="The whole text")
        not_checked.append(NotChecked(code=unjudged, part=whole_text, reason=reason, remedy=remedy))
    if pack.required and not whole and not document.normative:
        notes.append("excerpt")
    if lookalikes(source.text):
        notes.append("lookalike-letters")
    return RunReport(
        tool=f"hpcp-rules {__version__}",
        pack=PackInfo(id=pack.id, version=pack.version, sha256=pack.sha256, rules=len(pack.rules)),
        as_of=as_of,
        document=DocumentInfo(
            name=source.name,
            media_type=source.media_type,
            sha256=source.sha256,
            characters=len(source.text),
            pages=source.pages,
            kind=document.kind,
            kind_confidence=document.kind_confidence,
            consumer_contract=document.consumer_contract,
            parties=tuple(PartyInfo(role=p.role, names=p.names, confidence=p.confidence) for p in document.parties),
            facts=facts,
            notes=tuple(notes),
        ),
        findings=tuple(f for f in findings if f.confidence >= min_confidence),
        withheld=sum(f.confidence < min_confidence for f in findings),
        requirements=required,
        excused=tuple(run.excused),
        checked_characters=0 if document.normative else len(source.text),
        not_checked=tuple(not_checked),
        errors=tuple(
            RunError(code=p.code, where=str(p.where), message=Bilingual(vi=p.text("vi"), en=p.text("en")))
            for p in pack.problems
        ),
        timings_ms={
            "index": round((indexed - begin) * 1000, 3),
            "search": round(run.index.searching * 1000, 3),
            "match": round((matched - indexed - run.index.searching) * 1000, 3),
            "policy": round((done - matched) * 1000, 3),
            "required": round((required_done - done) * 1000, 3),
            **{f"rule {name}": round(spent * 1000, 3) for name, spent in run.spent.items()},
        },
    )
