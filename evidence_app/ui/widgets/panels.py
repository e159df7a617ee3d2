"""Observed is not stated: the two panels keep them apart on every page."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from evidence_app.ui import theme
from evidence_app.ui.widgets.banner import paint_side_bar_card
from evidence_app.ui.widgets.card import Divider
from evidence_app.ui.widgets.icon import IconLabel
from evidence_app.ui.widgets.text import HashLabel, Text

INPUTS = (QLineEdit, QComboBox, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


class FactRows(QWidget):
    """Rows of "name, value" with a line between them; values can be selected and copied."""

    def __init__(
        self,
        *,
        line: str = "line",
        name_width: int = 112,
        align_right: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._line, self._name_width, self._right = line, name_width, align_right
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def add(self, name: str, value: str | QWidget, note: str = "") -> None:
        """Add a row. A `value` that is a widget (a `HashLabel`, a chip) is shown as it is."""
        self._column.addWidget(Divider(self._line))
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(4)
        label = Text(name, type="hint")
        label.setFixedWidth(self._name_width)
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        values = QVBoxLayout()
        values.setSpacing(1)
        shown = value if isinstance(value, QWidget) else Text(value, type="body", selectable=True)
        if not isinstance(value, QWidget):
            shown.setAccessibleName(f"{name}: {value}")
        elif isinstance(value, HashLabel):
            shown.setAccessibleName(f"{name}: {value.accessibleName()}")
        if self._right and isinstance(shown, Text):
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        wide = isinstance(shown, Text) or (
            shown.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Expanding
        )
        values.addWidget(shown, 0, Qt.AlignmentFlag(0) if wide else Qt.AlignmentFlag.AlignLeft)
        if note:
            values.addWidget(Text(note, type="hint", selectable=True))
        row.addLayout(values, 1)
        self._column.addLayout(row)

    def clear(self) -> None:
        """Remove every row."""
        _empty(self._column)


def _empty(layout: QLayout | None) -> None:
    while layout is not None and layout.count():
        item = layout.takeAt(0)
        if item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()
        elif item.layout() is not None:
            _empty(item.layout())


class _Panel(QFrame):
    def __init__(self, icon: str, token: str, title: str, sub: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._icon = IconLabel(icon, token, 20, line=24)
        self._sub = Text(sub, type="hint")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(title, type="card"))
        words.addWidget(self._sub)
        self._head = QHBoxLayout()
        self._head.setSpacing(10)
        self._head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(words, 1)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sub)

    def set_sub(self, text: str) -> None:
        """Another sentence under the title."""
        self._sub.setText(text)
        self.setAccessibleDescription(text)


class ObservedPanel(_Panel):
    """What the software itself saw. It refuses inputs: nothing in it can ever be edited."""

    def __init__(self, title: str = "", sub: str = "", *, parent: QWidget | None = None) -> None:
        title = title or _tr("Observed")
        sub = sub or _tr("Recorded by the app at the click. No one can edit this.")
        super().__init__("lock", "accent", title, sub, parent)
        self.rows = FactRows(line="tint_line")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 14, 16, 14)
        self.body.setSpacing(8)
        self.body.addLayout(self._head)
        self.body.addWidget(self.rows)
        self.body.addStretch(1)

    def add(self, name: str, value: str | QWidget, note: str = "") -> None:
        """Add a row; raises TypeError for a widget that can be written into."""
        if isinstance(value, QWidget):
            found = [value, *value.findChildren(QWidget)]
            if any(isinstance(item, INPUTS) for item in found):
                raise TypeError("an observed value can never be edited")
        self.rows.add(name, value, note)

    def clear(self) -> None:
        """Remove every row."""
        self.rows.clear()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_side_bar_card(QPainter(self), QRectF(self.rect()), "accent", 4, theme.RADIUS_CARD)


class TintPanel(ObservedPanel):
    """The same look for a fingerprint: words and a digest. `icon` in place of the lock."""

    def __init__(
        self, title: str, sub: str = "", icon: str = "words", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, sub or " ", parent=parent)
        self._icon.set_icon(icon)
        self._sub.setVisible(bool(sub))
        self.setAccessibleDescription(sub)
        self.rows.hide()
        self.body.takeAt(self.body.count() - 1)


class StatedPanel(_Panel):
    """What a person says: a plain card with inputs. `body` takes the fields; `add` puts one at the end."""

    def __init__(self, title: str = "", sub: str = "", *, parent: QWidget | None = None) -> None:
        title = title or _tr("Stated")
        sub = sub or _tr("What you say about it. You can add to this later; nothing is overwritten.")
        super().__init__("speech", "text_2", title, sub, parent)
        self.setProperty("card", "plain")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self._head.setContentsMargins(16, 13, 16, 10)
        outer.addLayout(self._head)
        outer.addWidget(Divider())
        self.body = QVBoxLayout()
        self.body.setContentsMargins(19, 12, 19, 16)
        self.body.setSpacing(14)
        outer.addLayout(self.body)

    def add(self, item: QWidget) -> None:
        """Put a field at the end."""
        self.body.addWidget(item)


def _tr(text: str) -> str:
    return QCoreApplication.translate("panels", text)
