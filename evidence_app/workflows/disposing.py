"""Disposal: only when due or instructed, by two people, with a certificate that says what was done.

Whether it is allowed is decided where it is written (`vault.numbering_safeguards`), not here.
"""

from __future__ import annotations

from datetime import date, datetime

from evidence_app.bundle.certificate import certificate as certificate_sheet
from evidence_app.bundle.look_alike import looks_like
from evidence_app.bundle.sheet import make_sheet
from evidence_app.errors import DisposalError, UsageError
from evidence_app.records import Decider, Disposal, Due, EntryKind, HandedOut, Said, Source
from evidence_app.records_json import Fields
from evidence_app.vault import acts, disposal, retention
from evidence_app.vault import acts_safeguards as safeguard_acts
from evidence_app.vault.vault import Vault


def due(vault: Vault, number: str) -> Due | None:
    """From which day on an exhibit may be disposed of; None where nobody has said and no period is set."""
    return retention.due(vault.read, vault.read.exhibit(number).number)


def keep_until(vault: Vault, about: str, day: date) -> Due:
    """State from which day on an incident (`INC-…`) or exhibit need not be kept; the latest day counts."""
    said = [Said(retention.KEPT_UNTIL, day.isoformat(), Source.TYPED)]
    if about.strip().upper().startswith("INC-"):
        entry = vault.record(acts.incident_stated(about, said))
    else:
        entry = vault.record(acts.exhibit_stated(about, said))
    return Due(day, f"stated for {entry.data['about']} by {entry.by}")


def dispose(vault: Vault, number: str, *, decided_by: str, decider: Decider, second: str) -> Disposal:
    """Erase an exhibit as far as this vault goes. It returns when it is completed.

    Raises `DisposalError` where it may not be, and nothing has begun then; `StorageError` where it was
    decided and begun but could not be finished now: it is finished when the vault is locked or next opened,
    and there is no certificate before.
    """
    if looks_like(decided_by, second):
        raise DisposalError(
            "A disposal needs two people, and these two names look alike. Nothing was changed. "
            "Name another person as the second."
        )
    entry = vault.record(safeguard_acts.exhibit_disposed(number, decided_by, decider, second))
    disposal.finish(vault)
    return _disposal(vault, str(entry.data["number"]))


def certificate(vault: Vault, number: str) -> bytes:
    """The certificate of a disposal as PDF; the same bytes whenever it is asked for.

    Raises `UsageError` where there was none, `DisposalError` where it is not finished yet.
    """
    made = _disposal(vault, number)
    if made.completed_at is None:
        raise DisposalError(
            f"The disposal of {made.number} is not finished, so there is no certificate yet. What was "
            "erased is erased. Lock the vault and open it again; if it stays so, check the vault."
        )
    sheet = certificate_sheet(
        made, handed_out(vault, made.number), vault.owner, vault.label.vault_id, datetime.astimezone
    )
    return make_sheet(sheet)


def _disposal(vault: Vault, number: str) -> Disposal:
    made = vault.read.disposal(number)
    if made is None:
        raise UsageError(f"{number[:40]} was not disposed of in this vault. There is no certificate of it.")
    return made


def handed_out(vault: Vault, number: str) -> tuple[HandedOut, ...]:
    """The bundles with this exhibit (its full number) that this vault sealed, oldest first."""
    found = []
    for entry in vault.read.entries_about(number):
        if entry.kind is EntryKind.BUNDLE_SEALED:
            fields = Fields(entry.data, f"Entry {entry.seq} of the record")
            bundle = fields.text("bundle")
            receipts = [one for one in vault.read.receipts(bundle) if not one.issued]
            found.append(
                HandedOut(
                    bundle,
                    fields.text("file_name"),
                    fields.texts("sealed_for"),
                    entry.at,
                    tuple((one.contact or one.name, one.at) for one in reversed(receipts)),
                )
            )
    return tuple(found)
