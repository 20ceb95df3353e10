"""Many results at once: figures by sector, provision, business and month, for the yearly report and for planning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from hpcp_rules.errors import UsageError, Where
from hpcp_rules.model.report import Bilingual, Model, RunReport
from hpcp_rules.review.decisions import Decisions, items
from hpcp_rules.review.files import load_json, load_results
from hpcp_rules.rulespec.provisions import provision_label, split_provision

__all__ = ["UNKNOWN", "DocumentRow", "Figure", "Summary", "load_decisions_folder", "load_folder", "period", "summarise"]

UNKNOWN = "?"
"""Sector or business that nothing tells."""


class Figure(Model):
    """Counts for one sector, provision, business or month."""

    label: str
    documents: int
    """Documents of it; for a provision, documents with a sign of it."""
    with_signs: int
    signs: int
    """Without advice and without what waivers take out of the count."""
    accepted: int
    rejected: int
    open: int


class DocumentRow(Model):
    """One document in the figures."""

    name: str
    sha256: str
    business: str
    sector: str
    as_of: date
    kind: str
    signs: int
    accepted: int
    rejected: int
    open: int
    absent: int
    """Required contents that were not found."""
    form: int
    complete: bool


class Summary(Model):
    """Figures of many results. Signs are for a person to decide on; `accepted` is what a person decided."""

    schema_version: Literal["1.0"] = "1.0"
    first_day: date | None
    last_day: date | None
    documents: tuple[DocumentRow, ...]
    unread: tuple[str, ...]
    """Documents that could not be read at all: they are in no other figure."""
    repeated: int
    """Results left out because a later one of the same file is there."""
    outside: int
    """Results left out because their day lies outside the period."""
    by_sector: tuple[Figure, ...]
    by_provision: tuple[Figure, ...]
    by_business: tuple[Figure, ...]
    by_month: tuple[Figure, ...]
    notice: Bilingual

    @property
    def incomplete(self) -> int:
        """Documents of which a part was not checked."""
        return sum(not d.complete for d in self.documents)


def period(year: int) -> tuple[date, date]:
    """The period of the provincial report of a year: 15 December to 14 December (Decree 55/2024, Article 16(1))."""
    return date(year - 1, 12, 15), date(year, 12, 14)


def load_folder(folder: Path) -> list[RunReport]:
    """All results in a folder and below; a single file is taken too.

    Errors: `UsageError` when there is none, or naming the JSON file that is something else.
    """
    if folder.is_file():
        return load_results(folder)
    paths = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in (".json", ".jsonl", ".ndjson") and p.is_file()]
    if not paths:
        raise UsageError(
            "no-results", vi="Không thấy kết quả nào (.json, .jsonl).", en="There are no results (.json, .jsonl).",
            where=Where(str(folder)), remedy_vi="Tạo bằng: hpcp check THƯ_MỤC --format jsonl -o kq.jsonl.",
            remedy_en="Make them: hpcp check FOLDER --format jsonl -o results.jsonl.",
        )  # fmt: skip
    return [report for path in paths for report in load_results(path)]


def load_decisions_folder(folder: Path) -> dict[str, Decisions]:
    """All decisions in a folder and below, by the digest of their document.

    Errors: `UsageError` for a JSON file that holds none, or two files on one document.
    """
    out: dict[str, Decisions] = {}
    for path in [folder] if folder.is_file() else sorted(folder.rglob("*.json")):
        found = load_json(path, Decisions, "hpcp decisions new")
        if found.document.sha256 in out:
            raise UsageError(
                "decided-twice",
                vi=f"Hai tệp quyết định cho cùng một văn bản ({found.document.name}).",
                en=f"Two files of decisions on one document ({found.document.name}).",
                where=Where(str(path)),
                remedy_vi="Giữ lại một tệp.",
                remedy_en="Keep one of them.",
            )
        out[found.document.sha256] = found
    return out


def summarise(
    reports: Iterable[RunReport],
    decisions: Mapping[str, Decisions] | None = None,
    *,
    sectors: Mapping[str, str] | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Summary:
    """Figures of results.

    Arguments:
        decisions: by the digest of the document; their fields name business and sector.
        sectors: sector by the digest of the document, where decisions do not say.
        first_day, last_day: only results whose date of law lies between.
    """
    latest: dict[str, RunReport] = {}
    unread: list[str] = []
    repeated = outside = 0
    notice = Bilingual.model_validate(RunReport.model_fields["notice"].default)
    for report in reports:
        if (first_day and report.as_of < first_day) or (last_day and report.as_of > last_day):
            outside += 1
        elif not report.document.sha256:
            unread.append(report.document.name)
        else:
            before = latest.get(report.document.sha256)
            repeated += before is not None
            if before is None or report.as_of >= before.as_of:
                latest[report.document.sha256] = report
    rows: list[DocumentRow] = []
    by_provision: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for digest, report in latest.items():
        decided = (decisions or {}).get(digest)
        row, states = _row(report, decided, (sectors or {}).get(digest, UNKNOWN))
        rows.append(row)
        for provision, state in states:
            by_provision[provision][digest].append(state)
    rows.sort(key=lambda r: (r.sector, r.business, r.name))
    return Summary(
        first_day=first_day, last_day=last_day, documents=tuple(rows), unread=tuple(sorted(set(unread))),
        repeated=repeated, outside=outside, by_sector=_figures(rows, "sector"), by_business=_figures(rows, "business"),
        by_month=_figures(rows, "month"),
        by_provision=tuple(_provision(p, d) for p, d in sorted(by_provision.items(), key=lambda x: _order(x[0]))),
        notice=notice,
    )  # fmt: skip


def _row(report: RunReport, decided: Decisions | None, sector: str) -> tuple[DocumentRow, list[tuple[str, str]]]:
    """A document's row, and provision and state of each of its signs."""
    out = report.not_counted
    clauses = [i for i in items(report, decided) if i.kind in ("finding", "added") and i.matters and i.key not in out]
    states: list[tuple[str, str]] = [(i.provision, "open" if i.open else i.state) for i in clauses]
    fields = decided.fields if decided else {}
    names = [n for p in report.document.parties if p.role == "business" for n in p.names]
    business = fields.get("doanh_nghiep") or max((n for n in names if _named(n)), key=len, default=UNKNOWN)
    row = DocumentRow(
        name=report.document.name, sha256=report.document.sha256, business=business,
        sector=fields.get("linh_vuc") or sector, as_of=report.as_of, kind=report.document.kind, signs=len(states),
        accepted=sum(s == "accepted" for _, s in states), rejected=sum(s == "rejected" for _, s in states),
        open=sum(s == "open" for _, s in states), absent=sum(r.status == "absent" for r in report.requirements),
        form=sum(r.status == "finding" and r.severity != "info" for r in report.form), complete=report.complete,
    )  # fmt: skip
    return row, states


