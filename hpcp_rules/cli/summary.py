"""`hpcp summary`: figures of many results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hpcp_rules.cli.common import CLEAN, INCOMPLETE, Lang, day, help_text, one_of, width
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.errors import HpcpError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from hpcp_rules.model.report import RunReport
    from hpcp_rules.review.summary import Summary


def summary(
    results: Annotated[list[Path], typer.Argument(metavar="DIR|RESULTS…", help=help_text("opt.results-dir"))],
    decisions: Annotated[
        Path | None, typer.Option("--decisions", metavar="DIR", help=help_text("opt.decisions-dir"))
    ] = None,
    contracts: Annotated[
        Path | None, typer.Option("--contracts", metavar="DIR", help=help_text("opt.contracts"))
    ] = None,
    year: Annotated[int | None, typer.Option("--year", metavar="YEAR", help=help_text("opt.year"))] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help=help_text("opt.from"))] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help=help_text("opt.to"))] = None,
    format: Annotated[
        str, typer.Option("--format", metavar="text|json|html|xlsx", help=help_text("opt.sum-format"))
    ] = "text",
    lang: Lang = DEFAULT_LANG,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help=help_text("opt.output"))] = None,
) -> None:
    from hpcp_rules.review.files import write_bytes
    from hpcp_rules.review.summary_report import render_summary_html, render_summary_text, render_summary_xlsx

    one_of("--lang", lang, ("vi", "en"))
    one_of("--format", format, ("text", "json", "html", "xlsx"))
    if format == "xlsx" and output is None:
        raise UsageError(
            "needs-output", vi="--format xlsx cần --output.", en="--format xlsx needs --output.",
            remedy_vi="Thêm: -o tong-hop.xlsx.", remedy_en="Add: -o summary.xlsx.",
        )  # fmt: skip
    made = collect(results, decisions, contracts, year, day("--from", first), day("--to", last))
    if format == "xlsx":
        data = render_summary_xlsx(made, lang)
    elif format == "html":
        data = render_summary_html(made, lang).encode()
    elif format == "json":
        data = (made.model_dump_json(indent=1) + "\n").encode()
    else:
        data = render_summary_text(made, lang, width=width()).encode()
    if output is None:
        sys.stdout.write(data.decode())
    else:
        write_bytes(output, data)
    raise typer.Exit(INCOMPLETE if made.unread or made.incomplete else CLEAN)


def collect(
    results: list[Path],
    decisions: Path | None,
    contracts: Path | None,
    year: int | None,
    first: date | None = None,
    last: date | None = None,
) -> Summary:
    """The figures of files and folders of results.

    Errors: `UsageError` for what is no result, or a year together with days.
    """
    from hpcp_rules.review.summary import load_decisions_folder, load_folder, period, summarise

    if year is not None and (first or last):
        raise UsageError(
            "bad-option", vi="--year không đi cùng --from, --to.", en="--year does not go with --from and --to.",
            remedy_vi="Chọn một cách.", remedy_en="Choose one way.",
        )  # fmt: skip
    if year is not None and not 2024 <= year <= 2200:
        raise UsageError(
            "bad-option", vi=f"--year: {year} không phải năm báo cáo.", en=f"--year: {year} is no year of a report.",
            remedy_vi="Viết như --year 2026.", remedy_en="Write it as --year 2026.",
        )  # fmt: skip
    if year is not None:
        first, last = period(year)
    reports = [report for path in results for report in load_folder(path)]
    decided = load_decisions_folder(decisions) if decisions else {}
    sectors = _sectors(reports, contracts) if contracts else {}
    return summarise(reports, decided, sectors=sectors, first_day=first, last_day=last)


def _sectors(reports: list[RunReport], folder: Path) -> dict[str, str]:
    """What the contracts themselves show of their sector, by digest: only files that are the ones that were checked."""
    from hpcp_rules.api import Checker
    from hpcp_rules.procedure import registration
    from hpcp_rules.readers import read_file

    wanted = {r.document.sha256: r for r in reports if r.document.sha256}
    names = {Path(r.document.name).name for r in reports}
    checker = Checker()
    out: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.name not in names or not path.is_file():
            continue
        try:
            source = read_file(path)
        except HpcpError:
            continue  # its result says already that it cannot be read
        if source.sha256 in wanted and source.sha256 not in out:
            found = registration(checker.structure(source), wanted[source.sha256].as_of)
            for match in (*found.matches, *found.outside):
                if match.in_title:
                    out[source.sha256] = match.name.vi
                    break
    return out
