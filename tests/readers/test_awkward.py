"""Every file of `tests/awkward` is read as the YAML file beside it says.

Keys of a YAML file, all but `difficulty` optional; white space in texts counts as one blank:

    difficulty: one sentence, what is hard about the file
    contains: [text, …]        in the document's text
    once: [text, …]            in it exactly once
    order: [text, …]           in it in this order
    one_block: [text, …]       each within one block
    not_in_text: [text, …]     not in it
    kinds: {text: kind}        the kind of the block that holds the text
    pages: {text: page}        the page on which the text begins
    page_labels: [label, …]    what the file calls its pages
    hidden: [text, …]          in the text, but marked as not seen
    notes: [code, …]           exactly these notes, in any order
    not_checked: [code, …]     exactly these parts, in any order; `code@page` where the page is known
    error: code                the file is refused with this error, and nothing else is expected
    errors_at_most: 0.02       share of wrong characters against `text` (for what is recognised in pictures)
    text: |                    the whole text
    options: {name: value}     options of reading (`hpcp_rules.readers.options`)
    needs: tesseract           a program without which the file cannot be tried
"""

from __future__ import annotations

import re
import shutil
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
import yaml

from hpcp_rules.errors import ReadError
from hpcp_rules.readers import read_file
from hpcp_rules.readers.options import Options
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "awkward"
EXPECTED = sorted(FOLDER.glob("*/*.yaml"))
FILES = sorted(p for p in FOLDER.glob("*/*") if p.is_file() and p.suffix not in (".yaml", ".py"))
KEYS = frozenset(re.findall(r"^    (\w+): ", __doc__ or "", re.MULTILINE))


def beside(path: Path) -> Path:
    """The file that a YAML file speaks of."""
    (found,) = (p for p in FILES if p.parent == path.parent and p.stem == path.stem)
    return found


def squeezed(text: str) -> str:
    return " ".join(text.split())


def wrong_share(text: str, expected: str) -> float:
    """Characters to change, put in or take out, over those that are expected."""
    blocks = SequenceMatcher(None, text, expected, autojunk=False).get_matching_blocks()
    return (max(len(text), len(expected)) - sum(b.size for b in blocks)) / len(expected)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_is_read_as_stated(path: Path) -> None:
    wanted: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(wanted) <= KEYS
    assert wanted["difficulty"]
    if wanted.get("needs") and shutil.which(wanted["needs"]) is None:
        pytest.skip(f"{wanted['needs']} is not installed")
    options = Options(**wanted.get("options", {}))
    if "error" in wanted:
        with pytest.raises(ReadError) as caught:
            read_file(beside(path), options=options)
        assert caught.value.code == wanted["error"]
        assert caught.value.remedy_vi
        return
    source = read_file(beside(path), options=options)
    text = squeezed(source.text)
    for words in (*wanted.get("contains", ()), *wanted.get("once", ())):
        assert squeezed(words) in text
    for words in wanted.get("once", ()):
        assert text.count(squeezed(words)) == 1, words
    at = 0
    for words in wanted.get("order", ()):
        found = text.find(squeezed(words), at)
        assert found >= 0, (words, text[at:])
        at = found + len(squeezed(words))
    for words in wanted.get("not_in_text", ()):
        assert squeezed(words) not in text
    blocks = [(b, squeezed(source.text[b.start : b.end])) for b in source.blocks]
    for words in wanted.get("one_block", ()):
        assert any(squeezed(words) in b for _, b in blocks), (words, [b for _, b in blocks])
    for words, kind in wanted.get("kinds", {}).items():
        assert {b.kind for b, inside in blocks if squeezed(words) in inside} == {kind}, words
    for words, page in wanted.get("pages", {}).items():
        piece = source.piece_at(source.text.index(words))
        assert piece
        assert piece.page == page, words
    if "page_labels" in wanted:
        assert list(source.page_labels) == wanted["page_labels"]
    for words in wanted.get("hidden", ()):
        start = source.text.index(words)
        assert all(p.hidden for p in source.pieces_between(start, start + len(words))), words
    assert sorted(source.notes) == sorted(wanted.get("notes", ()))
    parts = [n.code if n.page is None else f"{n.code}@{n.page}" for n in source.not_checked]
    assert sorted(parts) == sorted(wanted.get("not_checked", ()))
    if "errors_at_most" in wanted:
        assert wrong_share(text, squeezed(wanted["text"])) <= wanted["errors_at_most"], text
    elif "text" in wanted:
        assert text == squeezed(wanted["text"])


def test_each_file_has_its_expectation_and_its_line_in_the_documentation() -> None:
    assert {(p.parent, p.stem) for p in FILES} == {(p.parent, p.stem) for p in EXPECTED}
    told = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    for path in FILES:
        assert f"`{path.parent.name}/{path.name}`" in told, path.name
