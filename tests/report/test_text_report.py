"""The report in words: what was not checked first, quotes with their trigger words, colours only when asked."""

import re
from datetime import date
from string import Formatter

import pytest

from hpcp_rules.api import Checker
from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.report import (
    Bilingual,
    DocumentInfo,
    Evidence,
    Excused,
    Finding,
    NotChecked,
    PackInfo,
    PartyInfo,
    RunError,
    RunReport,
    Severity,
    Span,
)
from hpcp_rules.report.messages import MESSAGES, say
from hpcp_rules.report.schema import report_schema
from hpcp_rules.report.text import render
from hpcp_rules.rulespec.model import Pack
from tests.readers import make

QUOTE = "Tiệm có quyền\nđổi giá tùy ý."


def two(text: str) -> Bilingual:
    return Bilingual(vi=f"{text} tiếng Việt", en=f"{text} in English")


def finding(severity: Severity = "high", start: int = 10, page: int | None = None, name: str = "điều") -> Finding:
    spans = [(start, start + 4, "Tiệm"), (start + 14, start + 21, "đổi giá")]
    return Finding(
        id="f", rule="T001", rule_name="doi-gia", rule_version="1", pattern="p", provision="law19:25.3",
        also=("law19:10.1.đ",), severity=severity, strength="arguable", confidence=0.8,
        span=Span(start=start, end=start + len(QUOTE)), quote=QUOTE,
        evidence=tuple(Evidence(span=Span(start=s, end=e), text=t, slot="x") for s, e, t in spans),
        outline=("Điều 7", "khoản 2"), page=page, message=two(f"Nói {name}"), explanation=two("Bởi vì"),
        suggestion=two("Thay bằng"),
    )  # fmt: skip


def report(**changes: object) -> RunReport:
    base = RunReport(
        tool="hpcp-rules 0", pack=PackInfo(id="goi-bia", version="1", sha256="", rules=1), as_of=date(2026, 1, 2),
        document=DocumentInfo(
            name="xe.txt", media_type="text/plain", sha256="0", characters=99, kind="hop-dong-theo-mau",
            kind_confidence=0.9, parties=(PartyInfo(role="business", names=("Tiệm Bánh Xe Tre",), confidence=0.9),),
        ),
        checked_characters=1234,
    )  # fmt: skip
    return base.model_copy(update=changes)


SCAN = NotChecked(
    code="page-without-text", page=2, part=two("Trang 2"), reason=two("Ảnh quét"), remedy=two("Nhận dạng")
)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_message_is_in_both_languages_with_the_same_blanks() -> None:
    for key, (vi, en) in MESSAGES.items():
        assert vi.strip(), key
        assert en.strip(), key
        blanks = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (vi, en)]
        assert blanks[0] == blanks[1], key


def test_messages_are_filled_in() -> None:
    assert say("words.left-out", "en", n=3, endings=".x") == "Left out 3 files that are no documents: .x"
    assert say("report.kind", "vi") == "Loại"


def test_all_of_a_finding_is_told() -> None:
    text = flat(render(report(findings=(finding(page=4),)), "en"))
    for part in (
        "1. Nói điều in English",
        "Điều 7 › khoản 2, page 4",
        "“«Tiệm» có quyền «đổi giá» tùy ý.”",
        "Article 25(3), Law 19/2023/QH15",
        "Article 10(1)(đ), Law 19/2023/QH15",
        "Bởi vì in English",
        "Thay bằng in English",
        "high, arguable, confidence 80% [T001]",
        "to look at.",
        "Tiệm Bánh Xe Tre",
        "1,234 characters",
        "goi-bia 1",
        "2026-01-02",
        "never a ruling",
    ):
        assert part in text
    assert "tiếng Việt" not in text


def test_what_was_explained_is_not_explained_again() -> None:
    text = flat(render(report(findings=(finding(name="một"), finding(start=99, name="hai"))), "en"))
    assert text.count("Bởi vì in English") == 1
    assert text.count("as at 1") == 2
    assert text.count("Thay bằng in English") == 1


def test_vietnamese_report_holds_no_english() -> None:
    everything = report(findings=(finding(),), not_checked=(SCAN,))
    text = flat(render(everything, "vi"))
    assert "khoản 3 Điều 25 Luật 19/2023/QH15" in text
    assert "điểm đ khoản 1 Điều 10" in text
    assert "không phải kết luận vi phạm" in text
    assert "in English" not in text
    assert "1.234 ký tự" in text
    assert "02/01/2026" in text


