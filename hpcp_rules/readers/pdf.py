"""PDF with a text layer, read by PDFium; tables by pdfplumber where a page is ruled.

Characters come with box, effective size (PDFium's own number times the text matrix), colour, font, the height of the
font's letter x where the file holds the font, and what was painted behind them. Lines are put together from them,
wrapped lines into paragraphs, and what repeats at the head or foot of the pages is kept out of the flow, so that a
clause that runs across a page stays one.
"""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import ocr
from hpcp_rules.readers.build import Builder, damaged, encrypted, too_large
from hpcp_rules.readers.layout import Box, Heights, Page, flow
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.options import DEFAULT_OPTIONS, Options
from hpcp_rules.readers.order import into_cells
from hpcp_rules.readers.pdf_page import Found, read_page
from hpcp_rules.readers.scan import lines_of, not_read, recognised, verdict
from hpcp_rules.readers.sound import unsound
from hpcp_rules.text.legacy import Encoding, convert_runs, encoding_of_font, lean

if TYPE_CHECKING:
    from PIL.Image import Image


def read_pdf(data: bytes, name: str, limits: Limits, options: Options = DEFAULT_OPTIONS) -> SourceDocument:
    """Read a PDF; pages that could not be read, or not well, are listed as not checked.

    Errors: `ReadError` for passwords, damage and limits.
    """
    import pypdfium2 as pdfium
    import pypdfium2.raw as pypdfium_raw

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
        if pypdfium_raw.FPDFDoc_GetAttachmentCount(pdf) > 0:
            out.note("attachments")
        labels = tuple(pdf.get_page_label(n) for n in range(count))
        _modern(found, out)
        for f in found:
            if f.problem is None and (f.odd or unsound(_text(f.page), layer=f.layer)):
                f.problem = "broken-text-layer"
        _recognise(pdf, found, out, limits, options)
    finally:
        pdf.close()
    for number, f in enumerate(found, 1):
        if f.problem:
            out.not_checked.append(_unread(number, f.problem, options))
        elif f.pictures > 0.1 and not f.recognised and not f.layer and not (f.parts and "recognised" in out.notes):
            out.note("pictures")
        if f.unseen.strip() and not f.recognised:
            out.not_checked.append(_unseen(number, f.unseen))
        for note in sorted(f.notes):
            out.note(note)
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
    return out.finish(name, "application/pdf", data, count, _told(labels))


