"""Gaps and repeats of numbers, references into nothing, long sentences, places to sign: found, and never invented."""

import pytest

from tests.form.make import faults, of_text, statuses

HEAD = "HỢP ĐỒNG THUÊ XE ĐẠP\nBên A: Công ty TNHH Bánh Xe Tre\nBên B: Khách hàng ........\n"


def contract(*articles: list[str], first: int = 1) -> str:
    """A contract with these articles, each a title and its clauses."""
    out = [HEAD.rstrip()]
    for n, (title, *clauses) in enumerate(articles, first):
        out.append(f"Điều {n}. {title}")
        out += [f"{m}. {c}" for m, c in enumerate(clauses, 1)]
    return "\n".join(out)


PLAIN = contract(
    ["Đối tượng", "Bên A cho Bên B thuê một xe đạp màu xanh.", "Xe có đủ chuông và đèn."],
    ["Giá thuê", "Giá thuê là 50.000 đồng một ngày.", "Bên B trả tiền khi nhận xe.", "Bên A viết biên nhận."],
    ["Trả xe", "Bên B trả xe trước 17 giờ.", "Trả chậm thì áp dụng khoản 1 Điều 2 của Hợp đồng này."],
    ["Điều khoản chung", "Tranh chấp đưa ra Tòa án theo Điều 26 Bộ luật Tố tụng dân sự.", "Lập thành hai bản."],
)


def test_a_plain_contract_has_no_faults() -> None:
    results = of_text(PLAIN)
    assert not faults(results)
    assert statuses(results, "numbering") == {"ok"}
    assert statuses(results, "references") == {"ok"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Điều 3. Trả xe", "Điều 5. Trả xe", "thiếu Điều 3, Điều 4"),
        ("Điều 4. Điều khoản", "Điều 3. Điều khoản", "Số Điều 3 dùng hai lần"),
        ("3. Bên A viết", "4. Bên A viết", "thiếu 3."),
        ("3. Bên A viết", "2. Bên A viết", "Số 2. dùng hai lần"),
    ],
)
def test_planted_gaps_and_repeats(old: str, new: str, words: str) -> None:
    assert old in PLAIN
    found = faults(of_text(PLAIN.replace(old, new)), "numbering")
    assert any(words in f.message.vi for f in found), [f.message.vi for f in found]
    assert len(found) == 1 or "Điều 5" in new


def lettered(letters: str, mark: str = "{})") -> str:
    """A contract with one list of points."""
    points = "\n".join(f"{mark.format(x)} việc số {n} mà Bên A làm cho Bên B;" for n, x in enumerate(letters))
    return PLAIN + "\nĐiều 5. Việc của Bên A\n1. Bên A làm:\n" + points + "\n2. Bên B xem lại."


@pytest.mark.parametrize("mark", ["{})", "{}.", "({})"])
@pytest.mark.parametrize("letters", ["abcdđeghiklmnopqrstuvxy", "abcdefghijklm", "abcdđ", "abcdeg"])
def test_both_alphabets_are_well(letters: str, mark: str) -> None:
    assert not faults(of_text(lettered(letters, mark)), "numbering")


@pytest.mark.parametrize(
    ("letters", "words"),
    [("abd", "thiếu c)"), ("abcđe", "thiếu d)"), ("abbc", "b) dùng hai lần"), ("abcdđeghkl", "i)")],
)
def test_faults_of_points(letters: str, words: str) -> None:
    (one,) = faults(of_text(lettered(letters)), "numbering")
    assert words in one.message.vi


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (["5.1", "5.2", "5.3"], None),
        (["5.1.", "5.2.", "5.4."], "thiếu 5.3"),
        (["5.1", "5.1.1", "5.1.2", "5.2", "5.2.1"], None),
        (["5.1", "5.2", "5.2", "5.3"], "5.2 dùng hai lần"),
        (["5.1", "5.2", "5.2a.", "5.3"], None),
    ],
)
def test_dotted_numbers(numbers: list[str], words: str | None) -> None:
    text = PLAIN + "\nĐiều 5. Việc khác\n" + "\n".join(f"{n} Bên A làm việc này cho Bên B." for n in numbers)
    found = faults(of_text(text), "numbering")
    assert len(found) == (words is not None)
    if words:
        assert words in found[0].message.vi


