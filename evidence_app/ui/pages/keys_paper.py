"""A recovery sheet on its way to paper: print it, save it, or show its words to be copied by hand."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.errors import EvidenceError
from evidence_app.ui.pages.register_print import PPI, paint_page
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import FlowLayout, Notice, ProgressRow, WordGrid, secondary
from evidence_app.workflows import keeping
from evidence_app.workflows.keeping import NewSheet

_FILE_NAME = "evidence-recovery-sheet.pdf"


class SheetPaper(QWidget):
    """Three ways to paper. `grown`: it needs room; `done`: the sheet was printed or saved."""

    grown = Signal()
    done = Signal()

    def __init__(self, runner: TaskRunner) -> None:
        super().__init__()
        self._runner = runner
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
            button.setEnabled(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(buttons)
        for part in (self.grid, self.progress, self.said):
            column.addWidget(part)

    def set_sheet(self, sheet: NewSheet) -> None:
        """What is to be printed; its words stay hidden."""
        self._sheet = sheet
        self.grid.set_words(sheet.words)
        for button in (self.print_button, self.file_button, self.show_button):
            button.setEnabled(True)

    def forget(self) -> None:
        """No word stays in the window."""
        self._sheet = None
        self.grid.set_words([])

    def _toggle(self) -> None:
        hidden = not self.grid.is_hidden_words()
        self.grid.set_hidden(hidden)
        self.grid.setVisible(not hidden)
        self.grown.emit()
        self.show_button.setText(self.tr("Show the words") if hidden else self.tr("Hide the words"))
        self.show_button.set_icon_name("eye" if hidden else "eye-off")

    # --- paper -----------------------------------------------------------------------------------

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet in the background: a printer's queue can be slow to answer."""
        task = self._runner.run(
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
        task = self._runner.run(
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
        self.grown.emit()
        self.done.emit()


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
