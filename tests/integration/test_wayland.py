"""Captures of a real Wayland desktop by its portal: the right pixels, nothing left behind, one sentence."""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests import wayland
from tests.screens import pattern
from tests.wayland import Output, WaylandDesktop, wayland_desktop

pytestmark = pytest.mark.skipif(bool(wayland.missing()), reason=f"not installed: {wayland.missing()}")

WIDE, TALL = 640, 480
BEGIN = """
import base64, json, os
from evidence_app.capture import _wayland, context, screen
from evidence_app.capture.screen import AllTarget, MonitorTarget, RegionTarget
from evidence_app.errors import CaptureError, UsageError
from evidence_app.records import Area
def flat(area):
    return [area.left, area.top, area.width, area.height]
def told(act):
    try:
        act()
    except CaptureError as error:
        return error.message
"""
LOOK = """
def drawn():
    frozen = screen.freeze(allow_blank=True)
    return not any(frozen.take(MonitorTarget(n), allow_blank=True).observed.blank for n in (1, 2))
while not drawn():  # the desktop shows its pictures a moment after it has started
    pass
from tests.desktop_contract import keeps_the_contract
desktop = keeps_the_contract(_wayland)
before = set(os.listdir("/tmp")) | set(os.listdir(os.environ["HOME"]))
frozen = screen.freeze()
picture = frozen.take(MonitorTarget(2))
part = screen.take(RegionTarget(Area(11, 13, 101, 51)), pointer=True)
after = set(os.listdir("/tmp")) | set(os.listdir(os.environ["HOME"]))
print(json.dumps({
    "monitors": [[m.name, *flat(m.area)] for m in desktop.monitors],
    "area": flat(desktop.area), "windows": len(desktop.windows), "peeks": screen.peeks(),
    "second": base64.b64encode(picture.png).decode(), "part": base64.b64encode(part.png).decode(),
    "system": picture.observed.system, "monitor": picture.observed.monitor, "pointer": part.observed.pointer,
    "pictures": sorted(name for name in after - before if name.endswith(".png")),
}))
"""
REFUSED = """
print(json.dumps({"freeze": told(screen.freeze), "take": told(lambda: screen.take(AllTarget()))}))
"""


def picture(folder: Path, name: str, seed: int) -> Path:
    path = folder / name
    image = Image.frombytes("RGB", (WIDE, TALL), pattern(seed, WIDE, TALL), "raw", "BGRX")
    image.save(path)
    path.chmod(0o644)
    return path


@pytest.fixture(scope="module")
def desk() -> Iterator[WaylandDesktop]:
    """Two monitors: one of scale 1, and right of it one of scale 2."""
    # Not among the folders of pytest, which nobody but their owner may enter.
    with tempfile.TemporaryDirectory(prefix="pictures") as name:
        folder = Path(name)
        folder.chmod(0o755)
        left = Output(WIDE, TALL, 0, 0, 1, picture(folder, "left.png", 1))
        right = Output(WIDE, TALL, WIDE, 0, 2, picture(folder, "right.png", 2))
        with wayland_desktop([left, right]) as started:
            yield started


@pytest.fixture(scope="module")
def seen(desk: WaylandDesktop) -> dict:
    return desk.run(BEGIN + LOOK)


def pixels(encoded: str) -> tuple[tuple[int, int], bytes]:
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        return image.size, image.convert("RGB").tobytes()


def test_the_monitors_are_told_in_the_pixels_of_the_picture(seen: dict) -> None:
    assert seen["area"] == [0, 0, 3 * WIDE, 2 * TALL]
    assert seen["monitors"] == [
        ["HEADLESS-1", 0, 0, 2 * WIDE, 2 * TALL],
        ["HEADLESS-2", 2 * WIDE, 0, WIDE, TALL],
    ]
    assert seen["system"].endswith(", Wayland")
    assert (seen["windows"], seen["peeks"]) == (0, False)


def test_a_monitor_of_the_largest_scale_is_captured_to_the_pixel(seen: dict) -> None:
    expected = Image.frombytes("RGB", (WIDE, TALL), pattern(2, WIDE, TALL), "raw", "BGRX").tobytes()
    assert pixels(seen["second"]) == ((WIDE, TALL), expected)
    assert seen["monitor"] == 2


