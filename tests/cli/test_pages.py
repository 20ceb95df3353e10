"""`hpcp check --format html`: one file for one document, a folder with an index for several."""

import json
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as Parser

from hpcp_rules.cli.main import run
from tests.conftest import ROOT

TELECOM = str(ROOT / "examples" / "telecom.txt")


def test_one_document_is_one_file(tmp_path: Path) -> None:
    out = tmp_path / "bao-cao.html"
    assert run(["check", TELECOM, "--format", "html", "-o", str(out)]) == 1
    assert Parser(out.read_text(encoding="utf-8")).css_first("h1").text() == "telecom.txt"


def test_one_document_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", TELECOM, "--format", "html"]) == 1
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")


def test_several_documents_are_a_folder_with_an_index(tmp_path: Path) -> None:
    other = tmp_path / "in" / "telecom.txt"
    other.parent.mkdir()
    other.write_text("Bên A được đổi giá bất cứ lúc nào mà không báo trước cho Khách hàng.", encoding="utf-8")
    broken = tmp_path / "in" / "hong.pdf"
    broken.write_bytes(b"%PDF-1.4 cut")
    out = tmp_path / "out"
    assert run(["check", TELECOM, str(other.parent), "--format", "html", "-q", "-o", str(out)]) == 2
    index = Parser((out / "index.html").read_text(encoding="utf-8"))
    links = [a.attributes["href"] or "" for a in index.css("a")]
    assert sorted(links) == ["hong.pdf.html", "telecom.txt-2.html", "telecom.txt.html"]
    for link in links:
        page = Parser((out / link).read_text(encoding="utf-8"))
        assert page.css_first("p.home a").attributes["href"] == "index.html"
    assert "hỏng" in index.body.text()


@pytest.mark.parametrize("output", [[], ["-o", "all.html"]])
def test_several_documents_need_a_folder(output: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", TELECOM, TELECOM, "--format", "html", *output]) == 3
    assert "--output" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", TELECOM, "--format", "html", "-o", str(tmp_path / "no" / "a.html")]) == 3
    assert "Không ghi được" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_annotated_is_the_file_itself_with_its_findings(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"ghi-chu.{ending}"
    assert run(["check", str(ROOT / f"examples/telecom.{ending}"), "--format", "annotated", "-o", str(out)]) == 1
    assert run(["check", str(out), "--format", "text", "-q"]) == 1, "it is a contract as before"


def test_annotated_text_is_the_page(tmp_path: Path) -> None:
    out = tmp_path / "a.html"
    assert run(["check", TELECOM, "--format", "annotated", "-o", str(out)]) == 1
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("output", [[], ["-o", "a.docx"]])
def test_an_annotated_pdf_needs_a_pdf_to_go_to(output: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(ROOT / "examples/telecom.pdf"), "--format", "annotated", *output]) == 3
    assert ".pdf" in capsys.readouterr().err


def test_several_annotated_documents_keep_their_types(tmp_path: Path) -> None:
    names = [str(ROOT / f"examples/telecom.{e}") for e in ("pdf", "docx", "txt")]
    assert run(["check", *names, "--format", "annotated", "-q", "-o", str(tmp_path)]) == 1
    written = sorted(p.name for p in tmp_path.iterdir())
    assert written == ["index.html", "telecom.docx", "telecom.pdf", "telecom.txt.html"]


def test_decisions_are_shown_on_the_page(tmp_path: Path) -> None:
    result, decided, page = (str(tmp_path / name) for name in ("kq.json", "qd.json", "trang.html"))
    assert run(["check", TELECOM, "--format", "json", "-o", result]) == 1
    assert run(["decisions", "new", result, "-o", decided]) == 0
    ids = [f["id"] for f in json.loads(Path(result).read_text(encoding="utf-8"))["findings"]]
    assert run(["decisions", "set", decided, ids[0], "--state", "accepted"]) == 0
    assert run(["decisions", "set", decided, ids[1], "--state", "rejected", "--reason", "hai bên đã thỏa thuận"]) == 0
    assert run(["check", TELECOM, "--format", "html", "--decisions", decided, "-o", page]) == 1
    shown = Parser(Path(page).read_text(encoding="utf-8"))
    states = {n.attributes["data-id"]: n.attributes["data-state"] for n in shown.css("[data-state]")}
    assert (states[ids[0]], states[ids[1]], states[ids[2]]) == ("accepted", "rejected", "open")


def test_decisions_are_for_one_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["check", TELECOM, TELECOM, "--format", "html", "--decisions", "qd.json", "-o", str(tmp_path)]) == 3
    assert "--decisions" in capsys.readouterr().err
    assert run(["check", TELECOM, "--decisions", "qd.json"]) == 3
