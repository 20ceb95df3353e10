"""`hpcp deadlines`, `hpcp fines` and `hpcp registration`: the procedure around examining standard terms."""

from __future__ import annotations

import json
import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hpcp_rules.cli.common import CLEAN, INCOMPLETE, Lang, Rules, day, help_text, one_of, width
from hpcp_rules.cli.common import LANG as DEFAULT_LANG
from hpcp_rules.report.messages import say
from hpcp_rules.text.fold import printable

if TYPE_CHECKING:
    from hpcp_rules.model.report import Bilingual
    from hpcp_rules.procedure import ApplicableLaw, Basis, Competence, Deadline, Deadlines, Fines, Range, Registration

_LABEL = 16
Format = Annotated[str, typer.Option("--format", metavar="text|json", help=help_text("opt.format"))]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=help_text("opt.on-day"))]


def _date(option: str, key: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(option, metavar="DATE", help=help_text(key))
    return found


def deadlines(
    received: Annotated[str | None, _date("--received", "opt.received")] = None,
    complete: Annotated[str | None, _date("--complete", "opt.complete")] = None,
    requested: Annotated[str | None, _date("--requested", "opt.requested")] = None,
    amended: Annotated[str | None, _date("--amended", "opt.amended")] = None,
    consulted: Annotated[str | None, _date("--consulted", "opt.consulted")] = None,
    format: Format = "text",
    lang: Lang = DEFAULT_LANG,
    rules: Rules = None,
) -> None:
    from hpcp_rules.procedure import deadlines as count
    from hpcp_rules.procedure import load_parameters

    _checked(format, lang)
    found = count(
        received=day("--received", received),
        complete=day("--complete", complete),
        requested=day("--requested", requested),
        amended=day("--amended", amended),
        consulted=day("--consulted", consulted),
        parameters=load_parameters(rules),
    )
    print(found.model_dump_json(indent=1) if format == "json" else _deadlines(found, lang))


def fines(
    provision: Annotated[str, typer.Argument(metavar="PROVISION", help=help_text("opt.provision"))],
    as_of: AsOf = None,
    format: Format = "text",
    lang: Lang = DEFAULT_LANG,
    rules: Rules = None,
) -> None:
    from hpcp_rules.procedure import fines as ranges
    from hpcp_rules.procedure import load_parameters
    from hpcp_rules.rulespec.provisions import parse_provision

    _checked(format, lang)
    found = ranges(parse_provision(provision), day("--as-of", as_of) or date.today(), parameters=load_parameters(rules))
    print(found.model_dump_json(indent=1) if format == "json" else _fines(found, lang))


def registration(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("opt.file"))],
    as_of: AsOf = None,
    provinces: Annotated[int | None, typer.Option("--provinces", metavar="N", help=help_text("opt.provinces"))] = None,
    concluded: Annotated[str | None, _date("--concluded", "opt.concluded")] = None,
    changed: Annotated[str | None, _date("--changed", "opt.changed")] = None,
    format: Format = "text",
    lang: Lang = DEFAULT_LANG,
    rules: Rules = None,
) -> None:
    from hpcp_rules.procedure import applicable_law, competence, load_parameters
    from hpcp_rules.procedure import registration as held_against_the_list
    from hpcp_rules.readers import read_file
    from hpcp_rules.structure import build

    _checked(format, lang)
    data = load_parameters(rules)
    on = day("--as-of", as_of) or date.today()
    law = applicable_law(on, day("--concluded", concluded), changed_on=day("--changed", changed), parameters=data)
    where = competence(on, provinces=provinces, parameters=data)
    source = read_file(file)
    found = held_against_the_list(build(source), on, parameters=data)
    if format == "json":
        parts = {"registration": found, "competence": where, "law": law}
        print(json.dumps({k: v.model_dump(mode="json") for k, v in parts.items()}, ensure_ascii=False, indent=1))
    else:
        print(_registration(found, where, law, lang))
        for part in source.not_checked:
            print(f"{say('report.not-checked', lang)}: {part.part.in_language(lang)}: {part.reason.in_language(lang)}")
    raise typer.Exit(INCOMPLETE if source.not_checked else CLEAN)


