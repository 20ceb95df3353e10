"""The contract itself with its findings on it: comments in Word, highlights in PDF, the report page for the rest."""

from __future__ import annotations

from datetime import UTC, datetime

from hpcp_rules.model.report import RunReport
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.report.html.view import FindingView, PageView, numbered

__all__ = ["DOCX", "annotate", "ending"]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""Media type of Word documents."""


def ending(source: SourceDocument | None) -> str:
    """Of the annotated file: ``.pdf``, ``.docx``, or ``.html`` where the input cannot carry comments.

    Pictures become a PDF of their pages.
    """
    media = source.media_type if source else ""
    return ".pdf" if media == "application/pdf" or media.startswith("image/") else ".docx" if media == DOCX else ".html"


def annotate(
    data: bytes, report: RunReport, view: PageView, source: SourceDocument, when: datetime | None = None
) -> bytes:
    """The input file with every finding at its place.

    Arguments:
        data: the file that `source` was read from; of a type that can carry comments, see `ending`.
        view: of the same report, in the language of the comments.
        when: the time of the comments (default: now).

    Errors: `HpcpError` when a library is missing, `ReadError` when the file cannot be written into.
    """
    at = (when or datetime.now(UTC)).astimezone(UTC)
    spans: list[tuple[FindingView, int, int]] = [
        (view.by_key[str(n)], f.span.start, f.span.end) for n, f in numbered(report)
    ]
    if ending(source) == ".pdf":
        from hpcp_rules.report.annotate.pdf import annotate_pdf, pictures_as_pdf

        if source.media_type.startswith("image/"):
            data = pictures_as_pdf(data, source)
        return annotate_pdf(data, view, source, spans, f"{at:%Y%m%d%H%M%S}")
    from hpcp_rules.report.annotate.docx import annotate_docx

    return annotate_docx(data, view, source, spans, f"{at:%Y-%m-%dT%H:%M:%SZ}")
