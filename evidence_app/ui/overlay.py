"""The capture: our windows away, the screen frozen at the key press, the choice, and the seal.

What is sealed is cut from the pixels that were frozen, never from a later look at the screen.
"""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QScreen

from evidence_app import workflows
from evidence_app.capture import screen
from evidence_app.capture.browser_address import address_of
from evidence_app.capture.screen import Frozen, RegionTarget, Target
from evidence_app.errors import CaptureError, EvidenceError, UsageError
from evidence_app.records import Area
from evidence_app.ui import overlay_window
from evidence_app.ui.filming import Filming
from evidence_app.ui.overlay_away import OwnWindows, freeze, monitor_of
from evidence_app.ui.overlay_choice import Choice, How
from evidence_app.ui.overlay_note import Countdown, Note
from evidence_app.ui.overlay_view import CaptureOverlay
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import Task
from evidence_app.vault.vault import Vault


class CaptureFlow(QObject):
    """One capture at a time. `sealed` comes only after the picture and its entry are on disk.

    Whatever happens, it ends with one of `sealed(number)`, `cancelled()`, `failed(error)`, and our
    windows are back before that. After `cancelled`, `stopped(incident)` says that the advice was open: what
    is on the screen must not be captured.
    """

    sealed = Signal(str)
    cancelled = Signal()
    failed = Signal(object)
    stopped = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent or session)
        self._session = session
        self._own = OwnWindows()
        self._incident: str | None = None
        self._running = False
        self._told: str | None = None
        self._choice: Choice | None = None
        self._overlays: list[CaptureOverlay] = []
        self._note: Note | None = None
        self._freezing: Task | None = None
        self._sealing = False
        self.last: Area | None = None
        """The area that was taken last, while the vault is open."""
        self.with_pointer = session.settings.capture.pointer
        self._repeating = False
        self.key = ""
        """The capture key as it is taken now, for what is said on the notes."""
        self.film: Filming | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._screen_gone)
        # Opening the screen for the first time takes a while: not at the key press.
        session.runner.run(_warm_up, owner=self)

    @property
    def running(self) -> bool:
        """Whether a capture is under way, from the key press to its signal."""
        return self._running

    @property
    def overlays(self) -> tuple[CaptureOverlay, ...]:
        """The overlays shown now, one for each monitor."""
        return tuple(self._overlays)

    def start(self, incident: str) -> None:
        """Capture for an incident, or unfiled for an empty reference. While one runs: nothing."""
        if self._running:
            return
        self._running = True
        self._incident = incident or None
        self._freeze()

    def again(self, incident: str) -> None:
        """Capture the area that was taken last, at once; where there is none, as `start`."""
        if not self._running:
            self._repeating = self.last is not None
            self.start(incident)

    def press(self) -> bool:
        """The capture key while a series or a recording runs; False where none does."""
        if self.film is None:
            return False
        self.film.press()
        return True

    def cancel(self) -> None:
        """Take the capture back, for example when the vault is locked. What is being sealed is sealed."""
        if self.film is not None:
            self.film.keep_now()
        elif self._running and not self._sealing:
            self._end()
            self.cancelled.emit()

    def _stop(self) -> None:
        self.cancel()
        self.stopped.emit(self._incident or "")

    # --- freezing ---------------------------------------------------------------------------------

    def _freeze(self) -> None:
        try:
            before = self._own.hide()
        except CaptureError as error:
            self._fail(error)
            return
        self._freezing = self._session.runner.run(
            freeze, before, on_done=self._frozen, on_error=self._fail, owner=self
        )

    def _frozen(self, frozen: Frozen) -> None:
        self._freezing, self._told = None, None
        # While the person chooses: what the browser in front says of its page. Nobody waits for it.
        self._session.runner.run(address_of, frozen.window, on_done=self._hear, on_error=_pass, owner=self)
        choice = Choice(frozen, self, last=self.last, with_pointer=self.with_pointer)
        screens = [(on, monitor_of(on, frozen.monitors)) for on in QGuiApplication.screens()]
        found = [(on, monitor) for on, monitor in screens if monitor is not None]
        self._choice = choice
        if self._repeating and choice.last is not None:
            self._take(RegionTarget(choice.last))
            return
        for on, monitor in found:
            overlay = CaptureOverlay(choice, on, monitor, several=len(found) > 1)
            overlay.chosen.connect(self._take)
            overlay.cancelled.connect(self.cancel)
            overlay.stopped.connect(self._stop)
            overlay.delay_chosen.connect(self._wait)
            overlay.next_screen.connect(self._next_screen)
            self._overlays.append(overlay)
        if not self._overlays:
            self._fail(CaptureError(self.tr("Nothing was captured: the screens changed. Try again.")))
            return
        for overlay in self._overlays:
            overlay_window.show(overlay, overlay.on)
        here = QGuiApplication.screenAt(QCursor.pos())
        at = [one for one in self._overlays if one.on is here] or self._overlays
        at[0].take_keys()

    def _hear(self, address: str | None) -> None:
        self._told = address

    def _next_screen(self, overlay: CaptureOverlay) -> None:
        at = self._overlays.index(overlay)
        self._overlays[(at + 1) % len(self._overlays)].take_keys()

    def _screen_gone(self, gone: QScreen) -> None:
        """A monitor was unplugged: its part of the frozen screen goes, the others stay."""
        for overlay in [one for one in self._overlays if one.on is gone]:
            self._overlays.remove(overlay)
            overlay.close()
            if self._overlays:
                self._overlays[0].take_keys()
            else:
                self._fail(CaptureError(self.tr("Nothing was captured: the screens changed. Try again.")))

    # --- the timer --------------------------------------------------------------------------------

    def _wait(self, seconds: int) -> None:
        on = next((one.on for one in self._overlays if one.isActiveWindow()), None)
        self._close_overlays()
        countdown = Countdown(seconds, on or QGuiApplication.primaryScreen())
        countdown.finished.connect(self._again)
        countdown.cancelled.connect(self.cancel)
        self._note = countdown
        countdown.show()

    def _again(self) -> None:
        # The note is still shown: like every window of ours it goes, and is gone, before the new look.
        note, self._note = self._note, None
        self._freeze()
        if note is not None:
            note.close()

    # --- the end ----------------------------------------------------------------------------------

    def _take(self, target: Target) -> None:
        if self._choice is None:
            return
        pixels, self.with_pointer, how = (
            [self._choice.frozen],
            self._choice.with_pointer,
            self._choice.how,
        )
        self.last = target.area if isinstance(target, RegionTarget) else self.last
        self._close_overlays()
        self._sealing = True
        if how is not How.PICTURE:
            self._begin_filming(pixels, target, how)
            return
        task = self._session.runner.run(
            _seal,
            self._session.vault,
            pixels,
            target,
            self._incident,
            self.with_pointer,
            self._told,
            on_done=self._sealed,
            on_error=self._fail,
            words=self.tr("Sealing the picture"),
            owner=self,
        )
        task.became_visible.connect(self._say_sealing)

    def _begin_filming(self, pixels: list[Frozen], target: Target, how: How) -> None:
        try:
            area = pixels[0].area_of(target)
        except UsageError as error:
            self._fail(error)
            return
        self.film = film = Filming(self._session, self._own, area, self.key, self)
        film.sealed.connect(self._sealed)
        film.failed.connect(self._fail)
        if how is How.SERIES:
            film.begin_series(pixels, self._incident, pointer=self.with_pointer)
        else:
            pixels.clear()
            film.begin_video(self._incident)

    def _say_sealing(self) -> None:
        self._own.restore()
        self._note = Note(self.tr("Sealing the picture"), "lock", QGuiApplication.primaryScreen())
        self._note.show()

    def _sealed(self, number: str) -> None:
        self._end()
        self.sealed.emit(number)
        self._session.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._end()
        if isinstance(error, EvidenceError):
            self.failed.emit(error)
        else:
            self.cancelled.emit()  # a fault of ours: the runner has reported it already

    def _end(self) -> None:
        self._close_overlays()
        if self._freezing is not None:
            self._freezing.abandon()
        self._freezing, self._sealing, self._repeating = None, False, False
        if self._note is not None:
            self._note.close()
            self._note = None
        film, self.film = self.film, None
        if film is not None:
            film.deleteLater()
        self._own.restore()
        self._running = False

    def _close_overlays(self) -> None:
        """The overlays go, and with them the frozen pixels."""
        overlays, self._overlays = self._overlays, []
        for overlay in overlays:
            overlay.close()
        choice, self._choice = self._choice, None
        if choice is not None:
            choice.deleteLater()


def _seal(
    vault: Vault,
    pixels: list[Frozen],
    target: Target,
    incident: str | None,
    pointer: bool,
    told: str | None,
) -> str:
    """Cut out, encode, seal; returns the exhibit's number. `pixels` is emptied."""
    picture = pixels.pop().take(target, pointer=pointer)
    exhibit = workflows.keep(vault, picture, incident)
    workflows.state_told(vault, exhibit, told)
    return exhibit.number


def _pass(_error: Exception) -> None:
    """What nobody waits for may fail."""


def _warm_up() -> None:
    with suppress(CaptureError):  # told at the capture
        screen.grab(screen.monitors()[0].area)
