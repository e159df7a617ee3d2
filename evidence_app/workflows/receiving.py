"""Receiving: a bundle is checked while it is read, and kept as it came, whatever the check says.

The originals in it go into objects of their own while the check goes on, and stay only if the bundle is
unchanged: what is taken in are the very bytes that the verdict covers, read once, also of a bundle of
gigabytes. The file, its exhibits and their entries are all there in the end, or none of them is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from evidence_app.bundle import layout, read, sentences
from evidence_app.bundle.sources import Copy, Source
from evidence_app.bundle.text import shown_name
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    IntegrityError,
    NewerFormatError,
    NotForYouError,
    ReceivedMeanwhileError,
    UsageError,
)
from evidence_app.records import (
    BundleState,
    Progress,
    ProgressCall,
    ReceivedRow,
    SentExhibit,
    StoredObject,
    Verdict,
)
from evidence_app.vault import acts, acts_received
from evidence_app.vault.acts import Act
from evidence_app.vault.acts_received import Arrived
from evidence_app.vault.marks import Purpose
from evidence_app.vault.object_writing import Batch, ObjectWriter
from evidence_app.vault.objects import BLOCK
from evidence_app.vault.vault import Vault
from evidence_app.workflows.checking import trust_of
from evidence_app.workflows.kept import kept_file

Keys = Sequence[Identity | Passphrase]
Found = Verdict | EvidenceError
"""What a check came to: the verdict, or why there is none."""

_UNREAD = frozenset(
    {BundleState.DAMAGED, BundleState.NOT_FOR_YOU, BundleState.NEWER, BundleState.NOT_CHECKED}
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of a file that arrived. `again`: the same file was received before, as `row`.

    `verdict` is there where the bundle was read now, `failure` where it could not be; neither where it was
    only recognised.
    """

    row: ReceivedRow
    again: bool = False
    verdict: Verdict | None = None
    failure: EvidenceError | None = None


def receive(vault: Vault, path: Path, progress: ProgressCall | None = None, keys: Keys = ()) -> Arrival:
    """Check a bundle and keep the file, unchanged, as an encrypted object with its verdict in the record,
    and if it is unchanged its exhibits too.

    A bundle that is altered, damaged, newer or sealed for somebody else is kept as the file only. `keys`
    open it besides the vault's own. The same file (SHA-256) a second time adds nothing, but is checked
    again where the answer may have become another (as `check_received` does). Raises `NotOurFileError`,
    `WrongPassphraseError`, `UsageError`, `StorageError` or what `progress` raises; nothing is kept then.
    """
    earlier = _had_before(vault, path, progress)
    if earlier is None:
        return _take(vault, path, progress, keys)
    if earlier.latest_state not in _UNREAD and not _worth_checking(vault, earlier):
        return Arrival(earlier, again=True)
    return _arrival(vault, earlier.reference, _check_kept(vault, earlier, progress, keys), again=True)


def receive_in_passing(
    vault: Vault, path: Path, consider: Callable[[Found], None], progress: ProgressCall | None = None
) -> Arrival:
    """As `receive`, for a file that nobody named. `consider` is told what was found before anything is kept,
    and may raise. The same file again is only checked where that can say something new, and it is only
    recorded if it does.
    """
    earlier = _had_before(vault, path, progress)
    if earlier is None:
        return _take(vault, path, progress, (), consider)
    newer = earlier.latest_state is BundleState.NEWER
    if newer or _worth_checking(vault, earlier):
        found = _check_kept(vault, earlier, progress, (), known=BundleState.NEWER if newer else None)
        if not (newer and isinstance(found, NewerFormatError)):
            return _arrival(vault, earlier.reference, found, again=True)
    return Arrival(earlier, again=True)


def _take(
    vault: Vault,
    path: Path,
    progress: ProgressCall | None,
    keys: Keys,
    consider: Callable[[Found], None] | None = None,
) -> Arrival:
    try:
        return _keep(vault, path, progress, keys, consider)
    except ReceivedMeanwhileError:
        earlier = _had_before(vault, path, None)
        if earlier is None:
            raise
        return Arrival(earlier, again=True)


def _keep(
    vault: Vault,
    path: Path,
    progress: ProgressCall | None,
    keys: Keys,
    consider: Callable[[Found], None] | None,
) -> Arrival:
    with vault.objects.batch() as batch, vault.objects.batch() as originals:
        file = batch.begin(acts_received.BUNDLE_MEDIA_TYPE, Purpose.RECEIVED_BUNDLE)
        taker = _Objects(originals)
        found, sent = _check(path, vault, keys, taker, file.write, progress)
        if consider is not None:
            consider(found)
        arrived = Arrived(
            file.finish(),
            shown_name(path.name),
            sentences.state_on_arrival(found),
            found if isinstance(found, Verdict) else None,
        )
        wanted = [acts_received.bundle_received(arrived), *taker.acts(None, sent)]
        with batch.recording(vault.surely_named), originals.recording(vault.surely_named):
            entries = vault.record_all(wanted)
    return _arrival(vault, str(entries[0].data["reference"]), found)


def _arrival(vault: Vault, reference: str, found: Found, *, again: bool = False) -> Arrival:
    row = vault.read.received_bundle(reference)
    if isinstance(found, Verdict):
        return Arrival(row, again, verdict=found)
    return Arrival(row, again, failure=found)


