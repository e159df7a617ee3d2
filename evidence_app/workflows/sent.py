"""Looking at one exhibit of a bundle that came from somebody else, whether the vault keeps it or not.

What its sender's record says of it is the sender's claim, covered by the seal. Its bytes are foreign: only
the child process reads them. Of a bundle that no vault keeps they are in memory while they are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from evidence_app.bundle import layout, read, sentences
from evidence_app.bundle.sources import Source
from evidence_app.bundle.text import shown_name
from evidence_app.capture import kinds, webm
from evidence_app.capture.child import Child, Readable
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import IntegrityError, LockedAwayError, UsageError
from evidence_app.records import Level, Limits, Observed, Pixels, Reading, SentExhibit, SentFile
from evidence_app.records_json import observed_from_json
from evidence_app.vault import acts, acts_received
from evidence_app.vault.vault import Vault
from evidence_app.workflows import looking
from evidence_app.workflows.checking import trust_of
from evidence_app.workflows.files import write_new_file
from evidence_app.workflows.kept import kept_file
from evidence_app.workflows.safeguards import refuse_locked_bytes

Keys = Sequence[Identity | Passphrase]


@dataclass(frozen=True, slots=True)
class Sending:
    """A bundle to look into: a file, or with `reference` the one that the vault keeps; `keys` open it besides
    the vault's own."""

    vault: Vault | None
    path: Path
    reference: str = ""
    keys: Keys = field(default=(), repr=False)

    def source(self) -> Source:
        """Where its bytes come from."""
        if self.reference and self.vault is not None:
            return kept_file(self.vault, self.vault.read.received_bundle(self.reference))
        return self.path

    def identities(self) -> Keys:
        """What may open it."""
        return (*self.keys, *(() if self.vault is None else (self.vault.identity,)))


