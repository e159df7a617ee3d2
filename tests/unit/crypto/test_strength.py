"""What is easy to guess is refused, with the reason; what chance drew is not."""

from __future__ import annotations

import pytest

from evidence_app.crypto.strength import weigh
from evidence_app.crypto.words import suggest_passphrase

OWN = ("Helen Ashdown", "Larkmere Academy")


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("short", "fewer than 12"),
        ("aaaaaaaaaaaaaaaa", "repeats a few"),
        ("winter winter winter", "repeats itself"),
        ("Password123456", "many people use"),
        ("0123456789012", "counts up"),
        ("larkmere academy 2026", "your name or your school"),
        ("Helen-Ashdown-1970", "your name or your school"),
        ("i love my school", "many people use"),
        ("summer holiday rex", "many people use"),
    ],
)
def test_what_can_be_guessed_is_refused_with_the_reason(weak: str, why: str) -> None:
    found = weigh(weak, OWN)
    assert not found.good
    assert why in found.advice


@pytest.mark.parametrize(
    "good",
    [
        "copper lantern quiet meadow",
        "correct horse battery staple",
        "éèêëáàâäüöïô",
        "Käse lantern copper 12 bus",
        "copper lantern quiet meadow " * 40,
    ],
)
def test_unrelated_words_are_taken_however_long(good: str) -> None:
    assert weigh(good, OWN).good


def test_what_the_program_suggests_it_also_takes() -> None:
    assert all(weigh(suggest_passphrase()).good for _ in range(20))
