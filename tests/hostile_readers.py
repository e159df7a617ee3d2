"""Readers that do what no reader may, for the tests of the child process; run inside it by `main` here."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from evidence_app.capture.child import frames, inside
from evidence_app.records import Claim, Limits, Reader, Reading, ReadingKind

_OUT: list[BinaryIO] = []


def _endless(source: BinaryIO, limits: Limits) -> Reading:
    while True:
        pass


def _memory(source: BinaryIO, limits: Limits) -> Reading:
    held = []
    while True:
        held.append(bytearray(64 * 1024 * 1024))


def _crash(source: BinaryIO, limits: Limits) -> Reading:
    ctypes.string_at(0)
    raise AssertionError


def _stuck(source: BinaryIO, limits: Limits) -> Reading:
    """Answers, and then never takes what is left of its file."""
    out = os.fdopen(_answer_pipe(), "wb", closefd=False)
    frames.write_reading(out, Reading(ReadingKind.TEXT, "stuck"), limits)
    threading.Event().wait()
    raise AssertionError


def _noisy(source: BinaryIO, limits: Limits) -> Reading:
    print("not an answer", flush=True)  # noqa: T201
    os.write(1, b"nor this")
    return Reading(ReadingKind.TEXT, "quiet", text=source.read().decode())


def _answer_pipe() -> int:
    """The descriptor of the answers: the only pipe that can be written besides the first three."""
    return next(one for one in range(3, 64) if _is_pipe(one))


def _is_pipe(descriptor: int) -> bool:
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink()).startswith("pipe:")
    except OSError:
        try:
            return os.fstat(descriptor).st_mode & 0o170000 == 0o010000
        except OSError:
            return False


def _raw(content: bytes) -> Callable[[BinaryIO, Limits], Reading]:
    def read(source: BinaryIO, limits: Limits) -> Reading:
        pipe = _answer_pipe()
        os.write(pipe, content)
        os._exit(0)

    return read


def _huge(source: BinaryIO, limits: Limits) -> Reading:
    pipe = _answer_pipe()
    head = b'{"kind":"text","title":"","first":0,"total":0,"width":0,"height":0}'
    os.write(pipe, bytes([frames.Frame.HEAD]) + len(head).to_bytes(4) + head)
    item = b'{"note":"' + b"x" * 3000 + b'"}'
    while True:
        os.write(pipe, bytes([frames.Frame.ITEM]) + len(item).to_bytes(4) + item)


def _beyond(source: BinaryIO, limits: Limits) -> Reading:
    """More of everything than the limits allow: cut by the child itself."""
    return Reading(
        ReadingKind.TEXT,
        "t" * (limits.line + 9),
        claims=tuple(Claim("n", "v") for _ in range(limits.claims + 9)),
        text="\ud800" + "x" * (limits.text + 9),
        notes=("n",) * (limits.notes + 9),
    )


_ATTEMPTS: dict[str, Callable[[], object]] = {
    "socket": socket.socket,
    "socketpair": socket.socketpair,
    "fork": lambda: os.fork() or os._exit(0),
    "spawn": lambda: subprocess.Popen([sys.executable, "-c", ""]),
    "exec": lambda: os.execv(sys.executable, [sys.executable]),  # noqa: S606
    "kill": lambda: os.kill(os.getppid(), 0),
    "write": lambda: Path("/tmp/evidence-reader-wrote").write_bytes(b"x"),
    "append": lambda: Path(__file__).open("ab").close(),
    "remove": lambda: Path("/tmp/evidence-reader-victim").unlink(),
    "folder": lambda: Path("/tmp/evidence-reader-folder").mkdir(),
    "rename": lambda: Path("/tmp/evidence-reader-victim").rename("/tmp/evidence-reader-moved"),
    "look": lambda: Path("/etc/passwd").read_bytes(),
    "list": lambda: list(Path("/tmp").iterdir()),
    "memfd": lambda: os.memfd_create("x"),
    "limits": lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_CPU, (9999, 9999)),
}


def _attempts(source: BinaryIO, limits: Limits) -> Reading:
    """Tries everything that is closed, and says of each how it ended."""
    claims = []
    for name, attempt in _ATTEMPTS.items():
        try:
            attempt()
            claims.append(Claim(name, "done"))
        except BaseException as error:  # noqa: BLE001
            claims.append(Claim(name, type(error).__name__))
    return Reading(ReadingKind.TEXT, claims=tuple(claims))


def _around(source: BinaryIO, limits: Limits) -> Reading:
    """What of the other side is in here: modules, environment, open files."""
    descriptors = []
    for one in range(64):
        try:
            os.fstat(one)
            descriptors.append(str(one))
        except OSError:
            continue
    return Reading(
        ReadingKind.TEXT,
        text="\n".join(sorted(sys.modules)),
        claims=(
            Claim("environment", " ".join(sorted(os.environ))),
            Claim("descriptors", " ".join(descriptors)),
            Claim("process", str(os.getpid())),
        ),
    )


def _parts(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    for _ in range(place):
        yield b"p" * 3_000_000


_READERS: dict[str, Callable[[BinaryIO, Limits], Reading]] = {
    "endless": _endless,
    "memory": _memory,
    "crash": _crash,
    "stuck": _stuck,
    "noisy": _noisy,
    "huge": _huge,
    "beyond": _beyond,
    "attempts": _attempts,
    "around": _around,
    "silent": _raw(b""),
    "garbage": _raw(b"no frame at all, but quite some bytes of it"),
    "long frame": _raw(b"\x02\xff\xff\xff\xff"),
    "no head": _raw(b"\x02\x00\x00\x00\x0c" + b'{"note":"x"}' + b"\x05\0\0\0\0"),
    "no json": _raw(b"\x01\x00\x00\x00\x04[[[[\x05\0\0\0\0"),
    "deep json": _raw(b"\x01\x00\x03\x0d\x40" + b"[" * 200_000 + b"\x05\0\0\0\0"),
    "pixels only": _raw(b"\x03\x00\x00\x00\x03rgb\x05\0\0\0\0"),
    "bare end": _raw(b"\x05\0\0\0\0"),
}


def find(name: str) -> Reader:
    return Reader(name, _READERS[name], _parts)


if __name__ == "__main__":
    sys.exit(inside.main(find))
