"""The report as text for an official at a terminal: what was not checked comes first, then the signs in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import get_args

from hpcp_rules.model.report import BADLY_READ, FactInfo, Finding, FormStatus, RunReport, Status, Suppressed
from hpcp_rules.report.messages import MESSAGES, say
from hpcp_rules.report.wrap import wrap
from hpcp_rules.rulespec.provisions import provision_label
from hpcp_rules.text.fold import printable

Quote = Callable[[str], str | None]
BOLD, DIM, RED, YELLOW, OFF = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
_LABEL = 14
_UNSURE = 0.75
"""Facts below this confidence are shown whichever way they went."""


def render(
    report: RunReport,
    lang: str = "vi",
    *,
    width: int = 100,
    color: bool = False,
    verbose: bool = False,
    law: Quote | None = None,
) -> str:
    """The whole report.

    Arguments:
        width: columns to wrap to; color: mark words with terminal colours.
        verbose: show also what was excused and why.
        law: gives the official text of a provision where the user imported it.
    """
    width = max(60, min(width, 120))

    def paint(text: str, code: str) -> str:
        return f"{code}{text}{OFF}" if color else text

    lines: list[str] = [*_facts(report, lang, width)]
    if report.errors:
        lines += ["", paint(say("report.errors", lang), BOLD + RED)]
        for error in report.errors:
            lines += wrap(f"• {error.message.in_language(lang)}", width, 2, 4)
    if report.not_checked:
        lines += ["", paint(say("report.not-checked", lang), BOLD + RED)]
        for n in report.not_checked:
            lines += wrap(f"• {n.part.in_language(lang)}: {n.reason.in_language(lang)}", width, 2, 4)
            if n.remedy:
                lines += wrap(f"{say('report.todo', lang)}: {n.remedy.in_language(lang)}", width, 4, 4)
    lines.append("")
    signs = [f for f in report.findings if f.severity != "info"]
    advice = [f for f in report.findings if f.severity == "info"]
    told: dict[str, int] = {}
    taken = {s.finding: s for s in report.suppressed}
    for number, finding in enumerate([*signs, *advice], 1):
        lines += _finding(number, finding, lang, width, paint, law, told)
        if finding.id in taken:
            lines += wrap(
                f"{say('report.not-counted', lang)}: {_why_not(taken[finding.id], lang)}", width, 4, 4 + _LABEL
            )
        lines.append("")
    lines += _required(report, lang, width, paint)
    lines += _form(report, lang, width, paint)
    if verbose and report.excused:
        lines.append(paint(say("report.excused", lang), BOLD))
        for e in report.excused:
            lines += wrap(
                f"• {e.rule} ({e.pattern}, {e.exception}), {e.span.start}-{e.span.end}: {e.reason.in_language(lang)}",
                width,
                2,
                4,
            )
        lines.append("")
    formal = sum(r.status == "finding" and r.severity != "info" for r in report.form)
    if signs or advice or formal:
        count = f"{len(signs)} {say('report.findings', lang)}" + (
            f", {len(advice)} {say('report.advice', lang)}" if advice else ""
        )
        if formal:
            count += f", {formal} {say('report.form-signs', lang)}"
        lines.append(paint(count + ".", BOLD))
    elif report.checked_characters == 0 or any(
        n.span is None and n.page is None and n.code.startswith("not-") for n in report.not_checked
    ):
        lines.append(paint(say("report.none-unread", lang), BOLD))
    else:
        lines.append(paint(say("report.none", lang), BOLD))
    if taken:
        lines += wrap(say("report.not-counted-n", lang, n=len(taken)), width, 0, 0)
    if report.withheld:
        lines += wrap(say("report.withheld", lang, n=report.withheld), width, 0, 0)
    lines += wrap(
        say(
            "report.checked",
            lang,
            checked=_number(report.checked_characters, lang),
            pack=f"{report.pack.id} {report.pack.version}",
            as_of=_day(report.as_of, lang),
        ),
        width,
        0,
        0,
    )
    lines += wrap(report.notice.in_language(lang), width, 0, 0)
    return "\n".join(lines) + "\n"


def _why_not(s: Suppressed, lang: str) -> str:
    text = f"{say('suppressed.' + s.kind, lang)}: {s.reason}"
    if s.until:
        text += f", {say('words.until', lang)} {_day(s.until, lang)}"
    return f"{text} [{s.source}]"


def _number(number: int, lang: str) -> str:
    return f"{number:,}" if lang == "en" else f"{number:,}".replace(",", ".")


def _day(day: date, lang: str) -> str:
    return day.isoformat() if lang == "en" else f"{day:%d/%m/%Y}"


def _facts(report: RunReport, lang: str, width: int) -> Iterator[str]:
    document = report.document

    def names(role: str) -> str:
        found = [n for p in document.parties if p.role == role for n in p.names]
        return ", ".join(found[:6]) or say("report.unknown", lang)

    rows = [
        ("report.file", document.name),
        ("report.kind", f"{say('kind.' + document.kind, lang)} ({document.kind_confidence:.0%})"),
        ("report.business", names("business")),
        ("report.consumer", names("consumer")),
    ]
    # What surely does not hold is left to the JSON.
    holding = [f for f in document.facts if f.value or f.confidence < _UNSURE]
    if holding:
        told = (f"{f.title.in_language(lang)} ({_likely(f):.0%})" for f in holding)
        rows.append(("report.facts", "; ".join(told)))
    pad = max(len(say(k, lang)) for k, _ in rows) + 2
    for key, value in rows:
        yield from wrap(f"{say(key, lang) + ':':<{pad}}{value}", width, 0, pad)
    for note in document.notes:
        if f"note.{note}" in MESSAGES:
            yield from wrap(f"• {say('note.' + note, lang)}", width, 0, 2)


def fact_titles(report: RunReport, names: tuple[str, ...], lang: str) -> list[str]:
    """Facts, and kinds of documents, as people call them."""
    facts = {f.id: f.title.in_language(lang) for f in report.document.facts}
    return [facts.get(name) or say(f"kind.{name}", lang) for name in names]


def _likely(fact: FactInfo) -> float:
    """How likely it is that the fact holds."""
    return fact.confidence if fact.value else 1 - fact.confidence


def _required(report: RunReport, lang: str, width: int, paint: Callable[[str, str], str]) -> Iterator[str]:
    """What is missing or not complete, line by line; the rest as a count."""
    if not report.requirements:
        return
    yield paint(say("report.required", lang), BOLD)
    for r in report.requirements:
        if r.status not in ("absent", "partial"):
            continue
        text = f"{provision_label(r.provision, lang)}: {r.title.in_language(lang)}: {say('status.' + r.status, lang)}"
        if r.missing and r.status == "partial":
            text += f" ({say('report.missing', lang)}: {r.missing.in_language(lang)})"
        if r.depends_on:
            text += f" [{say('report.depends', lang)} {', '.join(fact_titles(report, r.depends_on, lang))}]"
        for line in wrap(f"• {text}", width, 2, 4):
            yield paint(line, YELLOW) if r.status == "absent" else line
    counts = {s: sum(r.status == s for r in report.requirements) for s in get_args(Status)}
    yield from wrap(say("report.required-count", lang, **counts), width, 2, 2)
    yield ""


def _form(report: RunReport, lang: str, width: int, paint: Callable[[str, str], str]) -> Iterator[str]:
    """Findings of form and what could not be told, line by line; the rest as a count."""
    if not report.form:
        return
    yield paint(say("report.form", lang), BOLD)
    for r in sorted(report.form, key=lambda r: r.status != "finding"):
        if r.status not in ("finding", "cannot_tell"):
            continue
        text = f"{provision_label(r.provision, lang)}: {r.message.in_language(lang)}"
        if r.status == "finding":
            text += f" [{say('severity.' + r.severity, lang)}, {say('report.sure', lang)} {r.confidence:.0%}]"
        for line in wrap(f"• {text}", width, 2, 4):
            yield paint(line, YELLOW) if r.status == "finding" and r.severity != "info" else line
    counts = {s: sum(r.status == s for r in report.form) for s in get_args(FormStatus)}
    yield from wrap(say("report.form-count", lang, **counts), width, 2, 2)
    yield ""


def _finding(
    number: int,
    f: Finding,
    lang: str,
    width: int,
    paint: Callable[[str, str], str],
    law: Quote | None,
    told: dict[str, int],
) -> list[str]:
    """Lines of one finding; `told` holds the long texts said so far, which are not said twice."""

    def once(text: str) -> str:
        first = told.setdefault(text, number)
        return text if first == number else say("report.as-above", lang, number=first)

    place = " › ".join(f.outline)
    if f.file:
        place += f"{', ' if place else ''}{say('report.in-file', lang)} {f.file}"
    if f.page:
        place += f"{', ' if place else ''}{say('report.page', lang)} {f.page}"
        if f.page_label:
            place += f" ({say('report.labelled', lang, label=printable(f.page_label))})"
    title = f"{number}. {f.message.in_language(lang)}"
    lines = [paint(line, BOLD + (RED if f.severity == "high" else YELLOW)) for line in wrap(title, width, 0, 4)]
    if place:
        lines += [paint(line, DIM) for line in wrap(place, width, 4, 4)]
    rows = [
        ("report.quote", f"“{_marked(f)}”"),
        ("report.basis", provision_label(f.provision, lang)
         + (f" ({say('report.also', lang)}: {', '.join(provision_label(p, lang) for p in f.also)})" if f.also else "")),
        ("report.why", once(f.explanation.in_language(lang))),
        ("report.instead", once(f.suggestion.in_language(lang))),
        ("report.how-sure", f"{say('severity.' + f.severity, lang)}, {say('strength.' + f.strength, lang)}, "
         f"{say('report.sure', lang)} {f.confidence:.0%} [{f.rule}]"),
    ]  # fmt: skip
    if f.read_confidence is not None and f.read_confidence < BADLY_READ:
        rows.insert(1, ("report.read", say("report.badly-read", lang, share=f"{f.read_confidence:.0%}")))
    official = law(f.provision) if law else None
    if official:
        rows.insert(len(rows) - 3, ("report.law", once(f"“{official}”")))
    for key, value in rows:
        lines += wrap(f"{say(key, lang) + ':':<{_LABEL}}{value}", width, 4, 4 + _LABEL)
    return lines


def _marked(f: Finding) -> str:
    """The quote with its trigger words in angle brackets."""
    text, end = "", f.span.start
    spans = sorted(
        {(e.span.start, e.span.end) for e in f.evidence if f.span.start <= e.span.start and e.span.end <= f.span.end}
    )
    for s, e in spans:
        if s < end:
            continue
        text += (
            f.quote[end - f.span.start : s - f.span.start] + "«" + f.quote[s - f.span.start : e - f.span.start] + "»"
        )
        end = e
    return " ".join((text + f.quote[end - f.span.start :]).split())
