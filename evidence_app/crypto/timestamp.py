"""Independent time: RFC 3161 time stamps over some bytes, asked for, read and checked.

A time stamp says that a service saw a SHA-256 digest not later than the time in it. It counts only if its
certificate leads to a root that the reader trusts: one inside the stamp, or beside it, proves nothing. Which
certificate signed, and why one does not count, is looked at in `_stamp_chain`.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from evidence_app.crypto import _stamp_chain
from evidence_app.errors import IntegrityError, UsageError

MAX_RESPONSE_BYTES = 64 * 1024
_SHA256 = "2.16.840.1.101.3.4.2.1"
_GRANTED = 0  # RFC 3161, 2.4.2: the only status that comes with a stamp and without reservations


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time stamp says. `by` is how its certificate calls the service; `at` is aware, in UTC.

    `trusted`: the signature is good and leads to one of the reader's roots; without that neither the time
    nor the name means anything, and `why` completes "it does not count: …".
    """

    by: str
    at: datetime
    trusted: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Roots:
    """Whom somebody believes: certificates, and lists of those that were called back; all DER.

    Source of the lists: RFC 5280, 5. Nothing is ever looked up online, so a list is as new as its file.
    """

    certificates: tuple[bytes, ...] = ()
    revoked: tuple[bytes, ...] = ()


class StampError(IntegrityError):
    """It is no time stamp, or one of other bytes."""


def request(data: bytes) -> tuple[bytes, int]:
    """A DER request for a stamp over `data`, and the nonce that the answer has to repeat.

    Only the SHA-256 of `data` is in it.
    """
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    wanted = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    if wanted.nonce is None:
        raise ValueError("a request without a nonce")
    return wanted.as_bytes(), wanted.nonce


def read(
    response: bytes, data: bytes, roots: Roots | Sequence[bytes] = (), nonce: int | None = None
) -> Stamp:
    """Read the DER response of a service for `data`; `roots` may be DER certificates alone.

    Raises `StampError` where it is none, was refused, or is of other bytes or another request.
    """
    believed = roots if isinstance(roots, Roots) else Roots(tuple(roots))
    if len(response) > MAX_RESPONSE_BYTES:
        raise StampError("The time stamp is larger than a time stamp can be.")
    try:
        answer = decode_timestamp_response(response)
        granted = answer.status == _GRANTED
        info = answer.tst_info if granted else None
        at = None if info is None else info.gen_time.astimezone(UTC)
    except _stamp_chain.UNREADABLE as error:
        raise StampError("The time stamp cannot be read.") from error
    if info is None or at is None:
        raise StampError("The time stamp service refused to give a time stamp.")
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256:
        raise StampError("The time stamp is of a kind of digest that was not asked for.")
    if not hmac.compare_digest(imprint.message, sha256(data).digest()):
        raise StampError("The time stamp is of something else.")
    if nonce is not None and info.nonce != nonce:
        raise StampError("The time stamp is of another request.")
    signer = _stamp_chain.signer_of(answer)
    why = _stamp_chain.why_not(answer, data, at, believed.certificates, believed.revoked)
    return Stamp(_stamp_chain.name_of(signer), at, not why, why)


def load_roots(pem: bytes) -> tuple[bytes, ...]:
    """The certificates of a PEM file, as DER; raises `UsageError` for anything else, or none."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise UsageError(
            "This file holds no certificates. Nothing was changed. Choose the .pem file of the service."
        ) from error
    return tuple(_der(one) for one in found)


def root_file(data: bytes) -> bytes | None:
    """The certificates of a file, PEM or DER, as PEM; None where it holds none."""
    try:
        found = (
            x509.load_pem_x509_certificates(data)
            if b"-----BEGIN CERTIFICATE" in data
            else [x509.load_der_x509_certificate(data)]
        )
    except _stamp_chain.UNREADABLE:
        return None
    return b"".join(one.public_bytes(Encoding.PEM) for one in found)


def load_revoked(data: bytes) -> bytes:
    """A list of certificates that were called back (RFC 5280, 5), PEM or DER, as DER; raises `UsageError`."""
    try:
        pem = data.lstrip().startswith(b"-----BEGIN")
        found = (x509.load_pem_x509_crl if pem else x509.load_der_x509_crl)(data)
        return found.public_bytes(Encoding.DER)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(
            "This file is no list of withdrawn certificates. Nothing was changed. Choose the .crl file."
        ) from error


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
