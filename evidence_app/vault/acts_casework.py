"""The acts of casework, one small builder for each kind, as in `acts`.

What only the record can say of a copy (its number, and all about its original) is filled in where it is
written. Source: resources/formats/vault.md, "Data of the entries".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evidence_app.records import (
    Area,
    Cover,
    CoveredPassage,
    EntryKind,
    Method,
    Observed,
    Relation,
    StoredObject,
)
from evidence_app.records_json import area_to_json, observed_to_json
from evidence_app.vault.acts import Act, line, object_data

_MAX_PLACE: Final = 300


def exhibit_derived(
    original: str,
    stored: StoredObject,
    observed: Observed,
    relation: Relation,
    covers: Sequence[Cover],
    crop: Area | None,
    passages: Sequence[CoveredPassage] = (),
) -> Act:
    """A copy of `original`, with parts covered or cut off; `observed` is of its making. `passages` are for a
    copy of a text."""
    data: dict[str, object] = {
        "number": None,
        "incident": None,
        "method": Method.COPY.value,
        "level": None,
        "object": object_data(stored),
        "observed": observed_to_json(observed),
        "relation": relation.value,
        "from": {"number": original},
        "covers": [
            {
                "area": area_to_json(one.area),
                "reason": line(one.reason, "reason for a cover"),
                "words": _words(one.words),
            }
            for one in covers
        ],
        "crop": None if crop is None else area_to_json(crop),
    }
    if passages:
        data["passages"] = [
            {
                "reason": line(one.reason, "reason for a cover"),
                "words": _words(one.words),
                "places": one.places,
            }
            for one in passages
        ]
    return Act(EntryKind.EXHIBIT_DERIVED, data)


def _words(text: str) -> str:
    return line(text, "reason for a cover") if text.strip() else ""


def exhibit_exported(number: str, where_to: str) -> Act:
    """The original was taken out of the vault; `where_to` says for whom or where, in a line."""
    return Act(
        EntryKind.EXHIBIT_EXPORTED,
        {"number": number, "where_to": line(where_to, "place it goes to", _MAX_PLACE)},
    )
