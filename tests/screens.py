"""Real X screens for tests: an X server of its own, monitors, a window manager, windows with known pixels.

    with virtual_screen(3840, 2160) as screen, screen.window("Chat", Area(100, 100, 640, 480)) as window:
        ...

Everything that is started is ended, whatever happens. Run as a program this module is the window (a window
of the test's own process would be one of "our own", which are never captured).
"""

from __future__ import annotations

import json
import os
import random
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import Xlib.display
from PIL import Image
from Xlib import X, Xatom, Xutil
from Xlib.protocol import event
from Xlib.xobject.drawable import Drawable, Pixmap, Window

from evidence_app.records import Area

SECONDS = 30
"""How long anything here may take before the test fails."""

_REQUEST_BYTES = 240_000  # an X request without extensions holds 256 KiB
_STATIC_GRAVITY = 10


@dataclass(frozen=True)
class TestMonitor:
    """A monitor to set up; `millimetres` is its real width, which decides its scale."""

    __test__ = False

    name: str
    area: Area
    millimetres: int


@dataclass(frozen=True)
class TestWindow:
    """A window on the screen: where its content is, and the process that shows it."""

    __test__ = False

    number: int
    pid: int
    area: Area
    seed: int


def pattern(seed: int, width: int, height: int) -> bytes:
    """BGRX noise: no part of it is like another, so a shift by one pixel shows."""
    return random.Random(seed).randbytes(width * height * 4)


def rgb(raw: bytes | bytearray | memoryview, width: int, height: int) -> bytes:
    """The RGB bytes of BGRX pixels, as a decoded PNG gives them."""
    return Image.frombytes("RGB", (width, height), bytes(raw), "raw", "BGRX").tobytes()


def part(raw: bytes, width: int, area: Area) -> bytes:
    """The pixels of `area` out of rows of `width` BGRX pixels."""
    rows = range(area.top, area.top + area.height)
    return b"".join(raw[(y * width + area.left) * 4 :][: area.width * 4] for y in rows)


