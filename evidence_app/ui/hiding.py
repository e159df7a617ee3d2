"""Hide now: one key, and nothing of the program is to be read on the screen or in the taskbar.

The window becomes a small one without a name, its pages go out of sight as if they had been left, so every
picture is blurred again and its clear pixels are dropped. Coming back asks nothing.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QToolTip, QWidget

from evidence_app.ui import icons

_PASSING = (Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.SplashScreen)
_LOOKS = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen


class HideNow(QObject):
    """Hides every window of the program, and brings them back when the main one is called up again.

    `hidden` and `shown` come afterwards.
    """

    hidden = Signal()
    shown = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._away: list[QWidget] = []
        self._title, self._icon = "", QIcon()
        self._looks = Qt.WindowState.WindowNoState
        self._left = False
        self._focus: QWidget | None = None
        self.is_hidden = False
        window.installEventFilter(self)

    def hide_now(self) -> None:
        """Everything out of sight; a second time it changes nothing."""
        if self.is_hidden:
            return
        window = self._window
        self.is_hidden, self._left = True, False
        self._title, self._icon = window.windowTitle(), window.windowIcon()
        self._looks = window.windowState() & _LOOKS
        QToolTip.hideText()
        for other in QApplication.topLevelWidgets():
            if other is not window and other.isVisible():
                if other.windowType() in _PASSING:
                    other.close()
                else:
                    self._away.append(other)
                    other.hide()
        window.setWindowTitle(self.tr("Untitled"))
        window.setWindowIcon(icons.icon("window", "text_2", 64))
        window.showMinimized()
        self._empty()
        self.hidden.emit()

    def come_back(self) -> None:
        """The windows as they were, pictures blurred."""
        if not self.is_hidden:
            return
        self.is_hidden = False
        window = self._window
        window.setWindowTitle(self._title)
        window.setWindowIcon(self._icon)
        if window.isMinimized():
            window.setWindowState(self._looks)
        self._fill()
        window.activateWindow()
        away, self._away = self._away, []
        for other in away:
            if shiboken6.isValid(other):
                other.show()
                if isinstance(other, QDialog):
                    other.activateWindow()
        self.shown.emit()

    def _empty(self) -> None:
        """Like leaving: pages blur, drop clear pixels and keep what was typed. Nothing is what stands there
        then, also on a desktop that knows no small windows, and in previews of the taskbar."""
        focus = QApplication.focusWidget()
        self._focus = focus if focus is not None and self._window.isAncestorOf(focus) else None
        self._window.centralWidget().hide()

    def _fill(self) -> None:
        self._window.centralWidget().show()
        focus, self._focus = self._focus, None
        if focus is not None and shiboken6.isValid(focus):
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle(self) -> None:
        """The key: away, or back where the window could not become small."""
        if self.is_hidden:
            self.come_back()
        else:
            self.hide_now()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if not self.is_hidden:
            if kind == QEvent.Type.WindowStateChange:
                self._made_small()
            return False
        if kind == QEvent.Type.WindowDeactivate:
            self._left = True
        called = kind == QEvent.Type.WindowStateChange and not self._window.isMinimized()
        # Some desktops never tell that a window is small no more, only that it is the one in front.
        called = called or (kind == QEvent.Type.WindowActivate and self._left)
        # And some cannot make it small: then it is an empty window, and a click brings it back.
        if called or kind == QEvent.Type.MouseButtonPress:
            self.come_back()
        return False

    def _made_small(self) -> None:
        """Made small by hand: that is leaving too, so nothing stays clear behind the taskbar."""
        central = self._window.centralWidget()
        if central is not None and self._window.isMinimized() == central.isVisibleTo(self._window):
            if self._window.isMinimized():
                self._empty()
            else:
                self._fill()