@pytest.mark.parametrize(
    "more",
    [
        "\nPHỤ LỤC 1\nĐiều 1. Bảng giá\n1. Giá xe.\nĐiều 2. Bảng màu\n1. Màu xe.",  # an annex counts anew
        "\nĐiều 5. Hai danh sách\n1. Bên A làm:\n1. Lau xe.\n2. Bơm xe.\n2. Bên B xem.\n3. Hai bên ký.",
        "\nĐiều 5. La Mã\n1. Bên A làm:\n(i) lau xe;\n(ii) bơm xe;\n(iii) sửa xe;\n(iv) giao xe;\n(v) nhận;\n2. Bên B.",
        "\nĐiều 5. Việc\na) lau xe:\ni. khô;\nii. sạch;\niii. bóng;\nb) bơm xe.",
        "\nĐiều 5. Tiền\n1. Bên B trả\n30. 000 đồng là tiền cọc của xe.\n2. Bên A giữ tiền.",
        "\nĐiều 12 của Bộ luật Dân sự là căn cứ của hợp đồng.\nĐiều 5. Việc\n1. Lau xe.",
        "\nĐiều 5. Gộp dòng\n1. Lau xe. 2. Bơm xe.\n3. Giao xe.",
    ],
)
def test_what_only_looks_like_a_fault(more: str) -> None:
    assert not faults(of_text(PLAIN + more), "numbering")


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Bên B chịu phạt theo Điều 9 của Hợp đồng này.", "có 4 điều"),
        ("Bên B chịu phạt theo quy định tại Điều 7.", "có 4 điều"),
        ("Tiền cọc được trả theo khoản 5 Điều 2.", "Điều 2 có 3 khoản"),
        ("Tiền cọc được trả theo Điều 2.6 Hợp đồng này.", "Điều 2 có 3 khoản"),
        ("Bên B chịu phạt theo khoản 9 Điều này.", "có 2 khoản"),
    ],
)
def test_references_into_nothing(sentence: str, words: str) -> None:
    text = PLAIN.replace("Lập thành hai bản.", sentence)
    (one,) = faults(of_text(text), "references")
    assert words in one.message.vi
    assert one.span is not None
    assert text[one.span.start : one.span.end].lower() in sentence.lower()


@pytest.mark.parametrize(
    "sentence",
    [
        "Áp dụng Điều 25 Luật Bảo vệ quyền lợi người tiêu dùng.",
        "Theo Nghị định 55/2024/NĐ-CP, Điều 6 nói về cỡ chữ.",
        "Luật Bảo vệ quyền lợi người tiêu dùng: Điều 23 và Điều 25.",
        "Xem Điều 9 của Phụ lục 2.",
        "Tiền cọc được trả theo khoản 3 Điều 2.",
        "Theo Điều 429 thì thời hiệu là ba năm.",
        "Xem Điều 2.2 Hợp đồng này.",
        "Các điều khoản 9 và 10 không có.",
    ],
)
def test_references_that_are_well(sentence: str) -> None:
    assert not faults(of_text(PLAIN.replace("Lập thành hai bản.", sentence)), "references")


def test_long_sentences() -> None:
    long = "Bên B trả xe " + "và giữ gìn xe cẩn thận " * 40 + "cho Bên A."
    assert not faults(of_text(PLAIN), "sentences")
    (one,) = faults(of_text(PLAIN + "\n" + long), "sentences")
    assert one.severity == "info"
    assert one.measured is not None
    assert one.measured > 150


SIGN = "\nHôm nay, ngày ... tháng ... năm ....., hai bên ký.\nBên B: .......... Số căn cước: ..........\n"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (PLAIN + SIGN + "ĐẠI DIỆN BÊN A        BÊN B\n(ký, ghi rõ họ tên)", 0),
        (PLAIN + SIGN + "BÊN CHO THUÊ\nBÊN THUÊ", 0),
        (PLAIN + "\nSố căn cước: .......... Địa chỉ: ..........\nĐiều 5. Khác\n1. Không có gì thêm.\n2. Hết.", 2),
    ],
)
def test_places_to_sign(text: str, missing: int) -> None:
    found = faults(of_text(text), "signing")
    assert len(found) == missing
    assert all(f.severity == "info" for f in found)


def test_conditions_are_not_signed() -> None:
    text = "ĐIỀU KHOẢN SỬ DỤNG ỨNG DỤNG\n" + "\n".join(f"{n}. Người dùng truy cập ứng dụng." for n in range(1, 9))
    assert statuses(of_text(text), "signing") == {"not_applicable"}
