"""`--redact`: nothing that identifies a person is in any result, and every span still holds."""

import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from hpcp_rules.api import Checker
from hpcp_rules.cli.main import app
from hpcp_rules.errors import UsageError
from hpcp_rules.report.redact import MASK, personal_names, redacted
from hpcp_rules.rulespec.pack import Pack
from tests.readers import make

SECRETS = (
    "001099012345", "023456789", "0912 345 678", "+84912345678", "1903 4567 8901 2345", "tran.van.be@example.com",
    "0071000123456", "Trần Văn Bé", "Lê Thị Ổi", "NGUYỄN THỊ NA",
)  # fmt: skip
PRIVATE = (
    "HỢP ĐỒNG SỬA XE\nBên A: Công ty TNHH Bánh Xe Tre\nNgười đại diện: Ông Trần Văn Bé - Giám đốc\n"
    "Bên B: Bà Lê Thị Ổi, CCCD số: 001099012345, CMND cũ 023456789\nHọ và tên khách hàng: NGUYỄN THỊ NA\n"
    "Điện thoại: 0912 345 678 hoặc +84912345678, email tran.van.be@example.com\n"
    "Số tài khoản: 0071000123456, thẻ 1903 4567 8901 2345\nĐiều 1. Giá\n"
    "1. Công ty có quyền thay đổi giá bất cứ lúc nào mà không cần báo trước cho Lê Thị Ổi theo số 0912 345 678.\n"
    "2. Công ty không chịu trách nhiệm trong mọi trường hợp; Trần Văn Bé quyết định, "
    "viết cho tran.van.be@example.com.\n"
)


def test_reports_hold_nothing_personal(pack: Pack) -> None:
    open_, closed = Checker(pack).check_text(PRIVATE), Checker(pack, redact=True).check_text(PRIVATE)
    assert any("Lê Thị Ổi" in f.quote for f in open_.findings)
    told = closed.model_dump_json()
    assert MASK in told
    for secret in SECRETS:
        assert secret not in told
        assert secret.lower() not in told.lower()
    assert [f.id for f in closed.findings] == [f.id for f in open_.findings]
    for before, after in zip(open_.findings, closed.findings, strict=True):
        assert after.span == before.span
        assert len(after.quote) == len(before.quote)
        assert "Công ty" in after.quote
        assert after.suggestion.vi


@pytest.mark.parametrize("form", ["text", "checklist", "json"])
@pytest.mark.parametrize("dossier", [False, True])
def test_no_output_of_the_command_line_leaks(tmp_path: Path, form: str, dossier: bool) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "a.txt").write_text(PRIVATE, encoding="utf-8")
    verbose = ["-v"] if form == "text" else []
    chosen = ["--dossier"] if dossier else []
    done = CliRunner().invoke(app, ["check", "--redact", "--format", form, *verbose, *chosen, str(folder)])
    assert done.exit_code in (1, 2), done.output
    flat = " ".join(done.output.split())
    for secret in SECRETS:
        assert secret not in flat


@pytest.mark.parametrize(
    "text",
    [
        "Luật số 19/2023/QH15 và Nghị định 55/2024/NĐ-CP", "giá 1.250.000.000 đồng", "đặt cọc 100.000.000 đồng",
        "trong 30 ngày, 12 tháng", "Điều 25.3.1", "Khách hàng: Người tiêu dùng", "Bên A: Công ty TNHH Bánh Xe Tre",
        "do Bộ Công Thương quyết định", "tiếng Anh Mỹ",
        "Đại diện theo pháp luật: Giám đốc", "khách hàng Bánh Xe Tre",
    ],
)  # fmt: skip
def test_what_is_not_personal_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Ông/Bà: Phạm Thị Mơ, sinh năm 1990", "Phạm Thị Mơ"), ("ông Bé trả tiền", "Bé"),
        ("đại diện bởi Đỗ Văn Tèo", "Đỗ Văn Tèo"),
        ("CCCD: 0010 9901 2345", "0010 9901 2345"), ("hộ chiếu số C1234567", "C1234567"), ("STK 12345678", "12345678"),
        ("ĐT: 0283.822.1234", "0283.822.1234"), ("Chủ thẻ: TRAN VAN BE", "TRAN VAN BE"),
    ],
)  # fmt: skip
def test_what_is_personal_is_masked(text: str, secret: str) -> None:
    done = redacted(text)
    assert secret not in done
    assert len(done) == len(text)
    assert not set(secret) & set(done[text.index(secret) : text.index(secret) + len(secret)]) - set(" .-")


def test_a_name_is_masked_wherever_it_stands_again() -> None:
    names = personal_names(PRIVATE)
    assert names == {"trần văn bé", "lê thị ổi", "nguyễn thị na"}
    assert "Ổi" not in redacted("Xe của Lê  Thị\nỔi đã trả.", names)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ông Bé:@.-0 1\n84CCCD😀\u0301Đa"), max_size=120))
def test_masking_keeps_the_length(text: str) -> None:
    done = redacted(text, frozenset({"bé đa"}))
    assert len(done) == len(text)
    assert redacted(done) == done or MASK in done


def test_nothing_of_a_document_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], pack: Pack
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, data in {
        "a.docx": make.docx(PRIVATE.splitlines()),
        "a.pdf": make.pdf([PRIVATE.splitlines()[:9]]), "a.txt": PRIVATE.encode(),
        "a.html": f"<html><body><p>{PRIVATE}</p></body></html>".encode(), "b.pdf": b"%PDF-1.7 " + PRIVATE.encode(),
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
    CliRunner().invoke(app, ["check", "--quiet", "--output", str(tmp_path / "out.txt"), str(tmp_path)])
    printed = capfd.readouterr()
    logged = "\n".join(r.getMessage() for r in caplog.records) + printed.out + printed.err
    for secret in (*SECRETS, "thay đổi giá", "SỬA XE"):
        assert secret not in logged


@pytest.mark.parametrize("format", ["html", "sarif", "csv", "jsonl", "junit", "checklist"])
def test_no_format_tells_who_somebody_is(tmp_path: Path, format: str) -> None:
    contract, out = tmp_path / "hop-dong.txt", tmp_path / "out"
    contract.write_text(PRIVATE, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(contract), "--format", format, "--redact", "-o", str(out)])
    assert result.exit_code in (1, 2), result.output
    told = (out if out.exists() else out.with_suffix(".html")).read_text(encoding="utf-8")
    assert len(told) > 200
    for secret in SECRETS:
        assert secret.lower() not in told.lower()


def test_the_contract_itself_cannot_be_masked(tmp_path: Path) -> None:
    contract = tmp_path / "hop-dong.txt"
    contract.write_text(PRIVATE, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        CliRunner().invoke(
            app, ["check", str(contract), "--format", "annotated", "--redact", "-o", str(tmp_path / "x")],
            catch_exceptions=False, standalone_mode=False,
        )  # fmt: skip
    assert caught.value.code == "redact-annotated"
