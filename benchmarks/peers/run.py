"""Times the peers of docs/performance.md on one text; run by benchmarks/performance.py inside the peers' environment.

Reads a JSON object from standard input: `text`, `phrases` (list of syllable strings), `patterns` (list of gap patterns,
each a list of {"options": [phrases], "gap": most words before it}). Writes {"name": [seconds, matches]} to standard
output. Every peer gets its rules compiled and one run to warm up before its best of three is taken.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

RUNS = 3
_WIDEST = 6


def timed(run: Callable[[], int]) -> tuple[float, int]:
    """Best of some runs in seconds, and the matches."""
    matches = run()
    best = float("inf")
    for _ in range(RUNS):
        begin = time.perf_counter()
        matches = run()
        best = min(best, time.perf_counter() - begin)
        if best > 20:
            break
    return best, matches


def as_regex(pattern: list[dict[str, Any]]) -> str:
    """The gap pattern as a regular expression: alternatives, and up to so many words between."""
    parts = []
    for n, element in enumerate(pattern):
        options = "|".join(re.escape(o).replace(r"\ ", r"\s+") for o in element["options"])
        between = rf"(?:\s+\S+){{0,{element['gap']}}}?\s+" if n else r"\b"
        parts.append(f"{between}(?:{options})")
    return "".join(parts) + r"\b"


def as_tokens(pattern: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The gap pattern as token patterns of spaCy's Matcher; one for each option of its first element."""
    for first in pattern[0]["options"]:
        tokens: list[dict[str, Any]] = [{"LOWER": w} for w in first.split()]
        for element in pattern[1:]:
            # Wide gaps make the matcher's states explode: at most six words, which favours the peer too.
            tokens += [{"OP": "?"}] * min(element["gap"], _WIDEST)
            # One token of a set: what follows of a longer phrase is left out, which favours the peer.
            tokens.append({"LOWER": {"IN": sorted({o.split()[0] for o in element["options"]})}})
        yield tokens


def peers(data: dict[str, Any]) -> Iterator[tuple[str, Callable[[], int]]]:
    """Name and run of each peer."""
    text, patterns = data["text"], data["patterns"]
    regexes = [re.compile(as_regex(p), re.IGNORECASE) for p in patterns]
    yield f"{len(regexes)} separate `re` patterns", lambda: sum(len(r.findall(text)) for r in regexes)

    import spacy
    from spacy.matcher import Matcher

    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": False}}})
    nlp.max_length = 10_000_000
    matcher = Matcher(nlp.vocab)
    for n, pattern in enumerate(patterns):
        matcher.add(f"p{n}", list(as_tokens(pattern)))
    yield f'spaCy {spacy.__version__} Matcher over `blank("vi")`', lambda: len(matcher(nlp(text)))

    from presidio_analyzer import Pattern, PatternRecognizer

    recognizers = [
        PatternRecognizer(f"P{n}", patterns=[Pattern(f"p{n}", as_regex(p), 0.5)], supported_language="vi")
        for n, p in enumerate(patterns)
    ]
    version = importlib.metadata.version("presidio-analyzer")
    yield (
        f"presidio-analyzer {version}, pattern recognisers alone",
        lambda: sum(len(r.analyze(text, r.supported_entities, None)) for r in recognizers),
    )

    from medspacy.context import ConText, ConTextRule
    from medspacy.target_matcher import TargetMatcher, TargetRule

    targets = TargetMatcher(nlp, name="targets")
    targets.add(
        [
            TargetRule(f"p{n}", "UNFAIR", pattern=tokens)
            for n, pattern in enumerate(patterns)
            for tokens in as_tokens(pattern)
        ]
    )
    context = ConText(nlp, rules=None)
    context.add([ConTextRule(p, "NEGATED", direction="FORWARD") for p in ("không", "không được", "trừ trường hợp")])

    def medspacy() -> int:
        doc = nlp(text)
        doc[0].is_sent_start = True
        for token in doc[1:]:
            token.is_sent_start = doc[token.i - 1].text.endswith((".", ";", ":"))
        return len(context(targets(doc)).ents)

    yield f"medspaCy {importlib.metadata.version('medspacy')} target and context rules", medspacy


def main() -> None:
    """Time every peer; one that fails is named with its error, the others go on."""
    data = json.load(sys.stdin)
    result: dict[str, object] = {}
    try:
        for name, run in peers(data):
            try:
                result[name] = timed(run)
            except Exception as error:
                result[name] = f"{type(error).__name__}: {error}"
    except Exception as error:
        result["peers"] = f"{type(error).__name__}: {error}"
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
