"""The figures of `hpcp eval`, against counts made by hand and against the independent scorer where it lies."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hpcp_rules.api import Checker
from hpcp_rules.errors import UsageError
from hpcp_rules.evaluation import (
    Counts,
    Evaluation,
    compare,
    evaluate_clauses,
    evaluate_documents,
    load_clauses,
    load_gold,
)
from hpcp_rules.evaluation.score import MIN_RECORDS, fits, item_of, item_order
from hpcp_rules.model.report import (
    Bilingual,
    DocumentInfo,
    Finding,
    PackInfo,
    RequirementResult,
    RunReport,
    Severity,
    Span,
    Status,
)
from hpcp_rules.rulespec.model import Pack
from tests.conftest import SHARED

TEXT = "Câu một bịa. Câu hai bịa. Câu ba bịa. Câu bốn bịa. Câu năm bịa.\n"
Flags = list[tuple[str, str] | tuple[str, str, Severity]]
Said = dict[str, Flags]
NONE = Bilingual(vi="", en="")


def span_of(sentence: str) -> Span:
    """Where a sentence of `TEXT` stands, by its number in words."""
    words = f"Câu {sentence} bịa."
    return Span(start=TEXT.index(words), end=TEXT.index(words) + len(words))


def report(name: str, text: str, said: Flags, required: dict[str, Status] | None = None) -> RunReport:
    """A report that flags the named sentences of `text` under these provisions."""
    findings = []
    for n, (sentence, provision, *severity) in enumerate(said):
        span = span_of(sentence)
        findings.append(
            Finding(
                id=f"f{n}", rule="T001", rule_name="x", rule_version="1", pattern="p", provision=provision,
                severity=severity[0] if severity else "high", strength="clear", confidence=0.8, span=span,
                quote=text[span.start : span.end], evidence=(), outline=(), message=NONE, explanation=NONE,
                suggestion=NONE,
            )
        )  # fmt: skip
    return RunReport(
        tool="x", pack=PackInfo(id="x", version="1", sha256="", rules=1), as_of=date(2026, 1, 1),
        document=DocumentInfo(
            name=name, media_type="text/plain", sha256="0", characters=len(text), kind="hop-dong-theo-mau",
            kind_confidence=1.0,
        ),
        findings=tuple(findings),
        requirements=tuple(
            RequirementResult(provision=p, title=Bilingual(vi=p, en=p), status=s) for p, s in (required or {}).items()
        ),
    )  # fmt: skip


def saying(said: Said, required: dict[str, Status] | None = None) -> Callable[[str, str], RunReport]:
    """A checker that says of each document what it is told to say."""
    return lambda text, name: report(name, text, said.get(name, []), required)


def annotate(folder: Path, name: str, clauses: list[tuple[str, str, str]], **document: object) -> None:
    """Write a contract of five sentences with (sentence, provision, strength) records."""
    (folder / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    records = [
        {**span_of(sentence).model_dump(), "provisions": cited.split(), "strength": strength, "why": "x"}
        for sentence, cited, strength in clauses
    ]
    record = {"document": document, "clauses": records, "author": "x"}
    (folder / f"{name}.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two annotated contracts, and files that are no gold."""
    first = [
        ("một", "law19:25.3", "clear"),
        ("hai", "law19:25.3 law19:25.4", "clear"),
        ("ba", "law19:25.7", "arguable"),
    ]
    required = {"law19:23.1": "present", "law19:23.2": "absent", "law19:23.3": "partial"}
    annotate(tmp_path, "a", first, kind="hop-dong-theo-mau", required=required)
    second = [("một", "law19:15", "clear"), ("năm", "law19:25.3", "clear")]
    annotate(tmp_path, "b", second, kind="dieu-kien-giao-dich-chung")
    (tmp_path / "notes.json").write_text("[]", encoding="utf-8")
    (tmp_path / "readme.txt").write_text("x", encoding="utf-8")
    return tmp_path


def run(gold: Path, said: Said, required: dict[str, Status] | None = None) -> Evaluation:
    return evaluate_documents(load_gold(gold), saying(said, required))


def counts(result: Evaluation) -> dict[str, tuple[int, int, int]]:
    return {k: (c.tp, c.fp, c.fn) for k, c in result.items.items() if c.tp + c.fp + c.fn}


