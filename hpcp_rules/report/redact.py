"""Masks what identifies a person in a report: identity cards, telephone, account and card numbers, e-mail, names.

Every letter and digit of such a place becomes ``█``, so that quotes keep their length and spans stay those of the
document. Names are those of natural persons as contracts introduce them ("Ông …", "Họ và tên: …", "Người đại diện: …");
they are masked wherever they stand again. What no word introduces is not known to be a name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hpcp_rules.model.dossier import DossierReport
from hpcp_rules.model.report import RunReport
from hpcp_rules.model.source import SourceDocument

MASK = "█"
_AMOUNT = r"(?!\d{1,3}(?:[.,]\d{3})+(?!\d))"
_GAP = r"[\s.\-\u00a0\u200b\u2060]?"
_NUMBERS = re.compile(
    rf"(?<![\d/])(?:\+?84|0)(?:{_GAP}\d){{8,10}}(?!\d)"  # telephone
    rf"|(?<![\d/.,]){_AMOUNT}\d(?:{_GAP}\d){{8}}(?:{_GAP}\d{{3}})?(?![\d/]|[.,]\d)"  # identity card: 9 or 12 digits
    rf"|(?<![\d/.,]){_AMOUNT}\d(?:{_GAP}\d){{12,18}}(?![\d/]|[.,]\d)"  # bank card, long account
)
_NAMED_NUMBER = re.compile(
    r"(?:cccd|cmnd|cmt|căn\s+cước(?:\s+công\s+dân)?|chứng\s+minh(?:\s+nhân\s+dân)?|hộ\s+chiếu|passport|số\s+tài\s+khoản|"
    r"tài\s+khoản(?:\s+số)?|stk|số\s+thẻ|số\s+điện\s+thoại|điện\s+thoại|đt|sđt|số\s+hợp\s+đồng\s+bảo\s+hiểm)"
    r"[^\w\n]{0,6}(?:số)?[^\w\n]{0,4}([A-Z]{0,2}\d[\d\s.\-\u00a0\u200b]{4,30}\d)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_CUE = re.compile(
    r"(?<!\w)(?:(?<!tiếng\s)(?:ông|bà|anh|chị)(?!\w)(?:\s{0,2}[/(]\s{0,2}bà\)?)?[\s:.\-–]{1,6}"
    r"|đại\s+diện\s+(?:bởi|là)[\s:]{1,4}"
    r"|(?:họ\s+(?:và\s+)?tên(?:\s+(?:khách\s+hàng|chủ\s+thẻ|người\s+\w{1,10}))?|tên\s+khách\s+hàng|khách\s+hàng|"
    r"người\s+(?:đại\s+diện(?:\s+theo\s+pháp\s+luật)?|liên\s+hệ|ký|vay|mua|thuê|thụ\s+hưởng|được\s+bảo\s+hiểm)|"
    r"đại\s+diện(?:\s+theo\s+pháp\s+luật)?|chủ\s+(?:tài\s+khoản|thẻ|hộ)|bên\s+(?:mua|thuê|vay|a|b))"
    r"\s{0,2}[:.]\s{0,4}(?:(?:ông|bà)(?:\s?/\s?bà)?[\s:.]{1,4})?)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{1,12}")
_BLANK = re.compile(r"[ \u00a0\t]{1,3}")
_NOT_NAMES = """
công ngân tổng doanh hợp chi trung tập cửa bên khách người giám chức trưởng phó chủ quốc số cmnd cccd sinh địa điện
email mã đại theo và là có không được phải điều khoản luật nhà nước hà thành ủy uỷ phòng sở cơ tên tài thẻ ngày do
trường bệnh siêu đơn tiệm hộ dịch căn xe tiền hai một các những
"""
_NO_NAME = frozenset(_NOT_NAMES.split())
_SURE = re.compile(r"(?:ông|bà|anh|chị|tên)[\s:.\-–)]*$", re.IGNORECASE)
_UNTOUCHED_FIELDS = """
sha256 id rule rule_name rule_version pattern provision also severity strength code media_type schema_version tool
version status role slot kind unit notice pack exception depends_on notes timings_ms
"""
_UNTOUCHED = frozenset(_UNTOUCHED_FIELDS.split())
"""Fields that never hold words of the document."""


def personal_names(text: str) -> frozenset[str]:
    """Names of natural persons that the text introduces as such, in lower case."""
    found = set()
    for start, end in _introduced(text):
        name = " ".join(text[start:end].lower().split())
        if " " in name:
            found.add(name)
    return frozenset(found)


def redacted(text: str, names: frozenset[str] = frozenset()) -> str:
    """`text` with everything personal masked, the same length; `names` are masked wherever they stand."""
    spans = [m.span() for m in _NUMBERS.finditer(text)]
    spans += [m.span(1) for m in _NAMED_NUMBER.finditer(text)]
    spans += [m.span() for m in _EMAIL.finditer(text)]
    spans += _introduced(text)
    if names:
        pattern = "|".join(r"\s+".join(map(re.escape, n.split())) for n in sorted(names, key=len, reverse=True))
        spans += [m.span() for m in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE)]
    if not spans:
        return text
    out = list(text)
    for start, end in spans:
        for at in range(start, end):
            if out[at].isalnum() or out[at] in "@_":
                out[at] = MASK
    return "".join(out)


def redact_dossier(report: DossierReport) -> DossierReport:
    """A dossier's own part masked, its reports as they are; names of files may be names of persons."""
    told = _walk(report.model_dump(exclude={"reports"}), frozenset())
    return DossierReport.model_validate({**told, "reports": report.reports})


def redact_source(source: SourceDocument) -> SourceDocument:
    """The document with its text masked, for reports that print all of it; spans and pieces stay as they are."""
    return replace(source, text=redacted(source.text, personal_names(source.text)))


def redact_report(report: RunReport, text: str) -> RunReport:
    """A report in which nothing identifies a person.

    Arguments:
        text: the document's text, in which the names are introduced.
    """
    names = personal_names(text)
    return RunReport.model_validate(_walk(report.model_dump(), names))


def _walk(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, str):
        return redacted(value, names)
    if isinstance(value, dict):
        return {k: v if k in _UNTOUCHED else _walk(v, names) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_walk(v, names) for v in value)
    return value


def _introduced(text: str) -> list[tuple[int, int]]:
    """Spans of names that a word such as "Ông" or "Họ và tên" introduces: two to six words with capitals."""
    out = []
    for cue in _CUE.finditer(text):
        at = cue.end()
        start = end = at
        words = 0
        while words < 6:
            word = _WORD.match(text, at)
            if word is None or not word.group()[0].isupper() or word.group().lower() in _NO_NAME:
                break
            words += 1
            end = word.end()
            gap = _BLANK.match(text, end)
            if gap is None:
                break
            at = gap.end()
        if words >= 2 or (words == 1 and _SURE.search(cue.group()[-12:])):
            out.append((start, end))
    return out
