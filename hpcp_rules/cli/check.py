"""`hpcp check`: reports for people or as JSON, and one exit code that hides nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, cast

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
    Tracked,
    colors_wanted,
    complain,
    day,
    help_text,
    limits_from,
    one_of,
    pack_from,
    reading,
    width,
)  # fmt: skip
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.cli.pages import Pages
from hpcp_rules.errors import HpcpError, ReadError, UsageError, Where
from hpcp_rules.report.messages import say

if TYPE_CHECKING:
    from hpcp_rules.api import Checker
    from hpcp_rules.model.dossier import DossierReport
    from hpcp_rules.model.report import DocumentKind, RunReport, Severity, Status
    from hpcp_rules.model.source import SourceDocument
    from hpcp_rules.rulespec.model import Pack

FORMATS = ("text", "checklist", "html", "annotated", "json", "jsonl", "sarif", "csv", "xlsx", "junit")
_AT_ONCE = ("sarif", "csv", "xlsx", "junit")
"""Written when all documents are checked."""
READABLE = frozenset(
    ".txt .md .markdown .html .htm .docx .pdf .png .jpg .jpeg .tif .tiff .bmp .webp".split()  # noqa: SIM905
)
_LEVEL: dict[Status, Severity] = {"absent": "medium", "partial": "low", "present": "info", "not_applicable": "info"}
"""How much a required content's status weighs against `--min-severity`."""
ASKED_FOR = frozenset((".doc", ".rtf", ".heic"))
"""In a folder these are contracts too: better an error that says how to convert them than silence."""


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…|-", help=help_text("opt.files"))],
    format: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help=help_text("opt.format"))] = "text",
    lang: Lang = DEFAULT_LANG,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=help_text("opt.as-of"))] = None,
    min_severity: Annotated[
        str, typer.Option("--min-severity", metavar="LEVEL", help=help_text("opt.min-severity"))
    ] = "low",
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", metavar="0..1", min=0.0, max=1.0, help=help_text("opt.min-confidence"))
    ] = 0.0,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help=help_text("opt.kind"))] = None,
    trader: Annotated[list[str] | None, typer.Option("--trader", metavar="NAME", help=help_text("opt.trader"))] = None,
    consumer: Annotated[
        list[str] | None, typer.Option("--consumer", metavar="NAME", help=help_text("opt.consumer"))
    ] = None,
    fact: Annotated[list[str] | None, typer.Option("--fact", metavar="ID=yes|no", help=help_text("opt.fact"))] = None,
    ocr: Ocr = "auto",
    tracked: Tracked = "accepted",
    dossier: Annotated[bool, typer.Option("--dossier", help=help_text("opt.dossier"))] = False,
    redact: Annotated[bool, typer.Option("--redact", help=help_text("opt.redact"))] = False,
    rules: Rules = None,
    waivers: Annotated[
        list[Path] | None, typer.Option("--waivers", metavar="FILE.yaml", help=help_text("opt.waivers"))
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE.json", help=help_text("opt.baseline"))
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", metavar="FILE.json", help=help_text("opt.decided"))
    ] = None,
    timings: Annotated[bool, typer.Option("--timings", help=help_text("opt.timings"))] = False,
    limit: Limit = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help=help_text("opt.output"))] = None,
    quiet: Quiet = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help=help_text("opt.verbose"))] = False,
) -> None:
    from hpcp_rules.api import Checker
    from hpcp_rules.cli.waivers import Suppression
    from hpcp_rules.model.report import KINDS, SEVERITIES

    one_of("--lang", lang, ("vi", "en"))
    one_of("--format", format, FORMATS)
    one_of("--min-severity", min_severity, SEVERITIES)
    if format == "xlsx" and output is None:
        raise UsageError(
            "needs-output", vi="--format xlsx cần --output.", en="--format xlsx needs --output.",
            remedy_vi="Thêm: -o ket-qua.xlsx.", remedy_en="Add: -o results.xlsx.",
        )  # fmt: skip
    if kind is not None:
        one_of("--kind", kind, KINDS)
    on = day("--as-of", as_of)
    dossiers = [p for p in files if p.suffix.lower() == ".zip" or (dossier and p.is_dir())]
    if decisions is not None and (format not in ("html", "annotated") or len(files) != 1 or files[0].is_dir()):
        raise UsageError(
            "decisions-one-page",
            vi="--decisions chỉ dùng cho một văn bản với --format html hoặc annotated.",
            en="--decisions is for one document with --format html or annotated.",
            remedy_vi="Thêm --format html và nêu một tệp.", remedy_en="Add --format html and name one file.",
        )  # fmt: skip
    if redact and format == "annotated":
        raise UsageError(
            "redact-annotated",
            vi="--redact không che được chính tệp hợp đồng được ghi chú.",
            en="--redact cannot mask the contract file itself.",
            remedy_vi="Dùng --format html, hoặc bỏ --redact.", remedy_en="Use --format html, or leave --redact out.",
        )  # fmt: skip
    if dossiers and format in ("html", "annotated"):
        raise UsageError(
            "dossier-format",
            vi=f"--format {format} chưa nhận cả hồ sơ.", en=f"--format {format} does not take a whole dossier yet.",
            where=Where(str(dossiers[0])),
            remedy_vi="Dùng text, checklist hoặc json; hoặc đưa riêng tệp hợp đồng.",
            remedy_en="Use text, checklist or json; or name the contract file itself.",
        )  # fmt: skip
    paths, left_out = expand([p for p in files if p not in dossiers])
    if output is not None:
        _not_a_contract(output, [*paths, *dossiers])
    if left_out and not quiet:
        print(
            say(
                "words.left-out",
                lang,
                n=len(left_out),
                endings=", ".join(sorted({p.suffix or p.name for p in left_out})),
            ),
            file=sys.stderr,
        )
    pack = pack_from(rules)
    checker = Checker(
        pack, as_of=on, kind=cast("DocumentKind | None", kind),
        business_names=tuple(trader or ()), consumer_names=tuple(consumer or ()), facts=_stated(pack, fact or []),
        min_confidence=min_confidence, limits=limits_from(limit), reading=reading(ocr, tracked),
        redact=redact, time_rules=timings,
    )  # fmt: skip
    out_of_count = Suppression(checker.pack, waivers or [], baseline)
    if not quiet:
        out_of_count.beside(paths, lang)
    worst = CLEAN
    checked: list[tuple[RunReport, str]] = []
    many = len(paths) + len(dossiers) > 1 or any(p.is_dir() for p in files if p not in dossiers)
    pages = None
    if format in ("html", "annotated"):
        pages = Pages(checker, output, many, lang, annotated=format == "annotated", decisions=decisions)
    whole = pages is not None or format in _AT_ONCE
    with _out(None if pages else output) as out, guarded(checker, documents=whole) as checking:
        if format == "json" and many:
            out.write("[\n")
        for number, path in enumerate(_with_progress(paths, lang, quiet)):
            report, source = check_one(checker, checking, path, lang)
            report = out_of_count.apply(report)
            if timings:
                _tell_timings(report, lang)
            worst = max(worst, _weight(report, min_severity))
            if pages:
                try:
                    pages.add(report, source, path)
                except ReadError as error:
                    complain(error, lang)
                    worst = INCOMPLETE
            elif format in _AT_ONCE:
                checked.append((report, source.text if source else ""))
            else:
                _write(report, out, number, many, format, lang, verbose)
        for number, path in enumerate(dossiers, len(paths)):
            told = _dossier(checker, path, lang)
            if format in _AT_ONCE:
                checked += [(out_of_count.apply(report), "") for report in _reports(told)]
            else:
                _write_dossier(told, out, number, many, format, lang, verbose)
            worst = max(worst, _weight_of_dossier(told, min_severity))
        if pages:
            pages.finish()
        if format == "json" and many:
            out.write("\n]\n")
        if format in _AT_ONCE and format != "xlsx":
            out.write(_whole(format, checked, checker.pack, lang, verbose, min_severity, compared=baseline is not None))
    if format == "xlsx" and output is not None:
        from hpcp_rules.report.table import render_xlsx
        from hpcp_rules.review.files import write_bytes

        write_bytes(output, render_xlsx([report for report, _ in checked], lang))
    out_of_count.tell(lang)
    raise typer.Exit(worst)


