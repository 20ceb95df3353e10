"""Makes `scan/`: pictures of paper, each with one difficulty.

    python -m tests.awkward.build_scan [NAME …]

Needs what `build_pdf` needs and Pillow; what the files say is made up.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.awkward.build_pdf import CLAUSES, LATER, LONG, Page, drawn_table

HERE = Path(__file__).parent
FILES: dict[str, Callable[[], bytes]] = {}


def scan(ending: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Registers a maker under its name with hyphens and this ending."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        FILES[f"{make.__name__.replace('_', '-')}.{ending}"] = make
        return make

    return register


def sheet(*lines: str, dpi: int = 150, page: Page | None = None, **options: float) -> Image.Image:
    """A sheet of paper with these lines, or what was put on `page`, in shades of grey."""
    import pypdfium2 as pdfium

    if page is None:
        page = Page((595, 420))
        page.lines(*lines or CLAUSES, x=40, y=60, **options)  # type: ignore[arg-type]
    document = pdfium.PdfDocument(page.data())
    picture: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    return picture


def packed(picture: Image.Image, format: str, **options: object) -> bytes:
    """The bytes of a picture file."""
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def png(picture: Image.Image, dpi: int = 150, **options: object) -> bytes:
    """A small PNG: sixteen shades are enough."""
    return packed(picture.quantize(16), "PNG", dpi=(dpi, dpi), optimize=True, **options)


def jpeg(picture: Image.Image, dpi: int = 150, quality: int = 40, **options: object) -> bytes:
    return packed(picture, "JPEG", dpi=(dpi, dpi), quality=quality, **options)


@scan("png")
def askew() -> bytes:
    return png(sheet().rotate(-4, Image.Resampling.BICUBIC, expand=True, fillcolor=255))


@scan("png")
def upside_down() -> bytes:
    return png(sheet().rotate(180))


@scan("png")
def on_its_side() -> bytes:
    return png(sheet().rotate(90, expand=True))


@scan("png")
def on_its_other_side() -> bytes:
    return png(sheet().rotate(-90, expand=True))


@scan("jpg")
def photo_with_a_shadow() -> bytes:
    picture = np.asarray(sheet(dpi=200), dtype=np.float32)
    x = np.linspace(0, 1, picture.shape[1])[None, :]
    light = 0.35 + 0.6 * np.clip(1.4 * x, 0, 1)
    return jpeg(Image.fromarray((picture * light).astype(np.uint8)), 200, 50)


@scan("jpg")
def photo_turned_by_its_exif_data() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    return jpeg(sheet().rotate(90, expand=True), exif=exif)


@scan("jpg")
def grainy_copy() -> bytes:
    picture = np.asarray(sheet(dpi=200).filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float32)
    grain = np.random.default_rng(5).normal(0, 22, picture.shape)
    return jpeg(Image.fromarray((25 + picture * 0.82 + grain).clip(0, 255).astype(np.uint8)), 200, 35)


@scan("png")
def fax() -> bytes:
    # Black and white, and half as many lines as dots in a line.
    picture = sheet(dpi=204)
    return packed(picture.resize((picture.width, picture.height * 196 // 204)).point(lambda v: 255 * (v > 140)).convert(
        "1"), "PNG", dpi=(204, 196))  # fmt: skip


@scan("png")
def few_dots() -> bytes:
    return png(sheet(dpi=96), 96)


@scan("png")
def small_print() -> bytes:
    return png(sheet(size=7, step=12, dpi=250), 250)


@scan("tif")
def three_pages() -> bytes:
    pages = [sheet(*CLAUSES[n : n + 3]).convert("1") for n in (0, 4, 6)]
    return packed(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(150, 150))


@scan("jpg")
def colours_of_print() -> bytes:
    return jpeg(sheet().convert("CMYK"))


@scan("png")
def clear_paper() -> bytes:
    ink = Image.new("LA", sheet().size, 0)
    ink.putalpha(sheet().point(lambda v: 255 - v))
    return packed(ink, "PNG", dpi=(150, 150), optimize=True)


@scan("png")
def sixteen_bits() -> bytes:
    shades = np.asarray(sheet().quantize(8).convert("L")).astype(np.uint16) * 200
    return packed(Image.fromarray(shades), "PNG", dpi=(150, 150))


@scan("png")
def white_on_black() -> bytes:
    return png(sheet().point(lambda v: 255 - v))


@scan("gif")
def gif() -> bytes:
    return packed(sheet(), "GIF")


@scan("bmp")
def bmp() -> bytes:
    return packed(sheet(*CLAUSES[:3]).convert("1"), "BMP", dpi=(150, 150))


@scan("webp")
def webp() -> bytes:
    return packed(sheet(), "WEBP", quality=40)


DOTS = (
    "Số: ............../HĐ-BXT",
    "Hôm nay, ngày ...... tháng ...... năm ............, tại tiệm xe, hai bên gồm có:",
    "Họ và tên: ............................................................",
    "Số căn cước: .............................. cấp ngày ..............................",
    "Điện thoại: .............................. Thư điện tử: ..............................",
    "1. Tiệm giữ xe trong nhà và không cho người khác mượn khi khách chưa đồng ý.",
)


@scan("png")
def dotted_lines_to_fill_in() -> bytes:
    return png(sheet(*DOTS, dpi=200), 200)


@scan("png")
def table() -> bytes:
    page = Page((595, 420))
    page.lines("Điều 1. Bảng giá sửa xe của tiệm", "1. Tiền công tính theo bảng sau đây:", y=50)
    drawn_table(
        page, [["Việc làm", "Thời gian chờ", "Tiền công"], ["Vá săm xe", "mười lăm\nphút", "20.000 đồng"],
               ["Thay xích\ncả bộ líp", "một buổi", "90.000 đồng"]], y=110,
    )  # fmt: skip
    page.lines("2. Bảng giá trên đã gồm thuế.", y=270)
    return png(sheet(page=page, dpi=200), 200)


@scan("png")
def two_columns() -> bytes:
    page = Page((595, 420))
    page.lines(*LONG, x=40, y=80)
    page.lines(*LATER, x=310, y=80)
    return png(sheet(page=page, dpi=200), 200)


@scan("png")
def stamp_over_words() -> bytes:
    picture = sheet(dpi=200).convert("RGB")
    stamp = Image.new("RGBA", picture.size)
    pen = ImageDraw.Draw(stamp)
    pen.ellipse((900, 560, 1300, 960), outline=(200, 20, 20, 150), width=14)
    picture.paste(stamp, mask=stamp)
    return packed(picture.quantize(32), "PNG", dpi=(200, 200), optimize=True)


@scan("jpg")
def drawing_without_words() -> bytes:
    picture = Image.new("L", (600, 800), 240)
    pen = ImageDraw.Draw(picture)
    for n in range(6):
        pen.ellipse((60 + 40 * n, 100 + 40 * n, 540 - 40 * n, 700 - 40 * n), outline=20, width=5)
    return jpeg(picture, 72)


@scan("png")
def blank_sheet() -> bytes:
    return png(Image.new("L", (600, 800), 235), 72)


@scan("jpg")
def too_blurred_to_be_sure() -> bytes:
    return jpeg(sheet(dpi=100).filter(ImageFilter.GaussianBlur(1.6)), 100, 30)


@scan("png")
def cut_off_file() -> bytes:
    data = png(sheet())
    return data[: len(data) // 2]


@scan("heic")
def photo_of_a_phone() -> bytes:
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)


@scan("png")
def claims_to_be_huge() -> bytes:
    data = bytearray(png(Image.new("L", (8, 8), 255)))
    at = data.index(b"IHDR") + 4
    data[at : at + 8] = (60_000).to_bytes(4, "big") * 2
    import zlib

    data[at + 13 : at + 17] = zlib.crc32(data[at - 4 : at + 13]).to_bytes(4, "big")
    return bytes(data)


def picture_page(page: Page, picture: Image.Image, box: tuple[float, float, float, float]) -> None:
    """A picture at left, top, width and height in points."""
    from reportlab.lib.utils import ImageReader

    left, top, width, height = box
    page.canvas.drawImage(ImageReader(picture), left, page.height - top - height, width, height)


@scan("pdf")
def scanned_and_digital_pages() -> bytes:
    page = Page((595, 420))
    page.lines(*CLAUSES[:4], x=40, y=60)
    page.next()
    picture_page(page, sheet(*CLAUSES[4:6]), (0, 0, 595, 420))
    page.next()
    page.lines(*CLAUSES[6:], x=40, y=60)
    return page.data()


@scan("pdf")
def layer_of_ocr_under_the_scan() -> bytes:
    page = Page((595, 420))
    text = page.canvas.beginText(40, 360)
    text.setFont("DejaVuSerif", 11)
    text.setTextRenderMode(3)
    for line in CLAUSES:
        text.textLine(line)
    page.canvas.drawText(text)
    picture_page(page, sheet(dpi=60), (0, 0, 595, 420))
    return page.data()


@scan("pdf")
def layer_of_ocr_of_another_language() -> bytes:
    page = Page((595, 420))
    text = page.canvas.beginText(40, 360)
    text.setFont("DejaVuSerif", 11)
    text.setTextRenderMode(3)
    for line in CLAUSES:
        text.textLine(line.translate(str.maketrans("ềếệểảạấậọộợớờủụựừđ", "6éèê5gáàqòpóó0ụurd")).replace("ư", "tr"))
    page.canvas.drawText(text)
    picture_page(page, sheet(), (0, 0, 595, 420))
    return page.data()


@scan("pdf")
def scanned_part_of_a_digital_page() -> bytes:
    page = Page()
    page.lines(*CLAUSES[:4], x=40, y=60)
    picture_page(page, sheet(*CLAUSES[4:6], dpi=150).crop((0, 60, 1239, 260)), (0, 150, 595, 96))
    page.lines(*CLAUSES[6:], x=40, y=300)
    return page.data()


def main(names: list[str]) -> None:
    """Builds all files or those named."""
    for name in names or FILES:
        (HERE / "scan" / name).write_bytes(FILES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
