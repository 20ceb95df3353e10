"""Fuzzes one reader or the rule loader, guided by coverage (atheris), and writes what it did.

    python benchmarks/fuzz/run.py TARGET [--runs N] [--work FOLDER]

TARGET is text, html, docx, pdf, tsv (the answers of OCR) or rules. Inputs that were found to reach new code are kept in
the work folder (default: in the temporary folder of the machine) and used by the next run; a crash, a hang over ten
seconds or more than 2 GB of memory ends the run and leaves the input there. The number of executions is appended to
`executions.tsv` beside them.
Figures of long runs stand in docs/robustness.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

WORDS = {
    "html": """<ol <li> <ul> <table> <td> <div <p> </p> <br> start= type=a reversed value= hidden style= display:none
        <nav> class= cookie <details> <template> <noscript> <iframe <!-- --> &nbsp; &#0; charset= <meta utf-8 </div>""",
    "docx": """<w:p> </w:p> <w:r> <w:t> <w:tbl> <w:tr> <w:tc> <w:numPr> <w:numId <w:ilvl w:val= <w:ins> <w:del> <w:sdt>
        <w:fldChar <w:drawing> <w:txbxContent> <mc:AlternateContent> <mc:Choice> <mc:Fallback> <!DOCTYPE <!ENTITY""",
    "pdf": """BT ET Tf Td Tj TJ Tm Tr Do cm re rg BDC EMC /F /X /I obj endobj stream endstream xref trailer
        /Kids /Rotate /Contents /Annots /Subtype /Widget /FreeText /MediaBox /CropBox /ToUnicode /Length /Filter""",
    "tsv": "5 -1 nan inf 1e9 .... | Điều đ",
    "rules": """id: name: provision: patterns: exceptions: examples: {may} $BUSINESS $CONSUMER {0,6} .. [ ] | ? ! ~
        null &a *a""",
    "text": "\\xcc\\x81 \\xe1\\xbb\\x87 \\xef\\xbb\\xbf \\xff\\xfe a) 1.1. \\xc2\\xad \\xe2\\x80\\x8b",
}
LONGEST = {"pdf": 4096, "tsv": 2048, "html": 2048, "docx": 8192, "rules": 4096, "text": 512}
"""Bytes of an input: what is longer costs time and reaches nothing new."""


def main() -> None:
    """Runs atheris, which does not come back: the figures are written by a parent process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(WORDS))
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "hpcp-fuzz")
    chosen = parser.parse_args()
    corpus = chosen.work / chosen.target
    corpus.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        _fuzz(chosen.target, chosen.runs, chosen.work, corpus)
    _, status = os.waitpid(child, 0)
    done = chosen.work / f"{chosen.target}.count"
    count = int(done.read_text()) if done.is_file() else 0
    code = os.waitstatus_to_exitcode(status)
    line = (chosen.target, count, round(time.monotonic() - begin), code, len(list(corpus.iterdir())))
    with (chosen.work / "executions.tsv").open("a") as out:
        print(*line, sep="\t", file=out)
    sys.exit(code)


def _fuzz(target: str, runs: int, work: Path, corpus: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["hpcp_rules"]):
        import hpcp_rules.readers.docx
        import hpcp_rules.readers.html
        import hpcp_rules.readers.pdf
        import hpcp_rules.rulespec.pack  # noqa: F401
    from tests.fuzz.targets import attempt, seeds

    for data in seeds(target):
        for start in range(0, min(len(data), 8 * LONGEST[target]), LONGEST[target]):
            piece = data[start : start + LONGEST[target]]
            (corpus / sha256(piece).hexdigest()[:16]).write_bytes(piece)
    dictionary = work / f"{target}.dict"
    dictionary.write_text("".join('"' + w.replace('"', '\\"') + '"\n' for w in WORDS[target].split() if w.isascii()))
    executions = 0
    counter = work / f"{target}.count"

    def one(data: bytes) -> None:
        nonlocal executions
        executions += 1
        if executions % 1000 == 0:
            counter.write_text(str(executions))
        attempt(target, data)

    arguments = [
        sys.argv[0], str(corpus), f"-runs={runs}", f"-dict={dictionary}", f"-max_len={LONGEST[target]}", "-timeout=10",
        "-rss_limit_mb=2048", f"-artifact_prefix={work}/{target}-", "-print_final_stats=1", "-verbosity=0",
    ]  # fmt: skip
    atheris.Setup(arguments, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