def _tell_timings(report: RunReport, lang: str) -> None:
    """Stages, then the rules, the slowest first; on the error stream, so that the result stays what it is."""
    print(f"{say('words.timings', lang)}: {report.document.name}", file=sys.stderr)
    stages = {k: v for k, v in report.timings_ms.items() if not k.startswith("rule ")}
    rules = sorted((item for item in report.timings_ms.items() if item[0] not in stages), key=lambda r: -r[1])
    for name, spent in (*stages.items(), *rules):
        print(f"  {spent:9.3f} ms  {name}", file=sys.stderr)


def counts(report: RunReport, min_severity: str) -> bool:
    """True when something at or above the severity stands in the report that no waiver or baseline takes out."""
    from hpcp_rules.model.report import SEVERITIES

    out = report.not_counted
    levels: list[Severity] = [f.severity for f in report.counted]
    levels += [_LEVEL[r.status] for r in report.requirements if r.key not in out]
    levels += [r.severity for r in report.form if r.status == "finding" and r.key not in out]
    return any(SEVERITIES.index(level) >= SEVERITIES.index(cast("Severity", min_severity)) for level in levels)


def _whole(
    format: str,
    checked: list[tuple[RunReport, str]],
    pack: Pack,
    lang: str,
    verbose: bool,
    min_severity: str,
    *,
    compared: bool,
) -> str:
    """All documents in one file."""
    reports = [report for report, _ in checked]
    if format == "sarif":
        from hpcp_rules.report.sarif import render_sarif

        return render_sarif(checked, pack, lang, verbose=verbose, compared=compared)
    if format == "csv":
        from hpcp_rules.report.table import render_csv

        return render_csv(reports, lang)
    from hpcp_rules.report.junit import render_junit

    return render_junit(reports, pack, lang, min_severity=cast("Severity", min_severity))


