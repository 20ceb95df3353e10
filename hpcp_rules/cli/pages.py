"""What `hpcp check --format html` writes: one file, or a folder of files with an index."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from hpcp_rules.errors import UsageError, Where

if TYPE_CHECKING:
    from hpcp_rules.api import Checker
    from hpcp_rules.model.report import RunReport
    from hpcp_rules.model.source import SourceDocument
    from hpcp_rules.report.html import PageView

INDEX = "index.html"


class Pages:
    """Writes one page per document as results come, and the index when all are there.

    Arguments:
        output: the file of the page; of several documents the folder; None is standard output.
        many: True when there may be several documents.

    Errors: `UsageError` when several documents have no folder to go to.
    """

    def __init__(self, checker: Checker, output: Path | None, many: bool, lang: str) -> None:
        if many and (output is None or output.suffix.lower() in (".html", ".htm") or output.is_file()):
            raise UsageError(
                "needs-folder",
                vi="Nhiều văn bản thì mỗi văn bản một trang, nên --output phải là thư mục.",
                en="Several documents make a page each, so --output must be a folder.",
                where=Where(str(output) if output else None),
                remedy_vi="Ví dụ: --output ket-qua (thư mục được tạo nếu chưa có).",
                remedy_en="For example: --output results (made if it is not there).",
            )
        from hpcp_rules.rulespec.provisions import load_provisions

        self._checker = checker
        self._output = output
        self._many = many
        self._lang = lang
        self._summaries = load_provisions(checker.pack.folder / "_provisions")
        self._rows: list[tuple[str, PageView]] = []
        self._taken: set[str] = {INDEX}

    def add(self, report: RunReport, source: SourceDocument | None) -> None:
        """Write the page of one document."""
        from hpcp_rules.lawtext import quote_provision
        from hpcp_rules.report.html import page_view, render_page

        view = page_view(
            report,
            source,
            document=self._checker.structure(source) if source else None,
            provisions=self._summaries,
            law=quote_provision,
            lang=self._lang,
        )
        if not self._many:
            self._write(self._output, render_page(view))
            return
        name = self._name(report.document.name)
        self._rows.append((name, view))
        assert self._output is not None
        self._write(self._output / name, render_page(view, home=INDEX))

    def finish(self) -> None:
        """Write the index."""
        from hpcp_rules.report.html import render_index

        if self._many and self._output is not None:
            self._write(self._output / INDEX, render_index(self._rows, self._lang))

    def _name(self, document: str) -> str:
        """A file name of its own for each document: two folders may hold files of one name."""
        base = Path(document).name.strip(". ") or "van-ban"
        base = "".join("_" if c in '<>:"/\\|?*#%' or not c.isprintable() else c for c in base)[:120]
        name, n = f"{base}.html", 2
        while name.lower() in self._taken:
            name, n = f"{base}-{n}.html", n + 1
        self._taken.add(name.lower())
        return name

    def _write(self, path: Path | None, text: str) -> None:
        if path is None:
            out: TextIO = sys.stdout
            out.write(text)
            return
        try:
            if self._many:
                path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(
                "cannot-write",
                vi=f"Không ghi được tệp ({error.strerror}).",
                en=f"The file cannot be written ({error.strerror}).",
                where=Where(str(path)),
                remedy_vi="Chọn nơi khác cho --output.",
                remedy_en="Choose another place for --output.",
            ) from error
