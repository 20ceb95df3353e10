"""Contracts with known type, colours and backgrounds, as PDF and DOCX."""

import io
from collections.abc import Callable
from datetime import date

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from hpcp_rules.form import check_form
from hpcp_rules.model.report import FormResult
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import read_bytes, read_text
from hpcp_rules.rulespec.pack import load_pack
from hpcp_rules.structure import build
from tests.readers import make

DAY = date(2026, 1, 1)
LINE = "Khách hàng thanh toán tiền công khi nhận xe và giữ phiếu bảo hành."
Draw = Callable[[Canvas], None]


def form(source: SourceDocument) -> list[FormResult]:
    """All results of form for a document."""
    spec = load_pack().form
    assert spec is not None
    return list(check_form(build(source), spec, DAY))


def of_text(text: str) -> list[FormResult]:
    """All results of form for a text."""
    return form(read_text(text))


def faults(results: list[FormResult], check: str | None = None) -> list[FormResult]:
    """The findings, of one check or of all."""
    return [r for r in results if r.status == "finding" and check in (None, r.id)]


def statuses(results: list[FormResult], check: str) -> set[str]:
    """What one check says."""
    return {r.status for r in results if r.id == check}


def drawn(*pages: Draw) -> bytes:
    """A PDF whose pages these functions paint."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(*rows: tuple[str, float], font: str | None = None, color: str = "#000000", top: float = 700) -> Draw:
    """Paints rows of (text, size) below each other."""

    def page(canvas: Canvas) -> None:
        canvas.setFillColor(HexColor(color))
        y = top
        for text, size in rows:
            canvas.setFont(font or make.font(), size)
            canvas.drawString(60, y, text)
            y -= 2 * size

    return page


def read_pdf(*pages: Draw) -> SourceDocument:
    """What the reader makes of such a PDF."""
    return read_bytes(drawn(*pages), "a.pdf")
