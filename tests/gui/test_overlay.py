"""The capture: own windows away, the screen frozen, the choice by pointer and keys, the seal.

Keys and pointer are those of the X server itself, in physical pixels, and the screen below is noise: a
picture that is off by one pixel has nothing in common with what is expected.

Run as a program this module is one capture on a desk with monitors of different scale, in a process of its
own, because Qt reads the scales once.
"""

from __future__ import annotations

import gc
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from evidence_app import workflows
from evidence_app.capture.screen import Frozen
from evidence_app.errors import CaptureError, EvidenceError
from evidence_app.records import Area, EntryKind, Exhibit, Method, Picture
from evidence_app.settings import Settings
from evidence_app.ui import overlay_note, theme
from evidence_app.ui.overlay import CaptureFlow
from evidence_app.ui.overlay_view import CaptureOverlay
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault.vault import Vault
from tests import screens, vaults
from tests.screens import TestMonitor, VirtualScreen

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]

WAIT = 20_000
WIDTH, HEIGHT = 1280, 1000
WHOLE = Area(0, 0, WIDTH, HEIGHT)
OWN = Area(200, 150, 640, 400)


# --- the desk ---------------------------------------------------------------------------------------


class Hands:
    """A person's hands on the real keyboard and mouse of an X server."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def key(self, name: str, *held: str) -> None:
        codes = [self._display.keysym_to_keycode(XK.string_to_keysym(key)) for key in (*held, name)]
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def move(self, x: int, y: int) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        self._display.sync()

    def press(self) -> None:
        xtest.fake_input(self._display, X.ButtonPress, 1)
        self._display.sync()

    def release(self) -> None:
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def drag(self, *points: tuple[int, int]) -> None:
        self.move(*points[0])
        self.press()
        for point in points[1:]:
            self.move(*point)
        self.release()


@contextmanager
def hands_on(display: str) -> Iterator[Hands]:
    with screens.connection(display) as connected:
        yield Hands(connected)


class Desk:
    """A vault, the capture, and one bright window of ours in the way."""

    def __init__(self, qtbot, vault: Vault, runner: TaskRunner, own: QWidget, hands: Hands) -> None:
        self.qtbot, self.vault, self.own, self.hands = qtbot, vault, own, hands
        self.session = Session(vault, runner, Settings())
        self.flow = CaptureFlow(self.session)
        self.told: list[tuple[str, object]] = []
        self.flow.sealed.connect(lambda number: self.told.append(("sealed", number)))
        self.flow.cancelled.connect(lambda: self.told.append(("cancelled", None)))
        self.flow.failed.connect(lambda error: self.told.append(("failed", error)))

    def start(self, incident: str = "") -> CaptureOverlay:
        self.flow.start(incident)
        return self.overlay()

    def overlay(self) -> CaptureOverlay:
        self.qtbot.waitUntil(lambda: bool(self.flow.overlays), timeout=WAIT)
        overlay = self.flow.overlays[0]
        self.qtbot.waitExposed(overlay)
        self.qtbot.waitUntil(overlay.isActiveWindow, timeout=WAIT)
        return overlay

    def end(self) -> tuple[str, object]:
        """How the capture ended; our window is back by then."""
        self.qtbot.waitUntil(lambda: bool(self.told), timeout=WAIT)
        assert not self.flow.running
        assert self.own.isVisible()
        assert self.flow.overlays == ()
        return self.told[-1]

    def sealed(self) -> str:
        how, number = self.end()
        assert how == "sealed", number
        return str(number)

    def picture(self, number: str) -> tuple[int, int, bytes]:
        image = Image.open(io.BytesIO(self.vault.objects.read(self.vault.read.exhibit(number).stored)))
        return image.width, image.height, image.convert("RGB").tobytes()

    def holds(self) -> tuple[int, list[Path]]:
        """Entries and files of the vault."""
        head = self.vault.read.head()
        assert head is not None
        return head[0], sorted((self.vault.folder / "objects").rglob("*"))


@pytest.fixture(scope="module")
def noise() -> Iterator[tuple[VirtualScreen, bytes]]:
    """The X server of this test process, with a background of noise."""
    screen = VirtualScreen(os.environ["DISPLAY"], WIDTH, HEIGHT, server=None, env=os.environ)  # type: ignore[arg-type]
    yield screen, screen.paint(5)
    screen.paint_plain(0)


@pytest.fixture
def desk(qapp, qtbot, runner, opened, noise) -> Iterator[Desk]:
    screen, pixels = noise
    screen.show(pixels)
    theme.apply(qapp, False)
    own = QWidget()
    qtbot.addWidget(own)
    own.setStyleSheet("background: #FFFF00")
    own.setGeometry(OWN.left, OWN.top, OWN.width, OWN.height)
    own.show()
    own.activateWindow()
    qtbot.waitExposed(own)
    # The capture brings back the keyboard only to the window that had it when the capture began.
    own.windowHandle().requestActivate()
    qtbot.waitUntil(own.isActiveWindow, timeout=WAIT)
    with hands_on(screen.display) as hands:
        hands.move(5, 5)
        for incident in ("INC-001", None):
            vaults.no_stop(opened, incident)
        desk = Desk(qtbot, opened, runner, own, hands)
        yield desk
        desk.flow.cancel()  # a test that failed half-way must not keep the keyboard


def same(noise: tuple[VirtualScreen, bytes], area: Area) -> tuple[int, int, bytes]:
    """What a picture of this area must be."""
    taken = screens.part(noise[1], WIDTH, area)
    return area.width, area.height, screens.rgb(taken, area.width, area.height)


# --- region -----------------------------------------------------------------------------------------


def test_a_drag_seals_exactly_the_pixels_between_its_ends(desk, noise):
    """It crosses our bright window, which lay there when the key was pressed."""
    desk.start("INC-001")
    desk.hands.drag((151, 120), (400, 300), (982, 451))
    number = desk.sealed()
    area = Area(151, 120, 832, 332)
    assert desk.picture(number) == same(noise, area)
    exhibit = desk.vault.read.exhibit(number)
    assert exhibit.incident == "INC-001"
    assert exhibit.observed.area == area
    assert exhibit.observed.method is Method.REGION
    assert exhibit.observed.monitor == 1


def test_a_drag_may_go_up_and_to_the_left_and_reach_the_last_pixel(desk, noise):
    desk.start()
    desk.hands.drag((WIDTH - 1, HEIGHT - 1), (900, 700), (640, 500))
    assert desk.picture(desk.sealed()) == same(noise, Area(640, 500, 640, 500))


def test_the_size_is_shown_while_dragging_and_nothing_is_sealed_before_letting_go(desk):
    overlay = desk.start()
    before = desk.holds()
    desk.hands.move(151, 120)
    desk.hands.press()
    desk.hands.move(982, 451)
    desk.qtbot.waitUntil(lambda: overlay._labels is not None)
    assert overlay._labels.size == "832 × 332"
    assert overlay._labels.words == "Include the web address if you can"
    assert overlay._labels.do == "Let go to capture and seal"
    assert desk.holds() == before
    desk.hands.key("Escape")
    assert desk.end() == ("cancelled", None)
    desk.hands.release()
    assert desk.holds() == before


def test_keys_choose_a_region_to_the_pixel(desk, noise):
    overlay = desk.start()
    desk.hands.key("Right")  # begins: the middle half
    desk.hands.key("Left")
    desk.hands.key("Up")
    desk.hands.key("Up")
    desk.hands.key("Right", "Control_L")
    desk.hands.key("Left", "Shift_L")
    desk.hands.key("Down", "Shift_L", "Control_L")
    area = Area(320 - 10 + 1, 250 - 20, 640 - 10, 500 + 1)
    desk.qtbot.waitUntil(lambda: overlay.choice.region == area, timeout=WAIT)
    assert overlay._labels.do == "Space: capture and seal"
    desk.hands.key("space")
    assert desk.picture(desk.sealed()) == same(noise, area)


def test_a_click_seals_nothing_and_handles_change_a_region_without_sealing(desk, noise):
    overlay = desk.start()
    before = desk.holds()
    desk.hands.drag((300, 300), (302, 301))
    desk.hands.key("Right")
    desk.qtbot.waitUntil(lambda: overlay.choice.region == Area(320, 250, 640, 500), timeout=WAIT)
    desk.hands.drag((320, 250), (300, 240), (280, 230))
    desk.qtbot.waitUntil(lambda: overlay.choice.region == Area(280, 230, 680, 520), timeout=WAIT)
    desk.hands.drag((500, 500), (503, 502), (507, 501))
    moved = Area(287, 231, 680, 520)
    desk.qtbot.waitUntil(lambda: overlay.choice.region == moved, timeout=WAIT)
    assert desk.told == []
    assert desk.holds() == before
    desk.hands.key("space")
    assert desk.picture(desk.sealed()) == same(noise, moved)


# --- screen and window --------------------------------------------------------------------------------


def test_enter_takes_the_whole_screen_without_any_window_of_ours(desk, noise):
    desk.start()
    desk.hands.key("Return")
    number = desk.sealed()
    assert desk.picture(number) == same(noise, WHOLE)
    assert desk.vault.read.exhibit(number).observed.method is Method.MONITOR


def test_w_chooses_windows_by_keys_and_by_the_pointer(desk, noise):
    screen, _ = noise
    below, above = Area(60, 60, 300, 200), Area(700, 400, 320, 240)
    with screen.window("Below", below, seed=8), screen.window("Above", above, seed=9):
        overlay = desk.start()
        desk.hands.key("w")
        desk.qtbot.waitUntil(lambda: overlay.choice.window is not None, timeout=WAIT)
        first = overlay.choice.window.title
        desk.hands.key("Tab")
        desk.qtbot.waitUntil(lambda: overlay.choice.window.title != first, timeout=WAIT)
        desk.hands.key("Left")
        desk.qtbot.waitUntil(lambda: overlay.choice.window.title == first, timeout=WAIT)
        desk.hands.move(100, 100)
        desk.qtbot.waitUntil(lambda: overlay.choice.window.title == "Below", timeout=WAIT)
        assert overlay._labels.words == "Below"
        desk.hands.key("Return")
        number = desk.sealed()
    pixels = screens.pattern(8, below.width, below.height)
    assert desk.picture(number) == (300, 200, screens.rgb(pixels, 300, 200))
    observed = desk.vault.read.exhibit(number).observed
    assert (observed.method, observed.window.title) == (Method.WINDOW, "Below")


def test_without_windows_there_is_none_to_choose(desk):
    overlay = desk.start()
    assert not overlay.bar.window_.isEnabled()
    desk.hands.key("w")
    desk.hands.key("Escape")
    assert desk.end() == ("cancelled", None)
    assert desk.told == [("cancelled", None)]


# --- what is sealed is what was there ---------------------------------------------------------------------


def test_what_is_sealed_is_what_was_there_at_the_key_press(desk, noise):
    screen, _ = noise
    desk.start()
    screen.paint(77)
    desk.hands.key("Return")
    assert desk.picture(desk.sealed()) == same(noise, WHOLE)


def test_the_timer_looks_again_and_its_own_note_is_not_in_the_picture(desk, noise, monkeypatch):
    screen, _ = noise
    monkeypatch.setattr(overlay_note, "TICK_MS", 20)
    overlay = desk.start()
    desk.hands.key("t")
    desk.qtbot.waitUntil(overlay.delays.isVisible, timeout=WAIT)
    desk.hands.key("3")
    desk.qtbot.waitUntil(lambda: not desk.flow.overlays, timeout=WAIT)
    later = screen.paint(78)
    desk.overlay()
    desk.hands.key("Return")
    assert desk.picture(desk.sealed()) == (WIDTH, HEIGHT, screens.rgb(later, WIDTH, HEIGHT))


def test_the_countdown_can_be_taken_back(desk, monkeypatch):
    monkeypatch.setattr(overlay_note, "TICK_MS", 600_000)
    before = desk.holds()
    overlay = desk.start()
    desk.hands.key("t")
    desk.qtbot.waitUntil(overlay.delays.isVisible, timeout=WAIT)
    desk.hands.key("Return")
    desk.qtbot.waitUntil(lambda: desk.flow._note is not None, timeout=WAIT)
    note = desk.flow._note
    desk.qtbot.waitExposed(note)
    middle = note.mapToGlobal(note.rect().center())
    desk.hands.drag((middle.x(), middle.y()))
    assert desk.end() == ("cancelled", None)
    assert desk.holds() == before


# --- nothing is sealed ------------------------------------------------------------------------------------


def test_escape_leaves_nothing_behind(desk):
    before, place = desk.holds(), desk.own.geometry()
    desk.start("INC-001")
    assert not desk.own.isVisible()
    desk.hands.key("Escape")
    assert desk.end() == ("cancelled", None)
    assert desk.holds() == before
    assert desk.own.geometry() == place
    desk.qtbot.waitUntil(desk.own.isActiveWindow, timeout=WAIT)


def test_f1_stops_everything_until_it_is_answered(desk):
    before = desk.holds()
    stopped: list[str] = []
    desk.flow.stopped.connect(stopped.append)
    overlay = desk.start("INC-001")
    desk.hands.key("Right")
    desk.hands.key("F1")
    desk.qtbot.waitUntil(overlay.stop.isVisible, timeout=WAIT)
    desk.qtbot.waitUntil(overlay.stop.cancel.hasFocus, timeout=WAIT)  # the safe answer
    for key in ("w", "t", "r"):
        desk.hands.key(key)
    desk.hands.drag((100, 100), (300, 300))
    desk.hands.key("Tab", "Shift_L")
    desk.qtbot.waitUntil(overlay.stop.go_on.hasFocus, timeout=WAIT)
    assert desk.told == []
    desk.hands.key("space")
    desk.qtbot.waitUntil(lambda: not overlay.stop.isVisible(), timeout=WAIT)
    desk.hands.key("F1")
    desk.qtbot.waitUntil(overlay.stop.cancel.hasFocus, timeout=WAIT)
    desk.hands.key("Return")
    assert desk.end() == ("cancelled", None)
    assert desk.holds() == before
    assert stopped == ["INC-001"]  # on to the page that says what to do


def test_while_stopped_nothing_of_the_screen_is_shown(desk):
    overlay = desk.start()
    desk.hands.key("F1")
    desk.qtbot.waitUntil(overlay.stop.isVisible, timeout=WAIT)
    image = overlay.grab().toImage()
    around = {image.pixel(x, y) for x in range(0, WIDTH, 7) for y in (3, 60, HEIGHT - 4)}
    assert len(around) == 1
    desk.hands.key("Escape")
    desk.end()


def test_an_empty_picture_is_an_error_and_our_window_comes_back(desk, noise):
    screen, pixels = noise
    flat = bytearray(pixels)
    for y in range(600, 700):
        flat[(y * WIDTH + 100) * 4 : (y * WIDTH + 200) * 4] = bytes((9, 9, 9, 0)) * 100
    screen.show(bytes(flat))
    before = desk.holds()
    desk.start()
    desk.hands.drag((110, 610), (150, 650), (190, 690))
    how, error = desk.end()
    assert how == "failed"
    assert isinstance(error, CaptureError)
    assert "Nothing was captured" in str(error)
    assert desk.holds() == before


def test_a_screen_that_does_not_answer_is_an_error_and_our_window_stays(desk, monkeypatch):
    before = desk.holds()
    monkeypatch.setenv("DISPLAY", ":9999")
    desk.flow.start("")
    how, error = desk.end()
    assert how == "failed"
    assert isinstance(error, CaptureError)
    assert desk.holds() == before


def test_a_vault_that_cannot_be_written_is_an_error_and_our_window_comes_back(desk):
    desk.start()
    desk.vault.close()
    desk.hands.key("Return")
    how, error = desk.end()
    assert how == "failed"
    assert isinstance(error, EvidenceError)


# --- the end ----------------------------------------------------------------------------------------------


def test_sealed_is_said_only_once_picture_and_entry_are_on_disk(desk, monkeypatch):
    """The real sealing, held up right before it returns."""
    kept, go_on = threading.Event(), threading.Event()
    keep = workflows.keep

    def held_up(vault: Vault, picture: Picture, incident: str | None) -> Exhibit:
        exhibit = keep(vault, picture, incident)
        kept.set()
        assert go_on.wait(WAIT / 1000)
        return exhibit

    monkeypatch.setattr(workflows, "keep", held_up)
    desk.start()
    desk.hands.key("Return")
    desk.qtbot.waitUntil(kept.is_set, timeout=WAIT)
    desk.qtbot.waitUntil(desk.own.isVisible, timeout=WAIT)  # over 0.3 s: back, with a note that says why
    assert desk.told == []
    assert "Sealing" in desk.flow._note.accessibleName()
    at_the_signal: list[bool] = []
    desk.flow.sealed.connect(lambda number: at_the_signal.append(on_disk(desk.vault, number)))
    go_on.set()
    desk.sealed()
    assert at_the_signal == [True]


def on_disk(vault: Vault, number: str) -> bool:
    exhibit = vault.read.exhibit(number)
    entry = vault.read.entry(exhibit.seq)
    files = list((vault.folder / "objects").rglob(f"{exhibit.stored.object_id}.age"))
    return entry.kind is EntryKind.EXHIBIT_CAPTURED and len(files) == 1 and files[0].stat().st_size > 0


def test_the_frozen_pixels_are_gone_afterwards(desk):
    for key in ("Return", "Escape"):
        desk.told.clear()
        desk.start()
        desk.hands.key(key)
        desk.end()
        desk.qtbot.waitUntil(
            lambda: not any(isinstance(w, CaptureOverlay) for w in QApplication.topLevelWidgets())
        )
        gc.collect()
        assert not [one for one in gc.get_objects() if isinstance(one, Frozen)]


@pytest.mark.parametrize("key", ["Return", "Escape", "t"])
def test_closing_the_overlay_is_not_closing_the_program(desk, qapp, monkeypatch, key):
    """While ours are hidden the overlay is the last window, and Qt ends a running program with that."""
    monkeypatch.setattr(overlay_note, "TICK_MS", 20)

    def act() -> None:
        overlay = desk.start()
        desk.hands.key(key)
        if key == "t":
            desk.qtbot.waitUntil(overlay.delays.isVisible, timeout=WAIT)
            desk.hands.key("3")
            desk.qtbot.waitUntil(lambda: not desk.flow.overlays, timeout=WAIT)
            desk.overlay()
            desk.hands.key("Escape")
        desk.end()

    with desk.qtbot.assertNotEmitted(qapp.lastWindowClosed):
        running(qapp, act)


def running(app: QApplication, act: Callable[[], None]) -> None:
    """Do it as the program does: inside the event loop, where the last window counts."""
    failed: list[BaseException] = []

    def inside() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - it is raised again outside of Qt
            failed.append(error)
        finally:
            app.exit()

    QTimer.singleShot(0, inside)
    app.exec()
    if failed:
        raise failed[0]


def test_a_capture_can_be_taken_back_before_the_screen_is_frozen(desk):
    before = desk.holds()
    desk.flow.start("")
    desk.flow.cancel()
    assert desk.end() == ("cancelled", None)
    desk.qtbot.waitUntil(lambda: not desk.session.runner.tasks, timeout=WAIT)
    assert desk.flow.overlays == ()
    assert desk.holds() == before


def test_a_second_start_while_one_runs_does_nothing(desk):
    overlay = desk.start()
    desk.flow.start("INC-001")
    desk.qtbot.wait(50)
    assert desk.flow.overlays == (overlay,)
    desk.hands.key("Escape")
    desk.end()
    assert desk.told == [("cancelled", None)]


def test_every_tool_has_a_name_and_there_are_no_stubs(desk):
    overlay = desk.start()
    bar = overlay.bar
    tools = [bar.region, bar.window_, bar.screen_, bar.last, bar.series, bar.video, bar.timer]
    tools += [bar.pointer, bar.cancel]
    names = ["Region", "Window", "Screen", "Last area", "Series", "Video", "Timer", "Pointer", "Cancel"]
    assert [tool.accessibleName() for tool in tools] == names
    assert all(tool.toolTip() for tool in tools)
    assert overlay.accessibleName()
    assert overlay.hints.accessibleName().endswith("F1: what I must not capture")
    at = bar.cancel.mapTo(overlay, QPoint(20, 20))
    desk.hands.drag((at.x(), at.y()))
    assert desk.end() == ("cancelled", None)


# --- the last area, the pointer, a monitor that goes ---------------------------------------------------


def test_the_last_area_is_chosen_again_by_a_key_and_taken_again_at_once(desk, noise):
    overlay = desk.start()
    assert not overlay.bar.last.isEnabled()
    desk.hands.key("l")
    desk.hands.drag((310, 220), (500, 300), (611, 431))
    first = desk.picture(desk.sealed())
    area = Area(310, 220, 302, 212)
    assert first == same(noise, area)
    desk.told.clear()
    overlay = desk.start()
    assert overlay.bar.last.isEnabled()
    desk.hands.key("l")
    desk.qtbot.waitUntil(lambda: overlay.choice.region == area, timeout=WAIT)
    desk.hands.key("Right")
    desk.qtbot.waitUntil(lambda: overlay.choice.region != area, timeout=WAIT)
    desk.hands.key("space")
    moved = desk.sealed()
    assert desk.picture(moved) == same(noise, Area(320, 220, 302, 212))
    desk.told.clear()
    desk.flow.again("")
    assert desk.picture(desk.sealed()) == same(noise, Area(320, 220, 302, 212))


def test_without_a_last_area_again_is_a_capture_like_any_other(desk):
    desk.flow.again("")
    desk.overlay()
    desk.hands.key("Escape")
    assert desk.end() == ("cancelled", None)


def test_the_pointer_is_in_the_picture_only_where_it_was_asked_for(desk, noise):
    desk.hands.move(640, 700)
    plain, drawn = same(noise, WHOLE), []
    for wanted in (True, False):  # the choice is remembered until it is changed
        overlay = desk.start()
        desk.hands.key("p")
        desk.qtbot.waitUntil(lambda want=wanted, on=overlay: on.bar.pointer.isChecked() is want, timeout=WAIT)
        desk.hands.key("Return")
        number = desk.sealed()
        assert desk.vault.read.exhibit(number).observed.pointer is wanted
        drawn.append(desk.picture(number))
        desk.told.clear()
    assert drawn[1] == plain
    changed = [at // 3 for at, (a, b) in enumerate(zip(drawn[0][2], plain[2], strict=True)) if a != b]
    assert changed
    assert all(abs(at % WIDTH - 640) < 40 and abs(at // WIDTH - 700) < 40 for at in changed)


@pytest.fixture
def two_monitors(noise):
    """The screen of this process as two monitors side by side; gives what unplugs the second."""
    screen, _ = noise

    def xrandr(*words: str) -> None:
        subprocess.run(["xrandr", *words], env=dict(screen.env), check=True, timeout=60, capture_output=True)

    xrandr("--setmonitor", "ONE", f"640/170x{HEIGHT}/260+0+0", "screen")
    xrandr("--setmonitor", "TWO", f"640/170x{HEIGHT}/260+640+0", "none")
    gone = []

    def unplug() -> None:
        xrandr("--delmonitor", "TWO")
        gone.append(True)

    yield unplug
    if not gone:
        unplug()
    xrandr("--delmonitor", "ONE")


def test_a_monitor_unplugged_before_the_shutter_takes_only_its_own_overlay_away(
    two_monitors, desk, noise, qapp
):
    desk.qtbot.waitUntil(lambda: len(qapp.screens()) == 2, timeout=WAIT)
    desk.start()
    assert [one.area.left for one in desk.flow.overlays] == [0, 640]
    desk.hands.move(900, 500)
    desk.qtbot.waitUntil(desk.flow.overlays[1].isActiveWindow, timeout=WAIT)
    two_monitors()
    desk.qtbot.waitUntil(lambda: len(desk.flow.overlays) == 1, timeout=WAIT)
    desk.qtbot.waitUntil(desk.flow.overlays[0].isActiveWindow, timeout=WAIT)
    desk.hands.key("Return")  # what is sealed is what was frozen
    assert desk.picture(desk.sealed()) == same(noise, Area(0, 0, 640, HEIGHT))


# --- monitors of different scale ------------------------------------------------------------------------

LEFT = TestMonitor("LEFT", Area(0, 0, 1920, 1080), 508)
RIGHT = TestMonitor("RIGHT", Area(1920, 77, 1280, 1024), 338)
SIZE = (3200, 1101)


@pytest.mark.screen
@pytest.mark.slow
@pytest.mark.parametrize("scales", ["LEFT=1;RIGHT=2", "LEFT=2;RIGHT=1", "LEFT=1.5;RIGHT=1.25"])
def test_two_monitors_of_different_scale_to_the_pixel(scales):
    """Drags, keys and Enter on both, in one process per pair of scales."""
    with screens.virtual_screen(*SIZE, monitors=(LEFT, RIGHT), current=False) as screen:
        pixels = screen.paint(6)
        env = {**screen.env, "QT_SCREEN_SCALE_FACTORS": scales, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run(
            [sys.executable, "-m", "tests.gui.test_overlay"],
            env=env,
            check=False,
            capture_output=True,
            timeout=120,
        )
    assert run.returncode == 0, run.stderr.decode()
    found = [json.loads(line) for line in run.stdout.decode().splitlines()]
    assert len(found) == len(_ACTS)
    for one, (_, expected, monitor) in zip(found, _ACTS, strict=True):
        assert Area(*one["area"]) == expected
        taken = screens.rgb(screens.part(pixels, SIZE[0], expected), expected.width, expected.height)
        assert one["sha256"] == hashlib.sha256(taken).hexdigest()
        assert one["monitor"] == monitor
        assert one["covered"] == [[0, 0, 1920, 1080], [1920, 77, 1280, 1024]]


Has = Callable[[int], None]
"""Waits until the overlay of this monitor has the keyboard."""
Act = Callable[[Hands, Has], None]


def _drag(*points: tuple[int, int]) -> Act:
    return lambda hands, _has: hands.drag(*points)


def _keys(at: tuple[int, int], monitor: int, *keys: str) -> Act:
    def act(hands: Hands, has: Has) -> None:
        hands.move(*at)
        has(monitor)
        for key in keys:
            hands.key(key)

    return act


def _tab_over(hands: Hands, has: Has) -> None:
    hands.move(900, 500)
    has(1)
    hands.key("Tab")
    has(2)
    hands.key("Right")
    hands.key("space")


# What is done, what must come out of it, and on which monitor.
_ACTS: list[tuple[Act, Area, int]] = [
    (_drag((303, 205), (600, 400), (1101, 707)), Area(303, 205, 799, 503), 1),
    (_drag((2003, 303), (2400, 600), (3199, 1100)), Area(2003, 303, 1197, 798), 2),
    (
        _drag((1700, 300), (2500, 500), (2800, 777)),
        Area(1700, 300, 220, 478),
        1,
    ),  # ends at its monitor's edge
    (_keys((2500, 500), 2, "Return"), RIGHT.area, 2),
    (_keys((900, 500), 1, "Return"), LEFT.area, 1),
    (_keys((2500, 500), 2, "Right", "space"), Area(1920 + 320, 77 + 256, 640, 512), 2),
    (_tab_over, Area(1920 + 320, 77 + 256, 640, 512), 2),
]


def _child() -> None:
    from tests import vaults  # above, pytest would not let it be imported before its own look at it

    app = QApplication([])
    theme.apply(app, False)
    with tempfile.TemporaryDirectory() as folder, hands_on(os.environ["DISPLAY"]) as hands:
        opened = vaults.make_sample(Path(folder) / "a.evidence-vault").open()
        runner = TaskRunner()
        flow = CaptureFlow(Session(opened, runner, Settings()))
        own = QWidget()
        own.setStyleSheet("background: #FFFF00")
        own.setGeometry(200, 150, 900, 500)
        own.show()

        def has(monitor: int) -> None:
            _until(app, lambda: _active(flow) == monitor)

        for act, _, _ in _ACTS:
            told: list[object] = []
            for signal in (flow.sealed, flow.failed):
                signal.connect(told.append)
            vaults.no_stop(opened, None)
            flow.start("")
            _until(app, lambda: _active(flow) is not None)
            covered = [
                [one.area.left, one.area.top, one.area.width, one.area.height] for one in flow.overlays
            ]
            act(hands, has)
            _until(app, told.__len__)
            exhibit = opened.read.exhibit(str(told[0]))
            image = Image.open(io.BytesIO(opened.objects.read(exhibit.stored))).convert("RGB")
            area = exhibit.observed.area
            assert area is not None
            answer = {
                "area": [area.left, area.top, area.width, area.height],
                "sha256": hashlib.sha256(image.tobytes()).hexdigest(),
                "monitor": exhibit.observed.monitor,
                "covered": covered,
            }
            sys.stdout.write(json.dumps(answer) + "\n")
            for signal in (flow.sealed, flow.failed):
                with suppress(RuntimeError):
                    signal.disconnect(told.append)
        runner.shutdown()
        opened.abandon()


def _active(flow: CaptureFlow) -> int | None:
    return next((one.monitor.number for one in flow.overlays if one.isActiveWindow()), None)


def _until(app: QApplication, done: Callable[[], object]) -> None:
    late = QTimer()
    late.setSingleShot(True)
    late.start(WAIT)
    while not done():
        assert late.isActive(), "waited too long"
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


if __name__ == "__main__":
    _child()
