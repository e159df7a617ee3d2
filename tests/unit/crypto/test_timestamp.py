"""Why a time stamp does not count: each reason is planted in a certificate that a root really signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence_app.crypto import timestamp
from evidence_app.errors import UsageError
from tests.stamps import Service, authority

NOW = datetime.now(UTC)
DATA = b"a signature"
DATA_DIGEST = bytes.fromhex("0420") + sha256(DATA).digest()


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass
class Authority:
    """An authority in memory, and services that `openssl ts` answers for."""

    folder: Path
    key: rsa.RSAPrivateKey
    service_key: rsa.RSAPrivateKey

    def root(self) -> bytes:
        builder = self._certificate("Planted Root", self.key, serial=1, days=(-100, 100))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def service(
        self,
        *,
        days: tuple[int, int] = (-10, 10),
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
        key: rsa.RSAPrivateKey | None = None,
        serial: int = 7,
    ) -> x509.Certificate:
        builder = self._certificate("Planted Time", key or self.service_key, serial=serial, days=days)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        return builder.sign(self.key, hashes.SHA256())

    def answer(
        self, certificate: x509.Certificate, key: rsa.RSAPrivateKey | None = None, data: bytes = DATA
    ) -> tuple[bytes, int]:
        """What a service with this certificate says, and the nonce of the question."""
        (self.folder / "service.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        secret = (key or self.service_key).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "service.key").write_bytes(secret)
        query, nonce = timestamp.request(data)
        return Service(self.folder).reply(query), nonce

    def revoked(
        self, serial: int, at: datetime, reason: x509.ReasonFlags | None, key: rsa.RSAPrivateKey
    ) -> bytes:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = x509.CertificateRevocationListBuilder().issuer_name(_named("Planted Root"))
        builder = builder.last_update(NOW - timedelta(days=1)).next_update(NOW + timedelta(days=9))
        made = builder.add_revoked_certificate(entry.build()).sign(key, hashes.SHA256())
        return made.public_bytes(Encoding.DER)

    def _certificate(
        self, name: str, key: rsa.RSAPrivateKey, *, serial: int, days: tuple[int, int]
    ) -> x509.CertificateBuilder:
        begins, ends = (NOW + timedelta(days=one) for one in days)
        return (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named("Planted Root"))
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(begins)
            .not_valid_after(ends)
        )


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("planted")
    real = authority(folder)  # for its configuration and serial numbers
    assert real.root.is_file()
    return Authority(folder, rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048))


def read(planted: Authority, response: bytes, *revoked: bytes) -> timestamp.Stamp:
    return timestamp.read(response, DATA, timestamp.Roots((planted.root(),), revoked))


def test_a_good_one_counts(planted: Authority) -> None:
    response, nonce = planted.answer(planted.service())
    found = timestamp.read(response, DATA, (planted.root(),), nonce)
    assert (found.trusted, found.why, found.by) == (True, "", "Planted Time")


@pytest.mark.parametrize(
    ("days", "why"),
    [((-20, -10), "had run out by that time"), ((10, 20), "was not valid yet at that time")],
)
def test_a_certificate_outside_its_days(planted: Authority, days: tuple[int, int], why: str) -> None:
    found = read(planted, planted.answer(planted.service(days=days))[0])
    assert not found.trusted
    assert why in found.why


def test_a_certificate_for_something_else(planted: Authority) -> None:
    # `openssl ts` refuses to sign with it, so it is put into an answer in the place of a good one.
    good = planted.service()
    other = planted.service(usage=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    response = planted.answer(good)[0]
    old, new = (one.public_bytes(Encoding.DER) for one in (good, other))
    assert len(old) == len(new)
    assert old in response
    found = read(planted, response.replace(old, new))
    assert not found.trusted
    assert "not one for time stamps" in found.why


def test_a_key_that_is_too_short(planted: Authority) -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505  (planted)
    found = read(planted, planted.answer(planted.service(key=short), short)[0])
    assert not found.trusted
    assert "too short" in found.why


def test_a_certificate_that_was_called_back(planted: Authority) -> None:
    response = planted.answer(planted.service())[0]
    later, reason = NOW + timedelta(days=1), x509.ReasonFlags
    for at, why, counts in (
        (NOW - timedelta(days=2), reason.superseded, False),
        (later, reason.key_compromise, False),
        (later, None, False),
        (later, reason.superseded, True),
    ):
        found = read(planted, response, planted.revoked(7, at, why, planted.key))
        assert found.trusted is counts, (at, why)
        assert ("called back" in found.why) is not counts
    # Somebody else's list, or one about another certificate, takes nothing away.
    assert read(planted, response, planted.revoked(7, NOW, None, planted.service_key)).trusted
    assert read(planted, response, planted.revoked(8, NOW, None, planted.key)).trusted


def test_another_question_other_bytes_and_another_kind_of_digest(planted: Authority) -> None:
    response, nonce = planted.answer(planted.service())
    roots = (planted.root(),)
    for data, asked, says in (
        (DATA, nonce + 1, "another request"),
        (b"other", nonce, "something else"),
    ):
        with pytest.raises(timestamp.StampError, match=says):
            timestamp.read(response, data, roots, asked)
    two, five = bytes.fromhex("0609608648016503040201"), bytes.fromhex("0609608648016503040203")
    at = response.rindex(two, 0, response.index(DATA_DIGEST))
    with pytest.raises(timestamp.StampError, match="kind of digest"):
        timestamp.read(response[:at] + five + response[at + len(five) :], DATA, roots, nonce)


def test_lists_as_files(planted: Authority) -> None:
    der = planted.revoked(7, NOW, None, planted.key)
    pem = x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
    assert timestamp.load_revoked(der) == timestamp.load_revoked(pem) == der
    with pytest.raises(UsageError, match="no list"):
        timestamp.load_revoked(b"something else")
