"""Stating as much as can stand: one slip does not cost the rest of what was said. For pages that state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evidence_app import fields, workflows
from evidence_app.errors import UsageError
from evidence_app.records import Said
from evidence_app.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it. `refused` maps the code of a field to the sentence why it was not taken."""

    count: int = 0
    notes: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def state(vault: Vault, about: str, said: Sequence[Said]) -> Taken:
    """State what can stand about an incident or exhibit, and say of each of the rest why it cannot.

    Raises `UsageError` where nothing can be stated about it at all, `StorageError`.
    """
    refused: dict[str, str] = {}
    good = list(said)
    while good:
        try:
            made = workflows.state(vault, about, good)
        except UsageError as error:
            wrong = _about(error.message, good)
            refused[wrong.field] = error.message
            good.remove(wrong)
        else:
            return Taken(len(made.said), made.notes, refused)
    return Taken(refused=refused)


def _about(message: str, said: Sequence[Said]) -> Said:
    """Which of these a sentence is about: the first that it names. Raises where it names none of them."""
    named = {message.find(f"“{fields.name_of(one.field)}”"): one for one in said}
    places = [place for place in named if place >= 0]
    if not places:
        raise UsageError(message)
    return named[min(places)]
