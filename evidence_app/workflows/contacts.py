"""Contacts: cards, the eight words, and names that could be taken for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from evidence_app.bundle import card
from evidence_app.bundle.look_alike import looks_like
from evidence_app.crypto.words import key_words
from evidence_app.errors import UsageError
from evidence_app.records import (
    Contact,
)
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.receipts import own_details


def own_card(vault: Vault) -> bytes:
    """The contact card of the vault's owner, to be handed to others."""
    return card.make_card(own_details(vault), vault.signing_key)


def own_words(vault: Vault) -> tuple[str, ...]:
    """The eight words that others compare to confirm the vault's owner."""
    return key_words(vault.signing_key.public_key)


def add_contact(vault: Vault, data: bytes) -> Contact:
    """Add a person from a contact card whose own signature checks; not confirmed by that.

    The contact that is returned names those that it could be taken for (`resembles`).
    """
    found = card.read_card(data)
    if found.signing_key == vault.signing_key.public_key:
        raise UsageError(
            "This is your own contact card. Nothing was changed. Give it to the person who needs it."
        )
    vault.record(acts.contact_added(found))
    added = next(one for one in vault.read.contacts() if one.signing_key == found.signing_key)
    alike = look_alikes(vault, added.name, besides=added.signing_key)
    return replace(added, resembles=tuple(one.name for one in alike))


def look_alikes(vault: Vault, name: str, besides: bytes = b"") -> tuple[Contact, ...]:
    """Contacts whose name is easily taken for this one, or the same, but for the key `besides`.

    The owner's own name counts too: nobody should be taken for oneself.
    """
    own = own_details(vault)
    everyone = (*vault.read.contacts(), card.contact_of(own, added_at=datetime.now(UTC)))
    return tuple(one for one in everyone if one.signing_key != besides and looks_like(one.name, name))


def confirm_contact(vault: Vault, name: str, words: Sequence[str], how: str) -> Contact:
    """Confirm a contact by the eight words that were compared. Raises `UsageError` if they differ."""
    contact = vault.read.contact(name)
    given = tuple(word.strip().lower() for word in words)
    if given != contact.words:
        raise UsageError(
            f"These are not the eight words of the key on {contact.name}'s card. "
            "Nothing was confirmed. Compare again in person or by telephone; if they still differ, "
            "the card is not from that person."
        )
    vault.record(acts.contact_confirmed(contact, how))
    return next(one for one in vault.read.contacts() if one.signing_key == contact.signing_key)
