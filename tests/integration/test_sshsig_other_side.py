"""SSH signatures both ways with `ssh-keygen`: the same bytes, the same answers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence_app.crypto import sshsig

SEED = bytes(range(64, 96))
SPACE = "evidence-test"
PERSON = "h.ashdown@larkmere.example"
MESSAGES = [b"", b"a message\n", b"\r\n\0\xff" * 100, bytes(range(256)) * 4096]


def _ssh_keygen(*arguments: str | Path, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["ssh-keygen", *map(str, arguments)], input=given, capture_output=True, timeout=30, check=False
    )


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(
        Ed25519PrivateKey.from_private_bytes(SEED).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
    )
    path.chmod(0o600)
    return path


@pytest.fixture
def signers(tmp_path: Path) -> Path:
    path = tmp_path / "allowed_signers"
    line = sshsig.allowed_signers_line(PERSON, sshsig.SigningKey(SEED).public_key, [SPACE, "evidence-other"])
    path.write_text(line + "\n")
    return path


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("space", [SPACE, "a", "x" * 100])
def test_same_bytes(key_file: Path, message: bytes, space: str) -> None:
    theirs = _ssh_keygen("-Y", "sign", "-f", key_file, "-n", space, given=message)
    assert theirs.returncode == 0, theirs.stderr
    key = sshsig.SigningKey(SEED)
    assert key.sign(message, space) == theirs.stdout
    assert sshsig.verify(message, theirs.stdout, space, key=key.public_key) == key.public_key


@pytest.mark.parametrize("message", MESSAGES)
def test_it_verifies_ours(tmp_path: Path, signers: Path, message: bytes) -> None:
    signature = tmp_path / "signature"
    signature.write_bytes(sshsig.SigningKey(SEED).sign(message, SPACE))
    arguments = ("-Y", "verify", "-f", signers, "-I", PERSON, "-s", signature)
    good = _ssh_keygen(*arguments, "-n", SPACE, given=message)
    assert good.returncode == 0, good.stderr
    assert sshsig.fingerprint(sshsig.SigningKey(SEED).public_key).encode() in good.stdout
    assert _ssh_keygen(*arguments, "-n", SPACE, given=message + b"!").returncode != 0
    assert _ssh_keygen(*arguments, "-n", "evidence-other", given=message).returncode != 0
    checked = _ssh_keygen("-Y", "check-novalidate", "-n", SPACE, "-s", signature, given=message)
    assert checked.returncode == 0, checked.stderr


def test_a_namespace_that_is_not_allowed(tmp_path: Path, signers: Path) -> None:
    signature = tmp_path / "signature"
    signature.write_bytes(sshsig.SigningKey(SEED).sign(b"a", "evidence-third"))
    done = _ssh_keygen(
        "-Y", "verify", "-f", signers, "-I", PERSON, "-s", signature, "-n", "evidence-third", given=b"a"
    )
    assert done.returncode != 0


def test_another_key_is_not_allowed(tmp_path: Path, signers: Path) -> None:
    signature = tmp_path / "signature"
    signature.write_bytes(sshsig.SigningKey(bytes(32)).sign(b"a", SPACE))
    done = _ssh_keygen("-Y", "verify", "-f", signers, "-I", PERSON, "-s", signature, "-n", SPACE, given=b"a")
    assert done.returncode != 0


def test_public_line_and_fingerprint(tmp_path: Path, key_file: Path) -> None:
    public = sshsig.SigningKey(SEED).public_key
    line = _ssh_keygen("-y", "-f", key_file)
    assert line.stdout.decode().strip() == sshsig.public_line(public)
    path = tmp_path / "key.pub"
    path.write_text(sshsig.public_line(public, "Helen Ashdown") + "\n")
    shown = _ssh_keygen("-l", "-f", path)
    assert shown.stdout.decode().split()[1] == sshsig.fingerprint(public)
    assert "Helen Ashdown" in shown.stdout.decode()
