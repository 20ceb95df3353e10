"""The figures of docs/quality.md: `make quality` writes them between the marks of that page.

Contracts that are not ours are scored where they lie (../shared/gold) and left out where they do not.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hpcp_rules import __version__
from hpcp_rules.api import Checker
from hpcp_rules.evaluation import Counts, Evaluation, evaluate_clauses, evaluate_documents, load_clauses, load_gold
from hpcp_rules.evaluation.score import MIN_RECORDS, item_order

ROOT = Path(__file__).parents[1]
GOLD = ROOT.parent / "shared" / "gold"
PAGE = ROOT / "docs" / "quality.md"
BEGIN, END = "<!-- figures: make quality -->", "<!-- end of figures -->"


def main() -> None:
    """Measure everything and put it into the page."""
    page = PAGE.read_text(encoding="utf-8")
    if BEGIN not in page or END not in page:
        sys.exit(f"{PAGE}: the marks {BEGIN} and {END} are missing; put them where the figures belong.")
    checker = Checker(as_of=date.today())
    pack = checker.pack
    lines = [
        f"hpcp-rules {__version__}, rule pack {pack.version} of {len(pack.rules)} rules, {date.today()}.",
        "",
        *_contracts(checker),
        *_clauses(checker),
        *_first_contact(),
    ]
    head, _, rest = page.partition(BEGIN)
    PAGE.write_text(
        head + BEGIN + "\n\n" + "\n".join(lines).strip() + "\n\n" + END + rest.partition(END)[2], encoding="utf-8"
    )


def _contracts(checker: Checker) -> Iterator[str]:
    sets = [("gold/dev", GOLD / "dev"), ("gold/check", GOLD / "check")]
    sets += [(f"corpora/{p.name}", p) for p in sorted((ROOT / "corpora" / "contracts").iterdir())]
    done: dict[str, Evaluation] = {}
    for name, folder in sets:
        if folder.is_dir():
            done[name] = evaluate_documents(load_gold(folder), checker.check_text)
    yield "### Whole contracts"
    yield ""
    yield "| set | contracts | precision | recall | F1 | macro F1, Article 25 | any provision P / R | kind right |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, e in done.items():
        m, a = e.micro, e.any_provision
        yield (
            f"| {name} | {e.documents} | {_n(m.precision)} | {_n(m.recall)} | {_n(m.f1)} | "
            f"{e.macro_f1:.3f} ({len(e.macro_items)} items) | {_n(a.precision)} / {_n(a.recall)} | "
            f"{e.kinds_right}/{e.kinds} |"
        )
    yield ""
    yield f"Macro F1: items with {MIN_RECORDS} clear records or more. By provision (right, false alarms, misses):"
    yield ""
    yield "| provision | " + " | ".join(done) + " |"
    yield "|---|" + "---|" * len(done)
    items = sorted({i for e in done.values() for i in e.items}, key=item_order)
    for item in items:
        yield f"| {item} | " + " | ".join(_counts(e.items.get(item)) for e in done.values()) + " |"
    yield ""


def _clauses(checker: Checker) -> Iterator[str]:
    files = [("gold", GOLD / "clauses-dev.jsonl")]
    files += [(p.parent.name, p) for p in sorted((ROOT / "corpora" / "clauses").rglob("*.jsonl"))]
    batches: dict[str, list[Evaluation]] = {}
    for batch, path in files:
        if path.is_file():
            batches.setdefault(batch, []).append(evaluate_clauses(load_clauses(path), checker.check_text))
    yield "### Single clauses"
    yield ""
    yield "| batch | clauses | recall | lawful near misses flagged |"
    yield "|---|---|---|---|"
    for batch, done in batches.items():
        found, missed = (sum(getattr(e.micro, n) for e in done) for n in ("tp", "fn"))
        flagged, near = (sum(v[i] for e in done for v in e.near_flagged.values()) for i in (0, 1))
        recall, share = found / max(1, found + missed), flagged / max(1, near)
        yield f"| {batch} | {sum(e.documents for e in done)} | {_n(recall)} | {_n(share)} |"
    yield ""


def _first_contact() -> Iterator[str]:
    yield "### First contact"
    yield ""
    yield "What the rules made of each batch when it was new, before anybody looked at its mistakes:"
    yield ""
    with (ROOT / "corpora" / "first-contact.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    yield "| " + " | ".join(rows[0]).replace("_", " ") + " |"
    yield "|" + "---|" * len(rows[0])
    for row in rows[1:]:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _counts(c: Counts | None) -> str:
    return f"{c.tp}, {c.fp}, {c.fn}" if c else ""


def _n(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
