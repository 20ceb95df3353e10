"""Reading and writing the JSON files of a review, with clear errors for what is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from hpcp_rules.errors import UsageError, Where
from hpcp_rules.model.report import RunReport

__all__ = ["load_json", "load_result", "load_results", "write_bytes", "write_json"]

M = TypeVar("M", bound=BaseModel)
_MAX_BYTES = 200_000_000


def load_json(path: Path, model: type[M], made_by: str) -> M:
    """A JSON file as a model.

    Arguments:
        made_by: the command that writes such files, for the message.

    Errors: `UsageError` naming the place for what cannot be read or is something else.
    """
    return _parse(_text(path), model, path, made_by)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise _wrong(path, "", f"> {_MAX_BYTES} bytes", "")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            "cannot-read", vi=f"Không đọc được tệp ({error.strerror}).",
            en=f"The file cannot be read ({error.strerror}).", where=Where(str(path)),
            remedy_vi="Kiểm tra đường dẫn.", remedy_en="Check the path.",
        ) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise _wrong(path, "", f"byte {error.start}: {error.reason}", "") from error


def _parse(text: str, model: type[M], path: Path, made_by: str) -> M:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(path, ".".join(map(str, first["loc"])), first["msg"], made_by) from error
    except RecursionError as error:
        raise _wrong(path, "", "nested too deep", made_by) from error


def _wrong(path: Path, field: str, what: str, made_by: str) -> UsageError:
    at = f" ({field}: {what})" if field else f" ({what})"
    return UsageError(
        "bad-json", vi=f"Tệp JSON không đúng dạng{at}.", en=f"The JSON file is not of the form expected{at}.",
        where=Where(str(path)),
        remedy_vi=f"Tạo bằng: {made_by}." if made_by else "Kiểm tra tệp.",
        remedy_en=f"Made by: {made_by}." if made_by else "Check the file.",
    )  # fmt: skip


def load_results(path: Path) -> list[RunReport]:
    """The results in a file of ``hpcp check --format json`` or ``jsonl``.

    Errors: `UsageError` when it holds none, or something else.
    """
    made_by = "hpcp check --format json -o KQ.json"
    text = _text(path)
    rows: list[str]
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        rows = [line for line in text.split("\n") if line.strip()]
    elif text.lstrip().startswith("["):
        try:
            rows = [json.dumps(item) for item in json.loads(text)]
        except (ValueError, RecursionError) as error:
            raise _wrong(path, "", str(error), made_by) from error
    else:
        rows = [text]
    if not rows:
        raise _wrong(path, "", "empty", made_by)
    return [_parse(row, RunReport, path, made_by) for row in rows]


def load_result(path: Path) -> RunReport:
    """The one result in a file.

    Errors: `UsageError` when there is none or more than one.
    """
    found = load_results(path)
    if len(found) != 1:
        raise UsageError(
            "several-results",
            vi=f"Tệp có {len(found)} kết quả; lệnh này cần đúng một.",
            en=f"The file holds {len(found)} results; this needs just one.",
            where=Where(str(path)),
            remedy_vi="Kiểm tra từng hợp đồng: hpcp check TỆP --format json -o KQ.json.",
            remedy_en="Check one contract: hpcp check FILE --format json -o RESULT.json.",
        )
    return found[0]


def write_json(path: Path, model: BaseModel) -> None:
    """A model as indented JSON.

    Errors: `UsageError` when the file cannot be written.
    """
    write_bytes(path, (model.model_dump_json(indent=1) + "\n").encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Bytes into a file, whole or not at all.

    Errors: `UsageError` when the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(
            "cannot-write", vi=f"Không ghi được tệp ({error.strerror}).",
            en=f"The file cannot be written ({error.strerror}).", where=Where(str(path)),
            remedy_vi="Chọn nơi khác.", remedy_en="Choose another place.",
        ) from error  # fmt: skip
