"""The contract's own PDF with highlights and comments; its pages are otherwise what they were.

Boxes come from PDFium's characters on the line that the reader read, so that a highlight covers the quoted words and
nothing else; where the text was recognised in a picture they are the reader's own boxes of words.
"""

from __future__ import annotations

import ctypes
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hpcp_rules.errors import HpcpError, ReadError, Where
from hpcp_rules.model.report import Severity
from hpcp_rules.model.source import Piece, SourceDocument
from hpcp_rules.readers import DEFAULT
from hpcp_rules.readers.image import frames
from hpcp_rules.readers.layout import Box
from hpcp_rules.readers.pdf_page import Frame, load_page
from hpcp_rules.report.annotate.comment import AUTHOR, comment_lines, cover_lines
from hpcp_rules.report.html.view import FindingView, PageView

_COLORS: dict[Severity, tuple[float, float, float]] = {
    "high": (1.0, 0.72, 0.74),
    "medium": (1.0, 0.86, 0.55),
    "low": (0.72, 0.87, 1.0),
    "info": (0.86, 0.88, 0.9),
}


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    box: Box


def annotate_pdf(
    data: bytes, view: PageView, source: SourceDocument, spans: Sequence[tuple[FindingView, int, int]], when: str
) -> bytes:
    """The file with a highlight per finding and page, and a note at the head of the first page.

    Arguments:
        spans: the findings with the characters they lie over.
        when: the time of the annotations as ``YYYYMMDDHHMMSS``, UTC.

    Errors: `HpcpError` when pikepdf is not installed, `ReadError` when the file cannot be written anew.
    """
    pikepdf = _pikepdf()
    boxes = quote_boxes(data, source, [(f.key, start, end) for f, start, end in spans])
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            placed = set()
            for f, _, _ in spans:
                for page, lines in sorted(boxes.get(f.key, {}).items()):
                    placed.add(f.key)
                    content = "\n".join(comment_lines(f, view.notice))
                    _add(pdf, pikepdf, page - 1, _highlight(pdf, pikepdf, f, lines, content, when))
            unplaced = [f for f, _, _ in spans if f.key not in placed]
            if len(pdf.pages):
                _add(pdf, pikepdf, 0, _note(pdf, pikepdf, "\n".join(cover_lines(view, unplaced)), when))
            out = io.BytesIO()
            pdf.save(out)
            return out.getvalue()
    except pikepdf.PdfError as error:
        raise ReadError(
            "cannot-annotate",
            vi="PDF có cấu trúc hỏng nên không ghi chú vào được.",
            en="The structure of the PDF is damaged, so it cannot be annotated.",
            where=Where(source.name),
            remedy_vi="Mở bằng chương trình tạo ra nó rồi lưu lại, hoặc dùng --format html.",
            remedy_en="Open it in the program that made it and save it anew, or use --format html.",
        ) from error


def pictures_as_pdf(data: bytes, source: SourceDocument) -> bytes:
    """A PDF with the pages of a picture as they were recognised, each as large as the reader took it to be.

    Errors: `HpcpError` when pikepdf is not installed.
    """
    pikepdf = _pikepdf()
    from PIL import Image

    with pikepdf.new() as pdf, Image.open(io.BytesIO(data)) as picture:
        for _, frame, dpi in frames(picture, source.pages or 1, source.name, DEFAULT):
            page = io.BytesIO()
            frame.convert("RGB").save(page, "PDF", resolution=dpi)
            with pikepdf.open(page) as made:
                pdf.pages.extend(made.pages)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def is_signed(data: bytes) -> bool:
    """True when the PDF holds a digital signature, which any change makes invalid."""
    return b"/ByteRange" in data or b"/SigFlags" in data


def _pikepdf() -> Any:
    try:
        import pikepdf
    except ImportError as error:
        raise HpcpError(
            "missing-pikepdf",
            vi="Thiếu thư viện pikepdf để ghi chú vào PDF.",
            en="The library pikepdf, which writes comments into a PDF, is not installed.",
            remedy_vi="Cài đặt: pip install 'hpcp-rules[reports]'",
            remedy_en="Install it: pip install 'hpcp-rules[reports]'",
        ) from error
    return pikepdf


