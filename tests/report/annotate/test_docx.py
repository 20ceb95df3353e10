"""The annotated Word file: comments around the very words, in tables, notes, boxes and tracked changes."""

import io
import re
import unicodedata
import zipfile

import pytest
from docx import Document
from lxml import etree

from hpcp_rules.api import Checker
from hpcp_rules.model.report import RunReport
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import read_bytes
from hpcp_rules.report.annotate import annotate
from hpcp_rules.report.html import page_view
from hpcp_rules.rulespec.pack import Pack
from tests.conftest import ROOT
from tests.readers.make import CLEAN, UNFAIR, docx, docx_xml, repacked

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BAD = "Bên A có quyền thay đổi giá bất cứ lúc nào mà không cần báo trước cho Khách hàng."
GONE = '<w:del w:id="9"><w:r><w:delText>không bao giờ </w:delText></w:r></w:del>'
HEAD = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in CLEAN.splitlines())


def runs(*parts: str) -> str:
    return "".join(f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{p}</w:t></w:r>' for p in parts)


def annotated(data: bytes, pack: Pack) -> tuple[bytes, SourceDocument, RunReport]:
    source = read_bytes(data, "x.docx")
    report = Checker(pack).check(source)
    return annotate(data, report, page_view(report, source), source), source, report


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def ranges(data: bytes) -> dict[str, str]:
    """What each comment lies around, by the first line of the comment."""
    document = part(data, "word/document.xml")
    first = {
        c.get(f"{W}id"): "".join(c.find(f"{W}p").itertext())
        for c in part(data, "word/comments.xml").iter(f"{W}comment")
    }
    inside: dict[str, str] = {}
    open_: set[str] = set()
    for element in document.iter():
        if element.tag == f"{W}commentRangeStart":
            open_.add(element.get(f"{W}id"))
        elif element.tag == f"{W}commentRangeEnd":
            open_.remove(element.get(f"{W}id"))
        elif element.tag == f"{W}t":
            for number in open_:
                inside[number] = inside.get(number, "") + (element.text or "")
    assert not open_
    references = [r.get(f"{W}id") for r in document.iter(f"{W}commentReference")]
    assert sorted(references) == sorted(first)
    return {first[n]: text for n, text in inside.items()}


def quoted(report: RunReport) -> dict[str, str]:
    return {f"{n}. {f.message.vi}": f.quote for n, f in enumerate(report.findings, 1)}


def squeezed(texts: dict[str, str]) -> dict[str, str]:
    return {k: "".join(v.split()) for k, v in texts.items()}


@pytest.mark.parametrize("name", ["telecom", "apartment", "online-shop"])
def test_comments_lie_around_the_quotes_of_the_examples(name: str, pack: Pack) -> None:
    out, source, report = annotated((ROOT / "examples" / f"{name}.docx").read_bytes(), pack)
    found = ranges(out)
    assert len(report.findings) > 4
    for title, quote in quoted(report).items():
        assert quote.endswith(found[title])
        assert re.fullmatch(r"(\d+\.(\d+\.)?|[a-z]\)| )*", quote.removesuffix(found[title])), "a number that Word makes"
    assert len(found) == len(report.findings) + 1, "and one that sums up"
    again = read_bytes(out, "x.docx")
    assert again.text == source.text
    assert Document(io.BytesIO(out)).paragraphs


@pytest.mark.parametrize(
    "body",
    [
        f"<w:p>{runs(BAD)}</w:p>",
        f"<w:p>{runs('1. Hai bên vui vẻ. Bên ', 'A có quyền thay đ', 'ổi giá ', BAD[26:] + ' Hết.')}</w:p>",
        f"<w:p>{runs('Vui. ' + BAD + ' Bên A không chịu trách nhiệm về mọi thiệt hại. Hết.')}</w:p>",
        f"<w:tbl><w:tr><w:tc><w:p>{runs('Giá')}</w:p></w:tc><w:tc><w:p>{runs(BAD)}</w:p></w:tc></w:tr></w:tbl>",
        f'<w:p>{runs(BAD[:20])}<w:ins w:id="9" w:author="x">{runs(BAD[20:])}</w:ins></w:p>',
        f"<w:p>{runs(BAD[:20])}{GONE}{runs(BAD[20:])}</w:p>",
        f'<w:p><w:hyperlink w:anchor="a">{runs(BAD[:30])}</w:hyperlink>{runs(BAD[30:])}</w:p>',
        f"<w:sdt><w:sdtContent><w:p>{runs(BAD)}</w:p></w:sdtContent></w:sdt>",
        f"<w:p><w:r><w:t>{BAD[:20]}</w:t><w:tab/><w:t>{BAD[20:]}</w:t></w:r></w:p>",
        "<w:p>" + runs(BAD.replace("ổi", "o\u0302\u0309i")) + "</w:p>",
    ],
    ids=["plain", "over runs", "two in a run", "table", "inserted", "deleted", "link", "control", "tab", "NFD"],
)  # fmt: skip
def test_comments_lie_around_the_words_wherever_they_stand(body: str, pack: Pack) -> None:
    out, _, report = annotated(docx_xml(HEAD + body), pack)
    assert any("thay" in f.quote for f in report.findings)
    found = {k: unicodedata.normalize("NFC", v) for k, v in ranges(out).items()}
    assert squeezed(quoted(report)).items() <= squeezed(found).items()


def test_a_footnote_and_a_text_box_are_commented_where_they_hang(pack: Pack) -> None:
    box = (
        '<w:p><w:r><w:t>Xem khung.</w:t></w:r><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox>'
        f"<w:txbxContent><w:p>{runs(BAD)}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    note = '<w:p><w:r><w:t>Xem chú thích.</w:t></w:r><w:r><w:footnoteReference w:id="7"/></w:r></w:p>'
    notes = (
        f'<w:footnotes xmlns:w="{W[1:-1]}"><w:footnote w:id="7"><w:p>'
        + runs("Bên A không chịu trách nhiệm về mọi thiệt hại của Khách hàng.")
        + "</w:p></w:footnote></w:footnotes>"
    )
    data = repacked(docx_xml(HEAD + box + note), {"word/footnotes.xml": notes.encode()})
    out, _, report = annotated(data, pack)
    assert len(report.findings) == 2
    document = part(out, "word/document.xml")
    assert not [e for e in document.iter(f"{W}txbxContent") if e.find(f".//{W}commentRangeStart") is not None]
    comments = ["".join(c.itertext()) for c in part(out, "word/comments.xml").iter(f"{W}comment")]
    for f in report.findings:
        assert any(f.message.vi in c and f.quote in c for c in comments)
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        assert archive.read("word/footnotes.xml") == notes.encode()
    reference = next(document.iter(f"{W}footnoteReference"))
    assert reference.getparent().getprevious().tag == f"{W}commentRangeStart"


def test_all_other_parts_are_byte_equal_and_own_comments_stay(pack: Pack) -> None:
    document = Document(io.BytesIO(docx(UNFAIR.splitlines())))
    paragraph = document.paragraphs[2]
    document.add_comment(paragraph.runs, text="Của văn phòng", author="Người khác")
    buffer = io.BytesIO()
    document.save(buffer)
    data = buffer.getvalue()
    out, _, report = annotated(data, pack)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(out)) as new:
        assert old.namelist() == new.namelist()
        changed = {n for n in old.namelist() if old.read(n) != new.read(n)}
    assert changed == {"word/document.xml", "word/comments.xml"}
    authors = [c.author for c in Document(io.BytesIO(out)).comments]
    assert authors[0] == "Người khác"
    assert authors.count("hpcp-rules") == len(report.findings) + 1
    ids = [c.comment_id for c in Document(io.BytesIO(out)).comments]
    assert len(ids) == len(set(ids))


def test_comments_say_what_why_which_provision_and_that_a_person_decides(pack: Pack) -> None:
    out, _, report = annotated(docx(UNFAIR.splitlines()), pack)
    comments = ["".join(c.itertext()) for c in part(out, "word/comments.xml").iter(f"{W}comment")]
    assert all(report.notice.vi in c for c in comments)
    f = report.findings[0]
    for words in (f.message.vi, f.explanation.vi, (f.replacement or f.suggestion).vi, "01/07/2024"):
        assert words in comments[0]
