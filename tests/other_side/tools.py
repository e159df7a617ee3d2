"""The stock tools: age, ssh-keygen, openssl. What each says of the same bytes is asked once."""

from __future__ import annotations

import base64
import binascii
import os
import pty
import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.other_side.strict import NewerError, RefusedError, refuse_unless


class NotForYouError(Exception):
    """None of the keys opens the age file."""


def _run(folder: str, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, cwd=folder, input=given, capture_output=True, check=False, timeout=60)


# --- age ------------------------------------------------------------------------------------------


def opened(sealed: bytes, keys: str = "", passphrase: str = "") -> bytes:
    """The plain content of an age file, by `keys` (lines as `age-keygen` writes them) or a passphrase."""
    if re.match(rb"age-encryption\.org/v(?!1\n)[1-9][0-9]{0,5}\n", sealed):
        raise NewerError
    _check_header(sealed)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sealed").write_bytes(sealed)
        if passphrase:
            status, said = _typed(folder, passphrase)
        else:
            (Path(folder) / "keys").write_text(keys)
            done = _run(folder, "age", "-d", "-i", "keys", "-o", "plain", "sealed")
            status, said = done.returncode, done.stderr
        if status == 0:
            # `age` makes no file of nothing.
            plain = Path(folder) / "plain"
            return plain.read_bytes() if plain.exists() else b""
    if b"no identity matched" in said or b"incorrect passphrase" in said or b"passphrase-encrypted" in said:
        raise NotForYouError
    raise RefusedError("age: " + said.decode(errors="replace"))


def _check_header(sealed: bytes) -> None:
    """Its limits; what it says is left to `age`."""
    lines = sealed[: 128 * 1024].split(b"\n")[:2048]
    last = next((at for at, line in enumerate(lines) if line.startswith(b"---")), len(lines))
    refuse_unless(last < len(lines) - 1, "an endless header")
    refuse_unless(all(len(line) <= 4096 for line in lines[: last + 1]), "a line of the header is too long")


def _typed(folder: str, passphrase: str) -> tuple[int, bytes]:
    """`age` asks for passphrases on a terminal only."""
    child, terminal = pty.fork()
    if not child:
        os.chdir(folder)
        os.execvp("age", ["age", "-d", "-o", "plain", "sealed"])  # noqa: S606
    said = b""
    asked = False
    while True:
        try:
            data = os.read(terminal, 1024)
        except OSError:
            break
        if not data:
            break
        said += data
        if not asked and said.rstrip().endswith(b":"):
            os.write(terminal, passphrase.encode() + b"\n")
            asked = True
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


# --- SSH signatures -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Signer:
    """The key that a signature was made with: 32 bytes, and as `ssh-keygen` names it."""

    key: bytes
    fingerprint: str

    @property
    def line(self) -> str:
        return f"ssh-ed25519 {base64.b64encode(_blob(self.key)).decode()}"


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _blob(key: bytes) -> bytes:
    return _string(b"ssh-ed25519") + _string(key)


_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_OF_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)


def check_key(key: bytes) -> bytes:
    """A key that nobody else's signature fits: y below the prime, and not one of a point of low order."""
    y = int.from_bytes(key, "little") & (2**255 - 1)
    refuse_unless(len(key) == 32 and y < _PRIME, "a key")
    refuse_unless(y not in {0, 1, _PRIME - 1, _OF_ORDER_8, _PRIME - _OF_ORDER_8}, "a key of low order")
    return key


def key_of_line(line: object) -> bytes:
    """The 32 bytes of `ssh-ed25519 AAAA…` without a comment."""
    found = re.fullmatch(r"ssh-ed25519 ([A-Za-z0-9+/]{68})", line) if isinstance(line, str) else None
    if found is None:
        raise RefusedError("a key")
    blob = base64.b64decode(found[1])
    refuse_unless(blob == _blob(blob[-32:]), "a key")
    return check_key(blob[-32:])


@lru_cache(8192)
def signer(text: bytes, signature: bytes, namespace: str) -> Signer:
    """Who signed `text`; `RefusedError` where nobody did, or not in the one spelling of bundle.md."""
    found = re.fullmatch(
        rb"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/]{70}\n)*[A-Za-z0-9+/=]{1,70}\n)"
        rb"-----END SSH SIGNATURE-----\n",
        signature,
    )
    if found is None:
        raise RefusedError("no armour")
    coded = found[1].replace(b"\n", b"")
    try:
        blob = base64.b64decode(coded, validate=True)
    except binascii.Error as error:
        raise RefusedError("no base 64") from error
    refuse_unless(base64.b64encode(blob) == coded, "another spelling")
    start = b"SSHSIG" + (1).to_bytes(4, "big") + _string(b"\0" * 51)[:4]
    key = check_key(blob[len(start) + 19 : len(start) + 51])
    inside = _string(namespace.encode()) + _string(b"") + _string(b"sha512")
    head = (
        start
        + _blob(key)
        + inside
        + _string(b"\0" * 83)[:4]
        + _string(b"ssh-ed25519")
        + _string(b"\0" * 64)[:4]
    )
    refuse_unless(blob.startswith(head) and len(blob) == len(head) + 64, "not Ed25519 and SHA-512")
    # OpenSSH 9.2 takes a second spelling of every signature: the same number, and the group's order more.
    refuse_unless(int.from_bytes(blob[-32:], "little") < _ORDER, "a number beyond the group's order")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "signature").write_bytes(signature)
        done = _run(
            folder, "ssh-keygen", "-Y", "check-novalidate", "-n", namespace, "-s", "signature", given=text
        )
    said = re.search(rb"ED25519 key (SHA256:\S+)", done.stdout)
    if done.returncode or said is None:
        raise RefusedError("ssh-keygen: " + done.stderr.decode(errors="replace"))
    return Signer(key, said[1].decode())


# --- time stamps ----------------------------------------------------------------------------------

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _is_one_sequence(der: bytes) -> bool:
    """Whether it is one DER sequence to its last byte; `openssl ts` passes over what follows."""
    if len(der) < 4 or der[0] != 0x30:
        return False
    count = der[1] & 0x7F if der[1] & 0x80 else 0
    length = int.from_bytes(der[2 : 2 + count], "big") if count else der[1]
    return len(der) == 2 + count + length


@lru_cache(1024)
def stamped(response: bytes, data: bytes, roots: bytes) -> str | None:
    """When a service of one of these roots (PEM) saw `data`, `2026-03-12T15:06:43Z`; None: not confirmed."""
    if not roots or len(response) > 64 * 1024 or not _is_one_sequence(response):
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("response", response), ("data", data), ("roots", roots)):
            (Path(folder) / name).write_bytes(content)
        done = _run(
            folder, "openssl", "ts", "-verify", "-in", "response", "-data", "data", "-CAfile", "roots"
        )
        if done.returncode:
            return None
        said = _run(folder, "openssl", "ts", "-reply", "-in", "response", "-text").stdout.decode()
    found = re.search(r"Time stamp: (\w{3}) +(\d+) ([\d:]{8})(?:\.\d+)? (\d{4}) GMT", said)
    if found is None or "Hash Algorithm: sha256" not in said:
        return None
    month, day, time, year = found.groups()
    return f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{time}Z"
