"""How text looks in Word: size, colour, font and what lies behind it, through themes and chains of styles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from hpcp_rules.errors import ReadError
from hpcp_rules.model.source import Piece
from hpcp_rules.readers.docx.xml import A, W, heading_level, is_on, parse, val, whole

_HIGHLIGHT = {
    "black": "#000000", "blue": "#0000ff", "cyan": "#00ffff", "green": "#00ff00", "magenta": "#ff00ff",
    "red": "#ff0000", "yellow": "#ffff00", "white": "#ffffff", "darkBlue": "#00008b", "darkCyan": "#008b8b",
    "darkGreen": "#006400", "darkMagenta": "#800080", "darkRed": "#8b0000", "darkYellow": "#808000",
    "darkGray": "#a9a9a9", "lightGray": "#d3d3d3",
}  # fmt: skip
"""Word's names of highlighting colours."""
THEME_NAMES = {
    "dark1": "dk1", "text1": "dk1", "light1": "lt1", "background1": "lt1", "dark2": "dk2", "text2": "dk2",
    "light2": "lt2", "background2": "lt2", "hyperlink": "hlink", "followedHyperlink": "folHlink",
    "tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2",
}  # fmt: skip
_RGB = re.compile("[0-9a-f]{6}")


def rgb(text: str | None) -> str | None:
    """``#rrggbb`` of an attribute that is a plain colour, else None."""
    text = (text or "").lower().lstrip("#")
    return f"#{text}" if _RGB.fullmatch(text) else None


def _mix(over: str, under: str, share: float) -> str:
    """`over` laid on `under` with this share of cover; both ``#rrggbb``."""
    pairs = zip(bytes.fromhex(over[1:]), bytes.fromhex(under[1:]), strict=True)
    return "#" + bytes(round(a * share + b * (1 - share)) for a, b in pairs).hex()


@dataclass(slots=True)
class Theme:
    """Colours and fonts that styles name by their place in the theme."""

    colors: dict[str, str] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def read(parts: dict[str, bytes], name: str) -> Theme:
        """The document's theme; an unreadable one costs only looks, never text."""
        theme = Theme()
        try:
            root = parse(parts.get("word/theme/theme1.xml"), name)
        except ReadError:
            return theme
        if root is None:
            return theme
        for scheme in root.iter(f"{A}clrScheme"):
            for entry in scheme:
                for color in entry:
                    found = rgb(color.get("lastClr") or color.get("val"))
                    if found:
                        theme.colors[entry.tag.removeprefix(A)] = found
        for which in ("major", "minor"):
            latin = next(root.iter(f"{A}{which}Font"), None)
            face = latin.find(f"{A}latin") if latin is not None else None
            if face is not None and face.get("typeface"):
                theme.fonts[which] = face.get("typeface")
        return theme

    def color(self, element: Any, value: str, prefix: str = "theme") -> str | None:
        """The colour of an attribute such as ``w:fill``, by itself or by its theme name with tint and shade."""
        given = rgb(element.get(f"{W}{value}"))
        place = element.get(f"{W}{prefix}" if prefix != "theme" else f"{W}themeColor")
        if given or not place:
            return given
        base = self.colors.get(THEME_NAMES.get(place, place))
        if base is None:
            return None
        tint, shade = element.get(f"{W}{prefix}Tint"), element.get(f"{W}{prefix}Shade")
        if tint:
            base = _mix(base, "#ffffff", _int_hex(tint) / 255)
        if shade:
            base = _mix(base, "#000000", _int_hex(shade) / 255)
        return base

    def font(self, fonts: Any) -> str | None:
        """The font for Latin letters that an ``rFonts`` element gives."""
        if fonts is None:
            return None
        place = fonts.get(f"{W}asciiTheme") or fonts.get(f"{W}hAnsiTheme") or ""
        themed = self.fonts.get("major" if place.startswith("major") else "minor") if place else None
        return themed or fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")

    def shading(self, properties: Any) -> str | None:
        """What a ``shd`` element lays behind: a colour, ``unknown``, or None for nothing."""
        shd = properties.find(f"{W}shd") if properties is not None else None
        if shd is None:
            return None
        form = shd.get(f"{W}val") or "clear"
        if form == "nil":
            return None
        fill = self.color(shd, "fill", "themeFill")
        if form == "clear":
            return fill or ("unknown" if shd.get(f"{W}themeFill") else None)
        if form == "solid":
            return self.color(shd, "color") or "#000000"
        if form.startswith("pct"):
            return _mix(self.color(shd, "color") or "#000000", fill or "#ffffff", min(100, whole(form[3:], 0)) / 100)
        return "unknown"


def _int_hex(text: str) -> int:
    try:
        return min(255, int(text, 16))
    except ValueError:
        return 255


