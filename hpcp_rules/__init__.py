"""Finds signs of unfair terms in Vietnamese consumer contracts (Law 19/2023/QH15, Decree 55/2024/NĐ-CP).

>>> from hpcp_rules import check_text
>>> report = check_text("Công ty có quyền thay đổi hợp đồng này mà không cần sự đồng ý của Khách hàng.")
>>> [f.provision for f in report.findings]
['law19:25.3']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hpcp_rules.version import __version__

__all__ = ["Checker", "__version__", "check_file", "check_text", "load_pack"]

if TYPE_CHECKING:
    from hpcp_rules.api import Checker, check_file, check_text, load_pack


def __getattr__(name: str) -> Any:
    # The facade is loaded on first use: `hpcp --help` and `hpcp_rules.errors` need none of it.
    if name in __all__:
        from hpcp_rules import api

        return getattr(api, name)
    raise AttributeError(f"module 'hpcp_rules' has no attribute {name!r}")
