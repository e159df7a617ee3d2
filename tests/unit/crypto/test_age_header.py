"""The header of an age file: every rule of the specification has a file that breaks just that rule."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_app.crypto import _age_header, _age_stream, age
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    NewerFormatError,
    NotForYouError,
    NotOurFileError,
    WrongPassphraseError,
)

Build = Callable[[Any], bytes]


def _stray_bits(text: bytes) -> bytes:
    """The same bytes in base64, with an unused bit set in the last character."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-1] + bytes([alphabet[alphabet.index(text[-1]) | 1]])


def _x25519(f: Any, form: str, **parts: Any) -> bytes:
    share, body = f.x25519_parts(**parts)
    return f.file(form.replace("SHARE", share.decode()).replace("BODY", body.decode()).encode())


def _scrypt(f: Any, form: str, **parts: Any) -> bytes:
    salt, body = f.scrypt_parts(**parts)
    return f.file(form.replace("SALT", salt.decode()).replace("BODY", body.decode()).encode())


def _last_line(f: Any, change: Callable[[bytes], bytes]) -> bytes:
    header = f.header(f.x25519())
    start = header.rindex(b"---")
    return header[:start] + change(header[start:]) + f.payload()


LOW_ORDER = bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")

DAMAGED: dict[str, tuple[Build, str]] = {
    "crlf": (lambda f: f.file().replace(b"\n", b"\r\n", 3), "first line"),
    "crlf in a stanza": (lambda f: _x25519(f, "-> X25519 SHARE\r\nBODY\n"), "not as it should be"),
    "crlf after a body": (lambda f: _x25519(f, "-> X25519 SHARE\nBODY\r\n"), "not as it should be"),
    "no stanza": (lambda f: f.file(b""), "no recipient"),
    "stanza without arrow": (lambda f: f.file(b"X25519 a\n\n"), "not as it should be"),
    "stanza with a wrong arrow": (lambda f: f.file(f.x25519() + b"->grease\n\n"), "not as it should be"),
    "stanza without arguments": (lambda f: f.file(f.x25519() + b"-> \n\n"), "not as it should be"),
    "arrow only": (lambda f: f.file(f.x25519() + b"->\n\n"), "not as it should be"),
    "empty argument": (lambda f: f.file(f.x25519() + b"-> grease  a\n\n"), "not as it should be"),
    "argument with a trailing space": (
        lambda f: f.file(f.x25519() + b"-> grease a \n\n"),
        "not as it should be",
    ),
    "argument outside ASCII": (lambda f: f.file(f.x25519() + b"-> gr\xc3\xa9 a\n\n"), "not as it should be"),
    "argument with a tab": (lambda f: f.file(f.x25519() + b"-> grease\ta\n\n"), "not as it should be"),
    "argument with a zero byte": (lambda f: f.file(f.x25519() + b"-> grease \0\n\n"), "not as it should be"),
    "no body": (lambda f: f.file(f.x25519() + b"-> grease\n"), "not as it should be"),
    "full line without a short one": (
        lambda f: f.file(b"-> grease\n" + b"A" * 64 + b"\n" + f.x25519()),
        "not as it should be",
    ),
    "body line too long": (
        lambda f: f.file(f.x25519() + b"-> g\n" + b"A" * 68 + b"\n"),
        "not as it should be",
    ),
    "body line too long before a short one": (
        lambda f: f.file(f.x25519() + b"-> g\n" + b"A" * 68 + b"\n\n"),
        "not as it should be",
    ),
    "two short body lines": (lambda f: f.file(f.x25519() + b"-> g\nAAAA\nAAAA\n"), "not as it should be"),
    "body with padding": (lambda f: f.file(f.x25519() + b"-> g\nAA==\n"), "not as it should be"),
    "body with stray bits": (lambda f: f.file(f.x25519() + b"-> g\nAB\n"), "not as it should be"),
    "body of an impossible length": (lambda f: f.file(f.x25519() + b"-> g\nAAAAA\n"), "not as it should be"),
    "body in the URL alphabet": (lambda f: f.file(f.x25519() + b"-> g\nAA-_\n"), "not as it should be"),
    "body with a space": (lambda f: f.file(f.x25519() + b"-> g\nAAAA \n"), "not as it should be"),
    "mac missing": (lambda f: _last_line(f, lambda _: b"---\n"), "last line"),
    "mac line without space": (lambda f: _last_line(f, lambda line: line.replace(b" ", b"")), "last line"),
    "mac line with two spaces": (
        lambda f: _last_line(f, lambda line: line.replace(b" ", b"  ")),
        "last line",
    ),
    "mac line with a trailing space": (
        lambda f: _last_line(f, lambda line: line.replace(b"\n", b" \n")),
        "last line",
    ),
    "mac line with four dashes": (lambda f: _last_line(f, lambda line: b"-" + line), "last line"),
    "mac line with a return": (
        lambda f: _last_line(f, lambda line: line.replace(b"\n", b"\r\n")),
        "last line",
    ),
    "mac with padding": (lambda f: _last_line(f, lambda line: line.replace(b"\n", b"=\n")), "last line"),
    "mac with stray bits": (
        lambda f: _last_line(f, lambda line: _stray_bits(line[:-1]) + b"\n"),
        "last line",
    ),
    "mac too short": (lambda f: _last_line(f, lambda line: line[:-2] + b"\n"), "last line"),
    "mac too long": (lambda f: _last_line(f, lambda line: line[:-1] + b"A\n"), "last line"),
    "mac wrong": (
        lambda f: _last_line(f, lambda line: line[:4] + bytes([line[4] ^ 1]) + line[5:]),
        "header was changed",
    ),
    "mac of another header": (
        lambda f: f.header(f.x25519()).replace(b"\n---", b"\n-> grease\n\n---") + f.payload(),
        "header was changed",
    ),
    "X25519 without a share": (lambda f: _x25519(f, "-> X25519\nBODY\n"), "too few"),
    "X25519 with an extra value": (lambda f: _x25519(f, "-> X25519 SHARE a\nBODY\n"), "too few"),
    "X25519 share with stray bits": (
        lambda f: f.file(
            b"-> X25519 " + _stray_bits(f.x25519_parts()[0]) + b"\n" + f.x25519_parts()[1] + b"\n"
        ),
        "wrong form",
    ),
    "X25519 share with padding": (lambda f: _x25519(f, "-> X25519 SHARE=\nBODY\n"), "wrong form"),
    "X25519 share too short": (lambda f: f.file(b"-> X25519 AAAA\n" + b"A" * 43 + b"\n"), "wrong form"),
    "X25519 share too long": (
        lambda f: f.file(b"-> X25519 " + b"A" * 44 + b"\n" + b"A" * 43 + b"\n"),
        "wrong form",
    ),
    "X25519 share outside base64": (
        lambda f: f.file(b"-> X25519 " + b"*" * 43 + b"\n" + b"A" * 43 + b"\n"),
        "wrong form",
    ),
    "X25519 body with stray bits": (
        lambda f: f.file(
            b"-> X25519 " + f.x25519_parts()[0] + b"\n" + _stray_bits(f.x25519_parts()[1]) + b"\n"
        ),
        "not as it should be",
    ),
    "X25519 long file key": (
        lambda f: _x25519(f, "-> X25519 SHARE\nBODY\n", body=bytes(24)),
        "wrong length",
    ),
    "X25519 short file key": (lambda f: _x25519(f, "-> X25519 SHARE\nBODY\n", body=bytes(8)), "wrong length"),
    "X25519 share of low order": (
        lambda f: f.file(b"-> X25519 " + _age_header.to_base64(LOW_ORDER) + b"\n" + b"A" * 43 + b"\n"),
        "no writer makes",
    ),
    "X25519 share zero": (
        lambda f: f.file(b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"),
        "no writer makes",
    ),
    "a bad X25519 stanza behind a good one": (
        lambda f: f.file(f.x25519() + b"-> X25519 AAAA\n\n"),
        "wrong form",
    ),
    "scrypt beside X25519": (lambda f: f.file(f.x25519() + f.scrypt()), "mixes"),
    "scrypt before X25519": (lambda f: f.file(f.scrypt() + f.x25519()), "mixes"),
    "scrypt beside an unknown type": (lambda f: f.file(f.scrypt() + b"-> grease\n\n"), "mixes"),
    "two scrypt stanzas": (lambda f: f.file(f.scrypt() * 2), "mixes"),
    "scrypt without a factor": (lambda f: _scrypt(f, "-> scrypt SALT\nBODY\n"), "too few"),
    "scrypt without values": (lambda f: _scrypt(f, "-> scrypt\nBODY\n"), "too few"),
    "scrypt with an extra value": (lambda f: _scrypt(f, "-> scrypt SALT 2 a\nBODY\n"), "too few"),
    "scrypt salt too long": (lambda f: _scrypt(f, "-> scrypt SALT 2\nBODY\n", salt=bytes(17)), "wrong form"),
    "scrypt salt too short": (lambda f: _scrypt(f, "-> scrypt SALT 2\nBODY\n", salt=bytes(15)), "wrong form"),
    "scrypt salt with stray bits": (
        lambda f: f.file(
            b"-> scrypt " + _stray_bits(f.scrypt_parts()[0]) + b" 2\n" + f.scrypt_parts()[1] + b"\n"
        ),
        "wrong form",
    ),
    "scrypt factor zero": (lambda f: _scrypt(f, "-> scrypt SALT 0\nBODY\n", factor=1), "wrong form"),
    "scrypt factor with a zero in front": (lambda f: _scrypt(f, "-> scrypt SALT 02\nBODY\n"), "wrong form"),
    "scrypt factor with a plus": (lambda f: _scrypt(f, "-> scrypt SALT +2\nBODY\n"), "wrong form"),
    "scrypt factor negative": (lambda f: _scrypt(f, "-> scrypt SALT -2\nBODY\n"), "wrong form"),
    "scrypt factor in hex": (lambda f: _scrypt(f, "-> scrypt SALT 0x2\nBODY\n"), "wrong form"),
    "scrypt factor with letters behind": (lambda f: _scrypt(f, "-> scrypt SALT 2a\nBODY\n"), "wrong form"),
    "scrypt factor with letters in front": (lambda f: _scrypt(f, "-> scrypt SALT a2\nBODY\n"), "wrong form"),
    "scrypt factor with an underscore": (
        lambda f: _scrypt(f, "-> scrypt SALT 1_0\nBODY\n", factor=10),
        "wrong form",
    ),
    "scrypt factor above the limit": (lambda f: _scrypt(f, "-> scrypt SALT 21\nBODY\n"), "more work"),
    "scrypt factor beyond counting": (
        lambda f: _scrypt(f, f"-> scrypt SALT {'9' * 400}\nBODY\n"),
        "more work",
    ),
    "scrypt long file key": (
        lambda f: _scrypt(f, "-> scrypt SALT 2\nBODY\n", body=bytes(24)),
        "wrong length",
    ),
    "scrypt body with stray bits": (
        lambda f: f.file(
            b"-> scrypt " + f.scrypt_parts()[0] + b" 2\n" + _stray_bits(f.scrypt_parts()[1]) + b"\n"
        ),
        "not as it should be",
    ),
    "a line too long": (
        lambda f: f.file(f.x25519() + b"-> " + b"a" * (_age_header.MAX_LINE_BYTES - 2) + b"\n\n"),
        "too long",
    ),
    "too many lines": (
        lambda f: f.file(f.x25519() + b"-> a\n\n" * (_age_header.MAX_LINES // 2)),
        "too many lines",
    ),
    "too many bytes": (
        lambda f: f.file(f.x25519() + (b"-> " + b"a" * 4000 + b"\n\n") * 33),
        "header is too long",
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_the_specification_forbids_is_refused(forge: Any, name: str) -> None:
    build, words = DAMAGED[name]
    with pytest.raises(DamagedError, match=words):
        age.decrypt(build(forge), [forge.identity, age.Passphrase("open")])


ACCEPTED: dict[str, Build] = {
    "plain": lambda f: f.file(),
    "unknown stanza in front": lambda f: f.file(b"-> grease\n\n" + f.x25519()),
    "unknown stanza behind": lambda f: f.file(f.x25519() + b"-> x25519 a b c\nAAAA\n"),
    "every printable character": lambda f: f.file(
        b"-> " + bytes(range(33, 127)) + b" " + bytes(range(33, 127)) + b"\n\n" + f.x25519()
    ),
    "unknown stanza with a full last line": lambda f: f.file(b"-> g\n" + b"A" * 64 + b"\n\n" + f.x25519()),
    "unknown stanza with many lines": lambda f: f.file(
        b"-> g\n" + (b"A" * 64 + b"\n") * 30 + b"AA\n" + f.x25519()
    ),
    "unknown stanza as long as a post-quantum one": lambda f: f.file(
        b"-> pq " + b"A" * 1600 + b"\n\n" + f.x25519()
    ),
    "a stanza for somebody else": lambda f: f.file(
        b"-> X25519 " + f.x25519_parts(b"\x06" * 32)[0] + b"\n" + b"A" * 43 + b"\n" + f.x25519()
    ),
    "longest allowed line": lambda f: f.file(
        f.x25519() + b"-> " + b"a" * (_age_header.MAX_LINE_BYTES - 3) + b"\n\n"
    ),
    "passphrase": lambda f: f.file(f.scrypt()),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_the_specification_allows_is_read(forge: Any, name: str) -> None:
    file = ACCEPTED[name](forge)
    assert age.decrypt(file, [forge.identity, age.Passphrase("open")]) == b"a message"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotOurFileError),
        (b"age-encryption.or", NotOurFileError),
        (b"PK\x03\x04", NotOurFileError),
        (b"\xef\xbb\xbfage-encryption.org/v1\n", NotOurFileError),
        (b"AGE-ENCRYPTION.ORG/v1\n", NotOurFileError),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", NotOurFileError),
        (b"age-encryption.org/v2\n-> X25519 a\n", NewerFormatError),
        (b"age-encryption.org/v1234\n", NewerFormatError),
        (b"age-encryption.org/", DamagedError),
        (b"age-encryption.org/v1", DamagedError),
        (b"age-encryption.org/v0\n", DamagedError),
        (b"age-encryption.org/v1 \n", DamagedError),
        (b"age-encryption.org/v1\n", DamagedError),
    ],
)
def test_first_line(data: bytes, error: type[EvidenceError]) -> None:
    with pytest.raises(error):
        age.decrypt(data, [age.Identity.generate()])
    with pytest.raises(error):
        age.header_kinds(io.BytesIO(data))


def test_no_identity_fits(forge: Any) -> None:
    with pytest.raises(NotForYouError, match="sealed for somebody else"):
        age.decrypt(forge.file(), [age.Identity.generate(), age.Passphrase("open")])
    with pytest.raises(NotForYouError):
        age.decrypt(forge.file(), [])
    with pytest.raises(NotForYouError):
        age.decrypt(forge.file(b"-> grease\n\n"), [forge.identity])
    with pytest.raises(NotForYouError):  # types are told apart by case
        age.decrypt(forge.file(forge.x25519().replace(b"X25519", b"x25519")), [forge.identity])
    with pytest.raises(NotForYouError):
        age.decrypt(forge.file(forge.scrypt().replace(b"scrypt", b"Scrypt")), [age.Passphrase("open")])


def test_no_passphrase_fits(forge: Any) -> None:
    with pytest.raises(WrongPassphraseError, match="Caps Lock"):
        age.decrypt(forge.file(forge.scrypt()), [age.Passphrase("Open"), forge.identity])
    with pytest.raises(WrongPassphraseError, match="opens with a passphrase"):
        age.decrypt(forge.file(forge.scrypt()), [forge.identity])
    assert age.decrypt(forge.file(forge.scrypt()), [age.Passphrase("no"), age.Passphrase("open")])


def test_another_work_factor_than_the_writer_used(forge: Any) -> None:
    with pytest.raises(WrongPassphraseError):
        age.decrypt(_scrypt(forge, "-> scrypt SALT 3\nBODY\n"), [age.Passphrase("open")])


def test_a_file_for_all_limits_is_within_the_readers_limits() -> None:
    identities = [age.Identity(bytes([number]) * 32) for number in range(1, 256)]
    recipients = [identity.recipient for identity in identities]
    recipients += [recipients[0]] * (age.MAX_RECIPIENTS - len(recipients))
    assert age.decrypt(age.encrypt(b"x", recipients), [identities[-1]]) == b"x"


class Endless(io.RawIOBase):
    """A header without an end, however much is read."""

    def __init__(self, start: bytes, again: bytes) -> None:
        self._start, self._again, self.given = start, again, 0

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        data = self._start + self._again * (size // len(self._again) + 1)
        self._start = b""
        buffer[:] = data[:size]
        self.given += size
        return size


@pytest.mark.parametrize(
    "again", [b"a", b"-> a\n\n", b"-> a\n" + (b"A" * 64 + b"\n") * 9 + b"\n", b"A" * 64 + b"\n"]
)
def test_a_header_without_an_end_is_given_up_early(again: bytes) -> None:
    source = Endless(b"age-encryption.org/v1\n-> a\n", again)
    with pytest.raises(DamagedError):
        age.DecryptReader(source, [])
    block = _age_stream.BLOCK_CHUNKS * _age_stream.SEALED_CHUNK_BYTES + 1
    assert source.given <= max(block, _age_header.MAX_HEADER_BYTES)


def test_header_kinds(forge: Any) -> None:
    source = io.BytesIO(b"before" + forge.file(b"-> grease a\n\n" + forge.x25519()))
    source.seek(6)
    assert age.header_kinds(source) == ("grease", "X25519")
    assert source.tell() == 6
    assert age.header_kinds(io.BytesIO(forge.file(forge.scrypt()))) == ("scrypt",)
    # Not seekable: read, and where it stands afterwards is nobody's promise.
    with age.DecryptReader(
        io.BytesIO(age.encrypt(forge.file(), [forge.identity.recipient])), [forge.identity]
    ) as inner:
        assert age.header_kinds(inner) == ("X25519",)
    with pytest.raises(DamagedError, match="mixes"):
        age.header_kinds(io.BytesIO(forge.file(forge.scrypt() + forge.x25519())))


def test_is_age_file(forge: Any) -> None:
    assert age.is_age_file(forge.file()[:19])
    assert age.is_age_file(b"age-encryption.org/v7\n")
    assert not age.is_age_file(b"")
    assert not age.is_age_file(b"age-encryption.com/v1\n")


def test_armoured_files_are_named_as_such() -> None:
    with pytest.raises(NotOurFileError, match="written as text"):
        age.decrypt(b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", [])


def test_nonce_missing_or_short_is_noticed_at_once(forge: Any) -> None:
    header = forge.header(forge.x25519())
    for length in range(16):
        with pytest.raises(DamagedError, match="right after its header"):
            age.DecryptReader(io.BytesIO(header + bytes(length)), [forge.identity])


_argument = st.from_regex(r"[!-~]{1,80}", fullmatch=True)
_stanza = st.builds(_age_header.Stanza, _argument, st.lists(_argument).map(tuple), st.binary(max_size=200))


@given(st.lists(_stanza, min_size=1, max_size=5), st.binary(min_size=16, max_size=16), st.binary(max_size=40))
def test_what_is_written_is_parsed(stanzas: list[_age_header.Stanza], key: bytes, rest: bytes) -> None:
    raw = _age_header.format_header(stanzas, key)
    header = _age_header.parse_header(raw + rest)
    assert header.stanzas == tuple(stanzas)
    assert header.size == len(raw)
    _age_header.check_mac(header, key)


TYPED = (DamagedError, NotForYouError, NotOurFileError, NewerFormatError, WrongPassphraseError)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_changed_header_never_escapes_the_typed_errors(forge: Any, data: st.DataObject) -> None:
    header = forge.header(
        data.draw(st.sampled_from([forge.x25519(), forge.scrypt(), b"-> g\nAAAA\n" + forge.x25519()]))
    )
    start = data.draw(st.integers(0, len(header)))
    end = data.draw(st.integers(start, min(len(header), start + 40)))
    piece = data.draw(
        st.one_of(st.binary(max_size=40), st.sampled_from([b"\n", b"\r\n", b" ", b"-> ", b"---", b"=", b"9"]))
    )
    changed = header[:start] + piece + header[end:]
    try:
        plain = age.decrypt(changed + forge.payload(), [forge.identity, age.Passphrase("open")])
    except TYPED:
        return
    assert changed == header
    assert plain == b"a message"


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_garbage_after_the_first_line(garbage: bytes) -> None:
    with pytest.raises(TYPED):
        age.decrypt(b"age-encryption.org/v1\n" + garbage, [age.Identity(bytes(range(32)))])
