"""The passphrase input: dots, Show, and a warning while Caps Lock is on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets.button import bare
from evidence_app.ui.widgets.field import Field
from evidence_app.ui.widgets.message import InlineMessage


class _Box(QFrame):
    """The outline that holds the input and Show; the focus ring goes round it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("fieldBox", True)
        self.setFixedHeight(theme.HEIGHT_HERO)


class _Edit(QLineEdit):
    def __init__(self, box: QWidget) -> None:
        super().__init__()
        self.ring_target = box


class PassphraseField(Field):
    """`text()` is exactly what was typed. `submitted` on Enter."""

    changed = Signal(str)
    submitted = Signal()

    def __init__(self, label: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        box = _Box()
        edit = _Edit(box)
        super().__init__(label, box, hint=hint, parent=parent)
        self.input = edit
        self.editor = edit
        edit.setProperty("bare", True)
        edit.setFont(theme.font("lead"))
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.setAccessibleName(label)
        edit.setAccessibleDescription(hint)
        self.label.setBuddy(edit)
        box.setAccessibleName("")
        self.show_button = bare(self.tr("Show"), "eye", size="compact", token="accent")
        self.show_button.setCheckable(True)
        self.show_button.setAccessibleName(self.tr("Show the passphrase"))
        self.show_button.toggled.connect(self._set_shown)
        row = QHBoxLayout(box)
        row.setContentsMargins(14, 1, 8, 1)
        row.setSpacing(8)
        row.addWidget(edit, 1)
        row.addWidget(self.show_button)
        self.caps = InlineMessage()
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(column.count() - 1, self.caps)
        # The old error goes before anybody hears of the change, who may have a new one to say.
        edit.textChanged.connect(lambda _text: self.set_error("") if box.property("wrong") else None)
        edit.textChanged.connect(self.changed)
        edit.returnPressed.connect(self.submitted)
        edit.installEventFilter(self)
        self._caps_on = False
        self._set_shown(False)
        self.setFocusProxy(edit)

    def text(self) -> str:
        """What was typed; blanks count."""
        return self.input.text()

    def setText(self, text: str) -> None:
        """Fill the input."""
        self.input.setText(text)

    def clear(self) -> None:
        """Empty the input and hide it again; nothing can bring the words back."""
        self.input.setText("")  # clear() could be undone
        self.show_button.setChecked(False)

    def set_caps_lock(self, on: bool) -> None:
        """Show or hide the warning."""
        self._caps_on = on
        self.caps.show_message(self.tr("Caps Lock is on.") if on else "", "warn", "caps-lock")

    def _set_shown(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.input.setEchoMode(mode)
        font = theme.font("lead")
        # Dots with air between them can be counted.
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0 if shown else 4)
        self.input.setFont(font)
        self.show_button.setText(self.tr("Hide") if shown else self.tr("Show"))
        self.show_button.set_icon_name("eye-off" if shown else "eye")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.input:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                self._notice_caps(event)
            elif event.type() == QEvent.Type.FocusOut:
                self.set_caps_lock(False)
        return super().eventFilter(watched, event)

    def _notice_caps(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_CapsLock:
            self.set_caps_lock(not self._caps_on)
            return
        # Qt does not tell the lock's state: a letter whose case disagrees with Shift shows it.
        letter = event.text()
        if len(letter) == 1 and letter.isalpha() and letter.lower() != letter.upper():
            shift = bool(
                QGuiApplication.queryKeyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
            ) or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.set_caps_lock(letter.isupper() != shift)
