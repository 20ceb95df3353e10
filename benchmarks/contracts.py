"""Made-up contracts by the thousand, for `hpcp batch`: our examples varied, a text a line.

    python benchmarks/contracts.py 100000 > contracts.jsonl

Each is one of our contracts with another company, other numbers, some clauses left out and some taken from others, so
that most clauses stand in many contracts and no contract is the whole of another. The same number gives the same text.
"""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUSINESSES = 3_000
_FIRST = ["Mây", "Sông", "Núi", "Sen", "Trúc", "Lúa", "Biển", "Gió", "Nắng", "Sao", "Đá", "Cát", "Rừng", "Suối", "Hồ"]
_SECOND = [
    "Trắng",
    "Dài",
    "Xanh",
    "Vàng",
    "Bạc",
    "Lớn",
    "Nhỏ",
    "Mới",
    "Cao",
    "Sâu",
    "Hồng",
    "Tím",
    "Đông",
    "Tây",
    "Nam",
]
_FORMS = ["Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH Một thành viên", "Hợp tác xã"]
_TRADES = ["Viễn thông", "Thương mại", "Địa ốc", "Dịch vụ", "Công nghệ", "Vận tải", "Giáo dục"]
_NAME = re.compile(r"(?:Công ty|CÔNG TY)(?: (?:TNHH|Cổ phần|CỔ PHẦN|Thương mại|Viễn thông|Địa ốc|[A-ZĐÂÊÔƠƯ]\w+)){2,8}")
_NUMBER = re.compile(r"(?<![\w.,/])\d{2,3}(?:\.\d{3})*(?![\w/]|\.\d)")


def sources() -> list[tuple[str, list[str]]]:
    """(sector, lines) of every contract of ours."""
    found = [
        (path.stem, path.read_text(encoding="utf-8").splitlines()) for path in sorted((ROOT / "examples").glob("*.txt"))
    ]
    for path in sorted((ROOT / "corpora" / "contracts").rglob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > 30:
            found.append((path.parent.name, lines))
    return found


def business(number: int) -> str:
    """The name of a company that does not exist."""
    chance = random.Random(number)
    return f"{chance.choice(_FORMS)} {chance.choice(_TRADES)} {chance.choice(_FIRST)} {chance.choice(_SECOND)} {number}"


def contract(number: int, known: list[tuple[str, list[str]]]) -> dict[str, str]:
    """A row as `hpcp batch` takes it."""
    chance = random.Random(f"contract {number}")
    sector, lines = chance.choice(known)
    # A few companies write most contracts.
    company = business(int(BUSINESSES * chance.random() ** 3))
    mine = []
    for line in lines:
        if len(line) > 60 and chance.random() < 0.08:
            continue
        if chance.random() < 0.15:
            line = _NUMBER.sub(lambda m: str(chance.randint(2, 90)), line)
        mine.append(_NAME.sub(company, line))
        if len(line) > 60 and chance.random() < 0.05:
            mine.append(chance.choice(chance.choice(known)[1]))
    return {
        "text": "\n".join(mine) + f"\nSố: {number}/HĐ\n",
        "name": f"{number}",
        "business": company,
        "sector": sector,
    }


def main() -> None:
    """Write as many as the first argument says."""
    known = sources()
    for number in range(int(sys.argv[1])):
        print(json.dumps(contract(number, known), ensure_ascii=False))


if __name__ == "__main__":
    main()
