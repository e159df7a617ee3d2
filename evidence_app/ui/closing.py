"""What a lock does first, where it was switched on: the time stamp, and the backup. Five seconds at most."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.errors import StoppedError
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import Task
from evidence_app.ui.widgets import Bar, Text, area, lead, primary, title


class ClosingPage(QWidget):
    """Says what is done before the lock; `now` locks at once."""

    now = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Locking"))
        self.words = Text(type="strong", wrap=False)
        self.bar = Bar()
        self.button = primary(self.tr("Lock now"), "lock", on_click=self.now.emit)
        middle = area("bg")
        middle.setFixedWidth(560)
        column = QVBoxLayout(middle)
        column.setSpacing(12)
        column.addWidget(title(self.tr("Locking")))
        column.addWidget(
            lead(self.tr("Bringing your backup and time stamps up to date first, five seconds at most."))
        )
        column.addSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        column.addSpacing(8)
        column.addLayout(row)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addWidget(middle, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(2)
        self.setFocusProxy(self.button)

    def follow(self, task: Task) -> None:
        """Show how far it is."""
        self.bar.set_fraction(None)
        self.words.setText(task.words)
        task.progressed.connect(self._show)

    def _show(self, progress: object) -> None:
        done, total, words = (getattr(progress, name) for name in ("done", "total", "words"))
        self.words.setText(words)
        self.bar.set_fraction(done / total if total else None)


class Closing(QObject):
    """Holds a lock up until that is done; `push` shows a page over everything."""

    def __init__(self, push: Callable[[QWidget], None], parent: QObject) -> None:
        super().__init__(parent)
        self._push = push
        self._task: Task | None = None
        self._done_for: Session | None = None

    def holds(self, session: Session | None, again: Callable[[], object]) -> bool:
        """Whether the lock has to wait; `again` is called when it need not wait any more.

        When the system ends the session nothing waits.
        """
        application = QGuiApplication.instance()
        ending = isinstance(application, QGuiApplication) and application.isSavingSession()
        if session is None or session is self._done_for or ending:
            return False
        if self._task is not None:
            return True
        keeping = session.settings.keeping
        if not workflows.has_work(session.vault, keeping):
            return False
        page = ClosingPage()
        task = session.runner.run(
            workflows.before_lock, session.vault, keeping, words=self.tr("Getting ready to lock"), owner=page
        )
        self._task = task

        def ended() -> None:
            self._task = None
            self._done_for = session
            if isinstance(task.error, StoppedError) and keeping.backup_on_lock:
                workflows.leave_rest(session.vault)
            again()

        task.finished.connect(ended)
        page.now.connect(task.stop)
        page.follow(task)
        self._push(page)
        return True
