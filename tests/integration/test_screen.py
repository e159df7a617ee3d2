"""Captures of real X screens: the right pixels, the right window, one sentence where it is not possible."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from evidence_app.capture import _pixels, _x11, context, screen
from evidence_app.capture.screen import (
    AllTarget,
    MonitorTarget,
    RegionTarget,
    ShownWindowTarget,
    Target,
    WindowTarget,
)
from evidence_app.errors import CaptureError, UsageError
from evidence_app.records import Area, Method, Picture
from tests.desktop_contract import keeps_the_contract
from tests.screens import (
    TestMonitor,
    VirtualScreen,
    connection,
    open_window,
    own_number,
    part,
    pattern,
    rgb,
    virtual_screen,
    wanted_window,
)

pytestmark = pytest.mark.screen

WIDE, TALL = 3840, 2160
LEFT = TestMonitor("LEFT", Area(0, 0, 2560, 1440), 600)  # 108 points an inch
RIGHT = TestMonitor("RIGHT", Area(2560, 300, 1280, 1024), 170)  # 191 points an inch


@pytest.fixture(autouse=True)
def _screen_is_let_go() -> Iterator[None]:
    yield
    screen.close()


@pytest.fixture(scope="module")
def desk() -> Iterator[VirtualScreen]:
    """A screen of 3840x2160 with two monitors of different size and scale."""
    with virtual_screen(WIDE, TALL, monitors=[LEFT, RIGHT], current=False) as started:
        yield started


@pytest.fixture(scope="module")
def painted(desk: VirtualScreen) -> bytes:
    """Its background: noise, BGRX."""
    return desk.paint(11)


@pytest.fixture
def here(desk: VirtualScreen, monkeypatch: pytest.MonkeyPatch) -> VirtualScreen:
    """The desk as the screen of this process."""
    monkeypatch.setenv("DISPLAY", desk.display)
    return desk


def shown(picture: Picture) -> tuple[tuple[int, int], bytes]:
    with Image.open(io.BytesIO(picture.png)) as image:
        return image.size, image.tobytes()


def test_the_monitors_are_those_of_the_desk(here: VirtualScreen) -> None:
    assert [(m.number, m.area, m.name) for m in screen.monitors()] == [
        (1, LEFT.area, "LEFT"),
        (2, RIGHT.area, "RIGHT"),
    ]
    assert screen.screen_area() == Area(0, 0, WIDE, TALL)
    assert screen.area_of_monitor(2) == RIGHT.area


def test_the_way_of_the_other_systems_sees_the_same_desk(here: VirtualScreen) -> None:
    area, monitors = _pixels.layout()
    assert area == screen.screen_area()
    assert [(m.number, m.area) for m in monitors] == [(m.number, m.area) for m in screen.monitors()]


@pytest.mark.parametrize("way", ["take", "freeze"])
@pytest.mark.parametrize(
    ("target", "area", "method", "monitor"),
    [
        (AllTarget(), Area(0, 0, WIDE, TALL), Method.MONITOR, None),
        (MonitorTarget(1), LEFT.area, Method.MONITOR, 1),
        (MonitorTarget(2), RIGHT.area, Method.MONITOR, 2),
        (RegionTarget(Area(2500, 1001, 333, 77)), Area(2500, 1001, 333, 77), Method.REGION, None),
        (RegionTarget(Area(2561, 301, 1, 2)), Area(2561, 301, 1, 2), Method.REGION, 2),
        (RegionTarget(Area(3839, 2158, 1, 2)), Area(3839, 2158, 1, 2), Method.REGION, None),
    ],
)
def test_pixels_are_right_to_the_pixel(
    here: VirtualScreen,
    painted: bytes,
    way: str,
    target: Target,
    area: Area,
    method: Method,
    monitor: int | None,
) -> None:
    picture = screen.take(target) if way == "take" else screen.freeze().take(target)
    expected = rgb(part(painted, WIDE, area), area.width, area.height)
    assert shown(picture) == ((area.width, area.height), expected)
    seen = picture.observed
    assert (seen.area, seen.method, seen.monitor, seen.blank) == (area, method, monitor, False)
    assert [m.name for m in seen.monitors] == ["LEFT", "RIGHT"]


@pytest.mark.parametrize("decorated", [False, True])
def test_a_window_is_captured_and_named(here: VirtualScreen, painted: bytes, decorated: bool) -> None:
    where = Area(2400, 400, 300, 200)  # on both monitors
    with here.window("Year 9 – chat", where, seed=5, decorated=decorated) as chat:
        here.activate(chat)
        picture = screen.take(WindowTarget("year 9"))
        assert shown(picture) == ((300, 200), rgb(pattern(5, 300, 200), 300, 200))
        window = picture.observed.window
        assert window is not None
        assert (window.title, window.pid, window.area) == ("Year 9 – chat", chat.pid, chat.area)
        assert window.process == Path(f"/proc/{chat.pid}/exe").readlink().name
        assert context.active_window() == window
    assert context.windows() == ()
    assert screen.take(AllTarget()).observed.window is None


def test_windows_are_listed_from_the_front_and_the_active_one_is_observed(here: VirtualScreen) -> None:
    with (
        here.window("Mail", Area(100, 100, 300, 200), seed=2) as mail,
        here.window("Chat", Area(200, 150, 300, 200), seed=3) as chat,
    ):
        here.activate(mail)
        assert [w.title for w in context.windows()] == ["Mail", "Chat"]
        taken = screen.take(RegionTarget(Area(0, 0, 50, 50)))
        assert taken.observed.window is not None
        assert taken.observed.window.pid == mail.pid
        here.activate(chat)
        frozen = screen.freeze()
        assert [w.title for w in frozen.windows] == ["Chat", "Mail"]
        here.activate(mail)  # what comes after the click changes nothing
        assert shown(frozen.take(ShownWindowTarget()))[1] == rgb(pattern(3, 300, 200), 300, 200)


def test_a_window_behind_another_is_refused_by_name(here: VirtualScreen) -> None:
    with (
        here.window("Small", Area(150, 150, 100, 100)) as small,
        here.window("Large", Area(100, 100, 300, 300)) as large,
    ):
        here.activate(large)
        with pytest.raises(UsageError, match="hidden behind another"):
            screen.take(WindowTarget("small"))
        here.activate(small)
        assert screen.take(WindowTarget("small")).observed.width == 100


def test_our_own_windows_are_never_the_observed_one(here: VirtualScreen) -> None:
    with here.window("Chat", Area(100, 100, 300, 200)) as chat, connection(here.display) as ours:
        open_window(ours, wanted_window("Evidence", Area(600, 100, 300, 200)))
        ours.sync()
        assert [w.pid for w in context.windows()] == [chat.pid]
        active = context.active_window()
        assert active is not None
        assert active.title == "Chat"
        with pytest.raises(UsageError, match="No open window"):
            context.find_window("Evidence")


def test_the_shadow_of_a_window_is_not_part_of_it(here: VirtualScreen) -> None:
    with here.window("Chat", Area(100, 100, 300, 200), seed=9, shadow=(4, 6, 8, 10)) as chat:
        picture = screen.take(WindowTarget("chat"))
        inner = Area(4, 8, 290, 182)
        assert picture.observed.area == Area(chat.area.left + 4, chat.area.top + 8, 290, 182)
        assert shown(picture) == ((290, 182), rgb(part(pattern(9, 300, 200), 300, inner), 290, 182))


def test_the_process_of_another_computer_is_not_known(here: VirtualScreen) -> None:
    with here.window("Far away", Area(100, 100, 300, 200), machine="library-pc.larkmere.example"):
        window = context.find_window("far away")
        assert (window.pid, window.process) == (None, "not known")


def test_a_long_title_with_half_a_character_is_kept_as_far_as_it_can(here: VirtualScreen) -> None:
    with here.window("🙂" + "x" * 6000, Area(100, 100, 300, 200)):
        (window,) = context.windows()
        assert window.title.startswith("🙂xxx")
        assert len(window.title) <= 4096
        assert window.title.encode()


def test_panels_the_desktop_and_hidden_windows_are_not_listed(here: VirtualScreen) -> None:
    with (
        here.window("Panel", Area(0, 0, 400, 30), kind="DOCK"),
        here.window("Desktop", Area(0, 0, 500, 400), kind="DESKTOP"),
        here.window("Chat", Area(100, 100, 300, 200)) as chat,
    ):
        assert [w.title for w in context.windows()] == ["Chat"]
        number = str(chat.number)
        subprocess.run(
            ["xdotool", "windowminimize", "--sync", number], env=dict(here.env), check=True, timeout=60
        )
        assert context.windows() == ()
        with pytest.raises(UsageError, match="No window is open"):
            screen.take(ShownWindowTarget())


def test_a_server_that_does_not_tell_processes() -> None:
    with (
        virtual_screen(640, 480, without=["X-Resource"]) as old,
        old.window("Chat", Area(100, 100, 300, 200)) as chat,
    ):
        assert [w.pid for w in context.windows()] == [chat.pid]  # as the window says


OLD_SERVER = """
from evidence_app.capture import screen
from tests.screens import rgb, virtual_screen
with virtual_screen(640, 480, without=["X-Resource", "RANDR", "MIT-SHM"], window_manager=False) as old:
    pixels = old.paint(8)
    (only,) = screen.monitors()
    print(only.area.width, only.area.height, rgb(screen.grab().raw, 640, 480) == rgb(pixels, 640, 480))
