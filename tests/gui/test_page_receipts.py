"""Receipts on the sender's and on the reader's side: real vaults, one real receipt and its variants."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.bundle.dates import day_and_time
from evidence_app.records import Role, SenderStatus
from evidence_app.settings import Settings
from evidence_app.ui import theme
from evidence_app.ui.pages import receipt_data, receipt_words
from evidence_app.ui.pages.bundles import SealedBundlesPage
from evidence_app.ui.pages.incident_list import ROW
from evidence_app.ui.pages.incidents import IncidentsPage
from evidence_app.ui.pages.receipts import ReceiptsPage
from evidence_app.ui.pages.timeline_rows import NoteRow
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import Button, CheckRow, Text
from evidence_app.vault.vault import Vault
from tests.desks import desk
from tests.gui.people import until
from tests.gui.striped import clipped
from tests.receipts import ALTERED, CONFLICT, STRANGER, Exchange, again
from tests.windows import SIZES, idle, nameless

pytest_plugins = ["tests.receipt_fixtures"]

LEFT = Qt.MouseButton.LeftButton


@dataclass
class Scene:
    """Helen, whose bundle Ruth received and gave a receipt for; `at` is when, in words."""

    folder: Path
    helen: Vault
    ruth: Vault
    runner: TaskRunner
    receipt: bytes

    def __post_init__(self) -> None:
        self.at = day_and_time(self.ruth.read.receipts()[0].at)

    def session(self, one: Vault) -> Session:
        return Session(one, self.runner, Settings())


@pytest.fixture
def scene(exchange: Exchange, qapp: QApplication) -> Iterator[Scene]:
    theme.apply(qapp, False)
    runner = TaskRunner()
    try:
        workflows.receive(exchange.ruth, exchange.bundle)
        yield Scene(exchange.folder, exchange.helen, exchange.ruth, runner, exchange.receipt.read_bytes())
    finally:
        runner.shutdown()


def show(qtbot: QtBot, scene: Scene, page: QWidget, width: int = 1064, height: int = 768) -> None:
    qtbot.addWidget(page)
    vars(qtbot).setdefault("kept", []).append(page)
    page.resize(width, height)
    page.show()
    page.activateWindow()
    qtbot.waitExposed(page)
    idle(qtbot, scene.runner)


def opened(qtbot: QtBot, scene: Scene, vault: Vault) -> tuple[ReceiptsPage, Session]:
    session = scene.session(vault)
    page = ReceiptsPage(session)
    show(qtbot, scene, page)
    return page, session


def answers(page: ReceiptsPage) -> list[tuple[str, str]]:
    return [(row.kind, row.accessibleName()) for row in page.view.findChildren(CheckRow)]


def words_on(page: ReceiptsPage) -> str:
    return "\n".join(one.text() for one in page.view.findChildren(Text) if one.isVisibleTo(page))


# --- what is said of it ---------------------------------------------------------------------------


def test_a_confirmed_reader(qtbot: QtBot, scene: Scene) -> None:
    workflows.record_receipt(scene.helen, scene.receipt)
    page, _ = opened(qtbot, scene, scene.helen)
    (line,) = page.list.lines()
    assert line.spoken == (
        "Mrs Ruth Calloway, Fingerprint confirmed in person, Found unchanged, INC-001 · one.evidence, "
        f"{scene.at}"
    )
    rect = page.list.visualRect(page.list.model().index(0, 0))
    qtbot.mouseClick(page.list.viewport(), LEFT, pos=rect.topLeft() + QPoint(60, 30))
    assert page.view.isVisible()
    assert page.view.banner is not None
    assert page.view.banner.kind == "ok"
    assert page.view.banner.sentence.text() == f"Received by Mrs Ruth Calloway on {scene.at}."
    assert answers(page) == [
        ("ok", "Yes: Unchanged since it was sealed"),
        ("ok", "Confirmed: They knew it came from you"),
        ("neutral", "None: No independent time stamp"),
        ("neutral", "First: The first bundle from this record"),
    ]
    assert " ".join(workflows.own_words(scene.ruth)) in words_on(page)
    assert page.view.act is None
    qtbot.keyClick(page.view.back, Qt.Key.Key_Escape)
    assert page.list.isVisible()
    assert page.list.hasFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert page.view.isVisible()


def test_a_contact_that_is_confirmed_later_is_a_confirmed_one(qtbot: QtBot, scene: Scene) -> None:
    with desk(scene.folder / "other.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan:
        workflows.add_contact(scene.helen, workflows.own_card(alan))
        workflows.record_receipt(scene.helen, again(scene.receipt, alan.signing_key))
        page, session = opened(qtbot, scene, scene.helen)
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
        assert page.view.banner is not None
        assert page.view.banner.kind == "warn"
        said = f"Received by Mr Alan Thwaite, a contact that you have not confirmed, on {scene.at}."
        assert page.view.banner.sentence.text() == said
        assert page.view.act is not None
        with qtbot.waitSignal(page.contacts_requested) as asked:
            page.view.act.click()
        assert asked.args == [alan.signing_key.public_key]
        workflows.confirm_contact(scene.helen, "Alan", workflows.own_words(alan), "by telephone")
        session.changed.emit()
        idle(qtbot, scene.runner)
        assert page.view.banner.kind == "ok"
        assert page.view.banner.sentence.text() == f"Received by Mr Alan Thwaite on {scene.at}."
        row = scene.helen.read.receipts()[0]
        assert row.signer is SenderStatus.KNOWN, "the record keeps what it was when it came"


def test_a_name_on_an_unknown_key_is_only_a_claim(qtbot: QtBot, scene: Scene) -> None:
    workflows.record_receipt(scene.helen, again(scene.receipt, STRANGER))
    page, _ = opened(qtbot, scene, scene.helen)
    (line,) = page.list.lines()
    assert line.name == "Name given: Mrs Ruth Calloway"
    assert line.signer == ("Unknown key", "warn", "shield-question")
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert page.view.banner is not None
    assert page.view.banner.sentence.text() == (
        f"Somebody who gives the name Mrs Ruth Calloway says they received it on {scene.at}."
    )
    assert "anybody could have written the name" in words_on(page)
    assert "Nobody in your contacts" in words_on(page)
    assert page.view.act is not None
    assert page.view.act.text() == "Add their contact card"


def test_found_altered_says_what_to_do(qtbot: QtBot, scene: Scene) -> None:
    workflows.record_receipt(scene.helen, again(scene.receipt, scene.ruth.signing_key, **ALTERED))
    page, _ = opened(qtbot, scene, scene.helen)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert page.view.banner is not None
    assert page.view.banner.kind == "bad"
    assert page.view.banner.sentence.text() == f"Mrs Ruth Calloway found it altered on {scene.at}."
    assert answers(page)[0] == ("bad", "No: Not as it was sealed")
    assert "seal the bundle again" in words_on(page)
    assert page.view.act is not None
    with qtbot.waitSignal(page.seal_requested) as asked:
        page.view.act.click()
    assert asked.args == ["INC-001"]


def test_found_in_conflict(scene: Scene) -> None:
    workflows.record_receipt(scene.helen, again(scene.receipt, scene.ruth.signing_key, **CONFLICT))
    (one,) = receipt_data.everything(scene.helen)
    assert one.kind == "warn"
    assert receipt_words.found(one) == ("Unchanged, but in conflict", "warn", "alert-circle")
    assert "check your vault" in receipt_words.steps(one)[0]


def test_a_clock_that_cannot_be_right_is_said(scene: Scene) -> None:
    early = scene.helen.read.bundles()[0].sealed_at - timedelta(days=1)
    workflows.record_receipt(scene.helen, again(scene.receipt, scene.ruth.signing_key, at=early))
    (one,) = receipt_data.everything(scene.helen)
    assert receipt_words.clock(one).endswith("one of the two clocks is wrong.")


def test_of_each_key_the_newest_counts_and_the_loudest_comes_first(scene: Scene) -> None:
    key = scene.ruth.signing_key
    for data in (
        again(scene.receipt, key, **ALTERED),
        again(scene.receipt, STRANGER, **ALTERED),
        scene.receipt,
        again(scene.receipt, STRANGER),
    ):
        workflows.record_receipt(scene.helen, data)
    _, by_bundle = receipt_data.bundles(scene.helen)
    ((bundle_id, speaking),) = by_bundle.items()
    assert bundle_id == scene.helen.read.bundles()[0].bundle_id
    assert [(one.kind, one.signer) for one in speaking] == [
        ("warn", SenderStatus.UNKNOWN),
        ("ok", SenderStatus.CONFIRMED),
    ]


# --- the file -------------------------------------------------------------------------------------


def test_the_lines_on_the_page_check_the_copy_that_was_saved(qtbot: QtBot, scene: Scene) -> None:
    workflows.record_receipt(scene.helen, scene.receipt)
    page, _ = opened(qtbot, scene, scene.helen)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    known = page.view.known
    assert known is not None
    folder = scene.folder / "by hand"
    folder.mkdir()
    copy = folder / receipt_data.file_name(known)
    page.save_copy(known, copy)
    idle(qtbot, scene.runner)
    assert copy.read_bytes() == scene.receipt
    assert page.view.notice.isVisible()
    page.save_copy(known, copy)
    idle(qtbot, scene.runner)
    assert "already a file" in page.view.notice.accessibleName()
    assert page.view.commands is not None
    script = page.view.commands.text()

    def tool() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-c", script], cwd=folder, capture_output=True, text=True, check=False
        )

    done = tool()
    assert done.returncode == 0, done.stderr
    fingerprint = done.stdout.split()[-1]
    assert fingerprint.startswith("SHA256:")
    assert fingerprint in words_on(page)
    copy.write_bytes(scene.receipt.replace(b"confirmed", b"unknown", 1))
    assert tool().returncode != 0


# --- whose page -----------------------------------------------------------------------------------


def test_a_reader_sees_what_was_issued_with_its_number(qtbot: QtBot, scene: Scene) -> None:
    page, _ = opened(qtbot, scene, scene.ruth)
    (line,) = page.list.lines()
    assert (line.number, line.name, line.about) == (
        "R-0001",
        "Helen Ashdown",
        "RCV-001 · Posts about my lessons",
    )
    assert not page.zone.isVisible(), "nothing was sealed here, so nobody sends a receipt"
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.received_requested) as asked:
        next(one for one in page.view.findChildren(Button) if one.text() == "Show the bundle").click()
    assert asked.args == ["RCV-001"]


def test_empty_pages_say_what_to_do(qtbot: QtBot, scene: Scene) -> None:
    page, _ = opened(qtbot, scene, scene.helen)
    assert page.nothing.text().startswith("No receipts yet. Ask whoever you give a bundle to")
    assert page.zone.isVisible()
    with desk(scene.folder / "other.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan:
        other, _ = opened(qtbot, scene, alan)
        assert (
            other.nothing.text() == "No receipts yet. When you have checked a bundle, choose Issue receipt."
        )
        idle(qtbot, scene.runner)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    qtbot: QtBot, scene: Scene, width: int, height: int
) -> None:
    for data in (scene.receipt, again(scene.receipt, STRANGER, **ALTERED)):
        workflows.record_receipt(scene.helen, data)
    page, _ = opened(qtbot, scene, scene.helen)
    page.resize(width - 216, height)
    QApplication.processEvents()
    assert clipped(page) == []
    assert nameless(page) == []
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert clipped(page.view) == []
    assert nameless(page.view) == []


# --- where else it shows --------------------------------------------------------------------------


def row_of(page: IncidentsPage) -> tuple[str, str]:
    row = page.list.list.model().index(0, 0).data(ROW)
    return row.status, row.kind


@pytest.mark.parametrize(
    ("make", "chip", "head"),
    [
        (
            lambda scene: scene.receipt,
            ("Receipt received", "neutral"),
            "Received by Mrs Ruth Calloway on {0}.",
        ),
        (
            lambda scene: again(scene.receipt, STRANGER),
            ("Receipt by an unknown key", "warn"),
            "Somebody who gives the name Mrs Ruth Calloway says they received it on {0}.",
        ),
        (
            lambda scene: again(scene.receipt, scene.ruth.signing_key, **ALTERED),
            ("Found altered", "bad"),
            "Mrs Ruth Calloway found it altered on {0}.",
        ),
    ],
)
def test_the_incident_says_who_received_it(
    qtbot: QtBot,
    scene: Scene,
    make: Callable[[Scene], bytes],
    chip: tuple[str, str],
    head: str,
) -> None:
    session = scene.session(scene.helen)
    page = IncidentsPage(session)
    show(qtbot, scene, page)
    assert row_of(page) == ("Sealed and sent", "neutral")
    sealed = next(row for row in page.timeline._rows.rows if isinstance(row, NoteRow))
    assert sealed.rest.endswith("No receipt yet, sealed today.")
    workflows.record_receipt(scene.helen, make(scene))
    session.changed.emit()
    idle(qtbot, scene.runner)
    assert row_of(page) == chip
    receipt, sealed = (row for row in page.timeline._rows.rows if isinstance(row, NoteRow))
    assert receipt.head == head.format(scene.at)
    assert receipt.kind == ("ok" if chip[1] == "neutral" else chip[1])
    assert "No receipt" not in sealed.rest
    page.timeline.select(receipt.key)
    page.timeline.setFocus()
    with qtbot.waitSignal(page.receipt_requested) as asked:
        qtbot.keyClick(page.timeline, Qt.Key.Key_Return)
    assert asked.args == [scene.helen.read.receipts()[0].seq]


def test_a_sealed_bundle_says_who_received_it(qtbot: QtBot, scene: Scene) -> None:
    session = scene.session(scene.helen)
    page = SealedBundlesPage(session)
    show(qtbot, scene, page)
    assert page.table.model().index(0, 3).data() == "No receipt yet, sealed today"
    workflows.record_receipt(scene.helen, scene.receipt)
    session.changed.emit()
    idle(qtbot, scene.runner)
    assert page.table.model().index(0, 3).data() == "Receipt received"
    shown = "\n".join(one.text() for one in page.details.findChildren(Text))
    assert f"Received by Mrs Ruth Calloway on {scene.at}." in shown
    until(qtbot, lambda: not clipped(page))
    assert nameless(page) == []


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "yesterday"), (3, "3 days ago")])
def test_how_long_there_has_been_no_receipt(days: int, words: str) -> None:
    now = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
    assert receipt_words.waiting(now - timedelta(days=days), now) == f"No receipt yet, sealed {words}"
