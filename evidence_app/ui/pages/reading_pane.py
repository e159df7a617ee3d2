"""What an exhibit without a picture holds, on its page: asks the vault, the reader and the view together.

Covered until somebody asks; then the file is read in a child process, the viewing is in the record, and what
was found goes again as soon as it is covered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, LockedAwayError, NotReadableError, StoppedError
from evidence_app.records import Claim, Examined, Limits, Pixels, Progress, ProgressCall, Reading, ReadingKind
from evidence_app.ui.pages.reading_view import ReadingView
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import InlineMessage, ProgressRow
from evidence_app.vault.vault import Vault
from evidence_app.workflows import importing, looking

WINDOW = 300
"""Messages that are read at once."""

SHOWN = frozenset(
    {
        ReadingKind.CHAT,
        ReadingKind.SMS,
        ReadingKind.MAIL,
        ReadingKind.PAGE,
        ReadingKind.ARCHIVE,
        ReadingKind.TEXT,
    }
)
"""Kinds that are shown as text; all others have a picture, or nothing."""

_PICTURE_SIDE = 1_200


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows of a file that was brought in. `parts`: SHA-256 of its parts to their numbers."""

    examined: Examined | None
    parts: dict[str, str]

    @property
    def shows(self) -> bool:
        """Whether it is shown as text."""
        found = self.examined
        return found is not None and found.kind in SHOWN and not found.has_preview


def known(vault: Vault, number: str) -> Known:
    """What was read in an exhibit before, and what became of its parts; for background work."""
    numbers = vault.read.parts_of(number)
    return Known(vault.read.examined(number), {vault.read.exhibit(one).stored.sha256: one for one in numbers})


def _watch(progress: ProgressCall) -> Callable[[], None]:
    return lambda: progress(Progress(0, 0))


def _look(vault: Vault, number: str, limits: Limits, *, progress: ProgressCall) -> Reading:
    found, reason = importing.look(vault, number, limits, watch=_watch(progress))
    if found is None:
        raise NotReadableError(reason)
    return found


def _further(vault: Vault, number: str, limits: Limits, *, progress: ProgressCall) -> Reading:
    return looking.further(vault, number, limits, watch=_watch(progress))


def _picture(vault: Vault, number: str, place: int, *, progress: ProgressCall) -> QImage:
    return image_of(looking.picture_within(vault, number, place, _PICTURE_SIDE, watch=_watch(progress)))


def image_of(pixels: Pixels) -> QImage:
    """Pixels as a picture of Qt, with bytes of its own."""
    form = QImage.Format.Format_RGB888
    return QImage(pixels.rgb, pixels.width, pixels.height, pixels.width * 3, form).copy()


