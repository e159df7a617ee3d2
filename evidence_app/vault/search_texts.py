"""What of the record can be found, and by which words: a function of the entries and the other tables.

An incident, an exhibit, a received bundle, one of its exhibits, a bundle that was sealed and a referral are
found by what stands about them now. What was said once, and put differently since, is kept apart, by the
entry that said it. What stays with its reporter (a field that is not open to every reader) is not looked
through at all, and of what is locked away there is nothing but the number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from evidence_app import fields
from evidence_app.fields import Kind, Reach
from evidence_app.records import EntryKind, SearchKind
from evidence_app.vault.acts import RECOGNISED
from evidence_app.vault.schema_search import BETWEEN
from evidence_app.vault.search_text import parts_of, plain

WINDOW: Final = "window_title"
FILE_SAYS: Final = "file_says"
FILE_TEXT: Final = "file_text"

INSIDE: Final = frozenset(
    {
        *("address", "account", "account_id", "display_name", "phone"),
        *("post", "comment", "group", "server", "channel"),
    }
)
"""Fields in which a word is also found in its middle."""

NAMES: Final[Mapping[str, str]] = {
    RECOGNISED: "Text read from the picture",
    WINDOW: "Title of the window or page",
    "file_name": "File name",
    FILE_SAYS: "The file says",
    FILE_TEXT: "Text in the file",
    "sent_by": "Sent by",
    "sent_title": "Their title",
    "sent_incident": "Their incident",
    "sealed_for": "Sealed for",
    "forwarded_to": "Passed on to",
    "forwarded_why": "Why it was passed on",
    "asks": "What is asked for",
}
"""How those fields are called that nobody states."""

_CODES: Final = frozenset({Kind.CHOICE, Kind.SEVERAL, Kind.ANSWER, Kind.MOMENT, Kind.DAY, Kind.INCIDENT})
_NOT_SAID: Final = frozenset({"access_advice", "address_cleaned"})
"""The policy's words, and what is in the address already."""

STATED: Final = frozenset({EntryKind.INCIDENT_STATED, EntryKind.EXHIBIT_STATED, EntryKind.OUTCOME_STATED})


def is_searched(code: str) -> bool:
    """Whether what is stated under this name is text that anybody who has the vault open may come across."""
    if fields.reach(code) is not Reach.OPEN or code in _NOT_SAID:
        return False
    named = fields.named(code)
    return named is None or named.spec.kind not in _CODES


@dataclass(frozen=True, slots=True)
class Part:
    """A text, and the field it stands in; `earlier`: it was put differently since."""

    field: str
    text: str
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be found; `at` is UTC as in the record. `about` names it, and `title` is shown."""

    seq: int
    kind: SearchKind
    about: str
    title: str
    at: str
    by: str
    incident: str | None = None
    earlier: bool = False
    platform: str = ""
    categories: str = ""
    method: str = ""
    parts: tuple[Part, ...] = ()

    def row(self) -> dict[str, object]:
        """Its row in `search_things`."""
        return {
            "seq": self.seq,
            "kind": self.kind.value,
            "about": self.about,
            "title": self.title,
            "incident": self.incident,
            "earlier": int(self.earlier),
            "at": self.at,
            "by": self.by,
            "platform": self.platform,
            "categories": self.categories,
            "method": self.method,
            "fields": self._codes(earlier=False),
            "earlier_fields": self._codes(earlier=True),
        }

    def _codes(self, *, earlier: bool) -> str:
        return BETWEEN.join(plain(part.field) for part in self.parts if part.earlier is earlier)

    def words(self) -> dict[str, object]:
        """Its row in `search_words`."""
        now = [] if self.earlier else [self.about, self.title]
        now += [part.text for part in self.parts if not part.earlier]
        once = [part.text for part in self.parts if part.earlier]
        numbers = [] if self.earlier else _numbers(self.about)
        return {
            "rowid": self.seq,
            "words": BETWEEN.join(map(plain, now)),
            "parts": " ".join([*numbers, *self._inside(earlier=False)]),
            "earlier": BETWEEN.join([*map(plain, once), " ".join(self._inside(earlier=True))]),
        }

    def _inside(self, *, earlier: bool) -> list[str]:
        found: list[str] = []
        for part in self.parts:
            if part.earlier is earlier and part.field in INSIDE:
                found += parts_of(part.text)
                found += _dialled(part.text) if part.field == "phone" else []
        return found


def _numbers(about: str) -> list[str]:
    """How a number is written too: `hxa1` and `1` for `HXA/001`."""
    found = []
    for letters, digits in re.findall(r"([A-Z]{3})[-/]([0-9]{3,9})", about):
        found += [f"{letters}{digits}", f"{letters}{int(digits)}", str(int(digits))]
    return found


def _dialled(number: str) -> list[str]:
    """A telephone number without blanks: as it stands, and as it is dialled in its own country."""
    digits = "".join(filter(str.isdigit, number))
    return [digits, *([f"0{digits[2:]}"] if number.strip().startswith("+44") else [])]
