"""The covers beside the picture: one card for each, with its reason."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from evidence_app import policy
from evidence_app.ui import say, theme
from evidence_app.ui.pages.cover_drafts import OTHER, Draft, Drafts
from evidence_app.ui.widgets import (
    Card,
    ElidedLabel,
    IconButton,
    ScrollPage,
    SelectField,
    Text,
    TextField,
    hint,
)
from evidence_app.vault import acts

_LONGEST = 24
"""Characters of covered words that a row shows."""


def where_words(draft: Draft, shown: bool) -> str:
    """Where a cover lies; the words that it covers only while they are `shown` beside it."""
    area, part = draft.area, draft.part
    if part is None:
        return _tr("{0} × {1} at {2}, {3}").format(area.width, area.height, area.left, area.top)
    if not part.text:
        one = part.first == part.last
        return (
            _tr("line {0}").format(part.first)
            if one
            else _tr("lines {0} to {1}").format(part.first, part.last)
        )
    count = say.plural(part.places, _tr("place"), _tr("places"))
    words = " ".join(part.text.split())
    short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return f"“{short}”, {count}" if shown else count


def _tr(text: str) -> str:
    return QCoreApplication.translate("cover", text)


class CoverRow(Card):
    """One cover: its number, where it lies, why it is there."""

    def __init__(self, drafts: Drafts, place: int, parent: QWidget | None = None) -> None:
        super().__init__(padding=14, gap=8, parent=parent)
        self._drafts, self._place = drafts, place
        number = place + 1
        self.setAccessibleName(self.tr("Cover {0}").format(number))
        self.name = Text(self.tr("Cover {0}").format(number), type="card", wrap=False)
        self.where = ElidedLabel(type="hint", token="text_2")
        self.remove_button = IconButton(
            "close",
            self.tr("Remove cover {0}").format(number),
            size="compact",
            on_click=lambda: drafts.remove(place),
        )
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name)
        head.addWidget(self.where, 1)
        head.addWidget(self.remove_button)
        options = [(one.name, one.code) for one in policy.current().covers]
        self.reason = SelectField(self.tr("Reason"), options)
        self.reason.input.setPlaceholderText(self.tr("Choose a reason"))
        self.reason.input.setAccessibleName(self.tr("Reason for cover {0}").format(number))
        self.words = TextField(
            self.tr("Which reason?"),
            hint=self.tr("Readers of the copy see this. Do not write what is covered."),
        )
        self.words.input.setMaxLength(acts.MAX_TITLE)
        self.words.input.setAccessibleName(self.tr("Which reason for cover {0}?").format(number))
        self.add(head, self.reason, self.words)
        self.show_draft()
        self.reason.changed.connect(self._set_reason)
        self.words.changed.connect(lambda text: drafts.set_words(place, text))
        for field in (self.reason.input, self.words.input, self.remove_button):
            field.installEventFilter(self)

    def draft(self) -> Draft:
        """What it stands for."""
        return self._drafts.all()[self._place]

    def show_draft(self) -> None:
        """Show it as it is now."""
        draft, select = self.draft(), self.reason.input
        self.where.setText(where_words(draft, self._drafts.shown))
        self.setAccessibleDescription(self.where.text())
        select.setCurrentIndex(select.findData(draft.reason) if draft.reason else -1)
        if self.words.text() != draft.words:
            self.words.setText(draft.words)
        self.words.setVisible(draft.reason == OTHER)
        if draft.reason:
            self.reason.set_error("")

    def complain(self) -> bool:
        """Say what is missing and put the keyboard there; False where nothing is."""
        draft = self.draft()
        if draft.is_whole():
            return False
        self._drafts.choose(self._place)
        if draft.reason:
            self.words.set_error(self.tr("Say why, in a few words."))
            self.words.input.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.reason.set_error(self.tr("Choose why this is covered."))
            self.reason.input.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _set_reason(self, value: object) -> None:
        if isinstance(value, str):
            self._drafts.set_reason(self._place, value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._drafts.choose(self._place)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drafts.choose(self._place)
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drafts.chosen == self._place:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.tokens().color("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.RADIUS_CARD, theme.RADIUS_CARD)


class CoverRows(ScrollPage):
    """All of them, in the order they were drawn; the chosen one is in view."""

    picture_wanted = Signal()

    def __init__(self, drafts: Drafts, nothing: str = "", parent: QWidget | None = None) -> None:
        super().__init__((2, 2, 10, 2), 12, parent=parent)
        self._drafts = drafts
        self.setAccessibleName(self.tr("Covers"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows: list[CoverRow] = []
        self.nothing = hint(
            nothing
            or self.tr(
                "Nothing is covered yet. Show the picture, then draw over what others must not see, or "
                "press N."
            )
        )
        self.body.addWidget(self.nothing)
        self.body.addStretch(1)
        drafts.listed.connect(self._list)
        drafts.changed.connect(lambda place: self.rows[place].show_draft())
        drafts.seen.connect(self._on_seen)
        drafts.chose.connect(self._on_chose)
        # A new row has its place only once the layout came to it.
        self.verticalScrollBar().rangeChanged.connect(self._reveal)

    def _list(self) -> None:
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        for row in self.rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [CoverRow(self._drafts, place) for place in range(len(self._drafts.all()))]
        for place, row in enumerate(self.rows):
            self.body.insertWidget(place, row)
            row.show()  # now, not when the layout comes to it: the keyboard may go there next
        self.nothing.setVisible(not self.rows)
        if had_focus:
            self.picture_wanted.emit()

    def _on_seen(self) -> None:
        for row in self.rows:
            row.show_draft()

    def _on_chose(self) -> None:
        for row in self.rows:
            row.update()
        if self._drafts.chosen >= 0:
            self._reveal()

    def _reveal(self) -> None:
        if 0 <= self._drafts.chosen < len(self.rows):
            self.ensureWidgetVisible(self.rows[self._drafts.chosen], 0, 8)

    def complain(self) -> bool:
        """Whether a cover does not say why yet; the first such is shown."""
        return any(row.complain() for row in self.rows)
