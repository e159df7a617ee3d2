"""What the programs behind windows are called, on Linux (proc_pid_exe(5), proc_pid_comm(5))."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from evidence_app.capture._desktop import NOT_KNOWN, clean_title


def process_name(pid: int | None) -> str:
    """The program's file name, or what the process calls itself where that may not be read."""
    if pid is None:
        return NOT_KNOWN
    entry = Path("/proc") / str(pid)
    with suppress(OSError):
        return clean_title((entry / "exe").readlink().name.removesuffix(" (deleted)"))
    with suppress(OSError):
        return (entry / "comm").read_text("utf-8", "replace").strip() or NOT_KNOWN
    return NOT_KNOWN
