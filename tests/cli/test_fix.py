"""`hpcp fix`: writes the copy, says what it left to a person, checks the copy again."""

from pathlib import Path

import pytest

from hpcp_rules.cli.main import run
from hpcp_rules.readers import read_file
from hpcp_rules.rulespec.pack import load_pack
from tests.conftest import ROOT

TELECOM = ROOT / "examples" / "telecom.docx"


def test_all_signs_mended_is_0_and_the_original_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, before = tmp_path / "sua.docx", TELECOM.read_bytes()
    assert run(["fix", str(TELECOM), "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "9 thay đổi" in said
    assert "không phải kết luận" in said
    assert TELECOM.read_bytes() == before
    assert run(["check", str(out), "-q"]) == 1, "contents are still missing"


def test_numbers_and_ids_choose(tmp_path: Path) -> None:
    out = tmp_path / "sua.docx"
    assert run(["fix", str(TELECOM), "--only", "1, 3", "-q", "-o", str(out)]) == 0
    text = read_file(out).text
    assert "Bên A gửi đề nghị sửa đổi" in text
    assert "không phải chịu trách nhiệm về bất kỳ thiệt hại nào" in text, "number 4 was not chosen"


def test_a_number_that_no_sign_has_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", str(TELECOM), "--only", "99", "-o", str(tmp_path / "a.docx")]) == 3
    assert "từ 1 đến 9" in capsys.readouterr().err


def test_confidence_chooses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", str(TELECOM), "--min-confidence", "0.95", "-o", str(tmp_path / "a.docx")]) == 0
    assert "1 thay đổi" in capsys.readouterr().out


def test_what_a_person_must_draft_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "HỢP ĐỒNG SỬA XE\nBên A: Công ty Tre\nBên B: Khách hàng\nĐiều 1. Phí\n"
    file = tmp_path / "a.txt"
    rule = load_pack(ROOT / "rules").rule("R0605")
    assert rule is not None
    file.write_text(text + rule.spec.flagged[0].text, encoding="utf-8")
    assert run(["fix", str(file), "-o", str(tmp_path / "b.docx")]) == 1
    assert "Phải tự viết lại" in capsys.readouterr().err


def test_the_original_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(TELECOM.read_bytes())
    assert run(["fix", str(file), "-o", str(file)]) == 3
    assert file.read_bytes() == TELECOM.read_bytes()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", str(TELECOM), "-o", str(tmp_path / "no" / "a.docx")]) == 3
    assert "Không ghi được" in capsys.readouterr().err