_COMPANY = ("công ty", "ngân hàng", "tập đoàn", "hợp tác xã", "doanh nghiệp", "tổng công ty", "bệnh viện", "trường")
_NAMED_WORDS = 4


def _named(name: str) -> bool:
    """True for a company's own name; "Bên A", "chúng tôi" or "Công ty" name nobody outside the contract."""
    low = name.lower()
    return low.startswith(_COMPANY) and len(low.split()) >= _NAMED_WORDS


def _figures(rows: Sequence[DocumentRow], by: Literal["sector", "business", "month"]) -> tuple[Figure, ...]:
    groups: dict[str, list[DocumentRow]] = defaultdict(list)
    for row in rows:
        groups[f"{row.as_of:%Y-%m}" if by == "month" else str(getattr(row, by))].append(row)
    figures = [
        Figure(
            label=label, documents=len(found), with_signs=sum(r.signs > 0 for r in found),
            signs=sum(r.signs for r in found), accepted=sum(r.accepted for r in found),
            rejected=sum(r.rejected for r in found), open=sum(r.open for r in found),
        )
        for label, found in groups.items()
    ]  # fmt: skip
    return tuple(sorted(figures, key=lambda f: f.label if by == "month" else (-f.documents, f.label)))


def _provision(provision: str, documents: Mapping[str, list[str]]) -> Figure:
    states = [s for found in documents.values() for s in found]
    return Figure(
        label=provision, documents=len(documents), with_signs=len(documents), signs=len(states),
        accepted=states.count("accepted"), rejected=states.count("rejected"), open=states.count("open"),
    )  # fmt: skip


def _order(provision: str) -> tuple[str, int, int, str]:
    document, article, clause, point = split_provision(provision)
    digits = "".join(c for c in article if c.isdigit())
    return document, int(digits), int("".join(c for c in clause or "0" if c.isdigit())), point or ""


def label(figure: Figure, by: str, lang: str) -> str:
    """A figure's label as people read it."""
    if by == "provision":
        return provision_label(figure.label, lang)
    if figure.label == UNKNOWN:
        return "not known" if lang == "en" else "chưa rõ"
    if by == "month" and lang == "vi":
        return f"{figure.label[5:]}/{figure.label[:4]}"
    return figure.label
