"""Proposed wording as tracked changes: rejected it is the contract as it was, accepted the signs are gone."""

import io
import zipfile
from typing import Any

import pytest
from lxml import etree

from hpcp_rules.api import Checker
from hpcp_rules.model.report import KINDS, Finding, RunReport
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import read_bytes, read_file
from hpcp_rules.report.fix import Edit, Plan, plan, write_fixed
from hpcp_rules.report.html import PageView, page_view
from hpcp_rules.rulespec.model import Pack
from tests.conftest import ROOT
from tests.readers.make import CLEAN, UNFAIR, docx, docx_xml, repacked

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = (("Bên A", "Bên B"), ("Công ty", "Khách hàng"), ("chúng tôi", "bạn"))


def checked(data: bytes, name: str, pack: Pack) -> tuple[SourceDocument, RunReport, PageView]:
    source = read_bytes(data, name)
    report = Checker(pack).check(source)
    return source, report, page_view(report, source)


def fixed(data: bytes, name: str, pack: Pack, only: list[str] | None = None) -> tuple[bytes, Plan, RunReport]:
    source, report, view = checked(data, name, pack)
    planned = plan(report, view, source, only if only is not None else [f.id for f in report.findings])
    out, lost = write_fixed(data, planned, view, source)
    assert lost == ()
    return out, planned, report


def document(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def rejected(data: bytes) -> bytes:
    """The file with every change rejected, as Word does it."""
    root = document(data)
    for ins in list(root.iter(f"{W}ins")):
        if ins.get(f"{W}author") == "hpcp-rules":
            ins.getparent().remove(ins)
    for gone in list(root.iter(f"{W}del")):
        for child in reversed(gone):
            gone.addnext(child)
        gone.getparent().remove(gone)
    for text in root.iter(f"{W}delText"):
        text.tag = f"{W}t"
    return repacked(data, {"word/document.xml": etree.tostring(root)})


def test_no_proposed_wording_is_itself_a_sign(pack: Pack) -> None:
    raised = []
    for rule in pack.rules:
        wording = rule.spec.wording
        for business, consumer in NAMES if wording else ():
            assert wording is not None
            text = wording.vi.replace("[BUSINESS]", business).replace("[CONSUMER]", consumer)
            whole = f"HỢP ĐỒNG DỊCH VỤ\n{business}: Công ty Mây\n{consumer}: Khách hàng\nĐiều 1. Giá\n1. {text}\n"
            for kind in KINDS:
                found = Checker(pack, kind=kind).check_text(whole).findings
                raised += [(rule.id, f.rule, f.quote) for f in found]
    assert raised == []


@pytest.mark.parametrize("ending", ["docx", "pdf", "html", "txt"])
@pytest.mark.parametrize("name", ["telecom", "apartment", "online-shop"])
def test_accepted_the_signs_are_gone_and_no_new_one_is_there(name: str, ending: str, pack: Pack) -> None:
    data = (ROOT / "examples" / f"{name}.{ending}").read_bytes()
    out, planned, report = fixed(data, f"{name}.{ending}", pack)
    assert len(planned.edits) == len(report.findings) > 4
    again = Checker(pack, kind=report.document.kind).check(read_bytes(out, "x.docx"))
    assert [f.quote for f in again.findings] == []
    assert again.complete
    assert "tracked-changes" in again.document.notes


@pytest.mark.parametrize("name", ["telecom", "apartment", "online-shop"])
def test_rejected_it_is_the_contract_as_it_was(name: str, pack: Pack) -> None:
    path = ROOT / "examples" / f"{name}.docx"
    out, _, _ = fixed(path.read_bytes(), path.name, pack)
    assert read_bytes(rejected(out), "x.docx").text == read_file(path).text


def test_of_other_inputs_the_new_file_holds_all_text(pack: Pack) -> None:
    path = ROOT / "examples" / "telecom.pdf"
    out, _, _ = fixed(path.read_bytes(), path.name, pack)
    source = read_file(path)
    lines = [source.text[b.start : b.end] for b in source.blocks]
    assert read_bytes(rejected(out), "x.docx").text == "\n".join(lines)


def test_numbers_formatting_and_all_other_parts_stay(pack: Pack) -> None:
    head = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in CLEAN.splitlines())
    bad = (
        "<w:p><w:r><w:t>3. Hai bên vui vẻ. Bên A được </w:t></w:r><w:r><w:rPr><w:b/><w:sz w:val='30'/></w:rPr>"
        "<w:t>quyền thay đổi giá bất cứ lúc nào mà không báo trước; Hết</w:t></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:i/></w:rPr><w:t>b) Bên A không chịu trách nhiệm về mọi thiệt hại;</w:t></w:r></w:p>"
    )
    data = docx_xml(head + bad)
    out, planned, _ = fixed(data, "x.docx", pack)
    assert len(planned.edits) == 2
    root = document(out)
    first, second = root.iter(f"{W}ins")
    assert first.find(f"{W}r/{W}rPr") is None, "the look of the first word that goes"
    assert second.find(f"{W}r/{W}rPr/{W}i") is not None
    gone = ["".join(d.itertext()) for d in root.iter(f"{W}del")]
    assert "".join(gone[:2]) == "Bên A được quyền thay đổi giá bất cứ lúc nào mà không báo trước"
    assert gone[2] == "Bên A không chịu trách nhiệm về mọi thiệt hại"
    text = read_bytes(out, "x.docx").text
    assert "\nb) Bên A bồi thường" in text
    assert "3. Hai bên vui vẻ. " in text
    assert "; Hết" in text
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(out)) as new:
        changed = {n for n in old.namelist() if old.read(n) != new.read(n)}
        assert set(new.namelist()) - set(old.namelist()) == {"word/comments.xml"}
    assert changed == {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}


