"""How provisions are cited and typed, and that every cited one has a summary of ours."""

import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.rulespec.provisions import load_provisions, parse_provision, provision_label
from tests.conftest import ROOT, SHARED


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("25.3", "law19:25.3"),
        ("law19:25.3", "law19:25.3"),
        ("Điều 25 khoản 3", "law19:25.3"),
        ("khoản 3 Điều 25", "law19:25.3"),
        ("điểm đ khoản 3 Điều 23", "law19:23.3.đ"),
        ("NĐ 55 Điều 6.2", "nd55:6.2"),
        ("Article 25 clause 13", "law19:25.13"),
        ("69", "law19:69"),
        ("NĐ 98 Điều 53a", "nd98:53a"),
        ("điểm q khoản 1 Điều 53a Nghị định 98/2020/NĐ-CP", "nd98:53a.1.q"),
    ],
)
def test_what_people_type(typed: str, wanted: str) -> None:
    assert parse_provision(typed) == wanted


@pytest.mark.parametrize("typed", ["", "hợp đồng", "Điều", "khoản 3"])
def test_what_nobody_understands(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_provision(typed)
    assert caught.value.code == "unknown-provision"


def test_labels_are_what_an_official_writes() -> None:
    assert provision_label("law19:23.3.đ") == "điểm đ khoản 3 Điều 23 Luật 19/2023/QH15"
    assert provision_label("law19:69") == "Điều 69 Luật 19/2023/QH15"
    assert provision_label("nd55:6.2", "en") == "Article 6(2), Decree 55/2024/ND-CP"


def test_every_cited_provision_has_a_summary_in_both_languages(pack: Pack) -> None:
    summaries = load_provisions(ROOT / "rules" / "_provisions")
    for rule in pack.rules:
        for cited in (rule.spec.provision, *rule.spec.also):
            assert cited in summaries, (rule.id, cited)
    cited = {r.spec.provision for r in pack.required} | {f.spec.provision for f in pack.facts}
    cited |= {c.spec.provision for r in pack.required for c in r.contents}
    for provision in cited:
        # A point of a list is summed up with its clause.
        assert provision in summaries or provision.rsplit(".", 1)[0] in summaries, provision
    for spec in summaries.values():
        assert len(spec.summary.vi) > 20, spec.id
        assert len(spec.summary.en) > 20, spec.id


def test_summaries_are_of_provisions_that_exist() -> None:
    table = SHARED / "law" / "provisions.tsv"
    known = {line.split("\t")[0] for line in table.read_text(encoding="utf-8").splitlines()} if table.exists() else None
    for cited in load_provisions(ROOT / "rules" / "_provisions"):
        assert known is None or cited in known, cited
