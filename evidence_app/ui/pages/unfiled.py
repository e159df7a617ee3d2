"""Unfiled captures: what was captured before there was an incident to put it in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.records import Incident
from evidence_app.ui.pages.record_dialogs import FileExhibitDialog
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.pages.timeline import TimelineView
from evidence_app.ui.pages.timeline_rows import Timeline, load
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import FlowLayout, InlineMessage, area, hint, lead, primary, secondary, title
from evidence_app.vault.vault import Vault


def _read(vault: Vault) -> tuple[Timeline, list[Incident]]:
    return load(vault, None), vault.read.incidents()


class UnfiledPage(RecordPage):
    """A click chooses a capture; the buttons above file or open it. Reads again on `session.changed`."""

    exhibit_requested = Signal(str)
    capture_requested = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._incidents: list[Incident] = []
        self.setAccessibleName(self.tr("Unfiled captures"))
        self.timeline = TimelineView(session, choosing=True)
        self.timeline.setAccessibleName(self.tr("Unfiled captures"))
        self.timeline.exhibit_opened.connect(self.exhibit_requested)
        self.timeline.failed.connect(self._on_failed)
        self.timeline.viewed.connect(lambda _number: session.changed.emit())
        self.timeline.selectionModel().currentChanged.connect(lambda _new, _old: self._update_buttons())
        self.capture_button = primary(
            self.tr("Capture"),
            "camera",
            shortcut_hint=self.tr("Ctrl Shift E"),
            on_click=lambda: self.capture_requested.emit(""),
        )
        self.file_button = secondary(self.tr("File in an incident"), "folder", on_click=self.file)
        self.open_button = secondary(self.tr("Open"), "picture", on_click=self._open_exhibit)
        self.message = InlineMessage()
        self.nothing = lead(self.tr("Everything is filed."))
        self._below = QStackedWidget()
        empty = area("bg")
        column = QVBoxLayout(empty)
        column.setContentsMargins(28, 32, 28, 32)
        column.addWidget(self.nothing)
        column.addStretch(1)
        self._below.addWidget(empty)
        self._below.addWidget(self.timeline)
        self._empty = empty
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head())
        whole.addWidget(self._below, 1)
        self.setFocusProxy(self.capture_button)
        self._update_buttons()

    def _head(self) -> QWidget:
        head = area("header")
        buttons = QWidget()
        flow = FlowLayout(buttons, 12)
        for button in (self.capture_button, self.file_button, self.open_button):
            flow.addWidget(button)
        column = QVBoxLayout(head)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(4)
        column.addWidget(title(self.tr("Unfiled captures")))
        column.addWidget(hint(self.tr("Sealed and safe, but not in an incident yet.")))
        column.addSpacing(12)
        column.addWidget(buttons)
        column.addWidget(self.message)
        return head

    def reload(self) -> None:
        """Read the unfiled captures again, in the background."""
        self._session.runner.run(
            _read,
            self._session.vault,
            on_done=self._show,
            on_error=self._on_failed,
            words=self.tr("Reading the unfiled captures"),
        )

    def _show(self, found: tuple[Timeline, list[Incident]]) -> None:
        timeline, self._incidents = found
        self.timeline.set_timeline(timeline)
        self._below.setCurrentWidget(self.timeline if timeline.days else self._empty)
        self._update_buttons()

    def _update_buttons(self) -> None:
        chosen = self.timeline.current_exhibit() is not None
        self.open_button.setEnabled(chosen)
        self.file_button.setEnabled(chosen and bool(self._incidents))
        why = "" if self._incidents else self.tr("There is no incident yet. Open one under Incidents first.")
        self.file_button.setToolTip(why)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def _open_exhibit(self) -> None:
        number = self.timeline.current_exhibit()
        if number is not None:
            self.exhibit_requested.emit(number)

    def file(self) -> QDialog | None:
        """Ask for the incident that the chosen capture belongs to."""
        number = self.timeline.current_exhibit()
        if number is None or not self._incidents:
            return None
        dialog = FileExhibitDialog(self._session, number, self._incidents, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F6:
            target = self.capture_button if self.timeline.hasFocus() else self.timeline
            target.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)
