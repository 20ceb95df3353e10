"""Figures of many results as text, HTML with charts and their tables, XLSX, and the yearly forms 01 and 06."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import PurePath
from typing import Any

from hpcp_rules.errors import missing_part
from hpcp_rules.report.messages import say
from hpcp_rules.report.table import workbook_bytes, write_sheet
from hpcp_rules.report.wrap import wrap
from hpcp_rules.review.compare_report import environment, html_text
from hpcp_rules.review.notice import BLANK, FIELDS, Annex, Notice, Para, authority, check_fields, dated, value
from hpcp_rules.review.summary import Figure, Summary, label
from hpcp_rules.version import __version__

__all__ = ["render_summary_html", "render_summary_text", "render_summary_xlsx", "yearly"]

_PARTS = ("sector", "provision", "business", "month")
_COLUMNS = ("documents", "with-signs", "signs", "accepted", "rejected", "open")
_TERMS = "hợp đồng theo mẫu, điều kiện giao dịch chung"
_BARS = 20
"""Bars of a chart; the table has the rest."""


def _figures(s: Summary, part: str) -> tuple[Figure, ...]:
    found: tuple[Figure, ...] = getattr(s, f"by_{part}")
    return found


def _rows(s: Summary, part: str, lang: str) -> list[list[object]]:
    return [
        [label(f, part, lang), f.documents, f.with_signs, f.signs, f.accepted, f.rejected, f.open]
        for f in _figures(s, part)
    ]


def _key(s: Summary, lang: str) -> list[tuple[str, object]]:
    days = " – ".join(f"{d:%d/%m/%Y}" if lang == "vi" else d.isoformat() for d in (s.first_day, s.last_day) if d)
    return [
        (say("sum.period", lang), days or say("sum.all", lang)),
        (say("sum.documents", lang), len(s.documents)),
        (say("sum.with-signs", lang), sum(d.signs > 0 for d in s.documents)),
        (say("sum.signs", lang), sum(d.signs for d in s.documents)),
        (say("sum.accepted", lang), sum(d.accepted for d in s.documents)),
        (say("sum.rejected", lang), sum(d.rejected for d in s.documents)),
        (say("sum.open", lang), sum(d.open for d in s.documents)),
    ]


def _warnings(s: Summary, lang: str) -> list[str]:
    out = []
    if s.unread:
        out.append(say("sum.unread", lang, n=len(s.unread)) + " " + ", ".join(s.unread[:10]))
    if s.incomplete:
        out.append(say("sum.incomplete", lang, n=s.incomplete))
    if s.repeated:
        out.append(say("sum.repeated", lang, n=s.repeated))
    if s.outside:
        out.append(say("sum.outside", lang, n=s.outside))
    return out


def render_summary_text(s: Summary, lang: str = "vi", *, width: int = 100) -> str:
    """The figures for a terminal."""
    width = max(60, min(width, 120))
    lines = [say("sum.title", lang)]
    lines += [f"  {name}: {shown}" for name, shown in _key(s, lang)]
    for warning in _warnings(s, lang):
        lines += wrap(f"! {warning}", width, 0, 2)
    for part in _PARTS:
        lines += ["", say(f"sum.by-{part}", lang)]
        first = max(26, width - 74)
        heads = [wrap(say("sumcol." + c, lang), 11, 0, 0) for c in _COLUMNS]
        for n in range(max(map(len, heads))):
            lines.append(" " * (first + 2) + "".join(f"{h[n] if n < len(h) else '':>12}" for h in heads))
        for name, *numbers in _rows(s, part, lang):
            shown = wrap(str(name), first, 0, 2)
            lines.append(f"  {shown[0]:<{first}}" + "".join(f"{n!s:>12}" for n in numbers))
            lines += [f"  {more}" for more in shown[1:]]
    lines += ["", *wrap(s.notice.in_language(lang), width, 0, 0)]
    return "\n".join(lines) + "\n"


def render_summary_html(s: Summary, lang: str = "vi") -> str:
    """One self-contained page without scripts; every chart has its table."""
    from markupsafe import Markup

    parts: list[dict[str, Any]] = []
    for part in _PARTS:
        title = say(f"sum.by-{part}", lang)
        figures = _figures(s, part)
        shown = sorted(figures, key=lambda f: -f.signs) if part in ("provision", "business", "sector") else figures
        caption = say("sum.caption", lang)
        if len(figures) > _BARS:
            caption += " " + say("sum.first", lang, n=_BARS)
        parts.append(
            {
                "id": part, "title": title, "caption": caption,
                "chart": Markup(_bars(shown[:_BARS], part, lang, title)) if figures else "",
                "headings": [say(f"sum.{part}", lang), *(say(f"sumcol.{c}", lang) for c in _COLUMNS)],
                "rows": _rows(s, part, lang),
            }
        )  # fmt: skip
    parts.append({"id": "documents", "title": say("sheet.documents", lang), "chart": "", "caption": "",
                  "headings": _headings(lang), "rows": _documents(s, lang)})  # fmt: skip
    return html_text(
        environment()
        .get_template("summary.html.j2")
        .render(
            lang=lang, title=say("sum.title", lang), notice=s.notice.in_language(lang),
            tool=f"hpcp-rules {__version__}", say=lambda key: say(key, lang), parts=parts,
            key=_key(s, lang), warnings=_warnings(s, lang),
        )
    )  # fmt: skip


def _headings(lang: str) -> list[str]:
    return [
        *(say(k, lang) for k in ("col.document", "sum.business", "sum.sector", "col.as-of")),
        *(say(f"sumcol.{c}", lang) for c in _COLUMNS[2:]),
        *(say(k, lang) for k in ("col.absent", "sum.whole")),
    ]


def _documents(s: Summary, lang: str) -> list[list[object]]:
    unknown = "not known" if lang == "en" else "chưa rõ"
    return [
        [d.name, d.business if d.business != "?" else unknown, d.sector if d.sector != "?" else unknown,
         d.as_of.isoformat(), d.signs, d.accepted, d.rejected, d.open, d.absent,
         say("words.yes" if d.complete else "words.no", lang)]
        for d in s.documents
    ]  # fmt: skip


def _bars(figures: Sequence[Figure], part: str, lang: str, title: str) -> str:
    """Bars of signs: accepted, open, rejected; patterns and numbers, so that colour alone says nothing."""
    top = max((f.signs for f in figures), default=0) or 1
    wide, left, bar = 860, 330, 22
    high = len(figures) * (bar + 8) + 40
    kinds = (("accepted", "#8a3b00"), ("open", "#5b87b5"), ("rejected", "#b8b8b8"))
    out = [
        f'<svg role="img" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f"<desc>{escape(say('sum.caption', lang))}</desc>"
    ]
    x = left
    for kind, color in kinds:
        name = say(f"sumcol.{kind}", lang)
        out.append(f'<rect x="{x}" y="4" width="14" height="14" fill="{color}" stroke="#1a1a1a"/>')
        out.append(f'<text x="{x + 20}" y="16">{escape(name)}</text>')
        x += 60 + 9 * len(name)
    for n, figure in enumerate(figures):
        y = 32 + n * (bar + 8)
        name = label(figure, part, lang)
        name = name if len(name) <= 46 else name[:45] + "…"
        out.append(f'<text x="{left - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>')
        x = left
        for kind, color in kinds:
            length = round(getattr(figure, kind) / top * (wide - left - 60))
            if length:
                out.append(
                    f'<rect x="{x}" y="{y}" width="{length}" height="{bar}" fill="{color}" stroke="#1a1a1a" '
                    'stroke-width="0.5"/>'
                )
                x += length
        out.append(f'<text x="{x + 6}" y="{y + 16}">{figure.signs}</text>')
    return "".join([*out, "</svg>"])


def render_summary_xlsx(s: Summary, lang: str = "vi") -> bytes:
    """A workbook with a sheet for each way to count and one of documents.

    Errors: `UsageError` when openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise missing_part("openpyxl", "reports") from error
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = say("diff.summary", lang)
    rows = [*_key(s, lang), *((w, "") for w in _warnings(s, lang)), (s.notice.in_language(lang), "")]
    write_sheet(sheet, [say("sum.title", lang), ""], rows, [60, 26])
    for part in _PARTS:
        heads = [say(f"sum.{part}", lang), *(say(f"sumcol.{c}", lang) for c in _COLUMNS)]
        write_sheet(book.create_sheet(say(f"sum.{part}", lang)), heads, _rows(s, part, lang), [60, *[14] * 6])
    sheet = book.create_sheet(say("sheet.documents", lang))
    write_sheet(sheet, _headings(lang), _documents(s, lang), [44, 36, 30, 12, 10, 12, 10, 14, 12, 14])
    return workbook_bytes(book)


