"""The list of referrals without a picture: what it says of each, its paper, sealing again, ways to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from evidence_app import policy, workflows
from evidence_app.records import Found, How, Role, Told
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.referral_list import PaperDialog, ReferralsPage
from evidence_app.ui.pages.referral_out import SealReferralDialog, SheetDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Text
from tests.desks import desk as make_desk
from tests.gui.striped import clipped, idle, open_incident, session_of_helen
from tests.windows import SIZES, at, nameless, press

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

KEY = Qt.Key
AT = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
RUTH, NADIA = "Mrs Ruth Calloway", "Nadia Ellery"


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    """Ruth is a contact; REF-001 came up with INC-001, REF-002 with none and was sealed for Ruth."""
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        vault = opened.vault
        open_incident(vault, "Posts about my lessons")
        with make_desk(tmp_path / "head.evidence-vault", RUTH, Role.HEAD) as head:
            workflows.add_contact(vault, workflows.own_card(head))
        told = (Told(RUTH, policy.HEAD, AT, How.TELEPHONE), Told(NADIA, policy.SAFEGUARDING_LEAD))
        workflows.record_referral(
            vault, Found.WEBSITE, AT, told, address="https://chirrup.example/p/1", incident="INC-001"
        )
        workflows.record_referral(vault, Found.SENT, AT, told)
        workflows.seal_referral(vault, "REF-002", vault.read.contacts(), tmp_path / "REF-002.evidence")
        yield opened


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot) -> ReferralsPage:
    result = ReferralsPage(session)
    show(result, 1064)
    idle(qtbot, session)
    return result


@pytest.fixture
def desk(session: Session, show: Show, qtbot: QtBot) -> Desk:
    result = Desk(session)
    show(result)
    idle(qtbot, session)
    return result


def words(page: ReferralsPage, reference: str) -> str:
    return "\n".join(label.text() for label in page.cards[reference].findChildren(Text))


def test_what_it_says_newest_first(page: ReferralsPage) -> None:
    assert list(page.cards) == ["REF-002", "REF-001"]
    first = words(page, "REF-001")
    assert "chirrup.example" in first.replace("\u200b", "")
    assert f"{RUTH}: told by telephone, 12 March 2026, 14:30" in first
    assert f"{NADIA}: not told yet when this was recorded" in first
    assert page.cards["REF-001"].chip.text() == "Not sealed yet"
    assert page.cards["REF-001"].seal_button.text() == "Seal it for them"
    second = words(page, "REF-002")
    assert f"For {RUTH}, " in second
    assert "REF-002.evidence. No receipt yet." in second
    assert page.cards["REF-002"].chip.text() == "Sealed"
    assert page.cards["REF-002"].seal_button.text() == "Seal it again"


def test_the_paper_is_shown_and_nothing_is_written(
    page: ReferralsPage, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    before = {path for path in tmp_path.rglob("*") if path.suffix in {".pdf", ".png"}}
    page.cards["REF-001"].paper_button.setFocus()
    press(KEY.Key_Space)
    idle(qtbot, session)
    dialog = page.dialog
    assert isinstance(dialog, PaperDialog)
    assert any(label.pixmap().width() > 500 for label in dialog.page.findChildren(QLabel))
    assert "Who is told" in dialog.page.accessibleDescription()
    assert RUTH in dialog.page.accessibleDescription()
    press(KEY.Key_Escape)
    assert {path for path in tmp_path.rglob("*") if path.suffix in {".pdf", ".png"}} == before


def test_it_is_sealed_again_and_the_list_follows(
    page: ReferralsPage, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    page.cards["REF-001"].seal_button.click()
    dialog = page.dialog
    assert isinstance(dialog, SealReferralDialog)
    dialog.target.field.input.setText(str(tmp_path / "again.evidence"))
    dialog.go()
    idle(qtbot, session)
    assert (tmp_path / "again.evidence").exists()
    dialog.close()
    idle(qtbot, session)
    assert page.cards["REF-001"].chip.text() == "Sealed"
    page.cards["REF-001"].save_button.click()
    assert isinstance(page.dialog, SheetDialog)
    page.dialog.close()


def test_from_the_timeline_the_bundles_and_the_search(desk: Desk, session: Session, qtbot: QtBot) -> None:
    referrals = desk.finding.referrals
    timeline = desk.incidents.timeline
    key = next(key for key in timeline.row_keys() if key.endswith("referral"))
    timeline.select(key)
    timeline.setFocus()
    press(KEY.Key_Return)
    idle(qtbot, session)
    assert desk.sections.currentWidget() is referrals
    assert at() is referrals.cards["REF-001"].paper_button
    press(KEY.Key_Escape)
    assert desk.sections.currentWidget() is desk.incidents

    desk.show_section("bundles")
    idle(qtbot, session)
    link = desk.bundles.referrals_link
    assert link.text() == "Referrals without a picture: 2"
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert desk.sections.currentWidget() is referrals
    press(KEY.Key_Escape)
    assert desk.sections.currentWidget() is desk.bundles

    desk.finding.search.referral_requested.emit("REF-002")
    idle(qtbot, session)
    assert at() is referrals.cards["REF-002"].paper_button
    with qtbot.waitSignal(referrals.incident_requested) as asked:
        referrals.cards["REF-001"].stops[0].click()
    assert asked.args == ["INC-001"]


def test_the_one_that_is_asked_for_is_in_sight(desk: Desk, session: Session, qtbot: QtBot) -> None:
    desk.window().resize(1024, 640)
    desk.finding.show_referral("REF-001")
    idle(qtbot, session)
    referrals = desk.finding.referrals
    card = referrals.cards["REF-001"]
    qtbot.waitUntil(lambda: card.mapTo(referrals, card.rect().bottomLeft()).y() <= referrals.height())
    assert at() is card.paper_button


def test_none_says_so(tmp_path: Path, qapp: QApplication, show: Show, qtbot: QtBot) -> None:
    with session_of_helen(tmp_path / "b.evidence-vault", qapp) as empty:
        page = ReferralsPage(empty)
        show(page)
        idle(qtbot, empty)
        assert page.nothing.isVisible()
        with qtbot.waitSignal(page.back_requested):
            press(KEY.Key_Escape)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    page: ReferralsPage, qtbot: QtBot, width: int, height: int
) -> None:
    page.window().resize(width - 216, height)
    idle(qtbot, page._session)
    assert clipped(page) == []
    assert nameless(page) == []
