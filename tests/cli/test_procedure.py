"""`hpcp deadlines`, `hpcp fines` and `hpcp registration` as their users call them."""

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import hpcp
from tests.readers import make

WATER = (
    "HỢP ĐỒNG DỊCH VỤ CẤP NƯỚC\nBên A: Công ty TNHH Suối Ngàn\nBên B: Khách hàng\n"
    "Điều 1. Giá\n1. Tiền nước theo tháng.\n"
)


def test_deadlines_in_words() -> None:
    done = hpcp("deadlines", "--received", "2026-11-23")
    assert done.returncode == 0
    for words in (
        "01/12/2026 (thứ Ba)", "5 ngày làm việc sau ngày 23/11/2026", "Ngày Văn hóa Việt Nam",
        "khoản 2 Điều 9 Nghị định 55/2024/NĐ-CP", "khoản 3 Điều 147 Bộ luật Dân sự 2015",
        "--requested", "2027 chưa được công bố",
    ):  # fmt: skip
        assert words in " ".join(done.stdout.split()), words
    english = " ".join(hpcp("deadlines", "--received", "23/11/2026", "--lang", "en").stdout.split())
    for words in ("2026-12-01 (Tuesday)", "5 working days after 2026-11-23", "day of the event does not count"):
        assert words in english, words


def test_a_last_day_that_is_off_is_said_to_move() -> None:
    out = " ".join(hpcp("deadlines", "--requested", "2026-08-01", "--lang", "en").stdout.split())
    assert "The last day, 2026-08-31 (Monday), is a day off" in out
    assert "2026-09-03 (Thursday)" in out


def test_deadlines_as_json() -> None:
    done = hpcp("deadlines", "--received", "2026-11-23", "--format", "json", "--lang", "en")
    found = json.loads(done.stdout)
    due = {d["id"]: d["due"] for d in found["deadlines"]}
    assert due["completeness-check"] == "2026-12-01"
    assert due["examination"] == "2026-12-23"
    assert {p["needs"] for p in found["pending"]} == {"requested", "amended", "consulted"}
    assert found["calendar"].startswith("holidays ")


def test_fines_in_words_and_as_json() -> None:
    out = hpcp("fines", "25.3", "--as-of", "2026-01-01").stdout
    assert "80.000.000 đồng – 100.000.000 đồng" in out
    assert "điểm b khoản 1 Điều 49 Nghị định 98/2020/NĐ-CP" in " ".join(out.split())
    assert "không phải dự đoán" in out
    english = " ".join(hpcp("fines", "NĐ 98 Điều 49", "--lang", "en").stdout.split())
    assert "VND 320,000,000 – VND 400,000,000" in english
    assert "never" not in english
    found = json.loads(hpcp("fines", "khoản 1 Điều 25", "--format", "json").stdout)
    assert [f["id"] for f in found["fines"]] == ["nd98:49.1.b", "nd98:53a.1.q"]
    none = hpcp("fines", "24", "--lang", "en")
    assert none.returncode == 0
    assert "does not mean there is no sanction" in " ".join(none.stdout.split())


def test_registration_in_words_and_as_json(tmp_path: Path) -> None:
    (tmp_path / "water.txt").write_text(WATER, encoding="utf-8")
    (tmp_path / "bike.txt").write_text(make.CLEAN, encoding="utf-8")
    done = hpcp("registration", tmp_path / "water.txt", "--as-of", "2026-11-23", "--lang", "en")
    assert done.returncode == 0
    for words in (
        "Clear signs",
        "Water for household use (item 2)",
        "“HỢP ĐỒNG DỊCH VỤ CẤP NƯỚC”",
        "Circular 42/2025",
        "Open:",
    ):
        assert words in done.stdout, words
    single = hpcp("registration", tmp_path / "water.txt", "--provinces", "1", "--lang", "en").stdout
    assert "two or more provinces" not in single
    old = hpcp("registration", tmp_path / "bike.txt", "--concluded", "2024-01-01").stdout
    assert "59/2010/QH12" in old
    assert "Không thấy dấu hiệu" in old
    found = json.loads(hpcp("registration", tmp_path / "water.txt", "--format", "json").stdout)
    assert found["registration"]["outcome"] == "listed"
    assert found["law"]["law"] == "law19"
    assert len(found["competence"]["authorities"]) == 2


def test_what_could_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(make.scan([WATER.splitlines()]))
    done = hpcp("registration", tmp_path / "scan.pdf", "--lang", "en")
    assert done.returncode == 2
    assert "NOT CHECKED" in done.stdout
    assert hpcp("registration", tmp_path / "no-such.txt").returncode == 2


@pytest.mark.parametrize(
    "words",
    [
        ["deadlines"],
        ["deadlines", "--received", "soon"],
        ["deadlines", "--received", "2024-01-01"],
        ["deadlines", "--received", "2026-06-02", "--complete", "2026-06-01"],
        ["deadlines", "--received", "2026-06-01", "--format", "xml"],
        ["deadlines", "--received", "2026-06-01", "--lang", "fr"],
        ["fines"],
        ["fines", "quả chuối"],
        ["fines", "25.3", "--as-of", "2024-01-01"],
        ["registration", "examples/telecom.txt", "--provinces", "0"],
        ["registration", "examples/telecom.txt", "--provinces", "many"],
        ["registration", "examples/telecom.txt", "--as-of", "2024-01-01"],
        ["registration", "examples/telecom.txt", "--changed", "2025-01-01"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_3(words: list[str]) -> None:
    done = hpcp(*words)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("Lỗi: ")


def test_data_of_another_folder(tmp_path: Path) -> None:
    done = hpcp("deadlines", "--received", "2026-06-01", "--rules", tmp_path, "--lang", "en")
    assert done.returncode == 2
    assert "registration.yaml" in done.stderr
