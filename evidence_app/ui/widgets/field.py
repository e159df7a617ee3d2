"""Fields: a label above, a hint, the input, and a message in place below it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from evidence_app.ui import icons, theme
from evidence_app.ui.widgets.message import InlineMessage
from evidence_app.ui.widgets.text import Quiet, Text


def repolish(widget: QWidget) -> None:
    """Let the style sheet read a changed property."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Field(QWidget):
    """Label, hint, any input widget, message. The label is the input's accessible name."""

    def __init__(
        self,
        label: str,
        editor: QWidget,
        *,
        hint: str = "",
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self.label = Text(type="strong", wrap=False)
        note = Quiet(" " + self.tr("(optional)")) if optional else ""
        self.label.set_parts(label, note)
        self.label.setBuddy(editor)
        self.hint = Text(hint, type="hint")
        self.message = InlineMessage()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for item in (self.label, self.hint, editor, self.message):
            column.addWidget(item)
        # A field that is given more room than it needs keeps its parts together.
        column.addStretch(1)
        self.hint.setContentsMargins(0, 0, 0, 4)
        self.hint.setVisible(bool(hint))
        editor.setAccessibleName(label)
        editor.setAccessibleDescription(hint)
        self.setFocusProxy(editor)

    def set_error(self, text: str) -> None:
        """Mark the input as wrong and say why; an empty text takes the mark away."""
        self.set_message(text, "bad")

    def set_message(self, text: str, kind: str = "neutral") -> None:
        """Say something under the input; only `bad` marks the input itself."""
        self.message.show_message(text, kind)
        wrong = bool(text) and kind == "bad"
        target = getattr(self.editor, "ring_target", None) or self.editor
        if bool(target.property("wrong")) != wrong:
            target.setProperty("wrong", wrong)
            repolish(target)
        described = " ".join(part for part in (self.hint.text(), text) if part)
        self.editor.setAccessibleDescription(described)


class TextField(Field):
    """A one-line text input."""

    changed = Signal(str)
    submitted = Signal()

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        placeholder: str = "",
        optional: bool = False,
        value: str = "",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        edit = QLineEdit(value)
        edit.setPlaceholderText(placeholder)
        edit.setFont(theme.font("body"))
        super().__init__(label, edit, hint=hint, optional=optional, parent=parent)
        self.input = edit
        if icon:
            edit.addAction(icons.icon(icon, "text_2", 16), QLineEdit.ActionPosition.LeadingPosition)
        # The old error goes before anybody hears of the change, who may have a new one to say.
        edit.textChanged.connect(lambda _text: self.set_error("") if edit.property("wrong") else None)
        edit.textChanged.connect(self.changed)
        edit.returnPressed.connect(self.submitted)

    def text(self) -> str:
        """What was typed, without blanks at either end."""
        return self.input.text().strip()

    def setText(self, text: str) -> None:
        """Fill the input."""
        self.input.setText(text)


class SearchField(QLineEdit):
    """A search input with a magnifier; `name` is its accessible name and its placeholder."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("compact", True)
        self.setFont(theme.font("body"))
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setTextMargins(24, 0, 0, 0)
        self.setClearButtonEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        icons.draw(QPainter(self), "search", "text_2", QRectF(13, (self.height() - 16) / 2, 16, 16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class TextAreaField(Field):
    """A text input of several lines; Tab leaves it."""

    changed = Signal()

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        placeholder: str = "",
        optional: bool = False,
        value: str = "",
        lines: int = 3,
        parent: QWidget | None = None,
    ) -> None:
        edit = QPlainTextEdit(value)
        edit.setPlaceholderText(placeholder)
        edit.setFont(theme.font("body"))
        edit.setTabChangesFocus(True)
        edit.setMinimumHeight(lines * theme.TYPE["body"].line + 14)
        super().__init__(label, edit, hint=hint, optional=optional, parent=parent)
        self.input = edit
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.setStretchFactor(edit, 1)
            column.takeAt(column.count() - 1)
        edit.textChanged.connect(self.changed)

    def text(self) -> str:
        """What was typed, without blanks at either end."""
        return self.input.toPlainText().strip()

    def setText(self, text: str) -> None:
        """Fill the input."""
        self.input.setPlainText(text)


class Select(QComboBox):
    """A drop-down list in the look of the fields. The wheel does not change it while it is not focused."""

    def __init__(
        self,
        options: Iterable[str | tuple[str, object]] = (),
        *,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFont(theme.font("body"))
        self.setFixedHeight(36 if compact else theme.HEIGHT_CONTROL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.installEventFilter(self)
        for option in options:
            words, data = option if isinstance(option, tuple) else (option, option)
            self.addItem(words, data)

    def value(self) -> object:
        """The data of the chosen option."""
        return self.currentData()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        widest = max((metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=80)
        return QSize(widest + 56, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and not self.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        on = self.isEnabled()
        painter.setBrush(t.color("surface" if on else "sunken"))
        painter.setPen(QPen(t.color("border" if on else "line"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(self.font())
        words = self.currentText() or self.placeholderText()
        painter.setPen(t.color("text" if on and self.currentText() else "text_2"))
        room = self.width() - 12 - 36
        words = QFontMetrics(self.font()).elidedText(words, Qt.TextElideMode.ElideRight, room)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(12, 0, room, self.height()), align, words)
        icons.draw(
            painter, "chevron-down", "text", QRectF(self.width() - 28, (self.height() - 16) / 2, 16, 16)
        )


class SelectField(Field):
    """A `Select` with label, hint and message."""

    changed = Signal(object)

    def __init__(
        self,
        label: str,
        options: Iterable[str | tuple[str, object]],
        *,
        hint: str = "",
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        select = Select(options)
        super().__init__(label, select, hint=hint, optional=optional, parent=parent)
        self.input = select
        select.currentIndexChanged.connect(lambda _index: self.changed.emit(select.value()))

    def value(self) -> object:
        """The data of the chosen option."""
        return self.input.value()
