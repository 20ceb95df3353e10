"""Where a batch writes what people and programs read. The corpus file is the record; these are made from it.

Results come as they are found (folder, JSON Lines) or at the end (Parquet). After an interruption a JSON Lines file is
cut back to what the corpus knows of; whatever else is amiss is made anew from the corpus.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from hpcp_rules.batch.corpus import Corpus
from hpcp_rules.errors import HpcpError

_WRITTEN = "jsonl-bytes"


class Output(Protocol):
    """One form of result."""

    def add(self, sha256: str, report: bytes, again: bool) -> None:
        """A report (zlib, JSON) that is new, or has been made `again`."""

    def commit(self, corpus: Corpus) -> None:
        """Called before what was added becomes part of the corpus for good."""

    def finish(self, corpus: Corpus) -> None:
        """Called at the end of a complete run."""


def corpus_path(out: Path) -> Path:
    """Where the corpus of an output lies."""
    if out.suffix.lower() in (".jsonl", ".parquet"):
        return out.with_name(out.name + ".corpus.sqlite")
    return out / "corpus.sqlite"


def output_for(out: Path, corpus: Corpus) -> Output:
    """The output that a path asks for by its ending; a folder where it has none of those known."""
    kind = out.suffix.lower()
    if kind == ".jsonl":
        return JsonLines(out, corpus)
    return Parquet(out) if kind == ".parquet" else Folder(out)


class Folder:
    """A report for each document in ``reports/ab/abcd….json``, named after its content."""

    def __init__(self, out: Path) -> None:
        self._reports = out / "reports"

    def add(self, sha256: str, report: bytes, again: bool) -> None:
        folder = self._reports / sha256[:2]
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(folder / f"{sha256}.json", zlib.decompress(report) + b"\n")

    def commit(self, corpus: Corpus) -> None:
        pass

    def finish(self, corpus: Corpus) -> None:
        _errors(self._reports.parent / "errors.jsonl", corpus)


class JsonLines:
    """A report a line, in the order in which they were done."""

    def __init__(self, out: Path, corpus: Corpus) -> None:
        self._path = out
        known = int(corpus.get(_WRITTEN) or 0)
        self._stale = (out.stat().st_size if out.exists() else 0) < known
        self._out = out.open("r+b" if out.exists() else "wb")
        self._out.truncate(known)
        self._out.seek(0, os.SEEK_END)

    def add(self, sha256: str, report: bytes, again: bool) -> None:
        self._stale |= again
        self._out.write(zlib.decompress(report) + b"\n")

    def commit(self, corpus: Corpus) -> None:
        self._out.flush()
        corpus.set(_WRITTEN, str(self._out.tell()))

    def finish(self, corpus: Corpus) -> None:
        """Where a report was made again, its old line goes: the file is written anew, each document once."""
        self._out.close()
        if self._stale:
            temporary = self._path.with_name(f".{self._path.name}.new")
            with temporary.open("wb") as out:
                for (report,) in corpus.sql.execute("select report from document order by id"):
                    out.write(zlib.decompress(report) + b"\n")
                corpus.set(_WRITTEN, str(out.tell()))
            os.replace(temporary, self._path)
        _errors(self._path.with_name(self._path.name + ".errors.jsonl"), corpus)


class Parquet:
    """A row for each finding, and one without a finding for each document that has none."""

    def __init__(self, out: Path) -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise missing("pyarrow", "batch") from error
        self._path = out

    def add(self, sha256: str, report: bytes, again: bool) -> None:
        pass

    def commit(self, corpus: Corpus) -> None:
        pass

    def finish(self, corpus: Corpus) -> None:
        import pyarrow
        import pyarrow.parquet

        text, whole, number = pyarrow.string(), pyarrow.int64(), pyarrow.float64()
        schema = pyarrow.schema([
            ("sha256", text), ("name", text), ("media_type", text), ("characters", whole), ("kind", text),
            ("business", text), ("sector", text), ("complete", pyarrow.bool_()), ("finding", text), ("rule", text),
            ("pattern", text), ("provision", text), ("severity", text), ("strength", text), ("confidence", number),
            ("start", whole), ("end", whole), ("quote", text), ("outline", text), ("page", whole), ("clause", whole),
        ])  # fmt: skip
        rows = corpus.sql.execute(
            "select d.sha256, (select min(name) from place where document = d.id), d.media_type, d.characters, d.kind, "
            "d.business, d.sector, d.complete, f.id, f.rule, f.pattern, f.provision, f.severity, f.strength, "
            'f.confidence, f.start, f."end", f.quote, f.outline, f.page, f.clause '
            "from document d left join finding f on f.document = d.id order by d.id, f.start"
        )
        temporary = self._path.with_name(f".{self._path.name}.new")
        with pyarrow.parquet.ParquetWriter(temporary, schema, compression="zstd") as out:
            while some := rows.fetchmany(10_000):
                columns = list(zip(*some, strict=True))
                columns[7] = tuple(map(bool, columns[7]))
                out.write_table(
                    pyarrow.table([pyarrow.array(c, t) for c, t in zip(columns, schema.types, strict=True)], schema)
                )
        os.replace(temporary, self._path)
        _errors(self._path.with_name(self._path.name + ".errors.jsonl"), corpus)


def missing(package: str, extra: str) -> HpcpError:
    """An optional part is not installed."""
    return HpcpError(
        "missing-part",
        vi=f"Việc này cần gói {package}, chưa được cài.",
        en=f"This needs the package {package}, which is not installed.",
        remedy_vi=f"Cài bằng: pip install 'hpcp-rules[{extra}]'",
        remedy_en=f"Install it with: pip install 'hpcp-rules[{extra}]'",
    )  # fmt: skip


def _errors(path: Path, corpus: Corpus) -> None:
    """All inputs that could not be checked, one a line; no file where there is none."""
    lines = list(_error_lines(corpus))
    if lines:
        _write_whole(path, b"".join(lines))
    else:
        path.unlink(missing_ok=True)


def _error_lines(corpus: Corpus) -> Iterator[bytes]:
    for name, code, vi, en in corpus.sql.execute("select name, code, vi, en from error order by name"):
        row: dict[str, Any] = {"name": name, "code": code, "message": {"vi": vi, "en": en}}
        yield json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _write_whole(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    os.replace(temporary, path)
