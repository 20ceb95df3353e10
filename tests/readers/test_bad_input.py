"""Input that is broken, hostile or simply no contract: one clear sentence each, and nothing lost in silence."""

import io
import zipfile
from pathlib import Path

import pytest

from hpcp_rules.api import Checker
from hpcp_rules.errors import ReadError
from hpcp_rules.readers import DEFAULT, Limits, read_bytes, read_file, read_text
from hpcp_rules.rulespec.model import Pack
from tests.readers import make

LINES = make.UNFAIR.splitlines()
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(data: bytes, name: str, limits: Limits = DEFAULT) -> ReadError:
    """The error that refuses these bytes; it has both languages, the place and a remedy."""
    with pytest.raises(ReadError) as caught:
        read_bytes(data, name, limits)
    assert_clear(caught.value, name)
    return caught.value


def assert_clear(error: ReadError, name: str) -> None:
    assert error.vi
    assert error.en
    assert error.vi != error.en
    assert error.remedy_vi
    assert error.remedy_en
    assert error.remedy_vi != error.remedy_en
    for sentence in (error.vi, error.en):
        assert "\n" not in sentence
        assert sentence.endswith(".")
    assert error.where.file == name
    for lang in ("vi", "en"):
        assert error.text(lang).startswith(f"{name}: ")


def words_of(data: bytes, name: str) -> str | None:
    """The text of these bytes, or None when they are refused clearly."""
    try:
        return read_bytes(data, name).text
    except ReadError as error:
        assert_clear(error, name)
        return None


PDF = make.pdf([LINES, [f"{n}. Dòng bịa." for n in range(30)]])
DOCX = make.docx(LINES)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty-file"),
        (b"", "a.pdf", "empty-file"),
        (b"", "a.docx", "empty-file"),
        (b" \t\r\n \n", "a.txt", "empty-file"),
        ("\u00a0\u3000\n\u2003".encode(), "a.txt", "empty-file"),
        (b"\xef\xbb\xbf", "a.txt", "empty-file"),
        (b"\x00" * 5000, "a.bin", "empty-file"),
        (b"<html><body><p> </p></body></html>", "a.html", "empty-file"),
        (b"<html><head><script>var x = 1</script></head></html>", "a.html", "empty-file"),
        (make.docx([]), "a.docx", "empty-file"),
        (make.pdf([[]]), "a.pdf", "no-text"),
        (make.pdf([LINES], "mật khẩu"), "a.pdf", "encrypted"),
        (b"%PDF-1.7\n", "a.pdf", "damaged"),
        (zipped({"readme.txt": b"hello"}), "a.docx", "unknown-zip"),
        (zipped({"xl/workbook.xml": b"<x/>"}), "a.xlsx", "no-word-processor"),
        (zipped({"word/styles.xml": b"<x/>"}), "a.docx", "damaged"),
        (make.repacked(DOCX, {"word/document.xml": b"<w:document"}), "a.docx", "damaged"),
        (make.repacked(DOCX, {"word/document.xml": b""}), "a.docx", "damaged"),
        (bytes((37 * n * n + 11 * n) % 251 for n in range(9000)), "a.txt", "binary"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "a.txt", "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(64)), "a.png", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(64)), "a.pdf", "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "a.jpg", "damaged"),
        (b"II*\x00\x08\x00\x00\x00", "a.tif", "damaged"),
        (OLD_OFFICE + "Workbook".encode("utf-16-le"), "a.xls", "no-word-processor"),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "encrypted"),
    ],
)
def test_each_kind_of_bad_file_has_its_code(data: bytes, name: str, code: str) -> None:
    assert refused(data, name).code == code


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_a_truncated_file_is_damaged(share: float) -> None:
    assert refused(PDF[: int(len(PDF) * share)], "a.pdf").code == "damaged"
    assert refused(DOCX[: int(len(DOCX) * share)], "a.docx").code in ("damaged", "unknown-zip")


def test_a_cut_off_word_file_is_not_called_a_mere_zip() -> None:
    at = DOCX.index(b"word/")
    assert refused(DOCX[: at - 10], "a.docx").code == "damaged"


@pytest.mark.parametrize("name", ["no-such.txt", "no-such.pdf"])
def test_missing_file_and_folder(tmp_path: Path, name: str) -> None:
    for path, code in ((tmp_path / name, "not-found"), (tmp_path, "is-folder")):
        with pytest.raises(ReadError) as caught:
            read_file(path)
        assert caught.value.code == code
        assert_clear(caught.value, str(path))


