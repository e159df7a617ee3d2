"""The small texts of the formats, read in the one spelling that they have."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any


class RefusedError(Exception):
    """A text that is not what the specification says."""


class NewerError(Exception):
    """A text that calls itself newer than format 1."""


def refuse_unless(fits: object, why: str = "") -> None:
    if not fits:
        raise RefusedError(why)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    refuse_unless(len({name for name, _ in pairs}) == len(pairs), "a key twice")
    return dict(pairs)


def _constant(text: str) -> Any:
    raise RefusedError(text)


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level := [one for one in level if isinstance(one, list | dict)]:
        depth += 1
        if depth > 100:
            break
        level = [part for one in level for part in (one.values() if isinstance(one, dict) else one)]
    return depth


def parsed(data: bytes) -> Any:
    """JSON of bundle.md, "The JSON files"."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise RefusedError("no JSON") from error
    refuse_unless(_depth(value) <= 100, "nested")
    return value


def same(one: Any, other: Any) -> bool:
    """Equal as JSON values; 1, 1.0 and true differ."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def moment(text: Any) -> datetime:
    """`2026-03-12T15:06:43.000Z`."""
    pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
    refuse_unless(isinstance(text, str) and re.fullmatch(pattern, text), "a time")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise RefusedError("a time") from error


_TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def check_line(text: Any) -> None:
    """A name, role or school: bundle.md, "The contact card"."""
    refuse_unless(isinstance(text, str) and 1 <= len(text) <= 200, "length")
    refuse_unless(text == text.strip() and unicodedata.is_normalized("NFC", text), "spaces or form")
    for one in text:
        refuse_unless(unicodedata.category(one) not in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}, "a character")
        refuse_unless(one not in _TURNS, "a mark of direction")


_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _remainder(values: list[int]) -> int:
    state = 1
    for value in values:
        top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ value
        for bit, number in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= number if top >> bit & 1 else 0
    return state


def check_recipient(text: Any) -> None:
    """`age1…`: Bech32 in small letters of a 32-byte X25519 key that is not of low order."""
    refuse_unless(isinstance(text, str) and re.fullmatch(f"age1[{_LETTERS}]{{58}}", text), "a recipient")
    values = [_LETTERS.index(one) for one in text[4:]]
    prefix = [ord(one) >> 5 for one in "age"] + [0] + [ord(one) & 31 for one in "age"]
    refuse_unless(_remainder(prefix + values) == 1, "checksum of a recipient")
    bits = "".join(f"{value:05b}" for value in values[:-6])
    refuse_unless("1" not in bits[256:], "padding of a recipient")
    u = int.from_bytes(int(bits[:256], 2).to_bytes(32, "big"), "little") & (2**255 - 1)
    prime = 2**255 - 19
    low = (
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    )
    refuse_unless(u % prime not in {0, 1, prime - 1, *low}, "a recipient of low order")
