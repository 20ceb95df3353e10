"""A dossier: a folder or zip archive whose files belong together. `read_dossier` is the way in.

What a dossier for registration holds is said by Article 8(1) of Decree 55/2024/NĐ-CP: an application on form 02 and the
draft contract or general conditions in Vietnamese.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from hpcp_rules.dossier.files import entries
from hpcp_rules.dossier.sort import Sorted, sort
from hpcp_rules.errors import HpcpError, ReadError, Where
from hpcp_rules.model.dossier import DossierFile
from hpcp_rules.model.report import Bilingual, RunError
from hpcp_rules.model.source import FilePart, SourceDocument
from hpcp_rules.readers import DEFAULT, DEFAULT_OPTIONS, Limits, Options, read_bytes

__all__ = ["Dossier", "merged", "read_dossier"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What was found in a folder or archive."""

    name: str
    files: tuple[DossierFile, ...]
    documents: tuple[SourceDocument, ...]
    """Each contract with its annexes as one document; `SourceDocument.files` says which part is which file."""


def read_dossier(path: Path | str, limits: Limits = DEFAULT, options: Options = DEFAULT_OPTIONS) -> Dossier:
    """Read a folder or zip archive as one dossier.

    A file that cannot be read is in `Dossier.files` with its error. Errors: `ReadError` when there is nothing to read.
    """
    path = Path(path)
    found = entries(path, limits)
    if not found:
        raise ReadError(
            "empty-dossier", vi="Hồ sơ không có tệp nào.", en="The dossier holds no file.", where=Where(str(path)),
            remedy_vi="Kiểm tra lại thư mục hoặc tệp nén.", remedy_en="Check the folder or the archive.",
        )  # fmt: skip
    sources: list[SourceDocument] = []
    failed: list[DossierFile] = []
    for entry in found:
        error = entry.error
        if error is None:
            try:
                sources.append(read_bytes(entry.data, entry.name, limits, options))
                continue
            except HpcpError as caught:
                error = caught
        failed.append(_unread(entry.name, entry.data, error))
    told = sort(sources)
    files = [
        DossierFile(
            name=s.source.name, role=s.role, belongs_to=s.belongs_to, reason=s.reason, sha256=s.source.sha256,
            characters=len(s.source.text),
        )
        for s in told
    ]  # fmt: skip
    return Dossier(
        str(path),
        tuple(sorted((*files, *failed), key=lambda f: f.name)),
        tuple(merged(group) for group in _groups(told)),
    )


def _groups(told: list[Sorted]) -> list[list[SourceDocument]]:
    contracts = [s for s in told if s.role == "contract"]
    return [
        [c.source, *(s.source for s in told if s.role == "annex" and s.belongs_to == c.source.name)] for c in contracts
    ]


def merged(sources: list[SourceDocument]) -> SourceDocument:
    """Several files as one document, one after the other; pages and paragraphs are those of each file."""
    first = sources[0]
    text = ""
    out = replace(first, blocks=(), pieces=(), not_checked=(), notes=(), files=())
    blocks, pieces, missing, files = [], [], [], []
    notes: list[str] = []
    for source in sources:
        if text:
            text += "\n\n"
        start = len(text)
        text += source.text
        blocks += [replace(b, start=b.start + start, end=b.end + start) for b in source.blocks]
        pieces += [replace(p, start=p.start + start, end=p.end + start) for p in source.pieces]
        for part in source.not_checked:
            span = part.span and part.span.model_copy(
                update={"start": part.span.start + start, "end": part.span.end + start}
            )
            named = Bilingual(vi=f"{source.name}: {part.part.vi}", en=f"{source.name}: {part.part.en}")
            missing.append(part.model_copy(update={"part": named, "span": span}) if len(sources) > 1 else part)
        notes += [n for n in source.notes if n not in notes]
        files.append(FilePart(source.name, start, len(text), source.sha256))
    whole = hashlib.sha256("".join(f.sha256 for f in files).encode()).hexdigest() if len(files) > 1 else first.sha256
    return replace(
        out, text=text, blocks=tuple(blocks), pieces=tuple(pieces), not_checked=tuple(missing), notes=tuple(notes),
        files=tuple(files), sha256=whole, pages=first.pages if len(files) == 1 else None,
    )  # fmt: skip


def _unread(name: str, data: bytes, error: HpcpError) -> DossierFile:
    return DossierFile(
        name=name, role="unread", reason=Bilingual(vi=error.vi, en=error.en),
        sha256=hashlib.sha256(data).hexdigest() if data else "", characters=0,
        error=RunError(
            code=error.code, where=str(error.where), message=Bilingual(vi=error.text("vi"), en=error.text("en"))
        ),
    )  # fmt: skip
