"""A short run of what `benchmarks/fuzz/run.py` does for hours, and the inputs that once broke a promise."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcp_rules.errors import ReadError
from hpcp_rules.readers import Limits, read_bytes
from hpcp_rules.text.fold import NO_WIDTH, fold, nfc, printable, syllable_key
from hpcp_rules.text.tokens import tokenize
from tests.awkward import build_docx as word
from tests.conftest import ROOT
from tests.fuzz.targets import TARGETS, attempt, mutated, seeds
from tests.readers import make

ODD = "aĐđƯưoạ \n\r\t.,1/\u0301\u0323\u0302\u00a0\u00ad\u200b\u200d\u202e\u2066\ufeff한é😀\U0001f468\u0130\ufb01Ðｆ"


def read(data: bytes, name: str) -> str:
    """The text of a file, or the words by which it is refused."""
    try:
        return read_bytes(data, name).text
    except ReadError as error:
        return error.remedy_vi


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_mutated_inputs_break_no_promise(target: str) -> None:
    chance = random.Random(20261125)
    start = seeds(target)
    for data in start:
        attempt(target, data)
    for _ in range(250):
        attempt(target, mutated(chance.choice(start), chance, start))


@pytest.mark.parametrize(
    ("target", "data"),
    [
        ("html", b"<p>a<?td>b</p>"),
        ("html", b"<ol start=99999999999999999999999><li>a</ol>"),
        ("rules", b"id: \x00"),
        ("rules", b"? [a]\n: b"),
        ("rules", b"id: !x y"),
        ("rules", b"= : 1"),
        ("docx", b"\x01<w:document"),
        ("text", b"\xef\xbb\xbf\xef\xbb\xbf"),
        ("text", b"\xff\xfe\x00\xd8"),
    ],
)
def test_what_was_found_stays_mended(target: str, data: bytes) -> None:
    attempt(target, data)


@pytest.mark.parametrize("name", ["telecom.docx", "telecom.html", "telecom.txt", "telecom.pdf"])
def test_our_examples_cut_and_turned(name: str) -> None:
    data = (ROOT / "examples" / name).read_bytes()
    chance = random.Random(7)
    for _ in range(12):
        broken = bytearray(data[: chance.randrange(1, len(data))])
        for _ in range(chance.randrange(8)):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        assert read(bytes(broken), name) is not None


def test_ten_thousand_nested_lists() -> None:
    page = "<html><body>" + "<ol><li>" * 10_000 + "Bên A sửa xe." + "</li></ol>" * 10_000
    source = read_bytes(page.encode(), "a.html")
    assert "Bên A sửa xe." in source.text
    assert "nested-too-deep" in source.notes
    numbering = word.abstract(0, *(word.lvl(n, f"%{n + 1}.") for n in range(9))) + word.use(1, 0)
    data = word.word("".join(word.num("x", 1, n % 12) for n in range(10_000)), numbering=numbering)
    assert len(read_bytes(data, "a.docx").blocks) == 10_000


def test_a_gigabyte_that_is_only_claimed() -> None:
    data = make.docx(["Bên A sửa xe."])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    claims = data.replace(size, (1_000_000_000).to_bytes(4, "little"))
    assert claims != data
    with pytest.raises(ReadError) as caught:
        read_bytes(claims, "a.docx")
    assert caught.value.code == "too-large"


def test_a_billion_laughs() -> None:
    laughs = '<!DOCTYPE d [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    for data, name in (
        (make.docx_xml("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", laughs + "]>"), "a.docx"),
        (f"{laughs}]><html><body>&a9;</body></html>".encode(), "a.html"),
    ):
        assert len(read(data, name)) < 5_000


def test_repeated_parts_are_counted() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(40):
            archive.writestr(f"word/header{n}.xml", b" " * 100_000)
        archive.writestr("word/document.xml", b"<x/>")
    with pytest.raises(ReadError) as caught:
        read_bytes(out.getvalue(), "a.docx", Limits(max_uncompressed=3_000_000))
    assert caught.value.code == "too-large"


@settings(max_examples=200, deadline=None)
@given(st.text(ODD, max_size=200))
def test_the_text_layer_keeps_its_promises(words: str) -> None:
    text = nfc(words)
    assert nfc(text) == text
    folded = fold(text)
    assert len(folded) == len(text) == len(printable(text))
    assert fold(folded) == folded
    tokens = tokenize(text)
    assert all(0 <= a < b <= len(text) for a, b in zip(tokens.starts, tokens.ends, strict=True))
    assert all(a <= b for a, b in zip(tokens.ends, tokens.starts[1:], strict=False))
    assert not any(c in key for key in tokens.keys for c in NO_WIDTH)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["hoà", "quyền", "thuỷ", "Đường", "khoẻ", "nghiêng"]), st.sampled_from(NO_WIDTH), st.integers(0, 6)
)
def test_characters_of_no_width_hide_no_word(syllable: str, hidden: str, at: int) -> None:
    import unicodedata

    spoilt = syllable[:at] + hidden + syllable[at:]
    plain = tokenize(nfc(syllable)).keys
    assert tokenize(nfc(unicodedata.normalize("NFD", syllable))).keys == plain
    assert "".join(tokenize(nfc(spoilt)).keys) == "".join(plain)
    assert syllable_key(fold(syllable)) == plain[0]
