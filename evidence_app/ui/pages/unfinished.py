"""What was begun and left: a link on the home page, and the list behind it to go on or throw away."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import StorageError
from evidence_app.records import Draft
from evidence_app.ui import say
from evidence_app.ui.pages.cover_kept import COVER
from evidence_app.ui.pages.describe import DESCRIBE
from evidence_app.ui.pages.record_dialogs import NOTE
from evidence_app.ui.pages.referral_draft import REFERRAL
from evidence_app.ui.pages.review import REVIEW
from evidence_app.ui.pages.seal_draft import SEAL
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Button, Card, Link, ScrollPage, hint, primary, secondary, section, strong


def unfinished(session: Session) -> tuple[Draft, ...]:
    """Drafts of forms that can be gone on with, newest first; none about what may be shown no more."""
    with suppress(StorageError):
        vault = session.vault
        known = {REVIEW, DESCRIBE, SEAL, REFERRAL, COVER, NOTE}
        found = vault.drafts.all()
        return tuple(
            one
            for one in found
            if one.page in known and (one.page == REFERRAL or not vault.is_gone(one.about))
        )
    return ()


def words_of(draft: Draft) -> str:
    """What was begun."""
    words = {
        REVIEW: say.tr("What you know about {0}"),
        DESCRIBE: say.tr("What happened, {0}"),
        SEAL: say.tr("A bundle from {0}"),
        NOTE: say.tr("A note to {0}"),
        COVER: say.tr("Covers on {0}"),
        REFERRAL: say.tr("A referral without the picture, {0}") if draft.about else "",
    }
    return (words[draft.page] or say.tr("A referral without the picture")).format(draft.about)


class UnfinishedLink(Link):
    """How many things there are to finish; hidden where there is nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", type="small", icon="pencil", parent=parent)
        self.hide()

    def show_count(self, count: int) -> None:
        """How many there are."""
        self.setText(say.plural(count, self.tr("thing to finish"), self.tr("things to finish")))
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.setVisible(count > 0)


class UnfinishedDialog(QDialog):
    """`chosen` carries the draft to go on with."""

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(self.tr("To finish"))
        self.setAccessibleName(self.windowTitle())
        self.setMinimumWidth(600)
        self.setMaximumHeight(560)
        self.go_buttons: list[Button] = []
        self.drop_buttons: list[Button] = []
        self._page = ScrollPage((28, 12, 28, 8), 10, "bg")
        head = QVBoxLayout()
        head.setContentsMargins(28, 24, 28, 0)
        head.addWidget(section(self.windowTitle()))
        head.addWidget(
            hint(
                self.tr(
                    "What you typed is kept in your vault, encrypted. It is in no record until you go on and "
                    "save it."
                )
            )
        )
        self.close_button = secondary(self.tr("Close"), on_click=self.reject)
        foot = QHBoxLayout()
        foot.setContentsMargins(28, 4, 28, 20)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._page, 1)
        column.addLayout(foot)
        self._fill(unfinished(session))

    def _fill(self, drafts: Sequence[Draft]) -> None:
        body = self._page.body
        while body.count():
            gone = body.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.go_buttons, self.drop_buttons = [], []
        for at, draft in enumerate(drafts):
            body.addWidget(self._row(draft, first=at == 0))
        body.addStretch(1)
        self.setMinimumHeight(min(560, 190 + 76 * max(1, len(drafts))))
        (self.go_buttons or [self.close_button])[0].setFocus()

    def _row(self, draft: Draft, *, first: bool) -> Card:
        words = words_of(draft)
        card = Card(padding=12)
        card.setAccessibleName(words)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(strong(words))
        said.addWidget(hint(self.tr("Left {0}").format(say.lately(draft.at, datetime.now(UTC)))))
        make = primary if first else secondary
        go = make(self.tr("Go on"), size="compact", on_click=lambda: self._go(draft))
        drop = secondary(self.tr("Throw away"), size="compact", on_click=lambda: self._drop(draft))
        for button, name in ((go, self.tr("Go on: {0}")), (drop, self.tr("Throw away: {0}"))):
            button.setAccessibleName(name.format(words))
        drop.setToolTip(self.tr("Only what you typed and did not save. Nothing of the record."))
        self.go_buttons.append(go)
        self.drop_buttons.append(drop)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(said, 1)
        row.addWidget(drop)
        row.addWidget(go)
        card.add(row)
        return card

    def _go(self, draft: Draft) -> None:
        self.accept()
        self.chosen.emit(draft)

    def _drop(self, draft: Draft) -> None:
        with suppress(StorageError):
            self._session.vault.drafts.drop(draft.page, draft.about)
        self._session.changed.emit()
        left = unfinished(self._session)
        if left:
            self._fill(left)
        else:
            self.accept()
