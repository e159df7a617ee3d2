"""What a capture key is, and the bell that an adapter rings when it was pressed."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from evidence_app.errors import UsageError


@dataclass(frozen=True, slots=True)
class Combination:
    """Modifiers (`Control`, `Mod1`, `Shift`, `Mod4`) and the name of a key as X calls it (keysymdef.h)."""

    modifiers: frozenset[str]
    key: str


def in_use(text: str) -> UsageError:
    """Why a combination is not ours: another program has it."""
    return UsageError(
        f"Another program uses {text} already. Captures still work from the window and the capture "
        "bar. Choose another key in the capture settings."
    )


NONE_HERE: Final = (
    "On this desktop a program has no key while another one is in front; use the capture bar, "
    "or press the key while Evidence is in front."
)


class Bell:
    """A pair of sockets: rung in one thread, and waited for in another as for any socket.

    `shown` is the combination as the desktop calls it, `problem` why there is none after all, in a sentence.
    Both can change; then there is something to read too.
    """

    def __init__(self) -> None:
        self.shown, self.problem = "", ""
        self._rings, self._hears = socket.socketpair()
        self._hears.setblocking(False)
        self._rings.setblocking(False)

    def ring(self) -> None:
        """It was pressed. From any thread; a full pair says so already."""
        with suppress(OSError):
            self._rings.send(b"!")

    def fileno(self) -> int:
        """Where to wait for something to read."""
        return self._hears.fileno()

    def tell(self) -> None:
        """`shown` or `problem` is known now; wakes up whoever waits. From any thread."""
        with suppress(OSError):
            self._rings.send(b"?")

    def pressed(self) -> bool:
        """Whether it rang since the last look."""
        found = b""
        with suppress(OSError):
            while piece := self._hears.recv(64):
                found += piece
        return b"!" in found

    def close(self) -> None:
        """Give both ends back."""
        self._rings.close()
        self._hears.close()
