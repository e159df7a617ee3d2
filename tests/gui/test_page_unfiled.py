"""Unfiled captures and sealed bundles: real vaults, real keys and clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from evidence_app.records import SealedBundle
from evidence_app.ui.pages.bundles import SealedBundlesPage
from evidence_app.ui.pages.unfiled import UnfiledPage
from evidence_app.ui.session import Session
from evidence_app.vault import acts
from tests.gui.striped import clipped, idle, keep, open_incident, session_of_helen
from tests.windows import SIZES, nameless

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        yield opened


def seal(session: Session, reference: str) -> None:
    """What the record keeps of a sealed bundle."""
    exhibit = keep(session.vault, reference)
    digest = "ab" * 32
    sealed = SealedBundle(
        "x", "11111111-2222-4333-8444-555555555555", 2000, 9, 1, digest, (), exhibit.sealed_at
    )
    people, name = ("Mrs Ruth Calloway",), "INC-001.evidence"
    session.vault.record(
        acts.bundle_sealed(sealed, reference, people, ("age1",), [exhibit], {}, "act", 3, name)
    )


def test_an_unfiled_capture_is_filed(session: Session, show: Show, qtbot: QtBot) -> None:
    reference = open_incident(session.vault, "Anonymous posts")
    number = keep(session.vault, None).number
    page = UnfiledPage(session)
    show(page, 1064)
    idle(qtbot, session)
    view = page.timeline
    assert view.current_exhibit() == number
    rect = view.visualRect(view.currentIndex())
    with qtbot.assertNotEmitted(page.exhibit_requested):
        qtbot.mouseClick(view.viewport(), LEFT, pos=rect.topLeft() + QPoint(rect.width() // 2, 40))
    with qtbot.waitSignal(page.exhibit_requested) as asked:
        qtbot.mouseClick(page.open_button, LEFT)
    assert asked.args == [number]
    qtbot.mouseClick(page.file_button, LEFT)
    (dialog,) = (
        one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()
    )
    form: Any = dialog
    qtbot.keyClick(form.save_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.vault.read.exhibit(number).incident == reference, timeout=20_000)
    idle(qtbot, session)
    assert page.nothing.isVisible()
    assert page.nothing.text() == "Everything is filed."
    assert not page.open_button.isEnabled()


def test_sealed_bundles_are_listed(session: Session, show: Show, qtbot: QtBot) -> None:
    reference = open_incident(session.vault, "Anonymous posts")
    page = SealedBundlesPage(session)
    show(page, 1064)
    idle(qtbot, session)
    assert page.nothing.isVisible()
    seal(session, reference)
    session.changed.emit()
    idle(qtbot, session)
    assert page.table.model().rowCount() == 1
    assert page.table.model().index(0, 2).data() == "Mrs Ruth Calloway"
    assert page.details.isVisible()


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("make", [UnfiledPage, SealedBundlesPage])
def test_nothing_is_clipped_and_everything_has_a_name(
    session: Session,
    show: Show,
    qtbot: QtBot,
    make: Callable[[Session], QWidget],
    width: int,
    height: int,
) -> None:
    keep(session.vault, None)
    seal(session, open_incident(session.vault, "Anonymous posts about my Year 9 lessons"))
    page = make(session)
    show(page, width - 216, height)
    idle(qtbot, session)
    assert clipped(page) == []
    assert nameless(page) == []