def test_an_area_of_the_other_one_is_the_right_one(seen: dict) -> None:
    size, data = pixels(seen["part"])
    assert size == (101, 51)
    source = Image.frombytes("RGB", (WIDE, TALL), pattern(1, WIDE, TALL), "raw", "BGRX")
    # The desktop drew it twice as large, and how it fills in between is its own choice: the picture made
    # small again has to be much nearer to the right part than to its neighbours.
    twice = source.resize((2 * WIDE, 2 * TALL), Image.Resampling.BILINEAR)
    taken = Image.frombytes("RGB", size, data)

    def far(dx: int, dy: int) -> int:
        there = twice.crop((11 + dx, 13 + dy, 112 + dx, 64 + dy)).tobytes()
        return sum(abs(a - b) for a, b in zip(there, taken.tobytes(), strict=True))

    assert far(0, 0) < min(far(2, 0), far(0, 2), far(-2, 0), far(0, -2)) * 0.7
    assert seen["pointer"] is False


def test_the_picture_of_the_portal_is_gone_at_once(seen: dict) -> None:
    assert seen["pictures"] == []


def test_without_a_portal_there_is_one_sentence(desk: WaylandDesktop) -> None:
    said = desk.run(BEGIN + REFUSED, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere/bus")
    for message in said.values():
        assert "gives no pictures of the screen" in message
        assert message.count(".") == 1


FAKE = """
import sys, threading
from jeepney import HeaderFields, MessageType, new_error, new_method_return, new_signal, DBusAddress
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
code, uri, ready = int(sys.argv[1]), sys.argv[2], sys.argv[3]
bus = open_dbus_connection("SESSION")
bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.portal.Desktop"))
open(ready, "w").close()
while True:
    asked = bus.receive()
    if asked.header.message_type is not MessageType.method_call:
        continue
    token = asked.body[1]["handle_token"][1]
    sender = asked.header.fields[HeaderFields.sender][1:].replace(".", "_")
    path = "/org/freedesktop/portal/desktop/request/%s/%s" % (sender, token)
    bus.send(new_method_return(asked, "o", (path,)))
    where = DBusAddress(path, None, "org.freedesktop.portal.Request")
    bus.send(new_signal(where, "Response", "ua{sv}", (code, {"uri": ("s", uri)} if uri else {})))
"""
WITH_FAKE = """
import pathlib, signal, subprocess, sys, tempfile
from PIL import Image
answers = {}
folder = pathlib.Path(tempfile.mkdtemp())
def against(name, code, uri):
    ready = folder / name
    os.mkfifo(ready)
    portal = subprocess.Popen([sys.executable, "-c", FAKE, str(code), uri, str(ready)])
    ready.open("rb").read()
    answers[name] = told(screen.freeze)
    portal.terminate()
    portal.wait()
    ready.unlink()
def file(name, data):
    path = folder / name
    path.write_bytes(data)
    return path
def encoded(colour):
    import io
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()
black, plain = file("black.png", encoded("black")), file("plain.png", encoded("#336699"))
broken, text = file("broken.png", encoded("red")[:40]), file("text.png", b"no picture")
link, secret = folder / "link.png", file("secret.txt", b"kept")
link.symlink_to(secret)
against("refused", 1, "")
against("failed", 2, "")
against("black", 0, black.as_uri())
against("plain", 0, plain.as_uri())
against("broken", 0, broken.as_uri())
against("text", 0, text.as_uri())
against("link", 0, link.as_uri())
against("gone", 0, "file:///nowhere/at%20all.png")
against("folder", 0, folder.as_uri())
answers["left"] = sorted(path.name for path in folder.iterdir())
print(json.dumps(answers))
"""


def test_a_portal_that_refuses_or_lies_is_one_sentence_and_leaves_nothing(desk: WaylandDesktop) -> None:
    # Another bus of the same desktop, on which the portal is ours.
    program = (
        "import os, subprocess, sys\n"
        "done = subprocess.run(['dbus-run-session', '--', sys.executable, '-c', sys.argv[1]], check=True)\n"
    )
    inner = f"FAKE = {FAKE!r}\n" + BEGIN + WITH_FAKE
    said = desk.run(program.replace("sys.argv[1]", repr(inner)))
    left = said.pop("left")
    assert {name: message.count(".") for name, message in said.items() if name not in ("black", "plain")} == {
        name: 1 + message.count(".png") for name, message in said.items() if name not in ("black", "plain")
    }
    for name in ("refused", "failed"):
        assert "did not allow a picture" in said[name]
    for name in ("black", "plain"):
        assert "came out empty" in said[name]
    for name in ("broken", "text"):
        assert "no sound picture" in said[name]
    for name in ("link", "gone", "folder"):
        assert "could not be read and removed" in said[name]
    assert all("Nothing was captured" in message for message in said.values())
    assert left == ["link.png", "secret.txt"]
