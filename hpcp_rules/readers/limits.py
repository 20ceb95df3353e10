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
    max_convert_seconds: float = 90.0
    """Seconds LibreOffice may take to convert one file."""
    max_image_pixels: int = 120_000_000
    """Pixels of a picture file, which are unpacked before it is made smaller."""
    max_ocr_pages: int = 300
    """Pages of one document whose characters are recognised; the rest is listed as not checked."""
    max_ocr_pixels: int = 40_000_000
    """Pixels of one picture or rendered page; A3 at 300 dots an inch has 17 million."""
    max_ocr_seconds: float = 60.0
    """Seconds the engine may take for one page."""


DEFAULT = Limits()
