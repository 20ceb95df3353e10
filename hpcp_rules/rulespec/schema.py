"""What a rule is made of. One YAML file is one rule; unknown keys are errors.

See docs/rules.md for the language; the field names there and here are the same.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from hpcp_rules.model.report import Bilingual, DocumentKind, Remedy, Severity, Strength

Window = Literal["match", "before", "after", "sentence", "next", "item", "clause", "article", "document"]
Actor = Literal["any", "business", "consumer", "not-consumer", "not-business"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Example(_Strict):
    """A short text of our own; `pattern` or `exception` names what it exercises."""

    text: str
    pattern: str | None = None
    exception: str | None = None


class PatternSpec(_Strict):
    """One construction. `match` is a readable sequence of slots; see docs/rules.md."""

    id: str
    match: str
    also_needs: tuple[str, ...] = ()
    """Further sequences that must all occur in the same sentence, in any order."""
    actor: Actor = "any"
    """Who must govern the element marked with @ (else the first element)."""
    negated: bool = False
    """True: the anchor may stand behind a negation ("không được quyền …"); else such a match is dropped."""
    scope: Literal["sentence", "own"] = "sentence"
    """`own`: the lead-in of a list item is not looked at."""
    opens: bool = False
    """True: what is doubtful stands in the lead-in itself, whatever follows ("… mà không cần báo trước khi:")."""
    strength: Strength | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    severity: Severity | None = None
    kinds: tuple[DocumentKind, ...] = ()
    note: str = ""


class ExceptionSpec(_Strict):
    """What excuses a match: sequences, any of which in the window does, and why."""

    id: str
    match: tuple[str, ...]
    window: Window = "sentence"
    reason: Bilingual
    patterns: tuple[str, ...] = ()
    """Only for matches of these patterns; empty means all."""
    actor: Actor = "any"
    unless: tuple[str, ...] = ()
    """Sequences that void the exception when the sentence holds one: "kể cả khi lỗi thuộc về Công ty"."""


class UseSpec(_Strict):
    """A shared exception that a rule uses for some of its patterns only."""

    id: str
    patterns: tuple[str, ...] = ()


class RuleSpec(_Strict):
    """A rule as written in its file."""

    id: str = Field(pattern=r"^[A-Z]{1,3}\d{3,5}$")
    name: str = Field(pattern=r"^[a-z0-9-]+$")
    aliases: tuple[str, ...] = ()
    version: int = Field(default=1, ge=1)
    provision: str
    also: tuple[str, ...] = ()
    in_force_from: date
    in_force_to: date | None = None
    severity: Severity = "high"
    strength: Strength = "clear"
    confidence: float = Field(default=0.9, ge=0, le=1)
    priority: int = Field(default=50, ge=0, le=100)
    """Among rules that fire on one sentence the highest priority gives the provision; the rest go to `also`."""
    kinds: tuple[DocumentKind, ...] = ()
    title: Bilingual
    message: Bilingual
    explanation: Bilingual
    suggestion: Bilingual
    remedy: Remedy = "rewrite"
    """``delete`` where no wording saves the clause, ``by-hand`` where only its author knows what it should say."""
    replacement: Bilingual | None = None
    """Wording that can stand in the place of the sentence; without it the suggestion is that wording."""
    not_covered: Bilingual
    review: str = ""
    """Why a lawyer should look at this rule again; empty when nothing is in doubt."""
    patterns: tuple[PatternSpec, ...] = Field(min_length=1)
    exceptions: tuple[ExceptionSpec, ...] = ()
    use: tuple[str | UseSpec, ...] = ()
    """Shared exceptions of rules/_lexicon/exceptions.yaml: an id, or ``{id, patterns}`` for some patterns only."""
    flagged: tuple[Example, ...] = Field(min_length=5)
    lawful: tuple[Example, ...] = Field(min_length=5)

    @property
    def wording(self) -> Bilingual | None:
        """What `hpcp fix` writes in the place of the sentence; None unless the remedy is to rewrite it."""
        return (self.replacement or self.suggestion) if self.remedy == "rewrite" else None


class ClueSpec(_Strict):
    """A construction that speaks for a fact (or against it: a negative weight), counted once a document."""

    match: str
    weight: float
    """In log-odds: 0.7 doubles the odds, 2.2 makes them nine times as high. 0 for a clue that only counts `often`."""
    often: float = 0.0
    """Added where three sentences or more hold it: one mention of a credit card is no contract about one."""
    where: Literal["any", "title"] = "any"
    """`title`: only in the first lines of the document."""


class FactSpec(_Strict):
    """A fact of the document that provisions depend on: distance transaction, continuous service, …"""

    id: str = Field(pattern=r"^[a-z-]+$")
    title: Bilingual
    provision: str
    """Where the statute defines the fact."""
    prior: float = 0.0
    """Log-odds before any clue."""
    by_kind: dict[DocumentKind, float] = Field(default_factory=dict)
    """What the kind of the document adds to them."""
    review: str = ""
    clues: tuple[ClueSpec, ...] = Field(min_length=1)
    holds: tuple[str, ...] = Field(min_length=3)
    fails: tuple[str, ...] = Field(min_length=3)


class PartSpec(_Strict):
    """One part of a required content: any of its constructions, outside headings, is evidence that it is there."""

    id: str
    title: Bilingual
    match: tuple[str, ...] = Field(min_length=1)


class ContentSpec(_Strict):
    """A content a provision requires; all parts make it present, some partial, none absent."""

    provision: str
    title: Bilingual
    parts: tuple[PartSpec, ...] = Field(min_length=1)
    enough: int | None = None
    """How many parts make it present; by default all."""
    least: int = Field(default=1, ge=1)
    """How many parts make it partial: a single trace of a content with many parts is often only a word."""
    present: tuple[str, ...] = Field(min_length=2)
    absent: tuple[str, ...] = Field(min_length=2)


class RequiredSpec(_Strict):
    """The contents that one provision requires of a document, and of which documents."""

    id: str = Field(pattern=r"^[A-Z]{1,3}\d{3,5}$")
    name: str = Field(pattern=r"^[a-z0-9-]+$")
    version: int = Field(default=1, ge=1)
    provision: str
    title: Bilingual
    in_force_from: date
    in_force_to: date | None = None
    kinds: tuple[DocumentKind, ...] = ()
    when: dict[str, bool] = Field(default_factory=dict)
    """Facts that must hold (or not) for the provision to apply."""
    not_covered: Bilingual
    review: str = ""
    contents: tuple[ContentSpec, ...] = Field(min_length=1)


class LexiconSpec(_Strict):
    """One lexicon file: named sets of phrases. A phrase may itself name a set: "{khong} chịu"."""

    sets: dict[str, tuple[str, ...]]


class CalibrationSpec(_Strict):
    """_calibration.yaml, written by `make calibrate`: how often each rule was right on our own annotated contracts."""

    measured_on: date
    contracts: int
    rules: dict[str, float]
    """Share of right findings by rule id, drawn towards the share of all rules where a rule fired seldom."""


class SharedExceptionsSpec(_Strict):
    """Exceptions that several rules use."""

    exceptions: tuple[ExceptionSpec, ...]


class PackSpec(_Strict):
    """pack.yaml: identity of the rule pack."""

    id: str
    version: str
    engine: str
    reviewed_on: date | None = None
    title: Bilingual


class FormCheckSpec(_Strict):
    """What every check of form has: the provision, since when, how much it weighs, and where its numbers come from."""

    provision: str
    in_force_from: date
    in_force_to: date | None = None
    severity: Severity = "low"
    confidence: float = Field(default=0.9, ge=0, le=1)
    source: str
    """Where the numbers come from: the provision itself, a standard, or our own measurement."""
    review: str = ""

    def in_force(self, day: date) -> bool:
        """True when the check applies on that day."""
        return self.in_force_from <= day and not (self.in_force_to and day > self.in_force_to)


class LanguageFormSpec(FormCheckSpec):
    """Language of each block by its function words and letters."""

    min_words: int = Field(gt=0)
    """Blocks of fewer words are names, numbers or titles and say nothing of the language."""
    foreign_share: float = Field(gt=0, le=1)
    """Share of function words from which a block is in that language."""
    vietnamese_share: float = Field(gt=0, le=1)
    """Share of syllables with Vietnamese letters or of Vietnamese function words from which a block is Vietnamese."""
    near: int = Field(gt=0)
    """How many blocks away a block's counterpart in the other language may stand."""
    length_ratio: float = Field(gt=1)
    """How many times longer one of two counterparts may be."""
    vietnamese: tuple[str, ...] = Field(min_length=1)
    """Function words of Vietnamese as they look without their marks."""
    foreign: dict[str, tuple[str, ...]]
    """Function words of other languages in Latin letters."""


