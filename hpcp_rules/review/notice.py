"""The official notices of Decree 55/2024 from a result and its decisions: what stands in them, apart from the layout.

Which form is which, and its fields, follow the decree's annex; the wording is ours. What only the authority knows is a
visible blank. A point that nobody has decided is never filled in without saying so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from hpcp_rules.errors import UsageError, Where
from hpcp_rules.model.report import RunReport
from hpcp_rules.review.decisions import Decisions, Item, items

__all__ = ["BLANK", "FIELDS", "FORMS", "Annex", "Notice", "Para", "notice", "value"]

BLANK = "……………"
FORMS = ("01", "03", "04", "05", "06", "07")
FIELDS: dict[str, str] = {
    "co_quan_chu_quan": "Cơ quan cấp trên, thí dụ ỦY BAN NHÂN DÂN TỈNH …",
    "co_quan": "Cơ quan ra văn bản, thí dụ SỞ CÔNG THƯƠNG",
    "so": "Số, ký hiệu, thí dụ 123/TB-SCT",
    "dia_danh": "Địa danh ghi cùng ngày tháng",
    "ngay": "Ngày ký, NĂM-THÁNG-NGÀY",
    "doanh_nghiep": "Tên tổ chức, cá nhân kinh doanh",
    "dia_chi": "Địa chỉ của tổ chức, cá nhân kinh doanh",
    "dien_thoai": "Điện thoại, thư điện tử của tổ chức, cá nhân kinh doanh",
    "ma_so_thue": "Mã số thuế",
    "ma_ho_so": "Mã hồ sơ",
    "ngay_tiep_nhan": "Ngày tiếp nhận hồ sơ, NĂM-THÁNG-NGÀY",
    "ten_hop_dong": "Tên hợp đồng theo mẫu, điều kiện giao dịch chung",
    "linh_vuc": "Lĩnh vực",
    "kinh_gui": "Nơi gửi; mặc định là tổ chức, cá nhân kinh doanh",
    "thieu": "Mẫu 03: tài liệu còn thiếu hoặc chưa hợp lệ, cách nhau bằng dấu chấm phẩy",
    "noi_dung_khac": "Nội dung khác",
    "noi_nhan_tra_loi": "Mẫu 07: địa chỉ nhận trả lời",
    "noi_nhan": "Các dòng Nơi nhận, cách nhau bằng dấu chấm phẩy",
    "quyen_han": "Quyền hạn ký, thí dụ TL. GIÁM ĐỐC",
    "chuc_vu": "Chức vụ người ký",
    "nguoi_ky": "Họ tên người ký",
    "nam": "Mẫu 01, 06: năm báo cáo",
}
"""Fields of notices and of an office's own template, each with what it is."""

_KIND = {
    "hop-dong-theo-mau": "hợp đồng theo mẫu",
    "dieu-kien-giao-dich-chung": "điều kiện giao dịch chung",
}
_LAW = "Luật Bảo vệ quyền lợi người tiêu dùng số 19/2023/QH15"
_DECREE = "Nghị định số 55/2024/NĐ-CP"
_WORKDAYS_TO_ANSWER = 5
"""Article 16(2) of Decree 55/2024."""


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph of the body. `number` stands before it; `rows` are "name: value" lines under it."""

    text: str
    bold: bool = False
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """The table behind the notice."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """Shares of the width of the page."""
    marked: frozenset[int] = frozenset()
    """Rows that nobody has decided on."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A document ready to be laid out."""

    form: str
    kind: Literal["thong-bao", "cong-van", "bao-cao"]
    title: str
    subject: str
    to: tuple[str, ...]
    body: tuple[Para, ...]
    annexes: tuple[Annex, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    """All fields as shown, blanks filled with `BLANK`."""
    open: tuple[str, ...] = ()
    """What nobody has decided: shown on top of the draft."""
    final: bool = False
    """True: without the line that says it is a draft."""


def value(fields: Mapping[str, str], name: str) -> str:
    """A field as shown: days in Vietnamese order, a visible blank where nothing is known."""
    text = fields.get(name, "").strip()
    if not text:
        return BLANK
    if name.startswith("ngay"):
        return f"{_day(name, text):%d/%m/%Y}"
    return text


def _day(name: str, text: str) -> date:
    try:
        if "/" in text:
            d, m, y = (int(x) for x in text.split("/"))
            return date(y, m, d)
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            "bad-date", vi=f"Trường «{name}»: «{text}» không phải ngày.", en=f"Field “{name}”: “{text}” is no date.",
            remedy_vi="Viết NĂM-THÁNG-NGÀY, ví dụ 2026-01-31.", remedy_en="Write YEAR-MONTH-DAY, as 2026-01-31.",
        ) from error  # fmt: skip


