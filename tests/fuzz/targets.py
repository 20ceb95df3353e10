"""What is fuzzed: one function a reader, which takes any bytes and fails only if a promise is broken.

A promise is broken by any other error than `HpcpError`, and by a document whose blocks, pieces and text disagree.
`benchmarks/fuzz/run.py` runs these functions for hours, `test_fuzz.py` for a moment.
"""

from __future__ import annotations

import io
import random
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from hpcp_rules.errors import HpcpError
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import DEFAULT, Options
from hpcp_rules.text import legacy
from hpcp_rules.text.fold import fold, nfc, printable
from hpcp_rules.text.tokens import tokenize
from tests.awkward import build_docx
from tests.conftest import ROOT
from tests.readers.test_offsets import assert_consistent


def text(data: bytes) -> None:
    """Text files, their encodings, and the text layer above them."""
    from hpcp_rules.readers.text import decode, read_plain

    words, _ = decode(data, "a.txt")
    _whole(read_plain(words, "a.txt", data, DEFAULT), mapped=False)
    for encoding in ("tcvn3", "vni", "viscii"):
        done = legacy.convert(words, encoding)  # type: ignore[arg-type]
        assert len(done.origin) == len(done.text)
        assert all(0 <= place < len(words) for place in done.origin)


def html(data: bytes) -> None:
    """Web pages."""
    from hpcp_rules.readers.html import read_html

    _whole(read_html(data, "a.html", DEFAULT), mapped=True)


def docx(data: bytes) -> None:
    """Word files: the first byte says whether what follows is the zip itself, a part, or the script of a part."""
    from hpcp_rules.readers.docx import read_docx

    how, rest = data[0] if data else 0, data[1:]
    if how % 8:
        part = ("document", "numbering", "styles", "footnotes")[(how >> 3) % 4]
        xml = rest if how % 8 == 1 else scripted(rest, part)
        rest = _word({f"word/{part}.xml": xml})
    _whole(read_docx(rest, "a.docx", DEFAULT, Options(tracked="original" if how & 64 else "accepted")), mapped=True)


def pdf(data: bytes) -> None:
    """PDF files: the first byte says whether what follows is the file itself or what a page paints."""
    from hpcp_rules.readers.pdf import read_pdf

    how, rest = data[0] if data else 0, data[1:]
    _whole(read_pdf(painted(rest, how) if how % 4 else rest, "a.pdf", DEFAULT, Options(ocr="never")), mapped=True)


def tsv(data: bytes) -> None:
    """The answer of the program that recognises characters, up to the lines of a page."""
    from hpcp_rules.readers.leaders import Leader
    from hpcp_rules.readers.ocr import Recognised, Word, parse_tsv, with_leaders
    from hpcp_rules.readers.scan import lines_of, verdict

    dots = [Leader(10.0 * n, 7.0 * n, 10.0 * n + 90, 7.0 * n + 4, 5 + n) for n in range(data[0] % 4 if data else 0)]
    found = Recognised(width=600, height=800)
    for line in with_leaders(parse_tsv(data.decode("utf-8", "replace")), dots):
        assert line
        words = [Word(text, sure, (a, b, c, d), (a, b, c, d)) for text, sure, a, b, c, d in line]
        assert all(w.text and 0 <= w.confidence <= 1 and w.place[0] <= w.place[2] for w in words)
        found.lines.append(words)
    usable, _ = verdict(found, 1)
    assert 0 <= found.confidence <= 1
    before = sum(map(len, found.lines))
    assert sum(len(line.runs) for line in lines_of(found, 1)) == before
    assert usable or found.confidence < 1


_FONTS = (b"Helvetica", b".VnTime", b"VNI-Times", b"Wingdings")


def painted(content: bytes, how: int) -> bytes:
    """A PDF of one page that paints this, turned by quarters as `how` says, with a font, a picture and a form."""
    turn = 90 * (how >> 2 & 3)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Rotate %d /Contents 4 0 R /Resources"
        b" << /Font << /F 5 0 R >> /XObject << /X 6 0 R /I 7 0 R >> >> >>" % turn,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /%s >>" % _FONTS[how >> 4 & 3],
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /Font << /F 5 0 R >> >> /Length 33 >>\n"
        b"stream\nBT /F 9 Tf 9 9 Td (Ben A) Tj ET\n\nendstream",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1"
        b" >>\nstream\n\x80\nendstream",
    ]  # fmt: skip
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = len(out)
    out += b"xref\n0 8\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer << /Size 8 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table


