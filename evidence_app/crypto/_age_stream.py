"""The payload of an age v1 file, streamed both ways in constant memory.

Source: the age specification, "Payload": chunks of 64 KiB under ChaCha20-Poly1305, the nonce is an
11-byte counter and a byte that marks the final chunk. One block of chunks is worked on at a time in a
buffer that is reused; the ciphers release the interpreter lock, so callers gain by hashing or parsing
in another thread (two threads inside one block gained only a tenth).
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from enum import Enum, auto
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from evidence_app.crypto._age_header import (
    MAX_HEADER_BYTES,
    check_mac,
    damaged,
    format_header,
    hkdf,
    parse_header,
)
from evidence_app.crypto._age_keys import FileKey, Identity, Passphrase, Recipient, unwrap_file_key
from evidence_app.errors import DamagedError, UsageError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

CHUNK_BYTES: Final = 64 * 1024
TAG_BYTES: Final = 16
SEALED_CHUNK_BYTES: Final = CHUNK_BYTES + TAG_BYTES
NONCE_BYTES: Final = 16
BLOCK_CHUNKS: Final = 4
# Keeps what we write well inside the header limits of our own reader.
MAX_RECIPIENTS: Final = 256

_BLOCK_BYTES = BLOCK_CHUNKS * SEALED_CHUNK_BYTES


class Readable(Protocol):
    """What is read from: any binary file, pipe or stream. `readinto` is used where there is one."""

    def read(self, size: int, /) -> bytes | None:
        """Up to `size` bytes; empty at the end."""


class Writable(Protocol):
    """What is written to: any binary file, pipe or stream."""

    def write(self, data: memoryview, /) -> int | None:
        """How many bytes were taken."""


def fill(source: Readable, view: memoryview) -> int:
    """Read until `view` is full or the source ends; how many bytes that gave."""
    readinto = getattr(source, "readinto", None)
    got = 0
    while got < len(view):
        if readinto is not None:
            count = readinto(view[got:])
        else:
            data = source.read(len(view) - got)
            count = None if data is None else len(data)
            if data:
                view[got : got + len(data)] = data
        if count is None:
            raise BlockingIOError("a blocking source is required")
        if not count:
            break
        got += count
    return got


def write_all(out: Writable, view: memoryview) -> None:
    """Write until all of `view` was taken."""
    while len(view):
        count = out.write(view)
        if count is None:
            raise BlockingIOError("a blocking output is required")
        view = view[count:]


def sealed_nonce(counter: int, final: bool) -> bytes:
    """Of one chunk of a payload."""
    return (counter << 8 | final).to_bytes(12, "big")


class _State(Enum):
    OPEN = auto()
    CLOSED = auto()
    FAILED = auto()


class EncryptWriter:
    """Encrypts what is written to it into `out`, for keys or for one passphrase.

    The header is written at once (with a passphrase that takes the time of scrypt). Only `close` makes
    the file whole; a reader refuses it before. `file_key` is for whoever wants to open this file again, and
    must be new. `out` is never closed or flushed. As a context manager
    it closes on success and leaves the file unfinished on an exception. Errors of `out` pass through
    and leave the writer unusable.
    """

    def __init__(
        self, out: Writable, recipients: Sequence[Recipient] | Passphrase, file_key: FileKey | None = None
    ) -> None:
        wrappers = (recipients,) if isinstance(recipients, Passphrase) else tuple(recipients)
        if not wrappers:
            raise UsageError("No recipient was named. Nothing was sealed. Choose at least one recipient.")
        if len(wrappers) > MAX_RECIPIENTS:
            raise UsageError(
                f"A file can be sealed for at most {MAX_RECIPIENTS} recipients. Nothing was sealed."
            )
        secret = (FileKey.generate() if file_key is None else file_key).raw
        nonce = secrets.token_bytes(NONCE_BYTES)
        header = format_header([wrapper.wrap(secret) for wrapper in wrappers], secret)
        self._cipher = ChaCha20Poly1305(hkdf(secret, nonce, b"payload"))
        self._out = out
        self._counter = 0
        # The newest chunk waits here: only when more comes, or at close, is it known whether it is final.
        self._held = memoryview(bytearray(CHUNK_BYTES))
        self._held_length = 0
        self._sealed = memoryview(bytearray(_BLOCK_BYTES))
        self._sealed_length = 0
        self._state = _State.OPEN
        write_all(out, memoryview(header + nonce))

    def _flush(self) -> None:
        length, self._sealed_length = self._sealed_length, 0
        self._state = _State.FAILED
        write_all(self._out, self._sealed[:length])
        self._state = _State.OPEN

    def _seal(self, chunk: memoryview, final: bool = False) -> None:
        if self._sealed_length + SEALED_CHUNK_BYTES > _BLOCK_BYTES:
            self._flush()
        end = self._sealed_length + len(chunk) + TAG_BYTES
        nonce = sealed_nonce(self._counter, final)
        self._cipher.encrypt_into(nonce, chunk, None, self._sealed[self._sealed_length : end])
        self._counter += 1
        self._sealed_length = end

    def write(self, data: ReadableBuffer) -> int:
        """Take all of `data` (any size); returns its length in bytes."""
        if self._state is not _State.OPEN:
            raise ValueError("write to a closed or failed EncryptWriter")
        with memoryview(data) as given, given.cast("B") as view:
            size, at = len(view), 0
            if self._held_length:
                at = min(size, CHUNK_BYTES - self._held_length)
                self._held[self._held_length : self._held_length + at] = view[:at]
                self._held_length += at
                if at == size:
                    return size
                self._seal(self._held)
                self._held_length = 0
            while size - at > CHUNK_BYTES:
                self._seal(view[at : at + CHUNK_BYTES])
                at += CHUNK_BYTES
            self._held[: size - at] = view[at:]
            self._held_length = size - at
            return size

    def room(self) -> int:
        """How many more bytes it takes until all that was written so far lies in whole chunks."""
        return CHUNK_BYTES - self._held_length + 1 if self._held_length else 0

    def flush(self) -> None:
        """Hand every whole chunk to `out`; the newest one still waits."""
        if self._state is _State.OPEN and self._sealed_length:
            self._flush()

    def close(self) -> None:
        """Write the final chunk. A second call does nothing; after a failure it is a `ValueError`."""
        if self._state is _State.FAILED:
            raise ValueError("close of an EncryptWriter that failed: the file is not whole")
        if self._state is _State.OPEN:
            self._seal(self._held[: self._held_length], final=True)
            self._flush()
            self._state = _State.CLOSED

    def __enter__(self) -> EncryptWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        elif self._state is _State.OPEN:
            self._state = _State.FAILED


class DecryptReader(io.RawIOBase):
    """Reads the plain bytes of an age file. The source is read ahead by blocks and never closed.

    The header is read and authenticated on construction (with a passphrase that takes the time of
    scrypt): `NotOurFileError`, `NewerFormatError`, `NotForYouError`, `WrongPassphraseError` or
    `DamagedError`. Reading raises `DamagedError` at the first chunk that does not authenticate, or
    where the file is cut off or goes on after its end: the authenticated bytes before it come first,
    then every further call raises. Reads return what was asked for unless the end is near. Reading
    until empty is what shows that the file is whole. For one thread at a time.
    """

    def __init__(self, source: Readable, identities: Sequence[Identity | Passphrase | FileKey]) -> None:
        super().__init__()
        self._source = source
        # One byte more than a block: whether anything follows a chunk decides whether it is the final one.
        self._raw = memoryview(bytearray(_BLOCK_BYTES + 1))
        self._length = fill(source, self._raw)
        self._at_end = self._length < len(self._raw)
        header = parse_header(bytes(self._raw[: min(self._length, MAX_HEADER_BYTES)]))
        file_key = unwrap_file_key(header, identities)
        check_mac(header, file_key)
        start = header.size + NONCE_BYTES
        if start > self._length:
            raise damaged("it ends right after its header")
        self._cipher = ChaCha20Poly1305(hkdf(file_key, bytes(self._raw[header.size : start]), b"payload"))
        self._counter = 0
        self._next = start
        self._plain = self._raw[:0]
        self._finished = False
        # Kept as text: a kept exception would hold the caller's buffer through its traceback.
        self._failure: str | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def _refill(self) -> None:
        rest = self._length - self._next
        self._raw[:rest] = bytes(self._raw[self._next : self._length])
        # Where the source raises, what it had given is lost: there is no going on after that.
        self._failure = damaged("reading it was interrupted").message
        got = fill(self._source, self._raw[rest:])
        self._failure = None
        self._length, self._next = rest + got, 0
        self._at_end = self._length < len(self._raw)

    def _open_chunk(self, into: memoryview) -> int:
        """Decrypt the next chunk into `into`, or in place (to `_plain`) where it does not fit; its length."""
        if not self._at_end and self._length - self._next <= SEALED_CHUNK_BYTES:
            self._refill()
        sealed = self._raw[self._next : min(self._next + SEALED_CHUNK_BYTES, self._length)]
        size = len(sealed) - TAG_BYTES
        final = self._next + len(sealed) == self._length
        if size < 0:
            raise damaged("it was cut off")
        if final and not size and self._counter:
            raise damaged("its last part is empty")
        direct = size <= len(into)
        plain = into[:size] if direct else sealed[:size]
        try:
            self._cipher.decrypt_into(sealed_nonce(self._counter, final), sealed, None, plain)
        except InvalidTag as error:
            # The cipher has written before it knew; nothing unauthenticated may stay with the caller.
            plain[:] = bytes(size)
            raise damaged("a part of it was changed or cut off") from error
        self._counter += 1
        self._next += len(sealed)
        self._finished = final
        if not direct:
            self._plain = plain
        return size if direct else 0

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer`, short only at the end or before a damaged chunk; 0 at the end."""
        if self.closed:
            raise ValueError("read from a closed DecryptReader")
        with memoryview(buffer) as given, given.cast("B") as view:
            done = 0
            while done < len(view):
                if self._plain:
                    count = min(len(self._plain), len(view) - done)
                    view[done : done + count] = self._plain[:count]
                    self._plain = self._plain[count:]
                    done += count
                    continue
                if self._finished:
                    break
                if self._failure is not None:
                    if done:
                        break
                    raise DamagedError(self._failure)
                try:
                    done += self._open_chunk(view[done:])
                except DamagedError as error:
                    self._failure = error.message
                    if not done:
                        raise
            return done

    def read(self, size: int | None = -1, /) -> bytes:
        """`size` bytes, fewer only as in `readinto`; everything to the end where negative or None."""
        if size is None or size < 0:
            return self.readall()
        parts: list[bytes] = []
        while size > 0:
            part = bytearray(min(size, BLOCK_CHUNKS * CHUNK_BYTES))
            count = self.readinto(part)
            parts.append(bytes(memoryview(part)[:count]))
            size -= count
            if count < len(part):
                break
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readall(self) -> bytes:
        """Everything to the end, in memory; raises instead of returning a part."""
        whole = bytearray()
        part = bytearray(BLOCK_CHUNKS * CHUNK_BYTES)
        with memoryview(part) as view:
            while count := self.readinto(part):
                whole += view[:count]
        return bytes(whole)
