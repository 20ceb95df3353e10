"""The result of checking a dossier, as it is serialised."""

from __future__ import annotations

from typing import Literal, get_args

from hpcp_rules.model.report import SCHEMA_VERSION, Bilingual, Model, RequirementResult, RunError, RunReport

DossierRole = Literal[
    "contract", "application", "annex", "copy", "licence", "authorisation", "letter", "other", "unread"
]
ROLES: tuple[DossierRole, ...] = get_args(DossierRole)


class DossierFile(Model):
    """A file of a dossier and what it is taken for."""

    name: str
    role: DossierRole
    reason: Bilingual
    """Why it is taken for that."""
    belongs_to: str | None = None
    """The contract that an annex is read with, or of which this is a copy."""
    sha256: str
    characters: int
    error: RunError | None = None


class DossierReport(Model):
    """What a dossier holds, what it lacks, and a report for each contract with its annexes."""

    schema_version: str = SCHEMA_VERSION
    name: str
    files: tuple[DossierFile, ...]
    components: tuple[RequirementResult, ...]
    """What Article 8(1) of Decree 55/2024 asks a dossier for registration to hold."""
    reports: tuple[RunReport, ...]
    notice: Bilingual = Bilingual(
        vi="Việc xếp loại tệp là phán đoán của chương trình; người thẩm định kiểm tra lại.",
        en="What each file is taken for is the program's guess; the examiner looks again.",
    )

    @property
    def complete(self) -> bool:
        """True when every file was read and every contract checked in full."""
        return all(f.error is None for f in self.files) and all(r.complete for r in self.reports)
