"""Independent time: RFC 3161 time stamps over some bytes, asked for, read and checked.

A time stamp says that a service saw a SHA-256 digest not later than the time in it. It counts only if its
certificate leads to a root that the reader trusts: one inside the stamp, or beside it, proves nothing.
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
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from evidence_app.errors import IntegrityError, UsageError

MAX_RESPONSE_BYTES = 64 * 1024
_SHA256 = "2.16.840.1.101.3.4.2.1"
# What a certificate that somebody made up can make its reader raise.
_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    KeyError,
    AttributeError,
    UnsupportedAlgorithm,
    x509.AttributeNotFound,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_GRANTED = 0  # RFC 3161, 2.4.2: the only status that comes with a stamp and without reservations


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time stamp says. `by` is how its certificate calls the service; `at` is aware, in UTC.

    `trusted`: the signature is good and leads to one of the reader's roots; without that neither the time
    nor the name means anything.
    """

    by: str
    at: datetime
    trusted: bool


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


def read(response: bytes, data: bytes, roots: Sequence[bytes] = (), nonce: int | None = None) -> Stamp:
    """Read the DER response of a service for `data`; `roots` are DER certificates.

    Raises `StampError` where it is none, was refused, or is of other bytes or another request.
    """
    if len(response) > MAX_RESPONSE_BYTES:
        raise StampError("The time stamp is larger than a time stamp can be.")
    try:
        answer = decode_timestamp_response(response)
        granted = answer.status == _GRANTED
        info = answer.tst_info if granted else None
        at = None if info is None else info.gen_time.astimezone(UTC)
        certificates = sorted(answer.signed_data.certificates) if granted else []
    except _UNREADABLE as error:
        raise StampError("The time stamp cannot be read.") from error
    if info is None or at is None:
        raise StampError("The time stamp service refused to give a time stamp.")
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256 or not hmac.compare_digest(
        imprint.message, sha256(data).digest()
    ):
        raise StampError("The time stamp is of something else.")
    if nonce is not None and info.nonce != nonce:
        raise StampError("The time stamp is of another request.")
    return Stamp(_name(certificates), at, _trusted(answer, data, roots))


def load_roots(pem: bytes) -> tuple[bytes, ...]:
    """The certificates of a PEM file, as DER; raises `UsageError` for anything else, or none."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise UsageError(
            "This file holds no certificates. Nothing was changed. Choose the .pem file of the service."
        ) from error
    return tuple(_der(one) for one in found)


def _trusted(answer: TimeStampResponse, data: bytes, roots: Sequence[bytes]) -> bool:
    builder = VerifierBuilder()
    try:
        for root in dict.fromkeys(roots):
            builder = builder.add_root_certificate(x509.load_der_x509_certificate(root))
        return bool(roots) and builder.build().verify_message(answer, data)
    except (VerificationError, *_UNREADABLE):
        return False


def _name(certificates: Sequence[bytes]) -> str:
    """What the certificate that signs time stamps calls its holder; empty where there is none."""
    for der in certificates:
        try:
            one = x509.load_der_x509_certificate(der)
            usage = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            names = one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        except _UNREADABLE:
            continue
        if ExtendedKeyUsageOID.TIME_STAMPING in usage and names:
            return str(names[0].value)
    return ""


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
