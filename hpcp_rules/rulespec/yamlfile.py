"""Strict YAML: duplicate and unknown keys are errors, and every error knows its file, line and column."""

from __future__ import annotations

import difflib
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from hpcp_rules.errors import RuleError, Where

M = TypeVar("M", bound=BaseModel)


class _Base(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML in which "no", "on" and "off" are words: as phrases and keys they are never truth values.

    Dates stay text too: the model reads them, so that a day such as 2024-13-01 is an error with a place.
    """


_WORDS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Base.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag not in _WORDS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _syntax(error: yaml.YAMLError, file: str) -> RuleError:
    if not isinstance(error, yaml.MarkedYAMLError):
        return RuleError(
            "yaml-syntax",
            vi="Tệp YAML có ký tự không được phép.",
            en="The YAML file has a character that is not allowed.",
            where=Where(file),
            remedy_vi="Lưu lại tệp dưới dạng văn bản UTF-8, không có ký tự điều khiển.",
            remedy_en="Save it as UTF-8 text without control characters.",
        )
    mark = error.problem_mark or error.context_mark
    return RuleError(
        "yaml-syntax",
        vi=f"YAML sai cú pháp: {error.problem or error}.",
        en=f"YAML syntax error: {error.problem or error}.",
        where=Where(file, line=mark.line + 1 if mark else None, column=mark.column + 1 if mark else None),
        remedy_vi="Kiểm tra thụt lề, dấu hai chấm và dấu ngoặc kép ở dòng này.",
        remedy_en="Check indentation, colons and quotes on this line.",
    )


def _node(text: str, file: str) -> yaml.Node:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_Base)
    except yaml.YAMLError as error:
        raise _syntax(error, file) from error
    if node is None:
        raise RuleError(
            "yaml-empty", vi="Tệp trống.", en="The file is empty.", where=Where(file),
            remedy_vi="Xem mẫu bằng `hpcp rules new`.", remedy_en="See `hpcp rules new` for a template.",
        )  # fmt: skip
    return node


_MOST = 200_000
"""Values of one file, each reference counted as what it stands for: a few lines of references can be billions."""


def _plain(node: yaml.Node, file: str, seen: int = 0) -> int:
    """Refuse duplicate keys, keys that are no words, and files of too many values; how many there were."""

    def wrong(at: yaml.Node, code: str, vi: str, en: str, remedy_vi: str, remedy_en: str) -> RuleError:
        where = Where(file, line=at.start_mark.line + 1, column=at.start_mark.column + 1)
        return RuleError(code, vi=vi, en=en, where=where, remedy_vi=remedy_vi, remedy_en=remedy_en)

    seen += 1
    if seen > _MOST:
        raise wrong(
            node, "yaml-too-large", f"Tệp có quá {_MOST} giá trị.", f"The file has more than {_MOST} values.",
            "Tách tệp; bớt tham chiếu (& và *).", "Split the file; use fewer references (& and *).",
        )  # fmt: skip
    if isinstance(node, yaml.MappingNode):
        keys: dict[Hashable, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise wrong(
                    key, "yaml-key", "Khóa phải là một từ.", "A key must be a word.",
                    "Kiểm tra dấu hai chấm và dấu ngoặc ở dòng này.", "Check colons and brackets on this line.",
                )  # fmt: skip
            if key.value in keys:
                raise wrong(
                    key, "yaml-duplicate-key",
                    f"Khóa «{key.value}» viết hai lần (lần đầu ở dòng {keys[key.value]}).",
                    f"Key “{key.value}” is written twice (first on line {keys[key.value]}).",
                    "Giữ lại một chỗ.", "Keep one of them.",
                )  # fmt: skip
            keys[key.value] = key.start_mark.line + 1
            seen = _plain(value, file, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            seen = _plain(item, file, seen)
    return seen


def _place(node: yaml.Node, loc: tuple[Any, ...]) -> tuple[int, int]:
    """Line and column of the value (or key) a validation error speaks of."""
    mark = node.start_mark
    for step in loc:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    mark, node = key.start_mark, value
                    break
            else:
                break
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.start_mark
        else:
            break
    return mark.line + 1, mark.column + 1


def load_model(path: Path, model: type[M], shown_as: str | None = None, guide: str | None = None) -> M:
    """Read a YAML file as a model.

    Arguments:
        shown_as: how errors call the file; guide: the page they send the reader to, by default the one on rules.

    Errors: `RuleError` with file, line, column and remedy for syntax, duplicate keys, unknown keys, wrong values.
    """
    file = shown_as or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(
            "rule-encoding", vi="Tệp không phải UTF-8.", en="The file is not UTF-8.", where=Where(file),
            remedy_vi="Lưu lại tệp với mã hóa UTF-8.", remedy_en="Save the file as UTF-8.",
        ) from error  # fmt: skip
    try:
        node = _node(text, file)
        _plain(node, file)
        raw = yaml.load(text, Loader=_Base)
    except RecursionError as error:
        raise RuleError(
            "yaml-too-deep", vi="YAML lồng nhau quá sâu.", en="The YAML is nested too deep.", where=Where(file),
            remedy_vi="Xem mẫu bằng `hpcp rules new`.", remedy_en="See `hpcp rules new` for a template.",
        ) from error  # fmt: skip
    except yaml.YAMLError as error:
        raise _syntax(error, file) from error
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        # A misspelt key makes two errors, an unknown and a missing one; the unknown one says what happened.
        first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        loc = tuple(first["loc"])
        line, column = _place(node, loc)
        dotted = ".".join(str(x) for x in loc)
        if first["type"] == "extra_forbidden":
            known = _known_keys(model, loc[:-1])
            close = difflib.get_close_matches(str(loc[-1]), known, n=1)
            raise RuleError(
                "rule-unknown-key",
                vi=f"Khóa lạ «{dotted}».", en=f"Unknown key “{dotted}”.",
                where=Where(file, line=line, column=column),
                remedy_vi=(f"Có phải «{close[0]}»? " if close else "") + f"Các khóa dùng được: {', '.join(known)}.",
                remedy_en=(f"Did you mean “{close[0]}”? " if close else "") + f"Known keys: {', '.join(known)}.",
            ) from error  # fmt: skip
        if first["type"] == "missing":
            raise RuleError(
                "rule-missing-key",
                vi=f"Thiếu khóa bắt buộc «{dotted}».", en=f"Required key “{dotted}” is missing.",
                where=Where(file, line=line, column=column),
                remedy_vi=f"Thêm khóa này; xem {guide}." if guide else "Thêm khóa này; xem mẫu bằng `hpcp rules new`.",
                remedy_en=f"Add it; see {guide}." if guide else "Add it; `hpcp rules new` prints a template.",
            ) from error  # fmt: skip
        raise RuleError(
            "rule-bad-value",
            vi=f"Giá trị của «{dotted}» không dùng được: {first['msg']}.",
            en=f"The value of “{dotted}” cannot be used: {first['msg']}.",
            where=Where(file, line=line, column=column),
            remedy_vi=f"Xem {guide or 'docs/rules.md'}, mục về khóa này.",
            remedy_en=f"See {guide or 'docs/rules.md'} on this key.",
        ) from error  # fmt: skip


def _known_keys(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    here: Any = model
    for step in loc:
        if isinstance(step, int):
            continue
        field = here.model_fields.get(str(step)) if hasattr(here, "model_fields") else None
        annotation = field.annotation if field else None
        args = getattr(annotation, "__args__", ())
        here = next((a for a in (annotation, *args) if hasattr(a, "model_fields")), None)
        if here is None:
            return []
    return sorted(here.model_fields)
