"""SARIF, CSV, XLSX and JUnit: valid, complete, and harmless to the program that opens them."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from hpcp_rules.api import Checker
from hpcp_rules.model.report import Bilingual, RunReport, Suppressed
from hpcp_rules.report.junit import render_junit
from hpcp_rules.report.sarif import Lines, render_sarif
from hpcp_rules.report.table import COLUMNS, render_csv, render_xlsx
from hpcp_rules.rulespec.model import Pack
from tests.conftest import ROOT
from tests.readers import make

SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
DAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def checked(pack: Pack) -> list[tuple[RunReport, str]]:
    """Three examples, a text with a hostile name, a half-scanned PDF and a file that could not be read."""
    from hpcp_rules.errors import ReadError
    from hpcp_rules.readers import read_bytes, read_file

    checker = Checker(pack, as_of=DAY)
    names = ("apartment.docx", "online-shop.html", "telecom.pdf", "telecom.txt")
    sources = [read_file(ROOT / "examples" / n) for n in names]
    sources.append(read_bytes(make.UNFAIR.encode(), "=cmd|'calc'!A1 <&>.txt"))
    sources.append(read_bytes(make.scan([make.CLEAN.splitlines()]), "scan.pdf"))
    out = [(checker.check(s), s.text) for s in sources]
    return [*out, (checker.failed("gone.docx", ReadError("gone", vi="mất\x01", en="gone\x01")), "")]


def sarif(checked: list[tuple[RunReport, str]], pack: Pack, **options: Any) -> dict[str, Any]:
    log = json.loads(render_sarif(checked, pack, root=ROOT, **options))
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    return run


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sarif_is_valid_and_holds_every_finding(checked: list[tuple[RunReport, str]], pack: Pack, lang: str) -> None:
    run = sarif(checked, pack, lang=lang, verbose=True)
    ids = [r["partialFingerprints"]["hpcpFindingId/v1"] for r in run["results"]]
    for report, _ in checked:
        assert {f.id for f in report.findings} <= set(ids)
    rules = run["tool"]["driver"]["rules"]
    assert len({r["id"] for r in rules}) == len(rules)
    assert {r.id for r in pack.rules} <= {r["id"] for r in rules}
    for rule in rules:
        for other in ("dấu hiệu", "signs for a person"):  # help in both languages
            assert other in rule["help"]["text"]
            assert other in rule["help"]["markdown"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_regions_are_the_lines_of_the_file(checked: list[tuple[RunReport, str]], pack: Pack) -> None:
    run = sarif(checked, pack)
    lines = (ROOT / "examples" / "telecom.txt").read_text(encoding="utf-8").split("\n")
    seen = 0
    for result in run["results"]:
        (place,) = [x["physicalLocation"] for x in result["locations"]]
        region = place["region"]
        if place["artifactLocation"]["uri"] == "examples/telecom.txt" and "snippet" in region:
            assert region["startLine"] == region["endLine"]
            line = lines[region["startLine"] - 1]
            assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == region["snippet"]["text"]
            seen += 1
    assert seen == len(checked[3][0].findings)
    assert ROOT.as_uri() not in json.dumps(run)  # where it lies on this machine is nobody's business


def test_sarif_says_what_was_not_checked(checked: list[tuple[RunReport, str]], pack: Pack) -> None:
    (invocation,) = sarif(checked, pack)["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [n["descriptor"]["id"] for n in invocation["toolExecutionNotifications"]]
    assert "gone" in told
    assert len(told) == 1 + len(checked[5][0].not_checked)
    (whole,) = sarif(checked[:1], pack)["invocations"]
    assert whole["executionSuccessful"] is True


def test_sarif_suppressions(checked: list[tuple[RunReport, str]], pack: Pack) -> None:
    report, text = checked[0]
    first, second = report.findings[:2]
    taken = (
        Suppressed(finding=first.id, kind="waiver", reason="đã thỏa thuận lại", until=DAY, source="w.yaml #1"),
        Suppressed(finding=second.id, kind="baseline", reason="", source="b.json"),
    )
    run = sarif([(report.model_copy(update={"suppressed": taken}), text)], pack, verbose=True, compared=True)
    by_id = {r["partialFingerprints"]["hpcpFindingId/v1"]: r for r in run["results"]}
    assert "đã thỏa thuận lại" in by_id[first.id]["suppressions"][0]["justification"]
    assert by_id[second.id]["baselineState"] == "unchanged"
    assert by_id[report.findings[2].id]["baselineState"] == "new"
    excused = [r for r in run["results"] if r.get("suppressions") and r is not by_id[first.id]]
    assert len(excused) == len(report.excused) > 0
    assert not any(r.get("suppressions") for r in sarif([(report, text)], pack)["results"])


@pytest.mark.parametrize("text", ["", "a", "a\nb", "a\r\nb\rc\n", "é\u2028x\x0cy\nz", "\n\n"])
def test_lines_count_as_editors_do(text: str) -> None:
    lines = Lines(text)
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for offset in range(len(text)):
        if text[offset] not in "\r\n":
            line, column = lines.place(offset)
            assert rows[line - 1][column - 1] == text[offset]


def test_csv_has_a_row_for_everything_and_no_formula(checked: list[tuple[RunReport, str]]) -> None:
    text = render_csv([r for r, _ in checked], "en")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    for report, _ in checked:
        mine = [r for r in rows if r["document"].lstrip("'") == report.document.name]
        count = {k: sum(r["record"] == k for r in mine) for k in ("finding", "requirement", "form", "not-checked")}
        parts = report.findings, report.requirements, report.form, report.not_checked
        assert tuple(count.values()) == tuple(map(len, parts))
    assert any(r["record"] == "error" for r in rows)
    assert rows[-1]["message"] == checked[0][0].notice.en
    for row in rows:
        assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in row.values())


def test_xlsx_opens_and_nothing_in_it_is_a_formula(checked: list[tuple[RunReport, str]]) -> None:
    report, _ = checked[4]
    evil = tuple(
        f.model_copy(update={"message": Bilingual(vi=mark + "1+1\x02", en=mark), "quote": mark + "HYPERLINK(1)"})
        for f, mark in zip(report.findings * 4, "=+-@", strict=False)
    )
    reports = [*(r for r, _ in checked), report.model_copy(update={"findings": evil})]
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(reports, "vi")))
    assert book.sheetnames == ["Văn bản", "Dấu hiệu", "Nội dung phải có", "Hình thức", "Chưa kiểm tra được"]
    assert book["Dấu hiệu"].max_row == 1 + sum(len(r.findings) for r in reports)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"]
    assert [c.value for c in cells if str(c.value).startswith("=HYPERLINK")]
    assert reports[0].notice.vi in [c.value for c in cells]


def test_junit_counts(checked: list[tuple[RunReport, str]], pack: Pack) -> None:
    report, _ = checked[0]
    taken = (Suppressed(finding=report.findings[0].id, kind="waiver", reason="lý do rõ ràng", source="w"),)
    reports = [report.model_copy(update={"suppressed": taken}), *(r for r, _ in checked[1:])]
    root = ET.fromstring(render_junit(reports, pack, "vi", min_severity="high").encode())
    assert len(root) == len(reports)
    for suite, one in zip(root, reports, strict=True):
        cases = suite.findall("testcase")
        assert int(suite.get("tests", 0)) == len(cases)
        for what, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(plural, -1)) == len(suite.findall(f"testcase/{what}"))
        high = [f for f in one.counted if f.severity == "high"]
        assert int(suite.get("failures", 0)) == len(high)
        assert (int(suite.get("errors", 0)) > 0) == (not one.complete)
    assert "lý do rõ ràng" in {s.get("message", "").removeprefix("waiver: ") for s in root.iter("skipped")}
    assert int(root.get("tests", 0)) == sum(int(s.get("tests", 0)) for s in root)
