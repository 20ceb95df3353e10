"""Private work folders: only the user may look in, and nothing stays behind, not even after kill -9.

A folder belongs to the process that holds its lock. The kernel gives the lock back however that process ends, so a
folder that can be locked was left behind and is removed by the next one who starts.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

_PREFIX, _LOCK = "hpcp-work-", ".lock"


class WorkFolder:
    """A new folder of mode 0700 below the user's folder for temporary files; `close` removes it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
        self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        _lock(self._lock)

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)
        _remove_dead_sockets()


def empty(path: Path) -> None:
    """Remove all that lies in a work folder but its lock."""
    for entry in os.scandir(path):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        elif entry.name != _LOCK:
            os.unlink(entry.path)


def sweep() -> None:
    """Remove what ended processes of this user left behind."""
    _remove_dead_sockets()
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if path.stat().st_uid != os.getuid() or path.is_symlink():
                continue
            lock = os.open(path / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            if _lock(lock):
                shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(lock)


def _remove_dead_sockets() -> None:
    """LibreOffice's sockets lie outside the fence of a worker: it can make one there, and not remove it."""
    for path in Path("/tmp").glob(f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_*"):
        with socket.socket(socket.AF_UNIX) as end:
            try:
                end.connect(str(path))
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)
            except OSError:
                continue


def _lock(descriptor: int) -> bool:
    """True when the lock is ours now; it goes when the descriptor is closed everywhere."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
