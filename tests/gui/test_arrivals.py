"""Files that come to the window: dropped anywhere, opened by a double-click, waiting until it is unlocked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from evidence_app import app, paths, settings, workflows
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui import arrivals
from evidence_app.ui.arrivals import Kind
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.bring_in import BringInPage
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.shell import Shell
from evidence_app.vault.vault import Vault
from tests.dragging import drop, leave, over
from tests.receipts import Exchange, again
from tests.windows import idle

pytest_plugins = ["tests.receipt_fixtures"]


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., Shell]]:
    """A window, unlocked where a vault is given. The vault stays open for the fixture that made it."""
    made: list[Shell] = []

    def build(vault: Vault | None = None, loaded: Settings | None = None) -> Shell:
        settings.save(loaded or Settings(), paths.user_config_dir())
        shell = app.make_shell(qapp)
        made.append(shell)
        shell.show()
        if vault is not None:
            shell._unlocked(vault)
            idle(qtbot, shell.runner)
        return shell

    yield build
    for shell in made:
        shell.session = None
        shell.shut_down()
        shell.close()
        shell.deleteLater()


def desk_of(shell: Shell) -> Desk:
    found = shell.pages.widget(0)
    assert isinstance(found, Desk)
    return found


def told(qtbot: QtBot, shell: Shell) -> str:
    """The one message that is shown; it is closed."""
    qtbot.waitUntil(lambda: any(box.isVisible() for box in shell.findChildren(QMessageBox)), timeout=20_000)
    (box,) = (box for box in shell.findChildren(QMessageBox) if box.isVisible())
    words = box.text()
    box.accept()
    return words


def verdict_of(qtbot: QtBot, shell: Shell) -> VerdictPage:
    page = desk_of(shell).sections.currentWidget()
    assert isinstance(page, VerdictPage)
    qtbot.waitUntil(lambda: page.verdict is not None or page.error is not None, timeout=30_000)
    idle(qtbot, shell.runner)
    return page


# --- what a file is -------------------------------------------------------------------------------


def test_kinds_are_told_by_name_and_folders_by_what_they_hold(exchange: Exchange) -> None:
    copy = exchange.folder / "copy"
    workflows.unlocked_copy(exchange.bundle, copy, [exchange.ruth.identity])
    renamed = exchange.folder / "My records"
    exchange.helen.folder.rename(renamed)
    try:
        assert [
            arrivals.kind_of(one)
            for one in (
                exchange.bundle,
                exchange.receipt,
                exchange.card,
                exchange.folder / "X.EVIDENCE",
                copy,
                renamed,
            )
        ] == [Kind.BUNDLE, Kind.RECEIPT, Kind.CARD, Kind.BUNDLE, Kind.BUNDLE, Kind.VAULT]
        assert arrivals.kind_of(exchange.folder) is Kind.OTHER
        assert arrivals.kind_of(exchange.folder / "letter.pdf") is Kind.OTHER
        assert arrivals.bundle_in(copy) == copy / "bundle"
    finally:
        renamed.rename(exchange.helen.folder)


# --- dropping -------------------------------------------------------------------------------------


def test_a_receipt_dropped_anywhere_is_recorded_and_its_incident_shown(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window(exchange.helen)
    desk_of(shell).show_section("help")
    assert over(shell, [exchange.receipt])
    assert shell.veil.isVisible()
    assert shell.veil.accessibleName() == "Let go to record this receipt"
    assert drop(shell.veil, exchange.receipt) is Qt.DropAction.CopyAction, "a move would take the file away"
    assert not shell.veil.isVisible()
    qtbot.waitUntil(lambda: bool(exchange.helen.read.receipts()), timeout=20_000)
    idle(qtbot, shell.runner)
    page = desk_of(shell).incidents
    assert page.isVisible()
    assert page.reference() == "INC-001"
    assert page.notice.isVisible()
    assert page.notice.accessibleName().startswith("Receipt recorded. Received by Mrs Ruth Calloway on ")
    before = exchange.helen.head
    drop(shell, exchange.receipt)
    qtbot.waitUntil(lambda: "recorded before" in page.notice.accessibleName(), timeout=20_000)
    assert exchange.helen.head == before


def test_a_receipt_that_is_refused_is_one_sentence_and_nothing_is_recorded(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window(exchange.helen)
    before = exchange.helen.head
    data = exchange.receipt.read_bytes()
    for name, content, words in (
        ("own", again(data, exchange.helen.signing_key), "this vault itself"),
        ("broken", data.replace(b"confirmed", b"unknown", 1), "signature does not fit"),
        ("no", b"something else", "not an Evidence receipt"),
        (
            "other",
            again(data, exchange.ruth.signing_key, bundle_id="00000000-0000-4000-8000-000000000000"),
            "not sealed in this vault",
        ),
    ):
        path = exchange.folder / f"{name}.evidence-receipt"
        path.write_bytes(content)
        drop(shell, path)
        assert words in told(qtbot, shell)
    assert exchange.helen.head == before


def test_several_files_are_taken_one_after_the_other(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    other = exchange.folder / "again.evidence"
    other.write_bytes(exchange.bundle.read_bytes())
    shell = window(exchange.ruth)
    both = [exchange.bundle, other]
    assert over(shell, both)
    assert shell.veil.accessibleName() == "Let go to take 2 files, one after the other"
    drop(shell.veil, *both)
    page = verdict_of(qtbot, shell)
    assert page.found is not None
    assert not page.found.again
    assert shell.incoming.bar.isVisible()
    assert shell.incoming.bar.accessibleName() == "again.evidence is waiting."
    shell.incoming.bar.next_button.click()
    page = verdict_of(qtbot, shell)
    assert page.found is not None
    assert page.found.again, "the same file is recognised"
    assert not shell.incoming.bar.isVisible()


def test_a_receipt_and_a_bundle_together_leave_the_bundle_waiting(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window(exchange.helen)
    letter = exchange.folder / "letter.pdf"
    letter.write_bytes(b"%PDF-")
    drop(shell, exchange.bundle, letter, exchange.receipt)
    qtbot.waitUntil(lambda: bool(exchange.helen.read.receipts()), timeout=20_000)
    idle(qtbot, shell.runner)
    page = shell.pages.currentWidget()
    assert isinstance(page, BringInPage)
    assert [row.name for row in page.list.rows()] == ["letter.pdf"]
    page.leave_page()
    assert desk_of(shell).incidents.notice.isVisible()
    assert shell.incoming.waiting == (exchange.bundle,)
    shell.incoming.bar.leave_link.click()
    assert not shell.incoming.bar.isVisible()


def test_a_card_dropped_anywhere_opens_contacts(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window(exchange.helen)
    drop(shell, exchange.card)
    qtbot.waitUntil(lambda: len(exchange.helen.read.contacts()) == 2, timeout=20_000)
    idle(qtbot, shell.runner)
    assert desk_of(shell).sidebar.current() == "contacts"


def test_what_is_not_ours_is_refused_before_a_vault_is_open(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window()
    assert over(shell, [exchange.folder / "letter.pdf"])
    assert shell.veil.accessibleName() == "This cannot be dropped here"
    drop(shell.veil, exchange.folder / "letter.pdf")
    words = told(qtbot, shell)
    assert "letter.pdf" in words
    assert "Nothing was changed." in words
    for suffix in (".evidence)", ".evidence-receipt", ".evidence-contact", "folder of a vault"):
        assert suffix in words


def test_unfinished_work_is_not_left_for_a_drop(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window(exchange.helen)
    shell._review("HXA/001")
    idle(qtbot, shell.runner)
    assert over(shell, [exchange.receipt])
    assert shell.veil.accessibleName().startswith("Finish what is open first")
    drop(shell.veil, exchange.receipt)
    assert "Nothing was changed." in told(qtbot, shell)
    assert isinstance(shell.pages.currentWidget(), ReviewPage)
    assert exchange.helen.read.receipts() == ()


def test_a_drag_that_leaves_again_changes_nothing(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window(exchange.helen)
    before = exchange.helen.head
    over(shell, [exchange.receipt])
    leave(shell)  # the veil lies over the window now, and takes over
    over(shell.veil, [exchange.receipt])
    QApplication.processEvents()
    assert shell.veil.isVisible()
    leave(shell.veil)
    assert not shell.veil.isVisible()
    over(shell, [exchange.receipt])
    leave(shell)
    QApplication.processEvents()
    assert not shell.veil.isVisible()
    assert exchange.helen.head == before


def test_a_place_for_receipts_leaves_other_files_to_the_window(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window(exchange.helen)
    page = desk_of(shell).receipts
    desk_of(shell).show_section("receipts")
    idle(qtbot, shell.runner)
    with qtbot.waitSignal(page.record_requested) as asked:
        drop(page.zone, exchange.receipt)
    assert asked.args == [str(exchange.receipt)]
    with qtbot.assertNotEmitted(page.record_requested):
        drop(page.zone, exchange.card)
        drop(page.zone, exchange.receipt, exchange.receipt)
    idle(qtbot, shell.runner)
    contacts = desk_of(shell).contacts
    desk_of(shell).show_section("contacts")
    drop(contacts.zone, exchange.receipt)
    idle(qtbot, shell.runner)
    assert len(exchange.helen.read.receipts()) == 1
    assert len(exchange.helen.read.contacts()) == 2


# --- opened by a double-click ---------------------------------------------------------------------


def test_a_receipt_waits_until_the_vault_is_unlocked(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    recent = RecentVault(str(exchange.helen.folder), "Helen Ashdown", "", "staff", "")
    shell = window(loaded=Settings(recent=(recent,)))
    shell.open_path(exchange.receipt)
    assert isinstance(shell.pages.currentWidget(), UnlockPage)
    assert shell.incoming.bar.accessibleName() == "Unlock your vault to go on with one.evidence-receipt."
    assert not shell.incoming.bar.next_button.isVisible()
    shell._unlocked(exchange.helen)
    qtbot.waitUntil(lambda: bool(exchange.helen.read.receipts()), timeout=20_000)
    idle(qtbot, shell.runner)
    assert not shell.incoming.bar.isVisible()
    assert desk_of(shell).incidents.notice.isVisible()


def test_a_bundle_that_needs_the_vault_is_checked_once_it_is_unlocked(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    shell = window(loaded=Settings(recent=(RecentVault(str(exchange.ruth.folder), "Ruth", "", "head", ""),)))
    shell.open_path(exchange.bundle)
    page = shell.pages.currentWidget()
    assert isinstance(page, VerdictPage)
    idle(qtbot, shell.runner)
    page.back.click()
    assert shell.incoming.bar.accessibleName() == "Unlock your vault to go on with one.evidence."
    shell._unlocked(exchange.ruth)
    found = verdict_of(qtbot, shell)
    assert found.verdict is not None
    assert found.verdict.unchanged


def test_a_vault_is_offered_for_unlocking_and_never_beside_another(
    qtbot: QtBot, exchange: Exchange, window: Callable[..., Shell]
) -> None:
    first = window()
    assert isinstance(first.pages.currentWidget(), SetupWizard)
    drop(first, exchange.ruth.folder)
    page = first.pages.currentWidget()
    assert isinstance(page, UnlockPage)
    assert page._path == str(exchange.ruth.folder)
    other = window(exchange.helen)
    drop(other, exchange.ruth.folder)
    assert "Lock it first" in told(qtbot, other)