def _checked(format: str, lang: str) -> None:
    one_of("--lang", lang, ("vi", "en"))
    one_of("--format", format, ("text", "json"))


def _deadlines(found: Deadlines, lang: str) -> str:
    warnings: list[Bilingual] = []
    lines: list[str] = []
    for number, d in enumerate(found.deadlines, 1):
        for w in d.warnings:
            if w not in warnings:
                warnings.append(w)
        marks = "".join(f" [{warnings.index(w) + 1}]" for w in d.warnings)
        lines += _wrap(f"{number}. {d.name.in_language(lang)}", 0, 3)
        lines += _row("words.due", f"{_day(d.due, lang, weekday=True)}{marks}", lang)
        lines += _row("words.counted", _counted(d, lang), lang)
        if d.days_off:
            off = ", ".join(f"{_day(o.day, lang)} {o.name.in_language(lang)}" for o in d.days_off)
            lines += _row("words.days-off", off, lang)
        if d.worked:
            lines += _row("words.made-up", ", ".join(_day(w, lang, weekday=True) for w in d.worked), lang)
        lines += _row("words.who", d.who.in_language(lang), lang)
        lines += _basis(d.basis, lang)
        if d.note:
            lines += _row("words.note", d.note.in_language(lang), lang)
        lines.append("")
    if found.pending:
        lines.append(say("words.pending", lang) + ":")
        for p in found.pending:
            lines += _wrap(f"• {p.name.in_language(lang)}: --{p.needs}", 2, 4)
        lines.append("")
    rules = {d.unit: d for d in found.deadlines if d.counting_basis}
    if rules:
        lines.append(say("words.counting", lang) + ":")
        for d in rules.values():
            assert d.counting_basis
            lines += _wrap(f"• {say('unit.' + d.unit, lang)}: {d.counting.in_language(lang)}", 2, 4)
            lines += _wrap(_cited(d.counting_basis, lang), 4, 4)
    for number, w in enumerate(warnings, 1):
        lines += _wrap(f"[{number}] {w.in_language(lang)}", 0, 4)
    lines += _wrap(f"{say('words.calendar', lang)}: {found.calendar}.", 0, 4)
    return "\n".join(lines)


def _counted(d: Deadline, lang: str) -> str:
    if d.start is None or d.start_event is None:
        return d.counting.in_language(lang)
    text = say(
        "words.from-event",
        lang,
        n=d.days,
        unit=say("unit." + d.unit, lang),
        start=_day(d.start, lang),
        event=say("event." + d.start_event, lang),
    )
    if d.last_day != d.due:
        text += " " + say("words.moved", lang, last=_day(d.last_day, lang, weekday=True))
    return text


def _fines(found: Fines, lang: str) -> str:
    from hpcp_rules.rulespec.provisions import provision_label

    lines = [provision_label(found.provision, lang), ""]
    if not found.fines:
        lines += _wrap(say("words.no-fine", lang), 0, 0)
    for number, f in enumerate(found.fines, 1):
        lines += _wrap(f"{number}. {f.name.in_language(lang)}", 0, 3)
        if f.individual:
            lines += _row("words.individual", _range(f.individual, lang), lang)
        lines += _row("words.organisation", _range(f.organisation, lang), lang)
        if f.doubled_when and f.doubled_by and f.organisation_doubled:
            when = f"{f.doubled_when.in_language(lang)} ({provision_label(f.doubled_by, lang)})"
            both = f"{say('words.organisation', lang).lower()} {_range(f.organisation_doubled, lang)}"
            if f.individual_doubled:
                both = f"{say('words.individual', lang).lower()} {_range(f.individual_doubled, lang)}; {both}"
            lines += _row("words.doubled", f"{when}: {both}", lang)
        if f.remedies:
            lines += _row("words.remedies", "; ".join(r.in_language(lang) for r in f.remedies), lang)
        if f.note:
            lines += _row("words.note", f.note.in_language(lang), lang)
        lines += _basis(f.basis, lang)
        lines.append("")
    if found.fines:
        most = {"individual": _money(found.cap_individual, lang), "organisation": _money(found.cap_organisation, lang)}
        cap = say("words.cap", lang, **most)
        lines += _wrap(f"{cap} ({found.cap_basis.label.in_language(lang)})", 0, 0)
        if any(f.organisation_doubled for f in found.fines):
            lines += _wrap(found.stacking.in_language(lang), 0, 0)
    lines += _wrap(found.notice.in_language(lang), 0, 0)
    return "\n".join(lines)


