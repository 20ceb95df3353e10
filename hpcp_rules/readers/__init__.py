"""From bytes to a SourceDocument. The type is decided by what is in the file, then by its name."""

from __future__ import annotations

import hashlib
import io
import os
import shlex
import stat
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers.build import BAD_ZIP, damaged, empty, encrypted, too_large, whole_characters
from hpcp_rules.readers.limits import DEFAULT, Limits
from hpcp_rules.readers.mhtml import is_mhtml
from hpcp_rules.readers.options import DEFAULT_OPTIONS, Options
from hpcp_rules.readers.text import decode, looks_binary, read_plain

__all__ = [
    "DEFAULT", "DEFAULT_OPTIONS", "Limits", "Options", "file_bytes", "read_bytes", "read_file", "read_text",
    "stream_bytes",
]  # fmt: skip

_IMAGES = {
    b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\x00": "TIFF", b"MM\x00*": "TIFF", b"GIF8": "GIF", b"BM": "BMP",
}  # fmt: skip
_PICTURES = frozenset((*_IMAGES.values(), "WebP"))
_EXTENSIONS = {
    "pdf": ("pdf",),
    "docx": ("docx", "docm", "dotx"),
    "html": ("html", "htm", "xhtml"),
    "mhtml": ("mht", "mhtml"),
    "doc": ("doc", "dot"),
    "odt": ("odt", "ott"),
    "rtf": ("rtf",),
    "text": ("txt", "md", "markdown", "text", ""),
    "PNG": ("png",),
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "TIFF": ("tif", "tiff"),
    "GIF": ("gif",),
    "BMP": ("bmp", "dib"),
    "WebP": ("webp",),
}


def read_text(text: str, name: str = "văn bản") -> SourceDocument:
    """A document from a string; nothing but Unicode normalisation (NFC) changes it.

    Halves of a surrogate pair become U+FFFD, one for one.
    """
    text = whole_characters(text)
    return read_plain(text, whole_characters(name), text.encode(), DEFAULT)


def read_file(path: Path | str, limits: Limits = DEFAULT, options: Options = DEFAULT_OPTIONS) -> SourceDocument:
    """Read a file.

    Errors: `ReadError` with a code, one clear sentence and a remedy, whatever is wrong with the file.
    """
    return read_bytes(file_bytes(path, limits), whole_characters(str(path)), limits, options)


