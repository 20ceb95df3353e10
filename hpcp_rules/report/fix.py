"""Proposed wording written into a Word copy of the contract as tracked changes, which a person accepts or not.

A Word file is changed in place and keeps its formatting; of any other input a new Word file with its text is made. Each
change carries a comment that says why, and that a person decides.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from hpcp_rules.model.report import Remedy, RunReport
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import read_bytes
from hpcp_rules.report.annotate import DOCX
from hpcp_rules.report.annotate.comment import AUTHOR, comment_lines, cover_lines
from hpcp_rules.report.annotate.docx import Comments
from hpcp_rules.report.annotate.word import TRANSITIONAL, WordFile
from hpcp_rules.report.html.view import FindingView, PageView, numbered
from hpcp_rules.report.messages import say

_LABEL = re.compile(
    r"\s*(?:(?:điều|khoản|mục|điểm|phần|chương)\s+[\w.]+\s*[.:)\-–]?\s+|\d+(?:\.\d+)*\s?[.)/]?\s+|\(?[a-zđ]\s?[.)/]\s+"
    r"|\([ivx\d]+\)\s*|[ivx]+\s?[.)]\s+|[-–—•*+●▪■◦○·►]\s*)",
    re.IGNORECASE,
)
"""The number or bullet in front of a clause, which stays."""
_END = re.compile(r"[;.,:!?…]*\s*$")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: the characters of the text that go, and what stands in their place."""

    finding: FindingView
    start: int
    end: int
    new: str
    """Empty where the words only go."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is changed and what is left to a person, with the reason why."""

    edits: tuple[Edit, ...]
    left: tuple[tuple[FindingView, Remedy | str], ...]
    """Findings without a change: ``by-hand``, or the number of the finding whose change covers theirs."""


def plan(report: RunReport, view: PageView, source: SourceDocument, chosen: Iterable[str]) -> Plan:
    """The changes for the chosen findings (by id), in the order of the text.

    The number of a clause stays, so that references to it hold: of a clause that goes it stays with a remark. The same
    wording is written once in an article; the other sentences it replaces go.
    """
    wanted = frozenset(chosen)
    edits: list[Edit] = []
    left: list[tuple[FindingView, Remedy | str]] = []
    written: set[tuple[str, str]] = set()
    picked = [(n, f) for n, f in numbered(report) if f.id in wanted]
    for number, f in sorted(picked, key=lambda p: (p[1].span.start, -p[1].span.end)):
        shown = view.by_key[str(number)]
        if f.remedy == "by-hand":
            left.append((shown, "by-hand"))
            continue
        if edits and f.span.start < edits[-1].end:
            left.append((shown, edits[-1].finding.key))
            continue
        label = _LABEL.match(f.quote)
        start = f.span.start + (label.end() if label else 0)
        if start >= f.span.end:
            start = f.span.start
        new = ""
        if f.replacement is not None:
            wording = f.replacement.vi
            at = (f.outline[0] if f.outline else "", wording)
            new = "" if at in written else _closed(wording, f.quote)
            written.add(at)
        if not new and (label or _numbered(source, f.span.start)):
            new = _closed(say("fix.left-out", "vi"), f.quote)
        end = f.span.end
        if new and new[-1] == f.quote[-1] and "\n" not in source.text[start:end]:
            new, end = new[:-1], end - 1  # the stop both have stays
        edits.append(Edit(shown, start, end, new))
    return Plan(tuple(edits), tuple(left))


def _closed(wording: str, quote: str) -> str:
    """The wording with the stop that the sentence had: an item of a list ends with a semicolon."""
    found = _END.search(quote)
    stop = found.group().strip() if found else ""
    return wording.rstrip(".") + (stop[0] if stop[:1] in (";", ",") else ".")


def _numbered(source: SourceDocument, start: int) -> bool:
    """True when an automatic number stands in front of the clause."""
    return any(b.start == start and b.kind == "list_item" for b in source.blocks)


def write_fixed(
    data: bytes, plan: Plan, view: PageView, source: SourceDocument, when: datetime | None = None
) -> tuple[bytes, tuple[FindingView, ...]]:
    """A Word file with the changes tracked, and the findings whose words could not be found in it.

    Arguments:
        data: the file that `source` was read from.
        when: the time of the changes (default: now).

    Errors: `ReadError` when the text cannot be traced back to the file's XML.
    """
    at = (when or datetime.now(UTC)).astimezone(UTC)
    if source.media_type == DOCX:
        return _track(WordFile(data, source), {}, plan, view, f"{at:%Y-%m-%dT%H:%M:%SZ}")
    made, shifts = _as_docx(source)
    return _track(WordFile(made, read_bytes(made, "x.docx")), shifts, plan, view, f"{at:%Y-%m-%dT%H:%M:%SZ}")


def _as_docx(source: SourceDocument) -> tuple[bytes, dict[int, int]]:
    """A Word file with a paragraph for each block, and by block how far its text moved."""
    body: list[str] = []
    for block in source.blocks:
        text = _plain(source.text[block.start : block.end])
        look = "<w:rPr><w:b/></w:rPr>" if block.kind == "heading" else ""
        body.append(f'<w:p><w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>')
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{TRANSITIONAL}"><w:body>{"".join(body)}'
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701"'
        ' w:header="709" w:footer="709" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_SKELETON, "word/document.xml": xml}.items():
            archive.writestr(name, content)
    shifts: dict[int, int] = {}
    at = 0
    for block in source.blocks:
        shifts[block.start] = at - block.start
        at += block.end - block.start + 1
    return out.getvalue(), shifts


