"""Many documents at once: workers that are watched, ended and replaced, and chunks sized by what documents cost.

For batches and for services: `submit` may be called from any thread and gives a future of its own for each document;
`cancel` ends a document under way. One thread of the pool does all the watching.
"""

from __future__ import annotations

import os
import select
import socket
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Any

from hpcp_rules.errors import HpcpError
from hpcp_rules.readers.limits import Limits
from hpcp_rules.worker import channel, errors, folder
from hpcp_rules.worker.channel import packed
from hpcp_rules.worker.process import Job, Worker

_LOOK = 0.05
_ATTEMPTS = 2
"""How often a document is handed out when workers end before they begin it."""
_STARTS = 3
"""Workers in a row that end while starting, after which the pool gives up."""


@dataclass(slots=True, eq=False)
class _Task:
    about: dict[str, Any]
    content: bytes
    progress: Callable[[str], None] | None
    future: Future[bytes] = field(default_factory=Future)
    attempts: int = 0
    unwanted: bool = False

    @property
    def kind(self) -> str:
        return os.path.splitext(str(self.about["name"]))[1].lower()


class Costs:
    """What documents cost, measured: seconds a byte by the ending of the name."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(lambda: 0.05)
        self._bytes: dict[str, float] = defaultdict(lambda: 10_000.0)

    def expected(self, kind: str, size: int) -> float:
        """Seconds that a document of so many bytes will take."""
        return self._seconds[kind] / self._bytes[kind] * (size + 500)

    def measured(self, kind: str, size: int, seconds: float) -> None:
        """Learn from one document; what was long ago counts less."""
        self._seconds[kind] = 0.98 * self._seconds[kind] + seconds
        self._bytes[kind] = 0.98 * self._bytes[kind] + size + 500


class Pool:
    """Workers for one job. A context manager; safe to share between threads.

    Arguments:
        workers: how many processes.
        chunk_seconds: documents are handed over together up to this expected cost; 0: one by one.
    """

    def __init__(self, job: Job, limits: Limits, *, workers: int, chunk_seconds: float = 0.25) -> None:
        self._job, self._limits, self._chunk_seconds = job, limits, chunk_seconds
        self._slots: list[_Slot] = [_Slot() for _ in range(workers)]
        self._waiting: deque[_Task] = deque()
        self._lock = threading.Lock()
        self._costs = Costs()
        self._failed_starts = 0
        self._broken: HpcpError | None = None
        self._closed = False
        self._bell, self._ring = socket.socketpair()
        self._ring.setblocking(False)
        folder.sweep()
        self._thread = threading.Thread(target=self._supervise, name="hpcp-pool", daemon=True)
        self._thread.start()

    def submit(
        self, about: dict[str, Any], content: bytes, progress: Callable[[str], None] | None = None
    ) -> Future[bytes]:
        """Have one document done; the future gives the handler's answer.

        Arguments:
            about: has at least ``name``, for messages.
            progress: called with the name of each stage, from the pool's thread.

        Errors of the future: what the handler raises as `HpcpError`; `ReadError` when the document passed a limit,
        broke its worker or was cancelled while under way.
        """
        task = _Task(about, content, progress)
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            self._waiting.append(task)
        self._wake()
        return task.future

    def cancel(self, future: Future[bytes]) -> None:
        """Stop a document, also when it is under way: its worker is ended and a fresh one takes the next."""
        if future.cancel():
            return
        for slot in self._slots:
            for task in tuple(slot.tasks):
                if task.future is future:
                    task.unwanted = True
        self._wake()

    def close(self) -> None:
        """End all workers; what is not done is cancelled."""
        with self._lock:
            self._closed = True
        self._wake()
        self._thread.join()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _wake(self) -> None:
        with suppress(BlockingIOError):
            self._ring.send(b"!")

    def _supervise(self) -> None:
        try:
            while not self._closed:
                for slot in self._slots:
                    self._feed(slot)
                busy = [slot for slot in self._slots if slot.worker is not None]
                watched: list[Any] = [self._bell, *(slot.worker.channel for slot in busy if slot.worker)]
                readable = select.select(watched, [], [], _LOOK if any(s.under_way for s in busy) else 10.0)[0]
                if self._bell in readable:
                    self._bell.recv(4096)
                for slot in busy:
                    if slot.worker is not None and slot.worker.channel in readable:
                        self._listen(slot)
                    self._watch(slot)
        finally:
            for slot in self._slots:
                slot.end()
            for task in [*(t for s in self._slots for t in s.tasks), *self._waiting]:
                if task.future.cancel():
                    task.future.set_running_or_notify_cancel()  # tells those who wait for it
                else:
                    task.future.set_exception(errors.stopped(task.about["name"]))
            self._bell.close()
            self._ring.close()

    def _feed(self, slot: _Slot) -> None:
        """Give a waiting worker its next chunk, and a slot without a worker a worker when there is work."""
        if slot.tasks:
            return
        if slot.worker is not None and slot.worker.swollen:
            slot.end()
        if self._broken is not None:
            while self._waiting:
                self._finish(self._waiting.popleft(), self._broken)
            return
        if slot.worker is None:
            if self._waiting:
                slot.worker = Worker(self._job, self._limits)
            return
        if not slot.worker.ready:
            return
        slot.tasks = self._chunk()
        if slot.tasks:
            try:
                slot.worker.send([packed(t.about, t.content) for t in slot.tasks])
            except OSError:
                self._lost(slot, slot.end())

    def _chunk(self) -> deque[_Task]:
        chunk: deque[_Task] = deque()
        cost = 0.0
        with self._lock:
            # Towards the end chunks get smaller, so that no worker has much left when the others are done.
            most = max(1, len(self._waiting) // (2 * len(self._slots)))
            while self._waiting and len(chunk) < most:
                task = self._waiting[0]
                cost += self._costs.expected(task.kind, len(task.content))
                if chunk and cost > self._chunk_seconds:
                    break
                self._waiting.popleft()
                if task.future.running() or task.future.set_running_or_notify_cancel():
                    chunk.append(task)
        return chunk

    def _listen(self, slot: _Slot) -> None:
        assert slot.worker is not None
        try:
            kind, answer = slot.worker.receive()
        except OverflowError:
            slot.end()
            self._lost(slot, "answer")
            return
        except (EOFError, OSError):
            self._lost(slot, slot.end())
            return
        if kind == channel.READY:
            self._failed_starts = 0
        elif kind == channel.STARTED:
            slot.under_way, slot.begun = True, monotonic()
        elif kind == channel.PROGRESS:
            report = slot.tasks[0].progress
            if report is not None:
                report(answer.decode())
        elif not slot.tasks:  # refused to start
            self._broken = errors.from_json(answer)
            slot.end()
        else:
            slot.under_way = False
            task = slot.tasks.popleft()
            self._costs.measured(task.kind, len(task.content), monotonic() - slot.begun)
            refused = errors.from_json(answer) if kind == channel.FAILED else None
            self._finish(task, refused or answer)
            if refused is not None and refused.code == errors.OUT_OF_MEMORY:
                self._again(slot)

    def _watch(self, slot: _Slot) -> None:
        if slot.worker is None:
            return
        name = slot.tasks[0].about["name"] if slot.tasks else ""
        refused = slot.worker.broken_limit(name)
        if refused is None and slot.tasks and slot.tasks[0].unwanted:
            refused = errors.stopped(name)
        if refused is None:
            return
        slot.end()
        if slot.tasks:
            self._finish(slot.tasks.popleft(), refused)
            self._again(slot)
        else:
            self._broken = refused  # it never came up

    def _lost(self, slot: _Slot, how: str) -> None:
        """A worker ended by itself: the document under way is refused, those behind it go to another."""
        if slot.under_way and slot.tasks:
            task = slot.tasks.popleft()
            self._finish(task, errors.crashed(task.about["name"], how))
        elif slot.tasks:
            slot.tasks[0].attempts += 1
            if slot.tasks[0].attempts > _ATTEMPTS:
                task = slot.tasks.popleft()
                self._finish(task, errors.crashed(task.about["name"], how))
        else:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                self._broken = errors.crashed("", how)
        self._again(slot)

    def _again(self, slot: _Slot) -> None:
        """End the worker; what it had not begun waits again, first in the queue."""
        slot.end()
        with self._lock:
            self._waiting.extendleft(reversed(slot.tasks))
        slot.tasks.clear()

    @staticmethod
    def _finish(task: _Task, outcome: bytes | HpcpError) -> None:
        if isinstance(outcome, bytes):
            task.future.set_result(outcome)
        elif task.future.running() or task.future.set_running_or_notify_cancel():
            task.future.set_exception(outcome)


@dataclass(slots=True, eq=False)
class _Slot:
    """A place for a worker, and the documents it has been given; the first one is under way."""

    worker: Worker | None = None
    tasks: deque[_Task] = field(default_factory=deque)
    under_way: bool = False
    begun: float = 0.0

    def end(self) -> str:
        worker, self.worker, self.under_way = self.worker, None, False
        return worker.end() if worker is not None else ""
