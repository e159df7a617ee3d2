"""Stop: what to do when a picture must not be kept (picture 09, the advice)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.widgets import (
    Card,
    Divider,
    IconLabel,
    IconTile,
    Notice,
    NumberedStep,
    ScrollPage,
    Strong,
    Text,
    area,
    primary,
)

_ROOMY = 1160


class StopPage(QWidget):
    """Advice in three steps; it writes nothing."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Stop and read"))
        self._page = ScrollPage((72, 40, 72, 24), 0, "surface")
        # Reading must be possible without a mouse.
        self._page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._page.setAccessibleName(self.tr("Advice"))
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(self._head())
        left.addSpacing(20)
        self._add_steps(left)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setContentsMargins(0, 4, 0, 0)
        right.setSpacing(16)
        right.addWidget(
            Notice(self.tr("Is a child in danger now?"), self.tr("Call 999."), "warn", "warning", inline=True)
        )
        right.addWidget(self._captured())
        right.addLayout(self._kindly())
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.addLayout(left, 656)
        self._columns.addLayout(right, 424)
        self._page.body.addLayout(self._columns)
        self._page.body.addStretch(1)
        foot = area("footer")
        foot.setFixedHeight(72)
        self._foot = QHBoxLayout(foot)
        self._foot.addStretch(1)
        self.back_button = primary(self.tr("I have read this"), min_width=144, on_click=self.closed.emit)
        self._foot.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._page, 1)
        column.addWidget(foot)
        self.setFocusProxy(self.back_button)
        self._fit(_ROOMY)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(IconTile("hand", "bad", "bad_tint", 64, "bad_line"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(Text(self.tr("Stop. Do not capture or open this."), type="display"))
        words.addWidget(
            Text(
                self.tr("If it shows a child (anyone under 18) nude, partly nude or in a sexual way, "),
                Strong(self.tr("do not capture, copy, print or forward it.")),
                self.tr(
                    " Not even as evidence, not even if a computer made it. That is against the law, "
                    "whatever your reason."
                ),
                type="lead",
            )
        )
        head.addLayout(words, 1)
        return head

    def _add_steps(self, column: QVBoxLayout) -> None:
        steps = (
            (
                self.tr("Close it"),
                self.tr(
                    "Turn the screen away from others. Do not look for more, and do not ask anyone to "
                    "send it to you."
                ),
            ),
            (
                self.tr("Tell the Headteacher and the safeguarding lead now"),
                self.tr(
                    "In person or by phone, not by email. Say where you saw it, without describing the "
                    "picture. If it may involve the Headteacher, tell the Chair of Governors instead."
                ),
            ),
            (
                self.tr("Do nothing more until you have advice"),
                self.tr(
                    "Write down, in words only: when and where you saw it, whom you told, and when you "
                    "told them."
                ),
            ),
        )
        for number, (title, text) in enumerate(steps, start=1):
            column.addWidget(Divider())
            column.addSpacing(8)
            column.addWidget(NumberedStep(number, title, text, big=True))
            column.addSpacing(8)
        column.addWidget(Divider())

    def _captured(self) -> QWidget:
        card = Card(look="sunken", padding=20)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(IconLabel("lock", "text", 18, line=24), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Text(self.tr("Already captured it?"), type="card"), 1)
        card.add(head)
        card.add(
            Text(
                self.tr("Do not open it and do not try to remove it. "),
                Strong(self.tr("Do not seal a bundle with it. ")),
                self.tr(
                    "Say that you have it when you tell them. They and the police decide what happens next."
                ),
                type="body",
            )
        )
        return card

    def _kindly(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(10)
        row.addWidget(IconLabel("heart", "text_2", 18, line=20), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(
            Text(
                self.tr(
                    "Seeing this can be distressing. You have done nothing wrong by reporting it. "
                    "Who supports school staff stands under Help."
                ),
                type="body2",
            ),
            1,
        )
        return row

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.back_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        edge = 72 if width >= _ROOMY else 40
        self._page.body.setContentsMargins(edge, 40, edge, 24)
        self._columns.setSpacing(56 if width >= _ROOMY else 32)
        self._foot.setContentsMargins(edge, 0, edge, 0)
