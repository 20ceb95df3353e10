"""Terms written with capitals like defined ones that the document defines nowhere."""

from __future__ import annotations

import re
from collections import Counter

from hpcp_rules.form.result import result
from hpcp_rules.model.report import FormResult
from hpcp_rules.rulespec.schema import TermsFormSpec
from hpcp_rules.structure.document import ContractDocument

_UPPER = "A-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĐĨŨƠƯẠ-Ỹ"
_WORD = rf"(?=[{_UPPER}])\w[^\W\d_]*"
_TERM = re.compile(rf"(?<![\w“\"'‘«(]){_WORD}(?: {_WORD}){{1,4}}(?![\w”\"'’»)])")
_SHOWN = 5


def _known(text: str) -> set[str]:
    """What the document puts in quotes or brackets, or explains: all of them ways of defining a term."""
    quoted = re.findall(r"[“\"'‘«]([^”\"'’»\n]{2,60})[”\"'’»]", text)
    explained = re.findall(
        r"(?m)^[\s\d.)•*+a-zđ-]{0,8}([^\n:]{2,60}?)\s*(?::|là\b|nghĩa là\b|được hiểu\b|có nghĩa\b)", text
    )
    called = re.findall(r"(?:gọi (?:tắt |chung )?là|viết tắt là)[:\s]*([^\n.,;)]{2,60})", text)
    bracketed = re.findall(r"\(([^)\n]{2,60})\)", text)
    return {" ".join(t.split()).casefold() for t in (*quoted, *explained, *called, *bracketed)}


def terms(document: ContractDocument, spec: TermsFormSpec) -> list[FormResult]:
    """Capitalised terms without a definition, as one finding that names them with how often they stand.

    Only a document that does define terms shows by its capitals that a word is one. A term begins with a noun of
    contracts (`spec.heads`), which keeps proper names out.
    """
    text = document.source.text
    known = _known(text)
    ok = [result("terms", spec, "ok", "Không thấy thuật ngữ viết hoa nào thiếu định nghĩa.",
                 "No capitalised term without a definition was found.")]  # fmt: skip
    if len(re.findall(r"[“\"«][^”\"»\n]{2,60}[”\"»]\s*(?:là|nghĩa|được hiểu|có nghĩa|:|\))", text)) < spec.min_defined:
        return [
            result("terms", spec, "not_applicable",
                   "Thuật ngữ: không xét, vì văn bản không định nghĩa thuật ngữ bằng ngoặc kép.",
                   "Terms: not looked at, since the document defines none in quotation marks.")
        ]  # fmt: skip
    heads = tuple(sorted(spec.heads, key=len, reverse=True))
    names = {n.casefold() for party in document.parties for n in party.names}
    counts: Counter[str] = Counter()
    spelled: dict[str, tuple[str, int, int]] = {}
    for sentence in document.sentences:
        if sentence.heading or text[sentence.start : sentence.end].isupper():
            continue
        for match in _TERM.finditer(text, sentence.start, sentence.end):
            term = match[0]
            key = term.casefold()
            if term.isupper() or not any(key.startswith(head + " ") for head in heads):
                continue
            counts[key] += 1
            spelled.setdefault(key, (term, match.start(), match.end()))
    undefined = [
        key
        for key, count in counts.most_common()
        if count >= spec.min_uses
        and not any(key in k or k in key for k in known if len(k) > 3)
        and not any(key in n or n in key for n in names)
    ]
    if not undefined:
        return ok
    shown = ", ".join(f"«{spelled[k][0]}» ({counts[k]})" for k in undefined[:_SHOWN])
    _, start, end = spelled[undefined[0]]
    return [
        result(
            "terms", spec, "finding",
            f"Viết hoa như thuật ngữ nhưng không thấy định nghĩa (số lần dùng trong ngoặc): {shown}.",
            f"Written like defined terms, but no definition was found (uses in brackets): {shown}.",
            source=document.source, span=(start, end), measured=len(undefined), required=0, unit="terms",
        )
    ]  # fmt: skip
