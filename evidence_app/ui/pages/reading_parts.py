"""Parts of the view of a file: what it says of itself, its attachments, what it leaves open, notes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.characters import visible
from evidence_app.records import Claim, Question, Reading, ReadingKind
from evidence_app.ui.pages import reading_words as words
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.pages.reading_plain import PlainText
from evidence_app.ui.widgets import (
    Card,
    Divider,
    FactRows,
    HashLabel,
    IconLabel,
    Link,
    Radio,
    Text,
    card_title,
    hint,
    secondary,
)

FIRST_CLAIMS = 9
FIRST_HEADERS = 5
FIRST_FILES = 6
MOST_FILES = 24
LONGEST = 300
"""Characters of a claim or a name in a row: laying out more, many times over, holds up the window. All of it
stands in the box that unfolds."""

_BOX = 260

_WRITTEN = frozenset({"subject", "title", "title for sharing", "description", "description for sharing"})
"""Claims that are words of whoever wrote it, and may be as bad as the content."""


def _box(name: str) -> PlainText:
    """A box for more than rows can hold, hidden."""
    box = PlainText()
    box.setAccessibleName(name)
    box.setFixedHeight(_BOX)
    box.hide()
    return box


def _clear(layout: QVBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _short(text: str, most: int = LONGEST) -> str:
    """What is shown of a text of somebody else."""
    shown = visible(text[:most])
    return shown[:most] + "…" if len(text) > most or len(shown) > most else shown


class ClaimsCard(Card):
    """What the file says of itself, and what it cannot tell. The rest unfolds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._reading: Reading | None = None
        self._open = self._clear = False
        self._title = card_title("")
        self._sub = hint("")
        self.rows = FactRows(name_width=168)
        self.more = Link("", type="small", on_click=self._toggle)
        self.all = _box(self.tr("Everything that the file says"))
        self._notes = QVBoxLayout()
        self._notes.setSpacing(6)
        self.add(self._title, self._sub, self.rows, self.more, self.all, self._notes)

    def set_reading(self, reading: Reading) -> None:
        """The claims and notes of this file."""
        self._reading, self._open = reading, False
        mail = reading.kind is ReadingKind.MAIL
        title = self.tr("The message says") if mail else self.tr("The file says")
        self._title.setText(title)
        self.setAccessibleName(title)
        self._sub.setText(
            self.tr("Read from the file, not observed. Whoever made or sent the file could write this.")
        )
        self._fill()
        _clear(self._notes)
        for note in reading.notes:
            self._notes.addWidget(_Note(_short(note)))

    def set_clear(self, clear: bool) -> None:
        """Whether the content is shown now; what could hurt to read comes and goes with it."""
        if clear != self._clear:
            self._clear = clear
            self._fill()

    def clear(self) -> None:
        """Nothing of any file."""
        self._reading = None
        self._open = False
        self._fill()
        _clear(self._notes)

    def _toggle(self) -> None:
        self._open = not self._open
        self._fill()

    def _first(self) -> int:
        mail = self._reading is not None and self._reading.kind is ReadingKind.MAIL
        return FIRST_HEADERS if mail else FIRST_CLAIMS

    def _fill(self) -> None:
        self.rows.clear()
        claims = self._reading.claims if self._reading is not None else ()
        first = self._first()
        for claim in claims[:first]:
            self.rows.add(_short(claim.name, 80), LongText(_short(self._value(claim))))
        rest = len(claims) - first
        long = any(len(claim.value) > LONGEST for claim in claims[:first])
        self.more.setVisible(rest > 0 or long)
        words = self.tr("Show all of it ({0} more)").format(rest) if rest > 0 else self.tr("Show all of it")
        self.more.setText(self.tr("Show less") if self._open else words)
        self.all.setVisible(self._open)
        whole = (f"{claim.name}: {self._value(claim)}" for claim in claims) if self._open else ()
        self.all.show_text("\n".join(whole))

    def _value(self, claim: Claim) -> str:
        """The value, but for words of whoever wrote it while the content is covered."""
        written = claim.name.lower().split(",")[0] in _WRITTEN
        return self.tr("Shown with the content") if written and not self._clear else claim.value


