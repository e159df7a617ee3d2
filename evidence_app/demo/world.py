"""What the demo needs around the program: a screen, a web page, a browser that shows it."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from evidence_app.errors import UserError
from evidence_app.paths import resources

WIDTH, HEIGHT = 1440, 900
ADDRESS = "http://chirrup.example/larkmere_whispers/status/48813"
TITLE = "Larkmere Whispers on Chirrup"
_SECONDS = 30
_HOMES = {
    "HOME": "",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
}


def missing(program: str, package: str) -> UserError:
    return UserError(
        f"The demo needs the program {program}, which is not installed. Nothing was changed. "
        f"Install the package {package}, then run the demo again."
    )


def end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def virtual_screen() -> Iterator[str]:
    """A screen of its own where the machine has none, with a window manager; sets DISPLAY meanwhile."""
    server_program, manager_program = shutil.which("Xvfb"), shutil.which("openbox")
    if server_program is None:
        raise missing("Xvfb", "xvfb")
    if manager_program is None:
        raise missing("openbox", "openbox")
    before = {name: os.environ.get(name) for name in ("DISPLAY", "QT_QPA_PLATFORM")}
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [
            server_program,
            *("-displayfd", str(writer)),
            *("-screen", "0", f"{WIDTH}x{HEIGHT}x24"),
            *("-nolisten", "tcp"),
            "-noreset",
        ],
        pass_fds=[writer],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    manager = None
    try:
        ready, _, _ = select.select([reader], [], [], _SECONDS)
        number = os.read(reader, 16).decode().strip() if ready else ""
        if not number:
            raise UserError("The demo's screen did not start. Nothing was changed. Try again.")
        os.environ["DISPLAY"] = f":{number}"
        os.environ.pop("QT_QPA_PLATFORM", None)
        manager = subprocess.Popen(
            [manager_program, "--sm-disable"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        yield os.environ["DISPLAY"]
    finally:
        os.close(reader)
        if manager is not None:
            end(manager)
        end(server)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def own_home(folder: Path) -> Iterator[Path]:
    """A home directory for the demo alone, so that no settings of the person are read or written."""
    before = {name: os.environ.get(name) for name in _HOMES}
    for name, below in _HOMES.items():
        path = folder / below
        path.mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(path)
    try:
        yield folder
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (resources() / "demo" / "chirrup.html").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is the base class's)
        """Say nothing."""


@contextmanager
def web_page() -> Iterator[int]:
    """Serve the fictional page on loopback; yields the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever, name="demo-page")
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def browser(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Chromium on the page, as a person would have it; yields when its window is there."""
    from evidence_app.capture import context

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise missing("chromium", "chromium")
    with tempfile.TemporaryDirectory(prefix="evidence-demo-") as profile:
        shown = subprocess.Popen(
            [
                program,
                f"--user-data-dir={profile}",
                # The fictional address leads to this computer and nowhere else.
                f"--host-resolver-rules=MAP chirrup.example 127.0.0.1:{port}, MAP * ~NOTFOUND",
                *(["--no-sandbox", "--test-type"] if os.geteuid() == 0 else []),
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-gpu",
                "--disable-quic",
                "--disable-sync",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-features=Translate,OptimizationHints,MediaRouter",
                "--password-store=basic",
                "--window-position=60,40",
                "--window-size=1180,760",
                ADDRESS,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            until = time.monotonic() + _SECONDS
            while not any(TITLE in window.title for window in context.windows()):
                if time.monotonic() > until or shown.poll() is not None:
                    raise UserError(
                        "The demo's browser did not show its page. Nothing was captured. Try again."
                    )
                time.sleep(0.1)
            # The title stands before the page is painted.
            time.sleep(1.5)
            yield shown
        finally:
            end(shown)
