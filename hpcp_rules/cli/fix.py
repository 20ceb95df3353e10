"""`hpcp fix`: a Word copy with the proposed wording as tracked changes, checked again."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from hpcp_rules.cli.common import CLEAN, FINDINGS, INCOMPLETE, Lang, Quiet, Rules, day, help_text, one_of, pack_from
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.errors import ReadError, UsageError, Where
from hpcp_rules.report.messages import say
from hpcp_rules.text.fold import printable

if TYPE_CHECKING:
    from hpcp_rules.model.report import DocumentKind, RunReport


def fix(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("opt.file"))],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.docx", help=help_text("opt.output"))],
    format: Annotated[str, typer.Option("--format", metavar="docx", help=help_text("opt.fix-format"))] = "docx",
    only: Annotated[str | None, typer.Option("--only", metavar="ID,…", help=help_text("opt.only"))] = None,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", metavar="0..1", min=0.0, max=1.0, help=help_text("opt.min-confidence"))
    ] = 0.0,
    lang: Lang = DEFAULT_LANG,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=help_text("opt.as-of"))] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help=help_text("opt.kind"))] = None,
    trader: Annotated[list[str] | None, typer.Option("--trader", metavar="NAME", help=help_text("opt.trader"))] = None,
    consumer: Annotated[
        list[str] | None, typer.Option("--consumer", metavar="NAME", help=help_text("opt.consumer"))
    ] = None,
    rules: Rules = None,
    quiet: Quiet = False,
) -> None:
    from hpcp_rules.api import Checker
    from hpcp_rules.model.report import KINDS
    from hpcp_rules.readers import read_bytes, read_file
    from hpcp_rules.report.fix import plan, write_fixed
    from hpcp_rules.report.html import page_view
    from hpcp_rules.rulespec.provisions import load_provisions

    one_of("--lang", lang, ("vi", "en"))
    one_of("--format", format, ("docx",))
    if kind is not None:
        one_of("--kind", kind, KINDS)
    if output.exists() and file.exists() and output.samefile(file):
        raise UsageError(
            "output-is-input",
            vi="--output trùng với tệp cần sửa; bản gốc phải được giữ.",
            en="--output is the file to change; the original must stay.",
            where=Where(str(output)),
            remedy_vi="Chọn tên khác cho --output.",
            remedy_en="Choose another name for --output.",
        )
    checker = Checker(
        pack_from(rules), as_of=day("--as-of", as_of), kind=cast("DocumentKind | None", kind),
        business_names=tuple(trader or ()), consumer_names=tuple(consumer or ()), min_confidence=min_confidence,
    )  # fmt: skip
    source = read_file(file)
    report = checker.check(source)
    chosen = _chosen(report, only)
    view = page_view(
        report, source, provisions=load_provisions(checker.pack.folder / "_provisions"), lang=lang
    )  # fmt: skip
    planned = plan(report, view, source, chosen)
    for f, why in planned.left:
        key = "fix.by-hand" if why == "by-hand" else "fix.covered"
        print(say(key, lang, number=f.number, title=f.title, other=why), file=sys.stderr)
    if not planned.edits:
        print(say("fix.nothing", lang), file=sys.stderr)
        raise typer.Exit(FINDINGS if planned.left else CLEAN if report.complete else INCOMPLETE)
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise ReadError(
            "changed", vi="Tệp đã thay đổi trong lúc kiểm tra.", en="The file changed while it was checked.",
            where=Where(str(file)), remedy_vi="Chạy lại.", remedy_en="Run it again.",
        )  # fmt: skip
    fixed, lost = write_fixed(data, planned, view, source)
    try:
        output.write_bytes(fixed)
    except OSError as error:
        raise UsageError(
            "cannot-write",
            vi=f"Không ghi được tệp ({error.strerror}).",
            en=f"The file cannot be written ({error.strerror}).",
            where=Where(str(output)),
            remedy_vi="Chọn nơi khác cho --output.",
            remedy_en="Choose another place for --output.",
        ) from error
    for f in lost:
        print(say("fix.lost", lang, number=f.number, title=f.title), file=sys.stderr)
    # The copy read as if every change were accepted, with the names that this contract is known by.
    known = {
        r: tuple(n for p in report.document.parties if p.role == r for n in p.names) for r in ("business", "consumer")
    }
    again = Checker(
        checker.pack, as_of=checker.as_of, kind=report.document.kind, business_names=known["business"],
        consumer_names=known["consumer"], min_confidence=min_confidence,
    ).check(read_bytes(fixed, str(output)))  # fmt: skip
    mended = {e.finding.id for e in planned.edits} - {f.id for f in lost}
    before = {f.id for f in report.findings} - mended
    remaining = [f for f in again.findings if f.id not in before]
    for still in remaining:
        print(say("fix.remain", lang, quote=printable(" ".join(still.quote.split()))), file=sys.stderr)
    if not quiet:
        print(say("fix.done", lang, n=len(mended), path=output))
        print(report.notice.in_language(lang))
    if not report.complete or lost:
        raise typer.Exit(INCOMPLETE)
    raise typer.Exit(FINDINGS if remaining or planned.left else CLEAN)


def _chosen(report: RunReport, only: str | None) -> list[str]:
    """Ids of the findings to change.

    Errors: `UsageError` for a number or id that no finding has.
    """
    from hpcp_rules.report.html.view import numbered

    by_name = {name: f.id for n, f in numbered(report) for name in (str(n), f.id)}
    if only is None:
        return [f.id for f in report.findings]
    chosen = []
    for name in (part.strip() for part in only.split(",") if part.strip()):
        if name not in by_name:
            raise UsageError(
                "unknown-finding",
                vi=f"Không có dấu hiệu «{name}».",
                en=f"There is no sign “{name}”.",
                remedy_vi=f"Có các số từ 1 đến {len(report.findings)}, xem bằng hpcp check.",
                remedy_en=f"The numbers go from 1 to {len(report.findings)}; hpcp check shows them.",
            )
        chosen.append(by_name[name])
    return chosen