def _weight(report: RunReport, min_severity: str) -> int:
    """The exit code that one report asks for."""
    if not report.complete:
        return INCOMPLETE
    return FINDINGS if counts(report, min_severity) else CLEAN


def _dossier(checker: Checker, path: Path, lang: str) -> DossierReport | RunReport:
    """A folder or archive checked as a dossier, or the report of one that could not be opened."""
    try:
        return checker.check_dossier(path)
    except HpcpError as error:
        complain(error, lang)
        return checker.failed(str(path), error)


def _reports(told: DossierReport | RunReport) -> tuple[RunReport, ...]:
    from hpcp_rules.model.dossier import DossierReport

    return told.reports if isinstance(told, DossierReport) else (told,)


def _weight_of_dossier(told: DossierReport | RunReport, min_severity: str) -> int:
    from hpcp_rules.model.dossier import DossierReport

    if not isinstance(told, DossierReport) or not told.complete:
        return INCOMPLETE
    missing = any(c.status == "absent" for c in told.components)
    return max([FINDINGS if missing else CLEAN, *(_weight(r, min_severity) for r in told.reports)])


def _write_dossier(
    told: DossierReport | RunReport,
    out: TextIO,
    number: int,
    many: bool,
    format: str,
    lang: str,
    verbose: bool,
) -> None:
    from hpcp_rules.model.dossier import DossierReport

    if not isinstance(told, DossierReport):
        _write(told, out, number, many, format, lang, verbose)
        return
    if format == "json":
        out.write((",\n" if number else "") + told.model_dump_json(indent=None if many else 1) + ("" if many else "\n"))
        return
    if format == "jsonl":
        out.write(told.model_dump_json() + "\n")
        return
    from hpcp_rules.report.dossier import render_dossier

    rule = "\n" + "═" * min(width(), 100) + "\n\n" if number else ""
    out.write(rule + render_dossier(told, lang, width=width()))
    for report in told.reports:
        _write(report, out, 1, many, format, lang, verbose)


def _stated(pack: Pack | None, said: list[str]) -> dict[str, bool]:
    """Errors: `UsageError` for what is not ``ID=yes`` or ``ID=no`` with the id of a fact."""
    if not said:
        return {}
    from hpcp_rules.api import load_pack

    known = [f.spec.id for f in (pack or load_pack()).facts]
    stated = {}
    for text in said:
        name, _, value = text.partition("=")
        if name not in known or value not in ("yes", "no"):
            raise UsageError(
                "bad-fact",
                vi=f"--fact không hiểu «{text}».",
                en=f"--fact cannot read “{text}”.",
                remedy_vi=f"Viết ID=yes hoặc ID=no, với ID là: {', '.join(known)}.",
                remedy_en=f"Write ID=yes or ID=no, where ID is: {', '.join(known)}.",
            )
        stated[name] = value == "yes"
    return stated


Checking = Callable[[bytes, str], tuple["RunReport", "SourceDocument | None"]]
"""Bytes and a name -> the report, and the document where it is wanted."""


