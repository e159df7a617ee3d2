"""The journey: two people, their windows and vaults, and what became of it all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from evidence_app import app, paths, settings
from evidence_app.bundle import sentences
from evidence_app.capture import screen
from evidence_app.demo.driver import Driver
from evidence_app.errors import UserError
from evidence_app.records import Verdict
from evidence_app.settings import RecentVault
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.confirm_sender import WordsQuestion
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.shell import Shell
from evidence_app.vault.vault import Vault

# A demo's secrets: fictional people, vaults that hold nothing but the made-up page.
TEACHER = "copper lantern quiet meadow"
HEAD = "harbour pencil violin acorn"
TITLE = "Anonymous posts about my Year 9 lessons"

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
        self.receipt = output / "INC-001.evidence-receipt"
        # Known once the windows have made them.
        self.teacher_folder = Path()
        self.teacher_words: tuple[str, ...] = ()
        self.head_words: tuple[str, ...] = ()
        self.vault_report = ""

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

    def unlock(self, recent: RecentVault, passphrase: str, picture: str = "") -> Shell:
        """Open the window of somebody who has a vault, and unlock it."""
        folder = paths.user_config_dir()
        settings.save(settings.load(folder).with_recent(recent), folder)
        shell = self.open_window()
        page = self.page(shell, UnlockPage)
        self.driver.type(page.passphrase.input, passphrase)
        if picture:
            self.driver.picture(picture, of=shell)
        self.driver.press(page, "Unlock")
        self.page(shell, Desk)
        return shell

    def vault_of(self, shell: Shell) -> Vault:
        """The vault that is open in a window."""
        if shell.session is None:
            raise UserError("The demo's vault is locked too early. Nothing of yours was touched.")
        return shell.session.vault

    # --- what both do ----------------------------------------------------------------------------

    def question(self, page: QWidget) -> WordsQuestion | None:
        """The question whether eight words match, where it is asked."""
        return next((one for one in page.findChildren(WordsQuestion) if one.isVisible()), None)

    def answer(self, page: QWidget, words: tuple[str, ...]) -> None:
        """Compare the words as two people would, and say that they are the same."""
        question = self.driver.until(lambda: self.question(page), "the question who it is")
        if question.words.words() != words:
            raise UserError("The words shown are not those of the other vault.")
        self.driver.press(question, "In person")
        self.driver.press(question, "Yes, all eight match")

    def report(self, name: str, verdict: Verdict) -> None:
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
            f"She issued a receipt. Helen Ashdown’s window says: {self.sentences['receipt']}",
            f"Four bytes of an opened copy were changed: {self.sentences['altered']}",
            f"  Pictures: {self.output / 'pictures'} ({len(self.driver.pictures)} of the real window)",
            f"  Bundle:   {self.bundle}",
            f"  Receipt:  {self.receipt}",
            f"  Reports:  {self.output / 'reports'}",
            f"  Vaults:   {self.output / 'vaults'} and {self.output / 'home'}",
        ]


def run(output: Path, *, dark: bool) -> list[str]:
    """Carry out the journey; returns the account, line by line."""
    from evidence_app.demo import headteacher, teacher

    journey = Journey(output, dark=dark)
    teacher.evening(journey)
    headteacher.morning(journey)
    teacher.answered(journey)
    for dialog in journey.application.topLevelWidgets():
        if isinstance(dialog, QDialog):
            dialog.close()
    screen.close()
    return journey.account()
