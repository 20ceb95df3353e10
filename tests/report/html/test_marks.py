"""The text in segments: nothing is lost, and every mark lies exactly over its characters."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hpcp_rules.model.source import Block, Piece, SourceDocument
from hpcp_rules.readers import read_text
from hpcp_rules.report.html.marks import Paragraph, Range, paragraphs

TEXT = "Điều 1. Giá\nBên A được đổi giá.\n\nBên B phải theo.\n"


def text_under(found: tuple[Paragraph, ...], key: str) -> str:
    return "".join(s.text for p in found for s in p.segments if key in s.over)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))), max_size=6))
def test_marks_lie_over_their_characters_however_they_nest_and_overlap(spans: list[tuple[int, int]]) -> None:
    source = read_text(TEXT)
    ranges = [Range(a, b, str(n)) for n, (a, b) in enumerate(spans)]
    found = paragraphs(source, ranges, evidence=spans[:2])
    assert ["".join(s.text for s in p.segments) for p in found] == [source.text[b.start : b.end] for b in source.blocks]
    for r in ranges:
        marked = text_under(found, r.key)
        assert "".join(marked.split()) == "".join(source.text[r.start : max(r.start, r.end)].split())
        opens = [s for p in found for s in p.segments if r.key in s.opens]
        assert len(opens) == bool(marked)


def test_a_mark_over_several_paragraphs_opens_and_closes_once() -> None:
    source = read_text(TEXT)
    start, end = TEXT.index("được"), TEXT.index(" theo")
    segments = [s for p in paragraphs(source, [Range(start, end, "1")]) for s in p.segments]
    assert [s.text for s in segments if s.opens] == ["được đổi giá."]
    assert [s.text for s in segments if s.closes] == ["Bên B phải"]


def test_pages_begin_inside_a_paragraph_and_only_once() -> None:
    text = "một hai ba\nđầu trang"
    source = SourceDocument(
        name="x", media_type="application/pdf", text=text, blocks=(Block(0, 10), Block(11, 20, "header")),
        pieces=(Piece(0, 4, page=1), Piece(4, 10, page=2), Piece(11, 20, page=1)), pages=2,
    )  # fmt: skip
    found = paragraphs(source, [Range(2, 6, "1")])
    assert [(s.text, s.page) for p in found for s in p.segments if s.page] == [("mộ", 1), ("ha", 2)]
    assert text_under(found, "1") == text[2:6]


def test_what_turns_the_writing_direction_is_not_passed_on() -> None:
    source = read_text("Phí \u202e0001 đồng\x07.")
    assert "\u202e" not in "".join(s.text for p in paragraphs(source, []) for s in p.segments)


def test_work_grows_with_the_text_not_with_its_square() -> None:
    def segments(n: int) -> int:
        source = read_text("Bên A được đổi giá bất cứ lúc nào.\n" * n)
        marks = [Range(b.start, b.end, str(i)) for i, b in enumerate(source.blocks)]
        return sum(len(p.segments) for p in paragraphs(source, marks, evidence=[(m.start, m.start + 5) for m in marks]))

    assert segments(400) == 2 * segments(200) == 4 * segments(100)
