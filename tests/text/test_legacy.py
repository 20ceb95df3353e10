"""Legacy Vietnamese encodings: what goes in by an independent encoder comes out as Unicode, and good text stays."""

import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcp_rules.text.legacy import (
    Encoding,
    convert,
    convert_runs,
    decode_bytes,
    encoding_of_font,
    lean,
    recognise,
)
from hpcp_rules.text.syllables import is_syllable

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "examples/telecom.txt").read_text(encoding="utf-8")
SMALL = (
    "Công ty được đơn phương thay đổi giá dịch vụ mà không cần báo trước; khách hàng phải chấp nhận mọi thay đổi ấy."
)
OLD = {
    "tcvn3": "C«ng ty ®­îc ®¬n ph­¬ng thay ®æi gi¸ dÞch vô mµ kh«ng cÇn b¸o tr­íc; "
    "kh¸ch hµng ph¶i chÊp nhËn mäi thay ®æi Êy.",
    "vni": "Coâng ty ñöôïc ñôn phöông thay ñoåi giaù dòch vuï maø khoâng caàn baùo tröôùc; "
    "khaùch haøng phaûi chaáp nhaän moïi thay ñoåi aáy.",
}  # fmt: skip
"""The same sentence as the keyboard programs of the time wrote it."""
ALL_LETTERS = "".join(
    unicodedata.normalize("NFC", base + mark + tone)
    for base, marks in {"a": ("", "\u0302", "\u0306"), "e": ("", "\u0302"), "i": ("",), "o": ("", "\u0302", "\u031b"),
                        "u": ("", "\u031b"), "y": ("",)}.items()
    for mark in marks
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
) + "đ"  # fmt: skip
SYLLABLES = ["điều", "khoản", "cũ", "ngữ", "nghĩa", "Quyền", "lợi", "Ỷ", "khuỷu", "ghế", "gỗ", "hủy", "ngoằn", "ấy"]


def iconv(text: str, encoding: str) -> bytes:
    return subprocess.run(
        ["iconv", "-f", "UTF-8", "-t", encoding], input=text.encode(), capture_output=True, check=True
    ).stdout


def tcvn3(text: str) -> str:
    """How text in a TCVN3 font lies in a file; capitals with a tone are small there."""
    small = "".join(
        c.lower() if set(unicodedata.normalize("NFD", c)) & set("\u0300\u0301\u0303\u0309\u0323") else c for c in text
    )
    return iconv(small, "TCVN").decode("latin-1")


def vni(text: str) -> str:
    """VNI-Windows by its own rule: base letter, then one mark for hat and tone together."""
    rows = {"": "øùõûï", "\u0302": "àáãåä", "\u0306": "èéüúë"}
    alone = dict(zip("ìíĩỉịỵ", "ìíóæòî", strict=True))
    out = ""
    for char in text:
        parts = unicodedata.normalize("NFD", char.lower())
        tone = next((n for n, t in enumerate("\u0300\u0301\u0303\u0309\u0323") if t in parts), None)
        shape = next((m for m in ("\u0302", "\u0306") if m in parts), "")
        base = {"o\u031b": "ô", "u\u031b": "ö"}.get(parts[0] + ("\u031b" if "\u031b" in parts else ""), parts[0])
        if char.lower() == "đ":
            new = "ñ"
        elif char.lower() in alone:
            new = alone[char.lower()]
        elif tone is not None:
            new = base + rows[shape][tone]
        else:
            new = base + {"": "", "\u0302": "â", "\u0306": "ê"}[shape]
        out += new.upper() if char.isupper() else new
    return out


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_a_sentence_as_it_was_typed(encoding: Encoding) -> None:
    assert convert(OLD[encoding], encoding).text == SMALL
    assert recognise(OLD[encoding]) == encoding


@pytest.mark.parametrize(("encoding", "encoder"), [("tcvn3", tcvn3), ("vni", vni)])
def test_a_whole_contract_comes_back(encoding: Encoding, encoder: object) -> None:
    old = encoder(CONTRACT)  # type: ignore[operator]
    assert old != CONTRACT
    assert recognise(old) == encoding
    done = convert(old, encoding)
    if encoding == "vni":
        assert done.text == CONTRACT
    else:
        assert done.text.lower() == CONTRACT.lower()  # its capitals with a tone were small in the file
    assert done.changed


@pytest.mark.parametrize(("encoding", "encoder"), [("tcvn3", tcvn3), ("vni", vni)])
def test_every_letter(encoding: Encoding, encoder: object) -> None:
    words = " ".join(f"qu{c}" if unicodedata.normalize("NFD", c)[0] == "y" else f"t{c}n" for c in ALL_LETTERS[:-1])
    old = encoder(words)  # type: ignore[operator]
    # The words before say what the letters are; alone, many of them could be both.
    assert convert(OLD[encoding] * 5 + old, encoding).text == SMALL * 5 + words


@pytest.mark.parametrize("codec", ["TCVN", "VISCII", "CP1258"])
def test_bytes_by_iconv(codec: str) -> None:
    lines = "\n".join(line for line in CONTRACT.split("\n") if not set(line) & set("–“”‘’…•☐"))
    done = decode_bytes(iconv(lines, codec))
    assert done is not None
    text, name = done
    assert name == {"TCVN": "tcvn3", "VISCII": "viscii", "CP1258": "cp1258"}[codec]
    assert text == unicodedata.normalize("NFC", lines)


