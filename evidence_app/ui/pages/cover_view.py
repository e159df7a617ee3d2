"""The picture with covers on it: drawn, moved and sized by mouse or keys."""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsView, QWidget

from evidence_app import policy
from evidence_app.records import Area
from evidence_app.ui import overlay_region as region
from evidence_app.ui import theme
from evidence_app.ui.pages.cover_drafts import Draft, Drafts
from evidence_app.ui.widgets import PictureView

STEP = 10
"""Logical pixels that an arrow key moves; with Ctrl one pixel of the picture."""

GRIP = 10
"""Logical pixels of a handle; a press within it takes the handle."""

_CLICK = 4
_SOLID = QColor(0, 0, 0)
_ON_SOLID = QColor(255, 255, 255)
_RING = theme.LIGHT.color("accent")
"""With white round it, seen on light and dark pictures alike: a picture has no theme."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def reason_words(draft: Draft) -> str:
    """`Pupil's name`, or that it is still to choose."""
    if not draft.reason:
        return QCoreApplication.translate("cover", "No reason yet")
    rules = policy.current()
    return rules.name_of(draft.reason, rules.covers)


class CoverView(PictureView):
    """Keys beside those of `PictureView`: arrows move the chosen cover, with Shift they size it, Delete takes
    it away, Tab goes on to the next and after the last one out of the picture.

    Covers are solid, as they will be in the copy; what is written on them here is not in the copy.
    `enough` when no more covers can be drawn.
    """

    enough = Signal()

    def __init__(self, drafts: Drafts, parent: QWidget | None = None) -> None:
        self._drafts = drafts
        self._items: list[QGraphicsRectItem] = []
        self._drag: Callable[[QPointF], None] | None = None
        self._drawing: QRectF | None = None
        self._before: tuple[int, Area] | None = None
        super().__init__(parent=parent)
        self.setDragMode(QGraphicsView.DragMode.NoDrag)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the view itself has the keyboard
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        drafts.listed.connect(self._lay)
        drafts.changed.connect(self._place)
        drafts.chose.connect(self._on_chose)

    # --- what is shown ----------------------------------------------------------------------------

    def set_picture(self, image: QImage) -> None:
        super().set_picture(image)
        self._lay()

    def clear(self) -> None:
        """Drop the pixels. The covers stay in their list."""
        self._items = []
        self._drag = self._drawing = None
        super().clear()

    def bounds(self) -> Area:
        """The whole picture."""
        box = self.sceneRect()
        return Area(0, 0, round(box.width()), round(box.height()))

    def middle(self) -> Area:
        """Where a new cover begins: in the middle of what can be seen, as large as a name; a little beside
        one that nobody has moved from there yet."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect().intersected(self.sceneRect())
        whole = self.bounds()
        width = max(1, min(round(seen.width() / 4), whole.width))
        height = max(1, min(round(seen.height() / 10), whole.height))
        left = floor(seen.center().x() - width / 2)
        top = floor(seen.center().y() - height / 2)
        area = region.moved(Area(left, top, width, height), 0, 0, whole)
        there = {one.area for one in self._drafts.all()}
        while area in there and (beside := region.moved(area, self._step(), self._step(), whole)) != area:
            area = beside
        return area

    def _step(self) -> int:
        """The pixels of the picture that an arrow key moves a cover."""
        return max(1, round(STEP * 100 / max(1, self.zoom())))

    def add_in_middle(self) -> None:
        """A new cover, by key or button."""
        if self.has_picture() and not self._drafts.add(self.middle()):
            self.enough.emit()

    def _lay(self) -> None:
        for item in self._items:
            self._scene.removeItem(item)
        self._items = []
        if self.has_picture():
            for draft in self._drafts.all():
                item = QGraphicsRectItem(_rect(draft.area))
                item.setPen(QPen(Qt.PenStyle.NoPen))
                item.setBrush(_SOLID)
                self._scene.addItem(item)
                self._items.append(item)
        self._tell()

    def _place(self, place: int) -> None:
        if place < len(self._items):
            self._items[place].setRect(_rect(self._drafts.all()[place].area))
        self._tell()

    def _on_chose(self) -> None:
        draft = self._drafts.current()
        if draft is not None and self._items and self._drag is None:
            self.ensureVisible(_rect(draft.area), 24, 24)
        self._tell()

    def _tell(self) -> None:
        """What a screen reader says of the chosen cover."""
        draft = self._drafts.current()
        words = self.tr("No cover is chosen. N makes a new one.")
        if draft is not None:
            area = draft.area
            words = self.tr("Cover {0} of {1}, {2}: {3} from the left, {4} from the top, {5} by {6}").format(
                self._drafts.chosen + 1,
                len(self._drafts.all()),
                reason_words(draft),
                area.left,
                area.top,
                area.width,
                area.height,
            )
        self.setAccessibleDescription(words)
        self.viewport().update()

    # --- painting ---------------------------------------------------------------------------------

    def drawForeground(self, painter: QPainter, _seen: QRectF | QRect) -> None:
        if not self.has_picture():
            return
        painter.save()
        painter.setWorldMatrixEnabled(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, draft in enumerate(self._drafts.all()):
            self._paint(painter, place, draft)
        if self._drawing is not None:
            painter.setPen(QPen(_ON_SOLID, 1, Qt.PenStyle.DashLine))
            painter.setBrush(_SOLID)
            painter.drawRect(self._on_screen(self._drawing))
        painter.restore()

    def _paint(self, painter: QPainter, place: int, draft: Draft) -> None:
        box = self._on_screen(_rect(draft.area))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # White inside, so that a cover is seen on a black picture too.
        painter.setPen(QPen(_ON_SOLID, 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(theme.font("hint", weight=600))
        room = box.adjusted(4, 0, -4, 0)
        words = f"{place + 1}: {reason_words(draft)}"
        metrics = QFontMetrics(painter.font())
        if room.height() >= metrics.height() and room.width() >= metrics.horizontalAdvance("88"):
            shown = words if metrics.horizontalAdvance(words) <= room.width() else str(place + 1)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
        if place == self._drafts.chosen:
            painter.setPen(QPen(_ON_SOLID, 5))
            painter.drawRect(box.adjusted(-2, -2, 2, 2))
            painter.setPen(QPen(_RING, 2))
            painter.drawRect(box.adjusted(-2, -2, 2, 2))
            painter.setBrush(_ON_SOLID)
            for _, grip in self._grips(box):
                painter.drawRect(grip)

    def _on_screen(self, rect: QRectF) -> QRectF:
        return QRectF(self.mapFromScene(rect.topLeft()), self.mapFromScene(rect.bottomRight()))

    def _grips(self, box: QRectF) -> list[tuple[region.Handle, QRectF]]:
        half = GRIP / 2
        found = []
        for across, down in region.HANDLES[:4]:
            x = box.left() - 2 if across < 0 else box.right() + 2
            y = box.top() - 2 if down < 0 else box.bottom() + 2
            found.append(((across, down), QRectF(x - half, y - half, GRIP, GRIP)))
        return found

    # --- the mouse --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.has_picture():
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at, start = event.position(), self.mapToScene(event.position().toPoint())
        handle = self._handle_at(at)
        place = self._drafts.chosen if handle is not None else self._cover_at(start)
        if place >= 0:
            self._drafts.choose(place)
            area = self._drafts.all()[place].area
            self._before = place, area
            if handle is not None:
                self._drag = lambda to: self._pull(place, area, handle, to - start)
            else:
                self._drag = lambda to: self._drafts.set_area(
                    place,
                    region.moved(area, round((to - start).x()), round((to - start).y()), self.bounds()),
                )
        else:
            self._drafts.choose(-1)
            self._before = None
            self._drag = lambda to: self._draw(start, to)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            super().mouseMoveEvent(event)
            return
        self._drag(self.mapToScene(event.position().toPoint()))
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self._drag(self.mapToScene(event.position().toPoint()))
        drawn, self._drawing, self._drag = self._drawing, None, None
        if drawn is not None and max(drawn.width(), drawn.height()) * self.transform().m11() > _CLICK:
            area = Area(*(round(one) for one in (drawn.x(), drawn.y(), drawn.width(), drawn.height())))
            if not self._drafts.add(area):
                self.enough.emit()
        self.viewport().update()

    def _handle_at(self, at: QPointF) -> region.Handle | None:
        draft = self._drafts.current()
        if draft is None:
            return None
        grips = self._grips(self._on_screen(_rect(draft.area)))
        return next((one for one, grip in grips if grip.contains(at)), None)

    def _cover_at(self, point: QPointF) -> int:
        pixel = floor(point.x()), floor(point.y())
        # The one drawn last lies on top.
        for place, draft in reversed(list(enumerate(self._drafts.all()))):
            if region.contains(draft.area, pixel):
                return place
        return -1

    def _pull(self, place: int, area: Area, handle: region.Handle, by: QPointF) -> None:
        """One corner follows the pointer, the opposite one stays."""
        right, bottom = region.right_of(area) - 1, region.bottom_of(area) - 1
        x, y = round(by.x()), round(by.y())
        one = (area.left + x if handle[0] < 0 else right + x, area.top + y if handle[1] < 0 else bottom + y)
        other = (right if handle[0] < 0 else area.left, bottom if handle[1] < 0 else area.top)
        self._drafts.set_area(place, region.drawn(one, other, self.bounds()))

    def _draw(self, start: QPointF, to: QPointF) -> None:
        # Beside the picture there is nothing to cover, not even its last column.
        beside = not QRectF(start, to).normalized().intersects(self.sceneRect())
        one, other = ((floor(point.x()), floor(point.y())) for point in (start, to))
        self._drawing = None if beside else _rect(region.drawn(one, other, self.bounds()))

    def cancel_drag(self) -> bool:
        """Give up what the mouse has begun; whether there was something."""
        begun = self._drag is not None
        if begun and self._before is not None:
            self._drafts.set_area(*self._before)
        self._drag = self._drawing = None
        self.viewport().update()
        return begun

    # --- the keyboard -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        draft, held = self._drafts.current(), event.modifiers()
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self.cancel_drag():
            return
        if draft is None or self._drag is not None or not self.has_picture():
            super().keyPressEvent(event)
        elif arrow is not None and not held & Qt.KeyboardModifier.AltModifier:
            fine = held & Qt.KeyboardModifier.ControlModifier
            step = 1 if fine else self._step()
            act = region.sized if held & Qt.KeyboardModifier.ShiftModifier else region.moved
            area = act(draft.area, arrow[0] * step, arrow[1] * step, self.bounds())
            self._drafts.set_area(self._drafts.chosen, area)
            self.ensureVisible(_rect(area), 24, 24)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._drafts.remove(self._drafts.chosen)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        count = len(self._drafts.all())
        if count and event.reason() == Qt.FocusReason.TabFocusReason:
            self._drafts.choose(0)
        elif count and event.reason() == Qt.FocusReason.BacktabFocusReason:
            self._drafts.choose(count - 1)

    def focusNextPrevChild(self, forward: bool) -> bool:
        # From cover to cover; beyond the last one (or the first one, backwards) out of the picture.
        place, count = self._drafts.chosen + (1 if forward else -1), len(self._drafts.all())
        if self.has_picture() and self._drafts.chosen >= 0 and 0 <= place < count:
            self._drafts.choose(place)
            return True
        return super().focusNextPrevChild(forward)


def _rect(area: Area) -> QRectF:
    return QRectF(area.left, area.top, area.width, area.height)
