"""Receiving: a bundle is checked while it is read, and kept as it came, whatever the check says."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from evidence_app.bundle import read, sentences
from evidence_app.bundle.text import shown_name
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    NewerFormatError,
    NotForYouError,
    UsageError,
)
from evidence_app.records import Progress, ProgressCall, ReceivedRow, Verdict
from evidence_app.vault import acts
from evidence_app.vault.acts import Arrived
from evidence_app.vault.objects import BLOCK, ObjectWriter
from evidence_app.vault.vault import Vault
from evidence_app.workflows.checking import trust_of

MEDIA_TYPE = "application/vnd.evidence-bundle"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of a file that arrived. `again`: the same file was received before, `row` is of then.

    `verdict` is there where the bundle was read now, `failure` where it could not be.
    """

    row: ReceivedRow
    again: bool = False
    verdict: Verdict | None = None
    failure: EvidenceError | None = None


def receive(
    vault: Vault,
    path: Path,
    progress: ProgressCall | None = None,
    keys: Sequence[Identity | Passphrase] = (),
) -> Arrival:
    """Check a bundle and keep the file, unchanged, as an encrypted object with its verdict in the record.

    A bundle that is altered, damaged, newer or sealed for somebody else is kept too. `keys` open it
    besides the vault's own. The same file (SHA-256) a second time adds nothing. Raises `NotOurFileError`,
    `WrongPassphraseError`, `UsageError`, `StorageError` or what `progress` raises; nothing is kept then.
    """
    earlier = _had_before(vault, path, progress)
    if earlier is not None:
        return Arrival(earlier, again=True)
    with vault.objects.writing(MEDIA_TYPE) as out:
        found = _check(vault, path, [vault.identity, *keys], out, progress)
        stored = out.finish()
        verdict = found if isinstance(found, Verdict) else None
        arrived = Arrived(stored, shown_name(path.name), sentences.state_on_arrival(found), verdict)
        # Should recording fail half-way, the object may only go if the record is sure not to name it.
        out.recorded = True
        try:
            entry = vault.record(acts.bundle_received(arrived))
        except BaseException:
            with suppress(EvidenceError):
                out.recorded = stored.object_id in vault.read.object_ids()
            raise
    row = vault.read.received_bundle(str(entry.data["reference"]))
    return Arrival(row, verdict=verdict, failure=None if isinstance(found, Verdict) else found)


def _check(
    vault: Vault,
    path: Path,
    keys: Sequence[Identity | Passphrase],
    out: ObjectWriter,
    progress: ProgressCall | None,
) -> Verdict | EvidenceError:
    try:
        return read.verify_and_copy(path, keys, trust_of(vault), out.write, progress)
    except Altered as altered:
        return altered.verdict
    except (DamagedError, NotForYouError, NewerFormatError) as error:
        return error


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
