"""The frozen screen of one monitor, on which the person chooses what to seal.

Qt counts in logical pixels and every monitor has its own ratio; what is chosen is kept in physical pixels
of the virtual screen. The two meet in `to_pixel` and `to_view` only. Each overlay shows its monitor's
frozen pixels one to one, so what is seen is what is sealed.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QEnterEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from evidence_app.capture.screen import MonitorTarget, RegionTarget
from evidence_app.records import Area, Monitor
from evidence_app.ui import overlay_paint, overlay_window, theme
from evidence_app.ui import overlay_region as region
from evidence_app.ui.overlay_bar import DelayPanel, HintRow, KeyHints, Toolbar
from evidence_app.ui.overlay_choice import Choice, How, Mode
from evidence_app.ui.overlay_stop import StopPanel

REACH = 8
"""Logical pixels round a handle in which it is grasped."""
CLICK = 6
"""Logical pixels: a drag that stays below this both ways was a click, not a choice."""
STEP = 10
"""Logical pixels that an arrow key moves; with Ctrl it is one physical pixel."""

_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_DIAGONAL = {1: Qt.CursorShape.SizeFDiagCursor, -1: Qt.CursorShape.SizeBDiagCursor}


class CaptureOverlay(QWidget):
    """One monitor's part of the frozen screen. `chosen` carries what to take."""

    chosen = Signal(object)
    cancelled = Signal()
    stopped = Signal()
    delay_chosen = Signal(int)
    next_screen = Signal(object)

    def __init__(self, choice: Choice, screen: QScreen, monitor: Monitor, *, several: bool) -> None:
        super().__init__(None)
        self.choice = choice
        self.on = screen
        self.monitor = monitor
        self.area = monitor.area
        self.ratio = overlay_window.ratio_of(screen, self.area)
        self._several = several
        whole, raw = choice.frozen.area, memoryview(choice.frozen.raw)
        # The image only borrows the frozen bytes: `choice` keeps them for as long as this widget.
        self._image = QImage(raw, whole.width, whole.height, whole.width * 4, QImage.Format.Format_RGB32)
        self._source = QRect(
            self.area.left - whole.left, self.area.top - whole.top, self.area.width, self.area.height
        )
        self._drag: region.Point | None = None
        self._handle: region.Handle | None = None
        self._grasp: tuple[region.Point, Area] | None = None
        self._mode: Mode | None = None
        self._shown: tuple[How, bool] | None = None
        self._hole: QRectF | None = None
        self._labels: overlay_paint.Labels | None = None
        self._clear, self._beside = QRegion(), QRegion()
        overlay_window.prepare(self, screen, self.area, self.ratio)
        self.no_ring = True
        self.setWindowTitle(self.tr("Evidence: choose what to capture"))
        self.setAccessibleName(self.windowTitle())
        self._make_furniture()
        choice.changed.connect(self._on_choice)

    def _make_furniture(self) -> None:
        frozen = self.choice.frozen
        self.bar = Toolbar(
            frozen.moment,
            has_windows=self.choice.has_windows,
            has_last=self.choice.last is not None,
            has_pointer=frozen.pointer is not None,
            has_video=overlay_window.can_film(),
            parent=self,
        )
        self.bar.last_chosen.connect(self.choice.take_up_last)
        self.bar.pointer_chosen.connect(self.choice.toggle_pointer)
        self.bar.how_chosen.connect(self.choice.toggle)
        self.bar.mode_chosen.connect(self.choice.set_mode)
        self.bar.screen_chosen.connect(self._take_screen)
        self.bar.timer_pressed.connect(self._open_delays)
        self.bar.cancel_pressed.connect(self.cancelled)
        self.hints = KeyHints(self)
        self.delays = DelayPanel(self)
        self.delays.chosen.connect(self.delay_chosen)
        self.delays.closed.connect(self._close_delays)
        self.stop = StopPanel(self)
        self.stop.cancel_chosen.connect(self.stopped)
        self.stop.go_on_chosen.connect(lambda: self.choice.set_stopped(False))
        self.delays.hide()
        self.stop.hide()
        self._on_choice()

    # --- logical and physical pixels --------------------------------------------------------------

    def to_pixel(self, at: QPointF) -> region.Point:
        """The physical pixel of the virtual screen under a point of this widget."""
        return (
            self.area.left + math.floor(at.x() * self.ratio + 1e-6),
            self.area.top + math.floor(at.y() * self.ratio + 1e-6),
        )

    def to_view(self, area: Area) -> QRectF:
        """Where an area of the virtual screen lies on this widget; it may reach outside."""
        return QRectF(
            (area.left - self.area.left) / self.ratio,
            (area.top - self.area.top) / self.ratio,
            area.width / self.ratio,
            area.height / self.ratio,
        )

    # --- showing ----------------------------------------------------------------------------------

    def take_keys(self) -> None:
        """Make this the overlay that has the keyboard."""
        overlay_window.take_keys(self)

    def closeEvent(self, _event: QCloseEvent) -> None:
        self._image = QImage()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        room = self.width() - 24
        self.bar.fit(room)
        self.bar.move((self.width() - self.bar.width()) // 2, 20)
        self.hints.set_hints(self._hints(), room)
        self.hints.move(
            (self.width() - self.hints.width()) // 2,
            self.height() - self.hints.height() - (68 if self.height() > 700 else 20),
        )
        self.delays.adjustSize()
        self.delays.move((self.width() - self.delays.width()) // 2, self.bar.geometry().bottom() + 9)
        self.stop.setFixedWidth(min(620, room))
        self.stop.resize(self.stop.width(), self.stop.heightForWidth(self.stop.width()))
        self.stop.move(
            (self.width() - self.stop.width()) // 2, max(8, (self.height() - self.stop.height()) // 2)
        )

    def _hints(self) -> HintRow:
        tr = self.tr
        if self.choice.mode is Mode.WINDOW:
            first = [(tr("Enter"), tr("this window")), (tr("Tab"), tr("next window")), ("R", tr("region"))]
        else:
            first = [(tr("Enter"), tr("whole screen")), (tr("Arrows"), tr("move or size"))]
            if self.choice.has_windows:
                first.insert(1, ("W", tr("window")))
            if self.choice.last is not None:
                first.append(("L", tr("last area")))
            if self._several:
                first.append((tr("Tab"), tr("next screen")))
        return (*first, (tr("Esc"), tr("cancel")), ("", ""), ("F1", tr("what I must not capture")))

    def _on_choice(self) -> None:
        choice = self.choice
        if choice.stopped == self.stop.isHidden():
            self.stop.setVisible(choice.stopped)
            (self.stop.cancel if choice.stopped else self).setFocus(Qt.FocusReason.TabFocusReason)
            self.delays.hide()
            self.setCursor(Qt.CursorShape.ArrowCursor if choice.stopped else Qt.CursorShape.CrossCursor)
            self.update()
        if choice.mode is not self._mode:
            self._mode = choice.mode
            self.bar.set_mode(choice.mode)
            self._place()
        if (choice.how, choice.with_pointer) != self._shown:
            self._shown = (choice.how, choice.with_pointer)
            self.bar.set_how(choice.how, with_pointer=choice.with_pointer)
            self.update()
        area = choice.area()
        shown = None if area is None else region.common(area, self.area)
        hole = None if shown is None else self.to_view(shown)
        self._step_aside(hole)
        self._labels = None if area is None or hole is None else self._label(area, hole)
        # Only what changes is painted again: a large screen must follow the pointer.
        clear = QRegion() if hole is None else QRegion(hole.toAlignedRect())
        beside = QRegion() if hole is None else overlay_paint.surroundings(hole)
        if self._labels is not None:
            for box in (self._labels.left, self._labels.right):
                beside += box.toAlignedRect().adjusted(-2, -2, 2, 2)
        self.update(clear.xored(self._clear) + beside + self._beside)
        self._clear, self._beside, self._hole = clear, beside, hole

    def _label(self, area: Area, hole: QRectF) -> overlay_paint.Labels | None:
        """The labels are shown on one monitor only: the one with the middle of what is chosen."""
        middle = (area.left + area.width // 2, area.top + area.height // 2)
        if not region.contains(self.area, region.inside(middle, self.choice.frozen.area)):
            return None
        window = self.choice.window
        words = self.tr("Include the web address if you can")
        if self.choice.mode is Mode.WINDOW and window is not None:
            words = window.title or window.process
        taken = [QRectF(part.geometry()) for part in (self.bar, self.hints) if not part.isHidden()]
        return overlay_paint.place_labels(
            f"{area.width} × {area.height}", words, self._do_words(), hole, QRectF(self.rect()), taken
        )

    def _step_aside(self, hole: QRectF | None) -> None:
        """The toolbar and the hints make room for what is being drawn."""
        pulled = self._drag is not None or self._grasp is not None
        drawn = hole.adjusted(-8, -8, 8, 8) if pulled and hole is not None else QRectF()
        for part in (self.bar, self.hints):
            part.setVisible(not self.choice.stopped and not drawn.intersects(QRectF(part.geometry())))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.choice.stopped:
            painter.fillRect(self.rect(), theme.DARK.color("bg"))
            return
        box = QRectF(0, 0, self.area.width / self.ratio, self.area.height / self.ratio)
        painter.drawImage(box, self._image, QRectF(self._source))
        if self.choice.with_pointer and (pointer := self.choice.frozen.pointer) is not None:
            overlay_paint.pointer(painter, pointer, self.to_view(pointer.area))
        hole = self._hole
        overlay_paint.dim_round(painter, QRectF(self.rect()), QRectF() if hole is None else hole)
        if hole is not None:
            overlay_paint.frame(painter, hole, handles=self.choice.mode is Mode.REGION)
        if self._labels is not None:
            overlay_paint.labels(painter, self._labels)

    def _do_words(self) -> str:
        if self.choice.how is not How.PICTURE:
            start = {How.SERIES: self.tr("start the series"), How.VIDEO: self.tr("start recording")}
            words = self.tr("Let go to {0}") if self._drag is not None else self.tr("Space: {0}")
            return words.format(start[self.choice.how])
        if self.choice.mode is Mode.WINDOW:
            return self.tr("Click or Enter: capture and seal")
        if self._drag is not None:
            return self.tr("Let go to capture and seal")
        return self.tr("Space: capture and seal")

    # --- pointer ----------------------------------------------------------------------------------

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if not self.choice.stopped and self.delays.isHidden():
            self.take_keys()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.choice.stopped:
            return
        self._close_delays()
        at = self.to_pixel(event.position())
        if self.choice.mode is Mode.WINDOW:
            self.choice.point_at(at)
            return
        area = self.choice.region
        if area is not None and region.common(area, self.area) == area:
            self._handle = region.handle_at(area, at, REACH * self.ratio)
            if self._handle is not None or region.contains(area, at):
                self._grasp = (at, area)
                return
        self._drag = at
        self.choice.set_region(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.choice.stopped:
            return
        at = self.to_pixel(event.position())
        if self._drag is not None:
            self.choice.set_region(region.drawn(self._drag, at, self.area))
        elif self._grasp is not None:
            self._pull(at, *self._grasp)
        elif self.choice.mode is Mode.WINDOW:
            self.choice.point_at(at)
        else:
            self._shape_cursor(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.choice.stopped:
            return
        at = self.to_pixel(event.position())
        if self.choice.mode is Mode.WINDOW:
            self._take()
        elif self._drag is not None:
            start, self._drag = self._drag, None
            area = region.drawn(start, at, self.area)
            if max(area.width, area.height) <= CLICK * self.ratio:
                self.choice.set_region(None)
            else:
                self.chosen.emit(RegionTarget(area))
                return
        self._handle = self._grasp = None
        self._on_choice()

    def _pull(self, at: region.Point, start: region.Point, area: Area) -> None:
        if self._handle is not None:
            self.choice.set_region(region.stretched(area, self._handle, at, self.area))
        else:
            self.choice.set_region(region.moved(area, at[0] - start[0], at[1] - start[1], self.area))

    def _shape_cursor(self, at: region.Point) -> None:
        area, shape = self.choice.region, Qt.CursorShape.CrossCursor
        if area is not None:
            handle = region.handle_at(area, at, REACH * self.ratio)
            if handle is not None:
                both = handle[0] * handle[1]
                straight = Qt.CursorShape.SizeHorCursor if handle[0] else Qt.CursorShape.SizeVerCursor
                shape = _DIAGONAL[both] if both else straight
            elif region.contains(area, at):
                shape = Qt.CursorShape.SizeAllCursor
        self.setCursor(shape)

    # --- keys -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, window = event.key(), self.choice.mode is Mode.WINDOW
        if key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif self.choice.stopped:
            self.stop.cancel.setFocus(Qt.FocusReason.TabFocusReason)
        elif key == Qt.Key.Key_F1:
            self._drag = self._handle = self._grasp = None
            self.choice.set_stopped(True)
        elif self._drag is not None or (event.isAutoRepeat() and key not in _ARROWS):
            return
        elif key in _ENTER:
            self._take() if window else self._take_screen()
        elif key == Qt.Key.Key_Space:
            self._take()
        elif key == Qt.Key.Key_W:
            self.choice.set_mode(Mode.WINDOW)
        elif key == Qt.Key.Key_R:
            self.choice.set_mode(Mode.REGION)
        elif key == Qt.Key.Key_T:
            self._open_delays()
        elif key == Qt.Key.Key_L:
            self.choice.take_up_last()
        elif key == Qt.Key.Key_P:
            self.choice.toggle_pointer()
        elif key == Qt.Key.Key_S:
            self.choice.toggle(How.SERIES)
        elif key == Qt.Key.Key_V and self.bar.video.isEnabled():
            self.choice.toggle(How.VIDEO)
        elif key in _ARROWS:
            self._arrow(_ARROWS[key], event.modifiers())

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round the windows or the screens; the tools have keys of their own."""
        if self.stop.isVisible() or self.delays.isVisible():
            return super().focusNextPrevChild(forward)
        if self.choice.mode is Mode.WINDOW:
            self.choice.next_window(1 if forward else -1)
        else:
            self.next_screen.emit(self)
        return True

    def _arrow(self, way: tuple[int, int], held: Qt.KeyboardModifier) -> None:
        if self.choice.mode is Mode.WINDOW:
            self.choice.next_window(way[0] + way[1])
            return
        area = self.choice.region
        if area is None or region.common(area, self.area) != area:
            self.choice.set_region(region.first(self.area))
            return
        step = 1 if held & Qt.KeyboardModifier.ControlModifier else max(1, round(STEP * self.ratio))
        change = region.sized if held & Qt.KeyboardModifier.ShiftModifier else region.moved
        self.choice.set_region(change(area, way[0] * step, way[1] * step, self.area))

    # --- choosing ---------------------------------------------------------------------------------

    def _take(self) -> None:
        if not self.choice.stopped and (target := self.choice.target()) is not None:
            self.chosen.emit(target)

    def _take_screen(self) -> None:
        if not self.choice.stopped:
            self.chosen.emit(MonitorTarget(self.monitor.number))

    def _open_delays(self) -> None:
        if not self.choice.stopped:
            self.delays.show()
            self.delays.raise_()
            self.delays.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _close_delays(self) -> None:
        if self.delays.isVisible():
            self.delays.hide()
            self.setFocus()
