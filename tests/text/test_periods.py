"""Periods in figures and in words, and what can be said of them whatever the calendar."""

import pytest

from hpcp_rules.text.periods import Limit, find_periods, parse_limit
from hpcp_rules.text.tokens import tokenize


def days(text: str) -> list[tuple[float, float]]:
    return [p.days for _, _, p in find_periods(tokenize(text).keys)]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("trong vòng ba mươi ngày", 30, 30),
        ("mười lăm ngày", 15, 15),
        ("hai mươi mốt ngày", 21, 21),
        ("một trăm hai mươi ngày", 120, 120),
        ("một trăm linh năm ngày", 105, 105),
        ("45 (bốn mươi lăm) ngày", 45, 45),
        ("24 giờ", 1, 1),
        ("48h", 2, 2),
        ("2 tuần", 14, 14),
        ("một tháng", 28, 31),
        ("năm ngày", 5, 5),
        ("05 (năm) năm", 1825, 1830),
        ("03 ngày làm việc", 3, 5),
        ("07 (bảy) ngày làm việc", 9, 11),
    ],
)
def test_periods_in_figures_and_words(text: str, least: float, most: float) -> None:
    assert days(text) == [(least, most)]


@pytest.mark.parametrize("text", ["ngày 05 tháng 6 năm 2026", "hai bên", "số 12", "ngày thứ ba", "1.000.000 đồng"])
def test_dates_and_bare_numbers_are_no_periods(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    ("text", "limit", "holds"),
    [
        ("2 ngày", "<3 ngày làm việc", True),
        ("3 ngày", "<3 ngày làm việc", False),  # from Monday they are three working days
        ("3 ngày", ">=3 ngày làm việc", False),  # from Friday they are one
        ("5 ngày", ">=3 ngày làm việc", True),
        ("48 giờ", "<3 ngày làm việc", True),
        ("10 ngày", ">=7 ngày làm việc", False),
        ("11 ngày", ">=7 ngày làm việc", True),
        ("7 ngày làm việc", ">=7 ngày làm việc", True),
        ("30 ngày", ">30 ngày", False),
        ("30 ngày làm việc", ">30 ngày", True),
        ("một tháng", ">30 ngày", False),
        ("hai tháng", ">30 ngày", True),
        ("12 giờ", "<24 giờ", True),
        ("24 giờ", "<24 giờ", False),
    ],
)
def test_a_comparison_holds_only_where_it_is_sure(text: str, limit: str, holds: bool) -> None:
    ((_, _, period),) = find_periods(tokenize(text).keys)
    wanted = parse_limit(limit)
    assert wanted is not None
    assert period.surely(wanted.sign, wanted.amount, wanted.unit) is holds


def test_limits_as_rules_write_them() -> None:
    assert parse_limit("<3 ngày làm việc") == Limit("<", 3, "working-day")
    assert parse_limit(">= 30 ngày") is not None
    assert parse_limit("<24 giờ") == Limit("<", 1, "day")
    assert parse_limit("3 ngày") is None
    assert parse_limit("<ba ngày") is None
