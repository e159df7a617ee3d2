"""Sealed and safe: what the software saw beside what the person can add while it is fresh."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.policy import Moment
from evidence_app.records import Exhibit
from evidence_app.ui import say, thumbnails
from evidence_app.ui.drafting import DraftKeeper
from evidence_app.ui.pages import stating_data
from evidence_app.ui.pages.review_parts import FiledIn, Fingerprint, fill_observed
from evidence_app.ui.pages.stated_form import StatedForm
from evidence_app.ui.pages.stating_data import Taken
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Advice,
    BlurThumb,
    IconDisc,
    InlineMessage,
    Link,
    ObservedPanel,
    ScrollPage,
    Strong,
    Text,
    area,
    primary,
    secondary,
)
from evidence_app.vault import acts

REVIEW = "review"
"""The name of this form among the drafts; each is about the number of an exhibit."""
_THUMB_HEIGHT = 176
_LEFT = (320, 440)
"""Least and greatest width of the left column, which takes a bit more than a third."""
_WHOLE_HASH = 420
"""Width of the left column from which six groups of the fingerprint fit."""


class ReviewPage(QWidget):
    """One exhibit right after its capture, or later to add to it. What was typed is saved on leaving."""

    done = Signal(str)
    capture_again = Signal(str)
    must_not_keep = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._exhibit: Exhibit | None = None
        self._thumbs = thumbnails.Thumbnails.of(session)
        self._thumbs.ready.connect(self._on_thumb)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_header())
        column.addWidget(self._make_body(), 1)
        column.addWidget(self._make_footer())
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Esc"):
            self._on_keys(keys, self.finish)
        self._on_keys("V", self._toggle_picture)
        session.changed.connect(self._show_incidents)
        session.changed.connect(self._drop_locked)
        session.changed.connect(self._offer)

    def _on_keys(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _make_header(self) -> QWidget:
        header = area("header")
        self._title = Text(type="intro", wrap=False)
        self._sub = Text(type="body2")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._sub)
        label = Text(self.tr("Filed in"), type="hint", wrap=False)
        self.filed_in = FiledIn()
        self.filed_in.setAccessibleName(self.tr("Filed in"))
        self.filed_in.activated.connect(self._file)
        row = QHBoxLayout(header)
        row.setContentsMargins(32, 14, 32, 15)
        row.setSpacing(16)
        row.addWidget(IconDisc("lock", 44))
        row.addLayout(words, 1)
        row.addSpacing(8)
        row.addWidget(label)
        row.addSpacing(-6)
        row.addWidget(self.filed_in)
        return header

    def _make_body(self) -> QWidget:
        page = ScrollPage((32, 20, 32, 20), 24)
        self.thumb = BlurThumb()
        self.picture_message = InlineMessage()
        self.observed = ObservedPanel()
        self.advice = Advice(self._session.sent_away, Moment.BEFORE_REPLY, Moment.BEFORE_BLOCK, Moment.KEEP)
        self._left = QWidget()
        left = self._left_column = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(16)
        left.addWidget(self.thumb)
        left.addWidget(self.picture_message)
        left.addWidget(self.advice)
        left.addWidget(self.observed, 1)
        self.form = StatedForm(self._session.sent_away)
        self.keeper = DraftKeeper(self._session, REVIEW, self.form.changes, self)
        self.form.changed.connect(self.keeper.touch)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self._left)
        row.addWidget(self.form, 1)
        page.body.addLayout(row, 1)
        return page

    def _make_footer(self) -> QWidget:
        footer = area("footer")
        self.message = InlineMessage()
        self.stop_link = Link(
            self.tr("I have captured something I must not keep"), icon="hand", on_click=self._must_not_keep
        )
        self.again_button = secondary(
            self.tr("Keep going: capture another"), "camera", on_click=self._capture_again
        )
        self.done_button = primary(self.tr("Done"), min_width=128, on_click=self.finish)
        self.done_button.setToolTip(self.tr("Ctrl+Enter"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.stop_link)
        row.addStretch(1)
        row.addWidget(self.again_button)
        row.addWidget(self.done_button)
        column = QVBoxLayout(footer)
        column.setContentsMargins(32, 16, 32, 15)
        column.setSpacing(8)
        column.addWidget(self.message)
        column.addLayout(row)
        return footer

    # --- showing ----------------------------------------------------------------------------------

    def show_exhibit(self, number: str) -> None:
        """Show an exhibit, its picture blurred; what was typed about an earlier one is saved first."""
        self.leave()
        exhibit = self._session.vault.read.exhibit(number)
        self._exhibit = exhibit
        self._title.set_parts(Strong(self.tr("{0} is sealed and safe").format(exhibit.number)))
        self._sub.setText(
            self.tr(
                "Sealed at {0:%H:%M:%S} on {1}. You can stop here, or add what you know while it is fresh."
            ).format(say.local(exhibit.sealed_at), say.day(exhibit.sealed_at))
        )
        self._show_incidents()
        self._new_thumb(exhibit.number)
        self._fill_observed(exhibit)
        self.picture_message.clear()
        self.message.clear()
        draft = self.keeper.begin(exhibit.number)
        self.form.set_statements(exhibit.statements)
        if draft is not None:
            self.form.fill(draft.said)
        self._offer()
        self.form.address.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self._drop_locked()

    def _offer(self) -> None:
        if self._exhibit is not None and not self._session.vault.is_gone(self._exhibit.number):
            now = self._session.vault.read.exhibit(self._exhibit.number)
            self.form.where.offer.show_for(now, self.form.address.text())

    def leave(self) -> None:
        """Save what was typed and drop the clear picture. Called whenever the page goes out of sight."""
        self.thumb.hide_clear()
        if self._exhibit is not None:
            self._save()

    def _fill_observed(self, exhibit: Exhibit) -> None:
        fingerprint = Fingerprint(exhibit.stored.sha256, wide=self._left.width() >= _WHOLE_HASH)
        fill_observed(self.observed, exhibit, fingerprint)
        self._copy = fingerprint.copy
        self.setTabOrder(self.thumb.button, self.advice.close_button)
        self.setTabOrder(self.advice.close_button, self._copy)
        self.setTabOrder(self._copy, self.form.address.input)
        self._fit_left()

    def _fit_left(self) -> None:
        # A scroll area asks for the least height without regard to the width, at which words wrap.
        self._left.setMinimumHeight(self._left_column.totalHeightForWidth(self._left.maximumWidth()))

    def _show_incidents(self) -> None:
        """The incidents to file in. There is no way back to "not filed": nothing is taken out of a case."""
        exhibit = self._exhibit
        if exhibit is None:
            return
        self.filed_in.clear()
        if exhibit.incident is None:
            self.filed_in.addItem(self.tr("Not filed yet"), "")
        for one in self._session.vault.read.incidents():
            self.filed_in.addItem(f"{one.reference} {one.title}", one.reference)
        self.filed_in.setCurrentIndex(self.filed_in.findData(exhibit.incident or ""))
        self.filed_in.setToolTip(self.filed_in.currentText())

    # --- the picture ------------------------------------------------------------------------------

    def _new_thumb(self, number: str) -> None:
        """A fresh one for each exhibit: its name is given at the start."""
        old, self.thumb = self.thumb, BlurThumb(name=number)
        self.thumb.setFixedHeight(_THUMB_HEIGHT)
        self.thumb.show_requested.connect(self._show_picture)
        self._left_column.replaceWidget(old, self.thumb)
        old.hide()
        old.deleteLater()
        self.setTabOrder(self.filed_in, self.thumb.button)
        self._on_thumb(number)

    def _on_thumb(self, number: str) -> None:
        if self._exhibit is not None and number == self._exhibit.number and not self.thumb.is_clear():
            image = self._thumbs.get(self._exhibit)
            if image is not None:
                self.thumb.set_image(image)

    def _drop_locked(self) -> None:
        """What was locked away is dropped at once."""
        exhibit = self._exhibit
        if exhibit is not None and self._session.vault.is_locked_away(exhibit.number):
            self.thumb.set_image(QImage())
            self.thumb.hide_clear()
            self.thumb.button.setEnabled(False)
            self.picture_message.show_message(self.tr("This picture is locked away."), "bad", "lock")

    def _toggle_picture(self) -> None:
        self.thumb.button.click()

    def _show_picture(self) -> None:
        exhibit = self._exhibit
        if exhibit is None:
            return
        self.picture_message.clear()
        self.thumb.button.setEnabled(False)
        within = QSize(self.thumb.width(), self.thumb.height()) * (2 * self.devicePixelRatioF())
        task = self._session.runner.run(
            thumbnails.view_clear,
            self._session.vault,
            exhibit,
            within,
            on_done=lambda image: self._picture_here(exhibit.number, image),
            on_error=self._picture_failed,
            words=self.tr("Opening the picture"),
            owner=self,
        )
        task.finished.connect(lambda: self.thumb.button.setEnabled(not self._locked()))

    def _picture_here(self, number: str, image: QImage) -> None:
        # The person may have gone on meanwhile, or locked it away: then nothing clear is kept.
        if self._locked():
            self._drop_locked()
        elif self._exhibit is not None and self._exhibit.number == number and self.thumb.isVisible():
            self.thumb.set_clear(image)
        self._session.changed.emit()

    def _locked(self) -> bool:
        return self._exhibit is not None and self._session.vault.is_locked_away(self._exhibit.number)

    def _picture_failed(self, error: Exception) -> None:
        if isinstance(error, EvidenceError):
            self.picture_message.show_message(error.message)

    # --- filing and saving ------------------------------------------------------------------------

    def _file(self, index: int) -> None:
        exhibit, reference = self._exhibit, str(self.filed_in.itemData(index) or "")
        if exhibit is None or not reference or reference == exhibit.incident:
            return
        try:
            self._session.vault.record(acts.exhibit_filed(exhibit.number, reference))
        except EvidenceError as error:
            self.message.show_message(error.message)
            self._show_incidents()
            return
        self._exhibit = self._session.vault.read.exhibit(exhibit.number)
        self._session.changed.emit()

    def _save(self) -> bool:
        """Record what changed as one entry; what cannot be recorded stays in the fields, and as a draft.

        On this thread on purpose: it takes a few milliseconds, and the page may be on its way out.
        """
        exhibit = self._exhibit
        if exhibit is None:
            return True
        said = self.form.changes()
        try:
            taken = stating_data.state(self._session.vault, exhibit.number, said) if said else Taken()
        except EvidenceError as error:
            self.message.show_message(error.message)
            self.keeper.flush()
            return False
        self.form.settle([one for one in said if one.field not in taken.refused])
        self.form.mark(taken.refused)
        self.message.show_message(next(iter(taken.refused.values()), ""))
        self.keeper.flush()
        if taken.count:
            self._session.changed.emit()
        return not taken.refused

    # --- leaving ----------------------------------------------------------------------------------

    def finish(self) -> None:
        """Done: save and go on; stay where saving failed."""
        if self._exhibit is not None and self._save():
            self.done.emit(self._exhibit.incident or "")

    def _capture_again(self) -> None:
        if self._exhibit is not None and self._save():
            self.capture_again.emit(self._exhibit.incident or "")

    def _must_not_keep(self) -> None:
        if self._exhibit is not None:
            self.leave()
            self.must_not_keep.emit(self._exhibit.number)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.leave()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        least, most = _LEFT
        before = self._left.width() >= _WHOLE_HASH
        self._left.setFixedWidth(min(max(least, (self.width() - 88) * 37 // 100), most))
        if before != (self._left.width() >= _WHOLE_HASH) and self._exhibit is not None:
            self._fill_observed(self._exhibit)
        self._fit_left()
        self.filed_in.setFixedWidth(312 if self.width() >= 1200 else 240)
