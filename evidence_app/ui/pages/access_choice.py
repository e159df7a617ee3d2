"""How somebody came to see it (6.9): a choice of the policy, with its advice in place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from evidence_app import policy
from evidence_app.ui.pages.describe_data import with_paragraph
from evidence_app.ui.widgets import SelectField


class AccessChoice(SelectField):
    """The advice stands below as soon as something is chosen; nothing is held up by it.

    `advised` says whether there is any now.
    """

    advised = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        rules = policy.current()
        self._access = {one.code: one for one in rules.access}
        super().__init__(
            self.tr("How did you come to see it?"),
            [(one.name, one.code) for one in rules.access],
            optional=True,
            parent=parent,
        )
        self.input.setPlaceholderText(self.tr("Choose"))
        self.show_code("")
        self.changed.connect(self._advise)

    def code(self) -> str:
        """What is chosen; empty where nothing is."""
        return str(self.value() or "")

    def show_code(self, code: str) -> None:
        """Choose by code, also one that another edition of the policy offered; empty for none."""
        if code and self.input.findData(code) < 0:
            rules = policy.current()
            self.input.addItem(rules.name_of(code, rules.access), code)
        self.input.setCurrentIndex(self.input.findData(code) if code else -1)
        self._advise()

    def _advise(self, _value: object = None) -> None:
        chosen = self._access.get(self.code())
        if chosen is None or not chosen.advice:
            self.set_message("")
        else:
            words = with_paragraph(chosen.advice, chosen.paragraph)
            self.set_message(words, "warn" if chosen.caution else "neutral")
        self.advised.emit(bool(self.message.text()))
