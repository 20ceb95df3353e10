"""Many documents in workers: each has its own outcome, whatever its neighbours do."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path

import pytest

from hpcp_rules.errors import HpcpError, RuleError
from hpcp_rules.readers import Limits
from hpcp_rules.worker import Job, Pool
from hpcp_rules.worker.pool import Costs

JOB = Job("tests.worker.tricks:handler_of")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(JOB, Limits(max_seconds=2, max_memory=200_000_000), workers=2) as made:
        yield made


def ask(pool: Pool, what: str) -> Future[bytes]:
    return pool.submit({"name": "a.txt"}, what.encode())


def code(future: Future[bytes]) -> str:
    error = future.exception(timeout=20)
    assert isinstance(error, HpcpError)
    return error.code


def test_what_stands_beside_a_hostile_document_is_done(pool: Pool) -> None:
    tricks = {
        "hang": "out-of-time",
        "segfault": "crashed",
        "exit": "crashed",
        "bomb": "out-of-memory",
        "refuse": "damaged",
    }
    bad = {}
    good = []
    for n in range(60):
        good.append(ask(pool, f"good {n}"))
        if n % 10 == 5 and tricks:
            what, expected = tricks.popitem()
            bad[ask(pool, what)] = expected
    assert [f.result(timeout=20).decode() for f in good] == [f"good {n}" for n in range(60)]
    assert [code(f) for f in bad] == list(bad.values())


def test_cancelling_stops_what_is_under_way_and_what_waits(pool: Pool) -> None:
    started = threading.Event()
    slow = Pool(JOB, Limits(), workers=1)
    try:
        running = slow.submit({"name": "a"}, b"stages", lambda _: started.set())
        stuck = slow.submit({"name": "b"}, b"hang")
        waiting = slow.submit({"name": "c"}, b"never")
        running.result(timeout=20)
        assert started.is_set()
        while not stuck.running():
            time.sleep(0.01)
        slow.cancel(waiting)
        slow.cancel(stuck)
        assert code(stuck) == "stopped"
        with pytest.raises(CancelledError):
            waiting.result(timeout=20)
        assert ask(slow, "next").result(timeout=20) == b"next"
    finally:
        slow.close()


def test_closing_leaves_no_process_and_no_open_future() -> None:
    pool = Pool(JOB, Limits(), workers=2)
    pid = ask(pool, "pid").result(timeout=20).split()[0].decode()
    pending = [ask(pool, "hang") for _ in range(5)]
    time.sleep(0.1)
    pool.close()
    assert not Path(f"/proc/{pid}").exists()
    assert wait(pending, timeout=5).not_done == set()
    with pytest.raises(RuntimeError):
        ask(pool, "more")


def test_a_pool_whose_workers_cannot_start_says_why() -> None:
    with Pool(Job(JOB.factory, {"fail": "rules"}), Limits(), workers=2) as pool:
        error = ask(pool, "next").exception(timeout=20)
        assert isinstance(error, RuleError)
        assert ask(pool, "next").exception(timeout=20) is not None
    with Pool(Job("os:_exit"), Limits(), workers=2) as pool:
        assert code(ask(pool, "next")) == "crashed"


def test_stages_are_told_in_order(pool: Pool) -> None:
    stages: list[str] = []
    pool.submit({"name": "a.txt"}, b"stages", stages.append).result(timeout=20)
    assert stages == ["read", "check"]


def test_costs_are_learnt() -> None:
    costs = Costs()
    for _ in range(300):
        costs.measured(".pdf", 100_000, 2.0)
        costs.measured(".txt", 10_000, 0.01)
    assert 1.8 < costs.expected(".pdf", 100_000) < 2.2
    assert 0.08 < costs.expected(".txt", 100_000) < 0.12
