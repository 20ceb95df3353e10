"""Running a batch: inputs to workers, what they find into the corpus file, and nothing twice."""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Protocol

from hpcp_rules.api import Checker
from hpcp_rules.batch.corpus import Corpus
from hpcp_rules.batch.families import count_families
from hpcp_rules.batch.inputs import Item, items, total_bytes
from hpcp_rules.batch.outputs import Output, corpus_path, output_for
from hpcp_rules.batch.state import State, state_of
from hpcp_rules.errors import HpcpError, Where
from hpcp_rules.worker.channel import packed, unpacked
from hpcp_rules.worker.pool import Pool
from hpcp_rules.worker.process import Job

_OPEN_BYTES = 64_000_000
"""Bytes of documents that are handed out at once."""
_OPEN_EACH = 64
"""Documents handed out at once for each worker."""
_COMMIT_SECONDS = 1.0


class Engine(Protocol):
    """What does the work: a `Pool` here, or a cluster."""

    def submit(self, about: dict[str, Any], content: bytes) -> Future[bytes]:
        """Have one document done."""

    def close(self) -> None:
        """End it."""


@dataclass(slots=True)
class Progress:
    """How far a batch is."""

    new: int = 0
    known: int = 0
    rechecked: int = 0
    failed: int = 0
    gained: int = 0
    lost: int = 0
    done_bytes: int = 0
    """Of the inputs; what was known is done in no time."""
    worked_bytes: int = 0
    total_bytes: int = 0
    begun: float = field(default_factory=monotonic)

    @property
    def documents(self) -> int:
        """Inputs dealt with."""
        return self.new + self.known + self.rechecked + self.failed

    @property
    def rate(self) -> float:
        """Documents a second that had to be looked at."""
        return (self.documents - self.known) / max(1e-9, monotonic() - self.begun)

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the bytes that had to be looked at; None before there is anything to go by."""
        if not self.worked_bytes or not self.total_bytes:
            return None
        return (monotonic() - self.begun) * max(0, self.total_bytes - self.done_bytes) / self.worked_bytes


@dataclass(slots=True, eq=False)
class _Ticket:
    """A document that has been handed out, with the names it has been given under."""

    sha256: str
    size: int
    document: int | None
    again: bool
    business: str | None
    sector: str | None
    places: list[Item]
    weight: int


def job_for(checker: Checker) -> Job:
    """What workers of a batch do."""
    return Job("hpcp_rules.batch.record:recording", checker.settings())


def run_batch(
    checker: Checker,
    inputs: Sequence[str],
    out: Path,
    *,
    jobs: int = 1,
    sector: str | None = None,
    families: bool = True,
    engine: Callable[[], Engine] | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Check all documents of the inputs that are not known yet, and those again that a change of the rules touches.

    Arguments:
        inputs: as for `hpcp_rules.batch.inputs.items`; none: all documents of the corpus.
        out: a folder, or a ``.jsonl`` or ``.parquet`` file.
        jobs: worker processes on this machine.
        sector: of documents that do not say theirs.
        families: also find near-duplicates among clauses.
        engine: what does the work, where it is not processes on this machine.
        tell: called now and then with how far it is.

    Errors: `HpcpError` when the output cannot be written; what was done until then stays and is not done again.
    """
    _make_folder(corpus_path(out).parent)
    corpus = Corpus(corpus_path(out))
    batch: _Batch | None = None
    try:
        with _disk(out):
            output = output_for(out, corpus)
            state = state_of(checker)
            started = engine() if engine is not None else Pool(job_for(checker), checker.limits, workers=jobs)
            try:
                batch = _Batch(checker, corpus, output, state, started, jobs, sector, tell)
                batch.progress.total_bytes = total_bytes(inputs)
                for item in items(inputs, checker.limits):
                    batch.take(item)
                if not inputs:
                    batch.take_all()
                batch.drain(0, 0)
                batch.finish(families)
            except KeyboardInterrupt:
                batch.commit() if batch else None
                raise
            finally:
                started.close()
    finally:
        corpus.close()
    assert batch is not None
    return batch.progress


