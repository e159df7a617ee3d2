"""Words for fingerprints, recovery keys and passphrases."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.crypto import words
from evidence_app.errors import StorageError, UsageError
from evidence_app.paths import resources

# The list is part of the formats: after the first release neither it nor this line changes.
WORD_LIST_SHA256 = "3e069e5b754c46331b98ef3d596f40b093670bafe221595bd00fac7e78e2208f"


def test_the_list_is_the_one_that_was_released() -> None:
    raw = (resources() / "words" / "english.txt").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == WORD_LIST_SHA256


def test_the_list_is_easy_to_tell_apart() -> None:
    found = words.word_list()
    assert len(found) == len(set(found)) == 2048
    assert list(found) == sorted(found)
    assert len({word[:4] for word in found}) == 2048
    assert all(word.isascii() and word.isalpha() and word.islower() and 4 <= len(word) <= 8 for word in found)


def test_a_damaged_list_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "english.txt").write_text("\n".join(words.word_list()[:-1]))
    monkeypatch.setattr(words, "resources", lambda: tmp_path)
    words.word_list.cache_clear()
    try:
        with pytest.raises(StorageError, match="word list"):
            words.word_list()
    finally:
        words.word_list.cache_clear()


def _eleven_bits(digest: bytes, count: int) -> list[int]:
    bits = "".join(f"{byte:08b}" for byte in digest)
    return [int(bits[at : at + 11], 2) for at in range(0, 11 * count, 11)]


@given(st.binary(max_size=64))
def test_fingerprint_words(data: bytes) -> None:
    digest = hashlib.sha256(b"evidence/test/1\n" + data).digest()
    expected = tuple(words.word_list()[number] for number in _eleven_bits(digest, 8))
    assert words.fingerprint_words(data, b"evidence/test/1\n") == expected


def test_fingerprints_of_different_things_differ() -> None:
    assert words.fingerprint_words(b"a", b"one\n") != words.fingerprint_words(b"a", b"two\n")


def test_keys_and_bundles_have_words_of_their_own() -> None:
    digest = bytes(range(32))
    assert words.key_words(digest) == words.fingerprint_words(digest, words.KEY_WORDS)
    assert words.bundle_words(digest) == words.fingerprint_words(digest, words.BUNDLE_WORDS)
    assert words.key_words(digest) != words.bundle_words(digest)


def test_recovery_words() -> None:
    drawn = {words.recovery_words() for _ in range(50)}
    assert len(drawn) == 50
    for key in drawn:
        assert len(key) == 12
        numbers = [words.word_list().index(word) for word in key]
        bits = "".join(f"{number:011b}" for number in numbers)
        secret = int(bits[:128], 2).to_bytes(16, "big")
        assert f"{hashlib.sha256(secret).digest()[0]:08b}"[:4] == bits[128:]
        assert words.check_recovery_words(" ".join(key)) == " ".join(key)


@given(st.binary(min_size=16, max_size=16))
def test_ways_of_typing_a_recovery_key(secret: bytes) -> None:
    key = words._recovery(secret)
    plain = " ".join(key)
    numbered = "\n".join(f" {place}.  {word.upper()}" for place, word in enumerate(key, 1))
    for typed in (plain, numbered, "-".join(key), ", ".join(key), " ".join(word[:4] for word in key)):
        assert words.check_recovery_words(typed) == plain


KEY = words._recovery(bytes(range(16)))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "there are 0"),
        (" ".join(KEY[:11]), "there are 11"),
        (" ".join((*KEY, KEY[0])), "there are 13"),
        (" ".join((*KEY[:2], "xylophone", *KEY[3:])), "Word 3, “xylophone”"),
        (" ".join((*KEY[:2], KEY[2][:3], *KEY[3:])), "Word 3"),
        (" ".join((*KEY[:11], KEY[11] + "s")), f"Did you mean “{KEY[11]}”"),
        (" ".join((KEY[1], KEY[0], *KEY[2:])), "do not belong together"),
        ("a" * 1001, "too long"),
    ],
)
def test_what_is_no_recovery_key(typed: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        words.check_recovery_words(typed)
    assert "Nothing was changed" in caught.value.message


@given(st.text(max_size=200))
def test_any_text_gives_an_answer(text: str) -> None:
    try:
        words.check_recovery_words(text)
    except UsageError:
        return
    raise AssertionError("hardly")


def test_suggested_passphrases() -> None:
    suggested = [words.suggest_passphrase() for _ in range(20)]
    assert len(set(suggested)) == 20
    assert all(
        len(text.split(" ")) == 5 and set(text.split(" ")) <= set(words.word_list()) for text in suggested
    )
    assert len(words.suggest_passphrase(7).split()) == 7
    with pytest.raises(ValueError, match="at least one"):
        words.suggest_passphrase(0)