def rules(data: bytes) -> None:
    """The rule loader: one rule file in a small pack, loaded strictly."""
    from hpcp_rules.rulespec.pack import load_pack

    folder = _pack()
    (folder / "rule.yaml").write_bytes(data)
    load_pack(folder, strict=True)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "text": text, "html": html, "docx": docx, "pdf": pdf, "tsv": tsv, "rules": rules,
}  # fmt: skip


def attempt(target: str, data: bytes) -> bool:
    """Run a target; True when the input was taken, False when it was refused clearly.

    Errors: whatever breaks a promise.
    """
    try:
        TARGETS[target](data)
    except HpcpError as error:
        refusal = error
    else:
        return True
    assert refusal.vi
    assert refusal.en
    return False


def _whole(source: SourceDocument, *, mapped: bool) -> None:
    assert_consistent(source, mapped=mapped)
    folded = fold(source.text)
    assert len(folded) == len(source.text) == len(printable(source.text))
    tokens = tokenize(source.text)
    assert all(a < b <= len(folded) for a, b in zip(tokens.starts, tokens.ends, strict=True))
    assert nfc(source.text) == source.text


_TAGS_TEXT = """
p r t tbl tr tc tcPr vMerge gridSpan pPr rPr numPr numId ilvl pStyle rStyle ins del delText moveFrom moveTo sdt
sdtContent br tab sym noBreakHyphen softHyphen fldChar instrText hyperlink drawing pict txbxContent vanish sz color
rFonts shd outlineLvl abstractNum num lvl lvlText numFmt start lvlOverride startOverride isLgl suff lvlRestart
numStyleLink abstractNumId style basedOn docDefaults rPrDefault tblPr tblStyle tblLook trPr cellIns cellDel
pPrChange rPrChange footnote altChunk object ruby rubyBase highlight tblStylePr pPrDefault link name
"""
_VALUES_TEXT = """
0 1 2 3 9 10 -1 99999999999 x restart continue begin separate end decimal lowerLetter upperRoman bullet none
vietnameseCounting decimalZero custom %1. %1.%2. %9 nothing auto FFFFFF ff0000 .VnTime VNI-Times Wingdings F0FE FFFF
paragraph a b default on off clear pct50 solid nil red
"""
_TAGS, _VALUES = _TAGS_TEXT.split(), _VALUES_TEXT.split()
_NAMES = (
    "val",
    "styleId",
    "numId",
    "abstractNumId",
    "ilvl",
    "fldCharType",
    "type",
    "fill",
    "ascii",
    "hAnsi",
    "font",
    "char",
)
_WORDS = ("Bên A", "Điều 1. ", "Kh¸ch", "aø", "\u0301", "\u00ad", " ", "đổi giá", "😀", "\u200b", "1", "\u202e", "ạ")


def scripted(script: bytes, part: str) -> bytes:
    """Well-formed XML of a part of a Word file: each byte opens or closes an element, adds a value or words."""
    out: list[str] = []
    open_tags: list[str] = []
    for at in range(0, len(script) - 1, 2):
        kind, choice = script[at] % 8, script[at + 1]
        if kind < 4 and len(open_tags) < 60:
            tag = _TAGS[choice % len(_TAGS)]
            name, value = _NAMES[script[at] // 8 % len(_NAMES)], _VALUES[(choice * 7 + at) % len(_VALUES)]
            out.append(f"<w:{tag} w:{name}={quoteattr(value)}{'/' if kind == 3 else ''}>")
            if kind != 3:
                open_tags.append(tag)
        elif kind < 6 and open_tags:
            out.append(f"</w:{open_tags.pop()}>")
        else:
            out.append(f"<w:t>{escape(_WORDS[choice % len(_WORDS)])}</w:t>")
    out += [f"</w:{tag}>" for tag in reversed(open_tags)]
    inside = "".join(out)
    return build_docx.part(part, f"<w:body>{inside}</w:body>" if part == "document" else inside)


@cache
def _base() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO((ROOT / "examples" / "telecom.docx").read_bytes())) as archive:
        parts = {n: archive.read(n) for n in ("word/numbering.xml", "word/styles.xml")}
    body = build_docx.num("Nhận xe", 1) + build_docx.p("Khách trả tiền.") + build_docx.num("Trả xe", 2, 1)
    return {**parts, "word/document.xml": build_docx.part("document", f"<w:body>{body}</w:body>")}


