"""Figures of many results: every document counted once, everything left out said."""

import io
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from selectolax.lexbor import LexborHTMLParser

from hpcp_rules.api import Checker
from hpcp_rules.errors import ReadError, UsageError
from hpcp_rules.model.report import RunReport
from hpcp_rules.readers import read_bytes
from hpcp_rules.review.decisions import Decisions
from hpcp_rules.review.files import write_json
from hpcp_rules.review.office import render_notice
from hpcp_rules.review.summary import Summary, load_decisions_folder, load_folder, period, summarise
from hpcp_rules.review.summary_report import render_summary_html, render_summary_text, render_summary_xlsx, yearly
from hpcp_rules.rulespec.model import Pack
from tests.readers import make
from tests.review.conftest import DAY, decide

Result = tuple[RunReport, str]


@pytest.fixture(scope="module")
def several(pack: Pack, telecom: Result) -> tuple[list[RunReport], dict[str, Decisions]]:
    """A telecom contract with decisions, an unfair text, a clean one, and a file that could not be read."""
    checker = Checker(pack, as_of=DAY)
    report, _ = telecom
    decided = decide(report, n0="rejected", n1="undecided")
    decided = decided.model_copy(update={"fields": {"doanh_nghiep": "=Công ty <Sao & Bắc>", "linh_vuc": "Viễn thông"}})
    others = [checker.check(read_bytes(t.encode(), n)) for n, t in (("u.txt", make.UNFAIR), ("c.txt", make.CLEAN))]
    failed = checker.failed("gone.docx", ReadError("gone", vi="mất", en="gone"))
    return [report, *others, failed], {report.document.sha256: decided}


@pytest.fixture(scope="module")
def figures(several: tuple[list[RunReport], dict[str, Decisions]]) -> Summary:
    return summarise(*several)


def test_every_sign_is_counted_once(several: tuple[list[RunReport], dict[str, Decisions]], figures: Summary) -> None:
    reports, decided = several
    signs = sum(f.severity != "info" for r in reports for f in r.findings)
    for part in (figures.by_sector, figures.by_provision, figures.by_business, figures.by_month):
        assert sum(f.signs for f in part) == signs
        assert all(f.accepted + f.rejected + f.open == f.signs for f in part)
    assert figures.unread == ("gone.docx",)
    assert len(figures.documents) == 3
    (sector,) = [f for f in figures.by_sector if f.label == "Viễn thông"]
    (states,) = decided.values()
    found = {f.id for f in reports[0].findings}
    assert sector.accepted == sum(d.state == "accepted" for d in states.decisions if d.target in found)
    assert (sector.rejected, sector.open) == (1, 1)
    assert [f.label for f in figures.by_month] == ["2026-11"]


def test_the_same_file_counts_once_and_the_period_holds(telecom: Result) -> None:
    report, _ = telecom
    earlier = report.model_copy(update={"as_of": date(2025, 12, 14)})
    both = summarise([report, earlier])
    assert (len(both.documents), both.repeated, both.documents[0].as_of) == (1, 1, DAY)
    assert period(2026) == (date(2025, 12, 15), date(2026, 12, 14))
    first, last = period(2026)
    inside = summarise([report, earlier], first_day=first, last_day=last)
    assert (len(inside.documents), inside.outside) == (1, 1)


def test_waived_signs_are_not_counted(telecom: Result) -> None:
    from hpcp_rules.model.report import Suppressed

    report, _ = telecom
    waived = (Suppressed(finding=report.findings[0].id, kind="waiver", source="w"),)
    before, after = (
        summarise([r]).documents[0].signs for r in (report, report.model_copy(update={"suppressed": waived}))
    )
    assert after == before - 1


def test_names_that_name_nobody_are_no_business(figures: Summary) -> None:
    assert {f.label for f in figures.by_business} == {"?", "=Công ty <Sao & Bắc>"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_form_has_every_figure_and_what_is_left_out(figures: Summary, lang: str) -> None:
    text = render_summary_text(figures, lang)
    page = render_summary_html(figures, lang)
    book = openpyxl.load_workbook(io.BytesIO(render_summary_xlsx(figures, lang)))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"]
    in_book = " ".join(str(c.value) for c in cells)
    for shown in (text, page, in_book):
        assert "gone.docx" in shown
        assert figures.notice.in_language(lang) in " ".join(shown.split())
        assert "Viễn thông" in shown
    assert "<Sao" not in page
    assert "<script" not in page
    assert len(book.sheetnames) == 6
    root = LexborHTMLParser(page)
    charts = root.css("svg")
    assert len(charts) == 4
    assert len(root.css("table")) == 5  # every chart has its table, and one lists the documents
    for chart in charts:
        assert chart.attributes["role"] == "img"
        assert chart.css_first("title") is not None
    assert Summary.model_validate_json(figures.model_dump_json()) == figures


def test_form_06_counts_only_what_a_person_accepted(figures: Summary) -> None:
    fields = {"nam": "2026", "co_quan": "SỞ CÔNG THƯƠNG"}
    made = yearly("06", figures, fields)
    accepted = sum(d.accepted for d in figures.documents)
    words = "\n".join(f"{p.text} {p.rows}" for p in made.body)
    assert f"('Số nội dung được kết luận là chưa phù hợp', '{accepted}')" in words
    assert "3 văn bản đã kiểm tra" in words
    assert "chưa có quyết định" in made.open[0]
    assert "gone.docx" in " ".join(made.open)
    assert [len(a.rows) for a in made.annexes] == [len(figures.by_sector), len(figures.by_provision)]
    document = docx.Document(io.BytesIO(render_notice(made)))
    assert "BÁO CÁO" in [p.text for p in document.paragraphs]
    assert "PHỤ LỤC II" in [p.text for p in document.paragraphs]


def test_form_01_names_the_contracts_and_keeps_their_signs_to_itself(figures: Summary) -> None:
    made = yearly("01", figures, {"nam": "2026", "doanh_nghiep": "Công ty Sao Bắc"})
    assert [r[1] for r in made.annexes[0].rows] == [Path(d.name).stem for d in figures.documents]
    document = docx.Document(io.BytesIO(render_notice(made)))
    everything = "\n".join([p.text for p in document.paragraphs] + [c.text for t in document.tables for c in t._cells])
    assert "Điều 25" not in everything
    with pytest.raises(UsageError, match="no field"):
        yearly("01", figures, {"x": "y"})


def test_folders(telecom: Result, tmp_path: Path) -> None:
    report, _ = telecom
    with pytest.raises(UsageError) as none:
        load_folder(tmp_path)
    assert none.value.code == "no-results"
    (tmp_path / "a.jsonl").write_text((report.model_dump_json() + "\n") * 2, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.json").write_text("[" + report.model_dump_json() + "]", encoding="utf-8")
    assert load_folder(tmp_path) == [report] * 3
    decided = tmp_path / "d"
    decided.mkdir()
    write_json(decided / "1.json", decide(report))
    assert set(load_decisions_folder(decided)) == {report.document.sha256}
    write_json(decided / "2.json", decide(report))
    with pytest.raises(UsageError) as twice:
        load_decisions_folder(decided)
    assert twice.value.code == "decided-twice"
