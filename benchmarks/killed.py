"""A long batch that is killed on the way: does it complete, how fast, and does its memory stay flat?

    python benchmarks/killed.py contracts.jsonl OUT.jsonl [JOBS]

Runs `hpcp batch`, ends it twice with kill -9 after a third and two thirds of the documents, lets the third run complete
and a fourth find nothing to do. Samples go to OUT.jsonl.samples.json as they are taken: seconds, documents in the
corpus, bytes of memory of the batch and of its workers.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from hpcp_rules.worker.tree import resident

_EVERY = 5.0


def documents(out: Path) -> int:
    """How many documents the corpus holds for good."""
    try:
        sql = sqlite3.connect(f"file:{out}.corpus.sqlite?mode=ro", uri=True)
        return int(sql.execute("select max(id) from document").fetchone()[0] or 0)
    except (sqlite3.Error, TypeError):
        return 0


def main() -> None:
    """See above."""
    inputs, out = Path(sys.argv[1]), Path(sys.argv[2])
    jobs = sys.argv[3] if len(sys.argv) > 3 else "2"
    with inputs.open("rb") as lines:
        total = sum(1 for _ in lines)
    call = [
        sys.executable, "-c", "from hpcp_rules.cli.main import main; main()", "batch", str(inputs), "--out", str(out),
        "--jobs", jobs, "--lang", "en",
    ]  # fmt: skip
    told: list[dict[str, Any]] = []
    begin = time.monotonic()
    for number, until in enumerate((total // 3, 2 * total // 3, None, None), 1):
        run: dict[str, Any] = {"run": number, "killed": False, "samples": []}
        told.append(run)
        batch = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
        while batch.poll() is None:
            done, own = documents(out), int(Path(f"/proc/{batch.pid}/statm").read_text().split()[1]) * 4096
            whole = resident(batch.pid)
            run["samples"].append([round(time.monotonic() - begin, 1), done, own, whole - own])
            Path(f"{out}.samples.json").write_text(json.dumps(told))
            if until is not None and done >= until:
                os.kill(batch.pid, signal.SIGKILL)
                run["killed"] = True
            time.sleep(_EVERY if until is None or done < until else 0.1)
        run["exit"], run["said"] = batch.returncode, batch.communicate()[0]
        run["documents"] = documents(out)
        Path(f"{out}.samples.json").write_text(json.dumps(told))
    with out.open("rb") as lines:
        hashes = [json.loads(line)["document"]["sha256"] for line in lines]
    print(f"{len(hashes)} reports, {len(set(hashes))} of them different, of {total} documents")


if __name__ == "__main__":
    main()
