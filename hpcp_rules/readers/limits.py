"""What a file may cost before it is refused. Contracts are hostile input: every bound has a clear refusal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of one document; exceeding one is a `ReadError` that names it."""

    max_bytes: int = 50_000_000
    max_pages: int = 2_000
    max_uncompressed: int = 200_000_000
    """Bytes of all parts of a DOCX together once unpacked."""
    max_characters: int = 20_000_000


DEFAULT = Limits()
