"""Every character of a document has one place: blocks, pieces and pages agree with the text and with the file."""

import html
import io
import unicodedata
from itertools import pairwise

import pdfplumber
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import read_bytes, read_text
from tests.readers import make

# Decomposed letters and marks on their own are in, so that normalisation moves offsets.
LETTERS = "abcđêơưXYZ019 .,;:()-–“”•/\u0301\u0323\u0302\u00a0ạ\u1ebf\u200b한e\u0302\u0301😀"
line = st.text(LETTERS, min_size=0, max_size=60)
lines = st.lists(line, min_size=1, max_size=8)
WORDS = ["xe", "đạp", "vàng", "khách", "Bánh", "Tre", "nghìn", "phiếu", "trả", "sửa", "(a)", "2.", "được", "ngày,"]
PLAIN = ["xe", "dap", "vang", "khach", "Banh", "Tre", "nghin", "phieu", "tra", "sua", "(a)", "2.", "duoc", "ngay,"]
word = st.sampled_from(WORDS if make.VIETNAMESE else PLAIN)
pdf_line = st.lists(word, min_size=2, max_size=9).map(" ".join)
quick = settings(max_examples=60, deadline=None)


def assert_consistent(source: SourceDocument, *, mapped: bool) -> None:
    """The invariants of `SourceDocument`."""
    text = source.text
    assert unicodedata.is_normalized("NFC", text)
    for block in source.blocks:
        assert 0 <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip()
    assert all(a.end <= b.start for a, b in pairwise(source.blocks))
    covered = set().union(*(range(b.start, b.end) for b in source.blocks))
    assert not "".join(c for i, c in enumerate(text) if i not in covered).strip()
    assert all(p.start < p.end for p in source.pieces)
    assert all(a.end <= b.start for a, b in pairwise(source.pieces))
    if mapped:
        assert set().union(*(range(p.start, p.end) for p in source.pieces)) == covered
        for block in source.blocks:
            assert {p.page for p in source.pieces_between(block.start, block.start + 1)} == {block.page}


def squeezed(words: str) -> str:
    return "".join(unicodedata.normalize("NFC", words).split())


@quick
@given(st.text(LETTERS + "\n\r\t", min_size=1, max_size=300).filter(str.strip))
def test_text(words: str) -> None:
    source = read_text(words)
    assert source.text == unicodedata.normalize("NFC", words)  # nothing but NFC changes
    assert_consistent(source, mapped=False)


@quick
@given(lines.filter(lambda x: any(map(str.strip, x))))
def test_html(paragraphs: list[str]) -> None:
    body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    source = read_bytes(f"<html><meta charset=utf-8><body>{body}</body></html>".encode(), "a.html")
    assert_consistent(source, mapped=True)
    assert squeezed(source.text) == squeezed("\n".join(paragraphs))


@quick
@given(lines.filter(lambda x: any(map(str.strip, x))))
def test_html_lists_and_inline_marks(items: list[str]) -> None:
    body = "".join(f"<li>{html.escape(i[:3])}<b>{html.escape(i[3:])}</b><br>Z</li>" for i in items)
    source = read_bytes(f"<html><body><ol type=a start=2>{body}</ol></body></html>".encode(), "a.html")
    assert_consistent(source, mapped=True)
    assert all(b.kind == "list_item" for b in source.blocks)
    for n, _ in enumerate(items):
        assert f"{chr(98 + n)}) " in source.text


@quick
@given(st.lists(st.lists(line, max_size=4), min_size=1, max_size=6).filter(any))
def test_docx(paragraphs: list[list[str]]) -> None:
    document = Document()
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        for n, run in enumerate(runs):
            paragraph.add_run(run).bold = bool(n % 2)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "ô trái", "ô phải"
    out = io.BytesIO()
    document.save(out)
    source = read_bytes(out.getvalue(), "a.docx")
    assert_consistent(source, mapped=True)
    wanted = "\n".join("".join(runs) for runs in paragraphs)
    assert squeezed(source.text) == squeezed(wanted) + "ôtráiôphải"
    assert [b.kind for b in source.blocks][-2:] == ["table_cell", "table_cell"]


def test_docx_pieces_name_paragraph_and_size() -> None:
    document = Document()
    document.add_paragraph("")
    paragraph = document.add_paragraph("Bên A ")
    run = paragraph.add_run("sửa xe")
    run.font.size = 7 * 12700
    out = io.BytesIO()
    document.save(out)
    source = read_bytes(out.getvalue(), "a.docx")
    piece = source.piece_at(source.text.index("sửa"))
    assert piece
    assert (piece.paragraph, piece.run, piece.size) == (1, 1, 7.0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(pdf_line, min_size=1, max_size=12), min_size=1, max_size=3))
def test_pdf(pages: list[list[str]]) -> None:
    data = make.pdf(pages)
    source = read_bytes(data, "a.pdf")
    assert_consistent(source, mapped=True)
    assert source.pages == len(pages)
    assert source.not_checked == ()
    assert squeezed(source.text) == squeezed("".join(map("".join, pages)))
    with pdfplumber.open(io.BytesIO(data)) as reference:
        at = 0
        for number, page in enumerate(reference.pages, 1):
            for found in page.extract_words():
                words = unicodedata.normalize("NFC", found["text"])
                at = source.text.find(words, at)
                assert at >= 0
                piece = source.piece_at(at)
                assert piece
                assert piece.page == number
                assert piece.box
                assert piece.box[1] <= (found["top"] + found["bottom"]) / 2 <= piece.box[3]
                at += len(words)


def test_pdf_pages_of_a_clause_that_runs_on() -> None:
    first = ["1. Khach mang xe den tiem vao buoi sang va nhan lai xe khi troi con", "chieu, tra du tien cong va"]
    second = ["nhan phieu bao hanh.", "2. Het chuyen."]
    source = read_bytes(make.pdf([first, second]), "a.pdf")
    assert source.pages == 2
    for words, page in (("Khach", 1), ("tien cong", 1), ("phieu", 2), ("Het", 2)):
        piece = source.piece_at(source.text.index(words))
        assert piece
        assert piece.page == page
    assert source.text.splitlines() == [" ".join([*first, second[0]]), second[1]]
    assert [b.page for b in source.blocks] == [1, 2]


def test_pdf_heads_and_feet_stay_out_of_the_flow() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for n in (1, 2, 3):
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 810, "Tiem xe Banh Tre")
        canvas.drawString(72, 400, f"{n}. Viec thu {n} cua tiem.")
        canvas.drawString(280, 30, f"Trang {n}/3")
        canvas.showPage()
    canvas.save()
    source = read_bytes(out.getvalue(), "a.pdf")
    assert_consistent(source, mapped=True)
    kinds = {source.text[b.start : b.end]: b.kind for b in source.blocks}
    assert kinds.pop("Tiem xe Banh Tre") == "header"
    assert list(kinds) == [f"{n}. Viec thu {n} cua tiem." for n in (1, 2, 3)]


@pytest.mark.parametrize("text", ["e\u0301", "a\u0323\u0302", "Đie\u0302\u0300u 1. Giá"])
def test_offsets_are_those_of_nfc(text: str) -> None:
    source = read_text(text)
    assert source.text == unicodedata.normalize("NFC", text)
    assert source.blocks[0].end == len(source.text)


def test_a_letter_and_its_mark_in_two_runs() -> None:
    runs = ("Khách tra\u0309", " ti\u1ec1n ma", "\u0323")
    body = "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"
    source = read_bytes(make.docx_xml(body), "a.docx")
    assert source.text == "Khách trả tiền mạ"
    assert_consistent(source, mapped=True)
