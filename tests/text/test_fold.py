"""Folding keeps the length and brings every spelling of a syllable to one key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpcp_rules.text.fold import fold, lookalikes, nfc
from hpcp_rules.text.tokens import phrase_key, tokenize


@given(st.text(max_size=300))
def test_fold_keeps_length(text: str) -> None:
    text = nfc(text)
    assert len(fold(text)) == len(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x2FFF), max_size=300))
def test_tokens_are_inside_the_text_in_order(text: str) -> None:
    text = nfc(text)
    tokens = tokenize(text)
    last = 0
    for key, start, end in zip(tokens.keys, tokens.starts, tokens.ends, strict=True):
        assert last <= start < end <= len(text)
        assert key
        last = end


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thoả thuận", "thỏa thuận"),
        ("huỷ bỏ", "hủy bỏ"),
        ("uỷ quyền", "ủy quyền"),
        ("khoẻ", "khỏe"),
        ("quí khách", "quý khách"),
        ("qui định", "quy định"),
        ("Ðiều kiện", "điều kiện"),
        ("cаm kết", "cam kết"),  # Cyrillic а
        ("hợp\u200bđồng", "hợpđồng"),
        ("hợp\u00a0đồng", "hợp đồng"),
        (unicodedata.normalize("NFD", "nghĩa vụ"), "nghĩa vụ"),
        ("BẤT KỲ", "bất kì"),
    ],
)
def test_spellings_fold_together(one: str, other: str) -> None:
    assert phrase_key(nfc(one)) == phrase_key(other)


@pytest.mark.parametrize("word", ["quý", "hoàn", "toàn", "thuyền", "quỹ", "khoản"])
def test_tones_that_must_stay(word: str) -> None:
    assert phrase_key(word) == (word,)


def test_numbers_keep_their_separators() -> None:
    assert phrase_key("1.000.000 đồng, 2,5%") == ("1.000.000", "đồng", "2,5", "%")


def test_lookalikes_are_reported() -> None:
    text = "Công ty cаm kết hoàn tiền"
    (span,) = lookalikes(text)
    assert text[slice(*span)] == "cаm"
    assert lookalikes("Công ty cam kết") == []
