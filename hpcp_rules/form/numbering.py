"""Gaps and repeats in the numbers of articles, clauses and points.

Numbers are followed in reading order. A number may go on with any list that is still open, or open a new one with 1
or a; only what fits none of them is a fault. What may be no number at all (a line that begins with a reference, a
quantity, a number the reader of the file left inside a paragraph) is given the benefit of the doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from hpcp_rules.form.language import Tongue
from hpcp_rules.form.result import result
from hpcp_rules.model.report import FormResult
from hpcp_rules.rulespec.schema import NumberingFormSpec
from hpcp_rules.structure.document import ContractDocument

_MARK = re.compile(
    r"(?:[#*]+\s*)?(?:"
    r"điều\s+(?P<article>\d{1,3})(?P<suffix>[a-zđ]?)(?!\w|[.,]\d)"
    r"|(?P<open>\(?)(?P<number>\d{1,3})\s?(?P<close>[.)/])(?![\d])"
    r"|(?P<dotted>\d{1,3}(?:\.\d{1,3})+)(?P<end>[.)]?)(?=\s|[^\W\d])(?![a-zđ](?:[.)]|\s))"
    r"|(?P<left>\(?)(?P<letter>[a-zđ])\s?(?P<right>[.)/])(?=\s|\w)"
    r")",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\s*(?:của|và|hoặc|này|nêu|trên|bộ luật|luật|nghị định|thông tư|,|;|đến\b|-\s*\d)", re.IGNORECASE
)
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_DEEP = 12
"""How many lists may be open inside each other."""
_HIGH = frozenset(("part", "chapter", "section", "article", "heading"))


@dataclass(frozen=True, slots=True)
class _Item:
    """A numbered line: its list (by the look of the mark), its place in it, and the mark itself."""

    key: str
    value: int
    mark: str
    start: int
    end: int


def heading_like(text: str, end: int) -> bool:
    """True when "Điều 7" that ends at `end` heads an article, and does not begin a sentence about one."""
    rest = text[end : end + 30]
    first = rest.lstrip(" .:)–-/*")[:1]
    return not _REFERENCE.match(rest) and (not first.isalpha() or first.isupper())


def numbering(document: ContractDocument, spec: NumberingFormSpec, kinds: tuple[Tongue, ...]) -> list[FormResult]:
    """Missing and repeated numbers, each a finding."""
    if 3 * kinds.count("foreign") >= max(1, kinds.count("vi")):
        return [
            result("numbering", spec, "not_applicable",
                   "Đánh số: không xét ở văn bản song ngữ, vì số lặp lại ở mỗi thứ tiếng.",
                   "Numbering: not looked at in bilingual documents, where each language repeats the numbers.")
        ]  # fmt: skip
    items, groups = _items(document, spec, kinds)
    out: list[FormResult] = []
    for key in groups:
        out += _faults(document, spec, key, groups[key])
    if out:
        return sorted(out, key=lambda r: r.span.start if r.span else 0)
    if not items:
        return [result("numbering", spec, "not_applicable", "Văn bản không đánh số điều, khoản.",
                       "The document does not number its articles and clauses.")]  # fmt: skip
    return [result("numbering", spec, "ok", "Số thứ tự điều, khoản, điểm liền mạch.",
                   "The numbers of articles, clauses and points have no gaps.")]  # fmt: skip


def _items(
    document: ContractDocument, spec: NumberingFormSpec, kinds: tuple[Tongue, ...]
) -> tuple[int, dict[tuple[int, str], list[_Item]]]:
    """Numbered lines by list: how many there are, and each list under the unit that bounds it."""
    text = document.source.text
    blocks = document.source.blocks
    starts = [b.start for b in blocks]
    groups: dict[tuple[int, str], list[_Item]] = {}
    count = unit = clause = 0
    for node in document.nodes[1:]:
        at = bisect_right(starts, node.start) - 1
        if at >= 0 and (kinds[at] == "foreign" or blocks[at].kind in ("table_cell", "header", "footer", "footnote")):
            continue
        found = _MARK.match(text, node.start)
        if node.level in _HIGH and (found is None or not found["article"] or heading_like(text, found.end())):
            unit = node.index
            clause = node.index
        if found is None:
            continue
        if found["article"]:
            if not found["suffix"] and heading_like(text, found.end()):
                where, key, value, mark = 0, "điều", int(found["article"]), f"Điều {found['article']}"
            else:
                continue
        elif found["number"]:
            where, key, value = unit, f"{found['open']}1{found['close']}", int(found["number"])
            mark = f"{found['open']}{found['number']}{found['close']}"
        elif found["dotted"]:
            prefix, _, last = found["dotted"].rpartition(".")
            where, key, value, mark = unit, f"{prefix}.", int(last), found["dotted"]
        else:
            letter = found["letter"]
            if letter.lower() not in spec.alphabet + _LATIN:
                continue
            upper = "A" if letter.isupper() else "a"
            where, key, value = clause, f"{found['left']}{upper}{found['right']}", ord(letter.lower())
            mark = f"{found['left']}{letter}{found['right']}"
        if found["number"] or found["dotted"]:
            clause = node.index
        count += 1
        groups.setdefault((where, key), []).append(_Item(key, value, mark, node.start, found.end()))
    return count, groups


def _faults(
    document: ContractDocument, spec: NumberingFormSpec, where: tuple[int, str], items: list[_Item]
) -> list[FormResult]:
    by_letter = "a" in where[1].lower()
    first = ord("a") if by_letter else 1
    open_lists: list[_Item] = []
    out: list[FormResult] = []
    for n, item in enumerate(items):
        fits = next(
            (
                i
                for i in range(len(open_lists) - 1, -1, -1)
                if _follows(open_lists[i].value, item.value, spec, by_letter)
            ),
            None,
        )
        if fits is not None:
            del open_lists[fits + 1 :]
            open_lists[fits] = item
            continue
        before = open_lists[-1] if open_lists else item
        # A number that goes back is in a list that was opened elsewhere; "i)" may be a Roman one.
        if item.value < before.value or item.value == first or before is item or item.mark.strip("().") in ("i", "I"):
            open_lists.append(item)
            del open_lists[:-_DEEP]
            continue
        missing = _between(before.value, item.value, spec, by_letter)
        later = items[n + 1 : n + 6]
        if item.value == before.value:
            if any(x.value == item.value for x in later):
                return out  # not a list of this kind at all
            out.append(_finding(document, spec, where, before, item, ""))
        elif 0 < len(missing) <= spec.gap:
            if any(_follows(before.value, x.value, spec, by_letter) for x in later):
                continue  # a line that only begins like a number, inside a list that goes on
            if not any(_written(document.source.text, before.end, item.start, m, where[1]) for m in missing):
                out.append(_finding(document, spec, where, before, item, _named(missing, where[1])))
        else:
            continue
        open_lists[-1] = item
    return out


def _follows(before: int, after: int, spec: NumberingFormSpec, by_letter: bool) -> bool:
    if not by_letter:
        return after == before + 1
    return any(
        i >= 0 and alphabet[i + 1 : i + 2] == chr(after)
        for alphabet in (spec.alphabet, _LATIN)
        for i in (alphabet.find(chr(before)),)
    )


def _between(before: int, after: int, spec: NumberingFormSpec, by_letter: bool) -> list[str]:
    """The numbers that are left out between two, in the alphabet that leaves out fewer."""
    if not by_letter:
        return [str(i) for i in range(before + 1, after)]
    left_out = [
        list(alphabet[i + 1 : j])
        for alphabet in (spec.alphabet, _LATIN)
        for i, j in ((alphabet.find(chr(before)), alphabet.find(chr(after))),)
        if 0 <= i < j
    ]
    return min(left_out, key=len, default=[])


def _written(text: str, start: int, end: int, mark: str, key: str) -> bool:
    """True when the missing number stands between the two after all, inside a paragraph."""
    if key == "điều":
        pattern = rf"điều\s+{mark}\b"
    elif key[0].isdigit() and key.endswith("."):
        pattern = rf"(?<![\w.,]){re.escape(key)}{mark}(?!\d)" if key != "1." else rf"(?<![\w.,]){mark}\s?[.)/]"
    else:
        pattern = rf"(?<![\w.,]){mark}\s?[.)/]"
    return re.compile(pattern, re.IGNORECASE).search(text, start, end) is not None


def _named(missing: list[str], key: str) -> str:
    if key == "điều":
        return ", ".join(f"Điều {m}" for m in missing)
    prefix = key if key[0].isdigit() and key != "1." and key.endswith(".") else ""
    return ", ".join(
        f"{prefix}{m}" if prefix else key.replace("1", m).replace("a", m).replace("A", m.upper()) for m in missing
    )


def _finding(
    document: ContractDocument,
    spec: NumberingFormSpec,
    where: tuple[int, str],
    before: _Item,
    item: _Item,
    missing: str,
) -> FormResult:
    place = document.path(where[0])
    inside_vi = f" ({', '.join(place)})" if place else ""
    if missing:
        vi = f"Đánh số nhảy từ {before.mark} sang {item.mark}, thiếu {missing}{inside_vi}."
        en = f"The numbers go from {before.mark} to {item.mark}, without {missing}{inside_vi}."
    else:
        vi = f"Số {item.mark} dùng hai lần liền nhau{inside_vi}."
        en = f"The number {item.mark} is used twice in a row{inside_vi}."
    return result(
        "numbering", spec, "finding", vi, en, source=document.source,
        span=(item.start, min(item.end + 60, _line_end(document.source.text, item.end))),
    )  # fmt: skip


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
