"""Foreign parts without a Vietnamese counterpart are found; bilingual contracts are understood."""

import io

import pytest
from docx import Document

from hpcp_rules.form.language import tongue
from hpcp_rules.readers import read_bytes
from hpcp_rules.rulespec.model import Pack
from tests.form.make import faults, form, of_text, statuses

VI = [
    "Bên cho thuê giao xe cho bên thuê trong 3 ngày kể từ khi nhận đủ tiền cọc của bên thuê.",
    "Bên thuê trả xe đúng 5 giờ chiều và chịu tiền xăng cho quãng đường đã đi trong ngày thuê.",
    "Hai bên gặp nhau để bàn bạc khi có tranh chấp, sau 30 ngày thì đưa ra tòa án nơi bên thuê ở.",
    "Tiền cọc 500.000 đồng được trả lại khi xe không hỏng, theo biên bản hai bên đã ký lúc giao xe.",
    "Bên cho thuê giữ kín số điện thoại và địa chỉ của bên thuê, không đưa cho người nào khác xem.",
    "Hợp đồng này có hiệu lực từ ngày ký và được lập thành 2 bản, mỗi bên giữ 1 bản như nhau.",
]
EN = [
    "The lessor shall hand over the bicycle to the lessee within 3 days of the receipt of the deposit.",
    "The lessee shall return the bicycle at 5 in the afternoon and shall pay for the fuel that was used.",
    "The parties shall meet to settle any dispute and after 30 days it may be brought to the court.",
    "The deposit of 500.000 dong is to be paid back if the bicycle is not damaged on its return to the lessor.",
    "The lessor shall keep the telephone number and the address of the lessee and give it to no other person.",
    "This contract is in force from the day of signing and is made in 2 copies, and each party keeps 1 of them.",
]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (VI[0], "vi"),
        (EN[0], "foreign"),
        ("Hop dong nay co hieu luc tu ngay ky va duoc lap thanh hai ban cho moi ben giu mot ban", "vi"),
        ("ABC Trading and Investment JSC, No. 12, Tower B", "unclear"),
        ("Điều 7. Quyền của bên thuê", "vi"),
        ("1.000.000 2.500.000 3.000.000", "unclear"),
        (
            "Le locataire doit rendre le vélo dans les cinq jours et ne peut pas le prêter à une autre personne.",
            "foreign",
        ),
        ("承租人应在收到押金后三天内交付自行车并支付相关费用", "foreign"),
        ("Арендодатель передает велосипед арендатору в течение трех дней", "foreign"),
        ("Công ty (the Company) và Khách hàng (the Customer) ký hợp đồng của các bên tại Hà Nội.", "vi"),
    ],
)
def test_tongues(text: str, told: str, pack: Pack) -> None:
    assert pack.form is not None
    assert tongue(text, pack.form.language) == told


def test_vietnamese_alone_is_well() -> None:
    assert statuses(of_text("\n".join(VI)), "language") == {"ok"}


def test_alternating_blocks_are_a_bilingual_contract() -> None:
    text = "\n".join(f"{v}\n{e}" for v, e in zip(VI, EN, strict=True))
    assert statuses(of_text(text), "language") == {"ok"}


def test_two_columns_are_a_bilingual_contract() -> None:
    document = Document()
    table = document.add_table(0, 2)
    for v, e in zip(VI, EN, strict=True):
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = v, e
    out = io.BytesIO()
    document.save(out)
    assert statuses(form(read_bytes(out.getvalue(), "a.docx")), "language") == {"ok"}


def test_a_whole_translation_after_the_text_is_well() -> None:
    vi = [f"Điều {n}. {t}" for n, t in enumerate(VI, 1)]
    en = [f"Article {n}. {t}" for n, t in enumerate(EN, 1)]
    assert statuses(of_text("\n".join(vi + en)), "language") == {"ok"}


def test_a_foreign_annex_is_found() -> None:
    annex = ["Phụ lục 1", *(f"{n}. {t}" for n, t in enumerate(EN, 1))]
    text = "\n".join([*VI, *VI, *VI, *annex])
    (one,) = faults(of_text(text), "language")
    assert one.span is not None
    assert text[one.span.start : one.span.end].endswith(EN[-1])
    assert one.characters > 300


def test_one_foreign_clause_is_found() -> None:
    text = "\n".join([*VI, EN[4], *VI])
    (one,) = faults(of_text(text), "language")
    assert one.span is not None
    assert text[one.span.start : one.span.end] == EN[4]


def test_no_vietnamese_at_all_is_found_once() -> None:
    (one,) = faults(of_text("\n".join(EN)), "language")
    assert one.confidence > 0.9


def test_names_and_addresses_are_no_foreign_text() -> None:
    text = "\n".join(
        [*VI, "ABC Travel and Tours Company Limited", "Bank for Investment and Development", "www.abc.example"]
    )
    assert statuses(of_text(text), "language") == {"ok"}
