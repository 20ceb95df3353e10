"""Required contents: which are there, which are missing, which do not apply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hpcp_rules.engine.facts import SURE
from hpcp_rules.engine.index import Index
from hpcp_rules.engine.match import Wanted, first_match
from hpcp_rules.model.report import Bilingual, FactInfo, RequirementResult, Span, Status
from hpcp_rules.rulespec.model import Content, Pack, Part, Required


def find_required(pack: Pack, index: Index, facts: tuple[FactInfo, ...], as_of: date) -> tuple[RequirementResult, ...]:
    """One answer for each content that a provision in force requires."""
    known = {f.id: f for f in facts}
    return tuple(
        result
        for required in pack.required
        if required.spec.in_force_from <= as_of
        and not (required.spec.in_force_to and as_of > required.spec.in_force_to)
        for result in _answers(required, index, known)
    )


def parts(pack: Pack) -> list[Wanted]:
    """What `find_required` will look for."""
    return [
        Wanted(sequence, headings=False)
        for required in pack.required
        for content in required.contents
        for part in content.parts
        for sequence in part.sequences
    ]


def _answers(required: Required, index: Index, facts: dict[str, FactInfo]) -> Iterator[RequirementResult]:
    spec = required.spec
    decisive: list[str] = []
    depends: list[str] = []
    confidence = 1.0

    def condition(name: str, holds: bool, sure: float) -> None:
        nonlocal confidence
        if sure < SURE:
            # Both readings count: the contents are looked for, and the answer says what it depends on.
            depends.append(name)
            confidence *= sure if holds else 1 - sure
        elif not holds:
            decisive.append(name)

    if spec.kinds:
        condition(spec.kinds[0], index.document.kind in spec.kinds, index.document.kind_confidence)
    for name, wanted in spec.when.items():
        condition(name, facts[name].value == wanted, facts[name].confidence)
    for content in required.contents:
        if decisive:
            yield RequirementResult(
                provision=content.spec.provision,
                title=content.spec.title,
                status="not_applicable",
                depends_on=tuple(decisive),
            )
        else:
            yield answer(content, index, tuple(depends), confidence)


def answer(content: Content, index: Index, depends: tuple[str, ...] = (), confidence: float = 1.0) -> RequirementResult:
    """Whether a content is there: `depends` and `confidence` are those of the facts that make it required."""
    spec = content.spec
    places = {part.spec.id: found for part in content.parts if (found := _place(part, index)) is not None}
    sentences = index.document.sentences
    missing = [p.spec.title for p in content.parts if p.spec.id not in places]
    status: Status = "absent"
    if len(places) >= (spec.enough or len(content.parts)):
        status, missing = "present", []
    elif len(places) >= spec.least:
        status = "partial"
    else:
        places = {}
    return RequirementResult(
        provision=spec.provision,
        title=spec.title,
        status=status,
        evidence=tuple(Span(start=sentences[i].start, end=sentences[i].end) for i in sorted(set(places.values()))),
        missing=Bilingual(vi="; ".join(m.vi for m in missing), en="; ".join(m.en for m in missing))
        if missing
        else None,
        depends_on=depends,
        confidence=round(confidence, 3),
    )


def _place(part: Part, index: Index) -> int | None:
    """The sentence that shows the part: of the first construction that is found, so the most telling stands first
    in its file. A heading names a content and does not give it."""
    places = (first_match(index, sequence, headings=False) for sequence in part.sequences)
    return next((p for p in places if p is not None), None)
