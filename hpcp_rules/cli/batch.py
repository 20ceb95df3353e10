"""`hpcp batch`: many documents, once each, with results as they come."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from hpcp_rules.cli.common import (
    CLEAN,
    FINDINGS,
    INCOMPLETE,
    Lang,
    Limit,
    Ocr,
    Quiet,
    Rules,
    colors_wanted,
    day,
    help_text,
    limits_from,
    one_of,
    pack_from,
    reading,
)
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.errors import UsageError, Where
from hpcp_rules.report.messages import say
from hpcp_rules.text.fold import printable

if TYPE_CHECKING:
    from hpcp_rules.api import Checker
    from hpcp_rules.batch.run import Engine, Progress
    from hpcp_rules.model.report import DocumentKind

_SHOWN = 20
"""Lines of a list that are shown; the rest stands in the files that are named."""


def batch(
    out: Annotated[Path, typer.Option("--out", metavar="DIR|FILE.jsonl|FILE.parquet", help=help_text("opt.out"))],
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="INPUT…|@LIST", help=help_text("opt.inputs"), show_default=False)
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", metavar="N", min=0, help=help_text("opt.jobs"))] = 0,
    sector: Annotated[str | None, typer.Option("--sector", metavar="NAME", help=help_text("opt.sector"))] = None,
    families: Annotated[bool, typer.Option("--families/--no-families", help=help_text("opt.families"))] = True,
    engine: Annotated[str, typer.Option("--engine", metavar="local|dask", help=help_text("opt.engine"))] = "local",
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="tcp://HOST:PORT", help=help_text("opt.scheduler"))
    ] = None,
    lang: Lang = DEFAULT_LANG,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=help_text("opt.as-of"))] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help=help_text("opt.kind"))] = None,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", metavar="0..1", min=0.0, max=1.0, help=help_text("opt.min-confidence"))
    ] = 0.0,
    ocr: Ocr = "auto",
    rules: Rules = None,
    limit: Limit = None,
    quiet: Quiet = False,
) -> None:
    from hpcp_rules.api import Checker
    from hpcp_rules.batch.families import available
    from hpcp_rules.batch.outputs import corpus_path
    from hpcp_rules.batch.run import run_batch
    from hpcp_rules.model.report import KINDS

    one_of("--lang", lang, ("vi", "en"))
    one_of("--engine", engine, ("local", "dask"))
    if kind is not None:
        one_of("--kind", kind, KINDS)
    if not inputs and not corpus_path(out).exists():
        raise UsageError(
            "no-input",
            vi="Chưa có gì để kiểm tra: kho kết quả chưa có và không nêu INPUT nào.",
            en="There is nothing to check: no INPUT is given and there is no corpus yet.",
            where=Where(str(out)),
            remedy_vi="Nêu tệp, thư mục, @danh-sách, .zip hoặc .jsonl.",
            remedy_en="Name files, folders, an @list, a .zip or a .jsonl.",
        )
    checker = Checker(
        pack_from(rules), as_of=day("--as-of", as_of), kind=cast("DocumentKind | None", kind),
        min_confidence=min_confidence, limits=limits_from(limit), reading=reading(ocr),
    )  # fmt: skip
    processes = jobs or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))
    if families and not available():
        families = False
        if not quiet:
            print(say("batch.no-families", lang), file=sys.stderr)
    with _shown(lang, quiet) as tell:
        done = run_batch(
            checker, inputs or [], out, jobs=processes, sector=sector, families=families, tell=tell,
            engine=_cluster(checker, scheduler) if engine == "dask" else None,
        )  # fmt: skip
    raise typer.Exit(_outcome(done, out, lang))


def _cluster(checker: Checker, scheduler: str | None) -> Callable[[], Engine]:
    """Errors: `UsageError` without an address; `HpcpError` when the package is missing or nobody answers there."""
    if scheduler is None:
        raise UsageError(
            "no-scheduler",
            vi="--engine dask cần địa chỉ của bộ điều phối.", en="--engine dask needs the scheduler's address.",
            remedy_vi="Nêu --scheduler tcp://MÁY:8786.", remedy_en="Give --scheduler tcp://HOST:8786.",
        )  # fmt: skip
    from hpcp_rules.batch.cluster import Cluster

    return lambda: Cluster(checker, scheduler)


@contextmanager
def _shown(lang: str, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """Progress with rate and time left: a line that changes on a terminal, else a line now and then."""
    if quiet:
        yield lambda _: None
        return
    if colors_wanted(sys.stderr):
        from rich.console import Console
        from rich.live import Live

        with Live(console=Console(stderr=True), transient=True, refresh_per_second=4) as live:
            yield lambda progress: live.update(_line(progress, lang))
        return
    last = [0.0]

    def plain(progress: Progress) -> None:
        from time import monotonic

        if monotonic() - last[0] > 10:
            last[0] = monotonic()
            print(_line(progress, lang), file=sys.stderr, flush=True)

    yield plain


def _line(progress: Progress, lang: str) -> str:
    left = progress.seconds_left
    return say(
        "batch.progress", lang, done=progress.documents, new=progress.new, failed=progress.failed,
        rate=f"{progress.rate:.1f}", left="?" if left is None else _duration(left),
    )  # fmt: skip


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _outcome(done: Progress, out: Path, lang: str) -> int:
    """Say what came of it, and the exit code."""
    from hpcp_rules.batch import queries
    from hpcp_rules.batch.corpus import open_read_only
    from hpcp_rules.batch.outputs import corpus_path

    corpus = corpus_path(out)
    sql = open_read_only(corpus)
    try:
        (run,) = sql.execute("select max(id) from run").fetchone()
        documents, findings, incomplete = sql.execute(
            "select count(*), coalesce(sum(findings), 0), coalesce(sum(not complete), 0) from document"
        ).fetchone()
        errors = sql.execute(f"select vi, en from error where run = ? order by name limit {_SHOWN}", (run,)).fetchall()
        print(
            say(
                "batch.done",
                lang,
                new=done.new,
                known=done.known,
                rechecked=done.rechecked,
                failed=done.failed,
                documents=documents,
                findings=findings,
                incomplete=incomplete,
                corpus=corpus,
            )
        )
        if done.gained or done.lost:
            print(say("batch.changed", lang, gained=done.gained, lost=done.lost))
            changed = queries.changes(sql, run)
            for name, gained, rule, provision, quote in changed[:_SHOWN]:
                print(f"  {'+' if gained else '-'} {printable(name)}: {rule} {provision} «{quote[:90]}»")
            if len(changed) > _SHOWN:
                print(say("batch.more", lang, n=len(changed) - _SHOWN, where=f"{corpus}, change"))
        for clause in queries.top_unlawful(sql, most=5):
            if clause.documents > 1:
                print(
                    say(
                        "batch.stands-in",
                        lang,
                        documents=clause.documents,
                        businesses=clause.businesses,
                        provision=clause.provision,
                        quote=clause.quote[:120],
                    )
                )
        for vi, en in errors:
            print(("Error: " if lang == "en" else "Lỗi: ") + printable(en if lang == "en" else vi), file=sys.stderr)
        if done.failed > len(errors):
            print(say("batch.more", lang, n=done.failed - len(errors), where=f"{corpus}, error"), file=sys.stderr)
        print(say("batch.notice", lang))
    finally:
        sql.close()
    if done.failed or incomplete:
        return INCOMPLETE
    return FINDINGS if findings else CLEAN
