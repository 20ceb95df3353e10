"""What kind of text it is."""

from hpcp_rules.api import Checker

DECREE = (
    "CHÍNH PHỦ\nNGHỊ ĐỊNH\nVỀ THUYỀN THÚNG\nCăn cứ\u00a0Luật Thuyền thúng;\n"
    "Chính phủ ban hành Nghị định về thuyền thúng.\n"
    "Điều 1. Cơ quan quản lý có quyền thu hồi giấy phép của tổ chức kinh doanh bất cứ lúc nào.\n"
)


def test_a_decree_is_no_contract_and_that_is_said() -> None:
    report = Checker().check_text(DECREE)
    assert report.findings == ()
    assert [n.code for n in report.not_checked] == ["not-terms"]
    assert not report.complete


def test_a_caller_who_states_the_kind_has_it_checked() -> None:
    report = Checker(kind="dieu-kien-giao-dich-chung").check_text(DECREE)
    assert "not-terms" not in [n.code for n in report.not_checked]


def test_a_contract_that_rests_on_laws_is_a_contract() -> None:
    text = (
        "HỢP ĐỒNG THUÊ THUYỀN\nCăn cứ Luật Thuyền thúng;\nCăn cứ Quyết định số 3;\n"
        "Bên A: Công ty Sóng\nBên B: Ông/Bà ……\nBên B trả tiền cho Bên A.\n"
    )
    assert Checker().check_text(text).complete
