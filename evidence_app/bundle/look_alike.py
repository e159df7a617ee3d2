"""Names that look like another name: letters of other alphabets, marks that cannot be seen, accents.

Only ever a reason to warn: two people may well have names that look alike. The idea of a skeleton is that
of Unicode Technical Standard 39, section 4; the table here is small and ours: what passes for a Latin
letter in a name, from the Greek and Cyrillic alphabets.
"""

from __future__ import annotations

import unicodedata
from typing import Final

# Capitals first: some look like another Latin letter than their small form does.
_CAPITALS: Final = {
    # Greek
    "\u0391": "a",  # GREEK CAPITAL LETTER ALPHA
    "\u0392": "b",  # GREEK CAPITAL LETTER BETA
    "\u0395": "e",  # GREEK CAPITAL LETTER EPSILON
    "\u0396": "z",  # GREEK CAPITAL LETTER ZETA
    "\u0397": "h",  # GREEK CAPITAL LETTER ETA
    "\u0399": "i",  # GREEK CAPITAL LETTER IOTA
    "\u039a": "k",  # GREEK CAPITAL LETTER KAPPA
    "\u039c": "m",  # GREEK CAPITAL LETTER MU
    "\u039d": "n",  # GREEK CAPITAL LETTER NU
    "\u039f": "o",  # GREEK CAPITAL LETTER OMICRON
    "\u03a1": "p",  # GREEK CAPITAL LETTER RHO
    "\u03a4": "t",  # GREEK CAPITAL LETTER TAU
    "\u03a5": "y",  # GREEK CAPITAL LETTER UPSILON
    "\u03a7": "x",  # GREEK CAPITAL LETTER CHI
    # Cyrillic
    "\u0410": "a",  # CYRILLIC CAPITAL LETTER A
    "\u0412": "b",  # CYRILLIC CAPITAL LETTER VE
    "\u0415": "e",  # CYRILLIC CAPITAL LETTER IE
    "\u041a": "k",  # CYRILLIC CAPITAL LETTER KA
    "\u041c": "m",  # CYRILLIC CAPITAL LETTER EM
    "\u041d": "h",  # CYRILLIC CAPITAL LETTER EN
    "\u041e": "o",  # CYRILLIC CAPITAL LETTER O
    "\u0420": "p",  # CYRILLIC CAPITAL LETTER ER
    "\u0421": "c",  # CYRILLIC CAPITAL LETTER ES
    "\u0422": "t",  # CYRILLIC CAPITAL LETTER TE
    "\u0423": "y",  # CYRILLIC CAPITAL LETTER U
    "\u0425": "x",  # CYRILLIC CAPITAL LETTER HA
    "\u0406": "i",  # CYRILLIC CAPITAL LETTER BYELORUSSIAN-UKRAINIAN I
    "\u0408": "j",  # CYRILLIC CAPITAL LETTER JE
    "\u0405": "s",  # CYRILLIC CAPITAL LETTER DZE
    "\u051a": "q",  # CYRILLIC CAPITAL LETTER QA
    "\u051c": "w",  # CYRILLIC CAPITAL LETTER WE
    "\u04c0": "l",  # CYRILLIC LETTER PALOCHKA
    "\u04ae": "y",  # CYRILLIC CAPITAL LETTER STRAIGHT U
}
_SMALL: Final = {
    # Greek
    "\u03b1": "a",  # GREEK SMALL LETTER ALPHA
    "\u03b2": "b",  # GREEK SMALL LETTER BETA
    "\u03b5": "e",  # GREEK SMALL LETTER EPSILON
    "\u03b7": "n",  # GREEK SMALL LETTER ETA
    "\u03b9": "i",  # GREEK SMALL LETTER IOTA
    "\u03ba": "k",  # GREEK SMALL LETTER KAPPA
    "\u03bd": "v",  # GREEK SMALL LETTER NU
    "\u03bf": "o",  # GREEK SMALL LETTER OMICRON
    "\u03c1": "p",  # GREEK SMALL LETTER RHO
    "\u03c4": "t",  # GREEK SMALL LETTER TAU
    "\u03c5": "u",  # GREEK SMALL LETTER UPSILON
    "\u03c7": "x",  # GREEK SMALL LETTER CHI
    "\u03c9": "w",  # GREEK SMALL LETTER OMEGA
    "\u03f2": "c",  # GREEK LUNATE SIGMA SYMBOL
    "\u03f3": "j",  # GREEK LETTER YOT
    "\u03c3": "o",  # GREEK SMALL LETTER SIGMA
    "\u03c2": "c",  # GREEK SMALL LETTER FINAL SIGMA
    # Cyrillic
    "\u0430": "a",  # CYRILLIC SMALL LETTER A
    "\u0432": "b",  # CYRILLIC SMALL LETTER VE
    "\u0435": "e",  # CYRILLIC SMALL LETTER IE
    "\u0433": "r",  # CYRILLIC SMALL LETTER GHE
    "\u043a": "k",  # CYRILLIC SMALL LETTER KA
    "\u043c": "m",  # CYRILLIC SMALL LETTER EM
    "\u043d": "h",  # CYRILLIC SMALL LETTER EN
    "\u043e": "o",  # CYRILLIC SMALL LETTER O
    "\u043f": "n",  # CYRILLIC SMALL LETTER PE
    "\u0440": "p",  # CYRILLIC SMALL LETTER ER
    "\u0441": "c",  # CYRILLIC SMALL LETTER ES
    "\u0442": "t",  # CYRILLIC SMALL LETTER TE
    "\u0443": "y",  # CYRILLIC SMALL LETTER U
    "\u0445": "x",  # CYRILLIC SMALL LETTER HA
    "\u0456": "i",  # CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I
    "\u0458": "j",  # CYRILLIC SMALL LETTER JE
    "\u0455": "s",  # CYRILLIC SMALL LETTER DZE
    "\u04bb": "h",  # CYRILLIC SMALL LETTER SHHA
    "\u0501": "d",  # CYRILLIC SMALL LETTER KOMI DE
    "\u051b": "q",  # CYRILLIC SMALL LETTER QA
    "\u051d": "w",  # CYRILLIC SMALL LETTER WE
    "\u04cf": "l",  # CYRILLIC SMALL LETTER PALOCHKA
    "\u04af": "y",  # CYRILLIC SMALL LETTER STRAIGHT U
    "\u044c": "b",  # CYRILLIC SMALL LETTER SOFT SIGN
    "\u0475": "v",  # CYRILLIC SMALL LETTER IZHITSA
}
# Latin letters that are not taken apart into a letter and a mark
_LATIN: Final = {
    "\u0131": "i",
    "\u0251": "a",
    "\u0261": "g",
    "\u0142": "l",
    "\u00f8": "o",
    "\u0111": "d",
    "\u0127": "h",
    "\u0167": "t",
}
_ONE_STROKE: Final = {"1": "l", "|": "l", "i": "l", "0": "o", "5": "s"}
_DASHES_AND_MARKS: Final = {
    **dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"),
}
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def skeleton(name: str) -> str:
    """What is left of a name for the eye; two names with one skeleton are easily taken for each other."""
    plain = unicodedata.normalize("NFKC", name)
    plain = "".join(_CAPITALS.get(letter, letter) for letter in plain)
    plain = unicodedata.normalize("NFD", plain.casefold())
    # Accents, and whatever has no width of its own or turns the direction of writing.
    plain = "".join(c for c in plain if unicodedata.category(c) not in {"Mn", "Me", "Cf", "Cc"})
    plain = "".join(_SMALL.get(c, _LATIN.get(c, _DASHES_AND_MARKS.get(c, c))) for c in plain)
    plain = "".join(_ONE_STROKE.get(c, c) for c in plain)
    for pair, one in _PAIRS:
        plain = plain.replace(pair, one)
    return " ".join(plain.split())


def looks_like(one: str, other: str) -> bool:
    """Whether two names are easily taken for each other; also where they are the same."""
    return skeleton(one) == skeleton(other)
