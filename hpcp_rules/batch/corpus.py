"""The corpus file: one SQLite database with all that a batch found. Its layout is described in docs/scale.md.

A batch writes in transactions: after any interruption the file holds whole results of what was done and nothing of what
was not.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hpcp_rules.batch.state import State
from hpcp_rules.errors import HpcpError, ReadError, Where

LAYOUT = "1"

_TABLES = """
create table meta (key text primary key, value text not null) without rowid;
create table run (id integer primary key, started text not null, ended text, pack text not null, as_of text not null,
  new integer not null default 0, known integer not null default 0, rechecked integer not null default 0,
  failed integer not null default 0);
create table state (id integer primary key, content text not null unique);
create table rule (id text primary key, provision text not null, title_vi text not null, title_en text not null)
  without rowid;
create table document (id integer primary key, sha256 text not null unique, media_type text not null,
  characters integer not null, pages integer, kind text not null, business text, sector text, complete integer not null,
  findings integer not null, worst text, seconds real not null, run integer not null, state integer not null,
  source blob not null, said blob not null, report blob not null);
create table place (name text primary key, document integer, size integer not null, mtime integer not null,
  run integer not null) without rowid;
create index place_document on place (document);
create table finding (document integer not null, id text not null, rule text not null, pattern text not null,
  provision text not null, severity text not null, strength text not null, confidence real not null,
  start integer not null, "end" integer not null, quote text not null, outline text not null, page integer,
  clause integer, primary key (document, id)) without rowid;
create index finding_provision on finding (provision);
create index finding_clause on finding (clause);
create table requirement (document integer not null, provision text not null, status text not null);
create index requirement_document on requirement (document);
create table clause (id integer primary key, text text not null, syllables integer not null, family integer);
create index clause_family on clause (family);
create table stands (clause integer not null, document integer not null, start integer not null, "end" integer not null,
  primary key (clause, document, start)) without rowid;
create index stands_document on stands (document);
create table looked (document integer not null, rule text not null, sentence integer not null, hit integer not null,
  primary key (document, rule, sentence, hit)) without rowid;
create table error (name text primary key, code text not null, vi text not null, en text not null, sha256 text,
  tried text, run integer not null) without rowid;
create index error_sha256 on error (sha256);
create table change (run integer not null, document integer not null, finding text not null, rule text not null,
  provision text not null, gained integer not null, quote text not null);
create index change_run on change (run);
create view clause_count as
  select c.family, min(c.text) as text, count(distinct s.document) as documents,
    count(distinct d.business) as businesses, count(distinct c.id) as wordings
  from clause c join stands s on s.clause = c.id join document d on d.id = s.document
  where c.family is not null group by c.family;
create view unlawful_clause as
  select d.sector, coalesce(c.family, c.id) as family, f.provision, min(f.quote) as quote,
    count(distinct f.document) as documents,
    count(distinct d.business) as businesses
  from finding f join document d on d.id = f.document join clause c on c.id = f.clause
  where f.severity <> 'info' group by d.sector, coalesce(c.family, c.id), f.provision;
create view genealogy as
  select c.family, c.id as clause, c.text, count(distinct s.document) as documents,
    count(distinct d.business) as businesses, min(d.run) as first_run, min(d.id) as first_document
  from clause c join stands s on s.clause = c.id join document d on d.id = s.document group by c.family, c.id;
create table band (band integer not null, hash integer not null, clause integer not null, primary key (band, hash))
  without rowid;
