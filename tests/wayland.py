"""A Wayland desktop of its own for a test: sway without a screen, the portals, one session bus.

sway refuses to run as root, and a desktop's portal answers its own user only; so everything here, and the
program that captures, runs as nobody where the tests run as root.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

_NOBODY = 65534
_SECONDS = 150
_ROOT = Path(__file__).resolve().parent.parent
_NEEDED = ("sway", "swaybg", "pipewire", "dbus-run-session", "dbus-update-activation-environment")


@dataclass(frozen=True)
class Output:
    """A monitor: its pixels, where it stands in logical units, its scale, and the picture it shows."""

    width: int
    height: int
    left: int
    top: int
    scale: int
    picture: Path


@dataclass(frozen=True)
class WaylandDesktop:
    """A running desktop."""

    env: dict[str, str]
    folder: Path

    def run(self, program: str, **env: str) -> dict:
        """Run Python code on the desktop as its user; returns the JSON object that it prints."""
        around = {**self.env, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", **env}
        done = subprocess.run(
            [*_as_user(), sys.executable, "-c", program],
            env=around,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            cwd=self.folder,
        )
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer


def missing() -> list[str]:
    """Programs that are needed and not installed."""
    portals = (Path("/usr/libexec/xdg-desktop-portal-wlr"), Path("/usr/libexec/xdg-desktop-portal"))
    return [name for name in _NEEDED if not shutil.which(name)] + [
        path.name for path in portals if not path.exists()
    ]


@contextmanager
def wayland_desktop(outputs: Sequence[Output], *, portal: bool = True) -> Iterator[WaylandDesktop]:
    """Start one with these monitors; without `portal` its bus knows none."""
    # This portal writes to one fixed name in /tmp: no two of these desktops at a time on one computer.
    alone = FileLock(Path(tempfile.gettempdir()) / "evidence-wayland.lock", timeout=_SECONDS, mode=0o666)
    with alone, tempfile.TemporaryDirectory(prefix="way", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        told = folder / "environment"
        os.mkfifo(told)
        start = folder / "start.sh"
        lines = ["#!/bin/sh"]
        if portal:
            lines += ["pipewire >/dev/null 2>&1 &", f"echo $! >{shlex.quote(str(folder / 'pipewire'))}"]
            # The portal ends where it does not find this at once, and the bus then waits 25 seconds for it.
            lines += ['until [ -S "$XDG_RUNTIME_DIR/pipewire-0" ]; do sleep 0.02; done']
            lines += ["dbus-update-activation-environment --all 2>/dev/null"]
        lines += [f"env -0 >{shlex.quote(str(told))}", "wait"]
        start.write_text("\n".join(lines) + "\n")
        start.chmod(0o755)
        (folder / "config").write_text(_config(outputs, start))
        if os.getuid() == 0:
            for path in (folder, told):
                os.chown(path, _NOBODY, _NOBODY)
        env = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LD_LIBRARY_PATH")}
        env |= {
            "XDG_RUNTIME_DIR": name,
            "HOME": name,
            "TMPDIR": name,
            "XDG_SESSION_TYPE": "wayland",
            "XDG_CURRENT_DESKTOP": "sway",
            "WLR_BACKENDS": "headless",
            "WLR_RENDERER": "pixman",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "WLR_HEADLESS_OUTPUTS": str(len(outputs)),
        }
        command = [*_as_user(), "dbus-run-session", "--", "sway", "-c", str(folder / "config")]
        session = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            seen = told.read_bytes().split(b"\0")
            inner = dict(one.decode().split("=", 1) for one in seen if one)
            yield WaylandDesktop({**env, **inner}, folder)
        finally:
            os.killpg(session.pid, signal.SIGTERM)
            session.wait(_SECONDS)
            if portal:  # sway starts programs in sessions of their own
                os.kill(int((folder / "pipewire").read_text()), signal.SIGTERM)


def _config(outputs: Sequence[Output], start: Path) -> str:
    lines = ["xwayland disable"]
    for number, one in enumerate(outputs, 1):
        lines += [
            f"output HEADLESS-{number} resolution {one.width}x{one.height}",
            f"output HEADLESS-{number} position {one.left} {one.top} scale {one.scale}",
            f"output HEADLESS-{number} bg {one.picture} fill",
        ]
    return "\n".join([*lines, f"exec {start}"]) + "\n"


def _as_user() -> list[str]:
    if os.getuid() != 0:
        return []
    # The interpreter may lie where only root reads; that right alone goes along.
    right = "+dac_read_search"
    who = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    return ["setpriv", *who, f"--inh-caps={right}", f"--ambient-caps={right}"]
