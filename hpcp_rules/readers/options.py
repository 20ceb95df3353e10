"""How a file is read where there is a choice; every choice has a default that suits an office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Ocr = Literal["auto", "never", "always"]
OCR: tuple[Ocr, ...] = get_args(Ocr)
Tracked = Literal["accepted", "original"]
TRACKED: tuple[Tracked, ...] = get_args(Tracked)


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of reading, passed unchanged to each reader."""

    ocr: Ocr = "auto"
    """Recognition of characters: ``auto`` for pictures and for pages without a usable text layer, ``always`` for
    every page of a PDF, ``never`` to list such pages as not checked."""
    ocr_jobs: int | None = None
    """How many pages are recognised at once; None: as many as the machine has processors."""
    tracked: Tracked = "accepted"
    """Tracked changes of a Word file: read as if all were accepted, or the ``original`` before any of them."""


DEFAULT_OPTIONS = Options()
