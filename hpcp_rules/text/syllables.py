"""Whether a word is built like a Vietnamese syllable: what tells a wrong encoding or a bad scan from good text."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ONSETS = {"", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()}  # noqa: SIM905
_ALL_RIMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oe oem oen oeo oet ooc oong ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uân uât uâng uây uê uênh uêch uôc uôi uôm uôn uông uôt uơ
    uy uya uych uyn uynh uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
"""
_RIMES = frozenset(_ALL_RIMES.split())
_AFTER_Q = frozenset(r for r in _RIMES if r.startswith(("uy", "uô", "uâ", "uê", "uơ")))
_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_STOPS = ("c", "ch", "p", "t")


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """True when `word` could be one Vietnamese syllable: known onset and rime, one tone that its last letter allows.

    Case does not matter, nor where the tone mark sits ("hoà" and "hòa"). Most foreign words and nearly all words of a
    wrongly decoded text are none. Words of more than eight letters never are.
    """
    if not 0 < len(word) <= 24:
        return False
    letters = []
    tone = ""
    for char in unicodedata.normalize("NFD", word.lower()):
        if char in _TONES:
            if tone:
                return False
            tone = char
        else:
            letters.append(char)
    bare = unicodedata.normalize("NFC", "".join(letters))
    if len(bare) > 8:
        return False
    if bare.startswith("q") and bare[1:] in _AFTER_Q:
        rime = bare[1:]
    else:
        # "gi" is an onset, or the onset g before the letter i: both are tried, as every length of onset is.
        found = [bare[n:] for n in range(min(3, len(bare) - 1) + 1) if bare[:n] in _ONSETS and bare[n:] in _RIMES]
        if not found:
            return False
        rime = found[-1]
    return not rime.endswith(_STOPS) or tone in ("\u0301", "\u0323")
