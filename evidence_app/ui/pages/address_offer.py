"""Addresses that nobody has stated yet, offered under the field: read from the picture, or copied before."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.capture.browser_address import accepted
from evidence_app.records import Exhibit, Source
from evidence_app.ui import clipboard
from evidence_app.ui.widgets import IconLabel, Quiet, Strong, Text, secondary


class AddressOffer(QWidget):
    """One address with where it comes from, and a button to use it. Hidden where there is none to offer."""

    def __init__(self, use: Callable[[str, Source], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._use = use
        self.address, self.source = "", Source.PASTED
        self._words = Text(type="small")
        self.button = secondary(self.tr("Use this"), "check", size="compact", on_click=self._taken)
        self.button.setAccessibleName(self.tr("Use this address"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(10)
        row.addWidget(IconLabel("globe", "text_2", 16))
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button)
        self.hide()

    def show_for(self, exhibit: Exhibit, given: str) -> None:
        """Offer for this exhibit, where no address is given yet: what was read from its picture first, then
        what the clipboard holds."""
        self.address = ""
        if not given and (read := workflows.addresses_read(exhibit)):
            self.address, self.source = read[0], Source.READ_FROM_PICTURE
        elif not given and (copied := accepted(clipboard.text())) is not None:
            self.address, self.source = copied, Source.PASTED
        if self.address:
            known = {
                Source.READ_FROM_PICTURE: self.tr("Read from the picture, so check every letter: "),
                Source.PASTED: self.tr("In the clipboard: "),
            }
            self._words.set_parts(Quiet(known[self.source]), Strong(self.address))
            self.button.setAccessibleDescription(self._words.text())
        self.setVisible(bool(self.address))

    def withdraw(self, given: str) -> None:
        """Something was typed: nothing needs to be offered."""
        if given:
            self.hide()

    def _taken(self) -> None:
        self.hide()
        self._use(self.address, self.source)
