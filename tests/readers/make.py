"""Documents made on the fly, with texts nobody signed."""

import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

CLEAN = (
    "HỢP ĐỒNG SỬA XE ĐẠP\n"
    "Bên A: Công ty TNHH Bánh Xe Tre\n"
    "Bên B: Khách hàng\n"
    "Điều 1. Công việc\n"
    "1. Bên A sửa chiếc xe màu vàng của khách hàng trong ba ngày.\n"
    "2. Khách hàng trả tiền công khi nhận xe và được giữ phiếu bảo hành.\n"
)
UNFAIR = CLEAN + (
    "Điều 2. Giá\n1. Công ty có quyền thay đổi giá bất cứ lúc nào mà không cần báo trước cho Khách hàng.\n"
)
_FONT = next(iter(sorted(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"))), None)
VIETNAMESE = _FONT is not None
"""Whether PDFs can hold Vietnamese letters here."""


def font() -> str:
    """Name of a registered PDF font, one with Vietnamese letters where the machine has it."""
    if _FONT is None:
        return "Helvetica"
    if "Viet" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Viet", str(_FONT)))
    return "Viet"


def pdf(pages: list[list[str]], password: str | None = None, owner: str | None = None) -> bytes:
    """A PDF whose pages hold these lines, well away from head and foot."""
    out = io.BytesIO()
    lock = None if password is None else StandardEncryption(password, ownerPassword=owner)
    canvas = Canvas(out, pagesize=(595, 842), encrypt=lock)
    for lines in pages:
        canvas.setFont(font(), 11)
        for n, line in enumerate(lines):
            canvas.drawString(72, 720 - 18 * n, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def drawing() -> Any:
    """A picture with ink and without words."""
    from PIL import Image, ImageDraw

    picture = Image.new("L", (200, 280), 220)
    pen = ImageDraw.Draw(picture)
    for n in (20, 50, 80):
        pen.ellipse((n, n, 200 - n, 280 - n), outline=0, width=3)
    return picture


def scan(text_pages: list[list[str]]) -> bytes:
    """A PDF with pages of text and one that is nothing but a picture."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for lines in text_pages:
        canvas.setFont(font(), 11)
        for n, line in enumerate(lines):
            canvas.drawString(72, 720 - 18 * n, line)
        canvas.showPage()
    canvas.drawImage(ImageReader(drawing()), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def docx(paragraphs: list[str]) -> bytes:
    """A Word document of these paragraphs."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """A zip with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx_xml(body: str, doctype: str = "") -> bytes:
    """A Word document whose main part is this XML."""
    xml = f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return repacked(docx(["x"]), {"word/document.xml": xml.encode()})