def test_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as out:
        out.truncate(200_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    with pytest.raises(ReadError) as caught:
        read_file(path)
    assert caught.value.code == "too-large"
    assert "50 MB" in caught.value.vi
    assert "50 MB" in caught.value.en
    assert_clear(caught.value, str(path))


@pytest.mark.parametrize(
    ("data", "name", "limits"),
    [
        (make.UNFAIR.encode(), "a.txt", Limits(max_bytes=100)),
        (make.UNFAIR.encode(), "a.txt", Limits(max_characters=100)),
        (f"<html><body><p>{make.UNFAIR}</p></body></html>".encode(), "a.html", Limits(max_characters=100)),
        (DOCX, "a.docx", Limits(max_characters=100)),
        (DOCX, "a.docx", Limits(max_uncompressed=1000)),
        (PDF, "a.pdf", Limits(max_pages=1)),
        (PDF, "a.pdf", Limits(max_characters=100)),
    ],
    ids=["bytes", "characters", "html-characters", "docx-characters", "docx-unpacked", "pdf-pages", "pdf-characters"],
)
def test_every_limit_refuses_clearly(data: bytes, name: str, limits: Limits) -> None:
    assert refused(data, name, limits).code == "too-large"


def test_zip_bomb_is_refused_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = make.repacked(DOCX, {"word/document.xml": b"0" * 3_000_000})
    assert len(bomb) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("a part was unpacked"))
    assert refused(bomb, "a.docx", Limits(max_uncompressed=1_000_000)).code == "too-large"


def test_zip_bomb_that_lies_about_its_size() -> None:
    size = 3_000_000
    bomb = make.repacked(DOCX, {"word/document.xml": b"0" * size})
    lying = bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != bomb
    assert refused(lying, "a.docx", Limits(max_uncompressed=1_000_000)).code in ("damaged", "too-large")


def test_laughing_entities_are_not_expanded() -> None:
    laughs = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefg", "bcdefgh", strict=True)
    )
    data = make.docx_xml("<w:p><w:r><w:t>Bên A &h;</w:t></w:r></w:p>", laughs + "]>")
    assert len(words_of(data, "a.docx") or "") < 100


@pytest.mark.parametrize("kind", ["SYSTEM", 'PUBLIC "x"'])
def test_external_entity_is_not_read(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("CHUYỆN KÍN", encoding="utf-8")
    body = "<w:p><w:r><w:t>Bên A</w:t><w:t>&e;</w:t></w:r></w:p>"
    data = make.docx_xml(body, f'<!DOCTYPE d [<!ENTITY e {kind} "{secret.as_uri()}">]>')
    assert "KÍN" not in (words_of(data, "a.docx") or "")


@pytest.mark.parametrize("middle", ["<!-- x -->", "<?x y?>", "<![CDATA[]]>", "&e;"])
def test_no_word_is_lost_behind_odd_xml(middle: str) -> None:
    doctype = '<!DOCTYPE d [<!ENTITY e "và">]>' if "&" in middle else ""
    body = f"<w:p><w:r><w:t>Bên A {middle} đổi giá tùy ý</w:t></w:r></w:p>"
    words = words_of(make.docx_xml(body, doctype), "a.docx")
    assert words is None or "đổi giá tùy ý" in words


class _Fetched(Exception):
    pass


def test_nothing_outside_the_file_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fetch(*_: object, **__: object) -> None:
        raise _Fetched

    monkeypatch.setattr("socket.socket.connect", fetch)
    monkeypatch.setattr("socket.getaddrinfo", fetch)
    away = "http://example.invalid/x.dotx"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" TargetMode="External" Target="{away}" Type='
            f'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
            for n, kind in enumerate(("attachedTemplate", "image", "hyperlink", "oleObject"))
        )
        + "</Relationships>"
    )
    data = make.docx_xml("<w:p><w:r><w:t>Bên A sửa xe.</w:t></w:r></w:p>", f'<!DOCTYPE d SYSTEM "{away}">')
    data = make.repacked(data, {"word/_rels/document.xml.rels": rels.encode()})
    assert words_of(data, "a.docx") in (None, "Bên A sửa xe.")
    page = f'<html><body><img src="{away}"><iframe src="{away}"></iframe><p>Bên A sửa xe.</p></body></html>'
    assert read_bytes(page.encode(), "a.html").text == "Bên A sửa xe."


