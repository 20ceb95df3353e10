"""Figures over annotated contracts and clauses.

What counts: a finding is right where it overlaps a clear record and names one of its provisions (of Article 25
exactly, elsewhere an article and its clauses fit each other). A finding that only touches arguable records counts
neither way. A clear record that no right finding touches is a miss. The macro average runs over the items of
Article 25 with enough clear records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from hpcp_rules.evaluation.gold import GoldClause, GoldDocument, SingleClause
from hpcp_rules.model.report import Finding, RunReport
from hpcp_rules.text.fold import nfc

Check = Callable[[str, str], RunReport]
"""Checks a text; the second argument is its name."""
MIN_RECORDS = 5
FACTS = ("distance", "continuous")
"""Facts that annotations hold."""


@dataclass(slots=True)
class Counts:
    """Right findings, false alarms, misses."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float | None:
        """Share of findings that are right; None without findings."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """Share of records that were found; None without records."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; 0 when nothing is right, None when there was nothing."""
        if not self.tp + self.fp + self.fn:
            return None
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A miss or a false alarm, with its text."""

    document: str
    error: Literal["miss", "false alarm"]
    provision: str
    rule: str | None
    text: str


@dataclass(slots=True)
class Evaluation:
    """The figures of one run; `found` identifies each finding, so that two runs can be compared."""

    documents: int = 0
    items: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    any_provision: Counts = field(default_factory=Counts)
    kinds_right: int = 0
    kinds: int = 0
    facts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """For each fact that is annotated: how often it was right, and of how many documents."""
    required_right: int = 0
    required: int = 0
    absent: Counts = field(default_factory=Counts)
    near_flagged: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """For single clauses: lawful near misses flagged for the item they are near to, and how many there are."""
    mistakes: list[Mistake] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    """For each finding that counts: its confidence and whether it is right."""
    best: list[float | None] = field(default_factory=list)
    """For each clear record: the highest confidence of a finding that is right about it; None for a miss."""

    @property
    def micro(self) -> Counts:
        """All items together."""
        return Counts(*(sum(getattr(c, n) for c in self.items.values()) for n in ("tp", "fp", "fn")))

    @property
    def macro_items(self) -> list[str]:
        """Items of Article 25 with at least `MIN_RECORDS` clear records."""
        return [n for n, c in self.items.items() if n.startswith("law19:25.") and c.tp + c.fn >= MIN_RECORDS]

    @property
    def macro_f1(self) -> float:
        """Mean F1 over `macro_items`."""
        names = self.macro_items
        return sum(self.items[n].f1 or 0.0 for n in names) / len(names) if names else 0.0

    def curve(self) -> list[tuple[float, float, float]]:
        """(lowest confidence, precision, recall) were only findings from that confidence on shown."""
        points = []
        for floor in sorted({c for c, _ in self.confidences}):
            shown = [good for c, good in self.confidences if c >= floor]
            found = sum(b is not None and b >= floor for b in self.best)
            points.append((floor, sum(shown) / len(shown), found / len(self.best) if self.best else 0.0))
        return points

    def reliability(self) -> list[tuple[float, float, int]]:
        """(mean confidence, share that is right, findings) for each tenth of confidence that has findings."""
        bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for confidence, good in self.confidences:
            bins[min(9, int(confidence * 10))].append((confidence, good))
        return [
            (sum(c for c, _ in rows) / len(rows), sum(g for _, g in rows) / len(rows), len(rows))
            for _, rows in sorted(bins.items())
        ]

    def as_dict(self) -> dict[str, Any]:
        """For a file that a later run is compared with."""
        return {
            "documents": self.documents,
            "macro_f1_art25": self.macro_f1,
            "micro": _figures(self.micro),
            "any_provision": _figures(self.any_provision),
            "items": {name: asdict(self.items[name]) for name in sorted(self.items, key=item_order)},
            "facts": dict(self.facts),
            "kinds": [self.kinds_right, self.kinds],
            "required": [self.required_right, self.required],
            "near_flagged": {k: self.near_flagged[k] for k in sorted(self.near_flagged, key=item_order)},
            "found": self.found,
        }


def _figures(c: Counts) -> dict[str, float | None]:
    return {"precision": c.precision, "recall": c.recall, "f1": c.f1}


def item_of(provision: str) -> str:
    """The row a provision counts under: Article 25 by clause, the rest by article."""
    document, _, place = provision.partition(":")
    parts = place.split(".")
    return f"{document}:{'.'.join(parts[:2])}" if parts[0] == "25" else f"{document}:{parts[0]}"


def item_order(name: str) -> tuple[str, list[int]]:
    """Sorts 25.9 before 25.10."""
    document, _, place = name.partition(":")
    return document, [int("".join(ch for ch in part if ch.isdigit()) or 0) for part in place.split(".")]


def fits(provision: str, wanted: Iterable[str]) -> bool:
    """Same provision, or outside Article 25 one within the other."""
    for other in wanted:
        if provision == other:
            return True
        if not provision.startswith("law19:25.") and (
            other.startswith(provision + ".") or provision.startswith(other + ".")
        ):
            return True
    return False


def counted(report: RunReport) -> list[Finding]:
    """Findings that accuse; advice does not."""
    return [f for f in report.findings if f.severity != "info"]


def evaluate_documents(documents: Iterable[GoldDocument], check: Check) -> Evaluation:
    """Check each annotated contract and compare."""
    result = Evaluation()
    for gold in documents:
        report = check(gold.text, gold.name)
        result.documents += 1
        _clauses(result, gold, counted(report))
        _facts(result, gold, report)
    return result


def _clauses(result: Evaluation, gold: GoldDocument, findings: list[Finding]) -> None:
    right: dict[int, float] = {}
    touched: set[int] = set()
    for f in findings:
        result.found[f"{gold.name}|{f.provision}|{f.id}"] = " ".join(f.quote.split())[:300]
        over = [i for i, c in enumerate(gold.clauses) if f.span.start < c.end and c.start < f.span.end]
        clear = {i for i in over if gold.clauses[i].strength == "clear"}
        good = {i for i in clear if fits(f.provision, gold.clauses[i].provisions)}
        for i in good:
            right[i] = max(f.confidence, right.get(i, 0.0))
        touched |= clear
        if not good and len(clear) == len(over):
            result.items[item_of(f.provision)].fp += 1
            result.mistakes.append(Mistake(gold.name, "false alarm", f.provision, f.rule, f.quote))
        if good or len(clear) == len(over):
            result.confidences.append((f.confidence, bool(good)))
        result.any_provision.fp += not over
    for i, clause in enumerate(gold.clauses):
        if clause.strength != "clear":
            continue
        row = result.items[item_of(clause.provisions[0])]
        result.best.append(right.get(i))
        if i in right:
            row.tp += 1
        else:
            row.fn += 1
            result.mistakes.append(Mistake(gold.name, "miss", clause.provisions[0], None, _words(gold, clause)))
        result.any_provision.tp += i in touched
        result.any_provision.fn += i not in touched


def _words(gold: GoldDocument, clause: GoldClause) -> str:
    return clause.quote or gold.text[clause.start : clause.end]


def _facts(result: Evaluation, gold: GoldDocument, report: RunReport) -> None:
    if gold.document.kind:
        result.kinds += 1
        result.kinds_right += report.document.kind == gold.document.kind
    found = {f.id: f.value for f in report.document.facts}
    for name in FACTS:
        wanted = getattr(gold.document, name)
        if wanted is not None and name in found:
            result.facts[name][0] += found[name] == wanted
            result.facts[name][1] += 1
    told: dict[str, str] = {r.provision: r.status for r in report.requirements}
    for provision, status in (gold.document.required or {}).items():
        if status == "partial":
            continue
        said = told.get(provision)
        result.required += 1
        result.required_right += said == status or (said == "partial" and status == "present")
        if status == "absent":
            result.absent.tp += said in ("absent", "partial")
            result.absent.fn += said not in ("absent", "partial")
        else:
            result.absent.fp += said == "absent"


def evaluate_clauses(rows: Iterable[SingleClause], check: Check) -> Evaluation:
    """Check single clauses in their context: unlawful ones must be found, lawful near misses left alone."""
    result = Evaluation()
    for row in rows:
        result.documents += 1
        context, quote = nfc(row.context), nfc(row.quote)
        start = context.find(quote)
        end = start + len(quote)
        over = [f for f in counted(check(context + "\n", row.id)) if f.span.start < end and start < f.span.end]
        for f in over:
            result.found[f"{row.id}|{f.provision}|{f.id}"] = " ".join(f.quote.split())[:300]
        if row.label == "ok":
            near = row.near or ""
            alarm = next((f for f in over if fits(f.provision, [near])), None)
            result.near_flagged[near][0] += alarm is not None
            result.near_flagged[near][1] += 1
            result.items[item_of(near)].fp += alarm is not None
            if alarm:
                result.mistakes.append(Mistake(row.id, "false alarm", near, alarm.rule, row.quote))
            continue
        wanted = [row.label, *(p for p in row.also if p != "law19:25.15")]
        good = any(fits(f.provision, [w]) for f in over for w in wanted)
        result.items[item_of(row.label)].tp += good
        result.items[item_of(row.label)].fn += not good
        if not good:
            result.mistakes.append(Mistake(row.id, "miss", row.label, None, row.quote))
    return result


def compare(before: dict[str, str], after: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Findings gained and lost between two runs (`Evaluation.found`)."""
    gained = {k: v for k, v in after.items() if k not in before}
    lost = {k: v for k, v in before.items() if k not in after}
    return gained, lost
