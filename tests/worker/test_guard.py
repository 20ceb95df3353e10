"""One hostile document costs one refusal, and the next one goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hpcp_rules.errors import HpcpError, ReadError, RuleError
from hpcp_rules.readers import Limits
from hpcp_rules.worker import Guard, Job, process
from hpcp_rules.worker import folder as work_folder
from tests.worker import tricks

LIMITS = Limits(max_seconds=60, max_memory=200_000_000)
SPAWNED = Job("tests.worker.tricks:handler_of")
FORKED = Job("", handler=tricks.trick)


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work folders go into the test's own place, so that what is left behind is seen."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture(params=["forked", "spawned"])
def guard(request: pytest.FixtureRequest) -> Iterator[Guard]:
    """A guard of either kind."""
    with Guard(FORKED if request.param == "forked" else SPAWNED, LIMITS) as made:
        yield made


def do(guard: Guard, what: str) -> str:
    """What the worker answers; it is given little time where it is to hang."""
    if what in ("hang", "spin"):
        guard.close()
        guard._limits = replace(LIMITS, max_seconds=0.5)
    return guard.run({"name": "a.pdf"}, what.encode()).decode()


def refused(guard: Guard, what: str) -> HpcpError:
    with pytest.raises(HpcpError) as caught:
        do(guard, what)
    error = caught.value
    assert error.where.file == "a.pdf"
    assert error.vi
    assert error.en
    return error


def gone(pid: int) -> bool:
    """True once a process has ended; a moment is given for it."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("hang", "out-of-time"),
        ("spin", "out-of-time"),
        ("bomb", "out-of-memory"),
        ("bomb in C", "out-of-memory"),
        ("bomb in a child", "out-of-memory"),
        ("exit", "crashed"),
        ("segfault", "crashed"),
        ("recursion", "too-complex"),
    ],
)
def test_each_way_to_harm_costs_one_refusal(guard: Guard, what: str, code: str) -> None:
    error = refused(guard, what)
    assert error.code == code
    assert isinstance(error, ReadError)
    assert error.remedy_vi
    assert error.remedy_en
    assert do(guard, "next") == "next"


def test_how_it_crashed_is_said(guard: Guard) -> None:
    assert "exit 7" in refused(guard, "exit").en
    assert "SIGSEGV" in refused(guard, "segfault").vi


def test_a_clear_refusal_comes_through_whole_and_keeps_the_worker(guard: Guard) -> None:
    pid = do(guard, "pid")
    error = refused(guard, "refuse")
    assert (error.code, str(error)) == ("damaged", "a.pdf (trang/page 3): Damaged. Mend it.")
    assert do(guard, "pid") == pid


def test_a_slip_of_ours_is_named_without_the_words_of_the_document(guard: Guard) -> None:
    error = refused(guard, "slip")
    assert error.code == "unforeseen"
    assert "KeyError" in error.en
    assert "secret" not in error.text("vi") + error.text("en")


def test_nothing_is_printed(guard: Guard, capfd: pytest.CaptureFixture[str]) -> None:
    do(guard, "print")
    assert "secret" not in "".join(capfd.readouterr())


