"""Exchange with the national consumer-protection database: one documented JSON for results and decisions.

No system's own format was published when this was written; this one is ours, versioned, with stable ids, so that any
system can map it (docs/review.md, docs/schema/exchange-1.0.schema.json). It holds no personal data unless asked for:
who decided, names of parties and the words of the contract are left out, and file names too, which often are names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from hpcp_rules.model.report import (
    Bilingual,
    DocumentKind,
    FormStatus,
    Model,
    RunReport,
    Severity,
    Status,
    Strength,
)
from hpcp_rules.review.decisions import Decisions, State, items
from hpcp_rules.review.files import load_json

__all__ = ["Dossier", "Exchange", "ExchangeFinding", "exchange", "exchange_schema", "load_exchange"]


class Personal(Model):
    """What may name a person; only when asked for."""

    file: str
    business: tuple[str, ...]
    consumer: tuple[str, ...]
    fields: dict[str, str]
    """Fields of the dossier as the office wrote them."""


class ExchangeFinding(Model):
    """A sign with what was decided on it. `quote` and `opinion` only when texts were asked for."""

    id: str
    origin: Literal["rule", "person"]
    rule: str | None = None
    rule_version: str | None = None
    provision: str
    also: tuple[str, ...] = ()
    severity: Severity | None = None
    strength: Strength
    confidence: float | None = None
    state: State
    decided_at: datetime | None = None
    decided_by: str | None = None
    outline: tuple[str, ...] = ()
    start: int
    end: int
    quote: str | None = None
    opinion: str | None = None


class ExchangeRequirement(Model):
    """A required content: what the program saw and what a person confirmed."""

    provision: str
    status: Status
    confirmed: Status | None = None


class ExchangeForm(Model):
    """A check of form."""

    id: str
    provision: str
    status: FormStatus
    page: int | None = None


class Dossier(Model):
    """One document."""

    id: str
    """Hash of the file and the day of the law: the same document checked again under the same law keeps it."""
    sha256: str
    media_type: str
    characters: int
    kind: DocumentKind
    sector: str | None = None
    code: str | None = None
    """The dossier's own code, where decisions have it."""
    as_of: date
    tool: str
    pack: str
    pack_sha256: str
    complete: bool
    not_checked: tuple[str, ...]
    """Codes of what could not be checked."""
    findings: tuple[ExchangeFinding, ...]
    requirements: tuple[ExchangeRequirement, ...]
    form: tuple[ExchangeForm, ...]
    personal: Personal | None = None


class Exchange(Model):
    """The whole file."""

    schema_version: Literal["1.0"] = "1.0"
    format: Literal["hpcp-exchange"] = "hpcp-exchange"
    made_on: date
    personal_data: bool
    texts: bool
    dossiers: tuple[Dossier, ...] = Field(default=())
    notice: Bilingual


def exchange(
    reports: Iterable[RunReport],
    decisions: Mapping[str, Decisions] | None = None,
    *,
    today: date,
    personal: bool = False,
    texts: bool = False,
) -> Exchange:
    """Results and decisions as one object.

    Arguments:
        decisions: by the digest of the document.
        personal: also file and party names, dossier fields and who decided.
        texts: also quotes and opinions, which may hold names too.
    """
    notice = Bilingual.model_validate(RunReport.model_fields["notice"].default)
    dossiers = tuple(_dossier(r, (decisions or {}).get(r.document.sha256), personal, texts) for r in reports)
    return Exchange(made_on=today, personal_data=personal, texts=texts, dossiers=dossiers, notice=notice)


def _dossier(report: RunReport, decided: Decisions | None, personal: bool, texts: bool) -> Dossier:
    document = report.document
    by_id = {f.id: f for f in report.findings}
    added = {a.id: a for a in decided.added} if decided else {}
    findings = []
    for item in items(report, decided):
        if item.kind not in ("finding", "added"):
            continue
        f, a, d = by_id.get(item.key), added.get(item.key), item.decision
        span = f.span if f else added[item.key].span
        findings.append(
            ExchangeFinding(
                id=item.key, origin="rule" if f else "person", rule=f.rule if f else None,
                rule_version=f.rule_version if f else None, provision=item.provision, also=item.also,
                severity=f.severity if f else None,
                strength=d.strength if d and d.strength else (f or added[item.key]).strength,
                confidence=f.confidence if f else None, state=item.state,
                decided_at=a.at if a else d.at if d else None,
                decided_by=((a.by if a else d.by if d else "") or None) if personal else None,
                outline=(f or added[item.key]).outline if _numbers_only(f or added[item.key]) or texts else (),
                start=span.start, end=span.end, quote=item.quote if texts else None,
                opinion=item.opinion if texts and item.edited else None,
            )
        )  # fmt: skip
    confirmed = {d.target: d for d in decided.decisions if d.state == "accepted"} if decided else {}
    fields = decided.fields if decided else {}
    return Dossier(
        id=hashlib.sha256(f"{document.sha256}\x00{report.as_of}".encode()).hexdigest()[:20],
        sha256=document.sha256, media_type=document.media_type, characters=document.characters, kind=document.kind,
        sector=fields.get("linh_vuc") or None, code=fields.get("ma_ho_so") or None, as_of=report.as_of,
        tool=report.tool, pack=f"{report.pack.id} {report.pack.version}", pack_sha256=report.pack.sha256,
        complete=report.complete, not_checked=(*(n.code for n in report.not_checked), *(e.code for e in report.errors)),
        findings=tuple(findings),
        requirements=tuple(
            ExchangeRequirement(
                provision=r.provision, status=r.status,
                confirmed=(confirmed[r.key].status or r.status) if r.key in confirmed else None,
            )
            for r in report.requirements
        ),
        form=tuple(ExchangeForm(id=r.id, provision=r.provision, status=r.status, page=r.page) for r in report.form),
        personal=Personal(
            file=Path(document.name).name,
            business=tuple(n for p in document.parties if p.role == "business" for n in p.names),
            consumer=tuple(n for p in document.parties if p.role == "consumer" for n in p.names), fields=dict(fields),
        )
        if personal
        else None,
    )  # fmt: skip


def _numbers_only(found: object) -> bool:
    """True when every label is a number such as "Điều 7": headings without one may hold names."""
    outline: tuple[str, ...] = getattr(found, "outline", ())
    return all(label.split(" ", 1)[0].lower() in _LABELS and len(label) < 24 for label in outline)


_LABELS = ("phần", "chương", "mục", "điều", "khoản", "điểm", "tiểu")


def load_exchange(path: Path) -> Exchange:
    """The objects that a file of `hpcp exchange` was made from.

    Errors: `UsageError` for a file that is none, or of another version.
    """
    return load_json(path, Exchange, "hpcp exchange")


def exchange_schema() -> str:
    """The JSON Schema: ``python -m hpcp_rules.review.exchange`` prints what lies in docs/schema."""
    return json.dumps(Exchange.model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(exchange_schema(), end="")
