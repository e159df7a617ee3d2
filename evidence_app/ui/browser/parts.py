"""The foot of the capture browser while a page is captured: the parts, the time left, and Stop."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from evidence_app.records import Progress
from evidence_app.ui import theme
from evidence_app.ui.widgets import IconDisc, Text, area, secondary, time_left_words

_MOST = 24
"""More parts than this are painted as one bar: they would be too narrow to tell apart."""


class Segments(QWidget):
    """One box for each part; the one being worked at is half full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done, self._total = 0, 0
        self.setFixedHeight(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Progress"))

    def set_parts(self, done: int, total: int) -> None:
        """`total` 0: not known yet."""
        self._done, self._total = done, total
        words = self.tr("{0} of {1}").format(done, total) if total else self.tr("length not known")
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        count = self._total if 0 < self._total <= _MOST else 1
        gap = 4.0
        width = (self.width() - gap * (count - 1)) / count
        share = self._done / self._total if self._total else 0.0
        for part in range(count):
            box = QRectF(part * (width + gap), 0, width, self.height()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(t.color("border"), 1))
            painter.setBrush(t.color("sunken"))
            painter.drawRoundedRect(box, 2, 2)
            full = share if count == 1 else 1.0 if part < self._done else 0.6 if part == self._done else 0.0
            if full > 0:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(t.color("accent"))
                painter.drawRoundedRect(QRectF(box.left(), 0, box.width() * full, self.height()), 2, 2)


class PartsRow(QWidget):
    """Shown while a capture is under way: over the foot of the page, whose size must not change meanwhile."""

    stop_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Text(type="strong", wrap=False)
        self.left = Text(type="body2", wrap=False)
        self.segments = Segments()
        self.stop = secondary(self.tr("Stop"), "stop", on_click=self._stop)
        note = Text(
            self.tr("It is sealed as soon as the last part is joined. You can look away while it works."),
            type="hint",
        )
        frame = area("header")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        top = QHBoxLayout()
        top.addWidget(self.words)
        top.addStretch(1)
        top.addWidget(self.left)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addLayout(top)
        middle.addWidget(self.segments)
        middle.addWidget(note)
        row = QHBoxLayout(frame)
        row.setContentsMargins(24, 18, 24, 18)
        row.setSpacing(22)
        row.addWidget(IconDisc("page-down", 44))
        row.addLayout(middle, 1)
        row.addWidget(self.stop)
        self._started, self._phase = 0.0, ""
        self.hide()

    def begin(self, words: str) -> None:
        """A capture begins."""
        self._started, self._phase = time.monotonic(), ""
        self.stop.setEnabled(True)
        self.show_progress(Progress(0, 0, words))
        self.show()
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_progress(self, progress: Progress) -> None:
        """Words, parts and time left."""
        phase = progress.words.partition(":")[0]
        if phase != self._phase:
            self._phase, self._started = phase, time.monotonic()
        self.words.setText(progress.words)
        parts = progress.total <= _MOST
        self.segments.set_parts(progress.done, progress.total if parts else max(progress.total, 1))
        spent = time.monotonic() - self._started
        known = progress.total > 0 and progress.done > 0 and spent > 0.3
        seconds = spent * (progress.total - progress.done) / progress.done if known else None
        self.left.setText(time_left_words(seconds))

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.left.setText(self.tr("Stopping"))
        self.stop_pressed.emit()
