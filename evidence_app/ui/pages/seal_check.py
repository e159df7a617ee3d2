"""Seal wizard, step 3: a last look, where the file goes, and the sealing itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.records import Contact
from evidence_app.ui import say
from evidence_app.ui.pages import contact_words
from evidence_app.ui.pages.seal_data import CHAIR, LARGE, role_of
from evidence_app.ui.widgets import (
    Card,
    FactRows,
    Notice,
    ProgressRow,
    Text,
    TextField,
    WizardPage,
    secondary,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_check", text)


class CheckPage(WizardPage):
    """`changed` when the place to save changes."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _tr("Check and seal"),
            _tr("Sealing makes a locked copy. Everything also stays in your vault."),
            parent=parent,
        )
        self.summary = Card(_tr("What will be sealed"))
        self._rows = FactRows(name_width=144)
        self.summary.body.setContentsMargins(20, 12, 20, 8)
        self.summary.add(self._rows)
        self.target = TextField(_tr("Where to save it"), hint=_tr("A new file; nothing is overwritten."))
        self.browse = secondary(_tr("Browse"), "folder", on_click=self._browse)
        self.browse.setAccessibleName(_tr("Browse for a place to save the bundle"))
        self.target.changed.connect(lambda _text: self.changed.emit())
        place = QHBoxLayout()
        place.setSpacing(12)
        place.addWidget(self.target, 1)
        side = QVBoxLayout()
        # Level with the input, under label and hint.
        side.addSpacing(50)
        side.addWidget(self.browse)
        side.addStretch(1)
        place.addLayout(side)
        self.progress = ProgressRow("box", note=_tr("Stop keeps nothing"))
        self.message = Notice("", "", "bad")
        self.message.hide()
        self.body.addSpacing(4)
        self.body.addWidget(self.summary)
        self.body.addSpacing(8)
        self.body.addLayout(place)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.message)
        self.reason = TextField(
            _tr("Why it goes out all the same"),
            hint=_tr("The reason is kept in your own record. It is not in the bundle."),
        )
        self.reason.hide()
        self.body.addWidget(self.reason)
        self.body.addStretch(1)

    def show_summary(
        self,
        contact: Contact | None,
        concerns: str,
        asks: str,
        exhibits: str,
        left_out: dict[str, str],
        size: int,
        *,
        to_head: bool = False,
        reason: str = "",
    ) -> None:
        """Everything that was chosen, once more."""
        self.message.hide()
        self.reason.hide()
        self.reason.setText("")
        rows = self._rows
        rows.clear()
        rows.add(_tr("Opens only for"), *_person(contact, role_of(concerns, to_head=to_head)))
        rows.add(_tr("Concerns the Head"), _tr("Yes") if concerns == CHAIR else _tr("No"))
        if reason:
            rows.add(_tr("Your reason"), reason, _tr("It stays in your own record."))
        rows.add(_tr("You ask"), asks or _tr("Not stated"))
        rows.add(_tr("Exhibits"), exhibits)
        for number, why in left_out.items():
            rows.add(_tr("Left out"), number, why)
        big = _tr("Too large for most email. Use a USB stick or the shared drive.") if size > LARGE else ""
        rows.add(_tr("Size"), _tr("about {0}").format(say.size(size)), big)

    def path(self) -> Path:
        """The file to make."""
        return Path(self.target.text()).expanduser()

    def why_not(self) -> str:
        """What is missing before sealing; empty when nothing is."""
        path = self.path()
        if not self.target.text() or not path.name or not path.is_absolute():
            return _tr("Say where to save it")
        return ""

    def show_message(self, title: str, text: str, kind: str) -> None:
        """What came of an attempt."""
        self.message.set_message(title, text, kind)
        self.message.show()

    def _browse(self) -> None:
        name, _filter = QFileDialog.getSaveFileName(
            self,
            _tr("Save the bundle"),
            str(self.path()),
            _tr("Evidence bundles (*.evidence)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.target.setText(name if name.endswith(".evidence") else f"{name}.evidence")
            self.target.input.setFocus(Qt.FocusReason.OtherFocusReason)


def _person(contact: Contact | None, role: str) -> tuple[QWidget, str]:
    """The name with its chip, and a word on what "not confirmed" means."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    if contact is None:
        row.addWidget(Text(_tr("Whoever has the passphrase"), type="strong", wrap=False))
        return holder, _tr("The program makes it now and shows it once.")
    route = policy.current().role(role).name
    row.addWidget(Text(contact.name, type="strong", wrap=False))
    row.addWidget(contact_words.chip(contact))
    note = ", ".join(part for part in (route, contact.school) if part)
    if contact.confirmed_at is None:
        note += "\n" + _tr(
            "You have not compared the eight words of this key. If the card came from somebody else, "
            "it is they who can open the bundle."
        )
    return holder, note
