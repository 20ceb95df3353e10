"""The order in which the lines of a page are read, where the file's own order is not it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import groupby, pairwise

from hpcp_rules.readers.layout import Box, Line, Run

_ROWS = 5
"""Lines that two columns of prose must have side by side; fewer are a signature block or a form."""
_PROSE = 15
"""Letters of the usual line of a column; less are the cells of a table without rules."""


def upright(lines: list[Line], width: float, height: float) -> tuple[list[Line], float, float]:
    """The lines in the frame in which most of the text stands upright, with its width and height.

    Text that runs another way (a stamp along the margin, a watermark aslant) comes last, each line for itself.
    """
    letters = [0] * 5
    for line in lines:
        letters[line.way] += len(line.text)
    most = max(range(4), key=lambda way: letters[way])
    if most and letters[most] > 0.6 * sum(letters):
        for line in lines:
            box = line.left, line.top, line.right, line.bottom
            line.left, line.top, line.right, line.bottom = _turned(box, most, width, height)
            line.way = line.way if line.way == 4 else (line.way - most) % 4
        if most != 2:
            width, height = height, width
        # Upside down or not, PDFium gives them in the order in which they were written.
    return [x for x in lines if x.way == 0] + [x for x in lines if x.way != 0], width, height


def _turned(box: Box, way: int, width: float, height: float) -> Box:
    """A box of a page of this size, on the page turned so that text that ran `way` runs to the right."""
    left, top, right, bottom = box
    if way == 1:
        return top, width - right, bottom, width - left
    if way == 2:
        return width - right, height - bottom, width - left, height - top
    return height - bottom, left, height - top, right


def filled_in(lines: list[Line]) -> list[Line]:
    """What was filled into a form put where it stands: beside the line it completes, else between the lines around it.

    PDFium gives it after everything else of the page.
    """
    out: list[Line] = []
    for line in lines:
        if line.way:
            out.append(line)
            continue
        middle = (line.top + line.bottom) / 2
        beside = next((x for x in out if x.way == 0 and x.top - 2 <= middle <= x.bottom + 2 and _free(x, line)), None)
        if beside is not None and out[-1] is not beside:
            beside.runs[-1].text = beside.runs[-1].text.rstrip() + " "
            line.runs[-1].text = line.runs[-1].text.rstrip() + " "
            for run in line.runs:
                beside.add(run)
            beside.runs.sort(key=lambda r: r.box[0] if r.box else 0.0)
        elif out and line.bottom < out[-1].top:
            at = next((n for n, x in enumerate(out) if x.way == 0 and x.top > middle), len(out))
            out.insert(at, line)
        else:
            out.append(line)
    return out


def _free(line: Line, other: Line) -> bool:
    """True where nothing of a line stands where `other` does."""
    return all(r.box is None or r.box[2] <= other.left + 2 or r.box[0] >= other.right - 2 for r in line.runs)


def side_by_side(lines: list[Line], width: float) -> list[Line]:
    """Columns one after the other, where the file gives their lines row by row."""
    gutter = _gutter(lines, width)
    if gutter is None:
        return lines
    out: list[Line] = []
    region: list[Line] = []
    for line in (*lines, None):
        if line is not None and line.way == 0 and not _crosses(line, gutter):
            region.append(line)
            continue
        out += _columns(region, gutter)
        region = []
        if line is not None:
            out.append(line)
    return out


def _gutter(lines: list[Line], width: float) -> float | None:
    """Where most lines with a wide gap have it; else the middle, where enough lines leave it free on either side."""
    gaps = [gap for line in lines if line.way == 0 for gap in _gaps(line)]
    best: tuple[int, float] | None = None
    for n in range(30, 71, 2):
        x = width * n / 100
        count = sum(low < x < high for low, high in gaps)
        if count >= _ROWS and (best is None or count > best[0]):
            best = count, x
    if best:
        return best[1]
    middle = width / 2
    right = sum(x.left > middle for x in lines if x.way == 0)
    left = sum(x.right < middle for x in lines if x.way == 0)
    return middle if min(left, right) >= _ROWS else None


def _gaps(line: Line) -> list[tuple[float, float]]:
    boxes = [r.box for r in line.runs if r.box]
    return [(a[2], b[0]) for a, b in pairwise(boxes) if b[0] - a[2] > 8]


def _crosses(line: Line, x: float) -> bool:
    """True when something of the line lies on the gutter."""
    return any(r.box is not None and r.box[0] < x < r.box[2] for r in line.runs)


def _columns(region: list[Line], x: float) -> list[Line]:
    """A region that nothing crosses: the left column, then the right one, if both are prose; else as it came."""
    sides = [split(line, lambda run: run.box is not None and run.box[0] > x) for line in region]
    left = [side for parts in sides for side in parts if side.left < x]
    right = [side for parts in sides for side in parts if side.left >= x]
    if not _prose(left) or not _prose(right):
        return region
    for column in (left, right):
        column.sort(key=lambda line: line.top)
        edges = min(line.left for line in column), max(line.right for line in column)
        for line in column:
            line.edges = edges
    return left + right


def _prose(column: list[Line]) -> bool:
    """True for lines of which many break off in the middle of a sentence; the rows of a table do not."""
    if len(column) < _ROWS:
        return False
    usual = sorted(sum(map(str.isalpha, line.text)) for line in column)[len(column) // 2]
    wrapped = sum(
        line.text.strip()[:1].islower() and not before.text.rstrip().endswith((".", ";", ":"))
        for before, line in pairwise(sorted(column, key=lambda line: line.top))
    )
    return usual >= _PROSE and wrapped >= 0.3 * (len(column) - 1)


def split(line: Line, place: Callable[[Run], object]) -> list[Line]:
    """A line as one or more, a new one beginning where `place` of a run changes."""
    parts = [list(runs) for _, runs in groupby(line.runs, key=place)]
    return [line] if len(parts) == 1 else [_of(line, runs) for runs in parts]


def _of(line: Line, runs: list[Run]) -> Line:
    boxes = [r.box for r in runs if r.box]
    return Line(
        line.page, min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes),
        max(b[3] for b in boxes), runs, way=line.way,
    )  # fmt: skip


def into_cells(lines: list[Line], bbox: Box, cells: list[Box]) -> list[Line]:
    """The lines with those inside a table put in the order of its cells; a line across cells is taken apart."""
    inside = [x for x in lines if _within(_box(x), bbox)]
    if not inside:
        return lines
    at = lines.index(inside[0])
    known = {id(x) for x in inside}

    def cell_of(box: Box | None) -> int | None:
        return next((n for n, cell in enumerate(cells) if box is not None and _within(box, cell)), None)

    by_cell: dict[int | None, list[Line]] = defaultdict(list)
    for line in inside:
        whole = cell_of(_box(line)) if len(line.runs) == 1 else None
        for part in [line] if whole is not None else split(line, lambda run: cell_of(run.box)):
            by_cell[cell_of(_box(part))].append(part)
    ordered: list[Line] = []
    for n in range(len(cells)):
        mine = sorted(by_cell[n], key=lambda x: round(x.top))
        for line in mine:
            line.cell = line is mine[0]
            line.edges = cells[n][0] + 3, cells[n][2] - 3
        ordered += mine
    # What lies in no cell, or across several of them, stays as PDFium gave it.
    return [*lines[:at], *ordered, *by_cell[None], *(x for x in lines[at:] if id(x) not in known)]


def _box(line: Line) -> Box:
    return line.left, line.top, line.right, line.bottom


def _within(box: Box, outer: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] - 2 <= x <= outer[2] + 2 and outer[1] - 2 <= y <= outer[3] + 2
