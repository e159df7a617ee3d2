"""The one question before covers that are drawn but not made are left."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.widgets import hint, primary, secondary, section


class LeaveDialog(QDialog):
    """Accepted: leave; `keep` says whether the covers are kept for later. The keyboard begins on the answer
    that changes nothing, and Escape is that answer."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = self.tr("Leave without the covered copy?")
        why = self.tr(
            "Covers that are drawn but not made: {0}. Keep them to go on later, encrypted in your vault, or "
            "throw them away. The original stays sealed and unchanged."
        ).format(count)
        self.setWindowTitle(words)
        self.setAccessibleName(words)
        self.setAccessibleDescription(why)
        self.setMinimumWidth(480)
        self.stay_button = primary(self.tr("Stay here"), on_click=self.reject)
        self.keep = False
        self.keep_button = secondary(self.tr("Keep for later"), on_click=self._keep)
        self.leave_button = secondary(self.tr("Throw them away"), on_click=self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.leave_button)
        buttons.addWidget(self.keep_button)
        buttons.addWidget(self.stay_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(16)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(section(words, wrap=False))
        head.addWidget(hint(why))
        column.addLayout(head)
        column.addStretch(1)
        column.addLayout(buttons)
        self.stay_button.setFocus()

    def _keep(self) -> None:
        self.keep = True
        self.accept()
