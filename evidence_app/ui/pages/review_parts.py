"""Parts of the review page: what was observed, and where the exhibit is filed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from evidence_app.records import Exhibit, Observed
from evidence_app.ui import say
from evidence_app.ui.pages.page_rows import add_page
from evidence_app.ui.widgets import HashLabel, IconButton, ObservedPanel, Select


def fill_observed(panel: ObservedPanel, exhibit: Exhibit, fingerprint: QWidget) -> None:
    """What the program saw at the click, row by row."""
    seen = exhibit.observed
    panel.clear()
    clock = f"{seen.clock[:1].upper()}{seen.clock[1:]}."
    panel.add(say.tr("Time"), f"{say.clock(seen.utc)}, {say.short_day(seen.utc)}", clock)
    if seen.page is None:
        panel.add(say.tr("Screen"), screen_words(seen))
        panel.add(say.tr("Window"), window_words(seen))
    add_page(panel, exhibit.observed.page, short=True)
    panel.add(
        say.tr("Fingerprint"),
        fingerprint,
        say.tr("SHA-256 of the picture, entry {0} in the record").format(exhibit.seq),
    )


class Fingerprint(QWidget):
    """The digest in groups, as many as there is room for, and a button that copies the whole of it."""

    def __init__(self, digest: str, *, wide: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(HashLabel(digest, keep=(4, 2) if wide else (2, 2)))
        self.copy = IconButton(
            "copy",
            self.tr("Copy the whole fingerprint"),
            size="compact",
            on_click=lambda: QGuiApplication.clipboard().setText(digest),
        )
        self.copy.setFixedSize(24, 20)
        row.addWidget(self.copy)


class FiledIn(Select):
    """Filing is an entry in the record: keys open the list first, and nothing is chosen in passing."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        leaves = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
        if event.key() in leaves or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif event.key() in (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_Space,
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            self.showPopup()

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]


def screen_words(seen: Observed) -> str:
    if seen.area is None:
        return say.tr("Not known")
    taken = f"{seen.area.width} × {seen.area.height}"
    monitor = next((one for one in seen.monitors if one.number == seen.monitor), None)
    if monitor is None:
        return say.tr("Area {0} across several displays").format(taken)
    whole = f"{monitor.area.width} × {monitor.area.height}"
    if seen.area == monitor.area:
        return say.tr("Display {0}, all of {1}").format(monitor.number, whole)
    return say.tr("Display {0}, area {1} of {2}").format(monitor.number, taken, whole)


def window_words(seen: Observed) -> str:
    window = seen.window
    if window is None:
        return say.tr("Not known")
    return f"“{window.title}”, {window.process}" if window.title else window.process
