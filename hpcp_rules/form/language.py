"""The language of each block, and whether every foreign block has its Vietnamese counterpart.

A block is Vietnamese by letters that only Vietnamese has, or by its function words where it is written without marks;
it is foreign only on positive evidence: another script, or function words of another language. Everything else
(names, numbers, titles) says nothing.
"""

from __future__ import annotations

import re
from typing import Literal

from hpcp_rules.form.result import result
from hpcp_rules.model.report import FormResult
from hpcp_rules.rulespec.schema import LanguageFormSpec
from hpcp_rules.structure.document import ContractDocument

Tongue = Literal["vi", "foreign", "unclear"]

_ONLY_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile(r"[^\W\d_]+")
_OTHER_SCRIPT = re.compile("[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NUMBER = re.compile(r"\d+")
_ARTICLE = re.compile(r"(?:article|clause|section)\s+(\d+)", re.IGNORECASE)
_ASIDE = frozenset(("header", "footer"))


def tongue(text: str, spec: LanguageFormSpec) -> Tongue:
    """The language of a stretch of text."""
    marked = len(_ONLY_VIETNAMESE.findall(text))
    if marked * 20 > len(text):
        return "vi"
    other = len(_OTHER_SCRIPT.findall(text))
    if other >= spec.min_words and other * 2 > sum(map(str.isalpha, text)):
        return "foreign"
    words = [w.lower() for w in _WORD.findall(text)]
    if len(words) < spec.min_words:
        return "vi" if marked else "unclear"
    if sum(bool(_ONLY_VIETNAMESE.search(w)) for w in words) > spec.vietnamese_share * len(words):
        return "vi"
    native = sum(w in spec.vietnamese for w in words)
    for known in spec.foreign.values():
        share = sum(w in known for w in words)
        if share >= spec.foreign_share * len(words) and share > native and len(set(words) & set(known)) >= 3:
            return "foreign"
    return "vi" if native > spec.vietnamese_share * len(words) else "unclear"


def foreign_blocks(document: ContractDocument, spec: LanguageFormSpec) -> tuple[Tongue, ...]:
    """The language of each block of the document, in order."""
    text = document.source.text
    return tuple(tongue(text[b.start : b.end], spec) for b in document.source.blocks)


def language(document: ContractDocument, spec: LanguageFormSpec, kinds: tuple[Tongue, ...]) -> list[FormResult]:
    """Whether the document is in Vietnamese, or has foreign parts without their Vietnamese counterpart."""
    source = document.source
    order = [n for n, k in enumerate(kinds) if k != "unclear" and source.blocks[n].kind not in _ASIDE]
    foreign = [n for n in order if kinds[n] == "foreign"]
    if not foreign:
        if not order:
            return [result("language", spec, "cannot_tell", "Văn bản quá ngắn để nhận ra ngôn ngữ.",
                           "The text is too short to tell its language.")]  # fmt: skip
        return [result("language", spec, "ok", "Văn bản bằng tiếng Việt.", "The document is in Vietnamese.")]
    native = [n for n in order if kinds[n] == "vi"]
    size = [b.end - b.start for b in source.blocks]
    if sum(size[n] for n in native) < 0.05 * sum(size[n] for n in foreign):
        first = source.blocks[foreign[0]]
        return [
            result(
                "language", spec, "finding", "Văn bản không có bản tiếng Việt.",
                "The document has no Vietnamese version.", source=source, span=(first.start, first.end),
                characters=sum(size[n] for n in foreign), confidence=0.95,
            )
        ]  # fmt: skip
    alone = _unpaired(document, spec, order, foreign, native)
    if not alone:
        return [
            result("language", spec, "ok", "Phần tiếng nước ngoài đều có phần tiếng Việt đi cùng.",
                   "Every foreign part has its Vietnamese counterpart.")
        ]  # fmt: skip
    out = []
    for run in _runs(alone, kinds)[:5]:
        start, end = source.blocks[run[0]].start, source.blocks[run[-1]].end
        count = sum(size[n] for n in run)
        out.append(
            result(
                "language", spec, "finding",
                f"Đoạn chỉ có tiếng nước ngoài, không thấy phần tiếng Việt đi cùng ({count} ký tự).",
                f"A part in a foreign language only, without a Vietnamese counterpart ({count} characters).",
                source=source, span=(start, end), characters=count,
                confidence=spec.confidence if len(run) > 2 else spec.confidence * 0.75,
            )
        )  # fmt: skip
    return out


def _runs(alone: list[int], kinds: tuple[Tongue, ...]) -> list[list[int]]:
    """Foreign blocks with nothing Vietnamese between them belong together; the longest parts first."""
    runs: list[list[int]] = []
    for n in alone:
        if runs and "vi" not in kinds[runs[-1][-1] + 1 : n]:
            runs[-1].append(n)
        else:
            runs.append([n])
    return sorted(runs, key=lambda r: (-len(r), r[0]))


def _unpaired(
    document: ContractDocument, spec: LanguageFormSpec, order: list[int], foreign: list[int], native: list[int]
) -> list[int]:
    """Foreign blocks without a counterpart: beside them, or in a Vietnamese version that the document holds as well."""
    blocks, text = document.source.blocks, document.source.text
    size = [b.end - b.start for b in blocks]
    words = [text[b.start : b.end] for b in blocks]
    position = {n: i for i, n in enumerate(order)}
    bilingual = 2 * len(foreign) >= len(native)
    is_native = set(native)
    taken: set[int] = set()
    alone = []
    for n in foreign:
        here = position[n]
        near = [
            order[i]
            for step in range(1, spec.near + 1)
            for i in (here - step, here + step)
            if 0 <= i < len(order) and order[i] in is_native and order[i] not in taken
        ]
        pair = next(
            (
                m
                for m in near
                if max(size[m], size[n]) <= spec.length_ratio * min(size[m], size[n])
                and (bilingual or _same_numbers(words[m], words[n]))
            ),
            None,
        )  # fmt: skip
        if pair is None:
            alone.append(n)
        else:
            taken.add(pair)
    rest = [n for n in native if n not in taken]
    if alone and bilingual and _mirrors(document, spec, alone, rest):
        return []
    return alone


def _same_numbers(a: str, b: str) -> bool:
    """True when both texts hold the same numbers, and at least one."""
    numbers = set(_NUMBER.findall(a))
    return bool(numbers) and numbers == set(_NUMBER.findall(b))


def _mirrors(document: ContractDocument, spec: LanguageFormSpec, alone: list[int], rest: list[int]) -> bool:
    """True when the foreign blocks together translate the Vietnamese ones: about as long, with the same articles."""
    blocks, text = document.source.blocks, document.source.text
    there = sum(blocks[n].end - blocks[n].start for n in alone)
    here = sum(blocks[n].end - blocks[n].start for n in rest)
    if not here or max(there, here) > spec.length_ratio * min(there, here):
        return False
    cited = {m.group(1) for n in alone if (m := _ARTICLE.match(text, blocks[n].start, blocks[n].end))}
    own = {node.label.removeprefix("Điều ") for node in document.nodes if node.level == "article"}
    return len(cited & own) >= 0.6 * len(cited) if cited else True
