"""What a page shows, in the language of the reader: findings with their provisions, figures, places, all as text.

The templates only lay this out, and so do pages of other programs that reuse them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from types import MappingProxyType
from typing import Literal, get_args

from hpcp_rules.model.report import BADLY_READ, SEVERITIES, FactInfo, Finding, RunReport, Severity, Span, Status
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.report.checklist import Part, checklist
from hpcp_rules.report.html.marks import Paragraph, Range, paragraphs
from hpcp_rules.report.messages import MESSAGES, say
from hpcp_rules.rulespec.provisions import DOCUMENTS, ProvisionSpec, provision_label, split_provision
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.text.fold import printable

State = Literal["open", "accepted", "rejected", "waived"]
"""What a person has decided on a finding; ``open`` until then."""
STATES: tuple[State, ...] = get_args(State)
_UNSURE = 0.75
"""Facts below this confidence are shown whichever way they went."""


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """A provision as a reader needs it: how it is cited, since when, what it asks for."""

    id: str
    label: str
    since: str
    until: str
    """Empty while it is in force."""
    summary: str
    """Our own words; empty where there is none."""
    official: str
    """The official text, where the user imported it."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding in the words of the reader."""

    number: int
    key: str
    """Its number, or that with a letter where a page shows several documents; used in links."""
    id: str
    rule: str
    severity: Severity
    severity_label: str
    strength_label: str
    sure: str
    read: str
    """Said where the words were recognised in a picture and may be wrong; else empty."""
    state: State
    state_label: str
    title: str
    place: str
    quote: tuple[tuple[str, bool], ...]
    """The quote in parts, each with whether it is among the words that made the rule fire."""
    provision: ProvisionView
    also: tuple[ProvisionView, ...]
    why: str
    instead: str
    """Wording for the place of the quote, or what else to do about it."""
    instead_label: str
    lang: str


@dataclass(frozen=True, slots=True)
class ExcusedView:
    """What matched a rule and was excused, and why."""

    rule: str
    quote: str
    reason: str
    key: str


@dataclass(frozen=True, slots=True)
class UnreadView:
    """A part that was not checked."""

    part: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Count:
    """A line of the summary figure."""

    label: str
    by_severity: tuple[int, ...]
    """As the levels of the page."""
    total: int


@dataclass(frozen=True, slots=True)
class PageView:
    """Everything a page on one document shows."""

    lang: str
    name: str
    notice: str
    complete: bool
    verdict: str
    """One sentence: how much was found."""
    unread: tuple[UnreadView, ...]
    errors: tuple[str, ...]
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    findings: tuple[FindingView, ...]
    excused: tuple[ExcusedView, ...]
    counts: tuple[Count, ...]
    levels: tuple[tuple[Severity, str], ...]
    """The severities that occur, from the gravest, with their names."""
    states: tuple[tuple[State, str], ...]
    """Those that occur."""
    provisions: tuple[ProvisionView, ...]
    """All that the findings cite, in order."""
    checklist: tuple[Part, ...]
    required: str
    form: str
    paragraphs: tuple[Paragraph, ...]
    by_key: Mapping[str, FindingView]
    by_id: Mapping[str, FindingView]
    provenance: tuple[tuple[str, str], ...]
    """Program, rule pack, law versions, day: what makes the report reproducible."""
    withheld: str


def numbered(report: RunReport) -> tuple[tuple[int, Finding], ...]:
    """The findings with the numbers that every report of them uses: signs first, then advice, each in order."""
    signs = [f for f in report.findings if f.severity != "info"]
    advice = [f for f in report.findings if f.severity == "info"]
    return tuple(enumerate([*signs, *advice], 1))


