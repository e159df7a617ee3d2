"""The picture of an exhibit: blurred until asked for, then with zoom; never both at once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets import (
    BlurThumb,
    Card,
    Divider,
    IconButton,
    PictureView,
    Text,
    hint,
    secondary,
)


class PictureCard(Card):
    """`toggle_requested` comes from Show and Hide. Clear pixels are held only while they are shown.

    `view` is another kind of view, for work on the picture; `tools` is the row of what belongs to it;
    `foot` other words below.
    """

    toggle_requested = Signal()

    def __init__(
        self, view: PictureView | None = None, foot: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(padding=0, gap=0, parent=parent)
        self._number = ""
        self.setAccessibleName(self.tr("Picture"))
        self.blurred = BlurThumb()
        self.blurred.show_requested.connect(self.toggle_requested)
        self.view = PictureView() if view is None else view
        self._stack = QStackedWidget()
        self._stack.addWidget(self.blurred)
        self._stack.addWidget(self.view)
        self._stack.setMinimumHeight(200)
        below = hint(foot or self.tr("The original stays sealed and unchanged. Showing it is recorded."))
        below.setContentsMargins(15, 9, 15, 9)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.add(self._bar(), Divider())
        self.body.addWidget(self._stack, 1)
        self.add(Divider(), below)
        self._update()

    def _bar(self) -> QHBoxLayout:
        view = self.view
        self.zoom_out = IconButton("zoom-out", self.tr("Zoom out"), size="compact", on_click=view.zoom_out)
        self.zoom_in = IconButton("zoom-in", self.tr("Zoom in"), size="compact", on_click=view.zoom_in)
        self.fit = IconButton("fit", self.tr("Fit the whole picture"), size="compact", on_click=view.fit)
        self.zoom = Text("", type="small", wrap=False)
        self.zoom.setFont(theme.tabular(theme.font("small")))
        self.zoom.setMinimumWidth(44)
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        view.zoom_changed.connect(lambda percent: self.zoom.setText(f"{percent}%"))
        self.hide_button = secondary(self.tr("Hide"), "eye-off", size="compact")
        self.hide_button.clicked.connect(self.toggle_requested)
        self.hide_button.setToolTip(self.tr("Hide the picture (V)"))
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 8, 8)
        bar.setSpacing(4)
        bar.addStrut(theme.HEIGHT_COMPACT)
        for item in (self.zoom_out, self.zoom, self.zoom_in, self.fit):
            bar.addWidget(item)
        self.tools = QHBoxLayout()
        self.tools.setContentsMargins(8, 0, 0, 0)
        bar.addLayout(self.tools)
        bar.addStretch(1)
        bar.addWidget(self.hide_button)
        return bar

    def set_exhibit(self, number: str) -> None:
        """Another exhibit: nothing of the one before stays, not even its blur."""
        self._number = number
        self.hide_clear()
        self.set_blurred(QImage())

    def set_blurred(self, image: QImage) -> None:
        """The few pixels of `widgets.blurred`."""
        self.blurred.set_image(image)
        self._update()

    def is_clear(self) -> bool:
        """Whether the picture is shown now."""
        return self._stack.currentWidget() is self.view

    def show_clear(self, image: QImage) -> None:
        """Show the picture as wide as the view, from the top: posts are read downwards."""
        focused = self.blurred.button.hasFocus()
        self.view.set_picture(image)
        self._stack.setCurrentWidget(self.view)
        self.view.fit()
        percent = min(100, (self.view.width() - 48) * 100 // max(1, image.width()))
        if percent > self.view.zoom():
            self.view.set_zoom(percent)
            self.view.verticalScrollBar().setValue(self.view.verticalScrollBar().minimum())
        self._update()
        if focused:
            self.hide_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def hide_clear(self) -> None:
        """Blur again and drop the clear pixels."""
        focused = self.hide_button.hasFocus() or self.view.hasFocus()
        self.view.clear()
        self._stack.setCurrentWidget(self.blurred)
        self._update()
        if focused:
            self.blurred.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def pane(self) -> QWidget:
        """What takes the keyboard focus now: the picture, or its Show button."""
        return self.view if self.is_clear() else self.blurred.button

    def _update(self) -> None:
        # One button at a time: Show on the blurred picture, Hide in the bar.
        clear = self.is_clear()
        self.hide_button.setVisible(clear)
        for button in (self.zoom_in, self.zoom_out, self.fit):
            button.setEnabled(clear)
        if not clear:
            self.zoom.setText(self.tr("Blurred"))
        self.blurred.setAccessibleName(self.tr("Picture {0}, blurred").format(self._number))
        self.view.setAccessibleName(self.tr("Picture {0}").format(self._number))
        self.blurred.button.setToolTip(self.tr("Show the picture (V)"))
        self.blurred.button.setAccessibleName(self.tr("Show the picture {0}").format(self._number))
        self.hide_button.setAccessibleName(self.tr("Hide the picture {0}").format(self._number))
