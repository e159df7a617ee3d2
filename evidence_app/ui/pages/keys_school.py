"""The school's way in: its public recovery key, pasted or from the settings of this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from evidence_app.crypto.age import Recipient
from evidence_app.errors import EvidenceError
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Notice, TextField
from evidence_app.workflows import keeping


class SchoolKeyDialog(RecordDialog):
    """One public key, `age1…`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.set_words(
            self.tr("Give the school a way in"),
            self.tr("Your passphrase and your recovery sheet go on as they are."),
            self.tr("Give it a way in"),
        )
        self.note = Notice(
            self.tr("Whoever holds the school’s secret key can read everything in this vault."),
            self.tr(
                "Take the public key from your IT lead or headteacher themselves, in person or by "
                "telephone: a key that somebody else sends you lets somebody else in."
            ),
            "warn",
            "alert-circle",
        )
        self.key = TextField(
            self.tr("The school’s public recovery key"),
            hint=self.tr("62 letters and figures that begin with age1."),
            value=session.settings.school_key,
        )
        self.key.submitted.connect(self.save)
        self.body.addWidget(self.note)
        self.body.addWidget(self.key)
        self.key.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        if not self.save_button.isEnabled():
            return
        try:
            key = Recipient.from_string(self.key.text().strip()).to_string()
        except EvidenceError as error:
            self.key.set_error(error.message)
            self.key.input.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.write(keeping.give_school_key, key)
