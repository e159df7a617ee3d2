"""Stop: what to do when a picture must not be kept (picture 09, the advice)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.widgets import (
    Divider,
    IconTile,
    Notice,
    NumberedStep,
    ScrollPage,
    Strong,
    Text,
    area,
    primary,
)


class StopPage(QWidget):
    """Advice in three steps; it writes nothing."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Stop and read"))
        page = ScrollPage((72, 40, 72, 24), 16, "surface")
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(IconTile("hand", "bad", "bad_tint", 64), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.addWidget(Text(self.tr("Stop. Do not capture or open this."), type="display"))
        words.addWidget(
            Text(
                self.tr("If it shows a child (anyone under 18) nude, partly nude or in a sexual way, "),
                Strong(self.tr("do not capture, copy, print or forward it.")),
                self.tr(" Not even as evidence. That is against the law, whatever your reason."),
                type="lead",
            )
        )
        head.addLayout(words, 1)
        page.body.addLayout(head)
        for number, (title, text) in enumerate(
            (
                (
                    self.tr("Close it"),
                    self.tr(
                        "Turn the screen away from others. Do not look for more, and do not open it again."
                    ),
                ),
                (
                    self.tr("Tell the Headteacher and the safeguarding lead now"),
                    self.tr(
                        "In person or by phone, not by email, and without describing the picture. If it may "
                        "involve the Headteacher, tell the Chair of Governors instead."
                    ),
                ),
                (
                    self.tr("Leave what is sealed where it is"),
                    self.tr(
                        "If you have captured it already, do not try to remove it and do not seal a bundle. "
                        "Say so when you tell them. They and the police decide what happens next."
                    ),
                ),
            ),
            start=1,
        ):
            page.body.addWidget(Divider())
            page.body.addWidget(NumberedStep(number, title, text, big=True))
        page.body.addWidget(Divider())
        page.body.addWidget(
            Notice(self.tr("Is a child in danger now?"), self.tr("Call 999."), "warn", "warning", inline=True)
        )
        page.body.addStretch(1)
        foot = area("footer")
        foot.setFixedHeight(72)
        row = QHBoxLayout(foot)
        row.setContentsMargins(72, 0, 72, 0)
        row.addStretch(1)
        self.back_button = primary(self.tr("I have read this"), min_width=144, on_click=self.closed.emit)
        row.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page, 1)
        column.addWidget(foot)
