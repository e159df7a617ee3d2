"""A button that opens a short menu of acts: "Save report", "More"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets.button import Button


@dataclass(frozen=True, slots=True)
class MenuAct:
    """A line of the menu. `why_not`: it cannot be done now, and this is said with it."""

    words: str
    act: Callable[[], object]
    why_not: str = ""


class MenuButton(Button):
    """Enter, Space and the Down key open the menu below the button; Escape closes it again."""

    def __init__(
        self,
        text: str,
        acts: Sequence[MenuAct],
        icon: str = "",
        *,
        size: str = "control",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, icon, size=size, icon_after="chevron-down", parent=parent)
        self.clicked.connect(self.open_menu)
        self.setAccessibleName(self.tr("{0}, menu").format(text))
        self.menu_acts: list[QAction] = []
        self._menu = QMenu(self)
        self._menu.setFont(theme.font("body"))
        self._menu.setAccessibleName(text)
        self._menu.setToolTipsVisible(True)
        self.set_acts(acts)

    def set_acts(self, acts: Sequence[MenuAct]) -> None:
        """Other lines in the place of those that are there."""
        self._menu.clear()
        self.menu_acts = []
        for one in acts:
            action = self._menu.addAction(one.words.replace("&", "&&"))
            action.setEnabled(not one.why_not)
            action.setToolTip(one.why_not or one.words)
            action.triggered.connect(lambda _on=False, act=one.act: act())
            self.menu_acts.append(action)

    def act_named(self, words: str) -> QAction:
        """The line that has these words; raises KeyError."""
        for action in self.menu_acts:
            if words in action.text():
                return action
        raise KeyError(words)

    def open_menu(self) -> None:
        """Show the menu, its first line chosen."""
        self._menu.setMinimumWidth(self.width())
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
        first = next((action for action in self.menu_acts if action.isEnabled()), None)
        if first is not None:
            self._menu.setActiveAction(first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.open_menu()
        else:
            super().keyPressEvent(event)