_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SKELETON = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "word/styles.xml": f'<w:styles xmlns:w="{TRANSITIONAL}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="26"/>'
    '<w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr>'
    "</w:pPrDefault></w:docDefaults></w:styles>",
}


def _plain(text: str) -> str:
    """The text with what XML or a paragraph cannot hold replaced, one character for one."""
    return "".join(" " if c in "\n\t\r" else "\ufffd" if ord(c) < 32 or ord(c) in (0xFFFE, 0xFFFF) else c for c in text)


def _track(
    file: WordFile, shifts: Mapping[int, int], plan: Plan, view: PageView, when: str
) -> tuple[bytes, tuple[FindingView, ...]]:
    comments = Comments(file, when)
    writer = _Writer(file, when)
    starts = sorted(shifts)
    placed: list[tuple[Edit, list[tuple[Any, int, int]]]] = []
    lost: list[FindingView] = []
    for edit in plan.edits:
        stretches = []
        for start, end in _moved(edit.start, edit.end, starts, shifts):
            stretches += file.stretches(start, end)
        if stretches:
            placed.append((edit, stretches))
        else:
            lost.append(edit.finding)
    file.cut([c for _, s in placed for run, before, after in s for c in ((run, before), (run, after))])
    for edit, stretches in placed:
        runs = [part for run, before, after in stretches for part in file.segments(run, before, after)]
        first, last = writer.replace(runs, edit.new)
        if file.part(first) == file.main:
            comments.between(first, last, comments.add(comment_lines(edit.finding, view.notice)))
    head = next(file.roots[file.main].iter(file.tag("p")), None)
    if head is not None:
        comments.at_paragraph(head, comments.add((say("fix.cover", view.lang), *cover_lines(view, lost))))
    comments.write()
    return file.save(), tuple(lost)


def _moved(start: int, end: int, starts: list[int], shifts: Mapping[int, int]) -> Iterable[tuple[int, int]]:
    """A span of the source in the characters of the Word file, block by block."""
    if not starts:
        yield start, end
        return
    for n, block in enumerate(starts):
        after = starts[n + 1] - 1 if n + 1 < len(starts) else end
        low, high = max(start, block), min(end, max(after, block))
        if low < high:
            yield low + shifts[block], high + shifts[block]


class _Writer:
    """Writes tracked deletions and insertions."""

    def __init__(self, file: WordFile, when: str) -> None:
        from lxml import etree

        self._file = file
        self._etree = etree
        self._when = when
        used = [
            int(v)
            for root in file.roots.values()
            for e in root.iter()
            if isinstance(e.tag, str) and (v := e.get(file.tag("id")) or "").isdecimal()
        ]
        self._next = max(used, default=0) + 1

    def replace(self, runs: list[Any], new: str) -> tuple[Any, Any]:
        """Track the deletion of these runs and the insertion of new words; gives the first and last element of it."""
        w = self._file.tag
        look = runs[0].find(w("rPr"))
        paragraphs: list[Any] = []
        marks = []
        for run in runs:
            paragraph = next(run.iterancestors(w("p")))
            if paragraph not in paragraphs:
                paragraphs.append(paragraph)
            marks.append(self._deleted(run))
            self._file.changed.add(self._file.part(marks[-1]))
        first = self._climbed(marks[0])
        last = self._climbed([m for m in marks if next(m.iterancestors(w("p"))) is paragraphs[0]][-1])
        if new:
            # Behind what goes, as Word does; an insertion into an insertion or a link would not be one of its own.
            inserted = self._inserted(new, look)
            last.addnext(inserted)
            last = inserted
        for n, paragraph in enumerate(paragraphs):
            if n or not new:
                self._without_mark(paragraph)
        return first, last

    def _change(self, name: str) -> Any:
        w = self._file.tag
        self._next += 1
        return self._etree.Element(w(name), {w("id"): str(self._next), w("author"): AUTHOR, w("date"): self._when})

    def _deleted(self, run: Any) -> Any:
        w = self._file.tag
        mark = self._change("del")
        run.addprevious(mark)
        mark.append(run)
        for text in run.iter(w("t")):
            text.tag = w("delText")
        return mark

    def _inserted(self, new: str, look: Any) -> Any:
        w = self._file.tag
        mark = self._change("ins")
        run = self._etree.SubElement(mark, w("r"))
        if look is not None:
            own = copy.deepcopy(look)
            for change in own.findall(w("rPrChange")):
                own.remove(change)
            run.append(own)
        text = self._etree.SubElement(run, w("t"))
        text.text = new
        return mark

    def _climbed(self, element: Any) -> Any:
        """The element itself or what holds it, at the level of the paragraph."""
        while element.getparent() is not None and element.getparent().tag != self._file.tag("p"):
            element = element.getparent()
        return element

    def _without_mark(self, paragraph: Any) -> None:
        """Track the deletion of a paragraph's mark where nothing of its text is left and it is not needed."""
        w = self._file.tag
        gone = {id(t) for d in paragraph.iter(w("del")) for t in d.iter(w("delText"))}
        texts = [t for t in paragraph.iter(w("t"), w("delText"), w("drawing"), w("pict")) if id(t) not in gone]
        following = paragraph.getnext()
        if texts or following is None or following.tag != w("p"):
            return
        properties = paragraph.find(w("pPr"))
        if properties is None:
            properties = self._etree.Element(w("pPr"))
            paragraph.insert(0, properties)
        if properties.find(w("sectPr")) is not None:
            return
        look = properties.find(w("rPr"))
        if look is None:
            look = self._etree.Element(w("rPr"))
            change = properties.find(w("pPrChange"))
            if change is None:
                properties.append(look)
            else:
                change.addprevious(look)
        look.insert(0, self._change("del"))
