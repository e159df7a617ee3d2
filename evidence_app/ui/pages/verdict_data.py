"""What the verification page does in the background: look, check, receive, confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from evidence_app import workflows
from evidence_app.bundle import layout, read, receipt
from evidence_app.bundle.card import MAX_CARD_BYTES, read_card
from evidence_app.bundle.taking import BundleSink
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Identity, Passphrase, identities_from_text, is_age_file
from evidence_app.errors import (
    DamagedError,
    DisposedError,
    EvidenceError,
    IntegrityError,
    LockedAwayError,
    NewerFormatError,
    NotForYouError,
    NotOurFileError,
    UsageError,
)
from evidence_app.records import Contact, ProgressCall, ReceiptRow, ReceivedRow, SenderStatus, Verdict
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.sent import Sending

Keys = Sequence[Identity | Passphrase]
Ask = Callable[[], Verdict]

_START = 1024
CLOSED = (LockedAwayError, DisposedError)
"""Why a kept file is not opened any more: to check it again would say the same."""
_ABOUT_THE_BUNDLE = (DamagedError, NotForYouError, NewerFormatError, *CLOSED)


class Need(Enum):
    """What it takes to open a file."""

    NOTHING = "an opened folder or tar"
    PASSPHRASE = "sealed with a passphrase"
    KEY = "sealed for people"


@dataclass(frozen=True, slots=True)
class Where:
    """A bundle on disk, or one that the vault keeps as `reference`; `keys` open it besides the vault's."""

    path: Path = field(default_factory=Path)
    reference: str = ""
    keys: Keys = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that a page shows of one bundle: the verdict, or why there is none, and what surrounds it.

    `row` is there where the vault keeps the file; `again` where it did so before. `alike` are contacts
    that the sender could be taken for. `receipt` is the newest that this vault issued for it; `no_receipt`
    says why none can be issued.
    """

    verdict: Verdict | None = None
    failure: EvidenceError | None = None
    row: ReceivedRow | None = None
    again: bool = False
    alike: tuple[Contact, ...] = ()
    receipt: ReceiptRow | None = None
    no_receipt: str = ""

    @property
    def answer(self) -> Verdict | EvidenceError:
        """What decides the face of the page."""
        if self.verdict is not None:
            return self.verdict
        if self.failure is None:
            raise ValueError("neither a verdict nor a reason")
        return self.failure


def look(path: Path) -> Need:
    """Raises as `read.sealed_for_passphrase`."""
    if read.sealed_for_passphrase(path):
        return Need.PASSPHRASE
    if path.is_dir():
        return Need.NOTHING
    with path.open("rb") as file:
        return Need.KEY if is_age_file(file.read(_START)) else Need.NOTHING


def judge(vault: Vault | None, where: Where, keep: bool, progress: ProgressCall | None = None) -> Found:
    """Check a bundle and, with `keep`, take it into the vault; one that the vault keeps is checked anew.

    An opened folder is only checked: there is no sealed file to keep. Raises what says nothing about the
    bundle: `NotOurFileError`, `WrongPassphraseError`, `UsageError`, `StorageError`, `StoppedError`.
    """
    if vault is None:
        return _told(None, None, lambda: workflows.verify_alone(where.path, where.keys, (), progress))
    if where.reference:
        return _kept(vault, where, progress)
    if not keep or where.path.is_dir():
        return _told(vault, None, lambda: check(vault, where.path, where.keys, progress))
    arrival = workflows.receive(vault, where.path, progress, where.keys)
    verdict = arrival.verdict
    if arrival.failure is not None:
        found = Found(failure=arrival.failure, row=arrival.row)
    elif verdict is not None:
        found = _told(vault, arrival.row, lambda: verdict)
    else:
        # Recognised only: the reader is told today's answer all the same.
        found = _kept(vault, replace(where, reference=arrival.row.reference), progress)
    return replace(found, again=arrival.again)


def _kept(vault: Vault, where: Where, progress: ProgressCall | None) -> Found:
    found = _told(
        vault,
        vault.read.received_bundle(where.reference),
        lambda: workflows.check_received(vault, where.reference, progress, where.keys),
    )
    return replace(found, row=vault.read.received_bundle(where.reference))


def _told(vault: Vault | None, row: ReceivedRow | None, ask: Ask) -> Found:
    """What a check said, with what the vault knows besides."""
    try:
        verdict = ask()
    except _ABOUT_THE_BUNDLE as error:
        return Found(failure=error, row=row)
    if vault is None:
        return Found(verdict)
    facts = verdict.facts
    alike: tuple[Contact, ...] = ()
    if facts is not None and verdict.sender is not SenderStatus.CONFIRMED:
        alike = workflows.look_alikes(vault, facts.sender_name, besides=facts.sender_key)
    return Found(verdict, None, row, False, alike, issued(vault, verdict), no_receipt(vault, verdict))


def check(vault: Vault, path: Path, keys: Keys, progress: ProgressCall | None = None) -> Verdict:
    """Check a bundle as the vault's owner, who then has it in the record.

    `keys` are what was given besides the vault's own key. Raises as `workflows.verify_with_vault`.
    """
    if not keys:
        return workflows.verify_with_vault(vault, path, progress)
    try:
        verdict = read.verify(path, [vault.identity, *keys], workflows.trust_of(vault), progress)
    except Altered as altered:
        verdict = altered.verdict
    vault.record(acts.bundle_checked(verdict))
    return verdict


def issued(vault: Vault, verdict: Verdict) -> ReceiptRow | None:
    """The newest receipt that this vault issued for exactly this, or None."""
    facts = verdict.facts
    if facts is None:
        return None
    wanted = (facts.digest, verdict.unchanged)
    rows = (one for one in vault.read.receipts(facts.bundle_id) if one.issued)
    return next((one for one in rows if (one.digest, one.unchanged) == wanted), None)


def no_receipt(vault: Vault, verdict: Verdict) -> str:
    """Why no receipt can be issued; empty where one can."""
    try:
        receipt.receipt_of(verdict, workflows.own_details(vault))
    except UsageError as error:
        return error.message
    return ""


def keys_in(path: Path) -> tuple[Identity, ...]:
    """The keys in an age key file; raises `UserError`."""
    return identities_from_text(workflows.read_text_file(path))


def confirm(
    vault: Vault, where: Where, signing_key: bytes, how: str, progress: ProgressCall | None = None
) -> Contact:
    """Confirm the holder of `signing_key`, whose words were compared; their card is taken from the bundle.

    The card carries its own signature by that key, so nobody else can have put another recipient into it.
    """
    known = [one for one in vault.read.contacts() if one.signing_key == signing_key]
    if known:
        contact = known[0]
    else:
        data = _card(vault, where, progress)
        if read_card(data).signing_key != signing_key:
            raise IntegrityError(
                "The file has changed since it was checked. Nothing was confirmed. Check it again."
            )
        contact = workflows.add_contact(vault, data)
    return workflows.confirm(vault, contact, how)


class _FoundError(Exception):
    """The rest of the bundle need not be read."""


class _CardSink(BundleSink):
    """Takes the sender's card out of a bundle that was checked before."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._here = False

    def start_file(self, name: str, size: int) -> None:
        self._here = name == layout.CARD and size <= MAX_CARD_BYTES

    def feed(self, data: memoryview) -> None:
        if self._here:
            self.data += data

    def end_file(self) -> None:
        if self._here:
            raise _FoundError

    def refuse(self, code: str, name: str) -> None:
        """What may not be there was named by the check."""


def _card(vault: Vault, where: Where, progress: ProgressCall | None) -> bytes:
    sink = _CardSink()
    try:
        read.feed(sending(vault, where).source(), [vault.identity, *where.keys], sink, progress)
    except _FoundError:
        return bytes(sink.data)
    raise NotOurFileError(
        "The sender's card is no longer in this file. Nothing was confirmed. Check it again."
    )


def sending(vault: Vault | None, where: Where) -> Sending:
    """Where the exhibits of a bundle are looked into."""
    return Sending(vault, where.path, where.reference, where.keys)


def save_bundle_report(vault: Vault, where: Where, path: Path) -> Path:
    """Write the report of a kept bundle into a new file; raises as `workflows.report_of_received`."""
    workflows.write_new_file(path, workflows.report_of_received(vault, where.reference, where.keys))
    return path


def save_check_report(vault: Vault | None, where: Where, found: Found, path: Path) -> Path:
    """Write what was checked, on one page, into a new file; raises as `workflows.save_verdict_report`."""
    row, owner = found.row, None if vault is None else vault.owner
    name = where.path if row is None else Path(row.file_name)
    workflows.save_verdict_report(path, found.answer, name, by=owner, row=row)
    return path
