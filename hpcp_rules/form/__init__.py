"""Checks of form on Article 6 of Decree 55/2024: language, type size, contrast, layout. `check_form` is the way in.

All numbers are data (rules/_parameters/form.yaml); method and limits are in docs/form.md.
"""

from __future__ import annotations

from datetime import date

from hpcp_rules.form.contrast import contrast
from hpcp_rules.form.language import foreign_blocks, language
from hpcp_rules.form.layout import sentences, signing
from hpcp_rules.form.numbering import numbering
from hpcp_rules.form.references import references
from hpcp_rules.form.terms import terms
from hpcp_rules.form.type_size import type_size
from hpcp_rules.model.report import FormResult
from hpcp_rules.rulespec.schema import FormSpec
from hpcp_rules.structure.document import ContractDocument

__all__ = ["check_form"]


def check_form(document: ContractDocument, spec: FormSpec, as_of: date) -> tuple[FormResult, ...]:
    """One result or more for each check in force: findings, what cannot be told, or that all is well.

    Arguments:
        as_of: checks in force on this day are made.
    """
    if not document.source.text.strip():
        return ()
    kinds = foreign_blocks(document, spec.language)
    out: list[FormResult] = []
    if spec.language.in_force(as_of):
        out += language(document, spec.language, kinds)
    if spec.type_size.in_force(as_of):
        out += type_size(document, spec.type_size)
    if spec.contrast.in_force(as_of):
        out += contrast(document, spec.contrast)
    if spec.numbering.in_force(as_of):
        out += numbering(document, spec.numbering, kinds)
    if spec.references.in_force(as_of):
        out += references(document, spec.references)
    if spec.terms.in_force(as_of):
        out += terms(document, spec.terms)
    if spec.sentences.in_force(as_of):
        out += sentences(document, spec.sentences)
    if spec.signing.in_force(as_of):
        out += signing(document, spec.signing)
    return tuple(out)
