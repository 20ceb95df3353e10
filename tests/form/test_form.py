"""Form in the report: what is shown, what counts, when it applies, and what it costs."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest

from hpcp_rules.api import Checker
from hpcp_rules.errors import RuleError
from hpcp_rules.form import check_form
from hpcp_rules.readers import read_bytes, read_file, read_text
from hpcp_rules.report.text import render
from hpcp_rules.rulespec.model import Pack
from hpcp_rules.rulespec.schema import FormSpec
from hpcp_rules.rulespec.yamlfile import load_model
from hpcp_rules.structure import build
from hpcp_rules.structure.document import ContractDocument
from tests.cli.test_cli import hpcp
from tests.conftest import ROOT
from tests.form.make import LINE, drawn, faults, form, lines
from tests.form.test_layout import PLAIN
from tests.readers import make

needs_font = pytest.mark.skipif(not make.VIETNAMESE, reason="no font with Vietnamese letters")


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.*[fxt]")), ids=lambda p: p.name)
def test_the_examples_are_in_order(path: Path) -> None:
    if path.suffix in (".pdf", ".docx", ".txt"):
        assert not faults(form(read_file(path)))


@needs_font
def test_the_report_shows_findings_and_counts_the_rest(pack: Pack) -> None:
    source = read_bytes(drawn(lines((LINE, 7), (LINE, 12))), "a.pdf")
    report = Checker(pack, as_of=date(2026, 1, 1)).check(source)
    assert [f.id for f in report.form if f.status == "finding"] == ["type-size"]
    assert "form" in report.timings_ms
    words = " ".join(render(report, "vi").split())
    assert "HÌNH THỨC" in words
    assert "khoản 2 Điều 6 Nghị định 55/2024/NĐ-CP: Chữ nhỏ ở phần nội dung" in words
    assert "0 dấu hiệu cần xem xét, 1 dấu hiệu về hình thức." in words
    assert "Không thấy dấu hiệu nào" not in words
    assert "Type size" not in words
    assert "Small type in the text itself" in render(report, "en")
    assert json.loads(report.model_dump_json())["form"]


@needs_font
def test_the_exit_code_counts_form(tmp_path: Path) -> None:
    small, fine = tmp_path / "small.pdf", tmp_path / "fine.pdf"
    small.write_bytes(drawn(lines((LINE, 7), (LINE, 12))))
    fine.write_bytes(drawn(lines((LINE, 12), (LINE, 12))))
    assert hpcp("check", small).returncode == 1
    assert hpcp("check", "--min-severity", "high", small).returncode == 0
    assert hpcp("check", fine).returncode == 0


def test_checks_apply_from_their_day(pack: Pack) -> None:
    assert pack.form is not None
    document = build(read_text(PLAIN))
    assert check_form(document, pack.form, date(2024, 6, 30)) == ()
    assert check_form(document, pack.form, date(2024, 7, 1))


def test_a_pack_without_parameters_has_no_checks_of_form(pack: Pack) -> None:
    from dataclasses import replace

    report = Checker(replace(pack, form=None), as_of=date(2026, 1, 1)).check_text(PLAIN)
    assert report.form == ()


def test_every_check_answers_and_cites_a_provision_we_know(pack: Pack) -> None:
    from hpcp_rules.rulespec.provisions import load_provisions

    known = load_provisions(pack.folder / "_provisions")
    results = form(read_text(PLAIN))
    assert {r.id for r in results} == {
        "language", "type-size", "contrast", "numbering", "references", "terms", "sentences", "signing",
    }  # fmt: skip
    for r in results:
        assert r.provision in known
        assert r.message.vi != r.message.en
        assert r.severity == "info" or r.status == "finding"


def test_twenty_thousand_characters_take_little_work(pack: Pack) -> None:
    text = "\n".join(PLAIN for _ in range(20_000 // len(PLAIN)))
    assert calls(build(read_text(text)), pack) < len(text)  # about 2 ms on an idle machine


def test_a_wrong_number_is_an_error_with_its_place(pack: Pack, tmp_path: Path) -> None:
    text = (pack.folder / "_parameters" / "form.yaml").read_text(encoding="utf-8")
    path = tmp_path / "form.yaml"
    for old, new, word in (("points: 12", "points: nhiều", "points"), ("  ratio: 4.5", "  ratoi: 4.5", "ratoi")):
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(RuleError) as caught:
            load_model(path, FormSpec, "form.yaml")
        assert word in caught.value.text("en")
        assert caught.value.where.line == text[: text.index(old)].count("\n") + 1 + old.startswith("\n")


def calls(document: ContractDocument, pack: Pack) -> int:
    """How many functions the checks of form call: work that is the same on every machine."""
    assert pack.form is not None
    count = 0

    def counted(frame: object, event: str, value: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        check_form(document, pack.form, date(2026, 1, 1))
    finally:
        sys.setprofile(None)
    return count


def test_work_grows_with_the_text(pack: Pack) -> None:
    line, end = "1. Theo Điều 9 của Hợp đồng này thì\n", "Điều 1. A\nĐiều 2. B\nĐiều 3. C\n"
    few, many = (calls(build(read_text("HỢP ĐỒNG\n" + line * n + end)), pack) for n in (400, 1600))
    assert few > 400
    assert many < 4.4 * few


def test_garbage_is_taken(pack: Pack) -> None:
    for text in ("", " ", "Điều", "Điều 1\nĐiều 1", "a)\nb)\n", "1.\n" * 50, "….." * 1000, "\u200b", "Điều 99999."):
        assert isinstance(form(read_text(text)) if text.strip() else [], list)
