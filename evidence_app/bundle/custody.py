"""The acts of the record in words for people: the same in the report and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evidence_app import fields
from evidence_app.bundle.field_words import RELATIONS, sentence
from evidence_app.bundle.report_words import METHODS
from evidence_app.records import CustodyRow, Entry, EntryKind, Method, Relation
from evidence_app.records_json import Fields

_WORDS: Final[Mapping[EntryKind, str]] = {
    EntryKind.INCIDENT_OPENED: "Incident opened",
    EntryKind.EXHIBIT_EXAMINED: "Read by the program",
    EntryKind.EXHIBIT_VIEWED: "Viewed",
    EntryKind.EXHIBIT_EXPORTED: "Original taken out",
    EntryKind.EXHIBIT_LOCKED_AWAY: "Locked away",
    EntryKind.EXHIBIT_DISPOSED: "Disposed of",
    EntryKind.DISPOSAL_COMPLETED: "Disposal completed",
    EntryKind.INSTRUCTION_RECORDED: "Instruction recorded",
    EntryKind.REFERRAL_RECORDED: "Referral recorded",
    EntryKind.BUNDLE_SEALED: "Sealed into a bundle",
    EntryKind.RECEIPT_RECORDED: "Receipt recorded",
}

_NAMED: Final = 3
"""Fields of one statement that are named; the statement itself has all of them."""


def custody_row(entry: Entry, about: str = "") -> CustodyRow:
    """An act as a row. `about`: of which exhibit it is told, where the act joins two."""
    fields_ = Fields(entry.data, f"Entry {entry.seq} of the record")
    own = _text(entry, "number") or _text(entry, "about") or _text(entry, "reference")
    return CustodyRow(
        entry.seq, entry.at, entry.by, entry.on, about or own, _what(entry, fields_, about), _where_to(entry)
    )


def _what(entry: Entry, data: Fields, about: str) -> str:
    match entry.kind:
        case EntryKind.EXHIBIT_CAPTURED:
            method = _text(entry, "method")
            named = METHODS[Method(method)] if method in set(Method) else method
            return f"Captured and sealed into the record: {named[:1].lower()}{named[1:]}"
        case EntryKind.EXHIBIT_IMPORTED:
            return "Brought in and sealed into the record"
        case EntryKind.EXHIBIT_DERIVED:
            return _copied(data, about)
        case EntryKind.INCIDENT_STATED | EntryKind.EXHIBIT_STATED | EntryKind.OUTCOME_STATED:
            return f"Stated: {_field_names(data)}"
        case EntryKind.EXHIBIT_FILED:
            return f"Filed in {_text(entry, 'incident')}"
        case EntryKind.EXHIBIT_WITHDRAWN:
            return f"Withdrawn as captured by mistake: {_text(entry, 'reason')}"
        case EntryKind.EXHIBIT_REINSTATED:
            return f"Withdrawal taken back: {_text(entry, 'reason')}"
        case EntryKind.HOLD_SET:
            return f"Held from disposal: {_text(entry, 'reason')}"
        case EntryKind.HOLD_LIFTED:
            return f"Hold lifted: {_text(entry, 'reason')}"
        case _:
            return _WORDS.get(entry.kind, entry.kind.value.replace(".", ", ").replace("_", " "))


def _field_names(data: Fields) -> str:
    """`Kind, Aimed at, What happened and 4 more`."""
    codes = [Fields(one, "A statement").text("field") for one in data.items("statements")]
    found = [fields.named(code) for code in codes]
    names = [
        fields.name_of(code) if name is None else name.field.name
        for code, name in zip(codes, found, strict=True)
    ]
    named = list(dict.fromkeys(names))
    more = len(named) - _NAMED
    return ", ".join(named) if more <= 1 else f"{', '.join(named[:_NAMED])} and {more} more"


def _copied(data: Fields, about: str) -> str:
    relation = data.text("relation")
    words = RELATIONS[Relation(relation)] if relation in set(Relation) else "copy"
    number, original = data.text("number"), data.fields("from").text("number")
    if about == original:
        return f"{sentence(words)} {number} made of it"
    return f"Made as {words} of {original}"


def _where_to(entry: Entry) -> str:
    match entry.kind:
        case EntryKind.EXHIBIT_EXPORTED:
            return _text(entry, "where_to")
        case EntryKind.BUNDLE_SEALED:
            names = entry.data.get("sealed_for")
            people = [str(name) for name in names] if isinstance(names, list) else []
            return f"{', '.join(people) or 'with a passphrase'} ({_text(entry, 'file_name')})"
        case _:
            return ""


def _text(entry: Entry, name: str) -> str:
    value = entry.data.get(name)
    return value if isinstance(value, str) else ""
