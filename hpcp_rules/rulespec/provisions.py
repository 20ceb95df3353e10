"""Provisions: how they are cited, what people type for them, and our own summaries of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hpcp_rules.errors import UsageError
from hpcp_rules.model.report import Bilingual
from hpcp_rules.rulespec.schema import _Strict
from hpcp_rules.rulespec.yamlfile import load_model

POINTS = "abcdđeghiklmnopqrstuvxy"


@dataclass(frozen=True, slots=True)
class Document:
    """A legal document that rules cite."""

    id: str
    vi: str
    en: str
    issued_on: date
    in_force_from: date
    articles: int
    """How many it has; 0 for those whose text nobody imports."""
    source: str
    short: tuple[str, str]
    """How it is cited behind an article, in Vietnamese and English."""


DOCUMENTS = {
    d.id: d
    for d in (
        Document(
            "law19",
            "Luật Bảo vệ quyền lợi người tiêu dùng số 19/2023/QH15",
            "Law 19/2023/QH15 on protection of consumers' rights",
            date(2023, 6, 20),
            date(2024, 7, 1),
            80,
            "https://vbpl.vn",
            ("Luật 19/2023/QH15", "Law 19/2023/QH15"),
        ),
        Document(
            "nd55",
            "Nghị định số 55/2024/NĐ-CP",
            "Decree 55/2024/ND-CP",
            date(2024, 5, 16),
            date(2024, 7, 1),
            30,
            "https://vbpl.vn",
            ("Nghị định 55/2024/NĐ-CP", "Decree 55/2024/ND-CP"),
        ),
        Document(
            "qd07",
            "Quyết định số 07/2024/QĐ-TTg",
            "Decision 07/2024/QD-TTg",
            date(2024, 6, 20),
            date(2024, 7, 1),
            4,
            "https://vbpl.vn",
            ("Quyết định 07/2024/QĐ-TTg", "Decision 07/2024/QD-TTg"),
        ),
        # Cited by the data of rules/_parameters.
        Document(
            "nd98",
            "Nghị định số 98/2020/NĐ-CP (sửa đổi bởi Nghị định 17/2022/NĐ-CP, 24/2025/NĐ-CP)",
            "Decree 98/2020/ND-CP (as amended by Decrees 17/2022/ND-CP and 24/2025/ND-CP)",
            date(2020, 8, 26),
            date(2020, 10, 15),
            0,
            "https://vbpl.vn",
            ("Nghị định 98/2020/NĐ-CP", "Decree 98/2020/ND-CP"),
        ),
        Document(
            "nd146",
            "Nghị định số 146/2025/NĐ-CP",
            "Decree 146/2025/ND-CP",
            date(2025, 6, 12),
            date(2025, 7, 1),
            0,
            "https://vbpl.vn",
            ("Nghị định 146/2025/NĐ-CP", "Decree 146/2025/ND-CP"),
        ),
        Document(
            "tt42",
            "Thông tư số 42/2025/TT-BCT",
            "Circular 42/2025/TT-BCT",
            date(2025, 6, 22),
            date(2025, 7, 1),
            0,
            "https://vbpl.vn",
            ("Thông tư 42/2025/TT-BCT", "Circular 42/2025/TT-BCT"),
        ),
        Document(
            "blds",
            "Bộ luật Dân sự số 91/2015/QH13",
            "Civil Code 91/2015/QH13",
            date(2015, 11, 24),
            date(2017, 1, 1),
            0,
            "https://vbpl.vn",
            ("Bộ luật Dân sự 2015", "Civil Code 2015"),
        ),
    )
}


class ProvisionSpec(_Strict):
    """One entry of rules/_provisions: our own summary, never the text of the law."""

    id: str
    summary: Bilingual
    in_force_to: date | None = None


class ProvisionsSpec(_Strict):
    """A file of rules/_provisions."""

    provisions: tuple[ProvisionSpec, ...]


def split_provision(provision: str) -> tuple[str, str, str | None, str | None]:
    """(document, article, clause, point) of an id such as ``law19:23.3.đ``.

    Errors: `UsageError` when it is no id.
    """
    found = re.fullmatch(rf"(\w+):(\d+[a-z]?)(?:\.(\d+[a-z]?))?(?:\.([{POINTS}]))?", provision)
    if not found or found.group(1) not in DOCUMENTS:
        raise _unknown(provision)
    return found.group(1), found.group(2), found.group(3), found.group(4)


def provision_label(provision: str, lang: str = "vi") -> str:
    """How an official cites it: "điểm đ khoản 3 Điều 23 Luật 19/2023/QH15"."""
    document, article, clause, point = split_provision(provision)
    short = DOCUMENTS[document].short
    if lang == "en":
        return (
            f"Article {article}" + (f"({clause})" if clause else "") + (f"({point})" if point else "") + f", {short[1]}"
        )
    return (f"điểm {point} " if point else "") + (f"khoản {clause} " if clause else "") + f"Điều {article} {short[0]}"


_TYPED = (
    (r"nđ[- ]?(?:cp )?(?:số )?55\S*|nghị định\s*(?:số )?55\S*|nd55:?|decree 55\S*", "nd55"),
    (r"qđ\s*0?7\S*|quyết định\s*0?7\S*|qd07:?", "qd07"),
    (r"nđ[- ]?(?:cp )?(?:số )?98\S*|nghị định\s*(?:số )?98\S*|nd98:?|decree 98\S*", "nd98"),
    (r"luật\s*(?:số )?19\S*|law19:?|law 19\S*", "law19"),
)


def parse_provision(text: str) -> str:
    """The id of what people type: "25.3", "law19:25.3", "Điều 25 khoản 3", "điểm đ khoản 3 Điều 23", "NĐ 55 Điều 6.2".

    Errors: `UsageError` saying which forms are understood.
    """
    low = " ".join(text.lower().replace(",", " ").split())
    document = "law19"
    for pattern, name in _TYPED:
        found = re.search(pattern, low)
        if found:
            document = name
            low = (low[: found.start()] + " " + low[found.end() :]).strip()
            break
    article = re.search(r"(?:điều|article)\s*(\d+[a-z]?)\b", low)
    clause = re.search(r"(?:khoản|clause)\s*(\d+)", low)
    point = re.search(rf"(?:điểm|point)\s*([{POINTS}])\b", low)
    dotted = re.search(rf"(\d+[a-z]?)\.(\d+)(?:\.([{POINTS}])(?!\w))?", low)
    if dotted:
        parts = [dotted.group(1), dotted.group(2), dotted.group(3)]
    elif article:
        parts = [article.group(1), clause.group(1) if clause else None, point.group(1) if point else None]
    elif low.isdigit():
        parts = [low, None, None]
    else:
        raise _unknown(text)
    return f"{document}:" + ".".join(p for p in parts if p)


def _unknown(text: str) -> UsageError:
    return UsageError(
        "unknown-provision",
        vi=f"Không hiểu quy định «{text}».", en=f"“{text}” is not understood as a provision.",
        remedy_vi="Viết như: 25.3, «khoản 3 Điều 25», «điểm đ khoản 3 Điều 23», «NĐ 55 Điều 6.2».",
        remedy_en="Write it like: 25.3, “khoản 3 Điều 25”, “điểm đ khoản 3 Điều 23”, “NĐ 55 Điều 6.2”.",
    )  # fmt: skip


def load_provisions(folder: Path) -> dict[str, ProvisionSpec]:
    """All summaries below rules/_provisions, by id.

    Errors: `RuleError` for a wrong file, `UsageError` for an id that is none.
    """
    out: dict[str, ProvisionSpec] = {}
    for path in sorted(folder.glob("*.yaml")):
        for spec in load_model(path, ProvisionsSpec, path.name).provisions:
            split_provision(spec.id)
            out[spec.id] = spec
    return out
