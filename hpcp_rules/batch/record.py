"""What a batch keeps of one document: its report, its text as read, what each rule said, and its clauses."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from time import process_time
from typing import Any

from pydantic import TypeAdapter

from hpcp_rules.api import Checker
from hpcp_rules.engine.memory import Memory
from hpcp_rules.model.report import SEVERITIES, RunReport
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import read_bytes
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.text.fold import fold
from hpcp_rules.worker.channel import packed, unpacked
from hpcp_rules.worker.child import Handler

SHORTEST = 8
"""Syllables from which a clause says something that is worth finding again."""
_SOURCE = TypeAdapter(SourceDocument)
_LABEL = re.compile(
    r"\s*(?:[-–+*•●▪◦]\s*)?(?:\(?(?:[a-zđ]|[ivx]{1,5}|\d{1,3}(?:\.\d{1,3})*)[.)/:]+\s+)?", re.IGNORECASE
)
_COMPANY = re.compile(
    r"(?<!\w)(?:(?:tổng )?công ty|tập đoàn|ngân hàng|trung tâm|hợp tác xã|hộ kinh doanh|doanh nghiệp)(?=[ \t])",
    re.IGNORECASE,
)
_NAME_ENDS = re.compile(r"[\n,;:()“”\"]")
_FORM_WORDS = "cổ phần trách nhiệm hữu hạn một hai thành viên tnhh cp mtv tư nhân thương mại dịch vụ"
_FORMS = frozenset(_FORM_WORDS.split(" "))
"""Words that say what kind of company it is: no name by themselves."""
_HEAD = 20_000
"""Characters in which a document names its parties."""
_ABBREVIATIONS = frozenset(("TNHH", "CP", "MTV", "XNK", "TM", "DV", "VN"))


def recording(settings: dict[str, Any]) -> Handler:
    """The handler of a worker of a batch; `settings` as of `Checker.settings`."""
    return recorder(Checker.from_settings(settings))


def recorder(checker: Checker) -> Handler:
    """The handler that makes records with a checker.

    A request holds the bytes of a file, or (``again`` in what is said about it: the rules that have changed) what was
    kept of a document.
    """

    def handler(about: dict[str, Any], content: bytes, progress: Callable[[str], None]) -> bytes:
        begin = process_time()
        memory = Memory()
        if "again" in about:
            _, (kept, said) = unpacked(content)
            source = _SOURCE.validate_json(zlib.decompress(kept))
            changed = about["again"]
            if changed is not None:
                before = json.loads(zlib.decompress(said))
                memory.kept = {r.id: before.get(r.id, []) for r in checker.pack.rules if r.id not in changed}
        else:
            source = read_bytes(content, about["name"], checker.limits, checker.reading)
            progress("read")
        document = checker.structure(source)
        return _packed(document, checker.check_document(document, memory), memory, begin)

    return handler


def _packed(document: ContractDocument, report: RunReport, memory: Memory, begin: float) -> bytes:
    clauses = list(_clauses(document))
    info = report.document
    about: dict[str, Any] = {
        "document": {
            "sha256": info.sha256,
            "media_type": info.media_type,
            "characters": info.characters,
            "pages": info.pages,
            "kind": info.kind,
            "business": business_of(document.source.text),
            "complete": report.complete,
            "findings": len(report.findings),
            "worst": max((f.severity for f in report.findings), key=SEVERITIES.index, default=None),
        },
        "findings": [
            [
                f.id, f.rule, f.pattern, f.provision, f.severity, f.strength, f.confidence, f.span.start, f.span.end,
                f.quote, " › ".join(f.outline), f.page,
                next((c[0] for c in clauses if c[1] <= f.span.start < c[2]), None),
            ]
            for f in report.findings
        ],
        "requirements": [[r.provision, r.status] for r in report.requirements],
        "clauses": clauses,
        "looked": [
            [rule, sentence, hit]
            for rule, rows in memory.said.items()
            for sentence, hit in sorted({(row[1], int(row[3] is None)) for row in rows})
        ],
    }  # fmt: skip
    kept = (
        zlib.compress(_SOURCE.dump_json(document.source), 1),
        zlib.compress(json.dumps(memory.said, separators=(",", ":")).encode(), 1),
        zlib.compress(report.model_dump_json().encode(), 1),
    )
    about["document"]["seconds"] = process_time() - begin
    return packed(about, *kept)


def _clauses(document: ContractDocument) -> Iterator[tuple[int, int, int, str, int]]:
    """(hash, start, end, text, syllables) of each unit of the outline that says something.

    The text is folded, without its number: the same clause is the same wherever it stands.
    """
    text = document.source.text
    for _, group in groupby(document.sentences, key=lambda s: s.node):
        sentences = list(group)
        start, end = sentences[0].start, sentences[-1].end
        words = " ".join(fold(text[start:end]).split())
        words = words[_LABEL.match(words).end() :]  # type: ignore[union-attr]
        syllables = words.count(" ") + 1
        if syllables >= SHORTEST:
            yield clause_id(words), start, end, words, syllables


def clause_id(words: str) -> int:
    """64 bits of a hash as SQLite's signed number: two of ten million are the same with a chance of 3 in 10^6."""
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)


def business_of(text: str) -> str | None:
    """The company that a document names most often near its beginning; None where it names none by a proper name."""
    names: Counter[str] = Counter()
    for found in _COMPANY.finditer(text, 0, _HEAD):
        words: list[str] = []
        behind = text[found.end() : found.end() + 120]
        for word in _NAME_ENDS.split(behind, maxsplit=1)[0].split():
            if not (word[0].isupper() or word[0].isdigit() or word.lower() in _FORMS or word == "&"):
                break
            words.append(word.rstrip("."))
        while words and words[-1].lower() in _FORMS:
            words.pop()
        if any(word.lower() not in _FORMS for word in words):
            names[_spelt(" ".join((found.group(), *words)))] += 1
    return names.most_common(1)[0][0] if names else None


def _spelt(name: str) -> str:
    """One spelling for a name, be it in capitals or not."""
    if not name.isupper():
        return name
    return " ".join(w if w in _ABBREVIATIONS or not w.isalpha() else w.capitalize() for w in name.split())
