"""The shipped rules: every example holds, every pattern and exception is needed."""

import re
from collections import Counter

from hpcp_rules.rulespec.model import Pack
from hpcp_rules.testing.examples import check_examples
from tests.conftest import ROOT

ARTICLE_25 = {f"law19:25.{n}" for n in range(1, 16)}


def test_examples_hold_and_everything_in_a_rule_is_needed(pack: Pack) -> None:
    failures = [str(f) for f in check_examples(pack)]
    assert not failures, "\n".join(failures)


def test_every_item_of_article_25_has_a_rule(pack: Pack) -> None:
    assert {r.spec.provision for r in pack.rules} >= ARTICLE_25


def test_texts_are_written_in_both_languages(pack: Pack) -> None:
    for rule in pack.rules:
        spec = rule.spec
        for text in (spec.title, spec.message, spec.explanation, spec.suggestion, spec.not_covered):
            assert len(text.vi) > 10, (spec.id, text)
            assert len(text.en) > 10, (spec.id, text)


def test_examples_are_not_used_twice(pack: Pack) -> None:
    texts = Counter(e.text for r in pack.rules for e in (*r.spec.flagged, *r.spec.lawful))
    assert [t for t, n in texts.items() if n > 1] == []


def test_no_rule_is_a_list_of_sentences(pack: Pack) -> None:
    for phrase in pack.table.listed().texts:
        assert phrase.count(" ") < 14, phrase


def test_rules_cite_provisions_that_exist(pack: Pack) -> None:
    table = ROOT.parent / "shared" / "law" / "provisions.tsv"
    if not table.exists():
        ids = {f"law19:25.{n}" for n in range(1, 16)}
    else:
        ids = {line.split("\t")[0] for line in table.read_text(encoding="utf-8").splitlines()}
    for rule in pack.rules:
        for provision in (rule.spec.provision, *rule.spec.also):
            assert provision in ids or not table.exists(), (rule.id, provision)


def test_every_set_of_the_lexicon_is_used() -> None:
    texts = {p: p.read_text(encoding="utf-8") for p in (ROOT / "rules").rglob("*.yaml")}
    used = {name for text in texts.values() for name in re.findall(r"\{([\w-]+)\}", text)}
    written = {
        name
        for path, text in texts.items()
        if path.parent.name == "_lexicon" and path.name != "exceptions.yaml"
        for name in re.findall(r"^  ([\w-]+):\s*$", text, re.MULTILINE)
    }
    assert len(written) > 50
    assert written - used == {"watch"}  # the set of `hpcp candidates`


def test_every_shared_exception_is_used(pack: Pack) -> None:
    written = (ROOT / "rules" / "_lexicon" / "exceptions.yaml").read_text(encoding="utf-8")
    shared = re.findall(r"^  - id: (\S+)", written, re.MULTILINE)
    used = {use if isinstance(use, str) else use.id for rule in pack.rules for use in rule.spec.use}
    assert shared
    assert used == set(shared)
