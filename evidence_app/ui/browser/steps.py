"""Work that waits for the browser again and again, written as one function that yields what it waits for.

The browser lives on the window's thread and answers there; so no thread is used, and the window stays alive.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from evidence_app.errors import StoppedError
from evidence_app.ui.browser.devtools import DevTools

Answer = dict[str, Any]
Work = Generator["Ask | Pause", Answer, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to DevTools; its answer is sent into the work, a refusal is thrown there."""

    method: str
    params: dict[str, Any] = field(default_factory=dict)
    wait_ms: int = 20_000


@dataclass(frozen=True, slots=True)
class Pause:
    """Let the window draw and answer; then go on."""


class Steps(QObject):
    """Carries out one such work. Ends with `done(result)` or `failed(error)`, once."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, devtools: DevTools, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devtools = devtools
        self._work = work
        self.running = True
        self._turn = 0

    def start(self) -> None:
        self._step(lambda: next(self._work))

    def stop(self) -> None:
        """The person chose Stop: nothing is kept of the unfinished work."""
        self.fail(StoppedError(self.tr("Stopped. Nothing was captured.")))

    def fail(self, error: Exception) -> None:
        """End the work from outside."""
        if self.running:
            self._devtools.forget()
            self._turn += 1
            self._step(lambda: self._work.throw(error))

    def _step(self, go: Callable[[], object]) -> None:
        try:
            wanted = go()
        except StopIteration as end:
            self.running = False
            self.done.emit(end.value)
            return
        except Exception as error:  # noqa: BLE001 - the work's edge: everything goes to whoever started it
            self.running = False
            self.failed.emit(error)
            return
        turn = self._turn = self._turn + 1
        if isinstance(wanted, Ask):
            self._devtools.send(
                wanted.method, wanted.params, lambda got: self._got(turn, got), wanted.wait_ms
            )
        else:
            QTimer.singleShot(0, self, lambda: self._got(turn, {}))

    def _got(self, turn: int, answer: Answer | Exception) -> None:
        if not self.running or turn != self._turn:
            return
        if isinstance(answer, Exception):
            error = answer
            self._step(lambda: self._work.throw(error))
        else:
            self._step(lambda: self._work.send(answer))
