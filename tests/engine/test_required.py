"""Required contents and the facts that make them required."""

from datetime import date

from hpcp_rules.api import Checker
from hpcp_rules.model.report import RequirementResult, RunReport

CONTRACT = """HỢP ĐỒNG THUÊ MÁY LỌC NƯỚC
Hôm nay, ngày … tháng … năm 2026, chúng tôi gồm:
BÊN A: CÔNG TY TNHH SUỐI LÀNH
Địa chỉ: số 4 phố Giếng. {phone}
BÊN B: Ông/Bà ……
Địa chỉ: ……
Điều 1. Dịch vụ
Bên A cho Bên B thuê một máy lọc nước, tình trạng mới, đơn giá là 200.000 đồng mỗi tháng.
Điều 2. Thanh toán
Bên B thanh toán bằng chuyển khoản trước ngày 05 hằng tháng.
Điều 3. Giao máy
Bên A giao máy trong vòng 3 ngày tại địa chỉ của Bên B.
Điều 4. {heading}
{body}
Điều 5. Tranh chấp
Tranh chấp được thương lượng, không xong thì đưa ra tòa án có thẩm quyền.
Điều 6. Hiệu lực
Hợp đồng có hiệu lực từ ngày ký, thời hạn hợp đồng là 12 tháng.
ĐẠI DIỆN BÊN A    ĐẠI DIỆN BÊN B
"""


def report(phone: str = "Điện thoại: 0225 000 000", heading: str = "Khác", body: str = "", **known: bool) -> RunReport:
    return Checker(facts=known).check_text(CONTRACT.format(phone=phone, heading=heading, body=body))


def result(found: RunReport, provision: str) -> RequirementResult:
    return next(r for r in found.requirements if r.provision == provision)


def test_a_content_is_present_with_its_evidence() -> None:
    found = report()
    r = result(found, "law19:23.3.k")
    assert r.status == "present"
    assert r.missing is None
    assert len(r.evidence) == 1


def test_a_heading_alone_is_no_content() -> None:
    assert result(report(heading="Bất khả kháng"), "law19:23.3.i").status == "absent"
    body = "Bên gặp sự kiện bất khả kháng báo cho bên kia trong 3 ngày."
    assert result(report(heading="Bất khả kháng", body=body), "law19:23.3.i").status == "present"


def test_partial_names_what_is_missing() -> None:
    r = result(report(phone=""), "law19:23.3.a")
    assert r.status == "partial"
    assert r.missing is not None
    assert r.missing.vi == "số điện thoại"
    assert result(report(), "law19:23.3.a").status == "present"


def test_what_does_not_apply_is_said_so() -> None:
    found = report(continuous=False, distance=False)
    assert {r.status for r in found.requirements if r.provision.startswith("law19:42.2")} == {"not_applicable"}
    assert {r.status for r in found.requirements if r.provision.startswith("law19:37.1")} == {"not_applicable"}


def test_a_stated_fact_wins_and_is_sure() -> None:
    found = report(distance=True)
    fact = next(f for f in found.document.facts if f.id == "distance")
    assert fact.value is True
    assert fact.stated is True
    assert fact.confidence == 1.0
    assert result(found, "law19:37.1.b").status == "absent"
    assert result(found, "law19:37.1.b").depends_on == ()


def test_an_uncertain_fact_is_checked_and_named() -> None:
    text = Checker().check_text(UNCERTAIN)
    uncertain = [f.id for f in text.document.facts if f.confidence < 0.75]
    assert "distance" in uncertain
    r = result(text, "law19:37.1.b")
    assert r.status == "absent"
    assert "distance" in r.depends_on
    assert r.confidence < 0.75


UNCERTAIN = "QUY ĐỊNH CỦA CỬA HÀNG\n" + "\n".join(
    f"{n}. Khách hàng giữ hóa đơn số {n} để được bảo hành." for n in range(1, 15)
)


def test_an_excerpt_is_not_asked_for_the_contents_of_a_whole_contract() -> None:
    found = Checker().check_text("Hai bên thương lượng khi có tranh chấp.")
    assert found.requirements == ()
    assert "excerpt" in found.document.notes
    assert "excerpt" not in report().document.notes


def test_requirements_follow_the_day() -> None:
    assert Checker(as_of=date(2024, 6, 30)).check_text(CONTRACT).requirements == ()


def test_what_keeps_a_provision_from_applying_is_named() -> None:
    assert result(report(distance=False), "law19:37.1.b").depends_on == ("distance",)
    assert result(report(), "law19:27.2").depends_on == ("dieu-kien-giao-dich-chung",)


