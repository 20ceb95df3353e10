"""The examination as a checklist in the order of Article 11 of Decree 55/2024: every line has an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hpcp_rules.model.report import BADLY_READ, RunReport, Span
from hpcp_rules.report.messages import say
from hpcp_rules.report.text import fact_titles
from hpcp_rules.report.wrap import wrap
from hpcp_rules.rulespec.provisions import provision_label

_BASIC = ("law19:23.3", "law19:27.2")
_DISTANCE = ("law19:38.2", "law19:37.1", "nd55:22.1", "nd55:22.2")
_CONTINUOUS = ("law19:42.2",)
_FORM_ORDER = ("nd55:6.1", "nd55:6.2", "nd55:6.3", "nd55:6.4", "nd55:6.5")
_WORDING = ("law19:23.2", "nd55:6.5")
"""Answered by rules on the wording: no sign there is an answer."""
_LETTER = {"present": "x", "partial": "~", "absent": "!", "not_applicable": "-"}
_FORM_LETTER = {"ok": "x", "finding": "!", "cannot_tell": "?", "not_applicable": "-"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the checklist: its answer as a letter of `list.key`, the provision, and what is said of it."""

    mark: str
    """``x`` in order, ``!`` sign or missing, ``~`` partial, ``?`` a person must look, ``-`` does not apply."""
    text: str
    evidence: tuple[Span, ...] = ()
    """Where in the document the content was found."""
    findings: tuple[str, ...] = ()
    """Ids of the findings that the line counts."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the checklist with its number, title and rows."""

    number: int
    title: str
    rows: tuple[Row, ...]


def checklist(report: RunReport, lang: str = "vi") -> tuple[Part, ...]:
    """The parts in the order of Article 11; every part has at least one row."""
    parts = (
        ("list.basic", _basic(report, lang)),
        ("list.unfair", _unfair(report, lang)),
        ("list.distance", _required(report, lang, _DISTANCE)),
        ("list.continuous", _required(report, lang, _CONTINUOUS)),
        ("list.form", _form(report, lang)),
        ("list.other", _other(report, lang)),
    )
    return tuple(Part(n, say(key, lang), tuple(rows)) for n, (key, rows) in enumerate(parts, 1))


def render_checklist(report: RunReport, lang: str = "vi", *, width: int = 100) -> str:
    """All lines; the last says what the marks before them mean.

    Arguments:
        width: columns to wrap to.
    """
    width = max(60, min(width, 120))
    lines = [f"{say('report.file', lang)}: {report.document.name}"]
    for fact in _facts(report, lang):
        lines += wrap(fact, width, 0, 4)
    for n in report.not_checked:
        lines += wrap(f"[?] {n.part.in_language(lang)}: {n.reason.in_language(lang)}", width, 0, 4)
    for part in checklist(report, lang):
        lines.extend(["", *wrap(f"{part.number}. {part.title}", width, 0, 3)])
        lines.extend(line for row in part.rows for line in wrap(f"[{row.mark}] {row.text}", width, 2, 6))
    lines += ["", *wrap(say("list.key", lang), width, 0, 0), *wrap(report.notice.in_language(lang), width, 0, 0)]
    return "\n".join(lines) + "\n"


def _facts(report: RunReport, lang: str) -> Iterator[str]:
    """What decides which lines apply, each with how sure it is."""
    document = report.document
    yield f"{say('report.kind', lang)}: {say('kind.' + document.kind, lang)} ({document.kind_confidence:.0%})"
    told = (
        f"{f.title.in_language(lang)}: {say('yes' if f.value else 'no', lang)} ({f.confidence:.0%})"
        for f in document.facts
    )
    yield f"{say('report.facts', lang)}: {'; '.join(told)}"


def _basic(report: RunReport, lang: str) -> Iterator[Row]:
    yield Row("?", f"{provision_label('law19:23.1', lang)}: {say('list.by-hand', lang)}")
    yield from _form(report, lang, ("law19:23.2",))
    yield from _required(report, lang, _BASIC)


