"""Two versions of a contract, or one under two dates or rule packs: which clauses and which signs changed.

Clauses are aligned in near-linear time: equal texts first (their number does not matter), then texts that share rare
runs of three syllables, then what stands at the same place of the outline. What lies outside the longest run of pairs
in the same order has moved.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from hpcp_rules.model.report import Bilingual, Finding, Model, RunReport, Status
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.structure.outline import numbering_length
from hpcp_rules.text.fold import fold

__all__ = ["ClauseChange", "Comparison", "FindingChange", "RequirementChange", "Side", "Word", "compare", "units"]

_SIMILAR = 0.5
"""Share of syllable runs (Dice) from which two clauses are one that was changed."""
_COMMON = 24
"""A run of syllables in more clauses than these says nothing of which clause it is."""
_WORDS = 1500
"""Clauses of more words are shown whole, old and new: comparing their words would be quadratic."""

# A clause whose article got another number is not renumbered itself: the article's heading says so once.
Change = Literal["added", "removed", "changed", "moved", "renumbered"]


class Word(Model):
    """A run of words of a changed clause: in both, only in the old or only in the new one."""

    op: Literal["same", "old", "new"]
    text: str


class ClauseChange(Model):
    """What happened to one clause. `moved` may come with changed words."""

    kind: Change
    old_place: str = ""
    new_place: str = ""
    old_text: str = ""
    new_text: str = ""
    words: tuple[Word, ...] = ()


class FindingChange(Model):
    """A sign that is new, gone, still there word for word, or still there in a clause whose words changed."""

    kind: Literal["new", "gone", "unchanged", "reworded"]
    old: Finding | None = None
    new: Finding | None = None


class RequirementChange(Model):
    """A required content whose status changed."""

    provision: str
    title: Bilingual
    old: Status | None = None
    new: Status | None = None


class Side(Model):
    """One of the two that were compared."""

    name: str
    sha256: str
    as_of: str
    pack: str
    complete: bool
    clauses: int = 0


class Comparison(Model):
    """Everything that differs. `clauses_compared` is False where only results were given, not the contracts."""

    schema_version: Literal["1.0"] = "1.0"
    old: Side
    new: Side
    clauses_compared: bool
    clauses: tuple[ClauseChange, ...]
    unchanged_clauses: int
    findings: tuple[FindingChange, ...]
    requirements: tuple[RequirementChange, ...]
    notice: Bilingual

    def count(self, kind: str) -> int:
        """How many clauses or findings of a kind."""
        return sum(c.kind == kind for c in self.clauses) + sum(f.kind == kind for f in self.findings)


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause's own text: neighbouring sentences of one node of the outline."""

    place: str
    path: tuple[str, ...]
    text: str
    key: str
    start: int
    end: int


def units(document: ContractDocument) -> list[Unit]:
    """The clauses of a document in reading order."""
    text = document.source.text
    out: list[Unit] = []
    run: list[int] = []

    def close() -> None:
        if not run:
            return
        first, last = document.sentences[run[0]], document.sentences[run[-1]]
        words = text[first.start : last.end]
        numbered = first.start == document.nodes[first.node].start
        path = document.path(first.node)
        own = words[numbering_length(words) if numbered else 0 :]
        out.append(Unit(", ".join(reversed(path)), path, words, " ".join(fold(own).split()), first.start, last.end))

    for sentence in document.sentences:
        if run and document.sentences[run[-1]].node != sentence.node:
            close()
            run = []
        run.append(sentence.index)
    close()
    return out


def compare(
    old: RunReport,
    new: RunReport,
    old_document: ContractDocument | None = None,
    new_document: ContractDocument | None = None,
) -> Comparison:
    """Compare two results, and the documents they are of where given."""
    clauses: list[ClauseChange] = []
    unchanged = 0
    pairs: dict[int, int] = {}
    old_units: list[Unit] = []
    new_units: list[Unit] = []
    both = old_document is not None and new_document is not None
    if old_document is not None and new_document is not None:
        old_units, new_units = units(old_document), units(new_document)
        pairs = align(old_units, new_units)
        clauses, unchanged = _clauses(old_units, new_units, pairs)
    return Comparison(
        old=_side(old, len(old_units)), new=_side(new, len(new_units)), clauses_compared=both,
        clauses=tuple(clauses), unchanged_clauses=unchanged,
        findings=tuple(_findings(old, new, old_units, new_units, pairs)),
        requirements=tuple(_requirements(old, new)), notice=new.notice,
    )  # fmt: skip


