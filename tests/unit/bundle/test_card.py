"""Contact cards: what is made is read, and nothing else is."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.bundle.card import MAX_CARD_BYTES, CardError, contact_of, make_card, read_card
from evidence_app.bundle.text import flaw_of_line, shown, shown_name
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import NewerFormatError, NotOurFileError, UsageError
from evidence_app.records import ContactCard
from tests.bundles import NOON, Sender

HELEN = Sender()
GOOD = make_card(HELEN.card, HELEN.key)


def signed(**changes: object) -> bytes:
    line = json.loads(GOOD.split(b"\n")[0]) | changes
    text = json.dumps(line, separators=(",", ":")).encode() + b"\n"
    return text + HELEN.key.sign(text, "evidence-contact")


def test_round_trip() -> None:
    assert read_card(GOOD) == HELEN.card
    assert GOOD.isascii()
    assert GOOD.split(b"\n")[1] == b"-----BEGIN SSH SIGNATURE-----"


def test_letters_of_other_languages() -> None:
    for name in ("Siân Ŵyn-Jones", "Μαρία", "山田花子", "O’Neill"):
        card = replace(HELEN.card, name=name)
        assert read_card(make_card(card, HELEN.key)) == card


BAD_LINES = {
    "empty": "",
    "blank": "   ",
    "space before": " Helen",
    "space behind": "Helen ",
    "line end": "Helen\nAshdown",
    "return": "Helen\rAshdown",
    "nul": "Helen\0",
    "escape": "\x1b[31mHelen",
    "right to left": "Helen\u202enwodhsA",
    "isolate": "Helen\u2066",
    "mark": "Helen\u200f",
    "line separator": "Helen\u2028",
    "decomposed": "Zoe\u0308",
    "half character": "Helen\ud800",
    "private use": "Helen\ue000",
    "long": "H" * 201,
}


@pytest.mark.parametrize("case", BAD_LINES)
@pytest.mark.parametrize("field", ["name", "role", "school"])
def test_text_that_cannot_stand_in_a_card(field: str, case: str) -> None:
    text = BAD_LINES[case]
    if field == "school" and not text:
        # Not everybody who keeps evidence belongs to one school.
        assert read_card(make_card(replace(HELEN.card, school=""), HELEN.key)).school == ""
        return
    with pytest.raises(UsageError, match="No contact card was made"):
        make_card(replace(HELEN.card, **{field: text}), HELEN.key)  # type: ignore[arg-type]
    with pytest.raises(CardError) as caught:
        read_card(signed(**{field: text}))
    assert caught.value.code in {"card-name", "card-broken"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signing_key": "ssh-rsa AAAA"}, "card-broken"),
        ({"signing_key": ""}, "card-broken"),
        ({"recipient": "age1x"}, "card-key"),
        ({"recipient": "AGE-SECRET-KEY-1"}, "card-key"),
        ({"name": 5}, "card-broken"),
        ({"more": 1}, "card-broken"),
        ({"evidence-contact": "1"}, "card-broken"),
        ({"evidence-contact": True}, "card-broken"),
        ({"evidence-contact": 0}, "card-broken"),
    ],
)
def test_fields_that_do_not_fit(changes: dict[str, object], code: str) -> None:
    with pytest.raises(CardError) as caught:
        read_card(signed(**changes))
    assert caught.value.code == code


def test_another_key_may_not_sign() -> None:
    text = GOOD.split(b"\n")[0] + b"\n"
    for key, namespace in [(Sender("X", 9).key, "evidence-contact"), (HELEN.key, "evidence-bundle")]:
        with pytest.raises(CardError) as caught:
            read_card(text + key.sign(text, namespace))
        assert caught.value.code == "card-signature"
    with pytest.raises(ValueError, match="key"):
        make_card(HELEN.card, SigningKey(bytes(32)))


def test_other_files_and_newer_cards() -> None:
    for data in (
        b"",
        b"hello",
        b"{}",
        GOOD.split(b"\n")[0],
        b"\xef\xbb\xbf" + GOOD,
        GOOD + b" " * MAX_CARD_BYTES,
    ):
        with pytest.raises(NotOurFileError):
            read_card(data)
    with pytest.raises(NewerFormatError):
        read_card(signed(**{"evidence-contact": 2}))


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_changed_byte_never_passes(at: int, value: int) -> None:
    data = GOOD[:at] + bytes([value]) + GOOD[at + 1 :]
    if data != GOOD:
        with pytest.raises((CardError, NotOurFileError, NewerFormatError)):
            read_card(data)


@given(st.text(max_size=250))
def test_any_name_is_either_kept_exactly_or_refused(name: str) -> None:
    with suppress(UsageError):
        assert read_card(make_card(replace(HELEN.card, name=name), HELEN.key)).name == name
        assert flaw_of_line(name) is None


def test_contacts() -> None:
    seen = contact_of(HELEN.card, NOON)
    assert (seen.confirmed_at, len(seen.words), seen.fingerprint[:7]) == (None, 8, "SHA256:")
    assert contact_of(HELEN.card, NOON, "in person").confirmed_at == NOON
    assert isinstance(HELEN.card, ContactCard)


def test_text_of_others_is_shown_safely() -> None:
    assert shown("a\u202eb\x1b[0m\n") == "a\ufffdb\ufffd[0m\n"
    assert shown("x" * 50, 10) == "x" * 9 + "…"
    assert shown_name("a\nb\tc") == "a\ufffdb\ufffdc"
