"""Passing a bundle on: the archive inside byte for byte as it was sealed, only the encryption is new.

So the sender's own seal travels along, and whoever opens the new file checks it with the same tools.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from evidence_app import disk
from evidence_app.bundle import layout
from evidence_app.bundle.read import feed
from evidence_app.bundle.sources import Source, Stream
from evidence_app.bundle.threads import WriteBehind
from evidence_app.bundle.verify import Verifier
from evidence_app.crypto.age import EncryptWriter, Identity, Passphrase, Recipient
from evidence_app.errors import UsageError
from evidence_app.records import Progress, ProgressCall, Trust, Verdict

_SAFE: Final = "Nothing was passed on, and the bundle is untouched."


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is complete, still under a hidden name: bytes, and SHA-256 in hex."""

    size: int
    sha256: str


def reseal(
    source: Source,
    identities: Sequence[Identity | Passphrase],
    recipients: Sequence[Recipient] | Passphrase,
    out: Path,
    trust: Trust,
    progress: ProgressCall | None = None,
    before_publish: Callable[[Written], object] | None = None,
) -> Verdict:
    """Write the bundle at `source`, sealed for `recipients`, to `out`, which must not exist.

    It is checked on the way and written only if it is unchanged. `before_publish` is called when the file
    is complete and on the disk, still under a hidden name: the place to record the act. Whatever is raised,
    nothing stays behind. Raises as `read.verify`, `Altered` too; `UsageError` for `out` or the recipients.
    """
    verifier, verdicts = Verifier(trust), list[Verdict]()

    def write(file: Hashed) -> None:
        with EncryptWriter(file, recipients) as sealed, WriteBehind(sealed) as behind:

            def pass_on(data: memoryview) -> None:
                with disk.explained(_SAFE):
                    behind.write(data)

            feed(source, identities, verifier, progress, plain=pass_on)
            verdicts.append(verifier.finish(datetime.now(UTC)))

    new_file(out, write, before_publish)
    return verdicts[0]


def copy_out(
    source: Stream,
    out: Path,
    progress: ProgressCall | None = None,
    before_publish: Callable[[Written], object] | None = None,
) -> None:
    """Write all bytes of `source`, as they are, to `out`, which must not exist; as `reseal` otherwise."""

    def write(file: Hashed) -> None:
        buffer, done = memoryview(bytearray(layout.BLOCK)), 0
        raw = source.open()
        try:
            while got := raw.readinto(buffer):
                file.write(buffer[:got])
                done += got
                if progress is not None:
                    progress(Progress(min(done, source.size), source.size, "Writing the file"))
        finally:
            raw.close()

    new_file(out, write, before_publish)


class Hashed:
    """A file that is hashed while it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest, self._size = sha256(), 0

    def write(self, data: memoryview, /) -> int:
        self._digest.update(data)
        self._size += len(data)
        return self._file.write(data)

    def written(self) -> Written:
        return Written(self._size, self._digest.hexdigest())


def new_file(
    out: Path, write: Callable[[Hashed], None], before_publish: Callable[[Written], object] | None
) -> None:
    """Write `out` whole or not at all; it must not exist. Whatever is raised, nothing stays behind."""
    _check_target(out)
    temporary = disk.hidden_beside(out)
    with disk.explained(_SAFE):
        try:
            with temporary.open("xb") as file:
                with suppress(OSError):
                    temporary.chmod(0o600)
                hashed = Hashed(file)
                write(hashed)
                file.flush()
                os.fsync(file.fileno())
            if before_publish is not None:
                before_publish(hashed.written())
            try:
                disk.publish(temporary, out)
            except FileExistsError:
                _check_target(out)
                raise
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _check_target(out: Path) -> None:
    if os.path.lexists(out):
        raise UsageError(
            f"There is already something called {out.name}. It was left as it is, and nothing was passed on. "
            "Choose another name."
        )
    if not disk.is_folder(out.parent):
        raise UsageError(
            f"The folder {out.parent} does not exist. Nothing was passed on. Choose a folder that exists."
        )
