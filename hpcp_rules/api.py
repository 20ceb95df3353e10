"""The facade other systems import: load a pack once, check as many documents as you like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Any

from hpcp_rules.engine.checker import check
from hpcp_rules.engine.index import PhraseFinder
from hpcp_rules.engine.memory import Memory
from hpcp_rules.errors import HpcpError
from hpcp_rules.form import check_form
from hpcp_rules.model.dossier import DossierFile, DossierReport, DossierRole
from hpcp_rules.model.report import (
    Bilingual,
    DocumentInfo,
    DocumentKind,
    PackInfo,
    RequirementResult,
    RunError,
    RunReport,
)
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers import DEFAULT, DEFAULT_OPTIONS, Limits, Options, read_bytes, read_file, read_text
from hpcp_rules.report.redact import redact_dossier, redact_report
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.rulespec.pack import load_pack, rules_folder
from hpcp_rules.structure import build
from hpcp_rules.structure.document import ContractDocument
from hpcp_rules.version import __version__

__all__ = ["Checker", "check_dossier", "check_file", "check_text", "load_pack"]


class Checker:
    """A pack ready to run. Immutable and safe to share between threads.

    Arguments:
        pack: the rules; by default those that ship with the package.
        as_of: rules in force on this day are applied (default: today).
        kind: the document's kind, where the caller knows it.
        business_names, consumer_names: names of the parties, where the caller knows them.
        facts: facts of the document that the caller knows, by id: ``{"distance": True}``.
        min_confidence: findings below it are left out; the report says how many.
        limits: what one document may cost. Seconds and memory hold only where a worker does the checking:
            see `hpcp_rules.worker`.
        reading: how files are read where there is a choice.
        time_rules: measure the time of each rule too, for `RunReport.timings_ms`.
        redact: mask in reports what identifies a person (`hpcp_rules.report.redact`); spans stay those of the document.
    """

    def __init__(
        self,
        pack: Pack | None = None,
        *,
        as_of: date | None = None,
        kind: DocumentKind | None = None,
        business_names: tuple[str, ...] = (),
        consumer_names: tuple[str, ...] = (),
        facts: Mapping[str, bool] = MappingProxyType({}),
        min_confidence: float = 0.0,
        limits: Limits = DEFAULT,
        reading: Options = DEFAULT_OPTIONS,
        redact: bool = False,
        time_rules: bool = False,
    ) -> None:
        self.pack = pack or _default_pack()
        self.as_of = as_of or date.today()
        self._kind: DocumentKind | None = kind
        self._business = business_names
        self._consumer = consumer_names
        self._min_confidence = min_confidence
        self.limits = limits
        self.reading = reading
        self.redact = redact
        self.time_rules = time_rules
        self._facts = MappingProxyType(dict(facts))
        self._finder = PhraseFinder(self.pack.table)

    def settings(self) -> dict[str, Any]:
        """What another process needs to make the same checker, as JSON holds it.

        Rules are loaded from their folder; those that ship with the package from where they are there.
        """
        folder = self.pack.folder.resolve()
        return {
            "rules": None if folder == rules_folder().resolve() else str(folder),
            "as_of": self.as_of.isoformat(),
            "kind": self._kind,
            "business_names": self._business,
            "consumer_names": self._consumer,
            "facts": dict(self._facts),
            "min_confidence": self._min_confidence,
            "limits": asdict(self.limits),
            "reading": asdict(self.reading),
            "redact": self.redact,
            "time_rules": self.time_rules,
        }

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Checker:
        """The checker that `settings` describes.

        Errors: `RuleError` when the rules cannot be loaded.
        """
        names = {k: tuple(settings[k]) for k in ("business_names", "consumer_names")}
        pack = load_pack(settings["rules"] and Path(settings["rules"]))
        return cls(
            pack, as_of=date.fromisoformat(settings["as_of"]), kind=settings["kind"],
            facts=settings["facts"], min_confidence=settings["min_confidence"], limits=Limits(**settings["limits"]),
            reading=Options(**settings["reading"]), redact=settings["redact"],
            time_rules=settings["time_rules"],
            **names,
        )  # fmt: skip

    def structure(self, source: SourceDocument) -> ContractDocument:
        """Outline, sentences, parties and facts of a document."""
        return build(source, kind=self._kind, business_names=self._business, consumer_names=self._consumer)

    def check(self, source: SourceDocument, memory: Memory | None = None) -> RunReport:
        """Check one document that a reader made.

        Arguments:
            memory: what rules said of this very document before, and where to keep what they say now.
        """
        return self.check_document(self.structure(source), memory)

    def check_document(self, document: ContractDocument, memory: Memory | None = None) -> RunReport:
        """Check a document that `structure` made; `memory` as for `check`."""
        report = self._checked(document, memory)
        return redact_report(report, document.source.text) if self.redact else report

    def _checked(self, document: ContractDocument, memory: Memory | None) -> RunReport:
        report = check(
            self.pack, self._finder, document, self.as_of, self._facts, self._min_confidence, memory, self.time_rules
        )
        if self.pack.form is None:
            return report
        begin = perf_counter()
        form = check_form(document, self.pack.form, self.as_of)
        spent = {**report.timings_ms, "form": round((perf_counter() - begin) * 1000, 3)}
        return report.model_copy(update={"form": form, "timings_ms": spent})

    def check_text(self, text: str, name: str = "văn bản") -> RunReport:
        """Check a text; spans are characters of its NFC form."""
        return self.check(read_text(text, name))

    def check_file(self, path: Path | str) -> RunReport:
        """Read and check a file.

        Errors: `ReadError` when it cannot be read at all.
        """
        return self.check(read_file(path, self.limits, self.reading))

    def check_bytes(self, data: bytes, name: str) -> RunReport:
        """Read and check the bytes of a file; `name` is shown in messages and its ending is a hint.

        Errors: `ReadError` when they cannot be read at all.
        """
        return self.check(read_bytes(data, name, self.limits, self.reading))

    def check_dossier(self, path: Path | str) -> DossierReport:
        """Read a folder or zip archive as one dossier and check each contract in it together with its annexes.

        Errors: `ReadError` when it cannot be opened at all.
        """
        from hpcp_rules.dossier import read_dossier

        dossier = read_dossier(path, self.limits, self.reading)
        report = DossierReport(
            name=dossier.name,
            files=dossier.files,
            components=_components(dossier.files),
            reports=tuple(_with_files(self.check(source), source) for source in dossier.documents),
        )
        return redact_dossier(report) if self.redact else report

    def failed(self, name: str, error: HpcpError) -> RunReport:
        """The report of a file that could not be read: no findings, not complete, the error in it."""
        pack = self.pack
        return RunReport(
            tool=f"hpcp-rules {__version__}",
            pack=PackInfo(id=pack.id, version=pack.version, sha256=pack.sha256, rules=len(pack.rules)),
            as_of=self.as_of,
            document=DocumentInfo(
                name=name,
                media_type="",
                sha256="",
                characters=0,
                kind="hop-dong-theo-mau",
                kind_confidence=0.0,
                consumer_contract=False,
            ),
            errors=(
                RunError(
                    code=error.code, where=str(error.where), message=Bilingual(vi=error.text("vi"), en=error.text("en"))
                ),
            ),
        )


def _with_files(report: RunReport, source: SourceDocument) -> RunReport:
    """A report whose findings name the file they stand in, where there are several."""
    if len(source.files) < 2:
        return report
    placed = tuple(f.model_copy(update={"file": source.file_at(f.span.start)}) for f in report.findings)
    return report.model_copy(update={"findings": placed})


def _components(files: tuple[DossierFile, ...]) -> tuple[RequirementResult, ...]:
    roles = {f.role for f in files}
    unread = "unread" in roles
    parts: tuple[tuple[DossierRole, Bilingual], ...] = (
        ("application", Bilingual(vi="Đơn đăng ký theo Mẫu số 02", en="Application on form 02")),
        (
            "contract",
            Bilingual(
                vi="Dự thảo hợp đồng theo mẫu, điều kiện giao dịch chung bằng tiếng Việt",
                en="Draft contract or general conditions in Vietnamese",
            ),
        ),
    )
    # A file that could not be read may be what seems to be missing.
    return tuple(
        RequirementResult(
            provision="nd55:8.1", title=title, status="present" if role in roles else "absent",
            confidence=0.9 if role in roles else 0.5 if unread else 0.8,
        )
        for role, title in parts
    )  # fmt: skip


@cache
def _default_pack() -> Pack:
    return load_pack()


def check_text(text: str, name: str = "văn bản") -> RunReport:
    """Check a text with the default pack as of today."""
    return Checker().check_text(text, name)


def check_dossier(path: Path | str) -> DossierReport:
    """Check a folder or zip archive as one dossier with the default pack as of today.

    Errors: `ReadError` when it cannot be opened at all.
    """
    return Checker().check_dossier(path)


def check_file(path: Path | str) -> RunReport:
    """Read and check a file with the default pack as of today.

    Errors: `ReadError` when it cannot be read at all.
    """
    return Checker().check_file(path)