_DUST = 2.0
"""Points: text of this size or less is there for nobody to read."""
_APART = 16
"""Steps of 255 by which a colour must differ from what lies behind it to be seen at all."""


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks where something says so; None where nothing does."""

    size: float | None = None
    color: str | None = None
    """``auto`` where a style is set back to the automatic colour."""
    font: str | None = None
    hidden: bool | None = None
    background: str | None = None

    def over(self, other: Look) -> Look:
        """Self where it says something, else the other."""
        return Look(
            self.size if self.size is not None else other.size,
            self.color or other.color,
            self.font or other.font,
            self.hidden if self.hidden is not None else other.hidden,
            self.background or other.background,
        )

    @property
    def unseen(self) -> bool:
        """True when nobody could see the text: hardly another colour than what lies behind it, or as small as dust."""
        if self.size is not None and self.size <= _DUST:
            return True
        if self.color in (None, "auto") or self.background == "unknown":
            return False
        pairs = zip(
            bytes.fromhex((self.color or "")[1:]), bytes.fromhex((self.background or "#ffffff")[1:]), strict=True
        )
        return max(abs(a - b) for a, b in pairs) < _APART

    def piece(self, paragraph: int, run: int | None = None) -> Piece:
        """The origin of text with this look."""
        return Piece(
            0, 0, paragraph=paragraph, run=run, font=self.font, size=self.size,
            color=None if self.color == "auto" else self.color, background=self.background,
        )  # fmt: skip


def look_of(properties: Any, theme: Theme) -> Look:
    """What run properties (``rPr``) say."""
    if properties is None:
        return Look()
    color = properties.find(f"{W}color")
    plain = color is not None and color.get(f"{W}val") == "auto" and not color.get(f"{W}themeColor")
    return Look(
        whole(val(properties, "sz"), 0) / 2 or None,
        "auto" if plain else theme.color(color, "val") if color is not None else None,
        theme.font(properties.find(f"{W}rFonts")),
        is_on(properties, "vanish"),
        _HIGHLIGHT.get(val(properties, "highlight") or "") or theme.shading(properties),
    )


class Styles:
    """Effective looks and numbering of styles, each style resolved once through its chain."""

    def __init__(self, root: Any, theme: Theme) -> None:
        self.theme = theme
        self._styles: dict[str, Any] = {}
        self._known: dict[str, Look] = {}
        self.default = Look(size=10.0)
        self.default_paragraph: str | None = None
        if root is None:
            return
        for style in root.iter(f"{W}style"):
            self._styles[style.get(f"{W}styleId") or ""] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self.default_paragraph = style.get(f"{W}styleId")
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self.default = look_of(defaults, theme).over(self.default)

    def look(self, style: str | None, depth: int = 0) -> Look:
        """The character look of a style, its chain included, document defaults not."""
        if style is None or style not in self._styles or depth > 20:
            return Look()
        known = self._known.get(style)
        if known is None:
            element = self._styles[style]
            known = look_of(element.find(f"{W}rPr"), self.theme).over(self.look(val(element, "basedOn"), depth + 1))
            self._known[style] = known
        return known

    def behind(self, style: str | None, depth: int = 0) -> str | None:
        """What a paragraph style lays behind its text."""
        if style is None or style not in self._styles or depth > 20:
            return None
        element = self._styles[style]
        own = self.theme.shading(element.find(f"{W}pPr"))
        return own or self.behind(val(element, "basedOn"), depth + 1)

    def shades(self, style: str | None, depth: int = 0) -> bool:
        """True when a table style shades cells, by rules that are not followed here."""
        if style is None or style not in self._styles or depth > 20:
            return False
        element = self._styles[style]
        fills = {(s.get(f"{W}fill") or "auto").lower() for s in element.iter(f"{W}shd")}
        return bool(fills - {"auto", "ffffff"}) or self.shades(val(element, "basedOn"), depth + 1)

    def row(self, table: str | None, first: bool, depth: int = 0) -> Look:
        """The character look that a table style gives to its first row or to its other rows."""
        if table is None or table not in self._styles or depth > 20:
            return Look()
        element = self._styles[table]
        own = Look()
        if first:
            for part in element.iter(f"{W}tblStylePr"):
                if part.get(f"{W}type") == "firstRow":
                    own = look_of(part.find(f"{W}rPr"), self.theme)
        own = own.over(look_of(element.find(f"{W}rPr"), self.theme))
        return own.over(self.row(val(element, "basedOn"), first, depth + 1))

    def numbering(self, style: str | None, depth: int = 0) -> tuple[str | None, str | None]:
        """(numId, level) that a paragraph style carries."""
        if style is None or style not in self._styles or depth > 20:
            return None, None
        element = self._styles[style]
        properties = element.find(f"{W}pPr/{W}numPr")
        num_id, level = (val(properties, "numId"), val(properties, "ilvl")) if properties is not None else (None, None)
        if num_id is not None:
            return num_id, level
        inherited, inherited_level = self.numbering(val(element, "basedOn"), depth + 1)
        return inherited, level or inherited_level

    def outline(self, style: str | None, depth: int = 0) -> int | None:
        """Heading level of a paragraph style, counted from 1."""
        if style is None or style not in self._styles or depth > 20:
            return None
        element = self._styles[style]
        properties = element.find(f"{W}pPr")
        if val(properties, "outlineLvl") is not None:
            return heading_level(properties)
        return self.outline(val(element, "basedOn"), depth + 1)
