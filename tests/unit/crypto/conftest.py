"""A second, independent writer of age files and SSH signatures that can also break every rule.

Whatever it breaks, it authenticates: a planted violation carries a correct MAC (or signature), so that
only the guard under test can be what refuses it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from evidence_app.crypto.age import Identity

CHUNK = 65536


def unpadded(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


@dataclass(frozen=True)
class Forge:
    """Fixed keys, so that every file it makes is the same on every run."""

    identity: Identity
    secret: bytes
    file_key: bytes = bytes(range(16))
    nonce: bytes = bytes(range(100, 116))

    def x25519_parts(self, ephemeral: bytes = b"\x05" * 32, body: bytes | None = None) -> tuple[bytes, bytes]:
        """The share and the body of a stanza, both as text."""
        key = X25519PrivateKey.from_private_bytes(ephemeral)
        share = key.public_key().public_bytes_raw()
        public = X25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()
        shared = key.exchange(X25519PublicKey.from_public_bytes(public))
        wrap = hkdf(shared, share + public, b"age-encryption.org/v1/X25519")
        plain = self.file_key if body is None else body
        return unpadded(share), unpadded(ChaCha20Poly1305(wrap).encrypt(bytes(12), plain, None))

    def x25519(self) -> bytes:
        share, body = self.x25519_parts()
        return b"-> X25519 " + share + b"\n" + body + b"\n"

    def scrypt_parts(
        self,
        passphrase: bytes = b"open",
        factor: int = 2,
        salt: bytes = b"\x07" * 16,
        body: bytes | None = None,
    ) -> tuple[bytes, bytes]:
        wrap = hashlib.scrypt(
            passphrase, salt=b"age-encryption.org/v1/scrypt" + salt, n=1 << factor, r=8, p=1, dklen=32
        )
        plain = self.file_key if body is None else body
        return unpadded(salt), unpadded(ChaCha20Poly1305(wrap).encrypt(bytes(12), plain, None))

    def scrypt(self) -> bytes:
        salt, body = self.scrypt_parts()
        return b"-> scrypt " + salt + b" 2\n" + body + b"\n"

    def mac(self, covered: bytes) -> bytes:
        return hmac.digest(hkdf(self.file_key, b"", b"header"), covered, "sha256")

    def header(self, stanzas: bytes, version: bytes = b"age-encryption.org/v1\n") -> bytes:
        covered = version + stanzas + b"---"
        return covered + b" " + unpadded(self.mac(covered)) + b"\n"

    def chunks(self, chunks: Iterable[tuple[int, bytes, bool]]) -> bytes:
        """Nonce and sealed chunks from (counter, plain, final)."""
        cipher = ChaCha20Poly1305(hkdf(self.file_key, self.nonce, b"payload"))
        return self.nonce + b"".join(
            cipher.encrypt(counter.to_bytes(11, "big") + bytes([final]), plain, None)
            for counter, plain, final in chunks
        )

    def payload(self, plain: bytes = b"a message") -> bytes:
        parts = [plain[at : at + CHUNK] for at in range(0, len(plain), CHUNK)] or [b""]
        return self.chunks((number, part, number == len(parts) - 1) for number, part in enumerate(parts))

    def file(self, stanzas: bytes | None = None, plain: bytes = b"a message") -> bytes:
        return self.header(self.x25519() if stanzas is None else stanzas) + self.payload(plain)


@pytest.fixture(scope="session")
def forge() -> Forge:
    secret = bytes(range(32, 64))
    return Forge(Identity(secret), secret)


def ssh_string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@dataclass(frozen=True)
class SignatureForge:
    """Signs what it is told, in whatever form it is told."""

    seed: bytes = bytes(range(32))

    @property
    def public(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def armour(self, blob: bytes, columns: int = 70) -> bytes:
        text = base64.b64encode(blob)
        lines = b"".join(text[at : at + columns] + b"\n" for at in range(0, len(text), columns))
        return b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n"

    def blob(
        self,
        message: bytes = b"a message",
        namespace: bytes = b"evidence-test",
        *,
        magic: bytes = b"SSHSIG",
        version: int = 1,
        key_type: bytes = b"ssh-ed25519",
        key_tail: bytes = b"",
        reserved: bytes = b"",
        digest: str = "sha512",
        signature_type: bytes = b"ssh-ed25519",
        signature_tail: bytes = b"",
        public: bytes | None = None,
        signature: bytes | None = None,
    ) -> bytes:
        hashed = hashlib.new(digest, message).digest()
        signed = (
            b"SSHSIG"
            + ssh_string(namespace)
            + ssh_string(reserved)
            + ssh_string(digest.encode())
            + ssh_string(hashed)
        )
        if signature is None:
            signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(signed)
        key = ssh_string(key_type) + ssh_string(self.public if public is None else public) + key_tail
        return (
            magic
            + version.to_bytes(4, "big")
            + ssh_string(key)
            + ssh_string(namespace)
            + ssh_string(reserved)
            + ssh_string(digest.encode())
            + ssh_string(ssh_string(signature_type) + ssh_string(signature) + signature_tail)
        )


@pytest.fixture(scope="session")
def signature_forge() -> SignatureForge:
    return SignatureForge()
