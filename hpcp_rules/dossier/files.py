"""The files of a dossier: a folder, or a zip archive that is never unpacked to disk."""

from __future__ import annotations

import io
import os
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from hpcp_rules.errors import HpcpError, ReadError, Where
from hpcp_rules.readers import Limits
from hpcp_rules.readers.build import BAD_ZIP, damaged, encrypted, too_large, whole_characters

MAX_FILES = 500
MAX_NESTING = 2
"""How deep archives inside archives are opened."""
_JUNK = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX(?:/|$)|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a dossier with its bytes, or the error that kept it from being taken."""

    name: str
    """Its path inside the dossier, with ``/`` and without what leads out of it."""
    data: bytes = b""
    error: HpcpError | None = None


@dataclass(slots=True)
class _Budget:
    """What all files of a dossier together may still cost."""

    limits: Limits
    name: str
    bytes_left: int = field(init=False)
    files_left: int = MAX_FILES

    def __post_init__(self) -> None:
        self.bytes_left = self.limits.max_uncompressed

    def take(self, size: int) -> None:
        """Count one more file.

        Errors: `ReadError` when the dossier is over its limits.
        """
        self.files_left -= 1
        self.bytes_left -= size
        if self.files_left < 0:
            raise too_large(self.name, f"{MAX_FILES} tệp trong một hồ sơ", f"{MAX_FILES} files in a dossier")
        if self.bytes_left < 0:
            mega = self.limits.max_uncompressed // 1_000_000
            raise too_large(self.name, f"{mega} MB sau khi giải nén", f"{mega} MB once unpacked")


def entries(path: Path, limits: Limits) -> list[Entry]:
    """The files of a folder or zip archive, in order of their names; archives inside are opened too.

    Files that cannot be taken (encrypted, too deep, outside the folder) are entries with an error.
    Errors: `ReadError` when the dossier itself cannot be opened or is over its limits.
    """
    name = whole_characters(str(path))
    budget = _Budget(limits, name)
    if path.is_dir():
        found = _of_folder(path, budget)
    else:
        try:
            size = path.stat().st_size
            if size > limits.max_uncompressed:
                budget.take(size)
            data = path.read_bytes()
        except OSError as error:
            raise ReadError(
                "unreadable", vi=f"Không đọc được hồ sơ ({error.strerror}).",
                en=f"The dossier cannot be read ({error.strerror}).", where=Where(name),
                remedy_vi="Kiểm tra đường dẫn và quyền truy cập.", remedy_en="Check the path and its permissions.",
            ) from error  # fmt: skip
        found = _of_archive(data, "", budget, 1)
    return sorted(found, key=lambda e: e.name)


def _of_folder(folder: Path, budget: _Budget) -> list[Entry]:
    out: list[Entry] = []
    root = folder.resolve()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not _JUNK.search(f))
        for file in sorted(names):
            path = Path(place) / file
            inside = whole_characters(path.relative_to(folder).as_posix())
            if _JUNK.search(inside):
                continue
            if not path.is_file() or not path.resolve().is_relative_to(root):
                # A link out of the folder would let a dossier show files that nobody handed in.
                out.append(Entry(inside, error=_outside(inside)))
                continue
            try:
                size = path.stat().st_size
                budget.take(size)
                out += _opened(inside, path.read_bytes() if size <= budget.limits.max_bytes else None, budget, 0)
            except OSError as error:
                out.append(Entry(inside, error=_unreadable(inside, error)))
    return out


def _of_archive(data: bytes, prefix: str, budget: _Budget, depth: int) -> list[Entry]:
    out: list[Entry] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            if len(infos) > 50 * MAX_FILES:
                budget.files_left = 0
                budget.take(0)
            for info in infos:
                inside = prefix + safe_name(info)
                if _JUNK.search(inside):
                    continue
                budget.take(info.file_size)
                if info.flag_bits & 1:
                    out.append(Entry(inside, error=encrypted(inside)))
                elif info.file_size > budget.limits.max_bytes:
                    out += _opened(inside, None, budget, depth)
                else:
                    try:
                        with archive.open(info) as stream:
                            content = stream.read(budget.limits.max_bytes + 1)
                    except BAD_ZIP:
                        out.append(Entry(inside, error=damaged(inside, "ZIP")))
                        continue
                    out += _opened(inside, content, budget, depth)
    except BAD_ZIP as error:
        raise damaged(prefix.rstrip("/") or budget.name, "ZIP") from error
    return out


def _opened(name: str, data: bytes | None, budget: _Budget, depth: int) -> list[Entry]:
    """A file as an entry, or what is in it if it is an archive itself."""
    if data is None:
        mega = f"{budget.limits.max_bytes // 1_000_000} MB"
        return [Entry(name, error=too_large(name, mega, mega))]
    if data.startswith(_ARCHIVES):
        return [Entry(name, error=_archive(name))]
    if data[:4] != b"PK\x03\x04" or not is_archive(data):
        return [Entry(name, data)]
    if depth >= MAX_NESTING:
        return [Entry(name, error=_too_deep(name))]
    try:
        return _of_archive(data, name + "/", budget, depth + 1)
    except ReadError as error:
        if error.code == "too-large":
            raise
        return [Entry(name, error=error)]


def is_archive(data: bytes) -> bool:
    """True for a zip that is no document of an office program."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except BAD_ZIP:
        return False
    office = ("word/", "xl/", "ppt/", "mimetype", "[Content_Types].xml")
    return not any(n.startswith(office) for n in names)


def safe_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry in Unicode NFC, without what leads out of the dossier.

    Programs on Vietnamese Windows write names in UTF-8 or Windows-1258 without saying so, which zip readers take for
    code page 437.
    """
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for codec in ("utf-8", "cp1258") if not raw.isascii() else ():
            try:
                name = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    parts = [p for p in re.split(r"[/\\]+", unicodedata.normalize("NFC", name)) if p not in ("", ".", "..")]
    if parts and re.fullmatch(r"[A-Za-z]:", parts[0]):
        parts = parts[1:]
    return whole_characters("/".join(parts)) or "?"


def _outside(name: str) -> ReadError:
    return ReadError(
        "outside", vi="Đây là liên kết ra ngoài hồ sơ hoặc không phải tệp thường; không đọc.",
        en="This is a link out of the dossier or no regular file; it is not read.", where=Where(name),
        remedy_vi="Chép chính tệp đó vào thư mục.", remedy_en="Copy the file itself into the folder.",
    )  # fmt: skip


def _unreadable(name: str, error: OSError) -> ReadError:
    return ReadError(
        "unreadable", vi=f"Không đọc được tệp ({error.strerror}).", en=f"The file cannot be read ({error.strerror}).",
        where=Where(name), remedy_vi="Kiểm tra quyền truy cập.", remedy_en="Check its permissions.",
    )  # fmt: skip


def _archive(name: str) -> ReadError:
    return ReadError(
        "other-archive", vi="Tệp nén RAR hoặc 7z chưa đọc được.", en="RAR and 7z archives cannot be read.",
        where=Where(name), remedy_vi="Giải nén rồi kiểm tra thư mục nhận được.",
        remedy_en="Unpack it and check the folder.",
    )  # fmt: skip


def _too_deep(name: str) -> ReadError:
    return ReadError(
        "nested-archive", vi="Tệp nén lồng nhau quá sâu; không mở.", en="Archives are nested too deep; not opened.",
        where=Where(name), remedy_vi="Giải nén rồi kiểm tra thư mục nhận được.",
        remedy_en="Unpack it and check the folder.",
    )  # fmt: skip
