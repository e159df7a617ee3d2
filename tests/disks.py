"""A disk that is really full: a tmpfs of some megabytes, filled to the last block.

The fixture is in tests/disk_fixtures.py.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class SmallDisk:
    """A mounted tmpfs that can be filled up to so many free bytes, emptied, and made read-only."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._filler = root / "filler"

    def leave(self, free: int) -> None:
        self._filler.unlink(missing_ok=True)
        figures = os.statvfs(self.root)
        self._filler.write_bytes(bytes(max(0, figures.f_bavail * figures.f_bsize - free)))

    def empty(self) -> None:
        self._filler.unlink()

    def remount(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.root)], check=True)
