"""A result with its decisions, as an official would have them."""

from datetime import UTC, date, datetime

import pytest

from hpcp_rules.api import Checker
from hpcp_rules.model.report import RunReport, Span
from hpcp_rules.readers import read_file
from hpcp_rules.review.decisions import AddedFinding, Decision, Decisions, added_id, blank_decisions
from hpcp_rules.rulespec.model import Pack
from tests.conftest import ROOT

DAY = date(2026, 11, 25)
WHEN = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
QUOTE = "Cước tháng đầu tiên được tính theo số ngày dùng thực tế."


@pytest.fixture(scope="session")
def telecom(pack: Pack) -> tuple[RunReport, str]:
    """The result of an example contract, and its text."""
    source = read_file(ROOT / "examples" / "telecom.txt")
    return Checker(pack, as_of=DAY).check(source), source.text


def decide(report: RunReport, **states: str) -> Decisions:
    """Decisions on every point: those of `states` by number, the others accepted."""
    blank = blank_decisions(report)
    decided = [
        d.model_copy(
            update={
                "state": states.get(f"n{n}", "accepted"),
                "reason": "lý do" if states.get(f"n{n}") == "rejected" else "",
                "by": "Trần Thị B",
                "at": WHEN,
            }
        )
        for n, d in enumerate(blank.decisions)
    ]
    return blank.model_copy(update={"decisions": tuple(Decision.model_validate(d.model_dump()) for d in decided)})


def add(report: RunReport, text: str, quote: str) -> AddedFinding:
    """A finding added by hand on a quote of the text."""
    start = text.index(quote)
    return AddedFinding(
        id=added_id("law19:25.15", quote, start), span=Span(start=start, end=start + len(quote)), quote=quote,
        provision="law19:25.15", opinion="Đề nghị viết lại cho rõ.", by="Trần Thị B", at=WHEN,
    )  # fmt: skip
