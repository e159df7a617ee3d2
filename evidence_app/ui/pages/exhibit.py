"""One exhibit: the picture, what was observed, what was stated, its history and its entry (page 07)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, IntegrityError, StoppedError
from evidence_app.records import Exhibit
from evidence_app.ui.pages.exhibit_brought import BroughtView
from evidence_app.ui.pages.exhibit_head import ExhibitHead
from evidence_app.ui.pages.exhibit_panels import (
    EntryCard,
    ExhibitFile,
    HistoryCard,
    StatedHistory,
    load,
)
from evidence_app.ui.pages.exhibit_view import PictureCard
from evidence_app.ui.pages.observed_rows import fill_observed
from evidence_app.ui.pages.safeguard_dialogs import locked_notice
from evidence_app.ui.pages.safeguard_menu import SafeguardMenu
from evidence_app.ui.pages.series_bar import SeriesBar, view_place
from evidence_app.ui.session import Session
from evidence_app.ui.thumbnails import read_blurred
from evidence_app.ui.widgets import (
    InlineMessage,
    ObservedPanel,
    ProgressRow,
    ScrollPage,
)
from evidence_app.workflows.looking import has_picture

NARROW = 960
"""A page narrower than this has a narrower right column, and the two small cards below each other."""

SMALL_CARDS = 246
"""Height that history and entry need, with the gap above them."""


class ExhibitPage(QWidget):
    """`show_exhibit` reads and shows one; its picture stays blurred until Show (V), and blurs on leaving."""

    back_requested = Signal()
    add_requested = Signal(str)
    incident_requested = Signal(str)
    exhibit_requested = Signal(str)
    cover_requested = Signal(str)
    referral_requested = Signal(str)
    locked = Signal(str, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._number = ""
        self._file: ExhibitFile | None = None
        self._pixels_of = ""
        self._wanted = ""
        self.back_words = ""  # where Back leads, where it is no section
        self.setAccessibleName(self.tr("Exhibit"))
        self.message = InlineMessage()
        self.progress = ProgressRow("eye")
        self.picture = PictureCard()
        self.picture.toggle_requested.connect(self.toggle)
        self.brought = BroughtView(session)
        self.brought.exhibit_opened.connect(self.show_exhibit)
        self.brought.failed.connect(self._failed)
        self.observed = ObservedPanel()
        self.stated = StatedHistory()
        self.menu = SafeguardMenu(session, self)
        self.menu.locked.connect(self.locked)
        self.menu.referral_requested.connect(self.referral_requested)
        self.menu.cover_requested.connect(self.cover_requested)
        self.picture.tools.addWidget(self.menu.cover_button)
        self.series = SeriesBar()
        self.picture.tools.addWidget(self.series)
        self.series.turned.connect(self._turn)
        self.menu.disposing.connect(self._forget)
        self.menu.disposed.connect(self.back_requested)
        self.away = QWidget()
        self._away_column = QVBoxLayout(self.away)
        self._away_column.setContentsMargins(0, 0, 0, 0)
        self.away.hide()
        self.history = HistoryCard()
        self.entry = EntryCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = ExhibitHead(self.menu.button)
        self.head.back_requested.connect(self.back_requested)
        self.head.incident_requested.connect(self._to_incident)
        self.head.exhibit_requested.connect(self.exhibit_requested)
        self.head.step_requested.connect(self._step)
        self.head.add_requested.connect(self._add)
        column.addWidget(self.head)
        column.addWidget(self._body(), 1)
        QShortcut(QKeySequence(self.tr("V")), self).activated.connect(self.toggle)
        self.setFocusProxy(self.picture.blurred.button)
        session.changed.connect(self._on_changed)

    # --- parts ------------------------------------------------------------------------------------

    def _body(self) -> QWidget:
        page = ScrollPage((24, 20, 24, 20), 12)
        self._small = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._small.setSpacing(16)
        self._small.addWidget(self.history, 1)
        self._small.addWidget(self.entry, 1)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addWidget(self.picture)
        left.addWidget(self.brought)
        left.addWidget(self.away)
        left.addLayout(self._small)
        left.addStretch(1)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(16)
        right.addWidget(self.observed)
        right.addWidget(self.stated, 1)
        columns = QHBoxLayout()
        columns.setSpacing(20)
        columns.addLayout(left, 1)
        columns.addWidget(self._right)
        page.body.addWidget(self.message)
        page.body.addWidget(self.progress)
        page.body.addLayout(columns, 1)
        self._scroll = page
        return page

    # --- reading ----------------------------------------------------------------------------------

    def show_exhibit(self, number: str) -> None:
        """Read an exhibit and show it, its picture blurred."""
        self.hide_picture()
        self._number = number
        self._pixels_of = ""
        self.picture.set_exhibit(number)
        self.head.order.hide()
        self.message.clear()
        self._load()

    def tell(self, words: str) -> None:
        """Say that something went well with what is open."""
        self.message.show_message(words, "ok")

    def number(self) -> str:
        """The exhibit that is open."""
        return self._number

    def _load(self) -> None:
        number = self._number
        self._session.runner.run(
            load,
            self._session.vault,
            number,
            on_done=lambda file: self._show_file(number, file),
            on_error=self._failed,
            words=self.tr("Reading {0}").format(number),
            owner=self,
        )

    def _forget(self, number: str) -> None:
        """It is no more: nothing of it stays here."""
        if number == self._number:
            self._number, self._file = "", None
            self.brought.clear()
            self.picture.set_exhibit("")

    def _on_changed(self) -> None:
        if self._number and self._session.vault.is_locked_away(self._number):
            # At once, and whether or not this page is in sight: not even the blur stays.
            self.hide_picture()
            self.picture.set_exhibit(self._number)
            self.brought.clear()
        if self._number and self.isVisible():
            self._load()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous() and self._file is not None:
            self._on_changed()

    def _show_file(self, number: str, file: ExhibitFile) -> None:
        if number != self._number:
            return
        self._file = file
        exhibit = file.exhibit
        self.setAccessibleName(self.tr("Exhibit {0}").format(number))
        self.head.set_file(file, self.back_words)
        fill_observed(self.observed, exhibit)
        self.series.set_exhibit(exhibit)
        self.stated.set_statements(file.statements)
        self.history.set_entries(exhibit.number, file.history)
        self.entry.set_file(file)
        locked = exhibit.standing.locked_away
        self._show_away(file)
        self.menu.set_file(file)
        self._fit()
        if locked is None and self._pixels_of != number:
            self._pixels_of = number
            self._blur(exhibit)

    def _show_away(self, file: ExhibitFile) -> None:
        """A lock and words in the place of a picture that is locked away: no Show, nothing to add."""
        locked = file.exhibit.standing.locked_away
        while self._away_column.count():
            gone = self._away_column.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        if locked is not None:
            self._away_column.addWidget(locked_notice(locked.told, locked.why))
        self.away.setVisible(locked is not None)
        self.picture.setVisible(locked is None and has_picture(file.exhibit))
        self.brought.set_exhibit(file.exhibit)

    # --- the picture ------------------------------------------------------------------------------

    def _blur(self, exhibit: Exhibit) -> None:
        self._session.runner.run(
            read_blurred,
            self._session.vault,
            exhibit,
            on_done=lambda image: self._show_blurred(exhibit.number, image),
            on_error=lambda error: self._not_in_order(exhibit.number, error),
            words=self.tr("Comparing {0} with the record").format(exhibit.number),
            owner=self,
        )

    def _show_blurred(self, number: str, image: QImage) -> None:
        if number == self._number and not self._session.vault.is_locked_away(number):
            self.picture.set_blurred(image)
            self.picture.setHidden(image.isNull())
            self.head.set_order(True)

    def _not_in_order(self, number: str, error: BaseException) -> None:
        if number == self._number:
            if isinstance(error, IntegrityError):
                self.head.set_order(False)
            self._failed(error)

    def is_loaded(self) -> bool:
        """Whether the exhibit that was asked for has been read."""
        return self._file is not None and self._file.exhibit.number == self._number

    def is_clear(self) -> bool:
        """Whether the picture is shown now."""
        return self.picture.is_clear()

    def toggle(self) -> None:
        """Show the picture, which is recorded, or blur it again."""
        if self.is_clear() or self._wanted:
            self.hide_picture()
        elif self.picture.isHidden() and self.brought.isVisible():
            self.brought.toggle()
        elif self._file is not None and self.is_loaded() and not self._is_away():
            number = self._wanted = self._number
            task = self._session.runner.run(
                view_place,
                self._session.vault,
                self._file.exhibit,
                self.series.place,
                on_done=lambda image: self._show_clear(number, image),
                on_error=lambda error: self._not_shown(number, error),
                words=self.tr("Opening {0}").format(number),
                owner=self,
            )
            self.progress.follow(task, can_stop=False)

    def _turn(self) -> None:
        self.hide_picture()
        self.toggle()

    def _is_away(self) -> bool:
        return self._session.vault.is_locked_away(self._number)

    def _show_clear(self, number: str, image: QImage) -> None:
        if self._session.vault.is_locked_away(number):
            self._wanted = ""
        elif self._wanted == number and self.isVisible():
            self._wanted = ""
            self.picture.show_clear(image)
            self.head.set_order(True)
        self._session.changed.emit()

    def _not_shown(self, number: str, error: BaseException) -> None:
        if self._wanted == number:
            self._wanted = ""
        self._not_in_order(number, error)

    def hide_picture(self) -> None:
        """Blur again and drop the clear pixels."""
        self._wanted = ""
        self.picture.hide_clear()

    def hideEvent(self, event: QHideEvent) -> None:
        self.hide_picture()
        super().hideEvent(event)

    # --- acts and keys ----------------------------------------------------------------------------

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError) and not isinstance(error, StoppedError):
            self.message.show_message(error.message)

    def _step(self, step: int) -> None:
        if self._file is None or self._file.exhibit.number != self._number:
            return
        place = self._file.neighbours.index(self._number) + step
        if 0 <= place < len(self._file.neighbours):
            self.show_exhibit(self._file.neighbours[place])

    def _add(self) -> None:
        if self._number:
            self.add_requested.emit(self._number)

    def _to_incident(self) -> None:
        if self._file is not None and self._file.incident is not None:
            self.incident_requested.emit(self._file.incident.reference)

    def incident(self) -> str:
        """The incident of what is open, or an empty text."""
        return "" if self._file is None or self._file.incident is None else self._file.incident.reference

    def next_pane(self, *, back: bool = False) -> bool:
        """Move the focus to the next pane: the picture, the header. False after the last one."""
        away = self._number and self._is_away()
        panes: list[QWidget] = [self.menu.button] if away else [self.picture.pane(), self.head.add_button]
        here = self.focusWidget()
        place = panes.index(here) if here in panes and here.hasFocus() else -1
        step = place + (-1 if back else 1)
        panes[step % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)
        return 0 <= step < len(panes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key == Qt.Key.Key_Escape:
            self.back_requested.emit()
        elif key == Qt.Key.Key_F6:
            self.next_pane(back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif alt and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Up, Qt.Key.Key_Down):
            bar = self._scroll.verticalScrollBar()
            step = bar.pageStep() if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) else 48
            bar.setValue(bar.value() + (-step if key in (Qt.Key.Key_PageUp, Qt.Key.Key_Up) else step))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < NARROW
        self._right.setFixedWidth(320 if narrow else 396)
        sideways, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._small.setDirection(down if narrow else sideways)
        self.head.set_narrow(narrow)
        # The picture takes what the first screen has left above the two small cards.
        room = self.height() - self.head.sizeHint().height() - 40
        self.picture.setFixedHeight(max(320, room if narrow else room - SMALL_CARDS))
        self.brought.view.content.setMinimumHeight(self.picture.height())
