"""What an X.509 certificate says of itself (RFC 5280). Nothing is checked: that is the browser's part."""

from __future__ import annotations

from hashlib import sha256

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from evidence_app.errors import IntegrityError
from evidence_app.records import CertificateSeen

_MOST_NAMES = 100
_LONGEST = 200


def describe(der: bytes) -> CertificateSeen:
    """The summary of a certificate in DER; raises `IntegrityError` for bytes that are none."""
    import warnings

    try:
        with warnings.catch_warnings():
            # What is odd about a stranger's certificate is to be recorded, not to be told on the terminal.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            warnings.simplefilter("ignore", UserWarning)
            found = x509.load_der_x509_certificate(der)
            return CertificateSeen(
                subject=_shown(found.subject),
                issuer=_shown(found.issuer),
                names=_names(found),
                valid_from=found.not_valid_before_utc,
                valid_to=found.not_valid_after_utc,
                sha256=sha256(der).hexdigest(),
            )
    except (ValueError, TypeError) as error:
        raise IntegrityError("The certificate of the page cannot be read.") from error


def _shown(name: x509.Name) -> str:
    """The name that people know it by: the common name, else the organisation, else all of it."""
    for wanted in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for one in name.get_attributes_for_oid(wanted):
            text = one.value if isinstance(one.value, str) else ""
            if text.strip():
                return text[:_LONGEST]
    return name.rfc4514_string()[:_LONGEST]


def _names(found: x509.Certificate) -> tuple[str, ...]:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    texts = [*names.get_values_for_type(x509.DNSName)]
    texts += [str(one) for one in names.get_values_for_type(x509.IPAddress)]
    return tuple(text[:_LONGEST] for text in texts[:_MOST_NAMES])
