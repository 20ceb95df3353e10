"""References to articles and clauses of the document itself that do not exist.

A reference counts as one to the document itself only when nothing around it names a law or another document; what
cannot be told apart is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from hpcp_rules.form.numbering import heading_like
from hpcp_rules.form.result import result
from hpcp_rules.model.report import FormResult
from hpcp_rules.rulespec.schema import ReferencesFormSpec
from hpcp_rules.structure.document import ContractDocument

_ARTICLE = re.compile(r"[#*\s]*điều\s+(\d{1,3})(?!\w|[.,]\d)", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?:\b(?:khoản|mục)\s+(?P<clause>\d{1,3}(?:\.\d{1,3})*)\s*,?\s*(?:của\s+)?)?"
    r"\bđiều\s+(?:(?P<article>\d{1,3})(?:\.(?P<sub>\d{1,3}))?(?![\w]|[.,]\d)|(?P<this>này)\b)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\bluật\b|nghị định|thông tư|quyết định|pháp lệnh|nghị quyết|hiến pháp|\bBLDS\b|\bNĐ\b|công ước|hiệp định"
    r"|điều ước|incoterms|điều lệ|quy chế|nội quy|phụ lục|quy chuẩn|tiêu chuẩn|văn bản|pháp luật"
    r"|\bhợp đồng (?:khung|mẫu|số|tín dụng|gốc|chính|mua|thuê|bảo hiểm)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\s*(?:của\s+)?(?:(?:bản|các)\s+)?(?:hợp đồng|thỏa thuận|thoả thuận|điều khoản|quy tắc|điều kiện)"
    r"[^.;,]{0,30}\bnày\b",
    re.IGNORECASE,
)

_NEAR = 300
"""How many characters around a reference may name the law it is to."""


def references(document: ContractDocument, spec: ReferencesFormSpec) -> list[FormResult]:
    """References to an article or clause that the document does not have."""
    source, text = document.source, document.source.text
    articles = _articles(document)
    if len(articles) < spec.min_articles or max(articles) - len(articles) > 2:
        return [
            result("references", spec, "not_applicable",
                   "Dẫn chiếu: không xét, vì văn bản không chia thành các điều có số.",
                   "References: not looked at, since the document is not divided into numbered articles.")
        ]  # fmt: skip
    starts = [s.start for s in document.sentences]
    heads = set(articles.values())
    seen: set[str] = set()
    clauses: dict[int, set[int]] = {}
    out = []
    for found in _REFERENCE.finditer(text):
        at = bisect_right(starts, found.start()) - 1
        if at < 0:
            continue
        sentence = document.sentences[at]
        head = document.nodes[sentence.node]
        if head.index in heads and found.start() <= head.start + 4:
            continue  # the heading itself
        own = _OWN.match(text, found.end())
        around = text[max(sentence.start, found.start() - _NEAR) : min(sentence.end, found.end() + _NEAR)]
        if sentence.lead_in is not None:
            lead = document.sentences[sentence.lead_in]
            around = text[max(lead.start, lead.end - _NEAR) : lead.end] + " " + around
        if not own and _ELSEWHERE.search(around):
            continue
        words = " ".join(found.group().split())
        missing = _missing(document, spec, articles, clauses, found, sentence.node)
        if missing and words.lower() not in seen:
            seen.add(words.lower())
            out.append(
                result(
                    "references", spec, "finding", f"Dẫn chiếu tới «{words}», nhưng văn bản không có: {missing[0]}.",
                    f"A reference to “{words}”, which the document does not have: {missing[1]}.", source=source,
                    span=found.span(), confidence=spec.confidence + (0.15 if own else 0.0),
                )
            )  # fmt: skip
    return out or [
        result("references", spec, "ok", "Các điều, khoản được dẫn chiếu đều có trong văn bản.",
               "All articles and clauses that are referred to exist.")
    ]  # fmt: skip


def _articles(document: ContractDocument) -> dict[int, int]:
    """The node of each article by its number."""
    text = document.source.text
    out: dict[int, int] = {}
    for node in document.nodes:
        if node.level != "article":
            continue
        found = _ARTICLE.match(text, node.start)
        if found and heading_like(text, found.end()):
            known = out.get(int(found.group(1)))
            # In a table of contents and the text itself, the longer one is the article.
            if known is None or node.end - node.start > document.nodes[known].end - document.nodes[known].start:
                out[int(found.group(1))] = node.index
    return out


def _missing(
    document: ContractDocument,
    spec: ReferencesFormSpec,
    articles: dict[int, int],
    known: dict[int, set[int]],
    found: re.Match[str],
    node: int,
) -> tuple[str, str] | None:
    """What a reference names and the document lacks, in Vietnamese and English; `known` keeps clauses found before."""
    if found["this"]:
        if not found["clause"]:
            return None
        while node > 0 and document.nodes[node].level != "article":
            node = document.nodes[node].parent
        article = next((a for a, n in articles.items() if n == node), None)
        if article is None:
            return None
    else:
        article = int(found["article"])
        last = max(articles)
        if article not in articles:
            if article > last + spec.beyond or article == 0:
                return None
            return f"có {len(articles)} điều, đến Điều {last}", f"there are {len(articles)} articles, up to {last}"
    wanted = found["sub"] or found["clause"]
    if not wanted:
        return None
    whole, _, last_part = wanted.rpartition(".")
    if whole and whole != str(article):
        return None
    if article not in known:
        known[article] = _clauses(document, articles[article])
    clauses = known[article]
    number = int(last_part)
    if len(clauses) < 2 or clauses != set(range(1, len(clauses) + 1)) or number <= len(clauses):
        return None
    if number > len(clauses) + spec.beyond:
        return None
    return f"Điều {article} có {len(clauses)} khoản", f"article {article} has {len(clauses)} clauses"


def _clauses(document: ContractDocument, article: int) -> set[int]:
    """Numbers of the clauses right under an article."""
    out = set()
    for node in document.nodes[article + 1 :]:
        if node.start >= document.nodes[article].end:
            break
        if node.level == "clause" and node.parent == article:
            out.add(int(re.findall(r"\d+", node.label)[-1]))
    return out
