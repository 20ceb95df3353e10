"""How the checks make their results, and what they all need of a document."""

from __future__ import annotations

from dataclasses import dataclass, field

from hpcp_rules.model.report import Bilingual, FormResult, FormStatus, Span
from hpcp_rules.model.source import Piece, SourceDocument
from hpcp_rules.rulespec.schema import FormCheckSpec

PAPER = frozenset(
    (
        "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/msword", "application/vnd.oasis.opendocument.text", "application/rtf",
        "image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif", "image/webp",
    )
)  # fmt: skip
"""Media types that are printed or show what was: the size of type is a requirement of contracts on paper."""


@dataclass(slots=True)
class Places:
    """Stretches of text with the same fault: how many characters, on which pages, and the longest as an example."""

    count: int = 0
    pages: set[int] = field(default_factory=set)
    example: tuple[int, int] = (0, 0)

    def add(self, piece: Piece, count: int) -> None:
        """Count one stretch of text."""
        self.count += count
        if piece.page:
            self.pages.add(piece.page)
        if piece.end - piece.start > self.example[1] - self.example[0]:
            self.example = piece.start, piece.end


def result(
    check: str,
    spec: FormCheckSpec,
    status: FormStatus,
    vi: str,
    en: str,
    *,
    source: SourceDocument | None = None,
    span: tuple[int, int] | None = None,
    characters: int = 0,
    measured: float | None = None,
    required: float | None = None,
    unit: str | None = None,
    confidence: float | None = None,
) -> FormResult:
    """A result of `check`; a finding takes severity and confidence of the spec unless told otherwise.

    Arguments:
        source, span: the document and an example in it, which also gives the page.
    """
    piece = source.piece_at(span[0]) if source is not None and span is not None else None
    if confidence is None:
        confidence = spec.confidence if status == "finding" else 1.0
    return FormResult(
        id=check,
        provision=spec.provision,
        status=status,
        severity=spec.severity if status == "finding" else "info",
        page=piece.page if piece else None,
        span=Span(start=span[0], end=span[1]) if span else None,
        characters=characters,
        measured=None if measured is None else round(measured, 2),
        required=required,
        unit=unit,
        message=Bilingual(vi=vi, en=en),
        confidence=round(confidence, 3),
    )


def letters(text: str) -> int:
    """How many letters and digits a text has: dots to be filled in and bullets are no type to be read."""
    return sum(map(str.isalnum, text))


def number(value: float, lang: str) -> str:
    """A measure with one decimal at most, as the language writes it."""
    text = f"{value:.1f}".removesuffix(".0")
    return text if lang == "en" else text.replace(".", ",")


def pages(found: set[int], lang: str) -> str:
    """The pages a group stands on, the first few by number; empty where the format has no pages."""
    if not found:
        return ""
    first = ", ".join(str(p) for p in sorted(found)[:6]) + (" …" if len(found) > 6 else "")
    return f", trang {first}" if lang == "vi" else f", page{'s' if len(found) > 1 else ''} {first}"
