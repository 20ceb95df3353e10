"""The smallest type of a contract on paper: 12 points of Times New Roman or an equal size.

What makes type look big is the height of its letter x. So a size counts as equal when its x is as high as that of
Times New Roman at 12 points. Where the file holds the font its x was measured as drawn; else a table of known fonts
gives it; else the nominal size is compared, and the message says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hpcp_rules.form.result import PAPER, Places, letters, number, pages, result
from hpcp_rules.model.report import FormResult
from hpcp_rules.model.source import Block, Piece, SourceDocument
from hpcp_rules.rulespec.schema import TypeSizeFormSpec
from hpcp_rules.structure.document import ContractDocument

_GROUPS = {
    "footnote": ("chú thích cuối trang", "footnotes"),
    "table_cell": ("bảng", "tables"),
    "header": ("đầu trang", "page headers"),
    "footer": ("chân trang", "page footers"),
    "text_box": ("khung chữ", "text boxes"),
    "caption": ("chú thích hình, bảng", "captions"),
    "body": ("phần nội dung", "the text itself"),
}
_CAPTION = re.compile(r"\s*(?:hình|bảng|biểu đồ|sơ đồ)\s+\d+\s*[.:–-]", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_STYLE = re.compile(r"(?:psmt|mt|ps|bold|italic|oblique|regular)+$")


@dataclass(slots=True)
class _Group(Places):
    """Small type of one kind of place."""

    smallest: float = 1e9
    nominal: float = 0.0
    font: str = ""
    by_nominal: bool = False

    def measure(self, piece: Piece, count: int, looks: float | None) -> None:
        """Count one stretch; `looks` is the equal size in Times New Roman where it is known."""
        size = piece.size or 0.0
        if (looks or size) < self.smallest:
            self.smallest, self.nominal, self.font = looks or size, size, piece.font or ""
            self.by_nominal = looks is None
        self.add(piece, count)


@lru_cache(maxsize=512)
def plain_name(font: str) -> str:
    """A font's family without subset tag, style and blanks, in lower case: ``ABCDEF+TimesNewRomanPS-BoldMT``."""
    name = _SUBSET.sub("", font).split(",")[0].split("-")[0].lower().replace(" ", "")
    return _STYLE.sub("", name) or name


def type_size(document: ContractDocument, spec: TypeSizeFormSpec) -> list[FormResult]:
    """Whether all type is as big as it must be, one finding for each kind of place that has smaller type."""
    source = document.source
    if source.media_type not in PAPER:
        return [
            result("type-size", spec, "not_applicable",
                   "Cỡ chữ: không xét, vì yêu cầu chỉ đặt ra cho bản giấy (tệp Word, PDF).",
                   "Type size: not looked at, since it is required of paper only (Word files and PDF).")
        ]  # fmt: skip
    fonts = {plain_name(name): height for name, height in spec.fonts.items()}
    reference = spec.fonts[spec.reference]
    groups: dict[str, _Group] = {}
    unknown, faces = Places(), _Group()
    for block, found in _by_block(source):
        largest = max((p.size or 0.0 for p in found), default=0.0)
        for piece in found:
            if piece.hidden or piece.size is None or (source.media_type == "application/pdf" and not piece.font):
                unknown.add(piece, letters(source.text[piece.start : piece.end]))
                continue
            height = piece.x_height or _known(piece, fonts)
            looks = height / reference if height else None
            if plain_name(piece.font or "") == plain_name(spec.reference):
                looks = piece.size  # the measure itself
            if piece.size >= spec.points - spec.tolerance:
                if looks is not None and looks < spec.small_face * spec.points:
                    faces.measure(piece, letters(source.text[piece.start : piece.end]), looks)
                continue
            if looks is not None and looks != piece.size and looks >= spec.points - spec.equal_tolerance:
                continue
            count = letters(source.text[piece.start : piece.end])
            if not count or (count <= spec.ignore_letters and piece.size < largest - 0.5):
                continue
            groups.setdefault(_kind(block, source.text), _Group()).measure(piece, count, looks)
    out = [_finding(document, spec, kind, groups[kind]) for kind in _GROUPS if kind in groups]
    if unknown.count:
        out.append(
            result(
                "type-size", spec, "cannot_tell",
                f"Không biết được cỡ chữ của {unknown.count} ký tự (lớp chữ nhận dạng từ ảnh quét hoặc phông lạ);"
                " cần xem trên bản giấy.",
                f"The type size of {unknown.count} characters cannot be told (a layer of OCR or an odd font);"
                " look at the paper.",
                source=source, span=unknown.example, characters=unknown.count, required=spec.points, unit="pt",
            )
        )  # fmt: skip
    if faces.count:
        out.append(
            result(
                "type-size", spec, "cannot_tell",
                f"Chữ đủ cỡ {number(spec.points, 'vi')} nhưng kiểu chữ {faces.font} nhỏ, trông như cỡ"
                f" {number(faces.smallest, 'vi')} của Times New Roman; cần người xem.",
                f"The type is size {number(spec.points, 'en')} but of a small face ({faces.font}) that looks like"
                f" {number(faces.smallest, 'en')} of Times New Roman: a person has to judge.",
                source=source, span=faces.example, characters=faces.count, measured=faces.smallest,
                required=spec.points, unit="pt",
            )
        )  # fmt: skip
    return out or [
        result("type-size", spec, "ok", f"Không có chữ nào nhỏ hơn cỡ {number(spec.points, 'vi')} tương đương.",
               f"No type is smaller than size {number(spec.points, 'en')} or its equal.")
    ]  # fmt: skip