class ReadingPane(QWidget):
    """`ready` says, once per `set_exhibit`, whether there is anything to be shown here; `exhibit_opened`
    carries the number of an attachment's exhibit."""

    ready = Signal(bool)
    exhibit_opened = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._number = ""
        self._known = Known(None, {})
        self._answers: dict[str, str] = {}
        self._wanted = False
        self.message = InlineMessage()
        self.progress = ProgressRow("eye")
        self.view = ReadingView(self._more)
        self.view.toggle_requested.connect(self.toggle)
        self.view.part_requested.connect(self._part)
        self.view.answered.connect(self._answered)
        self.view.exhibit_opened.connect(self.exhibit_opened)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.message)
        column.addWidget(self.progress)
        column.addWidget(self.view, 1)
        session.changed.connect(self._on_changed)

    def set_exhibit(self, number: str) -> None:
        """Another exhibit (its full number), or none: nothing of the one before stays."""
        self._number, self._wanted = number, False
        self._known = Known(None, {})
        self._answers.clear()
        self.message.clear()
        self.view.clear()
        if number:
            self._session.runner.run(
                known,
                self._session.vault,
                number,
                on_done=lambda found: self._set_known(number, found),
                on_error=lambda error: self._failed(number, error),
                owner=self,
            )

    def number(self) -> str:
        """The exhibit that is here."""
        return self._number

    def is_clear(self) -> bool:
        """Whether the content is shown now."""
        return self.view.is_clear()

    def pane(self) -> QWidget:
        """What takes the keyboard focus now."""
        return self.view.pane()

    def toggle(self) -> None:
        """Show the content, which is recorded, or hide it again."""
        if self.is_clear() or self._wanted:
            self.hide_content()
        elif self._known.shows and not self._is_gone():
            self._wanted = True
            self._read(_look, self._show)

    def hide_content(self) -> None:
        """Cover it; what is on its way is not shown."""
        self._wanted = False
        if self.is_clear() and self._known.examined is not None:
            # What was read goes: the next time it is read, and recorded, again.
            self.view.cover()
            self.view.set_reading(self._number, _covered(self._known.examined))

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.hide_content()
        super().hideEvent(event)

    # --- reading --------------------------------------------------------------------------------------

    def _limits(self, first: int = 0) -> Limits:
        return Limits(first=first, messages=WINDOW, answers=tuple(self._answers.items()))

    def _read(
        self, call: Callable[..., Reading], done: Callable[[str, Reading], object], first: int = 0
    ) -> None:
        number = self._number
        task = self._session.runner.run(
            call,
            self._session.vault,
            number,
            self._limits(first),
            on_done=lambda reading: done(number, reading),
            on_error=lambda error: self._failed(number, error),
            words=self.tr("Reading {0}").format(number),
            owner=self,
        )
        if first == 0:
            self.progress.follow(task)

    def _set_known(self, number: str, found: Known) -> None:
        if number != self._number:
            return
        self._known = found
        if found.examined is not None and found.shows:
            self.view.set_reading(number, _covered(found.examined))
        self.ready.emit(found.shows)

    def _show(self, number: str, reading: Reading) -> None:
        if number == self._number and self._wanted and self.isVisible() and not self._is_gone():
            self._wanted = False
            self.message.clear()
            exhibits = {
                place: self._known.parts[file.sha256]
                for place, file in enumerate(reading.attachments)
                if file.sha256 in self._known.parts
            }
            self.view.set_reading(number, reading, exhibits)
            self.view.reveal()
        self._session.changed.emit()

    def _more(self, first: int) -> None:
        self._read(_further, self._add, first)

    def _add(self, number: str, reading: Reading) -> None:
        if number == self._number:
            self.view.add_window(reading)

    def _answered(self, name: str, value: str) -> None:
        self._answers[name] = value
        if self.is_clear():
            self._read(_further, self._again)

    def _again(self, number: str, reading: Reading) -> None:
        if number == self._number and self.is_clear():
            self.view.reset_messages(reading)

    def _part(self, place: int) -> None:
        number = self._number
        task = self._session.runner.run(
            _picture,
            self._session.vault,
            number,
            place,
            on_done=lambda image: self._show_part(number, place, image),
            on_error=lambda error: self._part_failed(number, place, error),
            words=self.tr("Opening a picture of {0}").format(number),
            owner=self,
        )
        self.progress.follow(task)

    def _show_part(self, number: str, place: int, image: QImage) -> None:
        if number == self._number and not self._is_gone():
            self.view.show_part(place, image)

    def _part_failed(self, number: str, place: int, error: BaseException) -> None:
        if number == self._number:
            self.view.part_failed(place)
        self._failed(number, error)

    def _failed(self, number: str, error: BaseException) -> None:
        if number != self._number:
            return
        self._wanted = False
        self.view.window_failed()
        if isinstance(error, EvidenceError) and not isinstance(error, StoppedError):
            self.message.show_message(error.message)
        if isinstance(error, LockedAwayError):
            self.view.clear()

    def _is_gone(self) -> bool:
        return bool(self._number) and self._session.vault.is_gone(self._number)

    def _on_changed(self) -> None:
        # At once, and whether or not this is in sight: not a word stays of what was locked away.
        if self._is_gone():
            self._known = Known(None, {})
            self.view.clear()


def _covered(examined: Examined) -> Reading:
    """What the record knows, before anything is read again."""
    return Reading(
        ReadingKind(examined.kind),
        title=examined.title,
        claims=tuple(Claim(name, value) for name, value in examined.claims),
        text=" " if examined.has_text else "",
        total=examined.messages,
        notes=examined.notes,
    )
