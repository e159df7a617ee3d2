"""What a person says about an exhibit, with the true source of every word: typed, or pasted as a whole.

Nothing is overwritten: `changes` gives only what differs from the newest statements, and the page records
it as new statements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QClipboard, QDropEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from evidence_app import policy
from evidence_app.records import Said, Source, Statement
from evidence_app.ui.widgets import (
    Quiet,
    RadioRow,
    StatedPanel,
    Strong,
    Text,
    TextAreaField,
    TextField,
    ToggleChips,
    secondary,
)

PLATFORMS = (
    "Discord",
    "E-mail",
    "Facebook",
    "Instagram",
    "LinkedIn",
    "Reddit",
    "Snapchat",
    "Text message",
    "TikTok",
    "WhatsApp",
    "X",
    "YouTube",
)
"""Offered while typing; anything else may be written."""

_NARROW = 520


@dataclass(frozen=True)
class _Value:
    text: str
    source: Source


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
        pasted = come and self._last in (self._dropped, *_clipboards())
        self.source = Source.PASTED if pasted else Source.TYPED


def _inserted(before: str, after: str) -> int:
    """How many characters of `after` are new: all but the common start and the common end."""
    start = _same(before, after)
    return len(after) - start - _same(before[start:][::-1], after[start:][::-1])


def _same(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _clipboards() -> tuple[str, ...]:
    clipboard = QGuiApplication.clipboard()
    found = [clipboard.text()]
    # What is marked in our own fields is no source: undoing a deletion would look like pasting it.
    if clipboard.supportsSelection() and not clipboard.ownsSelection():
        found.append(clipboard.text(QClipboard.Mode.Selection))
    return tuple(text.strip() for text in found)


class StatedForm(StatedPanel):
    """The fields of an exhibit. Their names are those of the statements."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        rules = policy.current()
        self._known: dict[str, _Value] = {}
        self._on_record: dict[str, str] = {}
        self._filling = False
        self.address = TextField(self.tr("Web address"), placeholder="https://")
        self.paste = secondary(self.tr("Paste"), "clipboard", on_click=self._paste)
        self.paste.setAccessibleName(self.tr("Paste the web address"))
        self.platform = TextField(self.tr("Platform"), placeholder=self.tr("Where it was posted"))
        self.account = TextField(self.tr("Account or handle"), placeholder="@")
        self.group = TextField(
            self.tr("Group or thread"), optional=True, placeholder=self.tr("If there is one")
        )
        kind, aimed = self.tr("What kind of abuse is it?"), self.tr("Who is it aimed at?")
        self.kind = ToggleChips(kind, [(one.name, one.code) for one in rules.categories])
        self.aimed_at = RadioRow(aimed, [(one.name, one.code) for one in rules.aimed_at])
        self.note = TextAreaField(self.tr("Note"), optional=True, lines=3)
        # It takes what room there is, but asks for no more than its lines.
        self.note.input.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._lay_out(kind, aimed)
        completer = QCompleter(list(PLATFORMS), self.platform.input)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.platform.input.setCompleter(completer)

        lines: dict[str, TextField | TextAreaField] = {
            "address": self.address,
            "platform": self.platform,
            "account": self.account,
            "group": self.group,
            "note": self.note,
        }
        self._texts = lines
        self._origins = {name: Origin(field.input, field.text) for name, field in lines.items()}
        for field in lines.values():
            field.changed.connect(self._tell)
        self.kind.changed.connect(self._tell)
        self.kind.changed.connect(self._fit)
        self.aimed_at.changed.connect(self._tell)
        self.set_statements({})

    def _lay_out(self, kind: str, aimed: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.address, 1)
        row.addWidget(self.paste, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(row)
        self._three = QGridLayout()
        self._three.setHorizontalSpacing(16)
        self._three.setVerticalSpacing(14)
        self.body.addLayout(self._three)
        self._columns = 0
        self._arrange(3)
        for title, extra, widget in (
            (kind, self.tr("Choose all that fit"), self.kind),
            (aimed, "", self.aimed_at),
        ):
            column = QVBoxLayout()
            column.setSpacing(6)
            parts = (Strong(title), Quiet(" " + extra)) if extra else (Strong(title),)
            column.addWidget(Text(*parts, type="body", wrap=False))
            column.addWidget(widget)
            self.body.addLayout(column)
        self.body.addWidget(self.note, 1)

    def _arrange(self, columns: int) -> None:
        """Three short fields side by side, or two and one where there is no room."""
        if columns == self._columns:
            return
        self._columns = columns
        for at, field in enumerate((self.platform, self.account, self.group)):
            self._three.addWidget(field, at // columns, at % columns)
        for at in range(3):
            self._three.setColumnStretch(at, 1 if at < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(3 if self.width() >= _NARROW else 2)
        self._fit()

    def _fit(self) -> None:
        # A scroll area asks for the least height without regard to the width, at which chips wrap.
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(layout.totalMinimumHeightForWidth(self.width()))

    # --- values -----------------------------------------------------------------------------------

    def set_statements(self, statements: Mapping[str, Statement]) -> None:
        """Fill in the newest statements; from here on `changes` tells what differs."""
        self._known = {name: _Value(said.value, said.source) for name, said in statements.items()}
        self.fill([])
        # As the fields show it: a line break that a field cannot show is no change.
        self._on_record = {name: value.text for name, value in self._values().items()}

    def fill(self, said: list[Said]) -> None:
        """Fill in words that are not on record yet, over those that are."""
        words = {**self._known, **{one.field: _Value(one.value, one.source) for one in said}}
        empty = _Value("", Source.TYPED)
        self._filling = True
        for name, field in self._texts.items():
            value = words.get(name, empty)
            field.setText(value.text)
            self._origins[name].reset(value.source)
        self.kind.set_value(words.get("kind", empty).text.split(","))
        self.aimed_at.set_value(None)
        self.aimed_at.set_value(words.get("aimed_at", empty).text)
        self._filling = False
        self.changed.emit()

    def changes(self) -> list[Said]:
        """What differs from the record, field by field, each with its source."""
        return [
            Said(name, value.text, value.source)
            for name, value in self._values().items()
            if value.text != self._on_record[name]
        ]

    def settle(self, said: list[Said]) -> None:
        """These are on record now."""
        for one in said:
            self._known[one.field] = _Value(one.value, one.source)
            self._on_record[one.field] = one.value

    def _values(self) -> dict[str, _Value]:
        def text(name: str) -> _Value:
            return _Value(self._texts[name].text(), self._origins[name].source)

        # Codes that another edition of the policy knew are kept as they are.
        known = [code for code in self._known_text("kind").split(",") if code]
        offered = [chip.data for chip in self.kind.chips]
        kinds = [str(code) for code in self.kind.value()] + [code for code in known if code not in offered]
        aimed = self.aimed_at.value()
        return {
            "address": text("address"),
            "platform": text("platform"),
            "account": text("account"),
            "group": text("group"),
            "kind": _Value(",".join(kinds), Source.TYPED),
            "aimed_at": _Value(self._known_text("aimed_at") if aimed is None else str(aimed), Source.TYPED),
            "note": text("note"),
        }

    def _known_text(self, name: str) -> str:
        return self._known[name].text if name in self._known else ""

    def _tell(self, *_value: object) -> None:
        if not self._filling:
            self.changed.emit()

    def _paste(self) -> None:
        words = QGuiApplication.clipboard().text().strip()
        if words:
            self.address.setText(words)
            self._origins["address"].reset(Source.PASTED)
            self.address.set_message("")
        else:
            self.address.set_message(self.tr("There is nothing to paste. Copy the address first."))
        self.address.input.setFocus()
