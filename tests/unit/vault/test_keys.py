"""Key slots: what opens them, what does not, and that damage is told apart from a wrong passphrase."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_app.crypto.age import Identity, Passphrase, decrypt, encrypt
from evidence_app.crypto.words import recovery_words
from evidence_app.errors import DamagedError, NewerFormatError, UsageError, UserError, WrongPassphraseError
from evidence_app.vault import keys
from evidence_app.vault.keys import Slot
from tests.vaults import LIGHT_WORK_FACTOR, PASSPHRASE, light_key_slots

WORDS = " ".join(recovery_words())


@pytest.fixture
def identity() -> Identity:
    return Identity.generate()


@pytest.fixture
def folder(tmp_path: Path, identity: Identity) -> Path:
    with light_key_slots():
        keys.write_slots(tmp_path, identity, {Slot.PASSPHRASE: PASSPHRASE, Slot.RECOVERY: WORDS})
    return tmp_path


def test_each_secret_opens_its_own_slot_and_no_other(folder: Path, identity: Identity) -> None:
    assert keys.unlock(folder, Slot.PASSPHRASE, PASSPHRASE).to_string() == identity.to_string()
    assert keys.unlock(folder, Slot.RECOVERY, WORDS).to_string() == identity.to_string()
    with pytest.raises(WrongPassphraseError):
        keys.unlock(folder, Slot.PASSPHRASE, WORDS)


def test_slots_are_for_the_owner_alone_and_hold_one_line(folder: Path, identity: Identity) -> None:
    files = sorted((folder / "keys").iterdir())
    assert [path.name for path in files] == ["passphrase.age", "recovery.age"]
    assert (folder / "keys").stat().st_mode & 0o777 == 0o700
    for path, secret in zip(files, (PASSPHRASE, WORDS), strict=True):
        assert path.stat().st_mode & 0o777 == 0o600
        assert decrypt(path.read_bytes(), [Passphrase(secret)]) == identity.to_string().encode() + b"\n"


def test_the_real_work_factor(tmp_path: Path, identity: Identity) -> None:
    """The one place where the time of scrypt is the subject."""
    assert keys.WORK_FACTOR == 18
    keys.write_slots(tmp_path, identity, {Slot.PASSPHRASE: PASSPHRASE})
    header = (tmp_path / "keys" / "passphrase.age").read_bytes().split(b"\n")[1]
    assert header.split()[:2] == [b"->", b"scrypt"]
    assert header.endswith(b" 18")
    assert keys.unlock(tmp_path, Slot.PASSPHRASE, PASSPHRASE).to_string() == identity.to_string()
    assert LIGHT_WORK_FACTOR < 18


def test_an_accent_may_be_typed_in_either_way(tmp_path: Path, identity: Identity) -> None:
    composed, apart = (unicodedata.normalize(form, "crème brûlée à la carte") for form in ("NFC", "NFD"))
    assert composed != apart
    with light_key_slots():
        keys.write_slots(tmp_path, identity, {Slot.PASSPHRASE: apart})
    for typed in (composed, apart):
        assert keys.unlock(tmp_path, Slot.PASSPHRASE, typed).to_string() == identity.to_string()
    slot = (tmp_path / "keys" / "passphrase.age").read_bytes()
    assert decrypt(slot, [Passphrase(composed)])


@pytest.mark.parametrize(
    "spelling", [str.upper, lambda words: words.replace(" ", "\n"), lambda words: f" {words} "]
)
def test_recovery_words_in_other_spellings(
    folder: Path, identity: Identity, spelling: Callable[[str], str]
) -> None:
    assert keys.unlock(folder, Slot.RECOVERY, spelling(WORDS)).to_string() == identity.to_string()


def test_words_that_cannot_be_a_recovery_key_are_refused_before_the_costly_part(folder: Path) -> None:
    with pytest.raises(UsageError, match="has 12 words; there are 2"):
        keys.unlock(folder, Slot.RECOVERY, "army dusk")
    with pytest.raises(UsageError, match="empty"):
        keys.unlock(folder, Slot.PASSPHRASE, "")
    with pytest.raises(WrongPassphraseError, match="recovery words"):
        keys.unlock(folder, Slot.RECOVERY, " ".join(recovery_words()))


def light(content: bytes) -> bytes:
    return encrypt(content, Passphrase(PASSPHRASE, 4))


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "text": lambda _: b"AGE-SECRET-KEY-1 was here",
    "cut off": lambda data: data[:-1],
    "cut in its header": lambda data: data[:60],
    "longer": lambda data: data + b"\0",
    "flipped at the end": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "very long": lambda data: data + bytes(5000),
    "to a key": lambda _: encrypt(b"x", [Identity.generate().recipient]),
    "another text": lambda _: light(b"this is no key"),
    "nothing": lambda _: light(b""),
    "no text": lambda _: light(b"\xff" * 74),
    "a recipient": lambda _: light(Identity.generate().recipient.to_string().encode()),
    "a key with a changed letter": lambda _: light(Identity.generate().to_string()[:-1].encode() + b"1"),
    "two keys": lambda _: light(b"\n".join(Identity.generate().to_string().encode() for _ in range(2))),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_slot_is_not_called_a_wrong_passphrase(folder: Path, name: str) -> None:
    path = folder / "keys" / "passphrase.age"
    path.write_bytes(DAMAGED[name](path.read_bytes()))
    with pytest.raises(DamagedError, match=r"key file is damaged.*not touched.*Try the other way in"):
        keys.unlock(folder, Slot.PASSPHRASE, PASSPHRASE)


def test_a_slot_of_a_later_age(folder: Path) -> None:
    path = folder / "keys" / "passphrase.age"
    path.write_bytes(path.read_bytes().replace(b"org/v1", b"org/v2", 1))
    with pytest.raises(NewerFormatError):
        keys.unlock(folder, Slot.PASSPHRASE, PASSPHRASE)


def test_a_slot_that_is_missing_or_no_file(folder: Path) -> None:
    path = folder / "keys" / "recovery.age"
    path.unlink()
    with pytest.raises(UserError, match="no recovery key file"):
        keys.unlock(folder, Slot.RECOVERY, WORDS)
    path.mkdir()
    with pytest.raises(UserError, match="cannot be read"):
        keys.unlock(folder, Slot.RECOVERY, WORDS)


@pytest.mark.parametrize(
    "weak", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "e\u0301" * 11]
)
def test_weak_passphrases_are_refused(weak: str) -> None:
    with pytest.raises(UserError, match="too easy to guess"):
        keys.check_passphrase(weak)
    keys.check_passphrase(PASSPHRASE)
