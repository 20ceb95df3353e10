"""What a dossier holds and lacks, as text; the reports of its contracts follow it."""

from __future__ import annotations

from hpcp_rules.model.dossier import DossierReport
from hpcp_rules.report.messages import say
from hpcp_rules.report.wrap import wrap
from hpcp_rules.rulespec.provisions import provision_label
from hpcp_rules.text.fold import printable


def render_dossier(report: DossierReport, lang: str, *, width: int = 100) -> str:
    """The first part of the report of a dossier: its files, what each is taken for, what is missing."""
    lines = [f"{say('dossier.title', lang)}: {printable(report.name)}", ""]
    for file in report.files:
        text = f"{say('role.' + file.role, lang)}: {printable(file.name)}"
        if file.belongs_to and file.role == "annex":
            text += f" ({say('dossier.read-with', lang)} {printable(file.belongs_to)})"
        lines += wrap(f"• {text}", width, 0, 2)
        reason = file.error.message.in_language(lang) if file.error else file.reason.in_language(lang)
        lines += wrap(printable(reason), width, 4, 4)
    lines.append("")
    for part in report.components:
        status = say("status." + part.status, lang)
        text = f"{provision_label(part.provision, lang)}: {part.title.in_language(lang)}: {status}"
        lines += wrap(f"{'[x]' if part.status == 'present' else '[!]'} {text}", width, 0, 4)
    if not report.reports:
        lines += ["", *wrap(say("dossier.no-contract", lang), width, 0, 0)]
    lines += ["", *wrap(report.notice.in_language(lang), width, 0, 0)]
    return "\n".join(lines) + "\n"
