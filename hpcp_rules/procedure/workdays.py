"""Working days of Vietnamese public offices: the package `holidays`, corrected by rules/_parameters/days-off.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version

from hpcp_rules.errors import UsageError
from hpcp_rules.model.report import Bilingual
from hpcp_rules.procedure.parameters import DaysOffSpec

_LAST_YEAR = 2090
"""The lunar tables of the package end soon after; no deadline needs more."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count as working days. Immutable."""

    spec: DaysOffSpec
    off: dict[date, Bilingual]
    """Public holidays, days in lieu and swapped days off, by name; weekends are not in it."""
    worked: frozenset[date]
    """Weekend days that are worked in exchange for a weekday off."""
    package: str
    """Name and version of the package the days come from, for results that must be reproducible."""

    def works(self, day: date) -> bool:
        """True for a working day."""
        return day in self.worked or (day.weekday() not in self.spec.weekend.days and day not in self.off)

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.works(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, days: int) -> date:
        """The `days`-th working day after `day`, which itself does not count."""
        while days:
            day += _DAY
            days -= self.works(day)
        return day

    def days_off(self, first: date, last: date) -> list[tuple[date, Bilingual]]:
        """Weekdays off from `first` to `last`, with what they are."""
        return sorted(
            (
                (d, name)
                for d, name in self.off.items()
                if first <= d <= last and d.weekday() not in self.spec.weekend.days
            ),
            key=lambda entry: entry[0],
        )

    def warnings(self, first: date, last: date) -> list[Bilingual]:
        """What is not official, or open, in the days from `first` to `last`."""
        found = []
        known = {y.year: y for y in self.spec.years}
        for year in range(first.year, last.year + 1):
            spec = known.get(year)
            why = spec.review if spec is not None and not spec.announced else None
            if spec is None or not spec.announced:
                vi = f"Lịch nghỉ chính thức của năm {year} chưa được công bố; Tết, ngày nghỉ bù, hoán đổi là dự kiến."
                en = f"The official days off of {year} are not announced; Tết, days in lieu, swaps are estimates."
                found.append(Bilingual(vi=vi + (f" {why.vi}" if why else ""), en=en + (f" {why.en}" if why else "")))
            elif spec.review and any(first <= d <= last for d in spec.open_days):
                found.append(spec.review)
        return found


def calendar(spec: DaysOffSpec, first: int, last: int) -> Calendar:
    """The calendar of the years `first` to `last`.

    Errors: `UsageError` for years beyond the tables of the package.
    """
    if last > _LAST_YEAR:
        raise UsageError(
            "date-too-far",
            vi=f"Không có lịch nghỉ cho năm {last}.",
            en=f"There is no calendar for {last}.",
            remedy_vi=f"Chọn ngày trước năm {_LAST_YEAR}.",
            remedy_en=f"Choose a day before {_LAST_YEAR}.",
        )
    off: dict[date, Bilingual] = {}
    worked: set[date] = set()
    for year in range(first, last + 1):
        days, made_up = _package_year(year)
        off |= days
        worked |= made_up
    for known in spec.years:
        for swap in known.swaps:
            if first <= known.year <= last:
                off[swap.off] = Bilingual(
                    vi=f"Ngày nghỉ hoán đổi (làm bù {swap.worked:%d/%m/%Y})",
                    en=f"Day off (worked on {swap.worked} instead)",
                )
                worked.add(swap.worked)
    return Calendar(spec, off, frozenset(worked), f"holidays {version('holidays')}")


@cache
def _package_year(year: int) -> tuple[dict[date, Bilingual], set[date]]:
    # Imported on first use: only deadlines need it, and it takes longer than the rest of this layer.
    from holidays import country_holidays

    vi, en = (country_holidays("VN", years=year, language=language) for language in ("vi", "en_US"))
    return {d: Bilingual(vi=vi[d], en=en[d]) for d in list(vi)}, {d for d in vi.weekend_workdays if d.year == year}
