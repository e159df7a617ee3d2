"""Text read out of pictures: afterwards, in a child process, for the search and to suggest an address.

It is stated like everything that was not observed, with the source "read from the picture", so that it is
locked away, withheld and disposed of with its exhibit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from typing import Final

from evidence_app.capture.address import MAX_ADDRESS, read_address
from evidence_app.capture.child import Child
from evidence_app.errors import UsageError
from evidence_app.records import Exhibit
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault

_READER: Final = "words"
_SECONDS: Final = 180.0
_MEMORY: Final = 2560 * 1024 * 1024
_HOST: Final = r"(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.)+[a-z]{2,24}"
_ADDRESS: Final = re.compile(
    rf"(?:https?:?//)?(?:www\.)?{_HOST}(?::[0-9]{{1,5}})?/[^\s<>\"“”|]+|https?://{_HOST}", re.IGNORECASE
)
_MOST: Final = 3
_AT_THE_TOP: Final = 12
"""Lines: an address bar is above the page; what a page says further down is rarely its own address."""


def can_recognise() -> bool:
    """Whether the optional part that reads text in pictures is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def recognise(vault: Vault, number: str, *, watch: Callable[[], None] = lambda: None) -> str:
    """Read the text in an exhibit's picture and state it; returns it, empty where there is none to read.

    `watch` is called now and then and may raise, which ends the child. Raises `UsageError` for what is no
    picture or where the part is not installed, `NotReadableError` from the child, `LockedAwayError` and
    `DisposedError` for what nobody may look at.
    """
    if not can_recognise():
        raise UsageError(
            "Reading text in pictures is not installed here. Nothing was changed. Ask your IT lead for the "
            "part “ocr”."
        )
    exhibit = vault.read.exhibit(number)
    if not exhibit.stored.media_type.startswith("image/"):
        raise UsageError(f"{exhibit.number} is not a picture. Nothing was changed.")
    with Child(seconds=_SECONDS, memory=_MEMORY) as child, vault.original(exhibit.number) as source:
        text = child.read(_READER, source, watch=watch).text.strip()
    # Should it have been locked away meanwhile, this refuses, and the text goes no further.
    vault.original(exhibit.number).close()
    if text and text != read_words(vault.read.exhibit(exhibit.number)):
        vault.record(acts.text_recognised(exhibit.number, text))
    return text


def read_words(exhibit: Exhibit) -> str:
    """The text that was read from its picture, empty where nothing was."""
    said = exhibit.statements.get(acts.RECOGNISED)
    return "" if said is None else said.value


def addresses_read(exhibit: Exhibit) -> tuple[str, ...]:
    """Addresses of the web in the text that was read from its picture, at most three, those of known sites
    first. Only suggestions: letters are misread."""
    found: dict[str, bool] = {}
    for line in read_words(exhibit).splitlines()[:_AT_THE_TOP]:
        for match in _ADDRESS.findall(line):
            text = match.rstrip(".,;:)]}'’”")
            if len(text) <= MAX_ADDRESS:
                full = (
                    text
                    if "://" in text
                    else f"https://{re.sub('^https?:?//', '', text, flags=re.IGNORECASE)}"
                )
                found.setdefault(full, bool(read_address(full).platform))
    return tuple(sorted(found, key=lambda one: not found[one]))[:_MOST]
