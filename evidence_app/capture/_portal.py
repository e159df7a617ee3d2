"""A picture of the whole screen by the desktop portal (org.freedesktop.portal.Screenshot, version 2).

The portal hands over a file in clear. It is read and removed at once, before anything else is done.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from secrets import token_hex
from typing import Final
from urllib.parse import unquote, urlsplit

from jeepney import DBusAddress, MatchRule
from PIL import Image, UnidentifiedImageError

from evidence_app.capture import _bus
from evidence_app.capture.png import MAX_SIDE
from evidence_app.errors import CaptureError

_DESKTOP: Final = "/org/freedesktop/portal/desktop"
_PORTAL = DBusAddress(_DESKTOP, "org.freedesktop.portal.Desktop", "org.freedesktop.portal.Screenshot")
_PATIENCE_S: Final = 120.0  # the desktop may ask the person first
_MAX_FILE: Final = 512 * 1024 * 1024
_MAX_PIXELS: Final = 256 * 1024 * 1024
_DONE: Final = 0


def picture() -> tuple[bytes, int, int]:
    """The screen as the desktop draws it: BGRX bytes, width, height. CaptureError with one sentence."""
    try:
        code, answer = _asked()
    except _bus.NoAnswerError as error:
        raise CaptureError(
            "Nothing was captured: this desktop gives no pictures of the screen to programs (its screenshot "
            "portal does not answer); ask your IT lead, or choose the “Xorg” session at sign-in."
        ) from error
    if code != _DONE:
        raise CaptureError(
            "Nothing was captured: the desktop did not allow a picture of the screen; allow it when the "
            "desktop asks, or in its settings, then try again."
        )
    return _decoded(_fetched(Path(unquote(urlsplit(str(answer["uri"][1])).path))))


def _asked() -> tuple[int, dict[str, tuple[str, object]]]:
    with _bus.connected() as bus:
        token = "evidence_" + token_hex(8)
        sender = bus.name.removeprefix(":").replace(".", "_")
        rule = MatchRule(
            type="signal",
            interface="org.freedesktop.portal.Request",
            path=f"{_DESKTOP}/request/{sender}/{token}",
        )
        options = {"handle_token": ("s", token), "interactive": ("b", False)}
        code, answer = bus.ask(rule, _PORTAL, "Screenshot", "sa{sv}", ("", options), _PATIENCE_S)
        return code, answer


def _fetched(path: Path) -> bytes:
    """The file's bytes; it is gone on return."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            about = os.fstat(file.fileno())
            sound = stat.S_ISREG(about.st_mode) and about.st_uid == os.getuid() and about.st_size <= _MAX_FILE
            data = file.read(_MAX_FILE) if sound else b""
        if sound:
            path.unlink()
    except OSError as error:
        raise CaptureError(
            f"Nothing was captured: the picture that the desktop made ({path.name}) could not be read and "
            "removed; look for it, remove it, and try again."
        ) from error
    return data


def _decoded(data: bytes) -> tuple[bytes, int, int]:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            width, height = image.size
            if max(width, height) <= MAX_SIDE and width * height <= _MAX_PIXELS:
                return image.convert("RGB").tobytes("raw", "BGRX"), width, height
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        pass
    raise CaptureError("Nothing was captured: the desktop gave no sound picture of the screen; try again.")
