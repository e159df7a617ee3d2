"""Covering: a copy of a picture that can be shared, tied to its original by the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evidence_app import policy
from evidence_app.capture import context
from evidence_app.capture.cover import covered_png
from evidence_app.errors import LockedAwayError, QuestionError, UsageError
from evidence_app.records import Area, Cover, Exhibit, Method, Relation
from evidence_app.vault import acts_casework as acts
from evidence_app.vault.vault import Vault

MEDIA_TYPE = "image/png"


def cover(vault: Vault, number: str, covers: Sequence[Cover], crop: Area | None = None) -> Exhibit:
    """Make a copy with parts covered or cut off. The original stays as it is.

    Covers are solid and part of the copy's pixels; the copy carries nothing but pixels. It has its own
    number, the incident and level of its original, and no statements yet. Each cover has a reason of the
    policy (code or name). Raises `UsageError`, `LockedAwayError`, `QuestionError`, `StorageError`.
    """
    original = vault.read.exhibit(number)
    if original.derived is not None:
        of = original.derived.origin.number
        raise UsageError(
            f"{original.number} is itself a copy of {of}. Nothing was made. Cover or crop {of} instead."
        )
    named = tuple(replace(one, reason=_reason(one.reason)) for one in covers)
    data = vault.read_original(original.number)
    png, width, height = covered_png(data, [one.area for one in named], crop)
    observed = replace(context.observe(Method.COPY, (), None, None, None), width=width, height=height)
    stored = vault.objects.put(png, MEDIA_TYPE)
    relation = Relation.COVERED if named else Relation.CROP
    try:
        entry = vault.record(acts.exhibit_derived(original.number, stored, observed, relation, named, crop))
    except (LockedAwayError, QuestionError):
        # Locked away in this very moment: then there is no copy either.
        vault.objects.erase(stored.object_id)
        raise
    return vault.read.exhibit(str(entry.data["number"]))


def _reason(given: str) -> str:
    rules, wanted = policy.current(), given.strip().casefold()
    for one in rules.covers:
        if wanted in {one.code, one.name.casefold()}:
            return one.code
    codes = ", ".join(one.code for one in rules.covers)
    raise UsageError(
        f"{given.strip()[:40]!r} is no reason for a cover. Nothing was made. Choose of: {codes}."
    )
