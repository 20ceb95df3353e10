"""Contrast of text and background, as the ratio of WCAG 2.2.

The decree asks for contrast and gives no number; the thresholds are our way to put it to work and are said to be that.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from hpcp_rules.form.result import PAPER, Places, letters, number, pages, result
from hpcp_rules.model.report import FormResult
from hpcp_rules.rulespec.schema import ContrastFormSpec
from hpcp_rules.structure.document import ContractDocument

WHITE = "#ffffff"
_PATTERN = "#bfbfbf"
"""What PDFium says of a fill by a pattern, too: pale text on it may stand on anything."""


@lru_cache(maxsize=1024)
def luminance(color: str) -> float:
    """Relative luminance of ``#rrggbb`` as WCAG 2.2 defines it, from 0 (black) to 1 (white)."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (b / 255 for b in bytes.fromhex(color[1:]))
    )  # fmt: skip
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(text: str, background: str) -> float:
    """Contrast of two colours, from 1 (equal) to 21 (black on white)."""
    light, dark = sorted((luminance(text), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def contrast(document: ContractDocument, spec: ContrastFormSpec) -> list[FormResult]:
    """Whether text stands out from what lies behind it, one finding for each pair of colours that does not."""
    source = document.source
    if source.media_type not in PAPER:
        return [
            result("contrast", spec, "not_applicable",
                   "Màu chữ và màu nền: không xét ở văn bản thường và trang web.",
                   "Colours of text and background: not looked at in plain text and web pages.")
        ]  # fmt: skip
    pdf = "word" not in source.media_type  # and pictures of paper
    pale: dict[tuple[str, str, float], Places] = defaultdict(Places)
    unknown = Places()
    for piece in source.pieces:
        background = piece.background or WHITE
        if piece.color is None and not pdf:
            continue  # the automatic colour: black, or white on dark shading
        size = piece.size or 0.0
        if piece.hidden or piece.color is None or background == "unknown":
            unknown.add(piece, letters(source.text[piece.start : piece.end]))
            continue
        big = size >= spec.large_points or (size >= spec.large_bold_points and "bold" in (piece.font or "").lower())
        if size >= spec.decorative_points:
            continue
        asked = spec.large_ratio if big else spec.ratio
        if contrast_ratio(piece.color, background) < asked - 0.005:
            if pdf and background == _PATTERN:
                unknown.add(piece, letters(source.text[piece.start : piece.end]))
                continue
            pale[piece.color, background, asked].add(piece, letters(source.text[piece.start : piece.end]))
    out = []
    for (color, background, asked), group in sorted(pale.items(), key=lambda g: -g[1].count):
        if group.count <= spec.ignore_letters:
            continue
        ratio = contrast_ratio(color, background)
        plain = ratio < spec.plain_ratio
        found = result(
            "contrast", spec, "finding",
            f"Chữ màu {color} trên nền {background} khó đọc: tương phản {number(ratio, 'vi')}:1, cần từ"
            f" {number(asked, 'vi')}:1 (theo WCAG 2.2), {group.count} ký tự{pages(group.pages, 'vi')}.",
            f"Text of colour {color} on {background} is hard to read: contrast {number(ratio, 'en')}:1,"
            f" {number(asked, 'en')}:1 is asked for (by WCAG 2.2), {group.count} characters"
            f"{pages(group.pages, 'en')}.",
            source=source, span=group.example, characters=group.count, measured=ratio, required=asked,
            unit="ratio", confidence=spec.plain_confidence if plain else spec.confidence,
        )  # fmt: skip
        out.append(found.model_copy(update={"severity": spec.plain_severity}) if plain else found)
    if unknown.count:
        out.append(
            result(
                "contrast", spec, "cannot_tell",
                f"Không biết được màu nền hoặc màu chữ của {unknown.count} ký tự (có hình, mẫu nền hoặc lớp chữ của ảnh"
                f" quét){pages(unknown.pages, 'vi')}; cần xem trên bản in.",
                f"What lies behind {unknown.count} characters, or their colour, cannot be told (a picture, a pattern or"
                f" the layer of a scan){pages(unknown.pages, 'en')}; look at the print.",
                source=source, span=unknown.example, characters=unknown.count,
            )
        )  # fmt: skip
    return out or [
        result("contrast", spec, "ok", "Chữ và nền tương phản.", "Text and background contrast.")
    ]  # fmt: skip
