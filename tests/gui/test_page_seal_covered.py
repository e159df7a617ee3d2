"""The seal wizard: covered copies, several recipients at once, restricted fields. Real vaults and bundles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import policy, workflows
from evidence_app.bundle import layout
from evidence_app.bundle.content import read_opened
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import StoppedError, UserError
from evidence_app.records import Area, Contact, Cover, EntryKind, Progress, Role
from evidence_app.ui.pages import seal_data
from evidence_app.ui.pages.seal import CHECK, CONTENTS, SealWizard
from evidence_app.ui.pages.seal_data import CHAIR, HEAD, Choices
from evidence_app.ui.pages.seal_parcels import Contents, Parcel, Somebody, parcels
from evidence_app.vault.vault import Vault
from tests.bundles import opened as files_of
from tests.gui.people import People, press, show, two_people, until
from tests.windows import nameless, tab_order

UNION, LADO, LEAD = "union", "local_authority_officer", "safeguarding_lead"
COPY = "HXA/004"


@pytest.fixture
def people(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        found.introduce(found.helen, found.ruth)
        yield found


@pytest.fixture
def nadia(people: People) -> Iterator[Vault]:
    vault = people.person("Nadia Ellery", Role.STAFF)
    people.introduce(people.helen, vault)
    yield vault
    vault.abandon()


@pytest.fixture
def covered(people: People) -> str:
    made = workflows.cover(people.helen, "HXA/001", [Cover(Area(10, 10, 60, 20), "pupil_name")])
    assert made.number == COPY
    return made.number


def begun(qtbot: QtBot, people: People, answer: str = HEAD) -> SealWizard:
    page = SealWizard(people.session(people.helen))
    show(qtbot, page)
    page.start(people.incident)
    until(qtbot, lambda: page.contents.rows)
    page.who.answer.set_value(answer)
    return page


def tick(page: SealWizard, role: str, whom: str = "") -> None:
    """Tick a role and choose who that is; with a passphrase where nobody is named."""
    row = page.who.others.row(role)
    row.box.setChecked(True)
    select = row.select
    names = [
        data.name if isinstance(data := select.itemData(at), Contact) else "" for at in range(select.count())
    ]
    select.setCurrentIndex(names.index(whom))


def on(page: SealWizard, steps: int = 1) -> None:
    for _ in range(steps):
        page.wizard.next_button.click()


def sealed(people: People) -> list[dict[str, object]]:
    """What the record says of the bundles, the first one first."""
    return [dict(one.data) for one in reversed(people.helen.read.entries(EntryKind.BUNDLE_SEALED, limit=9))]


# --- covered copies -----------------------------------------------------------------------------------


def test_covered_copies_only_with_a_list_of_what_stays_out(
    qtbot: QtBot, people: People, covered: str
) -> None:
    page = begun(qtbot, people)
    on(page)
    contents = page.contents
    assert contents.covered.isVisible()
    assert contents.stays_out.isHidden()
    assert contents.outside.isHidden()
    assert contents.counted() == "4 of 4"
    contents.covered.answer.cards[0].setFocus()
    press(Qt.Key.Key_Down)
    assert contents.stays_out.isVisible()
    words = contents.stays_out.missing.text()
    assert "HXA/002 and HXA/003" in words
    assert "HXA/001" not in words
    assert "Cover parts" in words
    assert nameless(page) == []
    on(page, 2)
    until(qtbot, lambda: page.outcome)
    assert page.outcome is not None
    path = Path(page.outcome.bundle.path)
    verdict = workflows.verify_with_vault(people.ruth, path)
    assert [one.number for one in verdict.exhibits] == [covered]
    assert verdict.facts is not None
    assert verdict.facts.left_out == {
        "HXA/001": f"The original stays sealed; its copy {covered} is here",
        "HXA/002": "No covered copy was made",
        "HXA/003": "No covered copy was made",
    }
    (entry,) = sealed(people)
    assert entry["redacted_only"] is True


def test_where_nothing_is_covered_there_is_no_question(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    on(page)
    assert page.contents.covered.isHidden()
    assert page.wizard.next_button.isEnabled()


def test_a_copy_of_what_was_withdrawn_cannot_be_ticked(qtbot: QtBot, people: People, covered: str) -> None:
    workflows.withdraw(people.helen, "HXA/001", "The wrong window")
    page = begun(qtbot, people)
    on(page)
    row = page.contents.rows[3]
    assert row.exhibit.number == covered
    assert not row.box.isEnabled()
    assert "Its original HXA/001 was withdrawn" in row.kept_back


# --- several at once ----------------------------------------------------------------------------------


def test_whom_the_policy_tells_can_be_ticked_and_the_union_always(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    assert page.who.others.isHidden()
    page.who.more.click()
    (row,) = page.who.others.rows
    assert row.role == UNION
    assert row.box.hasFocus()
    assert "11.5" in row.box.accessibleDescription()
    assert "covered copies only" in row.box.accessibleDescription()
    workflows.state(people.helen, people.incident, {"harm_by_staff": "unknown", "radicalisation": "yes"})
    again = begun(qtbot, people)
    assert again.who.others.isVisible()
    assert [one.role for one in again.who.others.rows] == [LADO, LEAD, UNION]
    assert "12.6" in again.who.others.row(LEAD).box.accessibleDescription()
    assert "covered" not in again.who.others.row(LEAD).box.accessibleDescription()


def test_everybody_outside_gets_a_covered_bundle_that_nobody_else_learns_of(
    qtbot: QtBot, people: People, nadia: Vault, covered: str
) -> None:
    workflows.state(people.helen, people.incident, {"harm_by_staff": "unknown", "child_involved": "yes"})
    tom = people.person("Tom Garrick", Role.STAFF, "fourth")
    people.introduce(people.helen, tom)
    page = begun(qtbot, people)
    page.resize(1024, 640)
    tick(page, UNION, "Nadia Ellery")
    tick(page, LEAD, "Tom Garrick")
    tick(page, LADO)
    assert "3 bundles" in page.who.promise.accessibleName()
    on(page)
    assert "Local authority designated officer and Nadia Ellery" in page.contents.outside._title.text()
    on(page)
    assert page.wizard.next_button.text() == "Seal 3 bundles"
    on(page)
    until(qtbot, lambda: page.outcome)
    outcome = page.outcome
    assert outcome is not None
    assert outcome.failed == ()
    made = [outcome, *outcome.more]
    paths = [Path(one.bundle.path) for one in made]
    assert len({path.parent for path in paths}) == 1
    assert all("union" not in path.name.lower() for path in paths)
    keys: list[Identity | Passphrase] = [
        people.ruth.identity,
        tom.identity,
        Passphrase(made[1].passphrase),
        nadia.identity,
    ]
    inside = [files_of(path, key) for path, key in zip(paths, (keys[0], *keys[2:]), strict=True)]
    assert set(files_of(paths[0], tom.identity)) == set(inside[0])
    for path, able in zip(paths, ((0, 1), (2,), (3,)), strict=True):
        for key in (key for at, key in enumerate(keys) if at not in able):
            with pytest.raises(UserError):
                files_of(path, key)
    assert [entry["redacted_only"] for entry in sealed(people)] == [False, True, True]
    assert [entry["roles"] for entry in sealed(people)] == [["head", LEAD], [LADO], [UNION]]
    numbers = [{name.split("/")[2] for name in files if "/exhibits/" in name} for files in inside]
    assert numbers == [{"HXA-001", "HXA-002", "HXA-003", "HXA-004"}, {"HXA-004"}, {"HXA-004"}]
    hidden = ((b"Nadia",), (b"Nadia", b"Calloway", b"Garrick"), (b"Calloway",))
    for files, others in zip(inside, hidden, strict=True):
        said = b"".join(data for name, data in files.items() if name != layout.REPORT)
        assert not [name for name in others if name in said]
    QApplication.processEvents()
    assert page.done.horizontalScrollBar().maximum() == 0
    # The next time it is known who is who.
    again = begun(qtbot, people)
    assert again.who.contact() == people.helen.read.contact("Mrs Ruth Calloway")
    for role, name in ((LEAD, "Tom Garrick"), (UNION, "Nadia Ellery")):
        again.who.others.row(role).box.setChecked(True)
        somebody = again.who.others.row(role).somebody()
        assert somebody is not None
        assert somebody.name == name
    # Every passphrase is shown once.
    assert [grid.words() for grid in page.done.more_passphrases] == [tuple(made[1].passphrase.split())]
    assert made[1].passphrase not in repr(outcome)
    page.done.forget_passphrase()
    assert page.done.more_passphrases == []
    tom.abandon()


def test_for_the_union_alone(qtbot: QtBot, people: People, nadia: Vault, covered: str) -> None:
    page = begun(qtbot, people)
    page.who.more.click()
    tick(page, UNION, "Nadia Ellery")
    page.who.others.only.setChecked(True)
    assert "only for Nadia Ellery" in page.who.promise.accessibleName()
    on(page)
    assert page.contents.covered.isHidden()
    assert page.contents.counted(page.contents._first_only_copies()) == "1 of 4"
    on(page, 2)
    until(qtbot, lambda: page.outcome)
    (entry,) = sealed(people)
    assert (entry["sealed_for"], entry["redacted_only"], entry["reason"]) == (["Nadia Ellery"], True, "")


def test_originals_leave_the_school_only_with_a_reason(qtbot: QtBot, people: People, nadia: Vault) -> None:
    page = begun(qtbot, people)
    page.who.more.click()
    page.who.others.row(UNION).box.setChecked(True)
    assert page.wizard.note.text() == "Choose who the Union representative is to continue"
    tick(page, UNION, "Mrs Ruth Calloway")
    assert page.wizard.note.text() == "The same person is chosen twice"
    tick(page, UNION, "Nadia Ellery")
    on(page)
    # Nothing is covered, so there is nothing for her yet.
    assert page.wizard.step() == CONTENTS
    assert page.wizard.note.text() == "There is no covered copy yet: make one first"
    assert "HXA/001, HXA/002 and HXA/003" in page.contents.stays_out.missing.text()
    page.contents.outside.whole.click()
    assert page.contents.outside.why.input.hasFocus()
    assert page.wizard.note.text() == "Say why they need the originals to continue"
    page.contents.outside.why.setText("She advises me on the whole of it")
    on(page, 2)
    until(qtbot, lambda: page.outcome)
    first, second = sealed(people)
    assert (first["reason"], first["redacted_only"]) == ("", False)
    assert (second["reason"], second["redacted_only"]) == ("She advises me on the whole of it", False)


def test_the_headteacher_it_concerns_is_offered_in_no_other_role(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people, CHAIR)
    page.who.more.click()
    select = page.who.others.row(UNION).select
    assert [select.itemText(at) for at in range(select.count())] == ["No contact card: with a passphrase"]


def test_stopped_at_the_second_the_first_is_kept_and_it_is_said(
    people: People, nadia: Vault, covered: str
) -> None:
    known = {one.name: one for one in people.helen.read.contacts()}
    everyone = [Somebody("head", known["Mrs Ruth Calloway"]), Somebody(UNION, known["Nadia Ellery"])]
    todo = parcels(everyone[0], everyone[1:], Contents())

    def stop(step: Progress) -> None:
        if "(2 / 2)" in step.words:
            raise StoppedError("Stopped. Nothing was kept.")

    path = people.folder / "new" / "INC-001.evidence"
    outcome = seal_data.seal(people.helen, people.incident, Choices(HEAD, todo, "", path), stop)
    assert outcome.failed == (("Nadia Ellery", "Stopped. Nothing was kept."),)
    assert [one.name for one in path.parent.iterdir()] == ["INC-001.evidence"]
    assert len(sealed(people)) == 1


def test_all_are_looked_through_before_the_first_is_made(people: People, nadia: Vault) -> None:
    """Nothing is covered: the bundle for the union could not be made, so none is."""
    known = {one.name: one for one in people.helen.read.contacts()}
    todo = parcels(
        Somebody("head", known["Mrs Ruth Calloway"]), [Somebody(UNION, known["Nadia Ellery"])], Contents()
    )
    path = people.folder / "new" / "INC-001.evidence"
    with pytest.raises(UserError, match="no covered copy"):
        seal_data.seal(people.helen, people.incident, Choices(HEAD, todo, "", path))
    assert not path.parent.exists()
    assert sealed(people) == []


def test_a_bundle_holds_only_people_who_may_know_of_each_other() -> None:
    """Whatever is ticked: somebody outside is alone, and nobody outside gets what is restricted."""
    rules = policy.current()
    people = [Somebody(one.code, None) for one in rules.roles]
    contents = Contents(restricted=frozenset({"protected"}), restricted_why="It is about that")
    for parcel in parcels(people[0], people[1:], contents):
        assert isinstance(parcel, Parcel)
        assert len(parcel.people) == 1
        assert parcel.redacted_only is parcel.outside
        assert bool(parcel.restricted) is not parcel.outside


# --- what is restricted -------------------------------------------------------------------------------


def test_protected_characteristics_go_in_only_when_ticked_with_a_reason(
    qtbot: QtBot, people: People, nadia: Vault, covered: str
) -> None:
    workflows.state(people.helen, people.incident, {"protected": "religion"})
    page = begun(qtbot, people)
    page.who.more.click()
    tick(page, UNION, "Nadia Ellery")
    on(page)
    card = page.contents.restricted
    assert card.isVisible()
    assert not card.box.isChecked()
    assert "6.22" in card.box.accessibleDescription()
    assert card.box in tab_order()
    card.box.click()
    assert page.wizard.note.text() == "Say why the reader needs it to continue"
    card.why.setText("The posts are about her religion")
    on(page)
    assert page.wizard.step() == CHECK
    on(page)
    until(qtbot, lambda: page.outcome)
    assert [entry["restricted"] for entry in sealed(people)] == [["protected"], []]
    assert [entry["reason"] for entry in sealed(people)] == ["The posts are about her religion", ""]
    outcome = page.outcome
    assert outcome is not None
    told = []
    for one, key in zip((outcome, *outcome.more), (people.ruth.identity, nadia.identity), strict=True):
        files = files_of(Path(one.bundle.path), key)
        told.append("religion" in str([entry.data for entry in read_opened(files[layout.OPENED])]))
        assert b"The posts are about" not in b"".join(files.values())
    assert told == [True, False]


def test_without_a_tick_it_stays_out_and_without_a_word_there_is_no_question(
    qtbot: QtBot, people: People
) -> None:
    page = begun(qtbot, people)
    on(page)
    assert page.contents.restricted.isHidden()
    workflows.state(people.helen, people.incident, {"protected": "religion"})
    page = begun(qtbot, people)
    on(page, 3)
    until(qtbot, lambda: page.outcome)
    assert page.outcome is not None
    files = files_of(Path(page.outcome.bundle.path), people.ruth.identity)
    assert b"religion" not in b"".join(files.values())


@pytest.mark.parametrize("size", [(1024, 640), (1280, 768)])
def test_nothing_is_cut_off_sideways(
    qtbot: QtBot, people: People, nadia: Vault, covered: str, size: tuple[int, int]
) -> None:
    workflows.state(
        people.helen,
        people.incident,
        {"protected": "religion", "harm_by_staff": "yes", "child_involved": "yes"},
    )
    page = begun(qtbot, people)
    page.resize(*size)
    tick(page, UNION, "Nadia Ellery")
    tick(page, LADO)
    for shown in (page.who, page.contents, page.check):
        QApplication.processEvents()
        assert shown.horizontalScrollBar().maximum() == 0
        assert nameless(page) == []
        if shown is not page.check:
            on(page)


def test_a_wizard_that_was_left_has_everybody_and_everything_again(
    qtbot: QtBot, people: People, nadia: Vault, covered: str
) -> None:
    workflows.state(people.helen, people.incident, {"protected": "religion", "harm_by_staff": "yes"})
    page = begun(qtbot, people)
    tick(page, UNION, "Nadia Ellery")
    tick(page, LADO)
    on(page)
    page.contents.covered.answer.set_value("copies")
    page.contents.outside.whole.setChecked(True)
    page.contents.outside.why.setText("She advises me")
    page.contents.restricted.box.setChecked(True)
    page.contents.restricted.why.setText("It is about that")
    on(page)
    assert page.wizard.step() == CHECK
    before = page._parcels()
    page.leave()
    again = SealWizard(people.session(people.helen))
    show(qtbot, again)
    again.start(people.incident)
    until(qtbot, lambda: again.wizard.step() == CHECK)
    assert again._parcels() == before
    assert len(before) == 3