def test_an_uncertain_kind_is_read_both_ways() -> None:
    # A title of conditions, and parties with a place to sign: either may be right.
    text = "ĐIỀU KHOẢN DỊCH VỤ\nBên A cung cấp dịch vụ cho Bên B.\nHợp đồng này có giá trị khi ký.\n" * 12
    found = Checker(facts={"continuous": False, "distance": False}).check_text(text)
    assert found.document.kind_confidence < 0.75
    contract, conditions = result(found, "law19:23.3.k"), result(found, "law19:27.2")
    assert contract.depends_on == ("hop-dong-theo-mau",)
    assert conditions.depends_on == ("dieu-kien-giao-dich-chung",)
    assert round(contract.confidence + conditions.confidence, 2) == 1.0


def test_a_fact_that_surely_fails_on_one_side_and_is_open_on_the_other_does_not_apply() -> None:
    r = [x for x in report(distance=False).requirements if x.provision == "law19:38.2"]
    assert {x.status for x in r} == {"not_applicable"}


def continuous(text: str) -> float:
    """How likely the text is about a continuous service."""
    fact = next(f for f in Checker().check_text(text).document.facts if f.id == "continuous")
    return fact.confidence if fact.value else 1 - fact.confidence


def test_a_clue_that_is_what_the_document_is_about_counts_more() -> None:
    once = "Khách hàng nhận vé tại quầy.\nPhí bảo hiểm đã gồm trong giá.\n"
    assert continuous(once + "Người được bảo hiểm báo ngay.\nQuy tắc bảo hiểm kèm theo.\n") > continuous(once) + 0.2


def test_one_mention_of_a_card_makes_no_continuous_service_of_a_shop() -> None:
    shop = (
        "Chính sách đổi trả\nKhách đặt hàng, thanh toán bằng thẻ tín dụng hoặc ví điện tử. Giao hàng trong ba ngày.\n"
    )
    assert continuous(shop) < 0.25
    assert continuous("Hợp đồng mua bán điện\nBên mua trả tiền điện hằng tháng theo công tơ.\n") > 0.75


def test_a_word_is_no_content() -> None:
    text = (
        "Điều khoản sử dụng\nBằng việc truy cập website, khách hàng đồng ý các điều khoản này.\n"
        "Cửa hàng không chịu trách nhiệm về bất kỳ chi phí nào.\nGiá có thể thay đổi mà không cần báo trước.\n"
        "Không hoàn tiền trong mọi trường hợp.\nNếu có thắc mắc, vui lòng liên hệ với chúng tôi.\n"
    )
    found = Checker(facts={"distance": True}).check_text(text * 4)
    for point in ("c", "g", "k", "l"):
        assert result(found, f"law19:37.1.{point}").status == "absent", point


def test_the_procedures_of_the_decree_are_answered_for_distance_transactions() -> None:
    body = (
        "Khách đổi trả trong vòng 7 ngày, liên hệ hotline để đổi hàng; hoàn tiền trong vòng 3 ngày.\n"
        "Khiếu nại gửi qua email được trả lời trong vòng 5 ngày làm việc."
    )
    found = report(body=body, distance=True)
    assert result(found, "nd55:22.1").status == "present"
    complaint = result(found, "nd55:22.2")
    assert complaint.status == "partial"
    assert complaint.missing is not None
    assert "ưu tiên" in complaint.missing.vi
    assert result(report(body=body, distance=False), "nd55:22.1").status == "not_applicable"


def test_a_period_shorter_than_the_statute_is_named() -> None:
    def notice(days: str) -> RequirementResult:
        body = f"Công ty thông báo cho Bên B nộp phí để tiếp tục sử dụng {days} trước ngày hết hạn."
        return result(report(body=body, continuous=True), "law19:42.2.đ")

    assert notice("ít nhất 07 (bảy) ngày làm việc").status == "present"
    short = notice("03 ngày làm việc")
    assert short.status == "partial"
    assert short.missing is not None
    assert "07 ngày làm việc" in short.missing.vi

    def back(days: str) -> str:
        body = f"Công ty nhận lại hàng hóa và trả tiền khi được yêu cầu trong {days} kể từ ngày nhận."
        return result(report(body=body, **{"multi-level": True}), "law19:45.1.d").status

    assert back("30 ngày") == "present"
    assert back("mười lăm ngày") == "partial"
