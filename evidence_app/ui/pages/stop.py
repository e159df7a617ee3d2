"""Stop: what to do when a picture must not be kept, and the way to a referral in words (picture 09)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.widgets import (
    Button,
    Card,
    Divider,
    IconLabel,
    IconTile,
    Link,
    Notice,
    NumberedStep,
    ScrollPage,
    Strong,
    Text,
    area,
    primary,
    secondary,
)

_ROOMY = 1160


@dataclass(frozen=True, slots=True)
class Found:
    """What led here. `incident` None: a capture that is not filed; `closed`: it was answered that no picture
    may be kept there. `exhibit` was captured already, `locked` are the numbers that are locked away.
    """

    incident: str | None = None
    closed: bool = False
    exhibit: str = ""
    locked: tuple[str, ...] = ()


class StopPage(QWidget):
    """Advice in three steps; it writes nothing itself."""

    closed = Signal()
    referral_requested = Signal(object)
    lock_requested = Signal(str)
    allowed_requested = Signal(object)

    def __init__(self, found: Found | None = None, head: str = "", parent: QWidget | None = None) -> None:
        """`head`: the name of the headteacher among the contacts, where there is one."""
        super().__init__(parent)
        self.found = found or Found()
        self._head_name = head
        self.lock_button: Button | None = None
        self.allowed_link: Link | None = None
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
        right.addWidget(self._keeps())
        right.addWidget(self._captured())
        right.addLayout(self._kindly())
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.addLayout(left, 656)
        self._columns.addLayout(right, 424)
        self._page.body.addLayout(self._columns)
        self._page.body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._page, 1)
        column.addWidget(self._footer())
        self.setFocusProxy(self.referral_button)
        self._fit(_ROOMY)

    def _footer(self) -> QWidget:
        foot = area("footer")
        foot.setFixedHeight(72)
        self._foot = QHBoxLayout(foot)
        self._foot.setSpacing(12)
        if self.found.closed:
            self.allowed_link = Link(
                self.tr("I was told that it may be kept"),
                on_click=lambda: self.allowed_requested.emit(self.found.incident),
            )
            self._foot.addWidget(self.allowed_link)
        self._foot.addStretch(1)
        words = self.tr("Close this page") if self.found.closed or self.found.locked else ""
        self.back_button = secondary(
            words or self.tr("Go back. It is not that kind of picture"), on_click=self.closed.emit
        )
        self.referral_button = primary(
            self.tr("Record a referral without the picture"),
            "pencil",
            on_click=lambda: self.referral_requested.emit(self.found),
        )
        self._foot.addWidget(self.back_button)
        self._foot.addWidget(self.referral_button)
        return foot

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(IconTile("hand", "bad", "bad_tint", 64, "bad_line"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(Text(self.tr("Stop. Do not capture this."), type="display"))
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
                self._whom(),
            ),
            (
                self.tr("Record a referral without the picture"),
                self.tr(
                    "Only words: when, where, and whom you told. It is sealed in your record like "
                    "everything else. Then do nothing more until you have advice."
                ),
            ),
        )
        for number, (title, text) in enumerate(steps, start=1):
            column.addWidget(Divider())
            column.addSpacing(8)
            column.addWidget(NumberedStep(number, title, text, big=True))
            column.addSpacing(8)
        column.addWidget(Divider())

    def _whom(self) -> str:
        words = self.tr(
            "In person or by phone, not by email. Say where you saw it, without describing the "
            "picture. If it may involve the Headteacher, tell the Chair of Governors instead."
        )
        if self._head_name:
            words = self.tr("The Headteacher is {0}.").format(self._head_name) + " " + words
        return words

    def _keeps(self) -> QWidget:
        card = Card(self.tr("What a referral keeps"), look="sunken", padding=20, gap=4)
        lines = (
            ("check", "ok", self.tr("The date and time")),
            ("check", "ok", self.tr("The web address, if you know it")),
            ("check", "ok", self.tr("Whom you told, and when")),
            ("close", "bad", self.tr("No picture, no thumbnail, no file")),
        )
        for icon, token, words in lines:
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(IconLabel(icon, token, 18, line=20), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Text(words, type="body"), 1)
            card.add(row)
        return card

    def _captured(self) -> QWidget:
        card = Card(look="sunken", padding=20)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(IconLabel("lock", "text", 18, line=24), 0, Qt.AlignmentFlag.AlignTop)
        if self.found.locked:
            names = ", ".join(self.found.locked)
            head.addWidget(Text(self.tr("Locked away: {0}").format(names), type="card"), 1)
            words = [
                self.tr(
                    "Nobody can see, copy or export it any more, also not in reports, bundles and "
                    "backups. The record keeps that it exists. "
                ),
                Strong(self.tr("The police or the safeguarding lead decide what becomes of it.")),
            ]
        else:
            head.addWidget(Text(self.tr("Already captured it?"), type="card"), 1)
            words = [
                self.tr("Do not open it and do not try to remove it. "),
                Strong(self.tr("Lock it away")),
                self.tr(
                    " so that nobody can see, copy or export it: open the exhibit, then choose "
                    "More, Lock away. The safeguarding lead and the police decide what happens next."
                ),
            ]
        card.add(head)
        card.add(Text(*words, type="body"))
        if self.found.exhibit and not self.found.locked:
            self.lock_button = secondary(
                self.tr("Lock {0} away").format(self.found.exhibit),
                "lock",
                size="compact",
                on_click=lambda: self.lock_requested.emit(self.found.exhibit),
            )
            row = QHBoxLayout()
            row.addWidget(self.lock_button)
            row.addStretch(1)
            card.add(row)
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
        self.referral_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.referral_button.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        edge = 72 if width >= _ROOMY else 40
        self._page.body.setContentsMargins(edge, 40, edge, 24)
        self._columns.setSpacing(56 if width >= _ROOMY else 32)
        self._foot.setContentsMargins(edge, 0, edge, 0)
