"""Recordings of the screen as the program makes them, without a screen."""

from __future__ import annotations

import io

from evidence_app.capture.webm import WebmWriter, key_frame

RED, GREEN, BLUE = (200, 30, 30), (30, 180, 60), (40, 60, 220)


def recording(
    *pictures: tuple[int, tuple[int, int, int]],
    size: tuple[int, int] = (64, 48),
    program: str = "Evidence test",
) -> bytes:
    """A recording as the program makes it: from this millisecond on, this colour."""
    out = io.BytesIO()
    video = WebmWriter(out.write, *size, program)
    for at, (red, green, blue) in pictures:
        video.frame(key_frame(bytes((blue, green, red, 0)) * (size[0] * size[1]), *size), at)
    return out.getvalue()
