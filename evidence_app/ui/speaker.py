"""The sound of this computer, for bare samples. Without Qt's part for it, or a device, it is silent."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QIODevice

from evidence_app.records.playing import CHANNELS, RATE, SOUND_BYTES_A_SECOND

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioSink

_BEHIND: Final = SOUND_BYTES_A_SECOND
"""Bytes that may wait for the device; what comes on top means that it does not keep up: the oldest goes."""


class Speaker:
    """`open` once before the first samples; on the window's thread."""

    def __init__(self) -> None:
        self._sink: QAudioSink | None = None
        self._device: QIODevice | None = None
        self._waiting: deque[bytes] = deque()
        self._held = 0
        self._muted = False

    def open(self) -> str:
        """Take the device; a sentence where there is none."""
        self.close()
        try:
            from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices
        except ImportError:
            return _silent()
        output = QMediaDevices.defaultAudioOutput()
        form = QAudioFormat()
        form.setSampleRate(RATE)
        form.setChannelCount(CHANNELS)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        if output.isNull() or not output.isFormatSupported(form):
            return _silent()
        self._sink = QAudioSink(output, form)
        self._sink.setVolume(0.0 if self._muted else 1.0)
        self._device = self._sink.start()
        if self._device is None:
            self.close()
            return _silent()
        return ""

    def take(self, samples: bytes) -> None:
        """Play these after those before."""
        if self._device is None or self._sink is None:
            return
        self._waiting.append(samples)
        self._held += len(samples)
        while self._held > _BEHIND:
            self._held -= len(self._waiting.popleft())
        while self._waiting and self._sink.bytesFree() >= len(self._waiting[0]):
            piece = self._waiting.popleft()
            self._held -= len(piece)
            self._device.write(piece)

    def forget(self) -> None:
        """What waits is not played: somebody went to another place, or stopped."""
        self._waiting.clear()
        self._held = 0

    def mute(self, *, on: bool) -> None:
        """Silence, or not."""
        self._muted = on
        if self._sink is not None:
            self._sink.setVolume(0.0 if on else 1.0)

    def close(self) -> None:
        """Let go of the device."""
        self.forget()
        if self._sink is not None:
            self._sink.stop()
        self._sink = self._device = None


def _silent() -> str:
    return QCoreApplication.translate(
        "player", "This computer has no sound output that can be used, so nothing is heard."
    )
