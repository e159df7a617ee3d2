"""What an interruption left behind: kept, entered in the record, never dropped.

A finished object without an entry (the program ended between the object and the ledger) becomes a
capture "recovered after an interruption". A file that was cut off half-way was never reported as
sealed; it is moved aside, and the record says so.
"""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_app import __version__
from evidence_app.records import EntryKind, Level, Method, Observed, StoredObject
from evidence_app.vault import acts, storage
from evidence_app.vault.layout import INTERRUPTED, object_path, sync_folder
from evidence_app.vault.objects import measure, whole

if TYPE_CHECKING:
    from evidence_app.vault.vault import Vault

_PNG = b"\x89PNG\r\n\x1a\n"


def recover(vault: Vault) -> int:
    """Enter every orphan in the record; returns how many captures were recovered."""
    with storage.explained("What the vault already holds is safe."):
        _set_aside_cut_off_files(vault)
        known = {stored.object_id for _, stored in vault.read.stored_objects()}
        orphans = [object_id for object_id in vault.objects.ids() if object_id not in known]
        orphans.sort(key=lambda one: object_path(vault.folder, one).stat().st_mtime_ns)
        for object_id in orphans:
            _recover_one(vault, object_id)
    return len(orphans)


def _recover_one(vault: Vault, object_id: str) -> None:
    path = object_path(vault.folder, object_id)
    with vault.objects.open(object_id) as reader:
        digest, size, start = measure(reader)
    is_png = start.startswith(_PNG) and len(start) >= 24
    stored = StoredObject(object_id, digest, size, "image/png" if is_png else "application/octet-stream")
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
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
        # IHDR is always the first chunk: width and height stand at bytes 16 to 24.
        width=int.from_bytes(start[16:20], "big") if is_png else 0,
        height=int.from_bytes(start[20:24], "big") if is_png else 0,
    )
    vault.record(acts.exhibit_captured(stored, observed, None, Level.SCREEN))


def _set_aside_cut_off_files(vault: Vault) -> None:
    names = []
    for path in vault.objects.unfinished():
        if whole(path, vault.identity):
            path.rename(path.with_suffix(".age"))
            sync_folder(path.parent)
            continue
        aside = vault.folder / INTERRUPTED
        aside.mkdir(mode=0o700, exist_ok=True)
        path.rename(aside / path.name)
        sync_folder(aside)
        sync_folder(path.parent)
        names.append(_described(aside / path.name))
    if names:
        vault.record(acts.Act(EntryKind.VAULT_INTERRUPTED, {"files": names}))


def _described(path: Path) -> dict[str, object]:
    return {"name": path.name, "size": path.stat().st_size}
