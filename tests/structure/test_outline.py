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


def test_bare_lines_below_a_colon_are_its_items() -> None:
    doc = document(
        "4. Chúng tôi không chịu trách nhiệm cho:\nThiệt hại do mất điện\nLỗi của bạn\nPhí khác.\n"
        "Giá cả\nGiá do hai bên định.\n"
        "5.1. Công ty không đền:\n5.1.a. Mất mát;\n5.1.b. Hư hỏng.\n"
    )
    text = doc.source.text
    lead = {
        text[s.start : s.end]: None if s.lead_in is None else text[doc.sentences[s.lead_in].start :][:2]
        for s in doc.sentences
    }
    assert lead["Thiệt hại do mất điện"] == "4."
    assert lead["Lỗi của bạn"] == "4."
    assert lead["Giá cả"] is None  # the list was closed: this is a heading again
    assert lead["5.1.b. Hư hỏng."] == "5."


def test_a_sum_at_the_head_of_a_line_is_no_number_of_a_clause() -> None:
    contract = document("Điều 3. Giá\n3.1. Gói tháng:\n185.000 đồng\n1.250.000 đồng mỗi năm\n3.2. Gói năm.\n")
    assert [n.label for n in contract.nodes if n.label] == ["Điều 3", "mục 3.1", "mục 3.2"]
