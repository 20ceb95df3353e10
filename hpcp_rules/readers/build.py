"""Building a SourceDocument piece by piece, so that offsets come from construction and never from diffing."""

from __future__ import annotations

import hashlib
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field, replace

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.report import NotChecked
from hpcp_rules.model.source import Block, BlockKind, Piece, SourceDocument
from hpcp_rules.readers.limits import Limits
from hpcp_rules.text.fold import nfc

BAD_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,
)  # fmt: skip
"""What Python's zip module raises for archives that are damaged, encrypted or packed in unknown ways."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def whole_characters(text: str) -> str:
    """`text` with U+FFFD for each half of a surrogate pair, which no encoding can write; the length stays.

    Python makes such halves of file names that are no UTF-8.
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


@dataclass(slots=True)
class Builder:
    """Collects blocks of text with the origin of every stretch; `finish` makes the document."""

    limits: Limits
    where: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def block(
        self,
        runs: list[tuple[str, Piece]],
        kind: BlockKind = "paragraph",
        *,
        page: int | None = None,
        level: int | None = None,
    ) -> None:
        """Add a block made of runs of text, each with its origin (its start and end are set here).

        Runs are normalised to NFC together where a base letter and its mark fall in two runs. A block of blanks
        only is left out; blocks are separated by one line break.
        """
        text = "".join(t for t, _ in runs)
        if not text.strip():
            return
        if self.blocks:
            self.parts.append("\n")
            self.length += 1
        start = self.length
        whole = nfc(text)
        if len(whole) == sum(len(nfc(t)) for t, _ in runs):
            for run, origin in runs:
                run = nfc(run)
                if run:
                    self.pieces.append(replace(origin, start=self.length, end=self.length + len(run)))
                    self.length += len(run)
        else:
            origin = runs[0][1]
            self.pieces.append(replace(origin, start=self.length, end=self.length + len(whole)))
            self.length += len(whole)
        self.parts.append(whole)
        self.blocks.append(Block(start, self.length, kind, page, level))
        if self.length > self.limits.max_characters:
            raise too_many_characters(self.where, self.limits)

    def note(self, code: str) -> None:
        """Remember a fact about the reading once."""
        if code not in self.notes:
            self.notes.append(code)

    def finish(
        self, name: str, media_type: str, data: bytes, pages: int | None = None, page_labels: tuple[str, ...] = ()
    ) -> SourceDocument:
        """The document; a file without any text that could be read is an error unless pages were named."""
        if not self.blocks and not self.not_checked:
            raise empty(self.where)
        return SourceDocument(
            name=name,
            media_type=media_type,
            text="".join(self.parts),
            blocks=tuple(self.blocks),
            pieces=tuple(self.pieces),
            pages=pages,
            page_labels=page_labels,
            sha256=hashlib.sha256(data).hexdigest(),
            not_checked=tuple(self.not_checked),
            notes=tuple(self.notes),
        )


def empty(where: str) -> ReadError:
    """The file holds no text."""
    return ReadError(
        "empty-file",
        vi="Tệp không có nội dung văn bản nào.",
        en="The file holds no text at all.",
        where=Where(where),
        remedy_vi="Kiểm tra lại tệp đã lưu đúng chưa.",
        remedy_en="Check that the right file was saved.",
    )


def too_large(where: str, limit_vi: str, limit_en: str) -> ReadError:
    """The file passes one of the limits."""
    return ReadError(
        "too-large",
        vi=f"Tệp vượt giới hạn {limit_vi}.",
        en=f"The file is over the limit of {limit_en}.",
        where=Where(where),
        remedy_vi="Tách tệp thành nhiều phần hoặc bỏ hình ảnh không cần thiết.",
        remedy_en="Split the file or leave out images that are not needed.",
    )


def too_many_characters(where: str, limits: Limits) -> ReadError:
    """The text passes its limit."""
    number = f"{limits.max_characters:,}"
    return too_large(where, f"{number.replace(',', '.')} ký tự", f"{number} characters")


def too_complex(where: str) -> ReadError:
    """The file is nested or built in a way that cannot be followed within the limits."""
    return ReadError(
        "too-complex",
        vi="Tệp quá lớn hoặc quá phức tạp để kiểm tra.",
        en="The file is too large or too complex to check.",
        where=Where(where),
        remedy_vi="Tách tệp thành nhiều phần, hoặc lưu lại dưới dạng văn bản thường (TXT).",
        remedy_en="Split it into parts, or save it as plain text (TXT).",
    )


def damaged(where: str, what: str) -> ReadError:
    """The file is cut off or not what it claims to be."""
    return ReadError(
        "damaged",
        vi=f"Tệp {what} bị hỏng hoặc bị cắt cụt nên không mở được.",
        en=f"The {what} file is damaged or cut off and cannot be opened.",
        where=Where(where),
        remedy_vi="Lấy lại tệp gốc, hoặc mở bằng chương trình tạo ra nó rồi lưu lại.",
        remedy_en="Get the original again, or open it in the program that made it and save it anew.",
    )


def encrypted(where: str) -> ReadError:
    """The file asks for a password."""
    return ReadError(
        "encrypted",
        vi="Tệp được bảo vệ bằng mật khẩu nên không đọc được.",
        en="The file is protected by a password and cannot be read.",
        where=Where(where),
        remedy_vi="Mở bằng mật khẩu và lưu một bản không có mật khẩu.",
        remedy_en="Open it with the password and save a copy without one.",
    )
