"""Covers that are drawn and not made yet, as an encrypted draft of the vault."""

from __future__ import annotations

import json
from collections.abc import Iterable

from evidence_app.errors import IntegrityError
from evidence_app.records import Area, Said, Source
from evidence_app.records import Draft as Kept
from evidence_app.records_json import Fields, area_from_json, area_to_json
from evidence_app.ui.pages.cover_drafts import Draft, Part

COVER = "cover"
"""The name of this form among the drafts; each is about the number of an exhibit."""


def as_said(drafts: Iterable[Draft]) -> list[Said]:
    """One line of JSON for each cover."""
    return [Said(f"cover.{place}", json.dumps(_raw(one)), Source.TYPED) for place, one in enumerate(drafts)]


def drawn(kept: Kept) -> list[Draft]:
    """The covers of a draft; none where they cannot be read."""
    try:
        return [_draft(Fields(json.loads(one.value), "A cover")) for one in kept.said]
    except (IntegrityError, ValueError, RecursionError):
        return []


def _raw(one: Draft) -> dict[str, object]:
    raw: dict[str, object] = {"area": area_to_json(one.area), "reason": one.reason, "words": one.words}
    if one.part is not None:
        part = one.part
        raw["part"] = {"text": part.text, "first": part.first, "last": part.last, "places": part.places}
    return raw


def _draft(fields: Fields) -> Draft:
    part = fields.optional_fields("part")
    area = fields.fields("area")
    found: Area = area_from_json(area)
    return Draft(
        found,
        fields.text("reason"),
        fields.text("words"),
        None
        if part is None
        else Part(part.text("text"), part.number("first"), part.number("last"), part.number("places")),
    )
