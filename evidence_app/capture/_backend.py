"""Which way leads to the screen, and the one sentence for each way that is closed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import Enum

from evidence_app.errors import CaptureError


class Backend(Enum):
    """The kinds of desktop. Only the first two can be captured."""

    X11 = "X11"
    SYSTEM = "system"
    """Windows and macOS: pixels and monitors, no window titles yet."""
    WAYLAND = "Wayland"
    NONE = "no screen"


def choose_backend(env: Mapping[str, str], platform: str) -> Backend:
    """Tell from the environment and `sys.platform` how the screen is reached.

    Under Wayland an X server may be there as well (XWayland), but its picture of the screen is black
    and comes without an error: so every sign of Wayland wins over DISPLAY.
    """
    if platform in ("win32", "darwin"):
        return Backend.SYSTEM
    if env.get("XDG_SESSION_TYPE", "").strip().lower() == "wayland" or env.get("WAYLAND_DISPLAY"):
        return Backend.WAYLAND
    return Backend.X11 if env.get("DISPLAY") else Backend.NONE


def here() -> Backend:
    """The backend of this session."""
    return choose_backend(os.environ, sys.platform)


def usable() -> Backend:
    """The backend of this session, or CaptureError where it has none that can be captured."""
    backend = here()
    if backend is Backend.WAYLAND:
        raise CaptureError(
            "Nothing was captured: capture on this kind of desktop (Wayland) comes with a later version; "
            "sign out, choose the “Xorg” session at sign-in, and try again."
        )
    if backend is Backend.NONE:
        raise CaptureError(
            "Nothing was captured: there is no screen in this session (DISPLAY is not set); "
            "start the program from a desktop."
        )
    return backend


def no_answer() -> CaptureError:
    """The error for a screen that cannot be reached, or is gone."""
    return CaptureError(
        "Nothing was captured: the screen does not answer, or may not be read; check that the desktop is "
        "still running and try again."
    )
