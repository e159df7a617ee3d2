"""A teacher's evening: captured, stated, sealed. And the day after, when the receipt has come."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from evidence_app import workflows
from evidence_app.demo import world
from evidence_app.demo.journey import HEAD, TEACHER, TITLE, Journey
from evidence_app.errors import UserError
from evidence_app.records import Role, StopAnswer
from evidence_app.settings import RecentVault
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.record_dialogs import NewIncidentDialog
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.seal import SealWizard
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.shell import Shell
from evidence_app.vault import check as vault_check
from evidence_app.vault import vault as vaults

_REGION = (60, 40, 1180, 560)


def evening(journey: Journey) -> None:
    """From the first start to a sealed bundle."""
    head, _ = vaults.create(
        journey.head_folder,
        name="Mrs Ruth Calloway",
        role=Role.HEAD,
        school="Larkmere Academy",
        passphrase=HEAD,
    )
    with head:
        card = journey.output / "ruth-calloway.evidence-contact"
        workflows.write_new_file(card, workflows.own_card(head))
        journey.head_words = workflows.own_words(head)
    shell = journey.open_window()
    _set_up(journey, shell)
    desk = journey.page(shell, Desk)
    _new_incident(journey, desk)
    with world.web_page() as port, world.browser(port):
        shell.raise_()
        shell.activateWindow()
        _capture(journey, shell)
    _look(journey, shell)
    _befriend(journey, shell, card)
    _seal(journey, shell)
    vault = journey.vault_of(shell)
    journey.teacher_folder = vault.folder
    journey.teacher_words = workflows.own_words(vault)
    report = vault_check.check(vault)
    if report.problems:
        raise UserError(f"The demo's vault does not check: {report.problems[0].message}")
    journey.vault_report = f"{report.entries} entries and {report.objects} sealed files in order"
    desk.session.changed.emit()
    desk.show_section("activity")
    journey.driver.picture("activity", of=shell)
    shell.lock()
    shell.deleteLater()


def _set_up(journey: Journey, shell: Shell) -> None:
    driver, page = journey.driver, journey.page(shell, SetupWizard)
    driver.picture("set-up-role", of=shell)
    driver.press(page, "Continue")
    step = page.passphrase_step
    driver.type(step.name_field.input, "Helen Ashdown")
    driver.type(step.school_field.input, "Larkmere Academy")
    driver.type(step.first.input, TEACHER)
    driver.type(step.second.input, TEACHER)
    driver.picture("set-up-passphrase", of=shell)
    driver.press(page, "Continue")
    sheet = page.recovery_step
    driver.until(sheet.isVisible, "the recovery sheet")
    driver.press(page, "Show the words")
    words = sheet.grid.words()
    driver.press(page, "Hide the words")
    for field in sheet.word_fields:
        number = int(field.input.accessibleName().split()[-1])
        driver.type(field.input, words[number - 1])
    driver.click(sheet.promise, QPoint(10, sheet.promise.height() // 2))
    driver.picture("set-up-recovery-sheet", of=shell)
    driver.press(page, "Continue")
    driver.picture("set-up-ready", of=shell)
    driver.press(page, "Start")


def _new_incident(journey: Journey, desk: Desk) -> None:
    driver = journey.driver
    driver.press(desk, "New")
    window = desk.window()
    dialog = driver.until(
        lambda: next((one for one in window.findChildren(NewIncidentDialog) if one.isVisible()), None),
        "the new incident",
    )
    driver.type(dialog.title.input, TITLE)
    driver.picture("new-incident", of=window)
    driver.press(dialog, "Open incident")
    driver.until(desk.incidents.reference, "the incident")


def _capture(journey: Journey, shell: Shell) -> None:
    driver = journey.driver
    desk = journey.page(shell, Desk)
    driver.press(desk, "Capture")
    question = driver.until(lambda: desk.question, "the question before the first picture")
    driver.until(question.isVisible, "the question before the first picture")
    driver.picture("the-question", of=shell)
    driver.key(question, Qt.Key.Key_N)
    driver.key(question.cards[StopAnswer.NO], Qt.Key.Key_Return)
    overlay = driver.until(lambda: next(iter(desk.flow.overlays), None), "the capture overlay")
    driver.until(overlay.isVisible, "the capture overlay")
    left, top, width, height = _REGION
    ratio = overlay.devicePixelRatioF()
    start = QPoint(round(left / ratio), round(top / ratio))
    end = QPoint(round((left + width) / ratio), round((top + height) / ratio))
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(overlay, button, none, start)
    for part in range(1, 6):
        QTest.mouseMove(overlay, start + (end - start) * part / 5)
        QTest.qWait(30)
    driver.picture("capture")
    QTest.mouseRelease(overlay, button, none, end)
    page = journey.page(shell, ReviewPage)
    driver.until(shell.isActiveWindow, "the window to come back")
    _state(journey, shell, page)


def _state(journey: Journey, shell: Shell, page: ReviewPage) -> None:
    driver = journey.driver
    driver.picture("sealed-and-safe", of=shell)
    driver.type(page.form.address.input, world.ADDRESS.replace("http:", "https:"))
    driver.type(page.form.platform.input, "Chirrup")
    driver.type(page.form.account.input, "@larkmere_whispers")
    driver.press(page, "Insults or mockery")
    driver.press(page, "Me")
    driver.type(page.form.note.input, "A pupil showed me this at the end of period 4.")
    driver.picture("stated", of=shell)
    driver.press(page, "Done")


def _look(journey: Journey, shell: Shell) -> None:
    driver, desk = journey.driver, journey.page(shell, Desk)
    driver.until(lambda: desk.incidents.timeline.model().rowCount() > 1, "the timeline")
    driver.picture("home", of=shell)
    desk.show_exhibit("HXA/001")
    exhibit = desk.exhibit
    driver.until(exhibit.is_loaded, "the exhibit")
    driver.picture("exhibit-blurred", of=shell)
    driver.key(exhibit, Qt.Key.Key_V)
    driver.until(exhibit.is_clear, "the picture")
    driver.picture("exhibit-shown", of=shell)
    driver.key(exhibit, Qt.Key.Key_Escape)


def _befriend(journey: Journey, shell: Shell, card: Path) -> None:
    driver = journey.driver
    shell.open_path(card)
    desk = journey.page(shell, Desk)
    driver.until(lambda: journey.question(desk.contacts), "the question who it is")
    driver.picture("contacts-compare-the-words", of=shell)
    journey.answer(desk.contacts, journey.head_words)
    driver.until(
        lambda: any(one.confirmed_at for one in journey.vault_of(shell).read.contacts()), "the confirmation"
    )


def _seal(journey: Journey, shell: Shell) -> None:
    driver, desk = journey.driver, journey.page(shell, Desk)
    desk.show_section("incidents")
    driver.press(desk, "Seal a bundle")
    page = journey.page(shell, SealWizard)
    driver.until(lambda: TITLE in page.wizard.about.text(), "the incident to be read")
    driver.press(page, "No. It goes to the Headteacher")
    for name in ("seal-who", "seal-contents"):
        driver.until(page.wizard.next_button.isEnabled, "the next step")
        driver.picture(name, of=shell)
        driver.press(page, "Continue")
    target = page.check.target.input
    driver.click(target)
    driver.key(target, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(target, str(journey.bundle))
    driver.picture("seal-check", of=shell)
    driver.press(page, "Seal the bundle")
    driver.until(journey.bundle.exists, "the bundle")
    driver.button(page, "Done")
    driver.picture("sealed", of=shell)
    driver.press(page, "Done")


def answered(journey: Journey) -> None:
    """The receipt comes: recorded, and the incident says who received the bundle, and when."""
    recent = RecentVault(str(journey.teacher_folder), "Helen Ashdown", "Larkmere Academy", "staff", "")
    driver, shell = journey.driver, journey.unlock(recent, TEACHER)
    shell.open_path(journey.receipt)
    desk = journey.page(shell, Desk)
    driver.until(desk.incidents.notice.isVisible, "the receipt to be recorded")
    (receipt,) = journey.vault_of(shell).read.receipts()
    driver.until(lambda: len(desk.incidents.timeline.row_keys()) > 2, "the timeline")
    driver.picture("receipt-recorded", of=shell)
    journey.sentences["receipt"] = desk.incidents.notice.accessibleName()
    desk.show_section("bundles")
    driver.until(lambda: desk.bundles.table.model().rowCount(), "the sealed bundles")
    driver.picture("sealed-bundles", of=shell)
    desk.show_receipt(receipt.seq)
    driver.until(desk.receipts.view.isVisible, "the receipt")
    driver.picture("receipt", of=shell)
    shell.lock()
    shell.deleteLater()
