"""The annotated PDF: boxes over the quoted words and no others, comments in them, the pages as they were."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from hpcp_rules.api import Checker
from hpcp_rules.errors import HpcpError
from hpcp_rules.model.report import RunReport
from hpcp_rules.model.source import Block, Piece, SourceDocument
from hpcp_rules.readers import read_bytes
from hpcp_rules.report.annotate import annotate
from hpcp_rules.report.annotate.pdf import quote_boxes
from hpcp_rules.report.html import page_view
from hpcp_rules.rulespec.pack import Pack
from tests.conftest import ROOT
from tests.readers.make import UNFAIR, pdf

Made = tuple[bytes, bytes, SourceDocument, RunReport]


def annotated(data: bytes, pack: Pack) -> Made:
    source = read_bytes(data, "x.pdf")
    report = Checker(pack).check(source)
    return data, annotate(data, report, page_view(report, source), source), source, report


def visible(text: str) -> str:
    return "".join(text.replace("\x02", "-").split())


@dataclass(frozen=True)
class Mark:
    page: int
    finding: str
    quads: list[float]
    comment: str


def marks(data: bytes) -> list[Mark]:
    with pikepdf.open(io.BytesIO(data)) as opened:
        return [
            Mark(n, str(a["/NM"]).split("-")[1], [float(v) for v in a["/QuadPoints"]], str(a["/Contents"]))
            for n, page in enumerate(opened.pages)
            for a in page.obj.get("/Annots", [])
            if a.get("/Subtype") == "/Highlight"
        ]


def text_under(data: bytes, page: int, quads: list[float]) -> str:
    text = pdfium.PdfDocument(data)[page].get_textpage()
    out = ""
    for n in range(0, len(quads), 8):
        x0, y1, x1, y0 = quads[n], quads[n + 1], quads[n + 2], quads[n + 5]
        out += text.get_text_bounded(left=x0 - 0.2, bottom=y0 - 0.2, right=x1 + 0.2, top=y1 + 0.2)
    return visible(out)


def pixels(image: Image.Image) -> list[tuple[int, int, int]]:
    raw = image.tobytes()
    return list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))


def two_in_a_line() -> bytes:
    line = "5. Bên A có quyền thay đổi giá bất cứ lúc nào. Bên A không chịu trách nhiệm về mọi thiệt hại. Hết."
    return pdf([[*UNFAIR.splitlines()[:5], line]])


def changed(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    opened = pikepdf.open(io.BytesIO(pdf([UNFAIR.splitlines(), UNFAIR.splitlines()[3:]])))
    change(opened)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def turned(opened: pikepdf.Pdf) -> None:
    opened.pages[0].rotate(90, relative=False)
    opened.pages[1].rotate(180, relative=False)


def turned_and_cropped(opened: pikepdf.Pdf) -> None:
    cropped(opened)
    opened.pages[0].rotate(270, relative=False)
    opened.pages[1].rotate(90, relative=False)


def cropped(opened: pikepdf.Pdf) -> None:
    opened.pages[0].obj["/CropBox"] = [30, 40, 560, 800]
    opened.pages[1].obj["/MediaBox"] = [-10, -20, 595, 842]


CASES = {
    "telecom": lambda: (ROOT / "examples/telecom.pdf").read_bytes(),
    "apartment": lambda: (ROOT / "examples/apartment.pdf").read_bytes(),
    "online-shop": lambda: (ROOT / "examples/online-shop.pdf").read_bytes(),
    "two sentences of one line": two_in_a_line,
    "turned page": lambda: changed(turned),
    "cropped and shifted pages": lambda: changed(cropped),
    "turned, cropped and shifted pages": lambda: changed(turned_and_cropped),
}


@pytest.fixture(scope="module", params=CASES)
def made(request: pytest.FixtureRequest, pack: Pack) -> Made:
    return annotated(CASES[request.param](), pack)


def test_the_words_under_the_boxes_are_the_quote(made: Made) -> None:
    data, out, _, report = made
    assert report.findings
    under: dict[str, str] = {}
    for mark in marks(out):
        under[mark.finding] = under.get(mark.finding, "") + text_under(data, mark.page, mark.quads)
    assert under == {f.id: visible(f.quote) for f in report.findings}


def test_each_box_is_one_line_high(made: Made) -> None:
    for mark in marks(made[1]):
        quads = mark.quads
        for n in range(0, len(quads), 8):
            sides = quads[n + 2] - quads[n], quads[n + 1] - quads[n + 5]
            assert 3 < min(sides) < 20


def test_comments_say_what_why_where_and_that_a_person_decides(made: Made) -> None:
    _, out, _, report = made
    comments = {m.finding: m.comment for m in marks(out)}
    for f in report.findings:
        for part in (
            f.message.vi,
            f.explanation.vi,
            (f.replacement or f.suggestion).vi,
            "01/07/2024",
            report.notice.vi,
        ):
            assert part in comments[f.id]
    opened = pikepdf.open(io.BytesIO(out))
    first = opened.pages[0].obj["/Annots"]
    (note,) = [a for a in first if a["/Subtype"] == "/Text"]
    assert report.notice.vi in str(note["/Contents"])
    assert report.pack.version in str(note["/Contents"])


def test_pages_and_older_annotations_stay_as_they_were(pack: Pack) -> None:
    def link(opened: pikepdf.Pdf) -> None:
        mark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
        opened.pages[0].obj["/Annots"] = pikepdf.Array([opened.make_indirect(mark)])

    data, out, _, _ = annotated(changed(link), pack)
    before, after = pikepdf.open(io.BytesIO(data)), pikepdf.open(io.BytesIO(out))
    assert len(before.pages) == len(after.pages)
    for old, new in zip(before.pages, after.pages, strict=True):
        assert old.Contents.read_raw_bytes() == new.Contents.read_raw_bytes()
    assert after.pages[0].obj["/Annots"][0]["/Subtype"] == "/Link"


def test_highlights_are_seen_and_the_words_stay_dark(made: Made) -> None:
    data, out, _, _ = made
    page = marks(out)[0].page
    plain, coloured = (
        pdfium.PdfDocument(d)[page].render(scale=1, may_draw_forms=False).to_pil().convert("RGB") for d in (data, out)
    )
    pairs = [(x, y) for x, y in zip(pixels(plain), pixels(coloured), strict=True) if x != y]
    assert sum(x == (255, 255, 255) for x, _ in pairs) > 200
    assert all(max(y) < 140 for x, y in pairs if max(x) < 40)


def test_words_recognised_in_a_picture_are_boxed_as_the_reader_found_them() -> None:
    data = pdf([["."]])
    words = [("Bên", 100.0), ("A", 130.0), ("đổi", 145.0)]
    pieces, at = [], 0
    for word, left in words:
        box = (left, 200.0, left + 9.0 * len(word), 212.0)
        pieces.append(Piece(at, at + len(word), page=1, box=box, hidden=True))
        at += len(word) + 1
    source = SourceDocument(
        name="x.pdf", media_type="application/pdf", text="Bên A đổi", blocks=(Block(0, 9),), pieces=tuple(pieces)
    )
    boxes = quote_boxes(data, source, [("1", 0, 5), ("2", 6, 9)])
    assert boxes["1"][1] == [(100.0, 630.0, 139.0, 642.0)], "neighbours on one line are one box"
    assert boxes["2"][1] == [(145.0, 630.0, 172.0, 642.0)]


def test_a_scanned_picture_becomes_a_pdf_with_boxes_over_its_words(pack: Pack) -> None:
    # What was scanned is a page of text, so the words under each box are known.
    printed = pdf([UNFAIR.splitlines()])
    picture = io.BytesIO()
    pdfium.PdfDocument(printed)[0].render(scale=200 / 72).to_pil().save(picture, "PNG", dpi=(200, 200))
    source = read_bytes(picture.getvalue(), "x.png")
    report = Checker(pack).check(source)
    out = annotate(picture.getvalue(), report, page_view(report, source), source)
    (finding,) = report.findings
    (mark,) = marks(out)
    assert [round(v) for v in pdfium.PdfDocument(out)[0].get_size()] == [595, 842]
    under = text_under(printed, 0, mark.quads)
    assert under[5:-5] in visible(finding.quote)
    assert len(under) > 0.9 * len(visible(finding.quote))


def test_without_pikepdf_the_error_names_the_command(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    with pytest.raises(HpcpError, match=r"pip install 'hpcp-rules\[reports\]'"):
        annotated(pdf([UNFAIR.splitlines()]), pack)
