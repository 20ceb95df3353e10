"""Makes `docx/`: Word files, each with one difficulty, written part by part so that nothing else is in them.

    python -m tests.awkward.build_docx [NAME …]

What the files say is made up.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
FILES: dict[str, Callable[[], bytes]] = {}
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = {
    "styles": "styles+xml", "numbering": "numbering+xml", "footnotes": "footnotes+xml", "endnotes": "endnotes+xml",
    "header1": "header+xml", "footer1": "footer+xml", "comments": "comments+xml",
}  # fmt: skip


def awkward(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Registers a maker under its name with hyphens."""
    FILES[make.__name__.replace("_", "-")] = make
    return make


def part(root: str, inside: str) -> bytes:
    """One part of a Word file."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} {_SPACES}>{inside}</w:{root}>'.encode()


def word(body: str, *, main: str = "word/document.xml", more: dict[str, bytes] | None = None, **parts: str) -> bytes:
    """A Word file: its body, further parts of the main folder by name, and other entries as they are."""
    files = {main: part("document", f"<w:body>{body}<w:sectPr/></w:body>")}
    roots = {"header1": "hdr", "footer1": "ftr"}
    files |= {f"word/{name}.xml": part(roots.get(name, name), inside) for name, inside in parts.items()}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'wordprocessingml.{_TYPES[name]}"/>'
        for name in parts
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{name.rstrip("1")}" Target="{name}.xml"/>'
        for n, name in enumerate(parts)
    )
    space = "http://schemas.openxmlformats.org/package/2006"
    files["[Content_Types].xml"] = (
        f'<Types xmlns="{space}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
        f'document.main+xml"/>{types}</Types>'
    ).encode()
    files["_rels/.rels"] = (
        f'<Relationships xmlns="{space}/relationships"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        f'Target="{main}"/></Relationships>'
    ).encode()
    folder, _, name = main.rpartition("/")
    files[f"{folder}/_rels/{name}.rels"] = (
        f'<Relationships xmlns="{space}/relationships">{links}</Relationships>'.encode()
    )
    files |= more or {}
    return packed(files)


def packed(files: dict[str, bytes]) -> bytes:
    """A zip file that is the same, byte for byte, each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(files, key=lambda p: (p != "[Content_Types].xml", p)):
            info = zipfile.ZipInfo(path, (2026, 3, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[path])
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def font(name: str) -> str:
    """Run properties that set a font."""
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}"/>'


def p(text: str = "", properties: str = "") -> str:
    """A paragraph of one run, or of given XML."""
    inside = text if text.startswith("<") else run(text) if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def num(text: str, number: int | str, level: int = 0) -> str:
    """A paragraph of a list."""
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def lvl(n: int, text: str, form: str = "decimal", start: int = 1, more: str = "") -> str:
    """One level of a list."""
    form = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
    return f'<w:lvl w:ilvl="{n}">{form}{more}<w:lvlText w:val="{text}"/></w:lvl>'


def abstract(n: int, *levels: str, more: str = "") -> str:
    """The definition of a list."""
    return f'<w:abstractNum w:abstractNumId="{n}">{more}{"".join(levels)}</w:abstractNum>'


def use(n: int, of: int, more: str = "") -> str:
    """A list."""
    return f'<w:num w:numId="{n}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


CONTRACT = (lvl(0, "Điều %1."), lvl(1, "%1.%2."), lvl(2, "%3)", "lowerLetter"))
NORMAL = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'


@awkward
def numbering_in_levels() -> bytes:
    body = num("Nhận xe", 1) + num("Khách mang xe đến", 1, 1) + num("xe đạp", 1, 2) + num("xe lăn", 1, 2)
    body += num("Tiệm ghi phiếu", 1, 1) + num("Trả xe", 1) + num("Khách trả tiền", 1, 1) + num("tiền công", 1, 2)
    return word(body, numbering=abstract(0, *CONTRACT) + use(1, 0))


