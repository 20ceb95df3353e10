"""PDF with a text layer, read by PDFium; tables by pdfplumber where a page is ruled.

Characters come with box, effective size (PDFium's own number times the text matrix), colour, font, the height of the
font's letter x where the file holds the font, and what was painted behind them. Lines are put together from them,
wrapped lines into paragraphs, and what repeats at the head or foot of the pages is kept out of the flow, so that a
clause that runs across a page stays one.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import ocr
from hpcp_rules.readers.build import Builder, damaged, encrypted, too_large
from hpcp_rules.readers.layout import Heights, Line, Page, flow
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.options import DEFAULT_OPTIONS, Options
from hpcp_rules.readers.pdf_page import Found, read_page
from hpcp_rules.readers.scan import lines_of, not_read, recognised, verdict

if TYPE_CHECKING:
    from PIL.Image import Image


def read_pdf(data: bytes, name: str, limits: Limits, options: Options = DEFAULT_OPTIONS) -> SourceDocument:
    """Read a PDF; pages that could not be read, or not well, are listed as not checked.

    Errors: `ReadError` for passwords, damage and limits.
    """
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise encrypted(name) from error
        raise damaged(name, "PDF") from error
    try:
        count = len(pdf)
        if count > limits.max_pages:
            raise too_large(name, f"{limits.max_pages} trang", f"{limits.max_pages} pages")
        if count == 0:
            raise damaged(name, "PDF")
        out = Builder(limits, name)
        with suppress(pdfium.PdfiumError):
            pdf.init_forms()
        letters = Heights()
        found: list[Found] = []
        for number in range(count):
            try:
                found.append(read_page(pdf, number, letters))
            except pdfium.PdfiumError:
                found.append(Found(Page(), problem="page-damaged"))
            if found[-1].images > limits.max_images_per_page:
                most = limits.max_images_per_page
                raise too_large(name, f"{most} hình một trang", f"{most} pictures a page")
        blank = [n for n, f in enumerate(found) if not (f.page.lines or f.problem or f.paths or f.pictures)]
        for number in _damaged(data, blank) if blank else ():
            found[number].problem = "page-damaged"
        _recognise(pdf, found, out, limits, options)
    finally:
        pdf.close()
    for number, f in enumerate(found, 1):
        if f.problem:
            out.not_checked.append(_unread(number, f.problem, options))
        elif f.pictures > 0.1 and not f.recognised:
            out.note("pictures")
    out.not_checked.sort(key=lambda n: n.page or 0)
    pages = [f.page for f in found]
    if ruled := [n for n, f in enumerate(found) if f.page.lines and f.paths >= 6 and not f.recognised]:
        _tables(data, pages, ruled)
    flow(out, pages, letters)
    if not out.blocks and not out.not_checked:
        raise ReadError(
            "no-text", vi="Tệp không có chữ nào đọc được.", en="The file has no text that can be read.",
            where=Where(name), remedy_vi="Kiểm tra lại tệp đã lưu hoặc quét đúng chưa.",
            remedy_en="Check that the right file was saved or scanned.",
        )  # fmt: skip
    return out.finish(name, "application/pdf", data, count)


def _recognise(pdf: Any, found: list[Found], out: Builder, limits: Limits, options: Options) -> None:
    """Put what is recognised in the place of text layers that are missing or broken; sets problems and notes."""
    unsound = [n for n, f in enumerate(found) if f.problem in ("page-without-text", "broken-text-layer")]
    if options.ocr == "always":
        unsound = [n for n, f in enumerate(found) if f.page.lines or f.problem != "page-damaged"]
    if not unsound or options.ocr == "never" or ocr.missing():
        return
    for number in unsound[limits.max_ocr_pages :]:
        if found[number].problem:
            found[number].problem = None
            out.not_checked.append(not_read(number + 1, "ocr-limit"))
    pictures = _rendered(pdf, unsound[: limits.max_ocr_pages], limits)
    for number, seen in recognised(pictures, limits, options.ocr_jobs):
        f = found[number]
        usable, remark = verdict(seen, number + 1)
        if not usable and f.problem != "page-without-text":
            continue  # a broken layer is better than nothing, and listed as broken
        f.problem = None
        f.recognised = True
        f.page = Page(lines_of(seen, number + 1) if usable else [], seen.height)
        out.note("recognised" if usable else "blank-scan" if seen.problem == "blank" else "pictures")
        if remark:
            out.not_checked.append(remark)


def _rendered(pdf: Any, numbers: list[int], limits: Limits) -> Iterator[tuple[int, Image, float]]:
    """Pictures of pages, at 300 dots an inch where they are no posters."""
    for number in numbers:
        page = pdf[number]
        try:
            width, height = page.get_size()
            scale = min(ocr.DPI / 72, math.sqrt(limits.max_ocr_pixels / max(1.0, width * height)))
            yield number, page.render(scale=scale, grayscale=True).to_pil(), scale * 72
        finally:
            page.close()


# code: (reason, remedy; None: have the characters recognised)
_UNREAD: dict[str, tuple[Bilingual, Bilingual | None]] = {
    "page-without-text": (
        Bilingual(
            vi="Trang là ảnh quét hoặc hình vẽ, không có lớp chữ.",
            en="The page is a scanned picture or a drawing without a text layer.",
        ),
        None,
    ),
    "broken-text-layer": (
        Bilingual(
            vi="Lớp chữ của trang có chữ bị sai hoặc mất (bảng mã Unicode hỏng), nên kết quả ở đây không chắc chắn.",
            en="The page's text layer has wrong or missing letters (a broken Unicode map): results here are unsure.",
        ),
        None,
    ),
    "page-damaged": (
        Bilingual(vi="Nội dung của trang bị hỏng.", en="The page's content is damaged."),
        Bilingual(
            vi="Lấy lại tệp gốc, hoặc mở bằng chương trình tạo ra nó rồi lưu lại.",
            en="Get the original again, or open it in the program that made it and save it anew.",
        ),
    ),
}


def _unread(page: int, code: str, options: Options) -> NotChecked:
    reason, remedy = _UNREAD[code]
    if remedy is None:
        remedy = ocr.remedy(ocr.missing() if options.ocr != "never" else None)
    return NotChecked(
        code=code, part=Bilingual(vi=f"Trang {page}", en=f"Page {page}"), reason=reason, page=page, remedy=remedy
    )


_OPERATORS = frozenset(b"q Q cm BT ET re m l Do gs g rg k cs sc scn BMC BDC".split())


def _damaged(data: bytes, blank: list[int]) -> list[int]:
    """Those of the pages without any content whose content stream is not empty but cannot be decoded."""
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return [number for number in blank if _lost(pdf.pages[number].page_obj)]
    except Exception:  # pdfplumber cannot say, and PDFium took the pages as they are
        return []


def _lost(page: Any) -> bool:
    for part in page.contents:
        try:
            stream = part.resolve() if hasattr(part, "resolve") else part
            if len(stream.get_rawdata()) < 16:
                continue  # too short to say anything: an empty stream, packed or not
            if not _OPERATORS.intersection(stream.get_data().split()):
                return True
        except Exception:  # whatever a decoder trips over
            return True
    return False


def _tables(data: bytes, pages: list[Page], ruled: list[int]) -> None:
    """Replace the lines inside ruled tables by the cells, in reading order."""
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            for number in ruled:
                page = pdf.pages[number]
                try:
                    for table in page.find_tables():
                        if len(table.cells) < 4 or len(table.rows) < 2:
                            continue
                        cells = [c for row in table.rows for c in row.cells if c]
                        pages[number].lines = _into_cells(pages[number].lines, table.bbox, cells)
                finally:
                    page.close()
    except Exception:  # a page pdfplumber cannot parse keeps PDFium's order: nothing is lost by that
        return


def _into_cells(lines: list[Line], bbox: Any, cells: list[Any]) -> list[Line]:
    inside = [x for x in lines if _within(x, bbox)]
    if not inside:
        return lines
    at = lines.index(inside[0])
    taken: set[int] = set()
    ordered: list[Line] = []
    for cell in cells:
        mine = [x for x in inside if id(x) not in taken and _within(x, cell)]
        for n, line in enumerate(mine):
            taken.add(id(line))
            # A line that spans several cells cannot be one cell's text; it stays as PDFium gave it.
            line.cell = n == 0
            ordered.append(line)
    rest = [x for x in inside if id(x) not in taken]
    return [*lines[:at], *ordered, *rest, *(x for x in lines[at:] if x not in inside)]


def _within(line: Line, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    x, y = (line.left + line.right) / 2, (line.top + line.bottom) / 2
    return left - 2 <= x <= right + 2 and top - 2 <= y <= bottom + 2
