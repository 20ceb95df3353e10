"""Ranges of administrative fines for what a finding may amount to: what the decree allows, never a prediction."""

from __future__ import annotations

from datetime import date

from hpcp_rules.model.report import Bilingual, Model
from hpcp_rules.procedure.parameters import Basis, FineSpec, Parameters, in_force, load_parameters
from hpcp_rules.rulespec.provisions import split_provision

__all__ = ["Fine", "Fines", "Range", "fines"]

_WHAT = Bilingual(vi="mức phạt", en="fines")


class Range(Model):
    """From and to, in VND; `capped` when the highest fine of the field cut it."""

    low: int
    high: int
    capped: bool = False


class Fine(Model):
    """The range of one offence."""

    id: str
    name: Bilingual
    individual: Range | None
    """None where the decree states the range for organisations only."""
    organisation: Range
    doubled_when: Bilingual | None = None
    doubled_by: str | None = None
    individual_doubled: Range | None = None
    organisation_doubled: Range | None = None
    remedies: tuple[Bilingual, ...] = ()
    note: Bilingual | None = None
    basis: Basis


class Fines(Model):
    """All offences that a breach of a provision may amount to; an empty list means that the data names none."""

    provision: str
    as_of: date
    fines: tuple[Fine, ...]
    cap_individual: int
    cap_organisation: int
    cap_basis: Basis
    organisation_basis: Basis
    stacking: Bilingual
    notice: Bilingual = Bilingual(
        vi="Đây là khung phạt theo nghị định, không phải dự đoán mức phạt; có vi phạm hay không và phạt bao nhiêu"
        " do người có thẩm quyền quyết định.",
        en="These are the ranges of the decree, not a prediction; whether there is an offence and what the fine is"
        " are for the competent person to decide.",
    )


def fines(provision: str, as_of: date, *, parameters: Parameters | None = None) -> Fines:
    """Ranges for a breach of a provision such as ``law19:25.3``, or for an offence such as ``nd98:49.1.b``.

    Arguments:
        as_of: the day of the act.
        parameters: other data than what ships with the package.

    A provision takes what covers it and what is under it: ``law19:25.3`` is covered by ``law19:25``, and ``law19:23``
    shows the offences of its clauses.

    Errors: `UsageError` for what is no provision, and for days before the data (21 February 2025).
    """
    split_provision(provision)
    spec = (parameters or load_parameters()).fines
    cap = in_force(spec.caps, as_of, _WHAT)
    factor = in_force(spec.factors, as_of, _WHAT)

    def limited(low: int, high: int, most: int) -> Range:
        return Range(low=min(low, most), high=min(high, most), capped=high > most)

    def fine(f: FineSpec) -> Fine:
        times = 1 if f.level == "organisation" else factor.organisation
        alone = f.level == "individual"
        double = f.doubled is not None
        return Fine(
            id=f.id,
            name=f.name,
            individual=limited(f.low, f.high, cap.individual) if alone else None,
            organisation=limited(times * f.low, times * f.high, cap.organisation),
            doubled_when=f.doubled,
            doubled_by=f.doubled_by,
            individual_doubled=limited(2 * f.low, 2 * f.high, cap.individual) if alone and double else None,
            organisation_doubled=limited(2 * times * f.low, 2 * times * f.high, cap.organisation) if double else None,
            remedies=f.remedies,
            note=f.note,
            basis=f.cited(),
        )

    wanted = [
        f
        for f in spec.fines
        if f.holds(as_of) and any(_touch(provision, covered) for covered in (*f.covers, f.id))
    ]  # fmt: skip
    return Fines(
        provision=provision,
        as_of=as_of,
        fines=tuple(fine(f) for f in wanted),
        cap_individual=cap.individual,
        cap_organisation=cap.organisation,
        cap_basis=cap.cited(),
        organisation_basis=factor.cited(),
        stacking=spec.stacking,
    )


def _touch(one: str, other: str) -> bool:
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")
