"""Which desktop is captured how, decided from the environment alone."""

from __future__ import annotations

import pytest

from evidence_app.capture.screen import Backend, choose_backend


@pytest.mark.parametrize(
    ("env", "platform", "backend"),
    [
        ({"DISPLAY": ":0"}, "linux", Backend.X11),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, "linux", Backend.X11),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "tty", "WAYLAND_DISPLAY": ""}, "linux", Backend.X11),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "linux", Backend.WAYLAND),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": " Wayland"}, "linux", Backend.WAYLAND),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", Backend.WAYLAND),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", Backend.WAYLAND),
        ({}, "linux", Backend.NONE),
        ({"DISPLAY": ""}, "linux", Backend.NONE),
        ({"DISPLAY": ":0"}, "freebsd14", Backend.X11),
        ({}, "win32", Backend.WINDOWS),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "win32", Backend.WINDOWS),
        ({}, "darwin", Backend.MACOS),
    ],
)
def test_the_environment_decides(env: dict[str, str], platform: str, backend: Backend) -> None:
    assert choose_backend(env, platform) is backend
