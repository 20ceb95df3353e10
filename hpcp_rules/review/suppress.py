"""Waivers and baselines: findings that do not count, each with its reason. Nothing is taken out of a report.

Both are files of the business, outside the contract. An official's check loads none unless told to.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hpcp_rules.errors import UsageError, Where
from hpcp_rules.model.report import RunReport, Suppressed
from hpcp_rules.review.files import load_json
from hpcp_rules.rulespec.yamlfile import load_model
from hpcp_rules.text.fold import fold

__all__ = [
    "WAIVERS_BESIDE", "Baseline", "BaselineDocument", "LoadedWaiver", "Waiver", "load_baseline", "load_waivers",
    "make_baseline", "suppress",
]  # fmt: skip

WAIVERS_BESIDE = "hpcp-waivers.yaml"
"""What a waiver file is called by convention; it is never loaded unasked."""


class Waiver(BaseModel):
    """One waiver: a finding by its id, or every finding of a rule on that quote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    finding: str | None = None
    """A finding's id, ``required/PROVISION`` or ``form/ID``."""
    rule: str | None = None
    """Id or name of a rule; needs `quote`."""
    quote: str | None = None
    """The whole quote of the finding; case, blanks and the spelling of tones do not matter."""
    document: str | None = None
    """Only in files of this name; ``*`` and ``?`` stand for letters."""
    reason: str = Field(min_length=10)
    until: date
    """Last day on which it holds."""
    by: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Waiver:
        if bool(self.finding) == bool(self.rule or self.quote) or bool(self.rule) != bool(self.quote):
            raise ValueError("give either finding, or rule together with quote")
        return self


class WaiverFile(BaseModel):
    """A file of waivers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    waivers: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True)
class LoadedWaiver:
    """A waiver and the file it stands in, with its number there counted from 1."""

    waiver: Waiver
    file: str
    number: int

    def expired(self, today: date) -> bool:
        """True after its last day."""
        return today > self.waiver.until

    @property
    def shown(self) -> str:
        """How messages name it."""
        w = self.waiver
        return f"{self.file} #{self.number} ({w.finding or w.rule}: {w.reason})"


class BaselineDocument(BaseModel):
    """What one document had when the baseline was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: str = ""
    findings: dict[str, str] = Field(default_factory=dict)
    """Quote or title by key: a finding's id, ``required/PROVISION``, ``form/ID``."""


