"""Makes each example contract as TXT, HTML, DOCX and PDF from its one source in `examples/source`.

Run it from the root of the repository:

    python examples/build.py            # writes into examples/
    python examples/build.py FOLDER     # writes somewhere else

The four forms hold the same words. What a word processor or a browser numbers by itself is numbered
automatically here as well (Word lists in the DOCX, ``<ol>`` in the HTML), so the examples also show that a
reader of these files gives the numbers back. The output is the same, byte for byte, on every run with the same
versions of python-docx, reportlab and the font.

The markup of a source, one paragraph a line:

    // a remark, left out            ^ a centred line
    # the title                      ## Điều 1. or 1. a heading
    1.1. or 1. a clause              a) a point
    - a bullet                       | a row | of a table |, the first row being its head
    ! left | right                   a row of the signature block
    anything else                    a plain paragraph; **words** are bold everywhere

Numbers are written in the source, where people refer to them, and checked to be consecutive.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).resolve().parent
NAMES = ("telecom", "apartment", "online-shop")
FORMS = ("txt", "html", "docx", "pdf")
FONT_FOLDER = Path("/usr/share/fonts")
WRITTEN = datetime(2026, 3, 1, tzinfo=UTC)
"""The date in all outputs: a real one would make every run differ."""

Kind = Literal["center", "title", "heading", "clause", "point", "bullet", "row", "sign", "plain"]


class SourceError(ValueError):
    """A source file that breaks the markup or its own numbering."""


class FontMissing(RuntimeError):
    """The font for the PDF is not installed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a source: what it is, its number ("Điều 1.", "1.1.", "a)" or ""), and its text or cells."""

    kind: Kind
    label: str
    text: str
    cells: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The paragraph as people read it, with its number and without markup."""
        text = " | ".join(self.cells) if self.cells else self.text
        return f"{self.label} {plain(text)}" if self.label else plain(text)


@dataclass(frozen=True, slots=True)
class Contract:
    """A parsed source and the patterns of its numbers, where %1 is the heading, %2 the clause, %3 the point."""

    name: str
    lines: tuple[Line, ...]
    heading: str
    clause: str

    @property
    def title(self) -> str:
        """The words of the title line."""
        return next(x.text for x in self.lines if x.kind == "title")


# Reading a source ----------------------------------------------------------------------------------------------

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_HEADING = re.compile(r"## ((?:Điều )?\d+\.) (.+)")
_CLAUSE = re.compile(r"(\d+\.(?:\d+\.)?) (.+)")
_POINT = re.compile(r"([a-z]\)) (.+)")


def plain(text: str) -> str:
    """Text without the marks of bold."""
    return _BOLD.sub(r"\1", text)


def spans(text: str) -> Iterator[tuple[str, bool]]:
    """The stretches of a text, each with whether it is bold."""
    for n, part in enumerate(_BOLD.split(text)):
        if part:
            yield part, n % 2 == 1


def parse(path: Path) -> Contract:
    """Read a source.

    Errors: `SourceError` that names the line when a number is not the next one or there is no title.
    """
    lines: list[Line] = []
    heading = clause = ""
    counts = [0, 0, 0]
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("//"):
            continue
        level = -1
        if line.startswith(("^ ", "# ", "- ")):
            kinds: dict[str, Kind] = {"^": "center", "#": "title", "-": "bullet"}
            here = Line(kinds[line[0]], "-" if line[0] == "-" else "", line[2:].strip())
        elif line.startswith(("| ", "! ")):
            cells = tuple(c.strip() for c in line[1:].strip().strip("|").split("|"))
            here = Line("row" if line[0] == "|" else "sign", "", "", cells)
        elif found := _HEADING.fullmatch(line):
            level, here = 0, Line("heading", found[1], found[2])
            heading = heading or re.sub(r"\d+", "%1", found[1])
        elif found := _CLAUSE.fullmatch(line):
            level, here = 1, Line("clause", found[1], found[2])
            clause = clause or ("%1.%2." if found[1].count(".") == 2 else "%2.")
        elif found := _POINT.fullmatch(line):
            level, here = 2, Line("point", found[1], found[2])
        else:
            here = Line("plain", "", line)
        if level >= 0:
            counts[level] += 1
            counts[level + 1 :] = [0] * (2 - level)
            due = _label((heading, clause, "%3)")[level], counts)
            if here.label != due:
                raise SourceError(f"{path.name}, line {number}: the next number is {due!r}, not {here.label!r}")
        lines.append(here)
    if not any(x.kind == "title" for x in lines):
        raise SourceError(f"{path.name}: no title (a line that begins with '# ')")
    return Contract(path.stem, tuple(lines), heading, clause)


