"""SSH signatures (OpenSSH `PROTOCOL.sshsig`): Ed25519 and SHA-512 only.

Signatures are byte for byte those of `ssh-keygen -Y sign`; `ssh-keygen -Y verify` checks them. Ed25519
is deterministic, so there is exactly one good form of a signature text, and only that one is accepted.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evidence_app.errors import IntegrityError

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
# A signature text has about 300 bytes; the namespace is the only part that varies in length.
MAX_SIGNATURE_BYTES: Final = 2048
MAX_NAMESPACE: Final = 128

_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_HASH = b"sha512"
_KEY_TYPE = b"ssh-ed25519"
_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_END = b"-----END SSH SIGNATURE-----\n"
_COLUMNS = 70
_NAMESPACE = re.compile(rf"[!-~]{{1,{MAX_NAMESPACE}}}")
_PRINCIPAL = re.compile(r"[A-Za-z0-9._@+-]{1,128}")

_P = 2**255 - 19
# y of the points whose order divides 8: with such a key one signature fits many messages.
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_LOW_ORDER_Y = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})


class SignatureError(IntegrityError):
    """A signature that is malformed, by another key, or not over these bytes in this namespace."""


def _refuse(what: str) -> SignatureError:
    return SignatureError(f"The signature does not check: {what}. Do not rely on what was signed.")


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _key_blob(key: bytes) -> bytes:
    return _string(_KEY_TYPE) + _string(key)


def _signed_bytes(namespace: bytes, message: bytes) -> bytes:
    digest = hashlib.sha512(message).digest()
    return _MAGIC + _string(namespace) + _string(b"") + _string(_HASH) + _string(digest)


def _armour(blob: bytes) -> bytes:
    coded = b64encode(blob)
    lines = (coded[at : at + _COLUMNS] + b"\n" for at in range(0, len(coded), _COLUMNS))
    return _BEGIN + b"".join(lines) + _END


def _namespace(namespace: str) -> bytes:
    if not _NAMESPACE.fullmatch(namespace):
        raise ValueError("a namespace is 1 to 128 printable ASCII characters without spaces")
    return namespace.encode("ascii")


class SigningKey:
    """An Ed25519 signing key from a seed of 32 bytes. Never shown by `repr`."""

    def __init__(self, seed: bytes) -> None:
        """`ValueError` for another length."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def __repr__(self) -> str:
        return f"<SigningKey {fingerprint(self.public_key)}>"

    @property
    def public_key(self) -> bytes:
        """32 raw bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes, namespace: str) -> bytes:
        """The armoured signature over `message`: ASCII, LF line ends."""
        name = _namespace(namespace)
        signature = self._key.sign(_signed_bytes(name, message))
        return _armour(
            _MAGIC
            + _VERSION
            + _string(_key_blob(self.public_key))
            + _string(name)
            + _string(b"")
            + _string(_HASH)
            + _string(_string(_KEY_TYPE) + _string(signature))
        )


class _Fields:
    """Takes length-prefixed strings off the front of a blob."""

    def __init__(self, blob: bytes) -> None:
        self._rest = blob

    def take(self, count: int) -> bytes:
        if count > len(self._rest):
            raise _refuse("it is cut off")
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4), "big"))

    def end(self) -> None:
        if self._rest:
            raise _refuse("there is something behind its end")


def _unarmour(signature: bytes) -> bytes:
    if len(signature) > MAX_SIGNATURE_BYTES:
        raise _refuse("it is too long")
    try:
        blob = a2b_base64(signature[len(_BEGIN) : -len(_END)].replace(b"\n", b""), strict_mode=True)
    except Base64Error as error:
        raise _refuse("it is not written as an SSH signature") from error
    if _armour(blob) != signature:  # there is one spelling
        raise _refuse("it is not written as an SSH signature")
    return blob


def check_key(key: bytes) -> bytes:
    """`key` itself; `SignatureError` unless it is 32 bytes, canonical and of full order."""
    y = int.from_bytes(key, "little") & (2**255 - 1)
    if len(key) != KEY_BYTES or y >= _P or y in _LOW_ORDER_Y:
        raise _refuse("its key is not a proper Ed25519 key")
    return key


def _key(blob: bytes) -> bytes:
    fields = _Fields(blob)
    if fields.string() != _KEY_TYPE:
        raise _refuse("it is not made with an Ed25519 key")
    key = fields.string()
    fields.end()
    return check_key(key)


def verify(message: bytes, signature: bytes, namespace: str, *, key: bytes | None = None) -> bytes:
    """Check `signature` over `message` and return the 32-byte key that made it.

    With `key`, only that key is accepted. Raises `SignatureError` for everything else: a key that is
    returned without having been asked for proves nothing about who holds it.
    """
    name = _namespace(namespace)
    fields = _Fields(_unarmour(signature))
    if fields.take(len(_MAGIC)) != _MAGIC:
        raise _refuse("it is not written as an SSH signature")
    if fields.take(len(_VERSION)) != _VERSION:
        raise _refuse("it is of a version that this program does not know")
    signer = _key(fields.string())
    if fields.string() != name:
        raise _refuse("it was made for another purpose")
    if fields.string():
        raise _refuse("it has a part that this program does not know")
    if fields.string() != _HASH:
        raise _refuse("it uses another digest than SHA-512")
    inner = _Fields(fields.string())
    fields.end()
    if inner.string() != _KEY_TYPE:
        raise _refuse("it is not made with an Ed25519 key")
    raw = inner.string()
    inner.end()
    if len(raw) != SIGNATURE_BYTES:
        raise _refuse("it has the wrong length")
    if key is not None and not hmac.compare_digest(key, signer):
        raise _refuse("it was made with another key")
    try:
        Ed25519PublicKey.from_public_bytes(signer).verify(raw, _signed_bytes(name, message))
    except (InvalidSignature, ValueError) as error:
        raise _refuse("what was signed is not what is here") from error
    return signer


def public_line(key: bytes, comment: str = "") -> str:
    """`ssh-ed25519 AAAA… comment`, one line without its end; `comment` may not contain control characters."""
    if not comment.isprintable():
        raise ValueError("a comment is one line of printable characters")
    line = f"{_KEY_TYPE.decode()} {b64encode(_key_blob(check_key(key))).decode()}"
    return f"{line} {comment}" if comment else line


def key_from_public_line(line: str) -> bytes:
    """The 32-byte key of a line that `public_line` wrote; `SignatureError` for any other text."""
    _, _, rest = line.partition(" ")
    coded, _, comment = rest.partition(" ")
    try:
        blob = a2b_base64(coded.encode("ascii"), strict_mode=True)
    except (Base64Error, UnicodeEncodeError) as error:
        raise _refuse("its key is not written as an SSH key") from error
    key = _key(blob)
    if not comment.isprintable() or public_line(key, comment) != line:
        raise _refuse("its key is not written as an SSH key")
    return key


def fingerprint(key: bytes) -> str:
    """`SHA256:…` as `ssh-keygen -l` shows it."""
    digest = hashlib.sha256(_key_blob(check_key(key))).digest()
    return "SHA256:" + b64encode(digest).rstrip(b"=").decode()


def allowed_signers_line(principal: str, key: bytes, namespaces: Sequence[str]) -> str:
    """A line of an `allowed_signers` file for `ssh-keygen -Y verify`, without its end.

    `principal` is letters, digits and `._@+-` only (`ValueError`): other characters are patterns there.
    """
    if not _PRINCIPAL.fullmatch(principal):
        raise ValueError("a principal is letters, digits and ._@+- only")
    if not namespaces or any(not _PRINCIPAL.fullmatch(namespace) for namespace in namespaces):
        raise ValueError("a namespace here is letters, digits and ._@+- only")
    return f'{principal} namespaces="{",".join(namespaces)}" {public_line(key)}'
