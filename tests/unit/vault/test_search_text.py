"""Words in texts: what is looked for, and where it stands."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.records import Marked
from evidence_app.vault.search_text import (
    MAX_LETTERS,
    MAX_WORDS,
    fold,
    marked,
    parts_of,
    piece,
    plain,
    words_of,
)

TEXTS = st.text(max_size=300)
RIGHT_TO_LEFT, ZERO_WIDTH, SOFT_HYPHEN = "\u202e", "\u200b", "\u00ad"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Tom Garrick", ("tom", "garrick")),
        ("  @larkmere_truth  ", ("larkmere", "truth")),
        ("https://social.example/@x/9?s=1", ("https", "social", "example", "x", "9", "s", "1")),
        ("CRÈME Brûlée", ("creme", "brulee")),
        ("tom TOM tom", ("tom",)),
        ("HXA/001", ("hxa", "001")),
        ('" OR 1=1 --', ("or", "1")),
        ("NEAR(a b) AND NOT c* ^d {e} : f", ("near", "a", "b", "and", "not", "c", "d", "e", "f")),
        (f"to{ZERO_WIDTH}m{RIGHT_TO_LEFT} {SOFT_HYPHEN}g", ("tom", "g")),
        ("a\0b", ("a", "b")),
        ("…!?\u202e", ()),
        ("", ()),
    ],
)
def test_what_is_typed_is_words_and_nothing_else(typed: str, words: tuple[str, ...]) -> None:
    assert words_of(typed) == (words, False)


def test_more_words_than_are_looked_for_are_said() -> None:
    many = " ".join(f"word{at}" for at in range(MAX_WORDS + 1))
    assert words_of(many) == (tuple(f"word{at}" for at in range(MAX_WORDS)), True)
    assert words_of("x" * 100_000) == (("x" * MAX_LETTERS,), True)
    assert words_of("tom " + "," * 100_000) == (("tom",), False)
    assert words_of("tom " + "," * 100_000 + "end") == (("tom",), True)


@given(TEXTS)
def test_nothing_that_is_typed_raises_and_words_are_words(typed: str) -> None:
    words, _ = words_of(typed)
    assert len(words) <= MAX_WORDS
    for word in words:
        assert word == fold(word)
        assert not set(word) & set(string.whitespace + string.punctuation)


@given(TEXTS)
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_is_that_of_the_database() -> None:
    """Accents of the letters a to z only; a letter that becomes two stays one."""
    assert fold("ÀÉÎÕÜ Ç ẞ Ж Ё ΆΩ İ") == "aeiou c ß ж ё άω i"


def test_what_cannot_be_seen_is_not_in_the_text() -> None:
    assert plain(f"a{RIGHT_TO_LEFT}b{ZERO_WIDTH}c{SOFT_HYPHEN}d\0e\x1ef\tg\nh") == "abcd e f\tg\nh"
    assert plain("e\u0301") == "é"
    assert plain("plain words") == "plain words"


def test_parts_of_a_handle() -> None:
    found = parts_of("@Larkmere_Truth9 ab")
    assert {"arkmere", "mere", "ere", "ruth9", "th9"} <= set(found)
    assert not {"larkmere", "re", "h9", "b"} & set(found)
    assert len(parts_of(" ".join(f"handle{at:05d}" for at in range(500)))) == 400


# --- marks ----------------------------------------------------------------------------------------------


def shown(found: Marked) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_beginnings_of_words_are_marked() -> None:
    found = marked("Photograph of Tom; a photo. Atomic", ("photo", "tom", "a"))
    assert shown(found) == ["Photo", "Tom", "a", "photo"]
    assert shown(marked("CRÈME brûlée", ("creme", "brul"))) == ["CRÈME", "brûl"]
    assert shown(marked("larkmere_truth", ("truth",))) == ["truth"]


def test_inside_a_handle_too() -> None:
    assert shown(marked("@larkmeretruth", ("truth",), inside=True)) == ["truth"]
    assert shown(marked("@larkmeretruth", ("truth",))) == []
    assert shown(marked("@larkmere", ("rk",), inside=True)) == [], "two letters are too few"


def test_a_piece_begins_shortly_before_the_first_mark() -> None:
    text = "early words " * 200 + "then the giraffe spoke " + "and much later " * 200
    found = piece(text, ("giraffe",))
    assert shown(found) == ["giraffe"]
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert len(found.text) < 220
    assert piece("short\n\ttext  here", ("here",)) == Marked("short text here", ((11, 15),))
    assert piece("x" * 5000 + "giraffe", ("xx",)).text.endswith("…")


@given(TEXTS, st.lists(st.sampled_from(["a", "ab", "tom", "é", "1"]), max_size=4), st.booleans())
def test_marks_are_inside_in_order_and_apart(text: str, words: list[str], inside: bool) -> None:
    for found in (marked(text, words, inside=inside), piece(text * 5, words, inside=inside)):
        last = -1
        for start, end in found.marks:
            assert last < start + (last >= 0) <= end <= len(found.text)
            assert fold(found.text[start:end]) in {fold(word) for word in words}
            last = end
        assert "\n" not in found.text
        assert RIGHT_TO_LEFT not in found.text
