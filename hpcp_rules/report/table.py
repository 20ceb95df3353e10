"""Results as rows: CSV and XLSX for spreadsheets.

A contract is hostile input: a cell that begins like a formula must stay text when a spreadsheet opens it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from hpcp_rules.errors import missing_part
from hpcp_rules.model.report import RunReport
from hpcp_rules.report.messages import say
from hpcp_rules.rulespec.provisions import provision_label

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["COLUMNS", "render_csv", "render_xlsx", "safe_cell", "workbook_bytes", "write_sheet"]

COLUMNS = (
    "document", "record", "id", "rule", "provision", "basis", "also", "status", "severity", "strength", "confidence",
    "place", "page", "start", "end", "quote", "message", "explanation", "suggestion", "waived",
)  # fmt: skip
"""Columns of the CSV; headings are these names, so that programs can rely on them."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_000
"""A cell of a spreadsheet holds 32,767 characters."""
_A3, _A4 = 8, 9
_WIDE = 10
"""More columns than these are printed on A3."""
_TALLEST = 400.0
"""Points: a row of a spreadsheet is no taller than 409."""
Row = dict[str, str | int | float | None]


def rows(report: RunReport, lang: str) -> Iterator[Row]:
    """Findings, missing contents, findings of form, and what was not checked, one row each."""
    waived = {s.finding: s for s in report.suppressed}
    base: Row = dict.fromkeys(COLUMNS) | {"document": report.document.name}
    for f in report.findings:
        why = waived.get(f.id)
        yield base | {
            "record": "finding", "id": f.id, "rule": f.rule, "provision": f.provision,
            "basis": provision_label(f.provision, lang), "also": ", ".join(f.also), "status": "sign",
            "severity": f.severity, "strength": f.strength, "confidence": f.confidence, "place": " › ".join(f.outline),
            "page": f.page, "start": f.span.start, "end": f.span.end, "quote": f.quote,
            "message": f.message.in_language(lang), "explanation": f.explanation.in_language(lang),
            "suggestion": f.suggestion.in_language(lang), "waived": f"{why.kind}: {why.reason}" if why else None,
        }  # fmt: skip
    for r in report.requirements:
        yield base | {
            "record": "requirement", "provision": r.provision, "basis": provision_label(r.provision, lang),
            "status": r.status, "confidence": r.confidence, "message": r.title.in_language(lang),
            "start": r.evidence[0].start if r.evidence else None, "end": r.evidence[0].end if r.evidence else None,
            "explanation": f"{say('report.missing', lang)}: {r.missing.in_language(lang)}" if r.missing else None,
        }  # fmt: skip
    for form in report.form:
        yield base | {
            "record": "form", "id": form.id, "provision": form.provision,
            "basis": provision_label(form.provision, lang), "status": form.status, "severity": form.severity,
            "confidence": form.confidence, "page": form.page, "message": form.message.in_language(lang),
            "start": form.span.start if form.span else None, "end": form.span.end if form.span else None,
        }  # fmt: skip
    for n in report.not_checked:
        yield base | {
            "record": "not-checked", "id": n.code, "page": n.page, "place": n.part.in_language(lang),
            "message": n.reason.in_language(lang), "suggestion": n.remedy.in_language(lang) if n.remedy else None,
            "start": n.span.start if n.span else None, "end": n.span.end if n.span else None,
        }  # fmt: skip
    for e in report.errors:
        yield base | {"record": "error", "id": e.code, "place": e.where, "message": e.message.in_language(lang)}


def safe_cell(value: object) -> object:
    """A text fit for a cell: no character that XML forbids, not too long. Numbers pass."""
    if not isinstance(value, str):
        return value
    text = _ILLEGAL.sub("\ufffd", value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " […]"


def render_csv(reports: Iterable[RunReport], lang: str = "vi") -> str:
    """All rows of all documents; a text that begins like a formula gets an apostrophe before it.

    The byte order mark makes spreadsheets read Vietnamese letters right. The last row is the notice that findings
    are signs for a person to decide on.
    """
    out = io.StringIO()
    out.write("\ufeff")
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(COLUMNS)
    notice = ""
    for report in reports:
        notice = report.notice.in_language(lang)
        for row in rows(report, lang):
            write.writerow([_guarded(row[c]) for c in COLUMNS])
    if notice:
        write.writerow(["", "notice", *[""] * (COLUMNS.index("message") - 2), notice, "", "", ""])
    return out.getvalue()


def _guarded(value: str | int | float | None) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        value = _ILLEGAL.sub("\ufffd", value)
        if value.lstrip(" \n").startswith(_FORMULA):
            return "'" + value
    return value


_SHEETS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("finding", "sheet.findings", (
        "document", "basis", "place", "page", "quote", "message", "explanation", "suggestion", "severity", "strength",
        "confidence", "waived", "rule", "id",
    )),
    ("requirement", "sheet.requirements", ("document", "basis", "message", "status", "explanation", "confidence")),
    ("form", "sheet.form", ("document", "basis", "status", "severity", "message", "page", "confidence")),
    ("not-checked", "sheet.not-checked", ("document", "place", "page", "message", "suggestion")),
)  # fmt: skip
_WIDTH = {
    "document": 28, "basis": 26, "place": 22, "quote": 60, "message": 36, "explanation": 48, "suggestion": 48, "id": 18,
    "waived": 24,
}  # fmt: skip
_WORDS = {"severity": "severity.", "strength": "strength.", "status": "status."}


