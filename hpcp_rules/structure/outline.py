"""The outline of a contract and its sentences, from the text alone.

One pass over the blocks. Each block's opening tells its marker ("Điều 7.", "7.2.", "a)", "-", nothing); a
stack of open markers gives the nesting: a marker seen on the stack closes what was opened below it, a new one
opens a level. So "-" may lie under "a)" or "a)" under "-", as drafters do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hpcp_rules.model.source import Block, SourceDocument
from hpcp_rules.structure.document import Level, Node, Sentence

_ARTICLE = re.compile(r"(?:điều|article)\s+(\d+[a-zđ]?|[ivxlc]+)\b\s*(?:[.:\-–)/]|$|(?=\s*\w))", re.IGNORECASE)
_BIG = re.compile(r"(phần|chương|mục|part|chapter|section)\s+([ivxlc]+|\d+|[a-z]|thứ \w+)\b\s*[.:\-–)]?", re.IGNORECASE)
# "185.000" is a sum, no number of a clause.
_DOTTED = re.compile(r"(?!\d{1,3}(?:\.\d{3})+(?![.\d]))(\d+(?:\.\d+)+(?:\.[a-zđ](?=[.)\s]))?)[.)]?(?=\s|[^\W\d])\s*")
_NUMBER = re.compile(r"\(?(\d{1,3})\s?[.)/](?!\d)\s*|(?:khoản)\s+(\d{1,3})\b[.:)]?\s*", re.IGNORECASE)
_POINT = re.compile(
    r"\(?([a-zđ])\s?[.)/]\s+|\(([a-zđ])\)\s*|([a-zđ])\)\s*|(?:điểm)\s+([a-zđ])\b[.:)]?\s*", re.IGNORECASE
)
_ROMAN = re.compile(r"\(([ivx]+)\)\s*|([ivx]{1,5})\s?[.)]\s+", re.IGNORECASE)
_BULLET = re.compile(r"([-–—•*+●▪■◦○·►➢✓✔→❖])\s*(?=\S)|(o)\s+(?=[A-ZĐÀ-Ỹ])")
_MARKDOWN = re.compile(r"(#{1,6})\s+|>\s+")

_LEVEL: dict[str, Level] = {
    "phần": "part",
    "chương": "chapter",
    "mục": "section",
    "part": "part",
    "chapter": "chapter",
    "section": "section",
}
_NAME = {"part": "Phần", "chapter": "Chương", "section": "Mục"}
# Markers that always close everything below them, whatever the stack says.
_RANK = {"part": 1, "chapter": 2, "section": 3, "article": 4}

# A full stop after these does not end a sentence.
_ABBREVIATION = frozenset(
    [
        "tp", "q", "p", "h", "tx", "tt", "gs", "pgs", "ts", "ths", "bs", "ks", "cn", "mr", "mrs", "ms", "dr", "st",
        "no", "nr", "art", "vd", "vs", "tr", "sđt", "đt", "đ/c", "ltd", "co", "inc", "corp", "jsc", "tnhh", "cp",
        "bđs", "stt", "ng", "nxb", "qđ", "nđ",
    ]
)  # fmt: skip
_STOP = re.compile(r"[.!?…]+[\"”’)\]]*(?=\s|$)|;(?=\s|$)|\n")
# A row of dots is a blank to fill in ("ngày …… tháng ……", "số: ......"), which ends nothing.
_BLANK = re.compile(r"\.{4,}|[.…]*…[.…]+")


@dataclass(slots=True)
class _Marker:
    kind: str
    level: Level
    label: str
    length: int


def _marker(line: str) -> _Marker | None:
    """What opens a block: its kind on the stack, its level, its label, and how many characters it takes."""
    skip = 0
    hashes = _MARKDOWN.match(line)
    if hashes:
        skip = hashes.end()
        line = line[skip:]
    found = _ARTICLE.match(line)
    if found:
        return _Marker("article", "article", f"Điều {found.group(1)}", skip + found.end())
    found = _BIG.match(line)
    if found and len(line) < 200:
        level = _LEVEL[found.group(1).lower()]
        return _Marker(level, level, f"{_NAME[level]} {found.group(2)}", skip + found.end())
    found = _DOTTED.match(line)
    if found:
        depth = found.group(1).count(".")
        return _Marker(f"num{depth}", "clause", f"mục {found.group(1)}", skip + found.end())
    found = _NUMBER.match(line)
    if found:
        return _Marker("num0", "clause", f"khoản {found.group(1) or found.group(2)}", skip + found.end())
    found = _ROMAN.match(line)
    if found:
        text = found.group(1) or found.group(2)
        kind = "ROMAN" if text.isupper() else "roman"
        return _Marker(kind, "section" if kind == "ROMAN" else "point", f"mục {text}", skip + found.end())
    found = _POINT.match(line)
    if found:
        text = next(g for g in found.groups() if g)
        kind = "POINT" if text.isupper() else "point"
        return _Marker(kind, "section" if kind == "POINT" else "point", f"điểm {text}", skip + found.end())
    found = _BULLET.match(line)
    if found:
        return _Marker(found.group(1) or "o", "bullet", "", skip + found.end())
    if hashes and hashes.group(1):
        return _Marker("#" * len(hashes.group(1)), "heading", "", skip)
    return None


def numbering_length(line: str) -> int:
    """How many characters the number of a line takes ("7.2. ", "Điều 5. ", "a) "), 0 without one."""
    mark = _marker(line)
    return mark.length if mark else 0


def _in_capitals(text: str) -> bool:
    return sum(map(str.isupper, text)) > 0.8 * sum(map(str.isalpha, text))


def _looks_like_heading(text: str, kind: str) -> bool:
    if kind in ("heading", "title"):
        return True
    text = text.strip()
    if kind == "table_cell" or not text or len(text) > 120 or text[-1] in ".;,…" or "|" in text:
        return False
    if _in_capitals(text):
        return True
    return kind != "list_item" and len(text) < 80 and text[0].isupper() and ":" not in text[:-1] and "……" not in text


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences between `start` and `end`, blanks trimmed.

    A full stop inside a number ("1.000.000"), after an abbreviation ("TP. Hải Phòng"), after a reference
    ("Điều 7.2") or before a lower-case letter ends nothing, nor does a row of dots to fill in; "v.v." ends only
    before a capital.
    """
    out: list[tuple[int, int]] = []
    here = start
    for found in _STOP.finditer(text, start, end):
        stop, after = found.start(), found.end()
        if text[stop] == "\n":
            # A line break inside a block ends a sentence only before a new item or after a closed line.
            rest = text[after:end].lstrip()
            if rest[:1].islower() and _marker(rest[:40]) is None:
                continue
        elif _BLANK.fullmatch(found.group()) and after < end:
            continue
        elif text[stop] == ".":
            word_start = stop
            while word_start > here and not text[word_start - 1].isspace() and text[word_start - 1] not in "(,/":
                word_start -= 1
            word = text[word_start:stop].lower()
            follow = text[after : after + 12].lstrip()
            if word in _ABBREVIATION or (len(word) == 1 and word.isalpha() and stop - here > 3):
                continue
            if follow[:1].islower() and not text[after : after + 2].startswith("\n"):
                continue
            if here + 8 > stop and re.fullmatch(r"[\s(]*[\divxlc.đa-z]{1,6}", text[here:stop], re.IGNORECASE):
                continue  # the numbering itself: "1." or "a."
        out.append((here, after))
        here = after
    out.append((here, end))
    trimmed = []
    for s, e in out:
        while s < e and text[s].isspace():
            s += 1
        while e > s and text[e - 1].isspace():
            e -= 1
        if e > s:
            trimmed.append((s, e))
    return trimmed


