"""What a reader makes of a file: NFC text, its blocks, and where every character came from.

These are plain frozen dataclasses, not pydantic models: a long contract has thousands of them and they are
never serialised; what is serialised is in `hpcp_rules.model.report`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from hpcp_rules.model.report import NotChecked

BlockKind = Literal[
    "paragraph", "heading", "list_item", "table_cell", "header", "footer", "footnote", "text_box", "title"
]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of characters with one origin; the pieces of a document are its offset map.

    `start`, `end` are characters of the NFC text. `page` counts from 1; `box` is (left, top, right, bottom) in
    points from the top left of the page; `paragraph` and `run` count from 0 in a word-processor file or HTML.
    """

    start: int
    end: int
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    paragraph: int | None = None
    run: int | None = None
    font: str | None = None
    size: float | None = None
    """Effective size in points, where the format knows it."""
    color: str | None = None
    """Text colour as ``#rrggbb``, where the format knows it; None in a word-processor file is the automatic one."""
    background: str | None = None
    """What lies behind the text: ``#rrggbb``; ``unknown`` for a picture, a pattern or a style that is not followed;
    None where nothing does, which is white paper."""
    x_height: float | None = None
    """Height in points of the font's letter x as it is drawn here, where the file holds the font."""
    hidden: bool = False
    """True for text that is there but not seen, such as the layer that OCR lays under a scan."""
    confidence: float | None = None
    """How sure the recognition of characters is of these (0 to 1); None where they are the file's own."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table cell as the file's format separates them.

    Blocks never overlap, are in reading order, and hold text that belongs together: soft line breaks of a PDF
    or of hard-wrapped text are inside one block where the reader could tell, else each line is a block.
    """

    start: int
    end: int
    kind: BlockKind = "paragraph"
    page: int | None = None
    level: int | None = None
    """Heading or list level counted from 1, where the format says so."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of a document that is put together from several: characters `start` to `end` of the text."""

    name: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A file as read: the one text that all spans refer to.

    For any span the quote is ``text[start:end]``. `text` is in Unicode NFC and otherwise as it stands in the
    file (for text files nothing but NFC is changed, so offsets hold for the file itself).
    """

    name: str
    media_type: str
    text: str
    blocks: tuple[Block, ...]
    pieces: tuple[Piece, ...] = ()
    pages: int | None = None
    page_labels: tuple[str, ...] = ()
    """What the file calls its pages ("iii", "A-2"), where that is not their count; empty otherwise."""
    sha256: str = ""
    not_checked: tuple[NotChecked, ...] = ()
    notes: tuple[str, ...] = ()
    """Codes of facts about the reading that the report shows, such as ``tracked-changes``."""
    files: tuple[FilePart, ...] = ()
    """The files that a contract with its annexes is put together from; empty for a single file."""
    _starts: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(p.start for p in self.pieces))

    @property
    def recognised(self) -> bool:
        """True when some of the text was recognised in pictures."""
        return "recognised" in self.notes

    def piece_at(self, offset: int) -> Piece | None:
        """The piece that holds the character at `offset`, or the last one before it; None without a map."""
        i = bisect_right(self._starts, offset) - 1
        return self.pieces[i] if i >= 0 else None

    def file_at(self, offset: int) -> str | None:
        """Name of the file that holds the character at `offset`, where there are several."""
        if len(self.files) < 2:
            return None
        return next((f.name for f in reversed(self.files) if f.start <= offset), None)

    def pieces_between(self, start: int, end: int) -> tuple[Piece, ...]:
        """All pieces that share a character with the span, in order."""
        i = max(0, bisect_right(self._starts, start) - 1)
        out = []
        while i < len(self.pieces) and self.pieces[i].start < end:
            if self.pieces[i].end > start:
                out.append(self.pieces[i])
            i += 1
        return tuple(out)
