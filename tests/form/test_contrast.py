"""Text that does not stand out is found; the ratio is that of WCAG 2.2."""

import io

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from hpcp_rules.form.contrast import contrast_ratio
from hpcp_rules.readers import read_bytes
from tests.form.make import LINE, faults, form, read_pdf, statuses
from tests.readers import make

needs_font = pytest.mark.skipif(not make.VIETNAMESE, reason="no font with Vietnamese letters")


@pytest.mark.parametrize(
    ("text", "ground", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.0),
        ("#ffffff", "#0000ff", 8.59),
    ],
)
def test_ratios_known_from_wcag(text: str, ground: str, ratio: float) -> None:
    assert contrast_ratio(text, ground) == pytest.approx(ratio, abs=0.01)


def shade(properties: object, fill: str, **more: str) -> None:
    """Add a ``w:shd`` to run, paragraph or cell properties."""
    element = OxmlElement("w:shd")
    for name, value in {"val": "clear", "color": "auto", "fill": fill, **more}.items():
        element.set(qn(f"w:{name}"), value)
    properties.append(element)  # type: ignore[attr-defined]


def word(place: str, color: str | None, fill: str) -> bytes:
    """A Word file with one line of this colour, its background put at `place`."""
    document = Document()
    document.add_paragraph().add_run(LINE).font.size = Pt(13)
    cell = document.add_table(1, 1).cell(0, 0) if place == "cell" else None
    paragraph = cell.paragraphs[0] if cell is not None else document.add_paragraph()
    run = paragraph.add_run("Chữ đang được xem xét.")
    run.font.size = Pt(13)
    if color:
        run.font.color.rgb = RGBColor.from_string(color)
    if cell is not None:
        shade(cell._tc.get_or_add_tcPr(), fill)
    elif place == "paragraph":
        shade(paragraph._p.get_or_add_pPr(), fill)
    elif place == "run":
        shade(run._r.get_or_add_rPr(), fill)
    elif place == "highlight":
        highlight = OxmlElement("w:highlight")
        highlight.set(qn("w:val"), fill)
        run._r.get_or_add_rPr().append(highlight)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("place", "color", "fill", "pale"),
    [
        ("none", "000000", "", False),
        ("none", "BFBFBF", "", True),
        ("none", "FFFFFF", "", True),
        ("run", "FFFFFF", "1F3864", False),
        ("run", "000000", "1F3864", True),
        ("paragraph", "FFFFFF", "1F3864", False),
        ("paragraph", "FFFF00", "FFFFFF", True),
        ("cell", "FFFFFF", "2E74B5", False),
        ("cell", "808080", "2E74B5", True),
        ("cell", None, "000000", False),  # the automatic colour is white there
        ("highlight", "000000", "yellow", False),
        ("highlight", "FFFFFF", "yellow", True),
        ("highlight", "0000FF", "darkBlue", True),
    ],
)
def test_word_backgrounds(place: str, color: str | None, fill: str, pale: bool) -> None:
    source = read_bytes(word(place, color, fill), "a.docx")
    results = form(source)
    found = faults(results, "contrast")
    assert len(found) == pale
    if pale:
        assert found[0].span is not None
        assert source.text[found[0].span.start : found[0].span.end] == "Chữ đang được xem xét."
        assert found[0].measured is not None
        assert found[0].measured < 4.5
    else:
        assert statuses(results, "contrast") == {"ok"}


def test_theme_colours_are_followed() -> None:
    data = word("run", "FFFFFF", "auto")
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml").replace(b'w:fill="auto"', b'w:fill="auto" w:themeFill="text2"')
    source = read_bytes(make.repacked(data, {"word/document.xml": body}), "a.docx")
    dark = source.pieces[-1].background
    assert dark not in (None, "unknown")
    assert not faults(form(source), "contrast")


def test_a_shading_table_style_is_not_guessed() -> None:
    document = Document()
    table = document.add_table(1, 1, style="Medium Shading 1 Accent 1")
    run = table.cell(0, 0).paragraphs[0].add_run("Chữ trắng ở đầu bảng.")
    run.font.color.rgb = RGBColor(255, 255, 255)
    out = io.BytesIO()
    document.save(out)
    results = form(read_bytes(out.getvalue(), "a.docx"))
    assert not faults(results, "contrast")
    assert statuses(results, "contrast") == {"cannot_tell"}


