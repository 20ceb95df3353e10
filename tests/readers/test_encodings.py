"""Text files in the encodings that offices still have: read as Unicode, and said so."""

import unicodedata

import pytest

from hpcp_rules.readers import read_bytes, read_text
from tests.readers import make
from tests.text.test_legacy import OLD, SMALL, iconv, vni

TEXT = make.UNFAIR


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(codec: str) -> None:
    source = read_bytes(TEXT.encode(codec), "a.txt")
    assert source.text == TEXT
    assert source.notes == ("encoding-guessed",)


@pytest.mark.parametrize("codec", ["TCVN", "VISCII", "CP1258"])
def test_bytes_from_before_unicode(codec: str) -> None:
    source = read_bytes(iconv(TEXT, codec), "a.txt")
    assert source.text == TEXT
    assert source.notes == ("legacy-encoding",)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_pasted_from_an_old_font(encoding: str, codec: str) -> None:
    source = read_bytes(OLD[encoding].encode(codec), "a.txt")
    assert source.text == SMALL
    assert source.notes == ("legacy-encoding",)


def test_a_string_of_a_caller_is_never_converted() -> None:
    # Its spans are the caller's own.
    assert read_text(OLD["vni"]).text == unicodedata.normalize("NFC", OLD["vni"])
    assert vni(SMALL) == OLD["vni"]


def test_utf8_read_as_windows_and_saved_again() -> None:
    twice = b"".join(
        c.encode() for c in "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in TEXT.encode())
    )
    source = read_bytes(twice, "a.txt")
    assert source.text == TEXT
    assert source.notes == ("encoding-guessed",)


def test_a_few_broken_bytes_do_not_turn_the_rest() -> None:
    data = bytearray((TEXT * 3).encode())
    data[data.index("Khách".encode())] = 0xFF
    source = read_bytes(bytes(data), "a.txt")
    assert source.text == (TEXT * 3).replace("Khách", "\ufffdhách", 1)
    assert source.notes == ("encoding-damaged",)
