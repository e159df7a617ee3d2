"""The window of the capture browser (picture 08), on a site of this computer: from start to seal."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app.errors import CaptureError, UsageError
from evidence_app.records import Level, Progress, Source
from evidence_app.settings import Settings
from evidence_app.ui import theme
from evidence_app.ui.browser import part
from evidence_app.ui.browser.opening import Browsing
from evidence_app.ui.browser.parts import PartsRow
from evidence_app.ui.browser.window import BrowserWindow
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.page_rows import add_page
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import ObservedPanel
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from tests import pages, vaults
from tests.pages_site import Site
from tests.windows import cut_off, held, nameless

pytest_plugins = ["tests.browser_fixtures", "tests.vault_fixtures", "tests.window_fixtures"]
pytestmark = pytest.mark.qt_log_ignore(
    "[Vv]ulkan", "GPU vendor", "Sandboxing disabled", "QRhi", "RHI", "GPUInfo", extend=True
)
MS = 30_000


@pytest.fixture
def session(opened: Vault, runner: TaskRunner) -> Session:
    vaults.no_stop(opened)
    return Session(opened, runner, Settings())


@pytest.fixture
def window(
    qapp: QApplication,
    session: Session,
    site: Site,
    browser_home: Path,
    qtbot: QtBot,
    tmp_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[BrowserWindow]:
    theme.apply(qapp, False)
    monkeypatch.setenv("HOME", str(browser_home))
    one = BrowserWindow(session, "INC-001")
    one.resize(1280, 768)
    one.show()
    qtbot.waitExposed(one)
    yield one
    gone: list[bool] = []
    if one._browser is not None:
        one._browser.destroyed.connect(lambda: gone.append(True))
        one.close()
        qtbot.waitUntil(lambda: bool(gone))
    one.deleteLater()


def online(window: BrowserWindow, qtbot: QtBot, address: str) -> Any:
    window.start.go.click()
    window.bar.address.setText(address)
    browser: Any = window._browser
    with qtbot.waitSignal(browser.loaded, timeout=MS):
        window.bar.address.returnPressed.emit()
    return browser


def test_from_going_online_to_the_seal(
    window: BrowserWindow, session: Session, site: Site, qtbot: QtBot
) -> None:
    assert window._browser is None  # nothing is loaded, and nothing asked, before the person says so
    assert not window.bar.address.isEnabled()
    assert not window.bar.whole.isEnabled()
    assert "internet" in held(window)
    assert cut_off(window) == []
    browser = online(window, qtbot, site.address("/go/0"))
    qtbot.waitUntil(lambda: bool(window._chain), timeout=MS)
    assert window.bar.address.text() == site.address("/short")
    assert window.bar.address.chip.text() == "Certificate valid"
    shown = held(window.side)
    for words in (site.address("/short"), "Short page", "chirrup.example", "Example Trust", "INC-001"):
        assert words in shown.replace("\u200b", "")
    assert nameless(window) == []
    assert cut_off(window) == []
    with qtbot.waitSignal(window.sealed, timeout=MS) as sealed:
        window.bar.whole.click()
    number = sealed.args[0]
    exhibit = session.vault.read.exhibit(number)
    assert (exhibit.level, exhibit.incident) == (Level.BROWSER, "INC-001")
    assert exhibit.statements["address"].source is Source.OBSERVED
    assert exhibit.observed.page is not None
    assert [hop.status for hop in exhibit.observed.page.hops] == [302]
    assert f"{number} is sealed and safe." in window.line.message.text()
    assert not window.foot.isVisible()
    with qtbot.waitSignal(window.described) as described:
        window.line.say_more.click()
    assert described.args == [number]

    # A certificate that is wrong is asked about, and the safe answer has the keyboard.
    with qtbot.waitSignal(browser.certificate_wrong, timeout=MS):
        window.open(site.bad("/short"))
    assert window.pages.currentWidget() is window.trust
    assert window.focusWidget() is window.trust.leave_button
    assert window.bar.address.chip.text() == "Certificate not accepted"
    qtbot.waitUntil(lambda: cut_off(window) == [])
    with qtbot.waitSignal(browser.loaded, timeout=MS):
        window.trust.accept_button.click()
    assert window.bar.address.chip.text() == "Certificate not accepted"
    window.resize(800, 600)
    assert window.width() == 800
    assert not window.side.isVisible()
    with qtbot.waitSignal(window.sealed, timeout=MS) as marked:
        window.bar.view.click()
    page = session.vault.read.exhibit(marked.args[0]).observed.page
    assert page is not None
    assert page.certificate_problem

    # What is no web page is refused in a sentence; no connection is one too, and the page stays.
    window.open("file:///etc/passwd")
    assert "web pages only" in window.line.message.text()
    with qtbot.waitSignal(browser.loaded, timeout=MS):
        window.open("https://nobody.invalid/")
    assert "no connection to nobody.invalid" in window.line.message.text()
    assert window.bar.whole.isEnabled()

    # Closed while it is sealed: that ends first, and the desk is told.
    gone: list[str] = []
    browser.destroyed.connect(lambda: gone.append("browser"))
    browser.captured.connect(lambda _made: window.close())
    with qtbot.waitSignals([window.sealed, window.closed], timeout=MS):
        window.bar.view.click()
    assert not window.isVisible()
    qtbot.waitUntil(lambda: bool(gone))


def test_a_missing_part_is_one_sentence(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, window: BrowserWindow
) -> None:
    def missing() -> None:
        raise CaptureError(part.NOT_THERE)

    monkeypatch.setattr(part, "require", missing)
    window.start.go.click()
    assert window.start.message.text() == part.NOT_THERE
    assert window._browser is None
    monkeypatch.setattr(part, "is_installed", lambda: False)
    browsing = Browsing(session, window)
    with qtbot.waitSignal(browsing.failed) as failed:
        assert not browsing.can_open()
    assert isinstance(failed.args[0], UsageError)
    assert browsing.window is None


def test_the_program_starts_without_the_engine() -> None:
    """It is large, and may not be installed: what the start imports does not lead to it."""
    root = Path(__file__).resolve().parents[2]
    engine = {"devtools", "engine", "page", "steps", "unseen", "work"}
    leading = {f"evidence_app.ui.browser.{name}" for name in engine}
    for path in (root / "evidence_app").rglob("*.py"):
        if path.parent.name == "browser" and path.stem in engine:
            continue
        for node in ast.parse(path.read_text("utf-8")).body:  # at the top: not in functions or for types
            if isinstance(node, ast.ImportFrom):
                names = {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
            else:
                names = {one.name for one in node.names} if isinstance(node, ast.Import) else set()
            assert not names & leading, path
            assert not any("WebEngine" in str(name) for name in names), path


def test_whether_to_be_told_is_a_setting(session: Session, qtbot: QtBot) -> None:
    told: list[Settings] = []
    window = BrowserWindow(session, None)
    qtbot.addWidget(window)
    window.settings_changed.connect(told.append)
    window.start.remember.setChecked(True)
    assert told[-1].online
    assert session.settings.online
    window.start.remember.setChecked(False)
    assert not told[-1].online
    assert "not filed" in window.side.where.text()


def test_the_parts_say_how_far_it_is(qtbot: QtBot) -> None:
    row = PartsRow()
    qtbot.addWidget(row)
    row.begin("Looking through the page")
    row.show_progress(Progress(6, 12, "Capturing the whole page: part 7 of 12"))
    assert row.words.text() == "Capturing the whole page: part 7 of 12"
    assert row.segments.accessibleDescription() == "6 of 12"
    row.resize(900, 110)
    assert not row.grab().isNull()
    with qtbot.waitSignal(row.stop_pressed):
        row.stop.click()
    assert not row.stop.isEnabled()


def test_the_question_comes_before_the_browser(session: Session, qtbot: QtBot) -> None:
    reference = str(session.vault.record(acts.incident_opened("Not asked yet")).data["reference"])
    desk = Desk(session)
    qtbot.addWidget(desk)
    desk.show()
    desk.browse(reference)
    assert desk.question is not None
    assert desk.browsing.window is None
    desk.question.close()
    desk.browse("INC-001")
    assert desk.browsing.window is not None
    assert desk.browsing.window._browser is None
    desk.browsing.close()
    assert desk.browsing.window is None


def test_the_observed_panel_of_a_page(session: Session, qtbot: QtBot) -> None:
    from evidence_app import workflows

    vaults.no_stop(session.vault)
    exhibit = workflows.keep_page(session.vault, pages.page(), "INC-001")
    panel = ObservedPanel()
    qtbot.addWidget(panel)
    add_page(panel, exhibit.observed.page, [(one.name, one.stored.size) for one in exhibit.files])
    words = held(panel).replace("\u200b", "")
    for wanted in (
        pages.ADDRESS,
        pages.TITLE,
        "chirrup.example",
        "1 redirect",
        "page.wacz",
        "had not loaded",
    ):
        assert wanted in words, wanted
    panel.clear()
    add_page(panel, session.vault.read.exhibit("HXA/001").observed.page)
    assert panel.findChildren(ObservedPanel) == []


def test_the_keyboard_goes_round(window: BrowserWindow, qtbot: QtBot) -> None:
    assert window.focusWidget() is window.start.go
    qtbot.keyClick(window, Qt.Key.Key_F6)
    qtbot.keyClick(window, Qt.Key.Key_Escape)  # nothing to stop: nothing happens
    assert window.isVisible()
