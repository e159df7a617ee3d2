"""What may stand between a reader and the verifier: it sees every byte that the verifier sees, no other."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Protocol

from evidence_app.bundle import layout
from evidence_app.bundle.layout import Part, Place
from evidence_app.bundle.tar import Sink
from evidence_app.bundle.verify import LimitError, Verifier


class BundleSink(Sink, Protocol):
    """What a bundle is fed to: a `Verifier`, or something that stands before one."""

    def refuse(self, code: str, name: str) -> None:
        """Note something in an opened folder that may not be in a bundle."""


class Taker(Protocol):
    """Takes the originals of a bundle, one after the other, before it is known whether they are any good."""

    def start(self, number: str) -> None:
        """An original begins; `number` is the sender's."""

    def feed(self, data: memoryview, /) -> None:
        """Its next bytes; only valid during the call."""

    def end(self) -> None:
        """It is complete."""


class Taking:
    """Hands the originals to a taker on their way into the verifier."""

    def __init__(self, verifier: Verifier, taker: Taker) -> None:
        self._verifier = verifier
        self._taker = taker
        self._on = False

    def start_file(self, name: str, size: int) -> None:
        self._verifier.start_file(name, size)
        place = layout.place(name)
        self._on = place is not None and place.part is Part.ORIGINAL
        if self._on and place is not None:
            self._taker.start(place.number)

    def feed(self, data: memoryview) -> None:
        self._verifier.feed(data)
        if self._on:
            self._taker.feed(data)

    def end_file(self) -> None:
        self._verifier.end_file()
        if self._on:
            self._taker.end()
        self._on = False

    def refuse(self, code: str, name: str) -> None:
        self._verifier.refuse(code, name)


class Keeping:
    """Keeps the one file that is wanted, in memory, on its way into the verifier."""

    def __init__(self, verifier: Verifier, wanted: Callable[[Place], bool], too_large: str) -> None:
        self._verifier = verifier
        self._wanted = wanted
        self._too_large = too_large
        self._keeping = False
        self.data: io.BytesIO | None = None

    def start_file(self, name: str, size: int) -> None:
        self._verifier.start_file(name, size)
        place = layout.place(name)
        self._keeping = place is not None and self._wanted(place)
        if self._keeping:
            if size > layout.MAX_SHOWN:
                raise LimitError(self._too_large)
            self.data = io.BytesIO()

    def feed(self, data: memoryview) -> None:
        self._verifier.feed(data)
        if self._keeping and self.data is not None:
            self.data.write(data)

    def end_file(self) -> None:
        self._verifier.end_file()
        if self.data is not None:
            self.data.seek(0)
        self._keeping = False

    def refuse(self, code: str, name: str) -> None:
        self._verifier.refuse(code, name)
