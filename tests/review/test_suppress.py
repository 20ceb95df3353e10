"""Waivers and baselines: what they take out of the count, and what they never do."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from hpcp_rules.errors import RuleError, UsageError
from hpcp_rules.model.report import RunReport
from hpcp_rules.review.files import write_json
from hpcp_rules.review.suppress import compare_with, load_baseline, load_waivers, make_baseline, suppress
from tests.review.conftest import DAY

Result = tuple[RunReport, str]


def waivers(tmp_path: Path, *entries: str) -> Path:
    path = tmp_path / "hpcp-waivers.yaml"
    path.write_text("waivers:\n" + "".join(f"  - {{{e}, until: 2027-01-31}}\n" for e in entries), encoding="utf-8")
    return path


def test_a_waiver_takes_out_its_finding_and_leaves_it_in_the_report(telecom: Result, tmp_path: Path) -> None:
    report, _ = telecom
    first, second = report.findings[:2]
    path = waivers(
        tmp_path,
        f"finding: {first.id}, reason: đã hỏi luật sư",
        f'rule: {second.rule_name}, quote: "{second.quote.upper()}", reason: đã hỏi luật sư',
        "finding: ffffffffffffffff, reason: không còn câu này",
        f"finding: {report.findings[2].id}, document: khac*.docx, reason: chỉ cho tệp khác",
    )
    loaded = load_waivers([path])
    out, used = suppress(report, DAY, waivers=loaded, rules={second.rule_name: second.rule})
    assert out.findings == report.findings
    assert {s.finding for s in out.suppressed} == {first.id, second.id}
    assert set(out.counted) == set(report.findings) - {first, second}
    assert used == {0, 1}


def test_a_waiver_ends(telecom: Result, tmp_path: Path) -> None:
    report, _ = telecom
    loaded = load_waivers([waivers(tmp_path, f"finding: {report.findings[0].id}, reason: đã hỏi luật sư")])
    last = date(2027, 1, 31)
    assert suppress(report, last, waivers=loaded)[0].suppressed
    assert not suppress(report, last + timedelta(days=1), waivers=loaded)[0].suppressed
    assert loaded[0].expired(last + timedelta(days=1))


@pytest.mark.parametrize(
    "entry",
    [
        "finding: abc, reason: ngắn",
        "reason: không nói dấu hiệu nào",
        "rule: R2503, reason: thiếu câu trích",
        "finding: abc, rule: R2503, quote: x, reason: nói hai cách",
        "finding: abc, reason: đủ dài rồi, colour: red",
        "finding: abc",
    ],
)
def test_a_wrong_waiver_is_an_error_with_its_line(tmp_path: Path, entry: str) -> None:
    with pytest.raises(RuleError) as wrong:
        load_waivers([waivers(tmp_path, entry)])
    assert wrong.value.where.line
    with pytest.raises(UsageError):
        load_waivers([tmp_path / "none.yaml"])


def test_only_what_is_new_counts_against_a_baseline(telecom: Result, tmp_path: Path) -> None:
    report, _ = telecom
    earlier = report.model_copy(update={"findings": report.findings[1:], "requirements": report.requirements[:-1]})
    path = tmp_path / "b.json"
    write_json(path, make_baseline([earlier], DAY))
    baseline = load_baseline(path)
    out, _ = suppress(report, DAY, baseline=baseline)
    assert out.counted == report.findings[:1]
    new, same, gone = compare_with(baseline, report)
    assert new[0] == report.findings[0].id
    assert len(same) + len(new) == sum(1 for _ in keys_of(report))
    assert gone == []
    assert compare_with(make_baseline([report], DAY), earlier)[2][0] == report.findings[0].id


def keys_of(report: RunReport) -> list[str]:
    from hpcp_rules.review.suppress import keys

    return [k for k, _ in keys(report)]


def test_a_baseline_finds_a_file_that_moved(telecom: Result) -> None:
    report, _ = telecom
    baseline = make_baseline([report], DAY)
    moved = report.document.model_copy(update={"name": "elsewhere/telecom.txt", "sha256": "1"})
    out, _ = suppress(report.model_copy(update={"document": moved}), DAY, baseline=baseline)
    assert out.counted == ()
    other = report.document.model_copy(update={"name": "other.txt", "sha256": "1"})
    out, _ = suppress(report.model_copy(update={"document": other}), DAY, baseline=baseline)
    assert out.counted == report.findings


def test_no_baseline_of_what_was_not_read(telecom: Result) -> None:
    from hpcp_rules.model.report import Bilingual, NotChecked

    gap = NotChecked(code="x", part=Bilingual(vi="a", en="a"), reason=Bilingual(vi="b", en="b"))
    with pytest.raises(UsageError) as wrong:
        make_baseline([telecom[0].model_copy(update={"not_checked": (gap,)})], DAY)
    assert wrong.value.code == "baseline-incomplete"
