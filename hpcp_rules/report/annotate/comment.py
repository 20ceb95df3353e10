"""What a comment at a marked place says: the same in PDF and Word."""

from __future__ import annotations

from collections.abc import Sequence

from hpcp_rules.report.html.view import FindingView, PageView
from hpcp_rules.report.messages import say

AUTHOR = "hpcp-rules"


def comment_lines(f: FindingView, notice: str) -> tuple[str, ...]:
    """What, which provision and since when, why, what instead, how sure, and that a person decides."""

    def word(key: str, **values: object) -> str:
        return say(key, f.lang, **values)

    basis = f"{f.provision.label} ({word('html.since', day=f.provision.since)})"
    if f.provision.summary:
        basis += f". {f.provision.summary}"
    also = "; ".join(p.label for p in f.also)
    return (
        f"{f.number}. {f.title}",
        *([f"{word('report.read')}: {f.read}"] if f.read else []),
        f"{word('report.basis')}: {basis}" + (f" {word('html.also')}: {also}." if also else ""),
        f"{word('report.why')}: {f.why}",
        f"{f.instead_label}: {f.instead}",
        f"{word('report.how-sure')}: {f.severity_label}, {f.strength_label}, {word('report.sure')} {f.sure} [{f.rule}]",
        notice,
    )


def cover_lines(view: PageView, unplaced: Sequence[FindingView]) -> tuple[str, ...]:
    """What the note at the head of the document says: how much was found, what was not checked or not placed."""
    lines = [view.verdict, view.notice]
    lines += [f"{say('html.not-checked', view.lang)}: {n.part}: {n.reason}" for n in view.unread]
    lines += [f"{say('html.error', view.lang)}: {e}" for e in view.errors]
    lines += [f"{say('annotate.unplaced', view.lang)}: {f.number}. {f.title}: {quote_text(f)}" for f in unplaced]
    lines += [f"{name}: {value}" for name, value in view.provenance[:3]]
    return tuple(lines)


def quote_text(f: FindingView) -> str:
    """The quote as one line."""
    return " ".join("".join(text for text, _ in f.quote).split())
