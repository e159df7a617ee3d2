"""Above the table: search and the filter menu. Below it: how many, print, save, settings."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from evidence_app.records import BundleState
from evidence_app.ui import icons, say, theme
from evidence_app.ui.pages.bundle_states import status
from evidence_app.ui.pages.register_data import Register
from evidence_app.ui.widgets import Button, ElidedLabel, SearchField, bare, section


def _tr(text: str) -> str:
    return QCoreApplication.translate("register", text)


class FilterButton(Button):
    """A button whose menu says which bundles are shown. `changed` carries the choice ("" for all)."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "filter", size="compact", icon_after="chevron-down", parent=parent)
        self.setFixedHeight(36)
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        self._icons: dict[QAction, tuple[str, str]] = {}
        self._offer("", self.tr("All results"), "list", "text_2")
        self._menu.addSeparator()
        for state in BundleState:
            shown = status(state)
            self._offer(
                state.value, shown.words, shown.icon, "text_2" if shown.kind == "neutral" else shown.kind
            )
        self._menu.addSeparator()
        self._offer("open", self.tr("Open: not settled"), "folder", "text_2")
        self._offer("overdue", self.tr("Overdue"), "clock", "warn")
        self._offer("settled", self.tr("Settled"), "check", "ok")
        self._menu.aboutToShow.connect(self._draw_icons)
        self.setMenu(self._menu)
        self.choose("")

    def _offer(self, value: str, words: str, icon: str, token: str) -> None:
        action = self._menu.addAction(words)
        action.setData(value)
        action.setCheckable(True)
        self._group.addAction(action)
        self._icons[action] = (icon, token)
        action.triggered.connect(lambda _on=False, value=value: self._chosen(value))

    def _draw_icons(self) -> None:
        # An icon keeps the colour it was drawn in: drawn anew, it follows a switch of the theme.
        for action, (icon, token) in self._icons.items():
            action.setIcon(icons.icon("check" if action.isChecked() else icon, token, 16))

    def value(self) -> str:
        """What is chosen."""
        action = self._group.checkedAction()
        return "" if action is None else str(action.data())

    def choose(self, value: str) -> None:
        """Choose without telling."""
        for action in self._group.actions():
            if action.data() == value:
                action.setChecked(True)
                self.setText(action.text())
                self.setAccessibleName(self.tr("Show: {0}").format(action.text()))
                self.updateGeometry()
                self.update()

    def _chosen(self, value: str) -> None:
        self.choose(value)
        self.changed.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.showMenu()
        else:
            super().keyPressEvent(event)


class RegisterBar(QWidget):
    """The title of the table, search, filter. `asked` after every change."""

    asked = Signal()
    down_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = _Search(self.tr("Search the register"))
        self.search.setFixedWidth(260)
        self.search.setToolTip(self.tr("Search the register (Ctrl+Shift+F)"))
        self.search.textChanged.connect(lambda _text: self.asked.emit())
        self.search.down_pressed.connect(self.down_pressed)
        self.filter = FilterButton()
        self.filter.changed.connect(lambda _value: self.asked.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(section(self.tr("Register"), wrap=False), 1)
        row.addWidget(self.search)
        row.addWidget(self.filter)


class _Search(SearchField):
    """Enter and the arrow down go on to what was found."""

    down_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        on = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if on and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.down_pressed.emit()
        else:
            super().keyPressEvent(event)


class RegisterFoot(QWidget):
    """How many bundles there are, and what can be done with the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ElidedLabel("", type="hint")
        self.words.setFont(theme.tabular(theme.font("hint")))
        self.print_button = bare(self.tr("Print"), "printer", size="compact")
        self.save_button = bare(self.tr("Save register"), "download", size="compact")
        self.settings_button = bare(self.tr("Register settings"), "settings", size="compact")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.words, 1)
        for button in (self.print_button, self.save_button, self.settings_button):
            row.addWidget(button)

    def show_register(self, register: Register, days: int | None) -> None:
        """Say how many are shown and how many wait too long."""
        self.words.setText(summary(register, days))
        for button in (self.print_button, self.save_button):
            button.setEnabled(bool(register.shown))


def summary(register: Register, days: int | None) -> str:
    """For example `7 bundles. 2 overdue: waiting 10 days or longer.`."""
    many = say.plural(len(register.rows), _tr("bundle"), _tr("bundles"))
    if len(register.shown) != len(register.rows):
        many = _tr("{0} of {1}").format(len(register.shown), many)
    if not register.rows:
        return ""
    if days is None:
        return f"{many}. " + _tr("No number of days is set after which one is overdue.")
    late = sum(one.overdue for one in register.rows)
    limit = say.plural(days, _tr("day"), _tr("days"))
    if not late:
        return f"{many}. " + _tr("None is overdue (open for more than {0}).").format(limit)
    return f"{many}. " + _tr("{0} overdue: open for more than {1}.").format(late, limit)
