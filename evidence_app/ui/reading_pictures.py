"""Text in pictures is read after a capture, in the background, one picture at a time."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from evidence_app import workflows
from evidence_app.errors import StoppedError
from evidence_app.records import Progress, ProgressCall
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import Task
from evidence_app.vault.vault import Vault


class PictureReader(QObject):
    """`read` comes with the number of each exhibit that was done. Nothing waits for it, and a picture that
    cannot be read is no error: it is sealed all the same."""

    read = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent or session)
        self._session = session
        self._waiting: deque[str] = deque()
        self._task: Task | None = None

    def add(self, number: str) -> None:
        """Read this exhibit when its turn comes; nothing where the part is not installed or switched off."""
        if self._session.settings.capture.read_pictures and workflows.can_recognise():
            self._waiting.append(number)
            self._next()

    def _next(self) -> None:
        if self._task is None and self._waiting:
            number = self._waiting.popleft()
            self._task = self._session.runner.run(
                _recognised,
                self._session.vault,
                number,
                on_done=self._done,
                on_error=lambda _error: self._done(""),
                owner=self,
            )

    def _done(self, number: str) -> None:
        self._task = None
        if number:
            self._session.changed.emit()
            self.read.emit(number)
        self._next()


def _recognised(vault: Vault, number: str, progress: ProgressCall) -> str:
    """The number where text was found, else nothing."""

    def watch() -> None:  # raises when the vault is being locked, which ends the child
        progress(Progress(0, 0))

    try:
        return number if workflows.recognise(vault, number, watch=watch) else ""
    except StoppedError:
        return ""