def test_figures_by_hand(gold: Path) -> None:
    result = run(
        gold,
        {
            "a": [
                ("một", "law19:25.3"),  # right
                ("hai", "law19:25.4"),  # right: the second provision of the record, counted under its first
                ("ba", "law19:25.3"),  # only touches an arguable record: counts neither way
                ("bốn", "law19:25.9"),  # false alarm where nothing is
            ],
            "b": [
                ("một", "law19:15.2"),  # right: a clause of the article
                ("năm", "law19:25.5"),  # false alarm on a clause of another item, which stays a miss
                ("năm", "law19:25.3", "info"),  # advice accuses nobody
            ],
        },
    )
    assert result.documents == 2
    assert counts(result) == {
        "law19:25.3": (2, 0, 1),
        "law19:25.9": (0, 1, 0),
        "law19:25.5": (0, 1, 0),
        "law19:15": (1, 0, 0),
    }
    assert (result.micro.tp, result.micro.fp, result.micro.fn) == (3, 2, 1)
    assert result.micro.precision == pytest.approx(3 / 5)
    assert result.micro.recall == pytest.approx(3 / 4)
    assert result.micro.f1 == pytest.approx(2 / 3)
    anyone = result.any_provision
    assert (anyone.tp, anyone.fp, anyone.fn) == (4, 1, 0)
    assert (result.kinds_right, result.kinds) == (1, 2)
    assert [(m.document, m.error, m.provision) for m in result.mistakes] == [
        ("a", "false alarm", "law19:25.9"),
        ("b", "false alarm", "law19:25.5"),
        ("b", "miss", "law19:25.3"),
    ]
    assert result.mistakes[2].text == "Câu năm bịa."
    assert sorted(right for _, right in result.confidences) == [False, False, True, True, True]


def test_two_findings_on_one_record_are_one_hit(gold: Path) -> None:
    result = run(gold, {"a": [("một", "law19:25.3"), ("một", "law19:25.3")]})
    assert counts(result)["law19:25.3"] == (1, 0, 2)


def test_required_contents(gold: Path) -> None:
    result = run(gold, {}, {"law19:23.1": "partial", "law19:23.2": "absent", "law19:23.3": "absent"})
    assert (result.required_right, result.required) == (2, 2)  # a partial record is not counted
    assert result.absent == Counts(1, 0, 0)
    wrong = run(gold, {}, {"law19:23.1": "absent", "law19:23.2": "present"})
    assert (wrong.required_right, wrong.required) == (0, 2)
    assert wrong.absent == Counts(0, 1, 1)
    assert run(gold, {}).absent == Counts(0, 0, 1)


def test_macro_counts_items_of_article_25_with_enough_records(tmp_path: Path) -> None:
    for n in range(MIN_RECORDS):
        more = [("hai", "law19:25.4", "clear")] if n else []
        annotate(tmp_path, f"d{n}", [("một", "law19:25.3", "clear"), ("ba", "law19:15", "clear"), *more])
    said: Said = {f"d{n}": [("một", "law19:25.3"), ("hai", "law19:25.4")] for n in range(3)}
    result = run(tmp_path, said)
    assert result.macro_items == ["law19:25.3"]
    assert result.macro_f1 == pytest.approx(6 / 8)
    assert Evaluation().macro_f1 == 0.0


def test_figures_of_nothing_are_none_not_zero() -> None:
    assert (Counts().precision, Counts().recall, Counts().f1) == (None, None, None)
    assert (Counts(fn=2).precision, Counts(fn=2).recall, Counts(fn=2).f1) == (None, 0.0, 0.0)
    assert Counts(1, 1, 0).f1 == pytest.approx(2 / 3)


def test_provisions_fit_and_sort() -> None:
    assert fits("law19:15", ["law19:15.2"])
    assert fits("law19:15.2.a", ["law19:15.2"])
    assert not fits("law19:1", ["law19:15"])
    assert not fits("law19:25.1", ["law19:25.13", "law19:25"])
    assert fits("law19:25.1", ["law19:25.3", "law19:25.1"])
    assert item_of("law19:25.3.a") == "law19:25.3"
    assert item_of("nd55:6.2") == "nd55:6"
    assert sorted(["law19:25.10", "nd55:1", "law19:25.9", "law19:3"], key=item_order) == [
        "law19:3", "law19:25.9", "law19:25.10", "nd55:1",
    ]  # fmt: skip


def test_compare_names_what_a_change_did(gold: Path) -> None:
    before = run(gold, {"a": [("một", "law19:25.3"), ("hai", "law19:25.3")]}).found
    after = run(gold, {"a": [("một", "law19:25.3"), ("bốn", "law19:25.9")]}).found
    gained, lost = compare(before, after)
    assert list(gained.values()) == ["Câu bốn bịa."]
    assert next(iter(gained)).startswith("a|law19:25.9|")
    assert compare(before, before) == ({}, {})
    assert compare(after, before) == (lost, gained)


