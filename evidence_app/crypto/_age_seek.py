"""Any part of an age v1 file without reading what comes before it.

Source: the age specification, "Payload": every chunk of 64 KiB has its own counter in the nonce, so each can
be opened by itself. The final one is opened first: only it shows that the length is the one that was sealed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from evidence_app.crypto._age_header import MAX_HEADER_BYTES, check_mac, damaged, hkdf, parse_header
from evidence_app.crypto._age_keys import Identity, Passphrase, unwrap_file_key
from evidence_app.crypto._age_stream import (
    CHUNK_BYTES,
    NONCE_BYTES,
    SEALED_CHUNK_BYTES,
    TAG_BYTES,
    fill,
    sealed_nonce,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_NONE: Final = -1


def _begun(source: BinaryIO, identities: Sequence[Identity | Passphrase]) -> tuple[ChaCha20Poly1305, int]:
    """The cipher of the payload, and where that begins."""
    source.seek(0)
    start = memoryview(bytearray(MAX_HEADER_BYTES + NONCE_BYTES))
    got = fill(source, start)
    header = parse_header(bytes(start[: min(got, MAX_HEADER_BYTES)]))
    file_key = unwrap_file_key(header, identities)
    check_mac(header, file_key)
    end = header.size + NONCE_BYTES
    if end > got:
        raise damaged("it ends right after its header")
    return ChaCha20Poly1305(hkdf(file_key, bytes(start[header.size : end]), b"payload")), end


class SeekReader(io.RawIOBase):
    """The plain bytes of an age file, from any place; `size` is how many there are.

    Raises on construction what `DecryptReader` raises; reading raises `DamagedError` for a chunk that does
    not authenticate, and only for that. It owns `source`. For one thread at a time.
    """

    def __init__(self, source: BinaryIO, identities: Sequence[Identity | Passphrase]) -> None:
        super().__init__()
        self._source = source
        self._cipher, self._start = _begun(source, identities)
        sealed = source.seek(0, os.SEEK_END) - self._start
        if sealed < TAG_BYTES:
            raise damaged("it ends right after its header")
        self._chunks = -(-sealed // SEALED_CHUNK_BYTES)
        self._last = sealed - (self._chunks - 1) * SEALED_CHUNK_BYTES
        if self._last < TAG_BYTES or (self._last == TAG_BYTES and self._chunks > 1):
            raise damaged("it was cut off")
        self.size = sealed - self._chunks * TAG_BYTES
        self._at = 0
        self._held: tuple[int, bytes] = (_NONE, b"")
        self._open(self._chunks - 1)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("seek before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` from where it stands, short only at the end."""
        if self.closed:
            raise ValueError("read from a closed SeekReader")
        with memoryview(buffer) as given, given.cast("B") as view:
            done = 0
            while done < len(view) and self._at < self.size:
                chunk, within = divmod(self._at, CHUNK_BYTES)
                piece = self._open(chunk)[within : within + len(view) - done]
                view[done : done + len(piece)] = piece
                done += len(piece)
                self._at += len(piece)
            return done

    def close(self) -> None:
        if not self.closed:
            self._held = (_NONE, b"")
            self._source.close()
        super().close()

    def _open(self, chunk: int) -> bytes:
        if self._held[0] == chunk:
            return self._held[1]
        final = chunk == self._chunks - 1
        sealed = memoryview(bytearray(self._last if final else SEALED_CHUNK_BYTES))
        self._source.seek(self._start + chunk * SEALED_CHUNK_BYTES)
        if fill(self._source, sealed) < len(sealed):
            raise damaged("it was cut off")
        try:
            plain = self._cipher.decrypt(sealed_nonce(chunk, final), sealed, None)
        except InvalidTag as error:
            raise damaged("a part of it was changed or cut off") from error
        self._held = (chunk, plain)
        return plain


def complete(
    file: BinaryIO, identities: Sequence[Identity | Passphrase], beginning: bytes, ending: bytes
) -> bool:
    """Make a file that was cut off while it was written whole again, durable on return.

    The chunks that authenticate stay as they are, and `ending` (1 byte to `CHUNK_BYTES`) becomes the final
    one: its nonce says that it is final, so it was never used before. False, and nothing is changed, where no
    chunk is whole, where the plain bytes do not begin with `beginning` (of one chunk at most), or where the
    fault lies in the middle: something behind it is whole. Raises what `SeekReader`
    raises for a header. Stopped half-way, it can be done again.
    """
    cipher, start = _begun(file, identities)
    counter, whole, broken = 0, 0, False
    sealed = memoryview(bytearray(SEALED_CHUNK_BYTES))
    file.seek(start)
    while fill(file, sealed) == SEALED_CHUNK_BYTES:
        try:
            plain = cipher.decrypt(sealed_nonce(counter, False), sealed, None)
        except InvalidTag:
            broken = True
        else:
            if broken or (not counter and not plain.startswith(beginning)):
                return False
            whole += 1
        counter += 1
    if not whole:
        return False
    file.truncate(start + whole * SEALED_CHUNK_BYTES)
    file.seek(0, os.SEEK_END)
    file.write(cipher.encrypt(sealed_nonce(whole, True), ending, None))
    file.flush()
    os.fsync(file.fileno())
    return True
