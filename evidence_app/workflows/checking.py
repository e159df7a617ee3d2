"""Checking a bundle: as the owner of a vault, or alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from evidence_app.bundle import card, read, unlocked
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import IntegrityError, NewerFormatError, NotOurFileError, UsageError
from evidence_app.records import Contact, ProgressCall, Trust, Verdict
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.files import read_small
from evidence_app.workflows.kept import recalling
from evidence_app.workflows.stamping import believed


def trust_of(vault: Vault, contacts: Sequence[Contact] = ()) -> Trust:
    """What the vault's owner brings to a check: confirmed contacts and earlier bundles."""
    stamps = believed()
    return Trust(
        contacts=(*contacts, *vault.read.contacts()),
        seen=vault.read.seen_ledgers(),
        recipient=vault.identity.recipient.to_string(),
        former=tuple(one.recipient.to_string() for one in vault.identities[1:]),
        recall=recalling(vault),
        roots=stamps.certificates,
        revoked=stamps.revoked,
    )


def trust_cards(paths: Sequence[Path]) -> tuple[Contact, ...]:
    """Contacts from card files that the person vouches for on the command line (`--trust`)."""
    now, found = datetime.now(UTC), []
    for path in paths:
        try:
            one = card.read_card(read_small(path))
        except (IntegrityError, NotOurFileError, NewerFormatError) as error:
            # Neither may be taken for an answer about the bundle.
            raise UsageError(f"{error.message} Nothing was checked: {path} cannot be trusted.") from error
        found.append(card.contact_of(one, added_at=now, confirmed_how="named with --trust"))
    return tuple(found)


def verify_with_vault(
    vault: Vault, path: Path, progress: ProgressCall | None = None, contacts: Sequence[Contact] = ()
) -> Verdict:
    """Check a bundle as the vault's owner, and put the answer into the owner's record.

    `contacts` are vouched for besides those of the vault.

    Returns the verdict whether or not the bundle is unchanged; raises `DamagedError`,
    `NotForYouError`, `NotOurFileError`, `NewerFormatError`, `StoppedError`.
    """
    try:
        verdict = read.verify(path, list(vault.identities), trust_of(vault, contacts), progress)
    except Altered as altered:
        verdict = altered.verdict
    vault.record(acts.bundle_checked(verdict))
    return verdict


def _alone(contacts: Sequence[Contact]) -> Trust:
    stamps = believed()
    return Trust(contacts=tuple(contacts), roots=stamps.certificates, revoked=stamps.revoked)


def verify_alone(
    path: Path,
    identities: Sequence[Identity | Passphrase],
    contacts: Sequence[Contact],
    progress: ProgressCall | None = None,
) -> Verdict:
    """Check a bundle without a vault; nothing is remembered."""
    try:
        return read.verify(path, identities, _alone(contacts), progress)
    except Altered as altered:
        return altered.verdict


def unlocked_copy(
    path: Path,
    out_dir: Path,
    identities: Sequence[Identity | Passphrase],
    contacts: Sequence[Contact] = (),
    progress: ProgressCall | None = None,
) -> Verdict:
    """An unlocked copy of a bundle in the new folder `out_dir`, for police; raises as `unlocked.unlock`."""
    return unlocked.unlock(path, identities, out_dir, progress, _alone(contacts))


def unlocked_copy_with_vault(
    vault: Vault,
    path: Path,
    out_dir: Path,
    contacts: Sequence[Contact] = (),
    progress: ProgressCall | None = None,
) -> Verdict:
    """The same with the key and the contacts of a vault, whose record then has the check.

    Raises `Altered` where it is not as it was sealed; the record has that too, and nothing is written.
    `LockedAwayError` where the vault has something in it locked away; nothing is written then either.
    """
    try:
        verdict = unlocked.unlock(
            path,
            list(vault.identities),
            out_dir,
            progress,
            trust_of(vault, contacts),
            never=vault.read.locked_digests(),
        )
    except Altered as altered:
        vault.record(acts.bundle_checked(altered.verdict))
        raise
    vault.record(acts.bundle_checked(verdict))
    return verdict
