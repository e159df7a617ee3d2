"""Sound and video on the exhibit page: real vault, real files, the real child process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.capture.playing import Controls
from evidence_app.errors import LockedAwayError
from evidence_app.records import EntryKind, StopAnswer, Why
from evidence_app.ui.pages.act_words import words
from evidence_app.ui.pages.exhibit import ExhibitPage
from evidence_app.ui.pages.player import clock_words, time_words
from evidence_app.ui.session import Session
from evidence_app.workflows.importing import Batch, bring_in
from evidence_app.workflows.playing import play
from tests.gui.striped import idle, open_incident, session_of_helen, views
from tests.recordings import GREEN, RED, recording

pytest_plugins = ["tests.window_fixtures"]
COLOURS = {0: RED, 60_000: GREEN}
FOUND = ("recording.webm", "film.mp4", "away.webm")


def minutes(name: str) -> bytes:
    """A minute of red, then green until ten minutes later."""
    return recording((0, RED), (60_000, GREEN), (660_000, GREEN), program=name)


@pytest.fixture(scope="module")
def helen(
    tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[tuple[Session, dict[str, str]]]:
    folder: Path = tmp_path_factory.mktemp("player")
    with session_of_helen(folder / "a.evidence-vault", qapp) as session:
        reference = open_incident(session.vault, "A film about the trip")
        film = Path(__file__).resolve().parents[1] / "samples" / "film-h264-aac.mp4"
        for name, data in zip(
            FOUND, (minutes("one"), film.read_bytes()[:2_000], minutes("two")), strict=True
        ):
            (folder / name).write_bytes(data)
        done = bring_in(
            session.vault, reference, files.found([folder / name for name in FOUND]), Batch(StopAnswer.NO)
        )
        yield session, {one.name: one.number for one in done}


@pytest.fixture
def page(helen, show, qtbot: QtBot) -> Iterator[ExhibitPage]:
    result = ExhibitPage(helen[0])
    show(result, 1064)
    yield result
    result.hide()
    idle(qtbot, helen[0])
    assert players() == []


def players() -> list[int]:
    """Player processes that are running now."""
    found = []
    for one in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # a zombie too
            found += [one.pid] if any("playing" in part for part in one.cmdline()) else []
    return found


def opened(page: ExhibitPage, helen, qtbot: QtBot, name: str) -> str:
    session, numbers = helen
    page.show_exhibit(numbers[name])
    qtbot.waitUntil(lambda: page.player.name() == numbers[name] and page.player.isVisible(), timeout=30_000)
    idle(qtbot, session)
    return numbers[name]


def started(page: ExhibitPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.player.play_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.player.screen_view.image.isNull(), timeout=30_000)


def colour(page: ExhibitPage) -> tuple[int, int, int]:
    image = page.player.screen_view.image
    found = image.pixelColor(image.width() // 2, image.height() // 2)
    return found.red(), found.green(), found.blue()


def like(page: ExhibitPage, at: int) -> bool:
    if page.player.screen_view.image.isNull():
        return False
    return all(abs(one - other) < 12 for one, other in zip(colour(page), COLOURS[at], strict=True))


def test_nothing_is_played_or_decoded_before_play_and_it_is_one_entry(page, helen, qtbot):
    session, _ = helen
    number = opened(page, helen, qtbot, "recording.webm")
    before, player = views(session), page.player
    assert players() == []
    assert player.screen_view.isHidden()
    assert (player.slider.isVisible(), player.stop_button.isVisible()) == (False, False)
    assert not page.brought.isVisible()
    started(page, qtbot)
    qtbot.waitUntil(player.is_running)
    assert like(page, 0)
    assert page.picture.isHidden()
    qtbot.mouseClick(player.play_button, Qt.MouseButton.LeftButton)
    assert player.play_button.text() == "Play"
    # A click on the slider and a key: both show the place at once, while it stands still.
    qtbot.mouseClick(player.slider, Qt.MouseButton.LeftButton, pos=QPoint(player.slider.width() // 2, 8))
    qtbot.waitUntil(lambda: like(page, 60_000), timeout=30_000)
    assert player.time.text() == f"{clock_words(player.slider.value())} of 11:00"
    qtbot.keyClick(player.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: like(page, 0), timeout=30_000)
    qtbot.keyClick(player.slider, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: player.slider.value() >= 30_000)
    assert player.slider.accessibleDescription().endswith(" seconds of 11 minutes")
    entry = session.vault.read.latest(EntryKind.EXHIBIT_VIEWED)
    assert entry is not None
    assert (words(entry), entry.data["number"]) == ("Played it", number)
    assert views(session) == before + 1
    qtbot.mouseClick(player.stop_button, Qt.MouseButton.LeftButton)
    assert player.screen_view.image.isNull()
    qtbot.waitUntil(lambda: players() == [])


@pytest.mark.parametrize("leave", ["hide", "another exhibit", "V"])
def test_whatever_leaves_the_page_ends_it_and_drops_the_pixels(page, helen, qtbot, leave):
    opened(page, helen, qtbot, "recording.webm")
    started(page, qtbot)
    if leave == "hide":
        page.hide()
    elif leave == "V":
        page.hide_picture()
    else:
        opened(page, helen, qtbot, "film.mp4")
    assert page.player.screen_view.image.isNull()
    assert not page.player.is_open()
    qtbot.waitUntil(lambda: players() == [], timeout=30_000)


def test_what_cannot_be_played_is_said_and_a_copy_can_be_saved(page, helen, qtbot, tmp_path):
    session, _ = helen
    number = opened(page, helen, qtbot, "film.mp4")
    before = views(session)
    qtbot.keyClick(page, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: page.player.message.text() != "", timeout=30_000)
    said = page.player.message.text()
    assert said.endswith("The original is sealed and unchanged; it can be saved as a copy.")
    assert views(session) == before
    page.player.save_copy(tmp_path / "copy.mp4")
    qtbot.waitUntil((tmp_path / "copy.mp4").exists, timeout=30_000)
    idle(qtbot, session)
    assert (tmp_path / "copy.mp4").read_bytes() == session.vault.read_original(number)
    assert "copy.mp4" in page.player.message.text()


def test_what_is_locked_away_while_it_is_played_is_gone_at_once(page, helen, qtbot):
    session, numbers = helen
    opened(page, helen, qtbot, "away.webm")
    started(page, qtbot)
    workflows.lock_away(session.vault, numbers["away.webm"], Why.INDECENT_IMAGE, ["Nadia Ellery"])
    session.changed.emit()
    assert page.player.screen_view.image.isNull()
    assert not page.player.isVisible()
    qtbot.waitUntil(lambda: players() == [], timeout=30_000)
    with pytest.raises(LockedAwayError):
        play(session.vault, numbers["away.webm"], Controls(), print)


def test_times_are_words() -> None:
    assert [clock_words(one) for one in (0, 61_999, 3_723_000)] == ["0:00", "1:01", "1:02:03"]
    assert [time_words(one) for one in (0, 1_000, 61_000, 120_000)] == [
        "0 seconds",
        "1 second",
        "1 minute 1 second",
        "2 minutes",
    ]
