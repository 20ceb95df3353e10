"""Sentences worth a person's reading that no rule flagged: where rules may still be missing.

spaCy's PhraseMatcher runs over a Doc made of our own syllables (its Vietnamese tokenizer joins syllables to words and
loses one occurrence in twenty of ordinary legal terms). Only the few sentences found this way are given to pyvi,
whose words and tags say what kind of word the trigger stands with. Both are loaded on first use: no check needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hpcp_rules.model.report import RunReport, Span
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.text.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Callable

_VERB = ("V",)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with the triggers it holds and its words as pyvi segments and tags them (``("thay_đổi", "V")``)."""

    span: Span
    quote: str
    triggers: tuple[str, ...]
    words: tuple[tuple[str, str], ...]

    @property
    def verbs(self) -> tuple[str, ...]:
        """The words tagged as verbs: what the sentence does."""
        return tuple(word.replace("_", " ") for word, tag in self.words if tag in _VERB)


def find_candidates(pack: Pack, document: ContractDocument, report: RunReport) -> list[Candidate]:
    """Sentences with a phrase of the set `watch` that are neither in a finding nor excused by an exception."""
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    text = document.source.text
    tokens = tokenize(text)
    vocab = Vocab()
    matcher = PhraseMatcher(vocab)
    matcher.add("watch", [Doc(vocab, words=list(phrase)) for phrase in pack.watch])
    spans = [f.span for f in report.findings] + [e.span for e in report.excused]
    known = [(s.start, s.end) for s in spans]
    tag = _tagger()
    found: list[Candidate] = []
    at = 0
    for sentence in document.sentences:
        while at < len(tokens.starts) and tokens.starts[at] < sentence.start:
            at += 1
        end = at
        while end < len(tokens.starts) and tokens.starts[end] < sentence.end:
            end += 1
        keys = tokens.keys[at:end]
        if not keys or sentence.heading or any(s < sentence.end and sentence.start < e for s, e in known):
            continue
        doc = Doc(vocab, words=list(keys))
        triggers = [(a, b) for _, a, b in matcher(doc)]
        if triggers:
            quote = text[sentence.start : sentence.end]
            shown = dict.fromkeys(text[tokens.starts[at + a] : tokens.ends[at + b - 1]] for a, b in triggers)
            found.append(Candidate(Span(start=sentence.start, end=sentence.end), quote, tuple(shown), tag(quote)))
    return found


def _tagger() -> Callable[[str], tuple[tuple[str, str], ...]]:
    from pyvi import ViPosTagger, ViTokenizer

    def tag(text: str) -> tuple[tuple[str, str], ...]:
        words, tags = ViPosTagger.postagging(ViTokenizer.tokenize(text))
        return tuple(zip(words, tags, strict=True))

    return tag
