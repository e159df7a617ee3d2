"""Covering: draw over what others must not see, and make a copy. The original stays as it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import Exhibit
from evidence_app.ui.drafting import DraftKeeper
from evidence_app.ui.pages.cover_drafts import Drafts, why_not_covered
from evidence_app.ui.pages.cover_kept import COVER, as_said, drawn
from evidence_app.ui.pages.cover_leave import LeaveDialog
from evidence_app.ui.pages.cover_rows import CoverRows
from evidence_app.ui.pages.cover_text_view import TextCard
from evidence_app.ui.pages.cover_view import CoverView
from evidence_app.ui.pages.exhibit_view import PictureCard
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.session import Session
from evidence_app.ui.thumbnails import read_blurred, view_clear
from evidence_app.ui.widgets import (
    InlineMessage,
    ProgressRow,
    area,
    hint,
    primary,
    secondary,
    section,
    title,
)
from evidence_app.vault.vault import Vault

_NARROW = 1160


class CoverPage(QWidget):
    """`start` names the exhibit. `made` carries its number and that of its copy; `closed` when the person
    leaves without one. The picture is blurred until Show, and no pixel of it stays when the page is left."""

    closed = Signal()
    made = Signal(str, str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._exhibit: Exhibit | None = None
        self._wanted = False
        self._making = False
        self.dialog: QDialog | None = None
        self.drafts = Drafts(self)
        self.keeper = DraftKeeper(session, COVER, lambda: as_said(self.drafts.all()), self)
        self.picture = self._card()
        self.picture.toggle_requested.connect(self.toggle)
        self.new_button = secondary(self.tr("New cover"), "cover", size="compact", on_click=self.new_cover)
        self.new_button.setToolTip(self.tr("A new cover in the middle (N)"))
        self.picture.tools.addWidget(self.new_button)
        self.rows = self._rows()
        self.rows.picture_wanted.connect(
            lambda: self.picture.pane().setFocus(Qt.FocusReason.OtherFocusReason)
        )
        self.drafts.listed.connect(self._on_listed)
        self.drafts.changed.connect(self._on_draft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        self._body = self._columns()
        column.addWidget(self._body, 1)
        column.addWidget(self._foot())
        self.setFocusProxy(self.picture.pane())
        session.changed.connect(self._on_changed)
        self._update()

    # --- what differs for a text ------------------------------------------------------------------

    def _card(self) -> PictureCard | TextCard:
        """What is covered, hidden until Show."""
        self.view = CoverView(self.drafts)
        self.view.enough.connect(self._enough)
        return PictureCard(
            self.view,
            self.tr(
                "Draw with the mouse, or press N for a new cover. Arrows move it, Shift and arrows size it, "
                "Ctrl makes the steps small, Tab goes to the next, Delete takes it away."
            ),
        )

    def _rows(self) -> CoverRows:
        return CoverRows(self.drafts)

    def _read_hidden(self, exhibit: Exhibit) -> None:
        """Read what is shown before Show is pressed."""
        self._session.runner.run(
            read_blurred,
            self._session.vault,
            exhibit,
            on_done=self._show_blurred,
            on_error=self._failed,
            words=self.tr("Reading {0}").format(exhibit.number),
            owner=self,
        )

    def _open(self) -> Callable[[Vault, Exhibit], object]:
        """What reads it to be shown, which is recorded."""
        return view_clear

    def _put(self, found: object) -> None:
        """Show what was read."""
        if isinstance(found, QImage) and isinstance(self.picture, PictureCard):
            self.picture.show_clear(found)

    def _job(self) -> tuple[Callable[..., Exhibit], object]:
        """What makes the copy, and of what."""
        return workflows.cover, self.drafts.covers()

    # --- parts ------------------------------------------------------------------------------------

    def _head(self) -> QWidget:
        head = area("header")
        self.title = title("", wrap=False)
        column = QVBoxLayout(head)
        column.setContentsMargins(24, 14, 24, 13)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(
            hint(
                self.tr(
                    "Covering makes a copy. The original stays sealed and unchanged. What is under a cover "
                    "is not in the copy at all."
                )
            )
        )
        return head

    def _columns(self) -> QWidget:
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        self.count = section("", wrap=False)
        right.addWidget(self.count)
        right.addWidget(self.rows, 1)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(24, 16, 14, 16)
        row.setSpacing(20)
        row.addWidget(self.picture, 1)
        row.addWidget(self._right)
        return body

    def _foot(self) -> QWidget:
        foot = area("footer")
        self.message = InlineMessage()
        self.progress = ProgressRow("cover")
        self.cancel_button = secondary(self.tr("Cancel"), on_click=self.ask_to_close)
        self.make_button = primary(self.tr("Make the covered copy"), "cover", on_click=self.make)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.message, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch()
        row.addWidget(self.cancel_button)
        row.addWidget(self.make_button)
        column = QVBoxLayout(foot)
        column.setContentsMargins(24, 13, 24, 14)
        column.setSpacing(8)
        column.addWidget(self.progress)
        column.addLayout(row)
        return foot

    def _on_listed(self) -> None:
        self.keeper.touch()
        self._update()
        set_tab_order(self)  # new rows stand before the buttons

    def _on_draft(self) -> None:
        self.keeper.touch()
        self.message.clear()

    def _update(self) -> None:
        count = len(self.drafts.all())
        self.count.setText(self.tr("Covers: {0}").format(count))
        self.new_button.setEnabled(self.picture.is_clear())
        self.message.clear()

    # --- the picture ------------------------------------------------------------------------------

    def start(self, number: str) -> None:
        """Open an exhibit, blurred. Of one that cannot be covered nothing is read."""
        exhibit = self._session.vault.read.exhibit(number)
        self.title.setText(self.tr("Cover parts of {0}").format(exhibit.number))
        self.setAccessibleName(self.title.text())
        self.picture.set_exhibit(exhibit.number)
        why = why_not_covered(exhibit)
        if self._session.vault.is_locked_away(exhibit.number):
            why = self.tr("{0} is locked away. Nobody can see or copy it.").format(exhibit.number)
        self._body.setEnabled(not why)
        self.make_button.setEnabled(not why)
        if why:
            self.message.show_message(why)
            self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._exhibit = exhibit
        kept = self.keeper.begin(exhibit.number)
        if kept is not None:
            self.drafts.restore(drawn(kept))
        self._read_hidden(exhibit)

    def _is_open(self) -> bool:
        """Whether there is something to show, and it may be shown now."""
        exhibit = self._exhibit
        return exhibit is not None and not self._session.vault.is_locked_away(exhibit.number)

    def _show_blurred(self, image: QImage) -> None:
        if self._is_open() and isinstance(self.picture, PictureCard):
            self.picture.set_blurred(image)

    def is_clear(self) -> bool:
        """Whether the picture is shown now."""
        return self.picture.is_clear()

    def toggle(self) -> None:
        """Show the picture, which is recorded, or blur it again. The covers stay."""
        if self.is_clear() or self._wanted:
            self.hide_picture()
        elif self._exhibit is not None and self._is_open() and not self._making:
            self._wanted = True
            task = self._session.runner.run(
                self._open(),
                self._session.vault,
                self._exhibit,
                on_done=self._show_clear,
                on_error=self._not_shown,
                words=self.tr("Opening {0}").format(self._exhibit.number),
                owner=self,
            )
            self.progress.follow(task, can_stop=False)

    def _show_clear(self, found: object) -> None:
        wanted, self._wanted = self._wanted, False
        if wanted and self._is_open() and self.isVisible():
            self._put(found)
            self.drafts.set_shown(True)
            self.picture.pane().setFocus(Qt.FocusReason.OtherFocusReason)
            self._update()
        self._session.changed.emit()

    def _not_shown(self, error: BaseException) -> None:
        self._wanted = False
        self._failed(error)

    def hide_picture(self) -> None:
        """Blur again and drop the clear pixels."""
        self._wanted = False
        self.picture.hide_clear()
        self.drafts.set_shown(False)
        self._update()

    def _forget(self) -> None:
        """Not even the blur stays."""
        self._exhibit = None
        self._wanted = False
        self.picture.set_exhibit("")
        self.drafts.set_shown(False)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self._forget()
        super().hideEvent(event)

    def _on_changed(self) -> None:
        if self._exhibit is not None and not self._is_open():
            # Locked away meanwhile: at once, and without a question.
            self.keeper.done()
            self._forget()
            self.drafts.clear()
            if self.dialog is not None:
                self.dialog.reject()
            self.closed.emit()

    # --- covers -----------------------------------------------------------------------------------

    def new_cover(self) -> None:
        """One in the middle of what can be seen; only on a picture that is shown."""
        if self.is_clear():
            self.view.add_in_middle()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._exhibit is not None:
            self.message.show_message(self.tr("Show the picture first, then draw on it."), "neutral")

    def _enough(self) -> None:
        self.message.show_message(
            self.tr("There are {0} covers, and no more can be drawn. Use larger ones.").format(
                len(self.drafts.all())
            )
        )

    def make(self) -> None:
        """Make the copy, in the background, once every cover says why."""
        if self._exhibit is None or self._making:
            return
        if not self.drafts.all():
            self.message.show_message(self.tr("Nothing is covered yet. Draw at least one cover first."))
            return
        if self.rows.complain():
            self.message.show_message(self.tr("Every cover needs a reason before the copy is made."))
            return
        self.message.clear()
        self._set_making(True)
        job, covers = self._job()
        task = self._session.runner.run(
            job,
            self._session.vault,
            self._exhibit.number,
            covers,
            on_done=self._made,
            on_error=self._not_made,
            words=self.tr("Making the covered copy"),
            owner=self,
        )
        self.progress.follow(task, can_stop=False)

    def _set_making(self, making: bool) -> None:
        # What is being made must not change, and leaving now could not say whether it was.
        self._making = making
        for part in (self._body, self.cancel_button, self.make_button):
            part.setEnabled(not making)

    def _made(self, copy: Exhibit) -> None:
        original = copy.derived.origin.number if copy.derived is not None else ""
        self._making = False
        self.keeper.done()
        self._forget()
        self.drafts.clear()
        self._session.changed.emit()
        self.made.emit(original, copy.number)

    def _not_made(self, error: BaseException) -> None:
        self._set_making(False)
        self._failed(error)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError) and not isinstance(error, StoppedError):
            self.message.show_message(error.message)

    # --- leaving ----------------------------------------------------------------------------------

    def leave(self) -> None:
        """The window locks or closes: what is drawn is kept."""
        self.keeper.flush()

    def is_unfinished(self) -> bool:
        """Whether covers are drawn that no copy holds yet."""
        return bool(self.drafts.all())

    def ask_to_close(self) -> None:
        """Leave, after one question where there are covers. Not while the copy is being made."""
        if self._making or self.dialog is not None:
            return
        if not self.is_unfinished():
            self.closed.emit()
            return

        def left() -> None:
            if dialog.keep:
                self.keeper.flush()
            else:
                self.keeper.done()
                self.drafts.clear()
            self.closed.emit()

        dialog = LeaveDialog(len(self.drafts.all()), self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._asked)
        dialog.accepted.connect(left)
        self.dialog = dialog
        dialog.open()

    def _asked(self) -> None:
        self.dialog = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and held & Qt.KeyboardModifier.ControlModifier:
            self.make()
        elif key == Qt.Key.Key_Escape:
            self.ask_to_close()
        elif key == Qt.Key.Key_N and not held:
            self.new_cover()
        elif key == Qt.Key.Key_V and not held:
            self.toggle()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._right.setFixedWidth(330 if self.width() < _NARROW else 396)