class _Note(QWidget):
    def __init__(self, text: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("info", "text_2", 16, line=18), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(hint(text), 1)


class FilesCard(Card):
    """The files within the file: name, kind, size, digest; the exhibit that one became, where it did."""

    exhibit_opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._reading: Reading | None = None
        self._exhibits: Mapping[int, str] = {}
        self._open = False
        self._title = card_title("")
        self._sub = hint(self.tr("Names are as they stand in the file; they are never used as names here."))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.more = Link("", type="small", on_click=self._toggle)
        self.all = _box(self.tr("All files in it"))
        self.add(self._title, self._sub, self._rows, self.all, self.more)

    def set_reading(self, reading: Reading, exhibits: Mapping[int, str]) -> None:
        """The files of a reading; `exhibits` gives the number of the exhibit at the place of a file."""
        self._reading, self._exhibits, self._open = reading, exhibits, False
        count = len(reading.attachments)
        title = self.tr("Attachments") if reading.kind is ReadingKind.MAIL else self.tr("Files in it")
        self._title.setText(f"{title} ({count:,})")
        self.setAccessibleName(title)
        self._fill()

    def clear(self) -> None:
        """Nothing of any file."""
        self._reading = None
        _clear(self._rows)

    def _toggle(self) -> None:
        self._open = not self._open
        self._fill()

    def _fill(self) -> None:
        _clear(self._rows)
        files = self._reading.attachments if self._reading is not None else ()
        shown = min(len(files), MOST_FILES if self._open else FIRST_FILES)
        for place, file in enumerate(files[:shown]):
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 8, 0, 8)
            line.setSpacing(12)
            icon = "picture" if words.is_picture(file) else "file"
            line.addWidget(IconLabel(icon, "text_2", 20, line=20), 0, Qt.AlignmentFlag.AlignTop)
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(LongText(_short(file.name)))
            column.addWidget(hint(words.file_line(file)))
            if file.sha256 is not None:
                column.addWidget(HashLabel(file.sha256))
            line.addLayout(column, 1)
            number = self._exhibits.get(place)
            if number is not None:
                link = Link(number, type="small", on_click=partial(self.exhibit_opened.emit, number))
                link.setAccessibleName(self.tr("Open exhibit {0}").format(number))
                line.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(Divider())
            self._rows.addWidget(row)
        self.more.setVisible(len(files) > FIRST_FILES)
        most = self.tr("Show {0} more").format(f"{len(files) - FIRST_FILES:,}")
        self.more.setText(self.tr("Show less") if self._open else most)
        many = self._open and len(files) > MOST_FILES
        self.all.setVisible(many)
        whole = (f"{one.name}: {words.file_line(one)}, {one.sha256 or ''}" for one in files) if many else ()
        self.all.show_text("\n".join(whole))


class QuestionCard(Card):
    """What the file leaves open: one question, its answers with what speaks for each. `answered` carries
    the name of the question and the value of the answer."""

    answered = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(look="tint", parent=parent)
        self._question: Question | None = None
        self._words = card_title("")
        self._why = hint("")
        self._choices = QVBoxLayout()
        self._choices.setSpacing(8)
        self.radios: list[Radio] = []
        self.use = secondary(self.tr("Use this order"), size="compact", on_click=self._answer)
        line = QHBoxLayout()
        line.addWidget(self.use)
        line.addStretch(1)
        self.add(self._words, self._why, self._choices, line)
        self.hide()

    def set_question(self, question: Question | None) -> None:
        """Ask this, or nothing; whoever owns it shows it."""
        self._question = question
        _clear(self._choices)
        self.radios.clear()
        if question is None:
            return
        self._why.setText(
            self.tr("The file does not say it. Times stay as they are in the file until you answer.")
        )
        self._words.setText(visible(question.words))
        self.setAccessibleName(visible(question.words))
        for choice in question.choices:
            radio = Radio(visible(choice.words))
            radio.toggled.connect(lambda _on: self._update())
            self.radios.append(radio)
            self._choices.addWidget(radio)
            if choice.grounds:
                grounds = Text(visible(choice.grounds), type="hint")
                grounds.setContentsMargins(32, 0, 0, 0)
                self._choices.addWidget(grounds)
        self._update()

    def set_answer(self, value: str, why: str = "") -> None:
        """The answer that is in the record, or an empty text; another one can be given. `why`: other words on
        what becomes of an answer."""
        if self._question is None or not value:
            return
        for radio, choice in zip(self.radios, self._question.choices, strict=True):
            radio.setChecked(choice.value == value)
        kept = self.tr(
            "Times are read as it was answered. Another answer is added; the first one stays on record."
        )
        self._why.setText(why or kept)

    def has_question(self) -> bool:
        """Whether there is anything to ask."""
        return self._question is not None

    def _update(self) -> None:
        self.use.setEnabled(any(radio.isChecked() for radio in self.radios))

    def _answer(self) -> None:
        for radio, choice in zip(self.radios, self._question.choices if self._question else (), strict=True):
            if radio.isChecked() and self._question is not None:
                self.answered.emit(self._question.name, choice.value)
                return
