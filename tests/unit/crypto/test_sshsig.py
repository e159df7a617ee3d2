"""SSH signatures: the bytes of `ssh-keygen`, and a planted violation for each rule."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_app.crypto import sshsig
from evidence_app.crypto.sshsig import SignatureError, SigningKey
from evidence_app.errors import IntegrityError

MESSAGE = b"a message"
SPACE = "evidence-test"

# Made by `ssh-keygen -Y sign` of OpenSSH 9.2 with the key of this seed.
SEED = bytes.fromhex("f38e81ac729e10fc88a1b771ab3fbe1697144833dc73f02b3a24e7a50700af1d")
LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHBv6rgHC4Hs0CwBxEWL2FlsLetWXv93ijvYeUJXuW0p"
FINGERPRINT = "SHA256:y5WUzvR0gVnUGdYXIkYe/rcAn89+W6B4so9WV9Ue1eg"
SIGNATURE = b"""\
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgcG/quAcLgezQLAHERYvYWWwt61
Ze/3eKO9h5Qle5bSkAAAANZXZpZGVuY2UtdGVzdAAAAAAAAAAGc2hhNTEyAAAAUwAAAAtz
c2gtZWQyNTUxOQAAAECeH4wlo3SC7+2B4Tgjhfszcb8SViEseIyfNzFiR4JJf1/LDZyrxe
/d5GX+GNsV3IuBqEyqDpbMxgHvlZqZzFMF
-----END SSH SIGNATURE-----
"""


def test_the_bytes_of_ssh_keygen() -> None:
    key = SigningKey(SEED)
    assert key.sign(MESSAGE, SPACE) == SIGNATURE
    assert sshsig.verify(MESSAGE, SIGNATURE, SPACE) == key.public_key
    assert sshsig.verify(MESSAGE, SIGNATURE, SPACE, key=key.public_key) == key.public_key
    assert sshsig.public_line(key.public_key) == LINE
    assert sshsig.public_line(key.public_key, "Helen Ashdown") == LINE + " Helen Ashdown"
    assert sshsig.fingerprint(key.public_key) == FINGERPRINT
    assert repr(key) == f"<SigningKey {FINGERPRINT}>"


def test_allowed_signers_line() -> None:
    key = SigningKey(SEED).public_key
    line = sshsig.allowed_signers_line(
        "h.ashdown@larkmere.example", key, ["evidence-bundle", "evidence-ledger"]
    )
    assert line == f'h.ashdown@larkmere.example namespaces="evidence-bundle,evidence-ledger" {LINE}'
    for principal in ("", "*", "Helen Ashdown", "a,b", '"a"', "a\nb", "!a"):
        with pytest.raises(ValueError, match="principal"):
            sshsig.allowed_signers_line(principal, key, [SPACE])
    for spaces in ([], ["*"], ["a b"], ['a"']):
        with pytest.raises(ValueError, match="namespace"):
            sshsig.allowed_signers_line("a", key, spaces)


def test_our_own_bugs_are_not_signature_errors() -> None:
    key = SigningKey(SEED)
    for space in ("", "a b", "a\n", "ä", "a" * 129):
        with pytest.raises(ValueError, match="namespace"):
            key.sign(MESSAGE, space)
        with pytest.raises(ValueError, match="namespace"):
            sshsig.verify(MESSAGE, SIGNATURE, space)
    with pytest.raises(ValueError, match="32"):
        SigningKey(bytes(31))
    with pytest.raises(ValueError, match="comment"):
        sshsig.public_line(key.public_key, "a\nb")


def test_public_lines_are_read_back() -> None:
    key = SigningKey(SEED).public_key
    assert sshsig.key_from_public_line(LINE) == key
    assert sshsig.key_from_public_line(LINE + " Helen Ashdown, Larkmere") == key


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 ",
        LINE[12:],
        " " + LINE,
        LINE + "\n",
        LINE + " ",
        LINE + " Helen\nAshdown",
        LINE.replace(" ", "  "),
        LINE.replace("ssh-ed25519", "ssh-rsa"),
        LINE[:-1],
        LINE[:-4],
        LINE + "AAAA",
        LINE.replace("AAAAC3", "AAAAC4"),
        LINE[:-1] + "ä",
        "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20\1" + bytes(31)).decode(),
    ],
)
def test_what_is_no_public_line(line: str) -> None:
    with pytest.raises(SignatureError):
        sshsig.key_from_public_line(line)


ORDER = 2**252 + 27742317777372353535851937790883648493
LOW_ORDER = [
    bytes([1]) + bytes(31),
    bytes([1]) + bytes(30) + b"\x80",
    bytes(32),
    bytes(31) + b"\x80",
    (2**255 - 20).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
]


def _not_reduced(forge: Any) -> bytes:
    blob = forge.blob()
    scalar = int.from_bytes(blob[-32:], "little") + ORDER
    return bytes(forge.armour(blob[:-32] + scalar.to_bytes(32, "little")))


REFUSED: dict[str, tuple[Callable[[Any], bytes], str]] = {
    "nothing": (lambda _: b"", "not written"),
    "text in front": (lambda f: b"\n" + f.armour(f.blob()), "not written"),
    "text behind": (lambda f: f.armour(f.blob()) + b"\n", "not written"),
    "no last line end": (lambda f: f.armour(f.blob())[:-1], "not written"),
    "return characters": (lambda f: f.armour(f.blob()).replace(b"\n", b"\r\n"), "not written"),
    "lines of 76": (lambda f: f.armour(f.blob(), 76), "not written"),
    "one long line": (lambda f: f.armour(f.blob(), 999), "not written"),
    "empty line": (lambda f: f.armour(f.blob()).replace(b"-----\n", b"-----\n\n", 1), "not written"),
    "space at a line end": (lambda f: f.armour(f.blob()).replace(b"\n", b" \n", 2), "not written"),
    "first line of a key": (lambda f: f.armour(f.blob()).replace(b"SSH SIG", b"SSH2 SIG"), "not written"),
    "no base64": (lambda f: f.armour(f.blob()).replace(b"U1NI", b"U1*I"), "not written"),
    "padding missing": (
        lambda f: f.armour(f.blob(namespace=b"evidence-test2")).replace(b"=", b""),
        "not written",
    ),
    "empty": (lambda f: f.armour(b"").replace(b"-----\n", b"-----\n\n", 1), "cut off|not written"),
    "too long": (lambda f: f.armour(f.blob() + bytes(2000)), "too long"),
    "another magic": (lambda f: f.armour(f.blob(magic=b"SSHSIK")), "not written"),
    "version 0": (lambda f: f.armour(f.blob(version=0)), "version"),
    "version 2": (lambda f: f.armour(f.blob(version=2)), "version"),
    "another namespace": (lambda f: f.armour(f.blob(namespace=b"evidence-tes")), "another purpose"),
    "namespace with a tail": (lambda f: f.armour(f.blob(namespace=b"evidence-test\0")), "another purpose"),
    "reserved not empty": (lambda f: f.armour(f.blob(reserved=b"a")), "does not know"),
    "sha256": (lambda f: f.armour(f.blob(digest="sha256")), "SHA-512"),
    "sha1": (lambda f: f.armour(f.blob(digest="sha1")), "SHA-512"),
    "key of another type": (lambda f: f.armour(f.blob(key_type=b"ssh-rsa")), "Ed25519"),
    "bytes behind the key": (lambda f: f.armour(f.blob(key_tail=b"\0")), "behind its end"),
    "signature of another type": (lambda f: f.armour(f.blob(signature_type=b"ssh-rsa")), "Ed25519"),
    "bytes behind the signature": (lambda f: f.armour(f.blob(signature_tail=b"\0")), "behind its end"),
    "bytes behind everything": (lambda f: f.armour(f.blob() + b"\0"), "behind its end"),
    "cut off": (lambda f: f.armour(f.blob()[:-1]), "cut off"),
    "signature too short": (lambda f: f.armour(f.blob(signature=bytes(63))), "wrong length"),
    "signature too long": (lambda f: f.armour(f.blob(signature=bytes(65))), "wrong length"),
    "signature zero": (lambda f: f.armour(f.blob(signature=bytes(64))), "not what is here"),
    "signature not reduced": (_not_reduced, "not what is here"),
    "another message": (lambda f: f.armour(f.blob(b"another message")), "not what is here"),
    "key too short": (lambda f: f.armour(f.blob(public=bytes(31))), "proper Ed25519"),
    "key too long": (lambda f: f.armour(f.blob(public=f.public + b"\0")), "proper Ed25519"),
    "key not canonical": (
        lambda f: f.armour(f.blob(public=(2**255 - 15).to_bytes(32, "little"))),
        "proper Ed25519",
    ),
    "key on no curve": (lambda f: f.armour(f.blob(public=bytes([2]) + bytes(31))), "not what is here"),
    "somebody else's key": (
        lambda f: f.armour(f.blob(public=SigningKey(SEED).public_key)),
        "not what is here",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_proper_signature(signature_forge: Any, name: str) -> None:
    build, words = REFUSED[name]
    assert (
        sshsig.verify(MESSAGE, signature_forge.armour(signature_forge.blob()), SPACE)
        == signature_forge.public
    )
    with pytest.raises(SignatureError, match=words) as caught:
        sshsig.verify(MESSAGE, build(signature_forge), SPACE)
    assert isinstance(caught.value, IntegrityError)


@pytest.mark.parametrize("key", LOW_ORDER)
def test_keys_with_which_one_signature_fits_many_messages(signature_forge: Any, key: bytes) -> None:
    with pytest.raises(SignatureError, match="proper Ed25519"):
        sshsig.verify(MESSAGE, signature_forge.armour(signature_forge.blob(public=key)), SPACE)
    with pytest.raises(SignatureError):
        sshsig.public_line(key)


def test_such_a_key_passes_the_plain_check(signature_forge: Any) -> None:
    # Why the guard above is needed: the neutral point with S = 0 is a "signature" of anything.
    neutral = bytes([1]) + bytes(31)
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything at all")
    forged = signature_forge.armour(signature_forge.blob(public=neutral, signature=neutral + bytes(32)))
    with pytest.raises(SignatureError, match="proper Ed25519"):
        sshsig.verify(MESSAGE, forged, SPACE)


def test_only_the_key_that_was_asked_for(signature_forge: Any) -> None:
    signature = signature_forge.armour(signature_forge.blob())
    with pytest.raises(SignatureError, match="another key"):
        sshsig.verify(MESSAGE, signature, SPACE, key=SigningKey(SEED).public_key)
    with pytest.raises(SignatureError, match="another key"):
        sshsig.verify(MESSAGE, signature, SPACE, key=b"")


def test_every_bit_of_a_signature_matters() -> None:
    text = bytearray(SIGNATURE)
    for at in range(len(text)):
        for bit in range(8):
            text[at] ^= 1 << bit
            with pytest.raises(SignatureError):
                sshsig.verify(MESSAGE, bytes(text), SPACE)
            text[at] ^= 1 << bit


@given(st.binary(max_size=200), st.integers(0, 250))
@settings(max_examples=200)
def test_any_blob_is_refused_by_a_typed_error(tail: bytes, keep: int) -> None:
    blob = base64.b64decode(b"".join(SIGNATURE.split(b"\n")[1:-2]))
    changed = blob[:keep] + tail
    coded = base64.b64encode(changed)
    lines = b"".join(coded[at : at + 70] + b"\n" for at in range(0, len(coded), 70))
    text = b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n"
    if text != SIGNATURE:
        with pytest.raises(SignatureError):
            sshsig.verify(MESSAGE, text, SPACE)


@given(
    st.binary(max_size=5000),
    st.binary(min_size=32, max_size=32),
    st.from_regex(r"[!-~]{1,128}", fullmatch=True),
)
def test_round_trip(message: bytes, seed: bytes, space: str) -> None:
    key = SigningKey(seed)
    signature = key.sign(message, space)
    assert sshsig.verify(message, signature, space, key=key.public_key) == key.public_key
    assert signature.isascii()
    with pytest.raises(SignatureError):
        sshsig.verify(message + b"\0", signature, space)
