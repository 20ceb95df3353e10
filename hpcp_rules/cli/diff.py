"""`hpcp diff`: two versions of a contract, or one under two dates or two rule packs."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hpcp_rules.cli.common import CLEAN, FINDINGS, INCOMPLETE, Lang, Rules, day, help_text, one_of, pack_from, width
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.errors import UsageError

if TYPE_CHECKING:
    from hpcp_rules.model.report import RunReport
    from hpcp_rules.rulespec.model import Pack
    from hpcp_rules.structure.document import ContractDocument

_RESULTS = (".json", ".jsonl")


def diff(
    files: Annotated[list[Path], typer.Argument(metavar="OLD [NEW]", help=help_text("opt.diff-files"))],
    format: Annotated[
        str, typer.Option("--format", metavar="text|json|html|docx", help=help_text("opt.diff-format"))
    ] = "text",
    lang: Lang = DEFAULT_LANG,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=help_text("opt.as-of"))] = None,
    as_of_new: Annotated[
        str | None, typer.Option("--as-of-new", metavar="DATE", help=help_text("opt.as-of-new"))
    ] = None,
    rules: Rules = None,
    rules_new: Annotated[
        Path | None, typer.Option("--rules-new", metavar="DIR", help=help_text("opt.rules-new"))
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help=help_text("opt.output"))] = None,
) -> None:
    from hpcp_rules.review.compare import compare

    one_of("--lang", lang, ("vi", "en"))
    one_of("--format", format, ("text", "json", "html", "docx"))
    twice = as_of_new is not None or rules_new is not None
    if len(files) > 2 or (len(files) == 1 and not twice):
        raise UsageError(
            "diff-call", vi="Cần bản cũ và bản mới.", en="An old and a new version are needed.",
            remedy_vi="Nêu hai tệp, hoặc một tệp với --as-of-new hay --rules-new.",
            remedy_en="Name two files, or one with --as-of-new or --rules-new.",
        )  # fmt: skip
    if format == "docx" and output is None:
        raise UsageError(
            "needs-output", vi="--format docx cần --output.", en="--format docx needs --output.",
            remedy_vi="Thêm: -o so-sanh.docx.", remedy_en="Add: -o comparison.docx.",
        )  # fmt: skip
    results = [f.suffix.lower() in _RESULTS for f in files]
    if any(results) and (not all(results) or twice):
        raise UsageError(
            "diff-results", vi="Kết quả JSON chỉ so được với kết quả JSON, không kèm ngày hay bộ quy tắc khác.",
            en="A JSON result is compared with another one only, without another date or rule pack.",
            remedy_vi="Nêu hai tệp hợp đồng.", remedy_en="Name two contracts.",
        )  # fmt: skip
    before = day("--as-of", as_of)
    after = day("--as-of-new", as_of_new) or before
    old_pack = pack_from(rules)
    new_pack = pack_from(rules_new) if rules_new else old_pack
    old, old_document = _side(files[0], old_pack, before)
    new, new_document = _side(files[-1], new_pack, after)
    found = compare(old, new, old_document, new_document)
    _write(format, found, lang, output)
    if not (old.complete and new.complete):
        raise typer.Exit(INCOMPLETE)
    raise typer.Exit(FINDINGS if found.count("new") else CLEAN)


def _side(path: Path, pack: Pack, on: date | None) -> tuple[RunReport, ContractDocument | None]:
    if path.suffix.lower() in _RESULTS:
        from hpcp_rules.review.files import load_result

        return load_result(path), None
    from hpcp_rules.api import Checker
    from hpcp_rules.readers import read_file

    checker = Checker(pack, as_of=on)
    source = read_file(path)
    return checker.check(source), checker.structure(source)


def _write(format: str, found: object, lang: str, output: Path | None) -> None:
    from hpcp_rules.review.compare import Comparison
    from hpcp_rules.review.compare_report import render_compare_docx, render_compare_html, render_compare_text
    from hpcp_rules.review.files import write_bytes

    assert isinstance(found, Comparison)
    if format == "docx":
        data = render_compare_docx(found, lang)
    elif format == "html":
        data = render_compare_html(found, lang).encode()
    elif format == "json":
        data = (found.model_dump_json(indent=1) + "\n").encode()
    else:
        data = render_compare_text(found, lang, width=width()).encode()
    if output is None:
        sys.stdout.write(data.decode())
    else:
        write_bytes(output, data)
