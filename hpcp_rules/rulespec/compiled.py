"""A compiled pack kept as data, so that a second start reads no YAML and writes no phrases out.

The file is JSON: nothing in it is code, and a wrong one is only compiled anew. It lies in the user's own cache folder
under the hash of the rule files and the engine's version, so a changed rule can never meet an old file. Only a file
that belongs to the user and that nobody else may write is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hpcp_rules.rulespec.model import Clue, Content, Exception_, Fact, Pack, Part, Pattern, Required, Rule
from hpcp_rules.rulespec.pattern import Element, PhraseList, PhraseTable, Sequence
from hpcp_rules.rulespec.schema import ExceptionSpec, FactSpec, FormSpec, PackSpec, RequiredSpec, RuleSpec
from hpcp_rules.text.periods import Limit
from hpcp_rules.version import __version__

_KEPT = 4
"""Compiled packs that stay in the folder; the oldest go."""


def cache_folder() -> Path | None:
    """Where compiled packs are kept: ``HPCP_CACHE``, else the user's cache folder; None where that is switched off."""
    stated = os.environ.get("HPCP_CACHE")
    if stated is not None:
        return Path(stated) if stated else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "hpcp-rules" if base and os.path.isabs(base) else None


def read(folder: Path, sha256: str) -> Pack | None:
    """The pack with that hash as compiled before, or None."""
    path = _path(sha256)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            if not _own(os.fstat(file.fileno())):
                return None
            return _unpacked(json.loads(file.read()), folder, sha256)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def write(pack: Pack) -> None:
    """Keep a compiled pack for the next start; where that cannot be done it is compiled again."""
    path = _path(pack.sha256)
    if path is None:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # for the user alone
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(_packed(pack), file, ensure_ascii=False, separators=(",", ":"))
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        kept = sorted(path.parent.glob("pack-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[_KEPT:]:
            old.unlink()


def _path(sha256: str) -> Path | None:
    folder = cache_folder()
    return folder / f"pack-{sha256[:32]}-{__version__}-{_code()}.json" if folder else None


@cache
def _code() -> str:
    """A hash of the modules that make a compiled pack: while they are worked on, the version stays the same."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted((*here.glob("*.py"), *(here.parent / "text").glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _own(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        return True  # the folder is the user's own there
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _packed(pack: Pack) -> dict[str, Any]:
    phrases = pack.table.listed()
    distinct = {sets: n for n, sets in enumerate(dict.fromkeys(phrases.sets))}
    return {
        "pack": pack.spec.model_dump_json(),
        "rules": [
            {
                "spec": rule.spec.model_dump_json(),
                "path": str(rule.path.relative_to(pack.folder)),
                "calibrated": rule.calibrated,
                "patterns": [[_row(p.main), [_row(s) for s in p.also_needs]] for p in rule.patterns],
                "exceptions": [
                    [e.spec.model_dump_json(), [_row(s) for s in e.sequences], [_row(s) for s in e.unless]]
                    for e in rule.exceptions
                ],
            }
            for rule in pack.rules
        ],
        "facts": [
            [f.spec.model_dump_json(), str(f.path.relative_to(pack.folder)), [_row(c.sequence) for c in f.clues]]
            for f in pack.facts
        ],
        "required": [
            [
                r.spec.model_dump_json(),
                str(r.path.relative_to(pack.folder)),
                [[[_row(s) for s in part.sequences] for part in content.parts] for content in r.contents],
            ]
            for r in pack.required
        ],
        "watch": [" ".join(p) for p in pack.watch],
        "form": pack.form.model_dump_json() if pack.form else None,
        "names": pack.table.names,
        "others": sorted(pack.table.others),
        "limits": [[n, limit.sign, limit.amount, limit.unit] for n, limit in pack.table.limits.items()],
        "unions": list(pack.table.unions.items()),
        "phrases": "\n".join(phrases.texts),
        "sets": list(distinct),
        "members": [distinct[sets] for sets in phrases.sets],
        "groups": {opening: list(group) for opening, group in phrases.groups.items()},
    }


def _unpacked(data: dict[str, Any], folder: Path, sha256: str) -> Pack:
    sets = [tuple(row) for row in data["sets"]]
    table = PhraseTable.finished(
        data["names"],
        PhraseList(
            data["phrases"].split("\n") if data["phrases"] else [],
            [sets[n] for n in data["members"]],
            {opening: (a, b) for opening, (a, b) in data["groups"].items()},
        ),
        data["others"],
        {n: Limit(sign, amount, unit) for n, sign, amount, unit in data["limits"]},
        dict(data["unions"]),
    )
    return Pack(
        PackSpec.model_validate_json(data["pack"]),
        folder,
        sha256,
        tuple(_rule(row, folder) for row in data["rules"]),
        table,
        tuple(_fact(row, folder) for row in data["facts"]),
        tuple(_required(row, folder) for row in data["required"]),
        tuple(tuple(text.split(" ")) for text in data["watch"]),
        FormSpec.model_validate_json(data["form"]) if data["form"] else None,
    )


def _rule(row: dict[str, Any], folder: Path) -> Rule:
    spec = RuleSpec.model_validate_json(row["spec"])
    return Rule(
        spec,
        folder / row["path"],
        tuple(
            Pattern(own, _sequence(main), tuple(map(_sequence, also)))
            for own, (main, also) in zip(spec.patterns, row["patterns"], strict=True)
        ),
        tuple(
            Exception_(
                ExceptionSpec.model_validate_json(own), tuple(map(_sequence, match)), tuple(map(_sequence, unless))
            )
            for own, match, unless in row["exceptions"]
        ),
        row["calibrated"],
    )


def _fact(row: list[Any], folder: Path) -> Fact:
    spec = FactSpec.model_validate_json(row[0])
    clues = zip(spec.clues, row[2], strict=True)
    return Fact(
        spec, folder / row[1], tuple(Clue(c.weight, c.often, c.where == "title", _sequence(s)) for c, s in clues)
    )


def _required(row: list[Any], folder: Path) -> Required:
    spec = RequiredSpec.model_validate_json(row[0])
    return Required(
        spec,
        folder / row[1],
        tuple(
            Content(
                content,
                tuple(Part(p, tuple(map(_sequence, s))) for p, s in zip(content.parts, parts, strict=True)),
            )
            for content, parts in zip(spec.contents, row[2], strict=True)
        ),
    )


def _row(sequence: Sequence) -> list[Any]:
    elements = [[e.set_id, e.name, e.gap, e.without, e.anchor, e.optional] for e in sequence.elements]
    return [elements, sequence.at_start, sequence.at_end, sequence.source, sequence.anchor, sequence.needed]


def _sequence(row: list[Any]) -> Sequence:
    elements, at_start, at_end, source, anchor, needed = row
    return Sequence(tuple(Element(*e) for e in elements), at_start, at_end, source, anchor, tuple(needed))
