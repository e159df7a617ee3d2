"""The focus ring: 3 px accent, 2 px gap, round whatever has the keyboard focus.

One `FocusRing` watches the application. The ring is shown for text inputs always, for everything else
unless the focus came from a mouse press. A widget may set `ring_target` (another widget to surround),
`ring_radius`, or `no_ring = True` when it paints its own focus.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)

from evidence_app.ui import theme

WIDTH = 3
GAP = 2
REACH = WIDTH + GAP
TEXT_INPUTS = (QLineEdit, QPlainTextEdit, QTextEdit)
FOLLOWED = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
}


class _Ring(QWidget):
    def __init__(self, parent: QWidget, radius: int) -> None:
        super().__init__(parent)
        self.radius = radius
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.tokens().color("accent"), WIDTH))
        half = WIDTH / 2
        box = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, self.radius + GAP + half, self.radius + GAP + half)


class FocusRing(QObject):
    """Install once: `FocusRing.install(app)`."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: _Ring | None = None
        self._watched: list[QWidget] = []
        self._target: QWidget | None = None
        app.focusChanged.connect(self._on_focus)

    @staticmethod
    def install(app: QApplication) -> FocusRing:
        """The ring of this application; made at the first call."""
        found = app.findChild(FocusRing)
        return found if isinstance(found, FocusRing) else FocusRing(app)

    def shown_for(self) -> QWidget | None:
        """The widget that is surrounded now."""
        if self._ring is None or not shiboken6.isValid(self._ring) or self._ring.isHidden():
            return None
        return self._target

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._clear()
        if new is None or getattr(new, "no_ring", False) or _is_list(new):
            return
        by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if by_mouse and not isinstance(new, TEXT_INPUTS):
            return
        target = getattr(new, "ring_target", None) or new
        home = _home(target)
        if home is None or home is target:
            return
        self._target = target
        self._ring = _Ring(home, int(getattr(target, "ring_radius", theme.RADIUS_CONTROL)))
        walk: QWidget | None = target
        while walk is not None and walk is not home:
            walk.installEventFilter(self)
            self._watched.append(walk)
            walk = walk.parentWidget()
        self._place()

    def _clear(self) -> None:
        for widget in self._watched:
            if shiboken6.isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []
        if self._ring is not None and shiboken6.isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = self._target = None

    def _place(self) -> None:
        if self._ring is None or not shiboken6.isValid(self._ring) or self._target is None:
            return
        home = self._ring.parentWidget()
        if not shiboken6.isValid(self._target) or home is None:
            return
        corner = self._target.mapTo(home, QPoint(0, 0))
        self._ring.setGeometry(QRect(corner, self._target.size()).adjusted(-REACH, -REACH, REACH, REACH))
        self._ring.raise_()
        self._ring.setVisible(self._target.isVisible())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in FOLLOWED:
            self._place()
        return False


def _is_list(widget: QWidget) -> bool:
    """Lists and tables show focus on the row; their delegates paint it."""
    return isinstance(widget, QAbstractScrollArea) and not isinstance(widget, TEXT_INPUTS)


def _home(target: QWidget) -> QWidget | None:
    """Parent of the ring: the content of the nearest scroll area, so that it scrolls along, or the window."""
    walk = target.parentWidget()
    while walk is not None:
        holder = walk.parentWidget()
        area = holder.parentWidget() if holder is not None else None
        if isinstance(area, QScrollArea) and area.widget() is walk:
            return walk
        if walk.isWindow():
            return walk
        walk = holder
    return None


def paint_focus(painter: QPainter, rect: QRect, radius: int = 4) -> None:
    """A ring inside `rect`, for delegates of lists and tables."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.tokens().color("accent"), WIDTH))
    painter.drawRoundedRect(QRectF(rect).adjusted(2, 2, -2, -2), radius, radius)
    painter.restore()
