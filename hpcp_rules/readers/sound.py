"""Whether a text layer is what the page shows: wrong maps, lost letters and poor OCR are told by what the words are."""

from __future__ import annotations

import re

from hpcp_rules.text.syllables import is_syllable

_WORD = re.compile(r"[^\W\d_]{2,}")
_WITH_MARKS = re.compile("[\u1ea0-\u1ef9ơưăĂƠƯ]")
"""Letters that every Vietnamese text has and that fonts of Western languages lack."""
_WESTERN = re.compile("[àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ]")
_MIXED = re.compile(r"[^\W\d_][^\W_]*\d[^\W\d_]|[^\W\d_]{2,}\d\b")
_VOWEL = re.compile("[aeiouyàáâãèéêìíòóôõùúýăơư\u1ea0-\u1ef9]", re.IGNORECASE)
_FEW = 40


def unsound(text: str, *, layer: bool = False) -> bool:
    """True for text whose words cannot be what the page shows.

    Arguments:
        layer: the text is a layer of OCR; one made for another language is of no use and replaced.
    """
    words = _WORD.findall(text)
    if len(words) < _FEW:
        return False
    syllables = sum(map(is_syllable, words)) / len(words)
    if layer:
        mixed = len(_MIXED.findall(text))  # "quy6n": an engine that knows no Vietnamese takes letters for digits
        if syllables * len(words) < 0.8 * (len(words) + mixed):
            return True
    if sum(_VOWEL.search(w) is None for w in words) > 0.3 * len(words):
        return True  # letters shifted or mixed up, in any language
    if len(re.findall("[\u0370-\u1dff\u2c00-\ud7ff]", text)) > 0.1 * sum(map(len, words)):
        return True  # letters of other scripts, in a document that is no translation
    return syllables < 0.75 and _lost(text, words)


def _lost(text: str, words: list[str]) -> bool:
    """True for Vietnamese without a single letter that Western fonts lack: "quyn và ngha v" for "quyền và nghĩa vụ"."""
    if len(_WITH_MARKS.findall(text)) > len(text) // 500:
        return False
    western = {w.lower() for w in words if _WESTERN.search(w) and is_syllable(w)}
    return len(western) >= 5
