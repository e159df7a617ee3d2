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
from evidence_app.vault.disposal_rules import same_name
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
    known = (one for one in vault.read.contacts() if one.replaced_at is None)
    everyone = (*known, card.contact_of(own, added_at=datetime.now(UTC)))
    return tuple(one for one in everyone if one.signing_key != besides and looks_like(one.name, name))


def confirm_contact(
    vault: Vault, name: str, words: Sequence[str], how: str, *, another_person: bool = False
) -> Contact:
    """Confirm a contact by the eight words that were compared. Raises `UsageError` if they differ.

    Of several with one name it is the one with these words. For the rest see `confirm`.
    """
    given = tuple(word.strip().lower() for word in words)
    wanted = name.strip().casefold()
    named = [one for one in vault.read.contacts() if one.name.casefold() == wanted and one.words == given]
    contact = named[0] if named else vault.read.contact(name)
    if given != contact.words:
        raise UsageError(
            f"These are not the eight words of the key on {contact.name}'s card. "
            "Nothing was confirmed. Compare again in person or by telephone; if they still differ, "
            "the card is not from that person."
        )
    return confirm(vault, contact, how, another_person=another_person)


def confirm(vault: Vault, contact: Contact, how: str, *, another_person: bool = False) -> Contact:
    """Record that the words of this very key were compared.

    A key that was confirmed before for the same name, role and school is replaced by it, unless this is
    `another_person`. What was confirmed then stays so; nothing new is taken for theirs by it.
    """
    replaces = () if another_person else earlier_keys(vault, contact)
    vault.record(acts.contact_confirmed(contact, how, replaces))
    return next(one for one in vault.read.contacts() if one.signing_key == contact.signing_key)


def earlier_keys(vault: Vault, contact: Contact) -> tuple[Contact, ...]:
    """Confirmed contacts with other keys who are this person by name, role and school."""
    return tuple(
        one
        for one in vault.read.contacts()
        if one.confirmed_at is not None
        and one.replaced_at is None
        and one.signing_key != contact.signing_key
        and same_name(one.name, contact.name)
        and (one.role, one.school) == (contact.role, contact.school)
    )


def refuse_replaced(vault: Vault, contacts: Sequence[Contact]) -> None:
    """Raise `UsageError` where something would be sealed for a key that its owner has no longer."""
    replaced = {one.signing_key: one for one in vault.read.contacts() if one.replaced_at is not None}
    for one in contacts:
        if one.signing_key in replaced:
            raise UsageError(
                f"This key of {one.name} was replaced by a newer one. Nothing was sealed. Choose the newer."
            )
