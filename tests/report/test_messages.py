"""Every message the code asks for exists, and every message that exists is asked for."""

import re
from pathlib import Path
from typing import get_args

from hpcp_rules.model.report import KINDS, SEVERITIES, Remedy, Status
from hpcp_rules.report.html.view import STATES
from hpcp_rules.report.messages import MESSAGES

CODE = Path(__file__).parents[2] / "hpcp_rules"
BUILT = (
    "kind.", "severity.", "status.", "strength.", "note.", "report.business", "report.consumer", "report.third",
    "unit.", "event.", "sure.", "outcome.", "reach.", "state.", "html.row-", "remedy.",
    "col.", "check.", "form-status.", "suppressed.", "words.waiver-", "decided.", "diff.finding-", "diff.clause-",
    "sum.by-", "sum.sector", "sum.provision", "sum.business", "sum.month", "sumcol.",
    "role.",
)  # fmt: skip
"""Keys that the code puts together from values of the report."""


def test_keys_are_used_and_exist() -> None:
    files = [p for p in (*CODE.rglob("*.py"), *CODE.rglob("*.j2")) if p.name != "messages.py"]
    code = "\n".join(p.read_text(encoding="utf-8") for p in files)
    quoted = set(re.findall(r"[\"']([a-z]+(?:[.-][a-z-]+)*)[\"']", code))
    unused = [k for k in MESSAGES if k not in quoted and not k.startswith(BUILT)]
    assert unused == []
    asked = set(re.findall(r'(?:say|help_text)\(\s*"([^"{]+)"\s*[,)]', code))
    assert len(asked) > 20
    assert asked <= set(MESSAGES)


def test_values_of_the_report_have_words() -> None:
    assert {f"kind.{k}" for k in KINDS} <= set(MESSAGES)
    assert {f"severity.{s}" for s in SEVERITIES} <= set(MESSAGES)
    assert {f"status.{s}" for s in get_args(Status)} <= set(MESSAGES)
    assert {f"remedy.{r}" for r in get_args(Remedy)} <= set(MESSAGES)
    assert {f"state.{s}" for s in STATES} <= set(MESSAGES)


def test_notes_of_the_readers_have_words() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in (CODE / "readers").rglob("*.py"))
    noted = set(re.findall(r'\.note\("([^"]+)"\)', code))
    assert noted
    assert {f"note.{n}" for n in noted} <= set(MESSAGES)
