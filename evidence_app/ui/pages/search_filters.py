"""What a search is narrowed to: one menu for each thing, and two days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QActionGroup, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.errors import UsageError
from evidence_app.fields import moments
from evidence_app.records import Method, SearchChoices, SearchFilters, SearchKind, SearchState
from evidence_app.ui import icons, say, theme
from evidence_app.ui.widgets import Button, FlowLayout, InlineMessage, Text, ToggleChip, bare
from evidence_app.workflows import whole_days

Choice = tuple[str, object]
TODAY, WEEK, MONTH, YEAR, BETWEEN = "today", "week", "month", "year", "between"
_SCHOOL_YEAR_BEGINS = 9


def tr(text: str) -> str:
    return QCoreApplication.translate("search", text)


class FilterMenu(Button):
    """A button with a menu of which one line holds. `changed` follows a choice by the person."""

    changed = Signal()

    def __init__(self, name: str, everything: str, parent: QWidget | None = None) -> None:
        super().__init__("", size="compact", icon_after="chevron-down", parent=parent)
        self._name, self._everything = name, everything
        self._values: list[object] = [None]
        self._menu = QMenu(self)
        self._menu.setFont(theme.font("body"))
        self._menu.setAccessibleName(name)
        self._group = QActionGroup(self)
        self._menu.aboutToShow.connect(self._draw_checks)
        self._menu.aboutToHide.connect(self._show_choice)
        self.setCheckable(True)
        self.setMenu(self._menu)
        self.set_choices(())

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """What can be chosen, besides everything; what is chosen stays so while it is among it."""
        kept = self.value()
        for action in self._group.actions():
            self._group.removeAction(action)
        self._menu.clear()
        # Beside the actions, not in them: Qt would make plain text of an enum.
        self._values = [None, *(value for _, value in choices)]
        for place, words in enumerate([self._everything, *(words for words, _ in choices)]):
            if place == 1:
                self._menu.addSeparator()
            action = self._menu.addAction(words.replace("&", "&&"))
            action.setCheckable(True)
            action.triggered.connect(lambda _on=False, value=self._values[place]: self._chosen(value))
            self._group.addAction(action)
        self.choose(kept)

    def choices(self) -> tuple[object, ...]:
        """The values of the lines below the first."""
        return tuple(self._values[1:])

    def value(self) -> object:
        """What is chosen, None for everything."""
        action = self._group.checkedAction()
        return None if action is None else self._values[self._group.actions().index(action)]

    def choose(self, value: object) -> None:
        """Choose without telling; everything where there is no such line."""
        place = self._values.index(value) if value in self._values else 0
        self._group.actions()[place].setChecked(True)
        self._show_choice()

    def _chosen(self, value: object) -> None:
        self.choose(value)
        self.changed.emit()

    def _show_choice(self) -> None:
        action = self._group.checkedAction()
        words = self._everything if action is None else action.text()
        self.setText(words)
        self.setAccessibleName(f"{self._name}: {words.replace('&&', '&')}")
        self.setChecked(self.value() is not None)
        self.updateGeometry()
        self.update()

    def _draw_checks(self) -> None:
        # An icon keeps the colour it was drawn in: drawn anew, it follows a switch of the theme.
        for action in self._group.actions():
            action.setIcon(icons.icon("check", "accent", 16) if action.isChecked() else _blank())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.showMenu()
        else:
            super().keyPressEvent(event)


def _blank() -> QIcon:
    """As wide as an icon, so that the words of a menu stand below each other."""
    room = QPixmap(16, 16)
    room.fill(Qt.GlobalColor.transparent)
    return QIcon(room)


class Days(QWidget):
    """Two days that somebody types; `changed` once they can be read."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.last = _day_edit(self.tr("First day")), _day_edit(self.tr("Last day"))
        self.message = InlineMessage()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for words, edit in ((self.tr("From"), self.first), (self.tr("to"), self.last)):
            label = Text(words, type="small", wrap=False)
            label.setBuddy(edit)
            row.addWidget(label)
            row.addWidget(edit)
            edit.editingFinished.connect(self.changed)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.message)

    def value(self) -> tuple[date | None, date | None]:
        """Both days; None for one that is empty or cannot be read, and then it says so."""
        self.message.clear()
        found = (self._read(self.first), self._read(self.last))
        if found[0] is not None and found[1] is not None and found[0] > found[1]:
            self.message.show_message(self.tr("The first day is after the last one."), "bad")
        return found

    def _read(self, edit: QLineEdit) -> date | None:
        if not edit.text().strip():
            return None
        try:
            when = moments.read(edit.text(), edit.accessibleName())
        except UsageError:
            self.message.show_message(self.tr("Write a day as 2026-03-12 or 12 March 2026."), "bad")
            return None
        return when.astimezone().date() if isinstance(when, datetime) else when


