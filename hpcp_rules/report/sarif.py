"""SARIF 2.1.0: results for code-scanning viewers and build servers.

What viewers rely on: every rule with its help, a path relative to the folder the command ran in, a region with lines
and characters, a fingerprint that survives renumbering. Regions of a text file are lines and characters of that file;
of a DOCX, PDF or HTML they are those of the text that ``hpcp text FILE`` prints, which is said in `properties`.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from hpcp_rules.model.report import Bilingual, Finding, RunReport, Severity, Span, Suppressed
from hpcp_rules.report.messages import say
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.rulespec.provisions import DOCUMENTS, provision_label, split_provision
from hpcp_rules.version import __version__

__all__ = ["Lines", "render_sarif"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL: dict[Severity, str] = {"high": "error", "medium": "warning", "low": "note", "info": "note"}
_MISSING: dict[str, Severity] = {"absent": "medium", "partial": "low"}
_FORM = ("language", "type-size", "contrast", "numbering", "references", "sentences", "signing")
_BASE = "%SRCROOT%"
_BREAK = re.compile(r"\r\n|\r|\n")
"""What editors and viewers count as the end of a line; `str.splitlines` knows more."""


class Lines:
    """Where each line of a text starts, so that a span is told as lines and columns (both counted from 1)."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        self._length = len(text)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character; an offset past the end is the end."""
        offset = min(offset, self._length)
        line = bisect_right(self._starts, offset) - 1
        return line + 1, offset - self._starts[line] + 1

    def region(self, span: Span) -> dict[str, int]:
        """The `region` object of a span."""
        start_line, start_column = self.place(span.start)
        end_line, end_column = self.place(span.end)
        return {
            "startLine": start_line,
            "startColumn": start_column,
            "endLine": end_line,
            "endColumn": end_column,
            "charOffset": span.start,
            "charLength": span.end - span.start,
        }


