"""The key of a mail's signature: what is stored with the mail, and the dialog that stores one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.bundle.field_words import value_words
from evidence_app.capture.mail_key import LONGEST, read_key
from evidence_app.characters import visible
from evidence_app.ui import say
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Card,
    FactRows,
    SelectField,
    TextAreaField,
    TextField,
    bare,
    card_title,
    hint,
    secondary,
)
from evidence_app.vault.vault import Vault
from evidence_app.workflows import StoredKey

_HIGH = 650
"""Room for an error below any field: a dialog does not grow by itself for words that wrap."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("mail_key", text)


class KeyCard(Card):
    """Which keys the signatures of a mail ask for, and which are stored. `store_requested`: the button."""

    store_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("Signature of the mail server"))
        self._lead = hint("")
        self.rows = FactRows(name_width=150)
        self.button = secondary(
            self.tr("Store the signature’s key…"), "key", size="compact", on_click=self.store_requested.emit
        )
        line = QHBoxLayout()
        line.addWidget(self.button)
        line.addStretch(1)
        self.add(card_title(self.tr("Signature of the mail server")), self._lead, self.rows, line)
        self.hide()

    def set_keys(self, results: Sequence[tuple[str, str]], stored: Sequence[StoredKey]) -> None:
        """Of each signature the name that it asks for and what its check said; and what is stored."""
        self.rows.clear()
        self.setVisible(bool(results))
        named = {one.name: one for one in stored}
        for name, result in results:
            self.rows.add(self.tr("Asks for"), LongText(visible(name)))
            key = named.get(name)
            if key is not None:
                self.rows.add(self.tr("Stored"), LongText(stored_words(key)))
                self.rows.add(self.tr("Result"), LongText(visible(result)))
        self._lead.setText(
            self.tr("The result rests on the key that somebody brought; nothing was looked up here.")
            if named
            else self.tr(
                "A mail server signed this message. With the server’s public key it can be checked whether "
                "what it signed is unchanged. Ask your IT lead for it soon: servers change their keys."
            )
        )


def stored_words(key: StoredKey) -> str:
    """`12 March 2026, 2:32pm by Helen Ashdown, from: the IT lead; got by Tom Garrick on 11 March 2026`."""
    words = _tr("{0} by {1}, from: {2}").format(
        f"{say.short_day(key.said_at)}, {say.clock(key.said_at)}", key.said_by, visible(key.origin)
    )
    if key.got_by and key.got_on:
        return words + _tr("; got by {0} on {1}").format(
            visible(key.got_by), value_words("mail_key.1.got_on", key.got_on)
        )
    if key.got_by:
        return words + _tr("; got by {0}").format(visible(key.got_by))
    return words + (
        _tr("; got on {0}").format(value_words("mail_key.1.got_on", key.got_on)) if key.got_on else ""
    )


def _store(vault: Vault, number: str, record: str, told: dict[str, str]) -> str:
    return workflows.store_key(vault, number, record, **told)


class StoreKeyDialog(RecordDialog):
    """The record of a key, pasted or from a file, with where it comes from. `recorded` carries the result."""

    def __init__(
        self, session: Session, number: str, asked: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(session, parent)
        self._number = number
        self.set_words(
            self.tr("Store the signature’s key"),
            self.tr(
                "It is the text of a DNS record (TXT) of the mail’s sender. Nothing is looked up here. It is "
                "kept with {0} as you give it, with your name and the time; nothing is overwritten."
            ).format(number),
            self.tr("Store the key"),
        )
        self.setMinimumHeight(_HIGH)
        self.name = SelectField(self.tr("Record of"), [(visible(one), one) for one in asked])
        self.record = TextAreaField(
            self.tr("Text of the record"), lines=4, placeholder=self.tr("v=DKIM1; k=rsa; p=…")
        )
        self.file_button = bare(self.tr("From a file…"), "folder", on_click=self._choose)
        line = QHBoxLayout()
        line.addWidget(self.file_button)
        line.addStretch(1)
        self.origin = TextField(
            self.tr("Where it comes from"),
            placeholder=self.tr("For example: our IT lead, looked up with nslookup"),
        )
        self.got_by = TextField(self.tr("Who looked it up"))
        self.got_on = TextField(self.tr("On which day"), placeholder=self.tr("2026-03-12"))
        who = QHBoxLayout()
        who.setSpacing(16)
        who.addWidget(self.got_by, 2)
        who.addWidget(self.got_on, 1)
        self.body.addWidget(self.name)
        self.body.addWidget(self.record)
        self.body.addLayout(line)
        self.body.addWidget(self.origin)
        self.body.addLayout(who)
        self.record.input.setFocus()

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose the file with the record"))
        if chosen:
            self.take_file(Path(chosen))

    def take_file(self, path: Path) -> None:
        """Put the text of a file into the field."""
        try:
            with path.open("rb") as file:
                text = file.read(LONGEST + 1).decode("utf-8-sig", "replace")
        except OSError as error:
            self.message.show_message(
                self.tr("This file cannot be read ({0}). Nothing was stored.").format(error.strerror or "")
            )
            return
        self.record.setText(text)
        if not self.origin.text():
            self.origin.setText(self.tr("The file {0}").format(visible(path.name)))

    def save(self) -> None:
        problem = read_key(self.record.text()).problem
        if problem:
            self._refuse(self.record, problem)
            return
        if not self.origin.text():
            self._refuse(self.origin, self.tr("Say who gave it to you, or how it was looked up."))
            return
        told = {"origin": self.origin.text(), "got_by": self.got_by.text(), "got_on": self.got_on.text()}
        self.write(_store, self._number, self.record.text(), told | {"name": str(self.name.value())})

    def _refuse(self, field: TextField | TextAreaField, words: str) -> None:
        field.set_error(words)
        field.input.setFocus()