def render_xlsx(reports: Sequence[RunReport], lang: str = "vi") -> bytes:
    """A workbook with a sheet of documents and one each for signs, contents, form and what was not checked.

    Errors: `HpcpError` when openpyxl is not installed.
    """
    book = _workbook()
    overview = book.active
    overview.title = say("sheet.documents", lang)
    counted = [
        (
            r.document.name,
            say(f"kind.{r.document.kind}", lang) if r.document.sha256 else "",
            len([f for f in r.counted if f.severity != "info"]),
            sum(x.status == "absent" for x in r.requirements),
            sum(x.status == "partial" for x in r.requirements),
            sum(x.status == "finding" and x.severity != "info" for x in r.form),
            len(r.not_checked) + len(r.errors),
            f"{r.pack.id} {r.pack.version}",
            r.as_of.isoformat(),
        )
        for r in reports
    ]
    keys = ("document", "kind", "signs", "absent", "partial", "form", "not-checked", "pack", "as-of")
    write_sheet(overview, [say(f"col.{k}", lang) for k in keys], counted, [40, 26, 12, 12, 12, 12, 16, 18, 14])
    if reports:
        overview.append([])
        overview.append([reports[0].notice.in_language(lang)])
    every = [row for report in reports for row in rows(report, lang)]
    for record, title, columns in _SHEETS:
        kept = [row for row in every if row["record"] == record]
        if record == "not-checked":
            kept += [row for row in every if row["record"] == "error"]
        write_sheet(
            book.create_sheet(say(title, lang)),
            [say(f"col.{c}", lang) for c in columns],
            [[_worded(c, row[c], record, lang) for c in columns] for row in kept],
            [_WIDTH.get(c, 14) for c in columns],
        )
    return workbook_bytes(book)


def _worded(column: str, value: object, record: str, lang: str) -> object:
    """Severity, strength and status in words people read."""
    if value is None or column not in _WORDS:
        return value
    return say(("form-status." if column == "status" and record == "form" else _WORDS[column]) + str(value), lang)


def _workbook() -> Any:
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise missing_part("openpyxl", "reports") from error
    return Workbook()


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column of so many characters."""
    return sum(-(-len(line) // max(1, width - 1)) or 1 for line in text.split("\n"))


def write_sheet(
    sheet: Worksheet, headings: Sequence[str], body: Iterable[Sequence[object]], widths: Sequence[int]
) -> None:
    """Headings and rows with wrapped text, a fixed first row, a filter, landscape pages that repeat the headings.

    Every text is written as text: what begins with ``=`` is no formula.
    """
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    face = Font(name="Calibri", size=11)
    thin = Side(style="thin", color="B7B7B7")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for r, values in enumerate([headings, *body], 1):
        for c, value in enumerate(values, 1):
            cell = sheet.cell(r, c, None)
            value = safe_cell(value)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
                cell.quotePrefix = value.startswith(_FORMULA)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = border
            cell.font = face
            if r == 1:
                cell.font = Font(name="Calibri", size=11, bold=True)
                cell.fill = PatternFill("solid", fgColor="DCE6F1")
            elif isinstance(value, float):
                cell.number_format = "0%" if 0 <= value <= 1 else "0.0"
        # Not every program works out the height of wrapped text by itself.
        lines = max((_lines(v, w) for v, w in zip(values, widths, strict=False) if isinstance(v, str)), default=1)
        sheet.row_dimensions[r].height = min(_TALLEST, 15 * lines + 2)
    for c, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(c)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4 if len(headings) <= _WIDE else _A3
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def workbook_bytes(book: Any) -> bytes:
    """The workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