"""


def test_an_old_server_is_captured_all_the_same(repository: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(repository)}
    command = [sys.executable, "-c", OLD_SERVER]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.split(), done.stderr) == (["640", "480", "True"], "")


def test_without_a_window_manager() -> None:
    with virtual_screen(640, 480, window_manager=False) as bare:
        bare.paint(3)
        with bare.window("Kiosk", Area(10, 20, 300, 200), seed=4) as kiosk:
            assert [w.pid for w in context.windows()] == [kiosk.pid]
            assert context.active_window() == context.windows()[0]
            picture = screen.take(WindowTarget("kiosk"))
            assert shown(picture) == ((300, 200), rgb(pattern(4, 300, 200), 300, 200))
        assert [m.area for m in screen.monitors()] == [Area(0, 0, 640, 480)]
        assert screen.take(AllTarget()).observed.monitor == 1


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (MonitorTarget(3), "There is no monitor 3."),
        (RegionTarget(Area(4000, 0, 10, 10)), "lies outside the screen, which is 3840 × 2160 at 0,0."),
        (RegionTarget(Area(3800, 0, 100, 10)), "reaches outside the screen, which is 3840 × 2160 at 0,0."),
        (RegionTarget(Area(-5, -5, 100, 10)), "reaches outside the screen, which is 3840 × 2160 at 0,0."),
        (WindowTarget("nothing like this"), "No open window has"),
    ],
)
def test_what_is_not_on_the_screen_is_refused(here: VirtualScreen, target: Target, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        screen.take(target)
    assert says in caught.value.message
    assert "Nothing was captured." in caught.value.message
    if isinstance(target, RegionTarget):
        with pytest.raises(UsageError, match="outside the screen"):
            screen.grab(target.area)


def test_a_blank_screen_is_refused() -> None:
    with virtual_screen(800, 600, window_manager=False) as empty:
        for colour in (0x000000, 0xFFFFFF, 0x336699):
            empty.paint_plain(colour)
            with pytest.raises(CaptureError, match="came out empty"):
                screen.freeze()
            with pytest.raises(CaptureError, match="came out empty"):
                screen.take(MonitorTarget(1))
        assert screen.take(MonitorTarget(1), allow_blank=True).observed.blank
        with empty.window("Dot", Area(700, 500, 2, 2)):
            assert not screen.take(MonitorTarget(1)).observed.blank


def one_sentence(error: CaptureError) -> bool:
    return (
        error.message.count(".") == 1
        and error.message.endswith(".")
        and "Nothing was captured" in error.message
    )


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"DISPLAY": ""}, "there is no screen"),
        ({"DISPLAY": ":6999"}, "does not answer"),
        ({"DISPLAY": "no display at all"}, "does not answer"),
        ({"XDG_SESSION_TYPE": "wayland", "XDG_RUNTIME_DIR": "/nowhere"}, "does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-77"}, "does not answer"),
    ],
)
def test_without_a_usable_screen_there_is_one_sentence(
    here: VirtualScreen, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], says: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    for act in (screen.monitors, screen.freeze, lambda: screen.take(AllTarget()), screen.grab):
        with pytest.raises(CaptureError) as caught:
            act()
        assert says in caught.value.message
        assert one_sentence(caught.value)


def test_a_screen_that_goes_away_is_an_error_and_comes_back() -> None:
    with virtual_screen(640, 480, number=own_number()) as first:
        first.paint(1)
        frozen = screen.freeze()
        first.kill()
        for _ in range(2):
            for act in (screen.freeze, lambda: screen.take(AllTarget()), context.windows):
                with pytest.raises(CaptureError, match="does not answer") as caught:
                    act()
                assert one_sentence(caught.value)
        assert frozen.take(AllTarget()).observed.width == 640  # what was taken is still there
        with virtual_screen(800, 600, number=int(first.display[1:])) as second:
            pixels = second.paint(2)
            assert shown(screen.take(AllTarget())) == ((800, 600), rgb(pixels, 800, 600))


def test_a_restarted_screen_is_opened_anew_at_once() -> None:
    with virtual_screen(640, 480, number=own_number()) as first:
        first.paint(1)
        screen.grab()
        first.kill()
        with virtual_screen(1024, 768, number=int(first.display[1:])) as second:
            pixels = second.paint(2)
            assert rgb(screen.grab().raw, 1024, 768) == rgb(pixels, 1024, 768)


def test_a_screen_that_grew_is_taken_whole() -> None:
    with virtual_screen(1024, 768, window_manager=False) as grown:
        resize(grown, 640, 480)
        grown.paint(1)
        assert screen.grab().area == Area(0, 0, 640, 480)
        resize(grown, 1024, 768)
        pixels = grown.paint(2)
        taken = screen.grab()
        assert taken.area == Area(0, 0, 1024, 768)
        assert rgb(taken.raw, 1024, 768) == rgb(pixels, 1024, 768)


def resize(desk: VirtualScreen, width: int, height: int) -> None:
    for command in (["--output", "screen", "--off"], ["--fb", f"{width}x{height}"]):
        subprocess.run(["xrandr", *command], env=dict(desk.env), check=False, capture_output=True, timeout=60)
    with connection(desk.display) as display:
        size = display.screen().root.get_geometry()
    if (size.width, size.height) != (width, height):
        pytest.skip("this Xvfb cannot change its size")


def test_several_threads_share_the_screen(here: VirtualScreen, painted: bytes) -> None:
    wrong: list[object] = []

    def captures(left: int) -> None:
        for top in range(0, 300, 50):
            area = Area(left, top, 64, 48)
            if rgb(screen.grab(area).raw, 64, 48) != rgb(part(painted, WIDE, area), 64, 48):
                wrong.append(area)

    threads = [threading.Thread(target=captures, args=(left,)) for left in range(0, 400, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_screen_that_answered_is_the_one_that_is_looked_at(
    here: VirtualScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Xlib would leave sockets open at a screen that is not there."""
    check = _pixels.check

    def named_anew() -> str | None:
        answered = check()
        monkeypatch.setenv("DISPLAY", ":9999")
        return answered

    monkeypatch.setattr(_pixels, "check", named_anew)
    assert screen.monitors()
    assert os.environ["DISPLAY"] == ":9999"


