"""Disposal: only when due or instructed, by two people, with a certificate that says what was done.

Whether it is allowed is decided where it is written (`vault.numbering_safeguards`), not here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from evidence_app.bundle.certificate import certificate as certificate_sheet
from evidence_app.bundle.look_alike import looks_like
from evidence_app.bundle.sheet import make_sheet
from evidence_app.errors import DisposalError, UsageError
from evidence_app.records import (
    Decider,
    Disposal,
    Due,
    Entry,
    EntryKind,
    HandedOut,
    LeftInBackup,
    Said,
    Source,
)
from evidence_app.records_json import Fields
from evidence_app.vault import acts, disposal, retention
from evidence_app.vault import acts_safeguards as safeguard_acts
from evidence_app.vault.index_common import split_name
from evidence_app.vault.vault import Vault
from evidence_app.workflows.safeguards import full_name

_BACKUPS: Final = 10_000


def due(vault: Vault, name: str) -> Due | None:
    """From which day on an exhibit or received bundle may be disposed of; None where nobody has said and the
    school has set no period."""
    received, number = split_name(name)
    if received and not number:
        return retention.due(vault.read, vault.read.received_bundle(received).reference)
    return retention.due(vault.read, full_name(vault, name))


def keep_until(vault: Vault, about: str, day: date) -> Due:
    """State until when an incident (`INC-…`), received bundle (`RCV-…`) or exhibit is kept.

    The latest of the days that are known counts; what has none is never due.
    """
    said = [Said(retention.KEPT_UNTIL, day.isoformat(), Source.TYPED)]
    kind = about.strip().upper()[:4]
    if kind == "INC-":
        entry = vault.record(acts.incident_stated(about, said))
    elif kind == "RCV-":
        entry = vault.record(acts.outcome_stated(about, said))
    else:
        entry = vault.record(acts.exhibit_stated(about, said))
    return Due(day, f"stated for {entry.data['about']} by {entry.by}")


def dispose(vault: Vault, name: str, *, decided_by: str, decider: Decider, second: str) -> Disposal:
    """Erase an exhibit (`HXA/001`), one of a received bundle (`RCV-001 HXA/001`, and with it the file that
    came, which holds it too), or a received bundle as a whole (`RCV-001`), as far as this vault goes.

    It returns when it is completed. Raises `DisposalError` where it may not be, and nothing has begun then;
    `StorageError` where it was decided and begun but could not be finished now: it is finished when the
    vault is locked or next opened, and there is no certificate before.
    """
    if looks_like(decided_by, second):
        raise DisposalError(
            "A disposal needs two people, and these two names look alike. Nothing was changed. "
            "Name another person as the second."
        )
    aside = vault.set_aside_copies(name)
    entry = vault.record(safeguard_acts.exhibit_disposed(name, decided_by, decider, second, aside))
    disposal.finish(vault)
    return _disposal(vault, f"{entry.data['received'] or ''} {entry.data['number']}")


def certificate(vault: Vault, name: str) -> bytes:
    """The certificate of a disposal as PDF; what it says of copies is what the record knows by now.

    Raises `UsageError` where there was none, `DisposalError` where it is not finished yet.
    """
    made = _disposal(vault, name)
    if made.completed_at is None:
        raise DisposalError(
            f"The disposal of {made.name} is not finished, so there is no certificate yet. What was erased "
            "is erased. Lock the vault and open it again; if it stays so, check the vault."
        )
    sheet = certificate_sheet(
        made,
        handed_out(vault, made),
        vault.owner,
        vault.label.vault_id,
        datetime.astimezone,
        left_in_backups(vault, made),
    )
    return make_sheet(sheet)


def _disposal(vault: Vault, name: str) -> Disposal:
    made = vault.read.disposal(name)
    if made is None:
        raise UsageError(f"{name[:40]} was not disposed of in this vault. There is no certificate of it.")
    return made


def handed_out(vault: Vault, made: Disposal) -> tuple[HandedOut, ...]:
    """The files with what was disposed of that this vault wrote, oldest first."""
    about = made.received or made.number
    return tuple(
        one for entry in vault.read.entries_about(about) if (one := _handed(vault, entry)) is not None
    )


def _handed(vault: Vault, entry: Entry) -> HandedOut | None:
    fields = Fields(entry.data, f"Entry {entry.seq} of the record")
    if entry.kind is EntryKind.BUNDLE_SEALED:
        receipts = [one for one in vault.read.receipts(fields.text("bundle")) if not one.issued]
        return HandedOut(
            fields.text("file_name"),
            fields.texts("sealed_for"),
            entry.at,
            tuple((one.contact or one.name, one.at) for one in reversed(receipts)),
        )
    if entry.kind is EntryKind.BUNDLE_FORWARDED:
        return HandedOut(fields.text("file_name"), fields.texts("to"), entry.at)
    return None


def left_in_backups(vault: Vault, made: Disposal) -> tuple[LeftInBackup, ...]:
    """The backups that held what was disposed of, by place: none that was begun before it came in, or after
    it was locked away or disposed of."""
    locked = [
        one.at for one in vault.read.entries_about(made.name) if one.kind is EntryKind.EXHIBIT_LOCKED_AWAY
    ]
    until = min([made.at, *locked])
    held: dict[str, LeftInBackup] = {}
    for entry in reversed(vault.read.entries(EntryKind.VAULT_BACKED_UP, limit=_BACKUPS)):
        place = Fields(entry.data, f"Entry {entry.seq} of the record").text("place")
        if made.captured_at <= entry.at <= until:
            held[place] = LeftInBackup(place, entry.at)
        elif entry.at > until and place in held and held[place].renewed_at is None:
            held[place] = replace(held[place], renewed_at=entry.at)
    return tuple(held[place] for place in sorted(held))
