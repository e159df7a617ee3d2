"""What the computer can observe at the click: time, computer, person signed in, monitors, windows.

Nothing here is asked of a person. A fact that cannot be had is "not known"; that never stops a capture.
"""

from __future__ import annotations

import getpass
import os
import platform
import socket
from collections.abc import Callable
from typing import Final

from evidence_app import __version__
from evidence_app.capture import _backend, _desktop, clock
from evidence_app.capture.clock import Moment, now
from evidence_app.errors import UsageError
from evidence_app.records import Area, Method, Monitor, Observed, Recorded, WindowInfo

__all__ = ["NOT_KNOWN", "SOFTWARE", "Moment", "active_window", "find_window", "now", "observe", "windows"]

NOT_KNOWN: Final = clock.NOT_KNOWN
SOFTWARE: Final = f"Evidence {__version__}"


def observe(
    method: Method,
    monitors: tuple[Monitor, ...],
    monitor: int | None,
    area: Area | None,
    window: WindowInfo | None,
    blank: bool = False,
    pointer: bool = False,
    *,
    at: Moment | None = None,
    recorded: Recorded | None = None,
) -> Observed:
    """Put together what was observed. `at` is the moment of the click, by default now.

    Width and height are those of `area`, 0 where there is none.
    """
    moment = at or now()
    return Observed(
        method=method,
        utc=moment.utc,
        local=moment.local,
        zone=moment.zone,
        clock=clock.said(moment.utc),
        computer=_known(socket.gethostname),
        user=_known(_user),
        system=_known(_system),
        software=SOFTWARE,
        monitors=monitors,
        monitor=monitor,
        area=area,
        window=window,
        width=area.width if area else 0,
        height=area.height if area else 0,
        blank=blank,
        pointer=pointer,
        recorded=recorded,
    )


def windows() -> tuple[WindowInfo, ...]:
    """Visible windows of other programs, front-most first; empty where the system does not tell.

    CaptureError where the screen does not answer.
    """
    return _desktop.adapter().look().windows


def active_window() -> WindowInfo | None:
    """The active window; where none is active, or it is ours, the one in front of all others."""
    return _desktop.adapter().look().front


def find_window(title_part: str, among: tuple[WindowInfo, ...] | None = None) -> WindowInfo:
    """The one window whose title has `title_part` in it (case does not matter), or is just that.

    UsageError where none or several fit; it does not repeat titles, which may name people.
    """
    wanted = title_part.strip().casefold()
    if not wanted:
        raise UsageError("No window was named. Nothing was captured. Give a part of the window's title.")
    fitting = [
        window for window in (windows() if among is None else among) if wanted in window.title.casefold()
    ]
    exact = [window for window in fitting if window.title.casefold() == wanted]
    if len(exact) == 1:
        return exact[0]
    if not fitting:
        raise UsageError(
            f"No open window has “{title_part.strip()}” in its title. Nothing was captured. "
            "Bring the window to the front and give a part of the title that you can see."
        )
    if len(fitting) > 1:
        raise UsageError(
            f"{len(fitting)} open windows have “{title_part.strip()}” in their titles. Nothing was captured. "
            "Give a longer part of the title, or capture the area instead."
        )
    return fitting[0]


def _known(fact: Callable[[], str]) -> str:
    try:
        return fact().encode("utf-8", "replace").decode().strip() or NOT_KNOWN
    except (OSError, KeyError, ImportError, ValueError):  # getpass raises the first three, by version
        return NOT_KNOWN


def _user() -> str:
    """The account that runs the program, by its number where there is one: LOGNAME can be set to anything."""
    try:
        import pwd
    except ImportError:  # Windows
        return getpass.getuser()
    return pwd.getpwuid(os.getuid()).pw_name


def _system() -> str:
    """Such as "Linux 6.1, X11"."""
    name = {"Darwin": "macOS"}.get(platform.system(), platform.system()) or NOT_KNOWN
    version = platform.mac_ver()[0] if name == "macOS" else platform.release()
    if name == "Linux":
        version = ".".join(version.split("-")[0].split(".")[:2])
    backend = _backend.here()
    plain = backend in (_backend.Backend.WINDOWS, _backend.Backend.MACOS)
    desktop = "" if plain else f", {backend.value}"
    return f"{name} {version}".strip() + desktop
