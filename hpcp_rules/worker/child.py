"""Inside the worker: take requests, answer them one by one, and never outlive who started it."""

from __future__ import annotations

import faulthandler
import gc
import importlib
import os
import select
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hpcp_rules.errors import HpcpError, ReadError
from hpcp_rules.readers.limits import Limits
from hpcp_rules.worker import channel, confine, errors, folder, tree
from hpcp_rules.worker.channel import Channel, unpacked

Progress = Callable[[str], None]
Handler = Callable[[dict[str, Any], bytes, Progress], bytes]
"""What a worker does with one request: (about, content, progress) -> answer. `about` has at least ``name``."""

_GRACE = 5.0
"""Seconds after the limit at which the kernel ends a worker that nobody watches any more."""


def main() -> None:
    """A spawned worker: ``python -c … DESCRIPTOR FOLDER``; its first frame says what it is to do."""
    end = Channel(socket.socket(fileno=int(sys.argv[1])))
    work = Path(sys.argv[2])
    _, content = end.receive(1 << 30)
    about, _ = unpacked(content)
    limits = Limits(**about["limits"])
    module, _, name = about["factory"].partition(":")
    try:
        handler = getattr(importlib.import_module(module), name)(about["settings"])
    except HpcpError as error:
        end.send(channel.FAILED, errors.to_json(error))
        return
    serve(end, handler, work, limits)


def serve(end: Channel, handler: Handler, work: Path, limits: Limits) -> None:
    """Answer requests until the other side is gone; the process is confined first."""
    sys.dont_write_bytecode = True
    os.chdir(work)
    os.environ.update(TMPDIR=str(work), HOME=str(work))
    tempfile.tempdir = str(work)
    _silence()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    threading.Thread(target=_until_alone, args=(end.fileno(), work), daemon=True).start()
    confine.limit_resources(limits.max_memory, limits.max_uncompressed)
    confine.fence(work)
    gc.collect()
    gc.freeze()  # the rules live as long as the process: looking through them for garbage costs more than a check
    end.send(channel.READY)
    while True:
        try:
            _, chunk = end.receive(1 << 62)
        except EOFError:
            return
        for request in unpacked(chunk)[1]:
            # Enforced by the starter; this is for the case that the starter is no more and the thread cannot run.
            signal.setitimer(signal.ITIMER_REAL, limits.max_seconds + _GRACE)
            end.send(channel.STARTED)
            about, contents = unpacked(request)
            kind, answer = _answer(end, handler, about, contents[0], limits)
            folder.empty(work)
            end.send(kind, answer)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(
    end: Channel, handler: Handler, about: dict[str, Any], content: bytes, limits: Limits
) -> tuple[bytes, bytes]:
    name = about["name"]
    refused: ReadError
    try:
        return channel.DONE, handler(about, content, lambda stage: end.send(channel.PROGRESS, stage.encode()))
    except HpcpError as error:
        return channel.FAILED, errors.to_json(error)
    except MemoryError:
        refused = errors.out_of_memory(name, limits.max_memory)
    except RecursionError:
        from hpcp_rules.readers.build import too_complex

        refused = too_complex(name)
    except Exception as error:
        refused = errors.unforeseen(name, error)
    return channel.FAILED, errors.to_json(refused)


def _silence() -> None:
    """What libraries print may hold words of the document: it goes nowhere."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    faulthandler.disable()


def _until_alone(descriptor: int, work: Path) -> None:
    """End this process, what it started and what lies in its folder when the other side of the socket is gone.

    The folder itself stays, empty and locked by nobody: it is not inside the fence, and the next `sweep` removes it.
    """
    watch = select.poll()
    watch.register(descriptor, 0)
    while not watch.poll():
        pass
    folder.empty(work)
    tree.end(os.getpid())
