"""`hpcp`: the command line. Modules that check documents are imported by the command that needs them."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer

from hpcp_rules.cli import (
    batch,
    check,
    diff,
    evaluate,
    exchange,
    fix,
    inspect,
    law,
    procedure,
    review,
    rules,
    summary,
    waivers,
)
from hpcp_rules.cli.common import CLEAN, LANG, STOPPED, USAGE, complain, exit_code_of, help_text
from hpcp_rules.cli.words import call_error, vietnamese_help
from hpcp_rules.errors import HpcpError
from hpcp_rules.report.messages import say
from hpcp_rules.version import __version__

app = typer.Typer(
    name="hpcp", help=help_text("app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.command("check", help=help_text("check"))(check.check)
app.command("fix", help=help_text("fix"))(fix.fix)
app.command("batch", help=help_text("batch"))(batch.batch)
app.command("text", help=help_text("text"))(inspect.text)
app.command("outline", help=help_text("outline"))(inspect.outline)
app.command("candidates", help=help_text("candidates"))(inspect.candidates)
app.command("explain", help=help_text("explain"))(rules.explain)
app.add_typer(rules.app, name="rules", help=help_text("rules"))
app.add_typer(law.app, name="law", help=help_text("law"))
app.command("registration", help=help_text("registration"))(procedure.registration)
app.command("deadlines", help=help_text("deadlines"))(procedure.deadlines)
app.command("fines", help=help_text("fines"))(procedure.fines)
app.add_typer(waivers.app, name="baseline", help=help_text("baseline"))
app.command("diff", help=help_text("diff"))(diff.diff)
app.add_typer(review.app, name="decisions", help=help_text("decisions"))
app.command("summary", help=help_text("summary"))(summary.summary)
app.command("exchange", help=help_text("exchange"))(exchange.exchange)
app.command("notice", help=help_text("notice"))(review.notice)
app.command("eval", help=help_text("eval"))(evaluate.evaluate)

# The base of all errors about the call itself; Typer has carried its own copy of click since 0.20.
_CallError: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"hpcp-rules {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=help_text("opt.version"))
    ] = False,
) -> None:
    del version


def run(arguments: list[str] | None = None) -> int:
    """Run a command line and give its exit code; never a traceback for what a user can do wrong."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        command = typer.main.get_command(app)
        if LANG == "vi" and (not words or "--help" in words):
            vietnamese_help(command, words)
        result = command.main(args=words, prog_name="hpcp", standalone_mode=False)
        return result if isinstance(result, int) else CLEAN
    except _CallError as error:
        if words:
            complain(call_error(error, "hpcp"), LANG)
        else:
            print(error)  # Typer's error of a call without words is the help itself
        return USAGE
    except HpcpError as error:
        complain(error, LANG)
        return exit_code_of(error)
    except (MemoryError, RecursionError):
        # `check` meets these in its worker; the other commands, and dossiers, read files in this very process.
        from hpcp_rules.readers.build import too_complex

        refused = too_complex("hpcp")
        complain(refused, LANG)
        return exit_code_of(refused)
    except (KeyboardInterrupt, typer.Abort):
        print("\n" + say("words.stopped", LANG), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # `hpcp … | head`: the reader has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN


def main() -> None:
    """Entry point of the `hpcp` program."""
    if sys.stdout.encoding.lower() not in ("utf-8", "utf8"):
        # A Vietnamese report on a console of another code page would end in a traceback.
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    code = run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if code == STOPPED:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code)
