"""Dialogs that add to the record: a new incident, a note, filing a capture. Each records, then closes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.policy import current
from evidence_app.records import Incident, Said, Source
from evidence_app.ui.drafting import DraftKeeper
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    InlineMessage,
    Notice,
    RadioRow,
    SelectField,
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
    """A title, `body`, Cancel and one primary button. `recorded` carries what the recording returned.

    The record is written in the background; an error is said in place and nothing typed is lost.
    """

    recorded = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setMinimumWidth(560)
        self._title = section("")
        self._lead = hint("")
        self.message = InlineMessage()
        self.save_button = primary("", on_click=self.save, min_width=112)
        self.cancel_button = secondary(self.tr("Cancel"), on_click=self.reject)
        self.body = QVBoxLayout()
        self.body.setSpacing(16)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addWidget(self._lead)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(16)
        column.addLayout(head)
        column.addLayout(self.body)
        column.addStretch(1)
        column.addWidget(self.message)
        column.addLayout(buttons)

    def set_words(self, title: str, lead: str, save: str) -> None:
        """Title, sentence under it, words of the primary button."""
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(lead)
        self._title.setText(title)
        self._lead.setText(lead)
        self.save_button.setText(save)

    def grow(self) -> None:
        """Room for what was shown just now, once the layout knows of it."""
        QTimer.singleShot(0, self, self.adjustSize)

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

    def reject(self) -> None:
        # Closed while it is being recorded, a dialog could not say whether that went well.
        if self.save_button.isEnabled():
            super().reject()

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
        super().__init__(session, parent)
        self.set_words(
            self.tr("New incident"),
            self.tr(
                "One title for what belongs together. You can change it later; the first one stays on record."
            ),
            self.tr("Open incident"),
        )
        self.danger = Notice(
            self.tr("Is somebody in danger now?"),
            self.tr("Call 999 first. This can wait."),
            "warn",
            "warning",
            inline=True,
        )
        self.title = TextField(
            self.tr("Title"), placeholder=self.tr("For example: Anonymous posts about my Year 9 lessons")
        )
        self.title.input.setMaxLength(acts.MAX_TITLE)
        self.title.submitted.connect(self.save)
        label = strong(self.tr("Who is it aimed at?"))
        self.aimed_at = RadioRow(label.text(), [(one.name, one.code) for one in current().aimed_at])
        aim = QVBoxLayout()
        aim.setSpacing(6)
        aim.addWidget(label)
        aim.addWidget(self.aimed_at)
        self.body.addWidget(self.danger)
        self.body.addWidget(self.title)
        self.body.addLayout(aim)
        self.title.input.setFocus()

    def save(self) -> None:
        if not self.title.text():
            self.title.set_error(self.tr("Type at least one word."))
            self.title.input.setFocus()
            return
        self.write(_open_incident, self.title.text(), str(self.aimed_at.value() or ""))


NOTE = "note"
"""The name of this form among the drafts; each is about the reference of an incident."""


def _add_note(vault: Vault, reference: str, text: str) -> int:
    return vault.record(acts.incident_stated(reference, [Said("note", text, Source.TYPED)])).seq


class AddNoteDialog(RecordDialog):
    """A note to an incident, after those that are there. `recorded` carries its entry."""

    def __init__(self, session: Session, reference: str, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._reference = reference
        self.set_words(
            self.tr("Add a note to {0}").format(reference),
            self.tr("It is added with your name and the time. Nothing you wrote before is overwritten."),
            self.tr("Add the note"),
        )
        self.note = TextAreaField(self.tr("Note"), lines=6)
        self.body.addWidget(self.note)
        self.note.input.setFocus()
        self.keeper = DraftKeeper(session, NOTE, self._typed, self)
        draft = self.keeper.begin(reference)
        if draft is not None:
            self.note.setText(draft.value("note"))
        self.note.changed.connect(self.keeper.touch)
        self.recorded.connect(lambda _seq: self.keeper.done())

    def _typed(self) -> list[Said]:
        words = self.note.text()
        return [Said("note", words, Source.TYPED)] if words else []

    def leave(self) -> None:
        """The window locks: what was typed is kept."""
        self.keeper.flush()

    def save(self) -> None:
        if not self.note.text():
            self.note.set_error(self.tr("Type at least one word."))
            self.note.input.setFocus()
            return
        self.write(_add_note, self._reference, self.note.text())


def _file(vault: Vault, number: str, reference: str) -> str:
    vault.record(acts.exhibit_filed(number, reference))
    return reference


class FileExhibitDialog(RecordDialog):
    """Put an unfiled capture into an incident. `recorded` carries the incident's reference."""

    def __init__(
        self, session: Session, number: str, incidents: Sequence[Incident], parent: QWidget | None = None
    ) -> None:
        super().__init__(session, parent)
        self._number = number
        self.set_words(
            self.tr("File {0} in an incident").format(number),
            self.tr("The capture keeps its number and its place in the record."),
            self.tr("File it"),
        )
        options = [(f"{one.reference} {one.title}", one.reference) for one in incidents]
        self.incident = SelectField(self.tr("Incident"), options)
        self.body.addWidget(self.incident)
        self.incident.input.setFocus()

    def save(self) -> None:
        self.write(_file, self._number, str(self.incident.value()))
