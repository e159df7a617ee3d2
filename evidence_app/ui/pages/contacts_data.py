"""What the contacts page does in the background: read, add, confirm, save."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evidence_app import workflows
from evidence_app.records import Contact
from evidence_app.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Listed:
    """A contact, and those that one could be taken for: another key under the name, or a name that looks
    like it. The owner of the vault is among them."""

    contact: Contact
    alike: tuple[Contact, ...] = ()


def listed(vault: Vault) -> tuple[Listed, ...]:
    """All contacts. Somebody who is confirmed is not held against anybody."""
    return tuple(
        Listed(one, workflows.look_alikes(vault, one.name, one.signing_key) if not one.confirmed_at else ())
        for one in vault.read.contacts()
    )


def add(vault: Vault, path: Path) -> Contact:
    """Add a person from a card file; raises as `workflows.add_contact`."""
    return workflows.add_contact(vault, workflows.read_card_file(path))


def confirm(vault: Vault, contact: Contact, how: str) -> Contact:
    """Record that the words of this very key were compared: two keys may carry one name."""
    return workflows.confirm(vault, contact, how)


def save_own_card(vault: Vault, path: Path) -> Path:
    """Write the owner's card into a new file."""
    workflows.write_new_file(path, workflows.own_card(vault))
    return path
