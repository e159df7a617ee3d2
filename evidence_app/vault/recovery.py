"""What an interruption left behind: kept, entered in the record, never dropped.

A finished object without an entry (the program ended between the object and the ledger) becomes a
capture "recovered after an interruption", or, where its id says that it is the file of a bundle that was
being received, a received bundle that was not checked. A recording of the screen that was cut off is made
whole as far as it was written, and becomes such a capture. Any other file that was cut off half-way was
never reported as sealed; it is moved aside, and the record says so. So is a file that this vault's key does
not open: it must not keep the vault from opening. So are the exhibits of a bundle whose receiving did not
come to its end: they are copies out of the bundle, and no captures.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_app import __version__, disk, matroska, media
from evidence_app.crypto.age import SeekReader, complete
from evidence_app.disk import sync_folder
from evidence_app.errors import EvidenceError, IntegrityError
from evidence_app.records import BundleState, EntryKind, Level, Method, Observed, Recorded, StoredObject
from evidence_app.vault import acts, acts_received
from evidence_app.vault.acts import Act
from evidence_app.vault.acts_received import Arrived
from evidence_app.vault.layout import INTERRUPTED, object_path
from evidence_app.vault.marks import Purpose
from evidence_app.vault.objects import measure, whole

if TYPE_CHECKING:
    from evidence_app.vault.vault import Vault

_PNG = b"\x89PNG\r\n\x1a\n"
_EARLIEST, _LATEST = 2 * 366 * 86400, 2**37


def recover(vault: Vault) -> int:
    """Enter every orphan in the record; returns how many captures and bundles were recovered."""
    with disk.explained("What the vault already holds is safe."):
        useless = [
            path
            for path in vault.objects.unfinished()
            if not (_finish(vault, path) or _cut_recording(vault, path))
        ]
        found = []
        for path in sorted(_orphans(vault), key=lambda one: one.stat().st_mtime_ns):
            purpose = vault.objects.marks.purpose(path.stem)
            try:
                if purpose is Purpose.RECEIVED_EXHIBIT:
                    useless.append(path)
                elif purpose is Purpose.RECEIVED_BUNDLE:
                    found.append(_received(vault, path))
                else:
                    found.append(_recovered(vault, path))
            except IntegrityError:
                useless.append(path)
        _set_aside(vault, useless)
        # One by one: thousands of orphans must not make one endless transaction.
        for act in found:
            vault.record(act)
    return len(found)


def _orphans(vault: Vault) -> list[Path]:
    """Finished objects that no entry names."""
    # A disposed object that lies here again, from a backup, is erased again and never entered as a capture.
    indexed = vault.read.object_ids() | vault.read.disposed_objects().keys()
    unknown = [one for one in vault.objects.ids() if one not in indexed]
    if unknown:
        # Rare, so worth the time: the index may be wrong, only the record itself decides.
        recorded = {stored.object_id for _, stored in vault.read.recorded_objects()}
        unknown = [one for one in unknown if one not in recorded]
    paths = (object_path(vault.folder, one) for one in unknown)
    return [path for path in paths if path.is_file()]


def _finish(vault: Vault, path: Path) -> bool:
    """Give a temporary file that is whole its final name; False for one that was cut off."""
    if not whole(path, vault.identity):
        return False
    path.rename(path.with_suffix(".age"))
    sync_folder(path.parent)
    return True


def _cut_recording(vault: Vault, path: Path) -> bool:
    """Make a recording that was cut off whole as far as it was written; False for anything else."""
    if vault.objects.marks.purpose(path.stem) is not Purpose.OWN:
        return False
    try:
        with path.open("r+b") as cut:
            if not complete(cut, [vault.identity], matroska.HEAD, matroska.CUT_OFF):
                return False
        with path.open("rb") as opened, SeekReader(opened, [vault.identity]) as recording:
            if not _pictures(recording):
                return False
    except EvidenceError:
        return False
    path.rename(path.with_suffix(".age"))
    sync_folder(path.parent)
    return True


def _pictures(recording: SeekReader) -> list[matroska.Part]:
    """The parts of a recording, or none where no picture of it is whole."""

    def read_at(place: int, count: int) -> bytes:
        recording.seek(place)
        return recording.read(count)

    found = matroska.parts(read_at, recording.size)
    return found if any(one.size for one in found) else []


def _recorded(vault: Vault, path: Path) -> tuple[Recorded, int, int]:
    """How long a recording is as far as it is whole, and the size of its pictures."""
    with path.open("rb") as opened, SeekReader(opened, [vault.identity]) as recording:
        found = _pictures(recording)
        if not found:
            raise IntegrityError("No picture of this recording is whole.")
        recording.seek(found[0].start)
        width, height = matroska.picture_size(recording.read(10))
    pictures = sum(1 for one in found if one.size)
    return Recorded(found[-1].milliseconds, pictures, "interrupted"), width, height


def _received(vault: Vault, path: Path) -> Act:
    """The file of a bundle whose receiving was interrupted; `IntegrityError` for one that is there twice."""
    with vault.objects.open_to_measure(path.stem) as reader:
        digest, size, _ = measure(reader)
    if vault.read.received_file(digest) is not None:
        raise IntegrityError("It was received before.")
    stored = StoredObject(path.stem, digest, size, acts_received.BUNDLE_MEDIA_TYPE)
    return acts_received.bundle_received(
        Arrived(stored, acts_received.UNKNOWN_NAME, BundleState.NOT_CHECKED, None)
    )


def _recovered(vault: Vault, path: Path) -> Act:
    object_id = path.stem
    with vault.objects.open_to_measure(object_id) as reader:
        digest, size, start = measure(reader)
    is_png = start.startswith(_PNG) and len(start) >= 24
    # IHDR is always the first chunk: width and height stand at bytes 16 to 24.
    width, height = (int.from_bytes(start[at : at + 4]) if is_png else 0 for at in (16, 20))
    media_type, recorded = media.media_type(start), None
    if start.startswith(matroska.HEAD):
        with suppress(IntegrityError):
            recorded, width, height = _recorded(vault, path)
            media_type = matroska.MEDIA_TYPE
    stored = StoredObject(object_id, digest, size, media_type)
    # Files come back from some backups with times that no calendar here can hold.
    written = datetime.fromtimestamp(min(max(path.stat().st_mtime, _EARLIEST), _LATEST), UTC)
    observed = Observed(
        method=Method.RECOVERED,
        utc=written,
        local=written.astimezone(),
        zone=written.astimezone().tzname() or "not known",
        clock="the time at which the file was written, by this computer's clock, not checked",
        computer=platform.node() or "not known",
        user="not known",
        system=f"{platform.system()} {platform.release()}",
        software=f"Evidence {__version__}",
        monitors=(),
        monitor=None,
        area=None,
        window=None,
        width=width,
        height=height,
        recorded=recorded,
    )
    # Anyone who has the vault's public key can put a file here: that it was captured is not known.
    return acts.exhibit_captured(stored, observed, None, Level.BROUGHT_IN)


def _set_aside(vault: Vault, paths: Sequence[Path]) -> None:
    """Move files that are no objects of this vault to `interrupted`, and say so in the record."""
    if not paths:
        return
    aside = vault.folder / INTERRUPTED
    aside.mkdir(mode=0o700, exist_ok=True)
    sync_folder(vault.folder)
    files = []
    for path in paths:
        files.append({"name": path.name, "size": path.stat().st_size})
        path.rename(aside / path.name)
        sync_folder(path.parent)
    sync_folder(aside)
    vault.record(Act(EntryKind.VAULT_INTERRUPTED, {"files": files}))
