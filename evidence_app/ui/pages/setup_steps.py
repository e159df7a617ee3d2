"""The four steps of setting up a vault."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.crypto.words import suggest_passphrase
from evidence_app.errors import EvidenceError
from evidence_app.records import Role
from evidence_app.ui import say
from evidence_app.ui.pages.recovery_print import recovery_html, recovery_text
from evidence_app.ui.widgets import (
    Card,
    Check,
    ChoiceCard,
    ChoiceGroup,
    IconDisc,
    IconLabel,
    InlineMessage,
    Link,
    Logo,
    NumberedStep,
    PassphraseField,
    ProgressRow,
    Text,
    TextField,
    WizardPage,
    WordGrid,
    secondary,
)
from evidence_app.vault import keys


class RoleStep(WizardPage):
    """Member of staff, or headteacher or chair."""

    check_bundle_requested = Signal()

    def __init__(self) -> None:
        super().__init__(
            self.tr("How will you use Evidence?"), self.tr("Choose the one that fits you best."), margin=64
        )
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
        self.body.addSpacing(16)
        self.body.addWidget(self.choice)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(IconLabel("info", "text_2", 18))
        row.addWidget(
            Text(
                self.tr("Union rep, governor or police officer checking a bundle?"), type="body2", wrap=False
            )
        )
        row.addWidget(
            Link(self.tr("Check one without setting up"), on_click=self.check_bundle_requested.emit)
        )
        row.addStretch(1)
        self.body.addSpacing(12)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def role(self) -> Role:
        value = self.choice.value()
        return value if isinstance(value, Role) else Role.STAFF


class PassphraseStep(WizardPage):
    """Name, school, passphrase twice, and where the vault is kept."""

    changed = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__(
            self.tr("Choose a passphrase"),
            self.tr("It is the only key to your record on this computer. No one can reset it for you."),
            margin=64,
        )
        self._folder: Path | None = None
        who = QHBoxLayout()
        who.setSpacing(16)
        self.name_field = TextField(self.tr("Your name"), hint=self.tr("As colleagues know you."))
        self.school_field = TextField(
            self.tr("School"), optional=True, hint=self.tr("Shown to those who get a bundle.")
        )
        who.addWidget(self.name_field)
        who.addWidget(self.school_field)
        self.body.addLayout(who)
        self.first = PassphraseField(
            self.tr("Passphrase"),
            hint=self.tr("Four or more words that do not belong together, 12 characters at least."),
        )
        self.second = PassphraseField(self.tr("The same again"))
        self.body.addWidget(self.first)
        suggest = QHBoxLayout()
        suggest.setSpacing(12)
        suggest.addWidget(
            secondary(self.tr("Suggest words"), "refresh", size="compact", on_click=self.suggest)
        )
        self.suggested = Text("", type="strong", selectable=True)
        suggest.addWidget(self.suggested, 1)
        self.body.addLayout(suggest)
        self.body.addWidget(self.second)
        where = QHBoxLayout()
        where.setSpacing(12)
        self._where = Text(self.tr("Kept in your own folder on this computer."), type="hint")
        where.addWidget(self._where, 1)
        where.addWidget(Link(self.tr("Keep it elsewhere"), type="small", on_click=self._choose))
        self.body.addLayout(where)
        self.error = InlineMessage()
        self.progress = ProgressRow("lock")
        self.body.addWidget(self.error)
        self.body.addWidget(self.progress)
        self.body.addStretch(1)
        for field in (self.name_field, self.school_field, self.first, self.second):
            field.changed.connect(lambda _text: self._typed())
            field.submitted.connect(self.submitted)

    def _typed(self) -> None:
        self.error.clear()
        self.second.set_error("")
        self.changed.emit()

    def set_role(self, role: Role) -> None:
        self.name_field.input.setPlaceholderText(
            self.tr("Helen Ashdown") if role is Role.STAFF else self.tr("Mrs Ruth Calloway")
        )

    def suggest(self) -> None:
        """Offer random words; they are typed by the person, so that the hands learn them."""
        self.suggested.setText(suggest_passphrase())

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Where to keep the vault"), str(Path.home()))
        if name:
            self._folder = Path(name)
            self._where.setText(self.tr("Kept in {0}.").format(name))

    def folder(self) -> Path | None:
        """The vault's folder where the person chose a place, else None."""
        from evidence_app.ui.pages.setup import vault_folder

        return None if self._folder is None else vault_folder(self.name(), self._folder)

    def name(self) -> str:
        return str(self.name_field.text()).strip()

    def school(self) -> str:
        return str(self.school_field.text()).strip()

    def passphrase(self) -> str:
        return str(self.first.text())

    def why_not(self) -> str:
        """What is still missing, in words beside the button."""
        if not self.name():
            return self.tr("Type your name to continue")
        if not self.first.text():
            return self.tr("Type a passphrase to continue")
        if not self.second.text():
            return self.tr("Type it again to continue")
        return ""

    def check(self) -> bool:
        """Show what is wrong with the passphrase; True where something is."""
        if self.first.text() != self.second.text():
            self.second.set_error(self.tr("The two are not the same. Type the second one again."))
            self.second.input.setFocus()
            return True
        try:
            keys.check_passphrase(self.passphrase())
        except EvidenceError as error:
            self.set_error(str(error))
            return True
        return False

    def set_error(self, words: str) -> None:
        self.error.show_message(words, "bad")

    def forget(self) -> None:
        """The vault is made: no passphrase stays in the fields."""
        self.first.clear()
        self.second.clear()
        self.suggested.setText("")


