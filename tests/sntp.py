"""A time server on this computer (RFC 4330), which may be wrong, slow to say so, or lie."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evidence_app.capture import clock

_SINCE_1900 = 2_208_988_800


def stamp(seconds: float) -> bytes:
    """Seconds since 1970 as an NTP time."""
    whole = int(seconds // 1)
    return struct.pack(">II", (whole + _SINCE_1900) % 2**32, int((seconds - whole) * 2**32))


class TimeServer:
    """`offset`: how many seconds its clock is ahead of this computer's. `answer` makes the packet."""

    def __init__(self, offset: float) -> None:
        self.offset, self.asked = offset, 0
        self.answer: Callable[[bytes], bytes] = self.honest
        self.wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.wire.bind(("127.0.0.1", 0))
        self.port = int(self.wire.getsockname()[1])

    def honest(self, request: bytes) -> bytes:
        now = time.time() + self.offset
        head = struct.pack(">BBBbIII", 0x24, 2, 6, -20, 0, 0, 0x7F000001)
        return head + stamp(now - 10) + request[40:48] + stamp(now) + stamp(now)

    def ask(self, name: str) -> clock.ClockCheck:
        """`clock.ask`, of this server, under another name."""
        found = self.reach(3)
        return clock.ClockCheck(name, found.ahead, found.within, found.at)

    def reach(self, seconds: float) -> clock.ClockCheck:
        return _ASK("127.0.0.1", port=self.port, seconds=seconds)

    def run(self) -> None:
        while True:
            request, sender = self.wire.recvfrom(512)
            if request == b"end":
                return
            self.asked += 1
            self.wire.sendto(self.answer(request), sender)


_ASK = clock.ask


@contextmanager
def time_server(offset: float = 0.0) -> Iterator[TimeServer]:
    """One that runs for as long as the block."""
    server = TimeServer(offset)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.sendto(b"end", ("127.0.0.1", server.port))
        thread.join()
        server.wire.close()
