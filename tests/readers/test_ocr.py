"""Recognising characters: with the real engine where it is installed, and what is said where it is not."""

from __future__ import annotations

import importlib.util
import io
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image, ImageDraw, ImageFilter

from hpcp_rules.api import Checker
from hpcp_rules.errors import ReadError
from hpcp_rules.model.report import BADLY_READ, NotChecked
from hpcp_rules.readers import Limits, Options, ocr, read_bytes, read_file
from hpcp_rules.report.checklist import render_checklist
from hpcp_rules.report.text import render
from hpcp_rules.rulespec.pack import Pack
from tests.conftest import ROOT
from tests.fuzz import targets
from tests.readers import make

EXAMPLE = ROOT / "examples" / "online-shop.pdf"
with_engine = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    """`benchmarks/print_and_scan.py`, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("print_and_scan", ROOT / "benchmarks" / "print_and_scan.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Tesseract."""
    monkeypatch.setenv("PATH", "/nonexistent")


def picture(data: bytes, page: int = 0, dpi: int = 150) -> Image.Image:
    """A page of a PDF as grey pixels."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    try:
        image: Image.Image = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
        return image
    finally:
        document.close()


def packed(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


@with_engine
def test_a_printed_and_scanned_contract_has_the_same_findings(simulation: ModuleType, pack: Pack) -> None:
    checker = Checker(pack)
    first_page = read_bytes(simulation.scanned(EXAMPLE, 200, skew=0, noise=0, quality=95, pages=1), "clean.pdf")
    scan = read_bytes(simulation.scanned(EXAMPLE, 200, pages=1), "scan.pdf")
    for source in (first_page, scan):
        assert source.recognised
        assert source.not_checked == ()
    wanted = simulation.squeezed(first_page.text)
    assert simulation.distance(simulation.squeezed(scan.text), wanted) < 0.01 * len(wanted)
    original = checker.check(first_page)
    again, lost = simulation.found_again(original, checker.check(scan))
    assert again, "an example without findings shows nothing"
    assert lost == []


@with_engine
def test_words_carry_confidence_and_their_place_on_the_page() -> None:
    data = make.pdf([["Khach hang mang chiec xe dap mau vang den tiem sua xe."] * 4])
    digital = read_bytes(data, "a.pdf")
    source = read_bytes(data, "a.pdf", options=Options(ocr="always"))
    assert source.recognised
    for word in ("Khach", "vang", "xe."):
        mine = source.piece_at(source.text.index(word))
        line = digital.piece_at(digital.text.index(word))
        assert mine
        assert line
        assert mine.confidence is not None
        assert mine.confidence > 0.5
        assert mine.size is None
        assert mine.box
        assert line.box
        assert abs(mine.box[3] - line.box[3]) < 4
        assert line.box[0] - 3 <= mine.box[0] < mine.box[2] <= line.box[2] + 3
    assert all(p.confidence is None for p in digital.pieces)


@with_engine
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_the_wrong_way_is_turned(turn: int) -> None:
    upright = picture(EXAMPLE.read_bytes(), 1).resize((1654, 2339))
    source = read_bytes(packed(upright.rotate(turn, expand=True), "PNG", dpi=(200, 200)), "a.png")
    plain = read_bytes(packed(upright, "PNG", dpi=(200, 200)), "a.png")
    assert source.not_checked == ()
    assert len(source.text) > 0.98 * len(plain.text)
    word = next(w for w in plain.text.split() if len(w) > 4 and plain.text.count(w) == source.text.count(w) == 1)
    piece, other = (s.piece_at(s.text.index(word)) for s in (source, plain))
    assert piece
    assert other
    assert piece.box
    assert other.box
    # The box is where the word lies in the file, not where it would lie if it were upright.
    width, height = 595.4, 842.0
    x, y = (other.box[0] + other.box[2]) / 2, (other.box[1] + other.box[3]) / 2
    wanted = {90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}[turn]
    assert (piece.box[0] + piece.box[2]) / 2 == pytest.approx(wanted[0], abs=4)
    assert (piece.box[1] + piece.box[3]) / 2 == pytest.approx(wanted[1], abs=4)


@with_engine
def test_a_page_that_is_hard_to_read_is_judged_and_said_to_be(pack: Pack) -> None:
    page = picture(make.pdf([make.UNFAIR.splitlines()]), dpi=100)
    blurred = page.filter(ImageFilter.GaussianBlur(1.7))
    source = read_bytes(packed(blurred, "JPEG", quality=30, dpi=(100, 100)), "a.jpg")
    assert [n.code for n in source.not_checked] == ["page-badly-read"]
    (remark,) = source.not_checked
    assert remark.page == 1
    assert remark.remedy
    assert source.text
    assert not Checker(pack).check(source).complete


@with_engine
@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_each_format_of_picture_is_read(format: str) -> None:
    page = picture(make.pdf([["Khach mang xe den tiem sua xe dap."] * 3]))
    source = read_bytes(packed(page, format), f"a.{format.lower()}")
    assert "xe den tiem" in source.text
    assert source.pages == 1
    assert source.media_type == f"image/{format.lower()}"
    assert source.notes == ("recognised",)


@with_engine
def test_the_pages_of_a_tiff_are_pages() -> None:
    pages = [picture(make.pdf([[f"{n}. Khach mang xe den tiem.", "Tiem sua xe dap."]])) for n in (1, 2, 3)]
    data = packed(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    source = read_bytes(data, "a.tif")
    assert source.pages == 3
    assert [b.page for b in source.blocks if "Khach" in source.text[b.start : b.end]] == [1, 2, 3]
    assert read_bytes(data, "a.tif", Limits(max_ocr_pages=2)).not_checked[0].code == "ocr-limit"


@with_engine
def test_scanned_and_digital_pages_of_one_file_are_read_in_order() -> None:
    import pypdfium2 as pdfium

    digital = make.pdf([["1. Khach mang xe den tiem."], ["3. Tiem tra xe."]])
    scan = packed(picture(make.pdf([["2. Tiem sua xe dap cua khach."]]), dpi=200), "PDF", resolution=200)
    whole = pdfium.PdfDocument(digital)
    whole.import_pages(pdfium.PdfDocument(scan), index=1)
    out = io.BytesIO()
    whole.save(out)
    source = read_bytes(out.getvalue(), "a.pdf")
    assert source.text.splitlines() == [
        "1. Khach mang xe den tiem.",
        "2. Tiem sua xe dap cua khach.",
        "3. Tiem tra xe.",
    ]
    assert [p.confidence is None for p in source.pieces][:: len(source.pieces) - 1] == [True, True]


@with_engine
def test_a_blank_scan_is_noted_and_no_failure() -> None:
    blank = Image.new("L", (800, 1100), 235)
    out = io.BytesIO()
    page = picture(make.pdf([["Khach mang xe den tiem sua xe dap."]]), dpi=100)
    page.save(out, "TIFF", save_all=True, append_images=[blank])
    source = read_bytes(out.getvalue(), "a.tif")
    assert source.not_checked == ()
    assert sorted(source.notes) == ["blank-scan", "recognised"]
    with pytest.raises(ReadError) as caught:
        read_bytes(packed(blank, "PNG"), "a.png")
    assert caught.value.code == "no-text"


@with_engine
def test_a_page_that_takes_too_long_is_stopped_and_named() -> None:
    page = picture(make.pdf([["Khach mang xe den tiem sua xe dap."] * 20]), dpi=300)
    source = read_bytes(packed(page, "PNG"), "a.png", Limits(max_ocr_seconds=0.05))
    assert [(n.code, n.page) for n in source.not_checked] == [("page-too-slow", 1)]


@with_engine
def test_type_size_and_colour_of_a_scan_cannot_be_told(pack: Pack) -> None:
    page = picture(EXAMPLE.read_bytes(), dpi=200)
    for data, name in ((packed(page, "PNG"), "a.png"), (packed(page, "PDF", resolution=200), "a.pdf")):
        report = Checker(pack).check(read_bytes(data, name))
        assert {r.id: r.status for r in report.form if r.id in ("type-size", "contrast")} == {
            "type-size": "cannot_tell", "contrast": "cannot_tell",
        }  # fmt: skip


def lacking(source_or_error: NotChecked | ReadError) -> str:
    """What a user is told to do, in both languages."""
    if isinstance(source_or_error, ReadError):
        return source_or_error.remedy_vi + source_or_error.remedy_en
    assert source_or_error.remedy
    return source_or_error.remedy.vi + source_or_error.remedy.en


@pytest.mark.usefixtures("no_engine")
def test_without_the_engine_the_command_that_installs_it_is_named() -> None:
    scan = read_bytes(make.scan([make.CLEAN.splitlines()]), "a.pdf")
    assert [(n.code, n.page) for n in scan.not_checked] == [("page-without-text", 2)]
    with pytest.raises(ReadError) as caught:
        read_bytes(packed(Image.new("L", (50, 50), 200), "PNG"), "a.png")
    assert caught.value.code == "image"
    for said in (scan.not_checked[0], caught.value):
        assert lacking(said).count("apt-get install tesseract-ocr tesseract-ocr-vie") == 2


@pytest.mark.usefixtures("no_engine")
def test_without_the_engine_digital_files_are_read_as_ever() -> None:
    assert read_file(EXAMPLE).not_checked == ()


def test_an_engine_without_vietnamese_is_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho 'List of available languages (1):'\necho eng\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    (remark,) = read_bytes(make.scan([]), "a.pdf").not_checked
    assert "chưa có tiếng Việt" in lacking(remark)
    assert "tesseract-ocr-vie" in lacking(remark)


def test_what_was_not_asked_for_is_not_done_and_said() -> None:
    (remark,) = read_bytes(make.scan([]), "a.pdf", options=Options(ocr="never")).not_checked
    assert "--ocr auto" in lacking(remark)


def test_a_finding_in_badly_read_text_says_so(pack: Pack) -> None:
    report = Checker(pack).check_text(make.UNFAIR)
    assert report.findings
    for confidence, said in ((None, False), (0.97, False), (0.41, True)):
        findings = tuple(f.model_copy(update={"read_confidence": confidence}) for f in report.findings)
        changed = report.model_copy(update={"findings": findings})
        for out in (render(changed, "vi"), render_checklist(changed, "vi")):
            assert ("chữ khó đọc" in out.lower()) == said
    assert 0.41 < BADLY_READ < 0.97


def test_nothing_of_a_document_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    ruled = b"BT /F 9 Tf 50 300 Td (Ben A) Tj ET (GIAU) 0 0 rg " + b"40 290 50 30 re S " * 9
    read_bytes(targets.painted(ruled, 1), "a.pdf")  # a page with rules is looked at by a second parser
    assert "GIAU" not in caplog.text


def test_a_huge_picture_is_refused_unpacked() -> None:
    data = packed(Image.new("1", (3000, 3000), 1), "PNG")
    if ocr.missing():
        pytest.skip("tesseract is not installed")
    with pytest.raises(ReadError) as caught:
        read_bytes(data, "a.png", Limits(max_image_pixels=1_000_000))
    assert caught.value.code == "too-large"


ROW = "5\t1\t1\t1\t1\t{n}\t{left}\t10\t30\t12\t{sure}\t{word}"


def test_rows_that_are_broken_or_specks_are_left_out() -> None:
    rows = [
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
        ROW.format(n=1, left=5, sure="96.5", word="Khách"),
        ROW.format(n=2, left="x", sure="96.5", word="hỏng"),
        ROW.format(n=3, left=9, sure="nan", word="hỏng"),
        ROW.format(n=4, left=9, sure="30", word="."),
        ROW.format(n=5, left=9, sure="95", word="|"),
        ROW.format(n=6, left=9, sure="30", word="xe"),
        "5\t1\t1",
        "",
        ROW.format(n=7, left=9, sure="300", word="\x07vàng"),
    ]
    (line,) = ocr.parse_tsv("\n".join(rows))
    assert [(w[0], w[1]) for w in line] == [("Khách", 0.965), ("xe", 0.3), ("vàng", 1.0)]
    assert line[0][2:] == (5, 10, 35, 22)


def test_a_drawn_line_is_no_skew() -> None:
    page = Image.new("L", (800, 1100), 255)
    ImageDraw.Draw(page).line((0, 0, 800, 1100), fill=0, width=4)
    assert ocr.missing() or read_bytes(packed(page, "PNG"), "a.png").text == ""
