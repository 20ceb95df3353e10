"""Makes `office/`: the same contract in formats that only an office program writes and reads.

    python -m tests.awkward.build_office

Needs LibreOffice (soffice); what the files say is made up.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.awkward import build_docx as word

HERE = Path(__file__).parent / "office"
FILTERS = {"doc": "doc:MS Word 97", "odt": "odt", "rtf": "rtf"}


def contract() -> bytes:
    """Automatic numbers, a tracked change, a table, a footnote and small print."""
    ins, rem = '<w:ins w:id="1" w:author="A">', '<w:del w:id="2" w:author="A">'
    change = f"{ins}{word.run('năm')}</w:ins>{rem}<w:r><w:delText>ba</w:delText></w:r></w:del>"
    body = word.num("Nhận xe", 1) + word.num(word.run("Tiệm giữ xe ") + change + word.run(" ngày."), 1, 1)
    body += word.num("xe đạp", 1, 2) + word.num("Trả xe", 1)
    body += word.p(word.run("Chữ nhỏ ở đây.", '<w:sz w:val="14"/>'))
    body += f"<w:tbl><w:tr><w:tc>{word.p('Công')}</w:tc><w:tc>{word.p('10 đồng')}</w:tc></w:tr></w:tbl>" + word.p()
    return word.word(body, styles=word.NORMAL, numbering=word.abstract(0, *word.CONTRACT) + word.use(1, 0))


def main() -> None:
    """Builds all files."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "contract.docx"
        source.write_bytes(contract())
        for ending, name in FILTERS.items():
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", name,
                 "--outdir", folder, source], check=True, capture_output=True,
            )  # fmt: skip
            data = source.with_suffix(f".{ending}").read_bytes()
            # LibreOffice loses the letters of "Điều" that Word writes as escapes.
            data = data.replace(b"\\'3fi\\'3fu", b"\\u272\\'3fi\\u7873\\'3fu")
            (HERE / f"contract-{ending}.{ending}").write_bytes(data)


if __name__ == "__main__":
    main()
