"""Folders and archives as one dossier: what each file is, annexes read with their contract, and hostile archives."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hpcp_rules.api import Checker
from hpcp_rules.cli.main import app
from hpcp_rules.dossier import read_dossier
from hpcp_rules.dossier.files import MAX_FILES, entries, safe_name
from hpcp_rules.errors import ReadError
from hpcp_rules.readers import DEFAULT, Limits
from hpcp_rules.rulespec.pack import Pack
from tests.readers import make

APPLICATION = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐƠN ĐĂNG KÝ HỢP ĐỒNG THEO MẪU, ĐIỀU KIỆN GIAO DỊCH CHUNG\n"
    "Kính gửi: Sở Công Thương\n1. Tên tổ chức: Công ty TNHH Bánh Xe Tre\n2. Đăng ký lần đầu\n"
)
ANNEX = (
    "PHỤ LỤC 01\nBIỂU PHÍ SỬA XE\n1. Vá săm: năm nghìn đồng.\n"
    "2. Công ty có quyền thay đổi biểu phí bất cứ lúc nào mà không cần báo trước cho Khách hàng.\n"
)
LICENCE = "SỞ KẾ HOẠCH VÀ ĐẦU TƯ\nGIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP\nMã số doanh nghiệp: 0000000000\n"
FILES = {
    "don dang ky.txt": APPLICATION.encode(),
    "hợp đồng.docx": make.docx(make.CLEAN.splitlines()),
    "phụ lục 1.txt": ANNEX.encode(),
    "giấy phép.txt": LICENCE.encode(),
}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def put(path: Path, files: dict[str, bytes]) -> Path:
    """A zip, or for a path without ending a folder, of these files."""
    if path.suffix == ".zip":
        path.write_bytes(zipped(files))
        return path
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["ho-so.zip", "ho-so"])
def test_files_are_told_apart_and_the_annex_is_read_with_its_contract(tmp_path: Path, name: str, pack: Pack) -> None:
    report = Checker(pack).check_dossier(put(tmp_path / name, FILES))
    assert {f.name: f.role for f in report.files} == {
        "don dang ky.txt": "application", "hợp đồng.docx": "contract", "phụ lục 1.txt": "annex",
        "giấy phép.txt": "licence",
    }  # fmt: skip
    assert [c.status for c in report.components] == ["present", "present"]
    assert report.complete
    (contract,) = report.reports
    # The party's name stands in the contract only, the unfair term in the annex only.
    found = [f for f in contract.findings if "báo trước" in f.quote]
    assert found
    assert {f.file for f in found} == {"phụ lục 1.txt"}
    assert any("Bên A" in p.names for p in contract.document.parties)


def test_spans_of_a_merged_document_hold() -> None:
    files = {**FILES, "sub/../phụ lục 2.txt": ANNEX.replace("01", "02").encode()}
    dossier = read_dossier_of(files)
    (document,) = dossier.documents
    assert [f.name for f in document.files] == ["hợp đồng.docx", "phụ lục 1.txt", "sub/phụ lục 2.txt"]
    for part in document.files:
        assert document.text[part.start : part.end].strip()
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()
    assert document.file_at(document.text.rindex("Vá săm")) == "sub/phụ lục 2.txt"
    assert document.text[document.files[1].start :].startswith("PHỤ LỤC 01")


def read_dossier_of(files: dict[str, bytes], limits: Limits = DEFAULT):  # type: ignore[no-untyped-def]
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return read_dossier(put(Path(folder) / "a.zip", files), limits)


def test_a_scan_or_text_of_the_same_contract_is_a_copy() -> None:
    long = make.UNFAIR + "".join(f"{n}. Bên A giao lại xe thứ {n} cho khách hàng tại tiệm.\n" for n in range(3, 40))
    nearly = long.replace("thứ 5", "thứ 6").encode()
    dossier = read_dossier_of({"b.docx": make.docx(long.splitlines()), "a.txt": nearly})
    assert [(f.name, f.role, f.belongs_to) for f in dossier.files] == [
        ("a.txt", "copy", "b.docx"), ("b.docx", "contract", None),
    ]  # fmt: skip
    assert len(dossier.documents) == 1


def test_annexes_go_to_the_contract_beside_them() -> None:
    other = "ĐIỀU KHOẢN SỬ DỤNG THẺ\nĐiều 1. Thẻ\n1. Thẻ dùng trong năm.\nĐiều 2. Phí\n1. Phí trả một lần.\n".encode()
    files = {
        "xe/hop dong.txt": make.CLEAN.encode(), "xe/phu luc.txt": ANNEX.encode(), "the/dieu khoan.txt": other,
        "the/bieu phi.txt": ANNEX.replace("SỬA XE", "THẺ").encode(),
    }  # fmt: skip
    owners = {f.name: f.belongs_to for f in read_dossier_of(files).files if f.role == "annex"}
    assert owners == {"xe/phu luc.txt": "xe/hop dong.txt", "the/bieu phi.txt": "the/dieu khoan.txt"}


def test_what_is_missing_is_said(tmp_path: Path, pack: Pack) -> None:
    report = Checker(pack).check_dossier(put(tmp_path / "a.zip", {"don.txt": APPLICATION.encode()}))
    assert [(c.provision, c.status) for c in report.components] == [("nd55:8.1", "present"), ("nd55:8.1", "absent")]
    assert report.reports == ()


def test_an_unreadable_file_is_named_and_the_rest_checked(tmp_path: Path, pack: Pack) -> None:
    files = {**FILES, "hỏng.pdf": b"%PDF-1.7 x", "b.rar": b"Rar!\x1a\x07x"}
    report = Checker(pack).check_dossier(put(tmp_path / "a.zip", files))
    assert {f.name: f.error.code for f in report.files if f.error} == {"hỏng.pdf": "damaged", "b.rar": "other-archive"}
    assert not report.complete
    assert len(report.reports) == 1


def test_names_are_decoded_and_cannot_lead_out() -> None:
    old = "Hợp đồng.txt".encode()
    raw = zipped({"A" * len(old): b"e"}).replace(b"A" * len(old), old)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert [safe_name(i) for i in archive.infolist()] == ["Hợp đồng.txt"]
    hostile = zipped({"../../etc/passwd": b"b", "C:\\ho so\\c.txt": b"c", "/d.txt": b"d"})
    with zipfile.ZipFile(io.BytesIO(hostile)) as archive:
        assert [safe_name(i) for i in archive.infolist()] == ["etc/passwd", "ho so/c.txt", "d.txt"]


def test_nested_archives_are_opened_to_a_depth(tmp_path: Path) -> None:
    inner = zipped({"hop dong.txt": make.CLEAN.encode()})
    path = put(tmp_path / "a.zip", {"trong.zip": inner, "sau.zip": zipped({"sau.zip": zipped({"sau.zip": inner})})})
    found = {e.name: e.error.code if e.error else None for e in entries(path, DEFAULT)}
    assert found == {"trong.zip/hop dong.txt": None, "sau.zip/sau.zip": "nested-archive"}


@pytest.mark.parametrize("case", ["bytes", "files", "claims", "nested"])
def test_bombs_are_refused(tmp_path: Path, case: str) -> None:
    limits = Limits(max_uncompressed=1_000_000)
    if case == "bytes":
        files = {f"{n}.txt": b"0" * 300_000 for n in range(5)}
    elif case == "files":
        files = {f"{n}.txt": b"a" for n in range(MAX_FILES + 1)}
    elif case == "nested":
        files = {f"{n}.zip": zipped({"a.txt": b"0" * 600_000}) for n in range(3)}
    else:
        files = {"a.txt": b"0" * 1000}
    path = put(tmp_path / "a.zip", files)
    if case == "claims":
        size = (1000).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(size, (1_000_000_000).to_bytes(4, "little")))
    with pytest.raises(ReadError) as caught:
        entries(path, limits)
    assert caught.value.code == "too-large"


def test_encrypted_entries_and_links_are_named(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"a" * 50}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        data[at] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(data))
    assert [e.error and e.error.code for e in entries(tmp_path / "a.zip", DEFAULT)] == ["encrypted"]
    folder = put(tmp_path / "ho-so", {"a.txt": b"a"})
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật")
    os.symlink(secret, folder / "b.txt")
    os.symlink(tmp_path, folder / "up")
    assert {e.name: e.error and e.error.code for e in entries(folder, DEFAULT)} == {"a.txt": None, "b.txt": "outside"}


@pytest.mark.parametrize("name", ["a.zip", "a"])
def test_an_empty_dossier_is_an_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a":
        path.mkdir()
    else:
        put(path, {"__MACOSX/x": b"1", ".DS_Store": b"2", "~$hd.docx": b"3"})
    with pytest.raises(ReadError) as caught:
        read_dossier(path)
    assert caught.value.code == "empty-dossier"


def test_the_command_line_tells_what_each_file_is(tmp_path: Path) -> None:
    path = put(tmp_path / "hồ sơ.zip", FILES)
    done = CliRunner().invoke(app, ["check", str(path)])
    assert done.exit_code == 1
    told = ("Đơn đăng ký: don dang ky.txt", "Phụ lục: phụ lục 1.txt (đọc cùng hợp đồng.docx)", "tệp phụ lục 1.txt")
    for words in told:
        assert words in done.output
    folder = put(tmp_path / "ho-so", {"don.txt": APPLICATION.encode(), "x.rar": b"Rar!\x1a\x07x"})
    done = CliRunner().invoke(app, ["check", "--dossier", "--format", "json", str(folder)])
    assert done.exit_code == 2
    assert '"role": "unread"' in done.output
