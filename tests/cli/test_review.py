"""The commands of a review as their users call them."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from hpcp_rules.cli.main import run
from tests.cli.test_cli import folder, hpcp
from tests.readers import make

_ = folder  # a fixture shared with the tests of `hpcp check`


def code(*words: str | Path) -> int:
    """The exit code of a call within this process: starting a new one for each costs a second."""
    return run([str(w) for w in words])


@pytest.fixture
def result(folder: Path) -> Path:
    out = folder / "kq" / "r.json"
    out.parent.mkdir()
    assert code("check", folder / "unfair.txt", "--format", "json", "-o", out) == 1
    return out


@pytest.mark.parametrize("form", ["jsonl", "sarif", "csv", "xlsx", "junit"])
def test_machine_formats_keep_the_exit_codes(folder: Path, form: str) -> None:
    out = folder / f"out.{form}"
    for names, expected in ((("clean.txt",), 0), (("clean.txt", "unfair.txt"), 1), (("unfair.txt", "no-such.txt"), 2)):
        assert code("check", *(folder / n for n in names), "--format", form, "-o", out) == expected
        assert out.stat().st_size > 100
    if form == "jsonl":
        assert [bool(json.loads(x)["findings"]) for x in out.read_text().splitlines()] == [True, False]
    if form == "junit":
        assert len(ET.parse(out).getroot()) == 2


def test_xlsx_needs_a_file(folder: Path) -> None:
    assert code("check", folder / "clean.txt", "--format", "xlsx") == 3


def test_waivers_only_when_asked_and_told_when_useless(folder: Path) -> None:
    (finding, *more) = json.loads(hpcp("check", "--format", "json", folder / "unfair.txt").stdout)["findings"]
    file = folder / "hpcp-waivers.yaml"
    ids = [f["id"] for f in (finding, *more)]
    rows = [f"  - {{finding: {i}, reason: đã hỏi luật sư, until: 2999-01-31}}" for i in [*ids, "aaaa"]]
    rows.append("  - {finding: bbbb, reason: đã hỏi luật sư, until: 2020-01-31}")
    file.write_text("waivers:\n" + "\n".join(rows), encoding="utf-8")
    asked = hpcp("check", folder / "unfair.txt", "--lang", "en")
    assert asked.returncode == 1
    assert "hpcp-waivers.yaml, which is not loaded" in asked.stderr
    loaded = hpcp("check", folder / "unfair.txt", "--waivers", file, "--lang", "en")
    assert loaded.returncode == 0
    assert "not loaded" not in loaded.stderr
    assert "Waiver meets no sign" in loaded.stderr
    assert "Waiver expired on 2020-01-31" in loaded.stderr
    assert "waiver: đã hỏi luật sư" in loaded.stdout
    file.write_text("waivers:\n  - {finding: a}\n", encoding="utf-8")
    broken = hpcp("check", folder / "unfair.txt", "--waivers", file)
    assert broken.returncode == 2
    assert ":2:" in broken.stderr


def test_a_baseline_lets_only_new_signs_fail(folder: Path) -> None:
    base = folder / "base.json"
    contract = folder / "unfair.txt"
    assert code("baseline", "create", contract, "-o", base) == 0
    assert code("check", contract, "--baseline", base) == 0
    assert code("baseline", "check", contract, "--baseline", base) == 0
    contract.write_text(make.UNFAIR + "\n9. Khách hàng không được khiếu nại trong mọi trường hợp.\n", encoding="utf-8")
    again = hpcp("baseline", "check", contract, "--baseline", base, "--lang", "en")
    assert again.returncode == 1
    assert "1 new" in again.stdout
    assert code("check", contract, "--baseline", base) == 1
    assert code("baseline", "create", folder / "scan.pdf", "-o", base) == 3
    assert code("check", contract, "--baseline", folder / "no.json") == 3


def test_from_decisions_to_notice(folder: Path, result: Path) -> None:
    decisions, out = folder / "qd.json", folder / "tb.docx"
    assert code("decisions", "new", result, "-o", decisions) == 0
    assert code("decisions", "new", result, "-o", decisions) == 3  # decisions are not overwritten
    assert code("decisions", "show", result, "--decisions", decisions) == 2
    call = ["notice", result, "--decisions", decisions, "--form", "05", "-o", out]
    refused = hpcp(*call)
    assert refused.returncode == 3
    assert "chưa có quyết định" in refused.stderr
    assert not out.exists()
    assert code(*call, "--include-undecided") == 2
    assert code("decisions", "set", decisions, "no-such", "--state", "accepted") == 3
    assert code("decisions", "set", decisions, "all", "--state", "rejected") == 3  # without a reason
    assert code("decisions", "set", decisions, "all", "--state", "accepted", "--by", "B") == 0
    assert {(d["state"], d["by"]) for d in json.loads(decisions.read_text())["decisions"]} == {("accepted", "B")}
    assert code("decisions", "show", result, "--decisions", decisions) == 0
    done = hpcp(*call, "--field", "so=1/TB-SCT", "--final")
    assert done.returncode == 0
    assert out.read_bytes().startswith(b"PK")
    for wrong in (["--field", "so"], ["--field", "la=1"], ["--form", "09"], ["--template", folder / "clean.txt"]):
        assert code(*call, *wrong) == 3
    exported = hpcp(
        "decisions", "export", result, "--decisions", decisions, "--contract", folder / "unfair.txt", "-o", folder / "g"
    )
    assert exported.returncode == 0
    assert json.loads((folder / "g" / "unfair.json").read_text(encoding="utf-8"))["clauses"]
    other = hpcp("decisions", "export", result, "--decisions", decisions, "--contract", folder / "clean.txt", "-o", "x")
    assert other.returncode == 3


def test_diff(folder: Path, result: Path) -> None:
    old, new = folder / "clean.txt", folder / "unfair.txt"
    assert code("diff", old, old) == 0
    assert code("diff", old, new) == 1
    assert code("diff", old, folder / "scan.pdf") == 2
    assert code("diff", new, "--as-of", "2024-06-30", "--as-of-new", "2024-07-01") == 1
    assert code("diff", result, result) == 0
    for wrong in ([old], [old, new, new], [old, result], [old, new, "--format", "docx"], [old, new, "--format", "pdf"]):
        assert code("diff", *wrong) == 3
    for form in ("json", "html", "docx"):
        out = folder / f"d.{form}"
        assert code("diff", old, new, "--format", form, "-o", out) == 1
        assert out.stat().st_size > 500


def test_summary_and_exchange(folder: Path, result: Path) -> None:
    assert "khoản" in hpcp("summary", result.parent).stdout
    assert code("summary", result.parent, "--contracts", folder, "--lang", "en") == 0
    for form in ("json", "html", "xlsx"):
        assert code("summary", result.parent, "--format", form, "-o", folder / f"s.{form}") == 0
    for wrong in (["--format", "xlsx"], ["--year", "2026", "--from", "2026-01-01"], ["--year", "12"]):
        assert code("summary", result.parent, *wrong) == 3
    assert (
        hpcp("notice", result.parent, "--form", "06", "--field", "nam=2026", "-o", folder / "06.docx").returncode == 2
    )
    assert code("notice", result.parent, "--form", "01", "-o", folder / "01.docx") == 0
    done = hpcp("exchange", result.parent, "-o", folder / "e.json")
    assert done.returncode == 0
    assert "Không có dữ liệu cá nhân" in done.stdout
