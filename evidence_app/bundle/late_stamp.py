"""Time stamps that came late: a further copy of a sealed bundle, the same but for them.

The archive inside stays byte for byte what was sealed; the time stamps, which no seal covers, are put in
where they stand in a bundle that was stamped at once. Only the encryption is new.
Source: resources/formats/bundle.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from evidence_app import disk
from evidence_app.bundle import layout
from evidence_app.bundle.read import feed
from evidence_app.bundle.reseal import Hashed, Written, new_file
from evidence_app.bundle.taking import Keeping
from evidence_app.bundle.tar import RECORD, TarWriter
from evidence_app.bundle.threads import WriteBehind
from evidence_app.bundle.verify import Verifier
from evidence_app.crypto.age import EncryptWriter, FileKey, Passphrase, Recipient
from evidence_app.errors import IntegrityError, UsageError
from evidence_app.records import ProgressCall, Trust, Verdict

_SAFE: Final = "No copy was written, and the bundle is untouched."
_MOST_IN_FRONT: Final = 16 * layout.MIB


def add_stamps(
    source: Path,
    key: FileKey | Passphrase,
    recipients: Sequence[Recipient] | Passphrase,
    signature: bytes,
    responses: Sequence[bytes],
    out: Path,
    progress: ProgressCall | None = None,
    before_publish: Callable[[Written], object] | None = None,
) -> Verdict:
    """Write the bundle at `source` with the answers of time stamp services to the new file `out`.

    `key` opens `source`, `recipients` are those that it was sealed for, `signature` is its own. Raises
    `UsageError` where it is another bundle or has them all, `Altered`, and what `read.verify` raises; no file
    stays behind then.
    """
    verifier, verdicts = Verifier(Trust()), list[Verdict]()
    kept = Keeping(verifier, lambda place: place.name == layout.SIGNATURE, "its signature is too large")

    def write(file: Hashed) -> None:
        with EncryptWriter(file, recipients) as sealed, WriteBehind(sealed) as behind:
            joining = _Joining(behind, responses)

            def pass_on(data: memoryview) -> None:
                with disk.explained(_SAFE):
                    joining.write(data)

            feed(source, [key], kept, progress, plain=pass_on)
            joining.finish()
            if kept.data is None or kept.data.getvalue() != signature:
                raise UsageError(
                    f"{source.name} is another bundle than the one that was stamped. {_SAFE} Choose the file "
                    "that was sealed."
                )
            verdicts.append(verifier.finish(datetime.now(UTC)))

    new_file(out, write, before_publish)
    return verdicts[0]


class _Joining:
    """Passes an archive on, with members put in behind the top files."""

    def __init__(self, out: WriteBehind, responses: Sequence[bytes]) -> None:
        self._out = out
        self._responses = list(responses)
        self._front: bytearray | None = bytearray()

    def write(self, data: memoryview) -> None:
        if self._front is None:
            self._out.write(data)
            return
        self._front += data
        if self._try():
            self._front = None
        elif len(self._front) > _MOST_IN_FRONT:
            raise IntegrityError(f"The bundle does not begin as one of this program does. {_SAFE}")

    def finish(self) -> None:
        """All of the archive was written."""
        if self._front is not None:
            raise IntegrityError(f"The bundle ends in its first part. {_SAFE}")

    def _try(self) -> bool:
        """Whether the place was there, and the members are written."""
        front, at, there = bytes(self._front or b""), 0, list[str]()
        held, time = set[bytes](), 0
        while True:
            head = front[at : at + RECORD]
            if len(head) < RECORD:
                return False
            name = head[:100].rstrip(b"\0").decode("ascii", "replace")
            if name not in layout.TOP and name not in layout.TIME_STAMPS:
                break
            try:
                size, time = int(head[124:135], 8), int(head[136:147], 8)
            except ValueError as error:
                raise IntegrityError(f"The bundle is not as this program writes one. {_SAFE}") from error
            if name in layout.TIME_STAMPS:
                there.append(name)
                held.add(front[at + RECORD : at + RECORD + size])
            at += RECORD + size + -size % RECORD
        names = [one for one in layout.TIME_STAMPS if one not in there]
        new = [one for one in dict.fromkeys(self._responses) if one not in held]
        if not new or not names:
            raise UsageError(f"This bundle has these time stamps already. {_SAFE}")
        self._out.write(memoryview(front[:at]))
        tar = TarWriter(self._out, datetime.fromtimestamp(time, UTC))
        for one, response in zip(names, new, strict=False):
            tar.start_file(one, len(response))
            tar.feed(memoryview(response))
            tar.end_file()
        self._out.write(memoryview(front[at:]))
        return True
