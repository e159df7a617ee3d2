"""How the window speaks of a contact: confirmed or not, and in which role."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from evidence_app.records import Contact, Role
from evidence_app.ui import say
from evidence_app.ui.widgets import Chip

IN_PERSON, BY_TELEPHONE = "in person", "by telephone"
"""The two ways to compare words, as they stand in the record."""

_TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame"}


def tr(text: str) -> str:
    return QCoreApplication.translate("contact_words", text)


def status(contact: Contact | None) -> tuple[str, str, str]:
    """Words, kind and icon of the chip."""
    if contact is None or contact.confirmed_at is None:
        return tr("Not confirmed"), "warn", "alert-circle"
    if contact.replaced_at is not None:
        return tr("Replaced on {0}").format(say.short_day(contact.replaced_at)), "neutral", "clock"
    words = {
        IN_PERSON: tr("Fingerprint confirmed in person"),
        BY_TELEPHONE: tr("Fingerprint confirmed by telephone"),
    }.get(contact.confirmed_how, tr("Fingerprint confirmed"))
    return words, "ok", "check-circle"


def chip(contact: Contact | None) -> Chip:
    """The chip for a contact."""
    return Chip(*status(contact))


def role_and_school(role: str, school: str) -> str:
    """For example "Headteacher, Larkmere Academy", as the card has it."""
    named = say.role(Role(role)) if role in set(Role) else role
    return ", ".join(part for part in (named, school) if part)


def short_name(name: str) -> str:
    """A first name, or the whole name where it begins with a title."""
    first = name.partition(" ")[0]
    return name if first.lower().strip(".") in _TITLES else first