class _Batch:
    """The state of one run."""

    def __init__(
        self,
        checker: Checker,
        corpus: Corpus,
        output: Output,
        state: State,
        engine: Engine,
        jobs: int,
        sector: str | None,
        tell: Callable[[Progress], None],
    ) -> None:
        self.progress = Progress()
        self._corpus, self._output, self._engine, self._tell = corpus, output, engine, tell
        self._sector, self._limits = sector, checker.limits
        self._most = _OPEN_EACH * jobs
        self._state, self._number = state, corpus.state(state)
        limits = json.dumps(asdict(checker.limits), sort_keys=True)
        self._tried = hashlib.sha256(f"{self._number} {limits}".encode()).hexdigest()[:16]
        pack = checker.pack
        rules = ((r.id, r.spec.provision, r.spec.title.vi, r.spec.title.en) for r in pack.rules)
        self._run = corpus.start_run(_now(), pack.version, checker.as_of.isoformat(), rules)
        corpus.commit()
        self._open: dict[str, _Ticket] = {}
        self._open_bytes = 0
        self._done: SimpleQueue[tuple[_Ticket, Future[bytes]]] = SimpleQueue()
        self._steps: dict[int, list[str] | None] = {}
        self._reread: dict[int, bool] = {}
        self._committed = self._told = monotonic()

    def take(self, item: Item) -> None:
        """Deal with one input: known, new, to be checked again, or an error."""
        self.drain(self._most, _OPEN_BYTES)
        if item.error is not None or item.load is None:
            assert item.error is not None
            self._fail([item], item.error)
            return
        before = self._corpus.place(item.name)
        known = before[0] if before and item.mtime and before[1:] == (item.size, item.mtime) else None
        if known is not None and not self._must_read(known):
            self._known(item, known)
            return
        try:
            content = item.load()
        except HpcpError as error:
            self._fail([item], error)
            return
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in self._open:
            self._open[sha256].places.append(item)
            return
        document = self._corpus.document(sha256)
        if document is not None and not self._must_read(document):
            self._known(item, document)
        elif document is None and self._corpus.known_error(item.name, sha256, self._tried, self._run):
            self.progress.failed += 1
            self._past(item.weight)
        else:
            ticket = _Ticket(
                sha256, len(content), document, False, item.business, item.sector or self._sector, [item], item.weight
            )
            self._submit(ticket, {"name": item.name}, content)

    def take_all(self) -> None:
        """Deal with every document of the corpus, from the text that was kept."""
        self.progress.total_bytes = self._corpus.sql.execute("select count(*) from document").fetchone()[0]
        for document in self._corpus.documents():
            self.drain(self._most, _OPEN_BYTES)
            self._known(None, document)

    def _must_read(self, document: int) -> bool:
        number = self._corpus.state_of(document)
        if number not in self._reread:
            self._reread[number] = self._corpus.state_number(number).reading != self._state.reading
        return self._reread[number]

    def _known(self, item: Item | None, document: int) -> None:
        """A document that was checked before: again where something that touches it has changed."""
        if item is not None:
            self._corpus.put_place(item.name, document, item.size, item.mtime, self._run)
        weight = item.weight if item is not None else 1
        number = self._corpus.state_of(document)
        key = f"#{document}"
        if number == self._number or key in self._open:
            self.progress.known += 1
            self._past(weight)
            return
        if number not in self._steps:
            self._steps[number] = self._state.changed_since(self._corpus.state_number(number))
        source, said = self._corpus.stored(document)
        item = item or Item(self._corpus.name(document), None)
        ticket = _Ticket(key, len(source) + len(said), document, True, None, None, [item], weight)
        about = {"name": item.name, "again": self._steps[number]}
        self._submit(ticket, about, packed({}, source, said))

    def _submit(self, ticket: _Ticket, about: dict[str, Any], content: bytes) -> None:
        self._open[ticket.sha256] = ticket
        self._open_bytes += ticket.size
        future = self._engine.submit(about, content)
        future.add_done_callback(lambda f: self._done.put((ticket, f)))

    def drain(self, most: int, size: int) -> None:
        """Write what has come back; wait until no more than so many documents and bytes are handed out."""
        while True:
            full = len(self._open) > most or (self._open_bytes > size and bool(self._open))
            try:
                ticket, future = self._done.get(block=full, timeout=0.2 if full else None)
            except Empty:
                self._now_and_then()
                if full:
                    continue
                return
            del self._open[ticket.sha256]
            self._open_bytes -= ticket.size
            error = future.exception()
            if error is None:
                self._write(ticket, future.result())
            elif isinstance(error, HpcpError):
                self._fail(ticket.places, error, ticket)
            else:
                raise error
            self._now_and_then()

    def _write(self, ticket: _Ticket, record: bytes) -> None:
        about, (source, said, report) = unpacked(record)
        columns = {
            **about["document"], "run": self._run, "state": self._number,
            "source": source, "said": said, "report": report,
        }  # fmt: skip
        document = ticket.document
        if document is not None:
            row = self._corpus.sql.execute("select business, sector from document where id = ?", (document,)).fetchone()
            columns["business"], columns["sector"] = ticket.business or row[0], ticket.sector or row[1]
            before = self._corpus.findings(document)
        else:
            columns["business"] = ticket.business or columns["business"]
            columns["sector"] = ticket.sector
        document = self._corpus.put_document(columns, about, document)
        for item in ticket.places:
            if ticket.again:
                self._corpus.clear_error(item.name)
            else:
                self._corpus.put_place(item.name, document, item.size, item.mtime, self._run)
        if ticket.document is not None:
            gained, lost = self._corpus.put_changes(self._run, document, before, self._corpus.findings(document))
            self.progress.gained += gained
            self.progress.lost += lost
            self.progress.rechecked += 1
        else:
            self.progress.new += 1
        self.progress.known += max(0, len(ticket.places) - 1)
        self._output.add(columns["sha256"], report, ticket.document is not None)
        self._past(ticket.weight, worked=True)
        self._past(sum(i.weight for i in ticket.places[1:]))

    def _fail(self, places: Sequence[Item], error: HpcpError, ticket: _Ticket | None = None) -> None:
        for item in places:
            own = error if str(error.where).startswith(item.name) else _at(error, item.name)
            self._corpus.put_error(
                item.name, own, self._run, ticket.sha256 if ticket else None, self._tried if ticket else None
            )
            self._past(item.weight, worked=ticket is not None)
        self.progress.failed += len(places)

    def _past(self, weight: int, *, worked: bool = False) -> None:
        self.progress.done_bytes += weight
        self.progress.worked_bytes += weight if worked else 0

    def _now_and_then(self) -> None:
        now = monotonic()
        if now - self._told > 0.2:
            self._told = now
            self._tell(self.progress)
        if now - self._committed > _COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """What has been done is there to stay."""
        self._output.commit(self._corpus)
        p = self.progress
        self._corpus.count(self._run, {"new": p.new, "known": p.known, "rechecked": p.rechecked, "failed": p.failed})
        self._corpus.commit()
        self._committed = monotonic()

    def finish(self, families: bool) -> None:
        """The run is complete: write what is written at the end."""
        self.commit()
        if families:
            count_families(self._corpus)
        self._output.finish(self._corpus)
        self._corpus.sql.execute("update run set ended = ? where id = ?", (_now(), self._run))
        self._corpus.commit()
        self._tell(self.progress)


