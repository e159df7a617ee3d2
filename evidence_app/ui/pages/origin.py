"""Where the words of a field come from: typed, or pasted as a whole. For every form that states."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from evidence_app.records import Source
from evidence_app.ui import clipboard


class Origin(QObject):
    """Tells a text that was pasted or dropped as a whole from one that was typed or touched afterwards.

    Pasted: it came in one go, and what stands there now is what the clipboard holds.
    """

    def __init__(self, editor: QLineEdit | QPlainTextEdit, read: Callable[[], str]) -> None:
        super().__init__(editor)
        self._read = read
        self._last = read()
        self._dropped = ""
        self.source = Source.TYPED
        editor.textChanged.connect(self._changed)
        target = editor.viewport() if isinstance(editor, QPlainTextEdit) else editor
        target.installEventFilter(self)

    def reset(self, source: Source) -> None:
        """The text was filled in by the program; this is where it comes from."""
        self._last, self.source = self._read(), source

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self._dropped = event.mimeData().text().strip()
        return False

    def _changed(self) -> None:
        before, self._last = self._last, self._read()
        if self._last == before:
            return
        come = _inserted(before, self._last) > 1
        pasted = come and self._last in (self._dropped, clipboard.text(), clipboard.marked())
        self.source = Source.PASTED if pasted else Source.TYPED


def _inserted(before: str, after: str) -> int:
    """How many characters of `after` are new: all but the common start and the common end."""
    start = _same(before, after)
    return len(after) - start - _same(before[start:][::-1], after[start:][::-1])


def _same(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
