"""HTML: the text a reader sees, with list numbers, without menus; nothing is fetched and no script is run.

Legal text is never dropped to get rid of a menu: what has articles in it, or long text with few links, stays whatever
its element is called. Styles in the page's own elements are followed where they hide or number, style sheets are not.
"""

from __future__ import annotations

import re
from typing import Any

from hpcp_rules.model.report import Bilingual, NotChecked
from hpcp_rules.model.source import BlockKind, Piece, SourceDocument
from hpcp_rules.readers.build import Builder, damaged, whole_characters
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.numbers import letters, roman
from hpcp_rules.readers.text import decode
from hpcp_rules.text import legacy

_DROP = frozenset(
    ("script", "style", "svg", "head", "select", "button", "math", "canvas", "audio", "video", "datalist")
)
_UNSEEN = frozenset(("template", "noscript"))
_ELSEWHERE = frozenset(("iframe", "object", "embed"))
_NAMED = frozenset(("div", "ul", "ol", "aside", "header", "section", "footer"))
_ROLES = frozenset(("navigation", "menu", "menubar", "search"))
_MENU = re.compile(
    r"(?:^|[\s_-])(?:cookies?|nav|navbar|navigation|breadcrumbs?|menu|sidebar|share|social)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LEGAL = re.compile(r"(?:điều|article)\s+\d{1,3}\s*[.:]|^[ \t]{0,20}\d{1,2}\.\d{1,2}", re.IGNORECASE | re.MULTILINE)
_MUCH, _MUCH_OF_COOKIES = 200, 600
"""Characters outside links from which an element is no mere menu or row of buttons, and no mere cookie bar."""
_PARAGRAPHS = (
    "p div section article main blockquote dd dt address pre figcaption tr table body html ul ol dl form fieldset "
    "details summary header footer aside figure caption tbody thead tfoot textarea dialog nav legend option hgroup "
    "menu center marquee frameset noframes hr"
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
_ZERO = r"0(?:\.0{1,3})?(?:px|pt|em|rem|%|vh|vw)?\s*(?:;|!|$)"
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|(?:^|;)\s*opacity\s*:\s*" + _ZERO
    + r"|font-size\s*:\s*(?:" + _ZERO + r"|[01](?:\.\d{1,3})?(?:px|pt)\b)"
    + r"|(?:left|top|text-indent)\s*:\s*-\d{4,6}(?:px|pt|em)",
    re.IGNORECASE,
)  # fmt: skip
_NO_SIZE = re.compile(r"(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*" + _ZERO, re.IGNORECASE)
_CUT_OFF = re.compile(r"overflow(?:-[xy])?\s*:\s*hidden", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]{1,30})", re.IGNORECASE)
_LIST_TYPES = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i",
    "upper-roman": "I", "decimal": "1", "decimal-leading-zero": "01", "none": "none",
}  # fmt: skip
_KEPT_BREAKS = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_MAX_DEPTH = 300
"""Each level takes up to two Python calls, and Python allows a thousand."""


def read_html(data: bytes, name: str, limits: Limits) -> SourceDocument:
    """Read an HTML page.

    Menus are left out and said so in the notes; hidden elements are left out and reported as not checked.
    Errors: `ReadError`.
    """
    from selectolax.lexbor import LexborHTMLParser

    declared = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", data[:4096], re.IGNORECASE)
    text, note = decode(data, name)
    if note == "encoding-guessed" and declared:
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
    # Pages saved from old programs spell such letters as entities, which only the parser turns into text.
    walk = _Walk(out, legacy.recognise(root.text(deep=True) or ""))
    walk.node(root, 0, judged=False)
    walk.flush()
    for count, code in ((walk.hidden, "hidden-text"), (walk.frames, "frame")):
        if count:
            out.not_checked.append(_not_checked(code, count))
    if walk.pictures and out.length < _MUCH:
        out.note("pictures")
    return out.finish(name, "text/html", data)


