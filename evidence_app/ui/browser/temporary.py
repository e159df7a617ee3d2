"""Where the engine puts what it writes for a moment: into memory, where the system has a folder for that.

Chromium saves a page (`Page.captureSnapshot`) by way of a temporary file. On Linux that file is put into a
private folder of a memory file system; elsewhere it is on the disk for a moment, which SECURITY.md says.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

_LEAST_FREE: Final = 256 * 1024 * 1024
"""A large page must not fail for want of memory: the record of it counts for more."""
_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_made: list[str] = []


def in_memory() -> bool:
    """Let temporary files of this process be in memory from now on; whether they are."""
    if _made or sys.platform != "linux":
        return bool(_made)
    for candidate in ("/dev/shm", os.environ.get("XDG_RUNTIME_DIR", "")):  # noqa: S108
        with suppress(OSError):
            if candidate and _is_memory(Path(candidate)) and shutil.disk_usage(candidate).free > _LEAST_FREE:
                folder = tempfile.mkdtemp(prefix="evidence-", dir=candidate)  # for this person only: 0700
                atexit.register(shutil.rmtree, folder, ignore_errors=True)
                os.environ["TMPDIR"] = folder
                _made.append(folder)
                return True
    return False


def _is_memory(folder: Path) -> bool:
    """Whether a folder is on a file system that lives in memory (proc(5), `mounts`)."""
    best, kind = "", ""
    resolved = str(folder.resolve())
    for line in Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines():
        _, place, found, *_ = line.split(" ")
        inside = resolved == place or resolved.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, found
    return kind in _IN_MEMORY
