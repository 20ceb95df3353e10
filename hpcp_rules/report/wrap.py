"""Lines of a report, wrapped for a terminal."""

from __future__ import annotations

import textwrap

from hpcp_rules.text.fold import printable


def wrap(text: str, width: int, first: int, rest: int) -> list[str]:
    """Lines of at most `width` columns, the first indented by `first` blanks, the others by `rest`."""
    return textwrap.wrap(
        printable(text),
        width,
        initial_indent=" " * first,
        subsequent_indent=" " * rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
