"""What must be registered, told from documents of our own, with the words that show it."""

from datetime import date
from pathlib import Path

import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.procedure import Registration, load_parameters, registration
from hpcp_rules.readers import read_file, read_text
from hpcp_rules.structure import build
from tests.conftest import ROOT

ON = date(2026, 11, 23)

TITLES = {
    "electricity": ("HỢP ĐỒNG MUA BÁN ĐIỆN PHỤC VỤ MỤC ĐÍCH SINH HOẠT", "Bên bán điện lắp công tơ cho khách hàng."),
    "water": ("HỢP ĐỒNG DỊCH VỤ CẤP NƯỚC", "Khách hàng trả tiền nước theo đồng hồ nước."),
    "pay-tv": ("HỢP ĐỒNG CUNG CẤP DỊCH VỤ TRUYỀN HÌNH TRẢ TIỀN", "Gói kênh xem trên đầu thu."),
    "mobile": ("HỢP ĐỒNG SỬ DỤNG DỊCH VỤ VIỄN THÔNG DI ĐỘNG", "Khách hàng giữ SIM và số thuê bao."),
    "fixed": ("HỢP ĐỒNG CUNG CẤP DỊCH VỤ INTERNET CÁP QUANG", "Đường truyền được lắp tại nhà khách hàng."),
    "air": ("ĐIỀU LỆ VẬN CHUYỂN HÀNH KHÁCH BẰNG ĐƯỜNG HÀNG KHÔNG", "Hành khách có mặt trước giờ bay."),
    "rail": ("ĐIỀU KIỆN VẬN CHUYỂN HÀNH KHÁCH ĐƯỜNG SẮT", "Hành khách lên tàu ở ga đi."),
    "apartment": ("HỢP ĐỒNG MUA BÁN CĂN HỘ CHUNG CƯ", "Bên bán bàn giao căn hộ cho Bên mua."),
}
ELSEWHERE = {
    "banking": "ĐIỀU KHOẢN SỬ DỤNG THẺ TÍN DỤNG",
    "loans": "HỢP ĐỒNG CHO VAY TIÊU DÙNG",
    "insurance": "QUY TẮC BẢO HIỂM SỨC KHỎE",
    "apartment-management": "HỢP ĐỒNG QUẢN LÝ VẬN HÀNH NHÀ CHUNG CƯ",
    "road": "ĐIỀU KIỆN VẬN CHUYỂN BẰNG XE KHÁCH",
    "travel": "HỢP ĐỒNG DU LỊCH TRỌN GÓI",
}


def looked_at(text: str, on: date = ON) -> Registration:
    return registration(build(read_text(text, "a.txt")), on)


def contract(title: str, clause: str = "Hai bên cùng thực hiện.") -> str:
    return (
        f"{title}\nBên A: Công ty TNHH Đèn Trời\nBên B: Khách hàng\nĐiều 1. Nội dung\n1. {clause}\n"
        "2. Khách hàng thanh toán đúng hạn.\n"
    )


@pytest.mark.parametrize("item", sorted(TITLES))
def test_each_of_the_eight_items(item: str) -> None:
    text = contract(*TITLES[item])
    found = looked_at(text)
    assert (found.outcome, [m.id for m in found.matches]) == ("listed", [item])
    (match,) = found.matches
    assert match.in_title
    for evidence in match.evidence:
        assert text[evidence.span.start : evidence.span.end] == evidence.text
    # The title and a clause.
    assert {e.span.end <= len(TITLES[item][0]) for e in match.evidence} == {True, False}


def test_there_are_eight_and_all_are_tested() -> None:
    data = load_parameters().registration
    assert [len(x.items) for x in data.lists] == [8, 8]
    assert {s.id for s in data.items} == set(TITLES)
    assert [s.number for s in data.items] == list(range(1, 9))
    assert {s.id for s in data.outside} == set(ELSEWHERE)


@pytest.mark.parametrize("kind", sorted(ELSEWHERE))
def test_what_is_not_on_the_list_is_said_not_to_be(kind: str) -> None:
    found = looked_at(contract(ELSEWHERE[kind]))
    assert (found.outcome, [m.id for m in found.outside], found.matches) == ("not-listed", [kind], ())


