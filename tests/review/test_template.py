"""An office's own template: what is filled in, and what is refused."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.model.report import RunReport
from hpcp_rules.review.notice import notice
from hpcp_rules.review.office import DRAFT
from hpcp_rules.review.template import PLACEHOLDERS, fill_template
from tests.review.conftest import decide

Result = tuple[RunReport, str]
FIELDS = {"co_quan": "SỞ CÔNG THƯƠNG", "doanh_nghiep": "Công ty Sao Bắc", "so": "12/TB-SCT"}


def office(path: Path, *lines: str) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def test_names_are_filled_in_wherever_they_stand(telecom: Result, tmp_path: Path) -> None:
    report, _ = telecom
    path = tmp_path / "t.docx"
    document = docx.Document()
    split = document.add_paragraph("Số: ")
    for part in ("{", "{s", "o}", "} và hết"):  # a word processor splits runs as it likes
        split.add_run(part).bold = part == "{"
    document.add_paragraph("Gửi {{ doanh_nghiep }} ({{ma_ho_so}})")
    document.add_paragraph("{{noi_dung_thong_bao}}")
    document.add_paragraph("{{bang}}")
    document.add_paragraph("Hết")
    document.sections[0].header.paragraphs[0].text = "{{co_quan}}"
    document.add_table(1, 1).rows[0].cells[0].text = "{{so_noi_dung}} mục"
    document.save(str(path))
    made = notice("05", report, decide(report), FIELDS)
    filled = docx.Document(io.BytesIO(fill_template(path, made)))
    texts = [p.text for p in filled.paragraphs]
    assert texts[0] == DRAFT
    assert texts[1] == "Số: 12/TB-SCT và hết"
    assert filled.paragraphs[1].runs[1].bold
    assert texts[2] == "Gửi Công ty Sao Bắc (……………)"
    assert "2. Đề nghị" in texts[3]
    assert filled.sections[0].header.paragraphs[0].text == "SỞ CÔNG THƯƠNG"
    table, small = filled.tables
    assert len(table.rows) == 1 + len(made.annexes[0].rows)
    assert small.rows[0].cells[0].text == f"{len(made.annexes[0].rows)} mục"
    body = [e.tag.rsplit("}")[-1] for e in filled.element.body]
    assert body.index("tbl") < len(body) - 4  # the table stands before what follows its place
    assert "{{" not in "".join(texts)


def test_undecided_points_are_said_on_top(telecom: Result, tmp_path: Path) -> None:
    report, _ = telecom
    made = notice("05", report, decide(report, n0="undecided"), FIELDS)
    filled = docx.Document(io.BytesIO(fill_template(office(tmp_path / "t.docx", "{{bang}}"), made)))
    assert filled.paragraphs[0].text.startswith("BẢN NHÁP: còn 1 điểm")


def test_what_is_no_template_is_refused(telecom: Result, tmp_path: Path) -> None:
    report, _ = telecom
    made = notice("05", report, decide(report), FIELDS)

    def refused(path: Path) -> str:
        with pytest.raises(UsageError) as error:
            fill_template(path, made)
        return error.value.code

    assert refused(office(tmp_path / "a.docx", "{{bang}} {{ten_la}}")) == "template-name"
    assert refused(office(tmp_path / "b.docx", "{{so}}")) == "template-table"
    assert refused(tmp_path / "none.docx") == "bad-template"
    (tmp_path / "c.docx").write_bytes(b"no zip")
    assert refused(tmp_path / "c.docx") == "bad-template"
    with zipfile.ZipFile(tmp_path / "d.docx", "w") as packed:
        packed.writestr("word/vbaProject.bin", "x")
    assert refused(tmp_path / "d.docx") == "bad-template"
    remote = docx.Document(str(office(tmp_path / "e.docx", "{{bang}}")))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    remote.part.relate_to("http://evil.example/t.dotm", kind, is_external=True)
    remote.save(str(tmp_path / "e.docx"))
    assert refused(tmp_path / "e.docx") == "bad-template"


def test_every_name_is_described() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "review.md").read_text(encoding="utf-8")
    assert [n for n in PLACEHOLDERS if f"`{n}`" not in guide] == []
