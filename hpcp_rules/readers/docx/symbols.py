"""Symbol fonts: what their characters show, which in the file are letters or lie in a private area."""

from __future__ import annotations

_SYMBOL = {
    0xA3: "≤", 0xA5: "∞", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
    0xBB: "≈", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD7: "⋅", 0xDE: "⇒", 0xE2: "®", 0xE3: "©", 0xE4: "™",
    **{code: chr(code) for code in range(0x20, 0x41)}, 0x2D: "−",
}  # fmt: skip
_WINGDINGS = {
    0x20: " ", 0x28: "☎", 0x2A: "✉", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0x76: "❖",
    0x78: "☒", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {0x20: " ", 0x2A: "☐", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"}
_TABLES = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "wingdings 3": {}, "webdings": {}}
_SIGNS = 4
"""Letters that may be signs; more of them together are words that someone set in a symbol font."""


def is_symbol_font(font: str | None) -> bool:
    """True for fonts whose letters are pictures."""
    return bool(font) and (font or "").lower() in _TABLES


def symbol(font: str | None, code: int) -> str:
    """What character `code` of a symbol font shows; a dot for signs without a name here."""
    code = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    table = _TABLES.get((font or "").lower())
    if table is None:
        return chr(code) if 0x20 <= code < 0xD800 else "•"
    return table.get(code, "•")


def symbols(text: str, font: str | None) -> str:
    """Text in a symbol font as it is shown; words in it stay, so that nothing can be hidden in such a font."""
    if sum(c.isalpha() for c in text) > _SIGNS:
        return text
    return "".join(c if c in "\t\n " else symbol(font, ord(c)) for c in text)
