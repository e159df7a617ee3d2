"""The stop on the frozen screen: what must not be captured."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.overlay_bar import Panel
from evidence_app.ui.widgets import IconTile, Notice, Strong, Text, primary, secondary


class StopPanel(Panel):
    """What must not be captured. While it is open nothing of the screen is shown or can be chosen."""

    cancel_chosen = Signal()
    go_on_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(620)
        self.setAccessibleName(self.tr("What you must not capture"))
        words = QVBoxLayout()
        words.setSpacing(12)
        words.addWidget(Text(self.tr("Stop. Some pictures must not be captured."), type="title"))
        for parts in _advice():
            words.addWidget(Text(*parts, type="lead"))
        words.addWidget(
            Notice(_tr("Is a child in danger now?"), _tr("Call 999."), "warn", "warning", inline=True)
        )
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(IconTile("hand", "bad", "bad_tint", 64), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self.go_on = secondary(
            self.tr("Go back. It is not that kind of picture"), on_click=self.go_on_chosen.emit
        )
        self.cancel = primary(self.tr("Cancel the capture"), "close", on_click=self.cancel_chosen.emit)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.go_on)
        buttons.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 28, 28, 24)
        column.setSpacing(20)
        column.addLayout(head)
        column.addLayout(buttons)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel_chosen.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.go_on if self.go_on.hasFocus() else self.cancel).click()
        # Every other key stays here: nothing may be captured while this is open.


def _advice() -> tuple[tuple[str, ...], ...]:
    return (
        (
            _tr("If it could show anyone under 18 nude, partly nude or in a sexual way, "),
            Strong(_tr("do not capture it, copy it or pass it on.")),
            _tr(
                " Not even as evidence, and a blur does not help. Pictures made by a computer count. "
                "If you are not sure, treat it as if it does."
            ),
        ),
        (
            _tr(
                "Close it and do not look for more. Tell the Headteacher and the safeguarding lead now, in "
                "person or by phone: when, and where you saw it. If it is on a website, they report it to "
                "the Internet Watch Foundation; if it is saved on a phone or computer, they call the police."
            ),
        ),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("overlay", text)
