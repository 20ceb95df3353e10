"""Web pages that a browser saved as one file (.mht, .mhtml): an e-mail whose first page is read as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from email import policy
from email.errors import MessageError
from email.parser import BytesParser

from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers.build import damaged
from hpcp_rules.readers.html import read_html
from hpcp_rules.readers.limits import Limits

_HEAD = re.compile(rb"^(?:from|subject|date|mime-version|content-type|snapshot-content-location)\s*:", re.IGNORECASE)
_MANY = 2_000
"""Parts of a saved page; more are an attack."""


def is_mhtml(head: bytes) -> bool:
    """True for the beginning of a saved page."""
    low = head.lower()
    if b"mime-version:" in low and b"text/html" in low:
        return True
    return bool(_HEAD.match(head)) and b"multipart/related" in low


def read_mhtml(data: bytes, name: str, limits: Limits) -> SourceDocument:
    """Read a saved page; pages inside its frames are named as not read.

    Errors: `ReadError`.
    """
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(data)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise damaged(name, "MHTML") from error
    pages: list[bytes] = []
    for number, part in enumerate(message.walk()):
        if number > _MANY:
            raise damaged(name, "MHTML")
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                pages.append(content)
    if not pages:
        raise damaged(name, "MHTML")
    source = read_html(pages[0], name, limits)
    notes = source.notes if len(pages) == 1 or "embedded-page" in source.notes else (*source.notes, "embedded-page")
    return replace(source, notes=notes, media_type="multipart/related")
