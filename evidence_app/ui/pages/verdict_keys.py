"""What the verification page asks before it can open a bundle."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QWidget

from evidence_app.ui.pages.verdict_parts import button_row
from evidence_app.ui.widgets import Card, PassphraseField, body, primary, section


def _tr(text: str) -> str:
    return QCoreApplication.translate("VerdictPage", text)


class AskCard(Card):
    """A question with one button; `pressed` when it is answered."""

    pressed = Signal()

    def __init__(self, title: str, text: str, words: str, icon: str = "", *more: QWidget) -> None:
        super().__init__(padding=24, gap=12)
        self.button = primary(words, icon, on_click=self.go)
        self.add(section(title), body(text), *(button_row(one) for one in more), button_row(self.button))

    def go(self) -> None:
        """The button was pressed."""
        self.pressed.emit()

    def focus(self) -> None:
        """Where the answer is given."""
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)


class PassphraseCard(AskCard):
    """For a bundle that is sealed with a passphrase; `pressed` where one was typed."""

    def __init__(self) -> None:
        field = PassphraseField(_tr("Passphrase of the bundle"))
        field.setFixedWidth(480)
        super().__init__(
            _tr("This bundle is sealed with a passphrase"),
            _tr("The sender tells it to you in person or by telephone, never with the file."),
            _tr("Check the bundle"),
            "",
            field,
        )
        self.field = field
        field.submitted.connect(self.button.click)

    def go(self) -> None:
        if self.field.text():
            self.pressed.emit()
        else:
            self.field.set_error(_tr("Type the passphrase of the bundle."))

    def focus(self) -> None:
        self.field.input.setFocus(Qt.FocusReason.OtherFocusReason)


def key_card() -> AskCard:
    """For a reader without a vault."""
    return AskCard(
        _tr("This bundle is sealed for somebody"),
        _tr("Unlock the vault it was sealed for and open it there, or choose a key file."),
        _tr("Choose a key file"),
        "key",
    )


def stopped_card() -> AskCard:
    """After Stop."""
    return AskCard(
        _tr("The check was stopped"),
        _tr("Nothing was recorded, and the file is untouched."),
        _tr("Check it again"),
        "refresh",
    )
