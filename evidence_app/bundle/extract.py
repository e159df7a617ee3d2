"""An unlocked copy of a bundle, for police: an ordinary folder, written only if everything checks."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from evidence_app import disk
from evidence_app.bundle import layout
from evidence_app.bundle.read import feed
from evidence_app.bundle.sources import Source
from evidence_app.bundle.taking import BundleSink
from evidence_app.bundle.verify import Verifier
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import StorageError, UsageError
from evidence_app.records import ProgressCall, Trust, Verdict

_LONGEST_NAME: Final = 100
_SAFE: Final = "Nothing of the copy was kept, and the bundle is untouched."


def extract(
    source: Source,
    identities: Sequence[Identity | Passphrase],
    out_dir: Path,
    progress: ProgressCall | None = None,
    trust: Trust | None = None,
) -> Verdict:
    """Write the files of a bundle into `out_dir`, which must not exist, and check them on the way.

    They stand in a hidden folder beside it until everything was checked; on any error that folder is
    removed. Raises what `read.verify` raises, so an altered bundle is not written.
    """
    verifier = Verifier(Trust() if trust is None else trust)
    with new_folder(out_dir) as temporary:
        writer = _Writer(verifier, temporary)
        try:
            feed(source, identities, writer, progress)
            verdict = verifier.finish(datetime.now(UTC))
        finally:
            writer.close()
    return verdict


@contextmanager
def new_folder(out_dir: Path) -> Iterator[Path]:
    """A hidden folder that becomes `out_dir` when the block ends well and is removed otherwise.

    Raises `UsageError` where `out_dir` exists or has no parent, `StorageError`.
    """
    if os.path.lexists(out_dir):
        raise UsageError(
            f"There is already something called {out_dir.name}. It was left as it is, "
            "and nothing was written. Choose a new folder."
        )
    if not disk.is_folder(out_dir.parent):
        raise UsageError(f"The folder {out_dir.parent} does not exist. Nothing was written.")
    temporary = out_dir.with_name(f".{out_dir.name[:_LONGEST_NAME]}.{secrets.token_hex(8)}.part")
    try:
        temporary.mkdir(mode=0o700)
        yield temporary
        if os.path.lexists(out_dir):
            raise UsageError(f"Something called {out_dir.name} appeared meanwhile. Nothing was written.")
        temporary.rename(out_dir)
    except OSError as error:
        raise StorageError(
            f"The copy could not be written ({error.strerror or 'unknown reason'}). Nothing of it was kept, "
            "and the bundle is untouched. Choose another folder or free some space."
        ) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(temporary)


class _Writer(BundleSink):
    """Writes the files that have a place in the layout; the verifier sees everything."""

    def __init__(self, verifier: Verifier, folder: Path) -> None:
        self._verifier = verifier
        self._folder = folder
        self._file: BinaryIO | None = None
        self._written: set[str] = set()

    def start_file(self, name: str, size: int) -> None:
        self._verifier.start_file(name, size)
        if layout.place(name) is None or name in self._written:
            return
        self._written.add(name)
        target = self._folder.joinpath(*name.split("/"))
        with disk.explained(_SAFE):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = target.open("xb")

    def feed(self, data: memoryview) -> None:
        self._verifier.feed(data)
        if self._file is not None:
            with disk.explained(_SAFE):
                self._file.write(data)

    def end_file(self) -> None:
        self._verifier.end_file()
        if self._file is not None:
            with disk.explained(_SAFE):
                self._file.flush()
                os.fsync(self._file.fileno())
        self.close()

    def refuse(self, code: str, name: str) -> None:
        self._verifier.refuse(code, name)

    def close(self) -> None:
        """Close the file that is open, if any."""
        if self._file is not None:
            self._file.close()
            self._file = None