# code: (part, reason, remedy)
_UNREAD: dict[str, tuple[Bilingual, Bilingual, Bilingual]] = {
    "hidden-text": (
        Bilingual(vi="{n} ký tự văn bản ẩn", en="{n} characters of hidden text"),
        Bilingual(vi="Trang có đoạn chữ bị ẩn với người đọc.", en="The page holds text that readers do not see."),
        Bilingual(
            vi="Nếu chữ chỉ hiện khi bấm vào mục, mở hết các mục rồi lưu trang lại; nếu không, xem mã nguồn trang.",
            en="If it shows when a tab is clicked, open all and save the page anew; else look at the page's source.",
        ),
    ),
    "frame": (
        Bilingual(vi="{n} khung trang", en="Frames: {n}"),
        Bilingual(
            vi="Trang ghép từ các khung (frame) nằm ở tệp khác; các khung không được tải.",
            en="The page is put together from frames in other files, which were not fetched.",
        ),
        Bilingual(vi="Mở từng khung, lưu lại rồi kiểm tra tệp đó.", en="Open each frame, save it and check that file."),
    ),
}


def _not_checked(code: str, n: int) -> NotChecked:
    part, reason, remedy = _UNREAD[code]
    return NotChecked(
        code=code, part=Bilingual(vi=part.vi.format(n=n), en=part.en.format(n=n)), reason=reason, remedy=remedy
    )