def render_sarif(
    checked: Iterable[tuple[RunReport, str]],
    pack: Pack,
    lang: str = "vi",
    *,
    verbose: bool = False,
    compared: bool = False,
    root: Path | None = None,
) -> str:
    """One log with one run over all documents.

    Arguments:
        checked: reports with the text their spans refer to (empty where the file could not be read).
        pack: the rules that ran: all of them are described, whether they found something or not.
        lang: language of messages; the help of a rule has both.
        verbose: also what an exception excused, as suppressed results.
        compared: a baseline was given, so that results are ``new`` or ``unchanged``.
        root: folder that paths are relative to (default: the current one).
    """
    root = (root or Path.cwd()).resolve()
    rules = _rules(pack, lang)
    index = {r["id"]: n for n, r in enumerate(rules)}
    artifacts: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    notifications: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    complete = True
    notice = ""
    for number, (report, text) in enumerate(checked):
        notice = report.notice.in_language(lang)
        complete = complete and report.complete
        location = _location(report.document.name, root)
        artifacts.append(_artifact(report, location))
        write = _Document(report, {**location, "index": number}, Lines(text), lang, compared)
        for result in write.results(verbose):
            if result["ruleId"] in index:
                result["ruleIndex"] = index[result["ruleId"]]
            results.append(result)
        notifications += write.notifications()
        problems += [p for p in write.problems() if p not in problems]
    run = {
        "tool": {
            "driver": {
                "name": "hpcp-rules",
                "version": __version__,
                "semanticVersion": __version__,
                "language": lang,
                "shortDescription": {"text": say("app", lang)},
                "fullDescription": {"text": notice or say("app", lang)},
                "rules": rules,
                "properties": {"pack": pack.id, "packVersion": pack.version, "packSha256": pack.sha256},
            }
        },
        "automationDetails": {"id": "hpcp-rules/"},
        "columnKind": "unicodeCodePoints",
        "language": lang,
        # No address: where the folder lies on this machine is nobody's business.
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder the check ran in."}}},
        "artifacts": artifacts,
        "results": results,
        "invocations": [
            {
                "executionSuccessful": complete,
                "toolExecutionNotifications": notifications,
                "toolConfigurationNotifications": problems,
            }
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


class _Document:
    """Results and notifications of one document."""

    def __init__(self, report: RunReport, location: dict[str, Any], lines: Lines, lang: str, compared: bool) -> None:
        self.report = report
        self.location = location
        self.lines = lines
        self.lang = lang
        self.compared = compared

    def results(self, verbose: bool) -> Iterator[dict[str, Any]]:
        taken: dict[str, list[Suppressed]] = {}
        for suppressed in self.report.suppressed:
            taken.setdefault(suppressed.finding, []).append(suppressed)
        for finding in self.report.findings:
            yield self._finding(finding, taken.get(finding.id, []))
        lang = self.lang
        for required in self.report.requirements:
            if required.status not in _MISSING:
                continue
            text = f"{required.title.in_language(lang)}: {say('status.' + required.status, lang)}"
            if required.missing and required.status == "partial":
                text += f" ({say('report.missing', lang)}: {required.missing.in_language(lang)})"
            result = self._result(
                required.key, _MISSING[required.status], text, required.provision,
                identity=required.provision, confidence=required.confidence,
                span=required.evidence[0] if required.evidence else None,
            )  # fmt: skip
            yield self._not_counted(result, taken.get(required.key, []))
        for number, form in enumerate(self.report.form):
            if form.status == "finding":
                result = self._result(
                    f"form/{form.id}", form.severity, form.message.in_language(lang), form.provision,
                    identity=f"{form.key}\x00{number}", confidence=form.confidence, span=form.span,
                )  # fmt: skip
                yield self._not_counted(result, taken.get(form.key, []))
        for excused in self.report.excused if verbose else ():
            result = self._result(
                excused.rule, "info", f"{excused.pattern}: {excused.reason.in_language(lang)}", None,
                identity=f"{excused.pattern}\x00{excused.span.start}", confidence=None, span=excused.span,
            )  # fmt: skip
            result["suppressions"] = [
                {
                    "kind": "external",
                    "status": "accepted",
                    "justification": f"{excused.exception}: {excused.reason.in_language(lang)}",
                }
            ]
            yield result

    def _finding(self, finding: Finding, suppressed: Sequence[Suppressed]) -> dict[str, Any]:
        lang = self.lang
        text = (
            f"{finding.message.in_language(lang)} ({provision_label(finding.provision, lang)}) "
            f"{say('report.quote', lang)}: “{' '.join(finding.quote.split())}” "
            f"{say('report.instead', lang)}: {finding.suggestion.in_language(lang)}"
        )
        result = self._result(
            finding.rule, finding.severity, text, finding.provision, identity=None,
            confidence=finding.confidence, span=finding.span, also=finding.also,
        )  # fmt: skip
        result["partialFingerprints"] = {"hpcpFindingId/v1": finding.id}
        location = result["locations"][0]
        location["physicalLocation"]["region"]["snippet"] = {"text": finding.quote}
        if finding.outline:
            location["logicalLocations"] = [{"fullyQualifiedName": " › ".join(finding.outline), "kind": "clause"}]
        result["properties"] |= {
            "strength": finding.strength,
            "pattern": finding.pattern,
            **({"page": finding.page} if finding.page else {}),
        }
        return self._not_counted(result, suppressed)

    def _not_counted(self, result: dict[str, Any], suppressed: Sequence[Suppressed]) -> dict[str, Any]:
        waived = [s for s in suppressed if s.kind == "waiver"]
        if waived:
            result["suppressions"] = [
                {
                    "kind": "external",
                    "status": "accepted",
                    "justification": s.reason
                    + (f" ({say('words.until', self.lang)} {_day(s.until, self.lang)})" if s.until else ""),
                }
                for s in waived
            ]
        if self.compared:
            known = any(s.kind == "baseline" for s in suppressed)
            result["baselineState"] = "unchanged" if known else "new"
        return result

    def _result(
        self,
        rule: str,
        severity: Severity,
        text: str,
        provision: str | None,
        *,
        identity: str | None,
        confidence: float | None,
        span: Span | None,
        also: Sequence[str] = (),
    ) -> dict[str, Any]:
        """A result at a span, or at the first line where the whole document is meant."""
        region: dict[str, Any] = self.lines.region(span) if span else {"startLine": 1}
        result: dict[str, Any] = {
            "ruleId": rule,
            "level": _LEVEL[severity],
            "message": {"text": text},
            "locations": [{"physicalLocation": {"artifactLocation": self.location, "region": region}}],
            "properties": {
                "severity": severity,
                **({"provision": provision} if provision else {}),
                **({"also": list(also)} if also else {}),
            },
        }
        if confidence is not None:
            result["rank"] = round(confidence * 100, 1)
        if identity is not None:
            digest = hashlib.sha256(f"{rule}\x00{identity}".encode()).hexdigest()[:16]
            result["partialFingerprints"] = {"hpcpFindingId/v1": digest}
        return result

    def notifications(self) -> Iterator[dict[str, Any]]:
        for part in self.report.not_checked:
            text = f"{part.part.in_language(self.lang)}: {part.reason.in_language(self.lang)}"
            if part.remedy:
                text += f" {part.remedy.in_language(self.lang)}"
            place: dict[str, Any] = {"artifactLocation": self.location}
            if part.span:
                place["region"] = self.lines.region(part.span)
            yield {
                "level": "error",
                "descriptor": {"id": part.code},
                "message": {"text": text},
                "locations": [{"physicalLocation": place}],
            }
        if not self.report.document.sha256:
            for error in self.report.errors:
                yield {
                    "level": "error",
                    "descriptor": {"id": error.code},
                    "message": {"text": error.message.in_language(self.lang)},
                    "locations": [{"physicalLocation": {"artifactLocation": self.location}}],
                }

    def problems(self) -> Iterator[dict[str, Any]]:
        """Rules that could not be loaded: the same for every document."""
        for error in self.report.errors if self.report.document.sha256 else ():
            yield {
                "level": "error",
                "descriptor": {"id": error.code},
                "message": {"text": error.message.in_language(self.lang)},
            }


def _rules(pack: Pack, lang: str) -> list[dict[str, Any]]:
    other = "en" if lang == "vi" else "vi"
    out = []
    for rule in sorted(pack.rules, key=lambda r: r.id):
        spec = rule.spec
        parts = (
            ("report.why", spec.explanation),
            ("report.instead", spec.suggestion),
            ("words.not-covered", spec.not_covered),
        )
        out.append(
            {
                "id": spec.id,
                "name": "".join(w.capitalize() for w in spec.name.split("-")),
                "shortDescription": {"text": spec.title.in_language(lang)},
                "fullDescription": {"text": spec.message.in_language(lang)},
                "help": _help([_told(spec.title, spec.provision, parts, x) for x in (lang, other)]),
                "helpUri": DOCUMENTS[split_provision(spec.provision)[0]].source,
                "defaultConfiguration": {"level": _LEVEL[spec.severity], "rank": round(spec.confidence * 100, 1)},
                "properties": {
                    "tags": ["consumer-protection", spec.provision],
                    "precision": "high" if spec.strength == "clear" else "medium",
                    "problem.severity": {"high": "error", "medium": "warning"}.get(spec.severity, "recommendation"),
                    "version": str(spec.version),
                    "inForceFrom": spec.in_force_from.isoformat(),
                    **({"inForceTo": spec.in_force_to.isoformat()} if spec.in_force_to else {}),
                },
            }
        )
    described: set[str] = set()
    for required in pack.required:
        for content in required.contents:
            spec_ = content.spec
            if spec_.provision in described:
                continue  # two readings of one provision, for two kinds of documents, are one rule
            described.add(spec_.provision)
            parts_ = (("words.not-covered", required.spec.not_covered),)
            title = Bilingual(
                vi=f"{required.spec.title.vi}: {spec_.title.vi}", en=f"{required.spec.title.en}: {spec_.title.en}"
            )
            out.append(_plain(f"required/{spec_.provision}", title, spec_.provision, parts_, lang, other, "warning"))
    for name in _FORM if pack.form else ():
        provision = getattr(pack.form, name.replace("-", "_")).provision
        title = Bilingual(vi=say(f"check.{name}", "vi"), en=say(f"check.{name}", "en"))
        out.append(_plain(f"form/{name}", title, provision, (), lang, other, "note"))
    return out


def _plain(
    name: str,
    title: Bilingual,
    provision: str,
    parts: Sequence[tuple[str, Bilingual]],
    lang: str,
    other: str,
    level: str,
) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": title.in_language(lang)},
        "help": _help([_told(title, provision, parts, x) for x in (lang, other)]),
        "helpUri": DOCUMENTS[split_provision(provision)[0]].source,
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["consumer-protection", provision]},
    }


