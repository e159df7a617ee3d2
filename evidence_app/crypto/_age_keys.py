"""Who can open an age file: X25519 keys and passphrases, and how each wraps the file key.

Source: the age specification, "The X25519 recipient type" and "The scrypt recipient type".
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from evidence_app.crypto import bech32
from evidence_app.crypto._age_header import (
    FILE_KEY_BYTES,
    Header,
    Stanza,
    damaged,
    from_base64,
    hkdf,
    to_base64,
)
from evidence_app.errors import NotForYouError, UsageError, UserError, WrongPassphraseError

KEY_BYTES: Final = 32
DEFAULT_WORK_FACTOR: Final = 18
# 2^20 needs 1 GiB of memory and some seconds; a hostile file must not be able to ask for more.
MAX_WORK_FACTOR: Final = 20

X25519_KIND: Final = "X25519"
SCRYPT_KIND: Final = "scrypt"

_IDENTITY_PREFIX = "AGE-SECRET-KEY-"
_RECIPIENT_PREFIX = "age"
_X25519_INFO = b"age-encryption.org/v1/X25519"
_SCRYPT_SALT = b"age-encryption.org/v1/scrypt"
_SALT_BYTES = 16
_BODY_BYTES = FILE_KEY_BYTES + 16
_NONCE = bytes(12)
_BLOCK_SIZE = 8
_WORK_FACTOR = re.compile(r"[1-9][0-9]*", re.ASCII)


def _seal_file_key(wrap_key: bytes, file_key: bytes) -> bytes:
    return ChaCha20Poly1305(wrap_key).encrypt(_NONCE, file_key, None)


def _open_file_key(wrap_key: bytes, body: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(wrap_key).decrypt(_NONCE, body, None)
    except InvalidTag:
        return None


def scrypt_memory(work_factor: int) -> int:
    """Bytes that OpenSSL must be allowed for scrypt (r 8, p 1), with room for its own small blocks."""
    return 128 * _BLOCK_SIZE * ((1 << work_factor) + 2) + (1 << 20)


def _from_bech32(text: str, prefix: str, name: str) -> bytes:
    try:
        found, raw = bech32.decode(text)
    except ValueError as error:
        raise UsageError(f"This is not {name}: {error}. Nothing was changed. Copy it again.") from error
    if found != prefix or len(raw) != KEY_BYTES:
        raise UsageError(f"This is not {name}. Nothing was changed. Copy it again.")
    return raw


@dataclass(frozen=True, slots=True)
class Recipient:
    """A public key that files can be sealed for; `raw` is 32 bytes (X25519)."""

    raw: bytes

    def __post_init__(self) -> None:
        # A point of low order gives a zero shared secret whatever the secret is; the exchange refuses it.
        try:
            probe = X25519PrivateKey.from_private_bytes(bytes(range(KEY_BYTES)))
            probe.exchange(X25519PublicKey.from_public_bytes(self.raw))
        except ValueError as error:
            raise UsageError(
                "This is not a usable recipient key. Nothing was changed. Ask for the key again."
            ) from error

    @classmethod
    def from_string(cls, text: str) -> Recipient:
        """From `age1…`, small letters only; `UsageError` for anything else."""
        return cls(_from_bech32(text, _RECIPIENT_PREFIX, "a recipient key (age1…)"))

    def to_string(self) -> str:
        """`age1…`, 62 characters."""
        return bech32.encode(_RECIPIENT_PREFIX, self.raw)

    def __str__(self) -> str:
        return self.to_string()

    def wrap(self, file_key: bytes) -> Stanza:
        """A stanza that only the matching identity opens; a fresh ephemeral key each time."""
        secret = X25519PrivateKey.generate()
        share = secret.public_key().public_bytes_raw()
        shared = secret.exchange(X25519PublicKey.from_public_bytes(self.raw))
        wrap_key = hkdf(shared, share + self.raw, _X25519_INFO)
        return Stanza(X25519_KIND, (to_base64(share).decode(),), _seal_file_key(wrap_key, file_key))


class Identity:
    """A secret X25519 key. Never shown by `repr`; `to_string` is the only way to text."""

    def __init__(self, raw: bytes) -> None:
        """From 32 raw bytes; `ValueError` for another length."""
        if len(raw) != KEY_BYTES:
            raise ValueError("an identity has 32 bytes")
        self._raw = bytes(raw)

    def __repr__(self) -> str:
        return f"<Identity for {self.recipient}>"

    @classmethod
    def generate(cls) -> Identity:
        """A fresh one."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_string(cls, text: str) -> Identity:
        """From `AGE-SECRET-KEY-1…`, capitals only; `UsageError` for anything else."""
        return cls(_from_bech32(text, _IDENTITY_PREFIX, "a secret key (AGE-SECRET-KEY-1…)"))

    def to_string(self) -> str:
        """`AGE-SECRET-KEY-1…`, 74 characters, as `age-keygen` writes it."""
        return bech32.encode(_IDENTITY_PREFIX, self._raw)

    @cached_property
    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self._raw)

    @cached_property
    def recipient(self) -> Recipient:
        """The public half."""
        return Recipient(self._private.public_key().public_bytes_raw())

    def derive(self, info: bytes, length: int = 32) -> bytes:
        """A further key for another purpose: HKDF-SHA-256 over the 32 raw bytes, empty salt, `info`."""
        return hkdf(self._raw, b"", info, length)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, or None where a checked X25519 stanza is for somebody else."""
        share = from_base64(stanza.arguments[0].encode("ascii"))
        try:
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError as error:  # all zero: a point of low order
            raise damaged("its header holds a key that no writer makes") from error
        return _open_file_key(hkdf(shared, share + self.recipient.raw, _X25519_INFO), stanza.body)


class Passphrase:
    """A passphrase, for sealing and for opening. Never shown by `repr`.

    `work_factor` is the base-two logarithm of the scrypt cost when sealing (1 to 20; 18 takes 256 MiB
    and most of a second). Opening takes the factor from the file, up to `MAX_WORK_FACTOR`.
    """

    def __init__(self, text: str, work_factor: int = DEFAULT_WORK_FACTOR) -> None:
        if not 1 <= work_factor <= MAX_WORK_FACTOR:
            raise ValueError(f"the work factor is 1 to {MAX_WORK_FACTOR}")
        try:
            self._secret = text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UsageError(
                "This passphrase has a character that cannot be stored. Choose another."
            ) from error
        if not self._secret:
            raise UsageError("The passphrase is empty. Nothing was changed. Type a passphrase.")
        self.work_factor = work_factor

    def __repr__(self) -> str:
        return "<Passphrase>"

    def _wrap_key(self, salt: bytes, work_factor: int) -> bytes:
        cost = 1 << work_factor
        try:
            return hashlib.scrypt(
                self._secret,
                salt=_SCRYPT_SALT + salt,
                n=cost,
                r=_BLOCK_SIZE,
                p=1,
                maxmem=scrypt_memory(work_factor),
                dklen=KEY_BYTES,
            )
        except (MemoryError, ValueError) as error:  # OpenSSL reports a failed allocation as ValueError
            raise UserError(
                "There is not enough free memory to check the passphrase. Nothing was changed. "
                "Close other programs and try again."
            ) from error

    def wrap(self, file_key: bytes) -> Stanza:
        """A stanza that opens with this passphrase; a fresh salt each time."""
        salt = secrets.token_bytes(_SALT_BYTES)
        body = _seal_file_key(self._wrap_key(salt, self.work_factor), file_key)
        return Stanza(SCRYPT_KIND, (to_base64(salt).decode(), str(self.work_factor)), body)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, or None where a checked scrypt stanza has another passphrase."""
        salt, work_factor = stanza.arguments
        return _open_file_key(
            self._wrap_key(from_base64(salt.encode("ascii")), int(work_factor)), stanza.body
        )


