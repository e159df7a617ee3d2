"""What is typed on a long page is kept soon after it was typed, whatever ends the page.

A page says `touch` after every change. A second later its words are in the vault, encrypted, as a draft;
so neither a lock, nor a closed window, nor a power cut costs more than the last words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, QTimer

from evidence_app.errors import StorageError
from evidence_app.records import Draft, Said
from evidence_app.ui.session import Session
from evidence_app.vault.vault import Vault

AFTER_MS = 1000
"""From the first change to the draft on disk; what is typed meanwhile goes with it."""


class DraftKeeper(QObject):
    """The draft of one form. `read` gives what is in the form and not on record; nothing: no draft."""

    def __init__(
        self, session: Session, page: str, read: Callable[[], Sequence[Said]], owner: QObject
    ) -> None:
        super().__init__(owner)
        self._session, self._page, self._read = session, page, read
        self._about: str | None = None
        self._newest = [0]
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._keep_soon)
        owner.installEventFilter(self)

    def begin(self, about: str) -> Draft | None:
        """From now on the form is about this; returns what was left unfinished earlier."""
        self._overtake()
        self._about = about
        with suppress(StorageError):
            return self._session.vault.drafts.get(self._page, about)
        return None

    def touch(self, *_value: object) -> None:
        """Something changed."""
        if self._about is not None and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Keep it at once: the page is about to go, and there may be no later."""
        if self._about is not None:
            self._overtake()
            with suppress(StorageError):
                self._session.vault.drafts.keep(self._page, self._about, self._read())

    def done(self) -> None:
        """It is on record, or was given up: no draft is left, and none comes of what is still typed here."""
        self._overtake()
        about, self._about = self._about, None
        if about is not None:
            with suppress(StorageError):
                self._session.vault.drafts.drop(self._page, about)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # Out of sight, whoever navigates: what was typed a moment ago is kept too.
        if event.type() == QEvent.Type.Hide and not event.spontaneous() and self._timer.isActive():
            self.flush()
        return False

    def _overtake(self) -> None:
        """What was still to be written in the background is too old now."""
        self._newest[0] += 1
        self._timer.stop()

    def _keep_soon(self) -> None:
        if self._about is None:
            return
        self._newest[0] += 1
        self._session.runner.run(
            _keep,
            self._session.vault,
            self._page,
            self._about,
            tuple(self._read()),
            self._newest[0],
            self._newest,
            on_error=_untold,
            owner=self,
        )


def _keep(vault: Vault, page: str, about: str, said: Sequence[Said], mine: int, newest: list[int]) -> None:
    vault.drafts.keep(page, about, said, still=lambda: newest[0] == mine)


def _untold(_error: object) -> None:
    """A disk that takes no draft is told of when something is recorded: the words still stand on the page."""
