"""An office's own DOCX as the form of a notice: ``{{so}}`` and the like are filled in, ``{{bang}}`` becomes the table.

A template is data, never a program: no macros, nothing fetched, names in double braces only.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hpcp_rules.errors import UsageError, Where, missing_part
from hpcp_rules.review.notice import FIELDS, Notice
from hpcp_rules.review.office import DRAFT, add_table, clean, mark_open, paragraph, save

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["PLACEHOLDERS", "fill_template"]

PLACEHOLDERS: dict[str, str] = {
    **FIELDS,
    "ngay_thang": "Địa danh, ngày tháng năm viết thành câu",
    "loai": "hợp đồng theo mẫu hoặc điều kiện giao dịch chung",
    "noi_dung_thong_bao": "Toàn bộ phần lời của mẫu",
    "so_noi_dung": "Mẫu 05: số nội dung trong Phụ lục",
    "ten_phu_luc": "Mẫu 05: tên Phụ lục",
    "noi_dung": "Mẫu 07: các nội dung xin ý kiến",
    "bang": "Bảng của Phụ lục; đứng một mình trong một đoạn",
}
"""What may stand in double braces, with what comes there."""
_NAME = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_MAX_BYTES = 20_000_000
_MAX_UNPACKED = 100_000_000
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def fill_template(template: Path, notice: Notice) -> bytes:
    """The template filled in.

    Errors: `UsageError` for a file that is no plain DOCX, that fetches something, that asks for an unknown name, or
    that has no ``{{bang}}`` where the notice has a table.
    """
    document = _open(template)
    shown = dict(notice.fields) | {
        "noi_dung_thong_bao": "\n".join(
            line for p in notice.body for line in (p.text, *(f"- {n}: {t}" if n else f"- {t}" for n, t in p.rows))
        ),
        "kinh_gui": "; ".join(notice.to),
    }
    paragraphs = list(_paragraphs(document))
    asked = {name for p in paragraphs for name in _NAME.findall(_text(p))}
    unknown = asked - set(PLACEHOLDERS)
    if unknown:
        raise UsageError(
            "template-name",
            vi=f"Mẫu có tên không biết: {', '.join(sorted(unknown))}.",
            en=f"The template asks for unknown names: {', '.join(sorted(unknown))}.",
            where=Where(str(template)),
            remedy_vi=f"Các tên dùng được: {', '.join(PLACEHOLDERS)}.",
            remedy_en=f"Known names: {', '.join(PLACEHOLDERS)}.",
        )
    if notice.annexes and "bang" not in asked:
        raise UsageError(
            "template-table",
            vi="Mẫu không có chỗ cho bảng, nên các nội dung sẽ bị mất.",
            en="The template has no place for the table, so the points would be lost.",
            where=Where(str(template)),
            remedy_vi="Viết {{bang}} thành một đoạn riêng ở nơi đặt bảng.",
            remedy_en="Write {{bang}} as a paragraph of its own where the table goes.",
        )
    for p in paragraphs:
        if "bang" in _NAME.findall(_text(p)):
            for annex in notice.annexes:
                cm = _text_width(document)
                table = add_table(document, annex, width_cm=cm)
                p.addprevious(table._tbl)
            _fill(p, {**shown, "bang": ""})
        else:
            _fill(p, shown)
    _say_draft(document, notice)
    return save(document)


def _text_width(document: Document) -> float:
    """Centimetres between the margins; those of A4 where the template does not say."""
    section = document.sections[0]
    page, left, right = section.page_width, section.left_margin, section.right_margin
    return (page - left - right) / 360_000 if page and left is not None and right is not None else 16.0


def _open(template: Path) -> Document:
    try:
        import docx
    except ImportError as error:
        raise missing_part("python-docx", "reports") from error
    try:
        data = template.read_bytes()
    except OSError as error:
        raise _refused(template, error.strerror or str(error), error.strerror or str(error)) from error
    if len(data) > _MAX_BYTES:
        raise _refused(template, "tệp quá lớn", "the file is too large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            if sum(i.file_size for i in packed.infolist()) > _MAX_UNPACKED:
                raise _refused(template, "tệp quá lớn khi bung ra", "the file is too large once unpacked")
        if any("vba" in n.lower() for n in names):
            raise _refused(template, "mẫu có macro", "the template has macros")
        document: Document = docx.Document(io.BytesIO(data))
    except UsageError:
        raise
    except Exception as error:  # whatever a damaged package makes python-docx raise
        raise _refused(template, "không phải tệp DOCX đọc được", "this is no readable DOCX") from error
    for rel in document.part.package.iter_rels():
        if rel.is_external and rel.reltype != _HYPERLINK:
            raise _refused(template, "mẫu lấy nội dung từ bên ngoài", "the template fetches something from outside")
    return document


def _refused(template: Path, vi: str, en: str) -> UsageError:
    return UsageError(
        "bad-template", vi=f"Không dùng được mẫu: {vi}.", en=f"The template cannot be used: {en}.",
        where=Where(str(template)),
        remedy_vi="Lưu mẫu thành tệp DOCX thường, không macro, không liên kết ngoài.",
        remedy_en="Save it as a plain DOCX without macros and outside links.",
    )  # fmt: skip


def _paragraphs(document: Document) -> Iterator[Any]:
    """Every paragraph of body, tables, text boxes, headers and footers."""
    yield from document.element.body.iter(_w("p"))
    for section in document.sections:
        for part in (
            section.header, section.footer, section.first_page_header, section.first_page_footer,
            section.even_page_header, section.even_page_footer,
        ):  # fmt: skip
            # Asking a linked part for its content would create one.
            if not part.is_linked_to_previous:
                yield from part._element.iter(_w("p"))


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _text(p: Any) -> str:
    return "".join(t.text or "" for t in p.iter(_w("t")))


def _fill(p: Any, shown: dict[str, str]) -> None:
    """Put values in place of names; a name may lie across several runs, the first one's look is kept."""
    nodes = list(p.iter(_w("t")))
    text = "".join(t.text or "" for t in nodes)
    for found in reversed(list(_NAME.finditer(text))):
        at, value = 0, clean(shown.get(found.group(1), ""))
        first = True
        for node in nodes:
            own = node.text or ""
            start, end = max(found.start(), at), min(found.end(), at + len(own))
            if start < end:
                node.text = own[: start - at] + (value if first else "") + own[end - at :]
                node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                first = False
            at += len(own)
    for node in nodes:
        _break(node)


def _break(node: Any) -> None:
    """Line breaks of a value become those of a word processor."""
    lines = (node.text or "").split("\n")
    node.text = lines[0]
    for line in reversed(lines[1:]):
        after = node.makeelement(_w("t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        after.text = line
        node.addnext(after)
        node.addnext(node.makeelement(_w("br"), {}))


def _say_draft(document: Document, notice: Notice) -> None:
    """On top: that it is a draft, and what nobody has decided."""
    body = document.element.body
    before = len(body)
    if notice.open:
        mark_open(document, notice)
    if not notice.final:
        paragraph(document, DRAFT, size=9, italic=True)
    # Appended paragraphs stand before the section's own settings; they go to the very top.
    for n, p in enumerate([e for e in list(body)[before - 1 :] if e.tag == _w("p")]):
        body.insert(n, p)
