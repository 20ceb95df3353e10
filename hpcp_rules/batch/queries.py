"""Ready questions to a corpus file; each takes a connection of `corpus.open_read_only`."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommonClause:
    """A clause with a sign, and how far it has spread."""

    sector: str | None
    provision: str
    quote: str
    family: int
    documents: int
    businesses: int


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a family of clauses."""

    clause: int
    text: str
    documents: int
    businesses: int
    first_document: str
    """A name of the first document with this wording that the corpus met."""


def top_unlawful(sql: sqlite3.Connection, *, sector: str | None = None, most: int = 20) -> list[CommonClause]:
    """The clauses with signs that stand in most documents; of one sector, or of all."""
    where, values = ("where sector = ?", [sector]) if sector is not None else ("", [])
    rows = sql.execute(
        f"select {'sector' if where else 'null'}, provision, min(quote), family, sum(documents), sum(businesses) "
        f"from unlawful_clause {where} group by family, provision "
        "order by 5 desc, provision, 3 limit ?", [*values, most],
    )  # fmt: skip
    return [CommonClause(*row) for row in rows]


def genealogy(sql: sqlite3.Connection, family: int) -> list[Wording]:
    """All wordings of a family, the one met first in front."""
    rows = sql.execute(
        "select clause, text, documents, businesses, (select min(name) from place where document = first_document) "
        "from genealogy where family = ? order by first_document, clause",
        (family,),
    )
    return [Wording(*row) for row in rows]


def most_common(sql: sqlite3.Connection, *, most: int = 20) -> list[tuple[int, str, int, int, int]]:
    """(family, a wording, documents, businesses, wordings) of the clauses that stand in most documents."""
    return sql.execute(
        "select family, text, documents, businesses, wordings from clause_count "
        "order by documents desc, family limit ?",
        (most,),
    ).fetchall()


def changes(sql: sqlite3.Connection, run: int) -> list[tuple[str, int, str, str, str]]:
    """(name, gained, rule, provision, quote) of the findings that a run gained (1) and lost (0), by document."""
    return sql.execute(
        "select (select min(name) from place where document = c.document), c.gained, c.rule, c.provision, c.quote "
        "from change c where c.run = ? order by 1, 2 desc, c.provision, c.quote",
        (run,),
    ).fetchall()


def by_provision(sql: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """(provision, findings, documents), the most frequent first."""
    return sql.execute(
        "select provision, count(*), count(distinct document) from finding where severity <> 'info' "
        "group by provision order by 2 desc, 1"
    ).fetchall()
