"""`hpcp decisions` and `hpcp notice`: what a person decided on a result, and the official notice made from it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from hpcp_rules.cli.common import CLEAN, INCOMPLETE, Lang, help_text, one_of
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.errors import UsageError, Where
from hpcp_rules.report.messages import say
from hpcp_rules.text.fold import printable

if TYPE_CHECKING:
    from hpcp_rules.model.report import RunReport
    from hpcp_rules.review.decisions import Decisions, State

app = typer.Typer(no_args_is_help=True)
Result = Annotated[Path, typer.Argument(metavar="RESULT.json", help=help_text("opt.result"))]
DecisionsFile = Annotated[
    Path | None, typer.Option("--decisions", metavar="FILE.json", help=help_text("opt.decisions"))
]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help=help_text("opt.output"))]


@app.command("new", help=help_text("decisions.new"))
def new(result: Result, output: Output, lang: Lang = DEFAULT_LANG) -> None:
    from hpcp_rules.review.decisions import blank_decisions
    from hpcp_rules.review.files import load_result, write_json

    one_of("--lang", lang, ("vi", "en"))
    if output.exists():
        raise UsageError(
            "exists", vi="Tệp đã có; lệnh này không ghi đè lên các quyết định.",
            en="The file exists; decisions are not overwritten.", where=Where(str(output)),
            remedy_vi="Chọn tên khác.", remedy_en="Choose another name.",
        )  # fmt: skip
    made = blank_decisions(load_result(result))
    write_json(output, made)
    print(say("words.decisions-made", lang, n=len(made.decisions), file=output))


@app.command("show", help=help_text("decisions.show"))
def show(result: Result, decisions: DecisionsFile = None, lang: Lang = DEFAULT_LANG) -> None:
    from hpcp_rules.review.decisions import items
    from hpcp_rules.review.files import load_result

    one_of("--lang", lang, ("vi", "en"))
    report = load_result(result)
    decided = _decisions(decisions, report, lang)
    points = [i for i in items(report, decided) if i.matters]
    for item in points:
        who = f" [{item.decision.by}]" if item.decision and item.decision.by else ""
        quote = " ".join(item.quote.split())
        print(printable(f"{say('decided.' + item.state, lang):<17}{item.key:<24} {item.place}: {quote[:100]}{who}"))
    left = sum(i.open for i in points)
    print(say("words.decided", lang, n=len(points) - left, all=len(points), left=left))
    raise typer.Exit(INCOMPLETE if left else CLEAN)


@app.command("set", help=help_text("decisions.set"))
def set_(
    decisions: Annotated[Path, typer.Argument(metavar="DECISIONS.json", help=help_text("opt.decisions"))],
    targets: Annotated[list[str], typer.Argument(metavar="TARGET…", help=help_text("opt.targets"))],
    state: Annotated[
        str, typer.Option("--state", metavar="accepted|rejected|consult|undecided", help=help_text("opt.state"))
    ],
    opinion: Annotated[str, typer.Option("--opinion", metavar="TEXT", help=help_text("opt.opinion"))] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=help_text("opt.reason"))] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=help_text("opt.by"))] = "",
    lang: Lang = DEFAULT_LANG,
) -> None:
    from datetime import datetime

    from hpcp_rules.review.decisions import STATES, Decisions, decide
    from hpcp_rules.review.files import load_json, write_json

    one_of("--lang", lang, ("vi", "en"))
    one_of("--state", state, STATES)
    found = load_json(decisions, Decisions, "hpcp decisions new")
    at = datetime.now().astimezone().replace(microsecond=0)
    made = decide(found, targets, cast("State", state), opinion=opinion, reason=reason, by=by, at=at)
    write_json(decisions, made)
    left = sum(d.state in ("undecided", "consult") for d in made.decisions)
    print(say("words.decided", lang, n=len(made.decisions) - left, all=len(made.decisions), left=left))


@app.command("export", help=help_text("decisions.export"))
def export(
    result: Result,
    contract: Annotated[Path, typer.Option("--contract", metavar="FILE", help=help_text("opt.contract"))],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help=help_text("opt.export-dir"))],
    decisions: DecisionsFile = None,
    annotator: Annotated[str, typer.Option("--annotator", metavar="NAME", help=help_text("opt.annotator"))] = "",
    lang: Lang = DEFAULT_LANG,
) -> None:
    from hpcp_rules.readers import read_file
    from hpcp_rules.review.decisions import gold_record
    from hpcp_rules.review.files import load_result, write_bytes

    one_of("--lang", lang, ("vi", "en"))
    report = load_result(result)
    decided = _decisions(decisions, report, lang)
    if decided is None:
        raise UsageError(
            "needs-decisions", vi="Cần --decisions.", en="--decisions is needed.",
            remedy_vi="Lập bằng: hpcp decisions new.", remedy_en="Made by: hpcp decisions new.",
        )  # fmt: skip
    source = read_file(contract)
    if source.sha256 != report.document.sha256:
        raise UsageError(
            "other-document",
            vi="Đây không phải tệp đã được kiểm tra.",
            en="This is not the file that was checked.",
            where=Where(str(contract)),
            remedy_vi="Chỉ ra đúng tệp, hoặc kiểm tra lại.",
            remedy_en="Name the very file, or check again.",
        )
    record = gold_record(report, decided, source.text, annotator=annotator)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            "cannot-write", vi=f"Không tạo được thư mục ({error.strerror}).",
            en=f"The folder cannot be made ({error.strerror}).", where=Where(str(output)),
            remedy_vi="Chọn nơi khác.", remedy_en="Choose another place.",
        ) from error  # fmt: skip
    name = contract.stem
    write_bytes(output / f"{name}.txt", source.text.encode())
    write_bytes(output / f"{name}.json", (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())
    print(
        say(
            "words.exported",
            lang,
            n=len(clauses) if isinstance(clauses := record["clauses"], list) else 0,
            file=output / f"{name}.json",
        )
    )


def notice(
    results: Annotated[list[Path], typer.Argument(metavar="RESULT.json|DIR…", help=help_text("opt.results"))],
    output: Output,
    form: Annotated[str, typer.Option("--form", metavar="01|03|04|05|06|07", help=help_text("opt.form"))] = "05",
    decisions: DecisionsFile = None,
    field: Annotated[list[str] | None, typer.Option("--field", metavar="NAME=…", help=help_text("opt.field"))] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="OFFICE.docx", help=help_text("opt.template"))
    ] = None,
    include_undecided: Annotated[
        bool, typer.Option("--include-undecided", help=help_text("opt.include-undecided"))
    ] = False,
    final: Annotated[bool, typer.Option("--final", help=help_text("opt.final"))] = False,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from hpcp_rules.review.files import load_result, write_bytes
    from hpcp_rules.review.notice import FORMS
    from hpcp_rules.review.notice import notice as compose
    from hpcp_rules.review.office import render_notice

    one_of("--lang", lang, ("vi", "en"))
    one_of("--form", form, FORMS)
    fields = fields_of(field or [])
    if form in ("01", "06"):
        _yearly(results, output, form, decisions, fields, template, lang)
        return
    if len(results) != 1:
        raise UsageError(
            "several-results", vi=f"Mẫu {form} lập từ một kết quả.", en=f"Form {form} is made from one result.",
            remedy_vi="Nêu một tệp KQ.json.", remedy_en="Name one RESULT.json.",
        )  # fmt: skip
    report = load_result(results[0])
    decided = _decisions(decisions, report, lang)
    made = compose(form, report, decided, fields, include_undecided=include_undecided, final=final)
    if template is None:
        write_bytes(output, render_notice(made))
    else:
        from hpcp_rules.review.template import fill_template

        write_bytes(output, fill_template(template, made))
    _told(output, made.open, lang)
    raise typer.Exit(INCOMPLETE if made.open else CLEAN)


def _yearly(
    results: list[Path],
    output: Path,
    form: str,
    decisions: Path | None,
    fields: dict[str, str],
    template: Path | None,
    lang: str,
) -> None:
    from hpcp_rules.cli.summary import collect
    from hpcp_rules.review.files import write_bytes
    from hpcp_rules.review.office import render_notice
    from hpcp_rules.review.summary_report import yearly
    from hpcp_rules.review.template import fill_template

    text = fields.get("nam", "")
    year = int(text) if text.isdigit() else None
    made = yearly(form, collect(results, decisions, None, year if form == "06" else None), fields)
    write_bytes(output, fill_template(template, made) if template else render_notice(made))
    _told(output, made.open, lang)
    raise typer.Exit(INCOMPLETE if made.open else CLEAN)


def _told(output: Path, open_: tuple[str, ...], lang: str) -> None:
    print(say("words.notice-made", lang, file=printable(str(output))))
    if open_:
        print(say("words.notice-open", lang, n=len(open_)), file=sys.stderr)
        for line in open_:
            print(printable(f"  {line}"), file=sys.stderr)
    print(say("words.signs-only", lang))


def fields_of(said: list[str]) -> dict[str, str]:
    """Errors: `UsageError` for what is not ``NAME=text``."""
    out = {}
    for text in said:
        name, found, what = text.partition("=")
        if not found:
            raise UsageError(
                "bad-field", vi=f"--field không hiểu «{text}».", en=f"--field cannot read “{text}”.",
                remedy_vi="Viết TÊN=nội dung, thí dụ so=12/TB-SCT.", remedy_en="Write NAME=text, as so=12/TB-SCT.",
            )  # fmt: skip
        out[name.strip()] = what
    return out


def _decisions(path: Path | None, report: RunReport, lang: str) -> Decisions | None:
    """The decisions of a file; those on points the result does not have are told on the error stream."""
    if path is None:
        return None
    from hpcp_rules.review.decisions import load_decisions, stale

    found = load_decisions(path, report)
    for decision in stale(report, found):
        print(say("words.stale", lang, target=printable(decision.target)), file=sys.stderr)
    return found
