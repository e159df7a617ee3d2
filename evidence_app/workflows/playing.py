"""Playing sound and video of an exhibit: only on request, compared with the record first, and an entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evidence_app.capture import playing
from evidence_app.capture.playing import Controls
from evidence_app.errors import LockedAwayError
from evidence_app.records import Exhibit, Progress, ProgressCall, ReceivedExhibit
from evidence_app.records.playing import Opened, Played
from evidence_app.vault import acts
from evidence_app.vault.index_common import split_name
from evidence_app.vault.objects import BLOCK
from evidence_app.vault.vault import Vault
from evidence_app.workflows.custody import export_original


def can_be_played(exhibit: Exhibit | ReceivedExhibit) -> bool:
    """Whether an exhibit is sound or video: whether it can be decoded here is only known once it is tried."""
    return exhibit.stored.media_type.startswith(("audio/", "video/"))


def play(
    vault: Vault,
    name: str,
    controls: Controls,
    tell: Callable[[Played], object],
    progress: ProgressCall = lambda _progress: None,
) -> None:
    """Play an exhibit (`HXA/001`, or `RCV-001 HXA/001` of a received bundle) until `controls.end()`.

    It is read once and compared with the record, which `progress` hears of; then `tell` hears what there is
    (see `capture.playing.play`). That it was played is an entry, once there is something to be played.
    Raises `NotReadableError`, `LockedAwayError`, also where it is locked away meanwhile, `IntegrityError`,
    `StorageError`, and what `progress` raises.
    """
    received, number = split_name(name)
    number = number if received else vault.read.exhibit(number).number
    name = f"{received} {number}" if received else number

    def watch() -> None:
        progress(Progress(0, 0))
        if vault.is_gone(name):
            raise LockedAwayError

    def hear(what: Played) -> None:
        if isinstance(what, Opened):
            # Should it be locked away in this moment, the entry is refused, and nothing of it goes further.
            vault.record(acts.exhibit_viewed(number, received or None, played=True))
        tell(what)

    with vault.original_anywhere(name) as source:
        _compare(vault, name, source.size, progress)
        playing.play(source, source.size, controls, hear, watch=watch)


def save_copy(vault: Vault, name: str, out: Path) -> Path:
    """Write the original into a new file; raises as `export_original`."""
    export_original(vault, name, out)
    return out


def _compare(vault: Vault, name: str, size: int, progress: ProgressCall) -> None:
    done = 0
    with vault.whole_original(name) as source:
        while block := source.read(BLOCK):
            done += len(block)
            progress(Progress(done, size))
