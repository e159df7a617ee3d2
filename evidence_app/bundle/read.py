"""Feeding the verifier: from the sealed file, from an opened tar, or from an opened folder.

One pass in constant memory; nothing of a sealed file is written anywhere. Source:
resources/formats/bundle.md.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from evidence_app import disk
from evidence_app.bundle import layout
from evidence_app.bundle.sources import Copy, Copying, Opened, Source, opened
from evidence_app.bundle.taking import BundleSink, Keeping, Taker, Taking
from evidence_app.bundle.tar import Sink, TarForeignError, read_tar
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
from evidence_app.records import Progress, ProgressCall, SentExhibit, Trust, Verdict

_WORDS: Final = "Checking the bundle"
_DAMAGED: Final = (
    "This file is damaged: it was cut off or changed on its way. Nothing from it is shown. "
    "Keep it, and ask the sender for a new copy."
)


def verify(
    source: Source,
    identities: Sequence[Identity | Passphrase],
    trust: Trust,
    progress: ProgressCall | None = None,
) -> Verdict:
    """Check a bundle: the sealed file (also as a stream), the tar out of it, or the folder out of that.

    `identities` are only needed for the sealed file. Raises `Altered` (with the verdict),
    `DamagedError`, `NotForYouError`, `WrongPassphraseError`, `NotOurFileError`, `NewerFormatError`,
    `UsageError` (no such file), `StorageError` (cannot be read) or what `progress` raises.
    """
    verifier = Verifier(trust)
    feed(source, identities, verifier, progress)
    return verifier.finish(datetime.now(UTC))


def verify_and_take(
    source: Source,
    identities: Sequence[Identity | Passphrase],
    trust: Trust,
    taker: Taker | None,
    copy: Copy | None = None,
    progress: ProgressCall | None = None,
) -> tuple[Verdict, tuple[SentExhibit, ...]]:
    """As `verify`, and hands every original to `taker` and every byte of the file to `copy` on the way.

    What `taker` was given is good only if this returns: the verdict then covers each byte of it, and the
    exhibits are those that it was given. All of the file went to `copy`, in order, when this returns, and
    also when it raises `Altered`, `DamagedError`, `NotForYouError` or `NewerFormatError`. A folder is
    refused with `UsageError`.
    """
    if isinstance(source, Path) and disk.is_folder(source):
        raise UsageError(
            f"{source.name} is a folder. Nothing was received. Choose the bundle as the file that was sent."
        )
    verifier = Verifier(trust)
    with opened(source, copy) as bundle:
        advance = _Advance(bundle.size, progress)
        try:
            sink = verifier if taker is None else Taking(verifier, taker)
            _feed_open(bundle, identities, sink, advance)
            return verifier.finish(datetime.now(UTC)), verifier.sent
        finally:
            kind = sys.exc_info()[0]
            if kind is None or issubclass(kind, (Altered, DamagedError, NotForYouError, NewerFormatError)):
                while block := bundle.file.read(layout.BLOCK):
                    advance(len(block))


def sealed_for_passphrase(path: Path) -> bool:
    """Whether a file is sealed to a passphrase; False for one sealed to keys and for an opened bundle.

    Raises `NotOurFileError`, `DamagedError` or `NewerFormatError` for a file that is no bundle.
    """
    if disk.is_folder(path):
        return False
    with opened(path) as bundle:
        if is_age_file(bundle.start):
            return _wants_passphrase(bundle.start)
    if not _is_tar(bundle.start):
        raise NotOurFileError(NOT_OURS)
    return False


def open_exhibit(
    source: Source, identities: Sequence[Identity | Passphrase], number: str, trust: Trust | None = None
) -> io.BytesIO:
    """The original of one exhibit, in memory; as `open_file` otherwise."""
    return open_file(source, identities, number, trust=trust).data


@dataclass(frozen=True, slots=True)
class SentOut:
    """A file of an exhibit, in memory, out of a bundle that was checked on the way. `sent` is what the
    sender's record says of the exhibit; None where the bundle is altered: that may be too."""

    verdict: Verdict
    sent: SentExhibit | None
    data: io.BytesIO


