"""Drives the real window with mouse and keys, waits for what it shows, and takes pictures of the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from evidence_app.capture import screen
from evidence_app.errors import UserError
from evidence_app.records import Area

_SECONDS = 30
_PAINT_MS = 120
_LOOKS = 30

Some = TypeVar("Some")


class Driver:
    """Hands, eyes and camera of the demo's person. `pictures` collects what was saved."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        self._application = application
        self._folder = folder
        self.pictures: list[Path] = []

    def until(self, condition: Callable[[], Some | None], what: str) -> Some:
        """Let the window work until `condition` gives something; its answer is returned."""
        end = time.monotonic() + _SECONDS
        while True:
            QTest.qWait(20)
            found = condition()
            if found:
                return found
            if time.monotonic() > end:
                raise UserError(
                    f"The demo waited too long for {what}. Nothing of yours was touched. Try again."
                )

    def button(self, root: QWidget, words: str) -> QAbstractButton:
        """The visible button with these words on it."""

        def find() -> QAbstractButton | None:
            for button in root.findChildren(QAbstractButton):
                if button.isVisible() and words in {button.text(), button.accessibleName()}:
                    return button
            return None

        return self.until(find, f"the button “{words}”")

    def press(self, root: QWidget, words: str) -> None:
        """Click the button with these words once it can be clicked."""
        button = self.button(root, words)
        self.until(button.isEnabled, f"the button “{words}” to be ready")
        self.click(button)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(
            widget,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            widget.rect().center() if at is None else at,
        )

    def type(self, field: QWidget, words: str) -> None:
        """Click into a field and type."""
        self.click(field)
        QTest.keyClicks(field, words)

    def key(
        self,
        widget: QWidget,
        key: Qt.Key,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        QTest.keyClick(widget, key, modifiers)

    def picture(self, name: str, *, of: QWidget | None = None) -> None:
        """Save what the screen shows: a window with its frame, or all of it, as it really is."""
        everything = _still()
        taken = everything
        if of is not None:
            ratio = of.devicePixelRatioF()
            frame = of.window().frameGeometry()
            area = Area(
                max(round(frame.left() * ratio), everything.area.left),
                max(round(frame.top() * ratio), everything.area.top),
                round(frame.width() * ratio),
                round(frame.height() * ratio),
            )
            width = min(area.width, everything.area.width - area.left)
            height = min(area.height, everything.area.height - area.top)
            taken = everything.crop(Area(area.left, area.top, width, height))
        path = self._folder / f"{len(self.pictures) + 1:02d}-{name}.png"
        path.write_bytes(taken.png())
        self.pictures.append(path)


def _still() -> screen.Grab:
    """The screen once everything on it is laid out and painted: two looks that show the same."""
    QTest.qWait(_PAINT_MS)
    before = screen.grab()
    for _ in range(_LOOKS):
        QTest.qWait(_PAINT_MS)
        now = screen.grab()
        if now.raw == before.raw:
            break
        before = now
    return before