class TypeSizeFormSpec(FormCheckSpec):
    """Smallest type on paper, compared by the height of the letter x."""

    points: float = Field(gt=0)
    reference: str
    """The font that `points` are counted in; `fonts` has it."""
    tolerance: float = Field(ge=0)
    """Points below `points` that are rounding of the program that wrote the file."""
    equal_tolerance: float = Field(ge=0)
    """The same for sizes compared by the height of x."""
    small_face: float = Field(gt=0, le=1)
    """A face so small that its nominal size looks like less than this share of it is for a person to judge."""
    ignore_letters: int = Field(ge=0)
    """Runs of up to so many letters beside larger type are note marks and indices."""
    fonts: dict[str, float]
    """Height of x over the type size, by name of the font in lower case."""


class ContrastFormSpec(FormCheckSpec):
    """Contrast of text and background as a ratio of relative luminance."""

    ratio: float = Field(gt=1)
    large_ratio: float = Field(gt=1)
    large_points: float = Field(gt=0)
    large_bold_points: float = Field(gt=0)
    plain_ratio: float = Field(gt=1)
    """Below it the lack of contrast is plain: `plain_severity` instead of `severity`."""
    plain_severity: Severity
    plain_confidence: float = Field(ge=0, le=1)
    ignore_letters: int = Field(ge=0)
    """So few letters of one pair of colours are a mark, not text."""
    decorative_points: float = Field(gt=0)
    """From this size on pale type is a watermark."""


