"""The contract's own Word file with comments anchored to the quoted words; the text stays what it was.

Word shows comments in the main text only, so a finding in a footnote, a text box, a header or a footer is anchored
where that is attached, and its comment begins with the quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hpcp_rules.model.source import SourceDocument
from hpcp_rules.report.annotate.comment import AUTHOR, comment_lines, cover_lines, quote_text
from hpcp_rules.report.annotate.word import STRICT, WordFile
from hpcp_rules.report.html.view import FindingView, PageView
from hpcp_rules.report.messages import say

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"


def annotate_docx(
    data: bytes, view: PageView, source: SourceDocument, spans: Sequence[tuple[FindingView, int, int]], when: str
) -> bytes:
    """The file with a comment per finding and one at its head that sums up.

    Arguments:
        spans: the findings with the characters they lie over.
        when: the time of the comments as ``YYYY-MM-DDTHH:MM:SSZ``.

    Errors: `ReadError` when the text cannot be traced back to the file's XML.
    """
    file = WordFile(data, source)
    comments = Comments(file, when)
    # All places are looked up before any run is cut.
    anchors = [(f, _anchor(file, start, end)) for f, start, end in spans]
    unplaced = [f for f, anchor in anchors if anchor is None]
    head = next(file.roots[file.main].iter(file.tag("p")), None)
    marks = []
    for f, anchor in anchors:
        if anchor is None:
            continue
        lines = list(comment_lines(f, view.notice))
        if anchor.elsewhere:
            lines.insert(1, f"{say('report.quote', view.lang)}: “{quote_text(f)}”")
        marks.append((anchor, comments.add(lines)))
    if head is not None:
        comments.at_paragraph(head, comments.add(cover_lines(view, unplaced)))
    file.cut([cut for anchor, _ in marks for cut in ((anchor.first, anchor.before), (anchor.last, anchor.after))])
    for anchor, number in marks:
        comments.around(anchor, number)
    comments.write()
    return file.save()


class _Anchor:
    def __init__(self, first: Any, before: int, last: Any, after: int, elsewhere: bool, order: int) -> None:
        self.first = first
        self.before = before
        """Visible characters of the first run that stand before the range; 0 for none."""
        self.last = last
        self.after = after
        """Visible characters of the last run up to the end of the range; -1 for all."""
        self.elsewhere = elsewhere
        self.order = order


def _anchor(file: WordFile, start: int, end: int) -> _Anchor | None:
    found = file.ends(start, end)
    if found is None:
        return None
    first, last = found
    if file.part(first.run) != file.main:
        run = _attached(file, first.run)
        return None if run is None else _Anchor(run, 0, run, -1, True, start)
    outer_first, outer_last = _outermost(file, first.run), _outermost(file, last.run)
    if outer_first is not first.run or outer_last is not last.run:
        return _Anchor(outer_first, 0, outer_last, -1, True, start)
    return _Anchor(
        first.run,
        first.before if first.exact else 0,
        last.run,
        last.before + 1 if last.exact else -1,
        False,
        start,
    )


def _outermost(file: WordFile, run: Any) -> Any:
    """The run of the main text that holds this one, in a text box or as the base of a ruby annotation."""
    outer = run
    for parent in run.iterancestors(file.tag("r")):
        outer = parent
    return outer


def _attached(file: WordFile, run: Any) -> Any:
    """The run of the main text that a note hangs on; for a header or footer the first one."""
    body = file.roots[file.main]
    for kind in ("footnote", "endnote"):
        note = next(run.iterancestors(file.tag(kind)), None)
        if note is not None:
            number = note.get(file.tag("id"))
            for reference in body.iter(file.tag(f"{kind}Reference")):
                if reference.get(file.tag("id")) == number:
                    return _outermost(file, reference.getparent())
    first = next(body.iter(file.tag("r")), None)
    return None if first is None else _outermost(file, first)


class Comments:
    """The part with the comments, made where the file has none, and the marks that point at them."""

    def __init__(self, file: WordFile, when: str) -> None:
        from lxml import etree

        self._file = file
        self._when = when
        self._etree = etree
        self._base = file.main.rpartition("/")[0]
        self._rels = f"{self._base}/_rels/{file.main.rpartition('/')[2]}.rels"
        self._name = self._existing()
        root = file.roots.get(self._name) if self._name else None
        self._new = root is None
        if root is None:
            self._name = self._free_name()
            root = etree.Element(file.tag("comments"), nsmap={"w": file.w[1:-1]})
        self._root = root
        used = [_whole(c.get(file.tag("id"))) for c in root.iter(file.tag("comment"))]
        self._next = max(used, default=-1) + 1

    def add(self, lines: Sequence[str]) -> str:
        """A comment of these paragraphs, the first one bold; gives its id."""
        w = self._file.tag
        number = str(self._next)
        self._next += 1
        comment = self._etree.SubElement(
            self._root,
            w("comment"),
            {w("id"): number, w("author"): AUTHOR, w("date"): self._when, w("initials"): "HP"},
        )
        for n, line in enumerate(lines):
            run = self._etree.SubElement(self._etree.SubElement(comment, w("p")), w("r"))
            if n == 0:
                self._etree.SubElement(self._etree.SubElement(run, w("rPr")), w("b"))
            text = self._etree.SubElement(run, w("t"))
            text.text = _xml_safe(line)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return number

    def around(self, anchor: _Anchor, number: str) -> None:
        """Set the marks of a range around its words, and the reference behind it."""
        first = self._file.segment_from(anchor.first, anchor.before)
        last = self._file.segment_to(anchor.last, anchor.after)
        self.between(first, last, number)

    def between(self, first: Any, last: Any, number: str) -> None:
        """Set the marks of a range before one element of a paragraph and behind another."""
        first.addprevious(self._mark("commentRangeStart", number))
        mark = self._mark("commentRangeEnd", number)
        last.addnext(mark)
        mark.addnext(self._reference(number))
        self._file.changed.add(self._file.main)

    def at_paragraph(self, paragraph: Any, number: str) -> None:
        """A comment on a whole paragraph."""
        properties = paragraph.find(self._file.tag("pPr"))
        start = self._mark("commentRangeStart", number)
        if properties is None:
            paragraph.insert(0, start)
        else:
            properties.addnext(start)
        paragraph.append(self._mark("commentRangeEnd", number))
        paragraph.append(self._reference(number))
        self._file.changed.add(self._file.main)

    def write(self) -> None:
        """Put the part into the file, with its type and relationship where they are new."""
        assert self._name is not None
        self._file.other[self._name] = self._etree.tostring(
            self._root, xml_declaration=True, encoding="UTF-8", standalone=True
        )
        if not self._new:
            return
        types = self._etree.fromstring(self._file.read("[Content_Types].xml") or b"")
        self._etree.SubElement(
            types,
            f"{{{_PACKAGE}/content-types}}Override",
            {"PartName": f"/{self._name}", "ContentType": _TYPE},
        )
        self._file.other["[Content_Types].xml"] = self._bytes(types)
        rels = self._file.read(self._rels)
        empty = f'<Relationships xmlns="{_PACKAGE}/relationships"/>'.encode()
        tree = self._etree.fromstring(rels or empty)
        taken = {r.get("Id") for r in tree}
        free = next(f"rIdHpcp{n}" for n in range(1, 10_000) if f"rIdHpcp{n}" not in taken)
        self._etree.SubElement(
            tree,
            f"{{{_PACKAGE}/relationships}}Relationship",
            {"Id": free, "Type": self._kind(), "Target": self._name.rpartition("/")[2]},
        )
        self._file.other[self._rels] = self._bytes(tree)

    def _kind(self) -> str:
        strict = self._file.w[1:-1] == STRICT
        base = (
            "http://purl.oclc.org/ooxml/officeDocument"
            if strict
            else "http://schemas.openxmlformats.org/officeDocument/2006"
        )
        return f"{base}/relationships/comments"

    def _existing(self) -> str | None:
        rels = self._file.read(self._rels)
        if not rels:
            return None
        for relation in self._etree.fromstring(rels):
            if (relation.get("Type") or "").endswith("/relationships/comments"):
                target = relation.get("Target") or ""
                return target.lstrip("/") if target.startswith("/") else f"{self._base}/{target}"
        return None

    def _free_name(self) -> str:
        names = (f"{self._base}/comments{n or ''}.xml" for n in range(10_000))
        return next(n for n in names if n not in self._file.names)

    def _mark(self, tag: str, number: str) -> Any:
        return self._etree.Element(self._file.tag(tag), {self._file.tag("id"): number})

    def _reference(self, number: str) -> Any:
        run = self._etree.Element(self._file.tag("r"))
        run.append(self._mark("commentReference", number))
        return run

    def _bytes(self, root: Any) -> bytes:
        return bytes(self._etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _whole(text: str | None) -> int:
    try:
        return int(text or "")
    except ValueError:
        return -1


def _xml_safe(text: str) -> str:
    return "".join(
        c
        for c in text
        if c in "\t\n" or ((ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) < 0xFFFE) or ord(c) > 0xFFFF)
    )