@awkward
def numbering_that_begins_anew() -> bytes:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    fifth = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    body = num("một", 1) + num("hai", 1) + p("Tiệm cam kết:") + num("lại một", 2) + num("lại hai", 2)
    body += num("năm", 3) + num("sáu", 1)
    return word(body, numbering=abstract(0, lvl(0, "%1.")) + use(1, 0) + use(2, 0, anew) + use(3, 0, fifth))


@awkward
def numbering_from_styles() -> bytes:
    def style(n: int, base: str, properties: str) -> str:
        return (
            f'<w:style w:type="paragraph" w:styleId="Muc{n}"><w:name w:val="Muc {n}"/><w:basedOn w:val="{base}"/>'
            f"<w:pPr>{properties}</w:pPr></w:style>"
        )

    styles = NORMAL + style(1, "Normal", '<w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/>')
    styles += style(2, "Muc1", '<w:numPr><w:ilvl w:val="1"/></w:numPr><w:outlineLvl w:val="9"/>')
    styles += style(3, "Muc1", '<w:numPr><w:numId w:val="0"/></w:numPr><w:outlineLvl w:val="9"/>')
    levels = (
        lvl(0, "Điều %1.", more='<w:pStyle w:val="Muc1"/>'), lvl(1, "%1.%2", more='<w:pStyle w:val="Muc2"/>')
    )  # fmt: skip
    body = p("Nhận xe", '<w:pStyle w:val="Muc1"/>') + p("Buổi sáng", '<w:pStyle w:val="Muc2"/>')
    body += p("Không đánh số", '<w:pStyle w:val="Muc3"/>') + p("Buổi chiều", '<w:pStyle w:val="Muc2"/>')
    body += p("Bỏ số ở đây", '<w:pStyle w:val="Muc2"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    body += p("Trả xe", '<w:pStyle w:val="Muc1"/>')
    return word(body, styles=styles, numbering=abstract(0, *levels) + use(1, 0))


@awkward
def numbering_by_list_style() -> bytes:
    styles = NORMAL + (
        '<w:style w:type="numbering" w:styleId="DieuKhoan"><w:name w:val="Dieu khoan"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = abstract(0, *CONTRACT, more='<w:styleLink w:val="DieuKhoan"/>')
    numbering += abstract(1, more='<w:numStyleLink w:val="DieuKhoan"/>') + use(1, 0) + use(2, 1)
    return word(num("Nhận xe", 2) + num("Buổi sáng", 2, 1) + num("Trả xe", 2), styles=styles, numbering=numbering)


@awkward
def numbering_of_law_with_roman_chapters() -> bytes:
    levels = (lvl(0, "CHƯƠNG %1", "upperRoman"), lvl(1, "%1.%2", more="<w:isLgl/>"), lvl(2, "(%3)", "lowerRoman"))
    body = (
        num("Nhận xe", 1) + num("Buổi sáng", 1, 1) + num("Trả xe", 1) + num("Tiền công", 1, 1) + num("tiền mặt", 1, 2)
    )
    return word(body, numbering=abstract(0, *levels) + use(1, 0))


@awkward
def numbering_with_an_overridden_level() -> bytes:
    other = f'<w:lvlOverride w:ilvl="0">{lvl(0, "Phần %1:", "upperLetter", 2)}</w:lvlOverride>'
    body = num("thứ nhất", 1) + num("phần B", 2) + num("phần C", 2)
    return word(body, numbering=abstract(0, lvl(0, "%1.")) + use(1, 0) + use(2, 0, other))


@awkward
def numbering_counts_empty_paragraphs() -> bytes:
    hidden = '<w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:vanish/></w:rPr>'
    body = num("một", 1) + num("", 1) + num("ba", 1) + p("", hidden) + num("bốn", 1)
    return word(body, numbering=abstract(0, lvl(0, "%1.")) + use(1, 0))


@awkward
def numbering_in_rare_formats() -> bytes:
    forms = ("vietnameseCounting", "decimalZero", "upperLetter", "decimalEnclosedParen", "none")
    levels = [lvl(0, "%1", form, start) for form, start in zip(forms, (25, 7, 27, 3, 1), strict=True)]
    numbering = "".join(abstract(n, level) for n, level in enumerate(levels))
    body = "".join(num(form, n + 1) for n, form in enumerate(forms))
    return word(body, numbering=numbering + "".join(use(n + 1, n) for n in range(len(forms))))


@awkward
def numbering_that_never_begins_anew() -> bytes:
    levels = (lvl(0, "Mục %1."), lvl(1, "Điều %2.", more='<w:lvlRestart w:val="0"/>'), lvl(2, "%3)", "lowerLetter"))
    body = (
        num("A", 1)
        + num("Nhận", 1, 1)
        + num("xe", 1, 2)
        + num("Trả", 1, 1)
        + num("B", 1)
        + num("Giữ", 1, 1)
        + num("xe", 1, 2)
    )
    return word(body, numbering=abstract(0, *levels) + use(1, 0))


@awkward
def numbering_close_to_the_text() -> bytes:
    levels = (lvl(0, "Điều %1", more='<w:suff w:val="nothing"/>'), lvl(1, "%1.%2", more='<w:suff w:val="space"/>'))
    return word(num(". Nhận xe", 1) + num("Buổi sáng", 1, 1), numbering=abstract(0, *levels) + use(1, 0))


@awkward
def bullets() -> bytes:
    wing = lvl(0, "\uf0b7", "bullet") + lvl(1, "+", "bullet") + lvl(2, "o", "bullet")
    return word(
        num("xe đạp", 1) + num("bánh trước", 1, 1) + num("nan hoa", 1, 2), numbering=abstract(0, wing) + use(1, 0)
    )


def _tracked() -> bytes:
    ins, rem = '<w:ins w:id="1" w:author="A">', '<w:del w:id="2" w:author="A">'
    body = p(
        run("Tiệm giữ xe ")
        + f"{ins}{run('năm')}</w:ins>{rem}<w:r><w:delText>ba</w:delText></w:r></w:del>"
        + run(" ngày.")
    )
    body += f"<w:p>{rem}<w:r><w:delText>Khách được đổi ý.</w:delText></w:r></w:del></w:p>"
    move = '<w:moveFrom w:id="3"><w:r><w:delText>Chuyển đi.</w:delText></w:r></w:moveFrom>'
    body += p(f'{move}<w:moveTo w:id="4">{run("Chuyển tới.")}</w:moveTo>{run(" Ở lại.")}')
    rows = f"<w:tr><w:trPr>{rem[:-1]}/></w:trPr><w:tc>{p('hàng bỏ')}</w:tc></w:tr>"
    rows += f"<w:tr><w:trPr>{ins[:-1]}/></w:trPr><w:tc>{p('hàng thêm')}</w:tc></w:tr>"
    rows += f"<w:tr><w:tc>{p('hàng cũ')}</w:tc></w:tr>"
    before = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    change = f'<w:numPr><w:numId w:val="2"/></w:numPr><w:pPrChange w:id="5">{before}</w:pPrChange>'
    body += f"<w:tbl>{rows}</w:tbl>" + p("Đổi cách đánh số", change)
    return word(body, numbering=abstract(0, lvl(0, "%1.")) + abstract(1, lvl(0, "%1)")) + use(1, 0) + use(2, 1))


@awkward
def tracked_changes_accepted() -> bytes:
    return _tracked()


@awkward
def tracked_changes_original() -> bytes:
    return _tracked()


@awkward
def tracked_paragraph_marks() -> bytes:
    gone = '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>'
    new = '<w:rPr><w:ins w:id="2" w:author="A"/></w:rPr>'
    item = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    body = p("Tiệm không chịu ", item + gone) + p("trách nhiệm.", item) + p("Khách ", item + new) + p("trả tiền.", item)
    return word(body, numbering=abstract(0, lvl(0, "%1.")) + use(1, 0))


@awkward
def text_box_written_twice() -> bytes:
    inside = f"<w:txbxContent>{p('Trong khung chữ')}</w:txbxContent>"
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    return word(p(run("Trước khung. ") + box) + p("Sau khung."))


@awkward
def word_art() -> bytes:
    art = '<w:r><w:pict><v:shape><v:textpath string="ĐIỀU KHOẢN CHUNG"/></v:shape></w:pict></w:r>'
    return word(p(art) + p("Tiệm sửa xe."))


@awkward
def nested_fields() -> bytes:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    def code(text: str) -> str:
        return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'

    inner = char("begin") + code("MERGEFIELD Loai") + char("separate") + run("VIP") + char("end")
    outer = (
        char("begin")
        + code("IF ")
        + inner
        + code('="VIP" "giảm giá" ""')
        + char("separate")
        + run("được giảm giá")
        + char("end")
    )
    simple = f'<w:fldSimple w:instr="REF x">{run("Điều 3")}</w:fldSimple>'
    return word(
        p(run("Khách ") + outer + run(" theo ") + simple + run(".")) + p(char("begin") + run("Trường không đóng."))
    )


@awkward
def content_controls() -> bytes:
    inline = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('Bánh Tre')}</w:sdtContent></w:sdt>"
    box = '<w:sdt><w:sdtContent><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:sdtContent></w:sdt>'
    body = p(run("Tiệm ") + inline + run(" sửa xe. ") + box + run(" Đồng ý"))
    body += f"<w:sdt><w:sdtContent>{p('Cả đoạn.')}</w:sdtContent></w:sdt>"
    cell = f"<w:sdt><w:sdtContent><w:tc>{p('Cả ô.')}</w:tc></w:sdtContent></w:sdt>"
    return word(body + f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")


@awkward
def hidden_by_a_style() -> bytes:
    styles = NORMAL + (
        '<w:style w:type="character" w:styleId="An"><w:name w:val="An"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="AnCon"><w:name w:val="An con"/><w:basedOn w:val="An"/></w:style>'
    )
    body = p(run("Tiệm sửa xe.") + run(" Phí ẩn mười đồng.", '<w:rStyle w:val="AnCon"/>'))
    body += p(run("Hiện lại.", '<w:rStyle w:val="An"/><w:vanish w:val="0"/>'))
    return word(body, styles=styles)


@awkward
def white_on_white() -> bytes:
    return word(p(run("Tiệm sửa xe.") + run(" Khách mất tiền cọc.", '<w:color w:val="FEFEFE"/>')))


@awkward
def one_point_type() -> bytes:
    return word(p(run("Tiệm sửa xe.") + run(" Khách mất tiền cọc.", '<w:sz w:val="2"/>')))


@awkward
def merged_and_nested_cells() -> bytes:
    inner = f"<w:tbl><w:tr><w:tc>{p('bảng trong')}</w:tc></w:tr></w:tbl>{p()}"
    rows = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("Bảng phí")}</w:tc></w:tr>'
    rows += (
        f'<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p("Công")}</w:tc><w:tc>{p("10 đồng")}</w:tc></w:tr>'
    )
    rows += f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{p('không thấy')}</w:tc><w:tc>{inner}</w:tc></w:tr>"
    return word(p("Trước bảng.") + f"<w:tbl>{rows}</w:tbl>" + p("Sau bảng."))


@awkward
def notes_at_the_foot() -> bytes:
    note = (
        '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote><w:footnote w:id="1">'
        + p("Trừ ngày Tết.")
        + "</w:footnote>"
    )
    end = f'<w:endnote w:id="1">{p("Tính cả ngày nhận.")}</w:endnote>'
    body = p(run("Ba ngày") + '<w:r><w:footnoteReference w:id="1"/></w:r>' + run(" làm việc."))
    return word(body, footnotes=note, endnotes=end)


@awkward
def same_header_on_every_page() -> bytes:
    head = part("hdr", p("Tiệm xe Bánh Tre"))
    return word(
        p("Tiệm sửa xe."), header1=p("Tiệm xe Bánh Tre"), footer1=p("Lưu hành nội bộ"), more={"word/header2.xml": head}
    )


@awkward
def signs_in_symbol_fonts() -> bytes:
    box = '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>'
    body = p(box + run(" Đồng ý ") + run("\uf0fe", font("Wingdings")) + run(" Từ chối"))
    body += p(run("Phạt ") + run("\uf0b3", font("Symbol")) + run(" 8 ngày"))
    body += p(run("Khách không được đòi lại tiền.", font("Wingdings")))
    return word(body)


@awkward
def old_font_tcvn3() -> bytes:
    old = font(".VnTime")
    body = p(run("§iÒu 1. ", old) + run("céng hßa", font(".VnTimeH")) + run(" – Bên mua", font("Arial")))
    body += p(
        run("Kh¸ch hµng tr¶ tiÒn tr­", old)
        + run("íc khi n", old + "<w:b/>")
        + "<w:r><w:rPr>"
        + old
        + "</w:rPr><w:softHyphen/><w:t>íc d©ng.</w:t></w:r>"
    )
    return word(body)


@awkward
def old_font_vni() -> bytes:
    body = p(run("Ñieàu 1. Khaùch ha", font("VNI-Times")) + run("øng traû tieàn.", font("VNI-Times") + "<w:b/>"))
    return word(body)


@awkward
def unicode_typed_in_an_old_font() -> bytes:
    return word(p(run("Điều 1. Khách trả giá đã ghi.", font(".VnTime"))) + p(run("Giá", font(".VnTime"))))


@awkward
def strict_variant() -> bytes:
    data = word(p("Tiệm sửa xe trong ba ngày."))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {
            n: archive.read(n).replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
            for n in archive.namelist()
        }
    return packed(files)


@awkward
def main_part_with_another_name() -> bytes:
    return word(p("Tiệm sửa xe trong ba ngày."), main="word/document2.xml")


@awkward
def comments_beside_the_text() -> bytes:
    comment = f'<w:comment w:id="1">{p("Điều này có hợp pháp không?")}</w:comment>'
    body = p('<w:commentRangeStart w:id="1"/>' + run("Tiệm không hoàn tiền.") + '<w:commentRangeEnd w:id="1"/>')
    return word(body, comments=comment)


@awkward
def macros() -> bytes:
    return word(p("Tiệm sửa xe."), more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


@awkward
def linked_document() -> bytes:
    return word(p("Tiệm sửa xe.") + '<w:altChunk r:id="r9"/>')


@awkward
def formula() -> bytes:
    math = "<m:oMath><m:r><m:t>phí = 2 × ngày</m:t></m:r></m:oMath>"
    return word(p(run("Tính: ") + math))


@awkward
def diagram() -> bytes:
    a, dgm = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    )
    points = "".join(f"<d:pt><d:t><a:p><a:r><a:t>{t}</a:t></a:r></a:p></d:t></d:pt>" for t in ("Nhận xe", "Trả xe"))
    data = f'<d:dataModel xmlns:d="{dgm}" xmlns:a="{a}"><d:ptLst>{points}</d:ptLst></d:dataModel>'
    return word(p("Các bước:"), more={"word/diagrams/data1.xml": data.encode()})


@awkward
def contents_field_in_front() -> bytes:
    toc = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    link = (
        '<w:hyperlink w:anchor="_Toc1">' + run("Điều 1. Nhận xe") + "<w:r><w:tab/></w:r>" + run("2") + "</w:hyperlink>"
    )
    body = p(toc + link, '<w:pStyle w:val="TOC1"/>') + p('<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    return word(body + p("Điều 1. Nhận xe") + p("Khách mang xe đến."))


def main(names: list[str]) -> None:
    """Builds all files or those named."""
    for name in names or FILES:
        ending = "docm" if name == "macros" else "docx"
        (HERE / "docx" / f"{name}.{ending}").write_bytes(FILES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
