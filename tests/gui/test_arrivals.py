"""Files that come to the window: dropped anywhere, opened by a double-click, waiting until it is unlocked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from evidence_app import app, paths, settings, workflows
from evidence_app.records import Role
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui import arrivals
from evidence_app.ui.arrivals import Kind
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.shell import Shell
from evidence_app.vault.vault import Vault
from tests.desks import desk, seal, teacher_and_head
from tests.dragging import drop, leave, over
from tests.receipts import again, issued
from tests.windows import idle

NOT_OURS = "not a kind of file that Evidence knows"


@dataclass
class Files:
    """Helen's and Ruth's vaults, with a bundle, a receipt and a card on disk."""

    folder: Path
    helen: Vault
    ruth: Vault
    bundle: Path
    receipt: Path
    card: Path


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    with teacher_and_head(tmp_path) as (helen, ruth):
        bundle, receipt = seal(helen, tmp_path / "one.evidence"), tmp_path / "one.evidence-receipt"
        issued(ruth, bundle, receipt)
        with desk(tmp_path / "alan.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan:
            card = tmp_path / "alan.evidence-contact"
            workflows.write_new_file(card, workflows.own_card(alan))
        yield Files(tmp_path, helen, ruth, bundle, receipt, card)


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


def test_kinds_are_told_by_name_and_folders_by_what_they_hold(files: Files) -> None:
    copy = files.folder / "copy"
    workflows.unlocked_copy(files.bundle, copy, [files.ruth.identity])
    renamed = files.folder / "My records"
    files.helen.folder.rename(renamed)
    try:
        assert [
            arrivals.kind_of(one)
            for one in (files.bundle, files.receipt, files.card, files.folder / "X.EVIDENCE", copy, renamed)
        ] == [Kind.BUNDLE, Kind.RECEIPT, Kind.CARD, Kind.BUNDLE, Kind.BUNDLE, Kind.VAULT]
        assert arrivals.kind_of(files.folder) is Kind.OTHER
        assert arrivals.kind_of(files.folder / "letter.pdf") is Kind.OTHER
        assert arrivals.bundle_in(copy) == copy / "bundle"
    finally:
        renamed.rename(files.helen.folder)


# --- dropping -------------------------------------------------------------------------------------


def test_a_receipt_dropped_anywhere_is_recorded_and_its_incident_shown(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(files.helen)
    desk_of(shell).show_section("help")
    assert over(shell, [files.receipt])
    assert shell.veil.isVisible()
    assert shell.veil.accessibleName() == "Let go to record this receipt"
    assert drop(shell.veil, files.receipt) is Qt.DropAction.CopyAction, "a move would take the file away"
    assert not shell.veil.isVisible()
    qtbot.waitUntil(lambda: bool(files.helen.read.receipts()), timeout=20_000)
    idle(qtbot, shell.runner)
    page = desk_of(shell).incidents
    assert page.isVisible()
    assert page.reference() == "INC-001"
    assert page.notice.isVisible()
    assert page.notice.accessibleName().startswith("Receipt recorded. Received by Mrs Ruth Calloway on ")
    before = files.helen.head
    drop(shell, files.receipt)
    qtbot.waitUntil(lambda: "recorded before" in page.notice.accessibleName(), timeout=20_000)
    assert files.helen.head == before


def test_a_receipt_that_is_refused_is_one_sentence_and_nothing_is_recorded(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(files.helen)
    before = files.helen.head
    data = files.receipt.read_bytes()
    for name, content, words in (
        ("own", again(data, files.helen.signing_key), "this vault itself"),
        ("broken", data.replace(b"confirmed", b"unknown", 1), "signature does not fit"),
        ("no", b"something else", "not an Evidence receipt"),
        (
            "other",
            again(data, files.ruth.signing_key, bundle_id="00000000-0000-4000-8000-000000000000"),
            "not sealed in this vault",
        ),
    ):
        path = files.folder / f"{name}.evidence-receipt"
        path.write_bytes(content)
        drop(shell, path)
        assert words in told(qtbot, shell)
    assert files.helen.head == before


def test_several_files_are_taken_one_after_the_other(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    other = files.folder / "again.evidence"
    other.write_bytes(files.bundle.read_bytes())
    shell = window(files.ruth)
    both = [files.bundle, other]
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
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(files.helen)
    letter = files.folder / "letter.pdf"
    drop(shell, files.bundle, letter, files.receipt)
    assert NOT_OURS in told(qtbot, shell)
    qtbot.waitUntil(lambda: bool(files.helen.read.receipts()), timeout=20_000)
    idle(qtbot, shell.runner)
    assert desk_of(shell).incidents.notice.isVisible()
    assert shell.incoming.waiting == (files.bundle,)
    shell.incoming.bar.leave_link.click()
    assert not shell.incoming.bar.isVisible()


def test_a_card_dropped_anywhere_opens_contacts(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(files.helen)
    drop(shell, files.card)
    qtbot.waitUntil(lambda: len(files.helen.read.contacts()) == 2, timeout=20_000)
    idle(qtbot, shell.runner)
    assert desk_of(shell).sidebar.current() == "contacts"


def test_what_is_not_ours_is_refused_with_what_can_be_dropped(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(files.helen)
    assert over(shell, [files.folder / "letter.pdf"])
    assert shell.veil.accessibleName() == "This cannot be dropped here"
    drop(shell.veil, files.folder / "letter.pdf")
    words = told(qtbot, shell)
    assert "letter.pdf" in words
    assert "Nothing was changed." in words
    for suffix in (".evidence)", ".evidence-receipt", ".evidence-contact", "folder of a vault"):
        assert suffix in words


def test_unfinished_work_is_not_left_for_a_drop(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(files.helen)
    shell._review("HXA/001")
    idle(qtbot, shell.runner)
    assert over(shell, [files.receipt])
    assert shell.veil.accessibleName().startswith("Finish what is open first")
    drop(shell.veil, files.receipt)
    assert "Nothing was changed." in told(qtbot, shell)
    assert isinstance(shell.pages.currentWidget(), ReviewPage)
    assert files.helen.read.receipts() == ()


def test_a_drag_that_leaves_again_changes_nothing(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(files.helen)
    before = files.helen.head
    over(shell, [files.receipt])
    leave(shell)  # the veil lies over the window now, and takes over
    over(shell.veil, [files.receipt])
    QApplication.processEvents()
    assert shell.veil.isVisible()
    leave(shell.veil)
    assert not shell.veil.isVisible()
    over(shell, [files.receipt])
    leave(shell)
    QApplication.processEvents()
    assert not shell.veil.isVisible()
    assert files.helen.head == before


def test_a_place_for_receipts_leaves_other_files_to_the_window(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(files.helen)
    page = desk_of(shell).receipts
    desk_of(shell).show_section("receipts")
    idle(qtbot, shell.runner)
    with qtbot.waitSignal(page.record_requested) as asked:
        drop(page.zone, files.receipt)
    assert asked.args == [str(files.receipt)]
    with qtbot.assertNotEmitted(page.record_requested):
        drop(page.zone, files.card)
        drop(page.zone, files.receipt, files.receipt)
    idle(qtbot, shell.runner)


# --- opened by a double-click ---------------------------------------------------------------------


def test_a_receipt_waits_until_the_vault_is_unlocked(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    recent = RecentVault(str(files.helen.folder), "Helen Ashdown", "", "staff", "")
    shell = window(loaded=Settings(recent=(recent,)))
    shell.open_path(files.receipt)
    assert isinstance(shell.pages.currentWidget(), UnlockPage)
    assert shell.incoming.bar.accessibleName() == "Unlock your vault to go on with one.evidence-receipt."
    assert not shell.incoming.bar.next_button.isVisible()
    shell._unlocked(files.helen)
    qtbot.waitUntil(lambda: bool(files.helen.read.receipts()), timeout=20_000)
    idle(qtbot, shell.runner)
    assert not shell.incoming.bar.isVisible()
    assert desk_of(shell).incidents.notice.isVisible()


def test_a_bundle_that_needs_the_vault_is_checked_once_it_is_unlocked(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    shell = window(loaded=Settings(recent=(RecentVault(str(files.ruth.folder), "Ruth", "", "head", ""),)))
    shell.open_path(files.bundle)
    page = shell.pages.currentWidget()
    assert isinstance(page, VerdictPage)
    idle(qtbot, shell.runner)
    page.back.click()
    assert shell.incoming.bar.accessibleName() == "Unlock your vault to go on with one.evidence."
    shell._unlocked(files.ruth)
    found = verdict_of(qtbot, shell)
    assert found.verdict is not None
    assert found.verdict.unchanged


def test_a_vault_is_offered_for_unlocking_and_never_beside_another(
    qtbot: QtBot, files: Files, window: Callable[..., Shell]
) -> None:
    first = window()
    assert isinstance(first.pages.currentWidget(), SetupWizard)
    drop(first, files.ruth.folder)
    page = first.pages.currentWidget()
    assert isinstance(page, UnlockPage)
    assert page._path == str(files.ruth.folder)
    other = window(files.helen)
    drop(other, files.ruth.folder)
    assert "Lock it first" in told(qtbot, other)
