"""Deadlines counted by hand. The day of the event never counts; see the comment at each case."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hpcp_rules.errors import UsageError
from hpcp_rules.procedure import Deadline, deadlines
from hpcp_rules.procedure.parameters import STARTS, load_parameters
from hpcp_rules.procedure.workdays import calendar


def day(text: str) -> date:
    return date.fromisoformat(text)


def one(identity: str, **starts: str) -> Deadline:
    found = deadlines(**{name: day(value) for name, value in starts.items()})
    return next(d for d in found.deadlines if d.id == identity)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # An ordinary week: Monday 1 June 2026; Tue 2, Wed 3, Thu 4, Fri 5 are days 1 to 4, Mon 8 is day 5.
        ("2026-06-01", "2026-06-08"),
        # Received on a Saturday (6 June): Mon 8 to Fri 12 are days 1 to 5.
        ("2026-06-06", "2026-06-12"),
        # Tết 2026, off Mon 16 to Fri 20 February. Thu 12: Fri 13 is day 1, Mon 23 to Thu 26 are days 2 to 5.
        ("2026-02-12", "2026-02-26"),
        # Received within Tết (Wed 18 February): Mon 23 to Fri 27 are days 1 to 5.
        ("2026-02-18", "2026-02-27"),
        # New Year 2026 with a swap: Tue 30 December; Wed 31 is 1, Thu 1 January and Fri 2 (swapped) are off,
        # Mon 5 to Thu 8 are 2 to 5.
        ("2025-12-30", "2026-01-08"),
        # … and the Saturday made up for it: Mon 5 January; Tue 6 to Fri 9 are 1 to 4, Sat 10 is worked and is 5.
        ("2026-01-05", "2026-01-10"),
        # Hùng Kings on Sunday 26 April 2026, Monday 27 in lieu, 30 April and 1 May off. Fri 24: Tue 28 is 1, Wed 29
        # is 2, Mon 4 May is 3, Tue 5 is 4, Wed 6 is 5.
        ("2026-04-24", "2026-05-06"),
        # 30 April 2025 with a swap: Fri 2 May off, Sat 26 April worked. Fri 25 April: Sat 26 is 1, Mon 28 is 2,
        # Tue 29 is 3, Mon 5 May is 4, Tue 6 is 5.
        ("2025-04-25", "2025-05-06"),
        # The Saturday worked for 31 August 2026: Thu 20 August; Fri 21 is 1, Sat 22 is 2, Mon 24 to Wed 26 are 3 to 5.
        ("2026-08-20", "2026-08-26"),
        # 2 September 2026, off Mon 31 August to Wed 2 September. Thu 27 August: Fri 28 is 1, Thu 3 is 2, Fri 4 is 3,
        # Mon 7 is 4, Tue 8 is 5.
        ("2026-08-27", "2026-09-08"),
        # 24 November 2026 (Tuesday). Mon 23: Wed 25 is 1, Thu 26 is 2, Fri 27 is 3, Mon 30 is 4, Tue 1 December is 5.
        ("2026-11-23", "2026-12-01"),
        # Tết 2027 as the package estimates it, off Thu 4 to Wed 10 February. Tue 2: Wed 3 is 1, Thu 11 is 2, Fri 12
        # is 3, Mon 15 is 4, Tue 16 is 5.
        ("2027-02-02", "2027-02-16"),
        # 1 May 2027 is a Saturday, so Monday 3 in lieu; 30 April is a Friday. Thu 29 April: Tue 4 May is 1, Wed 5,
        # Thu 6, Fri 7 are 2 to 4, Mon 10 is 5.
        ("2027-04-29", "2027-05-10"),
        # 2 September 2027 is a Thursday, Friday 3 the estimated second day. Wed 1: Mon 6 to Fri 10 are 1 to 5.
        ("2027-09-01", "2027-09-10"),
    ],
)
def test_five_working_days(received: str, due: str) -> None:
    for identity, start in (
        ("completeness-check", "received"),
        ("consultation", "consulted"),
        ("publication", "amended"),
    ):
        found = one(identity, **{start: received})
        assert (found.due, found.last_day, found.unit, found.days) == (day(due), day(due), "working-days", 5)


@pytest.mark.parametrize(
    ("complete", "last", "due"),
    [
        # 1 June + 30 = 1 July 2026, a Wednesday.
        ("2026-06-01", "2026-07-01", "2026-07-01"),
        # 16 January + 30 = 15 February 2026, the Sunday before Tết: Mon 16 to Fri 20 are off, Mon 23 is next.
        ("2026-01-16", "2026-02-15", "2026-02-23"),
        # 27 March + 30 = 26 April 2026, Hùng Kings on a Sunday; Mon 27 is off in lieu, so Tue 28.
        ("2026-03-27", "2026-04-26", "2026-04-28"),
        # 31 March + 30 = 30 April 2026 (Thursday); Fri 1 May is off, then the weekend: Mon 4 May.
        ("2026-03-31", "2026-04-30", "2026-05-04"),
        # 23 July + 30 = 22 August 2026, a Saturday that is worked: no move.
        ("2026-07-23", "2026-08-22", "2026-08-22"),
        # 1 August + 30 = 31 August 2026, swapped off; 1 and 2 September off: Thu 3.
        ("2026-08-01", "2026-08-31", "2026-09-03"),
        # 3 December 2025 + 30 = 2 January 2026, a Friday that was swapped off: Mon 5.
        ("2025-12-03", "2026-01-02", "2026-01-05"),
        # 25 October + 30 = 24 November 2026, off: Wed 25.
        ("2026-10-25", "2026-11-24", "2026-11-25"),
        # 5 January + 30 = 4 February 2027, the first day of Tết as estimated (4 to 10 February): Thu 11.
        ("2027-01-05", "2027-02-04", "2027-02-11"),
    ],
)
def test_thirty_days(complete: str, last: str, due: str) -> None:
    for identity, start in (("examination", "complete"), ("correction", "requested")):
        found = one(identity, **{start: complete})
        assert (found.last_day, found.due, found.unit) == (day(last), day(due), "days")


def test_extensions_count_from_the_same_start() -> None:
    # 1 June + 60 = 31 July 2026, a Friday. 1 June + 120 = 29 September, a Tuesday.
    found = one("examination-extended", received="2026-06-01")
    assert (found.due, found.days, found.extension) == (day("2026-07-31"), 60, True)
    found = one("correction-extended", requested="2026-06-01")
    assert (found.due, found.days, found.extension) == (day("2026-09-29"), 120, True)
    # 1 August + 120 = 29 November 2026, a Sunday: Mon 30.
    assert one("correction-extended", requested="2026-08-01").due == day("2026-11-30")
    # How an extension counts is not settled, and the result says so.
    assert found.basis.sure == "medium"
    assert found.basis.review is not None


@pytest.mark.parametrize(
    ("identity", "on", "due"),
    [
        # "Before 31 January" ends with 30 January, "before 25 December" with 24 December.
        ("annual-report", "2026-06-01", "2027-01-30"),
        ("annual-report", "2026-01-30", "2026-01-30"),  # still in time that day
        ("annual-report", "2026-01-31", "2027-01-30"),
        ("provincial-report", "2026-06-01", "2026-12-24"),
        ("provincial-report", "2026-12-25", "2027-12-24"),
    ],
)
def test_days_of_every_year(identity: str, on: str, due: str) -> None:
    found = one(identity, received=on)
    assert (found.due, found.unit, found.start) == (day(due), "fixed", None)


def test_a_fixed_day_does_not_move_but_the_working_day_before_is_named() -> None:
    # 30 January 2027 is a Saturday; Friday 29 is the last working day before it.
    found = one("annual-report", received="2026-11-23")
    assert found.due == day("2027-01-30")
    assert "2027-01-29" in found.counting.en
    assert "29/01/2027" in found.counting.vi
    # 30 January 2026 is a Friday: nothing to say.
    assert "day off" not in one("annual-report", received="2026-01-05").counting.en


def test_the_examination_runs_from_the_complete_dossier() -> None:
    # 10 June + 30 = 10 July 2026, a Friday; the check of completeness still runs from the day of receipt.
    found = deadlines(received=day("2026-06-01"), complete=day("2026-06-10")).deadlines
    by_id = {d.id: d for d in found}
    assert (by_id["examination"].start, by_id["examination"].due) == (day("2026-06-10"), day("2026-07-10"))
    assert by_id["completeness-check"].due == day("2026-06-08")


def test_every_deadline_of_the_five_articles_is_there_and_none_is_silently_left_out() -> None:
    everything = {"annual-report", "completeness-check", "examination", "examination-extended", "correction",
                  "correction-extended", "publication", "provincial-report", "consultation"}  # fmt: skip
    found = deadlines(**{s: day("2026-06-01") for s in STARTS})
    assert {d.id for d in found.deadlines} == everything
    assert found.pending == ()
    assert {d.provision for d in found.deadlines} == {
        "nd55:7.3", "nd55:9.2", "nd55:10.1", "nd55:15.3", "nd55:16.1", "nd55:16.2",
    }  # fmt: skip
    part = deadlines(received=day("2026-06-01"))
    assert {d.id for d in part.deadlines} | {p.id for p in part.pending} == everything
    assert {p.needs for p in part.pending} == {"requested", "amended", "consulted"}


def test_a_result_says_how_it_was_counted_and_what_it_rests_on() -> None:
    found = deadlines(received=day("2026-11-23"))
    check = next(d for d in found.deadlines if d.id == "completeness-check")
    assert [o.day for o in check.days_off] == [day("2026-11-24")]
    assert check.counting_basis is not None
    assert check.counting_basis.provisions == ("blds:147.3", "blds:148.1")
    assert "khoản 2 Điều 9 Nghị định 55/2024/NĐ-CP" in check.basis.label.vi
    assert "không tính" in check.counting.vi
    assert "does not count" in check.counting.en
    assert found.calendar.startswith("holidays ")
    assert one("completeness-check", received="2026-08-20").worked == (day("2026-08-22"),)


def test_years_without_a_notice_warn() -> None:
    assert one("examination", received="2026-06-01").warnings == ()
    assert any("2027" in w.en for w in one("examination", received="2026-12-15").warnings)
    assert any("2027" in w.vi for w in one("completeness-check", received="2027-02-02").warnings)


def test_results_do_not_change() -> None:
    found = deadlines(received=day("2026-06-01"))
    with pytest.raises(ValidationError):
        found.deadlines[0].due = day("2026-06-02")  # type: ignore[misc]
    assert type(found).model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("starts", "code"),
    [
        ({}, "no-start"),
        ({"received": "2026-06-02", "complete": "2026-06-01"}, "days-out-of-order"),
        ({"requested": "2026-06-02", "amended": "2026-06-01"}, "days-out-of-order"),
        ({"received": "2024-06-30"}, "not-in-force"),
        ({"consulted": "0001-01-01"}, "not-in-force"),
        ({"received": "2090-06-01"}, "date-too-far"),
        ({"received": "9999-12-31"}, "date-too-far"),
    ],
)
def test_days_that_cannot_be_counted(starts: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        deadlines(**{name: day(value) for name, value in starts.items()})
    assert caught.value.code == code
    assert caught.value.remedy_vi
    assert caught.value.remedy_en


def test_the_first_day_of_the_decree_counts() -> None:
    # Mon 1 July 2024: Tue 2 to Fri 5 are 1 to 4, Mon 8 is 5.
    assert one("completeness-check", received="2024-07-01").due == day("2024-07-08")


DAYS = calendar(load_parameters().days_off, 2024, 2032)


@settings(max_examples=150, deadline=None)
@given(start=st.dates(date(2024, 7, 1), date(2029, 12, 31)))
def test_whatever_the_day(start: date) -> None:
    found = {d.id: d for d in deadlines(received=start).deadlines}
    check = found["completeness-check"]
    between = [start + timedelta(days=n) for n in range(1, (check.due - start).days + 1)]
    assert sum(DAYS.works(d) for d in between) == 5
    for d in found.values():
        if d.unit != "fixed":
            assert DAYS.works(d.due)
            assert start < d.last_day <= d.due
            # Nothing but days off lies between the last day and the day it moves to.
            moved = (d.due - d.last_day).days
            assert not any(DAYS.works(d.last_day + timedelta(days=n)) for n in range(moved))
