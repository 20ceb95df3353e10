"""A rule's examples as tests: both sides hold, and every pattern and exception is needed by one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from hpcp_rules.engine.checker import RuleRun
from hpcp_rules.engine.facts import find_facts
from hpcp_rules.engine.index import Index, PhraseFinder
from hpcp_rules.engine.required import answer
from hpcp_rules.readers import read_text
from hpcp_rules.rulespec.model import Fact, Pack, Required, Rule
from hpcp_rules.structure import build


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """One thing an example shows to be wrong; `what` says it in words, `text` is the example."""

    rule: str
    path: str
    what: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.rule}: {self.what}" + (f"\n    {self.text}" if self.text else "")


class _Tester:
    def __init__(self, pack: Pack, finder: PhraseFinder, rule: Rule) -> None:
        self.pack, self.finder, self.rule = pack, finder, rule
        self.kind = rule.spec.kinds[0] if rule.spec.kinds else None

    def hits(self, text: str, rule: Rule) -> set[str]:
        """Patterns of a rule that fire on a text, were it the only rule."""
        document = build(read_text(text + "\n", "example"), kind=self.kind)
        run = RuleRun(replace(self.pack, rules=(rule,)), self.finder, document, date.max)
        run.run()
        return {hit.pattern.spec.id for hit in run.hits}


def check_rule(pack: Pack, rule: Rule, finder: PhraseFinder | None = None) -> Iterator[ExampleFailure]:
    """What is wrong with the examples of one rule; nothing when all hold.

    Each flagged example is flagged (by the pattern it names), no lawful one is; for each pattern some example is
    caught by it alone, and for each exception some lawful example is flagged without it. So neither can be
    deleted or broken unnoticed.
    """
    test = _Tester(pack, finder or PhraseFinder(pack.table), rule)
    path = str(rule.path.name)
    spec = rule.spec
    rule = replace(rule, spec=spec.model_copy(update={"in_force_to": None}))
    alone: set[str] = set()
    for example in spec.flagged:
        hits = test.hits(example.text, rule)
        if not hits:
            yield ExampleFailure(spec.id, path, "flagged example is not flagged", example.text)
        elif example.pattern and example.pattern not in hits:
            yield ExampleFailure(
                spec.id, path, f"flagged, but by {sorted(hits)}, not by {example.pattern}", example.text
            )
        if len(hits) == 1:
            alone |= hits
    needed: set[str] = set()
    for example in spec.lawful:
        hits = test.hits(example.text, rule)
        if hits:
            yield ExampleFailure(spec.id, path, f"lawful example is flagged by {sorted(hits)}", example.text)
            continue
        for exception in rule.exceptions:
            without = replace(rule, exceptions=tuple(e for e in rule.exceptions if e is not exception))
            if exception.spec.id not in needed and test.hits(example.text, without):
                needed.add(exception.spec.id)
    for pattern in rule.patterns:
        if pattern.spec.id not in alone:
            yield ExampleFailure(spec.id, path, f"no flagged example needs pattern {pattern.spec.id}")
    for exception in rule.exceptions:
        if exception.spec.id not in needed:
            yield ExampleFailure(spec.id, path, f"no lawful example needs exception {exception.spec.id}")


def check_fact(pack: Pack, fact: Fact, finder: PhraseFinder) -> Iterator[ExampleFailure]:
    """What is wrong with the examples of a fact: each must give the value it stands under."""
    for wanted, texts in ((True, fact.spec.holds), (False, fact.spec.fails)):
        for text in texts:
            index = Index(build(read_text(text + "\n", "example")), finder)
            (found,) = find_facts(replace(pack, facts=(fact,)), index, {})
            if found.value != wanted:
                yield ExampleFailure(fact.spec.id, fact.path.name, f"the fact should be {wanted}", text)


def check_required(pack: Pack, required: Required, finder: PhraseFinder) -> Iterator[ExampleFailure]:
    """What is wrong with the examples of required contents: all parts there, or none."""
    for content in required.contents:
        for wanted, texts in (("present", content.spec.present), ("absent", content.spec.absent)):
            for text in texts:
                index = Index(build(read_text(text + "\n", "example")), finder)
                status = answer(content, index).status
                if status != wanted:
                    what = f"{content.spec.provision} should be {wanted}, is {status}"
                    yield ExampleFailure(required.spec.id, required.path.name, what, text)


def check_examples(pack: Pack) -> list[ExampleFailure]:
    """What is wrong with the examples of all rules, facts and required contents of a pack."""
    finder = PhraseFinder(pack.table)
    return [
        *(failure for rule in pack.rules for failure in check_rule(pack, rule, finder)),
        *(failure for fact in pack.facts for failure in check_fact(pack, fact, finder)),
        *(failure for required in pack.required for failure in check_required(pack, required, finder)),
    ]