def test_the_names_of_the_contract_are_used_as_it_writes_them(pack: Pack) -> None:
    text = (
        "HỢP ĐỒNG MUA BÁN\nBÊN BÁN: CÔNG TY NHÀ TRE\nBÊN MUA: Ông Bình\nĐiều 1. Nhà\n1. Bên bán giao nhà cho Bên mua.\n"
        "2. Bên bán báo cho Bên mua ngày giao.\n3. Bên mua nhận nhà.\nĐiều 2. Khác\n"
        "1. Bên bán chuyển giao toàn bộ nghĩa vụ theo Hợp đồng cho một công ty khác mà không cần hỏi ý kiến Bên mua.\n"
    )
    (finding,) = Checker(pack).check_text(text).findings
    assert finding.replacement is not None
    assert finding.replacement.vi.startswith("Bên bán chỉ chuyển giao nghĩa vụ khi Bên mua đồng ý")


def only_rule(findings: tuple[Finding, ...], rule: str) -> list[str]:
    return [f.id for f in findings if f.rule == rule]


def test_only_the_chosen_signs_are_changed(pack: Pack) -> None:
    data = (ROOT / "examples" / "telecom.docx").read_bytes()
    _, report, _ = checked(data, "telecom.docx", pack)
    one = report.findings[2]
    out, planned, _ = fixed(data, "telecom.docx", pack, [one.id])
    assert [e.finding.id for e in planned.edits] == [one.id]
    left = {f.id for f in Checker(pack, kind=report.document.kind).check(read_bytes(out, "x.docx")).findings}
    assert left == {f.id for f in report.findings} - {one.id}


def test_what_no_wording_saves_goes_and_its_number_stays(pack: Pack) -> None:
    lines = [*CLEAN.splitlines(), "3. Khách hàng từ bỏ mọi quyền của mình theo pháp luật.", "4. Hai bên vui vẻ."]
    data = docx(lines)
    _, report, _ = checked(data, "x.docx", pack)
    ids = [f.id for f in report.findings if f.remedy == "delete"]
    assert ids
    out, _, _ = fixed(data, "x.docx", pack, ids)
    assert "\n3. (đã bỏ).\n4. Hai bên" in read_bytes(out, "x.docx").text


def test_what_only_its_author_can_write_is_left_to_a_person(pack: Pack) -> None:
    rule = pack.rule("R0605")
    assert rule is not None
    data = "\n".join([*CLEAN.splitlines(), rule.spec.flagged[0].text]).encode()
    source, report, view = checked(data, "x.txt", pack)
    by_hand = [f.id for f in report.findings if f.remedy == "by-hand"]
    assert by_hand
    planned = plan(report, view, source, by_hand)
    assert planned.edits == ()
    assert [why for _, why in planned.left] == ["by-hand"] * len(by_hand)


def test_the_same_wording_is_written_once_in_an_article(pack: Pack) -> None:
    more = "2. Bên A không chịu trách nhiệm về mọi thiệt hại.\n3. Bên A được miễn trách nhiệm trong mọi trường hợp.\n"
    out, planned, report = fixed((UNFAIR + more).encode(), "x.txt", pack)
    assert len(planned.edits) == len(report.findings) == 3
    text = read_bytes(out, "x.docx").text
    assert text.count("bồi thường thiệt hại do lỗi của mình") == 1
    assert "\n3. (đã bỏ)." in text


def test_each_change_has_a_comment_that_says_why_and_that_a_person_decides(pack: Pack) -> None:
    out, planned, report = fixed(UNFAIR.encode(), "x.txt", pack)
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        root = etree.fromstring(archive.read("word/comments.xml"))
    comments = ["".join(c.itertext()) for c in root.iter(f"{W}comment")]
    assert len(comments) == len(planned.edits) + 1
    assert all(report.notice.vi in c for c in comments)
    assert report.findings[0].explanation.vi in comments[0]


def test_a_clause_over_several_paragraphs_leaves_no_empty_ones(pack: Pack) -> None:
    source, report, view = checked(UNFAIR.encode(), "x.txt", pack)
    (finding,) = report.findings
    start = source.text.index("1. Bên A sửa")
    wide = plan(report, view, source, [finding.id]).edits[0]
    several = Plan((Edit(wide.finding, start, wide.end + 1, "Hai bên vui vẻ."),), ())
    out, _ = write_fixed(UNFAIR.encode(), several, view, source)
    text = read_bytes(out, "x.docx").text
    assert text.endswith("Điều 1. Công việc\nHai bên vui vẻ.")
    assert read_bytes(rejected_marks(out), "x.docx").text == "\n".join(UNFAIR.splitlines())


def rejected_marks(data: bytes) -> bytes:
    root = document(data)
    for mark in list(root.iterfind(f".//{W}pPr/{W}rPr/{W}del")):
        mark.getparent().remove(mark)
    return rejected(repacked(data, {"word/document.xml": etree.tostring(root)}))