def dated(fields: Mapping[str, str]) -> str:
    """Place and day of the heading, with blanks."""
    place = fields.get("dia_danh", "").strip() or "…………"
    text = fields.get("ngay", "").strip()
    if not text:
        return f"{place}, ngày …… tháng …… năm 20……"
    day = _day("ngay", text)
    # A day below 10 and the months 1 and 2 take a nought, so that none can be written before them.
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def notice(
    form: str,
    report: RunReport,
    decisions: Decisions | None,
    fields: Mapping[str, str],
    *,
    include_undecided: bool = False,
    final: bool = False,
) -> Notice:
    """One of the forms 03, 04, 05 and 07 for one result.

    Arguments:
        decisions: None where nobody has decided anything.
        fields: what is known, by the names of `FIELDS`; those of the decisions' own are taken where these lack one.
        include_undecided: form 05 lists also what nobody decided, each marked as such.
        final: leave out the line that says it is a draft; only when nothing is open.

    Errors: `UsageError` when the form does not fit the decisions, for unknown fields, and for `final` with open points.
    """
    known = _fields(report, decisions, fields)
    points = items(report, decisions)
    open_ = [i for i in points if i.open]
    if final and open_:
        raise _open(form, open_, report)
    accepted = [i for i in points if i.state == "accepted" and i.kind != "not-checked" and _counts(i)]
    if form == "03":
        return _form03(known, final)
    if form == "04":
        if accepted:
            raise UsageError(
                "form-does-not-fit",
                vi=f"Còn {len(accepted)} nội dung đã được chấp nhận là chưa phù hợp, nên không lập được mẫu 04.",
                en=f"{len(accepted)} points were accepted as not in order, so form 04 cannot be made.",
                where=Where(report.document.name),
                remedy_vi="Dùng --form 05.",
                remedy_en="Use --form 05.",
            )
        if open_:
            raise _open(form, open_, report)
        return _form04(known, final)
    if form == "05":
        shown = accepted + ([i for i in open_ if i.kind != "not-checked"] if include_undecided else [])
        if not shown:
            if open_:
                raise _open(form, open_, report)
            raise UsageError(
                "form-does-not-fit",
                vi="Không có nội dung nào được chấp nhận là chưa phù hợp, nên không có gì để ghi vào mẫu 05.",
                en="No point was accepted as not in order, so there is nothing for form 05.",
                where=Where(report.document.name),
                remedy_vi="Dùng --form 04.",
                remedy_en="Use --form 04.",
            )
        return _form05(known, shown, open_, include_undecided, final)
    if form == "07":
        return _form07(known, [i for i in points if i.state == "consult"], final)
    raise UsageError(
        "unknown-form", vi=f"Không có mẫu {form} cho một kết quả.", en=f"There is no form {form} for one result.",
        remedy_vi="Chọn 03, 04, 05 hoặc 07; mẫu 01 và 06 lập từ thư mục kết quả.",
        remedy_en="Choose 03, 04, 05 or 07; forms 01 and 06 are made from a folder of results.",
    )  # fmt: skip


def _counts(item: Item) -> bool:
    """An accepted line of a content that is there, or of a form in order, is a confirmation and no fault."""
    if item.kind in ("requirement", "form"):
        return item.edited or item.quote.startswith(("Không thấy", "Chưa đủ")) or (item.kind == "form" and item.matters)
    return True


def check_fields(fields: Mapping[str, str]) -> None:
    """Errors: `UsageError` for a field that no notice has."""
    for name in fields:
        if name not in FIELDS:
            raise UsageError(
                "unknown-field",
                vi=f"Không có trường «{name}».",
                en=f"There is no field “{name}”.",
                remedy_vi=f"Các trường: {', '.join(FIELDS)}.",
                remedy_en=f"Fields: {', '.join(FIELDS)}.",
            )


def _fields(report: RunReport, decisions: Decisions | None, given: Mapping[str, str]) -> dict[str, str]:
    own = decisions.fields if decisions else {}
    check_fields({**own, **given})
    return {**{"ten_hop_dong": ""}, **own, **given, "_loai": _KIND[report.document.kind]}


def _open(form: str, open_: Sequence[Item], report: RunReport) -> UsageError:
    some = ", ".join(i.key for i in open_[:5]) + (" …" if len(open_) > 5 else "")
    return UsageError(
        "undecided",
        vi=f"Còn {len(open_)} điểm chưa có quyết định ({some}), nên chưa lập được mẫu {form}.",
        en=f"{len(open_)} points are not decided ({some}), so form {form} cannot be made yet.",
        where=Where(report.document.name),
        remedy_vi="Ghi quyết định: hpcp decisions new KQ.json -o QD.json, sửa rồi thêm --decisions QD.json"
        + ("; hoặc --include-undecided để lập bản nháp có đánh dấu." if form == "05" else "."),
        remedy_en="Record decisions: hpcp decisions new RESULT.json -o D.json, edit it, then add --decisions D.json"
        + ("; or --include-undecided for a marked draft." if form == "05" else "."),
    )


