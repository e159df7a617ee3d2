"""Keys and passphrases, and complete files that the stock `age` tool wrote."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.crypto import _age_keys, age, bech32
from evidence_app.errors import UsageError, UserError

# The pair that the specification prints.
SECRET = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
PUBLIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

# Written by age 1.1.1 for the key of 32 bytes 32, 33, … 63, and for the passphrase below.
FOR_KEY = base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBaUGE4SFJEZUQ2ejlJeml6Kys4M1psREkrU2s2K2loSUVYQU1CaEdzRDM4"
    "Cmw3eEZVVmFacmFVbEpTRDlDM05TSjFFVXBldUhrWDQxRzlkQml1ZVBVSlkKLS0tIGUwOEIyWkF6RlBaZ29keVZWdTYxS3JPVjJS"
    "Tk56YytpdWRKNE8yaVE5TDAKQo2X/zptO7kD/jXRsKMIbuOfKXkigezof8fwjLDs4Gzv6GlM5yLDIfWUGTbzxv+isxYc3rmTD7QD"
    "lw=="
)
FOR_PASSPHRASE = base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCAxNjhvcG5HckM1OFhyaDFRdFoyaFRBIDE4CmxGRlNGVXRTejFHYU45QUdU"
    "dzdlcjVaQlZkeGMxQWZiVmgzaXZNTkN6OTgKLS0tIHNpZXhTbENoRG5uK09ndDBNR1h2TVhqSlRMQnJWbCt0aUwrb3BpVUxIdlkK"
    "cF/5sc05ezE/gXn8axcqJ/ZgNnpX5jYYVnHeE+549NjBu/d7DbbNtk9JsRYS0Om0faS9X457PawfjQ=="
)
MESSAGE = b"Evidence, kept as it was.\n"


def test_files_of_the_stock_tool() -> None:
    assert age.decrypt(FOR_KEY, [age.Identity(bytes(range(32, 64)))]) == MESSAGE
    assert age.decrypt(FOR_PASSPHRASE, [age.Passphrase("copper lantern")]) == MESSAGE


def test_the_pair_of_the_specification() -> None:
    identity = age.Identity.from_string(SECRET)
    assert identity.to_string() == SECRET
    assert identity.recipient.to_string() == PUBLIC
    assert age.Recipient.from_string(PUBLIC) == identity.recipient
    assert identity.recipient.raw == bech32.decode(PUBLIC)[1]


@given(st.binary(min_size=32, max_size=32))
def test_keys_survive_as_text(raw: bytes) -> None:
    identity = age.Identity(raw)
    assert age.Identity.from_string(identity.to_string()).to_string() == identity.to_string()
    assert age.Recipient.from_string(str(identity.recipient)) == identity.recipient


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        PUBLIC,
        SECRET.lower(),
        SECRET + " ",
        SECRET[:-1],
        SECRET.replace("GFPYY", "GFPYA", 1),
        bech32.encode("AGE-SECRET-KEY-", bytes(31)),
        bech32.encode("AGE-SECRET-KEY-", bytes(33)),
        bech32.encode("AGE-SECRET-KEY-PQ-", bytes(32)),
    ],
)
def test_what_is_no_secret_key(text: str) -> None:
    with pytest.raises(UsageError, match="not a secret key"):
        age.Identity.from_string(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SECRET,
        PUBLIC.upper(),
        "A" + PUBLIC[1:],
        PUBLIC + "\n",
        PUBLIC[:-1],
        PUBLIC.replace("z", "y", 1),
        bech32.encode("age", bytes([9]) * 31),
        bech32.encode("age", bytes([9]) * 33),
        bech32.encode("age1pq", bytes([9]) * 32),
    ],
)
def test_what_is_no_recipient(text: str) -> None:
    with pytest.raises(UsageError, match="not a recipient key"):
        age.Recipient.from_string(text)


# u of the points whose order divides 8, and the same with p added where that still fits (RFC 7748, 6.1).
LOW_ORDER = [
    bytes(32),
    bytes([1]) + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    (2**255 - 20).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
    (2**255 - 18).to_bytes(32, "little"),
    (2**256 - 19).to_bytes(32, "little"),
]


@pytest.mark.parametrize("raw", LOW_ORDER)
def test_recipients_that_anybody_could_open_are_refused(raw: bytes) -> None:
    with pytest.raises(UsageError, match="not a usable recipient key"):
        age.Recipient.from_string(bech32.encode("age", raw))


def test_wrong_lengths_are_our_bug() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        age.Identity(bytes(31))
    for factor in (0, age.MAX_WORK_FACTOR + 1):
        with pytest.raises(ValueError, match="work factor"):
            age.Passphrase("a", factor)


@pytest.mark.parametrize("text", ["", "\ud800"])
def test_passphrases_that_cannot_be(text: str) -> None:
    with pytest.raises(UsageError):
        age.Passphrase(text)


def test_secrets_are_not_shown() -> None:
    identity = age.Identity.from_string(SECRET)
    shown = f"{identity!r} {identity} {age.Passphrase('copper')!r} {age.Passphrase('copper')}"
    assert "copper" not in shown
    assert "SECRET" not in shown.upper()
    assert PUBLIC in shown


def test_derived_keys() -> None:
    raw = bytes(range(32))
    extracted = hmac.digest(bytes(32), raw, "sha256")
    expected = hmac.digest(extracted, b"evidence/test\x01", "sha256")
    identity = age.Identity(raw)
    assert identity.derive(b"evidence/test") == expected
    assert identity.derive(b"evidence/other") != expected
    assert identity.derive(b"evidence/test", 64)[:32] == expected


def test_passphrase_round_trip_and_factor() -> None:
    file = age.encrypt(b"a", age.Passphrase("Käse und Brot ☕", 3))
    assert file.split(b"\n")[1].endswith(b" 3")
    assert age.decrypt(file, [age.Passphrase("Käse und Brot ☕")]) == b"a"
    assert age.Passphrase("a").work_factor == age.DEFAULT_WORK_FACTOR == 18


def test_no_memory_for_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    # OpenSSL answers a failed allocation with this ValueError; the real thing would need a starved machine.
    def starved(*args: object, **named: object) -> bytes:
        raise ValueError("[digital envelope routines] malloc failure")

    monkeypatch.setattr(hashlib, "scrypt", starved)
    with pytest.raises(UserError, match="not enough free memory"):
        age.encrypt(b"a", age.Passphrase("a", 1))


def test_scrypt_is_allowed_the_memory_of_the_highest_factor() -> None:
    # The cost function refuses at once, before any work, where `maxmem` is below what it needs.
    cost = 1 << age.MAX_WORK_FACTOR
    with pytest.raises(ValueError, match="memory limit"):
        hashlib.scrypt(b"a", salt=b"b", n=cost, r=8, p=1, maxmem=128 * 8 * cost, dklen=32)
    assert _age_keys.scrypt_memory(age.MAX_WORK_FACTOR) > 128 * 8 * (cost + 2)
    assert _age_keys.scrypt_memory(age.MAX_WORK_FACTOR) < 2**31


def test_identity_files() -> None:
    text = f"# created: 2026-03-12T14:32:07Z\n# public key: {PUBLIC}\n{SECRET}\n\n"
    (identity,) = age.identities_from_text(text)
    assert identity.to_string() == SECRET
    assert len(age.identities_from_text(text.replace("\n", "\r\n") * 2)) == 2
    for bad in ("", "# nothing\n", "helen\n", PUBLIC, (SECRET + "\n") * 65):
        with pytest.raises(UsageError):
            age.identities_from_text(bad)
