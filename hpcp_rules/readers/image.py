"""Pictures of paper: PNG, JPEG, TIFF (also of many pages), BMP, GIF and WebP, read by recognising their characters."""

from __future__ import annotations

import io
import math
import struct
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import ocr
from hpcp_rules.readers.build import Builder, damaged, too_large
from hpcp_rules.readers.layout import Heights, Page, flow
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.options import Options
from hpcp_rules.readers.scan import lines_of, not_read, recognised, verdict

if TYPE_CHECKING:
    from PIL.Image import Image

_MEDIA = {
    "PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "TIFF": "image/tiff", "BMP": "image/bmp",
    "GIF": "image/gif", "WEBP": "image/webp",
}  # fmt: skip
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError, ArithmeticError, struct.error)
"""What Pillow raises for broken files."""
_PAPER_INCHES = 11.7
"""Long side of A4: what a picture is taken to show when it does not say its resolution, or says an unlikely one."""


def read_image(data: bytes, name: str, what: str, limits: Limits, options: Options) -> SourceDocument:
    """Read a picture; each of its frames is a page.

    Arguments:
        what: the format by the file's first bytes, for messages.

    Errors: `ReadError` for damage, limits, and where characters cannot be recognised on this machine.
    """
    lack = ocr.missing()
    if options.ocr == "never" or lack:
        remedy = ocr.remedy(None if options.ocr == "never" else lack)
        raise ReadError(
            "image", vi=f"Đây là ảnh {what}; cần nhận dạng chữ (OCR) mới đọc được.",
            en=f"This is a {what} picture; its characters have to be recognised (OCR).", where=Where(name),
            remedy_vi=remedy.vi, remedy_en=remedy.en,
        )  # fmt: skip
    from PIL import Image as Pictures

    # Pillow warns of every oddity of a file; what matters ends as an error or in the pages' confidence.
    with warnings.catch_warnings(action="ignore"):
        return _read(Pictures, data, name, what, limits, options)


def _read(pictures: Any, data: bytes, name: str, what: str, limits: Limits, options: Options) -> SourceDocument:
    out = Builder(limits, name)
    try:
        picture: Image = pictures.open(io.BytesIO(data), formats=tuple(f for f in _MEDIA if f != "MPO"))
        # Frames of a GIF are a film, not pages.
        count = int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
        if count > limits.max_pages:
            raise too_large(name, f"{limits.max_pages} trang", f"{limits.max_pages} pages")
        pages = [Page() for _ in range(count)]
        shown = frames(picture, min(count, limits.max_ocr_pages), name, limits)
        for number, seen in recognised(shown, limits, options.ocr_jobs):
            usable, remark = verdict(seen, number + 1)
            pages[number] = Page(lines_of(seen, number + 1) if usable else [], seen.height)
            out.note("recognised" if usable else "blank-scan" if seen.problem == "blank" else "pictures")
            if remark:
                out.not_checked.append(remark)
    except ReadError:
        raise
    except pictures.DecompressionBombError as error:
        raise _too_many_pixels(name, limits) from error
    except _BROKEN as error:
        raise damaged(name, what) from error
    out.not_checked += [not_read(number + 1, "ocr-limit") for number in range(limits.max_ocr_pages, count)]
    flow(out, pages, Heights())
    if not out.blocks and not out.not_checked:
        raise ReadError(
            "no-text", vi="Ảnh trắng, không có chữ nào.", en="The picture is blank.", where=Where(name),
            remedy_vi="Kiểm tra lại tệp đã lưu hoặc quét đúng chưa.",
            remedy_en="Check that the right file was saved or scanned.",
        )  # fmt: skip
    return out.finish(name, _MEDIA[picture.format or "PNG"], data, count)


def frames(picture: Image, count: int, name: str, limits: Limits) -> Iterator[tuple[int, Image, float]]:
    """The pages of a picture with their number, as they are recognised, and dots an inch."""
    from PIL import ImageOps

    for number in range(count):
        if count > 1:
            picture.seek(number)
        if picture.width * picture.height > limits.max_image_pixels:
            raise _too_many_pixels(name, limits)
        dpi = _resolution(picture)
        frame = ImageOps.exif_transpose(picture)
        smaller = math.ceil(math.sqrt(frame.width * frame.height / limits.max_ocr_pixels))
        frame, dpi = (frame.reduce(smaller), dpi / smaller) if smaller > 1 else (frame.copy(), dpi)
        yield number, frame, dpi


def _too_many_pixels(name: str, limits: Limits) -> ReadError:
    mega = limits.max_image_pixels // 1_000_000
    return too_large(name, f"{mega} triệu điểm ảnh", f"{mega} million pixels")


def _resolution(picture: Image) -> float:
    """Dots an inch, as the file says where that makes a sheet of paper, else as if it showed an A4 sheet."""
    long = max(picture.size)
    said = picture.info.get("dpi")
    try:
        dpi = float(said[1]) if said else 0.0
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        dpi = 0.0
    return dpi if 50 <= dpi <= 2400 and 5 <= long / dpi <= 24 else long / _PAPER_INCHES
