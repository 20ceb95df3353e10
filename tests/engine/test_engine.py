"""Matching, who acts, exceptions, policy, and the work they take."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hpcp_rules.engine.checker import RuleRun, check
from hpcp_rules.engine.index import PhraseFinder
from hpcp_rules.model.report import RunReport
from hpcp_rules.readers import read_text
from hpcp_rules.rulespec.pack import Pack, load_pack
from hpcp_rules.structure import build

LEXICON = """sets:
  may: [có quyền, được quyền]
  change: [thay đổi, sửa đổi]
  stop: [chấm dứt, tạm ngừng]
  not: [không]
"""
RULE = """id: T001
name: test
provision: law19:25.3
in_force_from: 2024-07-01
title: {{vi: t, en: t}}
message: {{vi: m, en: m}}
explanation: {{vi: e, en: e}}
suggestion: {{vi: "[BUSINESS] báo cho [CONSUMER].", en: "[BUSINESS] tells [CONSUMER]."}}
not_covered: {{vi: n, en: n}}
patterns:
{patterns}
{more}flagged: &five
  - {{text: một}}
  - {{text: hai}}
  - {{text: ba}}
  - {{text: bốn}}
  - {{text: năm}}
lawful: *five
"""
Checking = Callable[..., RunReport]


@pytest.fixture
def checking(tmp_path: Path) -> Checking:
    """Check a text with a pack of one rule."""

    def run(text: str, patterns: str, more: str = "", as_of: date = date(2026, 1, 1)) -> RunReport:
        folder = tmp_path / "rules"
        (folder / "_lexicon").mkdir(parents=True, exist_ok=True)
        (folder / "pack.yaml").write_text(
            'id: t\nversion: "1"\nengine: ">=0"\ntitle: {vi: t, en: t}\n', encoding="utf-8"
        )
        (folder / "_lexicon" / "a.yaml").write_text(LEXICON, encoding="utf-8")
        (folder / "rule.yaml").write_text(RULE.format(patterns=patterns, more=more), encoding="utf-8")
        pack = load_pack(folder, strict=True)
        return check(pack, PhraseFinder(pack.table), build(read_text(text)), as_of)

    return run


MAY_CHANGE = '  - {id: p, match: "@{may} .. {change}", actor: business}'


def test_quote_is_the_span_and_evidence_is_inside(checking: Checking) -> None:
    text = "Mở đầu. Công ty có quyền đơn phương thay đổi giá với Khách hàng. Kết thúc."
    (finding,) = checking(text, MAY_CHANGE).findings
    assert (
        text[finding.span.start : finding.span.end]
        == finding.quote
        == "Công ty có quyền đơn phương thay đổi giá với Khách hàng."
    )
    assert [e.text for e in finding.evidence] == ["có quyền", "thay đổi"]
    assert all(text[e.span.start : e.span.end] == e.text for e in finding.evidence)
    assert finding.suggestion.vi == "Công ty báo cho Khách hàng."


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("Công ty có quyền thay đổi giá bán cho Khách hàng.", True),
        ("Khách hàng có quyền thay đổi lịch với Công ty.", False),
        ("Trường hợp Khách hàng vi phạm, Công ty có quyền thay đổi lịch.", True),
        ("Nếu Công ty chậm, Khách hàng có quyền thay đổi lịch.", False),
        ("Công ty không có quyền thay đổi giá của Khách hàng.", False),
        ("Khách hàng trả tiền. Công ty có quyền:\n- thay đổi giá.", True),
        ("Khách hàng có quyền:\n- thay đổi lịch học của Công ty.", False),
        ("Quyền của Công ty\n1. Được quyền thay đổi lịch của Khách hàng.", True),
        ("Công ty thông báo khi Khách hàng hỏi và có quyền thay đổi giá.", True),
    ],
)
def test_who_acts(checking: Checking, text: str, flagged: bool) -> None:
    assert bool(checking(text, MAY_CHANGE).findings) is flagged


def test_gap_is_bounded_and_may_forbid_a_set(checking: Checking) -> None:
    near = "Công ty có quyền tự mình thay đổi giá cho Khách hàng."
    far = "Công ty có quyền một hai ba bốn năm sáu thay đổi giá cho Khách hàng."
    without = "Công ty có quyền nhưng không thay đổi giá cho Khách hàng."
    assert checking(near, MAY_CHANGE).findings
    assert not checking(far, MAY_CHANGE).findings
    assert checking(without, MAY_CHANGE).findings
    assert not checking(without, '  - {id: p, match: "{may} ..!{not} {change}"}').findings


def test_optional_element_and_edges(checking: Checking) -> None:
    pattern = '  - {id: p, match: "< $BUSINESS (luôn|) {may} .. {change}"}'
    assert checking("Công ty luôn có quyền thay đổi giá cho Khách hàng.", pattern).findings
    assert checking("Công ty có quyền thay đổi giá cho Khách hàng.", pattern).findings
    assert not checking("Khi đó Công ty có quyền thay đổi giá cho Khách hàng.", pattern).findings


def test_conjunction_in_any_order(checking: Checking) -> None:
    pattern = '  - {id: p, match: "{may} .. {change}", also_needs: ["bất kỳ lúc nào"]}'
    assert checking("Bất kỳ lúc nào Công ty cũng có quyền thay đổi giá cho Khách hàng.", pattern).findings
    assert not checking("Công ty có quyền thay đổi giá cho Khách hàng.", pattern).findings


EXCEPTION = """exceptions:
  - id: agreed
    match: ["Khách hàng đồng ý"]
    window: {window}
    reason: {{vi: có đồng ý, en: agreed}}
