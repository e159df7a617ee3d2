"""The web address of an exhibit: as it was given, what it says by itself, and what of it is shared."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import fields, workflows
from evidence_app.records import Said, Source
from evidence_app.ui import clipboard
from evidence_app.ui.pages.address_offer import AddressOffer
from evidence_app.ui.pages.origin import Origin
from evidence_app.ui.widgets import IconLabel, Quiet, Strong, Text, TextField, secondary
from evidence_app.workflows import Suggestion

SHOWN = ("platform", "account", "group")
"""What the form has fields for; the rest that an address says is stated beside them."""


class AddressBlock(QWidget):
    """`used` carries the suggestions that the person took over."""

    used = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = TextField(self.tr("Web address"), placeholder="https://")
        self.paste = secondary(self.tr("Paste"), "clipboard", on_click=self._paste)
        self.paste.setAccessibleName(self.tr("Paste the web address"))
        self.origin = Origin(self.field.input, self.field.text)
        self._found: tuple[Suggestion, ...] = ()
        self._words = Text(type="small")
        self.use_button = secondary(self.tr("Use this"), "check", size="compact", on_click=self._use)
        self.use_button.setAccessibleName(self.tr("Use what the address says"))
        self.offer = AddressOffer(self._take_up)
        self.found = QWidget()
        line = QHBoxLayout(self.found)
        line.setContentsMargins(0, 2, 0, 0)
        line.setSpacing(10)
        line.addWidget(IconLabel("link", "text_2", 16))
        line.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.use_button)
        self.shared = Text(type="hint")
        self.shared.hide()
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.field, 1)
        top.addWidget(self.paste, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.offer)
        column.addWidget(self.found)
        column.addWidget(self.shared)
        self.found.hide()
        self.field.changed.connect(lambda _text: self._read_on())
        self.field.changed.connect(self.offer.withdraw)

    def show_for(self, filled: dict[str, str]) -> None:
        """Offer what the address says and the other fields do not have yet (`filled`, by field)."""
        given = self.field.text()
        found = workflows.suggested(given, self.origin.source) if given else ()
        self._found = tuple(one for one in found if filled.get(one.field, "") != one.value)
        shown = [one for one in self._found if one.field in SHOWN]
        parts: list[str] = []
        for one in shown:
            parts += [Quiet(f"{fields.name_of(one.field)}: "), Strong(one.value), " · "]
        if shown:
            self._words.set_parts(self.tr("In the address: "), *parts[:-1])
            notes = " ".join(one.note for one in shown if one.note)
            self._words.setToolTip(notes)
            self.use_button.setAccessibleDescription(f"{self._words.text()} {notes}".strip())
        self.found.setVisible(bool(shown))
        cleaned = workflows.cleaned_address(given) if given else ""
        if cleaned:
            self.shared.setText(
                self.tr("Shared as {0}, without what may tell who passed it on.").format(cleaned)
            )
        self.shared.setVisible(bool(cleaned))

    def rest(self) -> list[Said]:
        """What else the address says of the post, as it would be stated with what was taken over."""
        found = workflows.suggested(self.field.text(), self.origin.source)
        return [Said(one.field, one.value, one.source) for one in found if one.field not in SHOWN]

    def _read_on(self) -> None:
        # The owner knows what stands in the other fields, and calls `show_for`.
        if not self.field.text():
            self.show_for({})

    def _take_up(self, address: str, source: Source) -> None:
        """What was offered stands in the field, with its source, until the person changes it."""
        self.field.setText(address)
        self.origin.reset(source)
        self.field.set_message("")
        self.field.changed.emit(address)
        self.field.input.setFocus()

    def _use(self) -> None:
        found, self._found = self._found, ()
        self.found.hide()
        self.used.emit(found)

    def _paste(self) -> None:
        words = clipboard.text()
        if words:
            self.field.setText(words)
            self.origin.reset(Source.PASTED)
            self.field.set_message("")
            self.field.changed.emit(words)
        else:
            self.field.set_message(self.tr("There is nothing to paste. Copy the address first."))
        self.field.input.setFocus()
