"""What a person does with a page in a window, and what stands in it.

The fixtures are in tests/window_fixtures.py.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from evidence_app.ui.tasks import TaskRunner

LONG_NAME = "Alexandrina Wilhelmina Featherstonehaugh-Cholmondeley-Smythe"
LONG_SCHOOL = "Larkmere Academy and Sixth Form College of the Upper Valley"
SIZES = [(1280, 768), (1024, 640)]


def at() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(at(), key, modifier)


def write(text: str) -> None:
    QTest.keyClicks(at(), text)


def idle(qtbot: QtBot, runner: TaskRunner) -> None:
    """Wait until nothing runs in the background."""
    qtbot.waitUntil(lambda: not runner.tasks, timeout=30_000)


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def nameless(page: QWidget) -> list[QWidget]:
    """Visible controls without a name."""
    return [
        widget
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not name_of(widget)
    ]


def tab_order() -> list[QWidget]:
    """Every stop of the Tab key, from where the focus is until it is there again."""
    seen: list[QWidget] = []
    while at() not in seen:
        seen.append(at())
        press(Qt.Key.Key_Tab)
    return seen


def place(widget: QWidget) -> QRect:
    """Where a widget is in its window."""
    return QRect(widget.mapTo(widget.window(), widget.rect().topLeft()), widget.size())


def cut_off(page: QWidget) -> list[str]:
    """Labels with less height than their words need, and pages wider than their window."""
    found = []
    for label in page.findChildren(QWidget):
        if not label.isVisible():
            continue
        if label.hasHeightForWidth() and 0 < label.height() < label.heightForWidth(label.width()):
            found.append(name_of(label) or type(label).__name__)
        if isinstance(label, QScrollArea) and label.horizontalScrollBar().maximum() > 0:
            found.append("a page is wider than its window")
    return found


def held(page: QWidget) -> str:
    """Everything in the widgets of a page, also what a screen reader gets and Undo would bring back."""
    found: list[str] = []
    for widget in page.findChildren(QWidget):
        found += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLineEdit):
            assert not widget.isUndoAvailable()
            widget.undo()
            found.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            assert not widget.document().isUndoAvailable()
            found.append(widget.toPlainText())
        else:
            text = getattr(widget, "text", None)
            found.append(str(text()) if callable(text) else "")
    return "\n".join(found)


def spoken(page: QWidget) -> set[str]:
    """The single words of `held`, in small letters."""
    return set(re.findall(r"[a-z]+", held(page).lower()))
