"""Which file of a dossier is what: the contract, the application, an annex, a copy, something else.

By what the file says at its beginning, then by its name; every answer has its reason, because a person reads it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hpcp_rules.model.dossier import DossierRole
from hpcp_rules.model.report import Bilingual
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.text.fold import fold
from hpcp_rules.text.tokens import tokenize

_HEAD = 2_500
"""Characters at the beginning of a file that say what it is."""
_APPLICATION = re.compile(r"đơn\s+đăng\s+ký.{0,40}(?:hợp\s+đồng\s+theo\s+mẫu|điều\s+kiện\s+giao\s+dịch)", re.DOTALL)
_ANNEX = re.compile(r"^\W{0,5}(?:phụ\s+lục|phụ\s+kiện\s+hợp\s+đồng|biểu\s+phí|biểu\s+giá|bảng\s+giá|bảng\s+phí)\b")
_TERMS = re.compile(
    r"hợp\s+đồng|điều\s+khoản|điều\s+kiện\s+(?:giao\s+dịch|chung|sử\s+dụng)|quy\s+chế|quy\s+tắc|thỏa\s+thuận|thoả\s+thuận|"
    r"điều\s+lệ|chính\s+sách|bản\s+cam\s+kết"
)
_ARTICLE = re.compile(r"^\s{0,20}(?:điều\s+\d{1,3}\b|\d{1,2}(?:\.\d{1,2}){0,2}[.)]?\s)", re.MULTILINE)
_OTHERS: tuple[tuple[DossierRole, re.Pattern[str], str, str], ...] = (
    (
        "licence",
        re.compile(r"giấy\s+(?:chứng\s+nhận\s+đăng\s+ký\s+(?:doanh\s+nghiệp|kinh\s+doanh|đầu\s+tư|hộ)|phép)"),
        "có tiêu đề giấy chứng nhận hoặc giấy phép", "its title is that of a licence",
    ),
    (
        "authorisation", re.compile(r"giấy\s+(?:ủy|uỷ)\s+quyền"),
        "có tiêu đề giấy ủy quyền", "it is titled a power of attorney",
    ),
    ("letter", re.compile(r"công\s+văn|(?:^|\s)v/v\s|kính\s+gửi"), "viết như công văn", "it is written like a letter"),
)  # fmt: skip
_SHINGLE = 5
_SAME = 0.8
"""Share of common runs of five syllables from which two files are the same document."""
_PREFERRED = ("word", "opendocument", "msword", "rtf", "text/plain", "text/html", "related", "pdf", "image")
"""Of two copies the one in which less can be read wrongly is judged."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """A file with what it is taken for."""

    source: SourceDocument
    role: DossierRole
    reason: Bilingual
    belongs_to: str | None = None


def plain_name(name: str) -> str:
    """A file's name without marks and signs: "Phụ-lục 01.docx" gives "phu luc 01 docx"."""
    bare = "".join(
        c for c in unicodedata.normalize("NFD", name.lower().replace("đ", "d")) if not unicodedata.combining(c)
    )
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def role_of(source: SourceDocument) -> tuple[DossierRole, Bilingual]:
    """What one file is, seen alone, and why."""
    head = unicodedata.normalize("NFC", fold(source.text[:_HEAD]))
    lines = [x.strip() for x in head.split("\n") if x.strip()][:8]
    articles = len(_ARTICLE.findall(fold(source.text[:200_000])))
    name = plain_name(source.name.rsplit("/", 1)[-1])
    if _APPLICATION.search(" ".join(head.split())) and articles < 12:
        return "application", Bilingual(
            vi="có tiêu đề đơn đăng ký (Mẫu số 02)", en="it is titled an application for registration (form 02)"
        )
    if any(_ANNEX.match(line) for line in lines[:5]) and not any(
        re.match(r"\W{0,5}hợp\s+đồng", line) for line in lines[:3]
    ):
        return "annex", Bilingual(vi="mở đầu bằng phụ lục hoặc biểu giá", en="it begins as an annex or price list")
    for role, pattern, vi, en in _OTHERS:
        if any(pattern.search(line) for line in lines) and articles < 12:
            return role, Bilingual(vi=vi, en=en)
    titled = any(_TERMS.search(line) for line in lines)
    if titled and articles >= 2:
        return "contract", Bilingual(
            vi="tiêu đề và các điều, khoản của hợp đồng hoặc điều kiện giao dịch chung",
            en="title and articles of a contract or general conditions",
        )
    by_name: tuple[tuple[str, DossierRole], ...] = (
        ("phu luc", "annex"), ("bieu phi", "annex"), ("bang gia", "annex"), ("don dang ky", "application"),
        ("mau 02", "application"), ("mau so 02", "application"), ("giay chung nhan", "licence"), ("dkkd", "licence"),
        ("uy quyen", "authorisation"), ("cong van", "letter"), ("hop dong", "contract"), ("dieu khoan", "contract"),
        ("dieu kien", "contract"),
    )  # fmt: skip
    for words, role in by_name:
        if words in name:
            return role, Bilingual(vi=f"theo tên tệp («{words}»)", en=f"by its name (“{words}”)")
    if titled or articles >= 5:
        return "contract", Bilingual(vi="có các điều, khoản được đánh số", en="it has numbered articles")
    return "other", Bilingual(vi="không có dấu hiệu của hợp đồng", en="it has no sign of a contract")


