"""The note of a series ("3 pictures") and of a recording ("0:12"), with what can be done next.

It is on top of everything and takes no keyboard. In a series it leaves before every picture; beside a
recording it stands where it is not recorded, and where there is no such place it is not shown at all.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from evidence_app.records import Area
from evidence_app.ui.overlay_away import area_of_screen
from evidence_app.ui.overlay_note import Note
from evidence_app.ui.widgets import primary, secondary

_EDGE = 12


class SeriesNote(Note):
    """How many pictures there are; the next one, or the end."""

    next_chosen = Signal()
    finished = Signal()

    def __init__(self, key: str, on: QScreen) -> None:
        super().__init__("", "series", on)
        words = self.tr("Next picture")
        self.next = secondary(
            f"{words} ({key})" if key else words, size="compact", on_click=self.next_chosen.emit
        )
        self.finish = primary(self.tr("Finish"), "check", size="compact", on_click=self.finished.emit)
        for button in (self.next, self.finish):
            self.row.addWidget(button)

    def count(self, pictures: int) -> None:
        """Say how many pictures are sealed."""
        one = self.tr("1 picture sealed. Scroll on, then take the next.")
        self.say(one if pictures == 1 else self.tr("{0} pictures sealed").format(pictures))


class RecordingNote(Note):
    """The running time, and Stop."""

    stopped = Signal()

    def __init__(self, on: QScreen) -> None:
        super().__init__("", "record", on)
        self.stop = primary(self.tr("Stop"), "stop", size="compact", on_click=self.stopped.emit)
        self.row.addWidget(self.stop)
        self.run(0)

    def run(self, seconds: float) -> None:
        """Say how long it has been running."""
        whole = int(seconds)
        self.say(self.tr("Recording {0}:{1:02}").format(whole // 60, whole % 60))

    def place_beside(self, area: Area) -> bool:
        """Stand where it is not recorded, on any screen; False where there is no such place."""
        self.adjustSize()
        for on in QGuiApplication.screens():
            whole, ratio = area_of_screen(on), on.devicePixelRatio()
            box = on.geometry()
            # The recorded part in Qt's measure of this screen.
            left = box.left() + (area.left - whole.left) / ratio
            top = box.top() + (area.top - whole.top) / ratio
            taken = QRect(
                int(left) - 1, int(top) - 1, int(area.width / ratio) + 3, int(area.height / ratio) + 3
            )
            middle = box.center().x() - self.width() // 2
            right = box.right() - self.width() - _EDGE
            for x in (middle, box.left() + _EDGE, right):
                for y in (box.top() + _EDGE, box.bottom() - self.height() - _EDGE):
                    if not QRect(x, y, self.width(), self.height()).intersects(taken):
                        self.setScreen(on)
                        self.keep_at(x, y)
                        return True
        return False
