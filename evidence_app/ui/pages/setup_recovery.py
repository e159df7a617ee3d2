"""The recovery sheet: print it, show that it is in hand, lock it away (picture 03)."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QBoxLayout, QDialog, QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.errors import EvidenceError
from evidence_app.ui import say
from evidence_app.ui.pages.recovery_print import print_sheet, recovery_text, rules
from evidence_app.ui.pages.setup_steps import SetupPage
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import (
    Card,
    Check,
    Divider,
    FlowLayout,
    IconLabel,
    Logo,
    Notice,
    Text,
    TextField,
    WordGrid,
    secondary,
)

_ROOMY = 900
_FILE_NAME = "evidence-recovery-sheet.txt"


class WordField(TextField):
    """One asked word; "Correct" stands inside the input."""

    def __init__(self) -> None:
        super().__init__("")
        self._ok = QWidget(self.input)
        mark = QHBoxLayout(self._ok)
        mark.setContentsMargins(0, 0, 0, 0)
        mark.setSpacing(6)
        mark.addWidget(IconLabel("check-circle", "ok", 18))
        mark.addWidget(Text(self.tr("Correct"), type="message", token="ok", wrap=False))
        inside = QHBoxLayout(self.input)
        inside.setContentsMargins(0, 0, 12, 0)
        inside.addStretch(1)
        inside.addWidget(self._ok)
        self._ok.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ok.hide()

    def ask(self, number: int) -> None:
        """Which word is wanted."""
        words = self.tr("Word {0}").format(number)
        self.label.setText(words)
        self.input.setAccessibleName(words)

    def judge(self, right: bool, wrong: bool) -> None:
        """Right, wrong, or neither yet."""
        self._ok.setVisible(right)
        self.input.setTextMargins(0, 0, self._ok.sizeHint().width() + 8 if right else 0, 0)
        self.set_error(self.tr("Not the word on the sheet. Look again.") if wrong else "")
        if right:
            self.input.setAccessibleDescription(self.tr("Correct"))


class RecoveryStep(SetupPage):
    """The sheet, a check that the person has it, and where it belongs."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, runner: TaskRunner) -> None:
        super().__init__(
            self.tr("Print your recovery sheet"),
            self.tr(
                "If you forget your passphrase, this sheet is the only way back in. "
                "No one can reset it for you."
            ),
        )
        self._runner = runner
        self._words: list[str] = []
        self._owner = ""
        self._made = datetime.now(UTC)
        self._asked = (0, 1)
        self._row = QHBoxLayout()
        self._row.addWidget(self._sheet(), 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._steps(), 1)
        self.body.addSpacing(-4)
        self.body.addLayout(self._row)
        self.body.addStretch(1)
        self._fit(_ROOMY)

    # --- the sheet -------------------------------------------------------------------------------

    def _sheet(self) -> QWidget:
        sheet = Card(look="outline", padding=29, gap=0)
        sheet.body.setContentsMargins(29, 26, 29, 18)
        sheet.setAccessibleName(self.tr("Recovery sheet"))
        self.owner_words = Text("", type="hint")
        sheet.add(Logo(24))
        sheet.body.addSpacing(10)
        sheet.add(Text(self.tr("Recovery sheet"), type="section"), self.owner_words)
        sheet.body.addSpacing(14)
        sheet.add(self._word_box())
        sheet.body.addSpacing(12)
        for number, words in enumerate(rules(), start=1):
            line = QHBoxLayout()
            line.setSpacing(4)
            count = Text(f"{number}.", type="small", wrap=False)
            count.setFixedWidth(14)
            line.addWidget(count, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(words, type="small"), 1)
            sheet.add(line)
        sheet.body.addSpacing(12)
        sheet.add(Divider())
        sheet.body.addSpacing(8)
        sheet.add(Text(self.tr("Whoever has these words can read the vault."), type="hint"))
        self._paper = sheet
        return sheet

    def _word_box(self) -> QGridLayout:
        """The words in a frame; Show lies across its lower edge."""
        self._frame = Card(look="outline", padding=12)
        self._frame.body.setContentsMargins(12, 8, 8, 24)
        self.grid = WordGrid([], columns=3, look="sheet", size=31, hidden=True)
        self._frame.add(self.grid)
        self.show_words = secondary(
            self.tr("Show the words"), "eye", size="compact", on_click=self._toggle_words
        )
        box = QGridLayout()
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.setRowMinimumHeight(1, 16)
        box.setRowMinimumHeight(2, 16)
        box.setRowStretch(0, 1)
        box.addWidget(self._frame, 0, 0, 2, 1)
        box.addWidget(self.show_words, 1, 0, 2, 1, Qt.AlignmentFlag.AlignHCenter)
        self.show_words.raise_()
        return box

    def _toggle_words(self) -> None:
        self._hide_words(not self.grid.is_hidden_words())

    def _hide_words(self, hidden: bool) -> None:
        self.grid.set_hidden(hidden)
        self.show_words.setText(self.tr("Show the words") if hidden else self.tr("Hide the words"))
        self.show_words.set_icon_name("eye" if hidden else "eye-off")

    # --- the three parts -------------------------------------------------------------------------

    def _steps(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Text(self.tr("1. Print it"), type="card"))
        column.addSpacing(8)
        self.done = Notice(" ", " ", "ok")
        self.done.hide()
        column.addWidget(self.done)
        self._below_done = QWidget()
        self._below_done.setFixedHeight(12)
        self._below_done.hide()
        column.addWidget(self._below_done)
        self.print_button = secondary(self.tr("Print"), "printer", size="compact", on_click=self._print)
        self.save_button = secondary(
            self.tr("Save to a USB stick instead"), "usb", size="compact", on_click=self._save
        )
        buttons = FlowLayout(gap=12)
        buttons.addWidget(self.print_button)
        buttons.addWidget(self.save_button)
        column.addLayout(buttons)
        column.addSpacing(8)
        column.addWidget(Text(self.tr("No printer? Show the words and copy them by hand."), type="hint"))
        column.addSpacing(26)
        column.addWidget(Text(self.tr("2. Show that you have it"), type="card"))
        column.addWidget(Text(self.tr("Copy two words from the sheet in your hand."), type="hint"))
        column.addSpacing(12)
        self.word_fields = (WordField(), WordField())
        self._pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pair.setSpacing(16)
        for index, field in enumerate(self.word_fields):
            # Later than the field's own slot, which takes an old mark away.
            field.input.textChanged.connect(lambda _text: self._typed())
            field.input.editingFinished.connect(lambda i=index: self._judge(i, finished=True))
            field.submitted.connect(lambda i=index: self._entered(i))
            self._pair.addWidget(field, 1)
        column.addLayout(self._pair)
        column.addSpacing(26)
        column.addWidget(Text(self.tr("3. Lock it away"), type="card"))
        column.addSpacing(4)
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
            field.ask(place + 1)
        self.changed.emit()

    def asked(self) -> tuple[int, int]:
        """Which two words are asked for, counted from 1."""
        return self._asked[0] + 1, self._asked[1] + 1

    def focus_first(self) -> None:
        """Printing comes first; the words stay hidden under a stray Enter."""
        self.print_button.setFocus(Qt.FocusReason.TabFocusReason)

    # --- the two words ---------------------------------------------------------------------------

    def _typed(self) -> None:
        for index in range(len(self.word_fields)):
            self._judge(index)
        self.changed.emit()

    def _judge(self, index: int, *, finished: bool = False) -> None:
        """Say "Correct" at once, "not the word" as soon as that is certain or the input is left."""
        if not self._words:
            return
        typed, word = self._given(index), self._words[self._asked[index]]
        lost = not word.startswith(typed) if len(typed) >= 4 else finished and typed not in ("", word)
        self.word_fields[index].judge(typed == word, lost)

    def _given(self, index: int) -> str:
        return self.word_fields[index].text().lower()

    def _right(self, index: int) -> bool:
        return bool(self._words) and self._given(index) == self._words[self._asked[index]]

    def _entered(self, index: int) -> None:
        """Enter goes on to what is missing, or to the next step."""
        if not self._right(index):
            return
        other = 1 - index
        if not self._right(other):
            self.word_fields[other].input.setFocus(Qt.FocusReason.TabFocusReason)
        elif not self.promise.isChecked():
            self.promise.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.submitted.emit()

    def why_not(self) -> str:
        """What is still missing, in words beside the button."""
        for index, place in enumerate(self._asked):
            if not self._right(index):
                return self.tr("Type word {0} to continue").format(place + 1)
        return "" if self.promise.isChecked() else self.tr("Tick the box to continue")

    # --- paper and stick -------------------------------------------------------------------------

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.print_on(printer)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet in the background: a printer's queue can be slow to answer."""
        self._runner.run(
            print_sheet,
            printer,
            self._owner,
            self._made,
            tuple(self._words),
            on_done=lambda taken: self._printed(taken, printer.outputFileName()),
            words=self.tr("Printing the sheet"),
            owner=self,
        )

    def _printed(self, taken: bool, file: str) -> None:
        if not taken:
            self._say(
                self.tr("The sheet was not printed."),
                self.tr("Nothing is lost. Try another printer, or save it to a USB stick."),
                "bad",
            )
        elif file:
            # Some printers make a file: then the words lie on a disk.
            self._say(
                self.tr("Saved as {0} at {1}").format(Path(file).name, self._now()),
                self.tr("Print it, then take the file off this computer."),
            )
        else:
            self._say(
                self.tr("Sent to the printer at {0}").format(self._now()),
                self.tr("Collect it yourself, straight away."),
            )
            self.print_button.setText(self.tr("Print again"))
            self.print_button.updateGeometry()

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the recovery sheet"),
            str(Path.home() / _FILE_NAME),
            self.tr("Text (*.txt)"),
            # A file that is there is never replaced, so the dialog must not offer it.
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.save_as(Path(name))

    def save_as(self, path: Path) -> None:
        """Write the sheet as a text file: whole or not at all, never over another file."""
        text = recovery_text(self._owner, self._made, self._words)
        # A stick can be slow.
        self._runner.run(
            workflows.write_new_file,
            path,
            text.encode(),
            on_done=lambda _none: self._say(
                self.tr("Saved at {0}").format(self._now()),
                self.tr("Take the stick out and lock it away."),
            ),
            on_error=self._not_saved,
            words=self.tr("Saving the sheet"),
            owner=self,
        )

    def _not_saved(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self._say(self.tr("The sheet was not saved."), str(error), "bad")

    @staticmethod
    def _now() -> str:
        return say.minute(datetime.now(UTC))

    def _say(self, title: str, words: str, kind: str = "ok") -> None:
        self.done.set_message(title, words, kind, "check-circle" if kind == "ok" else "x-circle")
        self.done.show()
        self._below_done.show()

    def forget(self) -> None:
        """No recovery word stays in the window, nor in what Undo would bring back."""
        self._words = []
        self._hide_words(True)
        self.grid.set_words([])
        for field in self.word_fields:
            field.setText("")
            field.judge(right=False, wrong=False)

    # --- size ------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        roomy = width >= _ROOMY
        self._paper.setFixedWidth(340 if roomy else 312)
        self._row.setSpacing(48 if roomy else 32)
        edge = 29 if roomy else 20
        self._paper.body.setContentsMargins(edge, 26, edge, 18)
        sideways, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._pair.setDirection(sideways if roomy else down)
