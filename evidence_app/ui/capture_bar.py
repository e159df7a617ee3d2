"""The small bar that stays on top of other programs. Like every window of ours it leaves before a capture."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout

from evidence_app.ui.overlay_bar import Line, Panel, Tool
from evidence_app.ui.widgets import IconLabel

_EDGE = 24


class CaptureBar(Panel):
    """Capture, the last area again, the settings, away with it. It can be dragged anywhere."""

    capture_pressed = Signal()
    again_pressed = Signal()
    settings_pressed = Signal()
    close_pressed = Signal()

    def __init__(self) -> None:
        super().__init__(None)
        self.setWindowFlags(
            Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setWindowTitle(self.tr("Evidence: capture bar"))
        self.setAccessibleName(self.windowTitle())
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.capture = Tool(
            "camera", self.tr("Capture"), self.tr("Capture the screen"), self.capture_pressed.emit
        )
        self.again = Tool(
            "refresh",
            self.tr("Last area"),
            self.tr("Capture and seal the last area again, at once"),
            self.again_pressed.emit,
        )
        self.options = Tool(
            "settings", self.tr("Settings"), self.tr("Capture settings"), self.settings_pressed.emit
        )
        self.away = Tool("close", self.tr("Close"), self.tr("Close this bar"), self.close_pressed.emit)
        self._grasped: QPoint | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(15, 6, 5, 6)
        row.setSpacing(2)
        row.addWidget(IconLabel("logo", "accent", 24))
        row.addSpacing(8)
        for tool in self.tools:
            tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tool.setCursor(Qt.CursorShape.ArrowCursor)
            row.addWidget(tool)
            if tool is self.again:
                row.addWidget(Line())
        self.adjustSize()
        on = QGuiApplication.primaryScreen().availableGeometry()
        self.move(on.right() - self.width() - _EDGE, on.top() + _EDGE)

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The buttons, in their order."""
        return self.capture, self.again, self.options, self.away

    def set_key(self, key: str) -> None:
        """Say the key that does the same."""
        words = self.tr("Capture the screen")
        self.capture.setToolTip(f"{words} ({key})" if key else words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            handle = self.windowHandle()
            if not (handle is not None and handle.startSystemMove()):
                self._grasped = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grasped is not None:
            self.move(event.globalPosition().toPoint() - self._grasped)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grasped = None
