"""Type under 12 points of Times New Roman or its equal is found, with its place; nothing else is."""

import io
import math

import pytest
from docx import Document
from docx.shared import Pt
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from hpcp_rules.form.type_size import plain_name
from hpcp_rules.readers import read_bytes
from tests.form.make import LINE, drawn, faults, form, lines, of_text, read_pdf, statuses
from tests.readers import make

needs_font = pytest.mark.skipif(not make.VIETNAMESE, reason="no font with Vietnamese letters")


def docx(*rows: tuple[str, str | None, float | None]) -> bytes:
    """A Word file of (text, font, size)."""
    document = Document()
    for text, font, size in rows:
        run = document.add_paragraph().add_run(text)
        run.font.name = font
        run.font.size = Pt(size) if size else None
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("font", "size", "small"),
    [
        ("Times New Roman", 12, False),
        ("Times New Roman", 13, False),
        ("Times New Roman", 11.5, True),
        ("Times New Roman", 11, True),
        ("Arial", 11, False),  # as high as 12.8 points of Times New Roman
        ("Arial", 9, True),
        ("Verdana", 10, False),
        ("Calibri", 11, True),
        ("Chữ Lạ", 11, True),
        ("Chữ Lạ", 12, False),
    ],
)
def test_word_sizes(font: str, size: float, small: bool) -> None:
    results = form(read_bytes(docx((LINE, font, size), (LINE, "Times New Roman", 12)), "a.docx"))
    found = faults(results, "type-size")
    assert bool(found) == small
    if small:
        (one,) = found
        assert one.span is not None
        assert (one.span.start, one.span.end) == (0, len(LINE))
        assert one.characters == sum(c.isalnum() for c in LINE)
        assert one.required == 12
        assert ("so theo cỡ ghi trong tệp" in one.message.vi) == (font == "Chữ Lạ")
    else:
        assert statuses(results, "type-size") == {"ok"}


@needs_font
@pytest.mark.parametrize(("size", "small"), [(12, False), (10, False), (9, True), (7, True)])
def test_pdf_sizes_by_the_height_of_x(size: float, small: bool) -> None:
    # DejaVu Sans has an x of 0.547: 10 points of it are as high as 12.2 of Times New Roman.
    source = read_pdf(lines((LINE, size), (LINE, 12)))
    piece = source.piece_at(0)
    assert piece is not None
    assert piece.font
    assert piece.x_height == pytest.approx(0.547 * size, rel=0.03)
    found = faults(form(source), "type-size")
    assert bool(found) == small
    if small:
        assert found[0].page == 1
        assert found[0].measured == pytest.approx(size * 0.547 / 0.447, abs=0.3)
        assert found[0].span is not None
        assert source.text[found[0].span.start : found[0].span.end].strip() == LINE


@needs_font
@pytest.mark.parametrize("turn", [0, 90, 37])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_turned_and_scaled_type_counts_as_it_is_seen(turn: float, scale: float) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(make.font(), 14)
        canvas.saveState()
        canvas.translate(200, 200)
        canvas.rotate(turn)
        canvas.scale(scale, scale)
        canvas.drawString(0, 0, LINE)
        canvas.restoreState()

    found = faults(form(read_pdf(page)), "type-size")
    assert bool(found) == (scale == 0.5)
    if found:
        assert found[0].measured is not None
        assert math.isclose(found[0].measured, 7 * 0.547 / 0.447, rel_tol=0.05)


@needs_font
def test_two_columns_and_small_print_at_the_foot() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(make.font(), 12)
        for n in range(20):
            canvas.drawString(40, 760 - 24 * n, f"Bên A làm việc số {n} cho Bên B.")
            canvas.drawString(310, 760 - 24 * n, f"Bên B trả tiền cho việc số {n}.")
        canvas.setFont(make.font(), 6)
        canvas.drawString(40, 200, "Giá có thể khác với xe loại mới, xem bảng giá ở quầy.")

    assert b"+DejaVuSans" in drawn(page)  # the font in the file is a subset
    source = read_pdf(page)
    (one,) = faults(form(source), "type-size")
    assert one.span is not None
    assert source.text[one.span.start : one.span.end].strip().startswith("Giá có thể khác")


def test_note_marks_and_dots_are_no_small_type() -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for text, size in ((LINE, 12), ("2)", 7), (" Người ký ", 12), (".......................", 6)):
        run = paragraph.add_run(text)
        run.font.size, run.font.name = Pt(size), "Times New Roman"
    out = io.BytesIO()
    document.save(out)
    assert not faults(form(read_bytes(out.getvalue(), "a.docx")), "type-size")


def test_kinds_of_places_are_told_apart_and_grouped() -> None:
    document = Document()
    for n in range(30):
        run = document.add_paragraph().add_run(f"{LINE} Lần {n}.")
        run.font.size, run.font.name = Pt(12 if n % 2 else 9), "Times New Roman"
    cell = document.add_table(1, 1).cell(0, 0)
    run = cell.paragraphs[0].add_run("Giá thuê mỗi tháng là hai triệu đồng.")
    run.font.size, run.font.name = Pt(8), "Times New Roman"
    footer = document.sections[0].footer.paragraphs[0].add_run("Bản in lần thứ nhất, tháng ba.")
    footer.font.size, footer.font.name = Pt(8), "Times New Roman"
    caption = document.add_paragraph().add_run("Bảng 1. Giá thuê xe theo tháng")
    caption.font.size, caption.font.name = Pt(10), "Times New Roman"
    out = io.BytesIO()
    document.save(out)
    found = faults(form(read_bytes(out.getvalue(), "a.docx")), "type-size")
    assert len(found) == 4
    words = " ".join(f.message.vi for f in found)
    assert all(kind in words for kind in ("bảng", "chân trang", "phần nội dung", "chú thích hình"))


@needs_font
def test_a_layer_of_ocr_says_nothing_of_size() -> None:
    from PIL import Image

    def page(canvas: Canvas) -> None:
        text = canvas.beginText(60, 700)
        text.setFont(make.font(), 6)
        text.setTextRenderMode(3)
        text.textLines([LINE] * 8)
        canvas.drawImage(ImageReader(Image.new("L", (200, 280), 200)), 0, 0, 595, 842)
        canvas.drawText(text)

    def under(canvas: Canvas) -> None:
        canvas.setFont(make.font(), 6)
        for n in range(8):
            canvas.drawString(60, 700 - 20 * n, LINE)
        canvas.drawImage(ImageReader(Image.new("L", (200, 280), 200)), 0, 0, 595, 842)

    for layer in (page, under):
        source = read_pdf(layer)
        assert source.pieces
        assert all(p.hidden for p in source.pieces)
        results = form(source)
        assert statuses(results, "type-size") == {"cannot_tell"}
        assert statuses(results, "contrast") == {"cannot_tell"}


def test_text_and_web_pages_have_no_size() -> None:
    for source in (LINE.encode(), f"<html><body><p>{LINE}</p></body></html>".encode()):
        results = form(read_bytes(source, "a.html" if source.startswith(b"<") else "a.txt"))
        for check in ("type-size", "contrast"):
            assert statuses(results, check) == {"not_applicable"}
    assert statuses(of_text(LINE), "type-size") == {"not_applicable"}


@pytest.mark.parametrize(
    "name",
    ["ABCDEF+TimesNewRomanPS-BoldMT", "TimesNewRomanPSMT", "Times New Roman,Bold", "Times New Roman", "TimesNewRoman"],
)
def test_names_of_one_family(name: str) -> None:
    assert plain_name(name) == "timesnewroman"