def open_file(
    source: Source,
    identities: Sequence[Identity | Passphrase],
    number: str,
    file: str = "",
    *,
    trust: Trust | None = None,
) -> SentOut:
    """A file of one exhibit, as `page.mhtml`, or its original, in memory, after the whole bundle was checked.

    From an altered bundle too, if this exhibit is unchanged; otherwise raises `Altered`. `UsageError`
    for a number or a file that is not in it, `LimitError` for one larger than `layout.MAX_SHOWN`.
    """
    verifier = Verifier(Trust() if trust is None else trust)
    one = Keeping(
        verifier,
        lambda place: place.number == number and layout.file_of(place) == file,
        f"{number} is too large to be shown; make an unlocked copy instead",
    )
    feed(source, identities, one, None)
    try:
        verdict = verifier.finish(datetime.now(UTC))
    except Altered as altered:
        verdict = altered.verdict
        if not any(found.number == number and found.unchanged for found in verdict.exhibits):
            raise
    if one.data is None:
        what = f"file {file[:40]!r} of {number}" if file else f"exhibit {number}"
        raise UsageError(f"There is no {what} in this bundle. Nothing was changed.")
    sent = next((found for found in verifier.sent if found.number == number), None)
    return SentOut(verdict, sent, one.data)


def open_report(
    source: Source,
    identities: Sequence[Identity | Passphrase],
    trust: Trust,
    progress: ProgressCall | None = None,
) -> tuple[Verdict, bytes]:
    """The evidence report in a bundle (PDF), after the whole bundle was checked, with the verdict.

    Raises as `verify`, `Altered` too; `UsageError` where there is no report in it.
    """
    verifier = Verifier(trust)
    one = Keeping(verifier, lambda place: place.name == layout.REPORT, "its report is too large to be shown")
    feed(source, identities, one, progress)
    verdict = verifier.finish(datetime.now(UTC))
    if one.data is None:
        raise UsageError("There is no report in this bundle. Nothing was changed. Look at its exhibits.")
    return verdict, one.data.getvalue()


def commitments_in(source: Source, identities: Sequence[Identity | Passphrase]) -> bytes | None:
    """The commitments in a bundle, 32 bytes each, unchecked: for one whose link somebody remembers.

    None where there is no list in it. Raises as `verify`, but for `Altered`.
    """
    verifier = Verifier(Trust())
    feed(source, identities, verifier, None)
    return verifier.commitments


def feed(
    source: Source,
    identities: Sequence[Identity | Passphrase],
    sink: BundleSink,
    progress: ProgressCall | None,
    plain: Copy | None = None,
) -> None:
    """Read all of a bundle in whatever form it is and hand its files to `sink`; raises as `verify`.

    Every byte of the archive inside goes to `plain`, in order; a folder has none.
    """
    if isinstance(source, Path) and disk.is_folder(source):
        _feed_folder(source, sink, progress)
        return
    with opened(source) as bundle:
        _feed_open(bundle, identities, sink, _Advance(bundle.size, progress), plain)


def _feed_open(
    bundle: Opened,
    identities: Sequence[Identity | Passphrase],
    sink: Sink,
    advance: Callable[[int], None],
    plain: Copy | None = None,
) -> None:
    if is_age_file(bundle.start):
        _feed_sealed(bundle, identities, sink, advance, plain)
    elif _is_tar(bundle.start):
        try:
            read_tar(bundle.file if plain is None else Copying(bundle.file, plain), sink, advance)
        except TarForeignError as error:
            raise NotOurFileError(NOT_OURS) from error
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
    bundle: Opened,
    identities: Sequence[Identity | Passphrase],
    sink: Sink,
    advance: Callable[[int], None],
    plain: Copy | None,
) -> None:
    try:
        wants_passphrase = _wants_passphrase(bundle.start)
        fitting = [one for one in identities if isinstance(one, Passphrase) == wants_passphrase]
        if wants_passphrase and not fitting:
            raise _PassphraseWantedError("")
        if not fitting:
            raise NotForYouError("")
        with DecryptReader(bundle.file, fitting) as archive, ReadAhead(archive) as ahead:
            read_tar(ahead if plain is None else Copying(ahead, plain), sink, advance)
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


def _wants_passphrase(start: bytes) -> bool:
    try:
        return SCRYPT_KIND in header_kinds(io.BytesIO(start))
    except DamagedError as error:
        raise DamagedError(_DAMAGED) from error


# --- files --------------------------------------------------------------------------------------


def _is_tar(start: bytes) -> bool:
    return start[257:262] == b"ustar"


def _feed_folder(path: Path, sink: BundleSink, progress: ProgressCall | None) -> None:
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


def _walk(folder: Path, prefix: str, depth: int, sink: BundleSink) -> Iterator[tuple[str, int]]:
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
    sink: BundleSink,
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
