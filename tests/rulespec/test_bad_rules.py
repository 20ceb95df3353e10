"""Each wrong rule file gives one error that names file, line, column and what to do. One file per message."""

from pathlib import Path

import pytest

from hpcp_rules.errors import RuleError
from hpcp_rules.rulespec.pack import load_pack

BAD = Path(__file__).resolve().parents[1] / "bad_rules"
PACK = 'id: t\nversion: "1"\nengine: ">=0"\ntitle: {vi: t, en: t}\n'
LEXICON = "sets:\n  may: [có quyền]\n  change: [thay đổi]\n"

CASES = {
    "syntax": ("yaml-syntax", 6, "YAML"),
    "duplicate-key": ("yaml-duplicate-key", 3, "line 2"),
    "unknown-key": ("rule-unknown-key", 3, "provision"),
    "missing-key": ("rule-missing-key", 1, "in_force_from"),
    "bad-value": ("rule-bad-value", 1, "id"),
    "unknown-set": ("lexicon-unknown-set", 11, "chagne"),
    "unknown-role": ("pattern-syntax", 11, "$SELLER"),
    "unreadable-period": ("pattern-syntax", 11, "cannot read the period"),
    "leading-gap": ("pattern-syntax", 11, "cannot begin with a gap"),
    "trailing-gap": ("pattern-syntax", 11, "cannot end with a gap"),
    "unreadable-pattern": ("pattern-syntax", 11, "cannot read from character"),
    "first-optional": ("pattern-syntax", 11, "must not be optional"),
    "unknown-exception": ("rule-unknown-exception", 12, "no-such"),
    "unknown-pattern-in-example": ("rule-unknown-pattern", 13, "“q”"),
    "too-few-examples": ("rule-bad-value", 12, "flagged"),
    "empty": ("yaml-empty", None, "empty"),
}


def folder_with(tmp_path: Path, *rules: str) -> Path:
    folder = tmp_path / "rules"
    (folder / "_lexicon").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "_lexicon" / "a.yaml").write_text(LEXICON, encoding="utf-8")
    for name in rules:
        (folder / f"{name}.yaml").write_text((BAD / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", sorted(CASES))
def test_error_names_place_and_remedy(tmp_path: Path, name: str) -> None:
    code, line, words = CASES[name]
    with pytest.raises(RuleError) as caught:
        load_pack(folder_with(tmp_path, name), strict=True)
    error = caught.value
    assert error.code == code
    assert error.where.file is not None
    assert error.where.file.endswith(f"{name}.yaml")
    assert error.where.line == line
    assert words in error.text("en")
    assert error.vi != error.en
    assert error.remedy_vi
    assert error.remedy_en


def test_every_bad_file_has_its_case() -> None:
    assert {p.stem for p in BAD.glob("*.yaml")} == {*CASES, "good"}


def test_a_bad_rule_never_takes_down_the_others(tmp_path: Path) -> None:
    pack = load_pack(folder_with(tmp_path, "good", "unknown-set", "unknown-key"))
    assert [r.id for r in pack.rules] == ["T001"]
    assert sorted(p.code for p in pack.problems) == ["lexicon-unknown-set", "rule-unknown-key"]


def test_an_id_is_never_used_twice(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "good")
    (folder / "z.yaml").write_text((BAD / "good.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_pack(folder, strict=True)
    assert caught.value.code == "rule-id-twice"


def test_no_pack_here(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        load_pack(tmp_path)
    assert caught.value.code == "no-pack"


def test_words_that_yaml_takes_for_truth_values_stay_words(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "good")
    (folder / "_lexicon" / "b.yaml").write_text("sets:\n  no: [không]\n  on: [no, yes]\n", encoding="utf-8")
    assert load_pack(folder, strict=True).rules


REQUIRED = """id: Q0001
name: q
provision: law19:23.3
title: {vi: t, en: t}
in_force_from: 2024-07-01
when: {by-mail: true}
not_covered: {vi: t, en: t}
contents:
  - provision: law19:23.3.a
    title: {vi: t, en: t}
    parts: [{id: p, title: {vi: t, en: t}, match: ["{may}"]}]
    present: [a, b]
    absent: [c, d]
"""
FACT = """id: by-mail
title: {vi: t, en: t}
provision: law19:3.5
clues: [{match: "{may} ..", weight: 1.0}]
holds: [a, b, c]
fails: [d, e, f]
"""


def test_required_contents_name_only_facts_that_exist(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "required").mkdir()
    (folder / "required" / "q.yaml").write_text(REQUIRED, encoding="utf-8")
    (error,) = load_pack(folder).problems
    assert error.code == "required-unknown-fact"
    assert error.where.line == 6
    assert "by-mail" in error.en


def test_a_wrong_clue_is_an_error_with_its_line_and_the_other_files_still_load(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "good")
    (folder / "_facts").mkdir()
    (folder / "_facts" / "f.yaml").write_text(FACT, encoding="utf-8")
    pack = load_pack(folder)
    (error,) = pack.problems
    assert error.code == "pattern-syntax"
    assert error.where.line == 4
    assert pack.facts == ()
    assert len(pack.rules) == 1


def test_measured_confidence_replaces_the_authors_estimate(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "good")
    (rule,) = load_pack(folder).rules
    assert rule.confidence(rule.patterns[0].spec) == rule.spec.confidence
    measured = f"measured_on: 2026-01-01\ncontracts: 3\nrules: {{{rule.id}: 0.6}}\n"
    (folder / "_calibration.yaml").write_text(measured, encoding="utf-8")
    (rule,) = load_pack(folder).rules
    spec = rule.patterns[0].spec
    assert rule.confidence(spec) == 0.6
    doubtful = spec.model_copy(update={"confidence": rule.spec.confidence - 0.2})
    assert rule.confidence(doubtful) == 0.5
    assert rule.confidence(spec.model_copy(update={"confidence": 1.0})) <= 0.97


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id: a\x00b", "yaml-syntax"),
        ("id: !!python/object:os.system x", "yaml-syntax"),
        ("? [a]\n: 1", "yaml-key"),
        ("a: &a [*a]", "yaml-too-deep"),
        ("a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 12)), "yaml-too-large"),
        ("[" * 100_000, "yaml-syntax"),
    ],
    ids=["control", "object", "complex-key", "endless", "billions", "deep"],
)  # fmt: skip
def test_hostile_yaml_is_refused_clearly(tmp_path: Path, text: str, code: str) -> None:
    folder = folder_with(tmp_path)
    (folder / "hostile.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_pack(folder, strict=True)
    assert caught.value.code == code
    assert caught.value.remedy_vi
    assert load_pack(folder).problems  # and the other rules still load
