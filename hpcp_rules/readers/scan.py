"""Recognised pages: many at once, from words to lines, and what is said of a page that was not read well."""

from __future__ import annotations

import os
import statistics
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.readers import ocr
from hpcp_rules.readers.layout import Box, Line, Look, Run
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.ocr import Recognised
from hpcp_rules.readers.order import into_cells, side_by_side

if TYPE_CHECKING:
    from PIL.Image import Image


def recognised(
    pictures: Iterable[tuple[int, Image, float]], limits: Limits, jobs: int | None
) -> Iterator[tuple[int, Recognised]]:
    """The numbered pictures (number, picture, dots an inch), each with what was recognised, in order.

    Pictures are asked for as they are needed, so that only a few of them are in memory.

    Arguments:
        jobs: how many pages at once; None: as many as there are processors.
    """
    jobs = max(1, jobs or os.cpu_count() or 1)
    waiting: deque[tuple[int, Future[Recognised]]] = deque()
    with ThreadPoolExecutor(jobs) as pool:
        for number, picture, dpi in pictures:
            waiting.append((number, pool.submit(ocr.recognise, picture, dpi, limits)))
            if len(waiting) > jobs:
                first, future = waiting.popleft()
                yield first, future.result()
        for number, future in waiting:
            yield number, future.result()


def lines_of(found: Recognised, page: int, part: Box | None = None) -> list[Line]:
    """Lines for the paragraphs; the size of their type is one for the whole page, for it is not known better.

    Arguments:
        part: where on the page the picture is, if it is not the whole page.
    """
    x, y = part[:2] if part else (0.0, 0.0)
    tall = [w.place[3] - w.place[1] for line in found.lines for w in line]
    look = Look(size=round(statistics.median(tall), 1) if tall else 0.0, color=None, background="unknown")
    lines = []
    boxes = {}
    for words in found.lines:
        runs = []
        for w in words:
            run = Run(w.text + " ", look, w.place, w.confidence)
            boxes[id(run)] = w.box
            runs.append(run)
        places = [w.place for w in words]
        lines.append(
            Line(
                page, min(p[0] for p in places), min(p[1] for p in places), max(p[2] for p in places),
                max(p[3] for p in places), runs,
            )
        )  # fmt: skip
    for whole, cells in found.tables:
        lines = into_cells(lines, whole, cells)
    lines = side_by_side(lines, found.width)
    for line in lines:
        for run in line.runs:
            left, top, right, bottom = boxes[id(run)]  # put in order they were by where they stand when upright
            run.box = left + x, top + y, right + x, bottom + y
        line.left, line.top, line.right, line.bottom = line.left + x, line.top + y, line.right + x, line.bottom + y
        if line.edges and part:
            line.edges = line.edges[0] + x, line.edges[1] + x
    return lines


_LOOK = Bilingual(vi="Xem trang này trên bản gốc.", en="Look at this page in the original.")
_BETTER = Bilingual(
    vi="Đối chiếu trang này với bản gốc, hoặc quét lại rõ hơn (300 dpi, thẳng, đủ sáng) rồi kiểm tra lại.",
    en="Compare the page with the original, or scan it again more clearly (300 dpi, straight, well lit) and check"
    " anew.",
)
# code: (reason, remedy) of a page whose characters were to be recognised
_PROBLEMS = {
    "page-without-text": (
        Bilingual(
            vi="Trang là ảnh hoặc hình vẽ; nhận dạng chữ không thấy chữ nào.",
            en="The page is a picture or a drawing; no words were recognised in it.",
        ),
        _LOOK,
    ),
    "page-badly-read": (
        Bilingual(
            vi="Ảnh quét khó đọc: độ tin cậy nhận dạng {share}. Chữ nhận dạng được vẫn được xét, nhưng có thể"
            " sai hoặc sót.",
            en="The scan is hard to read: recognition is {share} sure. What was recognised is judged, but may be"
            " wrong or miss words.",
        ),
        _BETTER,
    ),
    "page-unreadable": (
        Bilingual(
            vi="Ảnh quét không đọc được: độ tin cậy nhận dạng chỉ {share}; không xét chữ của trang này.",
            en="The scan cannot be read: recognition is only {share} sure; the page's words are not judged.",
        ),
        _BETTER,
    ),
    "page-too-slow": (
        Bilingual(
            vi="Nhận dạng chữ của trang mất quá nhiều thời gian nên đã dừng.",
            en="Recognising the page's characters took too long and was stopped.",
        ),
        _BETTER,
    ),
    "ocr-failed": (
        Bilingual(
            vi="Chương trình nhận dạng chữ không chạy được trên trang này.",
            en="The program that recognises characters failed on this page.",
        ),
        _LOOK,
    ),
    "ocr-limit": (
        Bilingual(
            vi="Tài liệu có quá nhiều trang quét; trang này chưa được nhận dạng chữ.",
            en="The document has too many scanned pages; this one was not recognised.",
        ),
        Bilingual(vi="Tách tài liệu thành nhiều phần.", en="Split the document into parts."),
    ),
}


def not_read(page: int, code: str, share: float = 0.0) -> NotChecked:
    """The entry of the report for a page that was not, or not well, recognised."""
    reason, remedy = _PROBLEMS[code]
    return NotChecked(
        code=code, page=page, part=Bilingual(vi=f"Trang {page}", en=f"Page {page}"), remedy=remedy,
        reason=Bilingual(vi=reason.vi.format(share=f"{share:.0%}"), en=reason.en.format(share=f"{share:.0%}")),
    )  # fmt: skip


def verdict(found: Recognised, page: int) -> tuple[bool, NotChecked | None]:
    """Whether the words of a page are to be judged, and what to say of it."""
    if found.problem == "blank":
        return False, None
    if found.problem:
        code = {"no-words": "page-without-text", "too-slow": "page-too-slow"}.get(found.problem, "ocr-failed")
        return False, not_read(page, code)
    sure = found.confidence
    if sure < ocr.USABLE:
        return False, not_read(page, "page-unreadable", sure)
    return True, not_read(page, "page-badly-read", sure) if sure < ocr.SURE else None
