"""The register on paper and as PDF: what is shown is what is printed or saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QPageLayout
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import RegisterRow
from evidence_app.ui import say
from evidence_app.ui.pages import register_data
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.register_bar import RegisterFoot
from evidence_app.ui.pages.register_print import print_register
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Notice, ProgressRow


class RegisterPaper(QWidget):
    """Acts on the buttons of `foot`; progress and what came of it. `rows` gives what is shown now."""

    said = Signal()

    def __init__(
        self,
        session: Session,
        foot: RegisterFoot,
        rows: Callable[[], tuple[RegisterRow, ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._foot, self._rows = session, foot, rows
        self.progress = ProgressRow("printer")
        self.notice = Notice("", "", "ok")
        self.notice.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.progress)
        column.addWidget(self.notice)
        foot.print_button.clicked.connect(self._print)
        foot.save_button.clicked.connect(self._save)

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print what is shown, in the background: a printer's queue can be slow to answer."""
        self.notice.hide()
        task = self._session.runner.run(
            print_register,
            printer,
            self._rows(),
            self._session.owner,
            on_done=lambda taken: self._printed(taken, printer.outputFileName()),
            on_error=self._not_printed,
            words=self.tr("Printing the register"),
            owner=self,
        )
        self.progress.follow(task, busy=self._foot.print_button)

    def _printed(self, taken: bool, file: str) -> None:
        if taken and file:
            # Some printers make a file.
            self._say(
                self.tr("Printed into the file {0}.").format(Path(file).name), self._in_the_clear(), "ok"
            )
        elif taken:
            self._say(
                self.tr("The register was sent to the printer."),
                self.tr("Collect it yourself, straight away: it names people."),
                "ok",
            )
        else:
            self._say(
                self.tr("The printer took nothing."),
                self.tr("Nothing is lost. Try another printer, or save the register as PDF."),
                "bad",
            )

    def _not_printed(self, error: BaseException) -> None:
        if isinstance(error, StoppedError):
            self._say(
                self.tr("You stopped printing."), self.tr("Nothing was sent to the printer."), "neutral"
            )
        elif isinstance(error, EvidenceError):
            self._say(self.tr("The register was not printed."), error.message, "bad")

    def _save(self) -> None:
        proposal = Path.home() / self.tr("Register of received bundles {0}.pdf").format(
            f"{say.local(datetime.now(UTC)):%Y-%m-%d}"
        )
        path = ask_new_file(self, self.tr("Save register"), proposal, self.tr("PDF (*.pdf)"))
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write what is shown as PDF into a new file."""
        self.notice.hide()
        task = self._session.runner.run(
            register_data.save,
            self._rows(),
            self._session.owner,
            path,
            on_done=self._saved,
            on_error=self._not_saved,
            words=self.tr("Saving the register"),
        )
        self.progress.follow(task, busy=self._foot.save_button, can_stop=False)

    def _saved(self, path: Path) -> None:
        self._say(
            self.tr("The register is saved."),
            f"{path}. {self._in_the_clear()}",
            "ok",
        )

    def _in_the_clear(self) -> str:
        return self.tr("It is not encrypted: keep it where only you can read it.")

    def _not_saved(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self._say(self.tr("The register was not saved."), error.message, "bad")

    def _say(self, words: str, more: str, kind: str) -> None:
        self.notice.set_message(words, more, kind)
        self.notice.show()
        self.said.emit()
