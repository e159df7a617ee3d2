"""A person at the window, traced: the picture on the screen, captured, looked at, described, found, sealed.

Run by `leaks.py`: `python -m tests.attack._window_journey FOLDER WORD`. What it prints is how far it came.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from evidence_app import app, workflows
from evidence_app.capture import screen
from evidence_app.records import StopAnswer
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.shell import Shell
from evidence_app.vault import vault
from tests.vaults import PASSPHRASE


def main() -> int:
    """The journey."""
    folder, word = Path(sys.argv[1]), sys.argv[2]
    application = app.make_application()
    shown = QLabel()
    shown.setPixmap(QPixmap(str(folder / "planted.png")))
    shown.show()
    QTest.qWait(300)
    shell = app.make_shell(application)
    held = vault.unlock(folder / "helen.evidence-vault", PASSPHRASE)
    shell.show()
    shell._unlocked(held)
    desk = shell._desk
    assert isinstance(desk, Desk)
    wait(shell)
    say("unlocked")
    workflows.answer_stop(held, "INC-001", StopAnswer.NO)
    taken = workflows.keep(held, screen.take(screen.AllTarget()), "INC-001")
    workflows.state(held, "INC-001", {"facts": word})
    desk.session.changed.emit()
    wait(shell)
    say("captured")
    shell._review(taken.number)
    wait(shell)
    page = shell.pages.currentWidget()
    assert isinstance(page, ReviewPage)
    say("described")
    shell._home()
    desk.show_exhibit(taken.number)
    wait(shell)
    desk.exhibit.grab()
    say("shown")
    QGuiApplication.clipboard().setText(word)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    shell.grab().save(buffer, "PNG")
    shell.tell_fault(RuntimeError(word))
    wait(shell)
    say("told a fault")
    shell.lock()
    shell.close()
    say("locked")
    return 0


def wait(shell: Shell) -> None:
    """Until nothing runs in the background."""
    QTest.qWait(100)
    while shell.runner.tasks:
        QTest.qWait(50)


def say(how_far: str) -> None:
    sys.stdout.write(how_far + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
