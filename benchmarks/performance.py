"""The figures of docs/performance.md for one document: `make bench` writes them between the marks of that page.

All figures of a table come from one run on one machine and are told as ratios where they are compared. The texts are
our own examples, repeated to the length that is asked for.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import ahocorasick_rs

from hpcp_rules import __version__
from hpcp_rules.api import Checker
from hpcp_rules.readers import read_file, read_text
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.text.tokens import tokenize

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: make bench -->", "<!-- end of figures -->"
PEERS = ROOT / ".venv-peers" / "bin" / "python"
CONTRACT = 20_000
"""Characters of an ordinary contract."""
OPTIONS = 12
"""Phrases of a set that a peer is given: with all of a set, its patterns grow beyond what the peers can compile."""
MEMORY = 8_000_000_000
NAMES = {
    "$BUSINESS": ["chúng tôi", "công ty", "nhà mạng"],
    "$CONSUMER": ["khách hàng", "người dùng", "thuê bao"],
    "$THIRD": ["bên thứ ba"],
    "$PARTY": ["chúng tôi", "công ty", "khách hàng"],
    "#n": ["3", "7", "30"],
    "#%": ["5%", "10%"],
}
"""What peers are given for the slots whose members only a document knows."""
GROWTH = """
import json, resource, sys, time
from hpcp_rules.api import Checker
text, base = sys.stdin.read(), None
checker = Checker()
for _ in range(5):
    checker.check_text(text[:20_000])
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begin = time.process_time()
checker.check_text(text)
spent = time.process_time() - begin
print(json.dumps([spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) * 1024]))
"""
PDF = """
import ctypes, sys, time
import pypdfium2 as pdfium
import pypdfium2.raw as raw
def alone(path):
    document, seen = pdfium.PdfDocument(path), 0
    for page in document:
        text = page.get_textpage()
        r, g, b, a = (ctypes.c_uint() for _ in range(4))
        matrix = raw.FS_MATRIX()
        for i in range(text.count_chars()):
            raw.FPDFText_GetUnicode(text, i)
            raw.FPDFText_GetFontSize(text, i)
            raw.FPDFText_GetMatrix(text, i, matrix)
            raw.FPDFText_GetFillColor(text, i, r, g, b, a)
            seen += 1
    return seen
"""


def sample(characters: int) -> str:
    """Our example contracts one after the other, as often as it takes."""
    names = ("telecom", "apartment", "online-shop")
    whole = "\n".join((ROOT / "examples" / f"{name}.txt").read_text(encoding="utf-8") for name in names) + "\n"
    return (whole * (characters // len(whole) + 1))[:characters]


def best(run: Callable[[], object], times: int = 15) -> float:
    """Seconds of the fastest of some runs: what the machine can do when nothing else holds it up."""
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begin)
    return min(spent)


def main() -> None:
    """Measure everything and put it into the page."""
    page = PAGE.read_text(encoding="utf-8")
    if BEGIN not in page or END not in page:
        sys.exit(f"{PAGE}: the marks {BEGIN} and {END} are missing; put them where the figures belong.")
    checker = Checker()
    lines = [
        f"hpcp-rules {__version__}, rule pack {checker.pack.version}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores ({platform.machine()}), {date.today()}, load {os.getloadavg()[0]:.1f} at the start.",
        "",
        *one_contract(checker),
        *growth(),
        *start(),
        *pdf(),
        *peers(checker),
    ]
    head, _, rest = page.partition(BEGIN)
    PAGE.write_text(
        head + BEGIN + "\n\n" + "\n".join(lines).strip() + "\n\n" + END + rest.partition(END)[2], encoding="utf-8"
    )


def one_contract(checker: Checker) -> Iterator[str]:
    """A warm check and its stages."""
    text = sample(CONTRACT)
    for _ in range(5):
        checker.check_text(text)
    whole = best(lambda: checker.check_text(text))
    source = read_text(text)
    document = checker.structure(source)
    structure = best(lambda: checker.structure(source))
    tokens = best(lambda: tokenize(text))
    report = checker.check(source)
    yield "### One contract of 20,000 characters, warm"
    yield ""
    yield "| stage | ms |"
    yield "|---|---|"
    yield f"| **whole check** ({len(text) / whole / 1e6:.2f} million characters a second) | **{whole * 1000:.1f}** |"
    yield f"| outline, sentences, parties, kind | {structure * 1000:.1f} |"
    for stage in ("index", "search", "match", "policy", "required", "form"):
        fastest = min(checker.check(source).timings_ms[stage] for _ in range(15))
        yield f"| {stage} | {fastest:.1f} |"
    yield f"| (of it: syllables) | {tokens * 1000:.1f} |"
    yield ""
    yield f"{len(document.sentences)} sentences, {len(report.findings)} findings, {len(report.excused)} excused."
    yield ""


def growth() -> Iterator[str]:
    """Time and memory for a character as texts grow, each in a process of its own."""
    yield "### Growth"
    yield ""
    yield "| characters | µs a character | against 100,000 | bytes a character over the base |"
    yield "|---|---|---|---|"
    rows = []
    for size in (10_000, 100_000, 1_000_000, 10_000_000):
        runs = [_grown(size) for _ in range(3 if size < 10_000_000 else 1)]
        rows.append((size, min(r[0] for r in runs) / size * 1e6, statistics.median(r[1] for r in runs) / size))
    middle = rows[1][1]
    for size, each, memory in rows:
        yield f"| {size:,} | {each:.2f} | {each / middle:.2f} | {memory:.0f} |"
    yield ""


def _grown(size: int) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", GROWTH], input=sample(size), capture_output=True, text=True, check=True, cwd=ROOT
    )
    spent, memory = json.loads(done.stdout)
    return spent, memory


def start() -> Iterator[str]:
    """Process start to exit, from the command line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hop-dong.txt"
        path.write_text(sample(CONTRACT), encoding="utf-8")
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        hpcp = str(Path(sys.executable).with_name("hpcp"))

        def run(*arguments: str) -> None:
            subprocess.run([hpcp, *arguments], capture_output=True, env=env, check=False)

        run("check", str(path))
        whole = best(lambda: run("check", str(path)), 7)
        helped = best(lambda: run("--help"), 7)
        bare = best(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True, env=env), 7)
    yield "### Process start to exit"
    yield ""
    yield "| | seconds | Python alone |"
    yield "|---|---|---|"
    yield f"| `hpcp check` on that contract as text | {whole:.2f} | {whole / bare:.0f} times |"
    yield f"| `hpcp --help` | {helped:.2f} | {helped / bare:.0f} times |"
    yield ""