def test_as_dict_is_json_that_compare_reads(gold: Path) -> None:
    result = run(gold, {"a": [("một", "law19:25.3")]})
    again = json.loads(json.dumps(result.as_dict()))
    assert again["found"] == result.found
    assert again["micro"]["recall"] == pytest.approx(1 / 4)
    assert again["items"]["law19:25.3"] == {"tp": 1, "fp": 0, "fn": 2}


CLAUSES: list[dict[str, object]] = [
    {"id": "1", "label": "law19:25.3", "quote": "Câu hai bịa.", "context": TEXT},
    {"id": "2", "label": "law19:25.4", "quote": "Câu hai bịa.", "context": TEXT, "also": ["law19:25.3"]},
    {"id": "3", "label": "law19:25.7", "quote": "Câu hai bịa.", "context": TEXT},
    {"id": "4", "label": "ok", "near": "law19:25.3", "quote": "Câu hai bịa.", "context": TEXT},
    {"id": "5", "label": "ok", "near": "law19:25.9", "quote": "Câu hai bịa.", "context": TEXT},
    {"id": "6", "label": "law19:25.3", "quote": "Câu ba bịa.", "context": TEXT},
]


def jsonl(folder: Path, rows: list[dict[str, object]]) -> Path:
    path = folder / "clauses.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_single_clauses_by_hand(tmp_path: Path) -> None:
    rows = load_clauses(jsonl(tmp_path, CLAUSES))
    result = evaluate_clauses(rows, lambda text, name: report(name, text, [("hai", "law19:25.3")]))
    assert counts(result) == {"law19:25.3": (1, 1, 1), "law19:25.4": (1, 0, 0), "law19:25.7": (0, 0, 1)}
    assert {k: list(v) for k, v in result.near_flagged.items()} == {"law19:25.3": [1, 1], "law19:25.9": [0, 1]}
    assert [(m.document, m.error) for m in result.mistakes] == [("3", "miss"), ("4", "false alarm"), ("6", "miss")]


