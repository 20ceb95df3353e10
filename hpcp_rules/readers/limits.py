"""What a file may cost before it is refused. Contracts are hostile input: every bound has a clear refusal.

Bytes, pages, characters, nesting and pictures are counted by the readers; seconds and memory are enforced from outside
by `hpcp_rules.worker`, because a parser that hangs counts nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hpcp_rules.errors import UsageError

ENVIRONMENT = "HPCP_LIMITS"
"""Variable that sets limits for every command: ``seconds=60,memory=1GB``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of one document; exceeding one is a `ReadError` that names it."""

    max_bytes: int = 50_000_000
    max_pages: int = 2_000
    max_uncompressed: int = 200_000_000
    """Bytes of all parts of a DOCX, or of one member of an archive, once unpacked."""
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
    max_nesting: int = 300
    """Elements inside elements: what lies deeper is read as plain text. Python's own limit forbids much more."""
    max_images_per_page: int = 1_000
    max_seconds: float = 600.0
    """Time to read and check one document."""
    max_memory: int = 2_000_000_000
    """Bytes that reading and checking one document may take over what the program takes by itself."""


DEFAULT = Limits()

_NAMES = {
    "bytes": "max_bytes", "pages": "max_pages", "unpacked": "max_uncompressed", "characters": "max_characters",
    "nesting": "max_nesting", "images": "max_images_per_page", "seconds": "max_seconds", "memory": "max_memory",
}  # fmt: skip
_UNITS = {"": 1, "k": 1_000, "kb": 1_000, "m": 1_000_000, "mb": 1_000_000, "g": 1_000_000_000, "gb": 1_000_000_000}
_SETTING = re.compile(r"\s*(?P<name>[a-z]+)\s*=\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]*)\s*", re.IGNORECASE)


def with_settings(limits: Limits, settings: str) -> Limits:
    """`limits` changed by ``seconds=60,memory=1GB``.

    Errors: `UsageError` for what is no ``NAME=NUMBER`` with the name of a limit.
    """
    changed: dict[str, float] = {}
    for setting in filter(str.strip, settings.split(",")):
        found = _SETTING.fullmatch(setting)
        name = found["name"].lower() if found else ""
        unit = found["unit"].lower() if found else ""
        if not found or name not in _NAMES or unit not in _UNITS or float(found["number"]) <= 0:
            raise UsageError(
                "bad-limit",
                vi=f"Không hiểu giới hạn «{setting.strip()}».", en=f"The limit “{setting.strip()}” cannot be read.",
                remedy_vi=f"Viết TÊN=SỐ (seconds=60, memory=1GB), với TÊN là: {', '.join(_NAMES)}.",
                remedy_en=f"Write NAME=NUMBER (seconds=60, memory=1GB), where NAME is: {', '.join(_NAMES)}.",
            )  # fmt: skip
        value = float(found["number"]) * _UNITS[unit]
        changed[_NAMES[name]] = value if name == "seconds" else int(value)
    return replace(limits, **changed)  # type: ignore[arg-type]


def from_environment(environment: Mapping[str, str] = os.environ) -> Limits:
    """The defaults as the variable `HPCP_LIMITS` changes them.

    Errors: `UsageError` as `with_settings`.
    """
    return with_settings(DEFAULT, environment.get(ENVIRONMENT, ""))
