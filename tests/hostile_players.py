"""Programs that speak like a player and lie, and decoders that do what none may, for the tests of playing.

Run as a program of its own: `hostile_players.py NAME …`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from evidence_app.capture.playing import inside, wire
from evidence_app.capture.playing.source import Link, Source
from evidence_app.records import Pixels
from evidence_app.records.playing import Heard, Opened, Shown

OPENED = wire.said(Opened(1000, picture=True, sound=True))
PICTURE = wire.said(Shown(0, Pixels(2, 2, bytes(12))))
SECOND = wire.said(Heard(0, bytes(192_000)))


def _silent(out: BinaryIO) -> None:
    threading.Event().wait()


def _says(*messages: bytes, forever: bytes = b"") -> Callable[[BinaryIO], None]:
    def speak(out: BinaryIO) -> None:
        out.writelines(messages)
        out.flush()
        while forever:
            out.write(forever)
        threading.Event().wait()

    return speak


def _half(out: BinaryIO) -> None:
    out.write(OPENED[:-3])
    out.close()


LIES: dict[str, Callable[[BinaryIO], None]] = {
    "a picture before anything else": _says(PICTURE),
    "two pictures where one was asked for": _says(OPENED, PICTURE, PICTURE),
    "more sound than time": _says(OPENED, forever=SECOND),
    "a question without end": _says(forever=wire.needs(0, wire.MAX_PIECE)),
    "half a message": _half,
}


class Engine:
    """Decoders that were taken over: `WHAT` says what they try, and the answer is a sentence."""

    WHAT = ""

    def run(self, link: Link, source: Source) -> None:
        if self.WHAT == "memory":
            held = [bytearray(64 * 1024 * 1024) for _ in range(100)]
            link.say(wire.failed(f"had {len(held)}"))
        # In a thread too: what is closed has to be closed for all of them.
        found: list[str] = []
        thread = threading.Thread(target=lambda: found.extend(_tried()))
        thread.start()
        thread.join()
        link.say(wire.failed(" ".join(found + _tried())))


def _tried() -> list[str]:
    ways: list[Callable[[], object]] = [
        lambda: Path("/etc/passwd").read_bytes(),
        lambda: Path("/tmp/evidence-player").write_bytes(b"x"),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        lambda: subprocess.run([sys.executable, "-c", ""], check=False),
        lambda: os.kill(os.getppid(), 0),
    ]
    found = []
    for way in ways:
        try:
            way()
        except OSError:
            found.append("refused")
        else:
            found.append("done")
    return found


def main() -> None:
    name = sys.argv[1]
    if name in LIES:
        sys.stdin.buffer.read(5 + 9)
        LIES[name](os.fdopen(1, "wb", closefd=False))
    elif name == "silent":
        _silent(sys.stdout.buffer)
    elif name == "no decoders":
        inside.main("evidence_app.no_such_module")
    else:
        Engine.WHAT = name
        sys.modules["hostile"] = sys.modules["__main__"]
        inside.main("hostile")


if __name__ == "__main__":
    main()