@dataclass
class VirtualScreen:
    """A running X server and what was started on it."""

    display: str
    width: int
    height: int
    server: subprocess.Popen[bytes]
    env: Mapping[str, str]

    def paint(self, seed: int) -> bytes:
        """Fill the background with `pattern` and return its pixels."""
        pixels = pattern(seed, self.width, self.height)
        self.show(pixels)
        return pixels

    def show(self, pixels: bytes) -> None:
        """Fill the background with a picture of the screen's size, BGRX."""
        with connection(self.display) as display:
            root = display.screen().root
            pixmap = _pixmap(root, pixels, self.width, self.height, display.screen().root_depth)
            root.change_attributes(background_pixmap=pixmap)
            root.clear_area()
            display.sync()

    def paint_plain(self, colour: int) -> None:
        """Fill the background with one colour (0xRRGGBB)."""
        with connection(self.display) as display:
            root = display.screen().root
            root.change_attributes(background_pixel=colour)
            root.clear_area()
            display.sync()

    @contextmanager
    def window(
        self,
        title: str,
        area: Area,
        *,
        seed: int = 1,
        decorated: bool = False,
        shadow: Sequence[int] = (),
        machine: str | None = None,
        kind: str = "NORMAL",
    ) -> Iterator[TestWindow]:
        """Show a window of another process, filled with `pattern`; it ends with the block.

        `shadow`: widths left, right, top, bottom that the window declares as not its own.
        `machine`: the computer that the window says it runs on. `kind`: NORMAL, DOCK, DESKTOP …
        """
        request = wanted_window(
            title, area, seed=seed, decorated=decorated, shadow=shadow, machine=machine, kind=kind
        )
        command = [sys.executable, "-m", "tests.screens", json.dumps(request)]
        env = {**self.env, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
        with _running(command, env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shown:
            assert shown.stdout is not None
            answer = json.loads(_line(shown.stdout.fileno(), "the test window"))
            yield TestWindow(answer["number"], shown.pid, Area(*answer["area"]), seed)
            assert shown.stdin is not None
            shown.stdin.close()  # its sign to leave
            shown.wait(SECONDS)

    def activate(self, window: TestWindow) -> None:
        """Bring the window to the front and wait until the window manager has done so."""
        with connection(self.display) as display:
            root = display.screen().root
            root.change_attributes(event_mask=X.PropertyChangeMask)
            ask = display.get_atom("_NET_ACTIVE_WINDOW")
            message = event.ClientMessage(
                window=display.create_resource_object("window", window.number),
                client_type=ask,
                data=(32, [2, X.CurrentTime, 0, 0, 0]),
            )
            root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
            stacking = display.get_atom("_NET_CLIENT_LIST_STACKING")

            def done() -> bool:
                active = root.get_full_property(ask, X.AnyPropertyType)
                stack = root.get_full_property(stacking, X.AnyPropertyType)
                return bool(active and stack) and active.value[0] == stack.value[-1] == window.number

            _wait(display, done, "the window to become active")

    def kill(self) -> None:
        """Take the X server away."""
        self.server.terminate()
        self.server.wait(SECONDS)


def wanted_window(
    title: str,
    area: Area,
    *,
    seed: int = 1,
    decorated: bool = False,
    shadow: Sequence[int] = (),
    machine: str | None = None,
    kind: str = "NORMAL",
) -> dict:
    """What `open_window` takes; see `VirtualScreen.window`."""
    return {
        "title": title,
        "area": [area.left, area.top, area.width, area.height],
        "seed": seed,
        "decorated": decorated,
        "shadow": list(shadow),
        "machine": os.uname().nodename if machine is None else machine,
        "kind": f"_NET_WM_WINDOW_TYPE_{kind}",
    }


def own_number() -> int:
    """A display number for a screen that is going to die: no other test's server may take its place."""
    return 10_000 + os.getpid() % 40_000


@contextmanager
def virtual_screen(
    width: int = 1280,
    height: int = 800,
    *,
    monitors: Sequence[TestMonitor] = (),
    window_manager: bool = True,
    current: bool = True,
    number: int | None = None,
    without: Sequence[str] = (),
) -> Iterator[VirtualScreen]:
    """Start an X server on a free display, or on `number`; `current` makes it this process's own meanwhile.

    Child processes are given `screen.env`. `monitors` are set up as xrandr does on a real desk.
    `without`: X extensions that this server lacks, as old ones do. Xlib keeps the numbers of a server's
    events for the whole process: leave out RANDR or MIT-SHM only in a process of its own.
    """
    ready, told = os.pipe()
    command = ["Xvfb", "-displayfd", str(told), "-screen", "0", f"{width}x{height}x24"]
    command += ["-noreset", "-nolisten", "tcp"] + ([f":{number}"] if number is not None else [])
    command += [word for name in without for word in ("-extension", name)]
    with ExitStack() as stack:
        stack.callback(os.close, ready)
        try:
            server = stack.enter_context(_running(command, dict(os.environ), pass_fds=(told,)))
        finally:
            os.close(told)
        display = ":" + _line(ready, "Xvfb").strip()
        hidden = ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XAUTHORITY")
        env = {name: value for name, value in os.environ.items() if name not in hidden}
        env["DISPLAY"] = display
        screen = VirtualScreen(display, width, height, server, env)
        for monitor in monitors:
            _set_monitor(monitor, env, first=monitor is monitors[0])
        if window_manager:
            stack.enter_context(_window_manager(display, env))
        if current:
            stack.enter_context(_environment(env, hidden))
        yield screen


@contextmanager
def connection(display: str) -> Iterator[Xlib.display.Display]:
    """A connection to an X display for as long as the block."""
    connected = Xlib.display.Display(display)
    try:
        yield connected
    finally:
        with suppress(OSError, Xlib.error.ConnectionClosedError):
            connected.close()


def _set_monitor(monitor: TestMonitor, env: Mapping[str, str], *, first: bool) -> None:
    area = monitor.area
    tall = round(monitor.millimetres * area.height / area.width)
    size = f"{area.width}/{monitor.millimetres}x{area.height}/{tall}+{area.left}+{area.top}"
    command = ["xrandr", "--setmonitor", monitor.name, size, "screen" if first else "none"]
    subprocess.run(command, env=dict(env), check=True, timeout=SECONDS, stdout=subprocess.DEVNULL)


@contextmanager
def _window_manager(display: str, env: Mapping[str, str]) -> Iterator[None]:
    with connection(display) as watch:
        root = watch.screen().root
        root.change_attributes(event_mask=X.PropertyChangeMask)
        atom = watch.get_atom("_NET_CLIENT_LIST_STACKING")
        with _running(["openbox", "--sm-disable"], env):
            _wait(watch, lambda: root.get_full_property(atom, X.AnyPropertyType) is not None, "openbox")
            yield


@contextmanager
def _environment(env: Mapping[str, str], hidden: Sequence[str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in ("DISPLAY", *hidden)}
    for name in hidden:
        os.environ.pop(name, None)
    os.environ["DISPLAY"] = env["DISPLAY"]
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _running(
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    pass_fds: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env=dict(env), stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, pass_fds=pass_fds
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _line(source: int, who: str) -> str:
    """One line from a pipe; AssertionError where it ends or stays silent."""
    text = b""
    while not text.endswith(b"\n"):
        assert select.select([source], [], [], SECONDS)[0], f"{who} says nothing"
        more = os.read(source, 4096)
        assert more, f"{who} did not start"
        text += more
    return text.decode()


def _wait(display: Xlib.display.Display, done: Callable[[], bool], what: str) -> None:
    """Until `done`, looking again at each event that `display` has asked for."""
    while not done():
        if not display.pending_events():
            assert select.select([display], [], [], SECONDS)[0], f"waited too long for {what}"
        while display.pending_events():
            display.next_event()


def _pixmap(on: Drawable, pixels: bytes, width: int, height: int, depth: int) -> Pixmap:
    pixmap = on.create_pixmap(width, height, depth)
    context = pixmap.create_gc().id
    rows = max(1, _REQUEST_BYTES // (width * 4))
    for top in range(0, height, rows):
        band = pixels[top * width * 4 : (top + rows) * width * 4]
        pixmap.put_image(context, 0, top, width, len(band) // (width * 4), X.ZPixmap, depth, 0, band)
    return pixmap


# --- the window's own process ---------------------------------------------------------------------


def _show(request: str) -> None:
    display = Xlib.display.Display()
    window, area = open_window(display, json.loads(request))
    place = [area.left, area.top, area.width, area.height]
    sys.stdout.write(json.dumps({"number": window.id, "area": place}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()  # until the test is done


def open_window(display: Xlib.display.Display, wanted: dict) -> tuple[Window, Area]:
    """Show a window as `VirtualScreen.window` describes it; it lives as long as the connection."""
    left, top, width, height = wanted["area"]
    screen = display.screen()
    pixels = pattern(wanted["seed"], width, height)
    window = screen.root.create_window(
        left,
        top,
        width,
        height,
        0,
        screen.root_depth,
        background_pixmap=_pixmap(screen.root, pixels, width, height, screen.root_depth),
        event_mask=X.StructureNotifyMask | X.ExposureMask,
    )
    _describe(display, window, wanted)
    window.map()
    while display.next_event().type != X.Expose:
        pass
    corner = screen.root.translate_coords(window.id, 0, 0)
    return window, Area(corner.x, corner.y, width, height)


def _describe(display: Xlib.display.Display, window: Window, wanted: dict) -> None:
    _, _, width, height = wanted["area"]
    utf8 = display.get_atom("UTF8_STRING")
    title = wanted["title"].encode("utf-8", "surrogatepass")
    window.change_property(display.get_atom("_NET_WM_NAME"), utf8, 8, title)
    window.change_property(display.get_atom("_NET_WM_PID"), Xatom.CARDINAL, 32, [os.getpid()])
    window.change_property(Xatom.WM_CLIENT_MACHINE, Xatom.STRING, 8, wanted["machine"].encode())
    kind = display.get_atom(wanted["kind"])
    window.change_property(display.get_atom("_NET_WM_WINDOW_TYPE"), Xatom.ATOM, 32, [kind])
    if wanted["shadow"]:
        window.change_property(display.get_atom("_GTK_FRAME_EXTENTS"), Xatom.CARDINAL, 32, wanted["shadow"])
    if not wanted["decorated"]:
        hints = display.get_atom("_MOTIF_WM_HINTS")
        window.change_property(hints, hints, 32, [2, 0, 0, 0, 0])
    window.set_wm_normal_hints(
        flags=Xutil.USPosition | Xutil.USSize | Xutil.PMinSize | Xutil.PMaxSize | Xutil.PWinGravity,
        min_width=width,
        min_height=height,
        max_width=width,
        max_height=height,
        win_gravity=_STATIC_GRAVITY,
    )


if __name__ == "__main__":
    _show(sys.argv[1])