def test_banking_insurance_and_loans_say_that_they_left_the_list() -> None:
    for kind in ("banking", "loans", "insurance"):
        (match,) = looked_at(contract(ELSEWHERE[kind])).outside
        assert match.note is not None
        assert "no registration now" in match.note.en


@pytest.mark.parametrize(
    ("day", "title"),
    [
        ("2024-07-01", "Decision 07/2024"),
        ("2025-06-30", "Decision 07/2024"),
        ("2025-07-01", "Circular 42/2025"),
        ("2026-11-23", "Circular 42/2025"),
    ],
)
def test_the_list_in_force_on_the_day(day: str, title: str) -> None:
    found = looked_at(contract(*TITLES["water"]), date.fromisoformat(day))
    assert title in found.list_title.en
    assert len(found.items) == 8
    assert found.basis.review is not None  # the annex was not read, and readers are told


def test_no_list_is_known_before_the_law() -> None:
    with pytest.raises(UsageError) as caught:
        looked_at(contract(*TITLES["water"]), date(2024, 6, 30))
    assert caught.value.code == "no-data-for-date"


def test_one_mention_is_no_subject() -> None:
    text = contract("HỢP ĐỒNG THUÊ XE ĐẠP", "Khách hàng xuất trình SIM khi nhận xe ở căn hộ mẫu.")
    assert looked_at(text).outcome == "no-sign"


def test_clues_without_a_title_are_weaker_signs() -> None:
    text = contract("ĐIỀU KHOẢN CHUNG", "Khách hàng trả tiền nước.") + "3. Đồng hồ nước do Công ty lắp.\n"
    text += "4. Công ty báo trước khi ngừng cấp nước.\n"
    found = looked_at(text)
    assert (found.outcome, [(m.id, m.in_title) for m in found.matches]) == ("possibly-listed", [("water", False)])


def test_a_room_to_let_has_its_electricity_bill() -> None:
    text = contract("HỢP ĐỒNG THUÊ PHÒNG", "Khách hàng trả tiền điện theo công tơ.") + "3. Tiền điện thu cuối tháng.\n"
    assert looked_at(text).outcome == "no-sign"


def test_a_tour_that_mentions_flights_is_still_a_tour() -> None:
    text = (
        contract("HỢP ĐỒNG DU LỊCH TRỌN GÓI", "Giá gồm vé máy bay.") + "3. Chuyến bay do hãng hàng không khai thác.\n"
    )
    found = looked_at(text + "4. Hành lý theo quy định của hãng hàng không.\n")
    assert found.outcome == "not-listed"
    assert [m.id for m in found.matches] == ["air"]  # shown, not hidden


def test_an_empty_or_foreign_text_shows_nothing() -> None:
    assert looked_at("Nothing to see here.").outcome == "no-sign"
    assert looked_at("a").outcome == "no-sign"


SHIPPED = {
    "d1/01-the-tin-dung-hai-van": "not-listed",
    "d1/03-phong-tap-titan-pho": "no-sign",
    "d1/05-dat-coc-can-ho-ben-song-xanh": "listed",
    "d1/06-hop-dong-lu-hanh-may-tren-xu": "not-listed",
    "d1/09-bao-hiem-an-nhien-tron-doi": "not-listed",
    "d1/11-thue-bao-di-dong-sonatel": "listed",
    "d2/03-vay-tieu-dung": "not-listed",
    "d2/04-internet-truyen-hinh": "listed",
    "d2/06-quan-ly-chung-cu": "not-listed",
    "d2/12-xe-khach": "not-listed",
}


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_longer_contracts(name: str) -> None:
    path: Path = ROOT / "corpora" / "contracts" / f"{name}.txt"
    found = registration(build(read_file(path)), ON)
    assert found.outcome == SHIPPED[name]


def test_telecommunications_without_more_may_be_both() -> None:
    found = looked_at(contract("HỢP ĐỒNG CUNG CẤP VÀ SỬ DỤNG DỊCH VỤ VIỄN THÔNG"))
    assert (found.outcome, [m.id for m in found.matches]) == ("listed", ["mobile", "fixed"])


def test_a_contract_of_two_services_has_both() -> None:
    path = ROOT / "corpora" / "contracts" / "d2" / "04-internet-truyen-hinh.txt"
    assert [m.id for m in registration(build(read_file(path)), ON).matches] == ["pay-tv", "fixed"]
