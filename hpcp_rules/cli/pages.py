"""What `hpcp check --format html` and `--format annotated` write: one file, or a folder of files with an index."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hpcp_rules.errors import ReadError, UsageError, Where
from hpcp_rules.report.messages import say

if TYPE_CHECKING:
    from hpcp_rules.api import Checker
    from hpcp_rules.model.report import RunReport
    from hpcp_rules.model.source import SourceDocument
    from hpcp_rules.report.html import PageView
    from hpcp_rules.report.html.view import State

INDEX = "index.html"
_FILES = frozenset((".html", ".htm", ".pdf", ".docx"))


class Pages:
    """Writes one page or annotated file per document as results come, and the index when all are there.

    Arguments:
        annotated: write the document itself with its findings on it, where its type can carry them.
        output: the file of the page; of several documents the folder; None is standard output.
        many: True when there may be several documents.
        decisions: what people decided on the only document.

    Errors: `UsageError` when several documents have no folder to go to.
    """

    def __init__(
        self,
        checker: Checker,
        output: Path | None,
        many: bool,
        lang: str,
        *,
        annotated: bool,
        decisions: Path | None = None,
    ) -> None:
        if many and (output is None or output.suffix.lower() in _FILES or output.is_file()):
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
        self._annotated = annotated
        self._decisions = decisions
        self._summaries = load_provisions(checker.pack.folder / "_provisions")
        self._rows: list[tuple[str, PageView]] = []
        self._taken: set[str] = {INDEX}

    def add(self, report: RunReport, source: SourceDocument | None, path: Path) -> None:
        """Write the page or the annotated file of one document.

        Errors: `UsageError` when the output cannot be written or has another ending than the annotated file.
        """
        from hpcp_rules.lawtext import quote_provision
        from hpcp_rules.report.annotate import annotate, ending
        from hpcp_rules.report.annotate.pdf import is_signed
        from hpcp_rules.report.html import page_view, render_page

        view = page_view(
            report,
            source,
            document=self._checker.structure(source) if source else None,
            provisions=self._summaries,
            law=quote_provision,
            states=self._states(report),
            lang=self._lang,
        )
        suffix = ending(source) if self._annotated else ".html"
        content: str | bytes
        if source is None or suffix == ".html":
            content = render_page(view, home=INDEX if self._many else "")
        else:
            data = self._again(path, source, suffix)
            if suffix == ".pdf" and is_signed(data):
                print(say("annotate.signed", self._lang), file=sys.stderr)
            content = annotate(data, report, view, source)
        if self._many:
            assert self._output is not None
            name = self._name(report.document.name, suffix)
            self._rows.append((name, view))
            self._write(self._output / name, content)
        else:
            self._write(self._output, content)

    def _states(self, report: RunReport) -> dict[str, State]:
        """What was accepted and what was rejected, by id of the finding; the rest is open."""
        if self._decisions is None:
            return {}
        from hpcp_rules.review.decisions import load_decisions

        decided = load_decisions(self._decisions, report).decisions
        return {d.target: d.state for d in decided if d.state == "accepted" or d.state == "rejected"}

    def _again(self, path: Path, source: SourceDocument, suffix: str) -> bytes:
        """The bytes that were checked."""
        if str(path) == "-" or (not self._many and (self._output is None or self._output.suffix.lower() != suffix)):
            raise UsageError(
                "needs-file",
                vi=f"Bản có ghi chú của văn bản này là tệp {suffix}, không ghi ra màn hình hay tên khác được.",
                en=f"The annotated copy of this document is a {suffix} file; it needs a file of that ending.",
                where=Where(str(self._output) if self._output else str(path)),
                remedy_vi=f"Đưa vào một tệp và viết --output ban-ghi-chu{suffix}",
                remedy_en=f"Name a file to check and write --output annotated{suffix}",
            )
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != source.sha256:
            raise ReadError(
                "changed",
                vi="Tệp đã thay đổi trong lúc kiểm tra.",
                en="The file changed while it was checked.",
                where=Where(str(path)),
                remedy_vi="Chạy lại.",
                remedy_en="Run it again.",
            )
        return data

    def finish(self) -> None:
        """Write the index."""
        from hpcp_rules.report.html import render_index

        if self._many and self._output is not None:
            self._write(self._output / INDEX, render_index(self._rows, self._lang))

    def _name(self, document: str, suffix: str) -> str:
        """A file name of its own for each document: two folders may hold files of one name."""
        base = Path(document).name.strip(". ") or "van-ban"
        base = "".join("_" if c in '<>:"/\\|?*#%' or not c.isprintable() else c for c in base)[:120]
        base = base.removesuffix(suffix)
        name, n = f"{base}{suffix}", 2
        while name.lower() in self._taken:
            name, n = f"{base}-{n}{suffix}", n + 1
        self._taken.add(name.lower())
        return name

    def _write(self, path: Path | None, content: str | bytes) -> None:
        if path is None:
            assert isinstance(content, str)
            sys.stdout.write(content)
            return
        try:
            if self._many:
                path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            raise UsageError(
                "cannot-write",
                vi=f"Không ghi được tệp ({error.strerror}).",
                en=f"The file cannot be written ({error.strerror}).",
                where=Where(str(path)),
                remedy_vi="Chọn nơi khác cho --output.",
                remedy_en="Choose another place for --output.",
            ) from error
