"""Makes `html/` and `txt/`: web pages and text files, each with one difficulty.

    python -m tests.awkward.build_pages

What the files say is made up.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from tests.text.test_legacy import OLD, SMALL, iconv, vni

HERE = Path(__file__).parent
TERMS = "<h1>Điều khoản</h1><p>Điều 1. Tiệm sửa xe trong ba ngày.</p>"


def page(body: str, head: str = '<meta charset="utf-8">') -> bytes:
    """A page in UTF-8."""
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


LONG = "Khách trả tiền khi nhận xe và giữ phiếu trong ba mươi ngày để tiệm đối chiếu khi có khiếu nại. " * 8
HTML: dict[str, bytes] = {
    "menus-and-cookie-bar": page(
        '<header><nav><a href="/">Trang chủ</a></nav></header><div class="cookie-bar">Trang dùng cookie. '
        f'<button>Đồng ý</button></div><main>{TERMS}</main><div id="sidebar"><a href="#">Tin mới</a></div>'
        "<footer>Tiệm xe Bánh Tre, 12 phố Hàng Tre</footer>"
    ),
    "terms-inside-a-menu-element": page(
        f'<nav><p>{LONG}</p></nav><div class="menu"><p>Điều 2. Khách trả tiền.</p></div>'
        '<div class="consent"><label>Tôi đồng ý cho tiệm dùng số điện thoại của tôi.</label></div>'
    ),
    "list-numbers": page(
        "<ol start=3><li>ba<ol type=a><li>a nhỏ</li><li value=4>d nhỏ</li></ol></li><li>bốn</li></ol>"
        "<ol reversed><li>hai</li><li>một</li></ol><ol type=I><li>La Mã</li></ol>"
        '<ol style="list-style-type: upper-alpha"><li>chữ hoa</li></ol>'
        '<ol style="list-style: none"><li>không số</li></ol>'
        "<ul><li>gạch</li></ul>"
    ),
    "hidden-elements": page(
        f'{TERMS}<p style="display:none">Ẩn một.</p><p hidden>Ẩn hai.</p><p style="font-size:0">Ẩn ba.</p>'
        '<p style="font-size:0.9em">Thấy một.</p><p style="position:absolute;left:-9999px">Ẩn bốn.</p>'
        '<div style="height:0;overflow:hidden">Ẩn năm.</div><p style="opacity: 0.5">Thấy hai.</p>'
        '<p aria-hidden="true">Thấy ba.</p><template><p>Ẩn sáu.</p></template><noscript>Bật JavaScript.</noscript>'
    ),
    "closed-details": page(f"{TERMS}<details><summary>Xem thêm</summary><p>Khách mất cọc.</p></details>"),
    "frames": b"<html><frameset cols='20%,80%'><frame src='menu.html'><frame src='dieu-khoan.html'></frameset></html>",
    "embedded-page": page(f'{TERMS}<iframe src="https://example.invalid/dieu-khoan"></iframe>'),
    "declared-wrongly": page(TERMS, '<meta charset="windows-1252">'),
    "declared-windows-1258": page(TERMS, '<meta charset="windows-1258">').decode().encode("utf-8"),
    "old-encoding-vni": f'<html><meta charset="iso-8859-1"><body><p>{OLD["vni"]}</p></body></html>'.encode("latin-1"),
    "old-encoding-as-entities": (
        "<html><body><p><font face='.VnTime'>" + "".join(f"&#{ord(c)};" if ord(c) > 126 else c for c in OLD["tcvn3"])
        + "</font></p></body></html>"
    ).encode(),
    "table-of-fees": page(
        "<table><caption>Biểu phí</caption><tr><th>Việc</th><th>Phí</th></tr>"
        "<tr><td rowspan=2>Vá</td><td>5 đồng</td></tr>"
        "<tr><td>7 đồng<br>ngày Tết</td></tr></table>"
    ),
    "lines-kept-by-pre": page(
        "<pre>Điều 1. Nhận xe\n1.1. Buổi sáng\n1.2. Buổi chiều</pre><textarea>Điều 2.\nTrả xe</textarea>"
    ),
    "no-end-tags-and-odd-nodes": (
        "<p>Điều 1. Nhận xe<?xml version='1'?><p>Điều 2. Trả<!-- x --> xe<li>mục <![if !x]><b>rời"
    ).encode(),
    "nested-four-thousand-deep": page("<div>" * 4000 + "Tiệm sửa xe." + "</div>" * 4000),
}  # fmt: skip
MHT = (
    "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?=C4=90i=E1=BB=81u?=\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; type="text/html"; boundary="----b"\r\n\r\n------b\r\n'
    "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    + "".join(chr(b) if 32 <= b < 127 and b != 61 else f"={b:02X}" for b in page(TERMS)).replace("</p>", "</p>=\r\n")
    + "\r\n------b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n------b--\r\n"
).encode()
TEXT = "HỢP ĐỒNG SỬA XE\nĐiều 1. Nhận xe\nTiệm nhận xe vào buổi sáng và trả xe khi khách đã trả đủ tiền công.\n"
HIDDEN = "Khách\u200b hàng không\u00ad được\u2060 khiếu\u202e nại\u202c 😀.\n"
TXT: dict[str, bytes] = {
    "decomposed-letters": unicodedata.normalize("NFD", TEXT).encode(),
    "windows-line-ends": TEXT.replace("\n", "\r\n").encode(),
    "old-mac-line-ends": TEXT.replace("\n", "\r").encode(),
    "utf-16-without-mark": TEXT.encode("utf-16-le"),
    "old-encoding-tcvn3": iconv(TEXT, "TCVN"),
    "old-encoding-viscii": iconv(TEXT, "VISCII"),
    "old-encoding-windows-1258": iconv(TEXT, "CP1258"),
    "old-encoding-vni-in-utf-8": ("\ufeff" + vni(SMALL)).encode(),
    "utf-8-saved-twice": "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in TEXT.encode()).encode(),
    "broken-bytes": TEXT.encode().replace("Điều".encode(), b"\xffi\xe1\xbb\x81u", 1),
    "invisible-characters": HIDDEN.encode(),
    "lines-wrapped-by-hand": (
        "Điều 1. Tiệm nhận xe vào buổi sáng và trả xe khi khách hàng\nđã trả đủ tiền công sửa chữa, tiền phụ tùng và "
        "tiền gửi xe\n(nếu có) theo phiếu.\n- mục một\n- mục hai\n"
    ).encode(),
}  # fmt: skip


def main() -> None:
    """Builds all files."""
    for name, data in HTML.items():
        (HERE / "html" / f"{name}.html").write_bytes(data)
    (HERE / "html" / "saved-by-a-browser.mht").write_bytes(MHT)
    for name, data in TXT.items():
        (HERE / "txt" / f"{name}.txt").write_bytes(data)


if __name__ == "__main__":
    main()