def _registration(found: Registration, where: Competence, law: ApplicableLaw, lang: str) -> str:
    lines = _wrap(say("outcome." + found.outcome, lang), 0, 0)
    for m in found.matches:
        number = f" ({say('words.item', lang)} {m.number})" if m.number else ""
        lines += _wrap(f"• {m.name.in_language(lang)}{number}: {_quotes(m.evidence)}", 2, 4)
    for m in found.outside:
        note = f" {m.note.in_language(lang)}" if m.note else ""
        lines += _wrap(
            f"• {m.name.in_language(lang)}: {_quotes(m.evidence)}. {say('words.off-list', lang)}{note}", 2, 4
        )
    lines += _row("words.list", found.list_title.in_language(lang), lang)
    lines += _row("words.items", "; ".join(f"{n}. {i.in_language(lang)}" for n, i in enumerate(found.items, 1)), lang)
    lines += _basis(found.basis, lang)
    lines += ["", say("words.where", lang)]
    for a in where.authorities:
        lines += _wrap(f"• {say('reach.' + a.reach, lang)}", 2, 4)
        lines += _row("words.receives", a.receives.in_language(lang), lang)
        lines += _row("words.controls", a.controls.in_language(lang), lang)
    for q in where.open:
        lines += _row("words.open", q.in_language(lang), lang)
    for n in where.notes:
        lines += _row("words.note", n.in_language(lang), lang)
    lines += _basis(where.basis, lang)
    lines += ["", say("words.which-law", lang)]
    lines += _row("words.law", law.name.in_language(lang), lang)
    lines += _row("report.why", law.reason.in_language(lang), lang)
    for q in law.open:
        lines += _row("words.open", q.in_language(lang), lang)
    lines += _basis(law.basis, lang)
    return "\n".join(lines)


def _quotes(evidence: tuple[object, ...]) -> str:
    shown = dict.fromkeys(" ".join(str(getattr(e, "text", "")).split()) for e in evidence)
    return ", ".join(f"“{t}”" for t in list(shown)[:4])


def _basis(basis: Basis, lang: str) -> list[str]:
    return _row("report.basis", _cited(basis, lang), lang)


def _cited(basis: Basis, lang: str) -> str:
    text = f"{basis.label.in_language(lang)} ({say('words.sure', lang)}: {say('sure.' + basis.sure, lang)})"
    return text + (f". {basis.review.in_language(lang)}" if basis.review else "")


def _range(r: Range, lang: str) -> str:
    text = f"{_money(r.low, lang)} – {_money(r.high, lang)}"
    return text + (f" ({say('words.capped', lang)})" if r.capped else "")


def _money(amount: int, lang: str) -> str:
    return f"VND {amount:,}" if lang == "en" else f"{amount:,}".replace(",", ".") + " đồng"


def _day(when: date, lang: str, *, weekday: bool = False) -> str:
    text = when.isoformat() if lang == "en" else f"{when:%d/%m/%Y}"
    return text + (f" ({say('words.weekdays', lang).split('|')[when.weekday()]})" if weekday else "")


def _row(key: str, value: str, lang: str) -> list[str]:
    return _wrap(f"{say(key, lang) + ':':<{_LABEL}}{value}", 3, 3 + _LABEL)


def _wrap(text: str, first: int, rest: int) -> list[str]:
    return textwrap.wrap(
        printable(text), max(60, min(width(), 110)), initial_indent=" " * first, subsequent_indent=" " * rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
