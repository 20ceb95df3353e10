"""Plain text and Markdown. The text stays as it lies in the file, so that offsets hold for the file."""

from __future__ import annotations

import hashlib
import re

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.source import Block, BlockKind, SourceDocument
from hpcp_rules.readers.build import empty, too_many_characters
from hpcp_rules.readers.limits import Limits
from hpcp_rules.text.fold import nfc

_ITEM = re.compile(
    r"\s*(?:[-–—•*+●▪■◦○·]\s|\(?(?:\d{1,3}(?:\.\d+)*|[a-zđ]|[ivx]+)[.)]\s|(?:điều|chương|mục|phần)\s+\S+)",
    re.IGNORECASE,
)
_CLOSED = tuple('.!?:;…”"')


def looks_binary(data: bytes) -> bool:
    """True when the bytes hold control characters that no text has."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    odd = sum(data.count(bytes([c])) for c in range(32) if c not in (9, 10, 12, 13, 27))
    return odd > max(2, len(data) // 200)


def decode(data: bytes, name: str) -> tuple[str, str | None]:
    """The text of the bytes, and a note when the encoding had to be guessed.

    Errors: `ReadError` when no encoding fits.
    """
    for bom, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(bom):
            try:
                return data.decode(codec), None
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:2_000_000]).best()
    if best is None or best.encoding is None:
        raise ReadError(
            "encoding", vi="Không nhận ra bảng mã của tệp.", en="The file's character encoding is not known.",
            where=Where(name), remedy_vi="Lưu lại tệp với mã hóa UTF-8.", remedy_en="Save the file as UTF-8.",
        )  # fmt: skip
    return data.decode(best.encoding, errors="replace"), "encoding-guessed"


def read_plain(text: str, name: str, data: bytes, limits: Limits, notes: tuple[str, ...] = ()) -> SourceDocument:
    """A document from plain text or Markdown.

    Each line is a block; lines of a hard-wrapped paragraph (long, unclosed, the next one beginning in lower
    case) are one block.
    """
    text = nfc(text)
    if not text.strip():
        raise empty(name)
    if len(text) > limits.max_characters:
        raise too_many_characters(name, limits)
    blocks: list[Block] = []
    here = 0
    for line in text.split("\n"):
        end = here + len(line)
        stripped = line.strip()
        if stripped:
            before = text[blocks[-1].start : blocks[-1].end].rstrip() if blocks else ""
            if (
                blocks
                and blocks[-1].end == here - 1
                and len(before) - max(0, before.rfind("\n")) > 50
                and not before.endswith(_CLOSED)
                and (stripped[0].islower() or stripped[0] in "(,")
                and not _ITEM.match(line)
            ):
                blocks[-1] = Block(blocks[-1].start, end, blocks[-1].kind)
            else:
                kind: BlockKind = "list_item" if _ITEM.match(line) else "paragraph"
                if stripped.startswith("#"):
                    kind = "heading"
                blocks.append(Block(here, end, kind))
        here = end + 1
    return SourceDocument(
        name=name, media_type="text/plain", text=text, blocks=tuple(blocks),
        sha256=hashlib.sha256(data).hexdigest(), notes=notes,
    )  # fmt: skip