def _told(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of the pages, where they say something else than their count."""
    return labels if any(x and x != str(n) for n, x in enumerate(labels, 1)) else ()


def _text(page: Page) -> str:
    return "\n".join(line.text for line in page.lines)


def _modern(found: list[Found], out: Builder) -> None:
    """Turn what is set in fonts from before Unicode (.VnTime, VNI-Times) into Unicode."""
    old: dict[Encoding, list[str]] = {}
    for f in found:
        for line in f.page.lines:
            for run in line.runs:
                if kind := encoding_of_font(run.look.font):
                    old.setdefault(kind[0], []).append(run.text)
    if not old:
        return
    leaning = {encoding: lean(" ".join(texts), encoding) for encoding, texts in old.items()}
    for f in found:
        for line in f.page.lines:
            texts = convert_runs([(run.text, run.look.font) for run in line.runs], leaning)
            for run, text in zip(line.runs, texts or (), strict=False):
                run.text = text
            if texts:
                out.note("legacy-encoding")


def _unseen(page: int, words: str) -> NotChecked:
    count = len(words) - words.count(" ")
    return NotChecked(
        code="hidden-text", page=page,
        part=Bilingual(
            vi=f"Trang {page}, {count} ký tự không nhìn thấy", en=f"Page {page}, {count} characters that cannot be seen"
        ),
        reason=Bilingual(
            vi="Tệp có chữ không được vẽ ra trang; người ký không nhìn thấy khi in. Phần chữ này không được xét.",
            en="The file has words that are not painted on the page; whoever signs the print does not see them. They"
            " are not judged.",
        ),
        remedy=Bilingual(
            vi="Hỏi bên soạn thảo vì sao có chữ ẩn; mở tệp, chọn và sao chép toàn trang để xem.",
            en="Ask whoever drew up the file why it has hidden words; select and copy the whole page to see them.",
        ),
    )  # fmt: skip


def _recognise(pdf: Any, found: list[Found], out: Builder, limits: Limits, options: Options) -> None:
    """Put what is recognised in the place of text layers that are missing or broken; sets problems and notes.

    Pictures among the text of a sound page are read as well where they hold sentences.
    """
    wanted: list[tuple[int, Box | None]] = []
    for number, f in enumerate(found):
        if f.problem in ("page-without-text", "broken-text-layer") or (options.ocr == "always" and not f.problem):
            wanted.append((number, None))
        elif not f.problem:
            wanted += [(number, part) for part in f.parts]
    if not wanted or options.ocr == "never" or ocr.missing():
        return
    for number in {number for number, _ in wanted[limits.max_ocr_pages :]}:
        found[number].problem = None
        out.not_checked.append(not_read(number + 1, "ocr-limit"))
    for task, seen in recognised(_rendered(pdf, wanted[: limits.max_ocr_pages], limits), limits, options.ocr_jobs):
        number, part = wanted[task]
        f = found[number]
        usable, remark = verdict(seen, number + 1)
        lines = lines_of(seen, number + 1, part) if usable else []
        if part is not None:
            # A photo gives a few odd letters; what reads like sentences was set as a picture.
            if usable and remark is None and sum(len(line.text.split()) for line in lines) >= _SENTENCE:
                at = next((n for n, x in enumerate(f.page.lines) if x.top >= part[1]), len(f.page.lines))
                f.page.lines[at:at] = lines
                out.note("recognised")
            else:
                out.note("pictures")
            continue
        page = Page(lines, seen.height)
        if f.problem != "page-without-text" and (not usable or unsound(_text(page))):
            continue  # the page itself lacks letters, or its layer is better than nothing: it is listed as broken
        f.problem, f.recognised, f.page = None, True, page
        out.note("recognised" if usable else "blank-scan" if seen.problem == "blank" else "pictures")
        if remark:
            out.not_checked.append(remark)


_SENTENCE = 6
"""Words from which a picture among text is taken to hold a sentence."""


def _rendered(pdf: Any, wanted: list[tuple[int, Box | None]], limits: Limits) -> Iterator[tuple[int, Image, float]]:
    """Pictures of pages or parts of them, at 300 dots an inch where they are no posters, by their place in `wanted`."""
    for task, (number, part) in enumerate(wanted):
        page = pdf[number]
        try:
            width, height = page.get_size()
            left, top, right, bottom = part or (0.0, 0.0, width, height)
            area = max(1.0, (right - left) * (bottom - top))
            scale = min(ocr.DPI / 72, math.sqrt(limits.max_ocr_pixels / area))
            cut = tuple(max(0.0, v) for v in (left, height - bottom, width - right, top))
            yield task, page.render(scale=scale, grayscale=True, crop=cut).to_pil(), scale * 72
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


def _plumber() -> Any:
    """pdfplumber, whose parser would else write parts of a document to the log."""
    import pdfplumber

    log = logging.getLogger("pdfminer")
    log.addHandler(_SILENT)
    log.propagate = False
    log.setLevel(logging.CRITICAL + 1)  # whatever handlers a program or a test has put in
    return pdfplumber


_SILENT = logging.NullHandler()


def _damaged(data: bytes, blank: list[int]) -> list[int]:
    """Those of the pages without any content whose content stream is not empty but cannot be decoded."""
    pdfplumber = _plumber()

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
    pdfplumber = _plumber()

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            for number in ruled:
                page = pdf.pages[number]
                try:
                    for table in page.find_tables():
                        if len(table.cells) < 4 or len(table.rows) < 2:
                            continue
                        cells = [c for row in table.rows for c in row.cells if c]
                        pages[number].lines = into_cells(pages[number].lines, table.bbox, cells)
                finally:
                    page.close()
    except Exception:  # a page pdfplumber cannot parse keeps PDFium's order: nothing is lost by that
        return
