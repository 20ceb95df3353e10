"""DOCX from its zip and XML, because ready-made readers lose what matters in law.

Automatic numbers ("Điều 1.") are rendered as Word shows them, tracked insertions are text and deletions are not (or the
other way round, if the original is asked for), text boxes, footnotes, headers and content controls are read, effective
size and colour follow the styles, and hidden text is left out and reported. What lies behind text (shading of cell,
paragraph and run, highlighting, fill of a text box) and theme fonts and colours are followed too; what only a table
style shades is marked as unknown. Text in fonts from before Unicode is converted. No macro, external part or entity is
ever followed.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any

from hpcp_rules.model.source import Piece, SourceDocument
from hpcp_rules.readers.build import BAD_ZIP, Builder, damaged, too_large
from hpcp_rules.readers.docx.body import Frame, Reader
from hpcp_rules.readers.docx.look import Styles, Theme
from hpcp_rules.readers.docx.numbering import Numbering
from hpcp_rules.readers.docx.xml import A, W, parse
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.options import DEFAULT_OPTIONS, Options

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MAIN = re.compile(rb'Type="[^"]{1,200}/officeDocument"')
_TARGET = re.compile(rb'Target="([^"]{1,300})"')


def read_docx(data: bytes, name: str, limits: Limits, options: Options = DEFAULT_OPTIONS) -> SourceDocument:
    """Read a Word document.

    Errors: `ReadError` when it is damaged or unpacks to more than the limit.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(i.file_size for i in archive.infolist()) > limits.max_uncompressed:
                mega = limits.max_uncompressed // 1_000_000
                raise too_large(name, f"{mega} MB sau khi giải nén", f"{mega} MB once unpacked")
            names = archive.namelist()
            main = _main_part(archive.read("_rels/.rels")) if "_rels/.rels" in names else "word/document.xml"
            parts = {n: archive.read(n) for n in names if n.startswith("word/") and n.endswith(".xml")}
    except BAD_ZIP as error:
        raise damaged(name, "DOCX") from error
    root = parse(parts.get(main, parts.get("word/document.xml")), name)
    body = root.find(f"{W}body") if root is not None else None
    if body is None:
        raise damaged(name, "DOCX")
    styles = Styles(parse(parts.get("word/styles.xml"), name), Theme.read(parts, name))
    numbering = Numbering(parse(parts.get("word/numbering.xml"), name), styles)
    out = Builder(limits, name)
    reader = Reader(out, styles, numbering, options.tracked, root)
    reader.part(body, Frame())
    for part in ("footnote", "endnote"):
        root = parse(parts.get(f"word/{part}s.xml"), name)
        for note in root.iter(f"{W}{part}") if root is not None else ():
            if note.get(f"{W}type") in (None, "normal"):
                reader.part(note, Frame("footnote"))
    _diagrams(parts, name, out)
    seen: set[str] = set()
    for part in sorted(parts):
        if not part.startswith(("word/header", "word/footer")):
            continue
        root = parse(parts[part], name)
        words = " ".join("".join(root.itertext()).split())
        if words and words not in seen:
            seen.add(words)
            reader.part(root, Frame("header" if part.startswith("word/header") else "footer"))
    if "word/comments.xml" in parts:
        out.note("comments")
    if any(n.endswith("vbaProject.bin") for n in names):
        out.note("macros")
    reader.report()
    return out.finish(name, MEDIA_TYPE, data)


def _main_part(relations: bytes) -> str:
    """The part that the package calls its document; some programs name it otherwise than Word."""
    for relation in relations.split(b"<"):
        target = _TARGET.search(relation)
        if target and _MAIN.search(relation):
            return posixpath.normpath(target.group(1).decode("utf-8", "replace").lstrip("/"))
    return "word/document.xml"


def _diagrams(parts: dict[str, bytes], name: str, out: Builder) -> None:
    """The words of SmartArt, one block a box; they lie in parts of their own, and where they are shown is not worked
    out."""
    for part in sorted(parts):
        if not part.startswith("word/diagrams/data"):
            continue
        root: Any = parse(parts[part], name)
        for paragraph in root.iter(f"{A}p"):
            words = "".join(t.text or "" for t in paragraph.iter(f"{A}t"))
            out.block([(words, Piece(0, 0))], "text_box")
