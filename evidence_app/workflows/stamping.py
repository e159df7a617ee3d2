"""Independent time: asking a time stamp service (RFC 3161), and whose stamps are believed.

The one thing that goes out is the SHA-256 of a signature, and only where a person gave an address.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from evidence_app import paths
from evidence_app.crypto import timestamp
from evidence_app.errors import UsageError
from evidence_app.records import Dated

ROOTS: Final = "time-stamp-roots"
"""Folder of PEM files: in `resources` those that come with the program, in the settings the school's own."""

_SECONDS = 20
_NO_SERVICE = "is no address of a time stamp service. Nothing was sealed. It begins with http:// or https://."


class Stamper:
    """Asks `url` for a stamp over the bytes it is called with; afterwards `dated`, or `problem` in words.

    Raises `UsageError` for what is no address, before anything is sealed. That a service does not answer
    stops no sealing.
    """

    def __init__(self, url: str) -> None:
        host = ""
        with suppress(ValueError):
            parts = urlsplit(url)
            if parts.scheme in {"http", "https"} and url.isprintable():
                host = parts.hostname or ""
        if not host:
            shown = "".join(letter for letter in url if letter.isprintable())[:80]
            raise UsageError(f"“{shown}” {_NO_SERVICE}")
        self._url, self._host = url, host
        self.dated: Dated | None = None
        self.problem = ""

    def __call__(self, data: bytes) -> bytes | None:
        asked, nonce = timestamp.request(data)
        try:
            response = _ask(self._url, asked)
            stamp = timestamp.read(response, data, trusted_roots(), nonce)
        except (OSError, HTTPException, ValueError) as error:
            self.problem = self._no(_reason(error))
            return None
        except timestamp.StampError as error:
            self.problem = self._no(error.message)
            return None
        self.dated = Dated(stamp.by or self._host, stamp.at)
        if not stamp.trusted:
            self.problem = (
                f"The time stamp of {self._host} is in the bundle, but this program has no certificate that "
                f"confirms it. The bundle is sealed. Put the service’s root certificate into the folder "
                f"{ROOTS} beside your settings."
            )
        return response

    def _no(self, why: str) -> str:
        return f"No time stamp: {why} The bundle is sealed without one; its time is this computer’s clock."

    def told(self) -> dict[str, object]:
        """What the record says about it."""
        if self.dated is None:
            return {"service": self._host, "problem": self.problem}
        return {"service": self._host, "by": self.dated.by, "at": self.dated.at.isoformat()}


def trusted_roots() -> tuple[bytes, ...]:
    """The certificates whose time stamps are believed, DER. A file that cannot be read counts for nothing."""
    found: list[bytes] = []
    for folder in (paths.resources() / ROOTS, paths.user_config_dir() / ROOTS):
        for path in sorted(folder.glob("*.pem")):
            with suppress(OSError, UsageError):
                found += timestamp.load_roots(path.read_bytes())
    return tuple(dict.fromkeys(found))


class _NoFurther(urllib.request.HTTPRedirectHandler):
    """A service that sends us elsewhere is not the one that the person named."""

    def redirect_request(self, *_: object) -> None:
        return None


def _ask(url: str, request: bytes) -> bytes:
    query = urllib.request.Request(  # noqa: S310  (http and https alone get here)
        url, data=request, headers={"Content-Type": "application/timestamp-query", "User-Agent": "Evidence"}
    )
    opener = urllib.request.build_opener(_NoFurther)
    with opener.open(query, timeout=_SECONDS) as answer:
        response: bytes = answer.read(timestamp.MAX_RESPONSE_BYTES + 1)
    return response


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the service answered with the error {error.code}."
    return "the service could not be reached."