def _worth_checking(vault: Vault, row: ReceivedRow) -> bool:
    """Whether a check without a further key may now answer otherwise, or bring the exhibits in."""
    if row.latest_state is BundleState.NOT_CHECKED:
        return True
    if row.latest_state in _UNREAD or row.latest_state is BundleState.ALTERED:
        return False
    if row.latest_state is BundleState.SENDER_NOT_CONFIRMED and any(
        one.signing_key == row.sender_key and one.confirmed_at and not one.replaced_at
        for one in vault.read.contacts()
    ):
        return True
    return bool(row.exhibits) and not vault.read.taken_in(row.reference)


def check_received(
    vault: Vault, reference: str, progress: ProgressCall | None = None, keys: Keys = ()
) -> Verdict:
    """Check the kept file of a received bundle again, with today's contacts; the answer is an entry.

    Where it is unchanged and its exhibits are not in the vault yet, they are taken in. Returns the verdict
    whether or not it is unchanged. Raises `DamagedError`, `NotForYouError`, `NewerFormatError` (recorded
    too), `WrongPassphraseError`, `KeptFileError` where the kept file is not the one recorded, `UsageError`,
    `StorageError` or what `progress` raises.
    """
    found = _check_kept(vault, vault.read.received_bundle(reference), progress, keys)
    if isinstance(found, Verdict):
        return found
    raise found


def view_received(vault: Vault, reference: str, number: str) -> bytes:
    """The original bytes of a received exhibit, by its sender's number, checked against the record.

    That it was viewed is an entry. Raises `UsageError`, also for one larger than `layout.MAX_SHOWN`, which is
    not held in memory, `LockedAwayError`, and `IntegrityError`.
    """
    exhibit = vault.read.received_exhibit(reference, number)
    if exhibit.stored.size > layout.MAX_SHOWN:
        raise UsageError(
            f"{exhibit.name} is too large to be shown. Nothing was changed. Make an unlocked copy instead."
        )
    data = vault.read_original(exhibit.name)
    vault.record(acts.exhibit_viewed(exhibit.number, exhibit.received))
    return data


# --- the check ------------------------------------------------------------------------------------------


class _Objects:
    """Takes the originals of a bundle into objects; they stay only if the bundle is found unchanged."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._stored: dict[str, StoredObject] = {}
        self._open: tuple[str, ObjectWriter] | None = None

    def start(self, number: str) -> None:
        # What kind it is will be known from the record at the bundle's end.
        self._open = number, self._batch.begin("", Purpose.RECEIVED_EXHIBIT)

    def feed(self, data: memoryview, /) -> None:
        if self._open is not None:
            self._open[1].write(data)

    def end(self) -> None:
        if self._open is not None:
            number, writer = self._open
            self._stored[number] = writer.finish()
            self._open = None

    def acts(self, received: str | None, sent: Iterable[SentExhibit]) -> list[Act]:
        """The entries of the exhibits that were sent; where there are none, nothing is kept of any.

        Raises `IntegrityError` where the bytes are not those of the verdict.
        """
        wanted = []
        for one in sent:
            taken = self._stored[one.number]
            if (taken.sha256, taken.size) != (one.sha256, one.size):
                raise IntegrityError(f"{one.number} was not taken in as it was checked. Nothing was kept.")
            stored = replace(taken, media_type=acts_received.media_type_of(one))
            wanted.append(acts_received.exhibit_received(received, one, stored))
        if not wanted:
            self._batch.drop()
        return wanted


def _check(
    source: Source,
    vault: Vault,
    keys: Keys,
    taker: _Objects | None,
    copy: Copy | None,
    progress: ProgressCall | None,
) -> tuple[Found, tuple[SentExhibit, ...]]:
    """What was found; exhibits are returned only where the originals that `taker` was given are good."""
    try:
        return read.verify_and_take(
            source, [*vault.identities, *keys], trust_of(vault), taker, copy, progress
        )
    except Altered as altered:
        return altered.verdict, ()
    except (DamagedError, NotForYouError, NewerFormatError) as error:
        return error, ()


def _check_kept(
    vault: Vault,
    row: ReceivedRow,
    progress: ProgressCall | None,
    keys: Keys,
    known: BundleState | None = None,
) -> Found:
    """Check what the vault keeps, and record it, unless it is still in the state that is `known`."""
    with vault.objects.batch() as originals:
        taker = None if vault.read.taken_in(row.reference) else _Objects(originals)
        found, sent = _check(kept_file(vault, row), vault, keys, taker, None, progress)
        state = sentences.state_on_arrival(found)
        # Where another key opened it before, that this one does not says nothing new about the bundle.
        if state is known or (state is BundleState.NOT_FOR_YOU and row.bundle_id):
            originals.drop()
            return found
        verdict = found if isinstance(found, Verdict) else None
        wanted = [acts_received.received_checked(row.reference, state, verdict)]
        if taker is not None:
            wanted += taker.acts(row.reference, sent)
        with originals.recording(vault.surely_named):
            vault.record_all(wanted)
    return found


def _had_before(vault: Vault, path: Path, progress: ProgressCall | None) -> ReceivedRow | None:
    """The earlier record of exactly this file. It is only hashed where one of its size was received."""
    try:
        total = path.stat().st_size
        if not path.is_file() or not vault.read.has_received_size(total):
            return None
        digest, done = sha256(), 0
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                done += len(block)
                if progress is not None:
                    progress(Progress(min(done, total), total, "Looking whether it was received before"))
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path.name} here. Check the name and try again.") from error
    except OSError as error:
        raise UsageError(
            f"The file {path.name} cannot be read ({error.strerror}). Nothing was received. Check its name."
        ) from error
    return vault.read.received_file(digest.hexdigest())
