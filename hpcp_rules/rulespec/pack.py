"""Loading a rule pack: all rules of a folder, read strictly and compiled once."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path

from hpcp_rules.errors import HpcpError, RuleError, Where
from hpcp_rules.rulespec import compiled
from hpcp_rules.rulespec.model import Clue, Content, Exception_, Fact, Pack, Part, Pattern, Required, Rule
from hpcp_rules.rulespec.pattern import Lexicon, PhraseTable, Sequence, expand, parse
from hpcp_rules.rulespec.schema import (
    CalibrationSpec,
    ExceptionSpec,
    FactSpec,
    FormSpec,
    LexiconSpec,
    PackSpec,
    RequiredSpec,
    RuleSpec,
    SharedExceptionsSpec,
)
from hpcp_rules.rulespec.yamlfile import load_model

_NOWHERE = Where("")
"""The place of a pattern until it proves wrong: finding the line of each would mean reading its file each time."""


def rules_folder() -> Path:
    """Where the law as data lies: inside the installed package, or `rules/` of the repository."""
    inside = resources.files("hpcp_rules") / "_rules"
    if inside.is_dir():
        return Path(str(inside))
    return Path(__file__).resolve().parents[2] / "rules"


def load_pack(folder: Path | None = None, *, strict: bool = False) -> Pack:
    """Load and compile all rules below a folder (default: those that ship with the package).

    Arguments:
        strict: raise the first rule error instead of collecting it in `Pack.problems`.

    Errors: `RuleError` when there is no pack at all, or its lexicon is wrong (every rule depends on it).
    """
    # Hundreds of thousands of small tuples are made and none is garbage: looking for it takes a quarter of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _load(folder or rules_folder(), strict)
    finally:
        if collecting:
            gc.enable()


def _load(folder: Path, strict: bool) -> Pack:
    if not (folder / "pack.yaml").is_file():
        raise RuleError(
            "no-pack",
            vi="Không thấy bộ quy tắc (thiếu pack.yaml).",
            en="No rule pack here (pack.yaml is missing).",
            where=Where(str(folder)),
            remedy_vi="Chỉ đúng thư mục bằng --rules.",
            remedy_en="Point --rules at its folder.",
        )
    sha256 = _digest(folder)
    known = compiled.read(folder, sha256)
    if known is not None:
        return known
    pack = _from_yaml(folder, sha256, strict)
    if not pack.problems:
        compiled.write(pack)
    return pack


def _digest(folder: Path) -> str:
    """The hash of every file of a pack with its place: what a report names, and what a compiled pack is kept under."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _from_yaml(folder: Path, sha256: str, strict: bool) -> Pack:
    def shown(path: Path) -> str:
        return str(path.relative_to(folder.parent))

    pack_spec = load_model(folder / "pack.yaml", PackSpec, shown(folder / "pack.yaml"))
    sets = Lexicon()
    shared: dict[str, tuple[ExceptionSpec, str]] = {}
    for path in sorted((folder / "_lexicon").glob("*.yaml")):
        if path.name == "exceptions.yaml":
            for exception in load_model(path, SharedExceptionsSpec, shown(path)).exceptions:
                shared[exception.id] = (exception, shown(path))
            continue
        for name, phrases in load_model(path, LexiconSpec, shown(path)).sets.items():
            if name in sets:
                raise RuleError(
                    "lexicon-twice", vi=f"Tập «{name}» có ở hai tệp.", en=f"Set “{name}” is in two files.",
                    where=Where(shown(path)), remedy_vi="Gộp lại một chỗ.", remedy_en="Merge them.",
                )  # fmt: skip
            sets[name] = phrases

    table = PhraseTable()
    rules: list[Rule] = []
    problems: list[RuleError] = []
    seen: dict[str, str] = {}
    facts = _facts(folder, shown, sets, table, problems, strict)
    form: FormSpec | None = None
    parameters = folder / "_parameters" / "form.yaml"
    if parameters.is_file():
        try:
            form = load_model(parameters, FormSpec, shown(parameters))
        except RuleError as error:
            if strict:
                raise
            problems.append(error)
    required: list[Required] = []
    for path in sorted(p for p in folder.rglob("*.yaml") if not p.relative_to(folder).parts[0].startswith("_")):
        if path.name == "pack.yaml":
            continue
        try:
            if path.parent.name == "required":
                required.append(_required(path, shown(path), {f.spec.id for f in facts}, sets, table))
                continue
            rule = _compile(load_model(path, RuleSpec, shown(path)), path, shown(path), sets, shared, table)
            for name in (rule.spec.id, rule.spec.name, *rule.spec.aliases):
                if name in seen:
                    raise RuleError(
                        "rule-id-twice",
                        vi=f"Mã hoặc tên «{name}» đã dùng ở {seen[name]}.",
                        en=f"Id or name “{name}” is used in {seen[name]}.",
                        where=Where(shown(path)),
                        remedy_vi="Đặt mã khác.",
                        remedy_en="Choose another id.",
                    )
                seen[name] = shown(path)
            rules.append(rule)
        except RuleError as error:
            if strict:
                raise
            problems.append(error)
    calibration = folder / "_calibration.yaml"
    if calibration.is_file():
        measured = load_model(calibration, CalibrationSpec, shown(calibration)).rules
        rules = [replace(rule, calibrated=measured.get(rule.id)) for rule in rules]
    watch = tuple(sorted(expand("{watch}", sets, Where("watch")))) if "watch" in sets else ()
    return Pack(pack_spec, folder, sha256, tuple(rules), table, facts, tuple(required), watch, form, tuple(problems))


