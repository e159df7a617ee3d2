"""Danger first: the number to ring, before any form. It writes nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.ui.widgets import IconTile, Notice, ScrollPage, Text, area, primary


class DangerPage(QWidget):
    """`closed` once the person comes back to the record."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        danger = policy.current().danger
        self.setAccessibleName(danger.title)
        page = ScrollPage((72, 64, 72, 32), 24, "surface")
        page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        page.setAccessibleName(f"{danger.title}. {danger.text}")
        words = QVBoxLayout()
        words.setSpacing(12)
        words.addWidget(Text(danger.title, type="display"))
        words.addWidget(Text(danger.text, type="lead"))
        head = QHBoxLayout()
        head.setSpacing(24)
        head.addWidget(IconTile("phone", "bad", "bad_tint", 64, "bad_line"), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        page.body.addLayout(head)
        self.kept = Notice(self.tr("Your answer is being saved."), "", "neutral")
        page.body.addWidget(self.kept)
        page.body.addStretch(1)
        foot = area("footer")
        foot.setFixedHeight(72)
        row = QHBoxLayout(foot)
        row.setContentsMargins(72, 0, 72, 0)
        row.addStretch(1)
        self.back_button = primary(self.tr("Go back to the record"), min_width=144, on_click=self.closed.emit)
        row.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page, 1)
        column.addWidget(foot)
        self.setFocusProxy(self.back_button)

    def say_kept(self, words: str, kind: str = "ok") -> None:
        """What became of what was stated so far."""
        self.kept.set_message(words, "", kind)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.back_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.closed.emit()
            return
        super().keyPressEvent(event)
