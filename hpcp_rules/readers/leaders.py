"""Rows of dots to be filled in ("Họ và tên: ............"), found in a picture and taken out of it.

An engine that reads whole lines takes such dots for letters and then misreads the words beside them; every Vietnamese
form has them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

_FEWEST = 5
"""Dots in a row; three or four may be the points of a sentence that breaks off."""
_SCALES = (0.0165, 0.0105)
"""Half the size of a dot with its surroundings, in inches: for type of 10 points and more, and for small print."""
_MOST = 300_000


@dataclass(frozen=True, slots=True)
class Leader:
    """A row of dots, in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    dots: int


def without_leaders(picture: Image, dpi: float) -> tuple[Image, list[Leader]]:
    """The picture with rows of dots painted over, and where they were."""
    import numpy as np
    from PIL import Image as Pictures

    gray = np.asarray(picture)
    dark = gray < _threshold(gray)
    sums = np.zeros((gray.shape[0] + 1, gray.shape[1] + 1), dtype=np.int32)
    np.cumsum(np.cumsum(dark, axis=0, dtype=np.int32), axis=1, out=sums[1:, 1:])
    leaders: list[Leader] = []
    dots: list[tuple[int, int, int]] = []
    for scale in _SCALES:
        inner = max(2, round(dpi * scale))
        for row in _rows(_alone(dark, sums, inner, inner + max(2, round(dpi * 0.009))), dpi, inner):
            xs, ys = [x for x, _ in row], [y for _, y in row]
            leader = Leader(
                min(xs) - inner / 2, min(ys) - inner / 2, max(xs) + inner / 2, max(ys) + inner / 2, len(row)
            )
            if any(
                x.left < leader.right and leader.left < x.right and abs(x.top - leader.top) < inner for x in leaders
            ):
                continue
            leaders.append(leader)
            dots += [(x, y, inner) for x, y in row]
    if not dots:
        return picture, []
    clean = gray.copy()
    paper = int(np.percentile(gray[::7, ::7], 90))
    for x, y, inner in dots:
        clean[max(0, y - inner) : y + inner + 1, max(0, x - inner) : x + inner + 1] = paper
    return Pictures.fromarray(clean), leaders


def _threshold(gray: Any) -> float:
    """The shade that parts ink from paper best (Otsu)."""
    import numpy as np

    counts = np.bincount(gray[::3, ::3].ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    weighted = np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = below * above * (weighted / below - (weighted[-1] - weighted) / above) ** 2
    return float(np.nanargmax(np.nan_to_num(spread))) + 1


def _alone(dark: Any, sums: Any, inner: int, outer: int) -> list[tuple[int, int]]:
    """Middles of dark spots that fit into the inner square and have nothing dark around them up to the outer one."""
    import numpy as np

    height, width = dark.shape
    if height <= 2 * outer + 1 or width <= 2 * outer + 1:
        return []

    def square(reach: int) -> Any:
        low, high = outer - reach, outer + reach + 1
        h, w = height - 2 * outer, width - 2 * outer
        return (
            sums[high : high + h, high : high + w] - sums[low : low + h, high : high + w]
            - sums[high : high + h, low : low + w] + sums[low : low + h, low : low + w]
        )  # fmt: skip

    near, far = square(inner), square(outer)
    ys, xs = np.nonzero(dark[outer : height - outer, outer : width - outer] & (near == far) & (near >= 3))
    if len(xs) > _MOST:
        return []  # a screen of dots, not a form
    spots: list[tuple[int, int]] = []
    known: dict[tuple[int, int], list[int]] = defaultdict(list)
    groups: list[list[tuple[int, int]]] = []
    for x, y in zip((xs + outer).tolist(), (ys + outer).tolist(), strict=True):
        cell = x // inner, y // inner
        for n in (n for dx in (-1, 0, 1) for dy in (-1, 0, 1) for n in known.get((cell[0] + dx, cell[1] + dy), ())):
            gx, gy = groups[n][0]
            if abs(gx - x) <= inner and abs(gy - y) <= inner:
                groups[n].append((x, y))
                break
        else:
            known[cell].append(len(groups))
            groups.append([(x, y)])
    for group in groups:
        spots.append((round(sum(x for x, _ in group) / len(group)), round(sum(y for _, y in group) / len(group))))
    return spots


def _rows(spots: list[tuple[int, int]], dpi: float, inner: int) -> list[list[tuple[int, int]]]:
    """Spots that follow one another on a line at even distances."""
    slack = max(2, inner // 2)
    by_height: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for x, y in sorted(spots):
        by_height[y // slack].append((x, y))
    used: set[tuple[int, int]] = set()
    rows = []
    for start in sorted(spots):
        if start in used:
            continue
        row = [start]
        step: float | None = None
        while True:
            x, y = row[-1]
            reach = dpi * 0.1 if step is None else 1.4 * step
            found = None
            for band in range(y // slack - 1, y // slack + 2):
                line = by_height.get(band, [])
                at = bisect_right(line, (x + 1, 1 << 30))
                while at < len(line) and line[at][0] <= x + reach:
                    if abs(line[at][1] - y) <= slack and (found is None or line[at][0] < found[0]):
                        found = line[at]
                        break
                    at += 1
            if found is None or (step is not None and found[0] - x < 0.6 * step):
                break
            row.append(found)
            step = (found[0] - row[0][0]) / (len(row) - 1)
        if len(row) >= _FEWEST:
            rows.append(row)
            used.update(row)
    return rows
