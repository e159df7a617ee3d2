"""The steps of a wizard: done, you are here, next, later."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from evidence_app.ui import icons, theme

STEP = 56
DISC = 24


class StepRail(QLabel):
    """A list of steps that only shows; the wizard's buttons move. Screen readers get it in words."""

    def __init__(self, steps: Sequence[str], current: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = list(steps)
        self._current = current
        self._missing: frozenset[int] = frozenset()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(STEP * len(self._steps))
        self._describe()

    def current(self) -> int:
        """Index of the step that is being done; the number of steps when all are done."""
        return self._current

    def set_current(self, index: int) -> None:
        """Move to a step; `len(steps)` shows all as done."""
        self._current = index
        self._describe()
        self.update()

    def set_missing(self, steps: Collection[int]) -> None:
        """Steps that lack something: they are not shown as done once they are passed."""
        self._missing = frozenset(steps)
        self._describe()
        self.update()

    def _done(self, index: int) -> bool:
        return index < self._current and index not in self._missing

    def state(self, index: int) -> str:
        """The words shown under a step."""
        if index < self._current and index in self._missing:
            return self.tr("Not complete yet")
        if index < self._current:
            return self.tr("Done")
        if index == self._current:
            return self.tr("You are here")
        return self.tr("Next") if index == self._current + 1 else self.tr("Later")

    def _describe(self) -> None:
        total = len(self._steps)
        if self._current < total:
            words = self.tr("Step {0} of {1}: {2}").format(
                self._current + 1, total, self._steps[self._current]
            )
        else:
            words = self.tr("All {0} steps are done").format(total)
        self.setAccessibleName(words)
        lines = (f"{step}: {self.state(i)}" for i, step in enumerate(self._steps))
        self.setAccessibleDescription(", ".join(lines))

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        for index in range(len(self._steps) - 1):
            done = index < self._current
            painter.setPen(QPen(t.color("accent" if done else "border"), 2 if done else 1.4))
            x = DISC / 2
            painter.drawLine(QPointF(x, index * STEP + DISC), QPointF(x, (index + 1) * STEP))
        for index, step in enumerate(self._steps):
            self._paint_step(painter, index, step)

    def _paint_step(self, painter: QPainter, index: int, step: str) -> None:
        t = theme.tokens()
        disc = QRectF(0, index * STEP, DISC, DISC)
        done, here = self._done(index), index == self._current
        painter.setBrush(t.color("accent" if done else "surface"))
        painter.setPen(QPen(t.color("accent" if done or here else "border"), 2 if done or here else 1.2))
        painter.drawEllipse(disc.adjusted(1, 1, -1, -1))
        if done:
            icons.draw(painter, "check", "on_accent", disc.adjusted(5, 5, -5, -5))
        else:
            painter.setFont(theme.font("hint", weight=600))
            painter.setPen(t.color("accent" if here else "text_2"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(index + 1))
        left, width = DISC + 12, self.width() - DISC - 12
        painter.setFont(theme.font("strong"))
        painter.setPen(t.color("text" if here else "text_2"))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(left, index * STEP + 1, width, 20), align, step)
        painter.setFont(theme.font("hint"))
        painter.setPen(t.color("text_2"))
        painter.drawText(QRectF(left, index * STEP + 22, width, 18), align, self.state(index))
