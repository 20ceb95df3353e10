"""A compiled pack that is kept is the pack that the rule files give, and is used only where it may be trusted."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from hpcp_rules import Checker
from hpcp_rules.rulespec import compiled
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.rulespec.pack import load_pack

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("HPCP_CACHE", str(folder))
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))


def kept(cache: Path) -> list[Path]:
    return sorted(cache.glob("pack-*.json"))


def without_table(pack: Pack) -> dict[str, object]:
    return {f.name: getattr(pack, f.name) for f in fields(pack) if f.name != "table"}


def test_a_kept_pack_is_the_one_that_was_compiled(cache: Path, rules: Path) -> None:
    fresh = load_pack(rules)
    assert len(kept(cache)) == 1
    again = load_pack(rules)
    assert without_table(again) == without_table(fresh)
    assert again.table.listed() == fresh.table.listed()
    assert (again.table.names, again.table.others, again.table.limits, again.table.unions) == (
        fresh.table.names, fresh.table.others, fresh.table.limits, fresh.table.unions,
    )  # fmt: skip
    text = (ROOT / "examples" / "telecom.txt").read_text(encoding="utf-8")
    one, two = (Checker(pack).check_text(text).model_copy(update={"timings_ms": {}}) for pack in (fresh, again))
    assert one == two
    assert len(one.findings) > 3


def test_a_changed_rule_is_compiled_anew(cache: Path, rules: Path) -> None:
    before = load_pack(rules)
    path = next((rules / "law19").glob("25.03-don*.yaml"))
    path.write_text(path.read_text(encoding="utf-8") + "\nversion: 9\n", encoding="utf-8")
    after = load_pack(rules)
    assert after.sha256 != before.sha256
    assert len(kept(cache)) == 2
    assert after.rules != before.rules


def test_a_pack_with_a_faulty_rule_is_not_kept(cache: Path, rules: Path) -> None:
    (rules / "law19" / "faulty.yaml").write_text("id: [", encoding="utf-8")
    assert load_pack(rules).problems
    assert load_pack(rules).problems
    assert kept(cache) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"names": []}', "null"])
def test_a_damaged_file_is_compiled_anew(cache: Path, rules: Path, content: str) -> None:
    fresh = load_pack(rules)
    [path] = kept(cache)
    path.write_text(content, encoding="utf-8")
    assert without_table(load_pack(rules)) == without_table(fresh)
    json.loads(path.read_text(encoding="utf-8"))["phrases"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_file_that_others_may_write_is_not_read(cache: Path, rules: Path) -> None:
    fresh = load_pack(rules)
    [path] = kept(cache)
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data | {"rules": []}), encoding="utf-8")
    assert load_pack(rules).rules == ()  # so the file is what is read
    os.chmod(path, 0o666)
    assert load_pack(rules).rules == fresh.rules


def test_it_can_be_switched_off_and_may_fail(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HPCP_CACHE", "")
    assert compiled.cache_folder() is None
    assert load_pack(rules).rules
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("HPCP_CACHE", str(tmp_path / "file"))  # no folder: nothing can be kept there
    assert load_pack(rules).rules


def test_old_packs_go(cache: Path, rules: Path) -> None:
    note = rules / "pack.yaml"
    for n in range(6):
        note.write_text(note.read_text(encoding="utf-8") + f"# {n}\n", encoding="utf-8")
        load_pack(rules)
    assert len(kept(cache)) == 4