class RecoveryStep(WizardPage):
    """The sheet, a check that the person has it, and where it belongs."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(
            self.tr("Print your recovery sheet"),
            self.tr(
                "If you forget your passphrase, this sheet is the only way back in. No one can reset it."
            ),
            margin=64,
        )
        self._words: list[str] = []
        self._owner = ""
        self._made = datetime.now(UTC)
        self._saved = False
        self._asked = (0, 1)
        row = QHBoxLayout()
        row.setSpacing(48)
        row.addWidget(self._sheet(), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._steps(), 1)
        self.body.addSpacing(8)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def _sheet(self) -> QWidget:
        sheet = Card(look="outline", padding=28)
        sheet.setFixedWidth(340)
        sheet.add(Logo(24))
        sheet.add(Text(self.tr("Recovery sheet"), type="section"))
        self.owner_words = Text("", type="hint")
        sheet.add(self.owner_words)
        box = Card(look="outline", padding=12)
        self.grid = WordGrid([], columns=3, look="sheet", size=31, hidden=True)
        box.add(self.grid)
        self.show_words = secondary(
            self.tr("Show the words"), "eye", size="compact", on_click=self._toggle_words
        )
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.show_words)
        middle.addStretch(1)
        box.add(middle)
        sheet.add(box)
        for number, words in enumerate(
            (
                self.tr("These 12 words open your vault."),
                self.tr("Keep this sheet in a sealed envelope, locked away, not with the computer."),
                self.tr("To use it, choose ‘Use my recovery sheet’ on the unlock screen."),
            ),
            start=1,
        ):
            sheet.add(Text(f"{number}. {words}", type="small"))
        return sheet

    def _steps(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(Text(self.tr("1. Print it"), type="card"))
        self.done = InlineMessage()
        column.addWidget(self.done)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(secondary(self.tr("Print"), "printer", size="compact", on_click=self._print))
        buttons.addWidget(
            secondary(self.tr("Save to a USB stick instead"), "usb", size="compact", on_click=self._save)
        )
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(Text(self.tr("No printer? Show the words and copy them by hand."), type="hint"))
        column.addSpacing(12)
        column.addWidget(Text(self.tr("2. Show that you have it"), type="card"))
        column.addWidget(Text(self.tr("Copy two words from the sheet in your hand."), type="hint"))
        pair = QHBoxLayout()
        pair.setSpacing(16)
        self.word_fields = (TextField(""), TextField(""))
        for field in self.word_fields:
            field.changed.connect(lambda _text: self._typed())
            pair.addWidget(field)
        column.addLayout(pair)
        column.addSpacing(12)
        column.addWidget(Text(self.tr("3. Lock it away"), type="card"))
        self.promise = Check(
            self.tr(
                "I will keep it in a sealed envelope in a locked place, such as the school safe, "
                "away from this computer."
            )
        )
        self.promise.toggled.connect(lambda _on: self.changed.emit())
        column.addWidget(self.promise)
        column.addStretch(1)
        return column

    def set_sheet(self, name: str, school: str, words: list[str]) -> None:
        """The words of a new vault; they are kept only until this step is left."""
        self._words = words
        self._made = datetime.now(UTC)
        self._owner = ", ".join(part for part in (name, school) if part)
        self.owner_words.setText(
            self.tr("{0}\nMade {1}, {2}").format(self._owner, say.day(self._made), say.minute(self._made))
        )
        self.grid.set_words(words)
        first, second = sorted(secrets.SystemRandom().sample(range(len(words)), 2))
        self._asked = (first, second)
        for field, place in zip(self.word_fields, self._asked, strict=True):
            label = self.tr("Word {0}").format(place + 1)
            field.label.setText(label)
            field.input.setAccessibleName(label)
        self.changed.emit()

    def _toggle_words(self) -> None:
        hidden = not self.grid.is_hidden_words()
        self.grid.set_hidden(hidden)
        self.show_words.setText(self.tr("Show the words") if hidden else self.tr("Hide the words"))

    def _typed(self) -> None:
        for field, place in zip(self.word_fields, self._asked, strict=True):
            typed = field.text().strip().lower()
            if self._right(typed, place):
                field.set_message(self.tr("Correct"), "ok")
            elif len(typed) >= 4 and not self._words[place].startswith(typed):
                field.set_message(self.tr("Not the word on the sheet. Look again."), "bad")
            else:
                field.set_message("")
        self.changed.emit()

    def _right(self, typed: str, place: int) -> bool:
        return bool(self._words) and typed == self._words[place]

    def why_not(self) -> str:
        """What is still missing, in words beside the button."""
        for field, place in zip(self.word_fields, self._asked, strict=True):
            if not self._right(field.text().strip().lower(), place):
                return self.tr("Type word {0} to continue").format(place + 1)
        return "" if self.promise.isChecked() else self.tr("Tick the box to continue")

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        document = QTextDocument()
        document.setHtml(recovery_html(self._owner, self._made, self._words))
        document.print_(printer)
        self._say_done(self.tr("Sent to the printer at {0}. Collect it yourself, straight away."))

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the recovery sheet"), str(Path.home() / "evidence-recovery-sheet.txt")
        )
        if not name:
            return
        try:
            text = recovery_text(self._owner, self._made, self._words)
            workflows.write_new_file(Path(name), text.encode())
        except EvidenceError as error:
            self.done.show_message(str(error), "bad")
            return
        self._say_done(self.tr("Saved at {0}. Take the stick out and lock it away."))

    def _say_done(self, words: str) -> None:
        self.done.show_message(words.format(say.minute(datetime.now(UTC))), "ok")

    def forget(self) -> None:
        """No recovery word stays in the window."""
        self._words = []
        self.grid.set_words([])
        for field in self.word_fields:
            field.setText("")


class ReadyStep(WizardPage):
    """What to do first."""

    def __init__(self) -> None:
        super().__init__(self.tr("You are ready"), "", margin=64)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(IconDisc("check", 56))
        head.addWidget(
            Text(
                self.tr("Your vault is made and locked with your passphrase. Everything in it is encrypted."),
                type="lead",
            ),
            1,
        )
        self.body.addLayout(head)
        self.body.addSpacing(16)
        for number, (title, words) in enumerate(
            (
                (
                    self.tr("When you see something, press Ctrl+Shift+E"),
                    self.tr("Choose the part of the screen. It is sealed at the click."),
                ),
                (
                    self.tr("Capture before you block, report or reply"),
                    self.tr("Then do not answer. You can add details today or another day."),
                ),
                (
                    self.tr("Never capture a picture of a child that is nude, partly nude or sexual"),
                    self.tr("Close it and tell the Headteacher and the safeguarding lead at once, in words."),
                ),
            ),
            start=1,
        ):
            self.body.addWidget(NumberedStep(number, title, words))
        self.body.addStretch(1)
