"""The dated data: complete, and a wrong file is told with file, line and what to do."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from hpcp_rules.errors import RuleError
from hpcp_rules.model.report import Bilingual
from hpcp_rules.procedure import load_parameters, registration
from hpcp_rules.procedure.parameters import Dated
from hpcp_rules.readers import read_text
from hpcp_rules.structure import build
from tests.conftest import ROOT

FILES = ("competence", "days-off", "deadlines", "fines", "registration", "transition")


def changed(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A copy of the shipped data with one passage replaced."""
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "rules" / "_parameters", folder / "_parameters")
    path = folder / "_parameters" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "words"),
    [
        ("deadlines", "    days: 5\n", "    days: [5\n", "yaml-syntax", "YAML"),
        ("deadlines", "    days: 5\n", "    days: 5\n    days: 6\n", "yaml-duplicate-key", "days"),
        ("deadlines", "    days: 5\n", "    dais: 5\n", "rule-unknown-key", "“days”"),
        ("deadlines", "    days: 5\n", "    days: 0\n", "rule-bad-value", "days"),
        ("deadlines", "    days: 5\n", "", "rule-bad-value", "start and days, or before"),
        ("deadlines", "    start: received\n", "    start: whenever\n", "rule-bad-value", "received"),
        ("deadlines", "  - id: publication", "  - id: examination", "rule-bad-value", "id used twice: examination"),
        ("deadlines", "    before: {month: 1, day: 31}", "    before: {month: 13, day: 31}", "rule-bad-value", "month"),
        ("deadlines", "  - unit: days\n", "  - unit: working-days\n", "rule-bad-value", "one entry for days"),
        ("deadlines", '    basis: ["nd55:7.3"]\n', "", "rule-missing-key", "basis"),
        ("deadlines", '["nd55:7.3"]', "[]", "rule-bad-value", "basis"),
        ("deadlines", '["nd55:7.3"]', '["nd99:7.3"]', "rule-bad-value", "“nd99:7.3” is no provision id"),
        ("deadlines", "    source: Decree 55/2024/ND-CP, consolidated text\n", "", "rule-missing-key", "source"),
        ("deadlines", "    sure: high\n", "    sure: quite\n", "rule-bad-value", "sure"),
        ("deadlines", "    sure: high\n", "    sure: low\n", "rule-bad-value", "review must say why"),
        ("deadlines", "in_force_from: 2024-07-01", "in_force_from: 2024-13-01", "rule-bad-value", "in_force_from"),
        ("days-off", "off: 2026-01-02", "off: 2026-01-03", "rule-bad-value", "must be a weekday"),
        ("days-off", "worked: 2026-01-10", "worked: 2026-01-09", "rule-bad-value", "a weekend day"),
        ("days-off", "in_force_to: 2027-12-31", "in_force_to: 2027-12-30", "rule-bad-value", "last day of 2027"),
        ("days-off", "  - year: 2025", "  - year: 2026", "rule-bad-value", "of 2026"),
        (
            "competence",
            "    in_force_to: 2025-06-30",
            "    in_force_to: 2025-07-01",
            "rule-bad-value",
            "before the one",
        ),
        (
            "competence",
            "    in_force_to: 2025-06-30",
            "    in_force_to: 2024-06-30",
            "rule-bad-value",
            "is before in_f",
        ),
        ("competence", "    in_force_to: 2025-06-30\n", "", "rule-bad-value", "periods"),
        ("fines", "    low: 10000000", "    low: 30000000", "rule-bad-value", "is below low"),
        ("fines", "    doubled_by: nd98:46.3\n", "", "rule-bad-value", "doubled and doubled_by"),
        ("fines", 'covers: ["law19:23.3"]', 'covers: ["23.3"]', "rule-bad-value", "“23.3” is no provision id"),
        ("fines", "  - id: nd98:46.2", "  - id: nd98:46.1", "rule-bad-value", "nd98:46.1: the entry"),
        ("registration", "[electricity, water,", "[electricity, milk,", "rule-bad-value", "“milk”, which is no item"),
        ("registration", "  - id: banking", "  - id: water", "rule-bad-value", "id used twice: water"),
        ("transition", "conform_before: 2024-12-31", "conform_before: soon", "rule-bad-value", "conform_before"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, file: str, old: str, new: str, code: str, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        load_parameters(changed(tmp_path, file, old, new))
    error = caught.value
    assert error.code == code
    assert words in error.text("en")
    assert error.where.file == f"rules/_parameters/{file}.yaml"
    assert error.where.line is not None
    assert error.vi != error.en
    assert error.remedy_vi
    assert "rules.md" not in error.remedy_en  # rules are another page


@pytest.mark.parametrize("file", FILES)
def test_a_missing_or_empty_file_is_told(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "rules" / "_parameters", folder / "_parameters")
    path = folder / "_parameters" / f"{file}.yaml"
    path.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_parameters(folder)
    assert caught.value.code == "yaml-empty"
    path.unlink()
    with pytest.raises(RuleError) as caught:
        load_parameters(folder)
    assert caught.value.code == "no-parameters"
    assert file in caught.value.text()


def test_a_clue_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = changed(tmp_path, "registration", '"dịch vụ cấp nước"', '"dịch vụ .."')
    with pytest.raises(RuleError) as caught:
        registration(build(read_text("Hợp đồng cấp nước.", "a")), date(2026, 1, 1), parameters=load_parameters(folder))
    assert caught.value.code == "pattern-syntax"
    assert "registration.yaml" in str(caught.value.where)


def test_other_data_changes_the_answer(tmp_path: Path) -> None:
    from hpcp_rules.procedure import deadlines

    folder = changed(tmp_path, "deadlines", "    days: 5\n", "    days: 6\n")
    # 1 June 2026 is a Monday: the sixth working day after it is Tuesday 9.
    found = deadlines(received=date(2026, 6, 1), parameters=load_parameters(folder))
    assert next(d for d in found.deadlines if d.id == "completeness-check").due == date(2026, 6, 9)
    assert found.calendar != deadlines(received=date(2026, 6, 1)).calendar


def _entries(value: object) -> list[Dated]:
    if isinstance(value, Dated):
        return [value]
    if isinstance(value, tuple):
        return [e for v in value for e in _entries(v)]
    fields = getattr(type(value), "model_fields", {})
    return [e for name in fields for e in _entries(getattr(value, name))]


def _texts(value: object) -> list[Bilingual]:
    if isinstance(value, Bilingual):
        return [value]
    if isinstance(value, tuple):
        return [t for v in value for t in _texts(v)]
    fields = getattr(type(value), "model_fields", {})
    return [t for name in fields for t in _texts(getattr(value, name))]


def test_everything_is_dated_sourced_and_written_in_both_languages() -> None:
    data = load_parameters()
    parts = (data.registration, data.competence, data.deadlines, data.days_off, data.fines, data.transition)
    entries = [e for p in parts for e in _entries(p)]
    assert len(entries) > 40
    assert all(e.cited().label.vi != e.cited().label.en for e in entries)
    texts = [t for p in parts for t in _texts(p)]
    assert len(texts) > 100
    assert all(t.vi.strip() and t.en.strip() and t.vi != t.en for t in texts)
