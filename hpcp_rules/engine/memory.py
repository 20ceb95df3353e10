"""What each rule said of a document, kept so that a later run need not ask the rules that have not changed.

Exact by construction: whether a rule fires in a sentence depends on the document and on that rule alone; only what is
made of all hits together (`policy`) looks at several rules, and that is always done anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Said = list[Any]
"""Rows of (pattern, sentence, chain, exception that excuses it or None), by sentence; JSON holds it."""


@dataclass(slots=True)
class Memory:
    """`kept`: what rules said before, for those that are not to run again; `said`: filled with what each says now.

    Every rule that is not to run again has an entry in `kept`, be it an empty one.
    """

    kept: Mapping[str, Said] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
