"""Annotated contracts and clauses as they lie on disk.

A folder holds ``NAME.txt`` with ``NAME.json``; a ``.jsonl`` holds single clauses in their context.
docs/quality.md says how to annotate your own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hpcp_rules.errors import UsageError, Where
from hpcp_rules.model.report import Strength
from hpcp_rules.rulespec.provisions import split_provision
from hpcp_rules.text.fold import nfc

T = TypeVar("T", bound=BaseModel)


class _Gold(BaseModel):
    # Annotators keep further fields of their own (why, author, …): those are left alone.
    model_config = ConfigDict(frozen=True, extra="ignore")


class GoldClause(_Gold):
    """An unfair clause in a contract: characters `start` to `end`, provisions best first."""

    start: int
    end: int
    provisions: tuple[str, ...] = Field(min_length=1)
    strength: Strength = "clear"
    quote: str = ""


class GoldFacts(_Gold):
    """Facts annotated about the document."""

    kind: str | None = None
    distance: bool | None = None
    continuous: bool | None = None
    required: dict[str, Literal["present", "partial", "absent"]] | None = None


class GoldDocument(_Gold):
    """A contract with its annotations; `name` and `text` come from the files."""

    name: str = ""
    text: str = ""
    document: GoldFacts = GoldFacts()
    clauses: tuple[GoldClause, ...]


class SingleClause(_Gold):
    """A clause in its context; `label` is the provision it breaches, or ``ok`` for a lawful near miss of `near`."""

    id: str
    label: str
    quote: str
    context: str
    near: str | None = None
    also: tuple[str, ...] = ()
    batch: str = ""


def load_gold(folder: Path) -> list[GoldDocument]:
    """All annotated contracts of a folder, by name.

    Errors: `UsageError` naming the file and line that is wrong, or when there is none.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        text = path.with_suffix(".txt")
        if text.is_file():
            record = _parse(GoldDocument, _text(path), path, None)
            record = record.model_copy(update={"name": path.stem, "text": _text(text)})
            for n, clause in enumerate(record.clauses):
                _hold(record.text, clause, path, f"clauses.{n}")
            found.append(record)
    if not found:
        raise UsageError(
            "no-gold",
            vi="Thư mục không có cặp TÊN.txt và TÊN.json nào.",
            en="The folder holds no pair of NAME.txt and NAME.json.",
            where=Where(str(folder)),
            remedy_vi="docs/quality.md mô tả cách gán nhãn.",
            remedy_en="docs/quality.md says how to annotate.",
        )
    return found


def load_clauses(path: Path) -> list[SingleClause]:
    """The single clauses of a ``.jsonl``.

    Errors: `UsageError` naming the line that is wrong.
    """
    rows = []
    for n, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        row = _parse(SingleClause, line, path, n)
        if nfc(row.quote) not in nfc(row.context):
            raise _wrong(path, n, "quote", "is not in context")
        if row.label == "ok" and not row.near:
            raise _wrong(path, n, "near", "is missing for an “ok” row")
        cited = (*(() if row.label == "ok" else (row.label,)), *row.also, *((row.near,) if row.near else ()))
        _cite(cited, path, n, "label")
        rows.append(row)
    return rows


def _hold(text: str, clause: GoldClause, path: Path, field: str) -> None:
    """Errors: `UsageError` for a record that does not lie in the text or cites what does not exist."""
    if not 0 <= clause.start < clause.end <= len(text):
        raise _wrong(path, None, f"{field}.end", f"{clause.start}-{clause.end} is no span of {len(text)} characters")
    if clause.quote and " ".join(clause.quote.split()) != " ".join(text[clause.start : clause.end].split()):
        raise _wrong(path, None, f"{field}.quote", "is not what stands there")
    _cite(clause.provisions, path, None, f"{field}.provisions")


def _cite(provisions: tuple[str, ...], path: Path, line: int | None, field: str) -> None:
    for provision in provisions:
        try:
            split_provision(provision)
        except UsageError as error:
            raise _wrong(path, line, field, error.en) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _wrong(path, None, "UTF-8", f"byte {error.start}: {error.reason}") from error
    except OSError as error:
        raise _wrong(path, None, path.name, error.strerror or str(error)) from error


def _parse(model: type[T], text: str, path: Path, line: int | None) -> T:
    try:
        return model.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise _wrong(path, line or error.lineno, "JSON", error.msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(path, line, ".".join(map(str, first["loc"])), first["msg"]) from error


def _wrong(path: Path, line: int | None, field: str, what: str) -> UsageError:
    return UsageError(
        "bad-gold",
        vi=f"Nhãn sai ở «{field}»: {what}.",
        en=f"The annotation is wrong at “{field}”: {what}.",
        where=Where(str(path), line=line),
        remedy_vi="Sửa tệp theo docs/quality.md.",
        remedy_en="Correct the file; see docs/quality.md.",
    )
