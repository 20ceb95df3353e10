"""What is kept of a document."""

import pytest

from hpcp_rules.batch.record import business_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bên A: Công ty TNHH Bánh Xe Tre (sau đây gọi là “Công ty”)", "Công ty TNHH Bánh Xe Tre"),
        ("CÔNG TY CỔ PHẦN MÂY TRẮNG\nĐịa chỉ: Hà Nội", "Công Ty Cổ Phần Mây Trắng"),
        ("Công ty có quyền thay đổi giá. Công ty Cổ phần Sông Dài và Khách hàng", "Công ty Cổ phần Sông Dài"),
        ("Ngân hàng Thương mại Lá Xanh", "Ngân hàng Thương mại Lá Xanh"),
        ("Công ty và Khách hàng đồng ý. Khách hàng trả tiền.", None),
        ("Bên A sửa xe.", None),
    ],
)
def test_the_company_is_named(text: str, name: str | None) -> None:
    assert business_of(text) == name
