"""Words that a reader of the file would see are in the text, or the part is named as not checked."""

import io
import re

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import Options, read_bytes
from tests.readers import make

SEEN = "<w:p><w:r><w:t>THẤY RÕ</w:t></w:r></w:p>"
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:n="u:n"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HTML_PART = "<html><body>THẤY RÕ</body></html>".encode()
LINES = [f"{n}. Dong bia dat so {n}" for n in range(9)]


def told(source: SourceDocument) -> bool:
    """The words are there once, or something is said to be missing."""
    return source.text.count("THẤY RÕ") == 1 or bool(source.not_checked)


@pytest.mark.parametrize(
    "body",
    [
        f"<w:tbl><w:tr><w:tc>{SEEN}</w:tc></w:tr></w:tbl>",
        f"<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{SEEN}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>",
        f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc>{SEEN}</w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>",
        f"<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>{SEEN}</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>",
        f"<w:sdt><w:sdtContent>{SEEN}</w:sdtContent></w:sdt>",
        f"<w:p><w:r><w:pict><w:txbxContent>{SEEN}</w:txbxContent></w:pict></w:r></w:p>",
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:pict>"
        f"<w:txbxContent>{SEEN}</w:txbxContent></w:pict></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
        f'<mc:AlternateContent {MC}><mc:Choice Requires="n">{SEEN}</mc:Choice></mc:AlternateContent>',
        f'<w:p><mc:AlternateContent {MC}><mc:Choice Requires="n"><w:r><w:t>THẤY RÕ</w:t></w:r>'
        "</mc:Choice></mc:AlternateContent></w:p>",
        f'<w:p><w:r><mc:AlternateContent {MC}><mc:Choice Requires="n"><w:t>THẤY RÕ</w:t></mc:Choice>'
        "</mc:AlternateContent></w:r></w:p>",
        f'<w:altChunk {R} r:id="r9"/>',
        '<w:p><w:hyperlink w:anchor="x"><w:r><w:t>THẤY RÕ</w:t></w:r></w:hyperlink></w:p>',
        '<w:p><w:ins w:id="1"><w:r><w:t>THẤY </w:t></w:r></w:ins><w:r><w:t>RÕ</w:t></w:r></w:p>',
    ],
    ids=[
        "table", "table-in-table", "controlled-cell", "controlled-row", "controlled-paragraph", "text-box",
        "box-in-box", "alternative-paragraph", "alternative-run", "alternative-text", "chunk", "link", "inserted",
    ],
)  # fmt: skip
def test_word(body: str) -> None:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r9" Target="c.html" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"/></Relationships>'
    )
    data = make.docx_xml(f"<w:p><w:r><w:t>Mở đầu.</w:t></w:r></w:p>{body}")
    data = make.repacked(data, {"word/_rels/document.xml.rels": rels.encode(), "word/c.html": HTML_PART})
    assert told(read_bytes(data, "a.docx"))


def test_word_deletions_are_no_text() -> None:
    body = '<w:p><w:r><w:t>Giữ</w:t></w:r><w:del w:id="1"><w:r><w:delText>BỎ</w:delText></w:r></w:del></w:p>'
    source = read_bytes(make.docx_xml(body), "a.docx")
    assert source.text == "Giữ"
    assert "tracked-changes" in source.notes


@pytest.mark.parametrize(
    "body",
    [
        "<p>THẤY RÕ</p>",
        "THẤY RÕ",
        "<table><tr><td>a</td><td>THẤY RÕ</td></tr></table>",
        "<p>THẤY <b>RÕ</b></p>",
        "<details><summary>a</summary>THẤY RÕ</details>",
        "<textarea readonly>THẤY RÕ</textarea>",
        "<ol><li><p>a</p><p>THẤY RÕ</p></li></ol>",
    ],
    ids=["paragraph", "bare", "table", "inline", "details", "textarea", "list"],
)
def test_web_page(body: str) -> None:
    assert told(read_bytes(f"<html><body><p>Mở đầu.</p>{body}</body></html>".encode(), "a.html"))


def test_web_page_says_that_menus_were_left_out() -> None:
    source = read_bytes(b"<html><body><nav>Menu</nav><p>Noi dung</p></body></html>", "a.html")
    assert source.text == "Noi dung"
    assert "boilerplate-left-out" in source.notes


@pytest.mark.parametrize("page", [1, 2])
def test_pdf_page_with_destroyed_content_is_named(page: int) -> None:
    data = make.pdf([LINES, LINES])
    streams = [m.span(1) for m in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)]
    start, end = streams[-2:][page - 1]
    source = read_bytes(data[:start] + bytes(end - start) + data[end:], "a.pdf")
    assert len(source.blocks) == len(LINES)  # the other page is read
    assert [n.page for n in source.not_checked] == [page]


@pytest.mark.parametrize("stamp", ["", "3", "Quet bang dien thoai cua toi"])
def test_pdf_scan_with_a_stamp_is_still_a_scan(stamp: str) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.drawImage(ImageReader(make.drawing()), 0, 0, 595, 842)
    canvas.drawString(72, 20, stamp)
    canvas.showPage()
    canvas.save()
    source = read_bytes(out.getvalue(), "a.pdf", options=Options(ocr="never"))
    assert [n.page for n in source.not_checked] == [1]


def test_pdf_page_with_a_logo_is_no_scan() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.drawImage(ImageReader(Image.new("L", (50, 50), 200)), 72, 760, 40, 40)
    for n, line in enumerate(LINES):
        canvas.drawString(72, 700 - 20 * n, line)
    canvas.showPage()
    canvas.showPage()  # an empty page is no page that was not read
    canvas.save()
    source = read_bytes(out.getvalue(), "a.pdf")
    assert source.not_checked == ()
    assert len(source.blocks) == len(LINES)