@dataclass(frozen=True, slots=True)
class Sent:
    """One exhibit of a bundle, opened to be looked at.

    `kept` is its name in the vault (`RCV-001 HXA/001`) where its original was taken in, and empty otherwise:
    then `data` is the original. `observed` and `level` are what the sender's record says, None where that
    cannot be read or the bundle is altered. `parts`: the exhibits of the same bundle that were attached to
    this one, by the SHA-256 (hex) of their bytes.
    """

    number: str
    media_type: str
    size: int
    sha256: str
    observed: Observed | None = None
    level: Level | None = None
    copy_of: str = ""
    files: tuple[SentFile, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    kept: str = ""
    data: bytes | None = field(default=None, repr=False)

    @property
    def pictures(self) -> int:
        """How many pictures it has one after the other: more than one for a series."""
        return 1 if self.observed is None else max(1, len(self.observed.series))

    @property
    def names(self) -> tuple[str, ...]:
        """Its files in the bundle, the original first."""
        first = layout.original_name(self.number, self.media_type).rpartition("/")[2]
        return (first, *(one.name for one in self.files))


def open_sent(sending: Sending, number: str) -> Sent:
    """One exhibit of a bundle. That it is looked at is an entry where the vault took it in; otherwise the
    whole bundle is checked on the way.

    Raises `UsageError`, `LockedAwayError`, `IntegrityError`, and what `read.open_file` raises.
    """
    vault = sending.vault
    if vault is not None and sending.reference:
        taken = {one.number: one for one in vault.read.received_exhibits(sending.reference)}
        one = taken.get(number)
        if one is not None:
            vault.check_original(one.name)
            vault.record(acts.exhibit_viewed(one.number, one.received))
            return Sent(
                number,
                one.stored.media_type,
                one.stored.size,
                one.stored.sha256,
                one.observed,
                one.level,
                one.copy_of,
                one.files,
                tuple(
                    (other.stored.sha256, other.number)
                    for other in taken.values()
                    if other.observed is not None
                    and other.observed.file is not None
                    and other.observed.file.part_of == number
                ),
                kept=one.name,
            )
    found = read.open_file(sending.source(), sending.identities(), number)
    data = found.data.getvalue()
    if vault is not None:
        refuse_locked_bytes(vault, data)
    return _loose(number, found.sent, data)


def _loose(number: str, sent: SentExhibit | None, data: bytes) -> Sent:
    if sent is None:
        media_type = kinds.media_type(data[: kinds.HEAD_BYTES])
        return Sent(number, media_type, len(data), "", data=data)
    observed = None
    with suppress(IntegrityError):  # of a later version there may be more than this one knows
        observed = observed_from_json(sent.observed, f"Exhibit {number}")
    return Sent(
        number,
        acts_received.media_type_of(sent),
        sent.size,
        sent.sha256,
        observed,
        Level(sent.level) if sent.level in set(Level) else None,
        sent.copy_of,
        sent.files,
        data=data,
    )


@contextmanager
def _bytes_of(vault: Vault | None, sent: Sent) -> Iterator[Readable]:
    if vault is not None and sent.kept:
        with vault.original(sent.kept) as source:
            yield source
    else:
        yield BytesIO(sent.data or b"")


def picture_of(sending: Sending, sent: Sent, place: int, side: int) -> Pixels | None:
    """The picture at a place of a series, from 0, or the one picture; None where it shows none.

    Those after the first are read out of the bundle, which is checked on the way. Raises `NotReadableError`,
    and as `open_sent`.
    """
    if place:
        name = f"picture-{place + 1}.png"
        data = _file(sending, sent, name).data
        if sending.vault is not None:
            refuse_locked_bytes(sending.vault, data.getvalue())
        return looking.picture_of(data, kinds.media_type(data.getvalue()[: kinds.HEAD_BYTES]), side)
    with _bytes_of(sending.vault, sent) as source:
        return looking.picture_of(source, sent.media_type, side)


def has_reading(sent: Sent) -> bool:
    """Whether a reader finds more in it than a picture, or something to say of it."""
    return sent.media_type != webm.MEDIA_TYPE and not why_unread(sent)


def why_unread(sent: Sent) -> str:
    """Why nothing looks into it; empty where a reader does."""
    return looking.why_no_reader(sent.media_type, sent.size)


def reading_of(
    vault: Vault | None, sent: Sent, limits: Limits, *, watch: Callable[[], None] = lambda: None
) -> tuple[Reading | None, str]:
    """What a reader finds in it, or None and the reason. Raises as `looking.read`."""
    why = why_unread(sent)
    if why:
        return None, why
    with Child() as child, _bytes_of(vault, sent) as source:
        return looking.read_from(source, sent.media_type, child, limits, watch=watch)


def picture_within(
    vault: Vault | None, sent: Sent, place: int, side: int, *, watch: Callable[[], None] = lambda: None
) -> Pixels:
    """A picture within it, such as one of a chat; raises as `looking.picture_within`."""
    with _bytes_of(vault, sent) as source:
        return looking.picture_in(source, sent.media_type, place, side, watch=watch)


def save_copy(sending: Sending, sent: Sent, name: str, out: Path) -> Path:
    """Write a file of an exhibit, by its name in the bundle, into a new file, out of the bundle, which is
    checked on the way. Where the vault keeps the bundle that is an entry.

    Raises as `open_sent`, `UsageError` where `out` exists, `StorageError`.
    """
    vault = sending.vault
    original = name == sent.names[0]
    found = _file(sending, sent, "" if original else name)
    data = found.data.getvalue()
    if vault is None:
        write_new_file(out, data)
        return out
    refuse_locked_bytes(vault, data)
    act = None
    if sending.reference:
        took = sent.number if original and len(sent.names) == 1 else f"{sent.number} {name}"
        state = sentences.state_on_arrival(found.verdict)
        act = acts_received.received_checked(
            sending.reference, state, found.verdict, took, shown_name(out.name)
        )
    write_new_file(out, data, None if act is None else lambda: vault.record(act))
    return out


def _file(sending: Sending, sent: Sent, name: str) -> read.SentOut:
    """A file out of the bundle; refused where the exhibit is locked away meanwhile."""
    vault = sending.vault
    if vault is not None and sent.kept and vault.is_gone(sent.kept):
        raise LockedAwayError
    if name and name not in sent.names and not (sent.pictures > 1 and name.startswith("picture-")):
        raise UsageError(f"{sent.number} has no file {name[:40]!r}. Nothing was written.")
    trust = None if vault is None else trust_of(vault)
    return read.open_file(sending.source(), sending.identities(), sent.number, name, trust=trust)
