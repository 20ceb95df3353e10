"""A rule pack as the engine runs it: what the rule files say, with every pattern compiled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hpcp_rules.errors import RuleError
from hpcp_rules.rulespec.pattern import Phrase, PhraseTable, Sequence
from hpcp_rules.rulespec.schema import (
    ContentSpec,
    ExceptionSpec,
    FactSpec,
    FormSpec,
    PackSpec,
    PartSpec,
    PatternSpec,
    RequiredSpec,
    RuleSpec,
)

_SUREST, _LEAST = 0.97, 0.2
"""No sign is certain, and what is less likely than this should not be a pattern."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern of a rule."""

    spec: PatternSpec
    main: Sequence
    also_needs: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True)
class Exception_:
    """A compiled exception of a rule."""

    spec: ExceptionSpec
    sequences: tuple[Sequence, ...]
    unless: tuple[Sequence, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule and the file it came from."""

    spec: RuleSpec
    path: Path
    patterns: tuple[Pattern, ...]
    exceptions: tuple[Exception_, ...]
    calibrated: float | None = None
    """How often the rule was right when measured; None where it was not."""

    def confidence(self, pattern: PatternSpec) -> float:
        """How likely a finding of the pattern is right: as measured for the rule, shifted by its own estimate."""
        own = self.spec.confidence if pattern.confidence is None else pattern.confidence
        if self.calibrated is None:
            return own
        return round(min(_SUREST, max(_LEAST, self.calibrated + (own - self.spec.confidence) / 2)), 2)

    @property
    def id(self) -> str:
        """The opaque id, never reused."""
        return self.spec.id


@dataclass(frozen=True, slots=True)
class Clue:
    """A compiled clue of a fact."""

    weight: float
    often: float
    title_only: bool
    sequence: Sequence


@dataclass(frozen=True, slots=True)
class Fact:
    """A compiled fact."""

    spec: FactSpec
    path: Path
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled part of a required content."""

    spec: PartSpec
    sequences: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A compiled required content."""

    spec: ContentSpec
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """The compiled contents that one provision requires, and the file they came from."""

    spec: RequiredSpec
    path: Path
    contents: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules with their phrase table. Safe to share between threads: nothing in it changes after loading."""

    spec: PackSpec
    folder: Path
    sha256: str
    rules: tuple[Rule, ...]
    table: PhraseTable
    facts: tuple[Fact, ...] = ()
    required: tuple[Required, ...] = ()
    watch: tuple[Phrase, ...] = ()
    """Phrases of the lexicon set `watch`: see `hpcp_rules.engine.candidates`."""
    form: FormSpec | None = None
    """Numbers of the checks of form; a pack without `_parameters/form.yaml` has none of them."""
    problems: tuple[RuleError, ...] = ()
    """Rules that could not be loaded; the others still run, and every report lists these."""

    @property
    def id(self) -> str:
        """Identity of the pack, for reports."""
        return self.spec.id

    @property
    def version(self) -> str:
        """Calendar version of the pack."""
        return self.spec.version

    def rule(self, name: str) -> Rule | None:
        """The rule with that id, name or old name."""
        wanted = name.lower()
        for rule in self.rules:
            if wanted in (rule.spec.id.lower(), rule.spec.name, *rule.spec.aliases):
                return rule
        return None
