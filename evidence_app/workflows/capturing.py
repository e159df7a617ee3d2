"""A capture goes into the vault, and is looked at: the acts between screen and vault."""

from __future__ import annotations

from evidence_app.capture import screen
from evidence_app.capture.screen import Target
from evidence_app.errors import StorageError
from evidence_app.records import (
    Exhibit,
    Level,
    Picture,
    Said,
    Source,
)
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault


def keep(vault: Vault, picture: Picture, incident: str | None) -> Exhibit:
    """Seal a capture: the encrypted picture first, then the entry. Durable on return.

    Only after this may anything say "sealed". `incident` None leaves the capture unfiled.
    """
    reference = None if incident is None else vault.read.incident(incident).reference
    stored = vault.objects.put(picture.png, "image/png")
    try:
        entry = vault.record(acts.exhibit_captured(stored, picture.observed, reference, Level.SCREEN))
    except StorageError as error:
        raise StorageError(
            "The disk did not accept the entry of this capture. The picture itself is kept, encrypted, and "
            "is entered in the record when the vault is locked or next opened. Free some space, then lock it."
        ) from error
    return vault.read.exhibit(str(entry.data["number"]))


def capture(
    vault: Vault, target: Target, incident: str, *, address: str | None = None, note: str | None = None
) -> Exhibit:
    """Take the target from the screen, seal it, and state what was given along. For the command line."""
    reference = vault.read.incident(incident).reference
    exhibit = keep(vault, screen.take(target), reference)
    said = [
        Said(field, value, Source.TYPED)
        for field, value in (("address", address), ("note", note))
        if value is not None and value.strip()
    ]
    if said:
        vault.record(acts.exhibit_stated(exhibit.number, said))
    return vault.read.exhibit(exhibit.number)


def view(vault: Vault, number: str) -> bytes:
    """The original bytes of an exhibit, checked against the record. That it was viewed is an entry."""
    exhibit = vault.read.exhibit(number)
    data = vault.objects.read(exhibit.stored)
    vault.record(acts.exhibit_viewed(exhibit.number))
    return data
