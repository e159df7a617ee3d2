"""Words in texts: what is looked for, and where it stands. Pure functions.

FTS5 decides what is found; here is decided what of it is marked. A word is found by its beginning, whatever
its case and accents; in handles and addresses also in the middle of a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Final

from evidence_app.records import Marked

MAX_WORDS: Final = 12
MAX_LETTERS: Final = 64
SHORTEST_INSIDE: Final = 3
"""So many letters it takes to be looked for in the middle of a handle."""
_LOOKED_AT: Final = 4_000
_AROUND: Final = 60
_LONGEST: Final = 200
_PARTS: Final = 400


class _Shown(dict[int, int | str | None]):
    """What becomes of a sign: those that cannot be seen, or that turn the direction of writing, go; those
    that break a line become a blank."""

    def __missing__(self, code: int) -> int | str | None:
        kind = unicodedata.category(chr(code))
        shown: int | str | None = code
        if kind == "Cf" and code not in _PART_OF_WORDS:
            shown = None
        elif kind in {"Cc", "Cs", "Zl", "Zp"} and code not in _LINES:
            shown = " "
        self[code] = shown
        return shown


_PART_OF_WORDS: Final = (0x200C, 0x200D)
_LINES: Final = (0x9, 0xA)
_SHOWN: Final = _Shown()


def plain(text: str) -> str:
    """A text as it is searched and shown."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text).translate(_SHOWN)


def words_of(text: str) -> tuple[tuple[str, ...], bool]:
    """The words that a person looks for, each once, in small letters and without accents; and whether there
    were more than are looked for. Nothing in the text is an instruction to the database."""
    shown = plain(text[:_LOOKED_AT])
    found = ("".join(part)[:MAX_LETTERS] for is_word, part in groupby(shown, _in_word) if is_word)
    words = tuple(dict.fromkeys(fold(word) for word in found if any(map(str.isalnum, word))))
    cut = len(words) > MAX_WORDS or any(map(str.isalnum, text[_LOOKED_AT:]))
    return words[:MAX_WORDS], cut


def _in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def fold(text: str) -> str:
    """Small letters without accents, letter for letter: as long as the text itself."""
    return text.lower() if text.isascii() else "".join(map(_folded, text))


@cache
def _folded(char: str) -> str:
    # As FTS5 does it: accents of the letters a to z only.
    apart = unicodedata.normalize("NFD", char)
    if apart[0].isascii() and all(map(unicodedata.combining, apart[1:])):
        char = apart[0]
    small = char.lower()
    return small if len(small) == 1 else small[0]


def parts_of(text: str) -> list[str]:
    """What a word inside a handle, an address or a number can be found by: `truth` in `larkmeretruth`.

    FTS5 finds the beginnings of words, so these are the ends of words.
    """
    found: dict[str, None] = {}
    for word in re.findall(r"[^\W_]+", fold(plain(text))):
        if len(word) <= MAX_LETTERS:
            found.update(dict.fromkeys(word[at:] for at in range(1, len(word) - SHORTEST_INSIDE + 1)))
        if len(found) > _PARTS:
            break
    return list(found)[:_PARTS]


# --- marking ------------------------------------------------------------------------------------------


def matches(text: str, words: Sequence[str], *, inside: bool = False) -> list[tuple[int, int, str]]:
    """Where the words stand in a text, and which it is; `inside` also in the middle of a word.

    As words come folded, a letter of the text is a letter of what is looked through.
    """
    pattern = _pattern(tuple(words), inside)
    if pattern is None:
        return []
    return [(found.start(), found.end(), found[0]) for found in pattern.finditer(fold(text))]


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...], inside: bool) -> re.Pattern[str] | None:
    starts, middles = [], []
    for word in sorted(words, key=len, reverse=True):
        exact = re.escape(word)
        starts.append(exact if len(word) > 1 else rf"{exact}(?![^\W_])")
        if inside and len(word) >= SHORTEST_INSIDE:
            middles.append(exact)
    if not starts:
        return None
    either = "|".join(["|".join([rf"(?<![^\W_])(?:{'|'.join(starts)})"]), *middles])
    return re.compile(either)


def marked(text: str, words: Sequence[str], *, inside: bool = False) -> Marked:
    """The whole text in one line, with the words marked."""
    line = " ".join(plain(text).split())
    return Marked(line, tuple((start, end) for start, end, _ in matches(line, words, inside=inside)))


def piece(text: str, words: Sequence[str], *, inside: bool = False) -> Marked:
    """A piece of a text in one line, with the words marked: the first one that has as many of them as any."""
    line = " ".join(plain(text).split())
    found = matches(line, words, inside=inside)
    first = _fullest(found)
    start = 0 if first <= _AROUND else _cut(line, first - _AROUND, first)
    start += line.startswith(" ", start)
    end = len(line) if len(line) - start <= _LONGEST else _cut(line, start + _LONGEST - 20, start + _LONGEST)
    before, after = "… " if start else "", " …" if end < len(line) else ""
    shift = len(before) - start
    marks = tuple((a + shift, min(b, end) + shift) for a, b, _ in found if a >= start and a < end)
    return Marked(before + line[start:end].rstrip() + after, marks)


def _fullest(found: Sequence[tuple[int, int, str]]) -> int:
    """Where a piece should begin to have as many different words in it as there can be."""
    best, most, low = 0, 0, 0
    seen: Counter[str] = Counter()
    for _, end, word in found:
        seen[word] += 1
        while end - found[low][0] > _LONGEST - _AROUND - 20:
            gone = found[low][2]
            seen[gone] -= 1
            if not seen[gone]:
                del seen[gone]
            low += 1
        if len(seen) > most:
            best, most = found[low][0], len(seen)
    return best


def _cut(line: str, low: int, high: int) -> int:
    """A place between two words, or just `low` where there is none."""
    at = line.find(" ", low, high)
    return low if at < 0 else at + 1
