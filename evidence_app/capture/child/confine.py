"""What the child gives up before it sees a byte: memory, time, files, network, other processes.

Linux: resource limits, the death signal, Landlock (only the program's own folders and fonts can be read) and
a seccomp filter. macOS: resource limits and the system's profile without network. Windows: a job object. What
a system does not offer is left out; the parent's clock and the pipes' limits hold everywhere.
Sources: setrlimit(2), prctl(2), landlock(7), seccomp(2), sandbox_init(3), "Job Objects" of Microsoft's
documentation.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

CPU_SECONDS: Final = 300
_OPEN_FILES: Final = 64


def die_with(parent: int) -> None:
    """End when the process with this number does."""
    if sys.platform == "linux":
        from evidence_app.capture.child import linux

        linux.die_with_parent()
        if os.getppid() != parent:
            os._exit(1)


def limits(memory: int, space: int, seconds: int = CPU_SECONDS, *, threads: bool = False) -> None:
    """Memory that is written to and address space (both in bytes), processor time, open files; no writing, no
    core, no more processes. Decoders of video need `threads`: on Linux the one limit is for both, so there it
    is the filter of `doors` alone that refuses processes."""
    if sys.platform == "win32":
        _job_object(memory, seconds)
        return
    import resource

    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NPROC": 0,
        "RLIMIT_CPU": seconds,
        "RLIMIT_NOFILE": _OPEN_FILES,
        "RLIMIT_DATA": memory,
        "RLIMIT_AS": space,
    }
    if threads and sys.platform == "linux":
        from evidence_app.capture.child import linux

        if linux.has_filter():
            del wanted["RLIMIT_NPROC"]
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        # macOS does not hold every limit that it names.
        with suppress(ValueError, OSError):
            if kind is not None:
                resource.setrlimit(kind, (value, value))


def doors() -> None:
    """No network, no other process, no file but the program's own, from here on. Raises `OSError` where a
    system that offers it refuses."""
    if sys.platform == "linux":
        from evidence_app.capture.child import linux

        linux.only_read(_own_folders())
        linux.refuse_calls()
    elif sys.platform == "darwin":
        _without_network()


def _own_folders() -> list[str]:
    """Where the program and its libraries lie, and what they may need of the system: fonts, zones."""
    found = {
        sys.prefix,
        sys.base_prefix,
        sys.exec_prefix,
        *sys.path,
        str(Path(__file__).resolve().parents[3]),
    }
    found |= {"/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib"}
    found |= {"/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/usr/share/zoneinfo"}
    found |= {"/dev/null", "/dev/urandom", "/etc/ld.so.cache", "/etc/localtime"}
    return sorted(one for one in found if one and one != "/")


def _without_network() -> None:
    library = ctypes.CDLL(None, use_errno=True)
    message = ctypes.c_char_p()
    named = 1  # SANDBOX_NAMED
    if library.sandbox_init(b"no-network", named, ctypes.byref(message)) != 0:
        raise OSError("the system did not take away the network")


def _job_object(memory: int, seconds: int) -> None:  # pragma: no cover  (Windows)
    """A job for this process alone: no second process, so much memory and time, gone when it ends."""

    class Basic(ctypes.Structure):
        _fields_ = [
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", ctypes.c_uint32),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", ctypes.c_uint32),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", ctypes.c_uint32),
            ("SchedulingClass", ctypes.c_uint32),
        ]

    class Extended(ctypes.Structure):
        _fields_ = [
            ("BasicLimitInformation", Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        ]

    process_time, active_process, process_memory = 0x2, 0x8, 0x100
    die_on_fault, kill_on_close, extended = 0x400, 0x2000, 9
    wanted = Extended()
    wanted.BasicLimitInformation.PerProcessUserTimeLimit = seconds * 10_000_000
    wanted.BasicLimitInformation.ActiveProcessLimit = 1
    wanted.BasicLimitInformation.LimitFlags = (
        process_time | active_process | process_memory | die_on_fault | kill_on_close
    )
    wanted.ProcessMemoryLimit = memory
    # By name, so that type checkers of other systems do not look for it.
    system: Any = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009
    system.CreateJobObjectW.restype = ctypes.c_void_p
    system.GetCurrentProcess.restype = ctypes.c_void_p
    job = ctypes.c_void_p(system.CreateJobObjectW(None, None))
    taken = system.SetInformationJobObject(job, extended, ctypes.byref(wanted), ctypes.sizeof(wanted))
    itself = ctypes.c_void_p(system.GetCurrentProcess())
    if not (taken and system.AssignProcessToJobObject(job, itself)):
        raise OSError("the system did not take the limits")