def outline(source: SourceDocument) -> tuple[tuple[Node, ...], tuple[Sentence, ...]]:
    """Nodes of the outline and all sentences in reading order; linear in the text."""
    text = source.text
    parents: list[int] = [0]
    rows: list[list[object]] = [[0, "document", "", "", 0, 0]]
    ends: list[int] = [len(text)]
    sentences: list[Sentence] = []
    stack: list[tuple[str, int, int | None]] = [("document", 0, None)]
    """(marker kind, node, lead-in sentence that governs what lies below it)"""

    blocks = source.blocks or (Block(0, len(text)),)
    previous_plain_lead: int | None = None
    listing = False
    """True right below a line that opens a list, and below its items while these are not closed by a full stop."""
    previous_end = 0
    for block in blocks:
        raw = text[block.start : block.end]
        lead_space = len(raw) - len(raw.lstrip())
        start = block.start + lead_space
        line = raw[lead_space:].rstrip()
        if not line:
            continue
        mark = _marker(line)
        heading = mark is None and _looks_like_heading(line, block.kind)
        adjacent = text.count("\n", previous_end, start) == 1
        if heading and listing and adjacent and block.kind != "heading" and not line.isupper() and line[-1] != ":":
            heading = False  # a bare item: "… không chịu trách nhiệm cho:" and below it "Thiệt hại gián tiếp"
        listing = line[-1] == ":" or (listing and adjacent and mark is None and not heading and line[-1] not in ".;!?")
        previous_end = block.start + lead_space + len(line)
        if mark is None and not heading:
            kind = "plain"
        elif mark is None:
            kind = "heading"
        else:
            kind = mark.kind

        lead: int | None = None
        if kind == "plain":
            node = stack[-1][1]
            # A plain line under an open lead-in is its item while the list goes on; a closed sentence ends it.
            if previous_plain_lead is not None:
                lead = previous_plain_lead
            elif stack[-1][0] in ("point", "roman", "num1", "num2", "num0", "article", "heading"):
                lead = stack[-1][2]
        else:
            level: Level = mark.level if mark else "heading"
            rank = _RANK.get(kind)
            kinds = [k for k, _, _ in stack]
            if rank is not None:
                while len(stack) > 1 and not (stack[-1][0] in _RANK and _RANK[stack[-1][0]] < rank):
                    stack.pop()
            elif kind == "heading":
                while len(stack) > 1 and stack[-1][0] not in _RANK:
                    stack.pop()
            elif kind in kinds:
                while stack[-1][0] != kind:
                    stack.pop()
                stack.pop()
            elif kind in ("ROMAN", "POINT"):
                while len(stack) > 1 and stack[-1][0] not in _RANK and stack[-1][0] not in ("ROMAN", "heading"):
                    stack.pop()
            elif kind.startswith("num"):
                # "7.2" goes under "7." but never under a bullet or a point.
                depth = int(kind[3:])
                while (
                    len(stack) > 1
                    and stack[-1][0] not in _RANK
                    and not (
                        stack[-1][0] in ("ROMAN", "POINT", "heading")
                        or (stack[-1][0].startswith("num") and int(stack[-1][0][3:]) < depth)
                    )
                ):
                    if depth == 0 and stack[-1][2] is not None:
                        break  # a numbered list under a bulleted lead-in
                    stack.pop()
            parent = stack[-1][1]
            lead = stack[-1][2]
            label = mark.label if mark else ""
            node = len(rows)
            parents.append(parent)
            title = line[mark.length :] if mark else line
            rows.append([node, level, label, title.strip()[:120], start, block.end])
            ends.append(block.end)
            stack.append((kind, node, None))

        first = len(sentences)
        marker_end = start + (mark.length if mark else 0)
        for s, e in split_sentences(text, marker_end, block.end) or [(start, block.end)]:
            if len(sentences) == first:
                s = start  # the number belongs to its sentence
            sentences.append(
                Sentence(len(sentences), s, e, node, lead, heading or (mark is not None and _title_only(line, mark)))
            )
        if len(sentences) == first:
            continue
        last = sentences[-1]
        opens = text[last.end - 1] == ":"
        governs = opens or _governing_heading(text[last.start : last.end], last.heading)
        if kind == "plain":
            if opens:
                previous_plain_lead = last.index
                stack[-1] = (stack[-1][0], stack[-1][1], last.index)
            elif previous_plain_lead is not None and text[last.end - 1] in ".!?":
                previous_plain_lead = None
        else:
            previous_plain_lead = None
            if governs:
                stack[-1] = (stack[-1][0], stack[-1][1], last.index)
            elif stack[-1][2] is None and len(stack) > 1 and kind not in ("heading", *_RANK):
                # What a lead-in governs it governs at every depth below.
                stack[-1] = (stack[-1][0], stack[-1][1], lead)
        for _, n, _ in stack:
            ends[n] = max(ends[n], block.end)

    nodes = []
    for row, parent, end in zip(rows, parents, ends, strict=True):
        index, level_, label_, title_, s_, own = row
        nodes.append(Node(index, parent, level_, str(label_), str(title_), s_, own, end))  # type: ignore[arg-type]
    return tuple(nodes), tuple(sentences)


def _title_only(line: str, mark: _Marker) -> bool:
    """A numbered line that is a title rather than a rule: short, unclosed, and no verb of duty in it."""
    rest = line[mark.length :].strip()
    if mark.kind in ("part", "chapter", "section", "article"):
        return len(rest) < 160 and not rest.endswith((".", ";"))
    if not rest or len(rest) >= 120 or rest[-1] in ".;,:":
        return False
    words = [w for w in rest.split() if w[0].isalpha()]
    # "GIỚI HẠN TRÁCH NHIỆM", "Tuyên Bố Miễn Trách Về Dịch Vụ": in capitals, or nearly each word begins with one.
    return _in_capitals(rest) or (len(words) > 2 and sum(w[0].isupper() for w in words) > 0.8 * len(words))


_RIGHTS = re.compile(
    r"(quyền|nghĩa vụ|trách nhiệm|cam kết|nội quy|quy định đối với|không được|miễn trừ)", re.IGNORECASE
)


def _governing_heading(text: str, heading: bool) -> bool:
    """A heading such as "Quyền và nghĩa vụ của Bên A" says who acts in what follows."""
    return len(text) < 160 and bool(_RIGHTS.search(text)) and (heading or text[-1] not in ".;,")
