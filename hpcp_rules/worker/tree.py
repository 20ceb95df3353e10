"""A process with all it has started: its memory and its end. Where the system does not say, it is that one only."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType


def descendants(pid: int) -> Iterator[int]:
    """All processes that a process has started, and those that these have."""
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from descendants(int(child))


def born(pid: int) -> str:
    """When a process began, so that another one under its number is told apart; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def end(pid: int, seen: Mapping[int, str] = MappingProxyType({})) -> None:
    """Kill a process, its group, and all it has started, also what has left the group.

    Arguments:
        seen: descendants it had at some time and when they began: what its end has made orphans.
    """
    for other in (*descendants(pid), *(p for p, when in seen.items() if when and born(p) == when)):
        _kill(other)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    _kill(pid)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def resident(pid: int) -> int:
    """Bytes of memory that a process and all it has started hold; 0 where the system does not say."""
    size, total = _memory(pid)
    for other in descendants(pid):
        other_size, held = _memory(other)
        if other_size != size:  # a program that is just being started still has its parent's memory
            total += held
    return total


def _memory(pid: int) -> tuple[int, int]:
    try:
        size, pages = map(int, Path(f"/proc/{pid}/statm").read_text().split()[:2])
    except (OSError, ValueError):
        return 0, 0
    return size, pages * os.sysconf("SC_PAGE_SIZE")
