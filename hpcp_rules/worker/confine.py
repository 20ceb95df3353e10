"""What a worker may not do, whatever a document makes it try: leave its folder, use the network, grow without end.

Two fences. Python's own (audit hooks) holds everywhere. The kernel's (Landlock, Linux 5.13 and later) holds for C
libraries and for the programs a worker starts as well; where the kernel has none, the first fence stands alone.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATHS = {
    "os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.rename": 2, "os.link": 2, "os.symlink": 2, "os.chmod": 1,
    "os.chown": 1, "os.truncate": 1, "os.utime": 1,
}  # fmt: skip
"""Events that change files, with how many of their arguments are paths."""
_NETWORK = frozenset(
    ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")
)
_HARMLESS = ("/dev/null",)


def limit_resources(memory: int, written: int) -> None:
    """No core dumps (they hold the document), no file over `written` bytes, no more than `memory` bytes of new data."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_FSIZE, written)
    taken = _data_bytes()
    if taken is not None:
        _lower(resource.RLIMIT_DATA, taken + memory)


def _lower(what: int, value: int) -> None:
    _, most = resource.getrlimit(what)
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(what, (value, value))


def _data_bytes() -> int | None:
    """Bytes of private memory of this process; None where the system does not say (RLIMIT_DATA is Linux's only)."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:")), None)


def fence(folder: Path) -> None:
    """From now on this process changes no file outside `folder` and opens no connection. There is no way back."""
    inside = f"{folder.resolve()}/"
    landlock(folder)

    def allowed(path: Any) -> bool:
        if isinstance(path, int) or path is None:
            return True
        full = os.path.realpath(os.fsdecode(path))
        return f"{full}/".startswith(inside) or full in _HARMLESS

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if flags & _WRITES and not allowed(path):
                raise PermissionError("a worker writes in its own folder only")
        elif event in _PATHS:
            if not all(allowed(path) for path in arguments[: _PATHS[event]]):
                raise PermissionError("a worker changes files in its own folder only")
        elif event in _NETWORK:
            raise PermissionError("a worker opens no connection")

    sys.addaudithook(hook)


# Landlock as the kernel documents it (userspace-api/landlock): system calls, and rights by version of its interface.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVILEGES = 38
_FILE_WRITE = 1 << 1
_CHANGES = sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12))
"""Write a file, remove and make entries of every kind."""
_SOCKET, _REFER, _TRUNCATE = 1 << 9, 1 << 13, 1 << 14
_SOCKETS = "/tmp"
"""Where LibreOffice makes its socket, whatever it is told; an entry without content, which `folder.sweep` removes."""
_TCP = 0b11
"""Bind and connect."""


def landlock(folder: Path) -> bool:
    """Fence this process and all it starts through the kernel; False where the kernel cannot."""
    if sys.platform != "linux":
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).syscall
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return False
    version = call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    if version < 1:
        return False
    rights = _CHANGES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    rules = struct.pack("QQ", rights, _TCP) if version >= 4 else struct.pack("Q", rights)
    rule_set = call(_CREATE, rules, ctypes.c_size_t(len(rules)), ctypes.c_uint(0))
    if rule_set < 0:
        return False
    try:
        harmless = [(Path(p), _FILE_WRITE | (rights & _TRUNCATE)) for p in _HARMLESS]
        for path, may in ((folder, rights), (Path(_SOCKETS), _SOCKET), *harmless):
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                beneath = struct.pack("=Qi", may, opened)
                if call(_ADD, ctypes.c_int(rule_set), ctypes.c_int(1), beneath, ctypes.c_uint(0)):
                    return False
            finally:
                os.close(opened)
        if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            return False
        return bool(call(_RESTRICT, ctypes.c_int(rule_set), ctypes.c_uint(0)) == 0)
    finally:
        os.close(rule_set)
