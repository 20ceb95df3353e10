"""How often each rule is right on our own annotated contracts: `make calibrate` writes rules/_calibration.yaml.

A rule that fired seldom says little of itself: its share is drawn towards that of all rules, as if it had fired
`WEIGHT` times more with their share. Only our own contracts count; the gold sets stay a check on the result.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from hpcp_rules.api import Checker
from hpcp_rules.evaluation import load_gold
from hpcp_rules.evaluation.score import counted, fits

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "rules" / "_calibration.yaml"
WEIGHT = 6


def main() -> None:
    """Measure and write."""
    checker = Checker(as_of=date.today())
    right: Counter[str] = Counter()
    fired: Counter[str] = Counter()
    contracts = 0
    for folder in sorted((ROOT / "corpora" / "contracts").iterdir()):
        for gold in load_gold(folder):
            contracts += 1
            for f in counted(checker.check_text(gold.text, gold.name)):
                over = [c for c in gold.clauses if f.span.start < c.end and c.start < f.span.end]
                good = any(c.strength == "clear" and fits(f.provision, c.provisions) for c in over)
                if good or all(c.strength == "clear" for c in over):
                    fired[f.rule] += 1
                    right[f.rule] += good
    overall = sum(right.values()) / sum(fired.values())
    lines = [
        "# Written by `make calibrate`: how often each rule was right on corpora/contracts. Not to be edited by hand.",
        f"measured_on: {date.today()}",
        f"contracts: {contracts}",
        "rules:",
    ]
    for rule in sorted(r.id for r in checker.pack.rules):
        share = (right[rule] + WEIGHT * overall) / (fired[rule] + WEIGHT)
        lines.append(f"  {rule}: {share:.2f}  # {right[rule]} of {fired[rule]}")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done, all_fired = sum(right.values()), sum(fired.values())
    print(f"{TARGET.relative_to(ROOT)}: {done} of {all_fired} findings right, {contracts} contracts")


if __name__ == "__main__":
    main()
