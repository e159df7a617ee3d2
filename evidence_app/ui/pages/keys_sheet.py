"""A new recovery sheet: print it, show that the paper works, and only then it takes the old one's place."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from evidence_app import workflows
from evidence_app.errors import EvidenceError
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.pages.register_print import PPI, paint_page
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    FlowLayout,
    Notice,
    ProgressRow,
    TextAreaField,
    WordGrid,
    secondary,
    strong,
)
from evidence_app.workflows import keeping
from evidence_app.workflows.keeping import NewSheet

_FILE_NAME = "evidence-recovery-sheet.pdf"


class _WordsDialog(RecordDialog):
    """Asks for the twelve words of a paper."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.words = TextAreaField(
            self.tr("The twelve words on the paper"),
            hint=self.tr("In order. Four letters each will do. Or scan the code and paste what it says."),
            lines=3,
        )
        self.words.input.setFixedHeight(80)
        self.words.changed.connect(lambda: self.words.set_error(""))

    def _failed(self, error: BaseException) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, EvidenceError):
            self.words.set_error(error.message)
            self.words.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        # setPlainText leaves nothing that Undo could bring back.
        self.words.input.setPlainText("")
        super().done(result)


class CheckSheetDialog(_WordsDialog):
    """Whether a sheet really opens this vault. Nothing is changed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.set_words(
            self.tr("Check a recovery sheet"),
            self.tr("The words are tried on the vault’s own key file. Nothing is changed."),
            self.tr("Check it"),
        )
        self.body.addWidget(self.words)
        self.works = Notice(
            self.tr("This sheet opens the vault."),
            self.tr("Put it back in its envelope, and lock it away."),
            "ok",
            "check-circle",
        )
        self.works.hide()
        self.body.addWidget(self.works)
        self.words.changed.connect(self.works.hide)
        self.words.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        if not self.words.text().strip():
            self.words.set_error(self.tr("Type the twelve words of the sheet."))
        else:
            self.write(keeping.check_sheet, self.words.text())

    def _done(self, result: object) -> None:
        self.save_button.setEnabled(True)
        self.words.input.setPlainText("")
        self.works.show()
        self.grow()
        self.cancel_button.setText(self.tr("Close"))
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.recorded.emit(result)


class NewSheetDialog(_WordsDialog):
    """Made, printed, typed back, in use: in this order."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setMinimumWidth(640)
        self.set_words(
            self.tr("Make a new recovery sheet"),
            self.tr("The old sheet works until you are done here. Afterwards it opens nothing: tear it up."),
            self.tr("Use the new sheet"),
        )
        self._sheet: NewSheet | None = None
        self.print_button = secondary(self.tr("Print"), "printer", size="compact", on_click=self._print)
        self.file_button = secondary(
            self.tr("Save to a USB stick instead"), "usb", size="compact", on_click=self._save_file
        )
        self.show_button = secondary(self.tr("Show the words"), "eye", size="compact", on_click=self._toggle)
        self.grid = WordGrid([], columns=4, look="sheet", size=31, hidden=True)
        self.grid.hide()
        self.said = Notice(" ", " ", "ok")
        self.said.hide()
        self.progress = ProgressRow("printer")
        buttons = FlowLayout(gap=12)
        for button in (self.print_button, self.file_button, self.show_button):
            buttons.addWidget(button)
        self.body.addWidget(strong(self.tr("1. Print it, or copy the words by hand")))
        self.body.addLayout(buttons)
        for part in (self.grid, self.progress, self.said):
            self.body.addWidget(part)
        self.body.addWidget(strong(self.tr("2. Show that the paper works")))
        self.body.addWidget(self.words)
        self._ready(ready=False)
        task = session.runner.run(
            keeping.new_sheet,
            session.vault,
            on_done=self._made,
            on_error=self._not_made,
            words=self.tr("Making the sheet"),
            owner=self,
        )
        self.progress.follow(task, can_stop=False)

    def _ready(self, *, ready: bool) -> None:
        for button in (self.print_button, self.file_button, self.show_button, self.save_button):
            button.setEnabled(ready)

    def _made(self, sheet: NewSheet) -> None:
        self._sheet = sheet
        self.grid.set_words(sheet.words)
        self._ready(ready=True)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_made(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def _toggle(self) -> None:
        hidden = not self.grid.is_hidden_words()
        self.grid.set_hidden(hidden)
        self.grid.setVisible(not hidden)
        self.grow()
        self.show_button.setText(self.tr("Show the words") if hidden else self.tr("Hide the words"))
        self.show_button.set_icon_name("eye" if hidden else "eye-off")

    # --- paper -----------------------------------------------------------------------------------

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet in the background: a printer's queue can be slow to answer."""
        task = self.session.runner.run(
            _print_sheet,
            printer,
            self._sheet,
            on_done=lambda taken: self._printed(taken, printer.outputFileName()),
            on_error=self._not_printed,
            words=self.tr("Printing the sheet"),
            owner=self,
        )
        self.progress.follow(task, busy=self.print_button, can_stop=False)

    def _printed(self, taken: bool, file: str) -> None:
        if not taken:
            self._say(
                self.tr("The sheet was not printed."),
                self.tr("Nothing is lost. Try another printer, or save it to a USB stick."),
                "bad",
            )
        elif file:
            self._say(
                self.tr("Saved as {0}.").format(Path(file).name),
                self.tr("Print it, then take the file off this computer."),
            )
        else:
            self._say(self.tr("Sent to the printer."), self.tr("Collect it yourself, straight away."))

    def _not_printed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self._say(self.tr("The sheet was not printed."), error.message, "bad")

    def _save_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the recovery sheet"),
            str(Path.home() / _FILE_NAME),
            self.tr("PDF (*.pdf)"),
            # A file that is there is never replaced, so the dialog must not offer it.
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.save_as(Path(name))

    def save_as(self, path: Path) -> None:
        """Write the page to a new file: whole or not at all."""
        task = self.session.runner.run(
            _write_sheet,
            self._sheet,
            path,
            on_done=lambda _none: self._say(
                self.tr("Saved."), self.tr("Take the stick out, print the sheet, and lock both away.")
            ),
            on_error=self._not_saved,
            words=self.tr("Saving the sheet"),
            owner=self,
        )
        self.progress.follow(task, busy=self.file_button, can_stop=False)

    def _not_saved(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self._say(self.tr("The sheet was not saved."), error.message, "bad")

    def _say(self, heading: str, words: str, kind: str = "ok") -> None:
        self.said.set_message(heading, words, kind, "check-circle" if kind == "ok" else "x-circle")
        self.said.show()
        self.grow()
        self.words.input.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- in use ----------------------------------------------------------------------------------

    def save(self) -> None:
        if self._sheet is None:
            return
        if not self.words.text().strip():
            self.words.set_error(self.tr("Type the twelve words from the paper in your hand."))
            self.words.input.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.write(keeping.use_sheet, self._sheet, self.words.text())

    def done(self, result: int) -> None:
        self._sheet = None
        self.grid.set_words([])
        super().done(result)


def _write_sheet(sheet: NewSheet, path: Path) -> None:
    workflows.write_new_file(path, keeping.sheet_pdf(sheet))


def _print_sheet(printer: QPrinter, sheet: NewSheet) -> bool:
    """Print one page of A4, upright; False where the printer took nothing. Raises `StorageError`."""
    page = QImage.fromData(keeping.sheet_picture(sheet, PPI))
    printer.setFullPage(True)
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    printer.setDocName("Evidence: recovery sheet")
    painter = QPainter()
    if not painter.begin(printer):
        return False
    try:
        paint_page(painter, page, printer)
    finally:
        painter.end()
    return printer.printerState() not in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)
