"""Layout of Vietnamese administrative documents (Decree 30/2020/NĐ-CP, Annex I) as DOCX.

A4, margins 20/20/30/20 mm, Times New Roman 13 to 14, national motto, authority, number, place and day, body justified
with a first line indent, recipients and signature; page numbers on top from page 2.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from hpcp_rules.errors import missing_part
from hpcp_rules.review.notice import BLANK, Annex, Notice, Para, dated

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

__all__ = ["DRAFT", "add_table", "clean", "new_document", "paragraph", "render_notice", "save"]

DRAFT = (
    "Dự thảo do chương trình hpcp-rules lập. Các nội dung là dấu hiệu để người có thẩm quyền xem xét và quyết định, "
    "không phải kết luận vi phạm."
)
_FONT = "Times New Roman"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ROW_FITS = 1500
"""Characters of a row that surely fits a page and is kept in one piece."""
_NARROW = 0.21
"""Columns of a smaller share hold numbers or a word and are centred."""
Align = Literal["left", "center", "right", "justify"]


def clean(text: str) -> str:
    """Without the characters that XML forbids."""
    return _ILLEGAL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def new_document(*, landscape: bool = False) -> Document:
    """An empty A4 document in the prescribed type and margins.

    Errors: `UsageError` when python-docx is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise missing_part("python-docx", "reports") from error
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document: Document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    style: Any = document.styles["Normal"]
    style.font.name = _FONT
    style.font.size = Pt(14)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    style.element.rPr.rFonts.set(qn("w:cs"), _FONT)
    lang = style.element.rPr.makeelement(qn("w:lang"), {qn("w:val"): "vi-VN"})
    style.element.rPr.append(lang)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.language = "vi-VN"
    _page_numbers(section)
    return document


def _page_numbers(section: Any) -> None:
    """Arabic numbers in the middle on top, none on the first page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    section.different_first_page_header_footer = True
    at = section.header.paragraphs[0]
    at.alignment = 1
    run = at.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def paragraph(
    where: Any,
    text: str = "",
    *,
    size: float = 14,
    bold: bool = False,
    italic: bool = False,
    align: Align = "left",
    indent: float = 0,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
    highlight: bool = False,
    color: str | None = None,
) -> Paragraph:
    """A paragraph at the end of a document or a cell; `indent` of the first line in centimetres, spaces in points."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
    from docx.shared import Cm, Pt, RGBColor

    empty = hasattr(where, "paragraphs") and len(where.paragraphs) == 1 and not where.paragraphs[0].text
    # A new cell comes with one empty paragraph, a new document with none.
    p: Paragraph = where.paragraphs[0] if empty and hasattr(where, "vertical_alignment") else where.add_paragraph()
    p.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT, "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
    }[align]  # fmt: skip
    p.paragraph_format.space_before, p.paragraph_format.space_after = Pt(before), Pt(after)
    p.paragraph_format.line_spacing = 1.1 if size >= 13 else 1.0
    p.paragraph_format.keep_with_next = keep
    if indent:
        p.paragraph_format.first_line_indent = Cm(indent)
    for n, line in enumerate(clean(text).split("\n")):
        run = p.add_run(line)
        if n:
            run._r.insert(0, run._r.makeelement(f"{{{run._r.nsmap['w']}}}br", {}))
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)
        if highlight:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        if color:
            run.font.color.rgb = RGBColor.from_string(color)
    return p