def _label(pattern: str, counts: list[int]) -> str:
    return pattern.replace("%1", str(counts[0])).replace("%2", str(counts[1])).replace("%3", chr(96 + counts[2]))


def _groups(contract: Contract) -> Iterator[tuple[Kind, list[Line]]]:
    """Neighbouring lines of one kind together, which is what tables and lists are made of."""
    for kind, lines in groupby(contract.lines, key=lambda x: x.kind):
        yield kind, list(lines)


# TXT -----------------------------------------------------------------------------------------------------------


def to_text(contract: Contract) -> bytes:
    """UTF-8 text, one paragraph a line, an empty line before headings and around tables."""
    out: list[str] = []
    for kind, lines in _groups(contract):
        if out and kind in ("title", "heading", "row", "sign"):
            out.append("")
        out += [x.words for x in lines]
        if kind in ("title", "row"):
            out.append("")
    return ("\n".join(out) + "\n").encode()


# HTML ----------------------------------------------------------------------------------------------------------

_STYLE = (
    "body{font-family:serif;line-height:1.5;max-width:48rem;margin:2rem auto;padding:0 1rem}"
    "h1,.center{text-align:center}h2{font-size:1.1rem}"
    ".fees{border-collapse:collapse}.fees td,.fees th{border:1px solid;padding:.2rem .6rem}"
    ".sign{width:100%;text-align:center}"
)


def _html(text: str) -> str:
    return "".join(f"<b>{escape(t, quote=False)}</b>" if bold else escape(t, quote=False) for t, bold in spans(text))


def to_html(contract: Contract) -> bytes:
    """A page whose clauses "1." and points "a)" are ordered lists, which the browser numbers."""
    listed = contract.clause == "%2."
    out: list[str] = []
    open_lists: list[str] = []

    def close(keep: int = 0) -> None:
        while len(open_lists) > keep:
            out.append(open_lists.pop())

    for kind, lines in _groups(contract):
        if kind in ("row", "sign"):
            close()
            out.append(f'<table class="{"fees" if kind == "row" else "sign"}">')
            for n, line in enumerate(lines):
                tag = "th" if kind == "row" and n == 0 else "td"
                out.append("<tr>" + "".join(f"<{tag}>{_html(c)}</{tag}>" for c in line.cells) + "</tr>")
            out.append("</table>")
            continue
        for line in lines:
            text = _html(line.text)
            if kind == "clause" and listed:
                close(1)
                if open_lists:
                    out.append("</li>")
                else:
                    start = int(line.label.rstrip("."))
                    out.append(f'<ol start="{start}">' if start > 1 else "<ol>")
                    open_lists.append("</li></ol>")
                out.append(f"<li>{text}")
            elif kind == "point":
                if line.label == "a)":
                    out.append('<ol type="a">')
                    open_lists.append("</ol>")
                out.append(f"<li>{text}</li>")
            elif kind == "bullet":
                if line is lines[0]:
                    close()
                    out.append("<ul>")
                    open_lists.append("</ul>")
                out.append(f"<li>{text}</li>")
            else:
                close()
                tag, extra = {"title": ("h1", ""), "heading": ("h2", ""), "center": ("p", ' class="center"')}.get(
                    kind, ("p", "")
                )
                label = f"{line.label} " if line.label else ""
                out.append(f"<{tag}{extra}>{label}{text}</{tag}>")
    close()
    head = f'<meta charset="utf-8">\n<title>{escape(contract.title)}</title>\n<style>{_STYLE}</style>'
    page = f'<!doctype html>\n<html lang="vi">\n<head>\n{head}\n</head>\n<body>\n' + "\n".join(out)
    return (page + "\n</body>\n</html>\n").encode()


# DOCX ----------------------------------------------------------------------------------------------------------

_DOCX_FONT = "Times New Roman"


