"""Plain text and Markdown. The text stays as it lies in the file, so that offsets hold for the file."""

from __future__ import annotations

import hashlib
import re

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.source import Block, BlockKind, SourceDocument
from hpcp_rules.readers.build import empty, too_many_characters
from hpcp_rules.readers.limits import Limits
from hpcp_rules.text import legacy
from hpcp_rules.text.fold import nfc

_ITEM = re.compile(
    r"\s*(?:[-–—•*+●▪■◦○·]\s|\(?(?:\d{1,3}(?:\.\d+)*|[a-zđ]|[ivx]+)[.)]\s|(?:điều|chương|mục|phần)\s+\S+)",
    re.IGNORECASE,
)
_CLOSED = tuple('.!?:;…”"')


def looks_binary(data: bytes) -> bool:
    """True when the bytes hold control characters that no text has."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or _without_mark(data):
        return False
    odd = sum(data.count(bytes([c])) for c in range(32) if c not in (9, 10, 12, 13, 27))
    return odd > max(2, len(data) // 200)


def _without_mark(data: bytes) -> str | None:
    """The codec of UTF-16 text that lacks its byte order mark: of ASCII letters every other byte is zero."""
    sample = data[: 4096 - len(data[:4096]) % 2]
    low, high = sample[0::2], sample[1::2]
    if len(low) < 8:
        return None
    for codec, zeros, others in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        if zeros.count(0) > 0.4 * len(zeros) and others.count(0) == 0:
            return codec
    return None


def decode(data: bytes, name: str) -> tuple[str, str | None]:
    """The text of the bytes, and a note when the encoding had to be guessed or was one from before Unicode.

    Errors: `ReadError` when no encoding fits.
    """
    for bom, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(bom):
            try:
                return unicode(data.decode(codec))
            except UnicodeDecodeError:
                break
    unmarked = _without_mark(data)
    if unmarked:
        return data.decode(unmarked, errors="replace"), "encoding-guessed"
    try:
        return unicode(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    mended = data.decode("utf-8", errors="replace")
    beyond = sum(c > "\x7f" for c in mended)
    if mended.count("\ufffd") <= max(1, beyond // 50):
        return mended, "encoding-damaged"
    old = legacy.decode_bytes(data)
    if old is not None:
        return old[0], "legacy-encoding"
    from charset_normalizer import from_bytes

    best = from_bytes(data[:2_000_000]).best()
    if best is None or best.encoding is None:
        raise ReadError(
            "encoding", vi="Không nhận ra bảng mã của tệp.", en="The file's character encoding is not known.",
            where=Where(name), remedy_vi="Lưu lại tệp với mã hóa UTF-8.", remedy_en="Save the file as UTF-8.",
        )  # fmt: skip
    return data.decode(best.encoding, errors="replace"), "encoding-guessed"


def unicode(text: str) -> tuple[str, str | None]:
    """`text` with what a legacy encoding or a doubled UTF-8 made of Vietnamese turned back, and a note if it was."""
    old = legacy.recognise(text)
    if old is not None:
        return legacy.convert(text, old).text, "legacy-encoding"
    single = legacy.undoubled(text)
    return (text, None) if single is None else (single, "encoding-guessed")


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
    for line in text.split("\n" if "\n" in text else "\r"):  # old Macs end lines with a carriage return alone
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