def _rule(where: Any, share: float, width_cm: float) -> None:
    """A thin line of a share of the width, as under the motto."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    p = where.add_paragraph()
    p.paragraph_format.space_before = p.paragraph_format.space_after = Pt(0)
    p.paragraph_format.line_spacing = Pt(6)
    side = Cm(width_cm * (1 - share) / 2)
    p.paragraph_format.left_indent = p.paragraph_format.right_indent = side
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, what in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), what)
    borders.append(top)
    p._p.get_or_add_pPr().append(borders)


def _grid(document: Any, rows: int, widths: Sequence[float], *, borders: bool) -> Any:
    """A table of fixed widths in centimetres."""
    from docx.shared import Cm

    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    if borders:
        table.style = "Table Grid"
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    return table


def _heading(document: Document, notice: Notice) -> None:
    fields = notice.fields
    table = _grid(document, 1, (6.2, 9.8), borders=False)
    left, right = table.rows[0].cells
    above = fields.get("co_quan_chu_quan", BLANK)
    if notice.form == "01":
        paragraph(left, fields.get("doanh_nghiep", BLANK).upper(), size=13, bold=True, align="center")
    else:
        paragraph(left, above.upper(), size=13, align="center")
        paragraph(left, fields.get("co_quan", BLANK).upper(), size=13, bold=True, align="center")
    _rule(left, 0.4, 5.8)
    number = fields.get("so", BLANK)
    ending = {"thong-bao": "/TB-……", "cong-van": "/……-……", "bao-cao": "/BC-……"}[notice.kind]
    number = "……" + ending if number == BLANK else number
    paragraph(left, f"Số: {number}", size=13, align="center", before=2)
    if notice.subject:
        paragraph(left, notice.subject, size=12, align="center", before=2)
    paragraph(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True, align="center")
    paragraph(right, "Độc lập - Tự do - Hạnh phúc", size=13, bold=True, align="center")
    _rule(right, 0.58, 9.4)
    paragraph(right, fields.get("ngay_thang", dated({})), size=13, italic=True, align="center", before=2)


def _body(document: Document, notice: Notice) -> None:
    if notice.title:
        name = {"thong-bao": "THÔNG BÁO", "bao-cao": "BÁO CÁO", "cong-van": ""}[notice.kind]
        paragraph(document, name, bold=True, align="center", before=18)
        paragraph(document, notice.title, bold=True, align="center")
        _rule(document, 0.35, 16)
    _to(document, notice.to)
    for para in notice.body:
        # The last words stay with the signature: a page with a signature alone looks like a forgery.
        last = para is notice.body[-1]
        paragraph(document, para.text, bold=para.bold, align="justify", indent=1.0, before=6, keep=last)
        _rows(document, para)


def _to(document: Document, to: Sequence[str]) -> None:
    if not to:
        return
    if len(to) == 1:
        paragraph(document, f"Kính gửi: {to[0]}", align="center", before=12, after=6)
        return
    paragraph(document, "Kính gửi:", align="left", indent=3.0, before=12)
    for n, one in enumerate(to, 1):
        paragraph(document, f"- {one}{';' if n < len(to) else '.'}", indent=4.0)


def _rows(document: Document, para: Para) -> None:
    from docx.shared import Cm

    for name, text in para.rows:
        line = f"- {name}: {text}" if name else f"- {text}"
        p = paragraph(document, line, align="justify", before=3)
        p.paragraph_format.left_indent = Cm(1.0)


def _closing(document: Document, notice: Notice) -> None:
    fields = notice.fields
    paragraph(document, "", size=6, keep=True)
    table = _grid(document, 1, (8.0, 8.0), borders=False)
    _keep_row(table.rows[0])
    left, right = table.rows[0].cells
    paragraph(left, "Nơi nhận:", size=12, bold=True, italic=True)
    copies = fields.get("noi_nhan", BLANK)
    lines = ["Như trên", *([BLANK] if copies == BLANK else [c.strip() for c in copies.split(";") if c.strip()])]
    for line in [*lines, "Lưu: VT, ……"]:
        ending = "." if line.startswith("Lưu") else ";"
        paragraph(left, f"- {line}{ending}", size=11)
    role = fields.get("quyen_han", BLANK)
    if role != BLANK:
        paragraph(right, role.upper(), bold=True, align="center")
    paragraph(right, fields.get("chuc_vu", BLANK).upper(), bold=True, align="center")
    paragraph(right, "(Chữ ký, dấu)", size=12, italic=True, align="center", after=48)
    paragraph(right, fields.get("nguoi_ky", BLANK), bold=True, align="center")


def _keep_row(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def add_table(where: Any, annex: Annex, *, width_cm: float = 16.0, size: float = 13) -> Any:
    """The table of an annex, its headings repeated on every page; rows that nobody decided on are highlighted."""
    from docx.oxml import OxmlElement

    table = _grid(where, 1 + len(annex.rows), [w * width_cm for w in annex.widths], borders=True)
    # Reading a row's cells anew costs the whole table each time: one list serves all.
    cells = table._cells
    columns = len(annex.headings)
    for c, text in enumerate(annex.headings):
        paragraph(cells[c], text, size=size, bold=True, align="center", before=2, after=2)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _keep_row(table.rows[0])
    table_rows = table.rows
    for r, row in enumerate(annex.rows):
        if sum(map(len, row)) < _ROW_FITS:
            _keep_row(table_rows[r + 1])
        for c, text in enumerate(row):
            paragraph(
                cells[(r + 1) * columns + c], text, size=size, before=2, after=2,
                align="center" if annex.widths[c] < _NARROW else "left",
                highlight=r in annex.marked and c == columns - 1,
            )  # fmt: skip
    return table


def _new_page(document: Any) -> None:
    document.add_page_break()


def _annexes(document: Document, notice: Notice) -> None:
    for n, annex in enumerate(notice.annexes, 1):
        _new_page(document)
        name = f"PHỤ LỤC {'I' * n}" if len(notice.annexes) > 1 else "PHỤ LỤC"
        paragraph(document, name, bold=True, align="center", keep=True)
        paragraph(document, annex.title, bold=True, align="center", keep=True)
        kind = {"thong-bao": "Thông báo", "cong-van": "Công văn", "bao-cao": "Báo cáo"}[notice.kind]
        number = notice.fields.get("so", BLANK)
        line = f"(Kèm theo {kind} số {number} ngày {notice.fields.get('ngay', BLANK)})"
        paragraph(document, line, italic=True, align="center", after=8, keep=True)
        add_table(document, annex)


def _draft(document: Document, notice: Notice) -> None:
    for footer in (document.sections[0].footer, document.sections[0].first_page_footer):
        footer.paragraphs[0].text = ""
        p = footer.paragraphs[0]
        run = p.add_run(DRAFT)
        run.italic = True
        from docx.shared import Pt

        run.font.size = Pt(9)


def mark_open(document: Document, notice: Notice) -> None:
    """A highlighted list, at the end of the document, of what nobody has decided."""
    open_ = notice.open
    report = notice.kind == "bao-cao"
    head = "BẢN NHÁP: cần xem trước khi ký" if report else f"BẢN NHÁP: còn {len(open_)} điểm chưa có quyết định"
    paragraph(document, head, size=12, bold=True, highlight=True)
    for line in open_[:30]:
        paragraph(document, f"- {line}", size=11, highlight=True)
    if len(open_) > 30:
        paragraph(document, f"- … và {len(open_) - 30} điểm khác", size=11, highlight=True)


def render_notice(notice: Notice) -> bytes:
    """The notice as a DOCX.

    Errors: `UsageError` when python-docx is not installed.
    """
    document = new_document()
    if notice.open:
        mark_open(document, notice)
    _heading(document, notice)
    _body(document, notice)
    _closing(document, notice)
    _annexes(document, notice)
    if not notice.final:
        _draft(document, notice)
    document.core_properties.title = clean(notice.title or notice.subject)
    return save(document)


def save(document: Document) -> bytes:
    """The document as a file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
