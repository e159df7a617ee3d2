"""Progress over 0.3 s: words, time left and Stop (page 15)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from evidence_app.records import Progress
from evidence_app.ui import theme
from evidence_app.ui.tasks import Task
from evidence_app.ui.widgets.button import Button, secondary
from evidence_app.ui.widgets.card import Card
from evidence_app.ui.widgets.icon import IconLabel
from evidence_app.ui.widgets.text import Text


def time_left_words(seconds: float | None) -> str:
    """For example "About 8 seconds left"; empty while unknown."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("progress", text)

    if seconds is None:
        return ""
    if seconds < 1.5:
        return tr("Almost done")
    if seconds < 90:
        return tr("About {0} seconds left").format(round(seconds))
    return tr("About {0} minutes left").format(round(seconds / 60))


class Bar(QProgressBar):
    """A progress bar of 8 pixels; `fraction` None means that the length is not known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction: float | None = None
        self.setFixedHeight(8)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(QCoreApplication.translate("progress", "Progress"))

    def set_fraction(self, fraction: float | None) -> None:
        """0 to 1, or None."""
        self._fraction = None if fraction is None else min(1.0, max(0.0, fraction))
        self.setRange(0, 0 if fraction is None else 1000)
        if self._fraction is not None:
            self.setValue(round(self._fraction * 1000))
        unknown = QCoreApplication.translate("progress", "length not known")
        self.setAccessibleDescription(unknown if fraction is None else f"{fraction:.0%}")
        self.update()

    def fraction(self) -> float | None:
        """What is shown."""
        return self._fraction

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(t.color("border"), 1))
        painter.setBrush(t.color("sunken"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.color("accent"))
        if self._fraction is None:
            # Still, on purpose: no moving picture, the words say that work goes on.
            for left in range(4, self.width() - 16, 32):
                painter.drawRoundedRect(QRectF(left, 2, 16, 4), 2, 2)
        elif self._fraction > 0:
            painter.drawRoundedRect(QRectF(0, 0, max(8.0, self.width() * self._fraction), 8), 4, 4)


class ProgressRow(Card):
    """Hidden until its task has run for 0.3 s; hides itself when the task has finished."""

    stop_pressed = Signal()

    def __init__(self, icon: str = "shield-check", *, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(padding=16, parent=parent)
        self._note = note
        self._task: Task | None = None
        self.words = Text(type="strong", wrap=False)
        self.time_left = Text(type="hint", wrap=False)
        self.bar = Bar()
        self.stop_button = secondary(self.tr("Stop"), "stop", size="compact", on_click=self._stop)
        top = QHBoxLayout()
        top.addWidget(self.words)
        top.addStretch(1)
        top.addWidget(self.time_left)
        middle = QVBoxLayout()
        middle.setSpacing(6)
        middle.addLayout(top)
        middle.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.setContentsMargins(6, 0, 4, 0)
        row.addWidget(IconLabel(icon, "accent", 26))
        row.addLayout(middle, 1)
        row.addWidget(self.stop_button)
        self.add(row)
        self.hide()

    def follow(self, task: Task, *, busy: Button | None = None, can_stop: bool = True) -> None:
        """Show this task's progress. `busy` is the button that started it: disabled until the end."""
        self._task = task
        self.stop_button.setVisible(can_stop)
        self.stop_button.setEnabled(True)
        self.show_progress(task.progress)
        if busy is not None:
            busy.setEnabled(False)
            task.finished.connect(lambda: busy.setEnabled(True))
        task.became_visible.connect(self.show)
        task.progressed.connect(self.show_progress)
        task.finished.connect(self._ended)

    def show_progress(self, progress: Progress) -> None:
        """Words, bar and time left of a report."""
        task = self._task
        self.words.setText(progress.words or (task.words if task else ""))
        self.bar.set_fraction(progress.done / progress.total if progress.total > 0 else None)
        left = time_left_words(task.seconds_left() if task else None)
        self.time_left.setText(". ".join(part for part in (left, self._note) if part))

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.time_left.setText(self.tr("Stopping"))
        if self._task is not None:
            self._task.stop()
        self.stop_pressed.emit()

    def _ended(self) -> None:
        self._task = None
        self.hide()