@contextmanager
def guarded(checker: Checker, *, documents: bool = False) -> Iterator[Checking]:
    """Checking in a worker that can be ended; Windows has none yet, and only the readers' limits hold there.

    Arguments:
        documents: the document is wanted as well.
    """
    if sys.platform == "win32":
        from hpcp_rules.readers import read_bytes

        def here(data: bytes, name: str) -> tuple[RunReport, SourceDocument | None]:
            source = read_bytes(data, name, checker.limits, checker.reading)
            return checker.check(source), source

        yield here
        return
    from hpcp_rules.worker.guard import Guard, check_job

    with Guard(check_job(checker), checker.limits) as guard:
        yield partial(guard.check, document=documents)


def check_one(checker: Checker, checking: Checking, path: Path, lang: str) -> tuple[RunReport, SourceDocument | None]:
    """The report, and the document where it could be read and is wanted."""
    from hpcp_rules.readers import file_bytes, stream_bytes
    from hpcp_rules.report.redact import redact_source

    limits = checker.limits
    try:
        data = stream_bytes(sys.stdin.buffer, "-", limits) if str(path) == "-" else file_bytes(path, limits)
        report, source = checking(data, str(path))
        return report, redact_source(source) if source and checker.redact else source
    except HpcpError as error:
        complain(error, lang)
        return checker.failed(str(path), error), None


def _write(report: RunReport, out: TextIO, number: int, many: bool, format: str, lang: str, verbose: bool) -> None:
    if format == "jsonl":
        out.write(report.model_dump_json() + "\n")
        out.flush()
        return
    if format == "json":
        out.write(
            (",\n" if number else "") + report.model_dump_json(indent=None if many else 1) + ("" if many else "\n")
        )
        return
    if not report.document.sha256:
        return  # not even read: the error stream says why
    from hpcp_rules.lawtext import quote_provision
    from hpcp_rules.report.checklist import render_checklist
    from hpcp_rules.report.text import render

    if number:
        out.write("\n" + "═" * min(width(), 100) + "\n\n")
    if format == "checklist":
        out.write(render_checklist(report, lang, width=width()))
        return
    out.write(render(report, lang, width=width(), color=colors_wanted(out), verbose=verbose, law=quote_provision))
    out.flush()


@contextmanager
def _out(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        raise UsageError(
            "cannot-write",
            vi=f"Không ghi được tệp ({error.strerror}).",
            en=f"The file cannot be written ({error.strerror}).",
            where=Where(str(path)),
            remedy_vi="Chọn nơi khác cho --output.",
            remedy_en="Choose another place for --output.",
        ) from error


def _not_a_contract(output: Path, files: list[Path]) -> None:
    """Errors: `UsageError` when writing the result would destroy a file to check."""
    for path in files:
        if output.exists() and path.exists() and output.samefile(path):
            raise UsageError(
                "output-is-input",
                vi="--output trùng với tệp cần kiểm tra; kết quả sẽ ghi đè lên hợp đồng.",
                en="--output is a file to check; the result would overwrite the contract.",
                where=Where(str(output)),
                remedy_vi="Chọn tên khác cho --output.",
                remedy_en="Choose another name for --output.",
            )


def expand(files: list[Path]) -> tuple[list[Path], list[Path]]:
    """Folders become the documents in them; the second list is what lies there and is no document."""
    found: list[Path] = []
    left_out: list[Path] = []
    for path in files:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [
            p
            for p in sorted(path.rglob("*"))
            if p.is_file() and not any(q.startswith(".") for q in p.relative_to(path).parts)
        ]
        documents = [p for p in inside if p.suffix.lower() in READABLE | ASKED_FOR]
        left_out += [p for p in inside if p not in set(documents)]
        if not documents:
            raise UsageError(
                "empty-folder",
                vi=say("words.no-documents", "vi"),
                en=say("words.no-documents", "en"),
                where=Where(str(path)),
                remedy_vi=f"Đọc được: {', '.join(sorted(READABLE))}.",
                remedy_en=f"Readable: {', '.join(sorted(READABLE))}.",
            )
        found += documents
    return found, left_out


def _with_progress(paths: list[Path], lang: str, quiet: bool) -> Iterator[Path]:
    if quiet or len(paths) < 2 or not colors_wanted(sys.stderr):
        yield from paths
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(paths, description=say("check", lang), console=Console(stderr=True), transient=True)