class NumberingFormSpec(FormCheckSpec):
    """Gaps and repeats in the numbers of articles, clauses and points."""

    gap: int = Field(gt=0)
    """More numbers than these missing at once are no gap but something else."""
    alphabet: str
    """Letters of points in the order of Vietnamese drafting; the English order is taken as well."""


class ReferencesFormSpec(FormCheckSpec):
    """References to articles and clauses of the document itself."""

    min_articles: int = Field(gt=0)
    beyond: int = Field(gt=0)
    """A number so far beyond the last article is one of a law that is not named there."""


class SentenceFormSpec(FormCheckSpec):
    """Very long sentences."""

    syllables: int = Field(gt=0)


class SigningFormSpec(FormCheckSpec):
    """Places for date and signature in a contract that is filled in and signed."""

    min_blanks: int = Field(gt=0)
    """So many blanks to fill in make a document a form to be signed."""


class TermsFormSpec(FormCheckSpec):
    """Capitalised terms that are defined nowhere."""

    min_defined: int = Field(gt=0)
    """So many definitions in quotation marks show that capitals mean a defined term."""
    min_uses: int = Field(gt=0)
    heads: tuple[str, ...] = Field(min_length=1)
    """First words of terms, in lower case: nouns of contracts, which no proper name begins with."""


class FormSpec(_Strict):
    """rules/_parameters/form.yaml: the numbers of all checks of form."""

    language: LanguageFormSpec
    type_size: TypeSizeFormSpec
    contrast: ContrastFormSpec
    numbering: NumberingFormSpec
    references: ReferencesFormSpec
    terms: TermsFormSpec
    sentences: SentenceFormSpec
    signing: SigningFormSpec