class _Walk:
    """Depth-first over the elements, collecting inline text and flushing it at block borders."""

    def __init__(self, out: Builder, old: legacy.Encoding | None) -> None:
        self.out = out
        self.old = old
        self.text: list[str] = []
        self.kind: BlockKind = "paragraph"
        self.level: int | None = None
        self.number = 0
        self.prefix = ""
        self.hidden = 0
        self.frames = 0
        self.pictures = 0
        self.breaks = False
        """True where line breaks of the source are shown."""

    def flush(self) -> None:
        """End the block of the text collected so far."""
        joined = re.sub(r"\s+", " ", "".join(self.text).replace("\x00", "")).strip()
        # A line break written as <br> ends a line, and a line is a block of its own.
        for line in (x.strip() for x in joined.split("\x01")):
            if line:
                if self.old is not None:
                    converted = legacy.convert(line, self.old, document=1)
                    line = converted.text
                    if converted.changed:
                        self.out.note("legacy-encoding")
                piece = Piece(0, 0, paragraph=self.number)
                self.number += 1
                self.out.block([(self.prefix + line, piece)], self.kind, level=self.level)
                self.prefix = ""
        self.text = []

    def node(self, node: Any, depth: int, *, judged: bool) -> None:
        """One node with what is in it; `judged` is true inside an element that was looked at and is no menu."""
        if depth > min(_MAX_DEPTH, self.out.limits.max_nesting):
            self.out.note("nested-too-deep")
            self.text.append(node.text(deep=True) or "")
            return
        tag = node.tag
        if tag == "-text":
            words = node.text_content or ""
            self.text.append(words.replace("\n", "\x01") if self.breaks else words)
            return
        if tag is None or tag in _DROP or tag.startswith(("-", "_", "!")):
            return
        if tag in _ELSEWHERE:
            self.out.note("embedded-page")
            return
        if tag == "frame":
            self.frames += 1
            return
        if tag == "img":
            self.pictures += 1
            return
        if tag == "br":
            self.text.append("\x01")
            return
        attributes = node.attributes
        style = attributes.get("style") or ""
        if self._is_hidden(tag, attributes, style):
            words = (node.text(deep=True) or "").strip()
            if tag != "noscript" or _LEGAL.search(words):  # a line for browsers without scripts is no text of the page
                self.hidden += len(words)
            return
        if attributes.get("aria-hidden") == "true" and (node.text(deep=False) or "").strip():
            self.out.note("aria-hidden-read")
        footer = tag == "footer" or attributes.get("role") == "contentinfo"
        if not judged and self._may_be_menu(tag, attributes):
            if _is_menu(node):
                if (node.text(deep=True) or "").strip():
                    self.out.note("boilerplate-left-out")
                return
            judged = True
        kind = _BLOCKS.get(tag)
        if kind is None:
            self._children(node, depth, judged)
            return
        self.flush()
        before = (self.kind, self.level, self.breaks)
        if footer and before[0] == "paragraph":
            kind = "footer"
        self.kind = kind if kind != "paragraph" else before[0] if before[0] in _LASTING else kind
        self.level = int(tag[1]) if kind == "heading" else None
        self.breaks = self.breaks or tag in ("pre", "textarea") or bool(style and _KEPT_BREAKS.search(style))
        if tag in ("ol", "ul", "menu"):
            self._list(node, depth, judged, style)
        else:
            self._children(node, depth, judged)
        self.flush()
        self.prefix = "" if kind == "list_item" else self.prefix
        self.kind, self.level, self.breaks = before

    def _is_hidden(self, tag: str, attributes: Any, style: str) -> bool:
        if tag in _UNSEEN or ("hidden" in attributes and attributes.get("hidden") != "until-found"):
            return True
        if tag == "input" or not style:
            return False
        return bool(_HIDDEN.search(style) or (_NO_SIZE.search(style) and _CUT_OFF.search(style)))

    def _may_be_menu(self, tag: str, attributes: Any) -> bool:
        if tag == "nav" or attributes.get("role") in _ROLES:
            return True
        if tag not in _NAMED:
            return False
        return bool(_MENU.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500]))

    def _children(self, node: Any, depth: int, judged: bool) -> None:
        for child in node.iter(include_text=True):
            self.node(child, depth + 1, judged=judged)

    def _list(self, node: Any, depth: int, judged: bool, style: str) -> None:
        attributes = node.attributes
        named = _LIST_STYLE.search(style)
        ordered = node.tag == "ol"
        kind = attributes.get("type") or "1"
        if named:
            kind = _LIST_TYPES.get(named.group(1).lower(), kind if ordered else "bullet")
        elif not ordered:
            kind = "bullet"
        children = list(node.iter(include_text=True))
        step = -1 if "reversed" in attributes else 1
        number = _integer(attributes.get("start"), 1 if step > 0 else sum(c.tag == "li" for c in children))
        for child in children:
            if child.tag == "li":
                number = _integer(child.attributes.get("value"), number)
                self.flush()
                own = _LIST_STYLE.search(child.attributes.get("style") or "")
                shown = child.attributes.get("type") or kind
                if own:
                    shown = _LIST_TYPES.get(own.group(1).lower(), shown)
                self.prefix = _label(number, shown)
                number += step
            self.node(child, depth + 1, judged=judged)


_LASTING = frozenset(("list_item", "table_cell", "footer"))
"""Kinds that paragraphs inside such an element keep."""


def _is_menu(node: Any) -> bool:
    """True for a menu, a bar of buttons or a cookie bar; in doubt it is none, so that its text is kept."""
    if _LEGAL.search(node.text(deep=True, separator="\n") or ""):
        return False
    words = " ".join((node.text(deep=True) or "").split())
    linked = sum(len(" ".join((a.text(deep=True) or "").split())) for a in node.css("a, button"))
    named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower()
    return len(words) - min(linked, len(words)) < (_MUCH_OF_COOKIES if "cookie" in named else _MUCH)


def _integer(text: str | None, default: int) -> int:
    try:
        number = int((text or "")[:12] or default)
    except ValueError:
        return default
    return number if abs(number) < 2**31 else default


def _label(number: int, kind: str) -> str:
    if kind == "bullet":
        return "- "
    if kind == "none":
        return ""
    if kind == "01":
        return f"{number:02d}. "
    if kind in ("a", "A") and number > 0:
        return f"{letters(number) if kind == 'a' else letters(number).upper()}) "
    if kind in ("i", "I"):
        return f"{roman(number) if kind == 'i' else roman(number).upper()}. "
    return f"{number}. "