def file_bytes(path: Path | str, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a regular file within the limit.

    Errors: `ReadError` for a folder, a device, a file that is too large, missing or not to be opened.
    """
    path = Path(path)
    name = whole_characters(str(path))
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            os.scandir(path).close()  # a folder that may not be opened is told apart
            raise ReadError(
                "is-folder", vi="Đây là thư mục, không phải tệp.", en="This is a folder, not a file.",
                where=Where(name), remedy_vi="Chỉ ra từng tệp hợp đồng.", remedy_en="Name the contract files.",
            )  # fmt: skip
        if not stat.S_ISREG(kind):
            # A pipe may never end and a device has no end.
            raise ReadError(
                "no-regular-file", vi="Đây là thiết bị hoặc đường ống, không phải tệp.",
                en="This is a device or a pipe, not a file.", where=Where(name),
                remedy_vi="Đưa nội dung vào đầu vào chuẩn: … | hpcp check -",
                remedy_en="Send it to standard input: … | hpcp check -",
            )  # fmt: skip
        if path.stat().st_size > limits.max_bytes:
            raise _over(name, limits)
        with path.open("rb") as stream:
            return stream.read(limits.max_bytes + 1)
    except (FileNotFoundError, ValueError) as error:
        raise ReadError(
            "not-found", vi="Không tìm thấy tệp.", en="There is no such file.", where=Where(name),
            remedy_vi="Kiểm tra đường dẫn.", remedy_en="Check the path.",
        ) from error  # fmt: skip
    except OSError as error:
        raise _unreadable(name, error) from error


def stream_bytes(stream: BinaryIO, name: str, limits: Limits = DEFAULT) -> bytes:
    """The bytes of an open file or pipe, never more of it than one over the limit, which `read_bytes` refuses.

    Errors: `ReadError` when it cannot be read.
    """
    try:
        return stream.read(limits.max_bytes + 1)
    except OSError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: OSError) -> ReadError:
    return ReadError(
        "unreadable", vi=f"Không đọc được tệp ({error.strerror}).", en=f"The file cannot be read ({error.strerror}).",
        where=Where(name), remedy_vi="Kiểm tra đường dẫn và quyền truy cập.",
        remedy_en="Check the path and its permissions.",
    )  # fmt: skip


def _over(name: str, limits: Limits) -> ReadError:
    mega = f"{limits.max_bytes // 1_000_000} MB"
    return too_large(name, mega, mega)


def read_bytes(data: bytes, name: str, limits: Limits = DEFAULT, options: Options = DEFAULT_OPTIONS) -> SourceDocument:
    """Read the bytes of a file; `name` is shown in messages and its ending is a hint.

    Errors: as `read_file`.
    """
    name = whole_characters(name)
    if len(data) > limits.max_bytes:
        raise _over(name, limits)
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise empty(name)
    kind = _kind(data, name)
    if kind == "pdf":
        from hpcp_rules.readers.pdf import read_pdf

        source = read_pdf(data, name, limits, options)
    elif kind == "docx":
        from hpcp_rules.readers.docx import read_docx

        source = read_docx(data, name, limits, options)
    elif kind == "html":
        from hpcp_rules.readers.html import read_html

        source = read_html(data, name, limits)
    elif kind == "mhtml":
        from hpcp_rules.readers.mhtml import read_mhtml

        source = read_mhtml(data, name, limits)
    elif kind in ("doc", "odt", "rtf"):
        from hpcp_rules.readers.office import read_office

        source = replace(read_office(data, kind, name, limits, options), sha256=hashlib.sha256(data).hexdigest())
    elif kind in _PICTURES:
        from hpcp_rules.readers.image import read_image

        source = read_image(data, name, kind, limits, options)
    else:
        text, note = decode(data, name)
        source = read_plain(text, name, data, limits, (note,) if note else ())
    ending = Path(name).suffix.lower().lstrip(".")
    if ending not in _EXTENSIONS[kind] and any(ending in e for e in _EXTENSIONS.values()):
        source = replace(source, notes=(*source.notes, "wrong-extension"))
    return source


def _kind(data: bytes, name: str) -> str:
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if data[:4] == b"PK\x03\x04":
        return _zip_kind(data, name)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise encrypted(name)
        for stream, what in (("Workbook", "Excel"), ("PowerPoint Document", "PowerPoint")):
            if stream.encode("utf-16-le") in data and "WordDocument".encode("utf-16-le") not in data:
                raise _other_office(name, what)
        return "doc"
    for magic, what in _IMAGES.items():
        if data.startswith(magic) and (what != "BMP" or looks_binary(head)):
            return what
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"hevc", b"msf1"):
        raise ReadError(
            "heic", vi="Ảnh HEIC/AVIF chưa đọc được.", en="HEIC and AVIF pictures cannot be read.", where=Where(name),
            remedy_vi="Lưu hoặc gửi lại ảnh ở dạng JPEG.", remedy_en="Save or send it as JPEG.",
        )  # fmt: skip
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if looks_binary(data[:65536]):
        raise ReadError(
            "binary", vi="Tệp là dữ liệu nhị phân, không phải văn bản hợp đồng.",
            en="The file is binary data, not the text of a contract.", where=Where(name),
            remedy_vi="Dùng tệp TXT, Markdown, HTML, DOCX hoặc PDF.", remedy_en="Use TXT, Markdown, HTML, DOCX or PDF.",
        )  # fmt: skip
    if is_mhtml(head):
        return "mhtml"
    low = head.lower().replace(b"\x00", b"")
    if any(tag in low for tag in (b"<!doctype html", b"<html", b"<body", b"<head")):
        return "html"
    if Path(name).suffix.lower() in (".html", ".htm") and b"<" in low:
        return "html"
    return "text"


def _zip_kind(data: bytes, name: str) -> str:
    """What a zip holds, told by the names of its parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist()[:100_000])
            format_ = archive.read("mimetype")[:100] if "mimetype" in names else b""
            manifest = archive.read("META-INF/manifest.xml")[:1_000_000] if "META-INF/manifest.xml" in names else b""
    except BAD_ZIP as error:
        # Without the list of parts at the end nobody can tell what this was.
        docx = b"word/" in data[:100_000] or Path(name).suffix.lower().lstrip(".") in _EXTENSIONS["docx"]
        raise damaged(name, "DOCX" if docx else "ZIP") from error
    if format_.startswith(b"application/vnd.oasis.opendocument.text"):
        if b"encryption-data" in manifest:
            raise encrypted(name)
        return "odt"
    if any(n.startswith("word/") for n in names):
        return "docx"
    for folder, what in (("xl/", "Excel"), ("ppt/", "PowerPoint")):
        if any(n.startswith(folder) for n in names):
            raise _other_office(name, what)
    raise ReadError(
        "unknown-zip", vi="Đây là tệp nén, không phải một văn bản.", en="This is a zip file, no document.",
        where=Where(name), remedy_vi=f"Kiểm tra như một hồ sơ: hpcp check {shlex.quote(name)}",
        remedy_en=f"Check it as a dossier: hpcp check {shlex.quote(name)}",
    )  # fmt: skip


def _other_office(name: str, what: str) -> ReadError:
    return ReadError(
        "no-word-processor", vi=f"Đây là tệp {what}, không phải văn bản.", en=f"This is an {what} file, no text.",
        where=Where(name), remedy_vi="Nếu tệp chứa điều khoản, lưu thành PDF hoặc DOCX rồi kiểm tra tệp đó.",
        remedy_en="If it holds terms, save it as PDF or DOCX and check that file.",
    )  # fmt: skip
