"""A series or a recording under way: from the chosen part of the screen to one sealed exhibit."""

from __future__ import annotations

import threading
from contextlib import suppress

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from evidence_app import workflows
from evidence_app.capture.screen import Frozen, RegionTarget
from evidence_app.errors import CaptureError, EvidenceError, UsageError
from evidence_app.records import Area, Progress, ProgressCall
from evidence_app.ui.overlay_away import Looks, OwnWindows, freeze
from evidence_app.ui.overlay_filming import RecordingNote, SeriesNote
from evidence_app.ui.session import Session
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Series


class Filming(QObject):
    """Ends with one of `sealed(number)` and `failed(error)`. `press` is the capture key: the next picture of
    a series, or the end of a recording. What was taken is sealed, whatever comes."""

    sealed = Signal(str)
    failed = Signal(object)

    def __init__(self, session: Session, own: OwnWindows, area: Area, key: str, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._own, self._area, self._key = session, own, area, key
        self._stop = threading.Event()
        self._series: Series | None = None
        self._pointer = False
        self._busy = False
        self._ending = False
        self.note: SeriesNote | RecordingNote | None = None

    def press(self) -> None:
        """The capture key."""
        if self._series is not None:
            self.next()
        else:
            self.end()

    def end(self) -> None:
        """Finish the series after the picture that is being taken, or stop the recording."""
        self._stop.set()
        self._ending = True
        if self._series is not None and not self._busy:
            self._busy = True
            self._run(self._series.finish, on_done=lambda exhibit: self._close(exhibit.number))

    def keep_now(self) -> None:
        """The vault is being locked: enter what was taken. A recording ends by itself, and is sealed."""
        self._stop.set()
        if self._series is not None and not self._busy and len(self._series):
            with suppress(EvidenceError):  # then the pictures are recovered when the vault is next opened
                self._series.finish()
        self._leave()

    # --- a series -----------------------------------------------------------------------------------

    def begin_series(self, pixels: list[Frozen], incident: str | None, *, pointer: bool) -> None:
        """The first picture is cut from the frozen screen. `pixels` is emptied."""
        self._pointer, self._busy = pointer, True
        note = SeriesNote(self._key, QGuiApplication.primaryScreen())
        note.next_chosen.connect(self.next)
        note.finished.connect(self.end)
        self.note = note
        self._run(_first, self._session.vault, pixels, self._area, incident, pointer, on_done=self._begun)

    def next(self) -> None:
        """Take the same part of the screen again."""
        if self._busy or self._series is None:
            return
        try:
            before = self._own.hide()
        except CaptureError as error:
            self._refused(error)
            return
        self._busy = True
        self._session.runner.run(
            _next,
            self._series,
            before,
            self._area,
            self._pointer,
            on_done=self._added,
            on_error=self._refused,
            owner=self,
        )

    def _begun(self, series: Series) -> None:
        self._series = series
        self._added(len(series))

    def _added(self, pictures: int) -> None:
        self._busy = False
        if isinstance(self.note, SeriesNote):
            self.note.count(pictures)
            self.note.show()
        if self._ending:
            self.end()

    def _refused(self, error: Exception) -> None:
        """A later picture could not be taken: the series goes on with what it has."""
        self._busy = False
        if self.note is not None:
            self.note.say(
                str(error) if isinstance(error, EvidenceError) else self.tr("Not taken. Try again.")
            )
            self.note.show()
        if self._ending:
            self.end()

    # --- a recording --------------------------------------------------------------------------------

    def begin_video(self, incident: str | None) -> None:
        """Record from now on."""
        note = RecordingNote(QGuiApplication.primaryScreen())
        note.stopped.connect(self.end)
        self.note = note
        if note.place_beside(self._area):
            note.show()
        elif not self._key:
            self._failed(
                UsageError(
                    self.tr(
                        "There is no room for the Stop button beside this area, and no capture key that "
                        "could stop. Nothing was recorded. Choose a smaller area."
                    )
                )
            )
            return
        self._run(
            _film,
            self._session.vault,
            self._area,
            incident,
            self._stop,
            on_done=self._close,
            on_progress=lambda progress: note.run(progress.done),
        )

    # --- the end ------------------------------------------------------------------------------------

    def _run(self, *call: object, **heard: object) -> None:
        self._session.runner.run(*call, on_error=self._failed, owner=self, **heard)  # type: ignore[arg-type]

    def _close(self, number: str) -> None:
        self._leave()
        self.sealed.emit(number)

    def _failed(self, error: Exception) -> None:
        self._leave()
        self.failed.emit(error)

    def _leave(self) -> None:
        if self.note is not None:
            self.note.close()
            self.note = None


def _first(vault: Vault, pixels: list[Frozen], area: Area, incident: str | None, pointer: bool) -> Series:
    series = Series(vault, incident)
    series.add(pixels.pop().take(RegionTarget(area), pointer=pointer))
    return series


def _next(series: Series, before: Looks | None, area: Area, pointer: bool) -> int:
    return series.add(freeze(before).take(RegionTarget(area), pointer=pointer))


def _film(
    vault: Vault, area: Area, incident: str | None, stop: threading.Event, progress: ProgressCall
) -> str:
    def tick(seconds: float) -> None:
        progress(Progress(int(seconds), 0))

    return workflows.record_screen(vault, area, incident, stop, tick).number