def sort(sources: list[SourceDocument]) -> list[Sorted]:
    """What each file is, copies of one contract told apart and each annex given to its contract."""
    roles = [role_of(source) for source in sources]
    found = [Sorted(source, role, reason) for source, (role, reason) in zip(sources, roles, strict=True)]
    contracts = sorted((s for s in found if s.role == "contract"), key=lambda s: _preference(s.source))
    kept: list[Sorted] = []
    copies: dict[str, Sorted] = {}
    shingles = {s.source.name: _shingles(s.source.text) for s in contracts}
    for contract in contracts:
        name = contract.source.name
        for first in kept:
            share = _common(shingles[first.source.name], shingles[name])
            if share >= _SAME:
                copies[name] = Sorted(
                    contract.source,
                    "copy",
                    Bilingual(
                        vi=f"trùng {share:.0%} với {first.source.name}; chỉ bản kia được kiểm tra",
                        en=f"{share:.0%} the same as {first.source.name}; only that one is checked",
                    ),
                    first.source.name,
                )
                break
        else:
            kept.append(contract)
    out = []
    for entry in found:
        if entry.role == "annex" and kept:
            owner, sure = _owner(entry.source, kept)
            reason = entry.reason
            if not sure:
                reason = Bilingual(
                    vi=f"{reason.vi}; chưa rõ của hợp đồng nào, đọc cùng {owner.source.name}",
                    en=f"{reason.en}; whose is not clear, read with {owner.source.name}",
                )
            entry = Sorted(entry.source, "annex", reason, owner.source.name)
        elif entry.role == "annex":
            entry = Sorted(entry.source, "contract", entry.reason)  # nothing to read it with: it is judged alone
        out.append(copies.get(entry.source.name, entry))
    return out


def _preference(source: SourceDocument) -> int:
    return next((n for n, part in enumerate(_PREFERRED) if part in source.media_type), len(_PREFERRED))


def _owner(annex: SourceDocument, contracts: list[Sorted]) -> tuple[Sorted, bool]:
    """The contract of an annex and whether that is sure: by folder, then by words that their names share."""
    if len(contracts) == 1:
        return contracts[0], True
    folder = annex.name.rpartition("/")[0]
    beside = [c for c in contracts if c.source.name.rpartition("/")[0] == folder]
    if len(beside) == 1:
        return beside[0], True
    options = beside or contracts
    own = set(plain_name(annex.name).split())
    scores = [len(own & set(plain_name(c.source.name).split())) for c in options]
    best = max(scores)
    return options[scores.index(best)], best > 0 and scores.count(best) == 1


def _shingles(text: str) -> frozenset[int]:
    keys = tokenize(text[:400_000]).keys
    return frozenset(hash(tuple(keys[n : n + _SHINGLE])) for n in range(max(1, len(keys) - _SHINGLE + 1)))


def _common(a: frozenset[int], b: frozenset[int]) -> float:
    return len(a & b) / max(1, len(a | b))
