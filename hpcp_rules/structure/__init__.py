"""From a text with blocks to a contract: outline, sentences, parties, facts. `build` is the way in."""

from __future__ import annotations

from hpcp_rules.model.report import DocumentKind
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.structure.facts import consumer_contract, document_kind, normative
from hpcp_rules.structure.outline import outline
from hpcp_rules.structure.parties import find_parties


def build(
    source: SourceDocument,
    *,
    kind: DocumentKind | None = None,
    business_names: tuple[str, ...] = (),
    consumer_names: tuple[str, ...] = (),
) -> ContractDocument:
    """Structure a document; what the caller states (kind, names of the parties) is taken as certain."""
    nodes, sentences = outline(source)
    parties = find_parties(source.text, sentences, business_names, consumer_names)
    guessed, confidence = document_kind(source.text, sentences, parties)
    return ContractDocument(
        source=source,
        nodes=nodes,
        sentences=sentences,
        parties=parties,
        kind=kind or guessed,
        kind_confidence=1.0 if kind else confidence,
        consumer_contract=consumer_contract(source.text, parties),
        normative=kind is None and normative(source.text, sentences),
    )
