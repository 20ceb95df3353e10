"""JUnit XML for build servers: one suite a document, one case a rule, a required content, a check of form."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable

from hpcp_rules.model.report import SEVERITIES, Finding, RunReport, Severity
from hpcp_rules.report.messages import say
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.rulespec.provisions import provision_label

__all__ = ["render_junit"]

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_MISSING: dict[str, Severity] = {"absent": "medium", "partial": "low"}


def render_junit(reports: Iterable[RunReport], pack: Pack, lang: str = "vi", *, min_severity: Severity = "low") -> str:
    """All suites.

    Arguments:
        pack: its rules are the cases, so that a build server shows also what passed.
        min_severity: what weighs less is told as output of a case that passed; as in the exit code.

    A finding that a waiver or a baseline takes out of the count is a skipped case with the reason. What could not be
    checked is an error, never a pass.
    """
    root = ET.Element("testsuites", name="hpcp-rules")
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for report in reports:
        suite = _Suite(report, lang, min_severity)
        suite.rules(pack)
        suite.rest()
        for key, count in suite.counts.items():
            suite.element.set(key, str(count))
            totals[key] += count
        properties = ET.Element("properties")
        for name, value in (
            ("pack", f"{report.pack.id} {report.pack.version}"),
            ("as-of", report.as_of.isoformat()),
            ("notice", report.notice.in_language(lang)),
        ):
            ET.SubElement(properties, "property", name=name, value=_clean(value))
        suite.element.insert(0, properties)
        root.append(suite.element)
    for key, count in totals.items():
        root.set(key, str(count))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


class _Suite:
    def __init__(self, report: RunReport, lang: str, min_severity: Severity) -> None:
        self.report = report
        self.lang = lang
        self.least = SEVERITIES.index(min_severity)
        self.element = ET.Element("testsuite", name=_clean(report.document.name))
        self.counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)

    def rules(self, pack: Pack) -> None:
        found: dict[str, list[Finding]] = {}
        for finding in self.report.findings:
            found.setdefault(finding.rule, []).append(finding)
        out = {s.finding: s for s in self.report.suppressed}
        on = self.report.as_of
        read = bool(self.report.document.sha256)
        for rule in sorted(pack.rules, key=lambda r: r.id):
            spec = rule.spec
            if not read or on < spec.in_force_from or (spec.in_force_to and on > spec.in_force_to):
                continue
            name = f"{spec.id} {spec.title.in_language(self.lang)}"
            here = found.get(spec.id, [])
            if not here:
                self._case("rules", name)
            for finding in here:
                case = self._case("rules", f"{name} [{finding.id}]")
                told = self._told(finding)
                if finding.id in out:
                    self._mark(case, "skipped", f"{out[finding.id].kind}: {out[finding.id].reason}", told)
                else:
                    self._weigh(case, finding.severity, finding.message.in_language(self.lang), told)

    def rest(self) -> None:
        lang = self.lang
        for r in self.report.requirements:
            case = self._case("required", f"{provision_label(r.provision, lang)}: {r.title.in_language(lang)}")
            status = say("status." + r.status, lang)
            if r.status in _MISSING:
                missing = f"{say('report.missing', lang)}: {r.missing.in_language(lang)}" if r.missing else ""
                self._weigh(case, _MISSING[r.status], status, missing)
            elif r.status == "not_applicable":
                self._mark(case, "skipped", status, "")
        for form in self.report.form:
            case = self._case("form", f"{form.id}, {provision_label(form.provision, lang)}")
            message = form.message.in_language(lang)
            if form.status == "finding":
                self._weigh(case, form.severity, message, "")
            elif form.status != "ok":
                self._mark(case, "skipped", message, "")
        case = self._case("checked", say("report.not-checked", lang))
        unread = [f"{n.part.in_language(lang)}: {n.reason.in_language(lang)}" for n in self.report.not_checked]
        unread += [e.message.in_language(lang) for e in self.report.errors]
        if unread:
            self._mark(case, "error", unread[0], "\n".join(unread))

    def _case(self, group: str, name: str) -> ET.Element:
        self.counts["tests"] += 1
        stem = self.report.document.name.replace(".", "_")
        return ET.SubElement(self.element, "testcase", classname=_clean(f"{stem}.{group}"), name=_clean(name), time="0")

    def _weigh(self, case: ET.Element, severity: Severity, message: str, text: str) -> None:
        if SEVERITIES.index(severity) >= self.least:
            self._mark(case, "failure", message, text)
        else:
            ET.SubElement(case, "system-out").text = _clean(f"{message}\n{text}".strip())

    def _mark(self, case: ET.Element, what: str, message: str, text: str) -> None:
        self.counts[{"failure": "failures", "error": "errors"}.get(what, what)] += 1
        mark = ET.SubElement(case, what, message=_clean(message))
        if text:
            mark.text = _clean(text)

    def _told(self, f: Finding) -> str:
        lang = self.lang
        place = " › ".join(f.outline) + (f", {say('report.page', lang)} {f.page}" if f.page else "")
        rows = (
            ("report.quote", f"“{f.quote}”"), ("report.basis", provision_label(f.provision, lang)),
            ("report.why", f.explanation.in_language(lang)), ("report.instead", f.suggestion.in_language(lang)),
        )  # fmt: skip
        return "\n".join([place, *(f"{say(k, lang)}: {v}" for k, v in rows)])


def _clean(text: str) -> str:
    """Without the characters that XML forbids."""
    return _ILLEGAL.sub("\ufffd", text)
