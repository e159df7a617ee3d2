"""The journey itself: a teacher's evening, a headteacher's morning, and an altered copy that is caught."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from evidence_app import app, paths, settings, workflows
from evidence_app.bundle import extract, sentences
from evidence_app.bundle.read import verify
from evidence_app.bundle.verify import Altered
from evidence_app.capture import screen
from evidence_app.crypto.age import Identity
from evidence_app.demo import world
from evidence_app.demo.driver import Driver
from evidence_app.errors import UserError
from evidence_app.records import Role, Verdict
from evidence_app.settings import RecentVault
from evidence_app.ui import theme
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.confirm_sender import WordsQuestion
from evidence_app.ui.pages.record_dialogs import NewIncidentDialog
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.seal import SealWizard
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.pages.stop_question import StopQuestion
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.shell import Shell
from evidence_app.vault import check as vault_check
from evidence_app.vault import vault as vaults

# A demo's secrets: fictional people, a vault that holds nothing but the made-up page.
_TEACHER = "copper lantern quiet meadow"
_HEAD = "harbour pencil violin acorn"
_TITLE = "Anonymous posts about my Year 9 lessons"
_REGION = (60, 40, 1180, 560)

Page = TypeVar("Page", bound=QWidget)


class Journey:
    """One run. `output` gets the pictures, both vaults, the bundle, its opened copies and reports."""

    def __init__(self, output: Path, *, dark: bool) -> None:
        self.output = output
        self.dark = dark
        for name in ("pictures", "vaults", "reports"):
            (output / name).mkdir()
        self.application = app.make_application()
        self.driver = Driver(self.application, output / "pictures")
        self.sentences: dict[str, str] = {}
        self.head_folder = output / "vaults" / "ruth-calloway.evidence-vault"
        self.bundle = output / "INC-001.evidence"

    # --- windows ---------------------------------------------------------------------------------

    def open_window(self) -> Shell:
        """Start the program's window as `evidence-app` does."""
        if self.dark:
            folder = paths.user_config_dir()
            settings.save(settings.load(folder).with_theme("dark"), folder)
        shell = app.make_shell(self.application)
        shell.relaunch_requested.connect(shell.close)
        shell.move(20, 20)
        shell.show()
        self.driver.until(shell.isActiveWindow, "the window")
        return shell

    def page(self, shell: Shell, kind: type[Page]) -> Page:
        """Wait until a page of this kind is the one shown."""

        def shown() -> Page | None:
            self._no_message()
            page = shell.pages.currentWidget()
            return page if isinstance(page, kind) else None

        return self.driver.until(shown, kind.__name__)

    def _no_message(self) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            raise UserError(f"The demo was interrupted: {box.text()}")

    # --- the teacher -----------------------------------------------------------------------------

    def teacher(self) -> None:
        """From the first start to a sealed bundle."""
        head, _ = vaults.create(
            self.head_folder,
            name="Mrs Ruth Calloway",
            role=Role.HEAD,
            school="Larkmere Academy",
            passphrase=_HEAD,
        )
        with head:
            card = self.output / "ruth-calloway.evidence-contact"
            workflows.write_new_file(card, workflows.own_card(head))
            self.head_words = workflows.own_words(head)
        shell = self.open_window()
        self._set_up(shell)
        desk = self.page(shell, Desk)
        self._new_incident(desk)
        with world.web_page() as port, world.browser(port):
            shell.raise_()
            shell.activateWindow()
            self._capture(shell)
        self._look(shell)
        self._befriend(shell, card)
        self._seal(shell)
        session = shell.session
        if session is None:
            raise UserError("The demo's vault is locked too early.")
        self.teacher_key = session.vault.identity
        self.teacher_words = workflows.own_words(session.vault)
        report = vault_check.check(session.vault)
        if report.problems:
            raise UserError(f"The demo's vault does not check: {report.problems[0].message}")
        self.vault_report = f"{report.entries} entries and {report.objects} sealed files in order"
        session.changed.emit()
        desk.show_section("activity")
        self.driver.picture("activity", of=shell)
        shell.lock()
        shell.deleteLater()

    def _set_up(self, shell: Shell) -> None:
        driver, page = self.driver, self.page(shell, SetupWizard)
        driver.picture("set-up-role", of=shell)
        driver.press(page, "Continue")
        step = page.passphrase_step
        driver.type(step.name_field.input, "Helen Ashdown")
        driver.type(step.school_field.input, "Larkmere Academy")
        driver.type(step.first.input, _TEACHER)
        driver.type(step.second.input, _TEACHER)
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

    def _new_incident(self, desk: Desk) -> None:
        driver = self.driver
        driver.press(desk, "New")
        window = desk.window()
        dialog = driver.until(
            lambda: next((one for one in window.findChildren(NewIncidentDialog) if one.isVisible()), None),
            "the new incident",
        )
        driver.type(dialog.title.input, _TITLE)
        driver.picture("new-incident", of=window)
        driver.press(dialog, "Open incident")
        driver.until(desk.incidents.reference, "the incident")

    def _capture(self, shell: Shell) -> None:
        driver = self.driver
        desk = self.page(shell, Desk)
        driver.press(desk, "Capture")
        self._no_stop(shell)
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
        page = self.page(shell, ReviewPage)
        driver.until(shell.isActiveWindow, "the window to come back")
        self._state(shell, page)

    def _no_stop(self, shell: Shell) -> None:
        """Asked once, before the first picture of an incident."""
        driver = self.driver
        question = driver.until(
            lambda: next((one for one in shell.findChildren(StopQuestion) if one.isVisible()), None),
            "the question of 8.1",
        )
        driver.picture("stop-question", of=shell)
        driver.press(question, "No")
        driver.press(question, "Record my answer")

    def _state(self, shell: Shell, page: ReviewPage) -> None:
        driver = self.driver
        driver.picture("sealed-and-safe", of=shell)
        driver.type(page.form.address.input, world.ADDRESS.replace("http:", "https:"))
        driver.type(page.form.platform.input, "Chirrup")
        driver.type(page.form.account.input, "@larkmere_whispers")
        driver.press(page, "Insults or mockery")
        driver.press(page, "Me")
        driver.type(page.form.note.input, "A pupil showed me this at the end of period 4.")
        driver.picture("stated", of=shell)
        driver.press(page, "Done")

    def _look(self, shell: Shell) -> None:
        driver, desk = self.driver, self.page(shell, Desk)
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

    def _befriend(self, shell: Shell, card: Path) -> None:
        driver = self.driver
        shell.open_path(card)
        desk = self.page(shell, Desk)
        driver.until(lambda: self._question(desk.contacts), "the question who it is")
        driver.picture("contacts-compare-the-words", of=shell)
        self._answer(desk.contacts, self.head_words)
        driver.until(
            lambda: any(one.confirmed_at for one in shell.session.vault.read.contacts()), "the confirmation"
        )

    def _question(self, page: QWidget) -> WordsQuestion | None:
        return next((one for one in page.findChildren(WordsQuestion) if one.isVisible()), None)

    def _answer(self, page: QWidget, words: tuple[str, ...]) -> None:
        """Compare the words as two people would, and say that they are the same."""
        question = self.driver.until(lambda: self._question(page), "the question who it is")
        if question.words.words() != words:
            raise UserError("The words shown are not those of the other vault.")
        self.driver.press(question, "In person")
        self.driver.press(question, "Yes, all eight match")

    def _seal(self, shell: Shell) -> None:
        driver, desk = self.driver, self.page(shell, Desk)
        desk.show_section("incidents")
        driver.press(desk, "Seal a bundle")
        page = self.page(shell, SealWizard)
        driver.until(lambda: _TITLE in page.wizard.about.text(), "the incident to be read")
        driver.press(page, "No. It goes to the Headteacher")
        for name in ("seal-who", "seal-contents"):
            driver.until(page.wizard.next_button.isEnabled, "the next step")
            driver.picture(name, of=shell)
            driver.press(page, "Continue")
        target = page.check.target.input
        driver.click(target)
        driver.key(target, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(target, str(self.bundle))
        driver.picture("seal-check", of=shell)
        driver.press(page, "Seal the bundle")
        driver.until(self.bundle.exists, "the bundle")
        driver.button(page, "Done")
        driver.picture("sealed", of=shell)
        driver.press(page, "Done")

    # --- the headteacher -------------------------------------------------------------------------

    def headteacher(self) -> None:
        """The bundle arrives; who sent it is confirmed; an altered copy is caught."""
        folder = paths.user_config_dir()
        recent = RecentVault(str(self.head_folder), "Mrs Ruth Calloway", "Larkmere Academy", "head", "")
        settings.save(settings.load(folder).with_recent(recent), folder)
        driver, shell = self.driver, self.open_window()
        page = self.page(shell, UnlockPage)
        driver.type(page.passphrase.input, _HEAD)
        driver.picture("unlock", of=shell)
        driver.press(page, "Unlock")
        self.page(shell, Desk)
        driver.picture("headteacher-home", of=shell)
        verdict = self._verify(shell, self.bundle)
        driver.until(lambda: self._question(verdict), "the question who sent it")
        driver.picture("verdict-sender-not-confirmed", of=shell)
        self._answer(verdict, self.teacher_words)
        self._wait_for(verdict, sentences.State.INTACT)
        driver.picture("verdict-intact", of=shell)
        vault = shell.session.vault
        self._report("intact", workflows.verify_with_vault(vault, self.bundle))
        altered = self._alter(vault.identity)
        verdict = self._verify(shell, altered)
        self._wait_for(verdict, sentences.State.ALTERED)
        driver.picture("verdict-altered", of=shell)
        self._check_altered(vault, altered)
        theme.apply(self.application, not self.dark)
        driver.picture("verdict-altered-other-look", of=shell)
        verdict = self._verify(shell, self.bundle)
        self._wait_for(verdict, sentences.State.INTACT)
        driver.picture("verdict-intact-other-look", of=shell)
        theme.apply(self.application, self.dark)
        shell.lock()
        shell.deleteLater()

    def _verify(self, shell: Shell, path: Path) -> VerdictPage:
        shell.verify(str(path))
        page = self.page(shell, Desk).sections.currentWidget()
        if not isinstance(page, VerdictPage):
            raise UserError("The demo's window does not show a verdict. Nothing of yours was touched.")
        return page

    def _wait_for(self, page: VerdictPage, state: sentences.State) -> None:
        self.driver.until(
            lambda: page.verdict is not None and sentences.state(page.verdict) is state,
            f"the verdict “{state.value}”",
        )

    def _alter(self, identity: Identity) -> Path:
        """Open the bundle, then change a few bytes in the middle of its one picture."""
        opened = self.output / "opened-then-altered"
        extract.extract(self.bundle, [identity], opened)
        picture = opened / "data" / "exhibits" / "HXA-001" / "original.png"
        data = bytearray(picture.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 4] = bytes(byte ^ 0xFF for byte in data[middle : middle + 4])
        picture.write_bytes(data)
        return opened

    def _check_altered(self, vault: vaults.Vault, altered: Path) -> None:
        try:
            verify(altered, [], workflows.trust_of(vault))
        except Altered as caught:
            self._report("altered", caught.verdict)
            named = [one.number for one in caught.verdict.exhibits if not one.unchanged]
            if named != ["HXA/001"]:
                raise UserError(f"The altered copy was caught, but the exhibit named is {named}.") from caught
            return
        raise UserError("The altered copy was not caught. Do not rely on this program.")

    def _report(self, name: str, verdict: Verdict) -> None:
        from evidence_app.cli.bundles import verdict_json, verdict_words

        reports = self.output / "reports"
        (reports / f"{name}.json").write_text(json.dumps(verdict_json(verdict), indent=2, ensure_ascii=False))
        (reports / f"{name}.txt").write_text(verdict_words(verdict) + "\n")
        self.sentences[name] = sentences.describe(verdict)[0]

    def account(self) -> list[str]:
        """What happened and where everything is."""
        return [
            "Helen Ashdown captured a real page from a real screen, stated what she knew, and sealed it.",
            f"  Her vault: {self.vault_report}.",
            f"Mrs Ruth Calloway checked the bundle: {self.sentences['intact']}",
            f"Four bytes of an opened copy were changed: {self.sentences['altered']}",
            f"  Pictures: {self.output / 'pictures'} ({len(self.driver.pictures)} of the real window)",
            f"  Bundle:   {self.bundle}",
            f"  Reports:  {self.output / 'reports'}",
            f"  Vaults:   {self.output / 'vaults'} and {self.output / 'home'}",
        ]


def run(output: Path, *, dark: bool) -> list[str]:
    """Carry out the journey; returns the account, line by line."""
    journey = Journey(output, dark=dark)
    journey.teacher()
    journey.headteacher()
    for dialog in journey.application.topLevelWidgets():
        if isinstance(dialog, QDialog):
            dialog.close()
    screen.close()
    return journey.account()
