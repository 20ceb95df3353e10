"""Decisions of the person who examines a document: what they accepted, rejected, reworded or added, who and when.

One file belongs to one result. The command line, notices and the web desk share this model; docs/review.md describes
the file and docs/schema/decisions-1.0.schema.json is its JSON Schema.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hpcp_rules.errors import UsageError, Where
from hpcp_rules.model.report import (
    BADLY_READ,
    Bilingual,
    Finding,
    FormResult,
    RequirementResult,
    RunReport,
    Span,
    Status,
    Strength,
)
from hpcp_rules.review.files import load_json
from hpcp_rules.rulespec.provisions import provision_label, split_provision
from hpcp_rules.text.fold import fold

__all__ = [
    "STATES",
    "AddedFinding",
    "Decision",
    "Decisions",
    "DocumentRef",
    "Item",
    "added_id",
    "blank_decisions",
    "decide",
    "decisions_schema",
    "gold_record",
    "items",
    "load_decisions",
    "stale",
]  # fmt: skip

State = Literal["undecided", "accepted", "rejected", "consult"]
STATES: tuple[State, ...] = get_args(State)
ItemKind = Literal["finding", "added", "requirement", "form", "not-checked"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DocumentRef(_Strict):
    """The document that was decided on; `sha256` of its file is what holds."""

    name: str
    sha256: str


class ResultRef(_Strict):
    """The result that was decided on."""

    tool: str
    pack: str
    pack_sha256: str
    as_of: str


class Decision(_Strict):
    """What a person decided on one point of the result."""

    target: str
    """Id of a finding, or ``required/PROVISION``, ``form/ID``, ``not-checked/CODE``."""
    state: State = "undecided"
    """``accepted``: goes into the notice; for a part that was not checked: read by hand. ``rejected``: does not.
    ``consult``: to be asked of another authority; open like ``undecided``."""
    reason: str = ""
    """Why it was rejected, or what was found in reading by hand; needed for ``rejected``."""
    opinion: str = ""
    """The authority's opinion in its own words; empty: the explanation and proposed wording of the rule."""
    status: Status | None = None
    """For a required content: what the person says it is, where that is not what the result says."""
    strength: Strength | None = None
    by: str = ""
    at: datetime | None = None

    @model_validator(mode="after")
    def _explained(self) -> Decision:
        if self.state == "rejected" and not self.reason.strip():
            raise ValueError(f"{self.target}: a rejected finding needs a reason")
        if self.status and not self.target.startswith("required/"):
            raise ValueError(f"{self.target}: only a required content has a status")
        return self


class AddedFinding(_Strict):
    """A finding that a person added: what the rules did not see."""

    id: str = Field(pattern=r"^H[0-9a-f]{15}$")
    """See `added_id`."""
    span: Span
    quote: str = Field(min_length=1)
    provision: str
    also: tuple[str, ...] = ()
    strength: Strength = "clear"
    outline: tuple[str, ...] = ()
    page: int | None = None
    opinion: str = Field(min_length=1)
    by: str = ""
    at: datetime | None = None

    @model_validator(mode="after")
    def _cites(self) -> AddedFinding:
        for provision in (self.provision, *self.also):
            try:
                split_provision(provision)
            except UsageError as error:
                raise ValueError(error.en) from error
        if self.span.end - self.span.start != len(self.quote):
            raise ValueError("the span is not as long as the quote")
        return self