def quote_boxes(
    data: bytes, source: SourceDocument, spans: Sequence[tuple[str, int, int]]
) -> dict[str, dict[int, list[Box]]]:
    """For each key the boxes of its characters by page (from 1): one for each line, in the page's own space."""
    import pypdfium2 as pdfium

    by_page: dict[int, list[tuple[str, tuple[Piece, ...], int, int]]] = defaultdict(list)
    for key, start, end in spans:
        pieces: dict[int, list[Piece]] = defaultdict(list)
        for piece in source.pieces_between(start, end):
            if piece.page is not None and piece.box is not None:
                pieces[piece.page].append(piece)
        for page, mine in pieces.items():
            by_page[page].append((key, tuple(mine), start, end))
    lines_of = _lines(source)
    out: dict[str, dict[int, list[Box]]] = defaultdict(dict)
    pdf = pdfium.PdfDocument(data)
    try:
        for number, wanted in sorted(by_page.items()):
            if number > len(pdf):
                continue
            page, _, _ = load_page(pdf, number - 1)
            frame = Frame.of(page)
            chars = _characters(page, frame)
            for key, pieces_here, start, end in wanted:
                found: list[Box] = []
                for shown in dict.fromkeys(piece.box for piece in pieces_here if piece.box is not None):
                    box = _on_line(source.text, lines_of[number, shown], chars, start, end)
                    if box:
                        found.append(box)
                if found:
                    out[key][number] = [frame.back(box) for box in _merged(found)]
            page.close()
    finally:
        pdf.close()
    return out


def _lines(source: SourceDocument) -> dict[tuple[int, Box], list[Piece]]:
    """The pieces of each line: those that share a page and a box."""
    out: dict[tuple[int, Box], list[Piece]] = defaultdict(list)
    for piece in source.pieces:
        if piece.page is not None and piece.box is not None:
            out[piece.page, piece.box].append(piece)
    return out


def _characters(page: Any, frame: Frame) -> list[_Char]:
    """The characters of a page in PDFium's order as shown, those without extent left out."""
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    handle = text_page.raw
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    out = []
    for i in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, i)
        char = "-" if code == 2 else chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd"
        if char.isspace() or code in (0, 0xFFFE, 0xFFFF) or (code < 32 and code != 2):
            continue
        raw.FPDFText_GetCharBox(handle, i, left, right, bottom, top)
        box = frame.box(left.value, bottom.value, right.value, top.value)
        # A ligature is one character of the page and several of the text.
        out += [_Char(c, box) for c in (unicodedata.normalize("NFKC", char) if 0xFB00 <= code <= 0xFB06 else char)]
    text_page.close()
    return out


def _on_line(text: str, pieces: list[Piece], chars: list[_Char], start: int, end: int) -> Box | None:
    """The box of those characters of a line that lie in the span, as high as the line; None without any."""
    assert pieces[0].box is not None
    whole = pieces[0].box
    letters = [
        (offset, text[offset])
        for p in sorted(pieces, key=lambda p: p.start)
        for offset in range(p.start, p.end)
        if not text[offset].isspace()
    ]
    wanted = [n for n, (offset, _) in enumerate(letters) if start <= offset < end]
    if not wanted:
        return None
    if len(wanted) == len(letters):
        return whole
    clusters = list(_clusters([c for c in chars if _within(c.box, whole)]))
    if "".join(c.text for c in clusters) != "".join(c for _, c in letters):
        return whole  # recognised in a picture, or drawn twice: the whole line surely holds the words
    left, top, right, bottom = clusters[wanted[0]].box
    for n in wanted:
        left, top, right, bottom = _hull((left, top, right, bottom), clusters[n].box)
    # Across the line the edges are those of the line itself, as a marker's stroke; text may run down the page.
    lying = whole[2] - whole[0] >= whole[3] - whole[1]
    return (left, whole[1], right, whole[3]) if lying else (whole[0], top, whole[2], bottom)


