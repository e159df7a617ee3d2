"""A picture that can be zoomed and moved; empty until it is given one, empty again when it is hidden."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QKeyEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from evidence_app.ui import theme

SMALLEST, LARGEST, STEP = 0.05, 8.0, 1.25


class PictureView(QGraphicsView):
    """Keys: + and - zoom, 0 is 100 %, F fits. `zoom_changed` carries percent.

    The grey mat keeps somebody else's page apart from the program.
    """

    zoom_changed = Signal(int)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self._item: QGraphicsPixmapItem | None = None
        self._fitting = True
        self._name = name
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self._paint_mat()
        self._describe()

    def set_picture(self, image: QImage) -> None:
        """Show `image`, fitted."""
        self.clear()
        self._item = self._scene.addPixmap(QPixmap.fromImage(image))
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.setSceneRect(QRectF(image.rect()))
        self._describe()
        self.fit()

    def clear(self) -> None:
        """Drop the pixels."""
        self._scene.clear()
        self._item = None
        self._describe()

    def has_picture(self) -> bool:
        """Whether pixels are held."""
        return self._item is not None

    def zoom(self) -> int:
        """Percent; 100 is one picture pixel for one logical pixel."""
        return round(self.transform().m11() * 100)

    def fit(self) -> None:
        """The whole picture in view, never larger than 100 %."""
        self._fitting = True
        if self._item is None:
            return
        room, box = self.viewport().rect(), self._scene.sceneRect()
        scale = min((room.width() - 32) / box.width(), (room.height() - 32) / box.height(), 1.0)
        self._set_scale(max(scale, SMALLEST))

    def set_zoom(self, percent: int) -> None:
        """A fixed zoom in percent."""
        self._fitting = False
        self._set_scale(min(LARGEST, max(SMALLEST, percent / 100)))

    def zoom_in(self) -> None:
        """One step larger."""
        self.set_zoom(round(self.zoom() * STEP))

    def zoom_out(self) -> None:
        """One step smaller."""
        self.set_zoom(round(self.zoom() / STEP))

    def _set_scale(self, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)
        self.zoom_changed.emit(self.zoom())

    def _describe(self) -> None:
        state = self.tr("Picture {0}") if self._item is not None else self.tr("Picture {0}, hidden")
        self.setAccessibleName(state.format(self._name))

    def _paint_mat(self) -> None:
        self.setBackgroundBrush(QColor(theme.tokens().mat))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._paint_mat()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting:
            self.fit()

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.clear()
        super().hideEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_in() if event.angleDelta().y() > 0 else self.zoom_out()
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_F: self.fit,
            Qt.Key.Key_0: lambda: self.set_zoom(100),
        }
        act = acts.get(Qt.Key(event.key()))
        if act is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            act()
        else:
            super().keyPressEvent(event)
