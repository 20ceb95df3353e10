"""`--waivers` and `--baseline` of `hpcp check`, and `hpcp baseline`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hpcp_rules.cli.common import CLEAN, FINDINGS, INCOMPLETE, Lang, Rules, day, help_text, one_of, pack_from
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.report.messages import say
from hpcp_rules.text.fold import printable

if TYPE_CHECKING:
    from hpcp_rules.model.report import RunReport
    from hpcp_rules.rulespec.model import Pack

app = typer.Typer(no_args_is_help=True)
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help=help_text("opt.files"))]


class Suppression:
    """What a call takes out of the count, and which waivers were of no use."""

    def __init__(self, pack: Pack, waivers: list[Path], baseline: Path | None) -> None:
        from hpcp_rules.review.suppress import load_baseline, load_waivers

        self._today = date.today()
        self._waivers = load_waivers(waivers)
        self._files = {p.resolve() for p in waivers}
        self._baseline = load_baseline(baseline) if baseline else None
        self._baseline_file = str(baseline or "")
        self._rules = {n: r.id for r in pack.rules for n in (r.spec.name, *r.spec.aliases)}
        self._used: set[int] = set()

    def beside(self, paths: list[Path], lang: str) -> None:
        """Say that waivers lie beside a contract and were not asked for."""
        from hpcp_rules.review.suppress import WAIVERS_BESIDE

        for folder in dict.fromkeys(p.parent for p in paths if str(p) != "-"):
            file = folder / WAIVERS_BESIDE
            if file.is_file() and file.resolve() not in self._files:
                print(say("words.waivers-beside", lang, file=printable(str(file))), file=sys.stderr)

    def apply(self, report: RunReport) -> RunReport:
        """The report with what does not count."""
        from hpcp_rules.review.suppress import suppress

        report, used = suppress(
            report, self._today, waivers=self._waivers, baseline=self._baseline,
            baseline_file=self._baseline_file, rules=self._rules,
        )  # fmt: skip
        self._used |= used
        return report

    def tell(self, lang: str) -> None:
        """Expired waivers and those that met nothing, on the error stream."""
        for number, loaded in enumerate(self._waivers):
            key = "words.waiver-expired" if loaded.expired(self._today) else "words.waiver-unused"
            if number not in self._used:
                until = loaded.waiver.until
                text = say(key, lang, waiver=loaded.shown, until=f"{until:%d/%m/%Y}" if lang == "vi" else until)
                print(printable(text), file=sys.stderr)


@app.command("create", help=help_text("baseline.create"))
def create(
    files: Files,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.json", help=help_text("opt.output"))],
    lang: Lang = DEFAULT_LANG,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=help_text("opt.as-of"))] = None,
    rules: Rules = None,
) -> None:
    from hpcp_rules.review.files import write_json
    from hpcp_rules.review.suppress import make_baseline

    reports = _reports(files, lang, as_of, rules)
    made = make_baseline(reports, date.today())
    write_json(output, made)
    print(say("words.baseline-made", lang, n=sum(len(d.findings) for d in made.documents), file=output))


@app.command("check", help=help_text("baseline.check"))
def check(
    files: Files,
    baseline: Annotated[Path, typer.Option("--baseline", metavar="FILE.json", help=help_text("opt.baseline"))],
    lang: Lang = DEFAULT_LANG,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=help_text("opt.as-of"))] = None,
    rules: Rules = None,
) -> None:
    from hpcp_rules.review.suppress import compare_with, keys, load_baseline

    known = load_baseline(baseline)
    worst = CLEAN
    for report in _reports(files, lang, as_of, rules):
        new, same, gone = compare_with(known, report)
        quotes = dict(keys(report))
        entry = known.of(Path(report.document.name).as_posix(), report.document.sha256)
        print(f"{printable(report.document.name)}: " + say("words.baseline-count", lang, new=len(new), same=len(same),
                                                          gone=len(gone)))  # fmt: skip
        for sign, found, told in (("+", new, quotes), ("-", gone, entry.findings if entry else {})):
            for key in found:
                print(f"  {sign} {key}  {printable(' '.join(told[key].split()))}")
        if not report.complete:
            print("  " + say("report.not-checked", lang))
            worst = INCOMPLETE
        elif new and worst == CLEAN:
            worst = FINDINGS
    print(say("words.signs-only", lang))
    raise typer.Exit(worst)


def _reports(files: list[Path], lang: str, as_of: str | None, rules: Path | None) -> list[RunReport]:
    from hpcp_rules.api import Checker
    from hpcp_rules.cli.check import check_one, expand, guarded

    one_of("--lang", lang, ("vi", "en"))
    checker = Checker(pack_from(rules), as_of=day("--as-of", as_of))
    with guarded(checker) as checking:
        return [check_one(checker, checking, path, lang)[0] for path in expand(files)[0]]
