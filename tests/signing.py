"""Mails that a server signed, with keys that are made for the tests of one process and nothing else."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from functools import cache

import dkim

from tests import talks

ASKED = "s1._domainkey.larkmere.example"


def pair(bits: int = 1024) -> tuple[bytes, str]:
    """The private key, and the record with the public one."""
    return _pair(bits)


@cache
def _pair(bits: int) -> tuple[bytes, str]:

    def openssl(*words: str, given: bytes = b"") -> bytes:
        return subprocess.run(["openssl", *words], input=given, check=True, capture_output=True).stdout

    private = openssl("genrsa", "-traditional", str(bits))
    public = openssl("rsa", "-pubout", "-outform", "DER", given=private)
    return private, f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"


def signed(bits: int = 1024, **more: object) -> bytes:
    """A mail with a signature over its text and the lines From and Subject."""
    plain = talks.mail()
    private = pair(bits)[0]
    head = dkim.sign(
        plain, b"s1", b"larkmere.example", private, include_headers=[b"from", b"subject"], **more
    )
    return bytes(head) + plain
