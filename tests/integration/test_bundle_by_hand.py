"""A sealed bundle opens and checks without this program: age, tar, sha256sum, ssh-keygen, bagit.

The commands are those of the bundle's own README.txt.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from evidence_app.bundle import card, layout, read
from evidence_app.bundle.seal import seal
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Passphrase, decrypt
from evidence_app.crypto.sshsig import public_line
from evidence_app.records import Trust
from tests import bundles
from tests.bundles import helen, png, ruth

NUMBERS = ("HXA/001", "HXA/002", "HXA/003")


def run(*command: str, where: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, cwd=where, input=given, capture_output=True, check=False, timeout=60)


def ok(*command: str, where: Path, given: bytes = b"") -> bytes:
    done = run(*command, where=where, given=given)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle sealed by the program and opened with Debian's age and tar."""
    folder = tmp_path_factory.mktemp("by hand")
    sender, reader = helen(), ruth()
    bundles.sealed(sender, reader, folder / "INC-001.evidence")
    (folder / "key.txt").write_text(reader.identity.to_string() + "\n")
    (folder / "opened").mkdir()
    ok("sh", "-c", "age -d -i ../key.txt ../INC-001.evidence | tar x", where=folder / "opened")
    return folder / "opened"


def allowed_signers(opened: Path) -> bytes:
    """The line that the README tells one to write, taken from it."""
    text = (opened / layout.README).read_text()
    found = re.search(r"^sender namespaces=.*$", text, re.MULTILINE)
    assert found is not None
    assert public_line(helen().key.public_key) in found[0]
    return found[0].encode() + b"\n"


def signed_by_hand(opened: Path, namespace: str, text: str, signature: str) -> None:
    signers = opened.parent / "allowed_signers"
    signers.write_bytes(allowed_signers(opened))
    command = f"ssh-keygen -Y verify -f '{signers}' -I sender -n {namespace} -s {signature} < {text}"
    assert f'Good "{namespace}" signature' in ok("sh", "-c", command, where=opened).decode()


def test_the_files_are_the_originals(opened: Path) -> None:
    for number, shade in zip(NUMBERS, (10, 20, 30), strict=True):
        assert (opened / layout.original_name(number, "image/png")).read_bytes() == png(shade)
    assert not (opened / "__MACOSX").exists()


def test_sha256sum(opened: Path) -> None:
    said = ok("sha256sum", "--strict", "-c", layout.TAG_MANIFEST, layout.MANIFEST, where=opened).decode()
    assert said.count(": OK\n") == len([p for p in opened.rglob("*") if p.is_file()]) - 2


def test_the_signatures_with_ssh_keygen(opened: Path) -> None:
    signed_by_hand(opened, "evidence-bundle", layout.TAG_MANIFEST, layout.SIGNATURE)
    signed_by_hand(opened, "evidence-ledger", layout.CHECKPOINT, layout.CHECKPOINT_SIGNATURE)


def test_the_contact_card_with_ssh_keygen(opened: Path) -> None:
    data = (opened / layout.CARD).read_bytes()
    assert data.isascii()
    text, _, signature = data.partition(b"\n")
    (opened.parent / "card.txt").write_bytes(text + b"\n")
    (opened.parent / "card.sig").write_bytes(signature)
    signed_by_hand(opened, "evidence-contact", "../card.txt", "../card.sig")
    assert card.read_card(data).name == "Helen Ashdown"


def test_bagit_py(opened: Path) -> None:
    ok(sys.executable, "-m", "bagit", "--validate", str(opened), where=opened.parent)


def test_a_changed_file_is_found_by_hand_too(opened: Path, tmp_path: Path) -> None:
    files = {str(p.relative_to(opened)): p.read_bytes() for p in opened.rglob("*") if p.is_file()}
    name = layout.original_name("HXA/002", "image/png")
    bundles.as_folder({**files, name: png(99)}, tmp_path)
    done = run("sha256sum", "-c", layout.TAG_MANIFEST, layout.MANIFEST, where=tmp_path)
    assert done.returncode
    assert f"{name}: FAILED" in done.stdout.decode()


def test_our_reader_takes_the_opened_folder_and_gnu_tars_archive_of_it(opened: Path) -> None:
    assert read.verify(opened, [], Trust()).unchanged
    for form in ("ustar", "gnu"):
        path = opened.parent / f"{form}.tar"
        ok("tar", f"--format={form}", "-cf", str(path), "-C", str(opened), ".", where=opened)
        assert read.verify(path, [], Trust()).unchanged


def test_the_archive_is_plain_and_deterministic(tmp_path: Path) -> None:
    sender, reader = helen(), ruth()
    tars = []
    for name in ("a", "b"):
        bundles.sealed(sender, reader, tmp_path / name)
        tars.append(decrypt((tmp_path / name).read_bytes(), [reader.identity]))
    assert tars[0] == tars[1]
    (tmp_path / "x.tar").write_bytes(tars[0])
    with tarfile.open(tmp_path / "x.tar") as archive:
        members = archive.getmembers()
    assert [member.name for member in members[:5]] == list(layout.TOP)
    assert all(m.isreg() and m.mode == 0o644 and m.uid == m.gid == 0 for m in members)
    assert {m.mtime for m in members} == {int(sender.content().sealed_at.timestamp())}


# `age` asks for passphrases on a terminal only.
TERMINAL = """
import os, pty, sys
child, terminal = pty.fork()
if not child:
    os.execvp("age", ["age", "-d", "-o", sys.argv[2], sys.argv[3]])
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
        os.write(terminal, os.fsencode(sys.argv[1]) + b"\\n")
        seen = b""
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_sealed_to_a_passphrase(tmp_path: Path) -> None:
    sender = helen()
    out = tmp_path / "a.evidence"
    seal(sender.content(), sender.key, Passphrase("copper lantern Käse", work_factor=12), out)
    assert read.sealed_for_passphrase(out)
    assert read.verify(out, [Passphrase("copper lantern Käse")], Trust()).unchanged
    ok(
        sys.executable,
        "-c",
        TERMINAL,
        "copper lantern Käse",
        str(tmp_path / "a.tar"),
        str(out),
        where=tmp_path,
    )
    assert read.verify(tmp_path / "a.tar", [], Trust()).unchanged


def test_what_the_other_tools_do_not_notice_the_verifier_does(opened: Path, tmp_path: Path) -> None:
    """sha256sum passes over an added file, bagit over a removed tag manifest."""
    files = {str(p.relative_to(opened)): p.read_bytes() for p in opened.rglob("*") if p.is_file()}
    added = bundles.as_folder({**files, "data/added.txt": b"x"}, tmp_path / "added")
    ok("sha256sum", "-c", layout.TAG_MANIFEST, layout.MANIFEST, where=added)
    removed = bundles.as_folder(files, tmp_path / "removed")
    (removed / layout.TAG_MANIFEST).unlink()
    ok(sys.executable, "-m", "bagit", "--validate", str(removed), where=tmp_path)
    for folder in (added, removed):
        with pytest.raises(Altered):
            read.verify(folder, [], Trust())