def yearly(form: str, s: Summary, fields: Mapping[str, str]) -> Notice:
    """Form 01 (a business on its own terms) or 06 (a province) from the figures. What results cannot know is a blank.

    Errors: `UsageError` for unknown fields.
    """
    check_fields(fields)
    shown = {name: value(fields, name) for name in FIELDS} | {"ngay_thang": dated(fields)}
    return (_form01 if form == "01" else _form06)(s, fields, shown)


def _form01(s: Summary, fields: Mapping[str, str], shown: dict[str, str]) -> Notice:
    year = value(fields, "nam")
    body = (
        Para(
            f"Theo khoản 3 Điều 7 Nghị định số 55/2024/NĐ-CP, {value(fields, 'doanh_nghiep')} báo cáo như sau:",
            rows=(
                ("Tên tổ chức, cá nhân kinh doanh", value(fields, "doanh_nghiep")),
                ("Địa chỉ trụ sở chính", value(fields, "dia_chi")),
                ("Điện thoại, thư điện tử", value(fields, "dien_thoai")),
                ("Mã số thuế", value(fields, "ma_so_thue")),
                ("Người liên hệ, điện thoại", BLANK),
            ),
        ),
        Para(
            "1. Tình hình thực hiện trách nhiệm đăng ký",
            bold=True,
            rows=(
                ("Lĩnh vực thuộc danh mục phải đăng ký", value(fields, "linh_vuc")),
                ("Hợp đồng theo mẫu, điều kiện giao dịch chung", f"{len(s.documents)} văn bản, nêu tại Phụ lục"),
                ("Thời điểm hoàn thành đăng ký của từng văn bản", "điền tại Phụ lục"),
            ),
        ),
        Para(
            "2. Tình hình giao kết hợp đồng",
            bold=True,
            rows=(
                ("Trước khi hoàn thành đăng ký: đã giao kết hay chưa, từ khi nào, bao nhiêu hợp đồng", BLANK),
                ("Sau khi hoàn thành đăng ký: số hợp đồng; có dùng đúng bản đã đăng ký không", BLANK),
                ("Chỉnh sửa và đăng ký lại", BLANK),
            ),
        ),
        Para(
            "3. Tiếp nhận, giải quyết yêu cầu, phản ánh, khiếu nại của người tiêu dùng",
            bold=True,
            rows=(("Cách tiếp nhận, số lượng, phân loại, thời hạn, kết quả", BLANK),),
        ),
        Para("4. Làm việc với cơ quan quản lý nhà nước", bold=True, rows=(("Cơ quan, nội dung, kết quả", BLANK),)),
        Para("5. Khó khăn, vướng mắc, đề xuất", bold=True, rows=(("", BLANK),)),
        Para("Chúng tôi cam kết nội dung báo cáo là trung thực và chịu trách nhiệm về báo cáo này."),
    )
    rows = tuple(
        (str(n), PurePath(d.name).stem, _KIND[d.kind], BLANK, BLANK) for n, d in enumerate(s.documents, 1)
    )  # what was found in them is the business's own affair and no part of the form
    annex = Annex(
        "CÁC HỢP ĐỒNG THEO MẪU, ĐIỀU KIỆN GIAO DỊCH CHUNG",
        ("STT", "Văn bản", "Loại", "Hoàn thành đăng ký ngày", "Số hợp đồng đã giao kết"), rows,
        (0.08, 0.36, 0.2, 0.18, 0.18),
    )  # fmt: skip
    title = f"Tình hình đăng ký và áp dụng {_TERMS} năm {year}"
    to = tuple(p.strip() for p in fields.get("kinh_gui", "").split(";") if p.strip()) or (BLANK,)
    return Notice("01", "bao-cao", title, "", to, body, (annex,), shown)


