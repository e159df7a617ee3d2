"""Any other sound or video, by the decoders that Qt brings along (FFmpeg, LGPL). Runs in the child only.

Qt keeps the time and hands out pictures and samples as they are due; no device of this computer is opened.
"""

from __future__ import annotations

import os
import threading
from queue import Empty
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QIODevice, Qt, QTimer, QUrl
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import (
    QAudioBuffer,
    QAudioBufferOutput,
    QAudioFormat,
    QMediaFormat,
    QMediaMetaData,
    QMediaPlayer,
    QVideoFrame,
    QVideoSink,
)

from evidence_app.capture.playing import wire
from evidence_app.capture.playing.source import Link, Source
from evidence_app.capture.playing.wire import MAX_PIXELS, MAX_SIDE, MAX_SOUND, Order
from evidence_app.records import Pixels
from evidence_app.records.playing import CHANNELS, RATE, At, Ended, Heard, Opened, Shown

_ENVIRONMENT: Final = {"QT_MEDIA_BACKEND": "ffmpeg", "QT_FFMPEG_DECODING_HW_DEVICE_TYPES": ","}
"""For the process: decode by the processor alone, whatever graphics there are."""
_MOST_TRACKS: Final = 64
_BEAT: Final = 250
_OFTEN: Final = 10
_STATUS: Final = QMediaPlayer.MediaStatus


class _Device(QIODevice):
    """The file for Qt; asked from a thread of its decoder."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def isSequential(self) -> bool:  # noqa: N802  (Qt's name)
        return False

    def size(self) -> int:
        return self._source.size

    def bytesAvailable(self) -> int:  # noqa: N802  (Qt's name)
        return max(0, self._source.size - self.pos())

    def readData(self, most: int) -> bytes:  # noqa: N802  (Qt's name)
        return self._source.read_at(self.pos(), min(most, wire.MAX_PIECE))

    def writeData(self, _data: Any, _length: int) -> int:  # noqa: N802
        return -1


class _Player:
    def __init__(
        self, link: Link, source: Source, player: QMediaPlayer, application: QCoreApplication
    ) -> None:
        self._link, self._player, self._application = link, player, application
        self._lock = threading.Lock()
        self._waiting: QVideoFrame | None = None
        self._may_show = True
        self._opened = self._gave = False
        self._device = _Device(source)
        self._device.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)
        form = QAudioFormat()
        form.setSampleRate(RATE)
        form.setChannelCount(CHANNELS)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sink, self._sound = QVideoSink(), QAudioBufferOutput(form)
        player.setVideoSink(self._sink)
        player.setAudioBufferOutput(self._sound)
        self._sink.videoFrameChanged.connect(self._frame)
        self._sound.audioBufferReceived.connect(self._samples)
        player.mediaStatusChanged.connect(self._status)
        player.errorOccurred.connect(lambda _error, _words: self._fail())
        self._orders, self._beat = QTimer(), QTimer()
        self._orders.timeout.connect(self._listen)
        self._orders.start(_OFTEN)
        self._beat.timeout.connect(lambda: link.say(wire.said(At(player.position()))))
        self._beat.start(_BEAT)
        player.setSourceDevice(self._device, QUrl())

    def _status(self, status: QMediaPlayer.MediaStatus) -> None:
        player = self._player
        if status is _STATUS.InvalidMedia:
            self._fail()
        elif status is _STATUS.EndOfMedia and self._opened:
            if not self._gave:
                self._fail()
            else:
                self._link.say(wire.said(Ended()))
        elif not self._opened and status in {_STATUS.LoadedMedia, _STATUS.BufferedMedia}:
            tracks = len(player.videoTracks()) + len(player.audioTracks())
            # Qt decodes AV1 by the graphics alone, which this process does not have.
            codec = player.metaData().value(QMediaMetaData.Key.VideoCodec)
            picture = player.hasVideo() and codec != QMediaFormat.VideoCodec.AV1
            sound = player.hasAudio()
            if not (picture or sound) or tracks > _MOST_TRACKS:
                self._fail()
                return
            self._opened = True
            self._link.say(wire.said(Opened(player.duration() or None, picture, sound)))

    def _fail(self) -> None:
        if self._gave:
            words = "It is damaged from here on, and nothing further of it can be played."
        else:
            words = "It is damaged, or of a kind that cannot be played here."
        self._link.say(wire.failed(words))
        self._application.quit()

    def _listen(self) -> None:
        while True:
            try:
                order = self._link.orders.get_nowait()
            except Empty:
                return
            if order is None:
                self._application.quit()
                return
            self._obey(*order)

    def _obey(self, order: int, content: bytes) -> None:
        player = self._player
        if order == Order.PLAY:
            player.play()
        elif order == Order.PAUSE:
            player.pause()
        elif order == Order.SEEK:
            if player.mediaStatus() is _STATUS.EndOfMedia:
                player.pause()
            player.setPosition(int.from_bytes(content))
        elif order == Order.SEEN:
            with self._lock:
                waiting, self._waiting = self._waiting, None
                self._may_show = waiting is None
            if waiting is not None:
                self._show(waiting)

    def _frame(self, frame: QVideoFrame) -> None:
        """From a thread of Qt's. The newest picture waits where the last one was not taken yet."""
        if not frame.isValid():
            return
        with self._lock:
            if not self._may_show:
                self._waiting = QVideoFrame(frame)
                return
            self._may_show = False
        self._show(frame)

    def _show(self, frame: QVideoFrame) -> None:
        size = frame.size()
        if size.width() * size.height() > MAX_PIXELS:
            self._link.say(wire.failed("Its pictures have more pixels than may be unpacked.", "large"))
            return
        image = frame.toImage()
        if max(image.width(), image.height()) > MAX_SIDE:
            image = image.scaled(MAX_SIDE, MAX_SIDE, Qt.AspectRatioMode.KeepAspectRatio)
        pixels = _pixels(image)
        if pixels is None:
            with self._lock:
                self._may_show = True
            return
        self._gave = True
        at = max(0, frame.startTime() // 1000)
        self._link.say(wire.said(Shown(at, pixels)))

    def _samples(self, buffer: QAudioBuffer) -> None:
        """From a thread of Qt's."""
        data = bytes(buffer.constData() or b"")
        self._gave = self._gave or bool(data)
        at = max(0, buffer.startTime() // 1000)
        for start in range(0, len(data), MAX_SOUND):
            self._link.say(wire.said(Heard(at, data[start : start + MAX_SOUND])))


def _pixels(image: QImage) -> Pixels | None:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    width, height, line = image.width(), image.height(), image.bytesPerLine()
    if not width or not height:
        return None
    data = memoryview(image.constBits())
    row = width * 3
    if line == row:
        return Pixels(width, height, bytes(data[: row * height]))
    return Pixels(width, height, b"".join(data[at : at + row] for at in range(0, line * height, line)))


class Engine:
    """Qt's decoders, loaded before the doors close: where their parts lie, Qt finds out by looking at its own
    process. Nothing of a file is seen yet, and no thread is there. Raises `ImportError` where there are none.
    """

    def __init__(self) -> None:
        os.environ.update(_ENVIRONMENT)
        self._application = QCoreApplication([])
        self._player = QMediaPlayer()
        if not self._player.isAvailable():
            raise ImportError("no decoders")

    def run(self, link: Link, source: Source) -> None:
        """Play until the input ends, or it fails."""
        held = _Player(link, source, self._player, self._application)
        self._application.exec()
        del held
