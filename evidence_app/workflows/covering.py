"""Covering: a copy of a picture or a text that can be shared, tied to its original by the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evidence_app import policy
from evidence_app.bundle.field_words import cover_words
from evidence_app.capture import context
from evidence_app.capture.cover import covered_png
from evidence_app.capture.cover_text import CoveredText, Passage, covered_text
from evidence_app.errors import LockedAwayError, QuestionError, UsageError
from evidence_app.records import (
    Area,
    Cover,
    CoveredPassage,
    Exhibit,
    Method,
    Observed,
    Relation,
    Said,
)
from evidence_app.vault import acts_casework as acts
from evidence_app.vault.acts import exhibit_stated
from evidence_app.vault.vault import Vault
from evidence_app.workflows.helping import DATE_ORDER_FIELD
from evidence_app.workflows.looking import clear_png
from evidence_app.workflows.texts import TEXT_TYPE, read_text

MEDIA_TYPE = "image/png"


@dataclass(frozen=True, slots=True)
class TextCover:
    """What to cover in a text: `text` wherever it stands, or the lines `first` to `last` (counted from 1).

    `reason` is a reason of the policy (code or name); `words` say more.
    """

    reason: str
    words: str = ""
    text: str = ""
    first: int = 0
    last: int = 0


def cover(vault: Vault, number: str, covers: Sequence[Cover], crop: Area | None = None) -> Exhibit:
    """Make a copy of a picture with parts covered or cut off. The original stays as it is.

    Covers are solid and part of the copy's pixels; the copy carries nothing but pixels. It has its own
    number, the incident and level of its original, and no statements yet. Each cover has a reason of the
    policy (code or name). Raises `UsageError`, `LockedAwayError`, `QuestionError`, `StorageError`.
    """
    original = _original(vault, number)
    named = tuple(replace(one, reason=_reason(one.reason)) for one in covers)
    data = clear_png(vault, original)
    png, width, height = covered_png(data, [one.area for one in named], crop)
    observed = replace(_made_now(), width=width, height=height)
    relation = Relation.COVERED if named else Relation.CROP
    return _keep(vault, original, png, MEDIA_TYPE, observed, relation, named, crop)


def covered(text: str, covers: Sequence[TextCover]) -> CoveredText:
    """The text as the copy would have it, to look through before it is made; writes nothing."""
    return covered_text(text, [_passage(one) for one in covers])


def cover_text(vault: Vault, number: str, covers: Sequence[TextCover]) -> Exhibit:
    """Make a copy of a text with words or lines covered, by marks of one length. As `cover` otherwise.

    The record of the copy says why and at how many places, never what or how long it was.
    """
    original = _original(vault, number)
    text = read_text(vault, original.number)
    made = covered(text, covers)
    passages = tuple(
        CoveredPassage(_reason(one.reason), one.words.strip(), places)
        for one, places in zip(covers, made.places, strict=True)
    )
    copy = _keep(
        vault, original, made.text.encode(), TEXT_TYPE, _made_now(), Relation.COVERED, passages=passages
    )
    order = original.statements.get(DATE_ORDER_FIELD)
    if order is None or not order.value:
        return copy
    # The copy is read where its original is not: in a bundle of covered copies.
    vault.record(exhibit_stated(copy.number, [Said(order.field, order.value, order.source)]))
    return vault.read.exhibit(copy.number)


def _passage(one: TextCover) -> Passage:
    words = cover_words(Cover(Area(0, 0, 0, 0), _reason(one.reason), " ".join(one.words.split())))
    label = words[:1].lower() + words[1:]
    return Passage(label, one.text, one.first, one.last)


def _original(vault: Vault, number: str) -> Exhibit:
    original = vault.read.exhibit(number)
    if original.derived is not None:
        of = original.derived.origin.number
        raise UsageError(
            f"{original.number} is itself a copy of {of}. Nothing was made. Cover or crop {of} instead."
        )
    return original


def _made_now() -> Observed:
    return context.observe(Method.COPY, (), None, None, None)


def _keep(
    vault: Vault,
    original: Exhibit,
    data: bytes,
    media_type: str,
    observed: Observed,
    relation: Relation,
    covers: Sequence[Cover] = (),
    crop: Area | None = None,
    passages: Sequence[CoveredPassage] = (),
) -> Exhibit:
    stored = vault.objects.put(data, media_type)
    act = acts.exhibit_derived(original.number, stored, observed, relation, covers, crop, passages)
    try:
        entry = vault.record(act)
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
