"""Two versions side by side: what was added, removed, changed, moved, and which signs came and went."""

import io
from collections import Counter

import docx
import pytest

from hpcp_rules.api import Checker
from hpcp_rules.readers import read_text
from hpcp_rules.review import compare as module
from hpcp_rules.review.compare import Comparison, align, compare, in_order, units, words
from hpcp_rules.review.compare_report import render_compare_docx, render_compare_html, render_compare_text
from hpcp_rules.rulespec.model import Pack
from tests.review.conftest import DAY

OLD = """HỢP ĐỒNG CUNG CẤP DỊCH VỤ
Bên A: Công ty TNHH Vịnh Xanh. Bên B: Khách hàng.
Điều 1. Dịch vụ
1.1. Bên A cung cấp dịch vụ dọn vườn cho Bên B tại địa chỉ đã ghi trong phiếu đăng ký.
1.2. Bên B bố trí người mở cổng vào giờ đã hẹn trước với Bên A.
Điều 2. Giá và thanh toán
2.1. Bên B trả phí vào ngày mười hằng tháng bằng tiền mặt hoặc chuyển khoản cho Bên A.
2.2. Bên A có quyền thay đổi hợp đồng này mà không cần sự đồng ý của Bên B.
Điều 3. Trách nhiệm
3.1. Bên A không chịu trách nhiệm về bất kỳ thiệt hại nào của Bên B trong mọi trường hợp.
3.2. Hai bên giải quyết tranh chấp bằng thương lượng hoặc tại tòa án có thẩm quyền.
"""


def both(pack: Pack, old: str, new: str) -> Comparison:
    checker = Checker(pack, as_of=DAY)
    sources = [read_text(old, "cu.txt"), read_text(new, "moi.txt")]
    return compare(*(checker.check(s) for s in sources), *(checker.structure(s) for s in sources))


def kinds(c: Comparison) -> list[tuple[str, str, str]]:
    return [(x.kind, x.old_place, x.new_place) for x in c.clauses]


def test_the_same_text_has_no_change(pack: Pack) -> None:
    c = both(pack, OLD, OLD)
    assert c.clauses == ()
    assert c.unchanged_clauses == c.old.clauses > 8
    assert {f.kind for f in c.findings} == {"unchanged"}


def test_added_removed_changed(pack: Pack) -> None:
    new = OLD.replace("1.2. Bên B bố trí người mở cổng vào giờ đã hẹn trước với Bên A.\n", "")
    new = new.replace("ngày mười hằng tháng", "ngày mười lăm hằng tháng")
    new = new.replace("Điều 3.", "2.3. Mọi khoản giảm giá được ghi rõ trong hóa đơn gửi cho khách.\nĐiều 3.")
    c = both(pack, OLD, new)
    assert kinds(c) == [
        ("removed", "mục 1.2, Điều 1", ""),
        ("changed", "mục 2.1, Điều 2", "mục 2.1, Điều 2"),
        ("added", "", "mục 2.3, Điều 2"),
    ]
    assert [w.text.strip() for w in c.clauses[1].words if w.op == "new"] == ["lăm"]


def test_a_renumbered_clause_is_not_a_new_one_and_its_sign_stays(pack: Pack) -> None:
    new = OLD.replace("2.2. Bên A", "2.3. Bên A").replace("2.1. Bên B", "2.2. Bên B")
    new = new.replace("2.2. Bên B", "2.1. Giá dịch vụ ghi trong phụ lục đính kèm.\n2.2. Bên B")
    c = both(pack, OLD, new)
    assert Counter(x.kind for x in c.clauses) == {"renumbered": 2, "added": 1}
    assert {f.kind for f in c.findings} == {"unchanged"}


def test_a_clause_that_moved(pack: Pack) -> None:
    line = "1.2. Bên B bố trí người mở cổng vào giờ đã hẹn trước với Bên A.\n"
    new = OLD.replace(line, "").replace("3.2. Hai", line.replace("1.2", "3.2") + "3.3. Hai")
    c = both(pack, OLD, new)
    assert ("moved", "mục 1.2, Điều 1", "mục 3.2, Điều 3") in kinds(c)
    assert Counter(x.kind for x in c.clauses) == {"moved": 1, "renumbered": 1}


