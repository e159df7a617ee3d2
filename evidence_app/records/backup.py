"""A second copy of a vault: what was made of it, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup as it stands now: how much of the record it holds, and its sealed files.

    `link` (hex) belongs to entry number `entries`. `copied` files of `copied_bytes` were new this time.
    `left_out`: sealed files that are locked away, which no copy is made of. `missing`: ids of sealed files
    that the vault itself could not give.
    """

    entries: int
    link: str
    objects: int
    copied: int = 0
    copied_bytes: int = 0
    left_out: int = 0
    missing: tuple[str, ...] = ()
