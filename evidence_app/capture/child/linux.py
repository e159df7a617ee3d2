"""Landlock and seccomp by their system calls: what a reader on Linux cannot do, whatever is in its file.

Sources: landlock(7), seccomp(2), bpf(4) "classic", the kernel's tables of system calls (asm/unistd.h).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_PATH_BENEATH: Final = 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_ALL_OF_VERSION_1: Final = (1 << 13) - 1

_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_KILL: Final = 0x80000000
_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_RETURN: Final = 0x06  # BPF_RET | BPF_K
_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST: Final = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT: Final = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # offsets in seccomp_data
_TO_WRITE: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_THREAD: Final = 0x00010000  # CLONE_THREAD


class _Calls(NamedTuple):
    """The numbers of one kind of machine. `refused`: never; the others: only where an argument allows it."""

    machine: int
    refused: frozenset[int]
    open: int | None
    openat: int
    clone: int
    tgkill: int


# The same on every machine: io_uring would go round this filter, the new mount calls, handles of processes.
_EVERYWHERE: Final = frozenset(
    {*range(424, 434), 434, 437, 438, 440, 442, 447, 451, 452, 463, 466, _CREATE_RULESET + 3}
)
_CLONE3: Final = 435

_X86_64: Final = _Calls(
    machine=0xC000003E,
    refused=frozenset(
        # sockets: socket … listen, socketpair, accept4, the calls for many messages
        {*range(41, 48), 49, 50, 53, 288, 299, 307}
        # shared memory, semaphores and queues between processes
        | {29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 220, 240}
        # other processes: fork, vfork, execve, kill, ptrace, signals, their memory, execveat
        | {57, 58, 59, 62, 101, 129, 200, 297, 310, 311, 322}
        # files: truncate … lchown, mknod, utime, attributes, the calls by folder, renameat2, memfd
        | {76, 77, *range(82, 95), 132, 133, 188, 189, 190, 197, 198, 199, 235}
        | {258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316, 319}
        # the system: personality, priorities, pivot_root, limits, chroot, mount, swap, reboot, modules
        | {135, 141, 155, 160, 161, 165, 166, 167, 168, 169, 175, 176, 203, 246, 251, 302, 313, 320}
        # keys, namespaces, performance counters, bpf, faults, watching files
        | {248, 249, 250, 272, 294, 298, 300, 301, 303, 304, 308, 312, 321, 323}
    ),
    open=2,
    openat=257,
    clone=56,
    tgkill=234,
)

_AARCH64: Final = _Calls(
    machine=0xC00000B7,
    refused=frozenset(
        {*range(198, 204), 206, 207, 211, 212, 242, 243, 269}
        | {180, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196}
        | {117, 129, 130, 138, 221, 240, 270, 271, 281}
        | {5, 6, 7, 14, 15, 16, *range(33, 39), 45, 46, 52, 53, 54, 55, 88, 276, 279}
        | {30, 39, 40, 41, 51, 92, 104, 105, 106, 122, 140, 142, 164, 224, 225, 261, 273, 294}
        | {26, 97, 217, 218, 219, 241, 262, 263, 264, 265, 268, 272, 280, 282}
    ),
    open=None,
    openat=56,
    clone=220,
    tgkill=131,
)
_MACHINES: Final = {"x86_64": _X86_64, "aarch64": _AARCH64}


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends; give nobody a look into the memory."""
    library = _library()
    if library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) or library.prctl(
        _PR_SET_DUMPABLE, 0, 0, 0, 0
    ):
        raise _failed("prctl")


def only_read(places: Iterable[str]) -> None:
    """From here on, open nothing but what lies under `places`, and that only to read (Landlock).

    Kernels before 5.13, or without it, leave everything as it was; the filter still refuses writing.
    """
    library = _library()
    handled = struct.pack("=Q", _ALL_OF_VERSION_1)
    rules = library.syscall(_CREATE_RULESET, handled, ctypes.c_size_t(len(handled)), 0)
    if rules < 0:
        if ctypes.get_errno() in {errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}:
            return
        raise _failed("landlock_create_ruleset")
    try:
        for place in places:
            with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                _allow(library, rules, place)
        _no_new_privileges(library)
        if library.syscall(_RESTRICT_SELF, rules, 0):
            raise _failed("landlock_restrict_self")
    finally:
        os.close(rules)


def _allow(library: ctypes.CDLL, rules: int, place: str) -> None:
    opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        access = _READ_FILE | _READ_DIR if Path(place).is_dir() else _READ_FILE
        rule = struct.pack("=Qi", access, opened)
        if library.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0):
            raise _failed("landlock_add_rule")
    finally:
        os.close(opened)


def has_filter() -> bool:
    """Whether `refuse_calls` knows this machine."""
    return platform.machine() in _MACHINES


def refuse_calls() -> None:
    """Install the filter. A machine whose calls are not listed goes without it."""
    calls = _MACHINES.get(platform.machine())
    if calls is None:
        return
    library = _library()
    _no_new_privileges(library)
    steps = b"".join(program(calls, os.getpid()))
    held = ctypes.create_string_buffer(steps, len(steps))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    given = Program(len(steps) // 8, ctypes.addressof(held))
    if library.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(given), 0, 0):
        raise _failed("seccomp")


def program(calls: _Calls, own: int) -> Sequence[bytes]:
    """The filter as steps of eight bytes each; `own` is the number of this process."""

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    def error(number: int) -> bytes:
        return step(_RETURN, _ERRNO | number)

    def argument(place: int) -> bytes:
        return step(_LOAD, _ARGUMENTS + 8 * place)

    steps = [
        step(_LOAD, _MACHINE),
        step(_EQUAL, calls.machine, yes=1),
        step(_RETURN, _KILL),
        step(_LOAD, _NUMBER),
        # The other numbering of x86 (x32), which no program of ours uses.
        step(_AT_LEAST, 0x40000000, no=1),
        step(_RETURN, _KILL),
    ]
    for number in sorted(calls.refused | _EVERYWHERE):
        steps += [step(_EQUAL, number, no=1), error(errno.EPERM)]
    # glibc then starts a thread by the older call, whose flags can be looked at.
    steps += [step(_EQUAL, _CLONE3, no=1), error(errno.ENOSYS)]
    for number, place in ((calls.open, 1), (calls.openat, 2)):
        if number is not None:
            tail = [
                argument(place),
                step(_ANY_BIT, _TO_WRITE, no=1),
                error(errno.EACCES),
                step(_RETURN, _ALLOW),
            ]
            steps += [step(_EQUAL, number, no=len(tail)), *tail]
    tail = [argument(0), step(_ANY_BIT, _THREAD, yes=1), error(errno.EPERM), step(_RETURN, _ALLOW)]
    steps += [step(_EQUAL, calls.clone, no=len(tail)), *tail]
    tail = [argument(0), step(_EQUAL, own, yes=1), error(errno.EPERM), step(_RETURN, _ALLOW)]
    steps += [step(_EQUAL, calls.tgkill, no=len(tail)), *tail]
    return [*steps, step(_RETURN, _ALLOW)]


def _no_new_privileges(library: ctypes.CDLL) -> None:
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise _failed("prctl")


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _failed(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")
