"""Sound and video of an exhibit: nothing is decoded before Play, and nothing stays after Stop.

It is decoded in a child process of its own (`capture.playing`); what comes here are bare pixels and samples.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from evidence_app.capture.files import shown
from evidence_app.capture.playing import Controls
from evidence_app.errors import EvidenceError, NotReadableError, StoppedError
from evidence_app.records import Exhibit
from evidence_app.records.playing import At, Ended, Heard, Opened, Played, Shown
from evidence_app.ui import icons, theme
from evidence_app.ui.session import Session
from evidence_app.ui.speaker import Speaker
from evidence_app.ui.tasks import Task
from evidence_app.ui.thumbnails import image_of
from evidence_app.ui.widgets import (
    Card,
    IconButton,
    InlineMessage,
    ProgressRow,
    Text,
    bare,
    hint,
    secondary,
)
from evidence_app.ui.widgets.position_slider import PositionSlider
from evidence_app.workflows import playing

SCREEN_HEIGHT = 240
STRIP = 64
"""Height of the player without its screen, with the gap above it."""


class Screen(QWidget):
    """The picture that is played, as large as there is room, on a grey mat."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(SCREEN_HEIGHT)
        self.setAccessibleName(QCoreApplication.translate("player", "Video"))

    def sizeHint(self) -> QSize:
        return QSize(480, SCREEN_HEIGHT)

    def set_image(self, image: QImage) -> None:
        """Show it; a null one drops the pixels."""
        self.image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.color("mat"))
        if self.image.isNull():
            box = QRectF(0, 0, 40, 40)
            box.moveCenter(QRectF(self.rect()).center())
            icons.draw(painter, "play", "text_2", box)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = self.rect().adjusted(8, 8, -8, -8)
        size = self.image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(room.topLeft(), size)
        place.moveCenter(room.center())
        painter.drawImage(place, self.image)


class _Bridge(QObject):
    """Carries what a worker tells to the window's thread."""

    told = Signal(object)

    def __init__(self, hear: Callable[[Played], None], parent: QObject) -> None:
        super().__init__(parent)
        self._hear = hear
        self.told.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def _deliver(self, what: Played) -> None:
        self._hear(what)


