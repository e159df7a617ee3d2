"""How hard a passphrase is to guess, and what to do about one that is not.

The estimate is zxcvbn's (Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016):
a kept library with lists of passwords, words and names, keyboards, dates, repeats and sequences. What stands
between words is taken out first: it counts every blank there as if nobody expected it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MIN_CHARACTERS: Final = 12
MIN_DIFFERENT: Final = 6
MIN_GUESSES: Final = 1e10
"""zxcvbn's own highest step. With scrypt at 2^18 a computer tries few in a second: years of work."""
_MOST_CHARACTERS: Final = 72
"""The estimate takes no more; what is longer is judged by its beginning."""
_BETWEEN: Final = re.compile(r"[\s_.,;:-]+")

_SHORT: Final = "It has fewer than 12 characters."
_FEW: Final = "It repeats a few characters."
_ADVICE: Final = {
    "repeat": "It repeats itself.",
    "sequence": "It counts up or goes through the alphabet.",
    "spatial": "It follows the keys of the keyboard.",
    "date": "It holds a date or a year.",
    "regex": "It holds a date or a year.",
}
_OWN: Final = "It holds your name or your school."
_COMMON: Final = "It is a password, or of words, that many people use."


@dataclass(frozen=True, slots=True)
class Strength:
    """`good` enough for a vault or not; `advice` says in one sentence why not, empty where it is."""

    good: bool
    advice: str = ""


def weigh(passphrase: str, known: Sequence[str] = ()) -> Strength:
    """Judge a passphrase (in Unicode NFC); `known`: names that somebody near would try first."""
    if len(passphrase) < MIN_CHARACTERS:
        return Strength(good=False, advice=_SHORT)
    if len(set(passphrase)) < MIN_DIFFERENT:
        return Strength(good=False, advice=_FEW)
    from zxcvbn import zxcvbn  # its lists take a moment to load: only where a passphrase is chosen

    squeezed = _BETWEEN.sub("", passphrase)[:_MOST_CHARACTERS]
    words = [word.lower() for one in known for word in one.split() if len(word) > 2]
    found = zxcvbn(squeezed, user_inputs=words)
    if found["guesses"] >= MIN_GUESSES:
        return Strength(good=True)
    parts = found["sequence"]
    if any(part.get("dictionary_name") == "user_inputs" for part in parts):
        return Strength(good=False, advice=_OWN)
    patterns = [part["pattern"] for part in parts]
    named = next((_ADVICE[one] for one in _ADVICE if one in patterns), _COMMON)
    return Strength(good=False, advice=named)
