"""Files that LibreOffice converts: what is said without it, and what holds while it runs."""

import os
import sys
import tempfile
import time
from pathlib import Path

import pytest

from hpcp_rules.errors import ReadError
from hpcp_rules.readers import Limits, office, read_bytes
from tests.readers import make

RTF = b"{\\rtf1\\ansi Ben A}"
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(2000)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made in this test."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(office, "_without_network", lambda process: ())
    return place


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Puts a program in the place of LibreOffice."""
    path = tmp_path / "soffice"
    path.write_text(f"#!{sys.executable}\nimport os, sys, time, pathlib\n{script}")
    path.chmod(0o700)
    monkeypatch.setattr(office, "find_program", lambda: str(path))


@pytest.mark.parametrize(("data", "name"), [(RTF, "a.rtf"), (RTF, "a.doc"), (DOC, "a.doc"), (DOC, "hợp đồng.docx")])
def test_without_the_program_the_command_that_installs_it_is_named(
    data: bytes, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "find_program", lambda: None)
    with pytest.raises(ReadError) as caught:
        read_bytes(data, name)
    assert caught.value.code == "no-converter"
    assert "apt install libreoffice-writer-nogui" in caught.value.remedy_vi
    assert "soffice --headless" in caught.value.remedy_en


def test_the_program_runs_in_a_place_of_its_own_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (tmp_path / "good.docx").write_bytes(make.docx(["Bên A sửa xe."]))
    monkeypatch.setenv("MY_SECRET", "x")
    seen = tmp_path / "seen.txt"
    program(
        tmp_path, monkeypatch,
        f"out = sys.argv[sys.argv.index('--outdir') + 1]\n"
        f"home = oct(os.stat(os.environ['HOME']).st_mode)\n"
        f"open({str(seen)!r}, 'w').write(repr((sys.argv, dict(os.environ), home)))\n"
        f"open(out + '/in.docx', 'wb').write(open({str(tmp_path / 'good.docx')!r}, 'rb').read())\n",
    )  # fmt: skip
    source = read_bytes(RTF, "a.rtf")
    assert source.text == "Bên A sửa xe."
    assert source.notes == ("converted",)
    assert source.media_type == "application/rtf"
    told = seen.read_text()
    assert "--headless" in told
    assert "MY_SECRET" not in told
    assert "0o40700" in told  # nobody else may look into the folder
    assert str(folder) in told
    assert list(folder.iterdir()) == []
    assert "DisableMacrosExecution" in office._SETTINGS


def test_what_it_cannot_open_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    program(tmp_path, monkeypatch, "sys.exit(1)")
    with pytest.raises(ReadError) as caught:
        read_bytes(DOC, "a.doc")
    assert caught.value.code == "damaged"
    assert list(folder.iterdir()) == []


def test_it_is_ended_with_its_children_when_it_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    child = tmp_path / "child.txt"
    program(
        tmp_path, monkeypatch,
        f"pid = os.fork()\nif pid:\n    open({str(child)!r}, 'w').write(str(pid))\ntime.sleep(600)\n",
    )  # fmt: skip
    with pytest.raises(ReadError) as caught:
        read_bytes(RTF, "a.rtf", Limits(max_convert_seconds=2))
    assert caught.value.code == "too-complex"
    pid = int(child.read_text())
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            break
        if state in "ZX":
            break
        time.sleep(0.05)
    else:
        os.kill(pid, 9)
        pytest.fail("the child still runs")
    assert list(folder.iterdir()) == []
