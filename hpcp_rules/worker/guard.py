"""One document after the other in a worker; after a refusal the next one gets a fresh one."""

from __future__ import annotations

import select
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any

from pydantic import TypeAdapter

from hpcp_rules.api import Checker
from hpcp_rules.model.report import RunReport
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import Limits, read_bytes
from hpcp_rules.worker import channel, errors, folder
from hpcp_rules.worker.channel import packed, unpacked
from hpcp_rules.worker.child import Handler
from hpcp_rules.worker.process import Job, Worker, can_fork

_SOURCE = TypeAdapter(SourceDocument)
_LOOK = 0.05
"""Seconds between two looks at a worker's memory."""


def check_job(checker: Checker) -> Job:
    """The job of reading and checking: forked with this very checker where that is sound, else with one like it."""
    job = Job("hpcp_rules.worker.guard:checking", checker.settings())
    return replace(job, handler=_handler(checker)) if can_fork() else job


def checking(settings: dict[str, Any]) -> Handler:
    """The handler of a spawned worker that checks; `settings` as of `Checker.settings`."""
    return _handler(Checker.from_settings(settings))


def _handler(checker: Checker) -> Handler:
    def handler(about: dict[str, Any], content: bytes, progress: Callable[[str], None]) -> bytes:
        source = read_bytes(content, about["name"], checker.limits, checker.reading)
        progress("read")
        report = checker.check(source).model_dump_json().encode()
        return packed({}, report, _SOURCE.dump_json(source) if about.get("document") else b"")

    return handler


class Guard:
    """Runs a job on documents one by one, within limits. A context manager; not for several threads at once."""

    def __init__(self, job: Job, limits: Limits) -> None:
        self._job = job
        self._limits = limits
        self._worker: Worker | None = None
        folder.sweep()

    def run(self, about: dict[str, Any], content: bytes, progress: Callable[[str], None] | None = None) -> bytes:
        """The handler's answer.

        Arguments:
            about: has at least ``name``, for messages.

        Errors: what the handler raises as `HpcpError`; `ReadError` when the document passed a limit or broke the
        worker.
        """
        name = about["name"]
        if self._worker is None:
            self._worker = Worker(self._job, self._limits)
        worker = self._worker
        sent = False
        while True:
            refusal = worker.broken_limit(name)
            if refusal is not None:
                self.close()
                raise refusal
            try:
                if worker.ready and not sent:
                    worker.send([packed(about, content)])
                    sent = True
                if not select.select([worker.channel], [], [], _LOOK)[0]:
                    continue
                kind, answer = worker.receive()
            except (OSError, EOFError, OverflowError) as error:
                how = self.close()
                raise errors.crashed(name, "answer" if isinstance(error, OverflowError) else how) from error
            if kind == channel.DONE:
                return answer
            if kind == channel.FAILED:
                refused = errors.from_json(answer)
                if refused.code == errors.OUT_OF_MEMORY or not sent:
                    self.close()  # a heap that was full stays large; a worker that cannot start is none
                raise refused
            if kind == channel.PROGRESS and progress is not None:
                progress(answer.decode())

    def check(self, content: bytes, name: str, document: bool = False) -> tuple[RunReport, SourceDocument | None]:
        """The report of a document, and the document itself if it is wanted, for a `check_job`.

        Errors: as `run`.
        """
        _, (report, source) = unpacked(self.run({"name": name, "document": document}, content))
        return RunReport.model_validate_json(report), _SOURCE.validate_json(source) if source else None

    def close(self) -> str:
        """End the worker and say how it had ended, if it had."""
        worker, self._worker = self._worker, None
        return worker.end() if worker is not None else ""

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
