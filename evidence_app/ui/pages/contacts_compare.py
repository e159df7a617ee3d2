"""Two names that could be taken for each other, side by side: what differs, and both keys."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from evidence_app.records import Contact
from evidence_app.ui import theme
from evidence_app.ui.pages import contact_words
from evidence_app.ui.widgets import (
    Card,
    Divider,
    ElidedLabel,
    IconLabel,
    Notice,
    Text,
    WordGrid,
    body,
    hint,
)

MOST = 4
"""So many differing letters are named; the others are marked."""

_UNSEEN = {"Cf", "Cc", "Mn", "Me", "Zl", "Zp", "Cn", "Co", "Cs"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("contacts_compare", text)


@dataclass(frozen=True, slots=True)
class Letter:
    """A character of a name, its place in it from 1, and whether the other name has another one there."""

    sign: str
    place: int
    differs: bool

    @property
    def unseen(self) -> bool:
        """Whether it shows nothing of its own."""
        return unicodedata.category(self.sign) in _UNSEEN or (self.sign.isspace() and self.sign != " ")

    @property
    def name(self) -> str:
        """In words: `Cyrillic small letter ie, U+0435`."""
        words = unicodedata.name(self.sign, _tr("a character without a name")).capitalize()
        return f"{words}, U+{ord(self.sign):04X}"


def letters(one: str, other: str) -> tuple[tuple[Letter, ...], tuple[Letter, ...]]:
    """The characters of both names; what one has and the other has not at that place differs."""
    differs = ([True] * len(one), [True] * len(other))
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            differs[0][block.a + offset] = differs[1][block.b + offset] = False
    first, second = (
        tuple(Letter(sign, place, flags[place - 1]) for place, sign in enumerate(name, 1))
        for name, flags in zip((one, other), differs, strict=True)
    )
    return first, second


def letter_words(found: Sequence[Letter]) -> list[str]:
    """What each differing letter is, in words."""
    odd = [letter for letter in found if letter.differs]
    lines = []
    for letter in odd[:MOST]:
        if letter.unseen:
            lines.append(_tr("Letter {0} cannot be seen: {1}").format(letter.place, letter.name))
        else:
            lines.append(_tr("Letter {0}, “{1}”: {2}").format(letter.place, letter.sign, letter.name))
    if len(odd) > MOST:
        lines.append(_tr("And {0} more letters.").format(len(odd) - MOST))
    return lines


class SpeltName(QLabel):
    """A name whose differing letters are marked by colour and underline; unseen ones become boxes."""

    def __init__(self, spelt: Sequence[Letter], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters = tuple(spelt)
        self.setFont(theme.font("title3"))
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        name = "".join("" if one.unseen else one.sign for one in self._letters)
        self.setAccessibleName(". ".join([name, *letter_words(self._letters)]))
        self._mark()

    def marked(self) -> str:
        """The letters that are marked."""
        return "".join(one.sign for one in self._letters if one.differs)

    def _mark(self) -> None:
        t = theme.tokens()
        parts = []
        for one in self._letters:
            # Isolated: a mark that turns the direction of writing turns nothing here.
            sign = "▯" if one.unseen else escape(one.sign)
            if one.differs:
                sign = f'<span style="color:{t.bad}; text-decoration:underline">{sign}</span>'
            parts.append(sign)
        self.setText(f'<span style="color:{t.text}">{"".join(parts)}</span>')

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._mark()


@dataclass(frozen=True, slots=True)
class Person:
    """One side: where the name stands, what is said there, and the words of the key."""

    where: str
    name: str
    about: str
    words: tuple[str, ...]
    fingerprint: str
    contact: Contact | None = None


def person(contact: Contact, own_key: bytes) -> Person:
    """A contact of this vault, or its owner."""
    own = contact.signing_key == own_key
    return Person(
        _tr("Yourself") if own else _tr("In your contacts"),
        contact.name,
        contact_words.role_and_school(contact.role, contact.school),
        contact.words,
        contact.fingerprint,
        None if own else contact,
    )


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals, blanks and the way of writing an accent."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class Comparison(QWidget):
    """The name that one knows beside the one that came: names, differing letters, eight words of each."""

    def __init__(self, known: Person, new: Person, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        same = same_name(known.name, new.name)
        self.known, self.new = known, new
        if same:
            heading = _tr("Two keys under one name")
            text = _tr(
                "The names are the same, the keys are not. The person may have a new vault, or "
                "somebody else uses the name. Only they can tell you: ask them in person, or ring them on a "
                "number that you already have."
            )
        else:
            heading = _tr("Two names that look alike")
            text = _tr(
                "They are written with different letters and have different keys. Somebody may want to be "
                "taken for a person you know. Do not go by the name: compare the words in person."
            )
        self.notice = Notice(heading, text, "bad", "warning")
        self.setAccessibleName(heading)
        left, right = letters(known.name, new.name)
        self.names = (SpeltName(left), SpeltName(right))
        sides = [
            self._side(one, name, spelt)
            for one, name, spelt in zip((known, new), self.names, (left, right), strict=True)
        ]
        row = QHBoxLayout()
        row.setSpacing(12)
        for side in sides:
            row.addWidget(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addLayout(row)

    @staticmethod
    def _side(one: Person, name: SpeltName, spelt: Sequence[Letter]) -> QWidget:
        box = Card(look="sunken", padding=14, gap=6)
        box.setAccessibleName(f"{one.where}: {one.name}")
        box.add(hint(one.where), name)
        if one.about:
            box.add(hint(one.about))
        if one.contact is not None:
            box.add(_confirmed(one.contact))
        box.add(*(body(line) for line in letter_words(spelt)))
        box.body.addStretch(1)
        words = WordGrid(one.words, columns=2, size=28, look="sheet")
        box.add(Divider(), hint(_tr("Words of this key")), words)
        box.add(ElidedLabel(one.fingerprint, type="hint", mode=Qt.TextElideMode.ElideMiddle))
        return box


def _confirmed(contact: Contact) -> QHBoxLayout:
    """As the chip of a contact says it, but over as many lines as it takes."""
    words, kind, icon = contact_words.status(contact)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(IconLabel(icon, kind, 16, line=18), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(words, type="small", token=kind), 1)
    return row