def _numbering(contract: Contract) -> str:
    """The parts of word/numbering.xml: list 1 for headings, clauses and points, list 2 for bullets."""
    forms = (("decimal", contract.heading, 0), ("decimal", contract.clause, 0), ("lowerLetter", "%3)", 426))
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:firstLine="0"/></w:pPr></w:lvl>'
        for n, (form, text, left) in enumerate(forms)
    )
    bullet = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:suff w:val="space"/><w:lvlText w:val="-"/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="426" w:firstLine="0"/></w:pPr></w:lvl>'
    )
    kinds = ((1, "multilevel", levels), (2, "singleLevel", bullet))
    return "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="{kind}"/>{body}</w:abstractNum>'
        for n, kind, body in kinds
    ) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n, _, _ in kinds)


def to_docx(contract: Contract) -> bytes:
    """A Word document with automatic numbers; every part of the zip has the same fixed time."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)

    def look(style: Any, size: float, bold: bool | None) -> None:
        style.font.name, style.font.size, style.font.bold = _DOCX_FONT, Pt(size), bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.rPr.rFonts
        for name in list(fonts.attrib):
            if name.endswith("Theme"):
                del fonts.attrib[name]
        fonts.set(qn("w:eastAsia"), _DOCX_FONT)
        fonts.set(qn("w:hAnsi"), _DOCX_FONT)

    look(document.styles["Normal"], 12, None)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    look(document.styles["Heading 1"], 14, True)
    look(document.styles["Heading 2"], 12, True)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal = document.styles["Normal"].element.rPr
    normal.append(language)

    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for child in list(parse_xml(f"<w:numbering {nsdecls('w')}>{_numbering(contract)}</w:numbering>")):
        numbering.append(child)

    def fill(paragraph: Any, text: str) -> Any:
        for part, bold in spans(text):
            run = paragraph.add_run(part)
            run.bold = True if bold else None
        return paragraph

    def number(paragraph: Any, number_id: int, level: int) -> None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = number_id

    def table(rows: list[Line], style: str | None) -> None:
        made = document.add_table(len(rows), len(rows[0].cells), style=style)
        for cells, line in zip((r.cells for r in made.rows), rows, strict=True):
            for cell, text in zip(cells, line.cells, strict=True):
                paragraph = fill(cell.paragraphs[0], text)
                if style is None:
                    paragraph.alignment = ALIGN.CENTER

    for kind, lines in _groups(contract):
        if kind in ("row", "sign"):
            table(lines, "Table Grid" if kind == "row" else None)
            continue
        for line in lines:
            style = {"title": "Heading 1", "heading": "Heading 2"}.get(kind)
            paragraph = fill(document.add_paragraph(style=style), line.text)
            if kind in ("title", "center"):
                paragraph.alignment = ALIGN.CENTER
            if kind in ("heading", "clause", "point"):
                number(paragraph, 1, ("heading", "clause", "point").index(kind))
            elif kind == "bullet":
                number(paragraph, 2, 0)

    facts = document.core_properties
    facts.title, facts.author, facts.last_modified_by, facts.comments = contract.title, "hpcp-rules", "hpcp-rules", ""
    facts.language, facts.revision = "vi-VN", 1
    facts.created = facts.modified = WRITTEN.replace(tzinfo=None)
    raw = io.BytesIO()
    document.save(raw)
    return _fixed_times(raw.getvalue())


def _fixed_times(data: bytes) -> bytes:
    """The zip again with one fixed time for all its parts, in the order of their names after the content types."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            if name == "docProps/thumbnail.jpeg":
                # The picture of python-docx's own template; dropping the part means dropping what points to it.
                continue
            body = old.read(name)
            if name == "_rels/.rels":
                body = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", body)
            info = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            new.writestr(info, body)
    return out.getvalue()


# PDF -----------------------------------------------------------------------------------------------------------


def find_fonts(folder: Path = FONT_FOLDER) -> tuple[Path, Path]:
    """DejaVu Serif, regular and bold, which has all Vietnamese letters.

    Errors: `FontMissing` with the command that installs it.
    """
    found = []
    for name in ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"):
        path = next(iter(sorted(folder.rglob(name))), None)
        if path is None:
            raise FontMissing(
                f"{name} is not under {folder}; it is needed to make the PDF examples.\n"
                "Install it with: sudo apt-get install fonts-dejavu-core"
            )
        found.append(path)
    return found[0], found[1]