class FileKey:
    """The secret of one file: it opens that file and no other. Never shown by `repr`.

    Whoever seals a file can make it first and keep it, to open that very file again; a further file always
    gets another one (the age specification, "File key").
    """

    def __init__(self, raw: bytes) -> None:
        if len(raw) != FILE_KEY_BYTES:
            raise ValueError(f"a file key has {FILE_KEY_BYTES} bytes")
        self.raw = raw

    def __repr__(self) -> str:
        return "<FileKey>"

    @classmethod
    def generate(cls) -> FileKey:
        return cls(secrets.token_bytes(FILE_KEY_BYTES))


def _check_bytes(argument: str, length: int) -> None:
    try:
        if len(from_base64(argument.encode("ascii"))) == length:
            return
    except ValueError:
        pass
    raise damaged("its header holds a value of the wrong form")


def check_stanzas(stanzas: Sequence[Stanza]) -> None:
    """Refuse what the specification refuses of the two known types; unknown types pass.

    All stanzas are checked before any is tried, so the answer does not depend on who reads.
    """
    for stanza in stanzas:
        if stanza.kind == X25519_KIND:
            if len(stanza.arguments) != 1:
                raise damaged("its header has a recipient with too few or too many values")
            _check_bytes(stanza.arguments[0], KEY_BYTES)
        elif stanza.kind == SCRYPT_KIND:
            if len(stanzas) != 1:
                raise damaged("it mixes a passphrase with other recipients")
            if len(stanza.arguments) != 2:
                raise damaged("its header has a passphrase with too few or too many values")
            _check_bytes(stanza.arguments[0], _SALT_BYTES)
            factor = stanza.arguments[1]
            if not _WORK_FACTOR.fullmatch(factor):
                raise damaged("its header holds a value of the wrong form")
            if len(factor) > 2 or int(factor) > MAX_WORK_FACTOR:
                raise damaged("it asks for more work than this program does for a passphrase")
        else:
            continue
        # Before any decryption: a longer body could be made to open under many keys.
        if len(stanza.body) != _BODY_BYTES:
            raise damaged("its header holds a value of the wrong length")


def unwrap_file_key(header: Header, identities: Sequence[Identity | Passphrase | FileKey]) -> bytes:
    """The 16-byte file key of a checked header; a `FileKey` is taken as it is, the MAC shows whether it fits.

    Raises `WrongPassphraseError`, `NotForYouError`, or `DamagedError` for what the format forbids.
    """
    check_stanzas(header.stanzas)
    kept = next((one for one in identities if isinstance(one, FileKey)), None)
    if kept is not None:
        return kept.raw
    for stanza in header.stanzas:
        for identity in identities:
            if isinstance(identity, FileKey):
                continue
            file_key: bytes | None = None
            if isinstance(identity, Passphrase):
                if stanza.kind == SCRYPT_KIND:
                    file_key = identity.unwrap(stanza)
            elif stanza.kind == X25519_KIND:
                file_key = identity.unwrap(stanza)
            if file_key is not None:
                return file_key
    if header.stanzas[0].kind == SCRYPT_KIND:
        if any(isinstance(identity, Passphrase) for identity in identities):
            raise WrongPassphraseError(
                "That passphrase did not open the file. Nothing is lost. Check Caps Lock."
            )
        raise WrongPassphraseError("This file opens with a passphrase. Nothing is lost. Give its passphrase.")
    raise NotForYouError(
        "This file is sealed for somebody else. Nothing is lost. "
        "Ask the sender to seal it for you, or open it with the key it was sealed for."
    )
