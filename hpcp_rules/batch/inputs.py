"""What a batch is asked to check, one by one: files, folders, globs, lists, zip archives, JSON Lines of texts.

Nothing is held but the document at hand, and nothing is fatal: what cannot be read is an item with its error.
Archives are never unpacked to disk.
"""

from __future__ import annotations

import glob
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from hpcp_rules.errors import HpcpError, ReadError, Where
from hpcp_rules.readers import Limits, file_bytes
from hpcp_rules.readers.build import damaged, too_large, whole_characters

_ENDINGS = "txt md markdown html htm docx docm dotx pdf doc odt rtf png jpg jpeg tif tiff"
DOCUMENTS = frozenset(f".{ending}" for ending in _ENDINGS.split(" "))
"""Endings of documents in folders and archives; what cannot be read of them is an error that says what to do."""
_RATIO, _ALLOWED = 200, 50_000_000
"""How many times its size an archive may unpack to, and how much any archive may."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document to check, or what is wrong with it."""

    name: str
    load: Callable[[], bytes] | None
    """Its bytes; raises `HpcpError`."""
    size: int = 0
    mtime: int = 0
    """Of files: nanoseconds. With the size it tells whether a file has changed since it was last read; 0: unknown."""
    business: str | None = None
    sector: str | None = None
    error: HpcpError | None = None
    weight: int = 0
    """Bytes of the inputs that are done with this item: see `total_bytes`."""


def total_bytes(inputs: Sequence[str]) -> int:
    """Bytes of all files that the inputs name, to tell how far a batch is; those of lists are counted as well."""
    total = 0
    for given in inputs:
        if given.startswith("@") and not os.path.exists(given):
            with suppress(OSError), open(given[1:], encoding="utf-8", errors="surrogateescape") as lines:
                total += sum(total_bytes([line.strip("\r\n")]) for line in lines if line.strip())
        elif os.path.isdir(given):
            total += sum(_size(path) for path in _documents(given))
        elif not os.path.lexists(given) and any(c in given for c in "*?["):
            total += sum(total_bytes([path]) for path in glob.iglob(given, recursive=True))
        else:
            total += _size(given)
    return total


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def items(inputs: Sequence[str], limits: Limits) -> Iterator[Item]:
    """All documents of these inputs in order.

    Arguments:
        inputs: files, folders (with the documents in them), globs, ``@list.txt`` (one input a line), ``.zip``,
            ``.jsonl`` (a text a line: ``{"text": …, "name": …, "business": …, "sector": …}``).
    """
    for given in inputs:
        if given.startswith("@") and not os.path.exists(given):
            yield from _listed(given[1:], limits)
        elif os.path.isdir(given):
            yield from _folder(given, limits)
        elif not os.path.lexists(given) and any(c in given for c in "*?["):
            found = False
            for path in glob.iglob(given, recursive=True):
                found = True
                yield from _folder(path, limits) if os.path.isdir(path) else _file(path, limits)
            if not found:
                yield Item(given, None, error=_nothing(given))
        else:
            yield from _file(given, limits)


def _folder(folder: str, limits: Limits) -> Iterator[Item]:
    for path in _documents(folder):
        yield from _file(path, limits)


def _documents(folder: str) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = os.path.join(here, name)
            ending = os.path.splitext(name)[1].lower()
            if not name.startswith(".") and (ending in DOCUMENTS or ending in (".zip", ".jsonl")):
                yield path


def _file(path: str, limits: Limits) -> Iterator[Item]:
    ending = os.path.splitext(path)[1].lower()
    try:
        if ending == ".zip" and os.path.isfile(path):
            yield from _archive(path, limits)
        elif ending == ".jsonl" and os.path.isfile(path):
            yield from _lines(path, limits)
        else:
            about = os.stat(path) if os.path.isfile(path) else None
            size, mtime = (about.st_size, about.st_mtime_ns) if about else (0, 0)
            yield Item(whole_characters(path), lambda: file_bytes(path, limits), size, mtime, weight=size)
    except OSError as error:
        yield Item(whole_characters(path), None, error=_unreadable(path, error))


def _listed(path: str, limits: Limits) -> Iterator[Item]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines:
                wanted = line.strip("\r\n")
                if wanted.strip() and not wanted.startswith("#"):
                    yield from items([wanted], limits)
    except OSError as error:
        yield Item(whole_characters(path), None, error=_unreadable(path, error))