def _clusters(chars: list[_Char]) -> Iterator[_Char]:
    """Characters as NFC makes them of letters and the marks that follow: one box each."""
    waiting: _Char | None = None
    for char in chars:
        if waiting is not None:
            joined = unicodedata.normalize("NFC", waiting.text + char.text)
            if len(joined) == 1:
                waiting = _Char(joined, _hull(waiting.box, char.box))
                continue
            yield _Char(unicodedata.normalize("NFC", waiting.text), waiting.box)
        waiting = char
    if waiting is not None:
        yield _Char(unicodedata.normalize("NFC", waiting.text), waiting.box)


def _within(inner: Box, outer: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] - 0.01 <= x <= outer[2] + 0.01 and outer[1] - 0.01 <= y <= outer[3] + 0.01


def _hull(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _merged(boxes: list[Box]) -> list[Box]:
    """Neighbouring boxes on one line made one, as words recognised in a picture come singly."""
    out: list[Box] = []
    for box in boxes:
        last = out[-1] if out else None
        if last is not None:
            shared = min(last[3], box[3]) - max(last[1], box[1])
            low = min(last[3] - last[1], box[3] - box[1])
            gap = box[0] - last[2]
            if low > 0 and shared > 0.6 * low and -low < gap < 1.5 * low:
                out[-1] = _hull(last, box)
                continue
        out.append(box)
    return out


def _add(pdf: Any, pikepdf: Any, page: int, annotation: Any) -> None:
    target = pdf.pages[page]
    annotation["/P"] = target.obj
    existing = target.obj.get("/Annots")
    made = pdf.make_indirect(annotation)
    if isinstance(existing, pikepdf.Array):
        existing.append(made)
    else:
        target.obj["/Annots"] = pikepdf.Array([made])


def _highlight(pdf: Any, pikepdf: Any, f: FindingView, lines: list[Box], content: str, when: str) -> Any:
    color = list(_COLORS[f.severity])
    left, bottom, right, top = lines[0]
    for line in lines[1:]:
        left, bottom, right, top = _hull((left, bottom, right, top), line)
    drawn = " ".join(
        ["/Blend gs", " ".join(f"{c:.3f}" for c in color), "rg"]
        + [f"{x0:.2f} {y0:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re f" for x0, y0, x1, y1 in lines]
    )
    form = pdf.make_stream(
        drawn.encode(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[left, bottom, right, top],
        Resources=pikepdf.Dictionary(
            ExtGState=pikepdf.Dictionary(
                Blend=pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, BM=pikepdf.Name.Multiply)
            )
        ),
        Group=pikepdf.Dictionary(S=pikepdf.Name.Transparency),
    )
    quads = [v for x0, y0, x1, y1 in lines for v in (x0, y1, x1, y1, x0, y0, x1, y0)]
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Highlight,
        Rect=[left, bottom, right, top],
        QuadPoints=quads,
        Contents=pikepdf.String(content),
        T=pikepdf.String(AUTHOR),
        Subj=pikepdf.String(f.title),
        NM=pikepdf.String(f"hpcp-{f.id}-{round(left)}-{round(top)}"),
        M=pikepdf.String(f"D:{when}Z"),
        CreationDate=pikepdf.String(f"D:{when}Z"),
        C=color,
        CA=1,
        F=4,
        AP=pikepdf.Dictionary(N=form),
    )


def _note(pdf: Any, pikepdf: Any, content: str, when: str) -> Any:
    """A note in the corner of the first page; it is not printed, the words beneath stay readable."""
    box = [float(v) for v in pdf.pages[0].cropbox]
    left, top = min(box[0], box[2]) + 6, max(box[1], box[3]) - 6
    look = pdf.make_stream(
        b"1 0.95 0.6 rg 0.3 0.3 0.3 RG 0.5 0.5 17 17 re B 3 12.5 m 15 12.5 l 3 9 m 15 9 l 3 5.5 m 11 5.5 l S",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 18, 18],
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[left, top - 18, left + 18, top],
        Contents=pikepdf.String(content),
        T=pikepdf.String(AUTHOR),
        M=pikepdf.String(f"D:{when}Z"),
        C=[1, 0.95, 0.6],
        Name=pikepdf.Name.Note,
        F=0,
        AP=pikepdf.Dictionary(N=look),
    )
