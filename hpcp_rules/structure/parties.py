"""Who is who: the business and the consumer under every name a document gives them.

Four sources, strongest first: what the caller says; what the document defines ("sau đây gọi là …", "Bên A:
CÔNG TY …"); words that name a role in any contract ("Khách hàng", "chúng tôi"); and names that act as a
business does ("X có quyền", "X không chịu trách nhiệm"), which finds brand names that are never defined.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from functools import cache

import ahocorasick_rs

from hpcp_rules.structure.document import Party, Role, Sentence
from hpcp_rules.text.tokens import phrase_key

BUSINESS_WORDS = (
    "chúng tôi", "công ty", "ngân hàng", "trung tâm", "nhà trường", "nhà cung cấp", "nhà cung cấp dịch vụ",
    "bên cung cấp", "bên cung cấp dịch vụ", "đơn vị cung cấp", "đơn vị cung cấp dịch vụ", "bên bán", "người bán",
    "bên cho thuê", "bên cho vay", "bên bảo hiểm", "doanh nghiệp bảo hiểm", "công ty bảo hiểm", "doanh nghiệp",
    "chủ đầu tư", "hãng", "hãng hàng không", "hãng tàu", "hãng vận chuyển", "nhà vận chuyển", "bên vận chuyển",
    "người vận chuyển", "nhà xe", "khách sạn", "cửa hàng", "hiệu sách", "website", "trang web", "trang thông tin",
    "sàn", "sàn giao dịch", "ban quản trị", "ban quản lý", "ban tổ chức", "nền tảng", "ứng dụng", "shop",
    "câu lạc bộ", "phòng tập", "phòng gym", "phòng khám", "bệnh viện", "nhà mạng", "nhà đài", "tổng đài",
    "chủ nhà", "bên nhận đặt cọc", "bên nhận cọc", "thương nhân", "bên mình", "tụi mình",
    "rạp", "rạp chiếu phim", "studio", "spa", "resort", "nhà hàng", "nhà phát hành", "nhà sản xuất", "quản trị viên",
    "admin", "bên tài trợ", "tổ chức tín dụng", "công ty tài chính", "bên cho vay tiêu dùng", "học viện",
    "trường", "nhà phân phối", "đại lý bán vé", "bên quản lý", "đơn vị quản lý", "bên thực hiện dịch vụ",
    "bên nhận dịch vụ vận chuyển", "bên thi công", "bên nhận thầu", "phía công ty", "hệ thống", "đơn vị tổ chức",
    "bên tổ chức", "tổ chức, cá nhân kinh doanh", "bên đào tạo", "cơ sở", "cơ sở đào tạo", "bên chủ xe", "chủ xe cho thuê",
    "bên dịch vụ", "đơn vị vận hành", "nhà tổ chức", "ban giám hiệu", "ban giám đốc", "siêu thị",
    "người cho vay", "bên em", "tụi em", "người cấp phép", "bên cấp phép", "chúng mình", "bên thực hiện", "người bảo hiểm",
    "phòng vé", "bưu cục", "tiệm", "xưởng", "showroom", "nhà thuốc", "nha khoa", "thẩm mỹ viện", "viện thẩm mỹ", "gara",
    "garage", "bãi xe", "bãi giữ xe", "ban điều hành", "nhà nghỉ", "homestay", "hợp tác xã", "trường mầm non", "nhà trẻ",
    "bên giữ xe", "bên nhận gửi giữ", "bên chuyển phát", "đơn vị chuyển phát", "công ty chuyển phát", "nhà sách", "tiệm cầm đồ",
    "đơn vị bán hàng", "bên bán hàng", "đơn vị cấp nước", "đơn vị cấp điện", "bên bán điện", "bên cấp nước",
    "nhà vận hành", "bên vận hành", "nhà khai thác", "tòa soạn", "bên phát hành", "tổ chức phát hành thẻ", "chủ trọ", "chủ nhà trọ",
    "ban chủ nhiệm", "bên sửa chữa", "bên bảo hành", "bên giao thầu phụ", "nhà thầu", "bọn mình", "nhà mình", "đơn vị lữ hành",
    "công ty lữ hành", "công ty du lịch", "bên phục vụ", "bên điều trị", "viện", "tập đoàn", "tổng công ty", "bên nhượng quyền",
)  # fmt: skip
CONSUMER_WORDS = (
    "khách hàng", "quý khách", "quý khách hàng", "quý vị", "khách", "bạn", "các bạn", "người dùng", "người sử dụng",
    "người sử dụng dịch vụ", "người mua", "bên mua", "người mua hàng", "bên thuê", "người thuê", "người thuê nhà",
    "khách thuê", "hội viên", "thành viên", "học viên", "học sinh", "sinh viên", "phụ huynh", "chủ thẻ", "thuê bao",
    "chủ thuê bao", "hành khách", "người tiêu dùng", "bên vay", "người vay", "khách vay", "bệnh nhân", "người bệnh",
    "người chơi", "du khách", "người tham gia", "bên mua bảo hiểm", "người được bảo hiểm", "người thụ hưởng",
    "chủ hợp đồng", "bên đặt cọc", "người đặt cọc", "bên sử dụng dịch vụ", "bên sử dụng", "chủ tài khoản",
    "chủ sở hữu căn hộ", "bên thuê xe", "người thuê xe", "bên nhận chuyển nhượng", "người đăng ký", "chủ xe",
    "bên mua điện", "người truy cập", "người đặt vé", "khách lưu trú", "khách đoàn", "khách du lịch", "user",
    "người gửi", "người gửi hàng", "bên gửi", "bên yêu cầu dịch vụ", "khán giả", "người xem", "cư dân", "gia chủ",
    "chủ nuôi", "ba mẹ", "bố mẹ", "nhà đầu tư", "anh chị", "quý phụ huynh", "mẹ bầu", "sản phụ", "người nuôi",
    "khách mua", "người đặt", "người đi vay", "chủ phương tiện", "phụ huynh học sinh", "người đi thuê", "khách đặt tour",
    "khách gửi", "khách gửi xe", "khách đi tour", "chủ thuê bao", "người nhận hàng", "chủ đơn hàng",
    "hộ dùng nước", "hộ dùng điện", "chủ hộ", "chủ căn hộ", "chủ kỳ nghỉ", "bà con", "bên sử dụng thẻ", "khách sử dụng",
    "người nộp tiền", "người bay", "khách bay", "người thuê bao", "khách thuê bao", "chủ thẻ chính", "chủ thẻ phụ", "người vay vốn",
    "gia đình người bệnh", "bên nhận dịch vụ", "bên đăng ký", "người đi xe",
    "hộ gia đình", "hộ sử dụng", "người học", "bên sử dụng nước", "độc giả", "cô dâu chú rể", "cha mẹ học sinh", "khách mời",
)  # fmt: skip
# Words that name the business in one contract and a stranger in the next: they count where they act as one.
_WEAK = frozenset(
    ("ngân hàng", "trường", "cơ sở", "hệ thống", "sàn", "ứng dụng", "website", "cửa hàng", "khách sạn", "bệnh viện",
     "nhà cung cấp", "người bán", "nhà hàng", "nhà sản xuất", "nhà phân phối", "doanh nghiệp", "hãng", "spa", "admin",
     "nhà phát hành", "thương nhân", "trang thông tin", "nền tảng", "công ty bảo hiểm", "nhà cung cấp dịch vụ",
     "đơn vị cung cấp", "đơn vị cung cấp dịch vụ", "bên cung cấp", "tiệm", "xưởng", "gara", "garage", "bãi xe", "nhà thuốc",
     "hợp tác xã", "nhà thầu", "viện", "tập đoàn", "tổng công ty", "nhà khai thác", "nhà nghỉ", "homestay", "nhà trẻ", "bưu cục", "rạp", "shop", "studio", "nhà xe", "quản trị viên")
)  # fmt: skip
THIRD_WORDS = (
    "bên thứ ba", "bên thứ 3", "đối tác", "nhà thầu phụ", "cơ quan nhà nước", "cơ quan có thẩm quyền",
    "cơ quan nhà nước có thẩm quyền", "tòa án", "trọng tài",
)  # fmt: skip

_GENERAL = frozenset((*CONSUMER_WORDS, *BUSINESS_WORDS, *THIRD_WORDS))

_UPPER = "A-Z" + "".join(chr(c) for c in range(0xC0, 0x1EFA) if chr(c).isalpha() and chr(c).isupper())
_COMPANY = r"(?:công ty|tổng công ty|tập đoàn|ngân hàng|trung tâm|trường|doanh nghiệp|hộ kinh doanh|cửa hàng|hợp tác xã|chi nhánh|mã số thuế|mst|giấy chứng nhận đăng ký doanh nghiệp|giấy phép|chức vụ|người đại diện)"
_PERSON = r"(?:ông\s*/\s*bà|ông \(bà\)|họ tên|họ và tên|cccd|cmnd|căn cước|hộ chiếu|ngày sinh|hộ khẩu|số cmt)"
_BUSINESS_SIDE = re.compile(
    r"(?:cho thuê|cung cấp|bên bán|cho vay|nhận (?:đặt )?cọc|bảo hiểm\b(?! ?nhân)|chủ đầu tư|đào tạo|vận chuyển|cho thuê xe|quản lý|thực hiện dịch vụ|bán hàng|dịch vụ)",
    re.IGNORECASE,
)
_CONSUMER_SIDE = re.compile(
    r"(?:bên mua|mua bảo hiểm|bên thuê|sử dụng dịch vụ|khách hàng|bên vay|đặt cọc|học viên|người mua|người thuê|hội viên|phụ huynh|nhận chuyển nhượng|hành khách|khách thuê)",
    re.IGNORECASE,
)
_SIDE = re.compile(r"\bbên\s+(?:([a-d])\b|thứ nhất|thứ hai|[“\"']([a-d])[”\"'])", re.IGNORECASE)
_CALLED = re.compile(
    r"(?:(?:sau đây|dưới đây)?\s*(?:được\s+)?(?:gọi|viết)\s+(?:tắt|chung)?\s*(?:là|bằng)|gọi tắt)\s*[:\-]?\s*((?:[“\"'‘«(]?\s*[^”\"'’»();,.\n]{2,60}[”\"'’»)]?(?:\s*(?:hoặc|hay|/|,|và)\s*)?){1,4})",
    re.IGNORECASE,
)
_CALLS = re.compile(r"[gG][ọỌ][iI]|[vV][iI][ếẾ][tT]")
_BEFORE_VERB, _AFTER_VERB = 40, 400
_MEANS = re.compile(
    r"((?:[“\"‘«][^”\"’»\n]{2,50}[”\"’»](?:\s*(?:,|/|và|hoặc|hay)\s*)?){1,4})\s*:?\s*(?:đều\s+)?(?:là|có nghĩa là|được hiểu là|nghĩa là|chỉ)\s+"
    r"(?:(?:các|những|mọi|một|tên gọi của|tên viết tắt của|cách gọi)\s+)?([^\s,.;]+(?: [^\s,.;]+){0,2})",
    re.IGNORECASE,
)
_NOT_PARTY = re.compile(
    r"(?:bên (?!bán|cho|cung|vay|mua|thuê|nhận)|các bên|hai bên|hợp đồng|điều khoản|dịch vụ|luật|nghị định|phụ lục|sản phẩm|căn hộ|giá|phí|"
    r"thẻ|ví|tài khoản|xe|nhà|phòng|gói|phiếu|giấy|đơn|hạn mức|ngày|số|mã|tiền|khoản|thông tin|dữ liệu|quy chế|quy định|thỏa thuận|chương trình|"
    r"website|ứng dụng|hệ thống|sàn)\b(?! ?(?:xe|trường|mạng|đài|cung cấp|hàng hóa))",
    re.IGNORECASE,
)
_NOT_ONE = re.compile(
    r"(?:nhân viên|đại lý|chi nhánh|nhà thầu|bên thứ|đối tác|đơn vị|tổ chức|người đại diện|cơ quan)\b", re.IGNORECASE
)
_COMPANY_NOUN = re.compile(
    r"(?<!\w)(?:công ty|tổng công ty|tập đoàn|ngân hàng|trung tâm|doanh nghiệp|trường|hộ kinh doanh|hợp tác xã|bên cho|bên bán|bên cung cấp|"
    r"bên bảo hiểm|chủ đầu tư|chúng tôi|nhà cung cấp|phòng khám|bệnh viện|khách sạn|câu lạc bộ|hãng|bên nhận đặt cọc|bên nhận cọc)(?!\w)",
    re.IGNORECASE,
)
_CONSUMER_NOUN = re.compile(
    rf"(?:(?<!\w)(?:khách hàng|người dùng|người mua|người sử dụng|cá nhân|hành khách|học viên|bên mua|người được bảo hiểm|chủ xe|hội viên|"
    rf"thành viên|bên thuê|bên vay|người thuê|người vay|bên đặt cọc|phụ huynh|người đặt|người tham gia|chủ thẻ|bên sử dụng|người có tên|người đăng ký|khách)(?!\w)|{_PERSON})",
    re.IGNORECASE,
)
_SHORT = re.compile(rf"\(\s*[“\"]?([{_UPPER}]{{2,6}})[”\"]?\s*\)")
_SHORTENED = re.compile(r"((?:[^\W\d_]+ ){0,3}[^\W\d_]+)\s*$")
_SHORTENED_IN = 120
"""Characters before "(KH)" in which the words stand that it is short for."""
_QUOTED = re.compile(r"[“\"‘«]\s*([^”\"’»\n]{2,50}?)\s*[”\"’»]")
_ACTS = (
    r"(?:có (?:toàn )?quyền|được quyền|được phép|bảo lưu (?:mọi )?quyền|giữ quyền|không chịu|sẽ không chịu|hoàn toàn không chịu|được miễn|không có trách nhiệm|"
    r"chỉ đóng vai trò|chỉ chịu|cam kết|không cam kết|không đảm bảo|không bảo đảm|không hoàn|sẽ không hoàn|từ chối|cung cấp|không hỗ trợ|hỗ trợ|thu thập|sử dụng thông tin|có thể (?:thay đổi|sửa đổi|điều chỉnh|chấm dứt|ngừng|tạm ngừng|hủy|từ chối|chia sẻ|chuyển)|sẽ (?:thông báo|tự động|ngừng|tạm|không))"
)
# What any party may do: enough to call a general word the business only where the document names no other.
_ACTS_AT_ALL = (
    rf"(?:{_ACTS}|quy định|công bố|ban hành|thu\b|thông báo|thay đổi|điều chỉnh|tự động|không|được|giải quyết|chấm dứt|giữ|toàn quyền|"
    r"quyết định|miễn|bồi thường|chịu trách nhiệm|yêu cầu|áp dụng|sẽ|chỉ|tự|đơn phương|thay thế|hoàn|trả|tính|có|đã|chuyển|giao|hủy|ngừng|tạm)"
)
_WORD = rf"(?:[{_UPPER}]|[0-9]+[{_UPPER}])[\w&+’'\-]*(?:\.\w+)*"
_PROPER = rf"((?:{_WORD})(?:[ /]{_WORD}){{0,4}}|\w+(?:\.\w+)*\.(?:vn|com|net|top|cloud|org|shop|store|app|io))"
_PROPER_NAME = re.compile(_PROPER)
_MAY_BE_NAME = re.compile(rf"[{_UPPER}0-9](?<![\w.].)")
_SITE = re.compile(r"(?<![\w.])\w+(?:\.\w+)*\.(?:vn|com|net|top|cloud|org|shop|store|app|io)")
_BRAND_ACTS = re.compile(rf"\s+(?:đều\s+|cũng\s+|hoàn toàn\s+|chỉ\s+)?{_ACTS}")
_ACTING = re.compile(rf"\s+{_ACTS_AT_ALL}")
_AFTER_WORD = {acts: re.compile(rf"(?: [\w.]+){{0,2}}? (?:{acts})") for acts in (_ACTS, _ACTS_AT_ALL)}
_OF_BRAND = re.compile(
    rf"(?:dịch vụ|website|ứng dụng|hệ thống|trang web|chính sách|nhân viên|quy định|lỗi|tập đoàn|anh ngữ|công ty)\s+(?:của |tại |từ )?{_PROPER}"
)
_CAPITAL_BEFORE = re.compile(rf"(?<![\w.])[{_UPPER}][\w&+’'\-]* $")
_OWNING = re.compile(rf"(?:của|cho|với|từ|bởi|do) {_PROPER}")
_THINGS = frozenset(phrase_key(t) for t in ("Thỏa Thuận", "Điều Khoản", "Hợp Đồng", "Dịch Vụ", "Ứng Dụng", "Quy Chế", "Chính Sách", "Tài Khoản", "Sản Phẩm", "Chương Trình", "Website", "Ví", "Thẻ", "Ngân", "Phí", "Sân", "Căn Hộ", "Khu Nhà", "Tòa Nhà"))  # fmt: skip
_PAPERS = frozenset(phrase_key(t) for t in ("Thỏa Thuận", "Hợp Đồng", "HĐ", "HĐBH", "HĐMB", "Phụ Lục", "Sự Kiện Vi Phạm", "Xe", "Tài Sản"))  # fmt: skip
"""What is never a party, whatever verb stands behind it."""
_INITIALS = {
    "kh": "khách hàng", "hv": "học viên", "nđbh": "người được bảo hiểm", "bmbh": "bên mua bảo hiểm", "btc": "ban tổ chức",
    "cty": "công ty", "bql": "ban quản lý", "dnbh": "doanh nghiệp bảo hiểm",
}  # fmt: skip
"""Initials that stand for a party in any contract."""
_OFTEN = 4
"""A proper name that acts or owns so often in a document is that of its drafter."""
_NOT_BRAND = frozenset(
    [
        "điều", "khoản", "bên", "các", "trong", "trường", "nếu", "khi", "việc", "mọi", "tất", "người", "quý", "khách",
        "nhà", "pháp", "luật", "hợp", "đồng", "ngoài", "theo", "do", "và", "hoặc", "mỗi", "không", "thông", "dịch",
        "vụ", "phí", "giá", "thời", "sau", "trước", "số", "tiền", "ngày", "tài", "đối", "cơ", "quan", "tòa", "án",
        "nghị", "bộ", "chính", "việt", "nam", "hai", "ông", "bà", "anh", "chị", "này", "đây", "bằng", "với", "về",
        "sản", "phẩm", "hàng", "đơn", "vé", "gói", "thẻ", "phần", "mềm", "thành", "viên", "học", "hội", "chủ",
        "người", "để", "được", "đó", "đều", "đã", "chỉ", "cũng", "dùng", "mục", "đích", "quà", "điểm", "sự", "kiện",
        "tôi", "bản", "chính", "sách", "chương", "phương", "mức", "thông",
    ]
)  # fmt: skip


def find_parties(
    text: str,
    sentences: tuple[Sentence, ...],
    business_names: tuple[str, ...] = (),
    consumer_names: tuple[str, ...] = (),
) -> tuple[Party, ...]:
    """The parties of a document.

    Arguments:
        business_names, consumer_names: names the caller states; they win over everything found.

    Names come as the document mostly writes them, generic words only if they occur in it.
    """
    low = text.lower()
    names: dict[str, tuple[Role, float]] = {}

    def add(name: str, role: Role, confidence: float) -> None:
        name = re.sub(r"\s+", " ", name).strip(" .,:;-–“”\"'()[]")
        key = name.lower()
        if 2 <= len(name) <= 90 and phrase_key(name) and (key not in names or names[key][1] < confidence):
            names[key] = (role, confidence)
            written.setdefault(key, name)

    written: dict[str, str] = {}
    places = _general_words(low)
    for word in CONSUMER_WORDS:
        if _occurs(low, word, places):
            add(word, "consumer", 0.7)
    for word in BUSINESS_WORDS:
        if _occurs(low, word, places) and (word not in _WEAK or _acts(low, word, _ACTS, places)):
            add(word, "business", 0.7)
    for word in THIRD_WORDS:
        if _occurs(low, word, places):
            add(word, "third", 0.9)

    for letter, role, confidence in _sides(text):
        add(f"bên {letter}", role, confidence)
    for name, role in _defined(text):
        add(name, role, 0.9)
    for found in _SHORT.finditer(text):
        before = _SHORTENED.search(text, max(0, found.start() - _SHORTENED_IN), found.start())
        words = before.group(1).lower().split() if before else []
        for n in range(len(words)):
            word = " ".join(words[n:])
            if word in names:
                add(found.group(1), names[word][0], 0.85)
                break
    for initials, word in _INITIALS.items():
        if initials.upper() in text and re.search(rf"(?<!\w){initials.upper()}(?!\w)", text):
            add(initials, "consumer" if word in CONSUMER_WORDS else "business", 0.8)
    for name in _brands(text):
        # A proper name that acts as a business does is none of the consumer's, whatever stands near its definition.
        if name.lower() not in _INITIALS:
            add(name, "business", 0.95 if names.get(name.lower(), ("", 0))[0] == "consumer" else 0.75)
    if not any(role == "business" for role, _ in names.values()):
        for word in sorted(_WEAK):
            if _acts(low, word, _ACTS_AT_ALL, places):
                add(word, "business", 0.55)
    for name in business_names:
        add(name, "business", 1.0)
    for name in consumer_names:
        add(name, "consumer", 1.0)
    _swap_words_of_the_other_side(names)

    parties = []
    spellings = _spellings(text, low, names) if names else {}
    for role in ("business", "consumer", "third"):
        mine = [k for k, (r, _) in names.items() if r == role and (k in spellings or k not in _GENERAL)]
        if mine:
            best = max(names[k][1] for k in mine)
            parties.append(Party(role, tuple(spellings.get(k, written[k]) for k in mine), best))
    return tuple(parties)


@cache
def _general_automaton() -> tuple[tuple[str, ...], ahocorasick_rs.AhoCorasick]:
    words = tuple(dict.fromkeys((*CONSUMER_WORDS, *BUSINESS_WORDS, *THIRD_WORDS)))
    return words, ahocorasick_rs.AhoCorasick(words)


def _general_words(low: str) -> dict[str, list[int]]:
    """Where words that name a role in any contract begin; what precedes is no part of a word."""
    words, automaton = _general_automaton()
    places: dict[str, list[int]] = {}
    for n, start, _ in automaton.find_matches_as_indexes(low, overlapping=True):
        if start == 0 or not _in_word(low[start - 1]):
            places.setdefault(words[n], []).append(start)
    return places


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _occurs(low: str, word: str, places: dict[str, list[int]]) -> bool:
    """True when the word names one party somewhere: "hai bên cung cấp" names both."""
    return any(
        low[max(0, start - 4) : start] not in ("hai ", "các ", "mỗi ") and not _in_word(low[end : end + 1] or " ")
        for start in places.get(word, ())
        for end in (start + len(word),)
    )


def _spellings(text: str, low: str, names: Collection[str]) -> dict[str, str]:
    """The spelling the document uses most for each name that stands there by itself, not within a longer one."""
    if len(low) != len(text):
        return {name: name for name in names}  # a letter whose lower case is two: places do not correspond
    longest_first = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    used: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for found in re.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", low):
        used[found.group()][text[found.start() : found.end()]] += 1
    return {name: max(counts, key=lambda s: (counts[s], s)) for name, counts in used.items()}


def _acts(low: str, word: str, acts: str, places: dict[str, list[int]]) -> bool:
    """True when the word stands before a verb that only the drafting party uses, or means us."""
    after = _AFTER_WORD[acts]
    return any(after.match(low, start + len(word)) for start in places.get(word, ())) and not (
        word == "trường" and not re.search(r"học sinh|sinh viên|phụ huynh|học phí|nhà trường|tuyển sinh", low)
    )


def _swap_words_of_the_other_side(names: dict[str, tuple[Role, float]]) -> None:
    """ "Chủ xe" is the consumer of an insurer and the business of a car rental: the other names decide."""
    if "chủ xe" in names and ("bên thuê xe" in names or "người thuê xe" in names or "khách thuê" in names):
        names["chủ xe"] = ("business", 0.8)
    if "thành viên" in names and "hội viên" not in names and "khách hàng" not in names and "công ty" not in names:
        names["thành viên"] = ("consumer", 0.7)


def _sides(text: str) -> list[tuple[str, Role, float]]:
    """Which of "Bên A" and "Bên B" is the business, from the words around their definitions and their duties."""
    score: Counter[str] = Counter()
    duties: Counter[str] = Counter()
    seen: set[str] = set()
    for found in _SIDE.finditer(text):
        letter = (found.group(1) or found.group(2) or "").lower()
        if letter not in ("a", "b", "c"):
            continue
        first = letter not in seen
        seen.add(letter)
        line_start = text.rfind("\n", 0, found.start()) + 1
        line_end = text.find("\n", found.end())
        line_end = len(text) if line_end < 0 else line_end
        line = text[line_start:line_end].lower()
        opens = found.start() - line_start < 40 and len(line) < 200
        if first or (opens and (":" in line or "(" in line)):
            if len(_SIDE.findall(line)) == 1:
                head = line
                if re.search(_COMPANY, head):
                    score[letter] += 4
                if _CONSUMER_SIDE.search(head) and not re.search(r"cho thuê|nhận đặt cọc|nhận cọc", head):
                    score[letter] -= 5
                elif _BUSINESS_SIDE.search(head) and len(head) < 90:
                    score[letter] += 5
                if re.search(_PERSON, head):
                    score[letter] -= 3
            if opens and len(line) < 120:
                # The lines below describe the party until the other one is named.
                after = text[line_end : line_end + 400].lower()
                cut = _SIDE.search(after)
                after = after[: cut.start()] if cut else after
                score[letter] += 2 * bool(re.search(r"công ty|mã số thuế|mst|giấy chứng nhận", after))
                score[letter] -= 2 * bool(re.search(_PERSON, after))
        follow = text[found.end() : found.end() + 60].lower()
        if re.match(r"\s+(?:phải |có (?:trách nhiệm|nghĩa vụ) )?(?:thanh toán|trả tiền|đóng (?:đủ|phí)|nộp)", follow):
            duties[letter] -= 1
        if re.match(r"\s+(?:có (?:trách nhiệm|nghĩa vụ) |sẽ )?(?:cung cấp|bảo hành|bàn giao)", follow):
            duties[letter] += 1
        if re.match(
            r"\s+(?:sẽ |hoàn toàn )?(?:không chịu|không hoàn|được miễn|không phải (?:chịu|bồi thường)|có quyền thay đổi|được quyền thay đổi)",
            follow,
        ):
            duties[letter] += 1
    for letter, sum_ in duties.items():
        # Duties only tip the scale: an insurer pays too, and a customer hands over documents.
        score[letter] += max(-2, min(2, sum_))
    letters = sorted(seen & {"a", "b", "c"})
    if not letters:
        return []
    if len(letters) == 1:
        only = letters[0]
        return [(only, "business" if score[only] > 0 else "consumer", 0.6)]
    ranked = sorted(letters, key=lambda x: (-score[x], x))
    business, consumer = ranked[0], ranked[-1]
    gap = score[business] - score[consumer]
    out: list[tuple[str, Role, float]] = [
        (business, "business", 0.9 if gap > 3 else 0.6),
        (consumer, "consumer", 0.9 if gap > 3 else 0.6),
    ]
    out += [(x, "third", 0.6) for x in ranked[1:-1]]
    return out


def _defined(text: str) -> list[tuple[str, Role]]:
    """Names given by "(sau đây gọi là …)" or "“…” là công ty …", with the role of what they stand for."""
    out: list[tuple[str, Role]] = []
    for found in _calls(text):
        before = text[max(0, found.start() - 260) : found.start()]
        before = before[before.rfind("\n") + 1 :].rstrip(" (")
        # What is named stands behind the last definition: "Ngân hàng X (sau đây gọi là “Ngân hàng”) và cá nhân … (…)".
        described = before[before.rfind(")") + 1 :]
        named = found.group(1)
        for option in _QUOTED.findall(named) or [named]:
            option = option.strip(" .,:;-–“”\"'’‘")
            if not (2 <= len(option) <= 50) or option.lower() in ("là", "chung") or _NOT_PARTY.match(option):
                continue
            role = _role_of(option, described) or _role_of(option, before)
            if role:
                out.append((option, role))
    for found in _MEANS.finditer(text):
        role = _head_role(found.group(2), at_once=True)
        if role:
            options = [o.strip() for o in _QUOTED.findall(found.group(1))]
            out += [(o, role) for o in options if not _NOT_PARTY.match(o) and not _NOT_ONE.match(o)]
    return out


def _calls(text: str) -> Iterator[re.Match[str]]:
    """Definitions of the kind "sau đây gọi là", looked for where their verb stands only."""
    reach = 0
    for verb in _CALLS.finditer(text):
        if verb.end() <= reach:
            continue
        found = _CALLED.search(text, max(reach, verb.start() - _BEFORE_VERB), verb.end() + _AFTER_VERB)
        if found:
            reach = found.end()
            yield found


def _role_of(name: str, described: str) -> Role | None:
    """The role of a defined name: a word that has one in any contract, else that of the first party described."""
    low = name.lower()
    if low in CONSUMER_WORDS:
        return "consumer"
    if low in BUSINESS_WORDS and low not in _WEAK:
        return "business"
    if low in _WEAK or _proper(name):
        # A name of its own is the company's that stands before it, whoever else is spoken of there.
        return "business" if _COMPANY_NOUN.search(described) else None
    return _head_role(described)


def _proper(name: str) -> bool:
    """True for a name in capitals that is no common noun of a consumer: "Sông Trẹm", "BHV"."""
    words = name.split()
    return all(w[:1].isupper() or w[:1].isdigit() for w in words) and not _CONSUMER_NOUN.search(name)


def _head_role(described: str, at_once: bool = False) -> Role | None:
    """The role of the first party named; `at_once`: only where the description begins with it."""
    business, consumer = _COMPANY_NOUN.search(described), _CONSUMER_NOUN.search(described)
    if at_once:
        business = business if business and not business.start() else None
        consumer = consumer if consumer and not consumer.start() else None
    if business and (not consumer or business.start() <= consumer.start()):
        return "business"
    return "consumer" if consumer else None


def _proper_names(text: str) -> Iterator[re.Match[str]]:
    """Names in capitals and of web sites that something in small letters follows, from every place they may begin."""
    starts = [found.start() for found in _MAY_BE_NAME.finditer(text)]
    starts += [found.start() for found in _SITE.finditer(text)]
    for start in sorted(set(starts)):
        found = _PROPER_NAME.match(text, start)
        if found and text[found.end() : found.end() + 1].isspace():
            yield found


def _times(word: str, text: str) -> int:
    return len(re.findall(rf"(?<![\w./@]){re.escape(word)}(?![\w]|[.@]\w)", text))


def _brands(text: str) -> list[str]:
    """Proper names that act as a business does; a name seen once counts when the verb leaves no doubt."""
    seen: Counter[str] = Counter()
    often: Counter[str] = Counter()
    reach = acted = 0
    for written in _proper_names(text):
        if written.start() >= reach and (acts := _BRAND_ACTS.match(text, written.end())):
            reach = acts.end()
            # "Thời Hạn Hỗ Trợ Trả Thay sẽ …" is a longer title of something, not the name "Hạn Hỗ Trợ Trả Thay".
            if not _CAPITAL_BEFORE.search(text, max(0, written.start() - 20), written.start()):
                seen[written.group()] += 2
        if written.start() >= acted and (acts := _ACTING.match(text, written.end())):
            often[written.group()] += 1
            acted = acts.end()
    for found in _OF_BRAND.finditer(text):
        seen[found.group(1)] += 1
    owning: Counter[str] = Counter(found.group(1) for found in _OWNING.finditer(text))
    for name, count in often.items():
        if phrase_key(name) not in _THINGS and count >= 2 and count + owning[name] >= _OFTEN:
            seen[name] += 2
    out = []
    for name, count in seen.items():
        words = [w.lower() for w in re.split(r"[ /]", name)]
        if phrase_key(name) in _PAPERS:
            continue
        if (
            all(w in _NOT_BRAND or not any(c.isalpha() for c in w) for w in words)
            or words[0] in _NOT_BRAND
            or len(words[0]) < 2
        ):
            continue
        if any(name.lower() == w for w in (*BUSINESS_WORDS, *CONSUMER_WORDS, *THIRD_WORDS)):
            continue
        if any(w in ("khách", "bên") for w in words):
            continue
        # "Dịch vụ Thanh toán": a capital within a title makes no name of a common syllable.
        if (
            len(words) == 1
            and name[0].isupper()
            and often[name] < _OFTEN
            and _times(words[0], text) > _times(name, text)
        ):
            continue
        if count >= 2:
            out.append(name)
    return out
