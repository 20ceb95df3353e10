"""Deadlines of Decree 55/2024/NĐ-CP (Articles 7, 9, 10, 15, 16), counted day by day and shown with their basis."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from hpcp_rules.errors import UsageError
from hpcp_rules.model.report import Bilingual, Model
from hpcp_rules.procedure.parameters import (
    STARTS,
    Basis,
    DeadlineSpec,
    Parameters,
    Start,
    load_parameters,
)
from hpcp_rules.procedure.workdays import Calendar, calendar

__all__ = ["DayOff", "Deadline", "Deadlines", "Pending", "deadlines"]

_OPENING: dict[Start, Start] = {"complete": "received", "amended": "requested"}
"""What must have happened before."""


class DayOff(Model):
    """A weekday that does not count, and why."""

    day: date
    name: Bilingual


class Deadline(Model):
    """One deadline with everything needed to count it again by hand."""

    id: str
    provision: str
    name: Bilingual
    who: Bilingual
    start_event: Start | None = None
    start: date | None = None
    """Day of the event; it does not count. None for a day that comes every year."""
    days: int | None = None
    unit: Literal["days", "working-days", "fixed"]
    extension: bool = False
    last_day: date
    """The last day before anything is moved to a working day."""
    due: date
    """The last day on which it is in time."""
    counting: Bilingual
    days_off: tuple[DayOff, ...] = ()
    """Weekdays between start and due date that are off."""
    worked: tuple[date, ...] = ()
    """Weekend days between them that are worked in exchange."""
    warnings: tuple[Bilingual, ...] = ()
    note: Bilingual | None = None
    basis: Basis
    counting_basis: Basis | None = None


class Pending(Model):
    """A deadline that cannot be counted yet: the day it starts from was not given."""

    id: str
    provision: str
    name: Bilingual
    needs: Start


class Deadlines(Model):
    """All deadlines of the procedure for the days given."""

    deadlines: tuple[Deadline, ...]
    pending: tuple[Pending, ...]
    calendar: str
    """Where the days off come from: package with version, and the data file's digest."""


def deadlines(
    *,
    received: date | None = None,
    complete: date | None = None,
    requested: date | None = None,
    amended: date | None = None,
    consulted: date | None = None,
    parameters: Parameters | None = None,
) -> Deadlines:
    """Count every deadline of the procedure from the days given.

    Arguments:
        received: the authority received the dossier.
        complete: the dossier was complete and valid; by default the day it was received.
        requested: the business received the authority's request to change or cancel terms.
        amended: the business finished changing them.
        consulted: an authority received a request for its opinion.
        parameters: other data than what ships with the package.

    Returns the deadlines in the order of the Decree, extended ones after the ones they extend, yearly days as the next
    one on or after the earliest day given; and those whose start was not given.

    Errors: `UsageError` when no day is given, days are out of order, before the Decree or beyond the calendar.
    """
    data = parameters or load_parameters()
    given: dict[Start, date | None] = {
        "received": received,
        "complete": complete or received,
        "requested": requested,
        "amended": amended,
        "consulted": consulted,
    }
    days = [d for d in given.values() if d is not None]
    if not days:
        raise UsageError(
            "no-start",
            vi="Chưa có ngày nào để tính hạn.",
            en="There is no day to count from.",
            remedy_vi=f"Cho ít nhất một ngày: {', '.join('--' + s for s in STARTS)}.",
            remedy_en=f"Give at least one day: {', '.join('--' + s for s in STARTS)}.",
        )
    for later, earlier in _OPENING.items():
        a, b = given[earlier], given[later]
        if a is not None and b is not None and b < a:
            raise UsageError(
                "days-out-of-order",
                vi=f"--{later} ({b:%d/%m/%Y}) trước --{earlier} ({a:%d/%m/%Y}).",
                en=f"--{later} ({b}) is before --{earlier} ({a}).",
                remedy_vi="Kiểm tra lại hai ngày.",
                remedy_en="Check both days.",
            )
    first = min(d.in_force_from for d in data.deadlines.deadlines)
    if min(days) < first:
        raise _not_in_force(min(days), first)
    # The longest period is 366 days, and Tết can push its end by a fortnight.
    days_calendar = calendar(data.days_off, min(days).year, max(days).year + 2)
    found: list[Deadline] = []
    pending: list[Pending] = []
    for spec in data.deadlines.deadlines:
        if spec.start is None:
            found.append(_yearly(spec, min(days), days_calendar))
            continue
        start = given[spec.start]
        if start is None:
            pending.append(Pending(id=spec.id, provision=spec.basis[0], name=spec.name, needs=spec.start))
        elif not spec.holds(start):
            raise _not_in_force(start, spec.in_force_from)
        else:
            found.append(_counted(spec, start, days_calendar, data))
    return Deadlines(
        deadlines=tuple(found),
        pending=tuple(pending),
        calendar=f"{days_calendar.package}, rules/_parameters {data.sha256[:12]}",
    )


