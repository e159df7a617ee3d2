"""Bech32 against the examples of BIP 173, and everything that is not Bech32."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.crypto import bech32


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("A12UEL5L", "A"),
        ("a12uel5l", "a"),
        ("?1ezyfcl", "?"),
        (
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
        ),
    ],
)
def test_examples_of_the_standard(text: str, prefix: str) -> None:
    assert bech32.decode(text) == (prefix, b"")
    assert bech32.encode(prefix, b"").lower() == text.lower()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no prefix"),
        ("pzry9x0s0muk", "no prefix"),
        ("1pzry9x0s0muk", "no prefix"),
        ("10a06t8", "no prefix"),
        ("x1b4n0q5v", "does not belong"),
        ("li1dgmt3", "too short"),
        ("A1G7SGD8", "checksum"),
        ("a12ueL5l", "mixed"),
        ("A12uEL5L", "mixed"),
        ("a12uel5l ", "does not belong"),
        ("\x20" + "1nwldj5", "does not belong"),
        ("\x7f" + "1axkwrx", "does not belong"),
        ("ä12uel5l", "does not belong"),
        ("\u0130" + "12uel5l", "does not belong"),
        ("a12uel5m", "checksum"),
        ("a1" + "q" * bech32.MAX_LENGTH, "too long"),
    ],
)
def test_what_is_not_bech32(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        bech32.decode(text)


def _with_checksum(prefix: str, values: list[int]) -> str:
    """Any values with a checksum that fits: for padding that an encoder never makes."""
    state = bech32._remainder([*bech32._expand(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values = values + [state >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[value] for value in values)


@pytest.mark.parametrize("values", [[0], [0, 1], [0, 3], [0, 0, 0], [31] * 7, [0] * 8 + [0]])
def test_padding_must_be_short_and_zero(values: list[int]) -> None:
    with pytest.raises(ValueError, match="padding"):
        bech32.decode(_with_checksum("a", values))
    assert bech32.decode(_with_checksum("a", [0, 0])) == ("a", b"\0")


@pytest.mark.parametrize("prefix", ["", "aB", "a b", "ä"])
def test_prefixes_that_cannot_be(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        bech32.encode(prefix, b"")


@given(st.sampled_from(["age", "AGE-SECRET-KEY-", "x1y"]), st.binary(max_size=80), st.data())
def test_round_trip_and_any_changed_character(prefix: str, raw: bytes, data: st.DataObject) -> None:
    text = bech32.encode(prefix, raw)
    assert bech32.decode(text) == (prefix, raw)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(
        st.characters(min_codepoint=32, max_codepoint=126).filter(lambda found: found != text[at])
    )
    changed = text[:at] + letter + text[at + 1 :]
    with pytest.raises(ValueError):  # noqa: PT011 - the reason depends on the place
        bech32.decode(changed)


@given(st.text(max_size=60))
def test_any_text_is_refused_or_comes_back(text: str) -> None:
    try:
        prefix, raw = bech32.decode(text)
    except ValueError:
        return
    assert bech32.encode(prefix, raw).lower() == text.lower()
