"""The dated data of rules/_parameters: what the law fixes in numbers, dates, lists and names, and how sure we are.

Every entry says from and to when it holds, on which provisions it rests, where it was read and how sure it is;
whatever is not certain says why (`review`), and the results pass that on to the reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from hpcp_rules.errors import HpcpError, RuleError, UsageError, Where
from hpcp_rules.model.report import Bilingual, Model
from hpcp_rules.rulespec.pack import rules_folder
from hpcp_rules.rulespec.provisions import DOCUMENTS, provision_label, split_provision
from hpcp_rules.rulespec.schema import _Strict
from hpcp_rules.rulespec.yamlfile import load_model

GUIDE = "docs/procedure.md"
Sure = Literal["high", "medium", "low"]
Start = Literal["received", "complete", "requested", "amended", "consulted"]
STARTS: tuple[Start, ...] = ("received", "complete", "requested", "amended", "consulted")
Unit = Literal["days", "working-days"]


class Basis(Model):
    """What a result rests on: provisions, how they are cited, where they were read, how sure that is."""

    provisions: tuple[str, ...]
    label: Bilingual
    in_force_from: date
    in_force_to: date | None = None
    """Last day in force; None while no end is known."""
    source: str
    sure: Sure
    review: Bilingual | None = None
    """What a lawyer should look at again; always there when `sure` is not high."""


class Dated(_Strict):
    """An entry with its time, its basis and how sure it is."""

    in_force_from: date
    in_force_to: date | None = None
    basis: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=3)
    sure: Sure
    review: Bilingual | None = None

    @field_validator("basis")
    @classmethod
    def _known(cls, basis: tuple[str, ...]) -> tuple[str, ...]:
        for provision in basis:
            _check_provision(provision)
        return basis

    @model_validator(mode="after")
    def _consistent(self) -> Dated:
        if self.in_force_to is not None and self.in_force_to < self.in_force_from:
            raise ValueError(f"in_force_to {self.in_force_to} is before in_force_from {self.in_force_from}")
        if self.sure != "high" and self.review is None:
            raise ValueError(f"sure is {self.sure}, so review must say why")
        return self

    def holds(self, day: date) -> bool:
        """True when the entry is in force on that day."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)

    def cited(self) -> Basis:
        """The basis as results carry it."""
        return Basis(
            provisions=self.basis,
            label=Bilingual(
                vi="; ".join(_label(p, "vi") for p in self.basis), en="; ".join(_label(p, "en") for p in self.basis)
            ),
            in_force_from=self.in_force_from,
            in_force_to=self.in_force_to,
            source=self.source,
            sure=self.sure,
            review=self.review,
        )


class ListSpec(Dated):
    """A list of goods and services whose standard terms must be registered."""

    id: str
    title: Bilingual
    items: tuple[str, ...] = Field(min_length=1)


class ServiceSpec(_Strict):
    """A kind of contract and the clues by which a document shows it.

    `opening` are sequences that decide when they stand at the head of the document, `clues` count wherever they
    stand; both in the pattern language of rules.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    number: int | None = Field(default=None, ge=1)
    name: Bilingual
    note: Bilingual | None = None
    opening: tuple[str, ...] = Field(min_length=1)
    clues: tuple[str, ...] = ()


class RegistrationSpec(_Strict):
    """registration.yaml"""

    lists: tuple[ListSpec, ...] = Field(min_length=1)
    items: tuple[ServiceSpec, ...] = Field(min_length=1)
    outside: tuple[ServiceSpec, ...] = ()
    """Kinds of contract that people take to be on the list and are not."""

    @model_validator(mode="after")
    def _fit(self) -> RegistrationSpec:
        known = [s.id for s in (*self.items, *self.outside)]
        _unique(known, "id")
        items = {s.id for s in self.items}
        for listed in self.lists:
            for item in listed.items:
                if item not in items:
                    raise ValueError(f"list {listed.id} names “{item}”, which is no item")
        _apart(self.lists, "lists")
        return self


class AuthoritySpec(_Strict):
    """Who receives the dossier and who controls the terms."""

    receives: Bilingual
    controls: Bilingual


class CompetenceSpec(Dated):
    """Where to file during one period."""

    id: str
    one_province: AuthoritySpec
    several: AuthoritySpec
    open: tuple[Bilingual, ...] = ()
    """Questions the texts leave open, whatever the number of provinces."""
    open_several: tuple[Bilingual, ...] = ()
    notes: tuple[Bilingual, ...] = ()


class CompetencesSpec(_Strict):
    """competence.yaml"""

    periods: tuple[CompetenceSpec, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fit(self) -> CompetencesSpec:
        _apart(self.periods, "periods")
        return self


class CountingSpec(Dated):
    """How a period in one unit is counted."""

    unit: Unit
    text: Bilingual


class MonthDay(_Strict):
    """A day of every year."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)


