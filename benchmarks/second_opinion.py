"""Would a statistical classifier find what the rules miss? `python benchmarks/second_opinion.py [FOLDER …]`

Trained on the clauses of corpora/clauses/b1 and b2 and on the sentences around them, measured on annotated contracts:
corpora/contracts/d1 to d3, or the folders named. It is asked only about sentences that the rules leave alone. Needs
scikit-learn, which nothing else here needs (`pip install scikit-learn`); nothing of it ships: docs/quality.md says why.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from hpcp_rules.api import Checker
from hpcp_rules.evaluation import GoldDocument, load_clauses, load_gold
from hpcp_rules.evaluation.score import counted, fits
from hpcp_rules.readers import read_text
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.text.fold import nfc

ROOT = Path(__file__).resolve().parents[1]
TRAINING = ("b1", "b2")
MEASURED = ("d1", "d2", "d3")
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)
NONE = "none"


def main(folders: list[Path]) -> None:
    """Train, then measure beside the rules."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        sys.exit("scikit-learn is missing: pip install scikit-learn")
    checker = Checker(as_of=date.today())
    texts, labels = _training(checker)
    unfair = sum(label != NONE for label in labels)
    print(f"trained on {len(texts)} sentences of {'+'.join(TRAINING)}, {unfair} unfair, {len(set(labels)) - 1} items")
    model = _model()
    model.fit(texts, labels)

    def judge(sentences: list[str]) -> list[tuple[str, float]]:
        shares = model.predict_proba(sentences)
        return [(str(model.classes_[row.argmax()]), float(row.max())) for row in shares]

    for folder in folders:
        _measure(folder, checker, judge)


def _model() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    words = TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True, token_pattern=r"\w+")
    return make_pipeline(words, LogisticRegression(C=20, max_iter=2000, class_weight="balanced"))


def _training(checker: Checker) -> tuple[list[str], list[str]]:
    """Sentences with the provision they breach; lawful near misses, and what surrounds a clause, breach none."""
    texts, labels = [], []
    for batch in TRAINING:
        for path in sorted((ROOT / "corpora" / "clauses" / batch).glob("*.jsonl")):
            for clause in load_clauses(path):
                document = checker.structure(read_text(clause.context, clause.id))
                start = document.source.text.find(nfc(clause.quote))
                for s, words in _sentences(document):
                    inside = start >= 0 and s.start < start + len(clause.quote) and start < s.end
                    texts.append(words)
                    labels.append(clause.label if inside and clause.label != "ok" else NONE)
    return texts, labels


def _sentences(document: ContractDocument) -> Iterator[tuple[Any, str]]:
    """Each sentence after its lead-in, parties by their role: the names of one contract say nothing of the next."""
    roles = [(name, f"{party.role}_") for party in document.parties for name in party.names]
    swaps = {name.lower(): role for name, role in roles}
    longest_first = sorted(swaps, key=len, reverse=True)
    names = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in longest_first) or r"(?!)")
    text = document.source.text
    for s in document.sentences:
        lead = document.sentences[s.lead_in] if s.lead_in is not None else None
        words = (text[lead.start : lead.end] + " " if lead else "") + text[s.start : s.end]
        yield s, names.sub(lambda m: swaps[m.group()], words.lower())


def _measure(folder: Path, checker: Checker, judge: Callable[[list[str]], list[tuple[str, float]]]) -> None:
    documents = load_gold(folder)
    rules = {"right": 0, "false": 0, "clear": 0}
    opinions: list[tuple[float, bool, tuple[str, int] | None]] = []
    alone: list[tuple[float, bool, tuple[str, int] | None]] = []
    missed = 0
    for gold in documents:
        document = checker.structure(read_text(gold.text, gold.name))
        findings = counted(checker.check_text(gold.text, gold.name))
        hit = {i for f in findings for i in _records(gold, f.span.start, f.span.end, f.provision)[0]}
        clear = {i for i, c in enumerate(gold.clauses) if c.strength == "clear"}
        rules["right"] += len(hit)
        rules["clear"] += len(clear)
        rules["false"] += sum(_records(gold, f.span.start, f.span.end, f.provision)[1] for f in findings)
        missed += len(clear - hit)
        rows = list(_sentences(document))
        for (s, _), (label, share) in zip(rows, judge([words for _, words in rows]), strict=True):
            if label == NONE:
                continue
            good, wrong = _records(gold, s.start, s.end, label)
            if not good and not wrong:
                continue
            key = (gold.name, min(good)) if good else None
            alone.append((share, not wrong, key))
            if not any(f.span.start < s.end and s.start < f.span.end for f in findings):
                opinions.append((share, not wrong, key if not good & hit else None))
    print(f"\n{folder.name}: {len(documents)} contracts, {rules['clear']} clear records")
    print(f"  rules alone          P {_share(rules['right'], rules['false'])}  R {rules['right'] / rules['clear']:.3f}")
    for at in SHARES:
        added = {k for share, right, k in opinions if share >= at and right and k}
        false = sum(share >= at and not right for share, right, _ in opinions)
        own = {k for share, right, k in alone if share >= at and right and k}
        own_false = sum(share >= at and not right for share, right, _ in alone)
        print(
            f"  with opinions >= {at:.1f} "
            f"P {_share(rules['right'] + len(added), rules['false'] + false)}  "
            f"R {(rules['right'] + len(added)) / rules['clear']:.3f}   adds {len(added)} of {missed} misses "
            f"and {false} false alarms; alone P {_share(len(own), own_false)} R {len(own) / rules['clear']:.3f}"
        )


def _share(right: int, false: int) -> str:
    return f"{right / (right + false):.3f}" if right + false else "  -  "


def _records(gold: GoldDocument, start: int, end: int, provision: str) -> tuple[set[int], bool]:
    """The clear records that a finding there would be right about, and whether it would be a false alarm."""
    over = {i for i, c in enumerate(gold.clauses) if start < c.end and c.start < end}
    clear = {i for i in over if gold.clauses[i].strength == "clear"}
    good = {i for i in clear if fits(provision, gold.clauses[i].provisions)}
    return good, not good and len(clear) == len(over)


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:]] or [ROOT / "corpora" / "contracts" / name for name in MEASURED])
