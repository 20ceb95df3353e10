"""How well many workers would be used: recorded costs of documents through a simulated scheduler.

    python benchmarks/scheduler.py CORPUS.sqlite

Takes the seconds of computing that each document of a corpus cost, cuts them into chunks as `hpcp_rules.batch.cluster`
does, and hands the chunks to 1, 2, 4 … 256 workers. The scheduler serves one worker at a time; a worker waits between
two chunks; one process for each batch writes the results. Shown for one batch, and for one batch for each 16 workers.
"""

from __future__ import annotations

import heapq
import sqlite3
import sys

CHUNK_SECONDS = 2.0
HAND_OVER = 0.001
"""Seconds of the scheduler for a task, as Dask's own documentation gives it (about 1 ms)."""
LATENCY = 0.02
WRITE = 0.001
"""Seconds in which one batch writes one document, measured (`docs/scale.md`)."""
PER_BATCH = 16
START = 2.0
"""Seconds until a worker has started and loaded the rules."""


def chunks(costs: list[float]) -> list[tuple[float, int]]:
    """(seconds of work, documents) of each chunk."""
    out, work, count = [], 0.0, 0
    for cost in costs:
        work, count = work + cost, count + 1
        if work >= CHUNK_SECONDS:
            out.append((work, count))
            work, count = 0.0, 0
    return [*out, (work, count)] if count else out


def makespan(tasks: list[tuple[float, int]], workers: int, batches: int) -> float:
    """Seconds until all is done and written."""
    free = [START] * workers
    writers = [0.0] * batches
    scheduler = 0.0
    for number, (work, documents) in enumerate(tasks):
        at = max(heapq.heappop(free), scheduler)
        scheduler = at + HAND_OVER
        done = scheduler + LATENCY + work
        heapq.heappush(free, done)
        mine = number % batches
        writers[mine] = max(writers[mine], done) + documents * WRITE
    return max(writers)


def main() -> None:
    """See above."""
    sql = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    costs = [row[0] for row in sql.execute("select seconds from document order by id")]
    copies = max(1, 100_000 // len(costs))
    tasks = chunks(costs * copies)
    total, each = sum(work for work, _ in tasks), 1000 * sum(costs) / len(costs)
    print(f"{len(costs) * copies} documents, {each:.1f} ms each, {len(tasks)} chunks, {total:.0f} s of work\n")
    print("| workers | seconds, one batch | efficiency | seconds, a batch for 16 workers | efficiency |")
    print("| --- | --- | --- | --- | --- |")
    workers = 1
    while workers <= 256:
        row = [f"{workers}"]
        for batches in (1, max(1, workers // PER_BATCH)):
            seconds = makespan(tasks, workers, batches)
            row += [f"{seconds:.0f}", f"{makespan(tasks, 1, 1) / seconds / workers:.2f}"]
        print(f"| {' | '.join(row)} |")
        workers *= 2


if __name__ == "__main__":
    main()
