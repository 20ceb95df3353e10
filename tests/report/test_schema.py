"""The published JSON Schema is the one of the code, and real reports hold it."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from hpcp_rules.api import Checker
from hpcp_rules.errors import ReadError
from hpcp_rules.report.schema import report_schema
from hpcp_rules.rulespec.model import Pack
from tests.readers import make

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "report-1.0.schema.json"


def test_the_published_schema_is_that_of_the_code() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == report_schema(), "run `make schema`"


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    return jsonschema.Draft202012Validator(published)


def test_reports_hold_the_schema(pack: Pack, schema: jsonschema.Draft202012Validator) -> None:
    checker = Checker(pack, as_of=date(2026, 1, 1))
    unread = checker.failed("x.pdf", ReadError("x", vi="Hỏng.", en="Broken."))
    for report in (checker.check_text(make.UNFAIR, "a.txt"), checker.check_text("Không gì cả.", "b.txt"), unread):
        schema.validate(json.loads(report.model_dump_json()))


def test_the_schema_refuses_what_is_no_report(pack: Pack, schema: jsonschema.Draft202012Validator) -> None:
    report = json.loads(Checker(pack, as_of=date(2026, 1, 1)).check_text(make.UNFAIR, "a.txt").model_dump_json())
    assert report["findings"]
    for change in ({"findings": [{}]}, {"unheard": 1}, {"as_of": 5}):
        assert not schema.is_valid({**report, **change})
