"""What Typer says of its own accord (help headings, errors of the call) in the language of the call."""

from __future__ import annotations

import re
from typing import Any

from hpcp_rules.errors import UsageError
from hpcp_rules.report.messages import say

_PANELS = {
    "OPTIONS_PANEL_TITLE": "Tùy chọn",
    "ARGUMENTS_PANEL_TITLE": "Tham số",
    "COMMANDS_PANEL_TITLE": "Lệnh",
    "DEFAULT_STRING": "[mặc định: {}]",
    "REQUIRED_LONG_STRING": "[bắt buộc]",
}
# What Typer says, what is said instead; the blanks are the quoted names.
_SAID = (
    (r"No such option: (?P<a>\S+)", "call.no-option"),
    (r"No such command '(?P<a>.*)'\.", "call.no-command"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<a>.*)\)", "call.too-many"),
    (r"Option '(?P<a>.*)' requires .*", "call.no-value"),
    (r"Option '(?P<a>.*)' does not take a value\.", "call.takes-no-value"),
    (r"Missing (?:argument|parameter|option)", "call.missing"),
)


def vietnamese_help(command: Any, words: list[str]) -> None:
    """Make the help that the call `words` asks for Vietnamese."""
    from typer import rich_utils

    for name, text in _PANELS.items():
        if hasattr(rich_utils, name):
            setattr(rich_utils, name, text)
    for word in words:
        command = getattr(command, "commands", {}).get(word, command)
    option = command.get_help_option(command.context_class(command))
    if option is not None:
        option.help = say("opt.help", "vi")


def call_error(error: Any, program: str) -> UsageError:
    """The error of the call that Typer raised, in both languages, with the command that shows how to call."""
    context = getattr(error, "ctx", None)
    help_command = f"{context.command_path if context else program} --help"
    english = error.format_message().split("\n")[0]
    vietnamese = english
    for pattern, key in _SAID:
        found = re.match(pattern, error.message or english)
        if found:
            parameter = getattr(error, "param", None)
            name = found.groupdict().get("a") or (parameter and (parameter.metavar or parameter.name)) or ""
            vietnamese, english = (say(key, lang, name=name) for lang in ("vi", "en"))
            break
    near = ", ".join(getattr(error, "possibilities", None) or ())
    return UsageError(
        "bad-call",
        vi=vietnamese,
        en=english,
        remedy_vi=(f"Có phải: {near}? " if near else "") + f"Xem cách gọi: {help_command}",
        remedy_en=(f"Did you mean: {near}? " if near else "") + f"See how to call it: {help_command}",
    )