class Decisions(_Strict):
    """Everything a person decided on one result."""

    schema_version: Literal["1.0"] = "1.0"
    document: DocumentRef
    result: ResultRef
    fields: dict[str, str] = Field(default_factory=dict)
    """What is known of the dossier, by the field names of notices (docs/review.md)."""
    decisions: tuple[Decision, ...] = ()
    added: tuple[AddedFinding, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Decisions:
        counted = Counter([d.target for d in self.decisions] + [a.id for a in self.added])
        twice = [t for t, n in counted.items() if n > 1]
        if twice:
            raise ValueError(f"decided twice: {', '.join(twice)}")
        return self


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a result with its decision: a line of the desk, a row of a notice."""

    key: str
    kind: ItemKind
    state: State
    provision: str
    also: tuple[str, ...]
    place: str
    """Outline and page, in words; empty for what concerns the whole document."""
    start: int
    quote: str
    """The words of the document, or what it lacks."""
    opinion: str
    """Edited by the person, else as the rule explains it. Vietnamese: it goes into a notice."""
    edited: bool
    matters: bool
    """False for advice, contents that are there and forms in order: nobody needs to decide on them."""
    decision: Decision | None = None
    read_badly: bool = False
    """True where the words come from a scan and may be misread: to be compared with the original."""

    @property
    def open(self) -> bool:
        """True when it matters and nobody has decided yet."""
        return self.matters and self.state in ("undecided", "consult")


def added_id(provision: str, quote: str, start: int) -> str:
    """The id of a finding added by hand: ``H`` and a hash, so that it is stable and never that of a rule."""
    words = " ".join(fold(quote).split())
    return "H" + hashlib.sha256(f"{provision}\x00{words}\x00{start}".encode()).hexdigest()[:15]


def blank_decisions(report: RunReport) -> Decisions:
    """A file to fill in: every point that matters, undecided."""
    empty = Decisions(document=_document(report), result=_result(report))
    # Two contents that one provision requires share a key, and so a decision.
    wanted = dict.fromkeys(i.key for i in items(report, empty) if i.matters)
    return empty.model_copy(update={"decisions": tuple(Decision(target=key) for key in wanted)})


def _document(report: RunReport) -> DocumentRef:
    return DocumentRef(name=Path(report.document.name).name, sha256=report.document.sha256)


def _result(report: RunReport) -> ResultRef:
    return ResultRef(
        tool=report.tool, pack=f"{report.pack.id} {report.pack.version}", pack_sha256=report.pack.sha256,
        as_of=report.as_of.isoformat(),
    )  # fmt: skip


def load_decisions(path: Path, report: RunReport) -> Decisions:
    """The decisions of a file on this result.

    Errors: `UsageError` for a file that is none, or that belongs to another document.
    """
    found = load_json(path, Decisions, "hpcp decisions new")
    if found.document.sha256 != report.document.sha256:
        raise UsageError(
            "other-document",
            vi=f"Các quyết định này thuộc tệp khác ({found.document.name}), không phải {report.document.name}.",
            en=f"These decisions belong to another file ({found.document.name}), not to {report.document.name}.",
            where=Where(str(path)),
            remedy_vi="Kiểm tra lại đúng tệp hợp đồng, hoặc lập tệp quyết định mới: hpcp decisions new.",
            remedy_en="Check the very file again, or make new decisions: hpcp decisions new.",
        )
    return found


def decide(
    decisions: Decisions,
    targets: Sequence[str],
    state: State,
    *,
    opinion: str = "",
    reason: str = "",
    by: str = "",
    at: datetime | None = None,
) -> Decisions:
    """The decisions with these targets decided; everything else stays as it is.

    Arguments:
        targets: ids as the file has them, or ``all`` for what is still undecided.

    Errors: `UsageError` for a target the file does not have, and for a rejection without a reason.
    """
    known = {d.target for d in decisions.decisions}
    unknown = [t for t in targets if t != "all" and t not in known]
    if unknown:
        raise UsageError(
            "unknown-target",
            vi=f"Tệp quyết định không có điểm «{unknown[0]}».",
            en=f"The file of decisions has no point “{unknown[0]}”.",
            where=Where(decisions.document.name),
            remedy_vi="Xem các điểm: hpcp decisions show KQ.json --decisions QD.json.",
            remedy_en="See the points: hpcp decisions show RESULT.json --decisions D.json.",
        )
    if state == "rejected" and not reason.strip():
        raise UsageError(
            "needs-reason", vi="Bác một dấu hiệu thì phải nêu lý do.", en="A rejection needs a reason.",
            remedy_vi="Thêm: --reason \"…\".", remedy_en="Add: --reason \"…\".",
        )  # fmt: skip
    wanted = set(targets)
    out = []
    for d in decisions.decisions:
        if d.target in wanted or ("all" in wanted and d.state == "undecided"):
            new = {"state": state, "reason": reason, "opinion": opinion or d.opinion, "by": by or d.by, "at": at}
            d = Decision.model_validate(d.model_dump() | new)
        out.append(d)
    return decisions.model_copy(update={"decisions": tuple(out)})


def stale(report: RunReport, decisions: Decisions) -> list[Decision]:
    """Decisions on points that the result does not have: an other rule pack or date made it."""
    known = {i.key for i in items(report, decisions)}
    return [d for d in decisions.decisions if d.target not in known]


def items(report: RunReport, decisions: Decisions | None = None) -> list[Item]:
    """Every point of a result with what was decided on it: unread parts, clauses in document order, contents, form."""
    by_target = {d.target: d for d in decisions.decisions} if decisions else {}
    out = []
    for n in report.not_checked:
        key = f"not-checked/{n.code}" + (f"/{n.page}" if n.page else f"@{n.span.start}" if n.span else "")
        out.append(_item(key, "not-checked", by_target, "", (), "", n.span.start if n.span else 0,
                         n.part.vi, n.reason.vi, matters=True))  # fmt: skip
    for e in report.errors:
        out.append(_item(f"not-checked/{e.code}@{e.where}", "not-checked", by_target, "", (), "", 0, e.where,
                         e.message.vi, matters=True))  # fmt: skip
    clauses = [_clause(f, by_target) for f in report.findings]
    clauses += [_added(a) for a in decisions.added] if decisions else []
    out += sorted(clauses, key=lambda i: i.start)
    out += [_requirement(r, by_target) for r in report.requirements]
    forms: dict[str, list[FormResult]] = {}
    for form in report.form:
        forms.setdefault(form.key, []).append(form)
    out += [_form(key, group, by_target) for key, group in forms.items()]
    return out


def _item(
    key: str,
    kind: ItemKind,
    by_target: Mapping[str, Decision],
    provision: str,
    also: tuple[str, ...],
    place: str,
    start: int,
    quote: str,
    opinion: str,
    *,
    matters: bool,
) -> Item:
    d = by_target.get(key)
    return Item(
        key, kind, d.state if d else "undecided", provision, also, place, start, quote,
        d.opinion if d and d.opinion else opinion, bool(d and d.opinion), matters or bool(d and d.state != "undecided"),
        d,
    )  # fmt: skip


def _place(outline: tuple[str, ...], page: int | None) -> str:
    words = ", ".join(reversed(outline))
    return words + (f"{' ' if words else ''}(trang {page})" if page else "")


def _clause(f: Finding, by_target: Mapping[str, Decision]) -> Item:
    opinion = (
        f"{f.message.vi} {f.explanation.vi}\nCăn cứ: {_basis(f.provision, f.also)}.\nHướng sửa đổi: {f.suggestion.vi}"
    )
    item = _item(f.id, "finding", by_target, f.provision, f.also, _place(f.outline, f.page), f.span.start, f.quote,
                 opinion, matters=f.severity != "info")  # fmt: skip
    return replace(item, read_badly=f.read_confidence is not None and f.read_confidence < BADLY_READ)


def _basis(provision: str, also: tuple[str, ...]) -> str:
    text = provision_label(provision)
    return text + (f" (liên quan: {', '.join(provision_label(p) for p in also)})" if also else "")


def _added(a: AddedFinding) -> Item:
    return Item(a.id, "added", "accepted", a.provision, a.also, _place(a.outline, a.page), a.span.start, a.quote,
                a.opinion, True, True)  # fmt: skip


_LACKS: dict[Status, Bilingual] = {
    "absent": Bilingual(vi="Không thấy trong dự thảo", en="Not found in the draft"),
    "partial": Bilingual(vi="Chưa đủ trong dự thảo", en="Partial in the draft"),
    "present": Bilingual(vi="Có trong dự thảo", en="In the draft"),
    "not_applicable": Bilingual(vi="Không áp dụng", en="Not applicable"),
}


def _requirement(r: RequirementResult, by_target: Mapping[str, Decision]) -> Item:
    d = by_target.get(r.key)
    status = d.status if d and d.status else r.status
    opinion = f"Đề nghị bổ sung nội dung «{r.title.vi}» theo {provision_label(r.provision)}."
    if status == "partial" and r.missing:
        opinion += f" Còn thiếu: {r.missing.vi}."
    item = _item(r.key, "requirement", by_target, r.provision, (), "", r.evidence[0].start if r.evidence else 0,
                 f"{_LACKS[status].vi}: {r.title.vi}", opinion, matters=status in ("absent", "partial"))  # fmt: skip
    return item


def _form(key: str, group: list[FormResult], by_target: Mapping[str, Decision]) -> Item:
    found = [r for r in group if r.status == "finding"]
    shown = found or group
    first = shown[0]
    return _item(key, "form", by_target, first.provision, (), _place((), first.page),
                 first.span.start if first.span else 0, "Hình thức trình bày của văn bản",
                 f"{' '.join(dict.fromkeys(r.message.vi for r in shown))} Căn cứ: {provision_label(first.provision)}.",
                 matters=any(r.severity != "info" for r in found))  # fmt: skip


def gold_record(report: RunReport, decisions: Decisions, text: str, *, annotator: str = "") -> dict[str, object]:
    """The accepted findings as a record of an annotated set: what `hpcp eval` reads beside the contract's text.

    Arguments:
        text: the text that spans refer to.

    Errors: `UsageError` when a quote is not what stands at its place.
    """
    clauses: list[dict[str, object]] = []
    strengths = {f.id: f.strength for f in report.findings}
    spans = {f.id: f.span for f in report.findings} | {a.id: a.span for a in decisions.added}
    strengths |= {a.id: a.strength for a in decisions.added}
    for item in items(report, decisions):
        if item.kind not in ("finding", "added") or item.state != "accepted":
            continue
        span = spans[item.key]
        if text[span.start : span.end] != item.quote:
            raise UsageError(
                "quote-moved",
                vi=f"Câu trích của {item.key} không nằm ở vị trí {span.start}-{span.end} của văn bản.",
                en=f"The quote of {item.key} is not what stands at {span.start}-{span.end} of the text.",
                where=Where(report.document.name),
                remedy_vi="Dùng đúng tệp hợp đồng đã kiểm tra.",
                remedy_en="Use the very contract that was checked.",
            )
        chosen = item.decision.strength if item.decision else None
        clauses.append(
            {
                "quote": item.quote, "start": span.start, "end": span.end,
                "provisions": [item.provision, *item.also], "strength": chosen or strengths[item.key],
                "why": item.opinion,
            }
        )  # fmt: skip
    facts = {f.id: f.value for f in report.document.facts}
    names = {r: [n for p in report.document.parties if p.role == r for n in p.names] for r in ("business", "consumer")}
    statuses = {}
    confirmed = {d.target: d for d in decisions.decisions}
    for r in report.requirements:
        d = confirmed.get(r.key)
        status = d.status or r.status if d and d.state == "accepted" else None
        if status and status != "not_applicable":
            statuses[r.provision] = status
    document: dict[str, object] = {
        "kind": report.document.kind,
        "business_names": names["business"],
        "consumer_names": names["consumer"],
        "consumer_contract": report.document.consumer_contract,
        **{k: facts[k] for k in ("distance", "continuous") if k in facts},
        **({"required": statuses} if statuses else {}),
    }
    return {"document": document, "clauses": clauses, **({"annotator": annotator} if annotator else {})}


def decisions_schema() -> str:
    """The JSON Schema of the file: ``python -m hpcp_rules.review.decisions`` prints what lies in docs/schema."""
    return json.dumps(Decisions.model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(decisions_schema(), end="")
