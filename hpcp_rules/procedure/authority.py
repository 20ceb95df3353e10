"""Where a dossier is filed and who controls the terms, by date; what the texts leave open stays open."""

from __future__ import annotations

from datetime import date

from hpcp_rules.errors import UsageError
from hpcp_rules.model.report import Bilingual, Model
from hpcp_rules.procedure.parameters import Basis, Parameters, in_force, load_parameters

__all__ = ["Authority", "Competence", "competence"]

_WHAT = Bilingual(vi="thẩm quyền", en="competence")


class Authority(Model):
    """Who is competent for terms of one reach."""

    reach: str
    """``one-province`` or ``several-provinces``."""
    receives: Bilingual
    controls: Bilingual


class Competence(Model):
    """Competent authorities on a day."""

    as_of: date
    authorities: tuple[Authority, ...]
    """One when the reach is known, else both possibilities."""
    open: tuple[Bilingual, ...]
    notes: tuple[Bilingual, ...]
    basis: Basis


def competence(as_of: date, *, provinces: int | None = None, parameters: Parameters | None = None) -> Competence:
    """Who receives the dossier and controls the terms on a day.

    Arguments:
        as_of: the day the dossier is filed.
        provinces: in how many provinces the terms are used; None where that is not known.
        parameters: other data than what ships with the package.

    Errors: `UsageError` for a number below 1 and for days before the data.
    """
    if provinces is not None and provinces < 1:
        raise UsageError(
            "bad-number",
            vi=f"Số tỉnh phải từ 1 trở lên, không phải {provinces}.",
            en=f"The number of provinces is 1 or more, not {provinces}.",
            remedy_vi="Bỏ --provinces nếu chưa biết.",
            remedy_en="Leave --provinces out when it is not known.",
        )
    period = in_force((parameters or load_parameters()).competence.periods, as_of, _WHAT)
    both = (("one-province", period.one_province), ("several-provinces", period.several))
    wanted = both if provinces is None else both[:1] if provinces == 1 else both[1:]
    return Competence(
        as_of=as_of,
        authorities=tuple(Authority(reach=reach, receives=a.receives, controls=a.controls) for reach, a in wanted),
        open=period.open + (() if provinces == 1 else period.open_several),
        notes=period.notes,
        basis=period.cited(),
    )
