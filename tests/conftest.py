"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

from hpcp_rules.rulespec.pack import Pack, load_pack

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The shipped rules, strictly loaded."""
    return load_pack(ROOT / "rules", strict=True)
