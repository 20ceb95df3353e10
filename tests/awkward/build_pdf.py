"""Makes `pdf/`: PDF files, each with one difficulty.

    python -m tests.awkward.build_pdf [NAME …]

Needs reportlab, pikepdf and the DejaVu fonts; what the files say is made up.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

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


def main(names: list[str]) -> None:
    """Builds all files or those named."""
    for name in names or FILES:
        (HERE / "pdf" / f"{name}.pdf").write_bytes(FILES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
