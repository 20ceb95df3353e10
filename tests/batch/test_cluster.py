"""The Dask engine with real worker processes: the same results, also when one is killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hpcp_rules.batch import run_batch
from hpcp_rules.batch.cluster import Cluster
from hpcp_rules.errors import HpcpError
from tests.batch.make import CHANGE, checker, contract, rules, run
from tests.batch.test_batch import everything

START = "from distributed.cli.dask_{0} import main; main()"


def start(what: str, *words: str) -> subprocess.Popen[bytes]:
    call = [sys.executable, "-c", START.format(what), *words]
    path = os.pathsep.join(p for p in sys.path if p)
    return subprocess.Popen(
        call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path}
    )


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler that listens on this machine only."""
    file = tmp_path_factory.mktemp("dask") / "scheduler.json"
    process = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    try:
        import json

        while not file.exists() or not file.read_text():
            assert process.poll() is None
            time.sleep(0.05)
        yield json.loads(file.read_text())["address"]
    finally:
        process.kill()
        process.wait()


class Machines:
    """Worker processes of a cluster."""

    def __init__(self, scheduler: str, folder: Path) -> None:
        self._scheduler, self._folder = scheduler, folder
        self.running: list[subprocess.Popen[bytes]] = []

    def add(self) -> None:
        self.running.append(
            start(
                "worker",
                self._scheduler,
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
                "--host",
                "127.0.0.1",
                "--local-directory",
                str(self._folder),
            )
        )

    def kill(self, number: int) -> None:
        self.running[number].send_signal(signal.SIGKILL)
        self.running[number].wait()


@pytest.fixture
def machines(scheduler: str, tmp_path: Path) -> Iterator[Machines]:
    made = Machines(scheduler, tmp_path / "dask")
    yield made
    for process in made.running:
        process.kill()
        process.wait()


def test_the_same_results_though_a_worker_is_killed_and_others_come(
    scheduler: str, machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hpcp_rules.batch.cluster._CHUNK_SECONDS", 0.3)
    made = checker(rules(tmp_path / "rules"))
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(90):
        (folder / f"{n:02}.txt").write_text(contract(n, CHANGE) * 10)
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 broken")
    for _ in range(3):
        machines.add()
    cluster = Cluster(made, scheduler)
    came_back = [0]
    own = cluster._came_back

    def counted(*rest: object) -> None:
        came_back[0] += 1
        if came_back[0] == 2:
            machines.kill(0)
            machines.add()
        own(*rest)  # type: ignore[arg-type]

    monkeypatch.setattr(cluster, "_came_back", counted)
    done = run_batch(made, [str(folder)], tmp_path / "cluster", engine=lambda: cluster, families=False)
    assert came_back[0] > 4
    assert (done.new, done.failed) == (90, 1)
    run(made, tmp_path / "here", folder, families=False)
    assert everything(tmp_path / "cluster") == everything(tmp_path / "here")


def test_no_scheduler_is_said_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = checker(rules(tmp_path / "rules"))
    with pytest.raises(HpcpError) as caught:
        Cluster(made, "no address")
    assert caught.value.code == "no-cluster"
    assert caught.value.where.file == "no address"
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(HpcpError) as caught:
        Cluster(made, "tcp://127.0.0.1:1")
    assert caught.value.code == "missing-part"
    assert "pip install 'hpcp-rules[cluster]'" in caught.value.remedy_vi
