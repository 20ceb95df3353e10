"""Recognising the characters of a picture with Tesseract, where it is installed.

The picture is turned upright, its skew taken out and an uneven light evened; then Tesseract is run as a process of
its own, which gets pixels and nothing else through a pipe and is ended when it takes too long. Its answer (TSV) gives
each word with its box and how sure it is.

Nothing here raises for a picture that cannot be read: what could not be done is a code in the result.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hpcp_rules.model.report import BADLY_READ, Bilingual
from hpcp_rules.readers.layout import Box
from hpcp_rules.readers.leaders import Leader, without_leaders
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.rules import tables

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGE = "vie"
DPI = 300
"""Pages are rendered at this; small print of 8 points needs it (design/measured.md, section 5)."""
SURE = BADLY_READ
"""Mean confidence from which a page, or the words of a finding, count as reliably read."""
USABLE = 0.35
"""Below this what was recognised is noise and no text."""
_MAX_SKEW = 12.0
_SPECKS = frozenset("|¦_~`´'\"‘’“”.,:;·•^°*-–—=<>\\/[]{}()")
"""Words of nothing but these are dropped where Tesseract is not sure: dust, rules and the edges of stamps."""


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; `place` in points of the upright page, `box` in points of the page as it lies in the file."""

    text: str
    confidence: float
    """0 to 1, as Tesseract rates it."""
    place: Box
    box: Box