def test_a_clause_rewritten_from_scratch_keeps_its_place(pack: Pack) -> None:
    new = OLD.replace("Bên B bố trí người mở cổng vào giờ đã hẹn trước với Bên A.", "Dụng cụ do khách tự chuẩn bị.")
    assert kinds(both(pack, OLD, new)) == [("changed", "mục 1.2, Điều 1", "mục 1.2, Điều 1")]


def test_signs_new_gone_and_reworded(pack: Pack) -> None:
    new = OLD.replace("Bên A có quyền thay đổi hợp đồng này", "Bên A được quyền thay đổi hợp đồng này bất cứ lúc nào")
    new = new.replace("3.1. Bên A không chịu", "3.1. Bên A chịu").replace("về bất kỳ", "về")
    new = new.replace("3.2. Hai", "3.2. Bên B không được khiếu nại trong mọi trường hợp.\n3.3. Hai")
    c = both(pack, OLD, new)
    found = {f.kind: (f.new or f.old).provision for f in c.findings}  # type: ignore[union-attr]
    assert found == {"reworded": "law19:25.3", "gone": "law19:25.1", "new": "law19:25.2"}


def test_results_alone_compare_signs_and_say_so(pack: Pack) -> None:
    checker = Checker(pack, as_of=DAY)
    c = compare(checker.check_text(OLD), checker.check_text(OLD.replace("2.2. Bên A có", "2.2. Bên A không có")))
    assert not c.clauses_compared
    assert [f.kind for f in c.findings].count("gone") == 1
    assert "không so được từng điều khoản" in render_compare_text(c, "vi")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_form_shows_every_change(pack: Pack, lang: str) -> None:
    evil = "3.3. <script>alert(1)</script> & Bên A có quyền đơn phương sửa đổi hợp đồng.\x07\r\n"
    c = both(pack, OLD, OLD.replace("1.2. Bên B bố trí người mở cổng vào giờ đã hẹn trước với Bên A.\n", "") + evil)
    page = render_compare_html(c, lang)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x07" not in page
    document = docx.Document(io.BytesIO(render_compare_docx(c, lang)))
    cells = " ".join(cell.text for t in document.tables for cell in t._cells)
    text = render_compare_text(c, lang)
    for shown in (page, cells, text):
        assert "người mở cổng" in " ".join(shown.split())
        assert c.notice.in_language(lang) in " ".join((shown + " ".join(p.text for p in document.paragraphs)).split())
    assert Comparison.model_validate_json(c.model_dump_json()) == c


def test_alignment_is_linear_in_the_clauses(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work, counted as pairs of clauses held against each other, grows with the document and not faster."""

    def work(n: int) -> int:
        lines = [f"{i}. Khoản số {i * 7919} quy định việc số {i * 104729} của hai bên về mục {i}." for i in range(1, n)]
        changed = [line.replace("quy định", "nêu") for line in reversed(lines)]
        checker = Checker(pack, as_of=DAY)
        old, new = (units(checker.structure(read_text("\n".join(x), "x"))) for x in (lines, changed))
        counted = 0
        real = module.Counter

        class Counted(real):  # type: ignore[type-arg, valid-type, misc]
            def most_common(self, n: int | None = None) -> list[tuple[int, int]]:
                nonlocal counted
                found = super().most_common(n)
                counted += len(found)
                return found  # type: ignore[return-value]

        monkeypatch.setattr(module, "Counter", Counted)
        pairs = align(old, new)
        monkeypatch.setattr(module, "Counter", real)
        assert len(pairs) == len(old)
        return counted

    small, large = work(60), work(240)
    assert large <= 4.4 * small


def test_longest_run_in_order() -> None:
    assert in_order([]) == set()
    assert in_order([(0, 0), (1, 3), (2, 1), (3, 2)]) == {0, 2, 3}


def test_words_of_a_clause_too_long_are_shown_whole() -> None:
    old, new = "a " * 2000, "b " * 2000
    assert [w.op for w in words(old, new)] == ["old", "new"]
    assert "".join(w.text for w in words("một hai ba", "một ba bốn") if w.op != "new").split() == [
        "một",
        "hai",
        "ba",
    ] or ([w.op for w in words("một hai ba", "một ba bốn")] == ["same", "old", "same", "new"])