class DeadlineSpec(Dated):
    """A period that starts with an event, or a day of the year before which something is done."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: Bilingual
    who: Bilingual
    start: Start | None = None
    days: int | None = Field(default=None, ge=1, le=366)
    unit: Unit = "days"
    extension: bool = False
    """True: `days` is the whole period with the longest extension."""
    before: MonthDay | None = None
    note: Bilingual | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> DeadlineSpec:
        if (self.start is None) != (self.days is None) or (self.start is None) == (self.before is None):
            raise ValueError("needs either start and days, or before")
        return self


class DeadlinesSpec(_Strict):
    """deadlines.yaml"""

    counting: tuple[CountingSpec, ...] = Field(min_length=2)
    deadlines: tuple[DeadlineSpec, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fit(self) -> DeadlinesSpec:
        if {c.unit for c in self.counting} != {"days", "working-days"}:
            raise ValueError("counting needs one entry for days and one for working-days")
        _unique([d.id for d in self.deadlines], "id")
        return self


class SwapSpec(_Strict):
    """A working day that was swapped: off on one day, worked on a weekend day instead."""

    off: date
    worked: date
    source: str

    @model_validator(mode="after")
    def _days(self) -> SwapSpec:
        if self.off.weekday() >= 5 or self.worked.weekday() < 5:
            raise ValueError(f"{self.off} must be a weekday and {self.worked} a weekend day")
        return self


class YearSpec(Dated):
    """The official days off of one year."""

    year: int = Field(ge=2024, le=2100)
    announced: bool
    """False: the notice of the ministry is not out, so Tết, the second day of 2 September and swaps are estimates."""
    swaps: tuple[SwapSpec, ...] = ()
    open_days: tuple[date, ...] = ()
    """Days whose standing the notices read leave open; `review` says why."""

    @model_validator(mode="after")
    def _whole_year(self) -> YearSpec:
        if self.in_force_from != date(self.year, 1, 1) or self.in_force_to != date(self.year, 12, 31):
            raise ValueError(f"in_force_from and in_force_to must be the first and last day of {self.year}")
        if (self.open_days or not self.announced) and self.review is None:
            raise ValueError("open days and years without a notice need a review")
        return self


class WeekendSpec(Dated):
    """Weekly days of rest of public offices, Monday being 0."""

    days: tuple[int, ...] = Field(min_length=1)


class DaysOffSpec(_Strict):
    """days-off.yaml: what the package `holidays` does not say."""

    weekend: WeekendSpec
    years: tuple[YearSpec, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fit(self) -> DaysOffSpec:
        _unique([str(y.year) for y in self.years], "year")
        return self


class CapSpec(Dated):
    """The highest fine in the field of consumer protection, in VND."""

    individual: int = Field(gt=0)
    organisation: int = Field(gt=0)


class FactorSpec(Dated):
    """How often an organisation's fine is that of an individual."""

    organisation: int = Field(ge=1)


class FineSpec(Dated):
    """The range for one offence, in VND, at the level the decree states it."""

    id: str
    name: Bilingual
    covers: tuple[str, ...] = Field(min_length=1)
    """Provisions whose breach the offence answers; each stands for everything under it."""
    low: int = Field(gt=0)
    high: int = Field(gt=0)
    level: Literal["individual", "organisation"] = "individual"
    doubled: Bilingual | None = None
    """When the range is doubled; None when it never is."""
    doubled_by: str | None = None
    remedies: tuple[Bilingual, ...] = ()
    note: Bilingual | None = None

    @field_validator("covers")
    @classmethod
    def _known_covers(cls, covers: tuple[str, ...]) -> tuple[str, ...]:
        for provision in covers:
            _check_provision(provision)
        return covers

    @model_validator(mode="after")
    def _range(self) -> FineSpec:
        if self.high < self.low:
            raise ValueError(f"high {self.high} is below low {self.low}")
        if (self.doubled is None) != (self.doubled_by is None):
            raise ValueError("doubled and doubled_by go together")
        return self


