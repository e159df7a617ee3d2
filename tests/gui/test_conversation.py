"""The whole conversation in two real windows: card, bundle, verdict, receipt, and "Received by … on …".

Everything comes to the windows as it comes to people's: a file is dropped. The second time the sender's
record was rewritten in between.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from evidence_app import app, workflows
from evidence_app.bundle.dates import day_and_time
from evidence_app.records import BundleState, EntryKind, Role, SenderStatus
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui import theme
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.confirm_sender import WordsQuestion
from evidence_app.ui.pages.register import RegisterPage
from evidence_app.ui.pages.seal import SealWizard
from evidence_app.ui.pages.timeline_rows import NoteRow
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.pages.verdict_faces import Face
from evidence_app.ui.shell import Shell
from evidence_app.ui.widgets import Button, Chip, Text
from evidence_app.ui.widgets.checks import Radio
from evidence_app.vault import acts, check, vault
from evidence_app.vault.vault import Vault
from tests.desks import open_incident, picture
from tests.dragging import drop, over
from tests.vaults import PASSPHRASE, light_key_slots

LEFT = Qt.MouseButton.LeftButton


@dataclass
class Person:
    """Somebody's window and the folder of their vault."""

    qtbot: QtBot
    folder: Path
    shell: Shell

    @property
    def vault(self) -> Vault:
        assert self.shell.session is not None
        return self.shell.session.vault

    @property
    def desk(self) -> Desk:
        found = self.shell.pages.widget(0)
        assert isinstance(found, Desk)
        return found

    def until(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=30_000)

    def settled(self) -> None:
        for _ in range(2):
            self.until(lambda: not self.shell.runner.tasks)
            QApplication.processEvents()

    def click(self, button: QWidget) -> None:
        self.until(button.isEnabled)
        self.qtbot.mouseClick(button, LEFT)

    def drops(self, path: Path) -> None:
        """Drag a file over the window until it says so, and let go."""
        assert over(self.shell, [path])
        drop(self.shell.veil, path)
        self.settled()

    def answers(self, page: QWidget, words: tuple[str, ...]) -> None:
        """The question whose key it is: the words were read out, and are the same."""
        self.until(lambda: any(one.isVisible() for one in page.findChildren(WordsQuestion)))
        (question,) = (one for one in page.findChildren(WordsQuestion) if one.isVisible())
        assert QApplication.focusWidget() is not question.yes, "never on Yes"
        assert question.words.words() == words
        self.click(next(one for one in question.how.findChildren(Radio) if one.text() == "In person"))
        self.click(question.yes)
        self.settled()

    def verdict(self) -> VerdictPage:
        page = self.desk.sections.currentWidget()
        assert isinstance(page, VerdictPage)
        self.until(lambda: page.verdict is not None or page.error is not None)
        self.settled()
        return page

    def leaves(self) -> None:
        """The window is closed, and with it the vault locked."""
        self.shell.shut_down()
        self.shell.close()


def name(widget: QWidget) -> str:
    return widget.accessibleName()


def words_on(page: QWidget) -> str:
    return "\n".join(one.text() for one in page.findChildren(Text) if one.isVisibleTo(page))


def count(person: Person, section: str) -> str:
    model = person.desk.sidebar.list.model()
    spoken = [
        str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())
    ]
    return next(words for words in spoken if words.startswith(section)).partition(", ")[2]


