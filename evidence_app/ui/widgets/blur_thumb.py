"""A picture that is blurred until somebody asks for it.

The blur is made once by scaling down to a few pixels and up again, so it cannot be undone, and the
given image is not kept. Clear pixels come only from outside, by `set_clear`, and go with `hide_clear`.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from evidence_app.ui import icons, theme
from evidence_app.ui.widgets.button import Button

BLUR_CELLS = 28
"""Longer side of the picture after scaling down: words of the largest page are far below one cell."""


_LONG = 4


def blurred(image: QImage, cells: int = BLUR_CELLS) -> QImage:
    """A strongly blurred copy of `image`, at most `cells` wide or high; safe on any thread."""
    if image.isNull():
        return QImage()
    if image.height() > _LONG * image.width():
        # Of a long page the top, or nothing would be left of its width.
        image = image.copy(0, 0, image.width(), _LONG * image.width())
    smooth, keep = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.KeepAspectRatio
    # Two passes: one large step down would pick single pixels instead of averaging them.
    middle = image.scaled(cells * 8, cells * 8, keep, smooth)
    return middle.scaled(cells, cells, keep, smooth).convertToFormat(QImage.Format.Format_RGB32)


class BlurThumb(QWidget):
    """`show_requested` when Show is pressed; the owner decodes the picture and calls `set_clear`."""

    show_requested = Signal()
    hidden_again = Signal()

    def __init__(
        self,
        image: QImage | None = None,
        *,
        size: QSize | None = None,
        name: str = "",
        icon: str = "picture",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._blur = QImage()
        self._clear: QImage | None = None
        self._name = name
        if size is not None:
            self.setFixedSize(size)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            self.setMinimumSize(96, 64)
        self.button = Button("", "eye", size="compact", parent=self)
        self.button.clicked.connect(self._on_button)
        if image is not None:
            self.set_image(image)
        self._update_button()

    def set_image(self, image: QImage) -> None:
        """Blur `image` and forget it. A small one (see `blurred`) is taken as blurred already."""
        small = max(image.width(), image.height()) <= BLUR_CELLS
        self._blur = image.copy() if small else blurred(image)
        self.hide_clear()
        self.update()

    def has_image(self) -> bool:
        """Whether any pixels are held, blurred or clear."""
        return not self._blur.isNull() or self.is_clear()

    def is_clear(self) -> bool:
        """Whether clear pixels are held and shown."""
        return self._clear is not None

    def set_clear(self, image: QImage) -> None:
        """Show the clear picture."""
        self._clear = image
        self._update_button()
        self.update()

    def hide_clear(self) -> None:
        """Blur again and drop the clear pixels."""
        held = self._clear is not None
        self._clear = None
        self._update_button()
        self.update()
        if held:
            self.hidden_again.emit()

    def _on_button(self) -> None:
        if self.is_clear():
            self.hide_clear()
        else:
            self.show_requested.emit()

    def _update_button(self) -> None:
        clear = self.is_clear()
        self.button.setText(self.tr("Hide") if clear else self.tr("Show"))
        self.button.set_icon_name("eye-off" if clear else "eye")
        verb = self.tr("Hide the picture {0}") if clear else self.tr("Show the picture {0}")
        self.button.setAccessibleName(verb.format(self._name).strip())
        state = self.tr("Picture {0}, shown") if clear else self.tr("Picture {0}, blurred")
        self.setAccessibleName(state.format(self._name))
        self._place_button()

    def _place_button(self) -> None:
        self.button.resize(self.button.sizeHint())
        if self.is_clear():
            self.button.move(self.width() - self.button.width() - 8, 8)
        else:
            self.button.move(
                (self.width() - self.button.width()) // 2, (self.height() - self.button.height()) // 2
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button()

    def hideEvent(self, event: QHideEvent) -> None:
        # Blurred again on leaving, whoever navigates.
        if not event.spontaneous():
            self.hide_clear()
        super().hideEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(440, 176)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        t = theme.tokens()
        box = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(box, 6, 6)
        painter.setClipPath(shape)
        painter.fillRect(box, t.color("sunken"))
        if self._clear is not None:
            painter.drawImage(_fit(self._clear, box, cover=False), self._clear)
        elif not self._blur.isNull():
            painter.drawImage(_fit(self._blur, box, cover=True), self._blur)
            painter.fillRect(box, t.color("scrim"))
        else:
            icons.draw(painter, self._icon, "text_2", QRectF(8, 8, 16, 16))
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(t.color("line"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def _fit(image: QImage, box: QRectF, *, cover: bool) -> QRectF:
    """Where the picture goes: covering the box (blurred) or wholly inside it (clear)."""
    across, down = box.width() / image.width(), box.height() / image.height()
    scale = max(across, down) if cover else min(across, down)
    size = QPointF(image.width() * scale, image.height() * scale)
    left = box.left() + (box.width() - size.x()) / 2
    top = box.top() if cover else box.top() + (box.height() - size.y()) / 2
    return QRectF(left, top, size.x(), size.y())