create table signature (clause integer primary key, content blob not null);
"""
_DOCUMENT = (
    "sha256", "media_type", "characters", "pages", "kind", "business", "sector", "complete", "findings", "worst",
    "seconds", "run", "state", "source", "said", "report",
)  # fmt: skip
_OF_DOCUMENT = ("finding", "requirement", "stands", "looked")


class Corpus:
    """A corpus file that is open for writing; one process at a time."""

    def __init__(self, path: Path) -> None:
        """Open a corpus file, making it where there is none: readable by its owner only, as it holds the contracts.

        Errors: `ReadError` when the file is no corpus of this layout or is in use.
        """
        self.path = path
        fresh = not path.exists()
        with _clear(path):
            if fresh:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
            self.sql = sqlite3.connect(path, isolation_level=None, timeout=1)
            self.sql.execute("pragma journal_mode = wal")
            self.sql.execute("pragma synchronous = normal")
            self.sql.execute("pragma cache_size = -32000")
            self.sql.execute("begin immediate")
            if not self.sql.execute("select 1 from sqlite_master where name = 'meta'").fetchone():
                for statement in _TABLES.split(";\n"):
                    if statement.strip():
                        self.sql.execute(statement)
                self.set("layout", LAYOUT)
            elif self.get("layout") != LAYOUT:
                raise _wrong(path)
            self.sql.execute("commit")
            self.sql.execute("begin immediate")

    def get(self, key: str) -> str | None:
        """A setting."""
        row = self.sql.execute("select value from meta where key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set(self, key: str, value: str) -> None:
        """Keep a setting."""
        self.sql.execute("insert or replace into meta values (?, ?)", (key, value))

    def commit(self) -> None:
        """What was written since the last time is there to stay."""
        self.sql.execute("commit")
        self.sql.execute("begin immediate")

    def close(self) -> None:
        """Give up what was not committed."""
        if self.sql.in_transaction:
            self.sql.execute("rollback")
        self.sql.close()

    def start_run(self, now: str, pack: str, as_of: str, rules: Iterable[tuple[str, str, str, str]]) -> int:
        """A new row of `run`, and the rules it uses."""
        self.sql.execute("delete from rule")
        self.sql.executemany("insert into rule values (?, ?, ?, ?)", rules)
        made = self.sql.execute("insert into run (started, pack, as_of) values (?, ?, ?)", (now, pack, as_of))
        return int(made.lastrowid or 0)

    def end_run(self, run: int, now: str, counts: dict[str, int]) -> None:
        """The run is complete."""
        self.count(run, counts)
        self.sql.execute("update run set ended = ? where id = ?", (now, run))

    def count(self, run: int, counts: dict[str, int]) -> None:
        """How far a run is."""
        self.sql.execute(
            "update run set new = :new, known = :known, rechecked = :rechecked, failed = :failed where id = :run",
            {**counts, "run": run},
        )

    def state(self, state: State) -> int:
        """The number of a state, kept once."""
        content = state.to_json()
        self.sql.execute("insert or ignore into state (content) values (?)", (content,))
        return int(self.sql.execute("select id from state where content = ?", (content,)).fetchone()[0])

    def state_number(self, number: int) -> State:
        """The state with that number."""
        return State.from_json(self.sql.execute("select content from state where id = ?", (number,)).fetchone()[0])

    def place(self, name: str) -> tuple[int | None, int, int] | None:
        """(document, size, mtime) of a name that was given before."""
        row = self.sql.execute("select document, size, mtime from place where name = ?", (name,)).fetchone()
        return row if row else None

    def document(self, sha256: str) -> int | None:
        """The document with that content."""
        row = self.sql.execute("select id from document where sha256 = ?", (sha256,)).fetchone()
        return row[0] if row else None

    def state_of(self, document: int) -> int:
        """The state that a document's results come from."""
        return int(self.sql.execute("select state from document where id = ?", (document,)).fetchone()[0])

    def stored(self, document: int) -> tuple[bytes, bytes]:
        """What was kept of a document: its text as read, and what rules said of it."""
        row: tuple[bytes, bytes] = self.sql.execute(
            "select source, said from document where id = ?", (document,)
        ).fetchone()
        return row

    def documents(self) -> Iterator[int]:
        """The numbers of all documents, in order, while others are written."""
        last = 0
        while rows := self.sql.execute(
            "select id from document where id > ? order by id limit 1000", (last,)
        ).fetchall():
            for (last,) in rows:
                yield last

    def put_place(self, name: str, document: int, size: int, mtime: int, run: int) -> None:
        """A name under which a document was given; it had no error this time."""
        self.sql.execute("insert or replace into place values (?, ?, ?, ?, ?)", (name, document, size, mtime, run))
        self.clear_error(name)

    def put_error(
        self, name: str, error: HpcpError, run: int, sha256: str | None = None, tried: str | None = None
    ) -> None:
        """An input that could not be checked; `tried`: with what, so that the same is not tried again."""
        row = (name, error.code, error.text("vi"), error.text("en"), sha256, tried, run)
        self.sql.execute("insert or replace into error values (?, ?, ?, ?, ?, ?, ?)", row)

    def clear_error(self, name: str) -> None:
        """The input has no error any more."""
        self.sql.execute("delete from error where name = ?", (name,))

    def name(self, document: int) -> str:
        """A name under which the document was given."""
        row = self.sql.execute("select min(name) from place where document = ?", (document,)).fetchone()
        return str(row[0] or f"#{document}")

    def known_error(self, name: str, sha256: str, tried: str, run: int) -> bool:
        """True when that content could not be checked before; its error is then one of this run and name, too."""
        found = self.sql.execute(
            "insert or replace into error select ?, code, vi, en, sha256, tried, ? from error "
            "where sha256 = ? and tried = ? limit 1", (name, run, sha256, tried),
        )  # fmt: skip
        return found.rowcount > 0

    def put_document(self, columns: dict[str, Any], rows: dict[str, list[Any]], document: int | None = None) -> int:
        """Write a record, in the place of the one that the document has already.

        Arguments:
            columns: of `document`.
            rows: ``findings``, ``requirements``, ``clauses`` and ``looked`` as `hpcp_rules.batch.record` makes them.
        """
        values = [columns[c] for c in _DOCUMENT]
        if document is None:
            marks = ", ".join("?" * len(_DOCUMENT))
            made = self.sql.execute(f"insert into document ({', '.join(_DOCUMENT)}) values ({marks})", values)
            document = int(made.lastrowid or 0)
        else:
            sets = ", ".join(f"{c} = ?" for c in _DOCUMENT)
            self.sql.execute(f"update document set {sets} where id = ?", [*values, document])
            for table in _OF_DOCUMENT:
                self.sql.execute(f"delete from {table} where document = ?", (document,))
        self._many("finding", 14, ((document, *r) for r in rows["findings"]))
        self._many("requirement", 3, ((document, *r) for r in rows["requirements"]))
        self._many("looked", 4, ((document, *r) for r in rows["looked"]))
        self.sql.executemany(
            "insert or ignore into clause (id, text, syllables) values (?, ?, ?)",
            ((c, text, syllables) for c, _, _, text, syllables in rows["clauses"]),
        )
        self._many("stands", 4, ((c, document, start, end) for c, start, end, _, _ in rows["clauses"]))
        return document

    def set_state(self, document: int, state: int, run: int) -> None:
        """The document's results hold for another state as well: nothing of what changed touches it."""
        self.sql.execute("update document set state = ?, run = ? where id = ?", (state, run, document))

    def put_changes(self, run: int, document: int, before: Sequence[Any], after: Sequence[Any]) -> tuple[int, int]:
        """Write which findings were gained and lost; rows are (id, rule, provision, quote). How many of each."""
        old, new = {r[0]: r for r in before}, {r[0]: r for r in after}
        gained = [r for i, r in new.items() if i not in old or old[i][2] != r[2]]
        lost = [r for i, r in old.items() if i not in new or new[i][2] != r[2]]
        self._many(
            "change", 7,
            ((run, document, r[0], r[1], r[2], g, r[3]) for g, found in ((1, gained), (0, lost)) for r in found),
        )  # fmt: skip
        return len(gained), len(lost)

    def findings(self, document: int) -> list[Any]:
        """(id, rule, provision, quote) of a document's findings."""
        return self.sql.execute(
            "select id, rule, provision, quote from finding where document = ?", (document,)
        ).fetchall()

    def _many(self, table: str, width: int, rows: Iterable[Sequence[Any]]) -> None:
        self.sql.executemany(f"insert into {table} values ({', '.join('?' * width)})", rows)