def _who(fields: Mapping[str, str]) -> str:
    return value(fields, "doanh_nghiep")


def authority(fields: Mapping[str, str]) -> str:
    """The authority as a sentence names it."""
    text = fields.get("co_quan", "").strip()
    # In the heading it stands in capitals; in a sentence it does not.
    return (text.capitalize().replace("Sở công thương", "Sở Công Thương") if text.isupper() else text) or BLANK


def _dossier(fields: Mapping[str, str], *, sector: bool = False) -> tuple[tuple[str, str], ...]:
    rows = [
        ("Mã hồ sơ", value(fields, "ma_ho_so")),
        ("Ngày tiếp nhận", value(fields, "ngay_tiep_nhan")),
        ("Tổ chức, cá nhân kinh doanh", _who(fields)),
        (f"Tên {fields['_loai']}", value(fields, "ten_hop_dong")),
    ]
    if sector:
        rows.append(("Lĩnh vực", value(fields, "linh_vuc")))
    return tuple(rows)


def _shown(fields: Mapping[str, str], **more: str) -> dict[str, str]:
    shown = {name: value(fields, name) for name in FIELDS}
    return {**shown, "ngay_thang": dated(fields), "loai": fields.get("_loai", ""), **more}


def _to(fields: Mapping[str, str]) -> tuple[str, ...]:
    text = fields.get("kinh_gui", "").strip()
    return tuple(p.strip() for p in text.split(";") if p.strip()) if text else (_who(fields),)


def _other(fields: Mapping[str, str], number: int) -> Para:
    return Para(f"{number}. Nội dung khác: {value(fields, 'noi_dung_khac')}")


_SUBJECT = "hồ sơ đăng ký hợp đồng theo mẫu, điều kiện giao dịch chung"


def _form03(fields: dict[str, str], final: bool) -> Notice:
    missing = [p.strip() for p in fields.get("thieu", "").split(";") if p.strip()] or [BLANK, BLANK]
    body = (
        Para(f"{authority(fields)} đã tiếp nhận và kiểm tra hồ sơ sau đây:", rows=_dossier(fields)),
        Para(f"Hồ sơ chưa đầy đủ, hợp lệ. Theo khoản 2 Điều 9 {_DECREE}, {authority(fields)} thông báo:"),
        Para(
            f"1. Đề nghị {_who(fields)} bổ sung, hoàn chỉnh hồ sơ theo Điều 8 {_DECREE}, cụ thể:",
            rows=tuple(("", m) for m in missing),
        ),
        Para("2. Ngày nhận đủ các tài liệu nêu trên được tính là ngày tiếp nhận hồ sơ."),
    )
    title = f"Về việc bổ sung {_SUBJECT}"
    shown = _shown(fields, thieu="\n".join(f"- {m}" for m in missing))
    return Notice("03", "thong-bao", title, "", _to(fields), body, fields=shown, final=final)


def _form04(fields: dict[str, str], final: bool) -> Notice:
    kind = fields["_loai"]
    body = (
        Para(f"{authority(fields)} đã thẩm định hồ sơ sau đây:", rows=_dossier(fields, sector=True)),
        Para(f"Căn cứ khoản 1 Điều 12 {_DECREE}, {authority(fields)} thông báo:"),
        Para(f"1. {_who(fields)} đã hoàn thành trách nhiệm đăng ký đối với {kind} nêu trên."),
        Para(
            f"2. Khi điền vào các phần để trống, {_who(fields)} phải giữ đúng bản đã đăng ký và tuân thủ pháp luật về "
            "bảo vệ quyền lợi người tiêu dùng."
        ),
        Para(
            f"3. Bản {kind} này được sử dụng kể từ khi hoàn thành đăng ký. Mọi thay đổi phải được đăng ký lại theo "
            f"Điều 13 {_DECREE}."
        ),
        Para(
            "4. Thông báo này chỉ có giá trị với bản tiếng Việt đã nộp và không loại trừ trách nhiệm của tổ chức, cá "
            f"nhân kinh doanh theo khoản 4 Điều 23 {_LAW}."
        ),
        _other(fields, 5),
    )
    title = "Về việc hoàn thành đăng ký hợp đồng theo mẫu, điều kiện giao dịch chung"
    return Notice("04", "thong-bao", title, "", _to(fields), body, fields=_shown(fields), final=final)


