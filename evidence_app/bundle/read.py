"""Feeding the verifier: from the sealed file, from an opened tar, or from an opened folder.

One pass in constant memory; nothing of a sealed file is written anywhere. Source:
resources/formats/bundle.md.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from evidence_app import disk
from evidence_app.bundle import layout
from evidence_app.bundle.copying import CopyingFile
from evidence_app.bundle.tar import RECORD, Sink, TarForeignError, read_tar
from evidence_app.bundle.threads import ReadAhead
from evidence_app.bundle.verify import NOT_OURS, Altered, LimitError, Verifier
from evidence_app.crypto.age import (
    SCRYPT_KIND,
    DecryptReader,
    Identity,
    Passphrase,
    header_kinds,
    is_age_file,
)
from evidence_app.errors import (
    DamagedError,
    NewerFormatError,
    NotForYouError,
    NotOurFileError,
    StorageError,
    UsageError,
    WrongPassphraseError,
)
from evidence_app.records import Progress, ProgressCall, Trust, Verdict

_WORDS: Final = "Checking the bundle"
_NO_FILE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
_DAMAGED: Final = (
    "This file is damaged: it was cut off or changed on its way. Nothing from it is shown. "
    "Keep it, and ask the sender for a new copy."
)


def verify(
    path: Path,
    identities: Sequence[Identity | Passphrase],
    trust: Trust,
    progress: ProgressCall | None = None,
) -> Verdict:
    """Check a bundle: the sealed file, the tar out of it, or the folder out of that.

    `identities` are only needed for the sealed file. Raises `Altered` (with the verdict),
    `DamagedError`, `NotForYouError`, `WrongPassphraseError`, `NotOurFileError`, `NewerFormatError`,
    `UsageError` (no such file), `StorageError` (cannot be read) or what `progress` raises.
    """
    verifier = Verifier(trust)
    feed(path, identities, verifier, progress)
    return verifier.finish(datetime.now(UTC))


def verify_and_copy(
    path: Path,
    identities: Sequence[Identity | Passphrase],
    trust: Trust,
    copy: Callable[[memoryview], object],
    progress: ProgressCall | None = None,
) -> Verdict:
    """As `verify`, and hands every byte of the file to `copy`, in order, as it is read for the check.

    All of the file was handed on when this returns, and also when it raises `Altered`, `DamagedError`,
    `NotForYouError` or `NewerFormatError`. A folder is refused with `UsageError`.
    """
    if disk.is_folder(path):
        raise UsageError(
            f"{path.name} is a folder. Nothing was received. Choose the bundle as the file that was sent."
        )
    verifier = Verifier(trust)
    with _readable(path, copy) as file:
        advance = _Advance(os.fstat(file.fileno()).st_size, progress)
        try:
            _feed_open(file, identities, verifier, advance)
            return verifier.finish(datetime.now(UTC))
        finally:
            kind = sys.exc_info()[0]
            if kind is None or issubclass(kind, (Altered, DamagedError, NotForYouError, NewerFormatError)):
                while block := file.read(layout.BLOCK):
                    advance(len(block))


def sealed_for_passphrase(path: Path) -> bool:
    """Whether a file is sealed to a passphrase; False for one sealed to keys and for an opened bundle.

    Raises `NotOurFileError`, `DamagedError` or `NewerFormatError` for a file that is no bundle.
    """
    if disk.is_folder(path):
        return False
    with _readable(path) as file:
        start = _start(file)
        if is_age_file(start):
            return _wants_passphrase(file)
    if not _is_tar(start):
        raise NotOurFileError(NOT_OURS)
    return False


def open_exhibit(
    path: Path, identities: Sequence[Identity | Passphrase], number: str, trust: Trust | None = None
) -> io.BytesIO:
    """The original of one exhibit, in memory, after the whole bundle was checked.

    From an altered bundle too, if this exhibit is unchanged; otherwise raises `Altered`. `UsageError`
    for a number that is not in it, `LimitError` for one larger than `layout.MAX_SHOWN`.
    """
    verifier = Verifier(Trust() if trust is None else trust)
    one = _Keeper(verifier, number)
    feed(path, identities, one, None)
    try:
        verifier.finish(datetime.now(UTC))
    except Altered as altered:
        if not any(found.number == number and found.unchanged for found in altered.verdict.exhibits):
            raise
    if one.data is None:
        raise UsageError(f"There is no exhibit {number} in this bundle. Nothing was changed.")
    return one.data


class _Keeper:
    """Keeps the original of one exhibit on its way into the verifier."""

    def __init__(self, verifier: Verifier, number: str) -> None:
        self._verifier = verifier
        self._number = number
        self._keeping = False
        self.data: io.BytesIO | None = None

    def start_file(self, name: str, size: int) -> None:
        self._verifier.start_file(name, size)
        place = layout.place(name)
        self._keeping = (
            place is not None and place.number == self._number and place.part is layout.Part.ORIGINAL
        )
        if self._keeping:
            if size > layout.MAX_SHOWN:
                raise LimitError(f"{self._number} is too large to be shown; make an unlocked copy instead")
            self.data = io.BytesIO()

    def feed(self, data: memoryview) -> None:
        self._verifier.feed(data)
        if self._keeping and self.data is not None:
            self.data.write(data)

    def end_file(self) -> None:
        self._verifier.end_file()
        if self.data is not None:
            self.data.seek(0)
        self._keeping = False

    def refuse(self, code: str, name: str) -> None:
        self._verifier.refuse(code, name)


class BundleSink(Sink):
    """What a bundle is fed to: a `Verifier`, or something that stands before one."""

    def refuse(self, code: str, name: str) -> None:
        """Note something in an opened folder that may not be in a bundle."""


def feed(
    path: Path,
    identities: Sequence[Identity | Passphrase],
    sink: Verifier | _Keeper | BundleSink,
    progress: ProgressCall | None,
) -> None:
    """Read all of a bundle in whatever form it is and hand its files to `sink`; raises as `verify`."""
    if disk.is_folder(path):
        _feed_folder(path, sink, progress)
        return
    with _readable(path) as file:
        _feed_open(file, identities, sink, _Advance(os.fstat(file.fileno()).st_size, progress))


def _feed_open(
    file: io.BufferedReader[io.FileIO],
    identities: Sequence[Identity | Passphrase],
    sink: Sink,
    advance: Callable[[int], None],
) -> None:
    start = _start(file)
    if is_age_file(start):
        _feed_sealed(file, identities, sink, advance)
    elif _is_tar(start):
        read_tar(file, sink, advance)
    else:
        raise NotOurFileError(NOT_OURS)


class _Advance:
    """Counts bytes for the progress; a bundle's overhead is small enough to count its content only."""

    def __init__(self, total: int, progress: ProgressCall | None) -> None:
        self._total = total
        self._done = 0
        self._progress = progress
        self(0)

    def __call__(self, count: int) -> None:
        self._done += count
        if self._progress is not None:
            self._progress(Progress(min(self._done, self._total), self._total, _WORDS))