def test_captures_leave_no_connections_behind(here: VirtualScreen) -> None:
    screen.freeze()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        screen.take(RegionTarget(Area(0, 0, 20, 20)))
        context.windows()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_stopped_window_is_still_described(here: VirtualScreen) -> None:
    with here.window("Frozen program", Area(100, 100, 300, 200), seed=6) as window:
        os.kill(window.pid, signal.SIGSTOP)
        try:
            picture = screen.take(WindowTarget("frozen program"))
        finally:
            os.kill(window.pid, signal.SIGCONT)
    assert shown(picture)[1] == rgb(pattern(6, 300, 200), 300, 200)


@pytest.mark.skipif(shutil.which("scrot") is None, reason="scrot is not installed")
def test_the_file_is_about_as_small_as_that_of_scrot(tmp_path: Path) -> None:
    image = Image.new("RGB", (1600, 1000), "white")
    draw = ImageDraw.Draw(image)
    for line in range(5, 990, 15):
        draw.text(
            (12, line), f"{line} What was written here was seen by everybody in the form. " * 4, "black"
        )
    soft = [Image.effect_noise((60, 40), 70).resize((720, 480)) for _ in range(3)]
    image.paste(Image.merge("RGB", soft), (850, 60))
    with virtual_screen(1600, 1000, window_manager=False) as plain:
        plain.show(image.tobytes("raw", "BGRX"))
        other = tmp_path / "scrot.png"
        subprocess.run(["scrot", other], env=dict(plain.env), check=True, timeout=60)
        picture = screen.take(AllTarget())
    assert shown(picture)[1] == image.tobytes()
    assert len(picture.png) <= 1.10 * other.stat().st_size


