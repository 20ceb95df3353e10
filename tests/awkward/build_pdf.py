"""Makes `pdf/`: PDF files, each with one difficulty.

    python -m tests.awkward.build_pdf [NAME …]

Needs reportlab, pikepdf and the DejaVu fonts; what the files say is made up.
"""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pikepdf
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
FONTS = Path("/usr/share/fonts/truetype/dejavu")
FILES: dict[str, Callable[[], bytes]] = {}


def awkward(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Registers a maker under its name with hyphens."""
    FILES[make.__name__.replace("_", "-")] = make
    return make


class Page:
    """A canvas on which lines are put from the top left, as one reads them."""

    def __init__(self, size: tuple[float, float] = (595, 842)) -> None:
        for name in ("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSans"):
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=size, invariant=1)
        self.height = size[1]

    def lines(self, *lines: str, x: float = 72, y: float = 90, step: float = 18, size: float = 11,
              font: str = "DejaVuSerif") -> float:  # fmt: skip
        """Puts lines one under the other; the result is where the next one goes."""
        self.canvas.setFont(font, size)
        for line in lines:
            self.canvas.drawString(x, self.height - y, line)
            y += step
        return y

    def next(self) -> None:
        """A new page."""
        self.canvas.showPage()

    def data(self) -> bytes:
        """The finished file."""
        self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()


ARTICLE = (
    "Điều 1. Nhận xe",
    "1. Khách mang xe đến tiệm vào buổi sáng và nhận phiếu giữ xe có đóng dấu.",
    "2. Tiệm giữ xe trong nhà, không cho người khác mượn.",
    "3. Tiền công trả khi nhận lại xe; tiệm không thu thêm khoản nào.",
)
LONG = (
    "Khách mang xe đến tiệm vào buổi sáng và",
    "nhận phiếu giữ xe có đóng dấu của chủ",
    "tiệm; phiếu ghi rõ màu xe, số khung và",
    "giờ hẹn trả, kèm số điện thoại để khách",
    "hỏi thăm khi trời mưa hoặc khi thợ cần",
    "thêm thời gian tìm đúng loại phụ tùng.",
)
LATER = (
    "Tiền công trả khi nhận lại xe và không",
    "thu thêm khoản nào ngoài bảng giá treo",
    "trước cửa; nếu phải thay phụ tùng đắt",
    "tiền thì thợ gọi cho khách và chờ trả",
    "lời rồi mới làm, trừ những thứ lặt vặt",
    "mà hai bên đã nói với nhau từ trước.",
)


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A PDF after something was done to its insides."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def plain(*lines: str, **options: float) -> bytes:
    """One page of these lines."""
    page = Page()
    page.lines(*lines, **options)  # type: ignore[arg-type]
    return page.data()


@awkward
def clause_across_pages() -> bytes:
    page = Page()
    page.lines("Tiệm xe Bánh Tre", y=40, size=9)
    page.lines("Điều 1. Nhận xe", "1. Khách mang xe đến tiệm vào buổi sáng và nhận lại xe khi trời còn", y=700)
    page.lines("Trang 1/2", x=270, y=815, size=9)
    page.next()
    page.lines("Tiệm xe Bánh Tre", y=40, size=9)
    page.lines("sáng, sau khi trả đủ tiền công.", "2. Tiệm giữ xe trong ba ngày.", y=90)
    page.lines("Trang 2/2", x=270, y=815, size=9)
    return page.data()


@awkward
def two_columns() -> bytes:
    page = Page()
    page.lines("ĐIỀU KIỆN SỬA XE", x=220, size=14)
    page.lines(*LONG, x=50, y=130)
    page.lines(*LATER, x=310, y=130)
    return page.data()


@awkward
def two_columns_row_by_row() -> bytes:
    page = Page()
    page.lines("ĐIỀU KIỆN SỬA XE", x=220, size=14)
    for n, (left, right) in enumerate(zip(LONG, LATER, strict=True)):
        page.lines(left, x=50, y=130 + 18 * n)
        page.lines(right, x=310, y=130 + 18 * n)
    return page.data()


@awkward
def two_columns_slightly_shifted() -> bytes:
    page = Page()
    for n, (left, right) in enumerate(zip(LONG, LATER, strict=True)):
        page.lines(left, x=50, y=130 + 18 * n)
        page.lines(right, x=310, y=138 + 18 * n)
    return page.data()


@awkward
def letter_spaced_title() -> bytes:
    return plain("H Ợ P  Đ Ồ N G  S Ử A  X E  Đ Ạ P", *ARTICLE)


@awkward
def letter_spaced_by_operator() -> bytes:
    page = Page()
    text = page.canvas.beginText(72, 750)
    text.setFont("DejaVuSerif", 12)
    text.setCharSpace(7)
    text.textLine("HỢP ĐỒNG SỬA XE ĐẠP")
    text.setCharSpace(0)
    page.canvas.drawText(text)
    page.lines(*ARTICLE, y=130)
    return page.data()


@awkward
def ligatures() -> bytes:
    return plain("1. Khách gửi \ufb01le ảnh xe qua o\ufb03ce của tiệm.", *ARTICLE)


@awkward
def hyphen_at_line_end() -> bytes:
    return plain(
        "1. Việc sửa xe theo Quyết định số 12/2025/QĐ-", "BXT của chủ tiệm và bảng giá treo trước cửa tiệm xe.",
        "2. Hết.",
    )  # fmt: skip


def turned(degrees: int) -> bytes:
    """A page whose text is set so that it stands upright once the page is turned."""
    page = Page((595, 842) if degrees == 180 else (842, 595))
    canvas = page.canvas
    wide, high = (595, 842) if degrees == 180 else (842, 595)
    # The page lies on its side in the file; /Rotate sets it upright again.
    canvas.saveState()
    if degrees == 90:
        canvas.translate(wide, 0)
        canvas.rotate(90)
    elif degrees == 270:
        canvas.translate(0, high)
        canvas.rotate(-90)
    else:
        canvas.translate(wide, high)
        canvas.rotate(180)
    page.height = wide if degrees != 180 else high
    page.lines(*ARTICLE)
    canvas.restoreState()

    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Rotate = degrees

    return changed(page.data(), turn)


@awkward
def page_turned_90() -> bytes:
    return turned(90)


@awkward
def page_turned_180() -> bytes:
    return turned(180)


@awkward
def page_turned_270() -> bytes:
    return turned(270)


@awkward
def landscape_text_on_portrait_page() -> bytes:
    page = Page()
    page.canvas.translate(595, 0)
    page.canvas.rotate(90)
    page.height = 595
    page.lines(*ARTICLE)
    return page.data()


@awkward
def stamp_along_the_margin() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    page.canvas.saveState()
    page.canvas.translate(30, 300)
    page.canvas.rotate(90)
    page.canvas.drawString(0, 0, "Mã hồ sơ 4471/BXT")
    page.canvas.restoreState()
    page.lines("4. Hết.", y=162)
    return page.data()


@awkward
def watermark_aslant() -> bytes:
    page = Page()
    page.canvas.saveState()
    page.canvas.setFont("DejaVuSans", 60)
    page.canvas.setFillGray(0.85)
    page.canvas.translate(120, 250)
    page.canvas.rotate(45)
    page.canvas.drawString(0, 0, "BẢN NHÁP")
    page.canvas.restoreState()
    page.lines(*ARTICLE)
    return page.data()


@awkward
def form_fields() -> bytes:
    page = Page()
    page.lines("Điều 1. Người gửi xe", "Họ và tên:", "Màu xe:", "2. Tiệm giữ xe trong ba ngày.", step=30)
    form = page.canvas.acroForm
    page.canvas.setFont("Helvetica", 11)
    for name, value, y in (("ten", "Nguyen Van Meo", 842 - 125), ("mau", "vang chanh", 842 - 155)):
        form.textfield(name=name, value=value, x=150, y=y, width=200, height=18, fontName="Helvetica", fontSize=11)
    return page.data()


@awkward
def annotations() -> bytes:
    def annotate(pdf: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[400, 700, 420, 720],
            Contents="Luật sư: bỏ câu này",
        )  # fmt: skip
        pdf.pages[0].Annots = pdf.make_indirect([note])

    return changed(plain(*ARTICLE), annotate)


@awkward
def page_labels() -> bytes:
    page = Page()
    for n in range(4):
        page.lines(f"{n + 1}. Việc thứ {n + 1} của tiệm.", y=300)
        if n < 3:
            page.next()

    def label(pdf: pikepdf.Pdf) -> None:
        roman = pikepdf.Dictionary(S=pikepdf.Name.r)
        arabic = pikepdf.Dictionary(S=pikepdf.Name.D)
        pdf.Root.PageLabels = pikepdf.Dictionary(Nums=[0, roman, 2, arabic])

    return changed(page.data(), label)


@awkward
def invisible_text() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    text = page.canvas.beginText(72, 500)
    text.setTextRenderMode(3)
    text.textLine("4. Tiệm được đổi giá bất cứ lúc nào.")
    page.canvas.drawText(text)
    return page.data()


@awkward
def white_on_white() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    page.canvas.setFillGray(1)
    page.lines("4. Tiệm được đổi giá bất cứ lúc nào.", y=300)
    return page.data()


@awkward
def text_beyond_the_edge() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    page.lines("Tệp in thử số 7", y=880)
    page.lines("4. Xe để quá ba tháng thì tiệm gửi thư báo cho khách theo địa chỉ ghi trên phiếu.", x=300, y=200)
    return page.data()


def drawn_table(page: Page, rows: list[list[str]], *, x: float = 72, y: float = 200, rules: bool = True) -> None:
    """A table with cells 150 points wide; a cell may have two lines."""
    canvas = page.canvas
    for n, row in enumerate(rows):
        top = page.height - y - 40 * n
        for m, cell in enumerate(row):
            if rules:
                canvas.rect(x + 150 * m, top - 40, 150, 40)
            for k, part in enumerate(cell.split("\n")):
                canvas.setFont("DejaVuSerif", 10)
                canvas.drawString(x + 150 * m + 5, top - 15 - 14 * k, part)


PRICES = [
    ["Việc làm", "Thời gian\nchờ thợ", "Tiền công"],
    ["Vá săm", "mười lăm\nphút", "20.000 đồng"],
    ["Thay xích\ncả bộ líp", "một buổi", "90.000 đồng"],
]


@awkward
def table_with_rules() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    drawn_table(page, PRICES)
    page.lines("4. Bảng giá trên đã gồm thuế.", y=350)
    return page.data()


@awkward
def table_without_rules() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    for n, (left, right) in enumerate(
        [("Vá săm", "20.000 đồng"), ("Thay xích", "90.000 đồng"), ("Cân vành", "50.000 đồng"),
         ("Thay phanh", "70.000 đồng"), ("Rửa xe", "15.000 đồng"), ("Sơn lại khung", "400.000 đồng")]
    ):  # fmt: skip
        page.lines(left, y=220 + 18 * n)
        page.lines(right, x=330, y=220 + 18 * n)
    return page.data()


CLAUSES = (
    "Điều 2. Quyền và nghĩa vụ của tiệm",
    "1. Tiệm được quyền từ chối nhận những chiếc xe đã bị hỏng nặng, trừ khi khách đồng ý trả",
    "trước một phần tiền công và ký vào phiếu sửa chữa do thợ lập tại quầy, trong đó ghi rõ các",
    "bộ phận phải thay và thời gian dự kiến hoàn thành.",
    "2. Tiệm phải giữ gìn xe của khách như tài sản của chính mình, bồi thường nếu làm mất hoặc",
    "làm hỏng xe, và hoàn trả tiền nếu việc sửa chữa không đạt yêu cầu đã thỏa thuận với khách.",
    "3. Mọi tranh chấp được giải quyết bằng thương lượng trước, sau đó mới đưa ra tòa án nơi có",
    "cửa tiệm. Khách vẫn có quyền chọn tòa án nơi mình sinh sống nếu muốn được thuận tiện hơn.",
)


@awkward
def font_without_vietnamese() -> bytes:
    # What readers are left with of such a file: letters that the font lacks are neither shown nor in the text.
    return plain(*("".join(c for c in line if ord(c) < 0x100) for line in CLAUSES))


def maps(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """The Unicode maps of all fonts."""
    return [o.ToUnicode for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/ToUnicode" in o]


@awkward
def broken_unicode_map() -> bytes:
    def shift(pdf: pikepdf.Pdf) -> None:
        for stream in maps(pdf):
            text = stream.read_bytes().decode()
            # Every letter but the first few codes is called by the name of another one.
            text = re.sub(
                r"(<[0-9A-F]{2}>) <([0-9A-F]{4})>",
                lambda m: f"{m[1]} <{int(m[2], 16) ^ (13 if int(m[2], 16) > 64 else 0):04X}>", text,
            )  # fmt: skip
            stream.write(text.encode())

    return changed(plain(*CLAUSES, *ARTICLE), shift)


@awkward
def missing_unicode_map() -> bytes:
    def drop(pdf: pikepdf.Pdf) -> None:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                del item.ToUnicode

    return changed(plain(*CLAUSES, *ARTICLE), drop)


def renamed(data: bytes, old: str, new: str) -> bytes:
    """A PDF in which a font has another name, as it is the name that tells an old encoding."""

    def rename(pdf: pikepdf.Pdf) -> None:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary):
                for key in ("/BaseFont", "/FontName"):
                    if key in item and old in str(item[key]):
                        item[key] = pikepdf.Name(str(item[key]).replace(old, new))

    return changed(data, rename)


@awkward
def font_of_tcvn3() -> bytes:
    return renamed(
        plain("§iÒu 1. Kh¸ch mang xe ®Õn tiÖm vµo buæi s¸ng.", "2. TiÖm gi÷ xe trong nhµ, kh«ng cho m­în."),
        "DejaVuSerif", ".VnTime",
    )  # fmt: skip


@awkward
def font_of_vni() -> bytes:
    return renamed(
        plain("Ñieàu 1. Khaùch mang xe ñeán tieäm vaøo buoåi saùng.", "2. Tieäm giöõ xe trong nhaø."),
        "DejaVuSerif", "VNI-Times",
    )  # fmt: skip


@awkward
def letters_one_by_one() -> bytes:
    page = Page()
    for n, line in enumerate(ARTICLE):
        x = 72.0
        page.canvas.setFont("DejaVuSerif", 11)
        for char in line:
            if char != " ":
                page.canvas.drawString(x, 740 - 18 * n, char)
            x += pdfmetrics.stringWidth(char, "DejaVuSerif", 11)
    return page.data()


@awkward
def bold_by_printing_twice() -> bytes:
    page = Page()
    page.lines("HỢP ĐỒNG SỬA XE")
    page.lines("HỢP ĐỒNG SỬA XE", x=72.4)
    page.lines(*ARTICLE, y=120)
    return page.data()


@awkward
def decomposed_letters() -> bytes:
    return plain(*(unicodedata.normalize("NFD", line) for line in ARTICLE))


@awkward
def text_in_nested_forms() -> bytes:
    page = Page()
    canvas = page.canvas
    canvas.beginForm("inner")
    page.lines(*ARTICLE)
    canvas.endForm()
    canvas.beginForm("outer")
    canvas.doForm("inner")
    canvas.endForm()
    canvas.doForm("outer")
    return page.data()


@awkward
def attached_file() -> bytes:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["phu-luc.txt"] = pikepdf.AttachedFileSpec(
            pdf, "4. Phụ lục.".encode(), filename="phu-luc.txt", creation_date="D:20260101000000Z",
            mod_date="D:20260101000000Z",
        )  # fmt: skip

    return changed(plain(*ARTICLE), attach)


@awkward
def password_to_open() -> bytes:
    return locked("mật khẩu")


@awkward
def password_to_change_only() -> bytes:
    return locked("")


def locked(user: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain(*ARTICLE))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=user, owner="chủ", R=6))
    return out.getvalue()


@awkward
def damaged_table_of_objects() -> bytes:
    data = plain(*ARTICLE)
    at = data.rindex(b"startxref")
    return data[:at] + b"startxref\n7\n%%EOF\n"


@awkward
def cut_in_the_middle() -> bytes:
    data = plain(*ARTICLE)
    return data[: len(data) // 3]


@awkward
def no_pages() -> bytes:
    return pdf_of(pikepdf.new)


def pdf_of(make: Callable[[], pikepdf.Pdf]) -> bytes:
    out = io.BytesIO()
    make().save(out, deterministic_id=True)
    return out.getvalue()


@awkward
def switched_off_layer() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    page.canvas._code.append("/OC /Off BDC")
    page.lines("4. Tiệm được đổi giá bất cứ lúc nào.", y=300)
    page.canvas._code.append("EMC")

    def switch(pdf: pikepdf.Pdf) -> None:
        group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Ẩn"))
        pdf.pages[0].Resources.Properties = pikepdf.Dictionary(Off=group)
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[group], D=pikepdf.Dictionary(OFF=[group], Order=[group]))

    return changed(page.data(), switch)


@awkward
def words_under_a_picture() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    page.lines("4. Tiệm được đổi giá bất cứ lúc nào.", y=300)
    page.canvas.setFillGray(1)
    page.canvas.rect(60, 842 - 310, 400, 24, stroke=0, fill=1)
    return page.data()


@awkward
def scripts_and_links() -> bytes:
    page = Page()
    page.lines(*ARTICLE)
    page.canvas.linkURL("http://example.invalid/gia", (72, 700, 200, 720))

    def act(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")

    return changed(page.data(), act)


@awkward
def empty_page_between() -> bytes:
    page = Page()
    page.lines(*ARTICLE[:2])
    page.next()
    page.next()
    page.lines(*ARTICLE[2:])
    return page.data()


def main(names: list[str]) -> None:
    """Builds all files or those named."""
    for name in names or FILES:
        (HERE / "pdf" / f"{name}.pdf").write_bytes(FILES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
