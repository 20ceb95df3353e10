"""Capitalised terms: those without a definition are found, names and defined ones are not."""

import pytest

from hpcp_rules.model.report import FormResult
from tests.form.make import of_text

DEFINED = """HỢP ĐỒNG DỊCH VỤ
Điều 1. Định nghĩa
“Dịch Vụ” là việc dọn nhà theo lịch.
“Phí Dịch Vụ” là khoản tiền trả mỗi tháng.
“Ngày Bắt Đầu” nghĩa là ngày dọn nhà lần đầu.
Điều 2. Thỏa thuận
"""


def terms(text: str) -> FormResult:
    (one,) = [r for r in of_text(text) if r.id == "terms"]
    return one


def uses(term: str, times: int = 3) -> str:
    return "".join(f"Lần thứ {n}, khách hàng nhận {term} tại nhà.\n" for n in range(times))


def test_a_term_without_a_definition_is_found() -> None:
    one = terms(DEFINED + uses("Gói Ưu Tiên"))
    assert one.status == "finding"
    assert one.severity == "info"
    assert "«Gói Ưu Tiên» (3)" in one.message.vi
    assert one.span is not None


@pytest.mark.parametrize(
    "more",
    [
        uses("Phí Dịch Vụ"),  # defined in quotation marks
        uses("Gói Ưu Tiên") + "Gói Ưu Tiên: lịch dọn vào ngày nghỉ.\n",
        uses("Gói Ưu Tiên") + "Lịch dọn vào ngày nghỉ (sau đây gọi là Gói Ưu Tiên).\n",
        uses("Gói Ưu Tiên", 2),  # too seldom
        uses("Thành Phố Thủ Đức"),  # a proper name
        uses("PHÍ ƯU TIÊN"),  # all in capitals
        uses("gói ưu tiên"),
    ],
)
def test_what_is_no_fault(more: str) -> None:
    assert terms(DEFINED + more).status == "ok"


def test_without_definitions_capitals_say_nothing() -> None:
    assert terms("Điều 1. Thỏa thuận\n" + uses("Gói Ưu Tiên")).status == "not_applicable"
