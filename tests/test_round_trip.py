"""The example contracts say the same in all four forms, so the checker must find the same in all four."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from hpcp_rules import check_file
from hpcp_rules.readers import read_file
from hpcp_rules.text.fold import fold
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples"
NAMES = ("telecom", "apartment", "online-shop")
FORMS = ("txt", "html", "docx", "pdf")


def squeeze(text: str) -> str:
    """Folded, with every stretch of white space as one blank."""
    return " ".join(fold(text).split())


def findings(path: Path) -> Counter[tuple[str, str]]:
    """How often each provision was found in each sentence."""
    return Counter((f.provision, squeeze(f.quote)) for f in check_file(path).findings)


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """`examples/build.py`, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("examples_build", EXAMPLES / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("form", [f for f in FORMS if f != "txt"])
@pytest.mark.parametrize("name", NAMES)
def test_all_forms_give_the_same_findings(name: str, form: str) -> None:
    expected = findings(EXAMPLES / f"{name}.txt")
    found = findings(EXAMPLES / f"{name}.{form}")
    assert expected, "an example without findings shows nothing"
    assert found == expected, f"missing: {expected - found}, too many: {found - expected}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_every_quote_is_what_stands_at_its_span(name: str, form: str) -> None:
    path = EXAMPLES / f"{name}.{form}"
    text = read_file(path).text
    report = check_file(path)
    assert report.complete
    for finding in report.findings:
        assert text[finding.span.start : finding.span.end] == finding.quote


@pytest.mark.parametrize("form", [f for f in FORMS if f != "txt"])
@pytest.mark.parametrize("name", NAMES)
def test_all_forms_hold_the_same_words(name: str, form: str) -> None:
    # The bars between the cells of a table are drawn lines in the other forms; their order may differ as well.
    expected = Counter(read_file(EXAMPLES / f"{name}.txt").text.replace(" | ", " ").split())
    found = Counter(read_file(EXAMPLES / f"{name}.{form}").text.split())
    assert found == expected, f"missing: {expected - found}, too many: {found - expected}"


@pytest.mark.parametrize("form", FORMS)
def test_each_answer_names_one_place_of_its_example(form: str) -> None:
    answers: dict[str, list[dict[str, str]]] = json.loads((EXAMPLES / "answers.json").read_text(encoding="utf-8"))
    assert tuple(answers) == NAMES
    for name, unfair in answers.items():
        text = squeeze(read_file(EXAMPLES / f"{name}.{form}").text)
        for answer in unfair:
            assert text.count(squeeze(answer["words"])) == 1, (name, answer)


@pytest.mark.parametrize("form", ["txt", "html"])
def test_the_files_are_those_the_sources_give(builder: ModuleType, tmp_path: Path, form: str) -> None:
    for path in builder.build(tmp_path, (form,)):
        assert path.read_bytes() == (EXAMPLES / path.name).read_bytes(), "run: python examples/build.py"


def test_docx_and_pdf_are_built_with_the_same_words_every_time(builder: ModuleType, tmp_path: Path) -> None:
    try:
        first = builder.build(tmp_path / "1", ("docx", "pdf"))
    except builder.FontMissing as error:
        pytest.skip(str(error))
    second = builder.build(tmp_path / "2", ("docx", "pdf"))
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name
        assert read_file(one).text == read_file(EXAMPLES / one.name).text, "run: python examples/build.py"
        assert one.stat().st_size < 300_000


def test_a_missing_font_is_named_with_the_command_that_installs_it(builder: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(builder.FontMissing, match="apt-get install fonts-dejavu-core"):
        builder.find_fonts(tmp_path)


def test_a_number_out_of_order_in_a_source_is_an_error(builder: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "wrong.md"
    source.write_text("# TÊN\n## Điều 1. Một\n1.1. Đúng.\n1.3. Sai.\n", encoding="utf-8")
    with pytest.raises(builder.SourceError, match=r"wrong\.md, line 4: the next number is '1\.2\.', not '1\.3\.'"):
        builder.parse(source)
