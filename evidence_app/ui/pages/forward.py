"""Passing a received bundle on: for whom, why, where the file is to stand, and what the new reader sees."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.records import Contact
from evidence_app.ui import say
from evidence_app.ui.pages import contact_words, forward_data
from evidence_app.ui.pages.forward_data import Loaded, Passed, Wanted
from evidence_app.ui.pages.long_text import breakable
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.pages.verdict_data import Keys
from evidence_app.ui.pages.work_dialog import (
    TargetField,
    WorkDialog,
    documents,
    free_path,
    show_folder,
)
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Card,
    Check,
    Divider,
    Notice,
    NumberedStep,
    RadioRow,
    TextField,
    TintPanel,
    WordGrid,
    body,
    card_title,
    hint,
    secondary,
    strong,
)

CONTACTS, PASSPHRASE = "contacts", "passphrase"
SUFFIX = ".evidence"


class PersonRow(QWidget):
    """A contact that can be chosen, with role and chip."""

    def __init__(self, contact: Contact, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.contact = contact
        about = contact_words.role_and_school(contact.role, contact.school)
        chip = contact_words.chip(contact)
        self.check = Check(contact.name)
        self.check.setAccessibleName(f"{contact.name}, {about}. {chip.text()}")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.check)
        note = hint(breakable(about))
        note.setContentsMargins(32, 0, 0, 0)
        words.addWidget(note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)


class ForwardDialog(WorkDialog):
    """`done_with` carries a `Passed`. `reference` is of a bundle that the vault keeps."""

    def __init__(
        self, session: Session, reference: str, keys: Keys = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(session.runner, "send", parent)
        self._session, self._reference, self._keys = session, reference, keys
        self.rows: list[PersonRow] = []
        self.words: WordGrid | None = None
        self.resize(720, 600)
        self.set_words(
            self.tr("Forward {0} to somebody else").format(reference),
            self.tr(
                "It is sealed anew for them, unchanged inside. The first seal stays in it, to be checked."
            ),
            self.tr("Seal it for them"),
        )
        self.everything = Notice(
            self.tr("They will see all of it."),
            self.tr(
                "Nothing is covered or left out: pictures, names, what was stated. Pass on only what they "
                "need to have."
            ),
            "warn",
            "warning",
        )
        self.how = RadioRow(
            self.tr("For whom?"),
            [
                (self.tr("People in my contacts"), CONTACTS),
                (self.tr("Somebody without a contact card"), PASSPHRASE),
            ],
            value=CONTACTS,
        )
        self.how.changed.connect(lambda _how: self._refresh())
        self.people = QWidget()
        self._people = QVBoxLayout(self.people)
        self._people.setContentsMargins(0, 0, 0, 0)
        self._people.setSpacing(6)
        self.doubt = Notice("", "", "warn")
        self.with_words = Notice(
            self.tr("A passphrase of five words is made for it."),
            self.tr(
                "It is shown once, after sealing. Tell it to them by telephone or in person, never with the "
                "file."
            ),
            "accent",
            "words",
        )
        self.before = hint("")
        self.reason = TextField(
            self.tr("Why is it passed on?"), hint=self.tr("It is recorded, with to whom and when.")
        )
        self.reason.input.setMaxLength(forward_data.MAX_REASON)
        self.target = TargetField(self.tr("The new file"), documents(), self._choose_file)
        top = QVBoxLayout()
        top.setSpacing(6)
        top.addWidget(card_title(self.tr("For whom?")))
        top.addWidget(self.how)
        self.body.addWidget(self.everything)
        self.body.addLayout(top)
        for part in (self.people, self.doubt, self.with_words, self.before, self.reason, self.target):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.go_button.setEnabled(False)
        self.how.setEnabled(False)
        self._refresh()
        self._runner.run(
            forward_data.load,
            session.vault,
            reference,
            on_done=self._loaded,
            on_error=self._not_loaded,
            owner=self,
        )

    # --- filling --------------------------------------------------------------------------------

    def _loaded(self, found: Loaded) -> None:
        confirmed = [one for one in found.contacts if one.confirmed_at is not None]
        others = [one for one in found.contacts if one.confirmed_at is None]
        for heading, group in (
            (self.tr("You have confirmed these"), confirmed),
            (self.tr("Not confirmed: the key may be somebody else’s"), others),
        ):
            if group:
                self._add_person(strong(heading))
            for one in group:
                row = PersonRow(one)
                row.check.toggled.connect(self._refresh)
                self.rows.append(row)
                self._add_person(row)
        if not found.contacts:
            self._add_person(body(self.tr("You have no contacts yet. Add their contact card first.")))
            self.how.set_value(PASSPHRASE)
        earlier = [
            self.tr("{0} on {1}").format(
                ", ".join(row.to) or self.tr("with a passphrase"), say.short_day(row.forwarded_at)
            )
            for row in found.before
        ]
        self.before.setText(self.tr("Passed on before: {0}.").format("; ".join(earlier)) if earlier else "")
        folder = documents() / "Evidence bundles"
        stem = Path(found.row.file_name).name.removesuffix(SUFFIX) or found.row.reference
        path = free_path(folder if folder.is_dir() else documents(), f"{stem}-forwarded", SUFFIX)
        self.target.field.setText(str(path))
        self.go_button.setEnabled(True)
        self.how.setEnabled(True)
        self._refresh()
        set_tab_order(self)
        first = self.rows[0].check if self.rows else self.reason.input
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_person(self, part: QWidget) -> None:
        self._people.addWidget(part)
        # At once: what is not visible yet cannot take the focus.
        part.show()

    def _not_loaded(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def chosen(self) -> tuple[Contact, ...]:
        """For whom; nobody where it is sealed with a passphrase."""
        if self.how.value() == PASSPHRASE:
            return ()
        return tuple(row.contact for row in self.rows if row.check.isChecked())

    def _refresh(self) -> None:
        by_card = self.how.value() == CONTACTS
        self.people.setVisible(by_card)
        self.with_words.setVisible(not by_card)
        self.before.setVisible(bool(self.before.text()))
        unsure = [one for one in self.chosen() if one.confirmed_at is None]
        self.doubt.setVisible(bool(unsure))
        if unsure:
            self.doubt.set_message(
                self.tr("You have not confirmed {0}.").format(forward_data.names(unsure)),
                self.tr(
                    "If the card is not theirs, somebody else will be able to open it. Compare the eight "
                    "words first, in Contacts."
                ),
            )
        self.message.clear()

    def _choose_file(self, now: Path) -> str:
        words = self.tr("Evidence bundles (*.evidence)")
        return str(ask_new_file(self, self.tr("The new file"), now, words, SUFFIX) or "")

    # --- sealing --------------------------------------------------------------------------------

    def go(self) -> None:
        if not self.go_button.isEnabled():
            return
        if self.how.value() == CONTACTS and not self.chosen():
            self.message.show_message(self.tr("Choose for whom it is."), "warn")
            (self.rows[0].check if self.rows else self.how).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.reason.text():
            self.reason.set_error(self.tr("Say in a few words why it is passed on."))
            self.reason.input.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        path = self.target.path()
        if path is None:
            return
        self.work(
            forward_data.forward,
            self._session.vault,
            self._reference,
            Wanted(self.chosen(), self.reason.text(), path),
            self._keys,
            words=self.tr("Sealing it for them"),
        )

    def show_done(self, result: object) -> list[QWidget]:
        if not isinstance(result, Passed):
            raise TypeError("only a bundle that was passed on can be shown")
        to = ", ".join(result.row.to)
        made = self.tr("Sealed for {0}").format(to) if to else self.tr("Sealed with a passphrase")
        size = say.size(result.row.size)
        parts: list[QWidget] = [
            Notice(f"{made}.", f"{breakable(str(result.path))} ({size})", "ok", "check-circle")
        ]
        if result.passphrase:
            parts.append(self._passphrase(result.passphrase))
        parts += [self._next_steps(bool(result.passphrase)), self._what_they_see()]
        parts.append(show_folder(result.path.parent, self.tr("Show the file")))
        self._session.changed.emit()
        return parts

    def _passphrase(self, passphrase: str) -> QWidget:
        panel = TintPanel(
            self.tr("The passphrase"),
            self.tr("Shown only here, only now. Tell it by telephone or in person, never with the file."),
            "list",
        )
        self.words = WordGrid(passphrase.split(), columns=3, size=42)
        said = hint("")

        def copied() -> None:
            QGuiApplication.clipboard().setText(passphrase)
            said.setText(self.tr("Copied. Do not send it with the file."))

        copy = secondary(self.tr("Copy"), "copy", size="compact", on_click=copied)
        copy.setAccessibleName(self.tr("Copy the passphrase"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(copy)
        row.addWidget(said, 1)
        panel.body.addWidget(self.words)
        panel.body.addLayout(row)
        return panel

    def _next_steps(self, with_passphrase: bool) -> QWidget:
        card = Card(self.tr("What to do next"), gap=0)
        card.add(
            NumberedStep(
                1,
                self.tr("Give them the file"),
                self.tr("On a USB stick, a shared drive, or by email: it is locked for everybody else."),
            )
        )
        if with_passphrase:
            card.add(
                Divider(),
                NumberedStep(
                    2,
                    self.tr("Tell them the passphrase by another route"),
                    self.tr("In person, or on a number that you already have."),
                ),
            )
        return card

    def _what_they_see(self) -> QWidget:
        card = Card(self.tr("What the new reader will see"), gap=6)
        card.add(
            body(
                self.tr(
                    "The same contents under the first seal: unchanged since the sender, not you, sealed it."
                )
            ),
            body(
                self.tr(
                    "That it was sealed for you and passed on to them. That is right, and your record says "
                    "so."
                )
            ),
            body(
                self.tr("“Sender not confirmed”, until they themselves have compared words with the sender.")
            ),
        )
        return card

    def hideEvent(self, event: QHideEvent) -> None:
        # Shown once: not even the widget keeps it.
        if not event.spontaneous() and self.words is not None:
            self.words.set_words(())
            self.words = None
        super().hideEvent(event)
