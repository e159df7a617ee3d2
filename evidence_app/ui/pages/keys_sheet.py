"""A new recovery sheet: print it, show that the paper works, and only then it takes the old one's place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.ui.pages.keys_paper import SheetPaper
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Notice, TextAreaField, strong
from evidence_app.workflows import keeping
from evidence_app.workflows.keeping import NewSheet


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
        self.paper = SheetPaper(session.runner)
        self.paper.grown.connect(self.grow)
        self.paper.done.connect(lambda: self.words.input.setFocus(Qt.FocusReason.OtherFocusReason))
        self.body.addWidget(strong(self.tr("1. Print it, or copy the words by hand")))
        self.body.addWidget(self.paper)
        self.body.addWidget(strong(self.tr("2. Show that the paper works")))
        self.body.addWidget(self.words)
        self.save_button.setEnabled(False)
        task = session.runner.run(
            keeping.new_sheet,
            session.vault,
            on_done=self._made,
            on_error=self._not_made,
            words=self.tr("Making the sheet"),
            owner=self,
        )
        self.paper.progress.follow(task, can_stop=False)

    def _made(self, sheet: NewSheet) -> None:
        self._sheet = sheet
        self.paper.set_sheet(sheet)
        self.save_button.setEnabled(True)
        self.paper.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_made(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def save(self) -> None:
        if self._sheet is None:
            return
        if not self.words.text().strip():
            self.words.set_error(self.tr("Type the twelve words from the paper in your hand."))
            self.words.input.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.write(keeping.use_sheet, self._sheet, self.words.text())

    def reject(self) -> None:
        # Cancel works from the start: until the sheet is made there is nothing to save.
        if self.save_button.isEnabled() or self._sheet is None:
            QDialog.reject(self)

    def done(self, result: int) -> None:
        self._sheet = None
        self.paper.forget()
        super().done(result)
