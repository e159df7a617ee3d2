"""Covering words and lines of a text: what is covered is gone from the copy, and so is how long it was.

The copy is made from the decoded text and written anew as UTF-8: nothing that lay beside it comes along.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from evidence_app.errors import UsageError

BLOCKS: Final = "█" * 5
"""The mark is always this long, whatever stood there."""

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_PASSAGES: Final = 500
MAX_WORDS: Final = 1_000
"""Characters of one passage."""

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ALIKE: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'") | dict.fromkeys("\u201c\u201d", '"')
)
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_NOT_SEEN: Final = frozenset({"Cc", "Cf", "Mn", "Me"})
"""Categories of what takes no place of its own: joiners, marks of direction, accents on their own."""

_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")


@dataclass(frozen=True, slots=True)
class Passage:
    """What to cover: `text` wherever it stands, or the lines `first` to `last`, which count from 1.

    `label` is what the copy says in its place, such as `pupil's name`.
    """

    label: str
    text: str = ""
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class CoveredText:
    """The copy, and at how many places each of the passages was covered, in their order."""

    text: str
    places: tuple[int, ...]


def decoded(data: bytes) -> str:
    """The text of a file, every line ended by LF. Raises `UsageError` for what is no text, or too long.

    UTF-8 and UTF-16 with their marks, UTF-8 without, and otherwise Windows-1252, as older exports have it.
    """
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"This text is longer than {MAX_BYTES // 1024 // 1024} MB, so it cannot be covered here. "
            "Nothing was made, and the original is untouched."
        )
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            text = data.decode("cp1252" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise _no_text() from error
    if "\x00" in text:
        raise _no_text()
    return _LINE_ENDS.sub("\n", text)


def _no_text() -> UsageError:
    return UsageError(
        "This is no text that can be read here, so no words of it can be covered. Nothing was made, and the "
        "original is untouched."
    )


def covered_text(text: str, passages: Sequence[Passage]) -> CoveredText:
    """Put a mark of fixed length in the place of every passage.

    Words are found whatever their case, spaces, line ends, accents and invisible characters, and also
    within longer words: a name is part of an account. Raises `UsageError` for a passage that is not there.
    """
    if not passages:
        raise UsageError("There is nothing to cover. Nothing was made. Say which words or lines.")
    if len(passages) > MAX_PASSAGES:
        raise UsageError(f"More than {MAX_PASSAGES} passages were given. Nothing was made.")
    folded = Folded(text)
    spans: list[tuple[int, int, int]] = []
    places = []
    for place, passage in enumerate(passages):
        by_line = passage.first or passage.last
        found = [folded.lines(passage.first, passage.last)] if by_line else folded.find(passage.text)
        spans += [(start, end, place) for start, end in found]
        places.append(len(found))
    _check_labels(passages)
    pieces, marks = _cut(text, spans, passages)
    _check_gone(pieces, passages)
    shown = "".join(piece + mark for piece, mark in zip(pieces, [*marks, ""], strict=True))
    return CoveredText(shown, tuple(places))


def mark(label: str) -> str:
    """What stands in the place of a passage."""
    return f"[{BLOCKS} {label}]"


class Folded:
    """A text as it is compared: without case, accents and what cannot be seen, every run of spaces as one.

    `_at` has the place in the text of every character of `_words`.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._words, self._at = _folded(text)

    def find(self, wanted: str) -> list[tuple[int, int]]:
        """Where it stands, as start and end in the text, none overlapping. Raises `UsageError`."""
        words = fold(wanted).strip()
        if not words or len(wanted) > MAX_WORDS:
            raise UsageError(
                f"Say which words to cover, at most {MAX_WORDS} characters of them. Nothing was made."
            )
        found = []
        start = self._words.find(words)
        while start >= 0:
            end = start + len(words)
            found.append((self._at[start], self._end(end - 1)))
            start = self._words.find(words, end)
        if not found:
            raise UsageError(
                f"“{wanted.strip()[:60]}” does not stand in the text. Nothing was made. Copy the words from "
                "the text itself."
            )
        return found

    def lines(self, first: int, last: int) -> tuple[int, int]:
        """Where these lines begin and end, counted from 1. Raises `UsageError`."""
        text = self._text
        starts = [0, *(place + 1 for place, char in enumerate(text) if char == "\n")]
        count = len(starts) - (1 if starts[-1] == len(text) and len(starts) > 1 else 0)
        if not 1 <= first <= last <= count:
            raise UsageError(
                f"There are no lines {first} to {last}: the text has lines 1 to {count}. Nothing was made."
            )
        return starts[first - 1], starts[last] - 1 if last < len(starts) else len(text)

    def _end(self, place: int) -> int:
        """The place in the text after a character, with the marks and accents that belong to it."""
        end = self._at[place] + 1
        while end < len(self._text) and not self._text[end].isspace() and not fold(self._text[end]):
            end += 1
        return end


def fold(text: str) -> str:
    """A text as it is compared."""
    return _folded(text)[0]


def _folded(text: str) -> tuple[str, array[int]]:
    known: dict[str, str] = {}
    words: list[str] = []
    at = array("I")
    space = False
    for place, char in enumerate(text):
        plain = known.get(char)
        if plain is None:
            plain = known[char] = _plain(char)
        if plain == " ":
            if space:
                continue
            space = True
        elif plain:
            space = False
        words.append(plain)
        at.extend([place] * len(plain))
    return "".join(words), at


def _plain(char: str) -> str:
    """One character as it is compared: a space for every kind of space, nothing for what is not seen."""
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", char.translate(_ALIKE).translate(_DASHES))
    seen = "".join(one for one in plain if unicodedata.category(one) not in _NOT_SEEN)
    return unicodedata.normalize("NFKD", seen.casefold()).replace(" ", "")


def _cut(
    text: str, spans: Iterable[tuple[int, int, int]], passages: Sequence[Passage]
) -> tuple[list[str], list[str]]:
    """The pieces of the text between what is covered, and the marks between the pieces.

    Passages that overlap have one mark, with what each of them says.
    """
    joined: list[tuple[int, int, list[str]]] = []
    for start, end, place in sorted(spans):
        label = passages[place].label
        if joined and start < joined[-1][1]:
            before = joined[-1]
            labels = before[2] if label in before[2] else [*before[2], label]
            joined[-1] = (before[0], max(before[1], end), labels)
        else:
            joined.append((start, end, [label]))
    edges = [(0, 0, [""]), *joined, (len(text), len(text), [""])]
    pieces = [text[before[1] : after[0]] for before, after in pairwise(edges)]
    return pieces, [mark(", ".join(labels)) for _, _, labels in joined]


def _check_labels(passages: Sequence[Passage]) -> None:
    """A reason in one's own words must not say what is covered."""
    for words in filter(None, (fold(one.text).strip() for one in passages)):
        for passage in passages:
            own = fold(passage.label.partition(":")[2])
            if words in own:
                raise UsageError(
                    "A reason says what it covers. Nothing was made. Say why it is covered, not what it is."
                )


def _check_gone(pieces: Sequence[str], passages: Sequence[Passage]) -> None:
    """Nothing that is covered may be left in the copy; it was looked for in the same way."""
    left = [fold(piece) for piece in pieces]
    for words in filter(None, (fold(one.text).strip() for one in passages)):
        if any(words in piece for piece in left):
            raise AssertionError("a covered passage is still in the copy")
