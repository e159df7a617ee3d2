"""Dialogs of the home page: a new incident, a note, filing a capture. Each records, then closes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.policy import current
from evidence_app.records import Incident, Said, Source
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    InlineMessage,
    Notice,
    RadioRow,
    SelectField,
    Text,
    TextAreaField,
    TextField,
    hint,
    primary,
    secondary,
    section,
    strong,
)
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault


class RecordDialog(QDialog):
    """Title, `body`, Cancel and one primary button. `recorded` carries what the recording returned.

    The record is written in the background; an error is said in place and nothing typed is lost.
    """

    recorded = Signal(object)

    def __init__(self, session: Session, title: str, lead: str, save: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle(title)
        self.setMinimumWidth(480)
        self.message = InlineMessage()
        self.save_button = primary(save, on_click=self.save, min_width=112)
        self.cancel_button = secondary(self.tr("Cancel"), on_click=self.reject)
        self.body = QVBoxLayout()
        self.body.setSpacing(16)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(16)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(section(title))
        head.addWidget(hint(lead))
        column.addLayout(head)
        column.addLayout(self.body)
        column.addWidget(self.message)
        column.addLayout(buttons)

    def save(self) -> None:
        """Record what was entered; subclasses call `write`."""
        raise NotImplementedError

    def write(self, act: Callable[..., object], *args: object) -> None:
        """Run `act(vault, *args)` in the background, then close."""
        if not self.save_button.isEnabled():
            return
        self.save_button.setEnabled(False)
        self.message.clear()
        self.session.runner.run(act, self.session.vault, *args, on_done=self._done, on_error=self._failed)

    def _done(self, result: object) -> None:
        self.accept()
        self.session.changed.emit()
        self.recorded.emit(result)

    def _failed(self, error: BaseException) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        else:
            super().keyPressEvent(event)


def _open_incident(vault: Vault, title: str, aimed_at: str) -> str:
    reference = str(vault.record(acts.incident_opened(title)).data["reference"])
    if aimed_at:
        vault.record(acts.incident_stated(reference, [Said("aimed_at", aimed_at, Source.TYPED)]))
    return reference


class NewIncidentDialog(RecordDialog):
    """`recorded` carries the new reference."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            "",
            "",
            "",
            parent,
        )