def painted(text: str, ground: str | None, size: float = 12, after: bool = False) -> object:
    """A page with black lines, then a line of a colour on a filled box."""

    def page(canvas: Canvas) -> None:
        canvas.setFont(make.font(), 12)
        canvas.drawString(60, 700, LINE)
        if ground and not after:
            canvas.setFillColor(HexColor(ground))
            canvas.rect(50, 590, 480, 40, stroke=0, fill=1)
        canvas.setFillColor(HexColor(text))
        canvas.setFont(make.font(), size)
        canvas.drawString(60, 600, "Chữ đang được xem xét.")

    return page


@needs_font
@pytest.mark.parametrize(
    ("text", "ground", "size", "pale"),
    [
        ("#000000", None, 12, False),
        ("#cccccc", None, 12, True),
        ("#ffffff", "#000080", 12, False),
        ("#ffffff", "#ffff99", 12, True),
        ("#000000", "#333333", 12, True),
        ("#000000", "#ffff00", 12, False),
        ("#808080", None, 12, True),
        ("#808080", None, 20, False),  # large type may be paler
        ("#dddddd", None, 60, False),  # a watermark
    ],
)
def test_pdf_backgrounds(text: str, ground: str | None, size: float, pale: bool) -> None:
    source = read_pdf(painted(text, ground, size))  # type: ignore[arg-type]
    results = form(source)
    found = faults(results, "contrast")
    assert len(found) == pale
    if pale:
        assert found[0].page == 1
        assert found[0].span is not None
        assert "đang được xem xét" in source.text[found[0].span.start : found[0].span.end]
        assert found[0].measured == pytest.approx(contrast_ratio(text, ground or "#ffffff"), abs=0.01)
    else:
        assert statuses(results, "contrast") == {"ok"}


@needs_font
def test_pdf_order_of_painting_and_thin_lines() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(make.font(), 12)
        canvas.drawString(60, 700, LINE)
        canvas.setFillColor(HexColor("#000000"))
        canvas.rect(50, 690, 400, 0.7, stroke=0, fill=1)  # an underline
        canvas.rect(50, 650, 400, 30, stroke=1, fill=0)  # a frame
        canvas.drawString(60, 660, LINE)
        form_ = canvas.beginForm("box")
        canvas.setFillColor(HexColor("#111111"))
        canvas.rect(0, 0, 100, 10, stroke=0, fill=1)
        canvas.endForm()
        assert form_ is None
        canvas.saveState()
        canvas.translate(50, 590)
        canvas.scale(4, 4)
        canvas.doForm("box")
        canvas.restoreState()
        canvas.setFillColor(HexColor("#222222"))
        canvas.drawString(60, 600, "Chữ trên hình của mẫu lồng.")

    source = read_pdf(page)
    found = faults(form(source), "contrast")
    assert len(found) == 1
    assert found[0].span is not None
    assert source.text[found[0].span.start : found[0].span.end].strip() == "Chữ trên hình của mẫu lồng."


@needs_font
def test_half_transparent_fills_are_mixed() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillColor(HexColor("#000000"), alpha=0.5)
        canvas.rect(50, 590, 480, 40, stroke=0, fill=1)
        canvas.setFillColor(HexColor("#000000"), alpha=1)
        canvas.setFont(make.font(), 12)
        canvas.drawString(60, 600, LINE)

    piece = read_pdf(page).pieces[0]
    assert piece.background is not None
    assert abs(int(piece.background[1:3], 16) - 128) <= 2


@needs_font
def test_pale_text_on_what_may_be_a_pattern_cannot_be_told() -> None:
    results = form(read_pdf(painted("#ffffff", "#bfbfbf")))  # type: ignore[arg-type]
    assert statuses(results, "contrast") == {"cannot_tell"}
    assert statuses(form(read_pdf(painted("#000000", "#bfbfbf"))), "contrast") == {"ok"}  # type: ignore[arg-type]


@needs_font
def test_a_picture_behind_text_cannot_be_told() -> None:
    from PIL import Image

    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("RGB", (60, 20), (30, 30, 30))), 50, 590, 480, 40)
        canvas.setFont(make.font(), 12)
        for n in range(4):
            canvas.drawString(60, 700 - 15 * n, LINE)
        canvas.drawString(60, 600, "Chữ đang được xem xét.")

    results = form(read_pdf(page))
    assert not faults(results, "contrast")
    (one,) = [r for r in results if r.id == "contrast"]
    assert one.status == "cannot_tell"
    assert one.characters == sum(c.isalnum() for c in "Chữ đang được xem xét.")
