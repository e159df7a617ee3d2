"""The top of the capture browser: the way back and on, the address with its certificate, the two captures."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets import Chip, IconButton, area, primary, secondary

NARROW = 1100
"""Below this width the two capture buttons are shorter."""
_GAP = 7


class AddressField(QLineEdit):
    """The address, with a chip at its front that says how the page came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.font("body"))
        self.setMinimumHeight(theme.HEIGHT_CONTROL)
        self.setPlaceholderText(
            self.tr("Paste the address of the page, for example https://chirrup.example/…")
        )
        self.setAccessibleName(self.tr("Address of the page"))
        self.chip = Chip("", "neutral", "lock", self)
        self.chip.hide()

    def set_state(self, words: str, kind: str, icon: str) -> None:
        """What the chip says; nothing without `words`."""
        if words:
            self.chip.set_status(words, kind, icon)
        self.chip.setVisible(bool(words))
        self.setAccessibleDescription(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = not self.chip.isHidden()
        self.chip.move(_GAP, (self.height() - self.chip.height()) // 2)
        self.setTextMargins(self.chip.width() + _GAP if shown else 0, 0, 0, 0)


class BrowserBar(QWidget):
    """Emits what was asked for; knows nothing of the browser."""

    back_asked = Signal()
    on_asked = Signal()
    reload_asked = Signal()
    stop_asked = Signal()
    address_asked = Signal(str)
    view_asked = Signal()
    whole_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = IconButton("arrow-left", self.tr("Back (Alt+Left)"), on_click=self.back_asked.emit)
        self.on = IconButton("arrow-right", self.tr("Forward (Alt+Right)"), on_click=self.on_asked.emit)
        self.reload = IconButton("refresh", self.tr("Load again (F5)"), on_click=self._reload)
        self.address = AddressField()
        self.address.returnPressed.connect(lambda: self.address_asked.emit(self.address.text()))
        self.view = secondary(self.tr("Capture this view"), "region", on_click=self.view_asked.emit)
        self.whole = primary(self.tr("Capture whole page"), "page-down", on_click=self.whole_asked.emit)
        self.view.setToolTip(self.tr("Capture what is shown now (Ctrl+Shift+Enter)"))
        self.whole.setToolTip(self.tr("Capture the page from top to bottom (Ctrl+Enter)"))
        self._loading = False
        frame = area("header")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 12, 16, 11)
        row.setSpacing(8)
        for button in (self.back, self.on, self.reload):
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.address, 1)
        row.addSpacing(8)
        row.addWidget(self.view)
        row.addWidget(self.whole)

    def set_loading(self, loading: bool) -> None:
        """While a page loads the button stops it."""
        self._loading = loading
        self.reload.set_icon_name("close" if loading else "refresh")
        self.reload.set_name(self.tr("Stop loading (Esc)") if loading else self.tr("Load again (F5)"))

    def set_capturing(self, ready: bool) -> None:
        """Whether a capture can begin now."""
        self.view.setEnabled(ready)
        self.whole.setEnabled(ready)

    def _reload(self) -> None:
        if self._loading:
            self.stop_asked.emit()
        else:
            self.reload_asked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self.view.setText(self.tr("This view") if narrow else self.tr("Capture this view"))
        self.whole.setText(self.tr("Whole page") if narrow else self.tr("Capture whole page"))
        self.view.setAccessibleName(self.tr("Capture this view"))
        self.whole.setAccessibleName(self.tr("Capture whole page"))
        for button in (self.view, self.whole):
            button.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(560, super().minimumSizeHint().height())

    def focus_address(self) -> None:
        """Put the keyboard on the address, with all of it chosen."""
        self.address.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.address.selectAll()
