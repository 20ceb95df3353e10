"""Which law applies to a contract: Article 80 of Law 19/2023/QH15."""

from __future__ import annotations

from datetime import date
from typing import Literal

from hpcp_rules.errors import UsageError
from hpcp_rules.model.report import Bilingual, Model
from hpcp_rules.procedure.parameters import Basis, Parameters, load_parameters

__all__ = ["ApplicableLaw", "applicable_law"]


class ApplicableLaw(Model):
    """The law for a contract, or for standard terms as such, on a day."""

    as_of: date
    concluded_on: date | None
    law: Literal["law19", "law59"]
    """The law for what differs between the two; what conforms to Law 19/2023/QH15 is under it in any case."""
    name: Bilingual
    provision: str | None
    """The point of Article 80 it follows from; None where no transition is involved."""
    reason: Bilingual
    open: tuple[Bilingual, ...] = ()
    basis: Basis


def applicable_law(
    as_of: date,
    concluded_on: date | None,
    *,
    changed_on: date | None = None,
    parameters: Parameters | None = None,
) -> ApplicableLaw:
    """The law that applies on a day.

    Arguments:
        as_of: the day looked at.
        concluded_on: the day the contract was concluded; None for standard terms looked at as such.
        changed_on: the last day on which the parties changed form or content of that contract by agreement.
        parameters: other data than what ships with the package.

    Errors: `UsageError` when the days are out of order, or a change has no contract.
    """
    for name, value, limit in (
        ("concluded_on", concluded_on, as_of),
        ("changed_on", changed_on, as_of),
        ("concluded_on", concluded_on, changed_on),
    ):
        if value is not None and limit is not None and value > limit:
            raise _order(name, value, limit)
    if changed_on is not None and concluded_on is None:
        raise UsageError(
            "no-contract",
            vi="Có ngày sửa đổi nhưng không có ngày giao kết.",
            en="There is a day of change but none of conclusion.",
            remedy_vi="Cho thêm ngày giao kết (--concluded).",
            remedy_en="Give the day of conclusion too (--concluded).",
        )
    spec = (parameters or load_parameters()).transition
    start = spec.in_force_from

    def answer(
        law: Literal["law19", "law59"], provision: str | None, reason: Bilingual, *, unsettled: bool = False
    ) -> ApplicableLaw:
        return ApplicableLaw(
            as_of=as_of,
            concluded_on=concluded_on,
            law=law,
            name=spec.new_law if law == "law19" else spec.old_law,
            provision=provision,
            reason=reason,
            open=spec.open if unsettled else (),
            basis=spec.cited(),
        )

    if as_of < start:
        return answer("law59", None, spec.before_law)
    if concluded_on is None:
        if as_of < spec.conform_before:
            return answer("law19", "law19:80.2", spec.template_in_transition)
        return answer("law19", "law19:80.2", spec.template)
    if concluded_on >= start:
        return answer("law19", None, spec.new)
    if changed_on is not None and changed_on >= start:
        return answer("law19", "law19:80.1.a", spec.changed, unsettled=True)
    return answer("law59", "law19:80.1.a", spec.old)


def _order(name: str, value: date, limit: date) -> UsageError:
    return UsageError(
        "days-out-of-order",
        vi=f"{name} ({value:%d/%m/%Y}) sau ngày {limit:%d/%m/%Y}.",
        en=f"{name} ({value}) is after {limit}.",
        remedy_vi="Kiểm tra lại các ngày.",
        remedy_en="Check the days.",
    )
