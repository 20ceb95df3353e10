"""The result of a check, as it is serialised: immutable pydantic models with a published JSON Schema."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.0"

Severity = Literal["info", "low", "medium", "high"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high")
Strength = Literal["clear", "arguable"]
Remedy = Literal["rewrite", "delete", "by-hand"]
Status = Literal["present", "partial", "absent", "not_applicable"]
FormStatus = Literal["ok", "finding", "not_applicable", "cannot_tell"]
DocumentKind = Literal["hop-dong-theo-mau", "dieu-kien-giao-dich-chung"]
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)


class Model(BaseModel):
    """Base of all result models: frozen, unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Model):
    """Characters `start` to `end` (exclusive) of the document's NFC text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Bilingual(Model):
    """A text for people in Vietnamese and English."""

    vi: str
    en: str

    def in_language(self, lang: str) -> str:
        """The text in `lang` (``vi`` or ``en``)."""
        return self.en if lang == "en" else self.vi


class NotChecked(Model):
    """A part of the input that was not checked, why, and what to do about it."""

    part: Bilingual
    reason: Bilingual
    code: str
    page: int | None = None
    span: Span | None = None
    remedy: Bilingual | None = None


class Evidence(Model):
    """Words that made a rule fire, with the slot of the pattern they filled."""

    span: Span
    text: str
    slot: str


BADLY_READ = 0.75
"""Confidence of recognition below which a reader is asked to compare with the original."""


class Finding(Model):
    """A sign (dấu hiệu) that a clause may be unfair. Never a ruling: a person decides."""

    id: str
    """Hash of rule, folded sentence and its ordinal among equal sentences: survives renumbering, not rewording."""
    rule: str
    rule_name: str
    rule_version: str
    pattern: str
    provision: str
    also: tuple[str, ...] = ()
    severity: Severity
    strength: Strength
    confidence: float = Field(ge=0, le=1)
    span: Span
    quote: str
    evidence: tuple[Evidence, ...]
    outline: tuple[str, ...]
    """Labels of the enclosing units from the outside in, such as ``("Điều 7", "khoản 2", "điểm a")``."""
    page: int | None = None
    page_label: str | None = None
    """What the file itself calls the page ("iii"), where that is not its count."""
    file: str | None = None
    """The file it stands in, where the document is a contract with its annexes; `page` is then that file's."""
    read_confidence: float | None = Field(default=None, ge=0, le=1)
    """How sure the recognition of characters is of the quote or of its trigger words, whichever is less; None where
    the words are the file's own. Below `BADLY_READ` the quote has to be compared with the original."""
    message: Bilingual
    explanation: Bilingual
    suggestion: Bilingual
    remedy: Remedy = "rewrite"
    """What mends the clause: other wording, leaving it out, or only a person's own drafting."""
    replacement: Bilingual | None = None
    """Wording that can stand in the place of the quote, with this contract's own names; only for ``rewrite``."""


class Excused(Model):
    """A pattern that matched and the exception that excused it: nothing is dropped silently."""

    rule: str
    pattern: str
    span: Span
    exception: str
    reason: Bilingual


class Suppressed(Model):
    """Why a finding does not count against the document. The finding itself stays in the report."""

    finding: str
    """Id of the finding, or the `key` of a required content or of a check of form."""
    kind: Literal["waiver", "baseline"]
    reason: str = ""
    until: date | None = None
    """Last day of the waiver."""
    by: str = ""
    """Who answers for the waiver."""
    source: str
    """File it comes from."""


class RequirementResult(Model):
    """Whether a content required by a provision is in the document."""

    provision: str
    title: Bilingual
    status: Status
    evidence: tuple[Span, ...] = ()
    missing: Bilingual | None = None
    """Which parts are not there, in words; None when nothing is missing."""
    depends_on: tuple[str, ...] = ()
    """Facts the answer depends on: uncertain ones, under which the provision applies; for `not_applicable` those
    that keep it from applying. A kind of document stands here by its own name."""
    confidence: float = Field(default=1.0, ge=0, le=1)

    @property
    def key(self) -> str:
        """How decisions, waivers and baselines name it."""
        return f"required/{self.provision}"


