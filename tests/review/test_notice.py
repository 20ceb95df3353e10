"""Notices: what stands in them, what is left blank, and that nothing undecided slips in unsaid."""

import io

import docx
import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.model.report import RunReport
from hpcp_rules.review.decisions import blank_decisions, items
from hpcp_rules.review.notice import BLANK, notice
from hpcp_rules.review.office import DRAFT, render_notice
from tests.review.conftest import add, decide

Result = tuple[RunReport, str]
FIELDS = {"co_quan": "SỞ CÔNG THƯƠNG", "doanh_nghiep": "Công ty Sao Bắc", "ma_ho_so": "HS-15", "ngay": "2026-02-05"}


def words(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [c.text for t in document.tables for c in t._cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_form_05_lists_what_was_accepted_and_nothing_else(telecom: Result) -> None:
    report, text = telecom
    decided = decide(report, n0="rejected")
    added = add(report, text, report.findings[0].quote[5:40])
    decided = decided.model_copy(update={"added": (added,)})
    made = notice("05", report, decided, FIELDS)
    document = docx.Document(io.BytesIO(render_notice(made)))
    table = document.tables[-1]
    head, *rows = [[c.text for c in row.cells] for row in table.rows]
    assert head == ["STT", "Nội dung điều khoản", "Ý kiến của Sở Công Thương"]
    assert [r[0] for r in rows] == [str(n) for n in range(1, len(rows) + 1)]
    accepted = [i for i in items(report, decided) if i.state == "accepted"]
    assert len(rows) == len(accepted) == len(decided.decisions)  # one rejected, one added
    for row, item in zip(rows, accepted, strict=True):
        assert " ".join(item.quote.split()) in row[1]
        assert row[2] == item.opinion
    everything = words(render_notice(made))
    assert decided.decisions[0].target not in everything
    assert " ".join(report.findings[0].quote.split()) not in everything
    assert "Công ty Sao Bắc" in everything
    assert "ngày 05 tháng 02 năm 2026" in everything
    assert BLANK in everything  # the signer and what else only the authority knows
    assert made.open == ()


def test_the_official_layout(telecom: Result) -> None:
    report, _ = telecom
    document = docx.Document(io.BytesIO(render_notice(notice("05", report, decide(report), FIELDS))))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 30 <= round(section.left_margin.mm) <= 35
    assert 15 <= round(section.right_margin.mm) <= 20
    assert 20 <= round(section.top_margin.mm) <= 25
    assert document.styles["Normal"].font.name == "Times New Roman"
    left, right = document.tables[0].rows[0].cells
    assert right.paragraphs[0].text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert right.paragraphs[1].text == "Độc lập - Tự do - Hạnh phúc"
    assert [p.text for p in left.paragraphs][1] == "SỞ CÔNG THƯƠNG"
    assert "THÔNG BÁO" in [p.text for p in document.paragraphs]
    assert document.tables[1].rows[0].cells[0].paragraphs[0].text == "Nơi nhận:"
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml


def test_nothing_undecided_goes_in_unsaid(telecom: Result) -> None:
    report, _ = telecom
    with pytest.raises(UsageError) as none:
        notice("05", report, None, FIELDS)
    assert none.value.code == "undecided"
    partly = decide(report, n0="undecided", n1="consult")
    made = notice("05", report, partly, FIELDS)
    assert [line.split(":")[0] for line in made.open] == [d.target for d in partly.decisions[:2]]
    everything = words(render_notice(made))
    assert "BẢN NHÁP: còn 2 điểm" in everything
    assert len(made.annexes[0].rows) == len(partly.decisions) - 2
    listed = notice("05", report, partly, FIELDS, include_undecided=True)
    marked = [r[2] for r in listed.annexes[0].rows if r[2].startswith("[CHƯA QUYẾT ĐỊNH]")]
    assert len(marked) == len(listed.annexes[0].marked) == 2
    with pytest.raises(UsageError):
        notice("05", report, partly, FIELDS, final=True)


def test_a_draft_says_so_on_every_page_until_it_is_final(telecom: Result) -> None:
    report, _ = telecom
    for final in (False, True):
        made = render_notice(notice("05", report, decide(report), FIELDS, final=final))
        section = docx.Document(io.BytesIO(made)).sections[0]
        for footer in (section.footer, section.first_page_footer):
            assert (footer.paragraphs[0].text == DRAFT) is not final


def test_form_04_only_when_nothing_is_left(telecom: Result) -> None:
    report, _ = telecom
    count = len(blank_decisions(report).decisions)
    rejected = decide(report, **{f"n{n}": "rejected" for n in range(count)})
    assert "đã hoàn thành trách nhiệm đăng ký" in words(render_notice(notice("04", report, rejected, FIELDS)))
    with pytest.raises(UsageError, match="not decided"):
        notice("04", report, decide(report, **{f"n{n}": "rejected" for n in range(1, count)}, n0="consult"), FIELDS)
    with pytest.raises(UsageError, match="form 04 cannot"):
        notice("04", report, decide(report), FIELDS)
    with pytest.raises(UsageError, match="nothing for form 05"):
        notice("05", report, rejected, FIELDS)


def test_what_was_not_read_keeps_a_form_open_until_read_by_hand(telecom: Result) -> None:
    from hpcp_rules.model.report import Bilingual, NotChecked

    part = NotChecked(code="no-text", part=Bilingual(vi="Trang 2", en="Page 2"), page=2,
                      reason=Bilingual(vi="là hình", en="a picture"))  # fmt: skip
    report = telecom[0].model_copy(update={"not_checked": (part,), "findings": ()})
    decided = decide(report, **{f"n{n}": "rejected" for n in range(1, 20)}, n0="undecided")
    assert decided.decisions[0].target == "not-checked/no-text/2"
    with pytest.raises(UsageError, match="not-checked/no-text/2"):
        notice("04", report, decided, FIELDS)
    read = decide(report, **{f"n{n}": "rejected" for n in range(1, 20)})
    assert notice("04", report, read, FIELDS).form == "04"


def test_words_of_a_scan_are_to_be_compared_until_the_notice_is_final(telecom: Result) -> None:
    report, _ = telecom
    read = tuple(
        f.model_copy(update={"read_confidence": 0.5 if n == 0 else 0.99}) for n, f in enumerate(report.findings)
    )
    scanned = report.model_copy(update={"findings": read})
    for final, marks in ((False, 1), (True, 0)):
        made = notice("05", scanned, decide(scanned), FIELDS, final=final)
        assert sum("ĐỐI CHIẾU" in row[2] for row in made.annexes[0].rows) == marks
        assert made.open == ()


def test_forms_03_and_07(telecom: Result) -> None:
    report, _ = telecom
    third = words(render_notice(notice("03", report, None, {**FIELDS, "thieu": "Đơn đăng ký; Bản dự thảo"})))
    assert "- Đơn đăng ký" in third
    assert "- Bản dự thảo" in third
    assert "Điều 8 Nghị định số 55/2024/NĐ-CP" in third
    blank = words(render_notice(notice("03", report, None, {})))
    assert f"- {BLANK}" in blank
    decided = decide(report, n0="consult")
    made = notice("07", report, decided, {**FIELDS, "kinh_gui": "Sở Xây dựng; Sở Tài chính"})
    seventh = words(render_notice(made))
    assert "V/v tham vấn" in seventh
    assert " ".join(report.findings[0].quote.split()) in seventh
    assert " ".join(report.findings[1].quote.split()) not in seventh
    assert "05 ngày làm việc" in seventh
    assert "- Sở Xây dựng;" in seventh


def test_wrong_fields_and_days_are_named(telecom: Result) -> None:
    report, _ = telecom
    with pytest.raises(UsageError, match="no field “ten”"):
        notice("03", report, None, {"ten": "x"})
    with pytest.raises(UsageError, match="is no date"):
        notice("03", report, None, {"ngay": "31/02/2026"})
    with pytest.raises(UsageError, match="no form 08"):
        notice("08", report, None, {})


def test_hostile_text_is_text(telecom: Result) -> None:
    evil = {**FIELDS, "doanh_nghiep": "<w:p>&\x00\x1f ' {{so}}"}
    assert "<w:p>&\ufffd\ufffd ' {{so}}" in words(render_notice(notice("03", telecom[0], None, evil)))
