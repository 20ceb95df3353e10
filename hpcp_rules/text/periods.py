"""Periods of time as contracts write them: "07 (bảy) ngày làm việc", "ba mươi ngày", "24 giờ", "một tháng".

A period is known within bounds only: how many working days "10 ngày" are depends on where the weekend falls, and a
month has 28 to 31 days. So `surely` is True only where a comparison holds whatever the calendar. Public holidays are
left out: they make working days rarer, and their number depends on the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Unit = Literal["day", "working-day"]
Comparison = Literal["<", "<=", ">", ">="]

_DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_STARTS = frozenset((*_DIGITS, "mười"))
_OF_DATES = frozenset(("tháng", "năm"))
_LINKS = frozenset(("linh", "lẻ"))
_UNITS: tuple[tuple[tuple[str, ...], Unit, float, float], ...] = (
    (("ngày", "làm", "việc"), "working-day", 1, 1),
    (("tuần",), "day", 7, 7),
    (("tháng",), "day", 28, 31),
    (("quý",), "day", 89, 92),
    (("năm",), "day", 365, 366),
    (("ngày",), "day", 1, 1),
    (("giờ",), "day", 1 / 24, 1 / 24),
    (("tiếng",), "day", 1 / 24, 1 / 24),
    (("h",), "day", 1 / 24, 1 / 24),
    (("phút",), "day", 1 / 1440, 1 / 1440),
)
MAY_PERIOD = rf"(?:\d[\d.,]*|{'|'.join(sorted((*_STARTS, 'mươi', 'trăm')))}) (?:{'|'.join(u[0][0] for u in _UNITS)})"
"""Regular expression for joined syllables: a number and a unit right behind it, without which there is no period."""
_WRITTEN = re.compile(r"\s*(<=|>=|<|>)\s*(\d+)\s+(ngày làm việc|ngày|giờ)\s*")


@dataclass(frozen=True, slots=True)
class Period:
    """Bounds of a period in calendar days (`days`) and in working days (`working`), both (least, most)."""

    days: tuple[float, float]
    working: tuple[float, float]

    def surely(self, sign: Comparison, amount: float, unit: Unit) -> bool:
        """True when the comparison holds wherever the weekends fall."""
        low, high = self.days if unit == "day" else self.working
        if sign == "<":
            return high < amount
        if sign == "<=":
            return high <= amount
        return low > amount if sign == ">" else low >= amount


@dataclass(frozen=True, slots=True)
class Limit:
    """A comparison with a number of the statute, as a rule writes it: ``<3 ngày làm việc``."""

    sign: Comparison
    amount: float
    unit: Unit


def parse_limit(text: str) -> Limit | None:
    """Read ``<3 ngày làm việc``, ``>30 ngày`` or ``<24 giờ``; None for anything else."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        return None
    sign: Comparison = found[1]  # type: ignore[assignment]
    if found[3] == "giờ":
        return Limit(sign, int(found[2]) / 24, "day")
    return Limit(sign, int(found[2]), "working-day" if found[3] == "ngày làm việc" else "day")


def period(count: float, unit: Unit, least: float = 1, most: float = 1) -> Period:
    """The bounds of `count` units, each of `least` to `most` days."""
    if unit == "working-day":
        whole = int(count)
        return Period((whole + 2 * ((whole - 1) // 5), whole + 2 * -(-whole // 5)), (count, count))
    low, high = count * least, count * most
    return Period((low, high), (_working(low, fewest=True), _working(high, fewest=False)))


def _working(days: float, *, fewest: bool) -> float:
    weeks, rest = divmod(days, 7)
    return weeks * 5 + (max(0.0, rest - 2) if fewest else min(rest, 5.0))


def find_periods(keys: Sequence[str]) -> Iterator[tuple[int, int, Period]]:
    """(first token, token after the last, period) for every period among syllable keys; they never overlap."""
    i = 0
    while i < len(keys):
        if keys[i] not in _STARTS and not keys[i][0].isdigit():
            i += 1
            continue
        count, j = _number(keys, i)
        if count is None:
            i += 1
            continue
        # "07 (bảy) ngày": the number again in words.
        again, k = _number(keys, j) if keys[i][0].isdigit() else (None, j)
        # "5 năm": the word for five is also the word for year.
        for after in (k, j) if again == count else (j,):
            unit = next((u for u in _UNITS if tuple(keys[after : after + len(u[0])]) == u[0]), None)
            if unit is not None:
                break
        if unit is not None and unit[0][0] in _OF_DATES and after + 1 < len(keys) and keys[after + 1][0].isdigit():
            unit = None  # "ngày 05 tháng 6 năm 2026"
        if unit is None:
            i = max(j, i + 1)
            continue
        words, name, least, most = unit
        end = after + len(words)
        yield i, end, period(count, name, least, most)
        i = end


def _number(keys: Sequence[str], i: int) -> tuple[float | None, int]:
    """A number in figures or words that starts at token `i`, and the token after it."""
    if i >= len(keys):
        return None, i
    if keys[i][0].isdigit():
        try:
            return float(keys[i].replace(",", ".")), i + 1
        except ValueError:
            return None, i
    return _words(keys, i)


def _words(keys: Sequence[str], i: int) -> tuple[float | None, int]:
    def at(j: int) -> str:
        return keys[j] if j < len(keys) else ""

    value, j = 0, i
    if at(j) in _DIGITS and at(j + 1) == "trăm":
        value, j = _DIGITS[at(j)] * 100, j + 2
        if at(j) in _LINKS and at(j + 1) in _DIGITS:
            return value + _DIGITS[at(j + 1)], j + 2
    if at(j) == "mười":
        value, j = value + 10, j + 1
    elif at(j) in _DIGITS and at(j + 1) == "mươi":
        value, j = value + _DIGITS[at(j)] * 10, j + 2
    elif j == i:
        return (_DIGITS[at(j)], j + 1) if at(j) in _DIGITS else (None, i)
    else:
        return value, j
    # Five after ten is "lăm": "hai mươi năm" is twenty years.
    if at(j) in _DIGITS and at(j) != "năm":
        value, j = value + _DIGITS[at(j)], j + 1
    return value, j
