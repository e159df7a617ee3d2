"""Which characters may stand in text that other people wrote and this program shows."""

from __future__ import annotations

import unicodedata
from typing import Final

BIDIRECTIONAL: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing: what is read is no longer what is there."""

_REFUSED: Final = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})


def is_clean(text: str) -> bool:
    """Whether nothing in it steers a display, breaks a line or has no meaning in Unicode."""
    return not any(c in BIDIRECTIONAL or unicodedata.category(c) in _REFUSED for c in text)


def visible(text: str) -> str:
    """`text` with everything that steers a display written out: “⟨U+202E⟩” in place of the mark itself.

    Line feeds and tabs stay, and so do the joiners of scripts and emoji. For showing; never for keeping.
    """
    return "".join(
        f"⟨U+{ord(c):04X}⟩"
        if (c in BIDIRECTIONAL or unicodedata.category(c) in _REFUSED) and c not in "\n\t"
        else c
        for c in text
    )