def _told(title: Bilingual, provision: str, parts: Sequence[tuple[str, Bilingual]], lang: str) -> list[str]:
    notice = Bilingual.model_validate(RunReport.model_fields["notice"].default)
    rows = [f"{title.in_language(lang)} ({provision_label(provision, lang)})"]
    rows += [f"{say(key, lang)}: {text.in_language(lang)}" for key, text in parts]
    return [*rows, notice.in_language(lang)]


def _help(languages: list[list[str]]) -> dict[str, str]:
    text = "\n\n".join("\n".join(rows) for rows in languages)
    markdown = "\n\n---\n\n".join(
        "\n\n".join([f"**{rows[0]}**", *rows[1:]]) for rows in ([r.replace("[", "\\[") for r in x] for x in languages)
    )
    return {"text": text, "markdown": markdown}


def _location(name: str, root: Path) -> dict[str, str]:
    """A path below `root` relative to it, any other as a file address; standard input by its name."""
    path = Path(name)
    try:
        inside = path.resolve().relative_to(root)
    except ValueError:
        return {"uri": path.resolve().as_uri()}
    return {"uri": quote(str(PurePosixPath(inside))), "uriBaseId": _BASE}


def _artifact(report: RunReport, location: dict[str, str]) -> dict[str, Any]:
    document = report.document
    out: dict[str, Any] = {"location": location, "properties": {"kind": document.kind}}
    if document.sha256:
        out["mimeType"] = document.media_type
        out["hashes"] = {"sha-256": document.sha256}
        plain = document.media_type.startswith("text/") and "html" not in document.media_type
        out["properties"]["regionsReferTo"] = "file" if plain else "extracted text (hpcp text FILE)"
    return out


def _day(day: date, lang: str) -> str:
    return day.isoformat() if lang == "en" else f"{day:%d/%m/%Y}"
