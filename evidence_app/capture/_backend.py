"""Which way leads to the screen, and the one sentence for each way that is closed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import Enum

from evidence_app.errors import CaptureError


class Backend(Enum):
    """The kinds of desktop; the value is how it is called in what was observed."""

    X11 = "X11"
    WAYLAND = "Wayland"
    WINDOWS = "Windows"
    MACOS = "macOS"
    NONE = "no screen"


def choose_backend(env: Mapping[str, str], platform: str) -> Backend:
    """Tell from the environment and `sys.platform` how the screen is reached.

    Under Wayland an X server may be there as well (XWayland), but its picture of the screen is black
    and comes without an error: so every sign of Wayland wins over DISPLAY.
    """
    if platform == "win32":
        return Backend.WINDOWS
    if platform == "darwin":
        return Backend.MACOS
    if env.get("XDG_SESSION_TYPE", "").strip().lower() == "wayland" or env.get("WAYLAND_DISPLAY"):
        return Backend.WAYLAND
    return Backend.X11 if env.get("DISPLAY") else Backend.NONE


def here() -> Backend:
    """The backend of this session."""
    return choose_backend(os.environ, sys.platform)


def usable() -> Backend:
    """The backend of this session, or CaptureError where there is no screen to capture."""
    backend = here()
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
