"""Must these terms be registered? The list in force on a day, held against what the document itself shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from hpcp_rules.engine.index import Index, PhraseFinder
from hpcp_rules.engine.match import chains
from hpcp_rules.errors import Where
from hpcp_rules.model.report import Bilingual, Evidence, Model, Span
from hpcp_rules.procedure.parameters import Basis, Parameters, ServiceSpec, in_force, load_parameters
from hpcp_rules.rulespec.pattern import Lexicon, PhraseTable, Sequence, parse
from hpcp_rules.structure.document import ContractDocument

__all__ = ["Registration", "ServiceMatch", "registration"]

_WHAT = Bilingual(vi="danh mục phải đăng ký", en="the list of what must be registered")
_HEAD_SENTENCES, _HEAD_CHARACTERS = 12, 2000
"""Where a document says what it is about."""
_TITLE_CHARACTERS = 140
"""Longer sentences in the head are text, no title."""
_ENOUGH = 3
"""Sentences with clues, of two kinds or more, that may show a subject where no title does."""
_SHOWN = 6
_CLAUSES = ("article", "clause", "point", "bullet")

Outcome = Literal["listed", "possibly-listed", "not-listed", "no-sign"]


class ServiceMatch(Model):
    """A kind of contract that the document shows signs of."""

    id: str
    number: int | None
    name: Bilingual
    note: Bilingual | None = None
    in_title: bool
    """True when the head of the document names it, the strongest sign."""
    sentences: int
    """Sentences that hold a clue."""
    evidence: tuple[Evidence, ...]


class Registration(Model):
    """Signs of whether the terms are on the list. A person decides; the list's own wording does."""

    as_of: date
    outcome: Outcome
    """``listed``: the title names an item; ``possibly-listed``: only clauses speak of one; ``not-listed``: the title
    names a kind of contract that is not on the list; ``no-sign``: neither."""
    matches: tuple[ServiceMatch, ...]
    outside: tuple[ServiceMatch, ...]
    list_title: Bilingual
    items: tuple[Bilingual, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class _Service:
    spec: ServiceSpec
    opening: tuple[Sequence, ...]
    clues: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True)
class _Clues:
    finder: PhraseFinder
    services: dict[str, _Service]


def registration(document: ContractDocument, as_of: date, *, parameters: Parameters | None = None) -> Registration:
    """Hold a document against the list in force on a day.

    Arguments:
        document: see `hpcp_rules.api.Checker.structure`.
        as_of: the day the terms are used.
        parameters: other data than what ships with the package.

    Errors: `UsageError` for days before the data (1 July 2024); `RuleError` for a clue that cannot be read.
    """
    data = parameters or load_parameters()
    listed = in_force(data.registration.lists, as_of, _WHAT)
    clues = _compiled(data.folder, data.sha256)
    index = Index(document, clues.finder)
    by_id = {s.id: s for s in data.registration.items}
    items = [m for name in listed.items if (m := _match(index, clues.services[name]))]
    outside = [m for s in data.registration.outside if (m := _match(index, clues.services[s.id]))]
    elsewhere = [m for m in outside if m.in_title]
    if any(m.in_title for m in items):
        outcome: Outcome = "listed"
    elif elsewhere:
        # The title says what the contract is; clues further down only say what it mentions.
        outcome = "not-listed"
    else:
        outcome = "possibly-listed" if items else "no-sign"
    return Registration(
        as_of=as_of,
        outcome=outcome,
        matches=tuple(sorted(items, key=lambda m: (not m.in_title, -m.sentences, m.number or 0))),
        outside=tuple(elsewhere),
        list_title=listed.title,
        items=tuple(by_id[name].name for name in listed.items),
        basis=listed.cited(),
    )


def _match(index: Index, service: _Service) -> ServiceMatch | None:
    document = index.document
    found: dict[int, Evidence] = {}
    in_title = False
    for sequence in service.opening:
        for sentence, evidence in _places(index, sequence, service.spec):
            if _is_title(document, sentence):
                in_title = True
                found.setdefault(sentence, evidence)
    kinds = set()
    for number, sequence in enumerate(service.clues):
        for sentence, evidence in _places(index, sequence, service.spec):
            found.setdefault(sentence, evidence)
            kinds.add(number)
    # One word may turn up anywhere: a flat to let has its electricity bill.
    if not in_title and (len(kinds) < 2 or len(found) < _ENOUGH):
        return None
    spec = service.spec
    return ServiceMatch(
        id=spec.id,
        number=spec.number,
        name=spec.name,
        note=spec.note,
        in_title=in_title,
        sentences=len(found),
        evidence=tuple(found[s] for s in sorted(found)[:_SHOWN]),
    )


def _is_title(document: ContractDocument, sentence: int) -> bool:
    """True for a short line at the head of the document that is not part of a numbered clause."""
    here = document.sentences[sentence]
    return (
        sentence < _HEAD_SENTENCES
        and here.end <= _HEAD_CHARACTERS
        and here.end - here.start <= _TITLE_CHARACTERS
        and (here.heading or document.nodes[here.node].level not in _CLAUSES)
    )


def _places(index: Index, sequence: Sequence, spec: ServiceSpec) -> list[tuple[int, Evidence]]:
    """The first place of a sequence in each sentence that holds it."""
    text = index.document.source.text
    out = []
    for sentence in (s for stretch in index.stretches() for s in index.candidates(sequence.needed, stretch)):
        unit = index.unit(sentence)
        for chain in chains(index, unit, sequence, 0, unit.length):
            placed = [e for e in chain if e is not None]
            start = index.characters(sentence, placed[0])[0]
            end = index.characters(sentence, placed[-1])[1]
            out.append((sentence, Evidence(span=Span(start=start, end=end), text=text[start:end], slot=spec.id)))
            break
    return out


@cache
def _compiled(folder: Path, sha256: str) -> _Clues:
    del sha256  # part of the key: other data in the same folder is compiled anew
    data = load_parameters(folder).registration
    table = PhraseTable()
    where = Where(str((folder / "_parameters" / "registration.yaml").relative_to(folder.parent)))

    def sequences(texts: tuple[str, ...]) -> tuple[Sequence, ...]:
        return tuple(parse(text, Lexicon(), table, where) for text in texts)

    services = {s.id: _Service(s, sequences(s.opening), sequences(s.clues)) for s in (*data.items, *data.outside)}
    return _Clues(PhraseFinder(table), services)