def pdf() -> Iterator[str]:
    """A PDF of 40 pages against PDFium alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "40.pdf"
        _forty_pages(path)
        scope: dict[str, Callable[[str], int]] = {}
        exec(PDF, scope)
        alone = best(lambda: scope["alone"](str(path)), 3)
        ours = best(lambda: read_file(path), 3)
        characters = len(read_file(path).text)
    yield "### PDF of 40 pages, sizes and colours included"
    yield ""
    yield "| | ms | ratio |"
    yield "|---|---|---|"
    yield f"| PDFium alone: character, size, matrix, colour of each | {alone * 1000:.0f} | 1.00 |"
    reader = f"our reader ({characters:,} characters, blocks, tables, backgrounds)"
    yield f"| {reader} | {ours * 1000:.0f} | {ours / alone:.2f} |"
    yield ""


def _forty_pages(path: Path) -> None:
    import pypdfium2 as pdfium

    one = pdfium.PdfDocument(ROOT / "examples" / "telecom.pdf")
    whole = pdfium.PdfDocument.new()
    while len(whole) < 40:
        whole.import_pages(one, list(range(min(len(one), 40 - len(whole)))))
    whole.save(path)


def peers(checker: Checker) -> Iterator[str]:
    """The same text through other engines with patterns made from our rules."""
    text = sample(CONTRACT)
    phrases = checker.pack.table.listed().texts
    patterns = _patterns(checker.pack)
    ours = best(lambda: checker.check_text(text))
    automaton = ahocorasick_rs.AhoCorasick([f" {p} " for p in phrases])
    joined = " " + " ".join(tokenize(text).keys) + " "
    floor = best(lambda: automaton.find_matches_as_indexes(joined, overlapping=True))
    rows: list[tuple[str, float | str]] = [("Aho-Corasick pass alone, all phrases (a part of our check)", floor)]
    ripgrep = shutil.which("rg")
    if ripgrep:
        with tempfile.TemporaryDirectory() as folder:
            words, target = Path(folder) / "phrases", Path(folder) / "text"
            words.write_text("\n".join(phrases), encoding="utf-8")
            target.write_text(text, encoding="utf-8")
            few = Path(folder) / "few"
            few.write_text("\n".join(phrases[:: len(phrases) // 500]), encoding="utf-8")
            call = [ripgrep, "--count-matches", "--ignore-case", "--fixed-strings", "--file"]
            rows.append(
                ("ripgrep, 500 of our phrases, process included",
                 best(lambda: subprocess.run([*call, str(few), str(target)], capture_output=True, check=False), 5))
            )  # fmt: skip
    if PEERS.exists():
        data = json.dumps({"text": text, "patterns": patterns})
        done = subprocess.run(
            [PEERS, ROOT / "benchmarks" / "peers" / "run.py"], input=data, capture_output=True, text=True,
            preexec_fn=_bounded, check=False,
        )  # fmt: skip
        found = json.loads(done.stdout) if done.stdout else {"peers": done.stderr.strip().splitlines()[-1]}
        rows += [(name, value if isinstance(value, str) else value[0]) for name, value in found.items()]
    else:
        rows.append(("presidio-analyzer, medspaCy, spaCy, `re`", "not measured: run `make peers` first"))
    yield "### Against other engines"
    yield ""
    yield (
        f"The same text of 20,000 characters. We run the whole check with all {len(phrases):,} phrases; the peers only "
        f"search, with one gap pattern for each of our {len(patterns)}, {OPTIONS} phrases a slot at most, and gaps "
        "of at most 6 words where theirs explode (all of it in their favour)."
    )
    yield ""
    yield "| | ms | our check is faster |"
    yield "|---|---|---|"
    yield f"| **hpcp-rules, whole check** | **{ours * 1000:.1f}** | |"
    for name, value in rows:
        if isinstance(value, str):
            yield f"| {name} | {value} | |"
        else:
            yield f"| {name} | {value * 1000:.1f} | {value / ours:.1f} times |"
    yield ""


def _bounded() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _patterns(pack: Pack) -> list[list[dict[str, object]]]:
    table = pack.table
    listed = table.listed()
    members: dict[int, list[str]] = {table.dynamic(name): list(words) for name, words in NAMES.items()}
    for text, sets in zip(listed.texts, listed.sets, strict=True):
        for number in table.with_unions(sets):
            members.setdefault(number, []).append(text)
    for row in members.values():
        row.sort(key=lambda t: (t.count(" "), t))
    return [
        [
            {"options": members.get(e.set_id, ["ngày"])[:OPTIONS], "gap": e.gap}
            for e in pattern.main.elements
            if not e.optional
        ]
        for rule in pack.rules
        for pattern in rule.patterns
    ]


if __name__ == "__main__":
    main()