@pytest.fixture
def people(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[str, Role], Person]]:
    """Makes a person with a vault, and opens the window of one who has it, as the program does."""
    theme.apply(qapp, False)
    made: list[Person] = []

    def meet(who: str, role: Role) -> Person:
        folder = tmp_path / f"{who.rpartition(' ')[2].lower()}.evidence-vault"
        if not folder.exists():
            with light_key_slots():
                vault.create(folder, name=who, role=role, school="Larkmere Academy", passphrase=PASSPHRASE)[
                    0
                ].close()
        recent = RecentVault(str(folder), who, "Larkmere Academy", role.value, "")
        shell = Shell(Settings(recent=(recent,)), tmp_path / "settings")
        person = Person(qtbot, folder, shell)
        made.append(person)
        shell.show()
        page = shell.pages.currentWidget()
        assert isinstance(page, UnlockPage)
        qtbot.keyClicks(page.passphrase.input, PASSPHRASE)
        qtbot.keyClick(page.passphrase.input, Qt.Key.Key_Return)
        person.until(lambda: shell.session is not None)
        person.settled()
        return person

    app.make_application()
    yield meet
    for person in made:
        person.leaves()
        person.shell.deleteLater()


def exchange_cards(helen: Person, ruth: Person, folder: Path) -> None:
    """Each gives the other a card, and each compares the eight words in person."""
    for giver, taker in ((helen, ruth), (ruth, helen)):
        card = folder / f"{giver.vault.owner.initials}.evidence-contact"
        giver.desk.contacts.save_card(str(card))
        giver.until(card.exists)
        giver.settled()
        taker.drops(card)
        assert taker.desk.sidebar.current() == "contacts"
        taker.answers(taker.desk.contacts, giver.desk.contacts.own_words.words())
        assert [one.confirmed_how for one in taker.vault.read.contacts()] == ["in person"]
    kinds = [entry.kind for entry in ruth.vault.read.entries(limit=2)]
    assert kinds == [EntryKind.CONTACT_CONFIRMED, EntryKind.CONTACT_ADDED]


def captures(helen: Person) -> None:
    open_incident(helen.vault, "Anonymous posts about my Year 9 lessons")
    for shade in (10, 20):
        workflows.keep(helen.vault, picture(shade), "INC-001")
    helen.desk.session.changed.emit()
    helen.desk.show_section("incidents")
    helen.settled()


def seals(helen: Person, out: Path) -> None:
    """Through the wizard, for the headteacher."""
    helen.desk.show_section("incidents")
    helen.settled()
    helen.click(helen.desk.incidents.head.seal_button)
    wizard = helen.shell.pages.currentWidget()
    assert isinstance(wizard, SealWizard)
    helen.until(lambda: wizard.contents.rows)
    wizard.who.answer.set_value("no")
    for _ in range(2):
        helen.click(wizard.wizard.next_button)
    wizard.check.target.setText(str(out))
    helen.click(wizard.wizard.next_button)
    helen.until(lambda: wizard.outcome)
    helen.settled()
    helen.click(wizard.wizard.next_button)
    helen.settled()


def notes(helen: Person) -> list[NoteRow]:
    return [row for row in helen.desk.incidents.timeline._rows.rows if isinstance(row, NoteRow)]


def test_from_the_card_to_received_by(
    people: Callable[[str, Role], Person], tmp_path: Path, qtbot: QtBot
) -> None:
    helen, ruth = people("Helen Ashdown", Role.STAFF), people("Mrs Ruth Calloway", Role.HEAD)
    exchange_cards(helen, ruth, tmp_path)
    captures(helen)
    bundle = tmp_path / "INC-001.evidence"
    seals(helen, bundle)
    (sealed,) = notes(helen)
    assert sealed.rest.endswith("No receipt yet, sealed today.")

    ruth.drops(bundle)
    page = ruth.verdict()
    assert page.banner is not None
    assert page.banner.sentence.text() == (
        "This bundle is intact.\nNothing has changed since Helen Ashdown sealed it."
    )
    assert page.found is not None
    assert page.found.row is not None
    assert page.found.row.reference == "RCV-001"
    assert (count(ruth, "Received bundles"), count(ruth, "Receipts")) == ("1", "0")
    receipt = tmp_path / "INC-001.evidence-receipt"
    assert page.acts is not None
    page.acts.issue_to(receipt)
    ruth.settled()
    assert receipt.exists()
    assert count(ruth, "Receipts") == "1"
    page.back.click()
    ruth.settled()
    register = ruth.desk.reading
    assert isinstance(register, RegisterPage)
    assert [one.receipt.number for one in register.register.rows if one.receipt] == ["R-0001"]

    helen.desk.show_section("help")
    helen.drops(receipt)
    (row,) = helen.vault.read.receipts()
    received = f"Received by Mrs Ruth Calloway on {day_and_time(row.at)}."
    assert helen.desk.incidents.isVisible()
    assert name(helen.desk.incidents.notice) == f"Receipt recorded. {received}"
    said, sealed = notes(helen)
    assert (said.head, said.kind) == (received, "ok")
    assert "No receipt" not in sealed.rest
    helen.desk.incidents.timeline.receipt_opened.emit(said.receipt)
    helen.settled()
    banner = helen.desk.receipts.view.banner
    assert banner is not None
    assert banner.sentence.text() == received
    assert row.signer is SenderStatus.CONFIRMED

    # And back in Ruth's register, what she was given opens again from there.
    register.table.opened.emit("RCV-001")
    again = ruth.verdict()
    assert again.verdict is not None
    assert again.verdict.unchanged
    for person in (helen, ruth):
        assert check.check(person.vault).problems == ()


