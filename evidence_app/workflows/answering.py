"""Answering what a file leaves open: the order of day and month in a chat, the key of a mail's signature."""

from __future__ import annotations

from evidence_app.capture.mail_key import read_key
from evidence_app.errors import UsageError
from evidence_app.records import Said, Source
from evidence_app.vault.vault import Vault
from evidence_app.workflows import looking, stating
from evidence_app.workflows.helping import KEY, ORDERS, signature_results


def answer_order(vault: Vault, number: str, order: str) -> None:
    """State in which order the phone of a chat export writes day and month, and read the chat anew with it.

    Raises `UsageError` for another answer than the two."""
    if order not in ORDERS:
        raise UsageError(
            f"{order[:40]!r} is no order of day and month. Nothing was changed. Say “day first” or “month "
            "first”."
        )
    stating.state(vault, number, [Said("date_order", order, Source.TYPED)])
    looking.examine(vault, number)


def store_key(
    vault: Vault, number: str, record: str, *, origin: str, got_by: str = "", got_on: str = "", name: str = ""
) -> str:
    """Store the public key of a mail's signature with it, and check the signature; returns the result.

    `record` is the text of the DNS record, however it was copied, and stays as it was given. `name` is needed
    only where the mail has several signatures and the text does not say whose it is. Nothing that was stored
    before is overwritten. Raises `UsageError` where there is no key in it or no signature that it is for.
    """
    exhibit = vault.read.exhibit(number)
    found = read_key(record)
    if found.problem:
        raise UsageError(
            f"{found.problem} Nothing was stored. Copy the text of the TXT record whole, from “v=DKIM1” on."
        )
    if not origin.strip():
        raise UsageError(
            "It is not said where the key comes from. Nothing was stored. Say who gave it, or how."
        )
    wanted = _asked(vault, exhibit.number, name.strip().rstrip(".").lower() or found.name)
    parts = {"name": wanted, "record": record, "origin": origin, "got_by": got_by, "got_on": got_on}
    said = [
        Said(f"{KEY}.{part}", value, Source.PASTED if part == "record" else Source.TYPED)
        for part, value in parts.items()
        if value.strip()
    ]
    stating.state(vault, exhibit.number, said)
    reading = looking.examine(vault, exhibit.number)
    results = dict(signature_results(reading)) if reading is not None else {}
    return results.get(wanted, "Not checked: the message could not be read.")


def _asked(vault: Vault, number: str, name: str) -> str:
    """The name of the key, of those that the mail's signatures ask for."""
    asked = tuple(dict.fromkeys(looking.asked_keys(vault, number)))
    if not asked:
        raise UsageError(
            f"{number} has no signature of a mail server. Nothing was stored. The key belongs to an e-mail "
            "that was saved as a file with all its headers (.eml)."
        )
    if not name and len(asked) == 1:
        return asked[0]
    if name in asked:
        return name
    choice = ", ".join(asked)
    if name:
        raise UsageError(
            f"The record is that of {name[:100]}, but the mail asks for {choice}. Nothing was stored. "
            "Look that record up instead."
        )
    raise UsageError(f"The mail has several signatures: {choice}. Nothing was stored. Say whose key this is.")
