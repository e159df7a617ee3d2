"""A series and a recording from the overlay to the sealed exhibit; the notes are in none of the pictures."""

from __future__ import annotations

import io

from PIL import Image
from PySide6.QtCore import QRect

from evidence_app.records import Area, Method
from evidence_app.ui.overlay_filming import RecordingNote, SeriesNote
from tests import screens
from tests.gui.test_overlay import HEIGHT, WAIT, WIDTH, desk, noise, same  # noqa: F401 - fixtures

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]

TOP = Area(300, 0, 680, 200)  # where the note of a series stands
BELOW = Area(300, 500, 101, 77)


def choose(desk, key: str, area: Area):  # noqa: F811
    overlay = desk.start()
    desk.hands.key(key)
    tool = overlay.bar.series if key == "s" else overlay.bar.video
    desk.qtbot.waitUntil(tool.isChecked, timeout=WAIT)
    start = (area.left, area.top)
    desk.hands.drag(start, (600, 180), (area.left + area.width - 1, area.top + area.height - 1))
    desk.qtbot.waitUntil(lambda: desk.flow.film is not None, timeout=WAIT)
    return desk.flow.film


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


def counted(desk, film, pictures: int) -> None:  # noqa: F811
    def done() -> bool:
        return film.note is not None and film.note.isVisible() and str(pictures) in film.note.windowTitle()

    desk.qtbot.waitUntil(done, timeout=WAIT)


def test_a_series_by_the_key_is_one_exhibit_and_its_note_is_in_no_picture(desk, noise):  # noqa: F811
    screen, first = noise
    film = choose(desk, "s", TOP)
    counted(desk, film, 1)
    assert isinstance(film.note, SeriesNote)
    box = film.note.frameGeometry()
    assert QRect(TOP.left, TOP.top, TOP.width, TOP.height).contains(box)
    second = screen.paint(9)  # the person scrolls on
    assert desk.flow.press()
    counted(desk, film, 2)
    screen.paint_plain(0x336699)  # nothing to see: said, and the series goes on
    film.note.next.click()
    desk.qtbot.waitUntil(lambda: "came out empty" in film.note.windowTitle(), timeout=WAIT)
    third = screen.paint(10)
    film.note.next.click()
    counted(desk, film, 3)
    film.note.finish.click()
    number = desk.sealed()
    exhibit = desk.vault.read.exhibit(number)
    found = [desk.vault.read_original(number)]
    found += [desk.vault.objects.read(file.stored) for file in exhibit.files]
    expected = [
        screens.rgb(screens.part(one, WIDTH, TOP), TOP.width, TOP.height) for one in (first, second, third)
    ]
    assert [pixels(one) for one in found] == expected
    assert len(exhibit.observed.series) == 3
    assert not desk.flow.press()
    screen.show(first)


def test_a_series_is_kept_when_the_vault_is_locked_in_the_middle(desk, noise):  # noqa: F811
    film = choose(desk, "s", BELOW)
    counted(desk, film, 1)
    before = desk.vault.read.head()
    desk.flow.cancel()
    after = desk.vault.read.head()
    assert before is not None
    assert after is not None
    assert after[0] == before[0] + 1
    desk.flow._end()


def test_a_recording_stands_beside_its_note_and_stops_by_its_button(desk, noise):  # noqa: F811
    film = choose(desk, "v", BELOW)
    note = film.note
    assert isinstance(note, RecordingNote)
    desk.qtbot.waitExposed(note)
    assert not note.geometry().intersects(QRect(BELOW.left, BELOW.top, BELOW.width, BELOW.height))
    desk.qtbot.waitUntil(lambda: "0:01" in note.windowTitle(), timeout=WAIT)
    note.stop.click()
    exhibit = desk.vault.read.exhibit(desk.sealed())
    seen = exhibit.observed
    assert (exhibit.method, exhibit.stored.media_type, seen.area) == (Method.RECORDING, "video/webm", BELOW)
    assert seen.recorded is not None
    assert seen.recorded.length >= 1000


def test_a_whole_screen_leaves_no_room_for_the_button_so_the_key_has_to_stop(desk, noise):  # noqa: F811
    whole = Area(0, 0, WIDTH, HEIGHT)
    desk.start()
    desk.hands.key("v")
    desk.qtbot.waitUntil(desk.flow.overlays[0].bar.video.isChecked, timeout=WAIT)
    desk.hands.key("Return")
    how, error = desk.end()
    assert how == "failed"
    assert "no room for the Stop button" in str(error)
    desk.told.clear()
    desk.flow.key = "Ctrl+Shift+E"
    desk.start()
    desk.hands.key("v")
    desk.qtbot.waitUntil(desk.flow.overlays[0].bar.video.isChecked, timeout=WAIT)
    desk.hands.key("Return")
    desk.qtbot.waitUntil(lambda: desk.flow.film is not None, timeout=WAIT)
    assert desk.flow.film.note is None or not desk.flow.film.note.isVisible()
    assert desk.flow.press()
    exhibit = desk.vault.read.exhibit(desk.sealed())
    assert exhibit.observed.area == whole


def test_a_tool_pressed_twice_is_one_picture_after_all(desk, noise):  # noqa: F811
    overlay = desk.start()
    for key, tool in (("s", overlay.bar.series), ("v", overlay.bar.video)):
        desk.hands.key(key)
        desk.qtbot.waitUntil(tool.isChecked, timeout=WAIT)
    desk.hands.key("v")
    desk.qtbot.waitUntil(lambda: not overlay.bar.video.isChecked(), timeout=WAIT)
    desk.hands.drag((300, 500), (350, 550), (400, 576))
    assert desk.picture(desk.sealed()) == same(noise, BELOW)


def test_the_pictures_of_a_series_are_shown_one_at_a_time(qtbot, qapp, opened, runner):
    from evidence_app.settings import Settings
    from evidence_app.ui.pages.exhibit import ExhibitPage
    from evidence_app.ui.session import Session
    from evidence_app.workflows import Series
    from tests import vaults
    from tests.integration.test_filming import picture

    vaults.no_stop(opened)
    series = Series(opened, "INC-001")
    for seed in (1, 2):
        series.add(picture(seed))
    number = series.finish().number
    page = ExhibitPage(Session(opened, runner, Settings()))
    qtbot.addWidget(page)
    page.resize(1280, 768)
    page.show()
    page.show_exhibit(number)
    qtbot.waitUntil(page.is_loaded, timeout=WAIT)
    bar = page.series
    qtbot.waitUntil(bar.isVisible, timeout=WAIT)
    assert (bar.words.text(), bar.before.isEnabled(), bar.after.isEnabled()) == ("1 of 2", False, True)
    assert not page.is_clear()
    before = opened.read.head()
    bar.after.click()
    qtbot.waitUntil(page.is_clear, timeout=WAIT)
    assert (bar.words.text(), bar.after.isEnabled()) == ("2 of 2", False)
    after = opened.read.head()
    assert before is not None
    assert after is not None
    assert after[0] == before[0] + 1  # that it was viewed
    page.hide_picture()