def _word(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in {**_base(), **parts}.items():
            archive.writestr(path, content)
    return out.getvalue()


@cache
def _pack() -> Path:
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="hpcp-fuzz-", dir=memory if memory.is_dir() else None)) / "rules"
    (folder / "_lexicon").mkdir(parents=True)
    (folder / "pack.yaml").write_text('id: t\nversion: "1"\nengine: ">=0"\ntitle: {vi: t, en: t}\n')
    shutil.copy(ROOT / "rules" / "_lexicon" / "modality.yaml", folder / "_lexicon")
    return folder


def seeds(target: str) -> list[bytes]:
    """Good and awkward inputs from which a run starts."""
    awkward = ROOT / "tests" / "awkward"
    if target == "rules":
        files = [
            *sorted((ROOT / "rules" / "law19").glob("*.yaml"))[:12],
            *sorted((ROOT / "tests" / "bad_rules").iterdir()),
        ]
        return [p.read_bytes() for p in files]
    if target == "pdf":
        whole = [b"\0" + p.read_bytes() for p in sorted((awkward / "pdf").glob("*.pdf"))]
        return sorted(whole, key=len)[:12] + [b"\x01" + p for p in _PAINTS] + [b"\x55" + p for p in _PAINTS]
    if target == "tsv":
        head = "5\t1\t1\t1\t{}\t{}\t{}\t{}\t60\t14\t{}\t{}\n"
        words = ["Bên", "A", "....", "|", "đổi", "giá", "xe-", "1."]
        return ["".join(head.format(n // 4, n, 50 + 70 * n, 9 + 20 * (n // 4), 95 - 9 * n, w)
                        for n, w in enumerate(words)).encode()]  # fmt: skip
    if target == "docx":
        words = [p.read_bytes() for p in sorted((awkward / "docx").glob("*.docx"))]
        whole = [b"\0" + w for w in words]
        bodies = []
        for data in words:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = {n: archive.read(n) for n in archive.namelist()}
            bodies += [b"\x01" + names[n] for n in ("word/document.xml",) if n in names]
            bodies += [b"\x09" + names[n] for n in ("word/numbering.xml",) if n in names]
            bodies += [b"\x11" + names[n] for n in ("word/styles.xml",) if n in names]
        chance = random.Random(5)
        return whole + bodies + [bytes([2 + 8 * (n % 4)]) + chance.randbytes(120) for n in range(12)]
    ending = {"text": "txt", "html": "html"}[target]
    return [
        p.read_bytes()
        for p in (*sorted((ROOT / "examples").glob(f"*.{ending}")), *sorted((awkward / ending).glob("*.*")))
    ]


_PAINTS = (
    b"BT /F 11 Tf 50 300 Td (Dieu 1. Gia) Tj 0 -14 Td (1. Ben A doi gia.) Tj ET",
    b"q 1 0 0 rg 40 290 200 30 re f Q BT 3 Tr /F 9 Tf 50 300 Td (Giau) Tj ET /X Do",
    b"BT 0 1 -1 0 99 50 Tm /F 12 Tf [(B) -900 (e) 300 (n)] TJ ET q 300 0 0 400 0 0 cm /I Do Q",
    b"q .7 .7 -.7 .7 50 50 cm BT /F 40 Tf (NHAP) Tj ET Q /OC /A BDC BT /F 8 Tf 900 9 Td (xa) Tj ET EMC",
)


def mutated(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """`data` with a few bits turned, bytes cut out, doubled, put in from another input or set to an odd value."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(out) + 1)
        to = min(len(out), at + chance.choice((1, 2, 4, 16, 64, 256)))
        how = chance.randrange(6)
        if how == 0 and at < len(out):
            out[at] ^= 1 << chance.randrange(8)
        elif how == 1:
            del out[at:to]
        elif how == 2:
            out[at:at] = out[at:to] * chance.choice((1, 2, 50))
        elif how == 3:
            other = chance.choice(others)
            place = chance.randrange(len(other) + 1)
            out[at:to] = other[place : place + chance.choice((1, 8, 64, 512))]
        elif how == 4 and at < len(out):
            out[at] = chance.choice((0, 9, 10, 13, 0x3C, 0x3E, 0x22, 0x26, 0x7F, 0x80, 0xAD, 0xCC, 0xFE, 0xFF))
        else:
            out[at:] = b""
    return bytes(out[:200_000])
