"""Independent time: asking time stamp services (RFC 3161), and whose stamps are believed.

The one thing that goes out is the SHA-256 of a signature, and only where a person gave an address.
"""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from evidence_app import disk, paths
from evidence_app.bundle.layout import TIME_STAMPS
from evidence_app.crypto import timestamp
from evidence_app.errors import UsageError
from evidence_app.records import Dated

ROOTS: Final = "time-stamp-roots"
"""Folder of .pem and .crl files: in `resources` those that come with the program, in the settings the
school's own."""

MOST_SERVICES: Final = len(TIME_STAMPS)
_SECONDS: Final = 20.0
_MOST_ROOT_BYTES: Final = 8 * 1024 * 1024
_NO_SERVICE = (
    "is no address of a time stamp service. Nothing was changed. It begins with http:// or https://."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one service said: its whole response (DER) and who dated it when, or a sentence about why not.

    `confirmed`: one of the person's certificates leads to it; where not, `problem` says why.
    """

    service: str
    response: bytes = field(default=b"", repr=False)
    dated: Dated | None = None
    confirmed: bool = False
    problem: str = ""


def host_of(url: str) -> str:
    """The name of the service at an address, with the port where one is given: what the record calls it.

    Raises `UsageError` for what is no address.
    """
    host = ""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and url.isprintable() and parts.hostname:
            host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    if not host:
        shown = "".join(letter for letter in url if letter.isprintable())[:80]
        raise UsageError(f"“{shown}” {_NO_SERVICE}")
    return host


def services_of(urls: Sequence[str]) -> tuple[str, ...]:
    """The addresses, one for each service; raises `UsageError` for one that is none, or for too many."""
    named: dict[str, str] = {}
    for one in (url.strip() for url in urls):
        if one:
            named.setdefault(host_of(one), one)
    found = tuple(named.values())
    if len(found) > MOST_SERVICES:
        raise UsageError(f"At most {MOST_SERVICES} time stamp services can be asked. Nothing was changed.")
    return found


def ask(url: str, data: bytes, seconds: float = _SECONDS) -> Answer:
    """Ask the service at `url` for a time stamp over `data`; what goes wrong is in the answer."""
    host = host_of(url)
    asked, nonce = timestamp.request(data)
    try:
        response = _within(seconds, lambda: _send(url, asked, seconds))
        stamp = timestamp.read(response, data, believed(), nonce)
    except OSError as error:
        return Answer(host, problem=_reason(error))
    except timestamp.StampError as error:
        return Answer(host, problem=error.message)
    problem = ""
    if not stamp.trusted:
        problem = (
            f"The time stamp of {host} is kept, but it does not count yet: {stamp.why}. Put the service’s "
            f"root certificate into the folder {ROOTS} beside your settings."
        )
    return Answer(host, response, Dated(stamp.by or host, stamp.at), stamp.trusted, problem)


class Stamper:
    """Asks several services for stamps over the bytes it is called with; afterwards their `answers`.

    Raises `UsageError` for what is no address, before anything is sealed. That a service does not answer
    stops no sealing.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = services_of(urls)
        self.answers: tuple[Answer, ...] = ()
        self.stamped = b""
        """What it was called with."""

    def __call__(self, data: bytes) -> list[bytes]:
        self.stamped = data
        self.answers = tuple(ask(url, data) for url in self._urls)
        return [one.response for one in self.answers if one.response]

    @property
    def dated(self) -> Dated | None:
        """The earliest time that counts; else the earliest that was given at all."""
        given = [one for one in self.answers if one.dated is not None]
        counting = [one for one in given if one.confirmed] or given
        return min((one.dated for one in counting if one.dated), key=lambda one: one.at, default=None)

    @property
    def failed(self) -> tuple[str, ...]:
        """The services that gave none."""
        return tuple(one.service for one in self.answers if not one.response)

    @property
    def problem(self) -> str:
        """What the person has to know about it, in sentences; empty where all went well."""
        said = []
        for one in self.answers:
            if one.response:
                said += [one.problem] if one.problem else []
            elif self.dated is None:
                said.append(f"No time stamp of {one.service} yet: {one.problem}")
            else:
                said.append(f"{one.service} gave no time stamp yet: {one.problem}")
        if self.answers and self.dated is None:
            said.append("The bundle is sealed without one; its time is this computer’s clock.")
        if self.failed:
            said.append("It is noted as pending and asked for again later.")
        return " ".join(said)

    def told(self) -> dict[str, object]:
        """What the entry of the bundle says about it; each answer has an entry of its own."""
        found = self.dated
        if found is None:
            return {"service": ", ".join(one.service for one in self.answers), "problem": self.problem}
        service = next(one.service for one in self.answers if one.dated == found)
        return {"service": service, "by": found.by, "at": found.at.isoformat()}


def believed() -> timestamp.Roots:
    """Whose time stamps are believed. A file that cannot be read counts for nothing."""
    found, revoked = list[bytes](), list[bytes]()
    for folder in (paths.resources() / ROOTS, paths.user_config_dir() / ROOTS):
        for path in sorted(folder.glob("*.pem")):
            with suppress(OSError, UsageError):
                found += timestamp.load_roots(path.read_bytes())
        for path in sorted(folder.glob("*.crl")):
            with suppress(OSError, UsageError):
                revoked.append(timestamp.load_revoked(path.read_bytes()))
    return timestamp.Roots(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(revoked)))