def page_view(
    report: RunReport,
    source: SourceDocument | None,
    *,
    document: ContractDocument | None = None,
    provisions: Mapping[str, ProvisionSpec] = MappingProxyType({}),
    states: Mapping[str, State] = MappingProxyType({}),
    law: Callable[[str], str | None] | None = None,
    lang: str = "vi",
) -> PageView:
    """The view of one report.

    Arguments:
        source: the document that was checked; None when it could not be read.
        document: its outline, for the titles of articles.
        provisions: our summaries by id, as `rulespec.provisions.load_provisions` gives them.
        states: what people decided, by id of the finding.
        law: gives the official text of a provision where the user imported it.
    """
    known: dict[str, ProvisionView] = {}

    def provision(name: str) -> ProvisionView:
        if name not in known:
            known[name] = _provision(name, provisions, law, lang)
        return known[name]

    waived = report.not_counted
    findings = tuple(
        _finding(n, f, provision, states.get(f.id, "waived" if f.id in waived else "open"), lang)
        for n, f in numbered(report)
    )
    signs = sum(f.severity != "info" for f in findings)
    levels = tuple(s for s in reversed(SEVERITIES) if any(f.severity == s for f in findings))
    parts = checklist(report, lang)
    excused = tuple(
        ExcusedView(
            e.rule,
            printable(source.text[e.span.start : e.span.end]) if source else "",
            e.reason.in_language(lang),
            f"x{n}",
        )
        for n, e in enumerate(report.excused, 1)
    )
    body: tuple[Paragraph, ...] = ()
    if source is not None:
        found = {s.start for p in parts for r in p.rows for s in r.evidence[:1]}
        body = paragraphs(
            source,
            [Range(f.span.start, f.span.end, str(n)) for n, f in numbered(report)],
            document=document,
            evidence=[(e.span.start, e.span.end) for f in report.findings for e in f.evidence],
            anchors=[
                *(Range(start, start, f"e{start}") for start in sorted(found)),
                *(Range(e.span.start, e.span.end, f"x{n}") for n, e in enumerate(report.excused, 1)),
            ],
        )
    return PageView(
        lang=lang,
        name=printable(PurePath(report.document.name).name or report.document.name),
        notice=report.notice.in_language(lang),
        complete=report.complete,
        verdict=_verdict(report, signs, len(findings) - signs, lang),
        unread=tuple(
            UnreadView(
                printable(n.part.in_language(lang)),
                n.reason.in_language(lang),
                n.remedy.in_language(lang) if n.remedy else "",
            )
            for n in report.not_checked
        ),
        errors=tuple(printable(e.message.in_language(lang)) for e in report.errors),
        notes=tuple(say(f"note.{n}", lang) for n in report.document.notes if f"note.{n}" in MESSAGES),
        facts=_facts(report, lang),
        findings=findings,
        excused=excused,
        counts=_counts(findings, levels),
        levels=tuple((s, say(f"severity.{s}", lang)) for s in levels),
        states=tuple((s, say(f"state.{s}", lang)) for s in STATES if any(f.state == s for f in findings)),
        provisions=_in_order(known),
        checklist=parts,
        required=_required(report, lang),
        form=_form(report, lang),
        paragraphs=body,
        by_key={f.key: f for f in findings},
        by_id={f.id: f for f in findings},
        provenance=_provenance(report, known, lang),
        withheld=say("report.withheld", lang, n=report.withheld) if report.withheld else "",
    )


def place_key(span: Span) -> str:
    """Name of the anchor at the start of a span."""
    return f"e{span.start}"


def shown_day(day: date, lang: str) -> str:
    """A date as readers of the language write it."""
    return day.isoformat() if lang == "en" else f"{day:%d/%m/%Y}"


def shown_number(number: int, lang: str) -> str:
    """A number with its thousands set apart as readers of the language do."""
    return f"{number:,}" if lang == "en" else f"{number:,}".replace(",", ".")


def _provision(
    name: str, summaries: Mapping[str, ProvisionSpec], law: Callable[[str], str | None] | None, lang: str
) -> ProvisionView:
    document = DOCUMENTS[split_provision(name)[0]]
    spec = summaries.get(name)
    until = spec.in_force_to if spec else None
    return ProvisionView(
        id=name,
        label=provision_label(name, lang),
        since=shown_day(document.in_force_from, lang),
        until=shown_day(until, lang) if until else "",
        summary=spec.summary.in_language(lang) if spec else "",
        official=(law(name) if law else None) or "",
    )


def _in_order(known: Mapping[str, ProvisionView]) -> tuple[ProvisionView, ...]:
    def order(view: ProvisionView) -> tuple[object, ...]:
        document, article, clause, point = split_provision(view.id)
        number = "".join(c for c in article if c.isdigit())
        return list(DOCUMENTS).index(document), int(number), article, int(clause or 0), point or ""

    return tuple(sorted(known.values(), key=order))


def _finding(
    number: int, f: Finding, provision: Callable[[str], ProvisionView], state: State, lang: str
) -> FindingView:
    place = " › ".join(f.outline)
    if f.page:
        place += f"{', ' if place else ''}{say('report.page', lang)} {f.page}"
    return FindingView(
        number=number,
        key=str(number),
        id=f.id,
        rule=f.rule,
        severity=f.severity,
        severity_label=say(f"severity.{f.severity}", lang),
        strength_label=say(f"strength.{f.strength}", lang),
        sure=f"{f.confidence:.0%}",
        read=_badly_read(f, lang),
        state=state,
        state_label=say(f"state.{state}", lang),
        title=f.message.in_language(lang),
        place=printable(place) or say("html.whole", lang),
        quote=quote_parts(f),
        provision=provision(f.provision),
        also=tuple(provision(p) for p in f.also),
        why=f.explanation.in_language(lang),
        instead=printable((f.replacement or f.suggestion).in_language(lang)),
        instead_label=say(f"remedy.{f.remedy}", lang),
        lang=lang,
    )