def _archive(path: str, limits: Limits) -> Iterator[Item]:
    shown = whole_characters(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        yield Item(shown, None, error=damaged(f"{shown}", "ZIP"))
        del error
        return
    left = max(_ALLOWED, _RATIO * os.path.getsize(path))
    with archive:
        for member in archive.infolist():
            name = f"{shown}!/{whole_characters(member.filename)}"
            ending = os.path.splitext(member.filename)[1].lower()
            if member.is_dir() or os.path.basename(member.filename).startswith("."):
                continue
            if ending in (".zip", ".jsonl"):
                yield Item(name, None, error=_nested(name))
            elif ending in DOCUMENTS:
                most = min(left, limits.max_uncompressed, limits.max_bytes)
                try:
                    content = _member(archive, member, name, most)
                except HpcpError as error:
                    left -= most if error.code == "too-large" else 0
                    yield Item(name, None, error=error)
                    continue
                left -= len(content)
                yield Item(name, _always(content), len(content), weight=member.compress_size)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, most: int) -> bytes:
    """What a member holds, never more of it than `most`, whatever it claims.

    Errors: `ReadError`.
    """
    if member.flag_bits & 1:
        from hpcp_rules.readers.build import encrypted

        raise encrypted(name)
    try:
        with archive.open(member) as stream:
            content = stream.read(most + 1)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise damaged(name, "ZIP") from error
    if len(content) > most:
        mega = f"{most // 1_000_000} MB"
        raise too_large(name, mega, mega)
    return content


def _lines(path: str, limits: Limits) -> Iterator[Item]:
    shown = whole_characters(path)
    with open(path, "rb") as stream:
        number = 0
        while line := stream.readline(limits.max_bytes + 1):
            number += 1
            place = f"{shown}:{number}"
            if len(line) > limits.max_bytes:
                _skip_line(stream)
                mega = f"{limits.max_bytes // 1_000_000} MB"
                yield Item(place, None, error=too_large(place, mega, mega))
            elif line.strip():
                yield _line(line, place)


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
        pass


def _line(line: bytes, place: str) -> Item:
    try:
        row: Any = json.loads(line)
        text = row["text"] if isinstance(row, dict) else row
        if not isinstance(text, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        wrong = ReadError(
            "bad-json-line",
            vi="Dòng này không phải một văn bản dạng JSON.", en="This line is no text in JSON.", where=Where(place),
            remedy_vi='Mỗi dòng viết {"text": "…", "name": "…", "business": "…", "sector": "…"}.',
            remedy_en='Write each line as {"text": "…", "name": "…", "business": "…", "sector": "…"}.',
        )  # fmt: skip
        return Item(place, None, error=wrong)
    told = row if isinstance(row, dict) else {}
    said = {k: str(told[k]) if told.get(k) else None for k in ("name", "business", "sector")}
    name = f"{place} {whole_characters(said['name'])}" if said["name"] else place
    content = whole_characters(text).encode()
    return Item(
        name, _always(content), len(content), business=said["business"], sector=said["sector"], weight=len(line)
    )


def _always(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def _nothing(given: str) -> ReadError:
    return ReadError(
        "no-match",
        vi="Không có tệp nào khớp với mẫu tên này.", en="No file fits this pattern.", where=Where(given),
        remedy_vi="Kiểm tra mẫu tên và thư mục đang đứng.", remedy_en="Check the pattern and the folder you are in.",
    )  # fmt: skip


def _nested(name: str) -> ReadError:
    return ReadError(
        "nested-archive",
        vi="Tệp nén nằm trong tệp nén nên không được mở.", en="An archive inside an archive is not opened.",
        where=Where(name), remedy_vi="Giải nén rồi đưa vào như một tệp riêng.",
        remedy_en="Unpack it and give it as a file of its own.",
    )  # fmt: skip


def _unreadable(path: str, error: OSError) -> ReadError:
    return ReadError(
        "unreadable", vi=f"Không đọc được ({error.strerror}).", en=f"It cannot be read ({error.strerror}).",
        where=Where(whole_characters(path)), remedy_vi="Kiểm tra đường dẫn và quyền truy cập.",
        remedy_en="Check the path and its permissions.",
    )  # fmt: skip
