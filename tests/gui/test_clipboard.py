"""A program that hangs with something copied must not make our window hang with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QGuiApplication

from evidence_app.capture import copied
from evidence_app.ui import clipboard

_OTHER = """
from PySide6.QtGui import QClipboard, QGuiApplication
app = QGuiApplication([])
app.clipboard().setText(" https://pictures.example/p/17 ")
app.clipboard().setText("marked", QClipboard.Mode.Selection)
print("copied", flush=True)
app.exec()
"""


@pytest.fixture
def other(qapp) -> Iterator[subprocess.Popen[str]]:
    """Another program, which copied something and marked something."""
    with subprocess.Popen([sys.executable, "-c", _OTHER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "copied"
        try:
            yield process
        finally:
            process.kill()


def test_what_another_program_copied_is_read(other, qtbot):
    qtbot.waitUntil(lambda: clipboard.text() == "https://pictures.example/p/17")
    qtbot.waitUntil(lambda: clipboard.marked() == "marked")


def test_a_program_that_hangs_is_not_waited_for(other, monkeypatch):
    def waits(*_mode: object) -> str:
        raise AssertionError("the toolkit would wait for it")

    held = SimpleNamespace(
        ownsClipboard=lambda: False, ownsSelection=lambda: False, supportsSelection=lambda: True, text=waits
    )
    os.kill(other.pid, signal.SIGSTOP)
    try:
        assert not copied.answers()
        assert not copied.answers(marked=True)
        monkeypatch.setattr(QGuiApplication, "clipboard", lambda: held)
        assert (clipboard.text(), clipboard.marked()) == ("", "")
    finally:
        os.kill(other.pid, signal.SIGCONT)


def test_ours_is_read_without_asking(qapp, monkeypatch):
    QGuiApplication.clipboard().setText(" ours ")
    monkeypatch.setattr(copied, "answers", lambda **_: pytest.fail("asked itself"))
    assert clipboard.text() == "ours"
    QGuiApplication.clipboard().clear()