class _NoFurther(urllib.request.HTTPRedirectHandler):
    """A service that sends us elsewhere is not the one that the person named."""

    def redirect_request(self, *_: object) -> None:
        return None


def _within(seconds: float, call: Callable[[], bytes | OSError]) -> bytes:
    """What `call` gives, or `TimeoutError`: looking a name up has no limit of its own, and a lock waits.

    Nothing of the vault is touched in that thread.
    """
    given: list[bytes | OSError] = []
    thread = threading.Thread(target=lambda: given.append(call()), name="time stamp", daemon=True)
    thread.start()
    thread.join(seconds + 1)
    found = given.pop() if given else TimeoutError("no answer")
    if isinstance(found, OSError):
        raise found
    return found


def _send(url: str, request: bytes, seconds: float) -> bytes | OSError:
    query = urllib.request.Request(  # noqa: S310  (http and https alone get here)
        url, data=request, headers={"Content-Type": "application/timestamp-query", "User-Agent": "Evidence"}
    )
    opener = urllib.request.build_opener(_NoFurther)
    try:
        with opener.open(query, timeout=seconds) as answer:
            response: bytes = answer.read(timestamp.MAX_RESPONSE_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        return RefusedError(error.code)
    except (OSError, HTTPException, ValueError) as error:
        # Without its frames, which hold the connection.
        return ConnectionError(type(error).__name__)
    return response


class RefusedError(OSError):
    """A service answered with an error; its code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"error {code}")
        self.code = code


def _reason(error: Exception) -> str:
    if isinstance(error, RefusedError):
        return f"the service answered with the error {error.code}."
    return "the service could not be reached."


def add_root(path: Path) -> None:
    """Believe the certificates in a file (PEM or DER), or heed a list of withdrawn ones.

    Raises `UsageError` for a file that holds neither, `StorageError`. What is there already stays.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_ROOT_BYTES)
    except OSError as error:
        raise UsageError(f"The file {path.name} cannot be read. Nothing was changed. Check it.") from error
    pem = timestamp.root_file(data)
    suffix, kept = (".pem", pem) if pem is not None else (".crl", timestamp.load_revoked(data))
    folder = paths.user_config_dir() / ROOTS
    with disk.explained("Nothing was changed."):
        folder.mkdir(parents=True, exist_ok=True)
        out = folder / f"{sha256(kept).hexdigest()[:16]}{suffix}"
        if not out.exists():
            disk.write_new(out, kept)
