"""The signature of a mail server (DKIM, RFC 6376), checked with a key that was stored and nothing else.

Only in the child; nothing is asked of the network. Each way to end has words of its own, and what a match
proves is said with it.
"""

from __future__ import annotations

import binascii
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, Final

from evidence_app.capture.reading._mime import Structure
from evidence_app.records import Claim, Limits

_BYTES: Final = 64 * 1024 * 1024
_HEADER: Final = 8 * 1024
_MOST: Final = 10
_TAG: Final = re.compile(r"(?:^|;)\s{0,40}([a-z]{1,4})\s{0,9}=\s{0,9}([^;]{0,4000})")
_WEAK: Final = 1024
"""Bits of an RSA key below which anybody can find the private one (RFC 8301, 3.2)."""
_ALL_OF_IT: Final = "the text, what is attached and"
_PROVES: Final = (
    "It does not say who wrote the message, and it is worth as much as the word of whoever got the key."
)


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature: its tags, whose it says it is, and the name of the record with its key."""

    number: int
    tags: dict[str, str] = field(repr=False)
    length: int

    @property
    def domain(self) -> str:
        return self.tags.get("d", "?")[:255]

    @property
    def asked(self) -> str:
        return f"{self.tags.get('s', '?')[:255]}._domainkey.{self.domain}".lower()


def signatures(found: Structure) -> list[Signed]:
    """The signatures that the headers hold, at most ten."""
    values = [h.value for h in found.headers if h.name.lower() == "dkim-signature"][:_MOST]
    return [
        Signed(at, {name: "".join(text.split()) for name, text in _TAG.findall(value)}, len(value))
        for at, value in enumerate(values)
    ]


def claims(source: BinaryIO, signed: list[Signed], limits: Limits) -> list[Claim]:
    """One claim for each signature: passed, failed, or not checked and why."""
    keys = {name.rstrip(".").lower(): value for name, value in limits.keys}
    made = []
    for one in signed:
        if one.asked not in keys:
            result = f"Not checked: no stored key for {one.asked}."
        elif one.length > _HEADER:
            result = "Not checked: the signature is longer than any real one."
        else:
            result = _check(source, one, keys[one.asked])
        made.append(Claim(f"Signature of the mail server of {one.domain} (DKIM)", result))
    return made


def _check(source: BinaryIO, signed: Signed, key: str) -> str:
    import dkim

    source.seek(0)
    message = source.read(_BYTES + 1)
    if len(message) > _BYTES:
        return "Not checked: the message is larger than 64 MiB."
    unusable = _unusable(key)
    if unusable:
        return unusable

    def stored(name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG001 - as the library calls it
        fits = name.decode("ascii", "replace").rstrip(".").lower() == signed.asked
        return key.encode("utf-8", "replace") if fits else None

    checker = dkim.DKIM(message, minkey=1)
    try:
        with _as_of(signed.tags):
            passed = checker.verify(idx=signed.number, dnsfunc=stored)
    except dkim.ValidationError as error:
        if "body hash mismatch" in str(error):
            return (
                "Failed with the stored key: the text or an attachment is not what was signed. "
                "It was changed "
                "after that: by a person, a mailing list or a virus scanner on the way, or when it was saved."
            )
        return f"Failed with the stored key: the signature is not in order ({str(error)[:200]})."
    except dkim.DKIMException as error:
        return f"Failed with the stored key: {str(error)[:200]}."
    except (
        *(ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, AssertionError),
        *(struct.error, binascii.Error, RecursionError, ArithmeticError),
    ):
        return "Failed with the stored key: the signature or the key is not in a form that can be checked."
    if not passed:
        return (
            "Failed with the stored key: this is not the key that it was signed with, or one of the signed "
            "lines of the header was changed."
        )
    return _passed(signed.tags, checker.keysize, len(checker.body), key)


def _unusable(key: str) -> str:
    """Why nothing can be checked with a record; empty where something can."""
    tags = {name: "".join(text.split()) for name, text in _TAG.findall(key)}
    if not tags.get("p"):
        return "Not checked: the stored record says that its key was withdrawn; it holds none."
    if tags.get("k", "rsa") != "rsa":
        return f"Not checked: keys of the kind “{tags['k'][:20]}” cannot be checked here."
    return ""


def _passed(tags: dict[str, str], bits: int, body: int, key: str) -> str:
    lines = ", ".join(dict.fromkeys(one.title() for one in tags.get("h", "").split(":") if one))[:200]
    when = _moment(tags.get("t", ""))
    signed = f" on {when:%Y-%m-%d at %H:%M} UTC, it says" if when else ""
    said = [
        (
            f"Passed with the stored key: {_ALL_OF_IT} the lines {lines} have not changed since they were "
            f"signed by a server of {tags.get('d', '?')[:255]}, or by whoever had its key{signed}."
        ),
        _PROVES,
    ]
    length = tags.get("l", "")
    if length.isdecimal() and len(length) < 12 and int(length) < body:
        said[0] = said[0].replace(_ALL_OF_IT, f"the first {int(length):,} bytes of the text and")
        said.insert(1, "What comes after these may have been added by anybody: the signature leaves it out.")
    if bits < _WEAK:
        said.insert(1, f"But the key has only {bits} bits: anybody can make such a signature today.")
    if tags.get("a", "").lower() == "rsa-sha1":
        said.insert(1, "But it was made with SHA-1, with which two texts can be made to fit one signature.")
    over = _moment(tags.get("x", ""))
    if over is not None and over < datetime.now(UTC):
        said.append(
            f"It was meant to be checked until {over:%Y-%m-%d}: mail programs would refuse it by now."
        )
    if re.search(r"(?:^|;)\s*t\s*=\s*(?:[a-z]:)*y", key):
        said.append("The record calls the key one for testing.")
    return " ".join(said)


def _moment(seconds: str) -> datetime | None:
    if not seconds.isdecimal() or len(seconds) > 11:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, OSError, ValueError):
        return None


class _Clock:
    """What the library asks for the time."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def time(self) -> int:
        return self._seconds


@contextmanager
def _as_of(tags: dict[str, str]) -> Iterator[None]:
    """The library refuses a signature whose time ran out, which says nothing of the message: evidence is
    looked at long after its delivery. So it is asked as of its last moment, and the words say so.
    """
    import dkim

    over = _moment(tags.get("x", ""))
    if over is None or over > datetime.now(UTC):
        yield
        return
    before = dkim.time
    dkim.time = _Clock(int(over.timestamp()))
    try:
        yield
    finally:
        dkim.time = before
