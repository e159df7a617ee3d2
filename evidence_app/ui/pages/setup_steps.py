"""Steps of setting up a vault: role, passphrase, ready. The recovery sheet has its own module."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLayoutItem, QVBoxLayout, QWidget

from evidence_app import paths
from evidence_app.crypto.words import suggest_passphrase
from evidence_app.errors import EvidenceError
from evidence_app.records import Role
from evidence_app.ui.widgets import (
    Card,
    ChoiceCard,
    ChoiceGroup,
    ElidedLabel,
    FlowLayout,
    IconDisc,
    IconLabel,
    InlineMessage,
    Link,
    NumberedStep,
    PassphraseField,
    ProgressRow,
    RadioRow,
    Text,
    TextField,
    WizardPage,
    secondary,
    strong,
)
from evidence_app.vault import keys
from evidence_app.vault.layout import SUFFIX

MARGIN = 64
_LONGEST_FOLDER = 40


def vault_folder(name: str, folder: Path) -> Path:
    """A free folder for a vault of that name, made of letters that every system can write."""
    # Zoë becomes zoe: the accent is taken off, the letter stays.
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")[:_LONGEST_FOLDER].strip("-") or "my"
    candidate, number = folder / f"{plain}{SUFFIX}", 2
    while candidate.exists():
        candidate, number = folder / f"{plain}-{number}{SUFFIX}", number + 1
    return candidate


class SetupPage(WizardPage):
    """A step with the margins of pictures 02 and 03."""

    def __init__(self, title: str, lead: str = "") -> None:
        super().__init__(title, lead, margin=MARGIN)
        self.body.setContentsMargins(MARGIN, 40, MARGIN, 32)


class RoleStep(SetupPage):
    """Member of staff, or headteacher or chair. Enter on the chosen card goes on."""

    check_bundle_requested = Signal()
    restore_requested = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("How will you use Evidence?"), self.tr("Choose the one that fits you best."))
        self.choice = ChoiceGroup(
            self.tr("How will you use Evidence?"),
            [
                ChoiceCard(
                    self.tr("Member of staff"),
                    self.tr(
                        "Something abusive has been posted or sent about me, a colleague, a pupil "
                        "or the school."
                    ),
                    icon="camera",
                    points=[
                        self.tr("Capture what you can see"),
                        self.tr("Keep it safe, in order, on this computer"),
                        self.tr("Seal a bundle for the Headteacher"),
                    ],
                    data=Role.STAFF,
                ),
                ChoiceCard(
                    self.tr("Headteacher or Chair of Governors"),
                    self.tr("Staff give me sealed bundles and I need to know if I can rely on them."),
                    icon="inbox",
                    points=[
                        self.tr("Check that a bundle is intact"),
                        self.tr("Know whose key sealed it"),
                        self.tr("Be told if it differs from earlier ones"),
                    ],
                    data=Role.HEAD,
                ),
            ],
            horizontal=True,
            value=Role.STAFF,
        )
        for card in self.choice.cards:
            card.confirmed.connect(self.submitted)
        self.post = RadioRow(
            self.tr("Which of the two are you?"),
            [(self.tr("Headteacher"), Role.HEAD), (self.tr("Chair of Governors"), Role.CHAIR)],
            value=Role.HEAD,
        )
        self._post = QWidget()
        which = QHBoxLayout(self._post)
        which.setContentsMargins(0, 0, 0, 0)
        which.setSpacing(18)
        which.addWidget(strong(self.tr("Which of the two are you?"), wrap=False))
        which.addWidget(self.post, 1)
        self.choice.changed.connect(lambda value: self._post.setVisible(value is Role.HEAD))
        self._post.hide()
        self.body.addSpacing(16)
        self.body.addWidget(self.choice)
        self.body.addWidget(self._post)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(IconLabel("info", "text_2", 18, line=24), 0, Qt.AlignmentFlag.AlignTop)
        words = FlowLayout(gap=4)
        question = Text(
            self.tr("Union rep, governor or police officer checking a bundle?"), type="body2", wrap=False
        )
        question.setFixedHeight(24)
        words.addWidget(question)
        words.addWidget(
            Link(self.tr("Check one without setting up"), on_click=self.check_bundle_requested.emit)
        )
        row.addLayout(words, 1)
        self.body.addSpacing(8)
        self.body.addLayout(row)
        again = QHBoxLayout()
        again.setSpacing(12)
        again.addWidget(IconLabel("drive", "text_2", 18, line=24), 0, Qt.AlignmentFlag.AlignTop)
        lost = FlowLayout(gap=4)
        had = Text(self.tr("Had a vault before, on this computer or another?"), type="body2", wrap=False)
        had.setFixedHeight(24)
        lost.addWidget(had)
        self.restore_link = Link(self.tr("Put it back from a backup"), on_click=self.restore_requested.emit)
        lost.addWidget(self.restore_link)
        again.addLayout(lost, 1)
        self.body.addLayout(again)
        self.body.addStretch(1)

    def role(self) -> Role:
        value = self.choice.value()
        if value is Role.HEAD:
            post = self.post.value()
            return post if isinstance(post, Role) else Role.HEAD
        return Role.STAFF

    def focus_first(self) -> None:
        """The chosen card: arrow keys move to the other."""
        for card in self.choice.cards:
            if card.isChecked():
                card.setFocus(Qt.FocusReason.TabFocusReason)


class PassphraseStep(SetupPage):
    """Name, school, passphrase twice, and where the vault is kept."""

    changed = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__(
            self.tr("Choose a passphrase"),
            self.tr("It opens your vault on this computer. No one can reset it for you."),
        )
        self._folder: Path | None = None
        self.name_field = TextField(self.tr("Your name"), hint=self.tr("As colleagues know you."))
        self.school_field = TextField(
            self.tr("School"), optional=True, hint=self.tr("Shown to those who get a bundle.")
        )
        self.first = PassphraseField(
            self.tr("Passphrase"),
            hint=self.tr("Four or more unrelated words, 12 characters at least."),
        )
        self.second = PassphraseField(self.tr("The same again"))
        for field in (self.name_field, self.school_field, self.first, self.second):
            field.changed.connect(lambda _text: self._typed())
            field.submitted.connect(self.submitted)
        who = QHBoxLayout()
        who.setSpacing(24)
        who.addWidget(self.name_field, 1)
        who.addWidget(self.school_field, 1)
        both = QVBoxLayout()
        both.setSpacing(16)
        both.addWidget(self.first)
        both.addWidget(self.second)
        both.addStretch(1)
        secret = QHBoxLayout()
        secret.setSpacing(24)
        secret.addLayout(both, 3)
        secret.addWidget(self._idea(), 2, Qt.AlignmentFlag.AlignTop)
        self.error = InlineMessage()
        self.progress = ProgressRow("lock")
        self.body.addSpacing(8)
        self.body.addLayout(who)
        self.body.addSpacing(8)
        self.body.addLayout(secret)
        self.body.addLayout(self._place())
        self.body.addWidget(self.error)
        self.body.addWidget(self.progress)
        self.body.addStretch(1)

    def _idea(self) -> QWidget:
        card = Card(self.tr("Need an idea?"), look="sunken", padding=16)
        card.add(
            Text(self.tr("Five random words are hard to guess and easy to remember."), type="hint"),
        )
        self.suggested = Text("", type="strong", token="accent", selectable=True)
        self.suggested.hide()
        self._why_typed = Text(
            self.tr("Type them yourself, twice: that is how they are remembered."), type="hint"
        )
        self._why_typed.hide()
        self.suggest_button = secondary(
            self.tr("Suggest words"), "refresh", size="compact", on_click=self.suggest
        )
        row = QHBoxLayout()
        row.addWidget(self.suggest_button)
        row.addStretch(1)
        card.add(self.suggested, self._why_typed, row)
        return card

    def _place(self) -> QHBoxLayout:
        self._where = ElidedLabel(
            self.tr("Kept in your own folder on this computer."),
            type="hint",
            mode=Qt.TextElideMode.ElideMiddle,
        )
        self.elsewhere = Link(self.tr("Keep it elsewhere"), type="small", on_click=self._choose)
        where = QHBoxLayout()
        where.setSpacing(12)
        where.addWidget(IconLabel("drive", "text_2", 18, line=24))
        where.addWidget(self._where)
        where.addWidget(self.elsewhere)
        where.addStretch(1)
        return where

    def _typed(self) -> None:
        self.error.clear()
        self.second.set_error("")
        self.changed.emit()

    def set_role(self, role: Role) -> None:
        """Examples that fit."""
        self.name_field.input.setPlaceholderText(
            self.tr("Helen Ashdown") if role is Role.STAFF else self.tr("Mrs Ruth Calloway")
        )

    def suggest(self) -> None:
        """Offer random words; they are typed by the person, so that the hands learn them."""
        self.suggested.setText(suggest_passphrase())
        self.suggested.show()
        self._why_typed.show()
        self.suggest_button.setText(self.tr("Other words"))
        self.suggest_button.updateGeometry()

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Where to keep the vault"), str(Path.home()))
        if name:
            self.keep_in(Path(name))

    def keep_in(self, folder: Path) -> None:
        """Make the vault below this folder."""
        self._folder = folder
        self._where.setText(self.tr("Kept in {0}").format(folder))

    def folder(self) -> Path:
        """A free name for the vault, in the place the person chose or in the program's own."""
        return vault_folder(self.name(), self._folder or paths.user_data_dir())

    def name(self) -> str:
        return self.name_field.text()

    def school(self) -> str:
        return self.school_field.text()

    def passphrase(self) -> str:
        return self.first.text()

    def why_not(self) -> str:
        """What is still missing, in words beside the button."""
        if not self.name():
            return self.tr("Type your name to continue")
        if not self.first.text():
            return self.tr("Type a passphrase to continue")
        if not self.second.text():
            return self.tr("Type it again to continue")
        return ""

    def is_wrong(self) -> bool:
        """Show what is wrong with the passphrase, with the focus on it; True where something is."""
        try:
            keys.check_passphrase(self.passphrase())
        except EvidenceError as error:
            self._refuse(self.first, str(error))
            return True
        if keys.normalised(self.first.text()) != keys.normalised(self.second.text()):
            self._refuse(self.second, self.tr("The two are not the same. Type the second one again."))
            return True
        return False

    def _refuse(self, field: PassphraseField, words: str) -> None:
        field.set_error(words)
        field.input.setFocus(Qt.FocusReason.OtherFocusReason)
        field.input.selectAll()
        self.ensureWidgetVisible(field)

    def set_error(self, words: str) -> None:
        """Say why the vault was not made."""
        self.error.show_message(words, "bad")
        self.name_field.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, busy: bool) -> None:
        """While the vault is made nothing can be changed; the focus stays in a field."""
        if busy:
            self.second.input.setFocus(Qt.FocusReason.OtherFocusReason)
        for field in (self.name_field, self.school_field, self.first, self.second):
            field.input.setReadOnly(busy)
        for button in (self.suggest_button, self.elsewhere):
            button.setEnabled(not busy)

    def forget(self) -> None:
        """The vault is made: no passphrase stays in the fields, nor in what Undo would bring back."""
        for field in (self.first, self.second):
            field.setText("")
            field.clear()
        self.suggested.setText("")
        self.suggested.hide()
        self._why_typed.hide()


