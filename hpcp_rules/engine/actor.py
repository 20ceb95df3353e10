"""Who acts: the party that governs a verb.

The nearest name before the verb governs it, unless that name is an object ("cho Khách hàng", "của Công ty") or
stands in a condition that a comma closes before the verb ("Trường hợp Khách hàng hủy, …"). A passive agent
right behind the verb ("do Công ty quyết định", "bởi") governs as well. With no name in the sentence the lead-in
and its heading are asked; with none there either, nobody is known.
"""

from __future__ import annotations

from hpcp_rules.engine.index import Index, Unit
from hpcp_rules.rulespec.pattern import PhraseTable

_OBLIQUE = frozenset(
    (
        "của", "cho", "với", "từ", "tới", "đến", "về", "giữa", "theo", "tại", "khỏi", "vào", "trên", "bởi", "lên",
        "trong", "bảo", "buộc", "đòi", "cùng",
    )
)  # fmt: skip
_POSSESSED = frozenset(("cước", "phí", "giá", "thẻ", "khoản", "lợi", "liệu"))
"""Last syllables of things that a party's name may follow without "của"."""
_SUBORDINATE = frozenset(("hợp", "nếu", "khi", "do", "vì", "bởi", "mà", "việc"))
_CONDITION = (
    ("trường", "hợp"), ("trong", "trường", "hợp"), ("nếu",), ("khi",), ("do",), ("vì",), ("sau", "khi"),
    ("trước", "khi"), ("để",), ("đối", "với"), ("ngay", "cả"), ("kể", "cả"), ("trừ",), ("với", "điều", "kiện"),
    ("bằng", "việc"), ("trong", "thời"), ("tùy",), ("theo",), ("từ",), ("sau", "thời"), ("quá",), ("mặc", "dù"),
    ("dù",), ("trong", "quá", "trình"), ("trong", "vòng"), ("kể", "từ"), ("tính", "từ"), ("mọi",), ("các",),
    ("tất", "cả"),
)  # fmt: skip


def governing(index: Index, unit: Unit, sentence: int, position: int, table: PhraseTable) -> str:
    """``business``, ``consumer`` or ``""`` (nobody known) for the act at `position` of the unit."""
    business, consumer = table.dynamic("$BUSINESS"), table.dynamic("$CONSUMER")
    mentions = [(s, e, "business") for s, e in unit.spans(business)]
    mentions += [(s, e, "consumer") for s, e in unit.spans(consumer)]
    mentions.sort(reverse=True)
    segments = index.segments(sentence) if position >= 0 else []
    here = segments[position] if 0 <= position < len(segments) else 0
    fallback = ""
    for s, e, role in mentions:
        if e > position:
            continue
        if s >= 0:
            # A word before a comma says nothing of what follows it: "Ngoài các trường hợp trên, Công ty …".
            before = index.key(sentence, s - 1) if s > 0 and segments[s - 1] == segments[s] else ""
            if before in _POSSESSED:
                continue  # "phí hội viên", "tài khoản khách hàng": the name belongs to the thing, which acts
            if before in _OBLIQUE and not (before == "theo" and s == 1):
                continue
            segment = segments[s]
            if segment < here and _conditional(index, sentence, segments, segment):
                continue
            if not fallback and before in _SUBORDINATE:
                # "Công ty có quyền chấm dứt khi Khách hàng vi phạm mà không …": the main clause's subject, if there
                # is one before, governs what follows the condition.
                fallback = role
                continue
        else:
            start, _ = index.characters(sentence, (s, e))
            before_text = index.document.source.text[max(0, start - 4) : start].strip().lower()
            heading = index.document.sentences[sentence].lead_in is not None
            if before_text in ("cho", "với", "từ") or not heading:
                continue
        return role
    return fallback


def _conditional(index: Index, sentence: int, segments: list[int], segment: int) -> bool:
    """True when the comma segment opens as a condition, so that its subject is not that of the main clause."""
    first = segments.index(segment)
    opening = tuple(index.key(sentence, first + i) for i in range(3))
    return any(opening[: len(c)] == c for c in _CONDITION)


def satisfies(wanted: str, role: str) -> bool:
    """Whether a governing party fits a pattern's `actor`."""
    if wanted == "any":
        return True
    if wanted.startswith("not-"):
        return role != wanted[4:]
    return role == wanted