class _PassphraseWantedError(WrongPassphraseError):
    """No passphrase was given at all."""


def _feed_sealed(
    file: io.BufferedReader[io.FileIO],
    identities: Sequence[Identity | Passphrase],
    sink: Sink,
    advance: Callable[[int], None],
) -> None:
    try:
        wants_passphrase = _wants_passphrase(file)
        fitting = [one for one in identities if isinstance(one, Passphrase) == wants_passphrase]
        if wants_passphrase and not fitting:
            raise _PassphraseWantedError("")
        if not fitting:
            raise NotForYouError("")
        with DecryptReader(file, fitting) as plain, ReadAhead(plain) as ahead:
            read_tar(ahead, sink, advance)
    except _PassphraseWantedError as error:
        raise WrongPassphraseError(
            "This bundle is sealed with a passphrase. Nothing was opened. "
            "Ask the sender for it by telephone or in person, then try again."
        ) from error
    except NotForYouError as error:
        raise NotForYouError(
            "This bundle is sealed for somebody else: none of your keys opens it. Nothing was opened. "
            "Ask the sender to seal it for you."
        ) from error
    except WrongPassphraseError as error:
        raise WrongPassphraseError(
            "That passphrase did not open the bundle. Nothing is lost. Check Caps Lock, "
            "and ask the sender for it by telephone or in person."
        ) from error
    except TarForeignError as error:
        raise NotOurFileError(NOT_OURS) from error
    except DamagedError as error:
        if hasattr(error, "code"):
            raise
        raise DamagedError(_DAMAGED) from error