def fault(error: UsageError, path: Path, line: int | None) -> str:
    assert error.code == "bad-gold"
    assert (error.where.file, error.where.line) == (str(path), line)
    assert error.vi != error.en
    assert error.remedy_vi
    return error.en


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('{"clauses": [\n{"start": 1,]\n}', 2, "JSON"),
        ('{"document": {}}', None, "clauses"),
        ('{"clauses": [{"start": "x", "end": 2, "provisions": ["law19:25.3"]}]}', None, "clauses.0.start"),
        ('{"clauses": [{"start": 1, "end": 2, "provisions": []}]}', None, "clauses.0.provisions"),
        ('{"clauses": [{"start": 1, "end": 2, "provisions": ["law19:25.3"], "strength": "so"}]}', None, "strength"),
        ('{"clauses": [{"start": 5, "end": 2, "provisions": ["law19:25.3"]}]}', None, "end"),
        ('{"clauses": [{"start": 1, "end": 9999, "provisions": ["law19:25.3"]}]}', None, "end"),
        ('{"clauses": [{"start": 0, "end": 7, "provisions": ["law19:25.3"], "quote": "Khác hẳn"}]}', None, "quote"),
        ('{"clauses": [{"start": 0, "end": 7, "provisions": ["Điều 25"]}]}', None, "provisions"),
    ],
    ids=["json", "no-clauses", "number", "no-provision", "strength", "backwards", "beyond", "other-quote", "provision"],
)
def test_bad_gold_names_file_line_and_field(tmp_path: Path, text: str, line: int | None, word: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_gold(tmp_path)
    assert word in fault(caught.value, tmp_path / "a.json", line)


@pytest.mark.parametrize(
    ("change", "word"),
    [({"quote": "Khác hẳn"}, "quote"), ({"label": "ok"}, "near"), ({"context": None}, "context"), ({"id": []}, "id")],
)
def test_bad_clauses_name_the_line_of_the_file(tmp_path: Path, change: dict[str, object], word: str) -> None:
    path = jsonl(tmp_path, [CLAUSES[0], {**CLAUSES[1], **change}])
    path.write_text("\n" + path.read_text(encoding="utf-8"), encoding="utf-8")  # a blank line counts
    with pytest.raises(UsageError) as caught:
        load_clauses(path)
    assert word in fault(caught.value, path, 3)


def test_bad_json_and_bad_bytes(tmp_path: Path) -> None:
    path = tmp_path / "clauses.jsonl"
    path.write_text(json.dumps(CLAUSES[0]) + "\n{no\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_clauses(path)
    fault(caught.value, path, 2)
    path.write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(UsageError):
        load_clauses(path)


def test_a_folder_without_gold(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_gold(tmp_path)
    assert caught.value.code == "no-gold"
    assert caught.value.where.file == str(tmp_path)


def test_the_command_prints_the_figures_and_compares(gold: Path) -> None:
    def call(*words: str | Path) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-c", "from hpcp_rules.cli.main import main; main()"]
        return subprocess.run([*program, *map(str, words)], capture_output=True, text=True, check=False)

    figures = gold / "figures.out"
    first = call("eval", gold, "--lang", "en", "--json", figures, "--errors")
    assert first.returncode == 0, first.stderr
    assert "2 documents" in first.stdout
    assert "any provision" in first.stdout
    assert first.stdout.count("miss ") == 4
    second = call("eval", gold, "--lang", "en", "--compare", figures)
    assert "0 gained, 0 lost" in second.stdout
    assert call("eval", gold, "--compare", gold / "notes.json").returncode == 3
    assert call("eval", gold / "nothing").returncode == 3
    (gold / "a.json").write_text("{", encoding="utf-8")
    bad = call("eval", gold)
    assert bad.returncode == 3
    assert "a.json:1" in bad.stderr


SCORER = SHARED / "gold" / "score.py"

if SCORER.exists():

    def test_figures_are_those_of_the_independent_scorer(pack: Pack, tmp_path: Path) -> None:
        checker = Checker(pack, as_of=date(2026, 1, 1))
        results = tmp_path / "results"
        results.mkdir()

        def check(text: str, name: str) -> RunReport:
            found = checker.check_text(text, name)
            (results / f"{name}.json").write_text(found.model_dump_json(), encoding="utf-8")
            return found

        ours = evaluate_documents(load_gold(SHARED / "gold" / "dev"), check)
        figures = tmp_path / "figures.json"
        folder = SHARED / "gold" / "dev"
        call = [sys.executable, str(SCORER), "--gold", str(folder), "--results", str(results), "--json", str(figures)]
        subprocess.run(call, capture_output=True, check=True)
        theirs = json.loads(figures.read_text(encoding="utf-8"))
        assert ours.documents == theirs["documents"] > 0
        assert ours.macro_f1 == pytest.approx(theirs["macro_f1_art25"])
        mine = ours.as_dict()
        for name in ("micro", "any_provision"):
            assert mine[name] == pytest.approx(theirs[name])
        if ours.kinds:
            assert ours.kinds_right / ours.kinds == pytest.approx(theirs["kind_accuracy"])
        if ours.required:
            assert ours.required_right / ours.required == pytest.approx(theirs["required_accuracy"])


def test_curve_and_reliability_by_hand() -> None:
    result = Evaluation()
    result.confidences = [(0.9, True), (0.9, False), (0.5, True), (0.4, False)]
    result.best = [0.9, 0.5, None]
    assert result.curve() == [
        (0.4, 0.5, pytest.approx(2 / 3)),
        (0.5, pytest.approx(2 / 3), pytest.approx(2 / 3)),
        (0.9, 0.5, pytest.approx(1 / 3)),
    ]
    assert result.reliability() == [(0.4, 0.0, 1), (0.5, 1.0, 1), (0.9, 0.5, 2)]


def test_confidence_of_a_record_is_that_of_its_best_finding(gold: Path) -> None:
    result = run(gold, {"a": [("một", "law19:25.3")]})
    assert result.best == [0.8, None, None, None]


def test_plot_writes_a_picture_and_refuses_what_it_cannot(gold: Path, tmp_path: Path) -> None:
    from hpcp_rules.evaluation.plot import plot_curve

    result = run(gold, {"a": [("một", "law19:25.3"), ("bốn", "law19:25.9")]})
    plot_curve(result, tmp_path / "curve.svg", "test")
    assert "<svg" in (tmp_path / "curve.svg").read_text(encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        plot_curve(result, tmp_path / "curve.doc", "test")
    assert refused.value.code == "plot-ending"
    with pytest.raises(UsageError) as nothing:
        plot_curve(Evaluation(), tmp_path / "curve.svg", "test")
    assert nothing.value.code == "plot-nothing"
    with pytest.raises(UsageError) as unwritten:
        plot_curve(result, tmp_path / "none" / "curve.svg", "test")
    assert unwritten.value.code == "cannot-write"
