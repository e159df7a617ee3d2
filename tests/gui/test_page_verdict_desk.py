"""The verification page at the desk: receiving, and showing what is kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.errors import DamagedError
from evidence_app.records import BundleState, EntryKind, Role
from evidence_app.ui.pages import verdict_data, verdict_sent
from evidence_app.ui.pages.verdict_data import Where
from evidence_app.ui.pages.verdict_faces import Face
from evidence_app.ui.pages.verdict_sent import Opened
from evidence_app.ui.pages.verdict_view import EvidenceView
from evidence_app.ui.widgets import Button, MenuButton
from evidence_app.vault.vault import Vault
from evidence_app.workflows.sent import Sending
from tests.desks import open_incident
from tests.gui.people import People, png, press, show, tab_to, until
from tests.gui.states import pictured
from tests.gui.verdicts import altered, checked, notice, page_of, place_in, settled, words_on
from tests.windows import at, name_of

pytest_plugins = ["tests.gui.verdict_fixtures"]

WORDS = "harbour pencil meadow violin copper"


# --- receiving ------------------------------------------------------------------------------------


def test_a_headteacher_receives_and_the_same_file_is_recognised(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    page = page_of(qtbot, people, people.session(people.ruth))
    with qtbot.waitSignal(page.kept, timeout=30_000) as kept:
        page.check(bundle)
    assert kept.args == ["RCV-001"]
    settled(qtbot, people)
    row = people.ruth.read.received_bundle("RCV-001")
    assert row.state is BundleState.INTACT
    assert [one.number for one in people.ruth.read.received_exhibits("RCV-001")] == list(row.exhibits)
    assert page.result is not None
    assert page.result.notices == []
    assert "RCV-001" in words_on(page)
    assert page.result.panel is not None

    other = page_of(qtbot, people, people.session(people.ruth))
    copy = people.folder / "the same under another name.evidence"
    copy.write_bytes(bundle.read_bytes())
    again: list[str] = []
    other.kept.connect(again.append)
    checked(qtbot, people, other, copy)
    said = notice(other).accessibleName()
    assert said.startswith("Received before on ")
    assert "kept as RCV-001" in said
    assert "On arrival: Intact." in said
    assert other.banner is not None
    assert other.banner.kind == "ok"
    assert again == []
    assert len(people.ruth.read.received()) == 1


def test_received_again_after_confirming_shows_todays_answer(qtbot: QtBot, people: People) -> None:
    nadia = people.person("Nadia Ellery", Role.STAFF)
    try:
        nadia_bundle = _sealed_by(people, nadia)
        session = people.session(people.ruth)
        first = page_of(qtbot, people, session)
        assert checked(qtbot, people, first, nadia_bundle).face is Face.SENDER_NOT_CONFIRMED
        people.introduce(people.ruth, nadia)
        second = page_of(qtbot, people, session)
        assert checked(qtbot, people, second, nadia_bundle).face is Face.INTACT
        assert "On arrival: Intact, sender not confirmed." in notice(second).accessibleName()
        row = people.ruth.read.received_bundle("RCV-001")
        assert (row.state, row.latest_state) == (BundleState.SENDER_NOT_CONFIRMED, BundleState.INTACT)
    finally:
        nadia.abandon()


def _sealed_by(people: People, sender: Vault) -> Path:
    from evidence_app.records import Picture
    from tests.gui.people import observed

    open_incident(sender, "A letter")
    workflows.keep(sender, Picture(png(9), observed()), "INC-001")
    out = people.folder / "nadia.evidence"
    wanted = workflows.Wanted("INC-001", contacts=(people.introduce(sender, people.ruth),))
    workflows.seal_bundle(sender, wanted, out)
    return out


def test_a_member_of_staff_only_checks_until_it_is_to_be_kept(
    qtbot: QtBot, people: People, tom: Vault
) -> None:
    bundle = people.seal(contacts=(people.introduce(people.helen, tom),))
    page = page_of(qtbot, people, people.session(tom))
    acts = checked(qtbot, people, page, bundle)
    assert tom.read.received() == ()
    assert len(tom.read.entries(EntryKind.BUNDLE_CHECKED)) == 1
    assert page.result is not None
    assert page.result.panel is None
    assert acts.keep is not None
    assert acts.keep.kind == "secondary"
    assert isinstance(acts.more, MenuButton)
    forward = acts.more.act_named("Forward")
    assert not forward.isEnabled()
    assert "Keep the bundle" in forward.toolTip()
    tab_to(acts.keep)
    with qtbot.waitSignal(page.kept, timeout=30_000):
        press(Qt.Key.Key_Return)
    settled(qtbot, people)
    assert [one.reference for one in tom.read.received()] == ["RCV-001"]
    assert page.acts is not None
    assert page.acts.keep is None
    assert page.result is not None
    assert page.result.panel is not None


def test_an_opened_folder_is_only_checked(qtbot: QtBot, people: People) -> None:
    folder = people.folder / "opened"
    workflows.unlocked_copy(people.seal(), folder, [people.ruth.identity])
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, folder / "bundle")
    assert acts.face is Face.INTACT
    assert acts.keep is None
    assert people.ruth.read.received() == ()


def test_what_is_kept_is_shown_without_the_file(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    workflows.receive(people.ruth, bundle)
    bundle.unlink()
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, "RCV-001")
    assert acts.face is Face.INTACT
    assert page.result is not None
    assert page.result.notices == []
    acts.view.click()  # type: ignore[union-attr]
    assert page.view is not None
    page.view.first().click()  # type: ignore[attr-defined]
    until(qtbot, lambda: page.view is not None and page.view.shown() == "HXA/001")
    reading = page.view.reading
    until(qtbot, lambda: page.viewport().rect().contains(place_in(reading.hide_button, page)))
    pictured(page, "evidence-shown")
    viewed = people.ruth.read.entries(EntryKind.EXHIBIT_VIEWED)
    assert [(one.data["received"], one.data["number"]) for one in viewed] == [("RCV-001", "HXA/001")]


def test_the_unchanged_exhibits_of_a_kept_altered_bundle_can_be_seen(qtbot: QtBot, people: People) -> None:
    path = altered(people, people.seal())
    workflows.receive(people.ruth, path)
    path.unlink()
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, "RCV-001")
    assert acts.view is not None
    assert acts.view.text() == "View the 2 unchanged exhibits"
    acts.view.click()
    assert page.view is not None
    assert set(page.view.thumbs) == {"HXA/001", "HXA/003"}
    page.view.thumbs["HXA/003"].button.click()
    until(qtbot, lambda: page.view is not None and page.view.shown() == "HXA/003")


def test_a_kept_damaged_bundle_is_shown_as_that(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    bundle.write_bytes(bundle.read_bytes()[:-2000])
    workflows.receive(people.ruth, bundle)
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, "RCV-001")
    assert acts.face is Face.DAMAGED
    assert isinstance(page.error, DamagedError)
    assert acts.view is None
    assert "RCV-001" in words_on(page)


def test_a_kept_file_that_is_gone_is_no_answer_about_the_bundle(qtbot: QtBot, people: People) -> None:
    row = workflows.receive(people.ruth, people.seal()).row
    for path in people.ruth.folder.rglob(f"{row.stored.object_id}*"):
        path.unlink()
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, "RCV-001")
    assert acts.face is Face.NOT_CHECKED
    assert page.banner is not None
    assert page.banner.kind == "neutral"
    assert page.verdict is None
    assert "RCV-001" in words_on(page)
    assert isinstance(at(), Button)
    assert name_of(at()) == "Check it again"


def test_a_kept_bundle_with_a_passphrase_asks_for_it_again(qtbot: QtBot, people: People) -> None:
    bundle = people.seal("words.evidence", passphrase=WORDS)
    page = page_of(qtbot, people, people.session(people.ruth))
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.check(bundle)
    assert page.passphrase is not None
    page.passphrase.setText(WORDS)
    with qtbot.waitSignal(page.shown, timeout=30_000):
        press(Qt.Key.Key_Return)
    assert page.verdict is not None
    settled(qtbot, people)

    later = page_of(qtbot, people, people.session(people.ruth))
    with qtbot.waitSignal(later.shown, timeout=30_000):
        later.show_received("RCV-001")
    assert later.passphrase is not None
    assert later.verdict is None
    later.passphrase.setText(WORDS)
    with qtbot.waitSignal(later.shown, timeout=30_000):
        press(Qt.Key.Key_Return)
    assert later.verdict is not None
    assert later.verdict.unchanged


def test_the_sender_of_a_kept_bundle_is_confirmed_without_the_file(qtbot: QtBot, people: People) -> None:
    nadia = people.person("Nadia Ellery", Role.STAFF)
    try:
        bundle = _sealed_by(people, nadia)
        workflows.receive(people.ruth, bundle)
        bundle.unlink()
        page = page_of(qtbot, people, people.session(people.ruth))
        checked(qtbot, people, page, "RCV-001")
        assert page.confirm is not None
        page.confirm.question.how.set_value("by telephone")
        page.confirm.question.yes.click()
        until(qtbot, lambda: page.banner is not None and page.banner.kind == "ok")
        contact = people.ruth.read.contact("Nadia Ellery")
        assert contact.confirmed_how == "by telephone"
        assert contact.recipient == nadia.identity.recipient.to_string()
    finally:
        nadia.abandon()


# --- pictures -------------------------------------------------------------------------------------


def test_pictures_are_decoded_off_the_windows_thread(
    qtbot: QtBot, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = people.seal()
    verdict = workflows.verify_with_vault(people.ruth, bundle)
    seen: list[int] = []
    real = verdict_sent.open_one

    def read(sending: Sending, number: str) -> Opened:
        seen.append(threading.get_ident())
        return real(sending, number)

    monkeypatch.setattr(verdict_sent, "open_one", read)
    sending = verdict_data.sending(people.ruth, Where(bundle))
    view = EvidenceView(people.runner, sending, verdict.exhibits, recorded=False)
    show(qtbot, view, 900)
    view.thumbs["HXA/002"].button.click()
    until(qtbot, lambda: view.shown() == "HXA/002")
    assert len(seen) == 1
    assert threading.get_ident() not in seen