class Baseline(BaseModel):
    """Findings that were there before: only others count. See docs/review.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal["1.0"] = "1.0"
    tool: str
    pack: str
    made_on: date
    documents: tuple[BaselineDocument, ...]

    def of(self, name: str, sha256: str = "") -> BaselineDocument | None:
        """The entry of a document: the same path, else the same file, else the only one of that file name."""
        for document in self.documents:
            if document.name == name:
                return document
        for document in self.documents:
            if sha256 and document.sha256 == sha256:
                return document
        same = [d for d in self.documents if PurePath(d.name).name == PurePath(name).name]
        return same[0] if len(same) == 1 else None


def load_waivers(paths: Iterable[Path]) -> tuple[LoadedWaiver, ...]:
    """All waivers of some files.

    Errors: `RuleError` with file, line and column for what is no waiver; `UsageError` for a file that cannot be read.
    """
    out: list[LoadedWaiver] = []
    for path in paths:
        try:
            found = load_model(path, WaiverFile, guide="docs/review.md")
        except OSError as error:
            raise UsageError(
                "cannot-read",
                vi=f"Không đọc được tệp miễn trừ ({error.strerror}).",
                en=f"The file of waivers cannot be read ({error.strerror}).",
                where=Where(str(path)),
                remedy_vi="Kiểm tra đường dẫn của --waivers.",
                remedy_en="Check the path of --waivers.",
            ) from error
        out += [LoadedWaiver(w, str(path), n) for n, w in enumerate(found.waivers, 1)]
    return tuple(out)


def load_baseline(path: Path) -> Baseline:
    """A baseline that `hpcp baseline create` wrote.

    Errors: `UsageError` for a file that is none.
    """
    return load_json(path, Baseline, "hpcp baseline create")


def keys(report: RunReport) -> Iterator[tuple[str, str]]:
    """Key and quote of everything in a report that can count against the document."""
    for finding in report.findings:
        yield finding.id, finding.quote
    for required in report.requirements:
        if required.status in ("absent", "partial"):
            yield required.key, required.title.vi
    for form in report.form:
        if form.status == "finding":
            yield form.key, form.message.vi


def make_baseline(reports: Sequence[RunReport], today: date) -> Baseline:
    """The baseline of some reports.

    Errors: `UsageError` when one is not complete: what was not read would later look new, or pass unseen.
    """
    for report in reports:
        if not report.complete:
            raise UsageError(
                "baseline-incomplete",
                vi="Văn bản chưa được kiểm tra hết nên không lập được đường cơ sở.",
                en="The document was not checked whole, so no baseline can be made.",
                where=Where(report.document.name),
                remedy_vi="Xem phần chưa kiểm tra được bằng: hpcp check TỆP.",
                remedy_en="See what was not checked: hpcp check FILE.",
            )
    return Baseline(
        tool=reports[0].tool if reports else "hpcp-rules",
        pack=f"{reports[0].pack.id} {reports[0].pack.version}" if reports else "",
        made_on=today,
        documents=tuple(
            BaselineDocument(name=_posix(r.document.name), sha256=r.document.sha256, findings=dict(keys(r)))
            for r in reports
        ),
    )


def suppress(
    report: RunReport,
    today: date,
    *,
    waivers: Sequence[LoadedWaiver] = (),
    baseline: Baseline | None = None,
    baseline_file: str = "",
    rules: Mapping[str, str] | None = None,
) -> tuple[RunReport, frozenset[int]]:
    """The report with what waivers and baseline take out of the count, and which waivers were of use.

    Arguments:
        today: waivers whose last day has passed take nothing out.
        rules: names and old names of rules, each with the rule's id.

    The second value holds positions in `waivers`.
    """
    out: list[Suppressed] = []
    used: set[int] = set()
    for number, loaded in enumerate(waivers):
        if loaded.expired(today) or not _meant(loaded.waiver, report.document.name):
            continue
        for key in _waived(loaded.waiver, report, rules or {}):
            used.add(number)
            waiver = loaded.waiver
            out.append(
                Suppressed(
                    finding=key, kind="waiver", reason=waiver.reason, until=waiver.until, by=waiver.by,
                    source=f"{loaded.file} #{loaded.number}",
                )
            )  # fmt: skip
    entry = baseline.of(_posix(report.document.name), report.document.sha256) if baseline else None
    if baseline and entry:
        reason = f"{baseline.made_on:%d/%m/%Y}"
        out += [
            Suppressed(finding=key, kind="baseline", reason=reason, source=baseline_file)
            for key, _ in keys(report)
            if key in entry.findings
        ]
    return (report.model_copy(update={"suppressed": (*report.suppressed, *out)}) if out else report), frozenset(used)


def _waived(waiver: Waiver, report: RunReport, rules: Mapping[str, str]) -> list[str]:
    if waiver.finding:
        return [key for key, _ in keys(report) if key == waiver.finding]
    rule = rules.get(waiver.rule or "", waiver.rule)
    wanted = same_words(waiver.quote or "")
    return [f.id for f in report.findings if f.rule == rule and wanted == same_words(f.quote)]


def same_words(quote: str) -> str:
    """One spelling of a quote: what two quotes share that say the same."""
    return " ".join(fold(quote).split()).rstrip(".;,")


def _meant(waiver: Waiver, name: str) -> bool:
    if waiver.document is None:
        return True
    return fnmatch.fnmatch(PurePath(name).name, waiver.document) or fnmatch.fnmatch(_posix(name), waiver.document)


def _posix(name: str) -> str:
    return PurePath(name).as_posix()


def compare_with(baseline: Baseline, report: RunReport) -> tuple[list[str], list[str], list[str]]:
    """Keys that are new, known and gone against the baseline."""
    entry = baseline.of(_posix(report.document.name), report.document.sha256)
    before = entry.findings if entry else {}
    now = dict(keys(report))
    new = [k for k in now if k not in before]
    return new, [k for k in now if k in before], [k for k in before if k not in now]
