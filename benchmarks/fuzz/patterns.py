"""No regular expression of the package takes super-linear time, whatever text it meets.

Each compiled pattern meets texts made from itself: every repeated part written out thousands of times with an end that
does not fit, what it matches strung together, and blanks, letters and digits in rows. A linear pattern needs a few
milliseconds for each; a quadratic one needs half a second and more. What is measured is the processor's time for the
pattern alone. A pattern that the code only ever matches at a given place is tried at one place.
"""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import hpcp_rules

SIZE = 12_000
SECONDS = 0.4
GENERAL = (" ", "a", "1", "\n", ". ", "1.", "-")


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern in a module of the package, also inside its tables, by module and pattern."""
    found: dict[str, re.Pattern[str]] = {}

    def collect(value: Any, place: str, depth: int) -> None:
        if isinstance(value, re.Pattern):
            found[f"{place}: {value.pattern!r}"[:160]] = value
        elif depth and isinstance(value, dict):
            for inner in (*value.keys(), *value.values()):
                collect(inner, place, depth - 1)
        elif depth and isinstance(value, list | tuple | set | frozenset):
            for inner in value:
                collect(inner, place, depth - 1)

    for module in pkgutil.walk_packages(hpcp_rules.__path__, "hpcp_rules."):
        if module.name.endswith("__main__"):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except ImportError:  # needs an extra that is not installed
            continue
        for name, value in vars(loaded).items():
            collect(value, f"{module.name}:{name}", 3)
    return found


def sample(nodes: Any) -> str:
    """A short text that the parsed pattern takes, as near as needed here."""
    return "".join(_sample(op, argument) for op, argument in nodes)


def _sample(op: Any, argument: Any) -> str:
    if op is sre.LITERAL:
        return chr(argument)
    if op is sre.NOT_LITERAL:
        return "b" if argument == ord("a") else "a"
    if op is sre.IN:
        return _member(argument)
    if op is sre.ANY:
        return "a"
    if op is sre.BRANCH:
        return sample(argument[1][0])
    if op is sre.SUBPATTERN:
        return sample(argument[3])
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return sample(argument[2]) * max(1, min(argument[0], 5))
    if op is sre.ATOMIC_GROUP:
        return sample(argument)
    return ""


def _member(items: Any) -> str:
    negated = items[0][0] is sre.NEGATE
    kinds = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " ", sre.CATEGORY_WORD: "a", sre.CATEGORY_NOT_SPACE: "a",
             sre.CATEGORY_NOT_DIGIT: "a", sre.CATEGORY_NOT_WORD: " "}  # fmt: skip
    if negated:
        out = {chr(v) for o, v in items if o is sre.LITERAL} | {kinds[v] for o, v in items if o is sre.CATEGORY}
        return next(c for c in "a1 -ă\n." if c not in out and not (c == "ă" and "a" in out))
    op, value = items[0]
    return chr(value) if op is sre.LITERAL else chr(value[0]) if op is sre.RANGE else kinds.get(value, "a")


def attacks(pattern: re.Pattern[str]) -> Iterator[str]:
    """Texts that would take a backtracking pattern the longest."""
    tree = parser.parse(
        pattern.pattern, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    )

    def pumps(nodes: Any, before: str) -> Iterator[str]:
        for op, argument in nodes:
            if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
                body = sample(argument[2])
                if body and argument[1] > 20:
                    yield before + body * (SIZE // len(body)) + "\x01"
                    yield (before + body) * (SIZE // len(before + body)) + "\x01"
                yield from pumps(argument[2], before)
            elif op is sre.SUBPATTERN:
                yield from pumps(argument[3], before)
            elif op is sre.BRANCH:
                for branch in argument[1]:
                    yield from pumps(branch, before)
            elif op in (sre.ASSERT, sre.ASSERT_NOT):
                yield from pumps(argument[1], before)
            before = (before + _sample(op, argument))[-200:]

    yield from pumps(tree, "")
    whole = sample(tree)
    if whole:
        yield whole * (SIZE // len(whole))
        yield (whole[:-1] or whole) * (SIZE // max(1, len(whole) - 1)) + "\x01"
    for letters in GENERAL:
        yield letters * (SIZE // len(letters)) + "\x01"


LEFT_OPEN = frozenset(
    (
        "form.layout:_TITLE", "form.numbering:_REFERENCE", "form.references:_ARTICLE", "form.references:_REFERENCE",
        "form.type_size:_STYLE", "lawtext:_PLAIN", "readers.layout:_PAGE_NUMBER", "structure.facts:_CONTRACT_TITLE",
        "structure.facts:_TERMS_TITLE", "structure.facts:_SIGNATURE", "structure.facts:_NORMATIVE",
        "form.numbering:_MARK", "form.references:_OWN",
    )
)  # fmt: skip
"""Patterns that are quadratic in blanks or signs in a row where they are looked for everywhere: to be mended or given
short texts only. No other pattern may join them."""
ALL = patterns()
CODE = "\n".join(p.read_text(encoding="utf-8") for p in Path(hpcp_rules.__file__).parent.rglob("*.py"))


def tried(key: str, pattern: re.Pattern[str], text: Any) -> None:
    """Use a pattern as the code does: looking for it everywhere, or only at one place."""
    name = key.split(":")[1]
    anywhere = re.search(rf"\b{re.escape(name)}\.(?:search|finditer|findall|sub|subn|split)\b", CODE)
    anchored = re.search(rf"\b{re.escape(name)}\.(?:match|fullmatch)\b", CODE)
    if anchored and not anywhere:
        pattern.match(text)
        pattern.fullmatch(text)
    else:
        for _ in pattern.finditer(text):
            pass


class _TooSlow(Exception):
    pass


def _stop(*_: object) -> None:
    raise _TooSlow


@pytest.mark.parametrize("module", sorted({key.split(":")[0] for key in ALL}))
def test_patterns_of(module: str) -> None:
    slow = []
    before = signal.signal(signal.SIGPROF, _stop)
    try:
        for key, pattern in ALL.items():
            if key.split(":")[0] != module:
                continue
            for text in dict.fromkeys(attacks(pattern)):
                given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
                signal.setitimer(signal.ITIMER_PROF, SECONDS)
                try:
                    tried(key, pattern, given)
                except _TooSlow:
                    slow.append((key, text[:40]))
                finally:
                    signal.setitimer(signal.ITIMER_PROF, 0)
                if slow and slow[-1][0] == key:
                    break
    finally:
        signal.signal(signal.SIGPROF, before)
    assert [s for s in slow if ":".join(s[0].split(":")[:2]).removeprefix("hpcp_rules.") not in LEFT_OPEN] == []


@pytest.mark.parametrize("bad", [r"\s+$", r"(?:a|a)*b", r"[a-z]*x"])
def test_the_oracle_sees_a_quadratic_pattern(bad: str) -> None:
    pattern = re.compile(bad)
    before = signal.signal(signal.SIGPROF, _stop)
    stopped = 0
    try:
        for text in attacks(pattern):
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                tried("x:_NOT_USED", pattern, text)
            except _TooSlow:
                stopped += 1
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            if stopped:
                break
    finally:
        signal.signal(signal.SIGPROF, before)
    assert stopped


def test_patterns_are_found() -> None:
    assert len(ALL) > 60