def _day_edit(name: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setProperty("compact", True)
    edit.setFont(theme.tabular(theme.font("body")))
    edit.setPlaceholderText(tr("12 March 2026"))
    edit.setAccessibleName(name)
    edit.setMaxLength(40)
    edit.setFixedWidth(168)
    return edit


def spans(menu: FilterMenu) -> None:
    """Fill a menu with the spans of time that `span` knows."""
    menu.set_choices(
        [
            (tr("Today"), TODAY),
            (tr("Last 7 days"), WEEK),
            (tr("Last 30 days"), MONTH),
            (tr("This school year"), YEAR),
            (tr("Between two days"), BETWEEN),
        ]
    )


def span(chosen: object, days: Days) -> tuple[date | None, date | None]:
    """First and last day of what was chosen in such a menu; `days` are those that somebody types."""
    today = say.local(datetime.now(UTC)).date()
    match chosen:
        case "today":
            return today, None
        case "week":
            return today - timedelta(days=6), None
        case "month":
            return today - timedelta(days=29), None
        case "year":
            begun = today.year if today.month >= _SCHOOL_YEAR_BEGINS else today.year - 1
            return date(begun, _SCHOOL_YEAR_BEGINS, 1), None
        case "between":
            return days.value()
    return None, None


class SearchFilterBar(QWidget):
    """All filters. `changed` when another answer has to be asked for."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.among = FilterMenu(self.tr("Search in"), self.tr("Everywhere"))
        self.when = FilterMenu(self.tr("When"), self.tr("Any time"))
        self.platform = FilterMenu(self.tr("Platform"), self.tr("Any platform"))
        self.category = FilterMenu(self.tr("Kind of abuse"), self.tr("Any kind"))
        self.method = FilterMenu(self.tr("How it was captured"), self.tr("Any way of capture"))
        self.state = FilterMenu(self.tr("State"), self.tr("Any state"))
        self.by = FilterMenu(self.tr("By whom"), self.tr("By anybody"))
        self.menus = (
            *(self.among, self.when, self.platform, self.category),
            *(self.method, self.state, self.by),
        )
        self.earlier = ToggleChip(self.tr("Earlier wordings too"), True)
        self.earlier.setToolTip(self.tr("Also look through what was said once and put differently since."))
        self.clear_button = bare(self.tr("Clear filters"), "close", size="compact", on_click=self.clear)
        self.days = Days()
        buttons = QWidget()
        policy_of_size = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy_of_size.setHeightForWidth(True)
        buttons.setSizePolicy(policy_of_size)
        flow = FlowLayout(buttons, 8)
        for widget in (*self.menus, self.earlier, self.clear_button):
            flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(buttons)
        column.addWidget(self.days)
        self._fill()
        for menu in self.menus:
            menu.changed.connect(self._on_change)
        self.earlier.toggled.connect(lambda _on: self._on_change())
        self.days.changed.connect(self._on_change)
        self._show_rest()

    def _fill(self) -> None:
        self.among.set_choices(
            [
                (self.tr("Incidents"), SearchKind.INCIDENT),
                (self.tr("Exhibits"), SearchKind.EXHIBIT),
                (self.tr("Received bundles"), SearchKind.RECEIVED),
                (self.tr("Sealed bundles"), SearchKind.BUNDLE),
                (self.tr("Referrals"), SearchKind.REFERRAL),
            ]
        )
        spans(self.when)
        self.state.set_choices(
            [
                (self.tr("Not filed"), SearchState.NOT_FILED),
                (self.tr("Withdrawn"), SearchState.WITHDRAWN),
                (self.tr("Locked away"), SearchState.LOCKED_AWAY),
                (self.tr("On hold"), SearchState.ON_HOLD),
            ]
        )
        self.set_choices(SearchChoices())

    def set_choices(self, choices: SearchChoices) -> None:
        """What this vault has to choose from; a menu with nothing to tell apart is not shown."""
        rules = policy.current()
        self.platform.set_choices([(one, one) for one in choices.platforms])
        names = {code: rules.name_of(code, rules.categories) for code in choices.categories}
        self.category.set_choices(sorted((name, code) for code, name in names.items()))
        self.method.set_choices([(say.method(one), one) for one in choices.methods])
        self.by.set_choices([(one, one) for one in choices.people])
        for menu, least in ((self.platform, 1), (self.category, 1), (self.method, 2), (self.by, 2)):
            menu.setVisible(len(menu.choices()) >= least)

    def value(self) -> SearchFilters:
        """What is chosen now."""
        since, until = whole_days(*span(self.when.value(), self.days))
        kind, method, state = self.among.value(), self.method.value(), self.state.value()
        return SearchFilters(
            kinds=frozenset({kind}) if isinstance(kind, SearchKind) else frozenset(),
            since=since,
            until=until,
            platform=str(self.platform.value() or ""),
            category=str(self.category.value() or ""),
            method=method if isinstance(method, Method) else None,
            state=state if isinstance(state, SearchState) else None,
            by=str(self.by.value() or ""),
            earlier=self.earlier.isChecked(),
        )

    def clear(self) -> None:
        """Narrow nothing any more."""
        blocked = self.blockSignals(True)
        for menu in self.menus:
            menu.choose(None)
        self.earlier.setChecked(False)
        self.blockSignals(blocked)
        self._on_change()

    def _on_change(self) -> None:
        self._show_rest()
        self.changed.emit()

    def _show_rest(self) -> None:
        self.days.setVisible(self.when.value() == BETWEEN)
        chosen = any(menu.value() is not None for menu in self.menus) or self.earlier.isChecked()
        if not chosen and self.clear_button.hasFocus():
            self.among.setFocus(Qt.FocusReason.OtherFocusReason)
        self.clear_button.setVisible(chosen)
