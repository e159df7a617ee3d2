"""Seal wizard, step 3: a last look, where the file goes, and the sealing itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import fields
from evidence_app.bundle.layout import SUFFIX
from evidence_app.ui import say
from evidence_app.ui.pages import contact_words
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.seal_contents import ContentsPage
from evidence_app.ui.pages.seal_data import CHAIR, LARGE
from evidence_app.ui.pages.seal_parcels import Parcel, joined
from evidence_app.ui.widgets import (
    Card,
    Check,
    FactRows,
    Notice,
    ProgressRow,
    Text,
    TextField,
    WizardPage,
    hint,
    secondary,
)
from evidence_app.workflows import host_of


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
        self.stamp = Check(_tr("Get a time stamp"), checked=True)
        self.stamp_hint = hint("")
        for part in (self.stamp, self.stamp_hint):
            part.hide()
        self.progress = ProgressRow("box", note=_tr("Stop keeps nothing"))
        self.message = Notice("", "", "bad")
        self.message.hide()
        self.body.addSpacing(4)
        self.body.addWidget(self.summary)
        self.body.addSpacing(8)
        self.body.addLayout(place)
        self.body.addWidget(self.stamp)
        self.body.addWidget(self.stamp_hint)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.message)
        self.reason = TextField(
            _tr("Why it goes out all the same"),
            hint=_tr("The reason is kept in your own record. It is not in the bundle."),
        )
        self.reason.hide()
        self.body.addWidget(self.reason)
        self.body.addStretch(1)

    def show_summary(self, parcels: Sequence[Parcel], concerns: str, asks: str, page: ContentsPage) -> None:
        """Everything that was chosen, once more."""
        self.message.hide()
        self.reason.hide()
        self.reason.setText("")
        rows = self._rows
        rows.clear()
        for number, parcel in enumerate(parcels, 1):
            label = _tr("Opens only for") if len(parcels) == 1 else _tr("Bundle {0}, only for").format(number)
            rows.add(label, _people(parcel), _about(parcel, page, several=len(parcels) > 1))
        rows.add(_tr("Concerns the Head"), _tr("Yes") if concerns == CHAIR else _tr("No"))
        for reason in dict.fromkeys(one.reason for one in parcels if one.reason):
            rows.add(_tr("Your reason"), reason, _tr("It stays in your own record."))
        rows.add(_tr("You ask"), asks or _tr("Not stated"))
        if len(parcels) == 1:
            rows.add(_tr("Exhibits"), page.counted(parcels[0].redacted_only))
        for left, why in page.left_out().items():
            rows.add(_tr("Left out"), left, why)
        sizes = [page.total(one.redacted_only) for one in parcels]
        big = (
            _tr("Too large for most email. Use a USB stick or the shared drive.")
            if max(sizes) > LARGE
            else ""
        )
        words = say.size(sizes[0]) if len(sizes) == 1 else ", ".join(say.size(one) for one in sizes)
        rows.add(_tr("Size"), _tr("about {0}").format(words), big)
        if len(parcels) > 1:
            rows.add(_tr("Files"), _tr("The first as named below, the others beside it."))

    def offer_stamps(self, services: Sequence[str]) -> None:
        """Offer to ask these services (addresses); none, where it is not switched on."""
        names = joined([host_of(one) for one in services])
        self.stamp_hint.setText(
            _tr(
                "One fingerprint of 32 bytes goes to {0}: no name, no picture, no words. It confirms that "
                "the bundle was not made later."
            ).format(names)
        )
        for part in (self.stamp, self.stamp_hint):
            part.setVisible(bool(services))

    def wants_stamp(self) -> bool:
        """Whether services are to be asked."""
        return not self.stamp.isHidden() and self.stamp.isChecked()

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
        path = ask_new_file(
            self, _tr("Save the bundle"), self.path(), _tr("Evidence bundles (*.evidence)"), SUFFIX
        )
        if path is not None:
            self.target.setText(str(path))
            self.target.input.setFocus(Qt.FocusReason.OtherFocusReason)


def _people(parcel: Parcel) -> QWidget:
    """The names, each with its chip."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for one in parcel.people:
        row = QHBoxLayout()
        row.setSpacing(12)
        name = (
            one.name
            if one.contact is not None or not one.role
            else _tr("{0}, with a passphrase").format(one.name)
        )
        row.addWidget(Text(name, type="strong", wrap=False))
        if one.contact is not None:
            row.addWidget(contact_words.chip(one.contact))
        row.addStretch(1)
        column.addLayout(row)
    return holder


def _about(parcel: Parcel, page: ContentsPage, *, several: bool) -> str:
    """Roles, what they get, and a word on what "not confirmed" means."""
    lines = []
    for one in parcel.people:
        school = "" if one.contact is None else one.contact.school
        if one.contact is not None and (one.role or school):
            lines.append(", ".join(part for part in (one.role_name, school) if part))
    if not parcel.contacts:
        lines.append(_tr("The program makes the passphrase now and shows it once."))
    what = [_tr("{0} exhibits").format(page.counted(parcel.redacted_only))] if several else []
    if parcel.redacted_only:
        what.append(_tr("covered copies only, and nothing of their originals"))
    names = [fields.name_of(code).lower() for code in sorted(parcel.restricted)]
    if names:
        what.append(_tr("with what you said about {0}").format(joined(names)))
    if what:
        words = ", ".join(what)
        lines.append(f"{words[:1].upper()}{words[1:]}.")
    if any(one.confirmed_at is None for one in parcel.contacts):
        lines.append(
            _tr(
                "You have not compared the eight words of this key. If the card came from somebody else, "
                "it is they who can open the bundle."
            )
        )
    return "\n".join(lines)
