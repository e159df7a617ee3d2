"""Which addresses the capture browser opens: those of the web, and nothing on this computer."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from evidence_app.errors import UsageError

SCHEMES: Final = frozenset({"http", "https"})
LONGEST: Final = 32_768
"""Characters of an address that is opened or kept; Chromium itself takes up to two million."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE | re.ASCII)


def typed(text: str) -> str:
    """The address that somebody typed or pasted, with `https://` where no scheme stands.

    Raises `UsageError` for what is no web address, such as `file:` or a search.
    """
    address = text.strip()
    if not address:
        raise UsageError("There is no address. Nothing was opened. Type or paste the address of the page.")
    if len(address) > LONGEST:
        raise UsageError("This address is too long. Nothing was opened. Copy it again from the page.")
    if not _SCHEME.match(address):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme.lower() not in SCHEMES and parts.scheme:
        raise UsageError(
            f"The capture browser opens web pages only, and no “{parts.scheme.lower()[:20]}:” address. "
            "Nothing was opened. Bring a file in instead."
        )
    fits = host and not any(letter.isspace() or not letter.isprintable() for letter in address)
    if not fits or ("." not in str(host) and ":" not in str(host) and host != "localhost"):
        raise UsageError(
            "This is not the address of a web page. Nothing was opened. "
            "Copy the address from where you saw the page, and paste it here."
        )
    return address


def is_web(address: str) -> bool:
    """Whether the browser may go there at all."""
    return address.partition(":")[0].lower() in SCHEMES


def shortened(address: str) -> str:
    """An address as it goes into the record; a longer one ends with `…`."""
    return address if len(address) <= LONGEST else address[: LONGEST - 1] + "…"