class FormResult(Model):
    """What one check of form (language, type size, contrast, layout) says of the document or of one group of places."""

    id: str
    """``language``, ``type-size``, ``contrast``, ``numbering``, ``references``, ``terms``, ``sentences``
    or ``signing``."""
    provision: str
    status: FormStatus
    severity: Severity = "info"
    """How much a finding weighs; ``info`` for every other status."""
    page: int | None = None
    span: Span | None = None
    """An example of what was found."""
    characters: int = 0
    """How many characters are concerned, where that is what was counted."""
    measured: float | None = None
    required: float | None = None
    unit: str | None = None
    """What `measured` and `required` count: ``pt``, ``ratio``, ``syllables``."""
    message: Bilingual
    confidence: float = Field(default=1.0, ge=0, le=1)

    @property
    def key(self) -> str:
        """How decisions, waivers and baselines name it; findings of one check on one page share it."""
        return f"form/{self.id}" + (f"/{self.page}" if self.page else "")


class FactInfo(Model):
    """A fact of the document that provisions depend on, with what speaks for it."""

    id: str
    title: Bilingual
    value: bool
    confidence: float = Field(ge=0, le=1)
    stated: bool = False
    """True when the caller said so."""
    evidence: tuple[Span, ...] = ()


class PartyInfo(Model):
    """A party and every name the document gives it."""

    role: Literal["business", "consumer", "third"]
    names: tuple[str, ...]
    confidence: float = Field(ge=0, le=1)


class DocumentInfo(Model):
    """Facts about the document that rules depend on."""

    name: str
    media_type: str
    sha256: str
    characters: int
    pages: int | None = None
    kind: DocumentKind
    kind_confidence: float = Field(ge=0, le=1)
    consumer_contract: bool = True
    """False when the text does not look like a consumer contract at all."""
    parties: tuple[PartyInfo, ...] = ()
    facts: tuple[FactInfo, ...] = ()
    notes: tuple[str, ...] = ()


class PackInfo(Model):
    """The rule pack used, so that a report can be reproduced."""

    id: str
    version: str
    sha256: str
    rules: int


class RunError(Model):
    """Something that went wrong during a run, as shown to a user."""

    code: str
    where: str
    message: Bilingual


class RunReport(Model):
    """Everything one check produced; whatever could hide a failure is in it."""

    schema_version: str = SCHEMA_VERSION
    tool: str
    pack: PackInfo
    as_of: date
    document: DocumentInfo
    findings: tuple[Finding, ...] = ()
    withheld: int = 0
    """Findings below the confidence that was asked for, which are not in `findings`."""
    requirements: tuple[RequirementResult, ...] = ()
    form: tuple[FormResult, ...] = ()
    """Language, type size, contrast and layout, on Article 6 of Decree 55/2024."""
    excused: tuple[Excused, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    """Findings that a waiver or a baseline takes out of the count; see docs/review.md."""
    checked_characters: int = 0
    not_checked: tuple[NotChecked, ...] = ()
    errors: tuple[RunError, ...] = ()
    timings_ms: dict[str, float] = Field(default_factory=dict)
    notice: Bilingual = Bilingual(
        vi="Các phát hiện là dấu hiệu để người có thẩm quyền xem xét, không phải kết luận vi phạm.",
        en="Findings are signs for a person to decide on, never a ruling.",
    )

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that no waiver or baseline takes out of the count."""
        out = self.not_counted
        return tuple(f for f in self.findings if f.id not in out)

    @property
    def not_counted(self) -> frozenset[str]:
        """Ids and keys that a waiver or a baseline takes out of the count."""
        return frozenset(s.finding for s in self.suppressed)

    @property
    def complete(self) -> bool:
        """True when all of the document was read and every rule ran."""
        return not self.not_checked and not self.errors