"""


@pytest.mark.parametrize(
    ("window", "text", "flagged"),
    [
        ("sentence", "Công ty có quyền thay đổi giá nếu Khách hàng đồng ý.", False),
        ("sentence", "Công ty có quyền thay đổi giá. Việc này phải được Khách hàng đồng ý.", True),
        ("next", "Công ty có quyền thay đổi giá. Việc này phải được Khách hàng đồng ý.", False),
        ("before", "Công ty có quyền thay đổi giá nếu Khách hàng đồng ý.", True),
        ("after", "Công ty có quyền thay đổi giá nếu Khách hàng đồng ý.", False),
        ("document", "Công ty có quyền thay đổi giá.\nĐiều 1. Giá\nĐiều 2. Chỉ khi Khách hàng đồng ý.", False),
        ("sentence", "Công ty có quyền thay đổi giá dù không Khách hàng đồng ý.", True),
    ],
)
def test_exceptions_have_windows(checking: Checking, window: str, text: str, flagged: bool) -> None:
    report = checking(text, MAY_CHANGE, EXCEPTION.format(window=window))
    assert bool(report.findings) is flagged
    assert bool(report.excused) is not flagged  # what is excused is said, with its reason


def test_as_of_decides_which_rules_run(checking: Checking) -> None:
    text = "Công ty có quyền thay đổi giá của Khách hàng."
    assert not checking(text, MAY_CHANGE, as_of=date(2024, 6, 30)).findings
    assert checking(text, MAY_CHANGE, as_of=date(2024, 7, 1)).findings


def test_neighbouring_sentences_are_one_finding_and_headings_none(checking: Checking) -> None:
    text = "Quyền thay đổi\nCông ty có quyền thay đổi giá với Khách hàng. Công ty có quyền sửa đổi phí. Xong."
    (finding,) = checking(text, MAY_CHANGE).findings
    assert finding.quote == "Công ty có quyền thay đổi giá với Khách hàng. Công ty có quyền sửa đổi phí."


def test_identity_survives_renumbering_not_rewording(checking: Checking) -> None:
    clause = "Công ty có quyền thay đổi giá với Khách hàng."
    ids = [f.id for f in checking(f"Mở đầu.\n{clause}", MAY_CHANGE).findings]
    assert ids == [f.id for f in checking(f"Điều khác hẳn.\nThêm dòng.\n{clause}", MAY_CHANGE).findings]
    assert ids != [f.id for f in checking("Công ty có quyền thay đổi phí với Khách hàng.", MAY_CHANGE).findings]
    twice = checking(f"{clause}\nMột câu khác.\n{clause}", MAY_CHANGE).findings
    assert len({f.id for f in twice}) == 2


def work(pack: Pack, text: str) -> int:
    run = RuleRun(pack, PhraseFinder(pack.table), build(read_text(text)), date(2026, 1, 1))
    run.run()
    return run.index.work


ARTICLE = (
    "Điều {n}. Quyền của Công ty\n"
    "1. Công ty có quyền thay đổi giá bất cứ lúc nào mà không cần báo trước cho Khách hàng.\n"
    "2. Công ty không chịu trách nhiệm về mọi thiệt hại, trừ trường hợp pháp luật có quy định khác.\n"
    "a) Phí đã đóng không được hoàn lại;\n"
)


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "".join(ARTICLE.format(n=i) for i in range(n)),
        lambda n: "Công ty có quyền:\n" + "- thay đổi giá không báo trước cho Khách hàng;\n" * (4 * n),
        lambda n: "Công ty có quyền thay đổi và " * (4 * n),  # one sentence without an end
        lambda n: "không chịu trách nhiệm " * (4 * n),
        lambda n: "Điều 1. A\n" + "Công ty không hoàn tiền. " * (4 * n),  # one block
    ],
    ids=["articles", "list", "one-sentence", "one-phrase", "one-block"],
)
def test_work_grows_no_faster_than_the_text(pack: Pack, text: Callable[[int], str]) -> None:
    one, two, four = (work(pack, text(n)) for n in (40, 80, 160))
    assert two <= 2.1 * one
    assert four <= 2.1 * two
