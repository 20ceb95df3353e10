"""A contract as the engine sees it: outline, sentences, parties and facts over one text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hpcp_rules.model.report import DocumentKind
from hpcp_rules.model.source import SourceDocument

Level = Literal["document", "part", "chapter", "section", "article", "clause", "point", "bullet", "heading"]
Role = Literal["business", "consumer", "third"]


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of the outline: Phần, Chương, Mục, Điều, khoản, điểm, a bullet, or an unnumbered heading.

    `start` to `end` is the whole unit with what lies under it; `start` to `own_end` its own heading or text.
    `parent` is an index into `ContractDocument.nodes`; the document itself is node 0.
    """

    index: int
    parent: int
    level: Level
    label: str
    """As an official would cite it: ``Điều 7``, ``khoản 2``, ``điểm a``; empty for bullets."""
    title: str
    start: int
    own_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list item; `start`, `end` are characters of the text without surrounding blanks."""

    index: int
    start: int
    end: int
    node: int
    lead_in: int | None = None
    """Index of the sentence that governs this list item ("Bên A có quyền:"), if there is one."""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """A party with every name the document gives it, each name as first written."""

    role: Role
    names: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class ContractDocument:
    """The structured document; built once, then only read."""

    source: SourceDocument
    nodes: tuple[Node, ...]
    sentences: tuple[Sentence, ...]
    parties: tuple[Party, ...]
    kind: DocumentKind
    kind_confidence: float
    consumer_contract: bool
    normative: bool = False
    """True for a law, decree or circular."""

    def path(self, node: int) -> tuple[str, ...]:
        """Labels of the units around a node from the outside in, unlabelled ones left out."""
        labels: list[str] = []
        while node > 0:
            here = self.nodes[node]
            if here.label:
                labels.append(here.label)
            elif here.level == "heading" and here.title:
                labels.append(here.title[:60])
            node = here.parent
        return tuple(reversed(labels))
