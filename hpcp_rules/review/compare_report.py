"""A comparison as text, HTML and DOCX."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from hpcp_rules.model.report import Finding
from hpcp_rules.report.messages import say
from hpcp_rules.report.wrap import wrap
from hpcp_rules.review.compare import Comparison, FindingChange, Word, words
from hpcp_rules.review.notice import Annex
from hpcp_rules.review.office import add_table, new_document, paragraph, save
from hpcp_rules.rulespec.provisions import provision_label
from hpcp_rules.text.fold import printable
from hpcp_rules.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment", "render_compare_docx", "render_compare_html", "render_compare_text"]

_FINDINGS = ("new", "reworded", "gone", "unchanged")
_CLAUSES = ("added", "removed", "changed", "moved", "renumbered")


def _counts(c: Comparison, lang: str) -> tuple[str, str]:
    return (
        say("diff.findings-count", lang, **{k: sum(f.kind == k for f in c.findings) for k in _FINDINGS}),
        say(
            "diff.clauses-count", lang, unchanged=c.unchanged_clauses,
            **{k: sum(x.kind == k for x in c.clauses) for k in _CLAUSES},
        ),
    )  # fmt: skip


def _ordered(c: Comparison) -> list[FindingChange]:
    """New ones first, what did not change last."""
    return sorted(c.findings, key=lambda f: _FINDINGS.index(f.kind))


def _shown(change: FindingChange) -> Finding:
    found = change.new or change.old
    assert found is not None
    return found


def _place(f: Finding, lang: str) -> str:
    text = ", ".join(reversed(f.outline))
    return text + (f" ({say('report.page', lang)} {f.page})" if f.page else "")


def render_compare_text(c: Comparison, lang: str = "vi", *, width: int = 100) -> str:
    """The comparison for a terminal: signs first, then clauses; ``[-old-]`` and ``{+new+}`` mark words."""
    width = max(60, min(width, 120))
    lines: list[str] = []
    for key, side in (("diff.old", c.old), ("diff.new-version", c.new)):
        lines += wrap(f"{say(key, lang)}: {side.name} ({side.as_of}, {side.pack})", width, 0, 4)
        if not side.complete:
            lines += wrap(f"{say('report.not-checked', lang)}: {side.name}", width, 2, 4)
    if not c.clauses_compared:
        lines += wrap(say("diff.results-only", lang), width, 0, 0)
    lines += ["", say("diff.findings", lang).upper()]
    for change in _ordered(c):
        f = _shown(change)
        head = f"[{say('diff.finding-' + change.kind, lang)}] {f.message.in_language(lang)}"
        lines += wrap(f"{head} {provision_label(f.provision, lang)}; {_place(f, lang)}", width, 2, 4)
        if change.kind != "unchanged":
            lines += wrap(_words(change), width, 6, 6)
    if c.requirements:
        lines += ["", say("report.required", lang)]
        for provision, title, was, now in _requirements(c, lang):
            lines += wrap(f"{provision}, {title}: {was} → {now}", width, 2, 4)
    if c.clauses_compared:
        lines += ["", say("diff.clauses", lang).upper()]
        for x in c.clauses:
            lines += wrap(f"[{say('diff.clause-' + x.kind, lang)}] {_from_to(x.old_place, x.new_place)}", width, 2, 4)
            text = _marked(x.words) if x.words else x.new_text or x.old_text
            lines += wrap(" ".join(text.split()), width, 6, 6)
    lines.append("")
    findings, clauses = _counts(c, lang)
    lines += wrap(findings, width, 0, 0)
    if c.clauses_compared:
        lines += wrap(clauses, width, 0, 0)
    lines += wrap(c.notice.in_language(lang), width, 0, 0)
    return "\n".join(lines) + "\n"


def _from_to(old: str, new: str) -> str:
    return (old or new) if old == new or not (old and new) else f"{old} → {new}"


def _words(change: FindingChange) -> str:
    if change.kind == "reworded" and change.old and change.new:
        return _marked(words(change.old.quote, change.new.quote))
    return f"“{' '.join(_shown(change).quote.split())}”"


def _marked(found: Any) -> str:
    signs = {"same": "{}", "old": "[-{}-]", "new": "{{+{}+}}"}
    text = "".join(signs[w.op].format(w.text.rstrip()) + " " for w in found)
    return " ".join(text.split())


def _requirements(c: Comparison, lang: str) -> list[tuple[str, str, str, str]]:
    def status(value: str | None) -> str:
        return say(f"status.{value}", lang) if value else "–"

    return [
        (provision_label(r.provision, lang), r.title.in_language(lang), status(r.old), status(r.new))
        for r in c.requirements
    ]


@cache
def environment() -> Environment:
    """The templates of this package; everything put into them is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("hpcp_rules.review", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def html_text(page: str) -> str:
    """A page without control characters, whatever stood in the contract."""
    return printable(page.replace("\r\n", "\n").replace("\r", "\n"))


def render_compare_html(c: Comparison, lang: str = "vi") -> str:
    """One self-contained page without scripts."""
    findings, clauses = _counts(c, lang)
    shown: list[dict[str, object]] = []
    for change in _ordered(c):
        f = _shown(change)
        diff: list[Word] = []
        if change.kind == "reworded" and change.old and change.new:
            diff = words(change.old.quote, change.new.quote)
        shown.append(
            {
                "kind": change.kind, "message": f.message.in_language(lang), "place": _place(f, lang),
                "basis": provision_label(f.provision, lang), "quote": f.quote, "words": diff,
                "explanation": f.explanation.in_language(lang), "suggestion": f.suggestion.in_language(lang),
            }
        )  # fmt: skip
    return html_text(
        environment()
        .get_template("compare.html.j2")
        .render(
            c=c, lang=lang, title=say("diff.title", lang), notice=c.notice.in_language(lang),
            tool=f"hpcp-rules {__version__}", say=lambda key: say(key, lang), findings=shown,
            incomplete=[s for s in (c.old, c.new) if not s.complete], requirements=_requirements(c, lang),
            finding_counts=findings, clause_counts=clauses,
        )
    )  # fmt: skip


def render_compare_docx(c: Comparison, lang: str = "vi") -> bytes:
    """A landscape document with a table of signs and one of clauses, old beside new.

    Errors: `UsageError` when python-docx is not installed.
    """
    document = new_document(landscape=True)
    paragraph(document, say("diff.title", lang).upper(), bold=True, align="center", after=6)
    paragraph(document, c.notice.in_language(lang), size=12, italic=True, align="center", after=6)
    for key, side in (("diff.old", c.old), ("diff.new-version", c.new)):
        paragraph(document, f"{say(key, lang)}: {side.name} ({side.as_of}, {side.pack})", size=12)
        if not side.complete:
            paragraph(document, say("report.not-checked", lang), size=12, bold=True, highlight=True)
    if not c.clauses_compared:
        paragraph(document, say("diff.results-only", lang), size=12, bold=True)
    for text in _counts(c, lang)[: 2 if c.clauses_compared else 1]:
        paragraph(document, text, size=12)
    paragraph(document, say("diff.findings", lang), bold=True, before=10, after=4, keep=True)
    rows = [
        (
            say("diff.finding-" + change.kind, lang),
            f"{_place(change.old, lang)}\n“{change.old.quote}”" if change.old else "–",
            f"{_place(change.new, lang)}\n“{change.new.quote}”" if change.new else "–",
            f"{_shown(change).message.in_language(lang)} {provision_label(_shown(change).provision, lang)}",
        )
        for change in _ordered(c)
    ]
    headings = (
        say("diff.change", lang),
        say("diff.old", lang),
        say("diff.new-version", lang),
        say("sheet.findings", lang),
    )
    add_table(document, Annex("", headings, tuple(rows), (0.12, 0.31, 0.31, 0.26)), width_cm=24.7, size=11)
    if c.requirements:
        paragraph(document, say("report.required", lang), bold=True, before=10, after=4, keep=True)
        heads = (
            say("col.basis", lang),
            say("diff.content", lang),
            say("diff.old", lang),
            say("diff.new-version", lang),
        )
        add_table(document, Annex("", heads, tuple(_requirements(c, lang)), (0.3, 0.4, 0.15, 0.15)), width_cm=24.7,
                  size=11)  # fmt: skip
    if c.clauses_compared:
        paragraph(document, say("diff.clauses", lang), bold=True, before=10, after=4, keep=True)
        kinds = tuple((say("diff.clause-" + x.kind, lang), "", "") for x in c.clauses)
        table = add_table(document, Annex("", headings[:3], kinds, (0.12, 0.44, 0.44)), width_cm=24.7, size=11)
        cells = table._cells
        for r, x in enumerate(c.clauses, 1):
            changed = bool(x.words) or x.kind in ("added", "removed")
            whole = (Word(op="old", text=x.old_text), Word(op="new", text=x.new_text))
            found = x.words or tuple(w for w in whole if w.text)
            _fill(cells[r * 3 + 1], x.old_place, found, "old", changed)
            _fill(cells[r * 3 + 2], x.new_place, found, "new", changed)
    document.core_properties.title = say("diff.title", lang)
    return save(document)


def _fill(cell: Any, place: str, found: Sequence[Word], version: str, changed: bool) -> None:
    """A clause of one version; the words only it has are struck through in the old, underlined in the new."""
    from docx.shared import Pt, RGBColor

    own = [w for w in found if w.op in ("same", version)]
    if not own:
        paragraph(cell, "–", size=11)
        return
    if place:
        paragraph(cell, place, size=11, bold=True)
    p = paragraph(cell, "", size=11)
    for word in own:
        run = p.add_run(html_text(word.text))
        run.font.size = Pt(11)
        if word.op != "same" and changed:
            run.font.strike = version == "old"
            run.font.underline = version == "new"
            run.font.color.rgb = RGBColor.from_string("8A1212" if version == "old" else "0B5C1D")
