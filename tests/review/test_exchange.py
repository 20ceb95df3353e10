"""Exchange: the same objects come back, and nothing personal goes out unasked."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.model.report import RunReport
from hpcp_rules.review.exchange import exchange, exchange_schema, load_exchange
from hpcp_rules.review.files import write_json
from tests.conftest import ROOT
from tests.review.conftest import add, decide

Result = tuple[RunReport, str]
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("asked", [{}, {"personal": True}, {"texts": True}, {"personal": True, "texts": True}], ids=str)
def test_round_trip(telecom: Result, tmp_path: Path, asked: dict[str, bool]) -> None:
    report, text = telecom
    decided = decide(report, n0="rejected", n1="consult")
    decided = decided.model_copy(
        update={"added": (add(report, text, report.findings[2].quote),), "fields": {"ma_ho_so": "HS-1"}}
    )
    made = exchange([report], {report.document.sha256: decided}, today=TODAY, **asked)
    path = tmp_path / "e.json"
    write_json(path, made)
    assert load_exchange(path) == made
    schema = (ROOT / "docs" / "schema" / "exchange-1.0.schema.json").read_text(encoding="utf-8")
    assert schema == exchange_schema()
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), json.loads(schema))
    (dossier,) = made.dossiers
    assert [f.state for f in dossier.findings].count("rejected") == 1
    assert {f.id for f in report.findings} < {f.id for f in dossier.findings}
    assert [f.origin for f in dossier.findings].count("person") == 1


def test_nothing_personal_unless_asked(telecom: Result) -> None:
    report, text = telecom
    decided = decide(report).model_copy(update={"fields": {"doanh_nghiep": "Công ty Rất Riêng"}})
    decided = decided.model_copy(update={"added": (add(report, text, report.findings[2].quote),)})
    both = {report.document.sha256: decided}
    plain = exchange([report], both, today=TODAY).model_dump_json()
    names = [n for p in report.document.parties for n in p.names if len(n) > 8]
    secrets = ["Trần Thị B", "Công ty Rất Riêng", Path(report.document.name).name, report.findings[0].quote, *names]
    assert names
    assert [s for s in secrets if s in plain] == []
    full = exchange([report], both, today=TODAY, personal=True, texts=True).model_dump_json()
    assert [s for s in secrets if json.dumps(s, ensure_ascii=False)[1:-1] not in full] == []


def test_ids_are_stable(telecom: Result) -> None:
    report, _ = telecom
    again = report.model_copy(update={"document": report.document.model_copy(update={"name": "other/name.txt"})})
    one, two = (exchange([r], today=TODAY).dossiers[0] for r in (report, again))
    assert one == two
    later = exchange([report.model_copy(update={"as_of": date(2027, 1, 1)})], today=TODAY).dossiers[0]
    assert later.id != one.id
    assert [f.id for f in later.findings] == [f.id for f in one.findings]


def test_another_version_or_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    for content in ("{}", '{"schema_version": "2.0", "format": "hpcp-exchange"}'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(UsageError):
            load_exchange(path)
