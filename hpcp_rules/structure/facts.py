"""Facts of a document that rules depend on: its kind, and whether it is a consumer contract at all."""

from __future__ import annotations

import re

from hpcp_rules.model.report import DocumentKind
from hpcp_rules.structure.document import Party, Sentence

_CONTRACT_TITLE = re.compile(
    r"^\s*[#*]*\s*(?:phụ lục )?(?:hợp đồng|giấy (?:yêu cầu|chứng nhận)|thỏa thuận|thoả thuận|quy tắc(?: và)? điều khoản|quy tắc bảo hiểm|điều khoản hợp đồng)",
    re.IGNORECASE,
)
_TERMS_TITLE = re.compile(
    r"^\s*[#*]*\s*(?:bản )?(?:các )?(?:điều khoản|điều kiện|quy chế|chính sách|quy định|thể lệ|nội quy|điều lệ|terms|quy tắc (?:ứng xử|chung)|bảng nội quy|hướng dẫn|chương trình|cam kết)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:đại diện bên|ký (?:và |, )?ghi rõ họ tên|ký tên|đã ký|ký,? đóng dấu|bên a\s*(?:\||\t| {3,})\s*bên b)",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\.{4,}|…{2,}|_{4,}")


def document_kind(text: str, sentences: tuple[Sentence, ...], parties: tuple[Party, ...]) -> tuple[DocumentKind, float]:
    """Standard-form contract or general trading conditions, with a confidence.

    A standard-form contract is concluded as a whole: it has a title, parties to be filled in, a place to sign.
    General conditions are published and apply by reference.
    """
    score = 0.0
    for s in sentences[:14]:
        line = text[s.start : s.end]
        if len(line) > 140:
            continue
        if _CONTRACT_TITLE.match(line):
            score += 3
            break
        if _TERMS_TITLE.match(line):
            score -= 3
            break
    head, tail = text[:4000], text[-2500:]
    if _SIGNATURE.search(tail):
        score += 2
    if len(_BLANKS.findall(head)) >= 4:
        score += 2
    if re.search(r"\bbên a\b", text, re.IGNORECASE) and re.search(r"\bbên b\b", text, re.IGNORECASE):
        score += 2
    if re.search(r"hôm nay,? ngày|chúng tôi gồm|hai bên (?:thống nhất|cùng|thỏa thuận)", head, re.IGNORECASE):
        score += 1.5
    if re.search(r"website|trang web|ứng dụng|truy cập|người dùng", head, re.IGNORECASE):
        score -= 1.5
    if re.search(r"hợp đồng này", text, re.IGNORECASE):
        score += 1
    confidence = min(0.97, 0.55 + abs(score) * 0.08)
    return ("hop-dong-theo-mau" if score > 0 else "dieu-kien-giao-dich-chung"), confidence


_NORMATIVE = re.compile(
    r"\s*[#*]*\s*(?:bộ luật|luật|nghị định|thông tư|nghị quyết|pháp lệnh|quyết định)\b", re.IGNORECASE
)
_ISSUER = re.compile(
    r"^(?:chính phủ|quốc hội|ủy ban thường vụ quốc hội|thủ tướng chính phủ|bộ trưởng|bộ \w+|ủy ban nhân dân|hội đồng nhân dân)\b"
    r"|ban hành (?:luật|nghị định|thông tư|nghị quyết|quyết định)",
    re.IGNORECASE,
)


def normative(text: str, sentences: tuple[Sentence, ...]) -> bool:
    """True for a law, decree or circular: it binds everybody, and is nobody's terms."""
    lines = [text[s.start : s.end] for s in sentences[:25]]
    titled = any(_NORMATIVE.match(line) and len(line) < 120 for line in lines)
    return (
        titled
        and any(_ISSUER.search(line) for line in lines)
        and bool(re.search(r"Căn cứ\s+(?:Luật|Bộ luật|Hiến pháp)", text[:6000]))
    )


_VIETNAMESE = re.compile(r"\b(?:và|của|không|được|các|cho|trong|hoặc|khi|theo)\b", re.IGNORECASE)
_LOOKED_AT = 60_000
"""Characters from which the language and the sort of a text are told."""
_TERMS = re.compile(
    r"hợp đồng|điều khoản|dịch vụ|thanh toán|khách hàng|quyền|nghĩa vụ|trách nhiệm|bên [ab]\b|người dùng|chính sách|quy định|phí|hoàn tiền|sản phẩm|đơn hàng|bạn|quý khách",
    re.IGNORECASE,
)


def is_vietnamese(text: str) -> bool:
    """True when the common function words of Vietnamese make up a fair share of the text."""
    enough = 0.02 * (text.count(" ", 0, _LOOKED_AT) + 1)
    return any(n > enough for n, _ in enumerate(_VIETNAMESE.finditer(text, 0, _LOOKED_AT), 1))


def consumer_contract(text: str, parties: tuple[Party, ...]) -> bool:
    """False for a text that does not look like terms between a business and a consumer at all."""
    return bool(_TERMS.search(text, 0, _LOOKED_AT)) and bool(parties)
