"""The calendar of public offices, year by year against lists made by hand from the notices."""

from datetime import date, timedelta

import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.procedure.parameters import load_parameters
from hpcp_rules.procedure.workdays import Calendar, calendar

# (weekdays off, weekend days worked). Sources: see rules/_parameters/days-off.yaml.
NOTICES = {
    2024: (
        # New Year; Tết from 29 Chạp to mùng 5 (8 to 14 February, two of them a weekend); Hùng Kings; Monday 29 April
        # swapped for Saturday 4 May; 30 April; 1 May; National Day with the day after.
        ["01-01", "02-08", "02-09", "02-12", "02-13", "02-14", "04-18", "04-29", "04-30", "05-01", "09-02", "09-03"],
        ["05-04"],
    ),
    2025: (
        # Tết Monday 27 to Friday 31 January; Friday 2 May swapped for Saturday 26 April; National Day with 1 September.
        ["01-01", "01-27", "01-28", "01-29", "01-30", "01-31", "04-07", "04-30", "05-01", "05-02", "09-01", "09-02"],
        ["04-26"],
    ),
    2026: (
        # Friday 2 January swapped for Saturday 10 January; Tết Monday 16 to Friday 20 February; Hùng Kings on a Sunday,
        # so Monday 27 April in lieu; Monday 31 August swapped for Saturday 22 August; 24 November for the first time.
        ["01-01", "01-02", "02-16", "02-17", "02-18", "02-19", "02-20", "04-27", "04-30", "05-01", "08-31", "09-01",
         "09-02", "11-24"],
        ["01-10", "08-22"],
    ),
}  # fmt: skip


def of_year(year: int) -> Calendar:
    return calendar(load_parameters().days_off, year, year)


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_every_day_of_an_announced_year(year: int) -> None:
    off, worked = ({date.fromisoformat(f"{year}-{d}") for d in days} for days in NOTICES[year])
    days = of_year(year)
    day = date(year, 1, 1)
    while day.year == year:
        expected = day in worked if day.weekday() >= 5 else day not in off
        assert days.works(day) is expected, day
        day += timedelta(days=1)


def test_every_announced_year_has_its_list_here() -> None:
    assert {y.year for y in load_parameters().days_off.years if y.announced} == set(NOTICES)


def test_days_off_have_names_in_both_languages() -> None:
    names = dict(of_year(2026).days_off(date(2026, 1, 1), date(2026, 12, 31)))
    assert names[date(2026, 11, 24)].vi == "Ngày Văn hóa Việt Nam"
    assert names[date(2026, 11, 24)].en == "Vietnam Cultural Day"
    assert "10/01/2026" in names[date(2026, 1, 2)].vi
    assert all(n.vi != n.en for n in names.values())


def test_an_unannounced_year_is_said_to_be_one() -> None:
    def warned(first: date, last: date) -> str:
        return " ".join(w.en for w in calendar(load_parameters().days_off, 2026, 2029).warnings(first, last))

    assert warned(date(2026, 6, 1), date(2026, 6, 30)) == ""
    assert "2027" in warned(date(2026, 12, 30), date(2027, 1, 4))
    assert "14 February 2027" in warned(date(2027, 1, 4), date(2027, 1, 5))  # the plan that was proposed
    assert "2028" in warned(date(2028, 1, 4), date(2028, 1, 5))  # a year the file does not know


def test_days_whose_standing_is_open_are_named_only_where_they_matter() -> None:
    days = of_year(2026)
    assert days.warnings(date(2026, 11, 1), date(2026, 11, 20)) == []
    assert "28 November 2026" in days.warnings(date(2026, 11, 24), date(2026, 12, 1))[0].en


def test_no_calendar_beyond_the_lunar_tables() -> None:
    with pytest.raises(UsageError) as caught:
        calendar(load_parameters().days_off, 2026, 9999)
    assert caught.value.code == "date-too-far"
