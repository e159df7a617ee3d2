"""Every write of a process and its children to a file, as the kernel sees it (strace), and what was in it.

Pipes, sockets, terminals and files in memory (/dev/shm too) are not files on a disk. What is written through
a shared mapping is not seen, so the files that were mapped are named, and whoever asks looks into them.
"""

from __future__ import annotations

import codecs
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.traces import forms

_CALLS = "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,mmap,rename,renameat2"
_WRITE = re.compile(rb"^\d+ +(?:write|pwrite64|writev|pwritev2?)\(\d+<((?:[^>\\]|\\.)*)>[^,]*, (.*)")
_TEXT = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_MAPPED = re.compile(rb"mmap\([^,]*, \d+, [^,]*PROT_WRITE[^,]*, [^,]*MAP_SHARED[^,]*, \d+<((?:[^>\\]|\\.)*)>")
_COPIED = re.compile(rb"(sendfile|copy_file_range|splice)\(\d+<([^>]*)>, .*?\d+<([^>]*)>")
_NO_FILE = re.compile(
    r"^(pipe|socket|anon_inode|eventfd|TCP|UDP|UNIX|NETLINK)|^/memfd:|^/dev/(null|tty|pts|shm/)"
)
_LONGEST = 512  # of a needle, in whatever form


def can_trace() -> bool:
    """Whether there is a strace that may trace here."""
    if shutil.which("strace") is None:
        return False
    done = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, check=False)
    return done.returncode == 0


@dataclass
class Writes:
    """What was written where. `leaks`: path and a word that stood in it; `paths`: every file written to."""

    leaks: set[tuple[str, str]] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    mapped: set[str] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)
    size: int = 0


def traced(
    command: Sequence[str | Path],
    needles: Mapping[str, bytes],
    folder: Path,
    env: Mapping[str, str],
    given: bytes = b"",
) -> tuple[Writes, subprocess.CompletedProcess[bytes]]:
    """Run a command in `folder`, look for the `needles` (name to bytes), in every form, in its writes."""
    log = folder / "strace.log"
    words = ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "16777216", "-e", f"trace={_CALLS}"]
    done = subprocess.run(
        [*words, "-e", "signal=none", "-o", log, "--", *command],
        cwd=folder,
        env=dict(env),
        input=given,
        capture_output=True,
        check=False,
    )
    try:
        return read(log, needles), done
    finally:
        log.unlink(missing_ok=True)


def read(log: Path, needles: Mapping[str, bytes]) -> Writes:
    """What a log of strace says."""
    found, last = Writes(), dict[str, bytes]()
    wanted = {form: name for name, needle in needles.items() for form in forms(needle)}
    with log.open("rb") as lines:
        for line in lines:
            written = _WRITE.match(line)
            if written is not None:
                path = _plain(written[1]).decode("utf-8", "replace")
                if _NO_FILE.match(path):
                    continue
                data = b"".join(_plain(one) for one in _TEXT.findall(written[2]))
                found.paths.add(path)
                found.size += len(data)
                data = last.get(path, b"") + data
                found.leaks |= {(path, name) for form, name in wanted.items() if form in data}
                last[path] = data[-_LONGEST:]
            elif (mapped := _MAPPED.search(line)) is not None:
                found.mapped.add(_plain(mapped[1]).decode("utf-8", "replace"))
            elif (copied := _COPIED.search(line)) is not None:
                to = copied[3] if copied[1] != b"sendfile" else copied[2]
                path = to.decode("utf-8", "replace")
                if not _NO_FILE.match(path):
                    found.copied.add(path)
    return found


def left(paths: Iterable[Path], needles: Mapping[str, bytes]) -> set[tuple[str, str]]:
    """The same search in what lies on the disk."""
    wanted = {form: name for name, needle in needles.items() for form in forms(needle)}
    found = set()
    for path in paths:
        if path.is_file():
            data = path.read_bytes()
            found |= {(str(path), name) for form, name in wanted.items() if form in data}
    return found


def _plain(text: bytes) -> bytes:
    """What strace wrote with escapes, as it was."""
    return codecs.escape_decode(text)[0]
