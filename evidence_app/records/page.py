"""What the capture browser saw of a web page, and the files that it made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hop:
    """One step on the way to a page: the address that was asked, and the status that sent the browser on."""

    address: str
    status: int


@dataclass(frozen=True, slots=True)
class CertificateSeen:
    """What a certificate says of itself; the certificate is kept as a file. `sha256` (hex) is of its DER."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    valid_from: datetime
    valid_to: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A web page as the built-in browser observed it.

    `address` is that of the moment of capture, `loaded` the one that the server answered at, after the
    redirects in `hops`; `asked` what was typed or clicked first. `status` None: the server's answer was not
    seen. `dated` and `modified` are what server and page say about time, in their own words. `remote` is the
    numeric address and port that answered. `certificate_problem` is empty where the browser found none.
    `viewport` is in CSS pixels, `scale` in hundredths of device pixels for each, `height` is the page's, in
    CSS pixels. `cut_at`: the pixel of the picture at which a page without end was cut, None where it is
    whole. `notes` are sentences about what the capture does not show.
    """

    address: str
    asked: str
    loaded: str
    hops: tuple[Hop, ...]
    title: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    protocol: str
    remote: str
    security: str
    certificates: tuple[CertificateSeen, ...]
    certificate_problem: str
    dated: str
    modified: str
    viewport: tuple[int, int]
    scale: int
    height: int
    whole: bool
    cut_at: int | None
    user_agent: str
    engine: str
    finished: datetime
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file beside the picture, in memory: its name in the exhibit, what it is, and its bytes."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
