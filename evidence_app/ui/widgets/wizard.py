"""The frame of a wizard: rail on the left, one page at a time, Back left and the next step right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app.ui.widgets.button import primary, secondary
from evidence_app.ui.widgets.card import ScrollPage, area
from evidence_app.ui.widgets.icon import Logo
from evidence_app.ui.widgets.step_rail import StepRail
from evidence_app.ui.widgets.text import Text

RAIL_WIDTH = 248


class WizardPage(ScrollPage):
    """One step: a title, a lead sentence, then whatever is put into `body`."""

    def __init__(
        self, title: str, lead: str = "", *, margin: int = 56, parent: QWidget | None = None
    ) -> None:
        super().__init__((margin, 32, margin, 32), 16, "surface", parent)
        head = QVBoxLayout()
        head.setSpacing(6)
        self.title = Text(title, type="display")
        self.lead = Text(lead, type="lead2")
        head.addWidget(self.title)
        head.addWidget(self.lead)
        self.lead.setVisible(bool(lead))
        self.body.addLayout(head)
        self.setAccessibleName(title)


class Wizard(QWidget):
    """Emits intentions only: `next_pressed` (also Ctrl+Enter), `back_pressed`, `cancelled`.

    Esc does what the left button does: Cancel on the first step, Back on the others. The owner checks
    the step and calls `set_step`.
    """

    next_pressed = Signal()
    back_pressed = Signal()
    cancelled = Signal()

    def __init__(
        self,
        steps: Sequence[str],
        *,
        above: str = "",
        about: str = "",
        foot: str = "",
        margin: int = 56,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rail = StepRail(steps)
        self.pages = QStackedWidget()
        self._margin = margin
        self.note = Text(type="hint", wrap=False)
        self.back_button = secondary(self.tr("Cancel"), on_click=self._on_back)
        self.next_button = primary(self.tr("Continue"), min_width=144, on_click=self._on_next)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._left(above, about, foot))
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.pages, 1)
        right.addWidget(self._footer())
        whole.addLayout(right, 1)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._on_next)

    def _left(self, above: str, about: str, foot: str) -> QWidget:
        side = area("rail")
        side.setFixedWidth(RAIL_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(20, 20, 20, 24)
        column.setSpacing(0)
        column.addWidget(Logo())
        column.addSpacing(28)
        self.about = Text(about, type="strong")
        if above:
            column.addWidget(Text(above, type="hint"))
            column.addSpacing(2)
        if about or above:
            column.addWidget(self.about)
            column.addSpacing(16)
        column.addSpacing(8)
        column.addWidget(self.rail)
        column.addStretch(1)
        if foot:
            column.addWidget(Text(foot, type="hint"))
        return side

    def _footer(self) -> QWidget:
        bar = area("footer")
        bar.setFixedHeight(72)
        self.footer = QHBoxLayout(bar)
        self.footer.setContentsMargins(self._margin, 0, self._margin, 0)
        self.footer.setSpacing(12)
        self.footer.addWidget(self.back_button)
        self.footer.addStretch(1)
        self.footer.addWidget(self.note, 0, Qt.AlignmentFlag.AlignVCenter)
        self.footer.addWidget(self.next_button)
        return bar

    def add_page(self, page: QWidget) -> None:
        """Add the page of the next step."""
        self.pages.addWidget(page)

    def step(self) -> int:
        """Index of the step shown."""
        return self.pages.currentIndex()

    def set_step(self, index: int) -> None:
        """Show a step; its first input takes the focus."""
        self.pages.setCurrentIndex(index)
        self.rail.set_current(index)
        self.back_button.setText(self.tr("Back") if index else self.tr("Cancel"))
        self.set_next(True)
        page = self.pages.currentWidget()
        if page is not None:
            _focus_first(page)

    def set_next(self, enabled: bool, why_not: str = "", text: str = "") -> None:
        """Allow or hold the next step; `why_not` is shown beside the button ("Type word 9 to continue")."""
        self.next_button.setEnabled(enabled)
        self.note.setText("" if enabled else why_not)
        self.next_button.setAccessibleDescription("" if enabled else why_not)
        if text:
            self.next_button.setText(text)

    def _on_next(self) -> None:
        if self.next_button.isEnabled() and not self.next_button.isHidden():
            self.next_pressed.emit()

    def _on_back(self) -> None:
        (self.back_pressed if self.step() > 0 else self.cancelled).emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.back_button.isHidden():
            self._on_back()
            return
        super().keyPressEvent(event)


def _focus_first(page: QWidget) -> None:
    inner = page.widget() if isinstance(page, ScrollPage) else page
    for child in inner.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisibleTo(page) and child.isEnabled():
            child.setFocus(Qt.FocusReason.TabFocusReason)
            return
