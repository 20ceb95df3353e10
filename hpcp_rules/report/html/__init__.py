"""The report as one HTML file: self-contained, printable, readable without a script.

`page_view` and `render_page` make the file; `environment`, `words` and the macros of templates/parts.html.j2 are what
other programs need to show the same cards, checklist and marked contract in pages of their own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup

from hpcp_rules.model.report import SEVERITIES
from hpcp_rules.report.html.view import PageView, State, page_view, place_key
from hpcp_rules.report.messages import say

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["PageView", "State", "asset", "environment", "page_view", "render_index", "render_page", "words"]

_ROW = {"x": ("ok", "✓"), "!": ("missing", "✗"), "~": ("partial", "◐"), "?": ("open", "?"), "-": ("none", "–")}


@cache
def asset(name: str) -> str:
    """A file of the templates folder: ``report.css`` or ``report.js``."""
    return (resources.files(__name__) / "templates" / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates with everything they call; every value is escaped unless it is `Markup`."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("hpcp_rules.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["row_name"] = lambda mark: _ROW[mark][0]
    env.filters["row_sign"] = lambda mark: _ROW[mark][1]
    env.filters["place_key"] = place_key
    env.globals["cited"] = lambda view: {f.provision.id for f in view.findings}
    return env


def words(lang: str) -> Callable[..., str]:
    """`say` of the templates: a message by its key, in one language."""

    def word(key: str, **values: object) -> str:
        return say(key, lang, **values)

    return word


def _policy(*inline: tuple[str, str]) -> str:
    """A content security policy that allows these inline parts and nothing else, from nowhere."""
    allowed = [
        f"{kind} 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for kind, text in inline
    ]
    return "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])


def _page_foot(notice: str) -> str:
    """Style that prints the notice and the page number at the foot of every page."""
    text = notice.replace("\\", "").replace('"', "'").replace("<", "")
    look = "font: 8.5pt sans-serif; color: #000; border-top: 1px solid #777; vertical-align: top; padding-top: 1.5mm"
    return (
        f'@page {{ @bottom-left {{ content: "{text}"; width: 85%; {look} }}\n'
        f'@bottom-right {{ content: counter(page) " / " counter(pages); width: 15%; {look} }} }}\n'
    )


def render_page(view: PageView, *, home: str = "") -> str:
    """The report on one document as a page.

    The contract is hostile input: it is escaped, and the page's own policy forbids everything from outside.

    Arguments:
        home: address of the index, where there are several documents.
    """
    css, script = asset("report.css") + _page_foot(view.notice), asset("report.js")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            view=view,
            say=words(view.lang),
            css=Markup(css),
            script=Markup(script),
            policy=_policy(("style-src", css), ("script-src", script)),
            home=home,
        )
    )


def render_index(rows: Sequence[tuple[str, PageView]], lang: str = "vi") -> str:
    """The page that leads to the reports of several documents.

    Arguments:
        rows: address of each report, relative to the index, and what it shows.
    """
    notice = rows[0][1].notice if rows else ""
    css = asset("report.css") + _page_foot(notice)
    order = list(reversed(SEVERITIES))
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            lang=lang,
            say=words(lang),
            css=Markup(css),
            policy=_policy(("style-src", css)),
            notice=notice,
            severities=[(s, say(f"severity.{s}", lang)) for s in order],
            rows=[
                {
                    "address": address,
                    "view": view,
                    "by_severity": [sum(f.severity == s for f in view.findings) for s in order],
                }
                for address, view in rows
            ],
        )
    )
