"""The pattern language: a readable sequence of slots, parsed once when a pack is loaded.

    $BUSINESS .. {may} .. (thay đổi|sửa đổi) ... {terms}

==============  =====================================================================================
``word``        literal syllables, folded as documents are
``{set}``       any phrase of a lexicon set
``(a|b {c}|)``  alternatives, each words and sets without gaps, or a role or number; an empty one makes it optional
``$BUSINESS``   a name of that party in this document; also ``$CONSUMER``, ``$THIRD``, ``$PARTY``
``#n``          a number; ``#%`` a number with a percent sign
``#{<3 ngày}``  a period that is surely shorter; also ``<=``, ``>``, ``>=`` and ``ngày làm việc``, ``giờ``
``..``          up to 4 syllables between, ``...`` up to 12, ``....`` up to 40
``..!{set}``    the same, but with no phrase of that set (or of a role: ``..!$CONSUMER``) between
``@``           before an element: the act whose governing party `actor` speaks of
``<`` ``>``     start and end of the sentence
==============  =====================================================================================

A sequence never leaves its sentence (with its lead-in before it). All gaps are bounded, so matching is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from hpcp_rules.errors import RuleError, Where
from hpcp_rules.text.periods import Limit, parse_limit
from hpcp_rules.text.tokens import phrase_key

GAPS = {"..": 4, "...": 12, "....": 40}
ROLES = ("BUSINESS", "CONSUMER", "THIRD", "PARTY")

_LEX = re.compile(
    r"\s*(?:(?P<gap>\.{2,4})(?:!(?P<without>\{[\w-]+\}|\$[A-Z]+))?(?=\s|$)|\$(?P<role>[A-Z]+)|\{(?P<set>[\w-]+)\}|(?P<number>#n|#%|#\{[^{}]*\})|"
    r"\((?P<alt>[^()]*)\)|(?P<edge>[<>])|(?P<at>@)|(?P<word>[^\s.{}()$#<>@|]+(?:\s+(?![.@<>#(]|\{|\$)[^\s.{}()$#<>@|]+)*))"
)

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """One slot: the id of its phrase set in the pack's table, and the gap allowed before it."""

    set_id: int
    name: str
    """What the rule file says there, shown as the slot of an evidence."""
    gap: int = 0
    without: int | None = None
    anchor: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A compiled sequence."""

    elements: tuple[Element, ...]
    at_start: bool
    at_end: bool
    source: str
    anchor: int
    """Index of the element whose governing party counts."""
    needed: tuple[int, ...]
    """Sets of the elements that are not optional, in order."""


@dataclass(frozen=True, slots=True)
class PhraseList:
    """The phrases of a finished table under numbers, sorted, each with the sets that it is a member of."""

    texts: list[str]
    """Syllables joined by blanks."""
    sets: list[tuple[int, ...]]
    groups: Mapping[str, tuple[int, int]]
    """From and to which number the phrases with the same two first syllables stand."""


class PhraseTable:
    """All phrase sets of a pack under small numbers; the matcher finds all their phrases in one pass.

    Set numbers 0-5 are the roles and numbers, whose members are only known when a document is there.
    """

    DYNAMIC = ("$BUSINESS", "$CONSUMER", "$THIRD", "$PARTY", "#n", "#%")

    def __init__(self) -> None:
        self.names: list[str] = list(self.DYNAMIC)
        self._ids: dict[object, int] = {name: i for i, name in enumerate(self.DYNAMIC)}
        self.phrases: dict[Phrase, list[int]] = {}
        self.others: set[int] = set()
        """Sets named ``…_others``: their phrases do not count where they are a name of the business itself."""
        self.limits: dict[int, Limit] = {}
        """Comparisons of periods ("#{<3 ngày làm việc}"), by the number of their set."""
        self._listed: PhraseList | None = None
        self.unions: dict[int, list[int]] = {}
        """Alternatives that name a role, a number or a whole set, by the number of what they name."""

    def add(self, key: object, name: str, phrases: Set[Phrase]) -> int:
        """The number of a set, adding it if it is new."""
        if key in self._ids:
            return self._ids[key]
        number = self._new(key, name)
        if isinstance(key, tuple) and str(key[1]).endswith("_others"):
            self.others.add(number)
        for phrase in phrases:
            self.phrases.setdefault(phrase, []).append(number)
        return number

    def listed(self) -> PhraseList:
        """The phrases by number; nothing is added to the table after the first call."""
        if self._listed is None:
            pairs = sorted((" ".join(phrase), tuple(sets)) for phrase, sets in self.phrases.items())
            texts = [text for text, _ in pairs]
            groups: dict[str, tuple[int, int]] = {}
            for number, text in enumerate(texts):
                opening = " ".join(text.split(" ", 2)[:2])
                groups[opening] = (groups[opening][0] if opening in groups else number, number + 1)
            self._listed = PhraseList(texts, [sets for _, sets in pairs], groups)
        return self._listed

    @classmethod
    def finished(
        cls,
        names: list[str],
        phrases: PhraseList,
        others: Iterable[int],
        limits: Mapping[int, Limit],
        unions: Mapping[int, list[int]],
    ) -> PhraseTable:
        """A table as it was when a pack had been compiled."""
        table = cls()
        table.names = names
        table.others = set(others)
        table.limits = dict(limits)
        table.unions = dict(unions)
        table._listed = phrases
        return table

    def join(self, number: int, member: int) -> None:
        """Make a set hold also what another set, role or number stands for."""
        row = self.unions.setdefault(member, [])
        if number not in row:
            row.append(number)

    def with_unions(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """These sets and all that hold them whole, each once."""
        found = dict.fromkeys(numbers)
        todo = list(found)
        while todo:
            for union in self.unions.get(todo.pop(), ()):
                if union not in found:
                    found[union] = None
                    todo.append(union)
        return tuple(found)

    def _new(self, key: object, name: str) -> int:
        self._ids[key] = number = len(self.names)
        self.names.append(name)
        return number

    def dynamic(self, name: str) -> int:
        """The number of a role or number slot."""
        return self._ids[name]


class Lexicon(dict[str, tuple[str, ...]]):
    """The phrase sets of a pack as written; `expanded` keeps what each was written out to."""

    def __init__(self, sets: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        super().__init__(sets)
        self.expanded: dict[str, frozenset[Phrase]] = {}


def expand(text: str, sets: Lexicon, where: Where, depth: int = 0) -> frozenset[Phrase]:
    """All phrases of one entry such as "{khong} (phải |)chịu": sets and alternatives written out.

    Errors: `RuleError` for an unknown set, a set that contains itself, or more than 20,000 phrases.
    """
    if depth > 8:
        raise RuleError(
            "lexicon-loop", vi=f"Tập cụm từ gọi vòng trong «{text}».", en=f"A phrase set contains itself in “{text}”.",
            where=where, remedy_vi="Bỏ lời gọi vòng.", remedy_en="Remove the loop.",
        )  # fmt: skip
    if "$" in text or "#" in text or ".." in text:
        raise RuleError(
            "lexicon-slot",
            vi=f"Cụm từ «{text[:60]}» có vai, số hoặc khoảng trống.",
            en=f"The phrase “{text[:60]}” holds a role, a number or a gap.",
            where=where,
            remedy_vi="Đặt vai, số và khoảng trống trong mẫu của quy tắc.",
            remedy_en="Put roles, numbers and gaps into a rule's pattern.",
        )
    results: frozenset[Phrase] = frozenset(((),))
    for part in re.findall(r"\{[\w-]+\}|\([^()]*\)|[^{}()]+", text):
        options: frozenset[Phrase]
        if part[0] == "{":
            name = part[1:-1]
            if name not in sets:
                raise RuleError(
                    "lexicon-unknown-set",
                    vi=f"Không có tập cụm từ «{name}».", en=f"There is no phrase set “{name}”.", where=where,
                    remedy_vi="Xem các tập trong rules/_lexicon/.", remedy_en="See the sets in rules/_lexicon/.",
                )  # fmt: skip
            if name not in sets.expanded:
                sets.expanded[name] = frozenset().union(*(expand(p, sets, where, depth + 1) for p in sets[name]))
            options = sets.expanded[name]
        elif part[0] == "(":
            options = frozenset().union(
                *(expand(p, sets, where, depth + 1) if p.strip() else {()} for p in part[1:-1].split("|"))
            )
        else:
            options = frozenset((phrase_key(part),))
        results = options if len(results) == 1 and () in results else frozenset(a + b for a in results for b in options)
        if len(results) > 20_000:
            raise RuleError(
                "lexicon-too-large",
                vi=f"«{text[:60]}» sinh ra quá nhiều cụm từ.",
                en=f"“{text[:60]}” makes too many phrases.",
                where=where,
                remedy_vi="Dùng khoảng trống «..» thay vì liệt kê.",
                remedy_en="Use a gap “..” instead.",
            )
    return results


_SET = re.compile(r"\{[\w-]+\}")


def _set_number(name: str, sets: Lexicon, table: PhraseTable, where: Where) -> int:
    written = "{" + name + "}"
    return table.add(("set", name), written, expand(written, sets, where))


def parse(source: str, sets: Lexicon, table: PhraseTable, where: Where) -> Sequence:
    """Compile one sequence.

    Errors: `RuleError` naming the place for syntax that is not the language above, unknown sets and roles.
    """

    def wrong(vi: str, en: str) -> RuleError:
        return RuleError(
            "pattern-syntax", vi=f"Mẫu «{source}»: {vi}", en=f"Pattern “{source}”: {en}", where=where,
            remedy_vi="Xem docs/rules.md, mục «Ngôn ngữ mẫu».", remedy_en="See docs/rules.md, “Pattern language”.",
        )  # fmt: skip

    elements: list[Element] = []
    gap, without, anchor = 0, None, False
    at_start = at_end = False
    here = 0
    while here < len(source) and source[here:].strip():
        found = _LEX.match(source, here)
        if not found:
            raise wrong(
                f"không hiểu từ ký tự {here + 1} («{source[here : here + 12]}»).",
                f"cannot read from character {here + 1} (“{source[here : here + 12]}”).",
            )
        here = found.end()
        if found["gap"]:
            if not elements:
                raise wrong("không thể bắt đầu bằng khoảng trống.", "cannot begin with a gap.")
            gap = GAPS[found["gap"]]
            if found["without"]:
                name = found["without"]
                if name[0] == "$" and name[1:] not in ROLES:
                    raise wrong(f"không có vai «{name}».", f"there is no role “{name}”.")
                without = table.dynamic(name) if name[0] == "$" else _set_number(name[1:-1], sets, table, where)
            continue
        if found["at"]:
            anchor = True
            continue
        if found["edge"]:
            if found["edge"] == "<":
                if elements:
                    raise wrong("«<» chỉ đứng đầu mẫu.", "“<” stands only at the start.")
                at_start = True
            else:
                at_end = True
            continue
        if at_end:
            raise wrong("«>» chỉ đứng cuối mẫu.", "“>” stands only at the end.")
        optional = False
        if found["role"]:
            if found["role"] not in ROLES:
                raise wrong(f"không có vai «${found['role']}».", f"there is no role “${found['role']}”.")
            number = table.dynamic("$" + found["role"])
            name = "$" + found["role"]
        elif found["number"] and found["number"][1] == "{":
            name = found["number"]
            limit = parse_limit(name[2:-1])
            if limit is None:
                raise wrong(f"không hiểu thời hạn «{name}».", f"cannot read the period “{name}”.")
            number = table.add(("period", limit), name, frozenset())
            table.limits[number] = limit
        elif found["number"]:
            number, name = table.dynamic(found["number"]), found["number"]
        else:
            if found["set"]:
                text = "{" + found["set"] + "}"
            elif found["alt"] is not None:
                text = "(" + found["alt"] + ")"
            else:
                text = found["word"]
            options = text[1:-1].split("|") if found["alt"] is not None else [text]
            options = [o.strip() for o in options]
            roles = sorted({o for o in options if o in PhraseTable.DYNAMIC})
            # A set that is an alternative of its own stays one: its phrases are not written out again.
            whole = sorted({o[1:-1] for o in options if _SET.fullmatch(o)}) if found["alt"] is not None else []
            plain = [o for o in options if o not in PhraseTable.DYNAMIC and o[1:-1] not in whole]
            if found["alt"] is not None and any(c in o for o in plain for c in ("$", "#", "..")):
                raise wrong(
                    "trong lựa chọn, vai và số chỉ đứng một mình và không có khoảng trống.",
                    "in an alternative a role or number stands alone, and there are no gaps.",
                )
            phrases = expand("(" + "|".join(plain) + ")" if found["alt"] is not None else text, sets, where)
            optional = () in phrases and "" in plain if found["alt"] is not None else () in phrases
            phrases = phrases - {()}
            if not phrases and not roles and not whole:
                raise wrong("có phần tử rỗng.", "has an empty element.")
            key: object = ("set", found["set"]) if found["set"] else ("text", phrases, tuple(roles), tuple(whole))
            number, name = table.add(key, text, phrases), text
            for role in roles:
                table.join(number, table.dynamic(role))
            for member in whole:
                table.join(number, _set_number(member, sets, table, where))
        elements.append(Element(number, name, gap, without, anchor, optional))
        gap, without, anchor = 0, None, False
    if not elements:
        raise wrong("mẫu rỗng.", "the pattern is empty.")
    if gap:
        raise wrong("không thể kết thúc bằng khoảng trống.", "cannot end with a gap.")
    if elements[0].optional:
        raise wrong("phần tử đầu không được tùy chọn.", "the first element must not be optional.")
    anchored = next((i for i, e in enumerate(elements) if e.anchor), 0)
    needed = tuple(e.set_id for e in elements if not e.optional)
    return Sequence(tuple(elements), at_start, at_end, source, anchored, needed)
