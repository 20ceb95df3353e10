"""Spreadsheets and notices need optional packages; without them the error says how to install them."""

import sys

import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.report.table import render_xlsx
from hpcp_rules.review.office import new_document
from hpcp_rules.review.summary import summarise
from hpcp_rules.review.summary_report import render_summary_xlsx


@pytest.mark.parametrize(
    ("module", "call"),
    [
        ("openpyxl", lambda: render_xlsx([])),
        ("openpyxl", lambda: render_summary_xlsx(summarise([]))),
        ("docx", new_document),
    ],
    ids=["results", "figures", "notice"],
)
def test_a_missing_part_names_its_command(monkeypatch: pytest.MonkeyPatch, module: str, call: object) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError) as missing:
        call()  # type: ignore[operator]
    assert missing.value.code == "missing-part"
    assert "pip install 'hpcp-rules[reports]'" in missing.value.text("vi")
