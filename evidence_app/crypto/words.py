"""Words for people: fingerprints to compare, recovery keys to print, passphrases to remember.

A word stands for 11 bits, most significant first. The list and its order are part of the formats
(resources/words/README.md).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from evidence_app.errors import StorageError, UsageError
from evidence_app.paths import resources

LIST_LENGTH: Final = 2048
FINGERPRINT_WORDS: Final = 8
RECOVERY_WORDS: Final = 12
SUGGESTED_WORDS: Final = 5

KEY_WORDS: Final = b"evidence/words/key/1\n"
BUNDLE_WORDS: Final = b"evidence/words/bundle/1\n"

WORD_BITS: Final = 11
_RANDOM_BYTES = 16
_CHECK_BITS = 4
_MAX_TEXT = 1000
# On the printed sheet words are numbered and may be set in columns.
_SEPARATORS = re.compile(r"[\s,;.\-]+")


@lru_cache(maxsize=1)
def word_list() -> tuple[str, ...]:
    """The 2,048 words in their fixed order; `StorageError` where the list is not whole."""
    words = tuple((resources() / "words" / "english.txt").read_text("ascii").split())
    if len(words) != LIST_LENGTH or len({word[:4] for word in words}) != LIST_LENGTH:
        raise StorageError(
            "The program's word list is damaged. Your vaults are not affected. Install the program again."
        )
    return words


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    """Every accepted spelling: the word itself, or the first four letters and as many more as one likes."""
    return {word[:end]: number for number, word in enumerate(word_list()) for end in range(4, len(word) + 1)}


def _to_words(number: int, count: int) -> tuple[str, ...]:
    words = word_list()
    return tuple(words[number >> WORD_BITS * place & LIST_LENGTH - 1] for place in reversed(range(count)))


def fingerprint_words(data: bytes, domain: bytes) -> tuple[str, ...]:
    """Eight words: the first 88 bits of SHA-256(`domain` + `data`).

    `domain` keeps the words of different things apart; give it a fixed end, such as a newline.
    """
    digest = hashlib.sha256(domain + data).digest()
    return _to_words(int.from_bytes(digest[: FINGERPRINT_WORDS * WORD_BITS // 8], "big"), FINGERPRINT_WORDS)


def key_words(key: bytes) -> tuple[str, ...]:
    """The eight words of a signing key (32 bytes): what two people compare in person."""
    return fingerprint_words(key, KEY_WORDS)


def bundle_words(digest: bytes) -> tuple[str, ...]:
    """The eight words of a bundle, from the SHA-256 (32 bytes) of its tag manifest."""
    return fingerprint_words(digest, BUNDLE_WORDS)


def _check(secret: bytes) -> int:
    return hashlib.sha256(secret).digest()[0] >> 8 - _CHECK_BITS


def _recovery(secret: bytes) -> tuple[str, ...]:
    return _to_words(int.from_bytes(secret, "big") << _CHECK_BITS | _check(secret), RECOVERY_WORDS)


def recovery_words() -> tuple[str, ...]:
    """Twelve words: 128 random bits, then the first 4 bits of their SHA-256.

    Joined by single spaces they are the passphrase of the recovery key slot.
    """
    return _recovery(secrets.token_bytes(_RANDOM_BYTES))


def check_recovery_words(text: str) -> str:
    """What a person typed, as `w1 w2 … w12`; capitals, numbering and separators do not matter.

    Four letters of a word are enough. Raises `UsageError` that says which word is wrong.
    """
    if len(text) > _MAX_TEXT:
        raise UsageError("That is too long for a recovery key. Nothing was changed. Type its twelve words.")
    given = [part for part in _SEPARATORS.split(text.lower()) if part and not part.isdecimal()]
    numbers = _numbers()
    for place, word in enumerate(given[:RECOVERY_WORDS], start=1):
        if word not in numbers:
            close = get_close_matches(word, word_list(), n=1)
            hint = f" Did you mean “{close[0]}”?" if close else " Look at the sheet again."
            raise UsageError(
                f"Word {place}, “{word[:20]}”, is not on the word list. Nothing was changed.{hint}"
            )
    if len(given) != RECOVERY_WORDS:
        raise UsageError(
            f"A recovery key has {RECOVERY_WORDS} words; there are {len(given)} here. "
            "Nothing was changed. Look at the sheet again."
        )
    number = 0
    for word in given:
        number = number << WORD_BITS | numbers[word]
    secret = (number >> _CHECK_BITS).to_bytes(_RANDOM_BYTES, "big")
    if number & (1 << _CHECK_BITS) - 1 != _check(secret):
        raise UsageError(
            "These twelve words do not belong together: one is another word than on the sheet, "
            "or two are swapped. Nothing was changed. Compare each with the sheet."
        )
    return " ".join(_recovery(secret))


def suggest_passphrase(count: int = SUGGESTED_WORDS) -> str:
    """`count` random words joined by spaces, 11 bits each: five are 55 bits, before scrypt."""
    if count < 1:
        raise ValueError("at least one word")
    return " ".join(secrets.choice(word_list()) for _ in range(count))
