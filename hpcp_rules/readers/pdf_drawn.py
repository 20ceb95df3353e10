"""What a PDF page shows besides text: shapes and pictures that lie behind text or over it."""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any


@dataclass(frozen=True, slots=True)
class Shape:
    """Something painted that may lie behind text or over it; `order` counts what was painted before it."""

    order: int
    left: float
    bottom: float
    right: float
    top: float
    color: str
    """``#rrggbb``, or ``unknown`` for a picture, a gradient or an outline that does not fill its box."""
    cover: float = 1.0
    picture: bool = False


_PART = 0.05
"""Share of the page from which a picture may hold sentences."""
_BAND = 24.0
"""Points of page height that one shelf of `Drawn.shelves` holds."""


@dataclass(slots=True)
class Drawn:
    """What a page shows besides text: lines and shapes, and the share of its area that pictures cover."""

    paths: int = 0
    pictures: float = 0.0
    images: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Left, bottom, right, top of pictures big enough to hold sentences."""
    count: int = 0
    """How many pictures the page has."""
    order: dict[int, int] = field(default_factory=dict)
    """For each text object, by its address, what was painted before it; empty where the page has no shapes."""
    shelves: dict[int, list[Shape]] = field(default_factory=lambda: defaultdict(list))

    def behind(self, text: int | None, x: float, y: float) -> tuple[str | None, bool, bool]:
        """What lies behind a point of a text object, whether a picture as big as a scan painted later covers it there,
        and whether anything else that was painted later may cover it."""
        if not self.shelves:
            return None, False, False
        order = self.order.get(text or 0, 1 << 30)
        color: str | None = None
        covered = doubtful = False
        for s in self.shelves.get(int(y // _BAND), ()):
            if not (s.left <= x <= s.right and s.bottom <= y <= s.top):
                continue
            if s.order > order:
                covered |= s.picture
                doubtful |= not s.picture and s.cover > 0.9
            elif s.color == "unknown" or s.cover > 0.99:
                color = s.color
            elif color != "unknown":
                color = blend(s.color, color, s.cover)
        return color, covered, doubtful


def blend(over: str, under: str | None, share: float) -> str:
    pairs = zip(bytes.fromhex(over[1:]), bytes.fromhex((under or "#ffffff")[1:]), strict=True)
    return "#" + bytes(round(a * share + b * (1 - share)) for a, b in pairs).hex()


def drawn_on(page: Any) -> Drawn:
    import pypdfium2.raw as raw

    out = Drawn()
    shapes: list[Shape] = []
    texts: list[Any] = []
    orders: list[int] = []
    area = 0.0
    count = 0

    def walk(n: int, get: Callable[[int], Any], outer: _Matrix, depth: int) -> None:
        nonlocal count, area
        for i in range(n):
            item = get(i)
            kind = raw.FPDFPageObj_GetType(item)
            count += 1
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                texts.append(item)
                orders.append(count)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                out.paths += 1
                shapes.extend(_filled(item, outer, count))
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                if depth < _DEPTH:
                    inner = _product(_matrix(item), outer)
                    walk(raw.FPDFFormObj_CountObjects(item), partial(raw.FPDFFormObj_GetObject, item), inner, depth + 1)
            elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
                box = _bounds(item, outer)
                picture = kind == raw.FPDF_PAGEOBJ_IMAGE
                out.count += picture
                if box is not None:
                    size = (box[2] - box[0]) * (box[3] - box[1])
                    area += size if picture else 0.0
                    if picture and size > _PART * whole:
                        out.images.append(box)
                    # Only a picture as big as a scanned page hides the text under it; a stamp leaves it readable.
                    shapes.append(Shape(count, *box, "unknown", 1.0, picture and size > 0.5 * whole))

    whole = max(1.0, page.get_width() * page.get_height())
    walk(raw.FPDFPage_CountObjects(page), partial(raw.FPDFPage_GetObject, page), _SAME, 1)
    out.pictures = min(1.0, area / whole)
    if shapes:
        for item, order in zip(texts, orders, strict=True):
            out.order[ctypes.cast(item, ctypes.c_void_p).value or 0] = order
        if len(shapes) > _MANY:
            shapes = [Shape(0, 0.0, 0.0, page.get_width(), page.get_height(), "unknown")]
        for shape in shapes:
            for band in range(
                int(shape.bottom // _BAND), min(int(shape.top // _BAND), int(shape.bottom // _BAND) + 200) + 1
            ):
                out.shelves[band].append(shape)
    return out


_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEPTH = 3
"""How deep forms inside forms are followed."""
_MANY = 3000
"""A page with more shapes is a drawing: what lies behind its text is not worked out."""
_THIN = 4.0
"""Points: what is lower or narrower is a rule or a border and lies behind no text."""


def _product(a: _Matrix, b: _Matrix) -> _Matrix:
    """The matrix that applies `a` first, then `b`."""
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def _matrix(item: Any) -> _Matrix:
    import pypdfium2.raw as raw

    m = raw.FS_MATRIX()
    return (m.a, m.b, m.c, m.d, m.e, m.f) if raw.FPDFPageObj_GetMatrix(item, m) else _SAME


def _mapped(points: list[tuple[float, float]], m: _Matrix) -> list[tuple[float, float]]:
    return [(m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]) for x, y in points]


def _box(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _bounds(item: Any, outer: _Matrix) -> tuple[float, float, float, float] | None:
    """(left, bottom, right, top) of an object on the page."""
    import pypdfium2.raw as raw

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return None
    x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
    box = (x0, y0, x1, y1) if outer == _SAME else _box(_mapped([(x0, y0), (x0, y1), (x1, y0), (x1, y1)], outer))
    return box if all(map(math.isfinite, box)) else None


def _filled(item: Any, outer: _Matrix, order: int) -> Iterator[Shape]:
    """What a path fills that text may lie on: rectangles with their colour, other outlines as ``unknown``."""
    import pypdfium2.raw as raw

    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(item, mode, stroke) or not mode.value:
        return
    box = _bounds(item, outer)
    if box is None or box[2] - box[0] < _THIN or box[3] - box[1] < _THIN:
        return
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    color, cover = "unknown", 1.0
    if raw.FPDFPageObj_GetFillColor(item, r, g, b, a):
        color, cover = f"#{r.value & 255:02x}{g.value & 255:02x}{b.value & 255:02x}", a.value / 255
    if cover < 0.02:
        return
    count = raw.FPDFPath_CountSegments(item)
    if count > 400:
        yield Shape(order, *box, "unknown", cover)
        return
    matrix = _product(_matrix(item), outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    parts: list[list[tuple[float, float]]] = []
    curved: list[bool] = []
    for i in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, i)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == raw.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([])
            curved.append(False)
        parts[-1].append((x.value, y.value))
        curved[-1] |= kind == raw.FPDF_SEGMENT_BEZIERTO
    for points, bent in zip(parts, curved, strict=True):
        if len(points) < 3:
            continue
        points = _mapped(points, matrix)
        left, bottom, right, top = _box(points)
        if not all(map(math.isfinite, (left, bottom, right, top))) or right - left < _THIN or top - bottom < _THIN:
            continue
        corners = all(
            min(abs(px - left), abs(px - right)) < 0.5 and min(abs(py - bottom), abs(py - top)) < 0.5
            for px, py in points
        )
        if corners and not bent:
            yield Shape(order, left, bottom, right, top, color, cover)
        else:
            yield Shape(order, left, bottom, right, top, "unknown", cover)
