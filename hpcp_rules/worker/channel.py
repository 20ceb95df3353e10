"""Frames of bytes over a socket: one letter of meaning, eight bytes of length, the content. No pickles.

What a worker answers is data from a process that reads hostile files: it is bounded, and decoding it runs no code.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_HEAD = struct.Struct(">cQ")

READY = b"R"
"""Child: loaded, waiting."""
CHUNK = b"C"
"""Parent: requests to do one after the other."""
STARTED = b"S"
"""Child: the next request has begun."""
PROGRESS = b"P"
"""Child: what the handler says of its progress."""
DONE = b"D"
"""Child: the answer of the handler."""
FAILED = b"E"
"""Child: the request was refused; an error as JSON."""


class Channel:
    """One end of the connection between a worker and who started it."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end

    def fileno(self) -> int:
        """For `select`."""
        return self.socket.fileno()

    def send(self, kind: bytes, content: bytes = b"") -> None:
        """Errors: `OSError` when the other side is gone."""
        self.socket.sendall(_HEAD.pack(kind, len(content)))
        if content:
            self.socket.sendall(content)

    def receive(self, most: int) -> tuple[bytes, bytes]:
        """The next frame.

        Errors: `EOFError` when the other side is gone; `OverflowError` for a frame of more than `most` bytes;
        `TimeoutError` where the socket has a timeout.
        """
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size))
        if size > most:
            raise OverflowError
        return kind, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        content = bytearray(size)
        view = memoryview(content)
        while view:
            try:
                got = self.socket.recv_into(view)
            except ConnectionError as error:
                raise EOFError from error
            if not got:
                raise EOFError
            view = view[got:]
        return bytes(content)

    def close(self) -> None:
        """Both directions."""
        self.socket.close()


def packed(about: dict[str, Any], *contents: bytes) -> bytes:
    """A JSON object and byte strings as one."""
    head = json.dumps([about, [len(c) for c in contents]]).encode()
    return b"".join((len(head).to_bytes(4, "big"), head, *contents))


def unpacked(whole: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What `packed` put together."""
    here = 4 + int.from_bytes(whole[:4], "big")
    about, sizes = json.loads(whole[4:here])
    contents = []
    for size in sizes:
        contents.append(whole[here : here + size])
        here += size
    return about, contents
