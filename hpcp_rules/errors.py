"""Every error a user can meet: what was wrong, where, what was expected, what to do next.

Error messages are part of the public interface and are tested. Each carries a Vietnamese and an English
text; the command line prints the one of `--lang`. No user ever sees a traceback for bad input.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    """Place of an error: a file, and where known its page or its line and column (counted from 1)."""

    file: str | None = None
    page: int | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.page is not None:
            place += f" (trang/page {self.page})"
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return place


class HpcpError(Exception):
    """Base of all errors meant for a user.

    Arguments:
        code: stable short name such as ``"empty-file"``; never reused with another meaning.
        vi, en: one clear sentence saying what was wrong and what was expected.
        where: the place, if there is one.
        remedy_vi, remedy_en: what to do next, as a sentence or a command.
    """

    def __init__(
        self, code: str, *, vi: str, en: str, where: Where | None = None, remedy_vi: str = "", remedy_en: str = ""
    ) -> None:
        super().__init__(en)
        self.code = code
        self.vi = vi
        self.en = en
        self.where = where or Where()
        self.remedy_vi = remedy_vi
        self.remedy_en = remedy_en

    def text(self, lang: str = "vi") -> str:
        """The whole message in one language: place, sentence, remedy."""
        sentence, remedy = (self.en, self.remedy_en) if lang == "en" else (self.vi, self.remedy_vi)
        place = str(self.where)
        return (f"{place}: " if place else "") + sentence + (f" {remedy}" if remedy else "")

    def __str__(self) -> str:
        return self.text("en")


class ReadError(HpcpError):
    """A document could not be read at all; nothing of it was checked."""


class RuleError(HpcpError):
    """A rule file, lexicon or pack is wrong; `where` names file, line and column."""


class LawTextError(HpcpError):
    """An official text supplied by the user is not the document it claims to be, or is incomplete."""


class UsageError(HpcpError):
    """The call itself is off: an unknown option value, date, rule or provision."""


def missing_part(module: str, extra: str) -> UsageError:
    """The error of an optional part that is not installed, with the command that installs it."""
    return UsageError(
        "missing-part",
        vi=f"Chưa cài phần «{module}», cần cho việc này.",
        en=f"The optional part “{module}” that this needs is not installed.",
        remedy_vi=f"Cài bằng: pip install 'hpcp-rules[{extra}]'",
        remedy_en=f"Install it: pip install 'hpcp-rules[{extra}]'",
    )
