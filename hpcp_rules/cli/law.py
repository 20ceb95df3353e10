"""`hpcp law import`: official texts that the user supplies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.cli.common import Lang, help_text
from hpcp_rules.report.messages import say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _law() -> None:
    # Keeps `import` a subcommand: with one command and no callback Typer would drop its name.
    return


@app.command("import", help=help_text("law.import"))
def import_text(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("opt.file"))], lang: Lang = DEFAULT_LANG
) -> None:
    from hpcp_rules.lawtext import import_law
    from hpcp_rules.rulespec.provisions import DOCUMENTS

    for law, path in import_law(file):
        document = DOCUMENTS[law.document]
        print(
            say(
                "words.imported",
                lang,
                label=document.en if lang == "en" else document.vi,
                n=len(law.provisions),
                path=path,
            )
        )
