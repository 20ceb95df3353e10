"""`hpcp exchange`: results and decisions for the national consumer-protection database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.cli.common import Lang, help_text, one_of
from hpcp_rules.report.messages import say


def exchange(
    results: Annotated[list[Path], typer.Argument(metavar="DIR|RESULTS…", help=help_text("opt.results-dir"))],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.json", help=help_text("opt.output"))],
    decisions: Annotated[
        Path | None, typer.Option("--decisions", metavar="DIR", help=help_text("opt.decisions-dir"))
    ] = None,
    personal: Annotated[bool, typer.Option("--personal", help=help_text("opt.personal"))] = False,
    texts: Annotated[bool, typer.Option("--texts", help=help_text("opt.texts"))] = False,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from hpcp_rules.review.exchange import exchange as compose
    from hpcp_rules.review.files import write_json
    from hpcp_rules.review.summary import load_decisions_folder, load_folder

    one_of("--lang", lang, ("vi", "en"))
    reports = [report for path in results for report in load_folder(path)]
    decided = load_decisions_folder(decisions) if decisions else {}
    made = compose(reports, decided, today=date.today(), personal=personal, texts=texts)
    write_json(output, made)
    key = "words.exchange-personal" if personal or texts else "words.exchange-plain"
    print(say("words.exchange-made", lang, n=len(made.dossiers), file=output), say(key, lang))
    print(say("words.signs-only", lang))
