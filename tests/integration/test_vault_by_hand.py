"""A vault opens without this program: Debian's age and ssh-keygen, sqlcipher3 and hashlib are enough.

Nothing of `evidence_app` takes part in the reading; resources/formats/vault.md is all one has to know.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence_app.records import Role
from evidence_app.vault import vault
from tests.vaults import PASSPHRASE, Sample, connect_by_hand, fill, hkdf_by_hand, png, raw_key


def age_with_passphrase(path: Path, passphrase: str, out: Path) -> int:
    """`age -d -o out path`, which asks for the passphrase at a terminal; its exit status."""
    ours, theirs = pty.openpty()
    try:
        # In a session of its own there is no other terminal that it could ask at.
        age = subprocess.Popen(
            ["age", "-d", "-o", out, path], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        with age:
            said = b""
            while b"passphrase" not in said:
                said += os.read(ours, 1024)
            os.write(ours, passphrase.encode() + b"\n")
            return age.wait()
    finally:
        os.close(ours)
        os.close(theirs)


@dataclass(frozen=True)
class ByHand:
    """`key` is the file that the stock age made of the passphrase slot, one line long."""

    sample: Sample
    key: Path

    @property
    def identity(self) -> str:
        return self.key.read_text("ascii").removesuffix("\n")


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> ByHand:
    """A vault exactly as a person makes it, work factor and all, and its identity from the stock age."""
    folder = tmp_path_factory.mktemp("by-hand") / "helen.evidence-vault"
    made, words = vault.create(
        folder, name="Helen Ashdown", role=Role.STAFF, school="Larkmere Academy", passphrase=PASSPHRASE
    )
    with made:
        fill(made)
        sample = Sample(folder, made.identity, words)
    key = folder.parent / "key.txt"
    assert age_with_passphrase(folder / "keys" / "passphrase.age", PASSPHRASE, key) == 0
    return ByHand(sample, key)


def test_both_slots_carry_the_real_work_factor_and_the_same_identity(by_hand: ByHand, tmp_path: Path) -> None:
    keys = by_hand.sample.folder / "keys"
    for name in ("passphrase.age", "recovery.age"):
        assert (keys / name).read_bytes().split(b"\n")[1].endswith(b" 18")
    assert age_with_passphrase(keys / "recovery.age", by_hand.sample.words, tmp_path / "key.txt") == 0
    assert (tmp_path / "key.txt").read_text() == by_hand.identity + "\n"
    assert by_hand.identity == by_hand.sample.identity.to_string()


def test_the_stock_age_refuses_another_passphrase(by_hand: ByHand, tmp_path: Path) -> None:
    slot, out = by_hand.sample.folder / "keys" / "passphrase.age", tmp_path / "key.txt"
    assert age_with_passphrase(slot, PASSPHRASE + "s", out) != 0
    assert not out.exists() or not out.read_bytes()


def test_with_the_identity_every_object_comes_out(by_hand: ByHand) -> None:
    plain = {
        subprocess.run(["age", "-d", "-i", by_hand.key, path], check=True, capture_output=True).stdout
        for path in (by_hand.sample.folder / "objects").glob("??/*.age")
    }
    assert plain == {png(1), png(2), png(3)}


def test_the_program_itself_opens_what_stock_age_opens(by_hand: ByHand) -> None:
    with vault.unlock(by_hand.sample.folder, PASSPHRASE) as opened:
        assert opened.identity.to_string() == by_hand.identity


def test_the_record_and_a_checkpoint_check_with_hashlib_and_ssh_keygen(
    by_hand: ByHand, tmp_path: Path
) -> None:
    folder = by_hand.sample.folder
    vault_id = json.loads((folder / "vault.json").read_bytes())["vault"]
    link = sha256(b"evidence/vault/1\n" + vault_id.encode()).digest()
    links = [link]
    entries = {}
    with closing(connect_by_hand(folder, by_hand.sample.identity)) as connection:
        rows = connection.execute(
            "SELECT seq, body, salt, commitment, link FROM entries ORDER BY seq"
        ).fetchall()
        checkpoints = connection.execute("SELECT text, signature FROM checkpoints ORDER BY number").fetchall()
    for expected, (seq, body, salt, committed, stored) in enumerate(rows, start=1):
        entry = json.loads(body)
        assert (seq, entry["seq"], entry["v"], len(salt)) == (expected, expected, 1, 32)
        assert sha256(b"evidence/commit/1\n" + salt + body).digest() == committed
        link = sha256(b"evidence/link/1\n" + link + committed).digest()
        assert link == stored
        links.append(link)
        entries[seq] = entry
    assert [entries[at]["kind"] for at in (1, 2, 3)] == ["vault.created", "vault.unlocked", "incident.opened"]
    assert entries[1]["data"]["vault"] == vault_id

    signing_key = entries[1]["data"]["signing_key"]
    (tmp_path / "allowed").write_text(f'helen namespaces="evidence-ledger" {signing_key}\n')
    sizes = []
    for text, signature in checkpoints:
        (tmp_path / "signature").write_bytes(signature)
        command = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "helen"]
        command += ["-n", "evidence-ledger", "-s", str(tmp_path / "signature")]
        subprocess.run(command, input=text, check=True, capture_output=True)
        lines = text.decode("ascii").split("\n")
        sizes.append(int(lines[2].removeprefix("size ")))
        assert lines[:2] == ["evidence-ledger v1", f"vault {vault_id}"]
        assert lines[3] == f"link {links[sizes[-1]].hex()}"
    assert len(sizes) >= 2
    assert sizes[-1] == len(rows)

    objects = [entry["data"]["object"] for entry in entries.values() if entry["kind"] == "exhibit.captured"]
    assert [one["sha256"] for one in objects] == [sha256(png(number)).hexdigest() for number in (1, 2, 3)]
    for one in objects:
        assert (folder / "objects" / one["id"][:2] / f"{one['id']}.age").is_file()


def test_the_signing_key_is_derived_from_the_identity(by_hand: ByHand) -> None:
    seed = hkdf_by_hand(raw_key(by_hand.identity), b"evidence/signing/1")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    line = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    with closing(connect_by_hand(by_hand.sample.folder, by_hand.sample.identity)) as connection:
        (body,) = connection.execute("SELECT body FROM entries WHERE seq = 1").fetchone()
    assert json.loads(body)["data"]["signing_key"] == line
