"""Several pictures as one exhibit, and recordings of the screen: sealed piece by piece as they are taken."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from evidence_app.capture import recording
from evidence_app.errors import QuestionError, UsageError
from evidence_app.matroska import MEDIA_TYPE
from evidence_app.records import Area, Exhibit, ExhibitFile, Level, Observed, Picture, StoredObject
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.safeguards import refuse_locked_bytes
from evidence_app.workflows.stopping import require_no

MOST_PICTURES: Final = 200


class Series:
    """Pictures that are taken one after the other, for one exhibit: n of m.

    Every picture is encrypted and durable when `add` returns. The entry that names them all comes with
    `finish`; should the program end before, the pictures are recovered one by one when the vault is opened.
    """

    def __init__(self, vault: Vault, incident: str | None) -> None:
        """Raises `QuestionError` unless "no" was recorded for the question of 8.1."""
        self._vault = vault
        self._incident = None if incident is None else vault.read.incident(incident).reference
        require_no(vault, self._incident)
        self._taken: list[tuple[StoredObject, Observed]] = []

    def __len__(self) -> int:
        return len(self._taken)

    def add(self, picture: Picture) -> int:
        """Seal the next picture; returns how many there are. Raises `StorageError`, `LockedAwayError`."""
        if len(self._taken) >= MOST_PICTURES:
            raise UsageError(
                f"A series has at most {MOST_PICTURES} pictures. All of them are sealed. "
                "Finish it, and start another."
            )
        refuse_locked_bytes(self._vault, picture.png)
        stored = self._vault.objects.put(picture.png, "image/png")
        self._taken.append((stored, picture.observed))
        return len(self._taken)

    def finish(self) -> Exhibit:
        """Enter all of it in the record as one exhibit. Raises `UsageError` for none, `StorageError`."""
        if not self._taken:
            raise UsageError("There is no picture in this series. Nothing was changed.")
        (first, observed), *rest = self._taken
        files = [ExhibitFile(f"picture-{n}.png", stored) for n, (stored, _) in enumerate(rest, 2)]
        times = tuple(seen.utc for _, seen in self._taken) if rest else ()
        act = acts.exhibit_captured(
            first, replace(observed, series=times), self._incident, Level.SCREEN, files
        )
        try:
            entry = self._vault.record(act)
        except QuestionError:
            # Answered with yes or not sure in this very moment: then there is no image path at all.
            for stored, _ in self._taken:
                self._vault.objects.erase(stored.object_id)
            raise
        self._taken.clear()
        return self._vault.read.exhibit(str(entry.data["number"]))


def record_screen(
    vault: Vault,
    area: Area,
    incident: str | None,
    stop: threading.Event,
    tick: Callable[[float], None] = lambda _seconds: None,
) -> Exhibit:
    """Record a part of the screen straight into an encrypted object until `stop` is set; nothing of it is
    ever on the disk in clear. For `tick` and errors see `recording.record`."""
    reference = None if incident is None else vault.read.incident(incident).reference
    require_no(vault, reference)
    recording.check(area)
    with vault.objects.batch() as batch:
        out = batch.begin(MEDIA_TYPE)
        observed = recording.record(area, out.write, stop, tick, room=out.room, sync=out.sync)
        act = acts.exhibit_captured(out.finish(), observed, reference, Level.SCREEN)
        with batch.recording(vault.surely_named):
            entry = vault.record(act)
    return vault.read.exhibit(str(entry.data["number"]))
