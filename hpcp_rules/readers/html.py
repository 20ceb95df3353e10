"""HTML: the text a reader sees, with list numbers, without menus; nothing is fetched and no script is run."""

from __future__ import annotations

import re
from typing import Any

from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.model.source import BlockKind, Piece, SourceDocument
from hpcp_rules.readers.build import Builder, damaged, whole_characters
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.numbers import letters, roman
from hpcp_rules.readers.text import decode

_DROP = frozenset(("script", "style", "noscript", "template", "svg", "head", "select", "button"))
_ELSEWHERE = frozenset(("iframe", "object", "embed"))
_BOILERPLATE = frozenset(("nav",))
_COOKIE = re.compile(r"(?:^|[\s_-])(?:cookie|navbar|breadcrumb|menu|sidebar)(?:$|[\s_-])", re.IGNORECASE)
_PARAGRAPHS = (
    "p div section article main blockquote dd dt address pre figcaption tr table body html ul ol dl form fieldset "
    "details summary header footer aside figure caption tbody thead tfoot textarea"
)
_PLAIN: BlockKind = "paragraph"
_BLOCKS: dict[str, BlockKind] = {
    **dict.fromkeys(_PARAGRAPHS.split(), _PLAIN),
    **{f"h{n}": "heading" for n in range(1, 7)},
    "li": "list_item",
    "td": "table_cell",
    "th": "table_cell",
    "title": "title",
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.IGNORECASE)


def read_html(data: bytes, name: str, limits: Limits) -> SourceDocument:
    """Read an HTML page.

    Menus are left out and said so in the notes; hidden elements are left out and reported as not checked.
    Errors: `ReadError`.
    """
    from selectolax.lexbor import LexborHTMLParser

    declared = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    text, note = decode(data, name)
    if note and declared:
        try:
            text = data.decode(declared.group(1).decode("ascii"))
            note = None
        except (LookupError, ValueError):  # unknown, no encoding of text, or wrong
            pass
    parser = LexborHTMLParser(whole_characters(text))
    root = parser.body or parser.root
    if root is None:
        raise damaged(name, "HTML")
    out = Builder(limits, name)
    if note:
        out.note(note)
    walk = _Walk(out)
    walk.node(root, 0)
    walk.flush()
    if walk.hidden:
        out.not_checked.append(
            NotChecked(
                code="hidden-text",
                part=Bilingual(vi=f"{walk.hidden} ký tự văn bản ẩn", en=f"{walk.hidden} characters of hidden text"),
                reason=Bilingual(
                    vi="Trang có đoạn chữ bị ẩn với người đọc.", en="The page holds text that readers do not see."
                ),
                remedy=Bilingual(vi="Mở mã nguồn trang để xem phần này.", en="Look at the page's source."),
            )
        )
    return out.finish(name, "text/html", data)


class _Walk:
    """Depth-first over the elements, collecting inline text and flushing it at block borders."""

    def __init__(self, out: Builder) -> None:
        self.out = out
        self.text: list[str] = []
        self.kind: BlockKind = "paragraph"
        self.level: int | None = None
        self.number = 0
        self.prefix = ""
        self.hidden = 0

    def flush(self) -> None:
        joined = re.sub(r"\s+", " ", "".join(self.text).replace("\x00", "")).strip()
        # A line break written as <br> ends a line, and a line is a block of its own.
        for line in (x.strip() for x in joined.split("\x01")):
            if line:
                piece = Piece(0, 0, paragraph=self.number)
                self.number += 1
                self.out.block([(self.prefix + line, piece)], self.kind, level=self.level)
                self.prefix = ""
        self.text = []

    def node(self, node: Any, depth: int) -> None:
        if depth > self.out.limits.max_nesting:
            self.out.note("nested-too-deep")
            self.text.append(node.text(deep=True) or "")
            return
        tag = node.tag
        if tag == "-text":
            self.text.append(node.text_content or "")
            return
        if tag in _ELSEWHERE:
            self.out.note("embedded-page")
            return
        if tag in _DROP or tag.startswith(("-", "_", "!")):
            return
        attributes = node.attributes
        style = attributes.get("style") or ""
        unspoken = attributes.get("aria-hidden") == "true" and tag != "span"
        if "hidden" in attributes or _HIDDEN.search(style) or unspoken:
            self.hidden += len((node.text(deep=True) or "").strip())
            return
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if tag in _BOILERPLATE or (tag in ("div", "ul", "aside", "header") and _COOKIE.search(named)):
            if (node.text(deep=True) or "").strip():
                self.out.note("boilerplate-left-out")
            return
        if tag == "br":
            self.text.append("\x01")
            return
        kind = _BLOCKS.get(tag)
        if kind is None:
            self._children(node, depth)
            return
        self.flush()
        before = (self.kind, self.level)
        self.kind = kind if kind != "paragraph" or before[0] not in ("list_item", "table_cell") else before[0]
        self.level = int(tag[1]) if kind == "heading" else None
        if tag == "ol":
            self._list(node, depth)
        elif tag == "ul":
            for child in node.iter(include_text=True):
                if child.tag == "li":
                    self.flush()
                    self.prefix = "- "
                self.node(child, depth + 1)
        else:
            self._children(node, depth)
        self.flush()
        self.prefix = "" if kind == "list_item" else self.prefix
        self.kind, self.level = before

    def _children(self, node: Any, depth: int) -> None:
        for child in node.iter(include_text=True):
            self.node(child, depth + 1)

    def _list(self, node: Any, depth: int) -> None:
        attributes = node.attributes
        kind = attributes.get("type") or "1"
        children = list(node.iter(include_text=True))
        step = -1 if "reversed" in attributes else 1
        number = _integer(attributes.get("start"), 1 if step > 0 else sum(c.tag == "li" for c in children))
        for child in children:
            if child.tag == "li":
                number = _integer(child.attributes.get("value"), number)
                self.flush()
                self.prefix = _label(number, kind)
                number += step
            self.node(child, depth + 1)


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text or default)
    except ValueError:
        return default


def _label(number: int, kind: str) -> str:
    if kind in ("a", "A") and number > 0:
        return f"{letters(number) if kind == 'a' else letters(number).upper()}) "
    if kind in ("i", "I"):
        return f"{roman(number) if kind == 'i' else roman(number).upper()}. "
    return f"{number}. "
