"""Two columns that become one where there is no room for both."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

GAP = 24


def column(*widgets: QWidget, gap: int = 16) -> QWidget:
    """Widgets one below the other, as high as they need to be."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return holder


class Columns(QWidget):
    """`right` is the width of the right column in pixels; below `stack_below` it goes under the left one."""

    def __init__(
        self, left: QWidget, right_widget: QWidget, *, right: int, stack_below: int, gap: int = GAP
    ) -> None:
        super().__init__()
        self._right, self._limit, self._width = right_widget, stack_below, right
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(gap)
        # A left column that is hidden leaves the right one on its side.
        holder = column(left)
        self._layout.addWidget(holder, 1)
        self._layout.addWidget(right_widget, 0, Qt.AlignmentFlag.AlignTop)
        right_widget.setFixedWidth(right)
        holder.setMinimumWidth(1)

    def is_stacked(self) -> bool:
        """Whether the columns are below each other now."""
        return self._layout.direction() is QBoxLayout.Direction.TopToBottom

    def resizeEvent(self, event: QResizeEvent) -> None:
        stacked = event.size().width() < self._limit
        if stacked != self.is_stacked():
            directions = QBoxLayout.Direction
            self._layout.setDirection(directions.TopToBottom if stacked else directions.LeftToRight)
            if stacked:
                self._right.setMinimumWidth(0)
                self._right.setMaximumWidth(16_777_215)
                self._layout.setAlignment(self._right, Qt.AlignmentFlag(0))
            else:
                self._right.setFixedWidth(self._width)
                self._layout.setAlignment(self._right, Qt.AlignmentFlag.AlignTop)
        super().resizeEvent(event)
