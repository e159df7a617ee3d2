"""What was found, in the words of its row."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from evidence_app.records import Marked, SearchHit, SearchKind, SearchState
from evidence_app.ui import say
from evidence_app.workflows import field_name

LINES = 2
"""So many fields of a row are shown with the words in them."""


def tr(text: str) -> str:
    return QCoreApplication.translate("search", text)


@dataclass(frozen=True, slots=True)
class Chip:
    """A mark beside the title; `kind` is one of `theme.KINDS`."""

    words: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One row. `lines` are the name of a field and the piece of its text; `spoken` is all of it in a line."""

    hit: SearchHit
    icon: str
    title: Marked
    facts: str
    when: str
    chips: tuple[Chip, ...]
    lines: tuple[tuple[str, Marked], ...]
    spoken: str


def row_of(hit: SearchHit) -> FoundRow:
    """The words of something that was found."""
    icon, facts = _what(hit)
    chips = tuple(_STATES[state]() for state in hit.states)
    if hit.earlier:
        chips = (Chip(tr("Said earlier"), "neutral", "clock"), *chips)
    lines = tuple((_label(part.field, part.earlier), part.text) for part in hit.parts[:LINES])
    when = f"{say.short_day(hit.at)}, {say.minute(hit.at)}"
    said = [f"{hit.title.text}, {facts}", *(chip.words for chip in chips), when]
    said += [f"{label}: {text.text}" for label, text in lines]
    return FoundRow(hit, icon, hit.title, facts, when, chips, lines, ". ".join(said))


def _label(code: str, earlier: bool) -> str:
    name = tr(field_name(code))
    return tr("{0}, said earlier").format(name) if earlier else name


def _what(hit: SearchHit) -> tuple[str, str]:
    """Icon, and what it is and where it belongs."""
    filed = tr("in “{0}” ({1})").format(hit.incident_title, hit.incident) if hit.incident_title else ""
    match hit.kind:
        case SearchKind.INCIDENT:
            return "folder", tr("Incident {0}").format(hit.about)
        case SearchKind.EXHIBIT:
            return "picture", tr("Exhibit {0}").format(filed) if filed else tr("Exhibit")
        case SearchKind.RECEIVED:
            whose = tr("from {0}").format(hit.by) if hit.by else ""
            if " " in hit.about:
                return "picture", tr("Exhibit of a received bundle {0}").format(whose).strip()
            return "inbox", tr("Received bundle {0} {1}").format(hit.about, whose).strip()
        case SearchKind.BUNDLE:
            if hit.incident_title:
                of = tr("of “{0}” ({1})").format(hit.incident_title, hit.incident)
            else:
                of = tr("of {0}").format(hit.incident) if hit.incident else ""
            return "box", tr("Sealed bundle {0}").format(of).strip()
        case SearchKind.REFERRAL:
            return "flag", tr("Referral without a picture {0}").format(filed).strip()


_STATES = {
    SearchState.LOCKED_AWAY: lambda: Chip(tr("Locked away"), "bad", "lock"),
    SearchState.WITHDRAWN: lambda: Chip(tr("Withdrawn"), "warn", "undo"),
    SearchState.ON_HOLD: lambda: Chip(tr("On hold"), "accent", "hand"),
    SearchState.NOT_FILED: lambda: Chip(tr("Not filed"), "neutral", "inbox"),
}
