"""The acts of bringing in, one small builder for each kind, as in `acts`.

Source: resources/formats/vault.md, "Data of the entries".
"""

from __future__ import annotations

import json
from typing import Final

from evidence_app.errors import UsageError
from evidence_app.records import EntryKind, Examined, Level, Observed, Reading, StoredObject
from evidence_app.records_json import Fields, observed_to_json
from evidence_app.vault.acts import Act, object_data

_MAX_TEXT: Final = 2 * 1024 * 1024
"""Bytes of an entry that the text may take; an entry is at most twice as large."""
_MAX_INSIDE = 2_000
_MAX_SHORT: Final = 500


def exhibit_imported(stored: StoredObject, observed: Observed, incident: str | None) -> Act:
    """A file that was brought in, or an attachment of one; `observed.file` says which."""
    if observed.file is None:
        raise UsageError("Nothing is known of this file. Nothing was brought in.")
    return Act(
        EntryKind.EXHIBIT_IMPORTED,
        {
            "number": None,
            "incident": incident,
            "method": observed.method.value,
            "level": Level.BROUGHT_IN.value,
            "object": object_data(stored),
            "observed": observed_to_json(observed),
        },
    )


def exhibit_examined(number: str, reading: Reading | None, reason: str = "") -> Act:
    """What a reader found in an exhibit, all of it said by the file; or why nothing could be (`reason`).

    Of the messages only how many there are: they are read again whenever they are shown.
    """
    found = reading if reading is not None else None
    return Act(
        EntryKind.EXHIBIT_EXAMINED,
        {
            "number": number,
            "kind": "" if found is None else found.kind.value,
            "title": "" if found is None else found.title[:_MAX_SHORT],
            "claims": []
            if found is None
            else [{"name": one.name[:_MAX_SHORT], "value": one.value} for one in found.claims],
            "messages": 0 if found is None else found.total,
            "attachments": 0 if found is None else len(found.attachments),
            "inside": []
            if found is None
            else [one.sha256 for one in found.attachments[:_MAX_INSIDE] if one.sha256],
            "notes": [] if found is None else list(found.notes),
            "text": "" if found is None else _fitting(found.text),
            "preview": found is not None and found.preview is not None,
            "reason": reason,
        },
    )


def examined_from_json(data: Fields) -> Examined:
    """The inverse, but for the text; raises `IntegrityError`."""
    claims = (Fields(one, "A claim") for one in data.items("claims"))
    return Examined(
        kind=data.text("kind"),
        title=data.text("title"),
        claims=tuple((one.text("name"), one.text("value")) for one in claims),
        messages=data.number("messages"),
        attachments=data.number("attachments"),
        notes=data.texts("notes"),
        has_text=bool(data.text("text")),
        has_preview=data.flag("preview"),
        reason=data.text("reason"),
    )


def _fitting(text: str) -> str:
    """As much of a text as an entry can hold."""
    while (size := len(json.dumps(text))) > _MAX_TEXT:
        text = text[: len(text) * _MAX_TEXT // size]
    return text
