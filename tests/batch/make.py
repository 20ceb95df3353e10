"""Small packs, contracts and an engine without processes, so that what a batch does can be counted."""

import shutil
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

from hpcp_rules.api import Checker
from hpcp_rules.batch import Progress, run_batch
from hpcp_rules.batch.record import recorder
from hpcp_rules.errors import HpcpError
from hpcp_rules.rulespec.pack import load_pack

ROOT = Path(__file__).resolve().parents[2]
KEPT = (
    "25.03-don-phuong-thay-doi-hop-dong",
    "25.06-gia-tai-thoi-diem-giao",
    "25.08-quyen-giai-thich",
    "25.12-che-tai-bat-loi",
)
CHANGE = "Công ty có quyền thay đổi nội dung hợp đồng này mà không cần sự đồng ý của Khách hàng."
MEANING = "Trường hợp có cách hiểu khác nhau, Công ty có quyền giải thích các điều khoản của hợp đồng này."


def contract(number: int, *clauses: str, company: str = "Công ty TNHH Bánh Xe Tre") -> str:
    """A contract of our own; the number makes its content one of its own."""
    lines = [
        f"HỢP ĐỒNG SỬA XE ĐẠP số {number}", f"Bên A: {company} (sau đây gọi là “Công ty”)", "Bên B: Khách hàng",
        "Điều 1. Công việc", "1. Công ty sửa chiếc xe màu vàng của khách hàng trong ba ngày kể từ ngày nhận xe.",
        "Điều 2. Thỏa thuận khác", *(f"{n}. {c}" for n, c in enumerate(clauses, 1)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def rules(folder: Path) -> Path:
    """A pack with a few of the shipped rules, to be changed."""
    shutil.copytree(ROOT / "rules", folder, ignore=lambda _, names: [n for n in names if n == "nd55"])
    for path in (folder / "law19").iterdir():
        if path.stem not in KEPT:
            path.unlink()
    return folder


def checker(folder: Path) -> Checker:
    return Checker(load_pack(folder, strict=True), as_of=date(2026, 11, 25))


class Inline:
    """Does the work at once, and remembers what it was given."""

    def __init__(self, made: Checker) -> None:
        self._handler = recorder(made)
        self.asked: list[dict[str, Any]] = []
        self.before: Callable[[int], None] = lambda _: None

    def submit(self, about: dict[str, Any], content: bytes) -> Future[bytes]:
        self.asked.append(about)
        self.before(len(self.asked))
        future: Future[bytes] = Future()
        try:
            future.set_result(self._handler(about, content, lambda _: None))
        except HpcpError as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        pass


def run(made: Checker, out: Path, *inputs: Path | str, **more: Any) -> tuple[Progress, Inline]:
    """A batch without processes, with the engine that tells what it was asked."""
    engine = Inline(made)
    return run_batch(made, [str(i) for i in inputs], out, engine=lambda: engine, **more), engine
