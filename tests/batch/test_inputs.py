"""What a batch takes: each form of input, and what is wrong with it, one item each."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from hpcp_rules.batch.inputs import Item, items, total_bytes
from hpcp_rules.errors import HpcpError
from hpcp_rules.readers import DEFAULT, Limits


def read(*inputs: Path | str, limits: Limits = DEFAULT) -> dict[str, str]:
    """Name and content, or the code of the error, of every item."""
    return {item.name: outcome(item) for item in items([str(i) for i in inputs], limits)}


def outcome(item: Item) -> str:
    if item.error is not None:
        return item.error.code
    assert item.load is not None
    try:
        return item.load().decode()
    except HpcpError as error:
        return error.code


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "b.txt").write_text("bê")
    (tmp_path / "in" / "deep" / "a.md").write_text("a")
    (tmp_path / "in" / "sums.xlsx").write_text("no contract")
    (tmp_path / "in" / ".hidden.txt").write_text("no contract")
    return tmp_path


def test_a_folder_gives_the_documents_in_it(folder: Path) -> None:
    assert read("in") == {"in/b.txt": "bê", "in/deep/a.md": "a"}


def test_a_file_that_is_named_is_taken_whatever_it_is(folder: Path) -> None:
    assert read("in/sums.xlsx", "no-such.txt") == {"in/sums.xlsx": "no contract", "no-such.txt": "not-found"}


def test_a_pattern(folder: Path) -> None:
    assert read("in/**/*.md", "in/*.pdf") == {"in/deep/a.md": "a", "in/*.pdf": "no-match"}


def test_a_list(folder: Path) -> None:
    (folder / "list.txt").write_text("# ours\nin/b.txt\n\nin/deep\nno-such.txt\n")
    assert read("@list.txt") == {"in/b.txt": "bê", "in/deep/a.md": "a", "no-such.txt": "not-found"}
    assert read("@no-list") == {"no-list": "unreadable"}


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_an_archive_gives_its_members_and_writes_nothing(folder: Path) -> None:
    inner = io.BytesIO()
    zipped(folder / "inner.zip", {"x.txt": b"x"})
    inner.write((folder / "inner.zip").read_bytes())
    zipped(folder / "in.zip", {
        "a.txt": b"a", "dir/b.docx": b"b", "../../outside.txt": b"o", "/etc/root.txt": b"r", "notes.xlsx": b"-",
        "more.zip": inner.getvalue(),
    })  # fmt: skip
    before = sorted(folder.parent.rglob("*"))
    assert read("in.zip") == {
        "in.zip!/a.txt": "a", "in.zip!/dir/b.docx": "b", "in.zip!/../../outside.txt": "o",
        "in.zip!//etc/root.txt": "r", "in.zip!/more.zip": "nested-archive",
    }  # fmt: skip
    assert sorted(folder.parent.rglob("*")) == before


def test_archives_that_are_broken_locked_or_bombs(folder: Path) -> None:
    good = zipped(folder / "good.zip", {"a.txt": os.urandom(3000).hex().encode(), "b.txt": b"b"}).read_bytes()
    (folder / "cut.zip").write_bytes(good[:200])
    spoilt = bytearray(good)
    spoilt[100:120] = bytes(20)
    (folder / "spoilt.zip").write_bytes(spoilt)
    locked = bytearray(good)
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(head) + flags] |= 1
    (folder / "locked.zip").write_bytes(locked)
    assert read("cut.zip") == {"cut.zip": "damaged"}
    assert read("spoilt.zip") == {"spoilt.zip!/a.txt": "damaged", "spoilt.zip!/b.txt": "b"}
    assert read("locked.zip")["locked.zip!/a.txt"] == "encrypted"
    zipped(folder / "bomb.zip", {"bomb.txt": bytes(30_000_000), "small.txt": b"s"})
    limits = Limits(max_uncompressed=1_000_000)
    assert read("bomb.zip", limits=limits) == {"bomb.zip!/bomb.txt": "too-large", "bomb.zip!/small.txt": "s"}


def test_many_bombs_in_one_archive_are_bounded_together(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hpcp_rules.batch.inputs._ALLOWED", 2_500_000)
    monkeypatch.setattr("hpcp_rules.batch.inputs._RATIO", 1)
    zipped(folder / "bombs.zip", {f"{n}.txt": bytes(1_000_000) for n in range(9)})
    outcomes = list(read("bombs.zip").values())
    assert [len(o) for o in outcomes[:2]] == [1_000_000] * 2
    assert outcomes[2:] == ["too-large"] * 7


def test_lines_of_texts(folder: Path) -> None:
    rows = [
        {"text": "một", "name": "m", "business": "Công ty A", "sector": "viễn thông"}, "hai", {"txt": "no"}, 5,
        {"text": ""},
    ]  # fmt: skip
    lines = [json.dumps(r) for r in rows] + ["", "{", json.dumps({"text": "x" * 5000}), json.dumps("\ud800 cuối")]
    (folder / "t.jsonl").write_text("\n".join(lines))
    found = list(items(["t.jsonl"], Limits(max_bytes=4000)))
    assert {i.name: outcome(i) for i in found} == {
        "t.jsonl:1 m": "một", "t.jsonl:2": "hai", "t.jsonl:3": "bad-json-line", "t.jsonl:4": "bad-json-line",
        "t.jsonl:5": "", "t.jsonl:7": "bad-json-line", "t.jsonl:8": "too-large", "t.jsonl:9": "\ufffd cuối",
    }  # fmt: skip
    assert (found[0].business, found[0].sector) == ("Công ty A", "viễn thông")


def test_errors_name_their_place_in_both_languages(folder: Path) -> None:
    (folder / "t.jsonl").write_text("{")
    zipped(folder / "a.zip", {"b.zip": b"PK"})
    for item in items(["no*.txt", "t.jsonl", "a.zip", "@none"], DEFAULT):
        assert item.error is not None
        assert item.error.text("vi").startswith(item.name)
        assert item.error.remedy_vi
        assert item.error.remedy_en


def test_how_much_there_is_to_do_is_known_before(folder: Path) -> None:
    zipped(folder / "in" / "z.zip", {f"{n}.txt": os.urandom(9000).hex().encode() for n in range(2)})
    (folder / "in" / "t.jsonl").write_text('"một"\n"hai"\n')
    (folder / "list.txt").write_text("in\n")
    for given in ("in", "@list.txt", "i?"):
        total = total_bytes([given])
        assert total == sum(p.stat().st_size for p in (folder / "in").rglob("*.[mjtz]*") if p.name[0] != ".")
        assert 0.4 * total < sum(i.weight for i in items([given], DEFAULT)) <= total
