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
