"""Who is the business and who the consumer, under every name a document gives them."""

from hpcp_rules.readers import read_text
from hpcp_rules.structure import build


def roles(text: str) -> dict[str, set[str]]:
    return {p.role: {n.lower() for n in p.names} for p in build(read_text(text)).parties}


def test_parties_by_definition() -> None:
    doc = build(
        read_text(
            "HỢP ĐỒNG CUNG CẤP DỊCH VỤ\nBÊN A: CÔNG TY TNHH MÂY XANH (sau đây gọi là “Mây Xanh”)\nBÊN B: Ông/Bà ……\n"
            "Điều 1. Dịch vụ\nBên A cung cấp dịch vụ cho Bên B.\n"
        )
    )
    names = {p.role: {n.lower() for n in p.names} for p in doc.parties}
    assert {"bên a", "mây xanh"} <= names["business"]
    assert "bên b" in names["consumer"]
    assert doc.kind == "hop-dong-theo-mau"


def test_parties_when_the_business_is_bên_b() -> None:
    names = roles(
        "HỢP ĐỒNG THUÊ XE\nBÊN THUÊ (BÊN A)\nÔng/Bà: ……\nSố CCCD: ……\nBÊN CHO THUÊ (BÊN B)\n"
        "CÔNG TY CỔ PHẦN XE NHANH\nMã số thuế: ……\nBên A thanh toán tiền thuê cho Bên B.\n"
    )
    assert "bên b" in names["business"]
    assert "bên a" in names["consumer"]


def test_second_definition_of_a_sentence_describes_its_own_party() -> None:
    names = roles(
        "Thỏa thuận giữa Ngân hàng Rừng Phi Lao (sau đây gọi là “Ngân hàng”) và cá nhân được Ngân hàng mở "
        "tài khoản (sau đây gọi là “Chủ sổ”). Chủ sổ nộp tiền tại Ngân hàng.\n"
    )
    assert "chủ sổ" in names["consumer"]
    assert "chủ sổ" not in names["business"]


def test_full_name_with_a_consumer_word_in_it_is_still_a_company() -> None:
    names = roles(
        "BÊN CHO VAY: CÔNG TY TÀI CHÍNH MỘT THÀNH VIÊN ĐỒI SIM (sau đây gọi là “Đồi Sim” hoặc “Công ty”)\n"
        "BÊN VAY: Ông/Bà …… (sau đây gọi là “Khách hàng”)\nĐồi Sim giải ngân cho Khách hàng.\n"
    )
    assert {"đồi sim", "công ty"} <= names["business"]
    assert "khách hàng" in names["consumer"]


def test_names_defined_by_what_they_mean() -> None:
    names = roles("“Sóc Nâu”, “Sóc” đều là công ty; “người nhận mầm” là khách hàng. Sóc giao cây cho bạn.\n")
    assert {"sóc nâu", "sóc"} <= names["business"]
    assert "người nhận mầm" in names["consumer"]


def test_things_and_titles_are_no_parties() -> None:
    names = roles(
        "“Hành lý” là hành lý của hành khách. Dịch vụ Thanh toán của Ví Lá. Dịch vụ Thanh toán. Việc thanh toán "
        "do Ví Lá xử lý. Ví Lá có quyền kiểm tra. Ví Lá không chịu trách nhiệm.\n"
    )
    assert "hành lý" not in names["consumer"]
    assert "thanh" not in names["business"]
    assert "ví lá" in names["business"]


def test_initials_that_stand_for_a_party() -> None:
    names = roles("Công ty trả tiền bảo hiểm cho NĐBH. NĐBH có quyền khiếu nại. KH đọc kỹ.\n")
    assert {"nđbh", "kh"} <= names["consumer"]


def test_brand_that_is_never_defined() -> None:
    names = roles(
        "Điều khoản sử dụng\nZapMua có quyền từ chối đơn hàng của bạn. ZapMua không chịu trách nhiệm về giá.\n"
    )
    assert "zapmua" in names["business"]
    assert "bạn" in names["consumer"]


def test_the_caller_wins() -> None:
    doc = build(
        read_text("Bên thứ nhất giao hàng cho Khách hàng."), business_names=("Bên thứ nhất",), kind="hop-dong-theo-mau"
    )
    names = {p.role: set(p.names) for p in doc.parties}
    assert "Bên thứ nhất" in names["business"]
    assert doc.kind_confidence == 1.0
