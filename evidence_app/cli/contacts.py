"""People: cards and fingerprints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.cli.shared import (
    AsJson,
    Output,
    PassphraseFile,
    VaultPath,
    contact_json,
    opened,
    put,
    stderr,
)
from evidence_app.records import Contact

contact_app = typer.Typer(help="People: cards and fingerprints.")


@contact_app.command("card")
def contact_card(vault: VaultPath, out: Output, passphrase_file: PassphraseFile = None) -> None:
    """Write your own contact card, to give to others."""
    with opened(vault, passphrase_file) as held:
        workflows.write_new_file(out, workflows.own_card(held))
        words = " ".join(workflows.own_words(held))
    stderr.print(f"Wrote {out}. Your fingerprint words: {words}", markup=False)


@contact_app.command("add")
def contact_add(
    vault: VaultPath,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Add a person from a contact card. Confirm them afterwards, in person or by telephone."""
    data = workflows.read_card_file(file)
    with opened(vault, passphrase_file) as held:
        contact = workflows.add_contact(held, data)
    warning = (
        f" WARNING: this name looks like that of {', '.join(contact.resembles)}, but it is another key. "
        "Do not seal anything for it before you have asked in person."
        if contact.resembles
        else ""
    )
    put(
        as_json,
        contact_json(contact),
        f"Added {contact.name}, not confirmed yet. Words on this card: {' '.join(contact.words)}.{warning}",
    )


@contact_app.command("confirm")
def contact_confirm(
    vault: VaultPath,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    words: Annotated[
        str, typer.Option("--fingerprint", metavar="WORDS", help="The eight words you were told.")
    ],
    how: Annotated[
        str,
        typer.Option(
            "--how",
            help="For example: in person, by telephone.",
        ),
    ] = "in person",
    another_person: Annotated[
        bool,
        typer.Option("--another-person", help="Not the same person as an earlier contact of that name."),
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Confirm a contact by the eight words the person read out. Their earlier key is replaced by it."""
    given = words.replace(",", " ").split()
    with opened(vault, passphrase_file) as held:
        contact = workflows.confirm_contact(held, name, given, how, another_person=another_person)
    put(as_json, contact_json(contact), f"Confirmed {contact.name}, {contact.confirmed_how}.")


@contact_app.command("list")
def contact_list(vault: VaultPath, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """List the contacts."""
    with opened(vault, passphrase_file) as held:
        found = held.read.contacts()
    words = "\n".join(f"{one.name}  {_standing(one)}" for one in found)
    put(as_json, {"contacts": [contact_json(one) for one in found]}, words or "No contacts yet.")


def _standing(one: Contact) -> str:
    if one.replaced_at is not None:
        return f"replaced on {one.replaced_at:%Y-%m-%d}"
    return "confirmed" if one.confirmed_at else "not confirmed"