def _known(piece: Piece, fonts: dict[str, float]) -> float | None:
    """Height of x by the table of known fonts."""
    height = fonts.get(plain_name(piece.font)) if piece.font else None
    return height * piece.size if height and piece.size else None


def _by_block(source: SourceDocument) -> list[tuple[Block, list[Piece]]]:
    """Each block with its pieces."""
    out = []
    n, pieces = 0, source.pieces
    for block in source.blocks:
        mine = []
        while n < len(pieces) and pieces[n].start < block.end:
            mine.append(pieces[n])
            n += 1
        out.append((block, mine))
    return out


def _kind(block: Block, text: str) -> str:
    if block.kind in _GROUPS:
        return block.kind
    return "caption" if _CAPTION.match(text, block.start, min(block.end, block.start + 40)) else "body"


def _finding(document: ContractDocument, spec: TypeSizeFormSpec, kind: str, group: _Group) -> FormResult:
    vi, en = _GROUPS[kind]
    size = {lang: number(group.nominal, lang) for lang in ("vi", "en")}
    looks = {lang: number(group.smallest, lang) for lang in ("vi", "en")}
    need = {lang: number(spec.points, lang) for lang in ("vi", "en")}
    font = f" {_SUBSET.sub('', group.font).split(',')[0]}" if group.font else ""
    how_vi, how_en = f" (bằng cỡ {looks['vi']} của Times New Roman)", f" (equal to {looks['en']} of Times New Roman)"
    if group.by_nominal:
        how_vi, how_en = " (so theo cỡ ghi trong tệp)", " (by its nominal size)"
    elif group.smallest == group.nominal:
        how_vi = how_en = ""
    confidence = spec.confidence * (0.8 if group.by_nominal else 1.0)
    if document.kind != "hop-dong-theo-mau":
        confidence *= 0.75  # conditions are often published on screen only, and the size is required of paper
    return result(
        "type-size", spec, "finding",
        f"Chữ nhỏ ở {vi}: {group.count} ký tự, nhỏ nhất cỡ {size['vi']}{font}{how_vi}; bản giấy phải từ cỡ"
        f" {need['vi']}{pages(group.pages, 'vi')}.",
        f"Small type in {en}: {group.count} characters, the smallest {size['en']} pt{font}{how_en}; on paper at"
        f" least {need['en']} is required{pages(group.pages, 'en')}.",
        source=document.source, span=group.example, characters=group.count, measured=group.smallest,
        required=spec.points, unit="pt", confidence=confidence,
    )  # fmt: skip
