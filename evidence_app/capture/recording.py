"""A recording of a part of the screen: pictures as they change, handed on as a video while it runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from evidence_app.capture import _desktop, clock, context
from evidence_app.capture.screen import Grab
from evidence_app.capture.webm import MAX_SIDE, WebmWriter, key_frame
from evidence_app.errors import CaptureError, StoppedError, UsageError
from evidence_app.records import Area, Method, Observed, Recorded

PICTURES_A_SECOND: Final = 6
"""At most; a slow computer makes fewer. A picture that is like the one before is not written again."""
KEPT_EVERY: Final = 5.0
"""Seconds: so much of a recording is lost at most when the program is killed."""
MAX_SECONDS: Final = 30 * 60
MAX_BYTES: Final = 4 * 1024**3


def check(area: Area) -> None:
    """Raise where this part of the screen cannot be recorded: CaptureError, UsageError."""
    if not _desktop.peeks():
        raise CaptureError(
            "Nothing was recorded: on this kind of desktop (Wayland) only single pictures can be taken; "
            "capture a series instead."
        )
    if max(area.width, area.height) > MAX_SIDE:
        raise UsageError(
            f"The area is wider or higher than {MAX_SIDE:,} points. Nothing was recorded. "
            "Choose a smaller one."
        )


def record(
    area: Area,
    write: Callable[[bytes], object],
    stop: threading.Event,
    tick: Callable[[float], None] = lambda _seconds: None,
    *,
    room: Callable[[], int] = lambda: 0,
    sync: Callable[[], object] = lambda: None,
) -> Observed:
    """Record `area` until `stop` is set; returns what was observed.

    `write` takes the pieces of a WebM file. `tick` hears the running time in seconds now and then; it may
    raise `StoppedError`, which ends the recording as `stop` does. It ends by itself after half an hour or
    4 GiB, and where the screen goes away after it began. CaptureError where the first picture cannot be had
    or is empty; then nothing was written. Now and then as many bytes are written as `room` wants, and `sync`
    is called: from then on what was written so far lasts.
    """
    check(area)
    adapter = _desktop.adapter()
    desktop, moment, began = adapter.look(), clock.now(), time.monotonic()
    if not _inside(area, desktop.area):
        raise UsageError("The area lies outside the screen. Nothing was recorded. Choose it again.")
    raw = bytes(adapter.grab(area))
    if Grab(raw, area).is_blank():
        raise CaptureError(
            "The picture came out empty: every point of it has the same colour. Nothing was recorded. Check "
            "that what you want to keep can be seen on the screen, then try again."
        )
    written = 0

    def out(data: bytes) -> None:
        nonlocal written
        write(data)
        written += len(data)

    video = WebmWriter(out, area.width, area.height, context.SOFTWARE)
    frame, at, count = key_frame(raw, area.width, area.height), 0, 1
    video.frame(frame, at)
    cause, kept = "", began
    while not cause:
        running = time.monotonic() - began
        if _stopped(stop, tick, running):
            cause = "stopped"
        elif running >= MAX_SECONDS or written >= MAX_BYTES:
            cause = "longest"
        else:
            try:
                now = bytes(adapter.grab(area))
            except CaptureError:
                cause = "screen"
                break
            if now != raw:
                raw, at = now, max(at + 1, round((time.monotonic() - began) * 1000))
                frame, count = key_frame(raw, area.width, area.height), count + 1
                video.frame(frame, at)
            if time.monotonic() - kept >= KEPT_EVERY:
                kept = time.monotonic()
                at = max(at, round((kept - began) * 1000))
                video.still(at, room())
                sync()
    # The last picture once more, so that it lasts as long as it was on the screen.
    length = max(at + 1, round((time.monotonic() - began) * 1000))
    video.frame(frame, length)
    monitor = next((one.number for one in desktop.monitors if _inside(area, one.area)), None)
    return context.observe(
        Method.RECORDING,
        desktop.monitors,
        monitor,
        area,
        desktop.front,
        at=moment,
        recorded=Recorded(length, count, cause),
    )


def _stopped(stop: threading.Event, tick: Callable[[float], None], running: float) -> bool:
    try:
        tick(running)
    except StoppedError:
        return True
    return stop.wait(1 / PICTURES_A_SECOND)


def _inside(area: Area, whole: Area) -> bool:
    return (
        area.left >= whole.left
        and area.top >= whole.top
        and area.left + area.width <= whole.left + whole.width
        and area.top + area.height <= whole.top + whole.height
    )