def to_pdf(contract: Contract) -> bytes:
    """A4 pages with a text layer, subset fonts and the page number in the footer.

    Errors: `FontMissing`.
    """
    from reportlab.lib import colors
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import cm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    regular, bold = find_fonts()
    # Fresh font objects for every document: reportlab keeps the letters used so far in them.
    pdfmetrics.registerFont(TTFont("Serif", str(regular)))
    pdfmetrics.registerFont(TTFont("Serif-Bold", str(bold)))
    pdfmetrics.registerFontFamily("Serif", normal="Serif", bold="Serif-Bold", italic="Serif", boldItalic="Serif-Bold")

    body = ParagraphStyle("body", fontName="Serif", fontSize=10.5, leading=15, spaceAfter=5, alignment=TA_JUSTIFY)
    center = ParagraphStyle("center", body, alignment=TA_CENTER)
    inner = ParagraphStyle("inner", body, leftIndent=20)
    cell = ParagraphStyle("cell", body, leading=13, spaceAfter=0, alignment=0)
    styles: dict[Kind, ParagraphStyle] = {
        "center": center,
        "title": ParagraphStyle(
            "title", center, fontName="Serif-Bold", fontSize=14, leading=19, spaceBefore=10, spaceAfter=8
        ),
        "heading": ParagraphStyle(
            "heading",
            body,
            fontName="Serif-Bold",
            fontSize=11.5,
            leading=16,
            spaceBefore=9,
            alignment=0,
            keepWithNext=1,
        ),
        "point": inner,
        "bullet": inner,
    }

    def markup(text: str) -> str:
        return "".join(f"<b>{escape(t, quote=False)}</b>" if b else escape(t, quote=False) for t, b in spans(text))

    story: list[Any] = []
    for kind, lines in _groups(contract):
        if kind in ("row", "sign"):
            look = cell if kind == "row" else center
            grid = [("GRID", (0, 0), (-1, -1), 0.6, colors.black)] if kind == "row" else []
            made = Table(
                [[Paragraph(markup(c), look) for c in line.cells] for line in lines],
                style=TableStyle([*grid, ("VALIGN", (0, 0), (-1, -1), "TOP")]),
                spaceBefore=4 if kind == "row" else 20,
                spaceAfter=8,
            )
            story.append(made if kind == "row" else KeepTogether([Spacer(0, 8), made]))
            continue
        for line in lines:
            label = f"{line.label} " if line.label else ""
            story.append(Paragraph(label + markup(line.text), styles.get(kind, body)))

    def footer(canvas: Any, template: Any) -> None:
        canvas.setFont("Serif", 9)
        canvas.drawCentredString(A4[0] / 2, 1.1 * cm, f"Trang {template.page}")

    out = io.BytesIO()
    SimpleDocTemplate(
        out, pagesize=A4, leftMargin=2.6 * cm, rightMargin=2 * cm, topMargin=2 * cm, bottomMargin=2.4 * cm,
        title=contract.title, author="hpcp-rules", lang="vi-VN", invariant=1, pageCompression=1,
    ).build(story, onFirstPage=footer, onLaterPages=footer)  # fmt: skip
    return out.getvalue()


# All of it -----------------------------------------------------------------------------------------------------

_MAKERS = {"txt": to_text, "html": to_html, "docx": to_docx, "pdf": to_pdf}


def build(target: Path = HERE, forms: tuple[str, ...] = FORMS) -> list[Path]:
    """Make all examples in `target` and return the files written.

    Arguments:
        target: the folder to write into; made when it does not exist.
        forms: which of ``txt``, ``html``, ``docx`` and ``pdf`` to make.

    Errors: `SourceError`, `FontMissing`.
    """
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name in NAMES:
        contract = parse(HERE / "source" / f"{name}.md")
        for form in forms:
            path = target / f"{name}.{form}"
            path.write_bytes(_MAKERS[form](contract))
            written.append(path)
    return written


def main() -> int:
    """Build into the folder named on the command line, by default `examples/`."""
    try:
        for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
            print(f"{path}  {path.stat().st_size:,} bytes")
    except (SourceError, FontMissing) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
