"""A Dask cluster as the engine of a batch: the same work in the same guarded processes, on other machines.

A machine's share of a batch is a chunk of documents; a machine that is lost costs its chunk, which goes to another one.
Machines may come and go. What a document may cost is enforced there as it is here: each Dask worker checks in a
`hpcp_rules.worker` of its own.
"""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from hpcp_rules.api import Checker
from hpcp_rules.batch.outputs import missing
from hpcp_rules.errors import HpcpError, Where
from hpcp_rules.readers import Limits
from hpcp_rules.worker import errors
from hpcp_rules.worker.channel import packed, unpacked
from hpcp_rules.worker.guard import Guard
from hpcp_rules.worker.pool import Costs
from hpcp_rules.worker.process import Job

_CHUNK_SECONDS = 2.0
_LINGER = 0.2
"""Seconds after which documents are sent although they do not make a whole chunk."""
_ATTEMPTS = 5
"""How often a chunk is sent again when the machines that had it are lost."""

_guards: dict[str, Guard] = {}
_in_use = threading.Lock()


def work(settings: str, requests: Sequence[bytes]) -> list[bytes]:
    """On a machine of the cluster: do a chunk in this process's own guarded worker. Answers in order.

    Arguments:
        settings: as JSON of `Checker.settings`, with the rules' folder as this machine knows it.
    """
    with _in_use:  # Dask may run several threads; a guard is for one
        guard = _guards.get(settings)
        if guard is None:
            told = json.loads(settings)
            guard = _guards[settings] = Guard(Job("hpcp_rules.batch.record:recording", told), Limits(**told["limits"]))
            atexit.register(guard.close)
        answers = []
        for request in requests:
            about, (content,) = unpacked(request)
            try:
                answers.append(packed({"done": True}, guard.run(about, content)))
            except HpcpError as error:
                answers.append(packed({"done": False}, errors.to_json(error)))
        return answers


class Cluster:
    """The engine of a batch that runs on a Dask cluster.

    Arguments:
        checker: its rules must lie in the same folder on every machine, or be those that ship with the package.
        scheduler: address, ``tcp://HOST:PORT``.

    Errors: `HpcpError` when the package is missing, or no scheduler answers.
    """

    def __init__(self, checker: Checker, scheduler: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise missing("distributed", "cluster") from error
        settings = checker.settings()
        self._settings = json.dumps(settings, sort_keys=True)
        try:
            self._client = Client(scheduler, timeout=10, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise HpcpError(
                "no-cluster",
                vi="Không kết nối được với bộ điều phối Dask.", en="The Dask scheduler does not answer.",
                where=Where(scheduler), remedy_vi="Kiểm tra địa chỉ; khởi động bằng: dask scheduler",
                remedy_en="Check the address; start one with: dask scheduler",
            ) from error  # fmt: skip
        self._costs = Costs()
        self._lock = threading.Lock()
        self._waiting: list[tuple[dict[str, Any], bytes, Future[bytes]]] = []
        self._expected = 0.0
        self._closed = threading.Event()
        self._sent: set[Any] = set()
        self._sender = threading.Thread(target=self._linger, name="hpcp-cluster", daemon=True)
        self._sender.start()

    def submit(self, about: dict[str, Any], content: bytes) -> Future[bytes]:
        """Have one document done; see `hpcp_rules.worker.Pool.submit`."""
        future: Future[bytes] = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            self._waiting.append((about, content, future))
            self._expected += self._costs.expected("", len(content))
            if self._expected >= _CHUNK_SECONDS:
                self._send()
        return future

    def _linger(self) -> None:
        while not self._closed.wait(_LINGER):
            with self._lock:
                self._send()

    def _send(self) -> None:
        """Send what waits; the lock is held."""
        chunk, self._waiting, self._expected = self._waiting, [], 0.0
        if chunk:
            self._hand_over(chunk, 0)

    def _hand_over(self, chunk: list[tuple[dict[str, Any], bytes, Future[bytes]]], attempt: int) -> None:
        requests = [packed(about, content) for about, content, _ in chunk]
        sent = self._client.submit(work, self._settings, requests, pure=False, retries=_ATTEMPTS)
        self._sent.add(sent)
        sent.add_done_callback(lambda done: self._came_back(done, chunk, attempt))

    def _came_back(self, done: Any, chunk: list[tuple[dict[str, Any], bytes, Future[bytes]]], attempt: int) -> None:
        from distributed import KilledWorker

        self._sent.discard(done)
        if self._closed.is_set():
            return
        try:
            answers = done.result()
        except KilledWorker as error:
            # Several machines were lost with it. Alone, a document that brings machines down harms no other.
            if attempt >= _ATTEMPTS:
                for about, _, future in chunk:
                    future.set_exception(errors.crashed(about["name"], str(type(error).__name__)))
            else:
                for one in chunk:
                    self._hand_over([one], attempt + 1)
            return
        except BaseException as error:
            for about, _, future in chunk:
                future.set_exception(errors.unforeseen(about["name"], error))
            return
        for answer, (_, _, future) in zip(answers, chunk, strict=True):
            about, (content,) = unpacked(answer)
            if about["done"]:
                future.set_result(content)
            else:
                future.set_exception(errors.from_json(content))

    def close(self) -> None:
        """Leave the cluster; it goes on for others."""
        self._closed.set()
        self._sender.join()
        self._client.close()