class ReadyStep(SetupPage):
    """What to do first."""

    def __init__(self) -> None:
        super().__init__(self.tr("You are ready"))
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(IconDisc("check", 44, "ok"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(self.tr("Your vault is made. Everything in it is encrypted."), type="card"))
        words.addWidget(
            Text(
                self.tr("Your passphrase opens it, or your recovery sheet. Nothing else does."), type="body2"
            )
        )
        head.addLayout(words, 1)
        self.body.addSpacing(8)
        self.body.addLayout(head)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(8)
        self.body.addSpacing(8)
        self.body.addLayout(self._steps)
        self.body.addStretch(1)

    def set_role(self, role: Role) -> None:
        """Three things to know, for staff or for who receives."""
        while item := self._steps.takeAt(0):
            _drop(item)
        never = (
            self.tr("Never capture a picture of a child that is nude, partly nude or sexual"),
            self.tr("Close it and tell the Headteacher and the safeguarding lead at once, in words."),
        )
        staff = (
            (
                self.tr("When you see something, press Ctrl+Shift+E"),
                self.tr("Choose the part of the screen. It is sealed at the click."),
            ),
            (
                self.tr("Capture before you block, report or reply"),
                self.tr("Then do not answer. You can add details today or another day."),
            ),
            never,
        )
        head = (
            (
                self.tr("Give staff your contact card"),
                self.tr("It is under Contacts. They need it to seal a bundle that only you can open."),
            ),
            (
                self.tr("Compare the eight words in person"),
                self.tr("Then you know whose key sealed a bundle."),
            ),
            (
                self.tr("When a bundle arrives, choose Check a bundle"),
                self.tr("It says whether anything has changed, and what no check can tell."),
            ),
        )
        for number, (title, text) in enumerate(staff if role is Role.STAFF else head, start=1):
            self._steps.addWidget(NumberedStep(number, title, text))


def _drop(item: QLayoutItem) -> None:
    widget = item.widget()
    if widget is not None:
        widget.hide()
        widget.deleteLater()
