"""The age v1 format (age-encryption.org/v1): X25519 and passphrase recipients, strict, streamed.

Files open with the stock `age` tool and the other way round. Everything that the specification tells a
reader to refuse is refused with `DamagedError`; stanzas of unknown types are skipped, as it demands.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from evidence_app.crypto._age_header import MAGIC, MAX_HEADER_BYTES, parse_header
from evidence_app.crypto._age_keys import (
    DEFAULT_WORK_FACTOR,
    MAX_WORK_FACTOR,
    SCRYPT_KIND,
    X25519_KIND,
    FileKey,
    Identity,
    Passphrase,
    Recipient,
    check_stanzas,
)
from evidence_app.crypto._age_rewrap import rewrap
from evidence_app.crypto._age_seek import SeekReader, complete
from evidence_app.crypto._age_stream import (
    CHUNK_BYTES,
    MAX_RECIPIENTS,
    DecryptReader,
    EncryptWriter,
    Readable,
    Writable,
    fill,
)
from evidence_app.errors import UsageError

__all__ = [
    "CHUNK_BYTES",
    "DEFAULT_WORK_FACTOR",
    "MAX_HEADER_BYTES",
    "MAX_RECIPIENTS",
    "MAX_WORK_FACTOR",
    "SCRYPT_KIND",
    "X25519_KIND",
    "DecryptReader",
    "EncryptWriter",
    "FileKey",
    "Identity",
    "Passphrase",
    "Readable",
    "Recipient",
    "SeekReader",
    "Writable",
    "complete",
    "decrypt",
    "encrypt",
    "fill",
    "header_kinds",
    "identities_from_text",
    "is_age_file",
    "rewrap",
]

_MAX_IDENTITIES = 64


def encrypt(data: bytes | bytearray | memoryview, recipients: Sequence[Recipient] | Passphrase) -> bytes:
    """A whole age file in memory."""
    out = io.BytesIO()
    with EncryptWriter(out, recipients) as writer:
        writer.write(data)
    return out.getvalue()


def decrypt(data: bytes | bytearray | memoryview, identities: Sequence[Identity | Passphrase]) -> bytes:
    """The plain bytes of a whole age file in memory; raises what `DecryptReader` raises, never a part."""
    with DecryptReader(io.BytesIO(data), identities) as reader:
        return reader.readall()


def is_age_file(prefix: bytes) -> bool:
    """Whether a file that starts with `prefix` (19 bytes or more) is an age file of any version."""
    return prefix.startswith(MAGIC)


def header_kinds(source: Readable) -> tuple[str, ...]:
    """The stanza types in the header, in order, unknown ones too: `("scrypt",)` wants a passphrase.

    Reads up to 128 KiB and goes back to where it was if the source can. Raises `NotOurFileError`,
    `NewerFormatError` or `DamagedError`; the header cannot be authenticated without a key.
    """
    seek = getattr(source, "seek", None)
    seekable = getattr(source, "seekable", None)
    start = source.tell() if seek and seekable and seekable() and hasattr(source, "tell") else None
    view = memoryview(bytearray(MAX_HEADER_BYTES))
    try:
        header = parse_header(bytes(view[: fill(source, view)]))
    finally:
        if seek and start is not None:
            seek(start)
    check_stanzas(header.stanzas)
    return tuple(stanza.kind for stanza in header.stanzas)


def identities_from_text(text: str) -> tuple[Identity, ...]:
    """The keys of an identity file as `age-keygen` writes it: one a line, `#` starts a comment line.

    Raises `UsageError` where there is none, too many, or a line is something else.
    """
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise UsageError("This file holds no secret key. Nothing was changed. Choose the file with your key.")
    if len(keys) > _MAX_IDENTITIES:
        raise UsageError(f"This file holds more than {_MAX_IDENTITIES} keys. Nothing was changed.")
    return tuple(Identity.from_string(key) for key in keys)