def opinion_rows(shown: Sequence[Item], final: bool) -> tuple[tuple[tuple[str, ...], ...], frozenset[int]]:
    """Rows of the annex (number, content of the clause, opinion) and which of them a person must still look at.

    Words that were recognised in a scan and may be misread are marked until the notice is final.
    """
    rows, marked = [], set()
    for number, item in enumerate(shown, 1):
        clause = f"{item.place[:1].upper()}{item.place[1:]}\n" if item.place else ""
        quote = f"“{' '.join(item.quote.split())}”" if item.kind in ("finding", "added") else item.quote
        opinion = item.opinion
        if item.open:
            opinion = "[CHƯA QUYẾT ĐỊNH] " + opinion
            marked.add(number - 1)
        if item.read_badly and not final:
            opinion = "[ĐỐI CHIẾU VỚI BẢN GỐC: câu trích đọc từ bản quét] " + opinion
            marked.add(number - 1)
        rows.append((str(number), clause + quote, opinion))
    return tuple(rows), frozenset(marked)


def _form05(fields: dict[str, str], shown: list[Item], open_: list[Item], undecided: bool, final: bool) -> Notice:
    rows, marked = opinion_rows(shown, final)
    body = (
        Para(f"{authority(fields)} đã thẩm định hồ sơ sau đây:", rows=_dossier(fields)),
        Para(f"Căn cứ Điều 11 và khoản 1 Điều 12 {_DECREE}, {authority(fields)} thông báo kết quả như sau:"),
        Para(
            f"1. Trong hồ sơ có {len(shown):02d} nội dung chưa đáp ứng quy định của {_LAW} và {_DECREE}, nêu tại Phụ "
            "lục kèm theo."
        ),
        Para(
            f"2. Đề nghị {_who(fields)} rà soát toàn bộ {fields['_loai']}, sửa đổi, bổ sung theo các ý kiến tại Phụ "
            f"lục và nộp lại hồ sơ đến {authority(fields)}."
        ),
        Para(
            f"3. Bản {fields['_loai']} này chỉ được sử dụng với người tiêu dùng sau khi hoàn thành đăng ký theo "
            f"Điều 12 {_DECREE}."
        ),
        _other(fields, 4),
    )
    title = f"Về kết quả thẩm định {_SUBJECT}"
    annex = Annex(
        f"KẾT QUẢ THẨM ĐỊNH HỒ SƠ ĐĂNG KÝ MÃ SỐ {value(fields, 'ma_ho_so')}",
        ("STT", "Nội dung điều khoản", f"Ý kiến của {authority(fields)}"), rows, (0.08, 0.44, 0.48), marked,
    )  # fmt: skip
    left = [i for i in open_ if i not in shown] if undecided else open_
    open_text = tuple(_told(i) for i in left)
    undecided_rows = sum(i.open for i in shown)
    if undecided_rows:
        open_text = (f"{undecided_rows} nội dung trong Phụ lục chưa có quyết định, được đánh dấu tại bảng.", *open_text)
    shown_fields = _shown(fields, so_noi_dung=str(len(shown)), ten_phu_luc=annex.title)
    return Notice("05", "thong-bao", title, "", _to(fields), body, (annex,), shown_fields, open_text, final)


def _told(item: Item) -> str:
    quote = " ".join(item.quote.split())
    quote = quote if len(quote) < 90 else quote[:88] + "…"
    reason = f" ({item.opinion})" if item.kind == "not-checked" else ""
    return f"{item.key}: {item.place + ': ' if item.place else ''}{quote}{reason}"


def _form07(fields: dict[str, str], about: list[Item], final: bool) -> Notice:
    kind = fields["_loai"]
    questions = tuple(
        ("", f"{i.place + ': ' if i.place else ''}“{' '.join(i.quote.split())}” {' '.join(i.opinion.split())}")
        for i in about
    ) or (("", BLANK), ("", BLANK))
    body = (
        Para(
            f"{authority(fields)} đang thẩm định {kind} sau đây:",
            rows=(*_dossier(fields, sector=True),),
        ),
        Para(
            f"Căn cứ khoản 2 Điều 16 {_DECREE}, {authority(fields)} đề nghị Quý cơ quan cho ý kiến về các "
            "nội dung sau:",
            rows=questions,
        ),
        Para(
            f"Ý kiến xin gửi về {authority(fields)} trong {_WORKDAYS_TO_ANSWER:02d} ngày làm việc kể từ ngày "
            f"nhận được văn bản này, theo địa chỉ: {value(fields, 'noi_nhan_tra_loi')}"
        ),
        Para("Trân trọng cảm ơn sự phối hợp của Quý cơ quan./."),
    )
    to = _to(fields) if fields.get("kinh_gui") else (BLANK,)
    subject = "V/v tham vấn về hợp đồng theo mẫu, điều kiện giao dịch chung"
    shown = _shown(fields, noi_dung="\n".join(f"- {q}" for _, q in questions))
    return Notice("07", "cong-van", "", subject, to, body, fields=shown, final=final)
