"""How much the PDF reader takes over PDFium alone.

    python benchmarks/pdf_speed.py [FILE]

PDFium alone is asked for every character with its size, matrix and colour. Without FILE a PDF of 40 pages is made, in
several sizes and colours, with 2,000 lines. Best of five; the target is 1.3.
"""

from __future__ import annotations

import ctypes
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hpcp_rules.readers import read_bytes

WORDS = "Bên A giao hàng cho Bên B trong thời hạn ghi tại Phụ lục và chịu chi phí vận chuyển phát sinh thêm"


def made(pages: int = 40) -> bytes:
    """A PDF of text in 8, 10, 12 and 13 points, a part of it grey."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("Serif", "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    words = WORDS.split()
    for page in range(pages):
        for line in range(50):
            canvas.setFont("Serif", (8, 10, 12, 13)[line % 4])
            canvas.setFillGray(0.5 if line % 7 == 0 else 0)
            start = (page + line) % 7
            canvas.drawString(60, 790 - 15 * line, f"{line + 1}. " + " ".join(words[start : start + 13]))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pdfium_alone(data: bytes) -> int:
    """Characters, sizes, matrices and colours; the number of characters."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    document = pdfium.PdfDocument(data)
    total = 0
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    matrix = raw.FS_MATRIX()
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        count = raw.FPDFText_CountChars(text.raw)
        for i in range(count):
            raw.FPDFText_GetUnicode(text.raw, i)
            raw.FPDFText_GetFontSize(text.raw, i)
            raw.FPDFText_GetMatrix(text.raw, i, matrix)
            raw.FPDFText_GetFillColor(text.raw, i, r, g, b, a)
        total += count
        text.close()
        page.close()
    document.close()
    return total


def best(run: Callable[[], object]) -> float:
    """Seconds of the fastest of five runs."""
    spent = []
    for _ in range(5):
        begin = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begin)
    return min(spent)


def main() -> None:
    """Prints both times and their ratio."""
    data = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else made()
    alone, ours = best(lambda: pdfium_alone(data)), best(lambda: read_bytes(data, "speed.pdf"))
    print(
        f"PDFium alone {alone:.3f} s, reader {ours:.3f} s, ratio {ours / alone:.2f} ({pdfium_alone(data)} characters)"
    )


if __name__ == "__main__":
    main()
