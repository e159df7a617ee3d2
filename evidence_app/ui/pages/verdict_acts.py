"""The acts of a verification page: receipt, reports, asking for a new copy, passing on, unlocked copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from evidence_app import workflows
from evidence_app.bundle.card import SUFFIX as CARD_SUFFIX
from evidence_app.bundle.receipt import SUFFIX as RECEIPT_SUFFIX
from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import ReceiptRow
from evidence_app.ui.pages import verdict_ask
from evidence_app.ui.pages.forward import ForwardDialog
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.verdict_ask import AskDialog
from evidence_app.ui.pages.verdict_data import Found, Where, save_bundle_report, save_check_report
from evidence_app.ui.pages.verdict_faces import Face, face_of
from evidence_app.ui.pages.verdict_unlocked import UnlockedDialog
from evidence_app.ui.pages.work_dialog import documents, free_path
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import ProgressRow
from evidence_app.vault.vault import Vault

Dialog = AskDialog | ForwardDialog | UnlockedDialog


class Acts(QObject):
    """What can be done with one answer. An act that ends says so by `said`: title, text, kind, and the
    folder where something was written, or nothing."""

    said = Signal(str, str, str, str)
    receipt_issued = Signal(str)
    forwarded = Signal(str)

    def __init__(
        self,
        runner: TaskRunner,
        session: Session | None,
        found: Found,
        where: Where,
        progress: ProgressRow,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._runner, self._session, self._found, self._where = runner, session, found, where
        self._progress, self._window = progress, window
        self.face = face_of(found.answer)
        self.row = found.row
        self.file_name = where.path.name if self.row is None else self.row.file_name
        self.dialog: Dialog | None = None
        owner = None if session is None else session.owner
        self._ask = verdict_ask.ask_for(self.face, found, self.file_name, owner, datetime.now(UTC))

    @property
    def _vault(self) -> Vault | None:
        return None if self._session is None else self._session.vault

    # --- receipt --------------------------------------------------------------------------------

    @property
    def sender_words(self) -> str:
        """The reader's own name for a confirmed sender; else what the bundle claims, marked as that."""
        verdict = self._found.verdict
        if verdict is None or verdict.facts is None:
            return self.tr("the sender")
        if verdict.confirmed is not None:
            return verdict.confirmed.name
        return self.tr("{0} (not confirmed)").format(verdict.facts.sender_name)

    def _stem(self) -> str:
        name = Path(self.file_name).name
        return name.removesuffix(".evidence").removesuffix(".tar") or self.tr("bundle")

    def choose_receipt(self) -> None:
        """Ask where to, then `issue_to`."""
        self._save(
            self.tr("Issue receipt"),
            RECEIPT_SUFFIX,
            self.tr("Receipts (*{0})").format(RECEIPT_SUFFIX),
            self.issue_to,
        )

    def issue_to(self, path: Path) -> None:
        """Write a signed receipt for what is shown; the act is in the record first."""
        if self._session is None or self._found.verdict is None:
            return
        self._run(
            workflows.issue_receipt,
            self._session.vault,
            self._found.verdict,
            path,
            on_done=lambda row: self._issued(row, path),
            words=self.tr("Issuing the receipt"),
        )

    def _issued(self, row: ReceiptRow, path: Path) -> None:
        number = self.tr("It is {0} in your register.").format(row.number) if row.number else ""
        state = (
            self.tr("It says: unchanged, sender confirmed.")
            if self.face is Face.INTACT
            else self.tr("It says: {0}.").format(self._receipt_says())
        )
        self._changed()
        self.said.emit(
            self.tr("The receipt is written. Send it back to {0}.").format(self.sender_words),
            self.tr("{0}. {1} {2} They open it in Evidence, and can then show when you were told.").format(
                path.name, state, number
            ),
            "ok",
            str(path.parent),
        )
        self.receipt_issued.emit(str(path))

    def _receipt_says(self) -> str:
        return {
            Face.ALTERED: self.tr("altered"),
            Face.IN_CONFLICT: self.tr("unchanged, but in conflict with earlier bundles"),
        }.get(self.face, self.tr("unchanged, sender not confirmed"))

    # --- reports and the card -------------------------------------------------------------------

    def choose_bundle_report(self) -> None:
        """Ask where to, then `save_bundle_report`."""
        words = self.tr("PDF documents (*.pdf)")
        self._save(self.tr("Save report"), "-report.pdf", words, self.save_bundle_report)

    def save_bundle_report(self, path: Path) -> None:
        """Write the evidence report that is in the bundle."""
        if self._session is not None:
            vault, where = self._session.vault, self._where
            self._run(save_bundle_report, vault, where, path, on_done=self._saved, words=self.tr("Saving"))

    def choose_check_report(self) -> None:
        """Ask where to, then `save_check_report`."""
        words = self.tr("PDF documents (*.pdf)")
        self._save(self.tr("Save report"), "-check.pdf", words, self.save_check_report)

    def save_check_report(self, path: Path) -> None:
        """Write what was checked on one page."""
        self._run(
            save_check_report,
            self._vault,
            self._where,
            self._found,
            path,
            on_done=self._saved,
            words=self.tr("Writing the page"),
        )

    def _saved(self, path: Path) -> None:
        self._changed()
        self.said.emit(
            self.tr("The report is saved."),
            self.tr("{0}. It is not encrypted: keep it as you keep the evidence itself.").format(path.name),
            "ok",
            str(path.parent),
        )

    def choose_copy(self) -> None:
        """Ask where to, then `save_copy`."""
        suffix = Path(self.file_name).suffix or ".evidence"
        self._save(self.tr("Copy the file"), suffix, self.tr("All files (*)"), self.save_copy)

    def save_copy(self, path: Path) -> None:
        """Write the kept file out, byte for byte; that it was handed out is recorded."""
        if self._session is None or self.row is None:
            return

        def copied(_row: object) -> None:
            self._changed()
            self.said.emit(
                self.tr("The file is copied, exactly as it came."),
                self.tr("{0}. It opens for the people it was sealed for, and for nobody else.").format(
                    path.name
                ),
                "ok",
                str(path.parent),
            )

        self._run(
            workflows.forward_as_received,
            self._session.vault,
            self.row.reference,
            path,
            on_done=copied,
            words=self.tr("Copying the file"),
        )

    def choose_card(self) -> None:
        """Ask where to, then `save_card`."""
        if self._session is not None:
            self._save(
                self.tr("Save my contact card"),
                CARD_SUFFIX,
                self.tr("Contact cards (*{0})").format(CARD_SUFFIX),
                self.save_card,
                stem=self._session.owner.name,
            )

    def save_card(self, path: Path) -> None:
        """Write the owner's contact card, to send it along."""
        if self._session is None:
            return
        data = workflows.own_card(self._session.vault)

        def saved(_none: object) -> None:
            self.said.emit(
                self.tr("Your contact card is saved. Send it along."), path.name, "ok", str(path.parent)
            )

        self._run(workflows.write_new_file, path, data, on_done=saved, words=self.tr("Saving"))

    # --- dialogs --------------------------------------------------------------------------------

    def ask_for_copy(self) -> None:
        """Ready words, and the note in the register. Without a vault they are only copied."""
        if self._ask is None:
            return
        if self._session is None:
            verdict_ask.copy_words(self._ask.letter)
            self.said.emit(self.tr("The words are copied."), self._ask.letter, "neutral", "")
            return
        reference = "" if self.row is None else self.row.reference
        dialog = AskDialog(self._session, self._ask, reference, self._window)
        dialog.recorded.connect(self._asked)
        self._open(dialog)

    def _asked(self, reference: str) -> None:
        where = self.tr("That you asked is in the register, with {0}.").format(reference) if reference else ""
        self.said.emit(
            self.tr("The words are copied."),
            " ".join([self.tr("Paste them into a message of yours; nothing was sent."), where]).strip(),
            "ok",
            "",
        )

    def forward(self) -> None:
        """Pass the kept bundle on."""
        if self._session is None or self.row is None:
            return
        dialog = ForwardDialog(self._session, self.row.reference, self._where.keys, self._window)
        dialog.done_with.connect(lambda passed: self.forwarded.emit(str(passed.path)))
        self._open(dialog)

    def unlock(self) -> None:
        """An unlocked copy in a new folder."""
        folder = free_path(documents(), self._stem() + self.tr(" unlocked"), "")
        dialog = UnlockedDialog(self._runner, self._vault, self._where, folder, self._window)
        dialog.done_with.connect(lambda _folder: self._changed())
        self._open(dialog)

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    # --- furniture ------------------------------------------------------------------------------

    def _save(
        self, title: str, ending: str, kinds: str, then: Callable[[Path], None], stem: str = ""
    ) -> None:
        proposal = free_path(documents(), stem or self._stem(), ending)
        path = ask_new_file(self._window, title, proposal, kinds)
        if path is not None:
            then(path)

    def _run(
        self,
        act: Callable[..., object],
        *args: object,
        on_done: Callable[..., object],
        words: str,
    ) -> None:
        task = self._runner.run(act, *args, on_done=on_done, on_error=self._failed, words=words, owner=self)
        self._progress.follow(task)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError) and not isinstance(error, StoppedError):
            self.said.emit(self.tr("That did not work."), error.message, "bad", "")

    def _changed(self) -> None:
        if self._session is not None:
            self._session.changed.emit()
