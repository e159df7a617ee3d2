"""Recordings of this program: every picture is a VP8 key frame, which Pillow opens as a WebP picture.

Looked for is the very layout that `capture.webm` writes; any other video is somebody else's. A recording
that was cut off is played as far as it is whole.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from queue import Empty
from typing import Final

from PIL import Image

from evidence_app.capture.playing import wire
from evidence_app.capture.playing.source import Link, Source
from evidence_app.capture.playing.wire import MAX_PIXELS, MAX_SIDE, Order
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.matroska import Part, parts
from evidence_app.records import Pixels
from evidence_app.records.playing import At, Ended, Opened, Shown

_BEAT: Final = 0.25


def play(link: Link, source: Source) -> None:
    """Play until the input ends. `NotReadableError` where no picture of it is whole."""
    found = parts(source.read_at, source.size)
    frames = [one for one in found if one.size]
    if not frames:
        raise NotReadableError("No picture of this recording is whole.")
    _Player(link, source, frames, found[-1].milliseconds).run()


@dataclass
class _Player:
    link: Link
    source: Source
    frames: list[Part]
    length: int
    playing: bool = False
    may_show: bool = True
    shown: int = -1
    at: float = 0.0  # milliseconds, while it stands
    since: float = 0.0  # of the clock, while it plays

    def run(self) -> None:
        length = self.length
        self.link.say(wire.said(Opened(length, picture=True, sound=False)))
        beat = 0.0
        while True:
            try:
                order = self.link.orders.get(timeout=self._wait())
            except Empty:
                pass
            else:
                if order is None:
                    return
                self._obey(*order)
            now = self._now()
            if self.playing and now >= length:
                self.playing, self.at, now = False, length, length
                self._show(length, last=True)
                self.link.say(wire.said(Ended()))
            elif self.playing or self.shown >= 0:
                self._show(now)
            if time.monotonic() - beat >= _BEAT:
                beat = time.monotonic()
                self.link.say(wire.said(At(int(now))))

    def _now(self) -> float:
        return self.at + (time.monotonic() - self.since) * 1000 if self.playing else self.at

    def _wait(self) -> float:
        if not self.playing:
            return _BEAT
        following = self._place(self._now()) + 1
        if following >= len(self.frames):
            return 0.05
        return min(_BEAT, max(0.005, (self.frames[following].milliseconds - self._now()) / 1000))

    def _obey(self, order: int, content: bytes) -> None:
        length = self.length
        if order == Order.PLAY and not self.playing:
            if self.at >= length:
                self.at, self.shown = 0, -1
            self.playing, self.since = True, time.monotonic()
        elif order == Order.PAUSE:
            self.at, self.playing = self._now(), False
        elif order == Order.SEEK:
            self.at, self.since, self.shown = min(int.from_bytes(content), length), time.monotonic(), -1
            self._show(self.at)
        elif order == Order.SEEN:
            self.may_show = True

    def _place(self, now: float) -> int:
        """The last picture that began by then."""
        low, high = 0, len(self.frames)
        while low < high:
            middle = (low + high) // 2
            if self.frames[middle].milliseconds <= now:
                low = middle + 1
            else:
                high = middle
        return max(0, low - 1)

    def _show(self, now: float, *, last: bool = False) -> None:
        place = len(self.frames) - 1 if last else self._place(now)
        if self.may_show and place != self.shown:
            self.may_show, self.shown = False, place
            self.link.say(wire.said(Shown(int(now), self._picture(self.frames[place]))))

    def _picture(self, frame: Part) -> Pixels:
        data = self.source.read_at(frame.start, frame.size)
        whole = b"WEBPVP8 " + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)
        try:
            with Image.open(
                io.BytesIO(b"RIFF" + len(whole).to_bytes(4, "little") + whole), formats=("WEBP",)
            ) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise TooLargeError("Its pictures have more pixels than may be unpacked.")
                picture = opened.convert("RGB")
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            raise NotReadableError("A picture of it is damaged.") from error
        picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BILINEAR)
        return Pixels(picture.width, picture.height, picture.tobytes())
