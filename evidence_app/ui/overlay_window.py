"""The overlay as a window: on top of everything, over one whole monitor, with the keyboard."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

from evidence_app.capture import screen
from evidence_app.records import Area


def ratio_of(on: QScreen, area: Area) -> float:
    """Pixels of the frozen screen in one of Qt's. On Wayland the picture can be larger than the monitor."""
    return on.devicePixelRatio() if screen.peeks() else area.width / on.geometry().width()


def can_film() -> bool:
    """Whether the screen can be looked at often enough for a video."""
    return screen.peeks()


def prepare(widget: QWidget, on: QScreen, area: Area, ratio: float) -> None:
    """Flags, attributes and place of the overlay of one monitor, before it is shown."""
    flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
    if screen.peeks():
        # No window manager may move it, give it a frame or animate it.
        flags |= Qt.WindowType.BypassWindowManagerHint
    widget.setWindowFlags(flags)
    widget.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    widget.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
    widget.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
    # Ours are hidden meanwhile: closing this, the last window, must not end the program.
    widget.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click beside a panel must not take its keys away
    widget.setMouseTracking(True)
    widget.setCursor(Qt.CursorShape.CrossCursor)
    widget.setScreen(on)
    # Rounded up: a ratio that does not divide the monitor must not leave a strip uncovered.
    size = QSize(math.ceil(area.width / ratio), math.ceil(area.height / ratio))
    widget.setGeometry(QRect(on.geometry().topLeft(), size))


def show(widget: QWidget, on: QScreen) -> None:
    """Over the whole monitor. On Wayland no program places its windows: there it is a full screen."""
    if screen.peeks():
        widget.show()
        return
    widget.create()
    widget.windowHandle().setScreen(on)
    widget.showFullScreen()


def take_keys(widget: QWidget) -> None:
    """Make this the window that has the keyboard."""
    widget.raise_()
    widget.activateWindow()
    widget.setFocus()
    handle = widget.windowHandle()
    if handle is not None and screen.peeks():
        # Without a window manager between, nobody else sees to it that the keys come here.
        handle.setKeyboardGrabEnabled(True)
