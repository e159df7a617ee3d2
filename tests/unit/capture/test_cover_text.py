"""Covering words of a text: what is found, what the mark tells, and that nothing covered is left."""

from __future__ import annotations

import os
import random

import pytest

from evidence_app.capture.cover_text import (
    BLOCKS,
    MAX_BYTES,
    Passage,
    covered_text,
    decoded,
    fold,
    mark,
)
from evidence_app.errors import UsageError

NAME = "pupil's name"
M = mark(NAME)
CASES = int(os.environ.get("EVIDENCE_MUTATIONS", "1500"))
"""A long hunt: EVIDENCE_MUTATIONS=1000000."""


def covered(text: str, *words: str) -> str:
    return covered_text(text, [Passage(NAME, one) for one in words]).text


# --- the text of a file -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("Zoë".encode(), "Zoë"),
        (b"\xef\xbb\xbfZo\xc3\xab", "Zoë"),
        ("Zoë".encode("utf-16"), "Zoë"),
        ("\ufeffZoë".encode("utf-16-be"), "Zoë"),
        (b"Zo\xeb \x93so\x94", "Zoë “so”"),
        ("a\u2028b\x0bc\x85d".encode(), "a\nb\nc\nd"),
        (b"", ""),
    ],
)
def test_a_file_is_decoded_by_its_marks(data: bytes, text: str) -> None:
    assert decoded(data) == text


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xff\xfea", b"\x81\x8d\x8f", b"a\x00b"])
def test_what_is_no_text_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(UsageError, match="no text"):
        decoded(data)


def test_a_text_that_is_too_long_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(UsageError, match="longer than 4 MB"):
        decoded(b"\xff" * (MAX_BYTES + 1))


# --- what is found ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "there",
    [
        "Zoë Quennell",
        "ZOË QUENNELL",
        "zoe quennell",
        "Zoe\u0308  Quennell",
        "Zo\u00eb\u00a0Quennell",
        "Zoë\nQuennell",
        "Zo\u200bë Quen\u00adnell",
        "\u202eZoë\u202c Quennell",
        "Zoë\u2009Quennell",
        "Z\u0336o\u0336ë\u0336 Q\u0336u\u0336e\u0336n\u0336n\u0336e\u0336l\u0336l\u0336",
        "ＺＯＥ Ｑｕｅｎｎｅｌｌ",
        "𝐙𝐨𝐞 𝐐𝐮𝐞𝐧𝐧𝐞𝐥𝐥",
    ],
)
def test_words_are_found_however_they_are_written(there: str) -> None:
    shown = covered(f"I saw {there}, twice.", "Zoë Quennell")
    assert fold(shown) == fold(f"I saw {M}, twice.")
    assert "uennell" not in shown


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("It was O’Brien's coat", "o'brien", f"It was {M}'s coat"),
        ("Anne–Marie", "Anne-Marie", M),
        ("see @quennell_watch09 there", "Quennell", f"see @{M}_watch09 there"),
        ("Straße", "strasse", M),
        ("ﬁona was", "fiona", f"{M} was"),
        ("aaa", "aa", f"{M}a"),
        ("Ann, Ann and ann", "ann", f"{M}, {M} and {M}"),
    ],
)
def test_also_within_words_and_with_other_signs(text: str, words: str, shown: str) -> None:
    assert covered(text, words) == shown


def test_the_mark_does_not_tell_how_long_it_was() -> None:
    shown = {covered(f"a {words} b", words) for words in ("Al", "Alexandrina Wilhelmina", "x" * 900)}
    assert shown == {f"a {M} b"}
    assert f"[{BLOCKS} {NAME}]" == M
    lines = [covered_text("1\n2\n3\n4\n", [Passage(NAME, first=2, last=last)]).text for last in (2, 3)]
    assert lines == [f"1\n{M}\n3\n4\n", f"1\n{M}\n4\n"]


@pytest.mark.parametrize(
    ("first", "last", "shown"), [(1, 1, f"{M}\nb\nc"), (3, 3, f"a\nb\n{M}"), (1, 3, M), (2, 3, f"a\n{M}")]
)
def test_lines_count_from_one(first: int, last: int, shown: str) -> None:
    assert covered_text("a\nb\nc", [Passage(NAME, first=first, last=last)]).text == shown


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (1, 4), (4, 4), (-1, 2)])
def test_lines_that_are_not_there_are_refused(first: int, last: int) -> None:
    with pytest.raises(UsageError, match="lines 1 to 3"):
        covered_text("a\nb\nc\n", [Passage(NAME, first=first, last=last)])


def test_what_overlaps_has_one_mark_that_says_both() -> None:
    made = covered_text(
        "Callum Fenwick of 9B", [Passage(NAME, "callum fenwick"), Passage("unrelated", "Fenwick of")]
    )
    assert made.text == f"[{BLOCKS} {NAME}, unrelated] 9B"
    assert made.places == (1, 1)


def test_every_place_is_counted_for_each_passage() -> None:
    made = covered_text("Tom, Nadia, TOM", [Passage(NAME, "tom"), Passage(NAME, "Nadia")])
    assert made.places == (2, 1)


@pytest.mark.parametrize("words", ["", "  ", "\u200b", "Tom Garrick", "x" * 1001])
def test_what_cannot_be_covered_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="Nothing was made"):
        covered("Nadia was there", words)


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(UsageError, match="nothing to cover"):
        covered_text("a", [])
    with pytest.raises(UsageError, match="More than 500"):
        covered_text("a", [Passage(NAME, "a")] * 501)


def test_a_reason_cannot_say_what_it_covers() -> None:
    with pytest.raises(UsageError, match="says what it covers"):
        covered_text("Tom Garrick", [Passage("another reason: it is TOM", "Tom")])
    # The policy's own words may: "name" covers a name.
    assert covered("a name", "name") == f"a {M}"


# --- any text -----------------------------------------------------------------------------------------

_LETTERS = "abAB éÉe\u0301ßﬁ \u00a0\n\u200b\u00ad\u202e\u0336'’-–.ısİK\u212aΣςσ𝐚①½"


def test_whatever_the_text_nothing_that_is_covered_is_left_and_all_else_is() -> None:
    """Random texts of letters that fold in odd ways; the guard inside raises where a passage is left."""
    chance = random.Random(20261123)
    found = 0
    for _ in range(CASES):
        text = "".join(chance.choices(_LETTERS, k=chance.randint(1, 30)))
        start = chance.randrange(len(text))
        words = text[start : start + chance.randint(1, 6)]
        if not fold(words).strip():
            continue
        try:
            made = covered_text(text, [Passage("X", words)])
        except UsageError:
            continue  # a part of a letter that folds to several, or only its accent
        found += 1
        rest = made.text.split(mark("X"))
        assert len(rest) == len(made.text.split(BLOCKS))
        at = 0
        for piece in rest:
            at = text.index(piece, at) + len(piece)
            assert fold(words).strip() not in fold(piece), (text, words)
    assert found > CASES // 2