def _side(report: RunReport, clauses: int) -> Side:
    return Side(
        name=report.document.name, sha256=report.document.sha256, as_of=report.as_of.isoformat(),
        pack=f"{report.pack.id} {report.pack.version}", complete=report.complete, clauses=clauses,
    )  # fmt: skip


def align(old: Sequence[Unit], new: Sequence[Unit]) -> dict[int, int]:
    """Pairs of positions, old to new."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for n, unit in enumerate(new):
        by_key[unit.key].append(n)
    taken: set[int] = set()
    pairs: dict[int, int] = {}
    # Of equal texts ("Theo quy định của pháp luật.") those at the same place of the outline belong together.
    spare: dict[str, list[int]] = defaultdict(list)
    for o, unit in enumerate(old):
        spare[unit.key].append(o)
    for key, olds in spare.items():
        news = by_key.get(key, [])
        if len(olds) > 1 or len(news) > 1:
            at = defaultdict(list)
            for n in news:
                at[new[n].path].append(n)
            for o in olds:
                if at.get(old[o].path):
                    pairs[o] = at[old[o].path].pop(0)
                    taken.add(pairs[o])
        left_old = [o for o in olds if o not in pairs]
        left_new = [n for n in news if n not in taken]
        for o, n in zip(left_old, left_new, strict=False):
            pairs[o] = n
            taken.add(n)
    _similar(old, new, pairs, taken)
    _same_place(old, new, pairs, taken)
    return pairs


def _runs(key: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", key)
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))} if words else set()


def _similar(old: Sequence[Unit], new: Sequence[Unit], pairs: dict[int, int], taken: set[int]) -> None:
    rest_old = {o: _runs(u.key) for o, u in enumerate(old) if o not in pairs}
    rest_new = {n: _runs(u.key) for n, u in enumerate(new) if n not in taken}
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for o, runs in rest_old.items():
        for run in runs:
            where[run].append(o)
    found: list[tuple[float, bool, int, int]] = []
    for n, runs in rest_new.items():
        shared: Counter[int] = Counter()
        for run in runs:
            holders = where.get(run, ())
            if len(holders) <= _COMMON:
                shared.update(holders)
        for o, _ in shared.most_common(4):
            score = 2 * len(runs & rest_old[o]) / (len(runs) + len(rest_old[o]))
            if score >= _SIMILAR:
                found.append((score, old[o].path == new[n].path, o, n))
    for _, _, o, n in sorted(found, key=lambda f: (-f[0], not f[1], f[2], f[3])):
        if o not in pairs and n not in taken:
            pairs[o] = n
            taken.add(n)


def _same_place(old: Sequence[Unit], new: Sequence[Unit], pairs: dict[int, int], taken: set[int]) -> None:
    """A clause rewritten from scratch: the same labels, between the same neighbours."""
    at: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for n, unit in enumerate(new):
        if n not in taken and unit.path:
            at[unit.path].append(n)
    for o, unit in enumerate(old):
        if o in pairs or not at.get(unit.path):
            continue
        n = at[unit.path][0]
        before = pairs.get(o - 1) == n - 1 if o and n else o == n
        after = pairs.get(o + 1) == n + 1 or (o + 1 == len(old) and n + 1 == len(new))
        if before or after:
            pairs[o] = n
            taken.add(at[unit.path].pop(0))


def in_order(pairs: Iterable[tuple[int, int]]) -> set[int]:
    """First members of the longest run of pairs that keep their order."""
    tails: list[int] = []
    heads: list[int] = []
    back: dict[int, int | None] = {}
    for o, n in sorted(pairs):
        i = bisect_left(tails, n)
        back[o] = heads[i - 1] if i else None
        if i == len(tails):
            tails.append(n)
            heads.append(o)
        else:
            tails[i], heads[i] = n, o
    out: set[int] = set()
    at = heads[-1] if heads else None
    while at is not None:
        out.add(at)
        at = back[at]
    return out


def _clauses(old: Sequence[Unit], new: Sequence[Unit], pairs: dict[int, int]) -> tuple[list[ClauseChange], int]:
    kept = in_order(pairs.items())
    backwards = {n: o for o, n in pairs.items()}
    out: list[ClauseChange] = []
    unchanged = 0
    gone = [o for o in range(len(old)) if o not in pairs]
    # In the order of the new version; what is gone stands where it stood: before the next clause that is still there.
    due = {o: n for o, n in pairs.items() if o in kept}
    next_gone = 0

    def removed_before(o: int) -> None:
        nonlocal next_gone
        while next_gone < len(gone) and gone[next_gone] < o:
            unit = old[gone[next_gone]]
            out.append(ClauseChange(kind="removed", old_place=unit.place, old_text=unit.text))
            next_gone += 1

    for n, unit in enumerate(new):
        o = backwards.get(n)
        if o is None:
            out.append(ClauseChange(kind="added", new_place=unit.place, new_text=unit.text))
            continue
        if o in due:
            removed_before(o)
        before = old[o]
        same = before.key == unit.key
        if o in kept and same and before.path[-1:] == unit.path[-1:]:
            unchanged += 1
            continue
        kind: Change = "moved" if o not in kept else "renumbered" if same else "changed"
        out.append(
            ClauseChange(
                kind=kind, old_place=before.place, new_place=unit.place, old_text=before.text, new_text=unit.text,
                words=() if same else tuple(words(before.text, unit.text)),
            )
        )  # fmt: skip
    removed_before(len(old))
    return out, unchanged


def words(old: str, new: str) -> list[Word]:
    """The words of two texts, runs of the same kind together."""
    a, b = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    if len(a) > _WORDS or len(b) > _WORDS:
        return [Word(op="old", text=old), Word(op="new", text=new)]
    out: list[Word] = []
    stripped_a, stripped_b = [w.strip() for w in a], [w.strip() for w in b]
    for op, i, j, k, m in SequenceMatcher(None, stripped_a, stripped_b, autojunk=False).get_opcodes():
        if op == "equal":
            out.append(Word(op="same", text="".join(b[k:m])))
            continue
        if j > i:
            out.append(Word(op="old", text="".join(a[i:j])))
        if m > k:
            out.append(Word(op="new", text="".join(b[k:m])))
    return out


def _findings(
    old: RunReport, new: RunReport, old_units: Sequence[Unit], new_units: Sequence[Unit], pairs: dict[int, int]
) -> list[FindingChange]:
    before = {f.id: f for f in old.findings}
    gone = [f for f in old.findings if f.id not in {x.id for x in new.findings}]
    starts_old, starts_new = [u.start for u in old_units], [u.start for u in new_units]
    reworded: dict[str, Finding] = {}
    fresh = [f for f in new.findings if f.id not in before]
    by_unit: dict[tuple[int, str], list[Finding]] = defaultdict(list)
    for f in fresh:
        by_unit[_unit_at(starts_new, f.span.start), f.rule].append(f)
    for f in gone:
        n = pairs.get(_unit_at(starts_old, f.span.start))
        candidates = by_unit.get((n, f.rule), []) if n is not None else []
        if candidates:
            reworded[candidates.pop(0).id] = f
    out = []
    for f in new.findings:
        if f.id in before:
            out.append(FindingChange(kind="unchanged", old=before[f.id], new=f))
        elif f.id in reworded:
            out.append(FindingChange(kind="reworded", old=reworded[f.id], new=f))
        else:
            out.append(FindingChange(kind="new", new=f))
    still = {f.id for f in reworded.values()}
    return out + [FindingChange(kind="gone", old=f) for f in gone if f.id not in still]


def _unit_at(starts: Sequence[int], offset: int) -> int:
    return bisect_left(starts, offset + 1) - 1


def _requirements(old: RunReport, new: RunReport) -> list[RequirementChange]:
    before = {(r.provision, r.title.vi): r for r in old.requirements}
    after = {(r.provision, r.title.vi): r for r in new.requirements}
    out = []
    for key in [*after, *(k for k in before if k not in after)]:
        a, b = before.get(key), after.get(key)
        was, now = (a.status if a else None), (b.status if b else None)
        if was != now:
            title = (b or a).title  # type: ignore[union-attr]
            out.append(RequirementChange(provision=key[0], title=title, old=was, new=now))
    return out
