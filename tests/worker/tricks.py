"""What hostile documents make a reader do, as a worker's handler: the content of a document names the trick."""

import ctypes
import mmap
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hpcp_rules.errors import ReadError, RuleError, Where


def handler_of(settings: dict[str, Any]) -> Callable[[dict[str, Any], bytes, Callable[[str], None]], bytes]:
    """The factory of a spawned worker."""
    if "fail" in settings:
        raise RuleError("no-pack", vi="Không có.", en="None.", where=Where(settings["fail"]))
    return trick


def trick(about: dict[str, Any], content: bytes, progress: Callable[[str], None]) -> bytes:
    """Do what the document says; answer with what came of it."""
    what = content.decode()
    if what == "hang":
        time.sleep(3600)
    elif what == "spin":
        re.match(r"(a+)+$", "a" * 60 + "b")  # holds the interpreter's lock, so that no thread can stop it
    elif what == "exit":
        os._exit(7)
    elif what == "segfault":
        ctypes.string_at(0)
    elif what == "bomb":
        kept = []
        while True:
            kept.append(b"x" * 1_000_000)
    elif what == "bomb in C":
        size = 2_000_000_000
        block = mmap.mmap(-1, size, mmap.MAP_SHARED)
        for n in range(0, size, 4096):
            block[n] = 1
    elif what == "bomb in a child":
        subprocess.run(
            [
                sys.executable,
                "-c",
                "import mmap\nm = mmap.mmap(-1, 2 * 10**9)\nfor n in range(0, 2 * 10**9, 4096): m[n] = 1",
            ]
        )
    elif what == "recursion":
        return trick(about, content, progress)
    elif what == "refuse":
        raise ReadError("damaged", vi="Hỏng.", en="Damaged.", where=Where(about["name"], page=3), remedy_en="Mend it.")
    elif what == "slip":
        raise KeyError("secret words of the document")
    elif what.startswith("write "):
        Path(what[6:]).write_text("out")
    elif what.startswith("remove "):
        os.remove(what[7:])
    elif what.startswith("touch "):
        return str(subprocess.run(["touch", what[6:]], capture_output=True).returncode).encode()
    elif what == "connect":
        socket.create_connection(("127.0.0.1", 9)).close()
    elif what == "print":
        print("secret words of the document", flush=True)
        os.write(2, b"secret words of the document")
    elif what == "temporary":
        with tempfile.NamedTemporaryFile(delete=False) as out:
            out.write(b"secret")
        return out.name.encode()
    elif what == "child":
        return str(subprocess.Popen(["sleep", "3600"]).pid).encode()
    elif what == "runaway child":
        progress(str(subprocess.Popen(["sleep", "3600"], start_new_session=True).pid))
        time.sleep(0.5)
        os._exit(7)
    elif what == "pid":
        return f"{os.getpid()} {os.getcwd()}".encode()
    elif what == "large":
        return b"x" * 2_000_000
    elif what == "stages":
        progress("read")
        progress("check")
    return what.encode()
