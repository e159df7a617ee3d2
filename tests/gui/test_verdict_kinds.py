"""Received evidence of every kind on the verification page: shown where it can be, kept and saved anyhow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.bundle.extract import extract
from evidence_app.errors import LockedAwayError
from evidence_app.records import EntryKind, Role
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.pages.verdict_view import EvidenceView
from evidence_app.ui.widgets import Button, CheckRow, Text
from evidence_app.vault.vault import Vault
from evidence_app.workflows import sent
from evidence_app.workflows.sent import Sending
from tests import mixed
from tests.gui.people import People, show, two_people, until
from tests.mixed import Mixed


@dataclass
class Room:
    people: People
    made: Mixed
    bundle: Path
    chair: Vault
    """He has not received it yet."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("kinds")
    with two_people(folder, qapp) as people:
        people.introduce(people.ruth, people.helen)
        made = mixed.fill(people.helen, people.incident, folder / "in")
        chair = people.person("Mr Alan Thwaite", Role.CHAIR)
        try:
            readers = tuple(people.introduce(people.helen, one) for one in (people.ruth, chair))
            bundle = people.seal(contacts=readers)
            workflows.receive(people.ruth, bundle)
            yield Room(people, made, bundle, chair)
        finally:
            chair.abandon()


def viewing(qtbot: QtBot, room: Room, what: str | Path = "RCV-001") -> tuple[VerdictPage, EvidenceView]:
    people = room.people
    page = VerdictPage(people.runner, people.session(people.ruth))
    show(qtbot, page, 1064)
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.show_received(what) if isinstance(what, str) else page.check(what)
    assert page.view_button is not None
    page.view_button.click()
    assert page.view is not None
    return page, page.view


def look(qtbot: QtBot, view: EvidenceView, number: str) -> str:
    """Show an exhibit; the words that stand there."""
    view.thumbs[number].button.click()
    until(qtbot, lambda: view.shown() == number)
    found = [one for one in view.reading.findChildren(Text) if one.isVisibleTo(view)]
    return "\n".join(one.text() for one in found).replace("\u200b", "")


def test_every_kind_is_shown_as_what_it_is(qtbot: QtBot, room: Room) -> None:
    made = room.made
    page, view = viewing(qtbot, room)
    reading = view.reading

    words = look(qtbot, view, made.mail)
    assert reading.content.is_clear()
    assert "You will regret this." in reading.content.text.toPlainText()
    assert "The message says" in words  # claims
    assert "message.eml" in words  # observed
    assert not reading.view.isVisible()
    # Its attachment came along as an exhibit of its own.
    reading.content.exhibit_opened.emit(made.attached)
    until(qtbot, lambda: view.shown() == made.attached)
    assert reading.view.has_picture()

    words = look(qtbot, view, made.chat)
    assert reading.content.list.total() == 3
    assert "WhatsApp Chat.zip" in words

    look(qtbot, view, made.text)
    assert "stop it" in reading.content.text.toPlainText()
    assert not reading.view.has_picture()

    look(qtbot, view, made.document)
    assert reading.view.has_picture()  # its first page
    assert "Hello Larkmere" in reading.content.text.toPlainText()

    words = look(qtbot, view, made.clip)
    assert not reading.view.has_picture()
    assert reading.player is not None
    assert reading.player.isVisible()
    assert not reading.player.is_open()  # never by itself
    assert "video/mp4" in words
    assert "clip.mp4" in words

    words = look(qtbot, view, made.page)
    assert reading.view.has_picture()
    for wanted in ("https://", "1 redirect", "Status 200", "chirrup.example", "page.wacz", "page.mhtml"):
        assert wanted in words, wanted
    # Nothing of any of it stays when the page is left.
    page.hide()
    assert view.shown() == ""
    assert not reading.view.has_picture()
    assert reading.content.text.toPlainText() == ""


def test_a_recording_is_played_in_the_place_of_its_first_picture(qtbot: QtBot, room: Room) -> None:
    _, view = viewing(qtbot, room)
    look(qtbot, view, room.made.recording)
    player, picture = view.reading.player, view.reading.view
    assert player is not None
    assert picture.isVisible()
    assert not view.reading.series.isVisible()
    player.play_button.click()
    until(qtbot, lambda: not player.screen_view.image.isNull())
    assert not picture.isVisible()
    player.stop_button.click()
    until(qtbot, picture.isVisible)
    played = room.people.ruth.read.entries(EntryKind.EXHIBIT_VIEWED)[0]
    assert (played.data["number"], played.data["played"]) == (room.made.recording, True)
    until(qtbot, lambda: not room.people.runner.tasks)