def test_the_adapter_keeps_the_contract(here: VirtualScreen, painted: bytes) -> None:
    with here.window("Year 9 – chat", Area(2400, 400, 300, 200), seed=5) as chat:
        here.activate(chat)
        desktop = keeps_the_contract(_x11)
        assert [window.title for window in desktop.windows] == ["Year 9 – chat"]


def test_the_pointer_is_drawn_only_where_it_is_wanted(here: VirtualScreen, painted: bytes) -> None:
    subprocess.run(["xdotool", "mousemove", "500", "400"], env=dict(here.env), check=True, timeout=60)
    frozen = screen.freeze()
    assert frozen.pointer is not None
    where = frozen.pointer.area
    assert where.left <= 500 < where.left + where.width
    around, beside = Area(450, 350, 100, 100), Area(0, 0, 100, 100)
    plain, drawn = frozen.take(RegionTarget(around)), frozen.take(RegionTarget(around), pointer=True)
    expected = rgb(part(painted, WIDE, around), 100, 100)
    assert shown(plain) == ((100, 100), expected)
    assert (plain.observed.pointer, drawn.observed.pointer) == (False, True)
    changed = [at // 3 for at, (a, b) in enumerate(zip(shown(drawn)[1], expected, strict=True)) if a != b]
    assert changed
    inside = {(450 + at % 100, 350 + at // 100) for at in changed}
    assert all(
        where.left <= x < where.left + where.width and where.top <= y < where.top + where.height
        for x, y in inside
    )
    assert shown(frozen.take(RegionTarget(beside), pointer=True)) == (
        (100, 100),
        rgb(part(painted, WIDE, beside), 100, 100),
    )
    assert not frozen.take(RegionTarget(beside), pointer=True).observed.pointer
    assert screen.take(RegionTarget(around), pointer=True).observed.pointer
