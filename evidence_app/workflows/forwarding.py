"""Passing a received bundle on, and what else is taken out of it: each an entry of the record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evidence_app.bundle import read, reseal, unlocked
from evidence_app.bundle.reseal import Written
from evidence_app.bundle.sentences import state_on_arrival
from evidence_app.bundle.text import shown_name
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Passphrase, Recipient
from evidence_app.errors import DamagedError, IntegrityError, UsageError
from evidence_app.records import Contact, ForwardedRow, ProgressCall, ReceivedRow, Verdict
from evidence_app.vault import acts_received
from evidence_app.vault.acts_received import Handed
from evidence_app.vault.vault import Vault
from evidence_app.workflows.checking import trust_of
from evidence_app.workflows.choosing import forward_cautions, need_reason
from evidence_app.workflows.contacts import refuse_replaced
from evidence_app.workflows.kept import kept_file
from evidence_app.workflows.receiving import Keys


def forward(
    vault: Vault,
    reference: str,
    *,
    contacts: Sequence[Contact] = (),
    passphrase: str | None = None,
    out: Path,
    reason: str = "",
    keys: Keys = (),
    progress: ProgressCall | None = None,
) -> ForwardedRow:
    """Seal the kept bundle again, unchanged inside, for other people or with a passphrase, as the file `out`.

    It is checked on the way, and only an unchanged one is passed on like this. The act is in the record
    before the file has its name. `keys` open the kept bundle besides the vault's own. Originals for somebody
    outside the school need a reason (`ReasonNeededError`). Raises `UsageError` (nobody named, `out` exists),
    `IntegrityError` (altered), `DamagedError`, `KeptFileError`,
    `NotForYouError`, `WrongPassphraseError`, `NewerFormatError`, `StorageError` or what `progress` raises;
    there is no file then.
    """
    if bool(contacts) == (passphrase is not None):
        raise UsageError("A bundle is passed on either to people or with a passphrase. Nothing was written.")
    row = vault.read.received_bundle(reference)
    reason = acts_received.reason_line(reason)
    refuse_replaced(vault, contacts)
    need_reason(
        forward_cautions(vault, row.reference, contacts),
        reason,
        "Nothing was written. Ask for covered copies",
    )
    people = tuple({one.recipient: one for one in contacts}.values())
    recipients: Sequence[Recipient] | Passphrase = (
        [Recipient.from_string(one.recipient) for one in people]
        if passphrase is None
        else Passphrase(passphrase)
    )

    def record(written: Written) -> None:
        _record(vault, row, written, out, reason, people, with_passphrase=passphrase is not None)

    try:
        reseal.reseal(
            kept_file(vault, row),
            [*vault.identities, *keys],
            recipients,
            out,
            trust_of(vault),
            progress,
            before_publish=record,
        )
    except (Altered, DamagedError) as error:
        kind = IntegrityError if isinstance(error, Altered) else DamagedError
        raise kind(
            f"{row.reference} is not as it was sealed, so it is not passed on under a new seal. Nothing was "
            "written, and the file that came is kept. Pass it on exactly as it was received instead."
        ) from error
    return vault.read.forwarded(row.reference)[0]


def forward_as_received(
    vault: Vault, reference: str, out: Path, reason: str = "", progress: ProgressCall | None = None
) -> ForwardedRow:
    """Write the file of a received bundle, byte for byte as it came, to `out`, whatever state it is in.

    It opens with the keys it was sealed for, no others. The act is in the record first. Raises `UsageError`,
    `KeptFileError` where the kept file is not the one recorded, `StorageError` or what `progress` raises.
    """
    row = vault.read.received_bundle(reference)
    reason = acts_received.reason_line(reason)
    reseal.copy_out(
        kept_file(vault, row),
        out,
        progress,
        before_publish=lambda written: _record(vault, row, written, out, reason, as_received=True),
    )
    return vault.read.forwarded(row.reference)[0]


def _record(
    vault: Vault,
    row: ReceivedRow,
    written: Written,
    out: Path,
    reason: str,
    people: Sequence[Contact] = (),
    *,
    with_passphrase: bool = False,
    as_received: bool = False,
) -> None:
    vault.record(
        acts_received.bundle_forwarded(
            Handed(
                received=row.reference,
                to=[one.name for one in people],
                recipients=[one.recipient for one in people],
                with_passphrase=with_passphrase,
                as_received=as_received,
                reason=reason,
                file_name=shown_name(out.name),
                size=written.size,
                sha256=written.sha256,
            )
        )
    )


def report_of_received(
    vault: Vault, reference: str, keys: Keys = (), progress: ProgressCall | None = None
) -> bytes:
    """The evidence report (PDF) in the kept bundle, if that is unchanged; that it was taken is an entry.

    Raises `Altered` (recorded too), `UsageError` where there is none in it, and what `check_received` raises.
    """
    row = vault.read.received_bundle(reference)
    try:
        verdict, data = read.open_report(
            kept_file(vault, row), [*vault.identities, *keys], trust_of(vault), progress
        )
    except Altered as altered:
        _took(vault, row, altered.verdict)
        raise
    _took(vault, row, verdict, "report")
    return data


def unlocked_copy_received(
    vault: Vault, reference: str, folder: Path, progress: ProgressCall | None = None, keys: Keys = ()
) -> Verdict:
    """An unlocked copy of the kept bundle in the new folder `folder`, for police; the act is in the record
    first. Raises `Altered` (recorded too; nothing is written), and what `unlocked.unlock` raises."""
    row = vault.read.received_bundle(reference)
    try:
        return unlocked.unlock(
            kept_file(vault, row),
            [*vault.identities, *keys],
            folder,
            progress,
            trust_of(vault),
            before_publish=lambda verdict: _took(vault, row, verdict, "unlocked copy", folder.name),
        )
    except Altered as altered:
        _took(vault, row, altered.verdict)
        raise


def _took(vault: Vault, row: ReceivedRow, verdict: Verdict, what: str = "", to: str = "") -> None:
    state = state_on_arrival(verdict)
    vault.record(acts_received.received_checked(row.reference, state, verdict, what, shown_name(to)))
