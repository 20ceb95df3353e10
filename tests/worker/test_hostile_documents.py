"""Files made to do harm, read for real in a worker: each is refused or read within its limits, never more."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hpcp_rules.api import Checker
from hpcp_rules.errors import ReadError
from hpcp_rules.model.report import RunReport
from hpcp_rules.readers import DEFAULT, Limits, read_bytes
from hpcp_rules.readers.office import find_program
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.worker import Guard, check_job
from tests.readers import make

LIMITS = replace(DEFAULT, max_seconds=60, max_memory=400_000_000)
WORD = make.docx(make.UNFAIR.splitlines())
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="module")
def guard(pack: Pack) -> Iterator[Guard]:
    with Guard(check_job(Checker(pack)), LIMITS) as made:
        yield made


def outcome(guard: Guard, data: bytes, name: str) -> RunReport | str:
    """The report, or the code of the refusal; the next document goes on either way."""
    found: RunReport | str
    try:
        found, _ = guard.check(data, name)
    except ReadError as error:
        found = error.code
    assert guard.check(make.UNFAIR.encode(), "next.txt")[0].findings
    return found


def word(document: bytes) -> bytes:
    """A Word file with this as its text part."""
    return make.repacked(WORD, {"word/document.xml": document})


def paragraphs(inside: str) -> bytes:
    return f'<w:document xmlns:w="{NAMESPACE}"><w:body>{inside}</w:body></w:document>'.encode()


def test_a_zip_bomb_that_says_what_it_is(guard: Guard) -> None:
    assert outcome(guard, word(b"<a>" + bytes(400_000_000)), "bomb.docx") == "too-large"


def test_a_zip_bomb_that_lies_about_its_size(guard: Guard) -> None:
    bomb = word(b"<a>" + b" " * 300_000_000)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    lying = bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != bomb
    assert outcome(guard, lying, "bomb.docx") in ("too-large", "damaged", "out-of-memory", "crashed")


def test_a_billion_laughs(guard: Guard) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha ha ha ha">{entities}]>'
    body = paragraphs("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>").decode()
    assert outcome(guard, word((text + body).encode()), "laughs.docx") in ("damaged", "too-complex", "empty-file")


def test_an_external_entity_is_not_read(guard: Guard, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("x") / "secret.txt"
    secret.write_text("bí mật của máy này")
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in (*make.UNFAIR.splitlines(), "&e;"))
    found = outcome(guard, word((text + paragraphs(lines).decode()).encode()), "entity.docx")
    assert isinstance(found, str) or "bí mật" not in found.model_dump_json()


def test_word_elements_nested_without_end(guard: Guard) -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 20_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 20_000
    assert outcome(guard, word(paragraphs(deep)), "deep.docx") in ("damaged", "too-complex", "empty-file")


def test_ten_thousand_nested_lists(guard: Guard) -> None:
    page = "<html><body>" + "<ul><li>" * 10_000 + make.UNFAIR + "</ul>" * 10_000
    found = outcome(guard, page.encode(), "deep.html")
    assert isinstance(found, RunReport)
    assert "nested-too-deep" in found.document.notes
    assert found.findings


def test_a_stream_that_claims_a_billion_bytes(guard: Guard) -> None:
    good = make.pdf([make.UNFAIR.splitlines()])
    claims = good.replace(b"/Length ", b"/Length 1000000000 %", 1)
    assert claims != good
    assert outcome(guard, claims, "claims.pdf")
    unpacked = zlib.compress(b" " * 300_000_000, 9)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(unpacked), unpacked)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>", stream,
    ]  # fmt: skip
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places))
    out.write(b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % table)
    found = outcome(guard, out.getvalue(), "bomb.pdf")
    assert found in ("no-text", "damaged", "out-of-memory", "crashed", "empty-file") or isinstance(found, RunReport)


def test_a_page_of_pictures_without_end() -> None:
    one = make.scan([make.CLEAN.splitlines()])
    with pytest.raises(ReadError) as caught:
        read_bytes(one, "a.pdf", Limits(max_images_per_page=0))
    assert caught.value.code == "too-large"
    assert "0 hình một trang" in caught.value.vi
    assert read_bytes(one, "a.pdf", Limits(max_images_per_page=1)).text


def test_the_nesting_that_is_read_can_be_set() -> None:
    page = ("<div>" * 20 + "<p>Chữ</p>" + "</div>" * 20).encode()
    for nesting, deep in ((10, True), (100, False)):
        found = read_bytes(b"<html><body>" + page + b"</body></html>", "a.html", Limits(max_nesting=nesting))
        assert found.text == "Chữ"
        assert ("nested-too-deep" in found.notes) == deep


def test_an_old_word_file_is_converted_inside_the_fence(guard: Guard) -> None:
    """LibreOffice is installed by `.ci/run`; it wants to write in places where a worker may not."""
    assert find_program() is not None, "LibreOffice is not installed: see .ci/run"
    assert read_bytes(b"{\\rtf1 A}", "a.rtf").text  # what this process may do, a worker forked from it may not
    units = make.UNFAIR.encode("utf-16-le")
    codes = (int.from_bytes(units[n : n + 2], "little") for n in range(0, len(units), 2))
    rtf = b"{\\rtf1\\ansi " + b"".join(b"\\u%d?" % code for code in codes)
    found = outcome(guard, rtf.replace(b"\\u10?", b"\\par ") + b"}", "old.rtf")
    assert isinstance(found, RunReport)
    assert found.findings
