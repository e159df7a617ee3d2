"""Whose certificate signed a time stamp, and why it does not count where it does not.

A stamp counts only for what a library checked up to one of the reader's roots; the looks before it give the
reason in words, and refuse what the library would let pass: a method that is broken, a certificate that was
called back. Source: RFC 3161, 2.3 and 4; RFC 5280, 5.3.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder

UNREADABLE: Final = (
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
"""What a certificate that somebody made up can make its reader raise."""

_BROKEN_HASHES: Final = frozenset({"md5", "sha1"})
_MD5_SHA1: Final = frozenset({"1.2.840.113549.2.5", "1.3.14.3.2.26"})
_LEAST_RSA_BITS: Final = 2048
_MOST_CERTIFICATES: Final = 20
_STILL_GOOD_BEFORE: Final = frozenset(
    {
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.cessation_of_operation,
    }
)
"""Called back for one of these, what was signed before the day still counts (RFC 3161, 4, 1 and 2)."""


def signer_of(answer: TimeStampResponse) -> x509.Certificate | None:
    """The certificate that the signature names; None where it is not in the stamp."""
    try:
        (info,) = answer.signed_data.signer_infos
        for one in _read(answer.signed_data.certificates):
            if one.issuer == info.issuer and one.serial_number == info.serial_number:
                return one
    except UNREADABLE:
        return None
    return None


def name_of(signer: x509.Certificate | None) -> str:
    """What a certificate calls its holder; empty where it does not."""
    if signer is None:
        return ""
    try:
        names = signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""
    except UNREADABLE:
        return ""


def why_not(
    answer: TimeStampResponse,
    data: bytes,
    at: datetime,
    roots: Sequence[bytes],
    revoked: Sequence[bytes],
) -> str:
    """Why a stamp over `data`, made at `at`, does not count; empty where it does."""
    signer = signer_of(answer)
    if signer is None:
        return "it does not say which certificate signed it"
    try:
        return (
            _flaw(answer, signer, at)
            or _not_confirmed(answer, data, roots)
            or _called_back(answer, signer, at, roots, revoked)
        )
    except UNREADABLE:
        return "its certificate cannot be read"


def _flaw(answer: TimeStampResponse, signer: x509.Certificate, at: datetime) -> str:
    """What is wrong with the certificate that signed, whoever confirms it."""
    if at < signer.not_valid_before_utc:
        return "its certificate was not valid yet at that time"
    if at > signer.not_valid_after_utc:
        return "its certificate had run out by that time"
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return "its certificate is not one for time stamps"
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        return "its certificate is not one for time stamps alone"
    used = {one.dotted_string for one in answer.signed_data.digest_algorithms}
    hashed = signer.signature_hash_algorithm
    if used & _MD5_SHA1 or (hashed is not None and hashed.name in _BROKEN_HASHES):
        return "it is signed by a method that is no longer safe"
    key = signer.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _LEAST_RSA_BITS:
        return "it is signed with a key that is too short to be safe"
    return ""


def _not_confirmed(answer: TimeStampResponse, data: bytes, roots: Sequence[bytes]) -> str:
    if not roots:
        return "you have no certificate that confirms it"
    builder = VerifierBuilder()
    try:
        for root in dict.fromkeys(roots):
            builder = builder.add_root_certificate(x509.load_der_x509_certificate(root))
        builder.build().verify_message(answer, data)
    except VerificationError:
        return "you have no certificate that confirms it"
    return ""


def _called_back(
    answer: TimeStampResponse,
    signer: x509.Certificate,
    at: datetime,
    roots: Sequence[bytes],
    revoked: Sequence[bytes],
) -> str:
    """Whether a list that its issuer signed names the certificate, or one above it."""
    known = [*_read(answer.signed_data.certificates), *_read(roots)]
    above: x509.Certificate | None = signer
    for _ in range(_MOST_CERTIFICATES):
        if above is None or above.issuer == above.subject:
            break
        issuer = next((one for one in known if one.subject == above.issuer), None)
        for raw in revoked:
            listed = x509.load_der_x509_crl(raw)
            if issuer is None or listed.issuer != issuer.subject:
                continue
            if not listed.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
                continue
            entry = listed.get_revoked_certificate_by_serial_number(above.serial_number)
            if entry is not None and not (
                at < entry.revocation_date_utc and _reason(entry) in _STILL_GOOD_BEFORE
            ):
                return "its certificate was called back by its issuer"
        above = issuer
    return ""


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return None


def _read(certificates: Iterable[bytes]) -> list[x509.Certificate]:
    """Those that can be read, in a fixed order."""
    found = []
    for der in sorted(certificates)[:_MOST_CERTIFICATES]:
        try:
            found.append(x509.load_der_x509_certificate(der))
        except UNREADABLE:
            continue
    return found
