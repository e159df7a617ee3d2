"""What was brought in, on the exhibit page: what was observed of the file, and what a reader finds in it.

The original is read anew in the child process whenever it is shown; nothing of it is kept on the disk, and
what is held here goes when the page is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.capture.child import Child
from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import Exhibit, Limits, Reading, ReadingKind
from evidence_app.ui.pages.reading_view import ReadingView
from evidence_app.ui.session import Session
from evidence_app.ui.thumbnails import image_of
from evidence_app.ui.widgets import Notice
from evidence_app.vault.vault import Vault
from evidence_app.workflows import looking
from evidence_app.workflows.texts import is_text

_PART_SIDE = 1_200
"""Pixels of a picture of a chat, at most, in either direction."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader found, or the reason why not; `parts` are the exhibits made of attachments, by place."""

    reading: Reading | None
    reason: str
    parts: Mapping[int, str]


def read(vault: Vault, number: str, limits: Limits | None = None) -> Found:
    """What a reader finds, for background work. It is covered yet, so no viewing is recorded."""
    exhibit = vault.read.exhibit(number)
    # A covered copy is this program's own: nothing in it is a claim of somebody else.
    if exhibit.derived is None and vault.read.examined(exhibit.number) is None:
        workflows.examine(vault, exhibit.number)
    with Child() as child:
        reading, reason = looking.read(vault, exhibit.number, exhibit.stored, child, limits)
    if reading is None:
        return Found(None, reason, {})
    numbers = {vault.read.exhibit(one).stored.sha256: one for one in vault.read.parts_of(exhibit.number)}
    attached = enumerate(reading.attachments)
    parts = {place: numbers[one.sha256] for place, one in attached if one.sha256 in numbers}
    # The picture itself is shown by the picture card, and pixels must not lie about here.
    return Found(replace(reading, preview=None), "", parts)


class BroughtView(QWidget):
    """Below or in place of the picture: what the file says, its text or messages, or why nothing is shown.

    `exhibit_opened` carries the number of an attachment; `failed` an error.
    """

    exhibit_opened = Signal(str)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._number = ""
        self._answers: tuple[tuple[str, str], ...] = ()
        self.view = ReadingView(self._ask_more)
        self.view.toggle_requested.connect(self.toggle)
        self.view.answered.connect(self._answered)
        self.view.part_requested.connect(self._part)
        self.view.exhibit_opened.connect(self.exhibit_opened)
        self.nothing = Notice(self.tr("No preview"), "", "neutral", "file")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.nothing)
        column.addWidget(self.view, 1)
        self.clear()

    def clear(self) -> None:
        """Nothing of any exhibit stays."""
        self._number = ""
        self._answers = ()
        self.view.clear()
        self.nothing.hide()
        self.view.hide()
        self.hide()

    def set_exhibit(self, exhibit: Exhibit) -> None:
        """Read what was brought in; for anything else, and for what is locked away, nothing is shown."""
        if not _is_read(exhibit) or exhibit.standing.locked_away is not None:
            self.clear()
        elif exhibit.number != self._number:
            self.clear()
            self._number = exhibit.number
            self._read(exhibit.number, Limits(), self._show)

    def number(self) -> str:
        """The exhibit whose content is here, or an empty text."""
        return self._number

    def _read(self, number: str, limits: Limits, then: Callable[[str, Found], object]) -> None:
        self._session.runner.run(
            read,
            self._session.vault,
            number,
            replace(limits, preview_side=1, answers=self._answers),
            on_done=lambda found: then(number, found),
            on_error=lambda error: self._failed(number, error),
            words=self.tr("Reading {0}").format(number),
            owner=self,
        )

    def _show(self, number: str, found: Found) -> None:
        if number != self._number or self._session.vault.is_gone(number):
            return
        reading = found.reading
        if reading is None:
            kept = self.tr("The original is sealed and unchanged, and goes into bundles as it is.")
            self.nothing.set_message(self.tr("No preview"), f"{found.reason} {kept}", "neutral", "file")
            self.nothing.show()
        else:
            self.view.set_reading(number, reading, found.parts)
            if reading.kind is ReadingKind.PICTURE:
                self.view.content.hide()
            self.view.show()
        self.show()

    def toggle(self) -> None:
        """Show the content, which is recorded, or cover it again."""
        if self.view.is_clear():
            self.view.cover()
        elif self._number:
            number = self._number
            self._session.runner.run(
                record_viewing,
                self._session.vault,
                number,
                on_done=lambda _entry: self._reveal(number),
                on_error=lambda error: self._failed(number, error),
                owner=self,
            )

    def _reveal(self, number: str) -> None:
        if number == self._number and self.isVisible() and not self._session.vault.is_gone(number):
            self.view.reveal()
            self._session.changed.emit()

    def _ask_more(self, first: int) -> None:
        self._read(self._number, Limits(first=first), self._more)

    def _more(self, number: str, found: Found) -> None:
        if number == self._number and found.reading is not None:
            self.view.add_window(found.reading)
        elif number == self._number:
            self.view.window_failed()

    def _answered(self, name: str, answer: str) -> None:
        self._answers = (*(one for one in self._answers if one[0] != name), (name, answer))
        self._read(self._number, Limits(), self._again)

    def _again(self, number: str, found: Found) -> None:
        if number == self._number and found.reading is not None:
            self.view.reset_messages(found.reading)

    def _part(self, place: int) -> None:
        """A picture of a chat: it belongs to the viewing that is in the record already."""
        number = self._number
        self._session.runner.run(
            read_picture,
            self._session.vault,
            number,
            place,
            on_done=lambda image: self._show_part(number, place, image),
            on_error=lambda error: self._failed(number, error, place),
            words=self.tr("Opening a picture of {0}").format(number),
            owner=self,
        )

    def _show_part(self, number: str, place: int, image: QImage) -> None:
        if number == self._number and not self._session.vault.is_gone(number):
            self.view.show_part(place, image)

    def _failed(self, number: str, error: BaseException, place: int = -1) -> None:
        if number == self._number:
            self.view.window_failed()
            self.view.part_failed(place)
        if (
            number == self._number
            and isinstance(error, EvidenceError)
            and not isinstance(error, StoppedError)
        ):
            self.failed.emit(error)


def read_picture(vault: Vault, number: str, place: int) -> QImage:
    """A picture within an exhibit, for background work."""
    return image_of(looking.picture_within(vault, number, place, _PART_SIDE))


def record_viewing(vault: Vault, number: str) -> None:
    """That it is shown is an entry; refused where it was locked away meanwhile."""
    vault.check_original(number)
    workflows.viewed(vault, number)


def _is_read(exhibit: Exhibit) -> bool:
    """Whether a reader looks into it: a file that was brought in, or the covered copy of a text."""
    return exhibit.observed.file is not None or (exhibit.derived is not None and is_text(exhibit))
