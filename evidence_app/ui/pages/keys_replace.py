"""Replace the vault's key after a suspected theft; afterwards the program starts afresh, locked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from evidence_app.errors import StoppedError, UsageError
from evidence_app.ui.pages.keys_paper import SheetPaper
from evidence_app.ui.pages.keys_passphrase import NewPassphrase
from evidence_app.ui.pages.work_dialog import WorkDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Notice, body
from evidence_app.vault import replacing
from evidence_app.workflows import rekeying
from evidence_app.workflows.keeping import NewSheet


class ReplaceKeyDialog(WorkDialog):
    """`replaced`: the vault has another key and is closed; the dialog was left."""

    replaced = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session.runner, "lock", parent)
        self._session = session
        self._paper: SheetPaper | None = None
        self.resize(680, 600)
        self.set_words(
            self.tr("Replace the key"),
            self.tr(
                "For when a computer, a backup or a sheet was stolen and somebody may have what opens it."
            ),
            self.tr("Replace the key"),
        )
        self.body.setContentsMargins(4, 4, 10, 4)  # room for the ring of the focus
        self.note = Notice(
            self.tr("Everything is sealed anew, beside the vault as it is."),
            self.tr(
                "It needs as much free room on the disk as the vault has now. If it is stopped, nothing is "
                "lost. Backups made before still open with the old passphrase. Your card gets eight new "
                "words, which others have to compare again."
            ),
            "warn",
            "alert-circle",
        )
        self.begun = Notice(
            self.tr("This was begun before and not finished."),
            self.tr("With the same new passphrase it goes on where it was; with another it begins anew."),
            "neutral",
            "info",
        )
        self.begun.setVisible(replacing.was_begun(session.vault.folder))
        self.fields = NewPassphrase((session.owner.name, session.owner.school))
        self.fields.second.submitted.connect(self.go)
        for part in (self.note, self.begun, self.fields):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.fields.first.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def go(self) -> None:
        if self.fields.is_right():
            self.work(
                rekeying.replace_key,
                self._session.vault,
                self.fields.first.text(),
                words=self.tr("Sealing to the new key"),
            )

    def _failed(self, error: BaseException) -> None:
        super()._failed(error)
        if isinstance(error, StoppedError):
            self.message.show_message(
                self.tr(
                    "Stopped. The vault is as it was. Start again with the same passphrase, and it goes on."
                ),
                "neutral",
            )

    def show_done(self, result: object) -> list[QWidget]:
        if not isinstance(result, NewSheet):
            raise UsageError(self.tr("There is no new sheet."))
        self.fields.forget()
        self._paper = SheetPaper(self._runner)
        self._paper.set_sheet(result)
        self.cancel_button.setText(self.tr("Lock and start afresh"))
        return [
            Notice(
                self.tr("The vault has a new key."),
                self.tr("Only the new passphrase opens it, and this new recovery sheet."),
                "ok",
                "check-circle",
            ),
            body(self.tr("Print the new sheet now, and tear up the old one:")),
            self._paper,
            body(
                self.tr(
                    "Then make a new backup to a new folder, and send your card again to those you send "
                    "bundles to."
                )
            ),
        ]

    def _done(self, result: object) -> None:
        super()._done(result)
        self.cancel_button.setText(self.tr("Lock and start afresh"))
        if self._paper is not None:
            self._paper.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        finished, self._paper = self._paper, None
        if finished is None:
            self.fields.forget()
        else:
            finished.forget()
        super().done(result)
        if finished is not None:
            self.replaced.emit()
