"""Near-duplicates: clauses that are the same but for names, numbers and small changes share a family.

MinHash signatures (datasketch) over groups of three syllables, banded in the corpus file itself: memory stays flat, and
a later batch finds the families of an earlier one. A clause joins the family of the most similar clause that was there
before it, from a similarity of `SIMILAR` on; which clause founds a family depends on the order, so clauses are taken
in the order of their hash.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from hpcp_rules.batch.corpus import Corpus

SIMILAR = 0.7
"""Share of common groups of syllables (Jaccard, estimated) from which two clauses are one family."""
_HASHES, _ROWS = 64, 4
_GROUP = 3


def available() -> bool:
    """True when the package for it is installed."""
    try:
        import datasketch  # noqa: F401
    except ImportError:
        return False
    return True


def count_families(corpus: Corpus) -> None:
    """Give each clause that has none yet its family."""
    import numpy
    from datasketch import MinHash

    sql = corpus.sql
    for clause, text in _without(sql):
        sketch = MinHash(_HASHES, seed=1)
        sketch.update_batch(_groups(text))
        values = sketch.hashvalues
        bands = [
            (band, int.from_bytes(values[band * _ROWS : (band + 1) * _ROWS].tobytes()[:8], "big", signed=True))
            for band in range(_HASHES // _ROWS)
        ]
        # One clause for each value of a band: families of thousands cost no more than families of two.
        met = {
            row[0] for band in bands for row in sql.execute("select clause from band where band = ? and hash = ?", band)
        }
        family, best = clause, SIMILAR
        for other in sorted(met):
            content, of = sql.execute(
                "select s.content, c.family from signature s join clause c on c.id = s.clause where s.clause = ?",
                (other,),
            ).fetchone()
            alike = float((numpy.frombuffer(content, dtype=values.dtype) == values).mean())
            if alike >= best:
                family, best = of, alike
        sql.execute("update clause set family = ? where id = ?", (family, clause))
        kept = sql.executemany("insert or ignore into band values (?, ?, ?)", ((*band, clause) for band in bands))
        if kept.rowcount > 0:
            sql.execute("insert or ignore into signature values (?, ?)", (clause, values.tobytes()))
    corpus.commit()


def _without(sql: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    last = -(2**63)
    while rows := sql.execute(
        "select id, text from clause where family is null and id >= ? order by id limit 1000", (last,)
    ).fetchall():
        yield from rows
        last = rows[-1][0] + 1
        if last >= 2**63:
            return


def _groups(text: str) -> list[bytes]:
    # Numbers are what forms are filled in with.
    words = ["#" if w[0].isdigit() else w.strip(".,;:()“”\"'") for w in text.split()]
    return [" ".join(words[n : n + _GROUP]).encode() for n in range(max(1, len(words) - _GROUP + 1))]
