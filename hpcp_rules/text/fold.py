"""Folding: one spelling for matching, with every offset still that of the NFC text.

`fold` maps character by character and so keeps the length; `syllable_key` brings one folded syllable to one
spelling (old and new tone placement, i/y variants, characters of no width). Rule phrases and documents go
through the same two functions, so it only matters that they agree.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that look like Latin ones. Folding them lets a rule match; `lookalikes` reports them, because in a
# contract they may be there to hide a clause from a search.
_LOOKALIKE = dict(
    zip(
        "АВЕКМНОРСТУХаеорсухіјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοɑ",
        "ABEKMHOPCTYXaeopcyxijsdhqwABEZHIKMNOPTYXoa",
        strict=True,
    )
)
_SAME = {"Ð": "đ", "ð": "đ", "Ɖ": "đ", "ɖ": "đ", "ı": "i"}
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
NO_WIDTH = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

_NO_WIDTH_TABLE = dict.fromkeys(map(ord, NO_WIDTH))
_TONE_OA = str.maketrans("àáảãạèéẻẽẹỳýỷỹỵ", "aaaaaeeeeeyyyyy")
_TONE_MARK = {}
for _base, _row in {
    "o": "òóỏõọ",
    "u": "ùúủũụ",
}.items():
    for _vowels in ("àáảãạ", "èéẻẽẹ", "ỳýỷỹỵ"):
        for _marked, _moved in zip(_vowels, _row, strict=True):
            _TONE_MARK[_base + _marked] = _moved + _marked.translate(_TONE_OA)
_OLD_TONE = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])$")
_I_FOR_Y = {
    "qui": "quy", "quí": "quý", "quì": "quỳ", "kì": "kỳ", "kí": "ký", "kĩ": "kỹ", "lí": "lý", "tỉ": "tỷ", "mĩ": "mỹ",
}  # fmt: skip


class _Table(dict[int, str]):
    """Per-character table filled on demand: lower case, look-alikes and odd spaces, one character for one."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        char = _LOOKALIKE.get(char, char)
        low = _SAME.get(char) or char.lower()
        if len(low) != 1:
            low = char
        if char in _SPACES:
            low = " "
        self[code] = low
        return low


_TABLE = _Table()
_LOOKS = re.compile(f"[{''.join(_LOOKALIKE)}]")
_ODD = re.compile(f"[{''.join(_LOOKALIKE)}{''.join(_SAME)}{_SPACES}İΣ]")
"""What lower case alone would not fold, or would not leave one character."""


def nfc(text: str) -> str:
    """`text` in Unicode normalisation form C, the form all spans refer to."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` for matching: lower case, look-alike letters and odd spaces replaced, the same length."""
    return text.translate(_TABLE) if _ODD.search(text) else text.lower()


_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` fit for a terminal: what would steer it or turn the writing direction becomes U+FFFD; the same length."""
    return _UNSAFE.sub("\ufffd", text)


def syllable_key(folded: str) -> str:
    """One spelling of one folded syllable: "hoà" and "hòa" give the same, as do "qui" and "quy"."""
    if not folded.isascii():
        folded = folded.translate(_NO_WIDTH_TABLE)
        found = _OLD_TONE.search(folded)
        if found:
            folded = folded[: found.start()] + _TONE_MARK[found.group()]
    return _I_FOR_Y.get(folded, folded)


def lookalikes(text: str) -> list[tuple[int, int]]:
    """Spans of words that mix Latin letters with Cyrillic or Greek look-alikes: possibly hidden from searches."""
    out: list[tuple[int, int]] = []
    if not _LOOKS.search(text):
        return out
    for word in re.finditer(r"[^\W\d_]{2,}", text):
        letters = word.group()
        odd = sum(c in _LOOKALIKE for c in letters)
        if 0 < odd < len(letters) or (odd and odd == len(letters) and len(letters) > 3):
            out.append(word.span())
    return out
