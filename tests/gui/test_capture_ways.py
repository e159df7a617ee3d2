"""The capture key while another program is in front, the icon, the bar, the settings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from Xlib import XK, X

from evidence_app.capture import clock
from evidence_app.capture.hotkey import read, take
from evidence_app.errors import CaptureError, UsageError
from evidence_app.records import Area
from evidence_app.settings import CaptureSettings, Settings
from evidence_app.ui import overlay_away
from evidence_app.ui.capture_ways import CaptureWays
from evidence_app.ui.overlay import CaptureFlow
from evidence_app.ui.session import Session
from tests import screens, vaults
from tests.gui.test_overlay import (  # noqa: F401 - fixtures
    HEIGHT,
    WAIT,
    WHOLE,
    WIDTH,
    Hands,
    hands_on,
    noise,
    same,
)
from tests.sntp import TimeServer, time_server

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]


@pytest.fixture
def hands() -> Iterator[Hands]:
    with hands_on(os.environ["DISPLAY"]) as found:
        yield found


@pytest.fixture
def make(qtbot, qapp, runner, opened):
    """Makes the ways with these settings, with a window of ours beside them."""
    made: list[CaptureWays] = []

    def build(capture: CaptureSettings) -> CaptureWays:
        session = Session(opened, runner, Settings().with_capture(capture))
        window = QWidget()
        qtbot.addWidget(window)
        window.setGeometry(100, 600, 300, 200)
        window.show()
        qtbot.waitExposed(window)
        made.append(CaptureWays(session, CaptureFlow(session, window), window))
        return made[-1]

    yield build
    for ways in made:
        ways.leave()


@pytest.mark.parametrize("text", ["Ctrl+Shift+E", "ctrl + alt + 7", "Print", "Shift+F9", "Meta+x"])
def test_combinations_that_nobody_types_by_accident(text: str) -> None:
    assert read(text).key


@pytest.mark.parametrize(
    "text", ["", "E", "Shift+E", "Ctrl+", "Ctrl+Ä", "Hyper+E", "Ctrl+Shift", "F25", "+" * 500]
)
def test_others_are_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="Nothing was changed"):
        read(text)


def test_the_key_is_heard_while_another_program_has_the_keyboard(make, hands, qtbot):
    ways = make(CaptureSettings(hotkey="Ctrl+Shift+F8"))
    with screens.connection(os.environ["DISPLAY"]) as other:
        window, _ = screens.open_window(other, screens.wanted_window("Other", Area(5, 5, 90, 90)))
        window.set_input_focus(X.RevertToParent, X.CurrentTime)
        other.sync()
        for held in ((), ("Caps_Lock",)):  # with Caps Lock on as well
            for lock in held:
                hands.key(lock)
            with qtbot.waitSignal(ways.capture_requested, timeout=WAIT):
                hands.key("F8", "Control_L", "Shift_L")
            for lock in held:
                hands.key(lock)


def test_a_key_that_another_program_has_is_one_sentence_and_captures_go_on(make, qtbot, hands):
    with screens.connection(os.environ["DISPLAY"]) as other:
        root = other.screen().root
        code = other.keysym_to_keycode(XK.string_to_keysym("F7"))
        root.grab_key(code, X.ControlMask, True, X.GrabModeAsync, X.GrabModeAsync)
        other.sync()
        ways = make(CaptureSettings(hotkey="Ctrl+F7"))
        assert ways.key.text == ""
        assert "Another program uses Ctrl+F7 already" in ways.problem
        ways.open_settings()
        dialog = ways.dialog
        assert dialog is not None
        assert ways.problem in dialog.message.text()
        dialog.save()
        assert "Another program uses" in dialog.message.text()
        dialog.key.setText("Ctrl+F6")
        with qtbot.waitSignal(ways.settings_changed, timeout=WAIT) as changed:
            qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert changed.args[0].capture.hotkey == "Ctrl+F6"
        assert (ways.key.text, ways.problem) == ("Ctrl+F6", "")
        with qtbot.waitSignal(ways.capture_requested, timeout=WAIT):
            hands.key("F6", "Control_L")
        # One that is refused later leaves the one that works.
        ways.open_settings()
        assert ways.dialog is not None
        ways.dialog.key.setText("Ctrl+F7")
        ways.dialog.save()
        assert "Another program uses" in ways.dialog.message.text()
        ways.dialog.reject()
        assert ways.key.text == "Ctrl+F6"
        with qtbot.waitSignal(ways.capture_requested, timeout=WAIT):
            hands.key("F6", "Control_L")


def test_the_key_is_given_back(make):
    ways = make(CaptureSettings(hotkey="Ctrl+F5"))
    with pytest.raises(UsageError):
        take("Ctrl+F5")
    ways.leave()
    take("Ctrl+F5").close()


def test_a_desktop_without_such_keys_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(CaptureError, match="capture bar") as caught:
        take("Ctrl+F5")
    assert caught.value.message.count(".") == 1


def test_the_bar_does_what_its_buttons_say(make, qtbot):
    ways = make(CaptureSettings(hotkey="", bar=True))
    assert ways.bar.isVisible()
    names = [tool.accessibleName() for tool in ways.bar.tools]
    assert names == ["Capture", "Last area", "Settings", "Close"]
    assert all(tool.focusPolicy() & Qt.FocusPolicy.TabFocus for tool in ways.bar.tools)
    for tool, signal in ((ways.bar.capture, ways.capture_requested), (ways.bar.again, ways.again_requested)):
        with qtbot.waitSignal(signal, timeout=WAIT):
            qtbot.keyClick(tool, Qt.Key.Key_Space)
    with qtbot.waitSignal(ways.settings_changed, timeout=WAIT) as changed:
        qtbot.mouseClick(ways.bar.away, Qt.MouseButton.LeftButton)
    assert not changed.args[0].capture.bar
    assert not ways.bar.isVisible()
    with qtbot.waitSignal(ways.settings_changed, timeout=WAIT):
        ways.tray.bar.trigger()
    assert ways.bar.isVisible()
    with qtbot.waitSignal(ways.capture_requested, timeout=WAIT):
        ways.tray.capture.trigger()
    with qtbot.waitSignal(ways.again_requested, timeout=WAIT):
        ways.tray.again.trigger()
    with qtbot.waitSignal(ways.lock_requested, timeout=WAIT):
        ways.tray.lock.trigger()


def captured(ways, qtbot, hands) -> tuple[int, int, bytes]:
    flow = ways._flow
    told: list[str] = []
    flow.sealed.connect(told.append)
    flow.start("")
    qtbot.waitUntil(lambda: bool(flow.overlays), timeout=WAIT)
    qtbot.waitUntil(flow.overlays[0].isActiveWindow, timeout=WAIT)
    hands.key("Return")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    vault = ways._session.vault
    data = vault.read_original(told[0])
    import io

    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return image.width, image.height, image.convert("RGB").tobytes()


@pytest.mark.parametrize("hidden", [True, False])
def test_the_bar_is_never_in_the_picture(make, qtbot, hands, noise, opened, monkeypatch, hidden):  # noqa: F811
    screen, pixels = noise
    screen.show(pixels)
    vaults.no_stop(opened, None)
    ways = make(CaptureSettings(hotkey="", bar=True))
    qtbot.waitExposed(ways.bar)
    hands.move(5, 5)
    if not hidden:
        # Planted: a capture that forgets the bar. Then the picture is another one, and this test sees it.
        kept = overlay_away.OwnWindows.hide

        def forgets(own):
            before = kept(own)
            ways.bar.show()
            qtbot.waitExposed(ways.bar)
            return before

        monkeypatch.setattr(overlay_away.OwnWindows, "hide", forgets)
    assert (captured(ways, qtbot, hands) == same(noise, WHOLE)) is hidden
    assert ways.bar.isVisible()


@pytest.fixture
def server() -> Iterator[TimeServer]:
    with time_server(offset=-2.5) as running:
        yield running


def test_the_clock_is_compared_only_where_somebody_switched_it_on(make, qtbot, server, monkeypatch):
    monkeypatch.setattr(clock, "ask", server.ask)
    ways = make(CaptureSettings(hotkey=""))
    assert (server.asked, clock.said(clock.now().utc)) == (0, clock.NOT_CHECKED)
    ways.open_settings()
    dialog = ways.dialog
    assert dialog is not None
    assert not dialog.server.isVisible()
    dialog.clock.setChecked(True)
    dialog.save()
    assert "No time server is named" in dialog.message.text()
    dialog.server.setText("time.larkmere.example")
    with qtbot.waitSignal(ways.settings_changed, timeout=WAIT) as changed:
        dialog.save()
    assert changed.args[0].capture.time_server == "time.larkmere.example"
    said = clock.said(clock.now().utc)
    found = re.search(
        r"([0-9.]+) s ahead of the time server time.larkmere.example to within ([0-9.]+) s", said
    )
    assert found is not None, said
    assert abs(float(found[1]) - 2.5) <= float(found[2]) + 0.01  # a busy computer answers late
    ways.leave()
    assert clock.said(clock.now().utc) == clock.NOT_CHECKED


def test_a_server_that_does_not_answer_is_told_where_it_is_chosen(make, qtbot, server, monkeypatch):
    monkeypatch.setattr(clock, "ask", server.ask)
    server.answer = lambda _request: b""
    ways = make(CaptureSettings(hotkey=""))
    ways.open_settings()
    dialog = ways.dialog
    assert dialog is not None
    dialog.clock.setChecked(True)
    dialog.server.setText("nobody.example")
    dialog.save()
    qtbot.waitUntil(lambda: "gave no sound answer" in dialog.message.text(), timeout=WAIT)
    assert ways._session.settings.capture.time_server == ""
    dialog.reject()


def test_the_whole_screen_is_that_of_the_other_tests() -> None:
    assert (WHOLE.width, WHOLE.height) == (WIDTH, HEIGHT)
