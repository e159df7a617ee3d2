"""One line of "What was checked", whose Details open in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets.button import Link
from evidence_app.ui.widgets.card import Card, Divider
from evidence_app.ui.widgets.icon import IconLabel
from evidence_app.ui.widgets.text import Text

ICONS = {"ok": "check-circle", "bad": "x-circle", "warn": "alert-circle", "neutral": "minus"}


class CheckRow(QFrame):
    """Icon, status word, title, summary and Details.

    `kind`: ok, bad, warn, or neutral where there was nothing to compare.
    """

    opened = Signal(bool)

    def __init__(
        self,
        kind: str,
        status: str,
        title: str,
        summary: str = "",
        details: Sequence[str] = (),
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        token = "text_2" if kind == "neutral" else kind
        self.status = Text(status, type="strong", token=token, wrap=False)
        self.status.setMinimumWidth(86)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Text(title, type="strong" if summary else "body"))
        if summary:
            words.addWidget(Text(summary, type="hint"))
        words.addStretch(1)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(IconLabel(ICONS[kind], token, 20))
        head.addWidget(self.status)
        head.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(21, 9, 16, 9)
        column.setSpacing(8)
        column.addLayout(head)
        self.details_link: Link | None = None
        self._details = QWidget()
        if details:
            self._add_details(details, title, head, column)
        self.setMinimumHeight(44)
        self.setAccessibleName(f"{status}: {title}")
        self.setAccessibleDescription(summary)

    def _add_details(
        self, details: Sequence[str], title: str, head: QHBoxLayout, column: QVBoxLayout
    ) -> None:
        link = Link(self.tr("Details"), icon_after="chevron-down", type="small")
        link.setAccessibleName(self.tr("Details: {0}").format(title))
        link.clicked.connect(self.toggle)
        head.addWidget(link)
        self.details_link = link
        inner = QVBoxLayout(self._details)
        inner.setContentsMargins(122, 0, 0, 4)
        inner.setSpacing(2)
        for line in details:
            inner.addWidget(Text(line, type="small", selectable=True))
        self._details.hide()
        column.addWidget(self._details)

    def set_status_width(self, width: int) -> None:
        """Width of the status word in pixels; the details start where the title does."""
        self.status.setFixedWidth(width)
        inner = self._details.layout()
        if inner is not None:
            inner.setContentsMargins(width + 36, 0, 0, 4)

    def is_open(self) -> bool:
        """Whether the details are shown."""
        return not self._details.isHidden() and self.details_link is not None

    def toggle(self) -> None:
        """Open or close the details."""
        self.set_open(not self.is_open())

    def set_open(self, shown: bool) -> None:
        """Show or hide the details in place."""
        if self.details_link is None:
            return
        self._details.setVisible(shown)
        self.details_link.set_icon_after("chevron-up" if shown else "chevron-down")
        state = self.tr("open") if shown else self.tr("closed")
        self.details_link.setAccessibleDescription(state)
        self.opened.emit(shown)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.kind in ("bad", "warn"):
            QPainter(self).fillRect(self.rect(), theme.tokens().color(f"{self.kind}_tint"))


class CheckList(Card):
    """The card "What was checked" with a line of words on the right and `CheckRow`s below."""

    def __init__(self, title: str, summary: str = "", parent: QWidget | None = None) -> None:
        super().__init__(padding=0, gap=0, parent=parent)
        self.setAccessibleName(title)
        self._summary = Text(summary, type="hint", wrap=False)
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 16, 10)
        head.addWidget(Text(title, type="card", wrap=False))
        head.addStretch(1)
        head.addWidget(self._summary, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.setContentsMargins(1, 0, 1, 1)
        self.body.addLayout(head)
        self.body.addStretch(1)
        self.rows: list[CheckRow] = []

    def add_row(self, row: CheckRow) -> CheckRow:
        """Put a line at the end."""
        self.body.insertWidget(self.body.count() - 1, Divider())
        self.body.insertWidget(self.body.count() - 1, row)
        self.rows.append(row)
        # The words of all lines start level, however long a status is.
        widest = max(86, *(item.status.sizeHint().width() for item in self.rows))
        for item in self.rows:
            item.set_status_width(widest)
        return row
