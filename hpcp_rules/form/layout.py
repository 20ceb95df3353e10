"""Very long sentences, and places for date and signature in a contract that is to be signed."""

from __future__ import annotations

import re

from hpcp_rules.form.result import result
from hpcp_rules.model.report import FormResult
from hpcp_rules.rulespec.schema import SentenceFormSpec, SigningFormSpec
from hpcp_rules.structure.document import ContractDocument

_BLANK = re.compile(r"\.{4,}|…{2,}|_{4,}")
_TITLE = re.compile(r"\s*[#*]*\s*hợp đồng\b", re.IGNORECASE)
_DATE = re.compile(
    r"\bngày\b[\s.…_/\d-]{0,40}\btháng\b|\bngày\s*[.…_\d]{1,20}\s*[/-]\s*[.…_\d]{1,20}|\bngày\s*[:.…_]{2,}"
    r"|\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"ghi rõ họ|ký tên|chữ ký|ký,? đóng dấu|đại diện (?:bên|hợp pháp|theo pháp luật)|\(ký|ký và|bên [ab]\s*\(?ký"
    r"|(?:đại diện|bên (?:a|mua|thuê|nhận|vay))\b[^\n.]{0,40}\s{2,}[^\n.]{0,20}(?:đại diện|bên)\b|điện tử",
    re.IGNORECASE,
)
_PARTY_LINE = re.compile(
    r"[|\s]*(?:bên|đại diện|người|khách hàng|công ty|ngân hàng)\b[^.;:]{0,80}$", re.IGNORECASE
)  # fmt: skip
_LAST = 16
_SURE = 0.75


def _names_below(document: ContractDocument) -> bool:
    """True when the document ends with the parties side by side or one below the other, which is where they sign."""
    text = document.source.text
    ends = [text[b.start : b.end] for b in document.source.blocks[-_LAST:]]
    lines = [line for block in ends for line in block.split("\n") if len(line) < 100]
    return sum(bool(_PARTY_LINE.match(line)) for line in lines) >= 2 or any(
        len(re.findall(r"\b(?:bên|đại diện)\b", line, re.IGNORECASE)) >= 2 and line.isupper() for line in lines
    )


def sentences(document: ContractDocument, spec: SentenceFormSpec) -> list[FormResult]:
    """Sentences longer than the limit, as one finding with the longest as example."""
    text = document.source.text
    found = []
    for s in document.sentences:
        if s.end - s.start > 2 * spec.syllables and not s.heading:
            count = len(text[s.start : s.end].split())
            if count > spec.syllables:
                found.append((count, s))
    if not found:
        return [result("sentences", spec, "ok", f"Không có câu nào dài quá {spec.syllables} chữ.",
                       f"No sentence has more than {spec.syllables} syllables.")]  # fmt: skip
    longest, s = max(found, key=lambda f: f[0])
    return [
        result(
            "sentences", spec, "finding",
            f"{len(found)} câu dài quá {spec.syllables} chữ, câu dài nhất {longest} chữ: khó theo dõi, nên tách ra.",
            f"{len(found)} sentences of more than {spec.syllables} syllables, the longest has {longest}: hard to"
            " follow, better divided.",
            source=document.source, span=(s.start, s.end), measured=longest, required=spec.syllables,
            unit="syllables",
        )
    ]  # fmt: skip


def signing(document: ContractDocument, spec: SigningFormSpec) -> list[FormResult]:
    """Whether a contract that is filled in has a place for the date and for signatures."""
    text = document.source.text
    titled = any(_TITLE.match(text, s.start, s.end) for s in document.sentences[:14])
    form = document.kind == "hop-dong-theo-mau" and document.kind_confidence >= _SURE and titled
    if not form or len(_BLANK.findall(text)) < spec.min_blanks:
        return [
            result("signing", spec, "not_applicable",
                   "Chỗ ghi ngày và ký: không xét, vì văn bản không phải hợp đồng để điền và ký.",
                   "Places for date and signature: not looked at, this is no contract to be signed.")
        ]  # fmt: skip
    out = []
    if not _DATE.search(text):
        out.append(result("signing", spec, "finding", "Không thấy chỗ ghi ngày giao kết hợp đồng.",
                          "There is no place for the date of the contract."))  # fmt: skip
    if not _SIGNATURE.search(text) and not _names_below(document):
        out.append(result("signing", spec, "finding", "Không thấy chỗ ký của các bên.",
                          "There is no place for the parties' signatures."))  # fmt: skip
    return out or [
        result("signing", spec, "ok", "Có chỗ ghi ngày và chỗ ký.", "There are places for date and signature.")
    ]  # fmt: skip