class FinesSpec(_Strict):
    """fines.yaml"""

    caps: tuple[CapSpec, ...] = Field(min_length=1)
    factors: tuple[FactorSpec, ...] = Field(min_length=1)
    fines: tuple[FineSpec, ...] = Field(min_length=1)
    stacking: Bilingual
    """What is not settled about doubling twice."""

    @model_validator(mode="after")
    def _fit(self) -> FinesSpec:
        _apart(self.caps, "caps")
        _apart(self.factors, "factors")
        for identity in {f.id for f in self.fines}:
            _apart([f for f in self.fines if f.id == identity], identity)
        return self


class TransitionSpec(Dated):
    """transition.yaml: Article 80 of the Law."""

    old_law: Bilingual
    new_law: Bilingual
    conform_before: date
    """Standard terms published earlier had to be brought into line before this day."""
    new: Bilingual
    old: Bilingual
    changed: Bilingual
    before_law: Bilingual
    template: Bilingual
    template_in_transition: Bilingual
    open: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameters:
    """All data of rules/_parameters. Safe to share between threads."""

    folder: Path
    sha256: str
    registration: RegistrationSpec
    competence: CompetencesSpec
    deadlines: DeadlinesSpec
    days_off: DaysOffSpec
    fines: FinesSpec
    transition: TransitionSpec


def load_parameters(folder: Path | None = None) -> Parameters:
    """Load the data of a rules folder (default: the one that ships with the package).

    Errors: `RuleError` with file, line, column and remedy for whatever is wrong in a file.
    """
    return _load((folder or rules_folder()).resolve())


@cache
def _load(folder: Path) -> Parameters:
    here = folder / "_parameters"
    digest = hashlib.sha256()

    def read(name: str, model: type[S]) -> S:
        path = here / name
        shown = str(path.relative_to(folder.parent))
        if not path.is_file():
            raise RuleError(
                "no-parameters",
                vi="Thiếu tệp dữ liệu của phần thủ tục.",
                en="A data file of the procedure is missing.",
                where=Where(shown),
                remedy_vi="Chỉ đúng thư mục bằng --rules, hoặc chép tệp từ bộ quy tắc đi kèm.",
                remedy_en="Point --rules at the right folder, or copy the file from the shipped rules.",
            )
        digest.update(path.read_bytes())
        return load_model(path, model, shown, GUIDE)

    parts = (
        read("registration.yaml", RegistrationSpec),
        read("competence.yaml", CompetencesSpec),
        read("deadlines.yaml", DeadlinesSpec),
        read("days-off.yaml", DaysOffSpec),
        read("fines.yaml", FinesSpec),
        read("transition.yaml", TransitionSpec),
    )
    return Parameters(folder, digest.hexdigest(), *parts)


S = TypeVar("S", bound=_Strict)
D = TypeVar("D", bound=Dated)


def in_force(entries: Iterable[D], day: date, what: Bilingual) -> D:
    """The entry that holds on a day.

    Errors: `UsageError` naming the days for which there is one.
    """
    known = list(entries)
    for entry in known:
        if entry.holds(day):
            return entry
    first = min(e.in_force_from for e in known)
    raise UsageError(
        "no-data-for-date",
        vi=f"Không có dữ liệu về {what.vi} cho ngày {day:%d/%m/%Y}.",
        en=f"There is no data on {what.en} for {day}.",
        remedy_vi=f"Dữ liệu có từ {first:%d/%m/%Y}; chọn ngày khác.",
        remedy_en=f"Data begins on {first}; choose another day.",
    )


def _check_provision(provision: str) -> None:
    """Errors: `ValueError` for what is neither a provision nor a whole document ("tt42")."""
    if provision in DOCUMENTS:
        return
    try:
        split_provision(provision)
    except HpcpError as error:
        raise ValueError(f"“{provision}” is no provision id such as nd55:9.2") from error


def _label(provision: str, lang: str) -> str:
    if provision in DOCUMENTS:
        return DOCUMENTS[provision].short[lang == "en"]
    return provision_label(provision, lang)


def _unique(values: Sequence[str], what: str) -> None:
    twice = sorted({v for v in values if values.count(v) > 1})
    if twice:
        raise ValueError(f"{what} used twice: {', '.join(twice)}")


def _apart(entries: Sequence[Dated], what: str) -> None:
    """Errors: `ValueError` when two entries hold on one day, so that no answer would depend on their order."""
    ordered = sorted(entries, key=lambda e: e.in_force_from)
    for one, other in pairwise(ordered):
        if one.in_force_to is None or other.in_force_from <= one.in_force_to:
            raise ValueError(f"{what}: the entry from {other.in_force_from} begins before the one before it ends")
