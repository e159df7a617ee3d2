"""The address that an ordinary browser tells: a real Chromium on a session bus of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.capture.browser_address import accepted, address_of
from evidence_app.capture.clock import now
from evidence_app.capture.screen import Frozen, RegionTarget, ShownWindowTarget
from evidence_app.records import Area, Source, WindowInfo
from evidence_app.vault.vault import Vault
from tests import vaults
from tests.screens import pattern, virtual_screen

pytest_plugins = ["tests.vault_fixtures"]

TOLD = "https://chirrup.example/@quiet.owl/77"
CHROMIUM = shutil.which("chromium")
BUS = Path("/usr/libexec/at-spi-bus-launcher")

ASK = """
import http.server, json, os, subprocess, sys, tempfile, threading, time
from evidence_app.capture import context
from evidence_app.capture.browser_address import address_of
from evidence_app.capture import _bus
from jeepney import DBusAddress
with _bus.connected() as bus:  # as desktops do it for people who use a screen reader
    where = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.freedesktop.DBus.Properties")
    bus.call(where, "Set", "ssv", ("org.a11y.Status", "IsEnabled", ("b", True)))
    bus.call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>A post about Helen</title><p>Words</p><iframe src='/inner'></iframe>")
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = "http://127.0.0.1:%d/posts/77?si=abc#top" % server.server_address[1]
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    command = ["chromium", "--no-sandbox", "--no-first-run", "--disable-gpu", "--user-data-dir=" + folder,
        "--password-store=basic", "--window-size=700,500", *sys.argv[1:], address]
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    window = None
    while window is None:
        window = next((one for one in context.windows() if one.title.startswith("A post about Helen")), None)
    told, until = None, time.monotonic() + 40
    while told is None and time.monotonic() < until:  # its tree grows for a moment after the window is there
        told = address_of(window, 5.0)
    print(json.dumps({"told": told, "address": address, "pid": window.pid == browser.pid}))
    browser.terminate()
    browser.wait()
"""


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None or not BUS.exists(), reason="needs chromium and at-spi2-core")
def test_chromium_that_was_started_for_it_tells_the_address_of_the_page(
    repository: Path, tmp_path: Path
) -> None:
    with virtual_screen(1024, 768, current=False) as desk:
        env = {**desk.env, "PYTHONPATH": str(repository)}
        env.pop("AT_SPI_BUS_ADDRESS", None)
        env |= {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
        done = subprocess.run(
            ["dbus-run-session", "--", sys.executable, "-c", ASK, "--force-renderer-accessibility"],
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["told"] == said["address"]


@pytest.mark.parametrize(
    "bus", [None, "unix:path=/nowhere/bus", "no address at all", "tcp:host=127.0.0.1,port=1"]
)
def test_without_a_bus_nobody_tells(monkeypatch: pytest.MonkeyPatch, bus: str | None) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    if bus is None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    else:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
    window = WindowInfo("A post", "browser", os.getpid(), Area(0, 0, 10, 10))
    assert address_of(window, 0.5) is None
    assert address_of(None) is None
    assert address_of(WindowInfo("A post", "not known", None, Area(0, 0, 10, 10))) is None


@pytest.mark.parametrize("text", ["https://chirrup.example/@quiet.owl", "http://203.0.113.5:8080/a?b=c#d"])
def test_addresses_of_the_web_are_taken_as_they_are(text: str) -> None:
    assert accepted(text) == text


@pytest.mark.parametrize(
    "said",
    [None, 7, b"https://x", "", "about:blank", "chrome://settings", "file:///home/helen/diary.txt",
     "javascript:1", "https://a b", "https://a\nb", "https://\u202egro.elpmaxe", "https://" + "a" * 9000,
     ["https://x"]],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_not(said: object) -> None:
    assert accepted(said) is None


# --- with the picture ------------------------------------------------------------------------------------

WINDOW = WindowInfo("A post", "browser", 7, Area(20, 10, 100, 80))


def frozen() -> Frozen:
    return Frozen(pattern(1, 200, 100), Area(0, 0, 200, 100), (), (WINDOW,), WINDOW, now())


@pytest.mark.parametrize(
    ("target", "fits"),
    [
        (ShownWindowTarget(), True),
        (RegionTarget(Area(30, 20, 20, 20)), True),  # an area inside of it
        (RegionTarget(Area(0, 0, 200, 100)), True),
        (RegionTarget(Area(130, 0, 60, 90)), False),  # beside it
        (RegionTarget(Area(110, 0, 60, 90)), False),  # hardly any of it
    ],
)
def test_it_is_stated_only_with_a_picture_of_that_window(opened: Vault, target, fits: bool) -> None:
    vaults.no_stop(opened, None)
    exhibit = workflows.keep(opened, frozen().take(target), None)
    assert workflows.state_told(opened, exhibit, TOLD) is fits
    said = opened.read.exhibit(exhibit.number).statements.get("address")
    assert (said is not None) is fits
    if said is not None:
        assert (said.value, said.source) == (TOLD, Source.TOLD_BY_BROWSER)
        assert said.source is not Source.OBSERVED


def test_a_fault_of_stating_is_none_of_the_capture(opened: Vault) -> None:
    vaults.no_stop(opened, None)
    exhibit = workflows.keep(opened, frozen().take(ShownWindowTarget()), None)
    assert not workflows.state_told(opened, exhibit, None)
    assert not workflows.state_told(opened, exhibit, "https://" + "a" * 300_000)
    assert opened.read.exhibit(exhibit.number).statements == {}
