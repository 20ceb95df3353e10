"""Decisions: what a person may say, what is refused, and the annotated set made of it."""

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from hpcp_rules.errors import UsageError
from hpcp_rules.evaluation.gold import load_gold
from hpcp_rules.model.report import RunReport
from hpcp_rules.review.decisions import (
    Decision,
    Decisions,
    added_id,
    blank_decisions,
    decisions_schema,
    gold_record,
    items,
    load_decisions,
    stale,
)
from hpcp_rules.review.files import load_results, write_json
from tests.conftest import ROOT
from tests.review.conftest import add, decide

Result = tuple[RunReport, str]


def test_a_blank_file_asks_for_everything_that_matters(telecom: Result) -> None:
    report, _ = telecom
    blank = blank_decisions(report)
    asked = {d.target for d in blank.decisions}
    assert {f.id for f in report.findings if f.severity != "info"} <= asked
    assert {r.key for r in report.requirements if r.status in ("absent", "partial")} <= asked
    assert not {r.key for r in report.requirements if r.status == "present"} & asked
    assert {d.state for d in blank.decisions} == {"undecided"}


def test_two_contents_of_one_provision_share_a_decision(telecom: Result) -> None:
    report, _ = telecom
    lacking = next(r for r in report.requirements if r.status == "absent")
    twice = report.model_copy(update={"requirements": (*report.requirements, lacking)})
    blank = blank_decisions(twice)
    assert Decisions.model_validate(blank.model_dump()) == blank
    assert [d.target for d in blank.decisions].count(lacking.key) == 1


def test_round_trip_and_schema(telecom: Result, tmp_path: Path) -> None:
    report, text = telecom
    decided = decide(report, n0="rejected", n1="consult")
    decided = decided.model_copy(update={"added": (add(report, text, report.findings[2].quote),)})
    path = tmp_path / "d.json"
    write_json(path, decided)
    assert load_decisions(path, report) == decided
    schema = (ROOT / "docs" / "schema" / "decisions-1.0.schema.json").read_text(encoding="utf-8")
    assert schema == decisions_schema()
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), json.loads(schema))


def test_decisions_of_another_file_are_refused(telecom: Result, tmp_path: Path) -> None:
    report, _ = telecom
    path = tmp_path / "d.json"
    write_json(path, blank_decisions(report))
    other = report.model_copy(update={"document": report.document.model_copy(update={"sha256": "0" * 64})})
    with pytest.raises(UsageError) as wrong:
        load_decisions(path, other)
    assert wrong.value.code == "other-document"


def test_decisions_that_meet_nothing_are_told(telecom: Result) -> None:
    report, _ = telecom
    lost = Decision(target="0123456789abcdef", state="accepted")
    decided = blank_decisions(report).model_copy(update={"decisions": (lost,)})
    assert stale(report, decided) == [lost]


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "x", "state": "rejected"},
        {"target": "x", "state": "maybe"},
        {"target": "x", "status": "present"},
        {"target": "x", "colour": "red"},
    ],
    ids=str,
)
def test_what_a_decision_cannot_be(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Decision.model_validate(wrong)


def test_nothing_is_decided_twice(telecom: Result) -> None:
    blank = blank_decisions(telecom[0])
    twice = blank.model_dump() | {"decisions": [d.model_dump() for d in (*blank.decisions, blank.decisions[0])]}
    with pytest.raises(ValidationError, match="decided twice"):
        Decisions.model_validate(twice)


def test_an_edited_opinion_and_a_status_of_ones_own(telecom: Result) -> None:
    report, _ = telecom
    target = report.findings[0].id
    present = next(r for r in report.requirements if r.status == "present")
    decided = blank_decisions(report).model_copy(
        update={
            "decisions": (
                Decision(target=target, state="accepted", opinion="Bỏ khoản này."),
                Decision(target=present.key, state="accepted", status="absent"),
            )
        }
    )
    by_key = {i.key: i for i in items(report, decided)}
    assert by_key[target].opinion == "Bỏ khoản này."
    assert by_key[present.key].quote.startswith("Không thấy")
    assert by_key[present.key].matters


def test_export_is_an_annotated_set(telecom: Result, tmp_path: Path) -> None:
    report, text = telecom
    quote = report.findings[0].quote[5:60]
    extra = add(report, text, quote)
    decided = decide(report, n0="rejected").model_copy(update={"added": (extra,)})
    record = gold_record(report, decided, text, annotator="B")
    (tmp_path / "telecom.txt").write_text(text, encoding="utf-8")
    (tmp_path / "telecom.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    (gold,) = load_gold(tmp_path)
    accepted = [i for i in items(report, decided) if i.kind in ("finding", "added") and i.state == "accepted"]
    assert [(c.quote, c.provisions[0]) for c in gold.clauses] == [(i.quote, i.provision) for i in accepted]
    assert report.findings[0].quote not in [c.quote for c in gold.clauses]
    assert gold.document.kind == report.document.kind
    assert gold.document.continuous is not None
    with pytest.raises(UsageError) as moved:
        gold_record(report, decided, "x" + text)
    assert moved.value.code == "quote-moved"


def test_ids_of_added_findings_are_stable_and_their_own() -> None:
    one = added_id("law19:25.1", "Bên A  không chịu", 5)
    assert one == added_id("law19:25.1", "bên a không chịu", 5)
    assert one != added_id("law19:25.1", "bên a không chịu", 6)
    assert one.startswith("H")


@pytest.mark.parametrize("content", ["", "[]", "{}", "[1]", "\x00", '{"schema_version": "9"}', "[" * 100_000])
def test_what_is_no_result_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError):
        load_results(path)
    with pytest.raises(UsageError):
        load_results(tmp_path / "none.json")
