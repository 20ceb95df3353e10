"""Outline, sentences and lead-ins."""

from hpcp_rules.readers import read_text
from hpcp_rules.structure import build
from hpcp_rules.structure.document import ContractDocument

CONTRACT = """HỢP ĐỒNG CUNG CẤP DỊCH VỤ
BÊN A: CÔNG TY TNHH MÂY XANH (sau đây gọi là “Mây Xanh”)
BÊN B: Ông/Bà ……
Phần I. NHỮNG QUY ĐỊNH CHUNG
Điều 1. Dịch vụ
1. Bên A cung cấp dịch vụ tại TP. Hải Phòng theo Điều 7.2 với giá 1.000.000 đồng, v.v. trong 12 tháng. Bên B trả tiền.
2. Bên A có quyền:
a) Kiểm tra thiết bị;
b) Tạm dừng để:
- bảo trì hệ thống;
- nâng cấp đường truyền.
c) Từ chối yêu cầu trái pháp luật.
3. Bên B thanh toán đúng hạn.
Điều 2. Quyền của Bên B
2.1. Được hoàn tiền.
2.1.1. Trong 05 ngày.
2.2. Được khiếu nại.
"""


def document(text: str = CONTRACT) -> ContractDocument:
    return build(read_text(text))


def sentences(doc: ContractDocument) -> list[str]:
    return [doc.source.text[s.start : s.end] for s in doc.sentences]


def find(doc: ContractDocument, start: str) -> int:
    return next(i for i, s in enumerate(sentences(doc)) if s.startswith(start))


def test_sentences_survive_references_numbers_and_abbreviations() -> None:
    found = sentences(document())
    assert any(
        s.endswith("v.v. trong 12 tháng.") and "TP. Hải Phòng theo Điều 7.2 với giá 1.000.000 đồng" in s for s in found
    )
    assert "Bên B trả tiền." in found


def test_path_of_a_point() -> None:
    doc = document()
    i = find(doc, "a) Kiểm tra")
    assert doc.path(doc.sentences[i].node) == ("Phần I", "Điều 1", "khoản 2", "điểm a")
    i = find(doc, "2.1.1.")
    assert doc.path(doc.sentences[i].node) == ("Phần I", "Điều 2", "mục 2.1", "mục 2.1.1")


def test_lead_ins_govern_their_list_and_no_more() -> None:
    doc = document()
    lead = find(doc, "2. Bên A có quyền:")
    assert doc.sentences[find(doc, "a) Kiểm tra")].lead_in == lead
    assert doc.sentences[find(doc, "c) Từ chối")].lead_in == lead
    inner = find(doc, "b) Tạm dừng để:")
    assert doc.sentences[find(doc, "- bảo trì")].lead_in == inner
    assert doc.sentences[inner].lead_in == lead
    assert doc.sentences[find(doc, "3. Bên B thanh toán")].lead_in != lead


def test_heading_that_names_a_party_governs_its_article() -> None:
    doc = document()
    heading = find(doc, "Điều 2. Quyền của Bên B")
    assert doc.sentences[find(doc, "2.1. Được")].lead_in == heading


def test_every_sentence_is_inside_its_node() -> None:
    doc = document()
    for s in doc.sentences:
        node = doc.nodes[s.node]
        assert node.start <= s.start < s.end <= node.end


def test_parties_by_definition() -> None:
    doc = document()
    names = {p.role: {n.lower() for n in p.names} for p in doc.parties}
    assert {"bên a", "mây xanh"} <= names["business"]
    assert "bên b" in names["consumer"]
    assert doc.kind == "hop-dong-theo-mau"


def test_parties_when_the_business_is_bên_b() -> None:
    doc = document(
        "HỢP ĐỒNG THUÊ XE\nBÊN THUÊ (BÊN A)\nÔng/Bà: ……\nSố CCCD: ……\nBÊN CHO THUÊ (BÊN B)\n"
        "CÔNG TY CỔ PHẦN XE NHANH\nMã số thuế: ……\nBên A thanh toán tiền thuê cho Bên B.\n"
    )
    names = {p.role: {n.lower() for n in p.names} for p in doc.parties}
    assert "bên b" in names["business"]
    assert "bên a" in names["consumer"]


def test_brand_that_is_never_defined() -> None:
    doc = document(
        "Điều khoản sử dụng\nZapMua có quyền từ chối đơn hàng của bạn. ZapMua không chịu trách nhiệm về giá.\n"
    )
    names = {p.role: set(p.names) for p in doc.parties}
    assert "ZapMua" in names["business"]
    assert "bạn" in names["consumer"]


def test_the_caller_wins() -> None:
    doc = build(
        read_text("Bên thứ nhất giao hàng cho Khách hàng."), business_names=("Bên thứ nhất",), kind="hop-dong-theo-mau"
    )
    names = {p.role: set(p.names) for p in doc.parties}
    assert "Bên thứ nhất" in names["business"]
    assert doc.kind_confidence == 1.0
