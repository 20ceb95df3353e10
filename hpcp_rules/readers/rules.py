"""Tables in a picture, found by their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hpcp_rules.readers.layout import Box

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST = 400
"""Rules on one page; more are hatching."""


def tables(picture: Image, dpi: float) -> list[tuple[Box, list[Box]]]:
    """Tables of at least two rows and four cells, as (box, cells in reading order), in pixels."""
    import numpy as np

    shrink = max(1, round(dpi / 150))
    gray = np.asarray(picture.reduce(shrink))
    dark = gray < int(np.percentile(gray[::3, ::3], 50)) * 0.75
    dpi /= shrink
    # A rule that is not quite level steps from one row of pixels to the next.
    thick = dark.copy()
    thick[1:] |= dark[:-1]
    thick[:-1] |= dark[1:]
    level = [(x0, y, x1, y) for y, x0, x1 in _runs(thick, round(dpi * 0.7))]
    thick = dark.copy()
    thick[:, 1:] |= dark[:, :-1]
    thick[:, :-1] |= dark[:, 1:]
    plumb = [(x, y0, x, y1) for x, y0, y1 in _runs(thick.T, round(dpi * 0.22))]
    if len(level) < 3 or len(plumb) < 3 or len(level) + len(plumb) > _MOST:
        return []
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells

    edges = [_edge(*r, "h") for r in level] + [_edge(*r, "v") for r in plumb]
    reach = max(4.0, dpi * 0.04)
    cells = intersections_to_cells(edges_to_intersections(edges, reach, reach))
    out = []
    for found in cells_to_tables(cells):
        rows = {round(c[1]) for c in found}
        if len(found) < 4 or len(rows) < 2:
            continue
        scaled = [(c[0] * shrink, c[1] * shrink, c[2] * shrink, c[3] * shrink) for c in found]
        scaled.sort(key=lambda c: (c[1], c[0]))
        box = min(c[0] for c in scaled), min(c[1] for c in scaled), max(c[2] for c in scaled), max(c[3] for c in scaled)
        out.append((box, scaled))
    return out


def _runs(dark: Any, length: int) -> list[tuple[float, float, float]]:
    """Dark runs of at least this length along the rows: (middle of its rows, begin, end)."""
    import numpy as np

    sums = np.cumsum(np.pad(dark, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    if sums.shape[1] <= length:
        return []
    full = sums[:, length:] - sums[:, :-length] >= 0.96 * length
    out: list[tuple[float, float, float]] = []
    recent: list[list[float]] = []  # first row, last row, begin, end
    for y in np.nonzero(full.any(axis=1))[0].tolist():
        edges = np.flatnonzero(np.diff(np.concatenate(([0], full[y].view(np.int8), [0]))))
        for begin, end in zip(edges[::2].tolist(), (edges[1::2] + length - 1).tolist(), strict=True):
            for run in recent:
                if y - run[1] <= 2 and begin <= run[3] and end >= run[2]:
                    run[1], run[2], run[3] = y, min(run[2], begin), max(run[3], end)
                    break
            else:
                recent.append([y, y, begin, end])
                if len(recent) > 4 * _MOST:
                    return []
    # A rule is thin; a band of shading is none.
    out += [((r[0] + r[1]) / 2, r[2], r[3]) for r in recent if r[1] - r[0] < 0.3 * length]
    return out


def _edge(x0: float, y0: float, x1: float, y1: float, way: str) -> dict[str, Any]:
    return {
        "x0": x0, "x1": x1, "top": y0, "bottom": y1, "width": x1 - x0, "height": y1 - y0, "orientation": way,
        "object_type": "line",
    }  # fmt: skip