def _at(error: HpcpError, name: str) -> HpcpError:
    return type(error)(
        error.code, vi=error.vi, en=error.en, where=Where(name), remedy_vi=error.remedy_vi, remedy_en=error.remedy_en
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HpcpError(
            "cannot-write",
            vi=f"Không tạo được thư mục kết quả ({error.strerror}).",
            en=f"The folder for results cannot be made ({error.strerror}).", where=Where(str(folder)),
            remedy_vi="Chọn nơi khác cho --out.", remedy_en="Choose another place for --out.",
        ) from error  # fmt: skip


@contextmanager
def _disk(out: Path) -> Iterator[None]:
    """Errors: `HpcpError` for a disk that is full or fails."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        full = "full" in str(error) or getattr(error, "errno", None) == errno.ENOSPC
        raise HpcpError(
            "disk-full" if full else "cannot-write",
            vi="Ổ đĩa đã đầy." if full else f"Không ghi được kết quả ({error}).",
            en="The disk is full." if full else f"Results cannot be written ({error}).", where=Where(str(out)),
            remedy_vi="Kết quả đã có vẫn còn nguyên; giải phóng chỗ rồi chạy lại lệnh này để làm tiếp.",
            remedy_en="What was done is kept; make room and run this command again to go on.",
        ) from error  # fmt: skip