@dataclass(slots=True)
class Recognised:
    """What was found in a picture."""

    lines: list[list[Word]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0
    """Points, of the upright page."""
    tables: list[tuple[Box, list[Box]]] = field(default_factory=list)
    """Box and cells, in points of the upright page."""
    turned: int = 0
    """Quarter turns that were needed, clockwise."""
    skew: float = 0.0
    """Degrees that were taken out."""
    problem: str | None = None
    """``blank`` without any ink; ``no-words``, ``too-slow``, ``engine-failed``."""

    @property
    def confidence(self) -> float:
        """Mean over the letters and digits; 0 without any."""
        return confidence_of([(sum(map(str.isalnum, w.text)), w.confidence) for line in self.lines for w in line])


def confidence_of(words: list[tuple[int, float]]) -> float:
    """Mean confidence of (length, confidence) pairs, weighted by length; 0 for none."""
    letters = sum(n for n, _ in words)
    return sum(n * c for n, c in words) / letters if letters else 0.0


@lru_cache(maxsize=8)
def _languages(program: str, _data: str | None) -> frozenset[str]:
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(done.stdout.decode("utf-8", "replace").split("\n")[1:])


def missing() -> str | None:
    """What keeps this machine from recognising Vietnamese: ``engine``, ``language`` or None."""
    program = shutil.which("tesseract")
    if program is None:
        return "engine"
    return None if LANGUAGE in _languages(program, os.environ.get("TESSDATA_PREFIX")) else "language"


INSTALL = "apt-get install tesseract-ocr tesseract-ocr-vie"


def remedy(lack: str | None) -> Bilingual:
    """What to do where a page was not recognised, by what `missing` says (None: it was not asked for)."""
    if lack is None:
        return Bilingual(vi="Kiểm tra lại với --ocr auto.", en="Check again with --ocr auto.")
    what = (
        Bilingual(vi="Máy này chưa có chương trình nhận dạng chữ Tesseract", en="Tesseract is not installed here")
        if lack == "engine"
        else Bilingual(vi="Tesseract trên máy này chưa có tiếng Việt", en="Tesseract here does not know Vietnamese")
    )
    return Bilingual(
        vi=f"{what.vi}; cài bằng lệnh: sudo {INSTALL}, rồi kiểm tra lại.",
        en=f"{what.en}; install it: sudo {INSTALL}, and check again.",
    )


def recognise(image: Image, dpi: float, limits: Limits) -> Recognised:
    """Recognise the words of a picture.

    Arguments:
        image: any mode; its pixels must lie within `limits.max_ocr_pixels`.
        dpi: pixels to an inch of paper.
    """
    import numpy as np

    width, height = image.width * 72 / dpi, image.height * 72 / dpi
    gray = _gray(image)
    if not 180 <= dpi <= 450:
        factor = min(DPI / dpi, math.sqrt(limits.max_ocr_pixels / (gray.width * gray.height)), 6.0)
        gray = gray.resize((max(1, round(gray.width * factor)), max(1, round(gray.height * factor))), _lanczos())
        dpi *= factor
    ink = _ink(np.asarray(gray.reduce(max(1, round(dpi / 100)))))
    if ink is None:
        return Recognised(width=width, height=height, problem="blank")
    sideways, skew = _lie(*ink)
    gray = _even(gray)
    best: Recognised | None = None
    turns = [1, 3] if sideways else [0]
    if sideways and _orientation(gray, dpi, limits) == 1:
        turns.reverse()
    while turns:
        found = _read(gray, turns.pop(0), skew, dpi, limits)
        if best is None or (found.confidence, len(found.lines)) > (best.confidence, len(best.lines)):
            best = found
        if best.problem in ("too-slow", "engine-failed") or (best.confidence >= SURE and len(best.lines) > 2):
            break
        if not sideways and found.turned == 0 and _orientation(gray, dpi, limits) == 2:
            turns.append(2)
    assert best is not None
    return best


def _lanczos() -> Any:
    from PIL.Image import Resampling

    return Resampling.LANCZOS


def _gray(image: Image) -> Image:
    """Shades of grey on white paper."""
    from PIL import Image as Pictures

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Pictures.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper
    if image.mode.startswith(("I", "F")):  # 16 bits and more, which `convert` would clip
        low, high = image.getextrema()
        span = (float(high) - float(low)) or 1.0  # type: ignore[arg-type]
        image = image.point(lambda v: (v - float(low)) * (255.0 / span))  # type: ignore[arg-type]
    return image.convert("L")


def _ink(gray: Any) -> tuple[Any, Any] | None:
    """Columns and rows of what is darker than its surroundings; None where that is next to nothing."""
    import numpy as np
    from PIL import Image as Pictures
    from PIL import ImageFilter

    around = np.asarray(Pictures.fromarray(gray).filter(ImageFilter.BoxBlur(12)), dtype=np.int16)
    dark = (around - gray) > np.maximum(18, around // 6)
    dark[:3], dark[-3:], dark[:, :3], dark[:, -3:] = False, False, False, False
    y, x = np.nonzero(dark)
    if len(x) < max(40, gray.size // 20_000):
        return None
    if len(x) > 60_000:
        step = len(x) // 60_000 + 1
        x, y = x[::step], y[::step]
    return x.astype(np.float64), y.astype(np.float64)


def _lie(x: Any, y: Any) -> tuple[bool, float]:
    """Whether the lines of text run up and down, and by how many degrees they are askew (clockwise is positive).

    Lines of text give a profile of sharp steps only along their own direction.
    """
    import numpy as np

    def sharp(a: Any, b: Any, angle: float) -> float:
        turn = math.radians(angle)
        profile = np.bincount(np.round(b * math.cos(turn) - a * math.sin(turn) + 2000).astype(np.int64).clip(0))
        return float(np.sum(np.diff(profile.astype(np.float64)) ** 2))

    def best(a: Any, b: Any) -> tuple[float, float]:
        coarse = max((sharp(a, b, n / 2), n / 2) for n in range(int(-2 * _MAX_SKEW), int(2 * _MAX_SKEW) + 1))
        return max((sharp(a, b, coarse[1] + n / 20), coarse[1] + n / 20) for n in range(-10, 11))

    level, angle = best(x, y)
    upright, turned = best(y, x)
    if upright > 1.3 * level:
        # What runs clockwise in the turned frame runs the other way in the picture's own.
        return True, -turned
    return False, angle


def _even(gray: Image) -> Image:
    """The picture on an even ground, where light and shadow of a photo lie on the paper; else as it is."""
    import numpy as np
    from PIL import Image as Pictures
    from PIL import ImageFilter

    # The paper is what stays when each small stretch keeps its lightest part.
    small = gray.resize((max(1, gray.width // 16), max(1, gray.height // 16)), Pictures.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(6))
    shades = np.asarray(paper)
    if float(np.percentile(shades, 95)) - float(np.percentile(shades, 5)) < 45:
        return gray
    ground = np.asarray(paper.resize(gray.size, Pictures.Resampling.BICUBIC), dtype=np.float32)
    return Pictures.fromarray((np.asarray(gray) * (245.0 / np.maximum(ground, 30.0))).clip(0, 255).astype(np.uint8))


def _read(gray: Image, turns: int, skew: float, dpi: float, limits: Limits) -> Recognised:
    """One run of the engine on the picture turned by quarters clockwise and then by the skew."""
    from PIL import Image as Pictures

    quarters = [None, Pictures.Transpose.ROTATE_270, Pictures.Transpose.ROTATE_180, Pictures.Transpose.ROTATE_90]
    quarter = quarters[turns]
    upright = gray.transpose(quarter) if quarter is not None else gray
    if abs(skew) >= 0.12:
        upright = upright.rotate(skew, Pictures.Resampling.BICUBIC, fillcolor=255)
    else:
        skew = 0.0
    upright, leaders = without_leaders(upright, dpi)
    scale = 72 / dpi
    out = Recognised(
        width=upright.width * scale, height=upright.height * scale, turned=turns, skew=skew,
    )  # fmt: skip
    answer = _tesseract(upright, ["-l", LANGUAGE, "--psm", "3", "--dpi", str(round(dpi)), "tsv"], limits)
    if answer.problem:
        out.problem = answer.problem
        return out
    for line in with_leaders(parse_tsv(answer.text), leaders):
        words = []
        for text, sure, left, top, right, bottom in line:
            place = left * scale, top * scale, right * scale, bottom * scale
            corners = [_back(px, py, upright.size, turns, skew) for px in (left, right) for py in (top, bottom)]
            xs, ys = [p[0] * scale for p in corners], [p[1] * scale for p in corners]
            words.append(Word(text, sure, place, (min(xs), min(ys), max(xs), max(ys))))
        out.lines.append(words)
    for whole, cells in tables(upright, dpi):
        out.tables.append((_scaled(whole, scale), [_scaled(c, scale) for c in cells]))
    if not any(c.isalpha() for line in out.lines for w in line for c in w.text):
        out.problem = "no-words"
    return out


def _scaled(box: Box, scale: float) -> Box:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale


def _back(x: float, y: float, size: tuple[int, int], turns: int, skew: float) -> tuple[float, float]:
    """A point of the upright picture in the picture as it came."""
    turn = math.radians(-skew)
    cx, cy = size[0] / 2, size[1] / 2
    x, y = (
        math.cos(turn) * (x - cx) + math.sin(turn) * (y - cy) + cx,
        -math.sin(turn) * (x - cx) + math.cos(turn) * (y - cy) + cy,
    )
    width, height = size
    if turns == 1:  # was turned clockwise: its top was at the left
        return y, width - x
    if turns == 2:
        return width - x, height - y
    if turns == 3:
        return height - y, x
    return x, y


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str = ""
    problem: str | None = None


def _tesseract(image: Image, arguments: list[str], limits: Limits) -> _Answer:
    program = shutil.which("tesseract") or "tesseract"
    pixels = b"P5 %d %d 255\n" % image.size + image.tobytes()
    # One thread: Tesseract's own threads make a page nine times slower (design/measured.md, section 5).
    kept = {
        k: v
        for k, v in os.environ.items()
        if k in ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "SystemRoot", "TMPDIR")
    }
    try:
        done = subprocess.run(
            [program, "stdin", "stdout", *arguments], input=pixels, capture_output=True, check=False,
            timeout=limits.max_ocr_seconds, env={**kept, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _Answer(problem="too-slow")
    except OSError:
        return _Answer(problem="engine-failed")
    if done.returncode != 0:
        return _Answer(problem="engine-failed")
    return _Answer(done.stdout.decode("utf-8", "replace"))


def _orientation(gray: Image, dpi: float, limits: Limits) -> int | None:
    """Quarter turns clockwise that set the picture upright, as Tesseract sees it; None when it cannot tell."""
    factor = max(1, round(dpi / 150))
    arguments = ["--psm", "0", "-l", "osd", "--dpi", str(round(dpi / factor))]
    for line in _tesseract(gray.reduce(factor), arguments, limits).text.splitlines():
        name, _, value = line.partition(":")
        if name == "Rotate" and value.strip().isdigit():
            return int(value) // 90 % 4
    return None


RawWord = tuple[str, float, float, float, float, float]


def parse_tsv(text: str) -> list[list[RawWord]]:
    """Lines of words from Tesseract's TSV, in its reading order: (text, confidence, left, top, right, bottom).

    Rows that are no words, that are broken, or that hold a speck no engine is sure of are left out.
    """
    lines: list[list[RawWord]] = []
    before: tuple[str, ...] = ()
    for row in text.split("\n"):
        cells = row.rstrip("\r").split("\t")
        if len(cells) != 12 or cells[0] != "5":
            continue
        word = "".join(c for c in cells[11] if c.isprintable()).strip()
        try:
            left, top, width, height, sure = (float(c) for c in cells[6:11])
        except ValueError:
            continue
        if not word or not all(map(math.isfinite, (left, top, width, height, sure))) or width < 0 or height < 0:
            continue
        sure = min(1.0, max(0.0, sure / 100))
        if set(word) <= {"|", "¦"} or (sure < 0.6 and _SPECKS.issuperset(word)):
            continue
        here = tuple(cells[1:5])
        if here != before:
            lines.append([])
            before = here
        lines[-1].append((word, sure, left, top, left + width, top + height))
    return lines


def with_leaders(lines: list[list[RawWord]], leaders: list[Leader]) -> list[list[RawWord]]:
    """The lines with the rows of dots that were taken out of the picture, each in its line."""
    for leader in sorted(leaders, key=lambda x: (x.top, x.left)):
        word: RawWord = ("." * leader.dots, _DOTS_SURE, leader.left, leader.top, leader.right, leader.bottom)
        home = next((line for line in lines if _on(line, leader)), None)
        if home is None:
            at = next((n for n, line in enumerate(lines) if min(w[3] for w in line) > leader.bottom), len(lines))
            lines.insert(at, [word])
            continue
        high = sorted(w[5] - w[3] for w in home)[len(home) // 2]
        at = sum(w[2] < leader.left for w in home)
        home.insert(at, word)
        # "....../HĐ" and "......;" are written without a blank.
        if at + 1 < len(home) and home[at + 1][2] - leader.right < 0.25 * high:
            text, sure, _, top, right, bottom = home.pop(at + 1)
            home[at] = word[0] + text, sure, leader.left, min(top, leader.top), right, max(bottom, leader.bottom)
    return lines


_DOTS_SURE = 0.9


def _on(line: list[RawWord], leader: Leader) -> bool:
    """True where the dots stand on the base line of these words, beside them."""
    top, bottom = min(w[3] for w in line), max(w[5] for w in line)
    if not top < leader.bottom < bottom + 0.3 * (bottom - top):
        return False
    return all(w[4] - 2 <= leader.left or w[2] + 2 >= leader.right or w[0].startswith("...") for w in line)
