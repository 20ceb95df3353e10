"""Official texts that a user supplies: an invented law of eighty articles, and the real one where it lies."""

import json
from pathlib import Path

import pytest

from hpcp_rules.errors import LawTextError
from hpcp_rules.lawtext import data_folder, import_law, parse_law, quote_provision
from hpcp_rules.rulespec.provisions import DOCUMENTS
from tests.conftest import SHARED

HEAD = "QUỐC HỘI\nLuật số: 19/2023/QH15\nLUẬT\nBẢO VỆ QUYỀN LỢI NGƯỜI TIÊU DÙNG\n\nChương I\nCHUYỆN BỊA CHUNG\n\n"


def article(number: int) -> str:
    """An invented article; number 25 has points, with đ, and a clause of two paragraphs."""
    if number == 25:
        return (
            "Điều 25. Chuyện bịa về xe đạp\n"
            "Xe đạp bịa gồm có:\n"
            "1. Xe màu vàng;\n"
            "2. Xe màu xanh, trong đó có:\n"
            "a) Xe hai bánh;\n"
            "d) Xe không chuông;\n"
            "đ) Xe có chuông\nvà có đèn.\n"
            "3. Xe của người trên mây.\n\nXe ấy không có bóng.\n"
        )
    return f"Điều {number}. Chuyện bịa thứ {number}\nMèo số {number} ngủ trên mái.\n"


def law(*left_out: int, articles: int = 80) -> str:
    return HEAD + "\n".join(article(n) for n in range(1, articles + 1) if n not in left_out)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own for each test."""
    monkeypatch.setenv("HPCP_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def written(folder: Path, text: str, name: str = "law.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def error_of(folder: Path, text: str) -> LawTextError:
    path = written(folder, text)
    with pytest.raises(LawTextError) as caught:
        import_law(path)
    error = caught.value
    assert error.where.file == str(path)
    assert error.vi != error.en
    assert error.remedy_vi
    assert error.remedy_en
    return error


def test_imported_words_are_quoted(tmp_path: Path, data: Path) -> None:
    assert quote_provision("law19:25.3") is None
    ((found, stored),) = import_law(written(tmp_path, law()))
    assert found.document == "law19"
    assert stored == data / "law" / "law19.json"
    assert quote_provision("law19:25.1") == "Xe màu vàng;"
    assert quote_provision("law19:25.2.d") == "Xe không chuông;"
    assert quote_provision("law19:25.2.đ") == "Xe có chuông\nvà có đèn."
    assert quote_provision("law19:25.3") == "Xe của người trên mây.\nXe ấy không có bóng."
    assert quote_provision("law19:25") == "Xe đạp bịa gồm có:"
    assert quote_provision("law19:80") == "Mèo số 80 ngủ trên mái."
    for unknown in ("law19:25.4", "law19:81", "nd55:6", "qd07:1"):
        assert quote_provision(unknown) is None


@pytest.mark.parametrize("heading", ["### Điều 25. Về xe", "**Điều 25. Về xe**", "## **Điều 25: Về xe**", "Điều 25."])
def test_heading_styles_of_plain_texts(tmp_path: Path, heading: str) -> None:
    import_law(written(tmp_path, law().replace("Điều 25. Chuyện bịa về xe đạp", heading), "law.md"))
    assert quote_provision("law19:25.1") == "Xe màu vàng;"


def test_a_second_import_replaces_the_first(tmp_path: Path, data: Path) -> None:
    import_law(written(tmp_path, law()))
    assert quote_provision("law19:25.1") == "Xe màu vàng;"
    import_law(written(tmp_path, law().replace("màu vàng", "màu tím")))
    assert quote_provision("law19:25.1") == "Xe màu tím;"
    assert [p.name for p in (data / "law").iterdir()] == ["law19.json"]


@pytest.mark.parametrize("missing", [[80], [1], [25], [7, 8, 9, 30]])
def test_a_missing_article_is_named(tmp_path: Path, data: Path, missing: list[int]) -> None:
    error = error_of(tmp_path, law(*missing))
    assert error.code == "law-incomplete"
    for lang in ("vi", "en"):
        assert ", ".join(map(str, missing)) in error.text(lang)
        assert "80" in error.text(lang)
    assert not data.exists()
    assert quote_provision("law19:2") is None


def test_a_refused_text_leaves_the_old_one(tmp_path: Path) -> None:
    import_law(written(tmp_path, law()))
    error_of(tmp_path, law(25))
    assert quote_provision("law19:25.1") == "Xe màu vàng;"


@pytest.mark.parametrize(
    "text",
    [
        "Con mèo vàng ngủ trên mái nhà.\n",
        law().replace("19/2023/QH15", "91/2032/QH51"),
        law().replace("BẢO VỆ QUYỀN LỢI NGƯỜI TIÊU DÙNG", "XE ĐẠP"),
        HEAD + "Không có điều nào.\n",
        HEAD + article(1) + article(2),
    ],
    ids=["story", "other-number", "other-title", "no-articles", "excerpt"],
)
def test_another_text_is_unknown(tmp_path: Path, text: str) -> None:
    assert error_of(tmp_path, text).code == "law-unknown"


def test_articles_quoted_inside_an_article_do_not_replace_its_own(tmp_path: Path) -> None:
    closing = law().replace(
        "Mèo số 79 ngủ trên mái.", "Sửa một câu của luật khác như sau:\n“Điều 25. Chuyện lạ\n1. Xe bay.”"
    )
    import_law(written(tmp_path, closing))
    assert quote_provision("law19:25.1") == "Xe màu vàng;"


def test_a_damaged_store_quotes_nothing(tmp_path: Path) -> None:
    ((_, stored),) = import_law(written(tmp_path, law()))
    for broken in ("{", "[]", '{"provisions": 3}', json.dumps({"document": "law19"})):
        stored.write_text(broken, encoding="utf-8")
        assert quote_provision("law19:25.1") is None


def test_data_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_folder() == tmp_path / "data"
    monkeypatch.delenv("HPCP_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert data_folder() == tmp_path / "xdg" / "hpcp"


STATUTE = SHARED / "law" / "statute.md"

if STATUTE.exists():

    @pytest.mark.parametrize("document", ["law19", "nd55"])
    def test_ids_of_the_real_law_are_those_of_the_list(document: str) -> None:
        rows = (SHARED / "law" / "provisions.tsv").read_text(encoding="utf-8").splitlines()
        wanted = {row.split("\t")[0] for row in rows if row.startswith(f"{document}:")}
        found = {x.document: x.provisions for x in parse_law(STATUTE.read_text(encoding="utf-8"), "statute.md")}
        assert set(found[document]) >= wanted
        # The list knows no clauses of nd55:15, which has three.
        assert set(found[document]) - wanted <= {"nd55:15.1", "nd55:15.2", "nd55:15.3"}
        articles = {p.split(":")[1].split(".")[0] for p in wanted}
        assert articles == {str(n) for n in range(1, DOCUMENTS[document].articles + 1)}
        assert all(found[document][p] for p in wanted if "." in p)
