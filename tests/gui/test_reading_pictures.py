"""Pictures are read in the background after a capture; what is read is offered, never filled in."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtGui import QGuiApplication

from evidence_app import workflows
from evidence_app.errors import NotReadableError
from evidence_app.records import Said, Source
from evidence_app.settings import CaptureSettings, Settings
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.reading_pictures import PictureReader
from evidence_app.ui.session import Session
from evidence_app.vault import acts
from tests import vaults

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]

WAIT = 20_000
ADDRESS = "https://chirrup.example/@quiet.owl/77"


@pytest.fixture
def session(opened, runner) -> Session:
    QGuiApplication.clipboard().clear()
    return Session(opened, runner, Settings().with_capture(CaptureSettings(read_pictures=True)))


@pytest.fixture
def number(opened) -> str:
    return str(vaults.capture(opened, vaults.png(1)).data["number"])


def test_one_picture_at_a_time_and_a_fault_stops_nothing(session, qtbot, monkeypatch):
    at_once, most = [0], [0]
    done: list[str] = []
    go = threading.Event()

    def recognise(_vault, number, *, watch):
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        assert go.wait(20)
        watch()
        at_once[0] -= 1
        if number == "2":
            raise NotReadableError("It is no picture.")
        return "words"

    monkeypatch.setattr(workflows, "recognise", recognise)
    monkeypatch.setattr(workflows, "can_recognise", lambda: True)
    reader = PictureReader(session)
    reader.read.connect(done.append)
    for number in ("1", "2", "3"):
        reader.add(number)
    go.set()
    qtbot.waitUntil(lambda: done == ["1", "3"], timeout=WAIT)
    assert most == [1]


def test_nothing_is_read_where_it_is_switched_off_or_not_installed(session, monkeypatch):
    asked = []
    monkeypatch.setattr(workflows, "recognise", lambda *_a, **_k: asked.append(1))
    monkeypatch.setattr(workflows, "can_recognise", lambda: False)
    PictureReader(session).add("1")
    monkeypatch.setattr(workflows, "can_recognise", lambda: True)
    session.settings = session.settings.with_capture(CaptureSettings(read_pictures=False))
    PictureReader(session).add("1")
    assert session.runner.tasks == ()
    assert asked == []


@pytest.fixture
def page(session, number, qtbot, qapp) -> ReviewPage:
    page = ReviewPage(session)
    qtbot.addWidget(page)
    page.resize(1024, 640)
    page.show()
    page.show_exhibit(number)
    return page


def test_what_was_read_later_is_offered_with_its_source(page, session, number, qtbot):
    offer = page.form.where.offer
    assert not offer.isVisible()
    session.vault.record(acts.text_recognised(number, ADDRESS))
    session.changed.emit()
    assert offer.isVisible()
    assert page.form.address.text() == ""
    assert "check every letter" in offer.button.accessibleDescription()
    assert ADDRESS in offer.button.accessibleDescription()
    offer.button.click()
    assert page.form.address.text() == ADDRESS
    assert not offer.isVisible()
    page.leave()
    qtbot.waitUntil(lambda: "address" in session.vault.read.exhibit(number).statements, timeout=WAIT)
    said = session.vault.read.exhibit(number).statements["address"]
    assert (said.value, said.source) == (ADDRESS, Source.READ_FROM_PICTURE)


def test_what_a_person_typed_is_not_offered_over(page, session, number):
    page.form.address.setText("https://chirrup.example/typed")
    page.form.address.changed.emit("https://chirrup.example/typed")
    session.vault.record(acts.text_recognised(number, ADDRESS))
    session.changed.emit()
    assert not page.form.where.offer.isVisible()
    assert page.form.address.text() == "https://chirrup.example/typed"


def test_what_the_clipboard_holds_is_offered_as_pasted(session, number, qtbot):
    QGuiApplication.clipboard().setText(f" {ADDRESS} ")
    page = ReviewPage(session)
    qtbot.addWidget(page)
    page.show()
    page.show_exhibit(number)
    offer = page.form.where.offer
    assert (offer.isVisible(), offer.source) == (True, Source.PASTED)
    workflows.state(session.vault, number, [Said("address", ADDRESS, Source.TYPED)])
    page.show_exhibit(number)
    assert not offer.isVisible()
    QGuiApplication.clipboard().clear()