def _wants_passphrase(file: io.BufferedReader[io.FileIO]) -> bool:
    try:
        return SCRYPT_KIND in header_kinds(file)
    except DamagedError as error:
        raise DamagedError(_DAMAGED) from error


# --- files --------------------------------------------------------------------------------------


def _is_tar(start: bytes) -> bool:
    return start[257:262] == b"ustar"


def _start(file: BinaryIO) -> bytes:
    start = file.read(RECORD)
    file.seek(0)
    return start


@contextmanager
def _readable(
    path: Path, copy: Callable[[memoryview], object] | None = None
) -> Iterator[io.BufferedReader[io.FileIO]]:
    """An ordinary file, opened; its errors in words. What is read of it goes to `copy` too."""
    try:
        # Non-blocking, so that a pipe under the name of a bundle cannot hold the program up.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with io.FileIO(handle, "rb") if copy is None else CopyingFile(handle, copy) as raw:
            if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
                raise NotOurFileError(NOT_OURS)
            with io.BufferedReader(raw, layout.BLOCK) as file:
                yield file
    except OSError as error:
        if error.errno in _NO_FILE:
            raise UsageError(f"There is no file {path.name} here. Check the name and try again.") from error
        raise StorageError(
            f"The file {path.name} cannot be read ({error.strerror or 'unknown reason'}). "
            "Nothing was changed. Copy it to this computer and try again."
        ) from error


def _feed_folder(path: Path, sink: Verifier | _Keeper | BundleSink, progress: ProgressCall | None) -> None:
    if not any(os.path.lexists(path / name) for name in layout.TOP):
        raise NotOurFileError(NOT_OURS)
    try:
        found = sorted(_walk(path, "", 0, sink))
        advance = _Advance(sum(size for _, size in found), progress)
        with ExitStack() as stack:
            buffer = stack.enter_context(memoryview(bytearray(layout.BLOCK)))
            for name, _ in found:
                _feed_file(path, name, sink, buffer, advance)
    except OSError as error:
        raise StorageError(
            f"The folder {path.name} cannot be read ({error.strerror or 'unknown reason'}). "
            "Nothing was changed. Copy it to this computer and try again."
        ) from error


def _walk(
    folder: Path, prefix: str, depth: int, sink: Verifier | _Keeper | BundleSink
) -> Iterator[tuple[str, int]]:
    """Names and sizes of the ordinary files; everything else is refused, and no link is followed."""
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            count += 1
            if count > layout.MAX_MEMBERS:
                raise LimitError(f"more than {layout.MAX_MEMBERS} files")
            name = prefix + os.fsencode(entry.name).decode("utf-8", "replace")
            if entry.is_symlink() or _is_junction(entry):
                sink.refuse("not-a-file", name)
            elif entry.is_dir(follow_symlinks=False):
                if depth < layout.MAX_DEPTH:
                    yield from _walk(folder / entry.name, name + "/", depth + 1, sink)
                else:
                    sink.refuse("extra-file", name)
            elif not entry.is_file(follow_symlinks=False):
                sink.refuse("not-a-file", name)
            elif layout.place(name) is None:
                sink.refuse("extra-file", name)
            else:
                yield name, entry.stat(follow_symlinks=False).st_size


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Windows' other kind of link, which Python knows of since 3.12."""
    ask = getattr(entry, "is_junction", None)
    return bool(ask and ask())


def _feed_file(
    folder: Path,
    name: str,
    sink: Verifier | _Keeper | BundleSink,
    buffer: memoryview,
    advance: Callable[[int], None],
) -> None:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(folder / name, flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            sink.refuse("not-a-file", name)
            return
        sink.start_file(name, status.st_size)
        rest = status.st_size
        while rest:
            got = file.readinto(buffer[: min(rest, len(buffer))])
            if not got:
                raise DamagedError(
                    f"The file {name} became shorter while it was read. Nothing was changed. Try again."
                )
            sink.feed(buffer[:got])
            rest -= got
            advance(got)
        sink.end_file()
