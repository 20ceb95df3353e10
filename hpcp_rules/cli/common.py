"""What all commands share: language, options, how errors and exit codes reach the user."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from hpcp_rules.errors import HpcpError, UsageError
from hpcp_rules.report.messages import say
from hpcp_rules.text.fold import printable

if TYPE_CHECKING:
    from hpcp_rules.readers.limits import Limits
    from hpcp_rules.readers.options import Ocr as OcrMode
    from hpcp_rules.readers.options import Options
    from hpcp_rules.readers.options import Tracked as TrackedMode
    from hpcp_rules.rulespec.model import Pack

CLEAN, FINDINGS, INCOMPLETE, USAGE, STOPPED = 0, 1, 2, 3, 130


def chosen_language(arguments: list[str]) -> str:
    """`--lang` wherever it stands on the line, else HPCP_LANG, else Vietnamese: help texts need it before parsing."""
    for n, argument in enumerate(arguments):
        if argument == "--lang" and n + 1 < len(arguments):
            return arguments[n + 1]
        if argument.startswith("--lang="):
            return argument.split("=", 1)[1]
    return os.environ.get("HPCP_LANG", "vi")


LANG = "en" if chosen_language(sys.argv[1:]) == "en" else "vi"


def help_text(key: str) -> str:
    """Help in the language of the call."""
    return say(key, LANG)


Lang = Annotated[str, typer.Option("--lang", metavar="vi|en", help=help_text("opt.lang"))]
Rules = Annotated[Path | None, typer.Option("--rules", metavar="DIR", help=help_text("opt.rules"))]
Limit = Annotated[list[str] | None, typer.Option("--limit", metavar="NAME=NUMBER", help=help_text("opt.limit"))]
Ocr = Annotated[str, typer.Option("--ocr", metavar="auto|never|always", help=help_text("opt.ocr"))]
Tracked = Annotated[str, typer.Option("--tracked", metavar="accepted|original", help=help_text("opt.tracked"))]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=help_text("opt.quiet"))]


def one_of(option: str, value: str, allowed: tuple[str, ...]) -> str:
    """`value` if it is allowed.

    Errors: `UsageError` naming the allowed ones.
    """
    if value in allowed:
        return value
    raise UsageError(
        "bad-option",
        vi=f"{option} không nhận «{value}».", en=f"{option} does not take “{value}”.",
        remedy_vi=f"Chọn: {', '.join(allowed)}.", remedy_en=f"Choose: {', '.join(allowed)}.",
    )  # fmt: skip


def reading(ocr: str = "auto", tracked: str = "accepted") -> Options:
    """How files are to be read.

    Errors: `UsageError`.
    """
    from hpcp_rules.readers.options import OCR, TRACKED, Options

    return Options(
        ocr=cast("OcrMode", one_of("--ocr", ocr, OCR)),
        tracked=cast("TrackedMode", one_of("--tracked", tracked, TRACKED)),
    )


def day(option: str, value: str | None) -> date | None:
    """A date as people type it: 2026-01-31 or 31/01/2026.

    Errors: `UsageError`.
    """
    if value is None:
        return None
    try:
        if "/" in value:
            d, m, y = (int(part) for part in value.split("/"))
            return date(y, m, d)
        return date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(
            "bad-date",
            vi=f"{option}: «{value}» không phải ngày.",
            en=f"{option}: “{value}” is no date.",
            remedy_vi="Viết NĂM-THÁNG-NGÀY, ví dụ 2026-01-31.",
            remedy_en="Write YEAR-MONTH-DAY, for example 2026-01-31.",
        ) from error


def pack_from(folder: Path | None) -> Pack:
    """The pack of `--rules`, or the shipped one."""
    from hpcp_rules.rulespec.pack import load_pack

    return load_pack(folder)


def limits_from(settings: list[str] | None) -> Limits:
    """The limits of the environment, changed by the `--limit` of the call.

    Errors: `UsageError`.
    """
    from hpcp_rules.readers.limits import from_environment, with_settings

    return with_settings(from_environment(), ",".join(settings or ()))


def complain(error: HpcpError, lang: str) -> None:
    """One clear sentence on the error stream."""
    print(("Error: " if lang == "en" else "Lỗi: ") + printable(error.text(lang)), file=sys.stderr)


def exit_code_of(error: HpcpError) -> int:
    """A wrong call is 3; what could not be read, loaded or checked is 2."""
    return USAGE if isinstance(error, UsageError) else INCOMPLETE


def colors_wanted(stream: object) -> bool:
    """Colours only on a terminal, and never against NO_COLOR."""
    return not os.environ.get("NO_COLOR") and bool(getattr(stream, "isatty", lambda: False)())


def width() -> int:
    """Columns of the terminal; 100 when there is none."""
    import shutil

    return shutil.get_terminal_size((100, 40)).columns