def test_what_was_not_checked_and_errors_come_before_findings() -> None:
    error = RunError(code="e", where="a.yaml:3", message=two("Quy tắc hỏng"))
    text = render(report(findings=(finding(),), not_checked=(SCAN,), errors=(error,)), "en")
    parts = ("RULE PACK ERRORS", "Quy tắc hỏng", "NOT CHECKED", "Trang 2", "Nhận dạng", "1. Nói")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_found_and_nothing_read_are_told_apart(lang: str) -> None:
    none, unread = say("report.none", lang), say("report.none-unread", lang)
    foreign = NotChecked(code="not-vietnamese", part=two("Tất cả"), reason=two("Tiếng lạ"))
    scanned = report(not_checked=(SCAN,), checked_characters=0)
    assert none in render(report(), lang)
    assert none in render(report(not_checked=(SCAN,)), lang)
    for nothing in (scanned, report(not_checked=(foreign,))):
        text = render(nothing, lang)
        assert unread in text
        assert none not in text


def test_advice_comes_last_and_is_counted_apart() -> None:
    found = (finding("info", name="khuyên"), finding("low", name="nhẹ"), finding("high", name="nặng"))
    text = render(report(findings=found), "en")
    places = [text.index(f"{n}. Nói {x}") for n, x in ((1, "nhẹ"), (2, "nặng"), (3, "khuyên"))]
    assert places == sorted(places)
    assert re.search(r"^2 signs to look at, 1 .*advice\.$", text, re.MULTILINE)


def test_excused_is_shown_when_asked() -> None:
    excused = Excused(rule="T001", pattern="p", span=Span(start=3, end=9), exception="x", reason=two("Có đồng ý"))
    assert "Có đồng ý" not in render(report(excused=(excused,)), "en")
    text = render(report(excused=(excused,)), "en", verbose=True)
    assert "Có đồng ý in English" in text
    assert "T001 (p, x), 3-9" in text


def test_the_law_is_quoted_where_it_was_imported() -> None:
    words = {"law19:25.3": "Xe của người trên mây."}
    found = report(findings=(finding(),))
    assert "“Xe của người trên mây.”" in flat(render(found, "en", law=words.get))
    assert say("report.law", "en") not in render(found, "en", law=lambda _: None)


@pytest.mark.parametrize("width", [10, 60, 80, 120, 400])
def test_lines_fit_the_width(width: int) -> None:
    long = finding().model_copy(update={"explanation": two("một câu rất dài " * 30)})
    for line in render(report(findings=(long,), not_checked=(SCAN,)), "vi", width=width).splitlines():
        assert len(line) <= max(60, min(width, 120))


def test_colours_only_when_asked_and_only_colours_differ() -> None:
    found = report(findings=(finding(),), not_checked=(SCAN,))
    plain, painted = render(found), render(found, color=True)
    assert "\x1b" not in plain
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == plain


def test_contracts_cannot_write_to_the_terminal() -> None:
    evil = finding().model_copy(update={"quote": "\x1b[2J\x1b[31mTiệm có quyền đổi giá tùy ý.", "evidence": ()})
    document = report().document.model_copy(update={"name": "\x1b]0;x\x07.txt"})
    assert "\x1b" not in render(report(findings=(evil,), document=document))


def test_overlapping_evidence_marks_each_word_once() -> None:
    spans = ((10, 14), (10, 14), (12, 20), (24, 31), (0, 12))
    evidence = tuple(Evidence(span=Span(start=s, end=e), text="x", slot="x") for s, e in spans)
    twice = finding().model_copy(update={"evidence": evidence})
    text = flat(render(report(findings=(twice,))))
    assert re.sub("[«»]", "", text).count("Tiệm có quyền đổi giá tùy ý.") == 1
    assert "««" not in text


def test_notes_are_told_in_words() -> None:
    document = report().document.model_copy(update={"notes": ("wrong-extension", "note-of-the-future")})
    text = render(report(document=document), "en")
    assert "ending does not fit" in text
    assert "note-of-the-future" not in text


def test_a_real_report_is_rendered_in_both_languages(pack: Pack) -> None:
    checked = Checker(pack, as_of=date(2026, 1, 1)).check_text(make.UNFAIR, "xe.txt")
    assert checked.findings
    for lang in ("vi", "en"):
        text = flat(render(checked, lang))
        assert f"1. {checked.findings[0].message.in_language(lang)}".strip() in text
        assert "«" in text


def test_a_failed_file_claims_nothing(pack: Pack) -> None:
    error = ReadError("x", vi="Hỏng.", en="Broken.", where=Where("xe.txt"), remedy_vi="Sửa.", remedy_en="Mend.")
    text = render(Checker(pack).failed("xe.txt", error), "en")
    assert "xe.txt: Broken. Mend." in text
    assert say("report.none", "en") not in text


def test_schema_is_stable_and_closed() -> None:
    assert report_schema() == report_schema()
    assert '"additionalProperties": false' in report_schema()