def test_an_answer_without_end_is_cut(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST", 1_000_000)
    assert refused(guard, "large").code == "crashed"
    assert do(guard, "next") == "next"


def test_the_stages_are_told(guard: Guard) -> None:
    stages: list[str] = []
    guard.run({"name": "a.pdf"}, b"stages", stages.append)
    assert stages == ["read", "check"]


def test_no_file_outside_the_work_folder_is_changed(guard: Guard, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    for what in (f"write {tmp_path}/new.txt", f"write {kept}", f"remove {kept}", "write ../new.txt"):
        assert refused(guard, what).code == "unforeseen"
    assert kept.read_text() == "kept"
    assert sorted(p.name for p in tmp_path.rglob("*.txt")) == ["kept.txt"]
    assert do(guard, "write here.txt")


def test_programs_that_a_worker_starts_are_fenced_too(guard: Guard, tmp_path: Path) -> None:
    stopped = fenced_by_the_kernel()  # without Landlock the other fence is all there is: see docs/robustness.md
    assert (do(guard, f"touch {tmp_path}/new.txt") != "0") == stopped
    assert (tmp_path / "new.txt").exists() != stopped
    assert do(guard, "touch here.txt") == "0"


def fenced_by_the_kernel() -> bool:
    code = (
        "import sys; from pathlib import Path; from hpcp_rules.worker.confine import landlock; "
        "sys.exit(not landlock(Path('.')))"
    )
    return subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_no_connection_is_opened(guard: Guard) -> None:
    assert refused(guard, "connect").code == "unforeseen"


def test_temporary_files_are_private_and_go_with_the_document(guard: Guard, own_temporary_folder: Path) -> None:
    name = Path(do(guard, "temporary"))
    assert name.is_relative_to(own_temporary_folder)
    assert name.parent.stat().st_mode & 0o777 == 0o700
    assert not name.exists()


@pytest.mark.parametrize("what", ["hang", "exit", "bomb in C"])
def test_a_folder_goes_with_its_worker(guard: Guard, own_temporary_folder: Path, what: str) -> None:
    before = Path(do(guard, "pid").split()[1])
    refused(guard, what)
    assert not before.exists()
    guard.close()
    assert list(own_temporary_folder.iterdir()) == []


def test_what_a_worker_started_ends_with_it(guard: Guard) -> None:
    pid = int(do(guard, "child"))
    refused(guard, "exit")
    assert gone(pid)


def test_so_does_what_has_made_itself_independent(guard: Guard) -> None:
    pids: list[str] = []
    with pytest.raises(ReadError):
        guard.run({"name": "a.pdf"}, b"runaway child", pids.append)
    assert gone(int(pids[0]))


def test_a_worker_that_cannot_start_says_why() -> None:
    with (
        Guard(Job("tests.worker.tricks:handler_of", {"fail": "rules"}), LIMITS) as made,
        pytest.raises(RuleError) as caught,
    ):
        do(made, "next")
    assert caught.value.code == "no-pack"


STARTER = """
import os, sys, time
from hpcp_rules.readers import Limits
from hpcp_rules.worker import Guard, Job
from tests.worker import tricks
guard = Guard(Job("tests.worker.tricks:handler_of", handler=tricks.trick if {fork} else None), Limits())
print(guard.run({{"name": "a"}}, b"pid").decode(), guard.run({{"name": "a"}}, b"child").decode(), flush=True)
guard.run({{"name": "a"}}, b"{what}")
"""


@pytest.mark.parametrize("fork", [True, False])
@pytest.mark.parametrize("what", ["hang", "spin"])
def test_nothing_outlives_a_starter_that_was_killed(own_temporary_folder: Path, fork: bool, what: str) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(fork=fork, what=what)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(own_temporary_folder), "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert starter.stdout is not None
    worker, folder, child = starter.stdout.readline().split()
    assert Path(folder).exists()
    time.sleep(0.2)
    starter.kill()
    starter.wait()
    if what == "spin":
        # No thread of the worker can run now; the alarm of the kernel would end it. What stays until then is swept
        # by the next one who starts, once the lock of the folder is free.
        os.kill(int(worker), signal.SIGALRM)
        assert gone(int(worker))
        os.kill(int(child), signal.SIGKILL)
        assert gone(int(child))
    else:
        assert gone(int(worker))
        assert gone(int(child))
        assert [p.name for p in Path(folder).iterdir()] == [".lock"]
    work_folder.sweep()
    assert not Path(folder).exists()


def test_the_folder_of_a_living_process_is_left_alone(guard: Guard) -> None:
    folder = Path(do(guard, "pid").split()[1])
    work_folder.sweep()
    assert folder.exists()


def test_the_alarm_of_the_kernel_ends_a_worker_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hpcp_rules.worker.child._GRACE", 0.1)
    monkeypatch.setattr(process.Worker, "broken_limit", lambda *_: None)
    with Guard(FORKED, LIMITS) as made:
        assert "SIGALRM" in refused(made, "spin").en
