"""What goes on beside the work of an open window: time stamps, and the backup with its line beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from evidence_app import workflows
from evidence_app.errors import UserError
from evidence_app.settings import KeepingSettings
from evidence_app.ui import say
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Sidebar
from evidence_app.workflows import LastBackup

EVERY_MS = 60 * 60 * 1000


def tr(text: str) -> str:
    return QCoreApplication.translate("keeping", text)


def backup_words(last: LastBackup | None) -> str:
    """How old the backup is, and what is only here."""
    if last is None:
        return tr("No backup yet. What you record is only here.")
    when = say.lately(last.at, datetime.now(UTC))
    if last.behind:
        return tr("Backed up {0}. What is newer is only here.").format(when)
    return tr("Backed up {0}.").format(when)


class Keeping(QObject):
    """Lives from unlocking to locking. Only what was switched on goes to the network."""

    settings_changed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, sidebar: Sidebar, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._sidebar = sidebar
        session.changed.connect(self.show_backup)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.stamp)
        self._timer.start(EVERY_MS)
        self.show_backup()

    def begin(self) -> None:
        """After unlocking: the stamp over the last lock, and the backup that had no time then."""
        self.stamp()
        left = workflows.take_left(self._session.vault)
        if left is None:
            return
        if left.problem:
            self.failed.emit(UserError(left.problem))
            return
        last = workflows.last_backup(self._session.vault)
        if last is not None:
            self.back_up(last.place)

    def back_up(self, place: Path) -> None:
        """Bring the backup at `place` up to date in the background."""
        self._session.runner.run(
            workflows.back_up,
            self._session.vault,
            place,
            on_done=self._backed_up,
            on_error=lambda _error: None,  # its age stands in the sidebar
            words=tr("Backing up"),
            owner=self,
        )

    def _backed_up(self, _report: object) -> None:
        self._session.changed.emit()

    def show_backup(self) -> None:
        """Say how old the backup is."""
        self._sidebar.set_backup(backup_words(workflows.last_backup(self._session.vault)))

    def stamp(self) -> None:
        """Ask for what has no time stamp yet, where services are switched on; no answer is no error here."""
        asked = self._session.settings.keeping.asked
        if asked:
            self._session.runner.run(
                workflows.stamp_vault,
                self._session.vault,
                asked,
                on_done=lambda _report: None,
                on_error=lambda _error: None,
                owner=self,
            )

    def choose(self, keeping: KeepingSettings) -> None:
        """Other settings from now on."""
        self._session.settings = self._session.settings.with_keeping(keeping)
        self.settings_changed.emit(self._session.settings)
