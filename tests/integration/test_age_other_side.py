"""The age format both ways with the two other implementations: Debian's `age` and `pyrage`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyrage
import pytest

from evidence_app.crypto import age
from evidence_app.errors import DamagedError

CHUNK = age.CHUNK_BYTES
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK, 4 * CHUNK + 1, 9 * CHUNK, 1_000_003]
SAMPLE = bytes(range(251)) * 5000
PASSPHRASE = "copper lantern Käse"

# `age` asks for passphrases on a terminal: give it one, and answer every question that ends in a colon.
TERMINAL = """
import os, pty, sys
answer = os.fsencode(sys.argv[1]) + b"\\n"
child, terminal = pty.fork()
if not child:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    try:
        data = os.read(terminal, 1024)
    except OSError:
        break
    if not data:
        break
    seen += data
    if seen.rstrip().endswith(b":"):
        os.write(terminal, answer)
        seen = b""
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def _run(*command: str | Path, given: bytes = b"") -> bytes:
    done = subprocess.run(
        [str(part) for part in command], input=given, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def _answer(passphrase: str, *command: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", TERMINAL, passphrase, *map(str, command)],
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "key.txt"
    _run("age-keygen", "-o", path)
    return path


def test_key_files(key: Path, tmp_path: Path) -> None:
    (identity,) = age.identities_from_text(key.read_text())
    assert _run("age-keygen", "-y", key).decode().strip() == identity.recipient.to_string()
    ours = tmp_path / "ours.txt"
    made = age.Identity.generate()
    ours.write_text(made.to_string() + "\n")
    assert _run("age-keygen", "-y", ours).decode().strip() == made.recipient.to_string()
    assert str(pyrage.x25519.Identity.from_str(made.to_string()).to_public()) == made.recipient.to_string()


@pytest.mark.parametrize("size", SIZES)
def test_stock_tool_reads_ours(key: Path, tmp_path: Path, size: int) -> None:
    (identity,) = age.identities_from_text(key.read_text())
    sealed = tmp_path / "sealed.age"
    with sealed.open("wb") as out:
        others = [age.Identity.generate().recipient for _ in range(3)]
        with age.EncryptWriter(out, [*others, identity.recipient]) as writer:
            writer.write(SAMPLE[:size])
    assert _run("age", "-d", "-i", key, sealed) == SAMPLE[:size]


@pytest.mark.parametrize("size", SIZES)
def test_we_read_the_stock_tool(key: Path, size: int) -> None:
    (identity,) = age.identities_from_text(key.read_text())
    recipients = [str(identity.recipient), str(age.Identity.generate().recipient)]
    sealed = _run(
        "age", *(part for recipient in recipients for part in ("-r", recipient)), given=SAMPLE[:size]
    )
    assert age.decrypt(sealed, [age.Identity.generate(), identity]) == SAMPLE[:size]


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_both_ways(size: int) -> None:
    identity = age.Identity.generate()
    theirs = pyrage.x25519.Identity.from_str(identity.to_string())
    assert pyrage.decrypt(age.encrypt(SAMPLE[:size], [identity.recipient]), [theirs]) == SAMPLE[:size]
    assert age.decrypt(pyrage.encrypt(SAMPLE[:size], [theirs.to_public()]), [identity]) == SAMPLE[:size]


def test_stock_tool_refuses_ours_when_cut_or_changed(key: Path) -> None:
    # Both sides draw the line in the same place: what the stock tool refuses of our files, we refuse.
    (identity,) = age.identities_from_text(key.read_text())
    sealed = age.encrypt(SAMPLE[: CHUNK + 100], [identity.recipient])
    for bad in (
        sealed[:-1],
        sealed[:-116],
        sealed[:-117],
        sealed + b"\0",
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
    ):
        done = subprocess.run(
            ["age", "-d", "-i", str(key)], input=bad, capture_output=True, timeout=60, check=False
        )
        assert done.returncode != 0
        with pytest.raises(DamagedError):
            age.decrypt(bad, [identity])


def test_passphrase_stock_tool_reads_ours(tmp_path: Path) -> None:
    sealed, plain = tmp_path / "sealed.age", tmp_path / "plain"
    sealed.write_bytes(age.encrypt(SAMPLE[: CHUNK + 1], age.Passphrase(PASSPHRASE, 10)))
    done = _answer(PASSPHRASE, "age", "-d", "-o", plain, sealed)
    assert done.returncode == 0, done.stdout
    assert plain.read_bytes() == SAMPLE[: CHUNK + 1]
    wrong = _answer("another", "age", "-d", "-o", tmp_path / "none", sealed)
    assert wrong.returncode != 0
    assert b"incorrect passphrase" in wrong.stdout


def test_passphrase_we_read_the_stock_tool(tmp_path: Path) -> None:
    sealed, plain = tmp_path / "sealed.age", tmp_path / "plain"
    plain.write_bytes(SAMPLE[: CHUNK + 1])
    done = _answer(PASSPHRASE, "age", "-p", "-o", sealed, plain)
    assert done.returncode == 0, done.stdout
    with sealed.open("rb") as source:
        assert age.header_kinds(source) == (age.SCRYPT_KIND,)
        with age.DecryptReader(source, [age.Passphrase(PASSPHRASE)]) as reader:
            assert reader.read() == SAMPLE[: CHUNK + 1]


def test_passphrase_pyrage_both_ways() -> None:
    assert pyrage.passphrase.decrypt(age.encrypt(b"a", age.Passphrase(PASSPHRASE, 8)), PASSPHRASE) == b"a"
    assert age.decrypt(pyrage.passphrase.encrypt(b"a", PASSPHRASE), [age.Passphrase(PASSPHRASE)]) == b"a"
