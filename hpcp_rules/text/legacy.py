"""Vietnamese encodings from before Unicode: TCVN3 (ABC), VNI, VISCII and Windows-1258.

Text in TCVN3 or VNI lies in files as Latin letters that only a certain font draws as Vietnamese: "Céng ty" in .VnTime
and "Coâng ty" in VNI-Times are both "Công ty". `convert_runs` converts by the name of the font, `recognise` and
`convert` work without one by what the words become, and `decode_bytes` does so for bytes that are no UTF-8. Every
decision is made word by word, so that good Unicode inside such text, or text that was typed anew in an old font, stays.

Tables: TCVN 5712:1993 (VN1 for bytes, VN3 for fonts), RFC 1456 (VISCII); VNI-Windows as its fonts draw it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from hpcp_rules.text.syllables import is_syllable

Encoding = Literal["tcvn3", "vni", "viscii"]

_VN1 = {
    **dict(zip(
        b"\x01\x02\x04\x05\x06\x11\x12\x13\x14\x15\x16\x17", "ÚỤỪỬỮỨỰỲỶỸÝỴ", strict=True,
    )),
    **dict(zip(range(0x80, 0xA0), "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ", strict=True)),
    **dict(zip(range(0xA1, 0xB0), "ĂÂÊÔƠƯĐăâêôơưđẰ", strict=True)),
    **dict(zip(range(0xB0, 0xB5), "\u0300\u0309\u0303\u0301\u0323", strict=True)),
    **dict(zip(
        range(0xB5, 0x100),
        "àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ", strict=True,
    )),
}  # fmt: skip
"""TCVN 5712 VN1: byte to letter. Fonts (VN3) hold the same without the capitals that carry a tone."""
_VISCII = {
    **dict(zip(b"\x02\x05\x06\x14\x19\x1e", "ẲẴẪỶỸỴ", strict=True)),
    **dict(zip(
        range(0x80, 0x100),
        "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
        "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
        "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
        "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
        strict=True,
    )),
}  # fmt: skip
_SINGLE = {
    # In fonts only the small letters with a tone exist; codes below A1 are the punctuation of Windows-1252.
    "tcvn3": {chr(b): c for b, c in _VN1.items() if b > 0xA0 and not (b > 0xAE and c.isupper())} | {"\u03bc": "à"},
    "viscii": {chr(b): c for b, c in _VISCII.items()},
}

_TONES = "\u0300\u0301\u0309\u0303\u0323"
_VNI_TONES = dict(zip("øùûõï", _TONES, strict=True))
_VNI_HAT = dict(zip("âàáåãä", ("", *_TONES), strict=True))
_VNI_BREVE = dict(zip("êèéúüë", ("", *_TONES), strict=True))
_VNI_ALONE = dict(zip("ìíæóòîôöñ", "ìíỉĩịỵơưđ", strict=True))


def _vni_pairs() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for base, target in (*zip("aeouy", "aeouy", strict=True), ("ô", "ơ"), ("ö", "ư")):
        for mark, tone in _VNI_TONES.items():
            pairs[base + mark] = target + tone
        if target in "aeo":
            for mark, tone in _VNI_HAT.items():
                pairs[base + mark] = target + "\u0302" + tone
        if base == "a":
            for mark, tone in _VNI_BREVE.items():
                pairs[base + mark] = target + "\u0306" + tone
    pairs = {source: unicodedata.normalize("NFC", target) for source, target in pairs.items()}
    both: dict[str, str] = {}
    for source, target in (*pairs.items(), *_VNI_ALONE.items()):
        both[source] = target
        both[source.upper()] = target.upper()
        both[source[0].upper() + source[1:]] = target.upper()
        both[source[0] + source[1:].upper()] = target
    return both


_VNI = _vni_pairs()

_WORD = re.compile(r"[A-Za-z\u00a1-\u00ff\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0"
                   r"\u0300-\u036f\u03bc\u1ea0-\u1ef9]+")  # fmt: skip
_UNICODE_ONLY = re.compile(
    r"[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u0300-\u036f\u1ea0-\u1ef9]"
)
"""Letters of Vietnamese that no Latin-1 font has: a word with one of them is Unicode already."""
_HIGH = re.compile(r"[\u00a1-\u00ff\u03bc]")
_LETTERS = re.compile(r"[^\W\d_]+")
_PRIVATE = {0xF000 + code: chr(code) for code in range(0x20, 0x100)}
"""Word moves the letters of symbol fonts to a private area."""
_HYPHENED = re.compile(r"(?:[^\W\d_]|-)+")
_LONGEST = 40
"""Characters of a word that is still looked at; longer ones are no Vietnamese word in any encoding."""
_ENOUGH = 5
"""Different words that must become Vietnamese before text without a font is converted."""


@dataclass(frozen=True, slots=True)
class Converted:
    """Text in Unicode NFC with its offset map."""

    text: str
    origin: tuple[int, ...]
    """For each character of `text`, where in the given text it began."""
    changed: bool
    """True when at least one word was converted."""


def encoding_of_font(font: str | None) -> tuple[Encoding, bool] | None:
    """The encoding that a font's name stands for, and whether the font draws small letters as capitals (.VnTimeH).

    Names come as DOCX, HTML and PDF write them: ``.VnTime``, ``ABCDEF+.VnArialH,Bold``, ``VNI-Times``. None for every
    other font.
    """
    if not font:
        return None
    name = font.strip().strip("\"'").split("+")[-1].strip()
    if re.match(r"vni[-_ ]", name, re.IGNORECASE):
        return "vni", False
    if re.match(r"\.vn[a-z0-9]", name, re.IGNORECASE):
        face = re.split(r"[,-]|\s(?=(?:bold|italic|regular)\b)", name, maxsplit=1, flags=re.IGNORECASE)[0]
        return "tcvn3", face.rstrip().endswith("H")
    return None


def _map(word: str, encoding: Encoding) -> tuple[str, tuple[int, ...]]:
    """One word converted whatever it is, with the place in `word` where each character began."""
    if encoding == "vni":
        out: list[str] = []
        origin: list[int] = []
        at = 0
        while at < len(word):
            pair = _VNI.get(word[at : at + 2])
            one = pair or _VNI.get(word[at], word[at])
            out.append(one)
            origin.append(at)
            at += 2 if pair else 1
        return "".join(out), tuple(origin)
    table = _SINGLE[encoding]
    out, origin = [], []
    for at, char in enumerate(word):
        char = table.get(char, char)
        joined = unicodedata.normalize("NFC", out[-1] + char) if out and char in _TONES else ""
        if len(joined) == 1:
            out[-1] = joined
        else:
            out.append(char)
            origin.append(at)
    return "".join(out), tuple(origin)


@lru_cache(maxsize=65536)
def _verdict(word: str, encoding: Encoding) -> int:
    """1 when only the converted word is Vietnamese, -1 when only the word itself is or it is Unicode, else 0."""
    if len(word) > _LONGEST:
        return 0
    if _UNICODE_ONLY.search(word):
        return -1
    parts = _LETTERS.findall(word)
    if not _HIGH.search(word) or not parts:
        return 0  # a sign that stands alone, such as ×, may be what it is
    itself = all(map(is_syllable, parts))
    after = is_syllable(_map(word, encoding)[0])
    return int(after) - int(itself)


def recognise(text: str) -> Encoding | None:
    """The legacy encoding that a text without fonts is in, by what its words become; None for good text.

    Asks for at least five different words that are Vietnamese only after conversion, and for seven in ten of the words
    that could tell; French, German or Unicode Vietnamese text never gets there. The first 200,000 characters count.
    """
    words: dict[str, int] = {}
    for found in _WORD.finditer(text[:200_000]):
        word = found.group()
        if not word.isascii():
            words[word] = words.get(word, 0) + 1
    best: tuple[int, Encoding] | None = None
    for encoding in _ENCODINGS:
        for_it = against = unclear = different = 0
        for word, count in words.items():
            verdict = _verdict(word, encoding)
            if verdict > 0:
                for_it += count
                different += 1
            elif verdict < 0:
                against += count
            else:
                unclear += count
        if different >= _ENOUGH and for_it >= 4 * against and for_it >= 0.7 * (for_it + against + unclear):
            best = max(best or (0, encoding), (for_it, encoding))
    return best[1] if best else None


_ENCODINGS: tuple[Encoding, ...] = ("tcvn3", "vni", "viscii")


def lean(text: str, encoding: Encoding) -> int:
    """How many more words of `text` are Vietnamese only after conversion than only as they stand; may be negative."""
    return sum(_verdict(word.group(), encoding) for word in _WORD.finditer(text.translate(_PRIVATE)))


def convert(text: str, encoding: Encoding, *, capitals: bool = False, document: int = 0) -> Converted:
    """`text` with every word in `encoding` converted to Unicode NFC; words that are Unicode already stay.

    Words that could be either follow the majority of those that tell: those of `text`, else those of the `document`
    (its `lean`), else they are converted. `capitals` is for fonts that draw small letters as capitals. The map holds
    in every case.
    """
    text = text.translate(_PRIVATE)
    votes = lean(text, encoding) or document
    out: list[str] = []
    origin: list[int] = []
    changed = False
    here = 0
    for word in _WORD.finditer(text):
        raw = word.group()
        start = word.start()
        out.append(text[here:start])
        origin += range(here, start)
        here = word.end()
        verdict = _verdict(raw, encoding)
        if raw.isascii() or verdict < 0 or (verdict == 0 and votes < 0):
            new, places = raw, tuple(range(len(raw)))
        else:
            new, places = _map(raw, encoding)
            changed = changed or new != raw
        out.append(new)
        origin += (start + place for place in places)
    out.append(text[here:])
    origin += range(here, len(text))
    result = "".join(out)
    if encoding == "tcvn3" and "-" in result:
        result, dashed = _hyphens(result)
        changed = changed or dashed
    if capitals and votes >= 0:
        result = "".join(c.upper() if len(c.upper()) == 1 else c for c in result)
    if len(whole := unicodedata.normalize("NFC", result)) == len(result):
        result = whole
    return Converted(result, tuple(origin), changed)


def _hyphens(text: str) -> tuple[str, bool]:
    """TCVN3 keeps ư at the soft hyphen, which some programs turn into a hyphen: "n-íc" is "nước"."""

    def mend(found: re.Match[str]) -> str:
        word = found.group()
        parts = [part for part in word.split("-") if part]
        if len(parts) == 0 or len(word) > _LONGEST or all(is_syllable(part) for part in parts):
            return word
        mended = word.replace("-", "ư")
        return mended if is_syllable(mended) else word

    out = _HYPHENED.sub(mend, text)
    return out, out != text


def convert_runs(
    runs: Sequence[tuple[str, str | None]], document: Mapping[Encoding, int] = MappingProxyType({})
) -> list[str] | None:
    """The texts of runs of (text, font) of one paragraph, each in Unicode; None when nothing had to be converted.

    Neighbouring runs in fonts of one encoding are converted together, because a letter and its mark may lie in two of
    them; a converted letter belongs to the run where it began. `document` is the `lean` of the whole document, for
    paragraphs that do not tell.
    """
    kinds = [encoding_of_font(font) for _, font in runs]
    if not any(kinds):
        return None
    out: list[str] = [text for text, _ in runs]
    any_changed = False
    at = 0
    while at < len(runs):
        kind = kinds[at]
        end = at + 1
        while end < len(runs) and kinds[end] == kind:
            end += 1
        if kind is not None:
            encoding, capitals = kind
            borders = [0]
            for text, _ in runs[at:end]:
                borders.append(borders[-1] + len(text))
            done = convert(
                "".join(text for text, _ in runs[at:end]),
                encoding,
                capitals=capitals,
                document=document.get(encoding, 0),
            )
            any_changed |= done.changed
            place = 0
            for n in range(at, end):
                begin = place
                while place < len(done.origin) and done.origin[place] < borders[n - at + 1]:
                    place += 1
                out[n] = done.text[begin:place]
        at = end
    return out if any_changed or out != [text for text, _ in runs] else None


def decode_bytes(data: bytes) -> tuple[str, str] | None:
    """Text and encoding (``cp1258``, ``tcvn3``, ``vni``, ``viscii``) of Vietnamese bytes that are no UTF-8, or None.

    Decided by how many of the words with other than ASCII letters are built like Vietnamese syllables: six in ten must
    be, and more than in any other encoding. The first 200,000 bytes decide.
    """
    sample = data[:200_000]
    best: tuple[float, str] | None = None
    for name in _BYTES:
        share = _vietnamese(_from_bytes(sample, name))
        if share >= 0.6 and (best is None or share > best[0]):
            best = (share, name)
    if best is None:
        return None
    text = unicodedata.normalize("NFC", _from_bytes(data, best[1]))
    return text, "tcvn3" if best[1] == "tcvn" else best[1]


_DOUBLED = re.compile("[\u00c3-\u00c6\u00e1][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2010-\u203a\u20ac\u2122]")


def undoubled(text: str) -> str | None:
    """Vietnamese whose UTF-8 was read as Windows-1252 and saved as UTF-8 again, turned back; None for other text.

    Lines that are no such text stay as they are.
    """
    if len(_DOUBLED.findall(text[:200_000])) < _ENOUGH:
        return None
    lines = []
    for line in text.split("\n"):
        try:
            lines.append(line.translate(_BACK).encode("latin-1").decode("utf-8"))
        except UnicodeError:
            lines.append(line)
    out = "\n".join(lines)
    return out if _vietnamese(out[:200_000]) > max(0.8, _vietnamese(text[:200_000])) else None


_BYTES = ("cp1258", "tcvn3", "tcvn", "vni", "viscii")
"""In the order in which the first one wins; ``tcvn`` is TCVN3 with the capitals of VN1."""
_VN1_TABLE = {**{b: chr(b) for b in range(256)}, **_VN1}
_VISCII_TABLE = {**{b: chr(b) for b in range(256)}, **_VISCII}


def _from_bytes(data: bytes, name: str) -> str:
    if name == "cp1258":
        return unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))
    if name == "tcvn":
        return unicodedata.normalize("NFC", data.decode("latin-1").translate(_VN1_TABLE))
    if name == "viscii":
        return data.decode("latin-1").translate(_VISCII_TABLE)
    text = "".join(data.decode("latin-1").translate(_WINDOWS))
    return _WORD.sub(lambda word: _map(word.group(), "tcvn3" if name == "tcvn3" else "vni")[0], text)


_WINDOWS = {b: bytes([b]).decode("cp1252", errors="replace") for b in range(0x80, 0xA0)}

_BACK = {ord(char): chr(b) for b, char in _WINDOWS.items() if char != "\ufffd"}


def _vietnamese(text: str) -> float:
    """The share of the words with letters beyond ASCII that are built like Vietnamese syllables; 0 without any."""
    good = total = 0
    for found in _LETTERS.finditer(text):
        word = found.group()
        if not word.isascii():
            total += 1
            good += is_syllable(word)
    return good / total if total else 0.0
