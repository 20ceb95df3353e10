"""A Word document opened to be written into: where each character of the read text stands in its XML.

The reader's text is what spans refer to, so the reader itself must say which run a character came from. A copy of the
document is read in which every run has a type size of its own; the size comes back with each piece of text. Nothing is
compared or guessed, and nothing of the copy is kept.
"""

from __future__ import annotations

import copy
import io
import unicodedata
import zipfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import read_bytes

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_FIRST = 5000
"""Type size in points of the first run of the copy: larger than any in use."""
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Place:
    """A character in the XML: the run it stands in and how many visible characters of the run stand before it."""

    run: Any
    before: int
    exact: bool
    """False where only the run is known, not the place in it."""


class WordFile:
    """The parts of a DOCX that hold text, open to be changed; everything else is kept byte for byte.

    Arguments:
        data: the file; it must be what `source` was read from.

    Errors: `ReadError` when its text cannot be traced back to its XML.
    """

    def __init__(self, data: bytes, source: SourceDocument) -> None:
        self._data = data
        self.source = source
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._infos = archive.infolist()
            self.names = {i.filename for i in self._infos}
            self.roots: dict[str, Any] = {}
            for name in sorted(self.names):
                if name.startswith("word/") and name.endswith(".xml") and name.count("/") == 1:
                    root = _parse(archive.read(name))
                    if root is not None and _namespace(root) in (TRANSITIONAL, STRICT):
                        self.roots[name] = root
            self.other: dict[str, bytes] = {}
        self.changed: set[str] = set()
        self._segments: dict[int, list[tuple[int, int, Any]]] = {}
        self.main = next(
            (n for n, r in self.roots.items() if r.tag.endswith("}document")),
            "word/document.xml",
        )
        if self.main not in self.roots:
            raise self._lost()
        self.w = "{" + _namespace(self.roots[self.main]) + "}"
        self._runs: list[Any] = []
        self._part_of: list[str] = []
        self._trace()

    def tag(self, name: str) -> str:
        """The full name of an element or attribute of WordprocessingML."""
        return self.w + name

    def read(self, name: str) -> bytes | None:
        """A part as it lies in the file; None where there is none."""
        if name not in self.names:
            return None
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            return archive.read(name)

    def part(self, run: Any) -> str:
        """Name of the part that a run stands in."""
        root = run.getroottree().getroot()
        return next(name for name, r in self.roots.items() if r is root)

    def place(self, offset: int) -> Place | None:
        """Where a visible character of the text stands; None for automatic numbers and what no run holds."""
        i = bisect_right(self._starts, offset) - 1
        if i < 0:
            return None
        start, end, number, before, exact = self._pieces[i]
        if offset >= end:
            return None
        visible = sum(not c.isspace() for c in self.source.text[start:offset])
        return Place(self._runs[number], before + visible if exact else 0, exact)

    def ends(self, start: int, end: int) -> tuple[Place, Place] | None:
        """The places of the first and the last visible character of a span that runs hold; None without any."""
        text = self.source.text
        offsets = [o for o in range(start, end) if not text[o].isspace()]
        first = next((p for o in offsets if (p := self.place(o))), None)
        last = next((p for o in reversed(offsets) if (p := self.place(o))), None)
        return (first, last) if first and last else None

    def stretches(self, start: int, end: int) -> list[tuple[Any, int, int]]:
        """The runs that hold a span, each with how many of its visible characters stand before and up to its end.

        -1 for either is the run's own border, blanks included. A run whose characters cannot be told apart is taken
        whole, as is one of blanks only.
        """
        text = self.source.text
        out = []
        i = max(0, bisect_right(self._starts, start) - 1)
        while i < len(self._pieces) and self._pieces[i][0] < end:
            low, high, number, before, exact = self._pieces[i]
            i += 1
            first, last = max(low, start), min(high, end)
            if first >= last:
                continue
            skipped = sum(not c.isspace() for c in text[low:first])
            held = sum(not c.isspace() for c in text[first:last])
            if not held and (first > low or last < high or not start < low < end):
                continue
            run = self._runs[number]
            if exact and held:
                head, tail = before + skipped, before + skipped + held
                opens = head == 0 and start < low
                ends = tail == len(self.letters(run)) and high < end
                out.append((run, -1 if opens else head, -1 if ends else tail))
            elif all(r is not run for r, _, _ in out):
                out.append((run, -1, -1))
        return out

    def save(self) -> bytes:
        """The file with the changed and added parts; all others as they were."""
        from lxml import etree

        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self._data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for info in self._infos:
                name = info.filename
                if name in self.other:
                    data = self.other[name]
                elif name in self.changed:
                    data = etree.tostring(
                        self.roots[name].getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
                    )
                else:
                    data = old.read(name)
                new.writestr(info, data, compress_type=info.compress_type)
            for name in sorted(set(self.other) - self.names):
                new.writestr(name, self.other[name])
        return out.getvalue()

    def cut(self, points: Iterable[tuple[Any, int]]) -> None:
        """Cut runs after so many of their visible characters, all at once: places are those of the uncut runs.

        Blanks at a cut become a part of their own. `segment_from`, `segment_to` and `segments` then give the parts.
        """
        wanted: dict[int, tuple[Any, set[int]]] = {}
        for run, before in points:
            wanted.setdefault(id(run), (run, set()))[1].add(before)
        for run, befores in wanted.values():
            edges = self._edges(run)
            parts: list[tuple[int, int, Any]] = []
            end = len(edges)
            # From the back, so that what is still to be cut keeps its place.
            for before in sorted((n for n in befores if 0 <= n <= len(edges)), reverse=True):
                if before < len(edges):
                    rest = self._split(run, *edges[before][:2])
                    parts.append((before, end, run if rest is None else rest))
                    if rest is None:
                        end = -1
                        break
                if before > 0:
                    child, _, after = edges[before - 1]
                    self._split(run, child, after)
                end = before
            if end > 0 or not parts:
                parts.append((0, end, run))
            self._segments[id(run)] = parts[::-1]

    def segment_from(self, run: Any, before: int) -> Any:
        """The part of a run that begins after so many of its visible characters."""
        return next((part for start, _, part in self._segments.get(id(run), ()) if start == before), run)

    def segment_to(self, run: Any, after: int) -> Any:
        """The part of a run that ends with its visible character number `after`; -1 is the last one."""
        parts = self._segments.get(id(run), [(0, -1, run)])
        return next((part for _, end, part in parts if end == after), parts[-1][2])

    def segments(self, run: Any, before: int, after: int) -> list[Any]:
        """The parts of a run from one cut to the other; an `after` of -1 is the end."""
        parts = self._segments.get(id(run), [(0, -1, run)])
        return [part for start, end, part in parts if start >= before and (after < 0 or 0 <= end <= after)]

    def _edges(self, run: Any) -> list[tuple[int, int, int]]:
        """For each visible character the child of the run that holds it, where it begins there and where it ends."""
        out = []
        for n, child in enumerate(run):
            if child.tag not in (self.tag("t"), self.tag("delText")):
                out += [(n, 0, 1)] * len(self._visible(child))
                continue
            text = child.text or ""
            at = 0
            while at < len(text):
                end = at + 1
                while end < len(text) and unicodedata.combining(text[end]):
                    end += 1
                out += [(n, at, end)] * sum(not c.isspace() for c in unicodedata.normalize("NFC", text[at:end]))
                at = end
        return out

    def _split(self, run: Any, child: int, offset: int) -> Any:
        """Cut a run in two at an offset in one of its children; the second part, or None if either would be empty."""
        second = copy.deepcopy(run)
        for n, (mine, other) in enumerate(zip(list(run), list(second), strict=True)):
            if mine.tag == self.tag("rPr"):
                continue
            text = mine.text or "" if mine.tag == self.tag("t") else " "
            if n < child or (n == child and offset >= len(text)):
                second.remove(other)
            elif n > child or offset == 0:
                run.remove(mine)
            else:
                _set_text(mine, text[:offset])
                _set_text(other, text[offset:])
        properties = self.tag("rPr")
        if all(c.tag == properties for c in run):
            for extra in [c for c in second if c.tag != properties]:
                run.append(extra)
            return None
        if all(c.tag == properties for c in second):
            return None
        run.addnext(second)
        return second

    def letters(self, run: Any) -> list[str]:
        """The visible characters of a run as the reader counts them: letters with their marks."""
        return [c for child in run for c in self._visible(child)]

    def _visible(self, child: Any) -> list[str]:
        if child.tag in (self.tag("t"), self.tag("delText")):
            return [c for c in unicodedata.normalize("NFC", child.text or "") if not c.isspace()]
        if child.tag == self.tag("noBreakHyphen"):
            return ["-"]
        return ["•"] if child.tag == self.tag("sym") else []

    def _trace(self) -> None:
        """Read a copy in which each run has a size of its own, and note which run each piece came from."""
        from lxml import etree

        copies: dict[str, bytes] = {}
        for name, root in self.roots.items():
            marked = copy.deepcopy(root)
            for mine, other in zip(root.iter(self.tag("r")), marked.iter(self.tag("r")), strict=True):
                properties = other.find(self.tag("rPr"))
                if properties is None:
                    properties = etree.Element(self.tag("rPr"))
                    other.insert(0, properties)
                size = properties.find(self.tag("sz"))
                if size is None:
                    size = etree.SubElement(properties, self.tag("sz"))
                size.set(self.tag("val"), str(2 * (_FIRST + len(self._runs))))
                self._runs.append(mine)
            copies[name] = etree.tostring(marked, xml_declaration=True, encoding="UTF-8", standalone=True)
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self._data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for info in self._infos:
                new.writestr(info.filename, copies.get(info.filename) or old.read(info.filename))
        again = read_bytes(out.getvalue(), self.source.name)
        if again.text != self.source.text:
            raise self._lost()
        # (start, end, number of the run, visible characters of the run before, whether the count is to be trusted)
        self._pieces: list[tuple[int, int, int, int, bool]] = []
        pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for piece in again.pieces:
            number = int(piece.size or 0) - _FIRST
            if piece.run is not None and 0 <= number < len(self._runs):
                pieces[number].append((piece.start, piece.end))
        for number, spans in pieces.items():
            own = self.letters(self._runs[number])
            read = [[c for c in again.text[a:b] if not c.isspace()] for a, b in spans]
            exact = own == [c for part in read for c in part]
            before = 0
            for (start, end), part in zip(spans, read, strict=True):
                self._pieces.append((start, end, number, before, exact))
                before += len(part)
        self._pieces.sort()
        self._starts = [p[0] for p in self._pieces]

    def _lost(self) -> ReadError:
        return ReadError(
            "cannot-trace",
            vi="Không lần được vị trí của chữ trong tệp Word này nên không ghi vào được.",
            en="The places of the text in this Word file cannot be traced, so it cannot be written into.",
            where=Where(self.source.name),
            remedy_vi="Mở bằng Word hoặc LibreOffice, lưu thành DOCX mới rồi thử lại, hoặc dùng --format html.",
            remedy_en="Open it in Word or LibreOffice, save it as a new DOCX and try again, or use --format html.",
        )


def _parse(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Any = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    return None if root.getroottree().docinfo.doctype else root


def _namespace(root: Any) -> str:
    tag = str(root.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _set_text(element: Any, text: str) -> None:
    element.text = text
    if text != text.strip():
        element.set(_XML_SPACE, "preserve")
