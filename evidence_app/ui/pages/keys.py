"""Keys: what opens this vault, and what to do when one of them is lost, forgotten or known to somebody."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.ui import say
from evidence_app.ui.pages import keys_data
from evidence_app.ui.pages.keys_data import Ways
from evidence_app.ui.pages.keys_passphrase import PassphraseDialog
from evidence_app.ui.pages.keys_school import SchoolKeyDialog
from evidence_app.ui.pages.keys_sheet import CheckSheetDialog, NewSheetDialog
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Button,
    Card,
    IconTile,
    InlineMessage,
    Notice,
    ScrollPage,
    Text,
    lead,
    primary,
    secondary,
    title,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)


class KeyCard(Card):
    """One way in: its icon, what it is, how it stands now, and what can be done with it."""

    def __init__(self, icon: str, name: str, words: str, buttons: Sequence[Button]) -> None:
        super().__init__(padding=20)
        self.setAccessibleName(name)
        self.now = Text("", type="strong")
        self.now.hide()
        words_column = QVBoxLayout()
        words_column.setSpacing(4)
        words_column.addWidget(Text(name, type="card"))
        words_column.addWidget(Text(words, type="hint"))
        words_column.addWidget(self.now)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(IconTile(icon, "accent", "tint", 40), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words_column, 1)
        column = QVBoxLayout()
        column.setSpacing(8)
        for button in buttons:
            column.addWidget(button)
        column.addStretch(1)
        row.addLayout(column)
        self.add(row)

    def set_now(self, words: str) -> None:
        """How it stands now."""
        self.now.setText(words)
        self.now.setVisible(bool(words))


class KeysPage(ScrollPage):
    """The ways into the vault. Everything here is recorded."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__((32, 24, 32, 32), 16, "bg", parent)
        self.setAccessibleName(_tr("Keys"))
        self._session = session
        self._ways: Ways | None = None
        self.dialog: RecordDialog | None = None
        self.passphrase_button = primary(
            _tr("Change the passphrase"), on_click=lambda: self._open(PassphraseDialog)
        )
        self.sheet_button = secondary(_tr("Make a new sheet"), on_click=lambda: self._open(NewSheetDialog))
        self.check_button = secondary(_tr("Check a sheet"), on_click=lambda: self._open(CheckSheetDialog))
        self.school_button = secondary(
            _tr("Give the school a way in"), on_click=lambda: self._open(SchoolKeyDialog)
        )
        self.passphrase = KeyCard(
            "key",
            _tr("Passphrase"),
            _tr("What you type to unlock. Nobody keeps a copy, so nobody can send you a new one."),
            [self.passphrase_button],
        )
        self.sheet = KeyCard(
            "printer",
            _tr("Recovery sheet"),
            _tr(
                "Twelve words on paper that open the vault without the passphrase. A new sheet takes the "
                "place of the old one, which then opens nothing."
            ),
            [self.sheet_button, self.check_button],
        )
        self.school = KeyCard(
            "people",
            _tr("The school’s key"),
            _tr(
                "With it the school can open this vault when you cannot, for example when you have left. "
                "Whoever holds it can read everything. It is your choice."
            ),
            [self.school_button],
        )
        self.message = InlineMessage()
        self.failed = Notice("", "", "warn", "alert-circle")
        self.failed.hide()
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(title(_tr("Keys")))
        head.addWidget(lead(_tr("What opens this vault. Lose one and the others still open it.")))
        self.body.addLayout(head)
        self.body.addWidget(self.message)
        for part in (self.failed, self.passphrase, self.sheet, self.school):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.setFocusProxy(self.passphrase_button)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read how the ways in stand."""
        self._session.runner.run(
            keys_data.ways, self._session.vault, on_done=self._show, on_error=self._not_read, owner=self
        )

    def _not_read(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def _show(self, ways: Ways) -> None:
        self._ways = ways
        self.message.clear()
        self.passphrase.set_now(_tr("Chosen on {0}").format(say.day(ways.passphrase)))
        self.sheet.set_now(_tr("Made on {0}, {1}").format(say.day(ways.sheet), say.minute(ways.sheet)))
        self.school.set_now(
            _tr("This key opens the vault: {0}").format(short(ways.school))
            if ways.school
            else _tr("The school has no way in")
        )
        self.school_button.setText(_tr("Use another key") if ways.school else _tr("Give the school a way in"))
        self.failed.setVisible(bool(ways.failed))
        if ways.failed:
            self.failed.set_message(
                _tr("Somebody tried to unlock this vault: {0}.").format(ways.failed),
                _tr("If that was not you, change the passphrase, and tell your IT lead."),
                "warn",
                "alert-circle",
            )

    def _open(self, kind: type[RecordDialog]) -> None:
        dialog = kind(self._session, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        self.dialog = dialog
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def leave(self) -> None:
        """No secret stays in a dialog when the vault is locked."""
        if self.dialog is not None:
            self.dialog.close()


def short(recipient: str) -> str:
    """A public key with only its ends, to be recognised."""
    return recipient if len(recipient) < 24 else f"{recipient[:12]}…{recipient[-8:]}"
