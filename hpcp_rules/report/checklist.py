"""The examination as a checklist in the order of Article 11 of Decree 55/2024: every line has an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hpcp_rules.model.report import BADLY_READ, RunReport
from hpcp_rules.report.messages import say
from hpcp_rules.report.wrap import wrap
from hpcp_rules.rulespec.provisions import provision_label

_BASIC = ("law19:23.3", "law19:27.2")
_DISTANCE = ("law19:38.2", "law19:37.1")
_CONTINUOUS = ("law19:42.2",)
_FORM_ORDER = ("law19:23.2", "nd55:6.1", "nd55:6.2", "nd55:6.3", "nd55:6.4", "nd55:6.5")
_LETTER = {"present": "x", "partial": "~", "absent": "!", "not_applicable": "-"}
_FORM_LETTER = {"ok": "x", "finding": "!", "cannot_tell": "?", "not_applicable": "-"}


def render_checklist(report: RunReport, lang: str = "vi", *, width: int = 100) -> str:
    """All lines; the last says what the marks before them mean.

    Arguments:
        width: columns to wrap to.
    """
    width = max(60, min(width, 120))
    lines = [f"{say('report.file', lang)}: {report.document.name}"]
    for n in report.not_checked:
        lines += wrap(f"[?] {n.part.in_language(lang)}: {n.reason.in_language(lang)}", width, 0, 4)

    def part(number: str, key: str, rows: Iterator[str]) -> None:
        lines.extend(["", *wrap(f"{number}. {say(key, lang)}", width, 0, 3)])
        found = list(rows)
        lines.extend(line for row in found for line in wrap(row, width, 2, 6))

    part("1", "list.basic", _basic(report, lang))
    part("2", "list.unfair", _unfair(report, lang))
    part("3", "list.distance", _required(report, lang, _DISTANCE))
    part("4", "list.continuous", _required(report, lang, _CONTINUOUS))
    part("5", "list.form", _form(report, lang))
    part("6", "list.other", _required(report, lang, None))
    lines += ["", *wrap(say("list.key", lang), width, 0, 0), *wrap(report.notice.in_language(lang), width, 0, 0)]
    return "\n".join(lines) + "\n"


def _basic(report: RunReport, lang: str) -> Iterator[str]:
    yield f"[?] {provision_label('law19:23.1', lang)}: {say('list.by-hand', lang)}"
    yield from _required(report, lang, _BASIC)


def _unfair(report: RunReport, lang: str) -> Iterator[str]:
    unread = report.checked_characters == 0 or not report.complete
    for item in range(1, 16):
        provision = f"law19:25.{item}"
        here = [f for f in report.findings if f.provision == provision and f.severity != "info"]
        count = len(here)
        unsure = sum(f.read_confidence is not None and f.read_confidence < BADLY_READ for f in here)
        also = sum(provision in f.also for f in report.findings)
        text = say("list.signs", lang, n=count) if count else say("list.no-sign", lang)
        if unsure:
            text += f" ({say('list.badly-read', lang, n=unsure)})"
        if also:
            text += f" ({say('list.also', lang, n=also)})"
        yield f"[{'!' if count else '?' if unread else 'x'}] {provision_label(provision, lang)}: {text}"
    others = sorted({f.provision for f in report.findings if f.severity != "info" and ":25." not in f.provision})
    for provision in others:
        count = sum(f.provision == provision for f in report.findings)
        yield f"[!] {provision_label(provision, lang)}: {say('list.signs', lang, n=count)}"


def _required(report: RunReport, lang: str, of: tuple[str, ...] | None) -> Iterator[str]:
    """Contents of these provisions; with None those of none of the others."""
    named = (*_BASIC, *_DISTANCE, *_CONTINUOUS)
    wanted: Callable[[str], bool] = (lambda p: not _within(p, named)) if of is None else (lambda p: _within(p, of))
    rows = [r for r in report.requirements if wanted(r.provision)]
    left_out: set[str] = set()
    for r in rows:
        article = ".".join(r.provision.split(".")[:2])
        if r.status == "not_applicable":
            # A provision that does not apply is one line, not one for each of its points.
            if article not in left_out:
                yield f"[-] {provision_label(article, lang)}: {say('status.not_applicable', lang)}"
            left_out.add(article)
            continue
        text = f"{provision_label(r.provision, lang)}, {r.title.in_language(lang)}: {say('status.' + r.status, lang)}"
        if r.missing and r.status == "partial":
            text += f" ({say('report.missing', lang)}: {r.missing.in_language(lang)})"
        yield f"[{_LETTER[r.status]}] {text}"
    if not rows:
        yield (
            f"[?] {say('note.excerpt', lang)}"
            if not report.requirements
            else f"[-] {say('status.not_applicable', lang)}"
        )


def _form(report: RunReport, lang: str) -> Iterator[str]:
    rows = sorted(report.form, key=lambda f: _FORM_ORDER.index(f.provision) if f.provision in _FORM_ORDER else 99)
    for f in rows:
        yield f"[{_FORM_LETTER[f.status]}] {provision_label(f.provision, lang)}: {f.message.in_language(lang)}"
    if not rows:
        yield f"[?] {say('list.by-hand', lang)}"


def _within(provision: str, parents: tuple[str, ...]) -> bool:
    return any(provision == p or provision.startswith(p + ".") for p in parents)