class Player(Card):
    """`set_exhibit` says what there is to be played. `played` follows when something was: it is an entry.

    Keys: Space plays and pauses, M silences, the arrows go on and back on the slider.
    """

    played = Signal()
    screen_changed = Signal()
    """A video took its place, or left it: `has_screen`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, gap=0, parent=parent)
        self._session = session
        self._name = ""
        self._can_save = False
        self._controls: Controls | None = None
        self._task: Task | None = None
        self._opened: Opened | None = None
        self._running = False
        self._speaker = Speaker()
        self.setAccessibleName(self.tr("Player"))
        self.screen_view = Screen()
        self.progress = ProgressRow("play")
        self.message = InlineMessage()
        self.play_button = secondary(self.tr("Play"), "play", size="compact", on_click=self.toggle)
        self.slider = PositionSlider(self.tr("Position"))
        self.slider.sought.connect(self._seek)
        self.time = Text("", type="small", wrap=False)
        self.time.setFont(theme.tabular(theme.font("small")))
        self.mute_button = IconButton("sound", self.tr("Mute (M)"), size="compact", on_click=self.mute)
        self.stop_button = secondary(self.tr("Stop"), "stop", size="compact", on_click=self.stop)
        self.save_button = bare(self.tr("Save a copy…"), "save", size="compact", on_click=self._ask_where)
        self.rule = hint(self.tr("Played only when you ask. That it was played is recorded."))
        self._muted = False
        self._lay_out()
        session.changed.connect(self._on_changed)
        self.clear()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 8, 8)
        bar.setSpacing(8)
        bar.addStrut(theme.HEIGHT_COMPACT)
        for part in (self.play_button, self.rule, self.slider, self.time, self.mute_button):
            bar.addWidget(part, 1 if part in (self.slider, self.rule) else 0)
        bar.addWidget(self.stop_button)
        bar.addWidget(self.save_button)
        below = QVBoxLayout()
        below.setContentsMargins(15, 0, 15, 8)
        below.addWidget(self.progress)
        below.addWidget(self.message)
        self._below = below
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.addWidget(self.screen_view, 1)
        self.add(bar, below)

    # --- what there is ----------------------------------------------------------------------------

    def clear(self) -> None:
        """Nothing of any exhibit stays."""
        self.stop()
        self._name = ""
        self.message.clear()
        self.hide()

    def set_exhibit(self, name: str, media_type: str, *, can_save: bool = True) -> None:
        """What is to be played: `HXA/001`, or `RCV-001 HXA/001` of a received bundle."""
        if name != self._name:
            self.clear()
            self._name, self._can_save = name, can_save
            sound = media_type.startswith("audio/")
            self.play_button.setAccessibleName(
                (self.tr("Play the sound {0}") if sound else self.tr("Play the video {0}")).format(name)
            )
            self._update()
        self.setVisible(not self._session.vault.is_gone(name))

    def name(self) -> str:
        """What can be played here now, or an empty text."""
        return self._name

    def has_screen(self) -> bool:
        """Whether a video is shown now."""
        return self._opened is not None and self._opened.picture

    def is_open(self) -> bool:
        """Whether something is played, or stands still."""
        return self._controls is not None

    def is_running(self) -> bool:
        """Whether it is played now."""
        return self._running

    # --- what a person does -----------------------------------------------------------------------

    def toggle(self) -> None:
        """Play, pause, or play on."""
        if self._controls is None:
            self._begin()
        elif self._opened is not None:
            self._running = not self._running
            if self._running:
                self._controls.play()
            else:
                self._controls.pause()
                self._speaker.forget()
            self._update()

    def mute(self) -> None:
        """Silence, or not."""
        self._muted = not self._muted
        self._speaker.mute(on=self._muted)
        self._update()

    def stop(self) -> None:
        """No more of it, and nothing of it stays."""
        controls, self._controls = self._controls, None
        self._opened, self._running = None, False
        if self._task is not None:
            self._task.stop()
            self._task = None
        if controls is not None:
            controls.end()
        self._speaker.close()
        self.progress.hide()
        self.screen_view.set_image(QImage())
        self._update()

    def _seek(self, milliseconds: int) -> None:
        if self._controls is not None:
            self._controls.seek(milliseconds)
            self._speaker.forget()
            self._say_time(milliseconds)

    def _begin(self) -> None:
        if not self._name:
            return
        self.message.clear()
        controls = self._controls = Controls()
        # The runner holds it: a worker may still be speaking when this widget is gone.
        bridge = _Bridge(lambda what: self._hear(controls, what), self._session.runner)
        task = self._session.runner.run(
            playing.play,
            self._session.vault,
            self._name,
            controls,
            bridge.told.emit,
            on_done=lambda _none: self._finished(controls),
            on_error=lambda error: self._failed(controls, error),
            words=self.tr("Opening {0}").format(self._name),
            owner=self,
        )
        self._task = task
        task.finished.connect(bridge.deleteLater)
        self.progress.follow(task, can_stop=False)
        self._update()

    # --- what comes ---------------------------------------------------------------------------------

    def _hear(self, controls: Controls, what: Played) -> None:
        if controls is not self._controls or self._session.vault.is_gone(self._name):
            return
        match what:
            case Opened():
                self._open(controls, what)
            case Shown(milliseconds, pixels):
                self.screen_view.set_image(image_of(pixels))
                self._say_time(milliseconds)
                controls.seen()
            case Heard(_, samples):
                if self._running:
                    self._speaker.take(samples)
            case At(milliseconds):
                self._say_time(milliseconds)
            case Ended():
                self._running = False
                self._update()

    def _open(self, controls: Controls, what: Opened) -> None:
        self._opened = what
        if self._task is not None:
            self._task.became_visible.disconnect(self.progress.show)
        self.progress.hide()
        self.slider.set_length(what.milliseconds)
        if what.sound:
            self._speaker.mute(on=self._muted)
            self.message.show_message(self._speaker.open(), "neutral")
        self._running = True
        controls.play()
        self._update()
        self._say_time(0)
        self.play_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.played.emit()
        self._session.changed.emit()

    def _finished(self, controls: Controls) -> None:
        if controls is self._controls:
            self.stop()

    def _failed(self, controls: Controls, error: BaseException) -> None:
        if controls is not self._controls:
            return
        self.stop()
        if isinstance(error, NotReadableError):
            kept = self.tr("The original is sealed and unchanged; it can be saved as a copy.")
            self.message.show_message(f"{error.message} {kept}", "neutral")
        elif isinstance(error, EvidenceError) and not isinstance(error, StoppedError):
            self.message.show_message(error.message)

    def _on_changed(self) -> None:
        if self._name and self._session.vault.is_gone(self._name):
            self.clear()

    # --- looks --------------------------------------------------------------------------------------

    def _say_time(self, milliseconds: int) -> None:
        length = None if self._opened is None else self._opened.milliseconds
        if not self.slider.isSliderDown():
            self.slider.setValue(milliseconds)
        now = clock_words(milliseconds)
        self.time.setText(self.tr("{0} of {1}").format(now, clock_words(length)) if length else now)
        spoken = time_words(milliseconds)
        if length:
            spoken = self.tr("{0} of {1}").format(spoken, time_words(length))
        if spoken != self.slider.accessibleDescription():
            self.slider.setAccessibleDescription(spoken)

    def _update(self) -> None:
        opened = self._opened
        self.rule.setVisible(opened is None)
        if self.screen_view.isHidden() is self.has_screen():
            self.screen_view.setVisible(self.has_screen())
            self.screen_changed.emit()
        for part in (self.slider, self.time):
            part.setVisible(opened is not None)
        self.mute_button.setVisible(opened is not None and opened.sound)
        self.stop_button.setVisible(self.is_open())
        self.save_button.setVisible(self._can_save and not self.is_open())
        self.play_button.setText(self.tr("Pause") if self._running else self.tr("Play"))
        self.play_button.set_icon_name("pause" if self._running else "play")
        self.play_button.setEnabled(not self.is_open() or opened is not None)
        self.mute_button.set_icon_name("sound-off" if self._muted else "sound")
        self.mute_button.set_name(self.tr("Sound on (M)") if self._muted else self.tr("Mute (M)"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_M and self.mute_button.isVisible():
            self.mute()
        elif event.key() == Qt.Key.Key_Space and self.isVisible():
            self.toggle()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.stop()
        super().hideEvent(event)

    # --- a copy -------------------------------------------------------------------------------------

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save a copy"), shown(self._name.replace("/", "-"))
        )
        if name:
            self.save_copy(Path(name))

    def save_copy(self, out: Path) -> None:
        """Write the original into a new file; that it was taken out is an entry."""
        task = self._session.runner.run(
            playing.save_copy,
            self._session.vault,
            self._name,
            out,
            on_done=self._saved,
            on_error=self._not_saved,
            words=self.tr("Saving a copy"),
            owner=self,
        )
        self.progress.follow(task, can_stop=False)

    def _saved(self, out: Path) -> None:
        self.message.show_message(self.tr("A copy was saved as {0}.").format(shown(out.name)), "ok")
        self._session.changed.emit()

    def _not_saved(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)


def clock_words(milliseconds: int) -> str:
    """`1:02`, or `1:00:02` for more than an hour."""
    seconds = milliseconds // 1000
    minutes, hours = seconds // 60, seconds // 3600
    return f"{hours}:{minutes % 60:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def time_words(milliseconds: int) -> str:
    """`1 minute 2 seconds`, for a screen reader."""
    seconds = milliseconds // 1000
    minute, second = seconds // 60, seconds % 60
    said = [_count(minute, "{0} minute", "{0} minutes")] if minute else []
    if second or not minute:
        said.append(_count(second, "{0} second", "{0} seconds"))
    return " ".join(said)


def _count(number: int, one: str, many: str) -> str:
    return QCoreApplication.translate("player", one if number == 1 else many).format(number)


def offer(player: Player, exhibit: Exhibit) -> None:
    """On the page of an exhibit: the player for sound and video, nothing for anything else."""
    if playing.can_be_played(exhibit) and exhibit.standing.locked_away is None:
        player.set_exhibit(exhibit.number, exhibit.stored.media_type)
    else:
        player.clear()