def _unfair(report: RunReport, lang: str) -> Iterator[Row]:
    unread = report.checked_characters == 0 or not report.complete
    for item in range(1, 16):
        provision = f"law19:25.{item}"
        here = [f for f in report.findings if f.provision == provision and f.severity != "info"]
        signs = tuple(f.id for f in here)
        unsure = sum(f.read_confidence is not None and f.read_confidence < BADLY_READ for f in here)
        also = sum(provision in f.also for f in report.findings)
        text = say("list.signs", lang, n=len(signs)) if signs else say("list.no-sign", lang)
        if unsure:
            text += f" ({say('list.badly-read', lang, n=unsure)})"
        if also:
            text += f" ({say('list.also', lang, n=also)})"
        mark = "!" if signs else "?" if unread else "x"
        yield Row(mark, f"{provision_label(provision, lang)}: {text}", findings=signs)


def _signs(report: RunReport, lang: str, provision: str) -> Row:
    signs = tuple(f.id for f in report.findings if f.provision == provision and f.severity != "info")
    return Row("!", f"{provision_label(provision, lang)}: {say('list.signs', lang, n=len(signs))}", findings=signs)


def _other(report: RunReport, lang: str) -> Iterator[Row]:
    """Signs and contents of provisions that Article 11 does not name."""
    found = {f.provision for f in report.findings if f.severity != "info"}
    for provision in sorted(p for p in found if ":25." not in p and not _within(p, _FORM_ORDER)):
        yield _signs(report, lang, provision)
    yield from _required(report, lang, None)


def _required(report: RunReport, lang: str, of: tuple[str, ...] | None) -> Iterator[Row]:
    """Contents of these provisions; with None those of none of the others."""
    named = (*_BASIC, *_DISTANCE, *_CONTINUOUS)
    wanted: Callable[[str], bool] = (lambda p: not _within(p, named)) if of is None else (lambda p: _within(p, of))
    rows = [r for r in report.requirements if wanted(r.provision)]
    left_out: set[str] = set()
    for r in rows:
        article = ".".join(r.provision.split(".")[:2])
        on = ", ".join(fact_titles(report, r.depends_on, lang))
        if r.status == "not_applicable":
            # A provision that does not apply is one line, not one for each of its points.
            if article not in left_out:
                why = f" ({say('list.not', lang)}: {on})" if on else ""
                yield Row("-", f"{provision_label(article, lang)}: {say('status.not_applicable', lang)}{why}")
            left_out.add(article)
            continue
        text = f"{provision_label(r.provision, lang)}, {r.title.in_language(lang)}: {say('status.' + r.status, lang)}"
        if r.missing and r.status == "partial":
            text += f" ({say('report.missing', lang)}: {r.missing.in_language(lang)})"
        if on:
            text += f" [{say('report.depends', lang)} {on}]"
        # Where it is uncertain whether the provision applies at all, a gap is a question.
        mark = "?" if on and r.status != "present" else _LETTER[r.status]
        yield Row(mark, text, evidence=r.evidence)
    if not rows:
        excerpt = not report.requirements
        yield Row("?", say("note.excerpt", lang)) if excerpt else Row("-", say("status.not_applicable", lang))


def _form(report: RunReport, lang: str, of: tuple[str, ...] = _FORM_ORDER) -> Iterator[Row]:
    """What the checks of form say of these provisions, and the signs on their wording."""
    rows = [f for f in report.form if _within(f.provision, of)]
    found = {f.provision for f in report.findings if f.severity != "info"}
    for provision in of:
        told = False
        for f in rows:
            if _within(f.provision, (provision,)):
                told = True
                text = f"{provision_label(f.provision, lang)}: {f.message.in_language(lang)}"
                yield Row(_FORM_LETTER[f.status], text, evidence=(f.span,) if f.span else ())
        for sign in sorted(p for p in found if _within(p, (provision,))):
            told = True
            yield _signs(report, lang, sign)
        if told:
            continue
        if provision in _WORDING:
            unread = report.checked_characters == 0 or not report.complete
            mark = "?" if unread else "x"
            yield Row(mark, f"{provision_label(provision, lang)}: {say('list.no-sign', lang)}")
        else:
            yield Row("?", f"{provision_label(provision, lang)}: {say('list.by-hand', lang)}")


def _within(provision: str, parents: tuple[str, ...]) -> bool:
    return any(provision == p or provision.startswith(p + ".") for p in parents)
