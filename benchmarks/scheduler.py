"""How well many workers would be used: recorded costs of documents through a simulated scheduler.

    python benchmarks/scheduler.py CORPUS.sqlite

Takes the seconds of computing that each document of a corpus cost, cuts them into chunks as `hpcp_rules.batch.cluster`
does, and hands the chunks to 1, 2, 4 … 256 workers. The scheduler answers one worker at a time and takes `HAND_OVER` for
each chunk; a worker waits for `LATENCY` between two chunks; one process writes the results, 2 ms a document unless told.
"""

from __future__ import annotations

import heapq
import sqlite3
import sys

CHUNK_SECONDS = 2.0
HAND_OVER = 0.001
"""Seconds of the scheduler for a task, as Dask's own documentation gives it (about 1 ms)."""
LATENCY = 0.02
START = 2.0
"""Seconds until a worker has started and loaded the rules."""


def chunks(costs: list[float], write: float) -> list[tuple[float, float]]:
    """(seconds of work, seconds of writing) of each chunk."""
    out, work, count = [], 0.0, 0
    for cost in costs:
        work, count = work + cost, count + 1
        if work >= CHUNK_SECONDS:
            out.append((work, count * write))
            work, count = 0.0, 0
    if count:
        out.append((work, count * write))
    return out


def makespan(tasks: list[tuple[float, float]], workers: int) -> float:
    """Seconds until all is done and written."""
    free = [START] * workers
    heapq.heapify(free)
    scheduler = writer = 0.0
    for work, writing in tasks:
        at = max(heapq.heappop(free), scheduler)
        scheduler = at + HAND_OVER
        done = scheduler + LATENCY + work
        heapq.heappush(free, done)
        writer = max(writer, done) + writing
    return writer


def main() -> None:
    """See above."""
    sql = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    costs = [row[0] for row in sql.execute("select seconds from document order by id")]
    write = float(sys.argv[2]) if len(sys.argv) > 2 else 0.002
    copies = max(1, 100_000 // len(costs))
    tasks = chunks(costs * copies, write)
    total = sum(work for work, _ in tasks)
    each = 1000 * sum(costs) / len(costs)
    print(f"{len(costs) * copies} documents, {each:.1f} ms each, {len(tasks)} chunks, {total:.0f} s of work")
    print("| workers | seconds | times one | efficiency |\n| --- | --- | --- | --- |")
    one = makespan(tasks, 1)
    workers = 1
    while workers <= 256:
        seconds = makespan(tasks, workers)
        print(f"| {workers} | {seconds:.0f} | {one / seconds:.1f} | {one / seconds / workers:.2f} |")
        workers *= 2


if __name__ == "__main__":
    main()