def test_a_record_that_was_rewritten_in_between_is_caught_with_its_date(
    people: Callable[[str, Role], Person], tmp_path: Path, qtbot: QtBot
) -> None:
    helen, ruth = people("Helen Ashdown", Role.STAFF), people("Mrs Ruth Calloway", Role.HEAD)
    exchange_cards(helen, ruth, tmp_path)
    captures(helen)
    helen.leaves()
    older = tmp_path / "older"
    shutil.copytree(helen.folder, older)
    helen = people("Helen Ashdown", Role.STAFF)
    seals(helen, tmp_path / "one.evidence")
    ruth.drops(tmp_path / "one.evidence")
    page = ruth.verdict()
    assert page.acts is not None
    receipt = tmp_path / "one.evidence-receipt"
    page.acts.issue_to(receipt)
    ruth.settled()
    helen.drops(receipt)
    assert len(helen.vault.read.receipts()) == 1
    helen.leaves()

    # The vault is put back to what it was, and goes on differently.
    shutil.rmtree(helen.folder)
    older.rename(helen.folder)
    helen = people("Helen Ashdown", Role.STAFF)
    for number in range(12):
        helen.vault.record(acts.incident_opened(f"Another story {number}"))
    helen.drops(receipt)
    (box,) = (one for one in helen.shell.findChildren(QMessageBox) if one.isVisible())
    assert "is not what it holds" in box.text()
    box.accept()
    assert helen.vault.read.receipts() == ()
    helen.desk.incidents.select("INC-001")
    helen.settled()
    seals(helen, tmp_path / "two.evidence")

    ruth.drops(tmp_path / "two.evidence")
    page = ruth.verdict()
    assert page.found is not None
    assert page.found.row is not None
    assert (page.found.row.reference, page.found.row.state) == ("RCV-002", BundleState.IN_CONFLICT)
    assert page.acts is not None
    assert page.acts.face is Face.IN_CONFLICT
    assert page.banner is not None
    assert page.banner.kind == "warn"
    assert "it does not agree with what Helen Ashdown sent you before" in page.banner.sentence.text()
    assert page.verdict is not None
    assert page.verdict.differs is not None
    seen = day_and_time(page.verdict.differs.first.seen_at)
    chips = [one.text() for one in page.findChildren(Chip)]
    assert f"Differs from what you saw on {seen}" in chips
    assert [one.text() for one in page.findChildren(Button) if one.kind == "primary"] == ["Ask about it"]
    page.back.click()
    ruth.settled()
    register = ruth.desk.reading
    assert isinstance(register, RegisterPage)
    states = {one.reference: one.row.state for one in register.register.rows}
    assert states == {"RCV-001": BundleState.INTACT, "RCV-002": BundleState.IN_CONFLICT}
