"""The "More" menu of the exhibit page: custody log, covering, withdrawal, hold, locking away, disposal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.ui import say
from evidence_app.ui.pages import custody
from evidence_app.ui.pages.cover_drafts import why_not_covered
from evidence_app.ui.pages.disposal_dialog import DisposalDialog
from evidence_app.ui.pages.exhibit_panels import ExhibitFile
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.pages.safeguard_dialogs import (
    BringBackDialog,
    HoldDialog,
    InstructionDialog,
    LockAwayDialog,
    WithdrawDialog,
)
from evidence_app.ui.session import Session
from evidence_app.ui.thumbnails import Thumbnails
from evidence_app.ui.widgets import MenuAct, MenuButton, secondary


class SafeguardMenu(QObject):
    """Owns the menu's button and opens its dialogs. `locked` carries the number and all names that are now
    locked away, `disposing` the number the moment it is gone, `disposed` that its dialog is closed."""

    locked = Signal(str, object)
    referral_requested = Signal(str)
    cover_requested = Signal(str)
    disposing = Signal(str)
    disposed = Signal()

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._page = page
        self._file: ExhibitFile | None = None
        self.dialog: QDialog | None = None
        self.button = MenuButton(self.tr("More"), ())
        self.cover_button = secondary(self.tr("Cover parts"), "cover", size="compact", on_click=self._cover)
        self.cover_button.hide()

    def set_file(self, file: ExhibitFile) -> None:
        """The lines for this exhibit, as it stands now."""
        self._file = file
        standing = file.exhibit.standing
        why_not = why_not_covered(file.exhibit)
        self.cover_button.setVisible(not why_not)
        self.cover_button.setToolTip(self.tr("Cover parts of it, in a copy"))
        acts = [MenuAct(self.tr("Custody log"), self.show_custody)]
        if standing.held is None:
            hold = MenuAct(self.tr("Put on hold"), lambda: self._record(HoldDialog))
        else:
            hold = MenuAct(self.tr("Release the hold"), self._release)
        if standing.locked_away is not None:
            acts += [
                MenuAct(self.tr("Record a referral without the picture"), self._refer),
                MenuAct(self.tr("Add who was told"), self.lock_away),
                MenuAct(self.tr("Record an instruction"), lambda: self._record(InstructionDialog)),
                hold,
            ]
        else:
            back = standing.withdrawn is not None
            acts += [
                MenuAct(self.tr("Cover parts, in a copy"), self._cover, why_not),
                MenuAct(self.tr("Bring back"), lambda: self._record(BringBackDialog))
                if back
                else MenuAct(self.tr("Withdraw: captured by mistake"), lambda: self._record(WithdrawDialog)),
                hold,
                MenuAct(self.tr("Lock away"), self.lock_away),
            ]
        acts.append(MenuAct(self.tr("Dispose of it"), self.dispose, file.why_kept))
        self.button.set_acts(acts)

    def lock_away(self) -> None:
        """Ask once, then lock it away; again for one that is locked away adds who was told."""
        dialog = self._record(LockAwayDialog)
        if dialog is not None and self._file is not None:
            number, before = self._file.exhibit.number, self._file.exhibit.standing.locked_away
            if before is None:
                dialog.recorded.connect(lambda names: self.locked.emit(number, names))

    def show_custody(self) -> None:
        """Read the log in the background, then show it."""
        if self._file is not None:
            number = self._file.exhibit.number
            self._session.runner.run(
                custody.read,
                self._session.vault,
                number,
                on_done=lambda acts: self._show_log(number, acts),
                on_error=self._failed,
                words=self.tr("Reading the custody log"),
                owner=self._page,
            )

    def _show_log(self, number: str, acts: Sequence[custody.Act]) -> None:
        self._open(custody.CustodyDialog(number, acts, self._page.window()))

    def _failed(self, error: BaseException) -> None:
        message = getattr(self._page, "message", None)
        if isinstance(error, EvidenceError) and message is not None:
            message.show_message(error.message)

    def dispose(self) -> None:
        """The dialog of a disposal; only where it is due or instructed."""
        if self._file is None or self._file.why_kept:
            return
        number = self._file.exhibit.number
        dialog = DisposalDialog(self._session, number, self._page.window())

        def gone(_made: object) -> None:
            Thumbnails.of(self._session).forget(number)
            self.disposing.emit(number)
            self._session.changed.emit()
            dialog.finished.connect(lambda _code: self.disposed.emit())

        dialog.done_with.connect(gone)
        self._open(dialog)

    def _cover(self) -> None:
        if self._file is not None:
            self.cover_requested.emit(self._file.exhibit.number)

    def _refer(self) -> None:
        if self._file is not None:
            self.referral_requested.emit(self._file.exhibit.number)

    def _release(self) -> None:
        if self._file is not None:
            number = self._file.exhibit.number
            self._open(HoldDialog(self._session, number, release=True, parent=self._page.window()))

    def _record(self, kind: Callable[..., RecordDialog]) -> RecordDialog | None:
        if self._file is None:
            return None
        dialog = kind(self._session, self._file.exhibit.number, parent=self._page.window())
        self._open(dialog)
        return dialog

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def marks(file: ExhibitFile) -> list[tuple[str, str, str, str]]:
    """How an exhibit stands, for chips: words, status, icon, and the reason for a tool tip."""
    standing, found = file.exhibit.standing, []
    if standing.locked_away is not None:
        found.append((say.tr("Locked away"), "bad", "lock", ""))
    elif standing.withdrawn is not None:
        found.append((say.tr("Withdrawn"), "warn", "undo", standing.withdrawn.reason))
    if standing.held is not None:
        found.append((say.tr("On hold"), "neutral", "hand", standing.held.reason))
    elif file.incident_held:
        found.append((say.tr("Incident on hold"), "neutral", "hand", ""))
    return found
