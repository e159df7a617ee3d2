"""Contacts: my own eight words, the people I know, and comparing their words in person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.bundle.card import SUFFIX
from evidence_app.errors import EvidenceError
from evidence_app.records import Contact
from evidence_app.ui import say
from evidence_app.ui.pages import contact_words, contacts_compare, contacts_data
from evidence_app.ui.pages.columns import Columns, column
from evidence_app.ui.pages.confirm_sender import WordsQuestion
from evidence_app.ui.pages.contacts_compare import Comparison, same_name
from evidence_app.ui.pages.contacts_data import Listed
from evidence_app.ui.pages.drop import DropZone
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Button,
    Card,
    Chip,
    Divider,
    IconLabel,
    Link,
    Notice,
    ScrollPage,
    Text,
    TintPanel,
    WordGrid,
    body,
    hint,
    lead,
    primary,
    secondary,
    section,
    strong,
    title,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("contacts", text)


class ContactRow(QWidget):
    """A person; the words open below. `asked` when their words are to be compared.

    Somebody who could be taken for another contact has both beside each other above the words.
    """

    asked = Signal(object)

    def __init__(self, listed: Listed, own_key: bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.listed, self._own_key = listed, own_key
        self.contact = contact = listed.contact
        self.comparisons: list[Comparison] = []
        self.doubt: Chip | None = None
        self.question: WordsQuestion | None = None
        confirmed = contact.confirmed_at is not None
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(strong(contact.name))
        words.addWidget(hint(contact_words.role_and_school(contact.role, contact.school)))
        if contact.confirmed_at is not None:
            words.addWidget(hint(_tr("Confirmed on {0}").format(say.short_day(contact.confirmed_at))))
        if listed.alike:
            self.doubt = Chip(_doubt_words(contact, listed.alike[0], own_key), "bad", "warning")
            words.addSpacing(4)
            words.addWidget(self.doubt, 0, Qt.AlignmentFlag.AlignLeft)
        self.chip = contact_words.chip(contact)
        self.button: Button | Link
        if confirmed:
            self.button = Link(_tr("Compare again"), type="small")
        else:
            self.button = secondary(_tr("Confirm"), size="compact")
        self.button.setAccessibleName(_tr("Compare the words of {0}").format(contact.name))
        self.button.clicked.connect(lambda: self.asked.emit(self))
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(IconLabel("person", "text", 20))
        row.addLayout(words, 1)
        row.addWidget(self.chip)
        row.addWidget(self.button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 12, 16, 12)
        self._column.setSpacing(12)
        self._column.addLayout(row)
        doubt = "" if self.doubt is None else f". {self.doubt.text()}"
        self.setAccessibleName(f"{contact.name}. {self.chip.text()}{doubt}")

    def open(self) -> WordsQuestion:
        """Ask the question below the name."""
        if self.question is None:
            steps = _tr(
                "Meet them, or ring them on a number you already have. Ask them to open Contacts and to read "
                "out ‘My eight words’. Compare them with these."
            )
            holder = QVBoxLayout()
            holder.setContentsMargins(34, 0, 0, 8)
            holder.setSpacing(8)
            about = _tr("Fingerprint on the card of {0}, in words").format(self.contact.name)
            self._steps = body(steps)
            self.question = WordsQuestion(self.contact.words, about, doubtful=bool(self.listed.alike))
            new = replace(contacts_compare.person(self.contact, b""), where=_tr("On this card"), contact=None)
            for known in self.listed.alike:
                one = Comparison(contacts_compare.person(known, self._own_key), new)
                self.comparisons.append(one)
                self._column.addWidget(one)
            holder.addWidget(self._steps)
            holder.addWidget(self.question)
            self._column.addLayout(holder)
        for part in (*self.comparisons, self.question, self._steps):
            part.show()
        self.button.hide()
        return self.question

    def close_question(self) -> None:
        """Only the name again."""
        if self.question is not None:
            for part in (*self.comparisons, self.question, self._steps):
                part.hide()
        self.button.show()


class ContactsPage(ScrollPage):
    """`add_file` adds a card; after every change the session says `changed`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__((32, 24, 32, 32), 20, "bg", parent)
        self._session = session
        self.rows: list[ContactRow] = []
        self._open_key = b""
        self.notice = Notice("", "", "ok")
        self.notice.hide()
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(title(_tr("Contacts")))
        head.addWidget(
            lead(_tr("A bundle opens only for the people you seal it for. Their card lets you do that."))
        )
        self.body.addLayout(head)
        self.body.addWidget(self.notice)
        self.body.addWidget(
            Columns(column(self._list(), self._add_zone()), self._own(), right=400, stack_below=760)
        )
        self.body.addStretch(1)
        session.changed.connect(self.refresh)
        self.refresh()

    def _own(self) -> QWidget:
        vault = self._session.vault
        self.own = TintPanel(_tr("My eight words"), _tr("Read these out when somebody asks."))
        self.own_words = WordGrid(workflows.own_words(vault), columns=2, size=40)
        self.save_button = secondary(_tr("Save my contact card"), "download", on_click=self._save)
        owner = self._session.owner
        about = ", ".join(part for part in (owner.name, say.role(owner.role), owner.school) if part)
        row = QHBoxLayout()
        row.addWidget(self.save_button)
        row.addStretch(1)
        for part in (strong(about), self.own_words):
            self.own.body.addWidget(part)
        self.own.body.addWidget(
            hint(_tr("Give the card to everyone you exchange bundles with. It holds nothing secret."))
        )
        self.own.body.addLayout(row)
        return self.own

    def _list(self) -> QWidget:
        self.list = Card(padding=0, gap=0)
        self.list.setAccessibleName(_tr("Contacts"))
        self.list.body.setContentsMargins(1, 1, 1, 1)
        return self.list

    def _add_zone(self) -> QWidget:
        self.zone = DropZone(_tr("Drop a contact card here"), suffix=SUFFIX, padding=20)
        self.zone.dropped.connect(self.add_file)
        self.add_button = primary(_tr("Add from a card file"), "file-plus", on_click=self._choose)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(section(_tr("Drop a contact card here")))
        words.addWidget(hint(_tr("A file that ends in {0}").format(SUFFIX)))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(words, 1)
        row.addWidget(self.add_button)
        self.zone.add(row)
        return self.zone

    # --- the list -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the contacts again."""
        self._session.runner.run(
            contacts_data.listed, self._session.vault, on_done=self._show, on_error=self._failed, owner=self
        )

    def _show(self, contacts: tuple[Listed, ...]) -> None:
        if self.rows and tuple(row.listed for row in self.rows) == contacts:
            return
        while self.list.body.count():
            gone = self.list.body.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        own = self._session.vault.signing_key.public_key
        self.rows = [ContactRow(one, own) for one in contacts]
        for number, row in enumerate(self.rows):
            if number:
                self.list.add(Divider())
            self.list.add(row)
            row.show()
            row.asked.connect(self._ask)
        if not contacts:
            empty = Text(
                _tr("Nobody yet. Ask the Headteacher for their contact card, and add it below."), type="body2"
            )
            empty.setContentsMargins(20, 16, 20, 16)
            self.list.add(empty)
        self._mark_primary(True)
        set_tab_order(self)
        waiting = next((row for row in self.rows if row.contact.signing_key == self._open_key), None)
        if waiting is not None:
            self._ask(waiting)

    def compare(self, signing_key: bytes) -> None:
        """Ask for the words of this key; where no contact has it, offer to add a card."""
        self._open_key = signing_key
        row = next((one for one in self.rows if one.contact.signing_key == signing_key), None)
        if row is not None:
            self._ask(row)
        else:
            self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self, row: ContactRow) -> None:
        for other in self.rows:
            if other is not row:
                other.close_question()
        fresh = row.question is None
        question = row.open()
        self._open_key = row.contact.signing_key
        if fresh:
            question.matched.connect(lambda how: self._matched(row, how))
            question.refused.connect(lambda: self._refused(row))
            question.postponed.connect(lambda: self._postponed(row))
        self._mark_primary(False)
        set_tab_order(self)
        question.focus_safe()
        self.body.activate()
        self.ensureWidgetVisible(question.no)

    def _mark_primary(self, on: bool) -> None:
        """One primary button: while a question is open it is "Yes"."""
        self.add_button.setProperty("kind", "primary" if on else "secondary")
        self.add_button.update()

    # --- acts -----------------------------------------------------------------------------------

    def add_file(self, name: str) -> None:
        """Add the person of a contact card file, then ask for the words."""
        self.notice.hide()
        self._session.runner.run(
            contacts_data.add, self._session.vault, Path(name), on_done=self._added, on_error=self._failed
        )

    def _added(self, contact: Contact) -> None:
        self._open_key = b"" if contact.confirmed_at else contact.signing_key
        if contact.resembles:
            self._say(
                _tr("{0} was added. Look closely.").format(contact.name),
                _tr("You know somebody by that name, or by one that looks like it, who has another key."),
                "bad",
                "warning",
            )
            self._session.changed.emit()
            return
        self._say(
            _tr("{0} was added.").format(contact.name),
            _tr("The card proves nothing about the name: compare the eight words before you rely on it.")
            if contact.confirmed_at is None
            else _tr("You had confirmed this key already."),
            "accent",
            "people",
        )
        self._session.changed.emit()

    def _matched(self, row: ContactRow, how: str) -> None:
        if row.question is not None:
            row.question.yes.setEnabled(False)
        self._session.runner.run(
            contacts_data.confirm,
            self._session.vault,
            row.contact,
            how,
            on_done=self._confirmed,
            on_error=self._failed,
        )

    def _confirmed(self, contact: Contact) -> None:
        self._open_key = b""
        self._say(
            _tr("{0} is confirmed.").format(contact.name), _tr("It is in your record, with the date."), "ok"
        )
        self._session.changed.emit()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, row: ContactRow) -> None:
        if row.question is not None:
            row.question.say(
                _tr(
                    "Nothing was confirmed. Ask them for their card again, in person. Until the words are "
                    "the same, do not seal anything for this contact."
                ),
                "warn",
            )

    def _postponed(self, row: ContactRow) -> None:
        self._open_key = b""
        row.close_question()
        self._mark_primary(True)
        row.button.setFocus(Qt.FocusReason.TabFocusReason)

    def _choose(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self, _tr("Add from a card file"), str(Path.home()), _tr("Contact cards (*{0})").format(SUFFIX)
        )
        if name:
            self.add_file(name)

    def _save(self) -> None:
        proposal = Path.home() / f"{self._session.owner.name}{SUFFIX}"
        kinds = _tr("Contact cards (*{0})").format(SUFFIX)
        path = ask_new_file(self, _tr("Save my contact card"), proposal, kinds)
        if path is not None:
            self.save_card(path)

    def save_card(self, path: Path) -> None:
        """Write the owner's card to a file that does not exist yet."""
        self._session.runner.run(
            contacts_data.save_own_card,
            self._session.vault,
            path,
            on_done=self._saved,
            on_error=self._failed,
        )

    def _saved(self, path: Path) -> None:
        self._say(_tr("Your contact card is saved."), str(path), "ok")

    def _failed(self, error: BaseException) -> None:
        words = error.message if isinstance(error, EvidenceError) else type(error).__name__
        self._say(_tr("That did not work."), words, "bad")
        for row in self.rows:
            if row.question is not None:
                row.question.yes.setEnabled(True)

    def _say(self, words: str, more: str, kind: str, icon: str = "") -> None:
        self.notice.set_message(words, more, kind, icon)
        self.notice.show()
        self.verticalScrollBar().setValue(0)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.notice.hide()
        super().hideEvent(event)


def _doubt_words(contact: Contact, known: Contact, own_key: bytes) -> str:
    """The chip of somebody who could be taken for another."""
    if known.signing_key == own_key:
        return _tr("Could be taken for you")
    if same_name(contact.name, known.name):
        return _tr("Another key under a name you know")
    return _tr("Only looks like {0}").format(known.name)