def test_bytes_of_windows() -> None:
    text = "“" + vni(SMALL) + "”"
    assert decode_bytes(text.encode("cp1252")) == ("“" + SMALL + "”", "vni")
    assert decode_bytes(tcvn3(SMALL).encode("latin-1")) == (SMALL, "tcvn3")


@pytest.mark.parametrize(
    "words",
    ["Der Käufer trägt die Gefahr während der Überführung.", "Le présent contrat a été signé à Orléans.", "12 £ ± 3 §"],
)
def test_other_languages_are_no_vietnamese(words: str) -> None:
    assert decode_bytes((words * 5).encode("latin-1")) is None
    assert recognise(words * 5) is None


@pytest.mark.parametrize("path", sorted((ROOT / "corpora/contracts").glob("d[12]/*.txt")), ids=lambda p: p.stem)
def test_good_text_is_never_converted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert recognise(text) is None
    assert recognise(unicodedata.normalize("NFD", text)) is None
    for encoding in ("tcvn3", "vni"):
        # Even where a font calls for it: text typed anew in an old font is Unicode.
        assert not convert(text, encoding).changed
        assert convert(text, encoding).text == text


def test_old_and_new_words_in_one_text() -> None:
    mixed = OLD["tcvn3"] + " Khách hàng đã đọc và đồng ý."
    assert convert(mixed, "tcvn3").text == SMALL + " Khách hàng đã đọc và đồng ý."


def test_a_word_that_could_be_both_follows_the_others() -> None:
    assert convert("gi¸ thu trong th¸ng", "tcvn3").text == "giá thu trong tháng"
    assert convert("giá", "tcvn3").text == "giỏ"  # á is ỏ there, and the font is all there is to go by
    assert convert("giá của dịch vụ", "tcvn3").text == "giá của dịch vụ"
    assert convert("giá", "tcvn3", document=lean(SMALL, "tcvn3")).text == "giá"


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", ("tcvn3", False)), (".VnTimeH", ("tcvn3", True)), ("ABCDEF+.VnArialH,Bold", ("tcvn3", True)),
        (".VnArial Narrow", ("tcvn3", False)), (".VnArial NarrowH", ("tcvn3", True)), ("'.VnTime'", ("tcvn3", False)),
        ("VNI-Times", ("vni", False)), ("XYZABC+VNI-Helve-Bold", ("vni", False)), ("VNI Times", ("vni", False)),
        ("Times New Roman", None), ("Vntimes New Roman", None), ("UVN Ai Cap", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_fonts(font: str | None, encoding: tuple[str, bool] | None) -> None:
    assert encoding_of_font(font) == encoding


def test_runs_of_a_paragraph() -> None:
    runs = [
        ("§iÒu 1. ", ".VnTime"),
        ("céng hßa", ".VnTimeH"),
        (" — bên mua", "Arial"),
        (" ña", "VNI-Times"),
        ("õ ñoïc", "VNI-Times"),
    ]
    assert convert_runs(runs) == ["Điều 1. ", "CỘNG HÒA", " — bên mua", " đã", " đọc"]
    assert convert_runs([("Bên mua", "Arial")]) is None
    assert convert_runs([("Bên bán và bên mua đồng ý", ".VnTime")]) is None


def test_the_letter_that_is_a_soft_hyphen_there() -> None:
    assert convert("n-íc, ph-¬ng, th- - kh¸ch-hµng, Hµ-Néi, -u tiªn", "tcvn3").text == (
        "nước, phương, thư - khách-hàng, Hà-Nội, -u tiên"
    )


def test_letters_in_the_private_area_of_symbol_fonts() -> None:
    assert convert("".join(chr(0xF000 + ord(c)) for c in "C«ng"), "tcvn3").text == "Công"


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from(OLD["tcvn3"] + OLD["vni"] + CONTRACT[:500] + "\u0301\u0323-\uf0ab"), max_size=80),
    st.sampled_from(["tcvn3", "vni", "viscii"]),
    st.booleans(),
)
def test_the_map_holds_for_any_text(text: str, encoding: Encoding, capitals: bool) -> None:
    done = convert(text, encoding, capitals=capitals)
    assert len(done.origin) == len(done.text)
    assert all(a < b for a, b in zip(done.origin, done.origin[1:], strict=False))
    assert all(0 <= at < len(text) for at in done.origin)
    untouched = [at for at in range(len(text)) if text[at] in " ;.,"]
    assert [done.text[done.origin.index(at)] for at in untouched] == [text[at] for at in untouched]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=30).map(" ".join), st.integers(0, 200))
def test_runs_lose_nothing_wherever_they_are_cut(words: str, cut: int) -> None:
    for encoder, font in ((vni, "VNI-Times"), (tcvn3, ".VnTime")):
        old = encoder(words)
        cut_at = cut % (len(old) + 1)
        done = convert_runs([(old[:cut_at], font), (old[cut_at:], font)]) or [old[:cut_at], old[cut_at:]]
        assert "".join(done).lower() == words.lower()


def test_long_words_cost_no_time_squared() -> None:
    # Works on words of up to 40 characters only, so that no text makes it slow.
    text = "á" * 100_000 + "-" * 100_000 + "aø" * 50_000
    assert len(convert(text, "tcvn3").text) == len(text)
    assert convert(text, "vni").changed is not None


@pytest.mark.parametrize(
    "word", ["nghiêng", "quốc", "quỳnh", "gì", "giếng", "khuỷu", "hoà", "hòa", "Y", "ý", "thuở", "QUYẾT"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["viÖt", "été", "für", "trach", "mát́", "nghh", "", "q", "zá", "hộiii"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)