def _counted(spec: DeadlineSpec, start: date, days: Calendar, data: Parameters) -> Deadline:
    assert spec.start is not None
    assert spec.days is not None
    rule = next(c for c in data.deadlines.counting if c.unit == spec.unit)
    if spec.unit == "working-days":
        last = due = days.add_working_days(start, spec.days)
    else:
        last = start + timedelta(days=spec.days)
        due = days.next_working(last)
    first = start + timedelta(days=1)
    return Deadline(
        id=spec.id,
        provision=spec.basis[0],
        name=spec.name,
        who=spec.who,
        start_event=spec.start,
        start=start,
        days=spec.days,
        unit=spec.unit,
        extension=spec.extension,
        last_day=last,
        due=due,
        counting=rule.text,
        days_off=tuple(DayOff(day=d, name=n) for d, n in days.days_off(first, due)),
        worked=tuple(sorted(d for d in days.worked if first <= d <= due)),
        warnings=tuple(days.warnings(first, due)),
        note=spec.note,
        basis=spec.cited(),
        counting_basis=rule.cited(),
    )


def _yearly(spec: DeadlineSpec, on: date, days: Calendar) -> Deadline:
    """The next day of the year on which it is still in time; "before 31 January" ends with 30 January."""
    assert spec.before is not None
    year = on.year
    while (last := date(year, spec.before.month, spec.before.day) - timedelta(days=1)) < max(on, spec.in_force_from):
        year += 1
    safe = last
    while not days.works(safe):
        safe -= timedelta(days=1)
    limit = f"{spec.before.day:02}/{spec.before.month:02}"
    vi = f"Phải gửi trước ngày {limit} hằng năm, nên ngày cuối còn kịp là {last:%d/%m/%Y}."
    en = f"To be sent before {limit} (day/month) each year, so the last day in time is {last}."
    if safe != last:
        vi += f" Đó là ngày nghỉ; ngày làm việc cuối trước đó là {safe:%d/%m/%Y}."
        vi += " Đây là mốc ngày, không phải thời hạn đếm, nên không dời."
        en += f" That is a day off; the last working day before it is {safe}."
        en += " It is a fixed day, not a counted period, so it does not move."
    return Deadline(
        id=spec.id,
        provision=spec.basis[0],
        name=spec.name,
        who=spec.who,
        unit="fixed",
        last_day=last,
        due=last,
        counting=Bilingual(vi=vi, en=en),
        warnings=tuple(days.warnings(last, last)) if safe != last else (),
        note=spec.note,
        basis=spec.cited(),
    )


def _not_in_force(day: date, since: date) -> UsageError:
    return UsageError(
        "not-in-force",
        vi=f"Ngày {day:%d/%m/%Y} trước khi có các hạn này (từ {since:%d/%m/%Y}).",
        en=f"{day} is before these deadlines exist (from {since}).",
        remedy_vi="Với ngày trước đó cần xem quy định cũ.",
        remedy_en="For earlier days see the law of that time.",
    )
