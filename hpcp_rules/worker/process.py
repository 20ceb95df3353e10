"""A worker as its starter sees it: a process that can be told, watched and ended.

Two ways to start one. Spawned, it is a new interpreter that knows nothing of this process: right for servers, for
batches and for any process with threads. Forked, it is a copy of this process with its rules already loaded: many times
cheaper, and sound only while this process has one thread; `hpcp check` uses it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from hpcp_rules.errors import HpcpError
from hpcp_rules.readers.limits import Limits
from hpcp_rules.worker import channel, errors, tree
from hpcp_rules.worker.channel import Channel, packed
from hpcp_rules.worker.child import Handler, serve
from hpcp_rules.worker.folder import WorkFolder

MOST = 1 << 30
"""Bytes of the longest answer that is taken from a worker."""
_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker does.

    `factory` is ``package.module:function``; the function takes `settings` and gives the `Handler` of a spawned worker.
    Where `handler` is given, the worker is forked with it.
    """

    factory: str
    settings: dict[str, Any] = field(default_factory=dict)
    handler: Handler | None = None


def can_fork() -> bool:
    """True where a copy of this process is sound: the system can, and no other thread may hold a lock."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


class Worker:
    """A process that answers requests within limits. Not for several threads at once."""

    def __init__(self, job: Job, limits: Limits) -> None:
        self.limits = limits
        self._folder = WorkFolder()
        ours, theirs = socket.socketpair()
        try:
            self.pid = self._forked(job.handler, ours, theirs) if job.handler else self._spawned(job, theirs)
        except BaseException:
            ours.close()
            self._folder.close()
            raise
        finally:
            theirs.close()
        self.channel = Channel(ours)
        self.begun: float | None = time.monotonic()
        """When the request under way began (or the start of the process); None while the worker waits."""
        self.ready = False
        self._base = 0
        self._seen: dict[int, str] = {}
        if not job.handler:
            about = {"factory": job.factory, "settings": job.settings, "limits": asdict(limits)}
            with suppress(OSError):
                self.channel.send(channel.CHUNK, packed(about))

    def _spawned(self, job: Job, theirs: socket.socket) -> int:
        # -P: the folder one stands in may be a stranger's dossier, and modules are not looked for there.
        call = [sys.executable, "-P", "-c", "from hpcp_rules.worker.child import main; main()"]
        path = os.pathsep.join(os.path.abspath(p) for p in sys.path if p)
        self._process = subprocess.Popen(
            [*call, str(theirs.fileno()), str(self._folder.path)],
            pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, cwd=self._folder.path, start_new_session=True,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
        return self._process.pid

    def _forked(self, handler: Handler, ours: socket.socket, theirs: socket.socket) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        try:
            os.setsid()
            ours.close()
            serve(Channel(theirs), handler, self._folder.path, self.limits)
        finally:
            os._exit(0)

    def send(self, requests: Sequence[bytes]) -> None:
        """Hand over requests to do one after the other; only while the worker waits.

        Errors: `OSError` when it is gone.
        """
        self.channel.send(channel.CHUNK, packed({}, *requests))

    def receive(self) -> tuple[bytes, bytes]:
        """The next frame, once `channel` can be read.

        Errors: `EOFError` when the worker is gone, `OverflowError` for an answer longer than `MOST`.
        """
        kind, content = self.channel.receive(MOST)
        if kind == channel.READY:
            self.ready, self.begun, self._base = True, None, tree.resident(self.pid)
        elif kind == channel.STARTED:
            self.begun = time.monotonic()
        elif kind in (channel.DONE, channel.FAILED):
            self.begun = None
        return kind, content

    def broken_limit(self, name: str) -> HpcpError | None:
        """The refusal of the request under way where it has passed a limit."""
        if self.begun is None:
            return None
        spent = time.monotonic() - self.begun
        if not self.ready:
            return errors.out_of_time(name, _START_SECONDS) if spent > _START_SECONDS else None
        if spent > self.limits.max_seconds:
            return errors.out_of_time(name, self.limits.max_seconds)
        for pid in tree.descendants(self.pid):
            if pid not in self._seen:
                self._seen[pid] = tree.born(pid)
        if tree.resident(self.pid) - self._base > self.limits.max_memory:
            return errors.out_of_memory(name, self.limits.max_memory)
        return None

    @property
    def swollen(self) -> bool:
        """True for a waiting worker that holds so much memory that the next document would have little left."""
        return self.ready and tree.resident(self.pid) - self._base > self.limits.max_memory // 2

    def end(self) -> str:
        """Kill the worker and all it started, remove its folder, and say how it had ended if it had. Once only."""
        tree.end(self.pid, self._seen)
        if hasattr(self, "_process"):
            status = self._process.wait()
        else:
            status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.channel.close()
        self._folder.close()
        return signal.Signals(-status).name if status < 0 else f"exit {status}"
