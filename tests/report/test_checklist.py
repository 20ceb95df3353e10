"""The examination as a checklist: every line of Article 11 of Decree 55/2024 has an answer."""

import re

from hpcp_rules.api import Checker
from hpcp_rules.report.checklist import render_checklist
from tests.engine.test_required import CONTRACT

UNFAIR = CONTRACT.format(phone="", heading="Giá", body="Bên A được đổi giá thuê bất cứ lúc nào mà không báo trước.")


def lines(text: str = UNFAIR, lang: str = "vi", **facts: bool) -> list[str]:
    return render_checklist(Checker(facts=facts).check_text(text), lang, width=120).splitlines()


def test_every_line_has_an_answer_and_every_item_a_line() -> None:
    found = lines()
    rows = [line for line in found if line.startswith("  ") and not line.startswith("   ")]
    assert len(rows) > 30
    assert all(re.match(r"  \[[x!~?-]\] ", row) for row in rows)
    for item in range(1, 16):
        assert any(f"khoản {item} Điều 25 " in row for row in rows)
    heads = [line for line in found if re.match(r"\d\. ", line)]
    assert [head[0] for head in heads] == ["1", "2", "3", "4", "5", "6"]


def test_signs_gaps_and_what_does_not_apply_are_told_apart() -> None:
    found = "\n".join(lines(distance=False))
    assert re.search(r"\[!\] khoản 7 Điều 25", found) or re.search(r"\[!\] khoản 3 Điều 25", found)
    assert "[~] điểm a khoản 3 Điều 23" in found
    assert "thiếu: số điện thoại" in found
    assert "[!] điểm i khoản 3 Điều 23" in found
    assert found.count("khoản 1 Điều 37") == 1
    assert "[-] khoản 1 Điều 37" in found


def test_what_could_not_be_read_is_no_clean_answer() -> None:
    found = "\n".join(lines("This page is in English only and holds no contract.", lang="en"))
    assert "[x] Article 25" not in found
    assert "[?]" in found


def test_english_list_holds_no_vietnamese_words() -> None:
    text = "\n".join(line for line in lines(lang="en") if "Document" not in line)
    assert "không" not in text
    assert "a person must look" in text


def test_facts_stand_first_and_say_why_a_line_does_not_apply() -> None:
    found = "\n".join(lines(distance=False))
    assert found.index("Giao dịch từ xa: không (100%)") < found.index("1. ")
    assert "[-] khoản 2 Điều 38 Luật 19/2023/QH15: không áp dụng (không phải: Giao dịch từ xa)" in found
    assert "[-] khoản 2 Điều 22 Nghị định 55/2024/NĐ-CP: không áp dụng" in found


def test_a_gap_of_what_may_not_apply_is_a_question() -> None:
    text = "ĐIỀU KHOẢN DỊCH VỤ\nBên A cung cấp dịch vụ cho Bên B.\nHợp đồng này có giá trị khi ký.\n" * 12
    found = "\n".join(lines(text, distance=False, continuous=False)).replace("\n      ", " ")
    assert re.search(r"\[\?\] điểm k khoản 3 Điều 23 .*\[nếu đúng là hợp đồng theo mẫu\]", found)


def test_wording_and_language_have_their_lines() -> None:
    found = "\n".join(lines())
    for provision in ("khoản 2 Điều 23 ", *(f"khoản {n} Điều 6 " for n in range(1, 6))):
        assert re.search(r"\[[x!?-]\] " + provision, found), provision
