"""Messages of the Wayland protocol over its socket (Wayland book, "Wire Format")."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import Final

DISPLAY: Final = 1
REGISTRY: Final = 2
"""Numbers of the first two objects; the second is ours to give."""
_SYNC, _BIND = 0, 0  # requests
_ERROR, _DONE = 0, 0  # events


def round_trip(wire: socket.socket, callback: int) -> Iterator[tuple[int, int, bytes]]:
    """All events (object, number, body) up to the answer to a sync. ValueError where the desktop objects."""
    wire.sendall(request(DISPLAY, _SYNC, callback))
    while True:
        sender, head = struct.unpack("=2I", _exactly(wire, 8))
        body = _exactly(wire, (head >> 16) - 8)
        if (sender, head & 0xFFFF) == (callback, _DONE):
            return
        if (sender, head & 0xFFFF) == (DISPLAY, _ERROR):
            raise ValueError("the desktop did not understand")
        yield sender, head & 0xFFFF, body


def _exactly(wire: socket.socket, size: int) -> bytes:
    data = wire.recv(max(0, size), socket.MSG_WAITALL)
    if len(data) != size:
        raise ValueError("the desktop closed the connection")
    return data


def request(target: int, number: int, *values: int, data: bytes = b"") -> bytes:
    body = data + struct.pack(f"={len(values)}I", *values)
    return struct.pack("=2I", target, (8 + len(body)) << 16 | number) + body


def bind(number: bytes, name: str, version: int, new: int) -> bytes:
    raw = name.encode() + b"\0"
    data = number + struct.pack("=I", len(raw)) + raw + bytes(-len(raw) % 4)
    return request(REGISTRY, _BIND, version, new, data=data)


def text(body: bytes) -> tuple[str, bytes]:
    """A string of a message, and what follows it."""
    (size,) = struct.unpack_from("=I", body)
    end = 4 + size + (-size % 4)
    return body[4 : 4 + size].rstrip(b"\0").decode("utf-8", "replace"), body[end:]