@contextmanager
def _clear(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise ReadError(
                "corpus-in-use",
                vi="Tệp kho đang được một lần chạy khác dùng.", en="Another run is using the corpus file.",
                where=Where(str(path)), remedy_vi="Đợi lần chạy đó xong, hoặc chọn --out khác.",
                remedy_en="Wait until it is done, or choose another --out.",
            ) from error  # fmt: skip
        raise _wrong(path) from error
    except OSError as error:
        raise ReadError(
            "cannot-write",
            vi=f"Không ghi được tệp kho ({error.strerror}).",
            en=f"The corpus file cannot be written ({error.strerror}).",
            where=Where(str(path)), remedy_vi="Chọn nơi khác cho --out.", remedy_en="Choose another place for --out.",
        ) from error  # fmt: skip


def _wrong(path: Path) -> ReadError:
    return ReadError(
        "no-corpus",
        vi="Tệp này không phải kho kết quả của hpcp batch, hoặc thuộc phiên bản khác.",
        en="The file is no corpus of hpcp batch, or one of another version.", where=Where(str(path)),
        remedy_vi="Chọn --out khác; kho cũ vẫn còn nguyên.",
        remedy_en="Choose another --out; the old one is untouched.",
    )  # fmt: skip


def open_read_only(path: Path) -> sqlite3.Connection:
    """A corpus file for reading, also while a batch writes it.

    Errors: `ReadError` when there is none or it is no corpus of this layout.
    """
    try:
        sql = sqlite3.connect(f"file:{path.resolve().as_posix().replace('?', '%3f')}?mode=ro", uri=True)
        row = sql.execute("select value from meta where key = 'layout'").fetchone()
    except sqlite3.DatabaseError as error:
        raise _wrong(path) from error
    if row is None or row[0] != LAYOUT:
        raise _wrong(path)
    return sql