_KIND = {"hop-dong-theo-mau": "hợp đồng theo mẫu", "dieu-kien-giao-dich-chung": "điều kiện giao dịch chung"}


def _form06(s: Summary, fields: Mapping[str, str], shown: dict[str, str]) -> Notice:
    year = value(fields, "nam")
    days = f"từ ngày {s.first_day:%d/%m/%Y} đến ngày {s.last_day:%d/%m/%Y}" if s.first_day and s.last_day else BLANK
    total = len(s.documents)
    accepted = sum(d.accepted for d in s.documents)
    faulty = sum(d.accepted > 0 for d in s.documents)
    most = sorted((f for f in s.by_provision if f.accepted), key=lambda f: -f.accepted)[:5]
    main = "; ".join(f"{label(f, 'provision', 'vi')} ({f.accepted})" for f in most) or BLANK
    examined = (
        f"{total} văn bản đã kiểm tra bằng chương trình; {faulty} văn bản có nội dung được kết luận là chưa phù hợp"
    )
    open_ = sum(d.open for d in s.documents)
    warnings = tuple(_warnings(s, "vi"))
    if open_:
        warnings = (f"{open_} dấu hiệu chưa có quyết định, không tính vào số liệu của báo cáo.", *warnings)
    listed = (
        ("1.1. Chấp hành đăng ký: số tổ chức, cá nhân thuộc diện đăng ký, thực trạng", BLANK),
        ("1.2. Tiếp nhận, giải quyết hồ sơ: tổng số; đúng hạn, trước hạn, quá hạn", BLANK),
        ("Văn bản đã kiểm tra", examined),
        ("Số nội dung được kết luận là chưa phù hợp", str(accepted) if accepted else BLANK),
        ("Nội dung chưa phù hợp chủ yếu", main),
        ("Hình thức trả lời, công khai trên cổng thông tin (kèm 02 mẫu thông báo mỗi lĩnh vực)", BLANK),
        ("1.3. Kiến nghị, khiếu nại", BLANK),
        ("1.4. Thanh tra, kiểm tra, xử lý: số đoàn, vi phạm chủ yếu, kết quả", BLANK),
    )
    body = (
        Para(
            f"Theo khoản 1 Điều 16 Nghị định số 55/2024/NĐ-CP, {authority(fields)} báo cáo tình hình kiểm soát "
            f"hợp đồng theo mẫu, điều kiện giao dịch chung {days} như sau:"
        ),
        Para("I. TÌNH HÌNH KIỂM SOÁT", bold=True),
        Para("1. Hợp đồng theo mẫu, điều kiện giao dịch chung thuộc diện phải đăng ký", bold=True, rows=listed),
        Para(
            "2. Hợp đồng theo mẫu, điều kiện giao dịch chung không thuộc diện phải đăng ký",
            bold=True,
            rows=(
                ("2.1. Tình hình kiểm soát", BLANK),
                ("2.2. Kiến nghị, khiếu nại", BLANK),
                ("2.3. Thanh tra, kiểm tra, xử lý", BLANK),
            ),
        ),
        Para("II. ĐÁNH GIÁ", bold=True, rows=(("Thuận lợi", BLANK), ("Khó khăn", BLANK))),
        Para(
            "III. ĐỀ XUẤT",
            bold=True,
            rows=(
                ("Với cơ quan trung ương", BLANK),
                ("Với địa phương", BLANK),
                ("Với tổ chức, cá nhân kinh doanh", BLANK),
                ("Với người tiêu dùng", BLANK),
            ),
        ),
    )
    heads = ("STT", "{}", "Văn bản", "Có nội dung chưa phù hợp được kết luận", "Dấu hiệu chưa quyết định")
    annexes = tuple(
        Annex(
            title, (heads[0], name, *heads[2:]),
            tuple(
                (str(n), label(f, part, "vi"), str(f.documents), str(f.accepted), str(f.open))
                for n, f in enumerate(_figures(s, part), 1)
            ), (0.08, 0.44, 0.14, 0.2, 0.14),
        )
        for part, name, title in (
            ("sector", "Lĩnh vực", "SỐ LIỆU THEO LĨNH VỰC"), ("provision", "Quy định", "SỐ LIỆU THEO QUY ĐỊNH"),
        )
    )  # fmt: skip
    title = f"Tình hình kiểm soát {_TERMS} năm {year}"
    to = tuple(p.strip() for p in fields.get("kinh_gui", "").split(";") if p.strip()) or (BLANK,)
    return Notice("06", "bao-cao", title, "", to, body, annexes, shown, warnings)
