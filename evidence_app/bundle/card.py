"""Contact cards, `.evidence-contact`: who somebody says they are, signed with their own key.

A card proves that its maker holds the key, and nothing about the name. Source:
resources/formats/bundle.md, "The contact card".
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from evidence_app.bundle import layout
from evidence_app.bundle.text import flaw_of_line, from_json
from evidence_app.crypto.age import Recipient
from evidence_app.crypto.sshsig import (
    SignatureError,
    SigningKey,
    fingerprint,
    key_from_public_line,
    public_line,
    verify,
)
from evidence_app.crypto.words import key_words
from evidence_app.errors import EvidenceError, IntegrityError, NewerFormatError, NotOurFileError, UsageError
from evidence_app.records import Contact, ContactCard
from evidence_app.records_json import Fields

CARD_FORMAT: Final = 1
SUFFIX: Final = ".evidence-contact"
MAX_CARD_BYTES: Final = 16 * layout.KIB
_KIND: Final = "evidence-contact"
_WORDS: Final = {"name": "name", "role": "role", "school": "school"}


class CardError(IntegrityError):
    """A contact card that does not check; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def make_card(card: ContactCard, key: SigningKey) -> bytes:
    """The bytes of a card file: one line of ASCII JSON, then the signature over that line.

    Raises `UsageError` for a name, role or school that cannot stand in a card; ValueError where
    `key` is not the key in the card.
    """
    if key.public_key != card.signing_key:
        raise ValueError("a card is signed with the key that stands in it")
    for name, word in _WORDS.items():
        flaw = _flaw(name, card)
        if flaw is not None:
            raise UsageError(
                f"The {word} {flaw}. No contact card was made. Write it as one plain line and try again."
            )
    text = _text(card)
    return text + key.sign(text, layout.CONTACT_NAMESPACE)


def read_card(data: bytes) -> ContactCard:
    """Read a card and check its own signature.

    Raises `NotOurFileError` (no card at all), `NewerFormatError`, or `CardError` with a `code`:
    `card-broken`, `card-name`, `card-key` or `card-signature`.
    """
    text, newline, signature = data.partition(b"\n")
    if len(data) > MAX_CARD_BYTES or not text.startswith(b'{"evidence-contact":') or not newline:
        raise NotOurFileError("This file is not an Evidence contact card, or the copy is incomplete.")
    text += newline
    card = _parse(text)
    try:
        verify(text, signature, layout.CONTACT_NAMESPACE, key=card.signing_key)
    except SignatureError as error:
        raise CardError(
            "card-signature",
            "The contact card was changed after it was made: its signature does not fit. "
            "Nothing was added. Ask for a new card.",
        ) from error
    return card


def _text(card: ContactCard) -> bytes:
    fields = {
        _KIND: CARD_FORMAT,
        "name": card.name,
        "role": card.role,
        "school": card.school,
        "signing_key": public_line(card.signing_key),
        "recipient": card.recipient,
    }
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def _flaw(name: str, card: ContactCard) -> str | None:
    text: str = getattr(card, name)
    # Not everybody who keeps evidence belongs to one school.
    return None if name == "school" and not text else flaw_of_line(text)


def _parse(text: bytes) -> ContactCard:
    broken = CardError(
        "card-broken", "The contact card cannot be read. Nothing was added. Ask for a new card."
    )
    try:
        raw = from_json(text, "The contact card")
        fields = Fields(raw, "The contact card")
        if fields.number(_KIND) > CARD_FORMAT:
            raise NewerFormatError(
                "This contact card was made by a newer version of Evidence. "
                "Nothing is lost. Update the program and try again."
            )
        line = fields.text("signing_key")
        card = ContactCard(
            name=fields.text("name"),
            role=fields.text("role"),
            school=fields.text("school"),
            signing_key=key_from_public_line(line),
            recipient=fields.text("recipient"),
        )
    except NewerFormatError:
        raise
    except IntegrityError as error:
        raise broken from error
    for name, word in _WORDS.items():
        flaw = _flaw(name, card)
        if flaw is not None:
            raise CardError(
                "card-name",
                f"The {word} on the contact card {flaw}. Nothing was added. Ask for a new card.",
            )
    try:
        Recipient.from_string(card.recipient)
    except (EvidenceError, ValueError) as error:
        raise CardError(
            "card-key", "The key on the contact card cannot be used. Nothing was added. Ask for a new card."
        ) from error
    if _text(card) != text:  # which also says: these fields, in this order
        raise broken
    return card


def contact_of(card: ContactCard, added_at: datetime, confirmed_how: str = "") -> Contact:
    """The contact that a checked card makes; confirmed at `added_at` if `confirmed_how` says how."""
    return Contact(
        name=card.name,
        role=card.role,
        school=card.school,
        signing_key=card.signing_key,
        recipient=card.recipient,
        words=key_words(card.signing_key),
        fingerprint=fingerprint(card.signing_key),
        added_at=added_at,
        confirmed_at=added_at if confirmed_how else None,
        confirmed_how=confirmed_how,
    )