@pytest.mark.parametrize(
    ("data", "name", "media"),
    [
        (PDF, "a.txt", "application/pdf"),
        (make.UNFAIR.encode(), "a.pdf", "text/plain"),
        (make.UNFAIR.encode(), "a.docx", "text/plain"),
        (DOCX, "a.pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (f"<html><body>{make.UNFAIR}</body></html>".encode(), "a.txt", "text/html"),
    ],
)
def test_a_wrong_ending_is_noted_and_the_content_read(data: bytes, name: str, media: str) -> None:
    source = read_bytes(data, name)
    assert source.media_type == media
    assert "wrong-extension" in source.notes
    assert "thay đổi giá" in source.text or not make.VIETNAMESE


def test_a_right_ending_has_no_note() -> None:
    for data, name in ((PDF, "a.pdf"), (DOCX, "a.DOCX"), (make.UNFAIR.encode(), "a.md"), (make.UNFAIR.encode(), "-")):
        assert read_bytes(data, name).notes == ()


def test_a_pdf_with_an_owner_password_only_is_read() -> None:
    source = read_bytes(make.pdf([LINES], "", "chủ"), "a.pdf")
    assert "1. " in source.text
    assert source.not_checked == ()


def test_a_scanned_page_is_named_and_the_others_read() -> None:
    source = read_bytes(make.scan([LINES]), "a.pdf")
    assert [(n.code, n.page) for n in source.not_checked] == [("page-without-text", 2)]
    assert source.pages == 2
    assert source.text
    only = read_bytes(make.scan([]), "a.pdf")
    assert [n.page for n in only.not_checked] == [1]
    assert only.text == ""
    for note in (*source.not_checked, *only.not_checked):
        assert note.remedy
        assert note.reason.vi != note.reason.en


def test_hidden_words_are_named() -> None:
    body = "<w:p><w:r><w:t>Bên A sửa xe.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>Giấu đi</w:t></w:r></w:p>"
    word = read_bytes(make.docx_xml(body), "a.docx")
    page = read_bytes(b'<html><body><p>Ben A</p><p style="display: none">Giau</p></body></html>', "a.html")
    for source in (word, page):
        assert [n.code for n in source.not_checked] == ["hidden-text"]
        assert "Gi" not in source.text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The owner may change the price of the yellow bicycle at any time. " * 5, "not-vietnamese"),
        ("Der Laden darf den Preis des gelben Rades jederzeit ändern. " * 5, "not-vietnamese"),
        ("12 345 678\n90 12 34\n", "not-vietnamese"),
        ("Con mèo vàng ngủ trên mái và nằm mơ thấy cá của nhà bên, không ai đánh thức được nó. " * 3, "not-a-contract"),
    ],
)
def test_what_is_no_vietnamese_contract_is_said(pack: Pack, text: str, code: str) -> None:
    report = Checker(pack).check_text(text)
    assert [n.code for n in report.not_checked] == [code]
    (note,) = report.not_checked
    assert not report.complete
    assert note.remedy
    for words in (note.part, note.reason, note.remedy):
        assert words.vi
        assert words.en
        assert words.vi != words.en


def test_a_contract_is_no_false_alarm(pack: Pack) -> None:
    assert Checker(pack).check_text(make.CLEAN).complete


def test_a_failed_file_still_has_a_report(pack: Pack) -> None:
    error = refused(b"", "a.txt")
    report = Checker(pack).failed("a.txt", error)
    assert not report.complete
    assert report.findings == ()
    assert [(e.code, e.message.vi, e.message.en) for e in report.errors] == [
        ("empty-file", error.text("vi"), error.text("en"))
    ]


@pytest.mark.parametrize(
    "text",
    ["Bên A\udce9 sửa xe.", make.UNFAIR.replace("giá", "giá\ud800"), "\x00Bên\x00 A", "\ufffe" * 9],
    ids=["half-a-pair", "half-a-pair-in-a-finding", "nul", "no-character"],
)
def test_odd_characters_do_no_harm(pack: Pack, text: str) -> None:
    try:
        report = Checker(pack).check(read_text(text, "a"))
    except ReadError as error:
        assert_clear(error, "a")
    else:
        assert report.model_dump_json()


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_a_mark_are_known(codec: str) -> None:
    source = read_bytes(make.UNFAIR.encode(codec), "a.txt")
    assert source.text == make.UNFAIR
    assert source.notes == ()


def test_a_guessed_encoding_is_noted() -> None:
    assert "encoding-guessed" in read_bytes(make.UNFAIR.encode("utf-16-le"), "a.txt").notes


def test_deeply_nested_input_is_survived() -> None:
    page = "<div>" * 5000 + "Bên A sửa xe." + "</div>" * 5000
    assert "Bên A sửa xe." in read_bytes(f"<html><body>{page}</body></html>".encode(), "a.html").text
    table = "<w:p><w:r><w:t>Bên A sửa xe.</w:t></w:r></w:p>"
    for _ in range(80):
        table = f"<w:tbl><w:tr><w:tc>{table}</w:tc></w:tr></w:tbl>"
    source = read_bytes(make.docx_xml(f"<w:p><w:r><w:t>Mở đầu.</w:t></w:r></w:p>{table}"), "a.docx")
    assert "Bên A sửa xe." in source.text or source.not_checked
