"""The program `hpcp` as its users start it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from hpcp_rules import __version__
from hpcp_rules.cli.main import run
from hpcp_rules.model.report import RunReport
from tests.readers import make

PROGRAM = [sys.executable, "-c", "from hpcp_rules.cli.main import main; main()"]
ROOT = Path(__file__).resolve().parents[2]


def hpcp(*words: str | Path, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[str]:
    """Run `hpcp` away from the user's own settings."""
    kept = {k: v for k, v in os.environ.items() if k not in ("HPCP_LANG", "HPCP_DATA", "NO_COLOR", "FORCE_COLOR")}
    call = [*PROGRAM, *map(str, words)]
    done = subprocess.run(
        call, input=stdin, capture_output=True, cwd=ROOT, env={**kept, "HPCP_DATA": "/nonexistent", **env}, check=False
    )
    out, err = (stream.decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
    result = subprocess.CompletedProcess(call, done.returncode, out, err)
    assert "Traceback" not in result.stderr
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a clean contract, an unfair one, a half-scanned PDF and a file that is no document."""
    (tmp_path / "clean.txt").write_text(make.CLEAN, encoding="utf-8")
    (tmp_path / "unfair.txt").write_text(make.UNFAIR, encoding="utf-8")
    (tmp_path / "scan.pdf").write_bytes(make.scan([make.CLEAN.splitlines()]))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "sums.xlsx").write_bytes(b"PK\x03\x04 sums")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "code"), [("clean.txt", 0), ("unfair.txt", 1), ("scan.pdf", 2), ("picture.png", 2), ("no-such.txt", 2)]
)
def test_exit_code_says_how_it_went(folder: Path, name: str, code: int) -> None:
    for form in ("text", "json"):
        assert hpcp("check", "--format", form, folder / name).returncode == code


def test_incomplete_outranks_findings(folder: Path) -> None:
    assert hpcp("check", folder / "unfair.txt", folder / "scan.pdf").returncode == 2
    assert hpcp("check", folder / "scan.pdf", folder / "unfair.txt", folder / "clean.txt").returncode == 2
    assert hpcp("check", folder / "unfair.txt", folder / "clean.txt").returncode == 1


def test_what_was_not_checked_is_said_first(folder: Path) -> None:
    out = hpcp("check", "--lang", "en", folder / "scan.pdf").stdout
    assert "NOT CHECKED" in out
    assert "Page 2" in out
    assert "Look at this page in the original" in out
    report = json.loads(hpcp("check", "--format", "json", folder / "scan.pdf").stdout)
    assert [n["page"] for n in report["not_checked"]] == [2]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["check"],
        ["check", "--bogus", "clean.txt"],
        ["check", "--format", "xml", "clean.txt"],
        ["check", "--as-of", "31.12.2026", "clean.txt"],
        ["check", "--as-of", "2026-02-30", "clean.txt"],
        ["check", "--kind", "thu-tay", "clean.txt"],
        ["check", "--min-severity", "awful", "clean.txt"],
        ["check", "--lang", "fr", "clean.txt"],
        ["frobnicate"],
        ["rules", "show", "R251"],
        ["explain", "quả chuối"],
        ["rules", "new", "quả chuối"],
        ["eval", "no-such-folder"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_3_and_checks_nothing(folder: Path, words: list[str]) -> None:
    done = hpcp(*(folder / w if w == "clean.txt" else w for w in words))
    assert done.returncode == 3
    assert done.stdout + done.stderr
    assert make.CLEAN.splitlines()[0] not in done.stdout


@pytest.mark.parametrize("option", ["--format", "--kind", "--min-severity", "--lang", "--ocr"])
def test_a_bad_value_names_the_good_ones(folder: Path, option: str) -> None:
    vi = hpcp("check", option, "zzz", folder / "clean.txt")
    assert option in vi.stderr
    assert "zzz" in vi.stderr
    good = {"--format": "json", "--kind": "hop-dong-theo-mau", "--min-severity": "medium", "--lang": "en"}
    assert good.get(option, "never") in vi.stderr


def test_several_files_are_one_array_and_a_bad_one_stops_nothing(folder: Path) -> None:
    names = ["unfair.txt", "no-such.txt", "picture.png", "clean.txt"]
    done = hpcp("check", "--format", "json", *(folder / n for n in names))
    reports = json.loads(done.stdout)
    assert [Path(r["document"]["name"]).name for r in reports] == names
    assert [[e["code"] for e in r["errors"]] for r in reports] == [[], ["not-found"], ["damaged"], []]
    assert [bool(r["findings"]) for r in reports] == [True, False, False, False]
    for report in reports[1:3]:
        (error,) = report["errors"]
        assert error["message"]["vi"] != error["message"]["en"]
        assert report["document"]["name"] in error["where"]
    assert done.stderr.count("Lỗi:") == 2
    assert done.returncode == 2


def test_text_of_several_files(folder: Path) -> None:
    done = hpcp("check", folder / "unfair.txt", folder / "no-such.txt", folder / "clean.txt")
    assert "unfair.txt" in done.stdout
    assert "clean.txt" in done.stdout
    assert "no-such.txt" in done.stderr
    assert "no-such.txt" not in done.stdout  # nothing is claimed of what was not read


def test_json_fits_the_schema(folder: Path) -> None:
    schema = RunReport.model_json_schema(mode="serialization")
    done = hpcp("check", "--format", "json", *(folder / n for n in ("unfair.txt", "scan.pdf", "picture.png")))
    for report in json.loads(done.stdout):
        jsonschema.validate(report, RunReport.model_json_schema())
        jsonschema.validate(report, schema)
    single = json.loads(hpcp("check", "--format", "json", folder / "unfair.txt").stdout)
    jsonschema.validate(single, schema)
    (finding, *_) = single["findings"]
    assert make.UNFAIR[finding["span"]["start"] : finding["span"]["end"]] == finding["quote"]


def test_dash_is_standard_input(folder: Path) -> None:
    done = hpcp("check", "--format", "json", "-", stdin=make.UNFAIR.encode())
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["findings"]
    pdf = hpcp("check", "-", stdin=(folder / "scan.pdf").read_bytes())
    assert pdf.returncode == 2
    nothing = hpcp("check", "-")
    assert nothing.returncode == 2
    assert "Lỗi:" in nothing.stderr


def test_a_folder_means_its_documents(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "more.md").write_text(make.CLEAN, encoding="utf-8")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "x.txt").write_text(make.UNFAIR, encoding="utf-8")
    done = hpcp("check", "--format", "json", folder)
    names = {Path(r["document"]["name"]).name for r in json.loads(done.stdout)}
    assert names == {"clean.txt", "unfair.txt", "scan.pdf", "picture.png", "more.md"}
    assert ".xlsx" in done.stderr  # left out, and said so
    assert ".xlsx" not in hpcp("check", "--quiet", folder).stderr


def test_a_folder_of_one_document_is_still_an_array(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(make.CLEAN, encoding="utf-8")
    assert len(json.loads(hpcp("check", "--format", "json", tmp_path).stdout)) == 1


def test_a_folder_without_documents_is_a_wrong_call(tmp_path: Path) -> None:
    done = hpcp("check", tmp_path)
    assert done.returncode == 3
    assert str(tmp_path) in done.stderr


def test_language_of_option_and_environment(folder: Path) -> None:
    clean = folder / "clean.txt"
    assert "Văn bản" in hpcp("check", clean).stdout
    assert "Document" in hpcp("check", "--lang", "en", clean).stdout
    assert "Document" in hpcp("check", "--lang=en", clean).stdout
    assert "Document" in hpcp("check", clean, HPCP_LANG="en").stdout
    assert "Văn bản" in hpcp("check", "--lang", "vi", clean, HPCP_LANG="en").stdout
    assert "There is no such file" in hpcp("check", "--lang", "en", "no-such.txt").stderr
    assert "Không tìm thấy tệp" in hpcp("check", "no-such.txt").stderr


@pytest.mark.parametrize("words", [["check", "--bogus"], ["check"], ["frobnicate"]], ids=" ".join)
def test_errors_of_the_call_are_in_the_language_of_the_call(words: list[str]) -> None:
    vi, en = hpcp(*words).stderr, hpcp(*words, HPCP_LANG="en").stderr
    assert "Error:" in en
    assert "Error:" not in vi
    assert "Lỗi" in vi


def test_help_is_in_the_language_of_the_call() -> None:
    vi, en = hpcp("--help").stdout, hpcp("--help", HPCP_LANG="en").stdout
    assert "Kiểm tra hợp đồng" in vi
    assert "Check contracts" in en
    assert "Show this message" not in vi


def test_no_colours_away_from_a_terminal(folder: Path) -> None:
    calls = (["check", folder], ["check", "--lang", "en", folder / "unfair.txt"], ["--help"], ["check", "--bogus"])
    for words in calls:
        done = hpcp(*words, TERM="xterm-256color")
        assert "\x1b" not in done.stdout + done.stderr


def test_a_console_of_another_code_page_still_shows_vietnamese(folder: Path) -> None:
    done = hpcp("check", folder / "unfair.txt", folder / "no-such.txt", PYTHONIOENCODING="ascii")
    assert "Nguyên văn" in done.stdout
    assert "Không tìm thấy tệp" in done.stderr


def test_output_goes_to_the_file(folder: Path) -> None:
    target = folder / "out.json"
    done = hpcp("check", "--format", "json", "--output", target, folder / "unfair.txt")
    assert done.stdout == ""
    assert done.returncode == 1
    assert json.loads(target.read_text(encoding="utf-8"))["findings"]
    assert hpcp("check", "--output", folder / "no" / "such" / "place", folder / "clean.txt").returncode == 3


def test_output_never_destroys_the_contract(folder: Path) -> None:
    contract = folder / "unfair.txt"
    assert hpcp("check", "--output", contract, contract).returncode == 3
    assert contract.read_text(encoding="utf-8") == make.UNFAIR


def test_min_severity_decides_the_exit_code_not_what_is_shown(folder: Path) -> None:
    report = json.loads(hpcp("check", "--format", "json", folder / "unfair.txt").stdout)
    levels = ["info", "low", "medium", "high"]
    worst = max(levels.index(f["severity"]) for f in report["findings"])
    for n, level in enumerate(levels):
        done = hpcp("check", "--format", "json", "--min-severity", level, folder / "unfair.txt")
        assert done.returncode == (1 if n <= worst else 0)
        assert len(json.loads(done.stdout)["findings"]) == len(report["findings"])


def test_as_of_before_the_law_finds_nothing(folder: Path) -> None:
    for day in ("2024-06-30", "30/06/2024"):
        assert hpcp("check", "--as-of", day, folder / "unfair.txt").returncode == 0
    report = json.loads(hpcp("check", "--format", "json", "--as-of", "01/07/2024", folder / "unfair.txt").stdout)
    assert report["as_of"] == "2024-07-01"
    assert report["findings"]


def test_kind_and_names_from_the_caller(folder: Path) -> None:
    odd = folder / "odd.txt"
    clause = "1. Bánh Xe Tre có quyền thay đổi giá bất cứ lúc nào mà không cần báo trước cho Người Đạp."
    odd.write_text(f"Điều 1. Giá\n{clause}\n", encoding="utf-8")
    call = ["check", "--format", "json", "--kind", "dieu-kien-giao-dich-chung"]
    done = hpcp(*call, "--trader", "Bánh Xe Tre", "--consumer", "Người Đạp", odd)
    document = json.loads(done.stdout)["document"]
    assert document["kind"] == "dieu-kien-giao-dich-chung"
    names = {p["role"]: [n.lower() for n in p["names"]] for p in document["parties"]}
    assert "bánh xe tre" in names["business"]
    assert "người đạp" in names["consumer"]


def test_text_prints_what_spans_refer_to(folder: Path) -> None:
    done = hpcp("text", folder / "unfair.txt")
    assert done.stdout == make.UNFAIR
    assert done.returncode == 0
    scan = hpcp("text", "--lang", "en", folder / "scan.pdf")
    assert scan.returncode == 2
    assert "Page 2" in scan.stderr
    assert hpcp("text", folder / "no-such.txt").returncode == 2
    assert hpcp("text", folder).returncode == 2


def test_outline_shows_parties_and_articles(folder: Path) -> None:
    done = hpcp("outline", folder / "unfair.txt")
    assert done.returncode == 0
    assert "hợp đồng theo mẫu" in done.stdout
    assert "Điều 2 Giá" in done.stdout
    assert "  khoản 1 Công ty có quyền" in done.stdout
    assert hpcp("outline", folder / "scan.pdf").returncode == 2


def test_explain_provision_and_rule() -> None:
    vi = hpcp("explain", "25.3")
    assert vi.returncode == 0
    assert "khoản 3 Điều 25 Luật 19/2023/QH15" in vi.stdout
    assert "R2503" in vi.stdout
    assert hpcp("explain", "khoản 3 Điều 25").stdout == vi.stdout
    assert "Article 25(3), Law 19/2023/QH15" in hpcp("explain", "--lang", "en", "25.3").stdout
    rule = hpcp("explain", "R2513")
    assert rule.returncode == 0
    assert rule.stdout.startswith("R2513 ")
    assert rule.stdout == hpcp("rules", "show", "R2513").stdout


def test_rules_list_names_every_rule() -> None:
    listed = hpcp("rules", "list").stdout.splitlines()
    shipped = sum(len(list((ROOT / "rules" / part).glob("*.yaml"))) for part in ("law19", "nd55", "required"))
    rules = [line for line in listed if line[:1] in "RQ" and line[1:5].isdigit()]
    assert len(rules) == shipped
    assert len({line.split()[0] for line in rules}) == len(rules)


def test_rules_new_is_a_template_in_yaml() -> None:
    import yaml

    done = hpcp("rules", "new", "khoản 4 Điều 25")
    assert done.returncode == 0
    assert yaml.safe_load(done.stdout)["provision"] == "law19:25.4"


def test_an_unknown_rule_suggests_near_names() -> None:
    done = hpcp("rules", "show", "--lang", "en", "tu-dong-gia-hn")
    assert done.returncode == 3
    assert "tu-dong-gia-han" in done.stderr
    assert "R25" in hpcp("rules", "show", "R2599").stderr


def test_version() -> None:
    done = hpcp("--version")
    assert (done.returncode, done.stdout) == (0, f"hpcp-rules {__version__}\n")


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (["--help"], "pydantic spacy lxml pyvi pypdfium2 yaml hpcp_rules.engine hpcp_rules.readers"),
        (["--version"], "pydantic spacy lxml pyvi pypdfium2 yaml hpcp_rules.engine hpcp_rules.readers"),
        # Typer itself loads pydantic to show the options of a command.
        (["check", "--help"], "spacy lxml pyvi pypdfium2 yaml hpcp_rules.engine hpcp_rules.readers"),
        (["rules", "--help"], "spacy lxml pyvi pypdfium2 yaml hpcp_rules.engine hpcp_rules.readers"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_help_loads_nothing_heavy(words: list[str], heavy: str) -> None:
    code = (
        "import sys; from hpcp_rules.cli.main import run; code = run(sys.argv[2:]);"
        "print([m for m in sys.argv[1].split() if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    call = [sys.executable, "-c", code, heavy, *words]
    done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/h\xe9.txt"
    Path(os.fsdecode(path)).write_text(make.UNFAIR, encoding="utf-8")
    for form in ("text", "json"):
        assert hpcp("check", "--format", form, tmp_path, PYTHONIOENCODING="utf-8:strict").returncode == 1


def test_a_broken_pack_is_said_and_is_2(folder: Path) -> None:
    (folder / "pack").mkdir()
    (folder / "pack" / "pack.yaml").write_text("id: [", encoding="utf-8")
    done = hpcp("check", "--rules", folder / "pack", folder / "clean.txt")
    assert done.returncode == 2
    assert "pack.yaml" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(folder: Path) -> None:
    call = [*PROGRAM, "rules", "list"]
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""


def test_law_import_then_quoted(folder: Path) -> None:
    law = folder / "law.txt"
    articles = "\n".join(f"Điều {n}. Điều thứ {n}\n1. Chuyện bịa số {n}.\n2. Một.\n3. Ba.\n" for n in range(1, 81))
    law.write_text(f"Luật số 19/2023/QH15\nBẢO VỆ QUYỀN LỢI NGƯỜI TIÊU DÙNG\n{articles}", encoding="utf-8")
    data = str(folder / "data")
    assert hpcp("law", "import", law, HPCP_DATA=data).returncode == 0
    assert "Chuyện bịa số 25" in hpcp("explain", "25.1", HPCP_DATA=data).stdout
    assert hpcp("law", "import", folder / "clean.txt", HPCP_DATA=data).returncode == 2


def test_findings_below_the_confidence_are_counted_not_hidden(folder: Path) -> None:
    every = json.loads(hpcp("check", "--format", "json", folder / "unfair.txt").stdout)
    none = json.loads(hpcp("check", "--format", "json", "--min-confidence", "1", folder / "unfair.txt").stdout)
    assert every["withheld"] == 0
    assert none["withheld"] == len(every["findings"]) > 0
    assert none["findings"] == []
    said = hpcp("check", "--lang", "en", "--min-confidence", "1", folder / "unfair.txt").stdout
    assert f"{none['withheld']} signs below the chosen confidence are not shown." in said


def test_facts_are_stated_by_name(folder: Path) -> None:
    told = json.loads(hpcp("check", "--format", "json", "--fact", "distance=yes", folder / "clean.txt").stdout)
    (fact,) = (f for f in told["document"]["facts"] if f["id"] == "distance")
    assert (fact["value"], fact["stated"], fact["confidence"]) == (True, True, 1.0)
    wrong = hpcp("check", "--lang", "en", "--fact", "distance=maybe", folder / "clean.txt")
    assert wrong.returncode == 3
    assert "distance" in wrong.stderr


def test_checklist_answers_every_item(folder: Path) -> None:
    done = hpcp("check", "--lang", "en", "--format", "checklist", folder / "unfair.txt")
    assert done.returncode == 1
    assert "[!] Article 25" in done.stdout
    assert done.stdout.count("Article 25(") >= 15


def test_a_document_over_its_limits_is_one_refusal_and_the_next_goes_on(folder: Path) -> None:
    long = folder / "long.txt"
    long.write_text(make.UNFAIR * 4000, encoding="utf-8")
    for limit, code in (
        ("seconds=0.3", "out-of-time"),
        ("memory=20MB", "out-of-memory"),
        ("characters=5k", "too-large"),
    ):
        done = hpcp("check", "--format", "json", "--limit", limit, long, folder / "unfair.txt")
        assert done.returncode == 2
        first, second = json.loads(done.stdout)
        assert [e["code"] for e in first["errors"]] == [code]
        assert first["document"]["name"] == str(long)
        assert second["findings"]
        assert not second["errors"]
        assert str(long) in done.stderr
    assert hpcp("check", folder / "clean.txt", HPCP_LIMITS="bytes=10").returncode == 2
    assert hpcp("check", folder / "clean.txt", "--limit", "minutes=1").returncode == 3


def test_a_batch_says_what_came_of_it_and_does_nothing_twice(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "result"
    first = hpcp("batch", folder, "--out", out, "--lang", "en", "--jobs", "1")
    assert first.returncode == 2
    assert "2 documents new" in first.stdout or "3 documents new" in first.stdout
    assert "never a ruling" in first.stdout
    assert "picture.png" in first.stderr
    again = hpcp("batch", folder, "--out", out, "--jobs", "1")
    assert again.returncode == 2
    assert "0 văn bản mới" in again.stdout
    assert "không phải kết luận vi phạm" in again.stdout
    only = hpcp("batch", folder / "clean.txt", "--out", tmp_path / "clean.jsonl", "--jobs", "1", "--quiet")
    assert (only.returncode, only.stderr) == (0, "")
    assert len((tmp_path / "clean.jsonl").read_text().splitlines()) == 1
    assert hpcp("batch", folder / "unfair.txt", "--out", tmp_path / "u.jsonl", "--jobs", "1").returncode == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--out", "/nonexistent-hpcp/x"], 3),
        (["examples"], 3),
        (["examples", "--out", "/dev/null/x"], 2),
        (["examples", "--out", "x", "--engine", "dask"], 3),
        (["examples", "--out", "x", "--engine", "spark"], 3),
        (["examples", "--out", "x", "--limit", "pages"], 3),
    ],
)
def test_a_batch_that_cannot_run_says_why(words: list[str], code: int) -> None:
    done = hpcp("batch", *words)
    assert done.returncode == code
    assert done.stderr.startswith("Lỗi: ")


def test_timings_are_told_beside_the_result(folder: Path) -> None:
    plain = hpcp("check", folder / "unfair.txt", "--lang", "en")
    timed = hpcp("check", folder / "unfair.txt", "--lang", "en", "--timings")
    assert timed.stdout == plain.stdout
    rows = [line.split(" ms  ") for line in timed.stderr.splitlines()[1:]]
    names = [name for _, name in rows]
    assert names[:6] == ["index", "search", "match", "policy", "required", "form"]
    rules = [float(spent) for spent, name in rows if name.startswith("rule R")]
    assert len(rules) > 30
    assert rules == sorted(rules, reverse=True)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_a_file_that_is_too_much_is_refused_outside_the_worker_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: type[BaseException]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("hpcp_rules.readers.read_bytes", fail)
    assert run(["text", str(folder / "unfair.txt")]) == 2
    assert "phức tạp" in capsys.readouterr().err
