"""The child's side of playing: plays one file and ends with its input.

The libraries come in before the doors close, the first byte of the file after it. No thread is there before:
what Linux takes away, it takes from threads that begin later.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import BinaryIO, Final, Protocol

from evidence_app.capture.child import confine
from evidence_app.capture.playing import own, wire
from evidence_app.capture.playing.source import Link, Source, pipes
from evidence_app.capture.playing.wire import Order
from evidence_app.errors import NotReadableError, TooLargeError

COMMAND: Final = "play-file"
"""A word for `evidence_app.__main__`, not for people."""
CPU_SECONDS: Final = 6 * 3600
_ENGINE: Final = "evidence_app.capture.playing.qt"


class Decoders(Protocol):
    """What plays a file of somebody else's."""

    def run(self, link: Link, source: Source) -> None:
        """Play until the input ends."""


def main(engine: str = _ENGINE) -> int:
    """Play what is asked for; returns the exit code. The arguments end with the number of the parent's
    process, the bytes of memory that there may be, and those of address space."""
    parent, memory, space = (int(one) for one in sys.argv[-3:])
    confine.die_with(parent)
    orders, out = pipes()
    confine.limits(memory, space, CPU_SECONDS, threads=True)
    asked = _asked(orders)
    if asked is None:
        return 0
    size, is_own = asked
    decoders = None if is_own else _decoders(engine)
    confine.doors()
    link = Link(orders, out)
    link.start()
    try:
        source = Source(link, size)
        if is_own:
            own.play(link, source)
        else:
            _play(link, source, decoders)
    except (MemoryError, TooLargeError):
        link.say(wire.failed("Playing it needs more memory than a player may have.", "large"))
    except NotReadableError as error:
        link.say(wire.failed(error.message))
    except Exception:  # noqa: BLE001  (the edge: any fault of a decoder means that it cannot be played)
        link.say(wire.failed("Its content is not what it says it is, or it is damaged."))
    # Decoders may hang in what the file made them do; the system clears up after them.
    os._exit(0)


def _asked(orders: BinaryIO) -> tuple[int, bool] | None:
    """How large the file is, and whether it begins as a recording of this program."""
    first = wire.take(orders)
    if first is None or first[0] != Order.START:
        return None
    return int.from_bytes(first[1][:-1]), bool(first[1][-1])


def _decoders(module: str) -> Decoders | None:
    try:
        engine: Decoders = importlib.import_module(module).Engine()
    except ImportError:
        return None
    return engine


def _play(link: Link, source: Source, decoders: Decoders | None) -> None:
    if decoders is None:
        raise wire.not_installed()
    decoders.run(link, source)


if __name__ == "__main__":
    sys.exit(main())
