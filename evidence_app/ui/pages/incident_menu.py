"""The "More" menu of an incident: a note, a hold on it and all its exhibits, and its release."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from evidence_app.records import Hold
from evidence_app.ui.pages.safeguard_dialogs import HoldDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Chip, MenuAct, MenuButton


class IncidentMenu(QObject):
    """`note_requested`: a note is wanted. Owns the button and the chip that says that the incident is on
    hold; the page places both."""

    note_requested = Signal()

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._page = session, page
        self.dialog: QDialog | None = None
        self.button = MenuButton(self.tr("More"), ())
        self.chip = Chip(self.tr("On hold"), "neutral", "hand")
        self.show_incident("", None)

    def show_incident(self, reference: str, held: Hold | None) -> None:
        """The lines for this incident as it stands now; none for an empty reference."""
        self.chip.setVisible(held is not None)
        self.chip.setToolTip("" if held is None else f"{held.asked_by}: {held.reason}")
        self.button.setEnabled(bool(reference))
        words = self.tr("Put it on hold") if held is None else self.tr("Release the hold")
        self.button.set_acts(
            [
                MenuAct(self.tr("Add a note"), self.note_requested.emit),
                MenuAct(words, lambda: self._hold(reference, release=held is not None)),
            ]
        )

    def _hold(self, reference: str, *, release: bool) -> None:
        dialog = HoldDialog(self._session, reference, release=release, parent=self._page.window())
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
