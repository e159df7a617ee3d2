"""Texts of other people on their way onto paper: complete, inert, and never wider than the page.

The report's fonts do not have every character, some characters steer the display, and a word may have
100,000 letters. So a text becomes lines, a line becomes pieces between which it may break, and what
cannot be shown becomes a mark that names it: `{"mark": "grinning face"}`, `{"mark": "U+202E"}`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Final

from evidence_app.paths import resources

Piece = str | dict[str, str]
Line = list[Piece]

_SELECTORS: Final = frozenset("\ufe0e\ufe0f")
"""Between a plain and a coloured drawing of the sign before; without either it is the same sign."""
_LONG: Final = 16
"""Characters of a word that may break anywhere beyond; a narrow column holds about this many."""
_WIDE: Final = 10
"""The same for words of capitals and other wide letters."""
_LINE: Final = 80
"""Room for so many letters is what the end of a line may cost."""
_AFTER: Final = re.compile(r"(?<=[/?&=._#-])(?=[^/?&=._#\s-])")
_SURE: Final = range(0x52F + 1)
"""Latin, Greek and Cyrillic: letters of the report's own typeface."""
_ACCENTS: Final = range(0x300, 0x370)
"""Marks that this typeface sets on its letters; those of other scripts need more than a font."""
_PUNCTUATION: Final = frozenset("–—‘’“”•…€−×")
_LINES: Final = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def printed(value: object, *, strict: bool = False) -> object:
    """A JSON value with every text in it made into lines; numbers, flags and None stay as they are.

    What is under a name that begins with `plain_` stays a text. `strict` as for `lines`.
    """
    match value:
        case str():
            return lines(value, strict=strict)
        case Mapping():
            return {
                key: one if key.startswith("plain_") else printed(one, strict=strict)
                for key, one in value.items()
            }
        case list() | tuple():
            return [printed(one, strict=strict) for one in value]
        case _:
            return value


def lines(text: str, *, strict: bool = False) -> list[Line]:
    """The whole text, line by line, in pieces.

    A sign may be there alone and missing beside another one (stray accents of other scripts). `strict`
    prints nothing but letters that are always there, and names all the rest.
    """
    is_missing = _is_unsure if strict else _is_missing
    return [list(_pieces(line, is_missing)) for line in _LINES.split(text)]


def within(text: str, most: int) -> str:
    """The text, cut with an ellipsis where it would take more room than `most` ordinary letters.

    A sign that is printed by its name takes that of the name, a wide letter that of two.
    """
    room = 0
    for at, sign in enumerate(text):
        room += _room(sign)
        if room > most:
            return text[:at].rstrip() + "…"
    return text


def _room(sign: str) -> int:
    if _LINES.fullmatch(sign):
        return _LINE
    if _is_unsure(sign):
        return len(_mark(sign)) + 2
    return 2 if unicodedata.category(sign) == "Lu" or not sign.isascii() else 1


def _pieces(line: str, is_missing: Callable[[str], bool]) -> Iterator[Piece]:
    for missing, group in groupby((c for c in line if c not in _SELECTORS), key=is_missing):
        if missing:
            for named, signs in groupby(group, key=_has_plain_name):
                marks = [_mark(sign) for sign in signs]
                yield from ({"mark": mark} for mark in (marks if named else [" ".join(marks)]))
        else:
            yield from _broken("".join(group).replace("\t", "    "))


def _broken(text: str) -> Iterator[str]:
    """The text in pieces, cut only inside words that are too long for a line."""
    start = 0
    for word in re.finditer(r"\S+", text):
        cut = list(_cuts(word[0]))
        if cut:
            for offset in cut:
                yield text[start : word.start() + offset]
                start = word.start() + offset
    if start < len(text):
        yield text[start:]


def _cuts(word: str) -> Iterator[int]:
    """Where a word is cut; nowhere for one of ordinary length."""
    wide = sum(not (c.isascii() and (c.islower() or c.isdigit())) for c in word)
    longest = _WIDE if wide * 3 > len(word) else _LONG
    if len(word) <= longest:
        return
    ends = [match.start() for match in _AFTER.finditer(word)] + [len(word)]
    start = 0
    for end in ends:
        while end - start > longest:
            start += longest // 2
            yield start
        if end < len(word) and end > start:
            start = end
            yield start


def _is_missing(sign: str) -> bool:
    if sign == "\t":
        return False
    if unicodedata.category(sign).startswith("M") and ord(sign) not in _ACCENTS:
        return True
    first, last = _characters()
    at = bisect_right(first, ord(sign)) - 1
    return at < 0 or ord(sign) > last[at]


def _is_unsure(sign: str) -> bool:
    mark = unicodedata.category(sign).startswith("M")
    return mark or _is_missing(sign) or (ord(sign) not in _SURE and sign not in _PUNCTUATION)


def _has_plain_name(sign: str) -> bool:
    """Emoji and other signs are told by name; letters of another script by number, they make words."""
    return unicodedata.category(sign).startswith("S") and bool(unicodedata.name(sign, ""))


def _mark(sign: str) -> str:
    return unicodedata.name(sign).lower() if _has_plain_name(sign) else f"U+{ord(sign):04X}"


@lru_cache(maxsize=1)
def _characters() -> tuple[list[int], list[int]]:
    """First and last code points of what the fonts can show (made by packaging/characters.py)."""
    rows = (resources() / "report" / "characters.txt").read_text("ascii").split()
    ranges = [tuple(int(end, 16) for end in row.split("-")) for row in rows]
    return [one[0] for one in ranges], [one[1] for one in ranges]
