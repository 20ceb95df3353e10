"""Which findings a change gains and loses: `make changed` (against HEAD) or `make changed BASE=REV`.

Every text at hand is checked twice, by the tree as it stands and by the tree of a commit: our own corpora and examples,
and the contracts of ../shared where they lie. Run it before committing a rule: figures hide what a list shows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
FOLDERS = (ROOT / "corpora" / "contracts", ROOT / "examples", SHARED / "gold" / "dev", SHARED / "real")

# Run inside each tree: only what both have is used.
FIND = """
import json, sys
from pathlib import Path
from hpcp_rules.api import Checker
checker, found = Checker(), {}
for name, path in json.load(sys.stdin).items():
    text = Path(path).read_text(encoding="utf-8")
    for f in checker.check_text(text, name).findings:
        found[f"{name}|{f.provision}|{f.span.start}"] = [f.rule, " ".join(f.quote.split())]
print(json.dumps(found))
"""


def texts() -> Iterator[tuple[str, str]]:
    """Name and path of every text."""
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.txt")):
            yield f"{folder.name}/{path.relative_to(folder)}", str(path)


def findings(tree: Path, documents: dict[str, str]) -> dict[str, tuple[str, str]]:
    """(rule, quote) of everything a tree finds, by document, provision and place."""
    run = subprocess.run(
        [sys.executable, "-c", FIND],
        input=json.dumps(documents),
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    return {key: (rule, quote) for key, (rule, quote) in json.loads(run.stdout).items()}


def main() -> None:
    """Print what is gained (+) and lost (-) against a commit (default HEAD)."""
    base = sys.argv[1] if len(sys.argv) > 1 else "HEAD"
    documents = dict(texts())
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "base"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), base], cwd=ROOT, check=True)
        try:
            before = findings(tree, documents)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)
    after = findings(ROOT, documents)
    gained, lost = after.keys() - before.keys(), before.keys() - after.keys()
    for sign, keys, source in (("+", gained, after), ("-", lost, before)):
        for key in sorted(keys):
            name, provision, _ = key.split("|")
            rule, quote = source[key]
            print(f"{sign} {name} {provision} {rule}: {quote[:400]}")
    print(f"{len(documents)} texts against {base}: {len(gained)} gained, {len(lost)} lost, {len(after)} in all")


if __name__ == "__main__":
    main()