def _badly_read(f: Finding, lang: str) -> str:
    if f.read_confidence is None or f.read_confidence >= BADLY_READ:
        return ""
    return say("report.badly-read", lang, share=f"{f.read_confidence:.0%}")


def quote_parts(f: Finding) -> tuple[tuple[str, bool], ...]:
    """The quote cut into what made the rule fire (True) and the rest (False)."""
    out: list[tuple[str, bool]] = []
    at = f.span.start
    for start, end in sorted({(e.span.start, e.span.end) for e in f.evidence}):
        start, end = max(start, at), min(end, f.span.end)
        if start >= end:
            continue
        out += [(f.quote[at - f.span.start : start - f.span.start], False)] if start > at else []
        out.append((f.quote[start - f.span.start : end - f.span.start], True))
        at = end
    if at < f.span.end:
        out.append((f.quote[at - f.span.start :], False))
    return tuple((printable(text), hit) for text, hit in out)


def _verdict(report: RunReport, signs: int, advice: int, lang: str) -> str:
    formal = sum(r.status == "finding" and r.severity != "info" for r in report.form)
    if signs or advice or formal:
        parts = [f"{signs} {say('report.findings', lang)}"]
        parts += [f"{advice} {say('report.advice', lang)}"] if advice else []
        parts += [f"{formal} {say('report.form-signs', lang)}"] if formal else []
        return ", ".join(parts) + "."
    unread = report.checked_characters == 0 or any(
        n.span is None and n.page is None and n.code.startswith("not-") for n in report.not_checked
    )
    return say("report.none-unread" if unread else "report.none", lang)


def _facts(report: RunReport, lang: str) -> tuple[tuple[str, str], ...]:
    document = report.document

    def names(role: str) -> str:
        found = [n for p in document.parties if p.role == role for n in p.names]
        return printable(", ".join(found[:6])) or say("report.unknown", lang)

    rows = [
        (say("report.kind", lang), f"{say('kind.' + document.kind, lang)} ({document.kind_confidence:.0%})"),
        (say("report.business", lang), names("business")),
        (say("report.consumer", lang), names("consumer")),
    ]
    if any(p.role == "third" for p in document.parties):
        rows.append((say("report.third", lang), names("third")))
    holding = [f for f in document.facts if f.value or f.confidence < _UNSURE]
    if holding:
        told = "; ".join(f"{f.title.in_language(lang)} ({_likely(f):.0%})" for f in holding)
        rows.append((say("report.facts", lang), told))
    if document.pages:
        rows.append((say("html.pages", lang), str(document.pages)))
    return tuple(rows)


def _likely(fact: FactInfo) -> float:
    return fact.confidence if fact.value else 1 - fact.confidence


def _counts(findings: Sequence[FindingView], levels: Sequence[Severity]) -> tuple[Count, ...]:
    labels = {f.provision.id: f.provision for f in findings}
    order = [v.id for v in _in_order(labels)]
    out = []
    for name in order:
        mine = [f.severity for f in findings if f.provision.id == name]
        out.append(Count(labels[name].label, tuple(mine.count(s) for s in levels), len(mine)))
    return tuple(out)


def _required(report: RunReport, lang: str) -> str:
    if not report.requirements:
        return ""
    counts = {s: sum(r.status == s for r in report.requirements) for s in get_args(Status)}
    return say("report.required-count", lang, **counts)


def _form(report: RunReport, lang: str) -> str:
    if not report.form:
        return ""
    statuses = ("ok", "finding", "not_applicable", "cannot_tell")
    return say("report.form-count", lang, **{s: sum(r.status == s for r in report.form) for s in statuses})


def _provenance(report: RunReport, known: Mapping[str, ProvisionView], lang: str) -> tuple[tuple[str, str], ...]:
    laws = [DOCUMENTS[d] for d in dict.fromkeys(("law19", "nd55", *(split_provision(p)[0] for p in known)))]
    rows = [
        (say("html.tool", lang), report.tool),
        (
            say("html.pack", lang),
            f"{report.pack.id} {report.pack.version} ({report.pack.rules}; SHA-256 {report.pack.sha256[:16]}…)",
        ),
        (say("html.as-of", lang), shown_day(report.as_of, lang)),
        (
            say("html.laws", lang),
            "; ".join(f"{d.vi if lang == 'vi' else d.en} ({shown_day(d.in_force_from, lang)})" for d in laws),
        ),
        (say("html.read", lang), shown_number(report.checked_characters, lang)),
    ]
    if report.document.sha256:
        rows.append((say("html.file-hash", lang), report.document.sha256))
    return tuple(rows)