def _facts(
    folder: Path,
    shown: Callable[[Path], str],
    sets: Lexicon,
    table: PhraseTable,
    problems: list[RuleError],
    strict: bool,
) -> tuple[Fact, ...]:
    facts = []
    for path in sorted((folder / "_facts").glob("*.yaml")):
        try:
            spec = load_model(path, FactSpec, shown(path))
            at = _places(path, shown(path))
            clues = tuple(
                Clue(c.weight, c.often, c.where == "title", _parsed(c.match, sets, table, at)) for c in spec.clues
            )
            facts.append(Fact(spec, path, clues))
        except RuleError as error:
            if strict:
                raise
            problems.append(error)
    return tuple(facts)


def _required(path: Path, shown: str, facts: set[str], sets: Lexicon, table: PhraseTable) -> Required:
    spec = load_model(path, RequiredSpec, shown)
    at = _places(path, shown)
    for fact in spec.when:
        if fact not in facts:
            raise RuleError(
                "required-unknown-fact", vi=f"Không có dữ kiện «{fact}».", en=f"There is no fact “{fact}”.",
                where=at(fact), remedy_vi=f"Có: {', '.join(sorted(facts))}.",
                remedy_en=f"Known: {', '.join(sorted(facts))}.",
            )  # fmt: skip
    return Required(
        spec,
        path,
        tuple(
            Content(c, tuple(Part(p, tuple(_parsed(m, sets, table, at) for m in p.match)) for p in c.parts))
            for c in spec.contents
        ),
    )


def _places(path: Path, shown: str) -> Callable[[str], Where]:
    """Where a text stands in a file, for errors."""

    def place(text: str) -> Where:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if text[:40] in line:
                return Where(shown, line=number, column=line.index(text[:40]) + 1)
        return Where(shown)

    return place


def _parsed(text: str, sets: Lexicon, table: PhraseTable, at: Callable[[str], Where]) -> Sequence:
    try:
        return parse(text, sets, table, _NOWHERE)
    except HpcpError as error:
        error.where = at(text)
        raise


def _compile(
    spec: RuleSpec,
    path: Path,
    shown: str,
    sets: Lexicon,
    shared: dict[str, tuple[ExceptionSpec, str]],
    table: PhraseTable,
) -> Rule:
    place = _places(path, shown)

    def sequence(text: str, file: Where | None = None) -> Sequence:
        return _parsed(text, sets, table, place if file is None else lambda _: file)

    patterns = tuple(Pattern(p, sequence(p.match), tuple(sequence(a) for a in p.also_needs)) for p in spec.patterns)
    exceptions = [
        Exception_(e, tuple(sequence(m) for m in e.match), tuple(sequence(m) for m in e.unless))
        for e in spec.exceptions
    ]
    for used in spec.use:
        name, only = (used, ()) if isinstance(used, str) else (used.id, used.patterns)
        if name not in shared:
            raise RuleError(
                "rule-unknown-exception",
                vi=f"Không có ngoại lệ dùng chung «{name}».",
                en=f"There is no shared exception “{name}”.",
                where=place(name),
                remedy_vi=f"Có: {', '.join(sorted(shared))}.",
                remedy_en=f"Known: {', '.join(sorted(shared))}.",
            )
        exception, file = shared[name]
        exception = exception.model_copy(update={"patterns": only or exception.patterns})
        place_of = Where(file)
        exceptions.append(
            Exception_(
                exception,
                tuple(sequence(m, place_of) for m in exception.match),
                tuple(sequence(m, place_of) for m in exception.unless),
            )
        )
    ids = {p.id for p in spec.patterns}
    excuses = {e.spec.id for e in exceptions}
    for example in (*spec.flagged, *spec.lawful):
        if example.pattern and example.pattern not in ids:
            raise RuleError(
                "rule-unknown-pattern", vi=f"Ví dụ gọi mẫu «{example.pattern}» không có.",
                en=f"An example names pattern “{example.pattern}”, which does not exist.", where=place(example.pattern),
                remedy_vi=f"Có: {', '.join(sorted(ids))}.", remedy_en=f"Known: {', '.join(sorted(ids))}.",
            )  # fmt: skip
        if example.exception and example.exception not in excuses:
            raise RuleError(
                "rule-unknown-exception",
                vi=f"Ví dụ gọi ngoại lệ «{example.exception}» không có.",
                en=f"An example names exception “{example.exception}”, which does not exist.",
                where=place(example.exception),
                remedy_vi=f"Có: {', '.join(sorted(excuses))}.",
                remedy_en=f"Known: {', '.join(sorted(excuses))}.",
            )
    return Rule(spec, path, patterns, tuple(exceptions))
