"""The pictures of a series on the exhibit page: which of them is shown, one at a time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QWidget

from evidence_app.records import Exhibit
from evidence_app.ui.thumbnails import decode_own, view_clear
from evidence_app.ui.widgets import IconButton, Text
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault


class SeriesBar(QWidget):
    """`place` counts from 0, the original. `turned` says that another one is to be shown. Hidden for what is
    no series."""

    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place, self._number, self._count = 0, "", 1
        self.before = IconButton(
            "chevron-left", self.tr("Picture before"), size="compact", on_click=lambda: self._turn(-1)
        )
        self.after = IconButton(
            "chevron-right", self.tr("Next picture"), size="compact", on_click=lambda: self._turn(1)
        )
        self.words = Text("", type="small", wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self.before, self.words, self.after):
            row.addWidget(part)
        self.hide()

    def set_exhibit(self, exhibit: Exhibit) -> None:
        """The pictures of this exhibit; the first one, where it is another exhibit than before."""
        count = 0 if exhibit.standing.locked_away is not None else len(exhibit.observed.series)
        self.set_count(exhibit.number, count, stay=exhibit.number == self._number)

    def set_count(self, number: str, count: int, *, stay: bool = False) -> None:
        """So many pictures of an exhibit; from the first one on, unless it is to `stay` where it is."""
        if not stay:
            self.place, self._number = 0, number
        self._count = max(1, count)
        self.setVisible(self._count > 1)
        self._update()

    def _turn(self, step: int) -> None:
        self.place = min(max(0, self.place + step), self._count - 1)
        self._update()
        self.turned.emit()

    def _update(self) -> None:
        self.words.setText(self.tr("{0} of {1}").format(self.place + 1, self._count))
        self.before.setEnabled(self.place > 0)
        self.after.setEnabled(self.place < self._count - 1)


def view_place(vault: Vault, exhibit: Exhibit, place: int) -> QImage:
    """The clear picture at this place of a series, for background work. That it was viewed is an entry."""
    if place == 0:
        return view_clear(vault, exhibit)
    data = vault.read_file(exhibit.number, exhibit.files[place - 1].name)
    # Should it be locked away in this moment, the entry is refused, and the bytes go no further.
    vault.record(acts.exhibit_viewed(exhibit.number))
    return decode_own(data)
