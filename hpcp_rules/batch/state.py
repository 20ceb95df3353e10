"""Which rules, settings and engine a result came from, so that a later run knows what has changed since."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import hpcp_rules
from hpcp_rules.api import Checker
from hpcp_rules.rulespec.schema import LexiconSpec, SharedExceptionsSpec
from hpcp_rules.rulespec.yamlfile import load_model

_SET = re.compile(r"\{([\w-]+)\}")
_READING = ("readers", "model", "text")
_CHECKING = (
    "api.py",
    "batch/record.py",
    "engine",
    "form",
    "model",
    "report/redact.py",
    "rulespec",
    "structure",
    "text",
)
"""Code that results depend on."""


@dataclass(frozen=True, slots=True)
class State:
    """Hashes of everything a result depends on."""

    reading: str
    """Code and choices of the readers: when these change, files are read anew."""
    base: str
    """Code and settings of checking: when these change, nothing that was kept can be used but the text."""
    rest: str
    """Facts, required contents and form: looked at anew in every check."""
    rules: dict[str, str]
    """Hash by rule id: its file, the phrase sets and shared exceptions it uses, and its measured confidence."""
    pack: str
    """Version of the pack, for people."""

    def changed_since(self, before: State) -> list[str] | None:
        """The rules to run again on a result of `before`; None: all that there are; [] with equal states: nothing."""
        if (before.reading, before.base) != (self.reading, self.base):
            return None
        return sorted(r for r in {*self.rules, *before.rules} if self.rules.get(r) != before.rules.get(r))

    def to_json(self) -> str:
        """As the corpus keeps it."""
        return json.dumps([self.reading, self.base, self.rest, self.rules, self.pack], sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> State:
        """What `to_json` wrote."""
        return cls(*json.loads(text))


def state_of(checker: Checker) -> State:
    """The state of a checker with its rules as they lie in their folder."""
    folder = checker.pack.folder
    settings = {k: v for k, v in checker.settings().items() if k not in ("rules", "limits", "reading")}
    reading = {k: v for k, v in asdict(checker.reading).items() if k != "ocr_jobs"}
    lexicon = _Lexicon(folder)
    rules = {}
    for rule in checker.pack.rules:
        text = rule.path.read_text(encoding="utf-8")
        used = [u if isinstance(u, str) else u.id for u in rule.spec.use]
        shared = "".join(lexicon.exceptions.get(u, "") for u in used)
        rules[rule.id] = _hash(text, shared, lexicon.closure(text + shared), repr(rule.calibrated))
    others = [
        p.read_text(encoding="utf-8")
        for name in ("_facts/*.yaml", "required/**/*.yaml", "_parameters/form.yaml")
        for p in sorted(folder.glob(name))
    ]
    problems = [str(p) for p in checker.pack.problems]
    return State(
        reading=_hash(_code(_READING), json.dumps(reading, sort_keys=True)),
        base=_hash(_code(_CHECKING), json.dumps(settings, sort_keys=True)),
        rest=_hash(*others, lexicon.closure("".join(others)), *problems, lexicon.watch),
        rules=rules,
        pack=checker.pack.version,
    )


class _Lexicon:
    """Phrase sets and shared exceptions as written."""

    def __init__(self, folder: Path) -> None:
        self.sets: dict[str, tuple[str, ...]] = {}
        self.exceptions: dict[str, str] = {}
        for path in sorted((folder / "_lexicon").glob("*.yaml")):
            if path.name == "exceptions.yaml":
                for exception in load_model(path, SharedExceptionsSpec, str(path)).exceptions:
                    self.exceptions[exception.id] = exception.model_dump_json()
            else:
                self.sets.update(load_model(path, LexiconSpec, str(path)).sets)
        self.watch = json.dumps(self.sets.get("watch"))

    def closure(self, text: str) -> str:
        """The sets that a text names, those that these name, and so on, with their phrases."""
        found: dict[str, tuple[str, ...]] = {}
        todo = set(_SET.findall(text))
        while todo:
            name = todo.pop()
            if name in self.sets and name not in found:
                found[name] = self.sets[name]
                todo.update(_SET.findall(" ".join(self.sets[name])))
        return json.dumps(sorted(found.items()), ensure_ascii=False)


def _code(parts: tuple[str, ...]) -> str:
    package = Path(hpcp_rules.__file__).parent
    files: list[Path] = []
    for part in parts:
        path = package / part
        files += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return _hash(*(p.read_text(encoding="utf-8") for p in files))


def _hash(*parts: Any) -> str:
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode()
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()[:32]
