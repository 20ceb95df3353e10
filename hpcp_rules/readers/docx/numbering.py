"""Automatic numbering, rendered as Word shows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from hpcp_rules.readers.docx.look import Styles
from hpcp_rules.readers.docx.xml import W, is_on, val, whole
from hpcp_rules.readers.numbers import roman, vietnamese_number


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False
    restart: int | None = None
    style: str | None = None
    """The paragraph style that this level belongs to."""
    closed: bool = False
    """True where nothing stands between number and text."""


@dataclass(frozen=True, slots=True)
class _Use:
    """A list (``w:num``): its definition, the counters that begin anew in it, the levels it defines otherwise."""

    abstract: str
    starts: dict[int, int]
    levels: dict[int, _Level]


@dataclass(frozen=True, slots=True)
class Label:
    """The number of a paragraph as it is shown."""

    text: str
    closed: bool = False

    def before(self, words: str) -> str:
        """The number with what separates it from the words."""
        if not self.text or (self.closed and words[:1] in ".,:;)]-–/\t "):
            return self.text
        return self.text + " "


NO_LABEL = Label("")
_BULLETS = frozenset("-–—+*•●▪■◦○·")
"""Signs that are shown as they are; those of symbol fonts become a hyphen."""


@dataclass(slots=True)
class Numbering:
    """Counters of automatic numbering.

    Lists of one definition share their counters, as in Word; a list that gives a start of its own begins anew there.
    """

    root: Any
    styles: Styles
    abstract: dict[str, dict[int, _Level]] = field(default_factory=dict)
    uses: dict[str, _Use] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    started: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.root is None:
            return
        links: dict[str, str] = {}
        for abstract in self.root.iter(f"{W}abstractNum"):
            key = abstract.get(f"{W}abstractNumId") or ""
            levels = (_level(level) for level in abstract.iter(f"{W}lvl"))
            self.abstract[key] = {number: level for number, level in levels if 0 <= number < 9}
            link = val(abstract, "numStyleLink")
            if link:
                links[key] = link
        for num in self.root.iter(f"{W}num"):
            starts: dict[int, int] = {}
            changed: dict[int, _Level] = {}
            for override in num.iter(f"{W}lvlOverride"):
                number = whole(override.get(f"{W}ilvl"), 0)
                start = val(override, "startOverride")
                level = override.find(f"{W}lvl")
                if level is not None:
                    changed[number] = _level(level)[1]
                if start is not None:
                    starts[number] = whole(start, 1)
                elif level is not None and val(level, "start") is not None:
                    starts[number] = changed[number].start
            self.uses[num.get(f"{W}numId") or ""] = _Use(val(num, "abstractNumId") or "", starts, changed)
        for key, link in links.items():
            num_id, _ = self.styles.numbering(link)
            target = self.uses.get(num_id or "")
            if target is not None and target.abstract in self.abstract and target.abstract != key:
                self.abstract[key] = {**self.abstract[target.abstract], **target.levels}

    def level_of_style(self, num_id: str | None, style: str | None) -> int | None:
        """The level that a paragraph style has in a list because the list names the style."""
        use = self.uses.get(num_id or "")
        if use is None or style is None:
            return None
        levels = {**self.abstract.get(use.abstract, {}), **use.levels}
        return next((number for number, level in levels.items() if level.style == style), None)

    def label(self, num_id: str | None, level: int) -> Label:
        """The number of the next paragraph at this level; a bullet is a hyphen."""
        use = self.uses.get(num_id or "")
        if use is None:
            return NO_LABEL
        levels = {**self.abstract.get(use.abstract, {}), **use.levels}
        spec = levels.get(level)
        if spec is None:
            return NO_LABEL
        counts = self.counts[use.abstract]
        if (num_id or "", level) not in self.started:
            self.started.add((num_id or "", level))
            if level in use.starts:
                counts[level] = use.starts[level] - 1
        counts[level] = counts.get(level, spec.start - 1) + 1
        for deeper in [k for k in counts if k > level]:
            limit = levels[deeper].restart if deeper in levels else None
            # lvlRestart counts from 1 and names the level after which this one begins anew; 0 is never.
            if limit is None or (limit > 0 and level < limit):
                del counts[deeper]
        if spec.form == "bullet":
            return Label(spec.text if spec.text in _BULLETS else "-")
        if spec.form == "none" and "%" not in spec.text:
            return Label(spec.text, spec.closed)
        text = spec.text
        for other in range(9):
            mark = f"%{other + 1}"
            if mark in text:
                shown = levels.get(other, _Level())
                form = "decimal" if spec.legal and shown.form != "decimalZero" else shown.form
                text = text.replace(mark, _render(counts.get(other, shown.start), form))
        return Label(text, spec.closed)


def _level(element: Any) -> tuple[int, _Level]:
    restart = val(element, "lvlRestart")
    form = element.find(f"{W}numFmt")
    level = _Level(
        start=whole(val(element, "start"), 0 if val(element, "start") is None else 1),
        form=(form.get(f"{W}val") if form is not None else None) or "decimal",
        text=val(element, "lvlText") or "",
        legal=bool(is_on(element, "isLgl")),
        restart=None if restart is None else whole(restart, 0),
        style=val(element, "pStyle"),
        closed=val(element, "suff") == "nothing",
    )
    if level.form == "custom" and form is not None:
        # Only the formats with leading zeros are written this way: "001, 002, 003, …".
        width = len((form.get(f"{W}format") or "").split(",")[0].strip())
        level = replace(level, form=f"zeros{min(width, 9)}")
    return whole(element.get(f"{W}ilvl"), 0), level


def _render(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(97 + (number - 1) % 26) * min(1 + (number - 1) // 26, 5)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        return roman(number).upper() if form == "upperRoman" else roman(number)
    if form in ("vietnameseCounting", "cardinalText"):
        return vietnamese_number(number)
    if form == "decimalEnclosedParen":
        return f"({number})"
    if form == "decimalEnclosedFullstop":
        return f"{number}."
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if form == "numberInDash":
        return f"- {number} -"
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{number:02d}"
    if form.startswith("zeros"):
        return f"{number:0{form[5:]}d}"
    return str(number)
