"""The time inside a post's number, where a site builds its numbers from the time.

It is when the number was made: not when the post was published, and not a time that the site vouches for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_FIRST_X: Final = 29_700_859_247
"""Numbers of X below this one were given one after the other and hold no time."""

_READ: Final = "read from the post's number"
_THOUGHT: Final = "read from the post's number, in a way that the site does not document"
_CREATION: Final = "read from the post's number: when the picture was made ready, not when it was published"


def time_inside(platform: str, post: str) -> tuple[datetime, str] | None:
    """The time (UTC, milliseconds where the number has them) and how sure it is; None where there is none."""
    reader = _READERS.get(platform)
    milliseconds = None if reader is None else reader[0](post)
    if reader is None or milliseconds is None:
        return None
    try:
        at = _START + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return (at, reader[1]) if _START < at < _LATEST else None


def _number(post: str) -> int | None:
    found = int(post) if re.fullmatch(r"[0-9]{1,20}", post, re.ASCII) else None
    return found if found is not None and found < 1 << 64 else None


def _x(post: str) -> int | None:
    number = _number(post)
    return None if number is None or number < _FIRST_X else (number >> 22) + 1_288_834_974_657


def _discord(post: str) -> int | None:
    number = _number(post)
    return None if number is None or number < 1 << 22 else (number >> 22) + 1_420_070_400_000


def _tiktok(post: str) -> int | None:
    number = _number(post)
    # Younger than the site itself: a shorter number is none of its posts.
    return None if number is None or number >> 32 < 1_400_000_000 else (number >> 32) * 1000


def _linkedin(post: str) -> int | None:
    number = _number(post)
    return None if number is None or number >> 22 < 1_000_000_000_000 else number >> 22


def _instagram(post: str) -> int | None:
    if len(post) != 11 or not set(post) <= set(_BASE64):
        return None
    number = 0
    for char in post:
        number = number * 64 + _BASE64.index(char)
    return None if number >= 1 << 64 else (number >> 23) + 1_314_220_021_721


_READERS: Final[dict[str, tuple[Callable[[str], int | None], str]]] = {
    "X": (_x, _READ),
    "Discord": (_discord, _READ),
    "Instagram": (_instagram, _CREATION),
    "TikTok": (_tiktok, _THOUGHT),
    "LinkedIn": (_linkedin, _THOUGHT),
}
