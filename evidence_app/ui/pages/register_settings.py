"""The register's settings: after how many days a bundle is overdue, and the inbox folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.settings import MAX_OVERDUE_DAYS
from evidence_app.ui import say
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import TextField, secondary


class RegisterSettingsDialog(RecordDialog):
    """`chosen` carries the new `Settings`. Nothing is written here: the window keeps the settings."""

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.set_words(
            self.tr("Register settings"),
            self.tr("They hold for this computer. Nothing in the register itself changes."),
            self.tr("Save"),
        )
        now = session.settings
        by_policy = policy.current().register.overdue_days
        without = (
            self.tr("Without a number, no bundle is marked.")
            if by_policy is None
            else self.tr("Without a number, your policy’s {0} count.").format(
                say.plural(by_policy, self.tr("day"), self.tr("days"))
            )
        )
        self.days = TextField(
            self.tr("Mark a bundle as overdue after this many days"),
            hint=f"{self.tr('Counted from the day it came until what was decided settles it.')} {without}",
            optional=True,
            value="" if now.overdue_days is None else str(now.overdue_days),
        )
        self.days.input.setMaxLength(4)
        self.days.input.setFixedWidth(96)
        self.days.submitted.connect(self.save)
        self.folder = TextField(
            self.tr("Inbox folder"),
            hint=self.tr(
                "A shared or synchronised folder where bundles are put for you. The program looks there "
                "only when you ask, and takes nothing away."
            ),
            optional=True,
            value=now.inbox,
        )
        self.choose_button = secondary(self.tr("Choose a folder"), "folder", on_click=self._choose)
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose_button)
        buttons.addStretch(1)
        folder = QVBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self.folder)
        folder.addLayout(buttons)
        self.body.addWidget(self.days)
        self.body.addLayout(folder)
        self.days.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        start = self.folder.text() or str(Path.home())
        name = QFileDialog.getExistingDirectory(self, self.tr("Choose the inbox folder"), start)
        if name:
            self.folder.setText(name)
            self.save_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Hand the settings over where they make sense; otherwise say what does not."""
        days, folder = self.days.text(), self.folder.text()
        if days and not (days.isascii() and days.isdigit() and 1 <= int(days) <= MAX_OVERDUE_DAYS):
            self._refuse(
                self.days, self.tr("Type a whole number from 1 to {0}, or nothing.").format(MAX_OVERDUE_DAYS)
            )
        elif folder and not Path(folder).is_dir():
            self._refuse(self.folder, self.tr("There is no such folder just now. Choose one that is there."))
        else:
            chosen = self.session.settings.with_overdue_days(int(days) if days else None)
            self.accept()
            self.chosen.emit(chosen.with_inbox(folder))

    @staticmethod
    def _refuse(field: TextField, words: str) -> None:
        field.set_error(words)
        field.input.setFocus(Qt.FocusReason.OtherFocusReason)