def test_a_series_is_walked_through(qtbot: QtBot, room: Room) -> None:
    _, view = viewing(qtbot, room)
    words = look(qtbot, view, room.made.series)
    series, shown = view.reading.series, view.reading.view
    assert "1 of 3" in words
    assert series.words.text() == "1 of 3"
    first = shown.grab().toImage()
    series.after.click()
    until(qtbot, lambda: shown.grab().toImage() != first)
    assert series.words.text() == "2 of 3"
    series.before.click()
    until(qtbot, lambda: shown.grab().toImage() == first)


def test_a_copy_of_each_file_can_be_saved_and_that_is_recorded(
    qtbot: QtBot, room: Room, tmp_path: Path
) -> None:
    made, ruth = room.made, room.people.ruth
    _, view = viewing(qtbot, room)
    for number, file in ((made.clip, ""), (made.page, "page.wacz")):
        look(qtbot, view, number)
        names = [one.text().partition(",")[0] for one in view.reading.save_button.menu_acts]
        assert names[0].startswith("original.")
        name = file or names[0]
        assert name in names
        out = tmp_path / f"{number.replace('/', '-')} {name}"
        view.save_to(name, out)
        until(qtbot, out.exists)
        until(qtbot, lambda: "Saved as" in view.message.text())
        assert out.read_bytes() == made.bytes_of[number, file]
        entry = ruth.read.entries(EntryKind.BUNDLE_CHECKED)[0]
        took = f"{number} {name}" if number != made.clip else number
        assert (entry.data["took"], entry.data["to"]) == (took, out.name)
    # A file that is there is never replaced.
    view.save_to("page.wacz", tmp_path / f"{made.page.replace('/', '-')} page.wacz")
    until(qtbot, lambda: "already a file" in view.message.text())


def test_what_no_vault_keeps_is_shown_out_of_the_bundle_alone(qtbot: QtBot, room: Room) -> None:
    """Police, or a reader with the opened folder: nothing is recorded, and the words say so."""
    made, people = room.made, room.people
    folder = people.folder / "opened"
    extract(room.bundle, [people.ruth.identity], folder)
    try:
        view = EvidenceView(people.runner, Sending(None, folder), verdict_of(folder), recorded=False)
        show(qtbot, view, 1000)
        assert "You will regret this." in shown_text(qtbot, view, made.mail)
        words = look(qtbot, view, made.clip)
        assert "No preview" in words
        look(qtbot, view, made.series)
        view.reading.series.after.click()
        until(qtbot, lambda: view.message.text() == "" and not people.runner.tasks)
        assert view.reading.view.has_picture()
    finally:
        shutil.rmtree(folder)


def shown_text(qtbot: QtBot, view: EvidenceView, number: str) -> str:
    look(qtbot, view, number)
    return view.reading.content.text.toPlainText()


def verdict_of(folder: Path):
    return workflows.verify_alone(folder, (), ()).exhibits


def test_a_new_answer_stands_in_its_place_at_once(qtbot: QtBot, room: Room) -> None:
    """What is painted first is what stays: the answer is laid out before anything of it is seen."""
    page, _ = viewing(qtbot, room)
    places = []
    page.shown.connect(lambda: places.append(geometry(page)))
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.show_received("RCV-001")
    until(qtbot, lambda: not room.people.runner.tasks)
    assert places == [geometry(page)]


def geometry(page: VerdictPage) -> list[object]:
    assert page.result is not None
    assert page.banner is not None
    parts = [page.banner, *page.banner.findChildren(Button), *page.result.findChildren(CheckRow)]
    return [(one.mapTo(page, one.rect().topLeft()), one.size()) for one in parts]


def test_what_was_locked_away_is_neither_shown_nor_saved(room: Room, tmp_path: Path) -> None:
    made, chair = room.made, room.chair
    workflows.receive(chair, room.bundle)
    sending = Sending(chair, Path(), "RCV-001")
    one = sent.open_sent(sending, made.series)
    workflows.lock_away(chair, f"RCV-001 {made.series}")
    for act in (
        lambda: sent.open_sent(sending, made.series),
        lambda: sent.picture_of(sending, one, 0, 100),
        lambda: sent.picture_of(sending, one, 1, 100),
        lambda: sent.save_copy(sending, one, "picture-2.png", tmp_path / "out.png"),
        lambda: sent.save_copy(sending, one, "original.png", tmp_path / "out.png"),
    ):
        with pytest.raises(LockedAwayError):
            act()
    assert list(tmp_path.iterdir()) == []
