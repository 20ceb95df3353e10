"""Official texts that the user supplies. We ship none: reports quote the provision itself once it is imported."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hpcp_rules.errors import LawTextError, UsageError, Where
from hpcp_rules.readers import read_file
from hpcp_rules.rulespec.provisions import DOCUMENTS, POINTS
from hpcp_rules.text.fold import fold

__all__ = ["LawText", "data_folder", "import_law", "parse_law", "quote_provision"]

_CODIFIED = re.compile(r"^#*\s*Điều \d+\.\d+\.(LQ|NĐ\.1|QĐ\.\d+)\.(\d+)\.\s*(.*)$")
_PLAIN = re.compile(r"^#*\s*\**Điều (\d+)\s*[.:]\s*(.*?)\**$")
_CLAUSE = re.compile(r"^(\d+)\s*[.)]\s*(.*)$")
_POINT = re.compile(rf"^([{POINTS}])\)\s*(.*)$")
_SKIP = re.compile(r"^(?:\(.*\)|#|(?:Chương|Mục)\s+[IVXLC\d]+)")
_CODE = {"law19": "LQ", "nd55": "NĐ.1"}
_TELLS = {
    "law19": ("19/2023/qh15", "bảo vệ quyền lợi người tiêu dùng"),
    "nd55": ("55/2024/nđ-cp", "bảo vệ quyền lợi người tiêu dùng"),
}


@dataclass(frozen=True, slots=True)
class LawText:
    """One document: its id and the text of each article, clause and point by provision id."""

    document: str
    provisions: dict[str, str]


def data_folder() -> Path:
    """Where imported texts lie: ``HPCP_DATA``, else the user's data folder."""
    own = os.environ.get("HPCP_DATA")
    if own:
        return Path(own)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "hpcp"


def parse_law(text: str, file: str) -> list[LawText]:
    """The documents found in an official text, plain ("Điều 25.") or codified ("Điều 34.1.LQ.25.").

    Errors: `LawTextError` when it is none of the documents rules rest on, or articles are missing.
    """
    low = fold(text)
    lines = [line.strip() for line in text.splitlines()]
    codified = any(_CODIFIED.match(line) for line in lines)
    found: list[LawText] = []
    for document in ("law19", "nd55"):
        number, title = _TELLS[document]
        if number not in low or title not in low:
            continue
        provisions = _split(lines, document, codified)
        if not provisions:
            continue
        articles = sorted({int(p.split(":")[1].split(".")[0]) for p in provisions})
        expected = DOCUMENTS[document].articles
        missing = sorted(set(range(1, expected + 1)) - set(articles))
        if missing and (codified or len(articles) > 5):
            raise LawTextError(
                "law-incomplete",
                vi=f"{DOCUMENTS[document].vi}: thiếu {len(missing)} điều ({_short(missing)}) trong {expected} điều.",
                en=f"{DOCUMENTS[document].en}: {len(missing)} of {expected} articles are missing ({_short(missing)}).",
                where=Where(file), remedy_vi="Tải lại bản đầy đủ từ cơ sở dữ liệu quốc gia về pháp luật (vbpl.vn).",
                remedy_en="Get the whole text from the national legal database (vbpl.vn).",
            )  # fmt: skip
        if not missing:
            found.append(LawText(document, provisions))
    if not found:
        raise LawTextError(
            "law-unknown",
            vi="Đây không phải Luật 19/2023/QH15 hay Nghị định 55/2024/NĐ-CP.",
            en="This is neither Law 19/2023/QH15 nor Decree 55/2024/ND-CP.", where=Where(file),
            remedy_vi="Dùng tệp TXT, Markdown, HTML hoặc DOCX của văn bản chính thức.",
            remedy_en="Use a TXT, Markdown, HTML or DOCX file of the official text.",
        )  # fmt: skip
    return found


def _short(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:8])) + (" …" if len(numbers) > 8 else "")


def _split(lines: list[str], document: str, codified: bool) -> dict[str, str]:
    out: dict[str, list[str]] = {}
    here: str | None = None
    article = clause = ""
    for line in lines:
        if not line:
            continue
        head = _CODIFIED.match(line) if codified else _PLAIN.match(line)
        if head:
            if codified and head.group(1) != _CODE[document]:
                here = None
                continue
            article, clause = (head.group(2), "") if codified else (head.group(1), "")
            here = f"{document}:{article}"
            out[here] = []
            continue
        if here is None or _SKIP.match(line):
            continue
        found = _CLAUSE.match(line)
        if found and int(found.group(1)) == (int(clause) + 1 if clause else 1):
            clause = found.group(1)
            here = f"{document}:{article}.{clause}"
            out[here] = [found.group(2)]
            continue
        found = _POINT.match(line)
        if found:
            base = f"{document}:{article}" + (f".{clause}" if clause else "")
            here = f"{base}.{found.group(1)}"
            out[here] = [found.group(2)]
            continue
        out[here].append(line)
    return {key: "\n".join(value) for key, value in out.items()}


def import_law(path: Path | str) -> list[tuple[LawText, Path]]:
    """Read, check and store an official text; returns each document found and where it was stored.

    Errors: `LawTextError`, `ReadError`; `UsageError` when the data folder cannot be written.
    """
    source = read_file(path)
    stored = []
    for law in parse_law(source.text, str(path)):
        target = data_folder() / "law" / f"{law.document}.json"
        try:
            _store(law, target)
        except OSError as error:
            raise UsageError(
                "cannot-write", vi=f"Không ghi được tệp ({error.strerror}).",
                en=f"The file cannot be written ({error.strerror}).", where=Where(str(target)),
                remedy_vi="Đặt biến môi trường HPCP_DATA là thư mục ghi được.",
                remedy_en="Set HPCP_DATA to a folder that can be written.",
            ) from error  # fmt: skip
        stored.append((law, target))
    _stored.cache_clear()
    return stored


def _store(law: LawText, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed, so that an interrupted import leaves the old text whole.
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        words = json.dumps({"document": law.document, "provisions": law.provisions}, ensure_ascii=False)
        part.write_text(words, encoding="utf-8")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@cache
def _stored(path: str, changed: float) -> dict[str, str]:
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        return {str(k): str(v) for k, v in data["provisions"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def quote_provision(provision: str) -> str | None:
    """The official text of a provision, or None when it was not imported."""
    path = data_folder() / "law" / f"{provision.split(':')[0]}.json"
    try:
        changed = path.stat().st_mtime
    except OSError:
        return None
    return _stored(str(path), changed).get(provision)
