"""A received bundle is passed on: the same archive inside, so the first seal is still there to be checked."""

from __future__ import annotations

import errno
import os
import subprocess
from hashlib import sha256

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout, read, sentences
from evidence_app.crypto.age import EncryptWriter, Passphrase, decrypt, encrypt
from evidence_app.crypto.sshsig import allowed_signers_line
from evidence_app.errors import (
    IntegrityError,
    NewerFormatError,
    NotForYouError,
    StoppedError,
    StorageError,
    UsageError,
    WrongPassphraseError,
)
from evidence_app.records import BundleState, EntryKind, Role, SenderStatus
from evidence_app.vault import check
from tests.bundles import as_tar, edited, opened, sign_again
from tests.desks import desk, seal, teacher_and_head

WORDS = "copper lantern quiet meadow"
PICTURE = layout.original_name("HXA/002", "image/png")


@pytest.fixture
def people(tmp_path):
    """Helen, Ruth, and Alan whom both know; Helen has not confirmed Alan, nor he her."""
    with (
        teacher_and_head(tmp_path) as (teacher, head),
        desk(tmp_path / "alan.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan,
    ):
        workflows.add_contact(head, workflows.own_card(alan))
        workflows.receive(head, seal(teacher, tmp_path / "one.evidence"))
        yield teacher, head, alan


def forward(head, out, **more):
    return workflows.forward(head, "rcv-1", contacts=[head.read.contact("Alan")], out=out, **more)


def test_the_archive_inside_is_the_same_byte_for_byte(people, tmp_path):
    _, head, alan = people
    row = forward(head, tmp_path / "on.evidence", reason="The concern is about me")
    before, after = (tmp_path / name for name in ("one.evidence", "on.evidence"))
    assert decrypt(after.read_bytes(), [alan.identity]) == decrypt(before.read_bytes(), [head.identity])
    assert after.read_bytes()[:400] != before.read_bytes()[:400]
    assert (row.to, row.recipients) == (("Mr Alan Thwaite",), (alan.identity.recipient.to_string(),))
    assert (row.reason, row.file_name) == ("The concern is about me", "on.evidence")
    assert (row.with_passphrase, row.as_received) == (False, False)
    assert (row.size, row.sha256) == (after.stat().st_size, sha256(after.read_bytes()).hexdigest())
    assert head.read.forwarded("RCV-001") == (row,)
    with pytest.raises(NotForYouError):
        read.verify(after, [head.identity], workflows.trust_of(head))
    if os.name == "posix":
        assert after.stat().st_mode & 0o077 == 0


def test_it_is_in_the_custody_of_the_bundle_and_of_its_exhibits(people, tmp_path):
    head = people[1]
    row = forward(head, tmp_path / "on.evidence")
    for subject in ("RCV-001", "RCV-001 HXA/001", "RCV-001 HXA/002"):
        last = head.read.entries_about(subject)[-1]
        assert (last.kind, last.seq) == (EntryKind.BUNDLE_FORWARDED, row.seq)
    assert check.check(head).problems == ()


def test_the_new_reader_gets_the_four_answers_and_is_told_that_it_was_passed_on(people, tmp_path):
    teacher, head, alan = people
    forward(head, tmp_path / "on.evidence")
    arrival = workflows.receive(alan, tmp_path / "on.evidence")
    verdict = arrival.verdict
    assert verdict is not None
    assert verdict.unchanged
    assert (verdict.sender, arrival.row.state) == (SenderStatus.UNKNOWN, BundleState.SENDER_NOT_CONFIRMED)
    assert arrival.row.sender_name == "Helen Ashdown"
    passed_on = next(one for one in verdict.checks if one.code == "not-named")
    assert passed_on.title == "It was sealed for Mrs Ruth Calloway, and passed on to you"
    assert passed_on.title in " ".join(sentences.describe(verdict))
    assert len(alan.read.received_exhibits("RCV-001")) == 2
    # Once Alan has compared Helen's words it is as good as one that was sealed for him.
    contact = workflows.add_contact(alan, workflows.own_card(teacher))
    workflows.confirm_contact(alan, contact.name, workflows.own_words(teacher), "in person")
    again = workflows.receive(alan, tmp_path / "on.evidence")
    assert again.row.latest_state is BundleState.INTACT
    # And he can pass it on in his turn.
    workflows.add_contact(alan, workflows.own_card(teacher))
    row = workflows.forward(
        alan, "RCV-001", contacts=[alan.read.contact("Helen Ashdown")], out=tmp_path / "back.evidence"
    )
    assert row.to == ("Helen Ashdown",)
    assert decrypt((tmp_path / "back.evidence").read_bytes(), [teacher.identity]) == decrypt(
        (tmp_path / "one.evidence").read_bytes(), [head.identity]
    )


def test_the_first_seal_checks_with_stock_tools(people, tmp_path):
    teacher, head, alan = people
    forward(head, tmp_path / "on.evidence")
    (tmp_path / "key.txt").write_text(alan.identity.to_string() + "\n", "ascii")
    line = allowed_signers_line("sender", teacher.signing_key.public_key, (layout.BUNDLE_NAMESPACE,))
    (tmp_path / "signers").write_text(line + "\n", "ascii")
    (tmp_path / "out").mkdir()
    for command in (
        "age -d -i key.txt on.evidence | tar -x -C out",
        f"cd out && sha256sum --quiet -c {layout.TAG_MANIFEST} {layout.MANIFEST}",
        (
            f"cd out && ssh-keygen -Y verify -f ../signers -I sender -n {layout.BUNDLE_NAMESPACE} "
            f"-s {layout.SIGNATURE} < {layout.TAG_MANIFEST}"
        ),
    ):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done


def test_with_a_passphrase(people, tmp_path):
    _, head, alan = people
    row = workflows.forward(head, "RCV-001", passphrase=WORDS, out=tmp_path / "on.evidence")
    assert (row.to, row.recipients, row.with_passphrase) == ((), (), True)
    arrival = workflows.receive(alan, tmp_path / "on.evidence", keys=[Passphrase(WORDS)])
    assert arrival.verdict is not None
    assert arrival.verdict.unchanged
    assert "not-named" in {one.code for one in arrival.verdict.checks}
    entry = head.read.entry(row.seq)
    assert WORDS.encode() not in entry.body


def test_one_that_came_with_a_passphrase(people, tmp_path):
    _, head, alan = people
    path = tmp_path / "two.evidence"
    archive = decrypt((tmp_path / "one.evidence").read_bytes(), [head.identity])
    path.write_bytes(encrypt(archive, Passphrase(WORDS, work_factor=10)))
    workflows.receive(head, path, keys=[Passphrase(WORDS)])
    contacts = [head.read.contact("Alan")]
    with pytest.raises(WrongPassphraseError, match="sealed with a passphrase"):
        workflows.forward(head, "RCV-002", contacts=contacts, out=tmp_path / "on.evidence")
    assert not (tmp_path / "on.evidence").exists()
    workflows.forward(
        head, "RCV-002", contacts=contacts, out=tmp_path / "on.evidence", keys=[Passphrase(WORDS)]
    )
    assert decrypt((tmp_path / "on.evidence").read_bytes(), [alan.identity]) == archive


def test_the_same_person_twice_is_one_key(people, tmp_path):
    head = people[1]
    contact = head.read.contact("Alan")
    row = workflows.forward(head, "RCV-001", contacts=[contact, contact], out=tmp_path / "on.evidence")
    assert row.to == ("Mr Alan Thwaite",)
    assert (tmp_path / "on.evidence").read_bytes().count(b"-> X25519") == 1


# --- what is not passed on ------------------------------------------------------------------------------


def altered(people, archive):
    files = dict(archive)
    files[PICTURE] = files[PICTURE][:-1] + b"!"
    return files


def newer(people, archive):
    files = dict(archive)
    files[layout.INCIDENT] = edited(files[layout.INCIDENT], format=2)
    label = files[layout.BAG_INFO].replace(b"Evidence-Bundle-Format: 1", b"Evidence-Bundle-Format: 2")
    return sign_again(files | {layout.BAG_INFO: label}, people[0].signing_key)


def nothing_passed_on(head, folder, act, error, match=None):
    before, files = head.head, sorted(folder.iterdir())
    with pytest.raises(error, match=match) as caught:
        act()
    assert head.head == before
    assert sorted(folder.iterdir()) == files
    return caught.value


@pytest.mark.parametrize(("make", "error"), [(altered, IntegrityError), (newer, NewerFormatError)])
def test_only_an_unchanged_one_gets_a_new_seal(people, tmp_path, make, error):
    head = people[1]
    files = make(people, opened(tmp_path / "one.evidence", head.identity))
    path = tmp_path / "odd.evidence"
    path.write_bytes(encrypt(as_tar(files), [head.identity.recipient]))
    workflows.receive(head, path)
    contacts = [head.read.contact("Alan")]
    found = nothing_passed_on(
        head,
        tmp_path,
        lambda: workflows.forward(head, "RCV-002", contacts=contacts, out=tmp_path / "on.evidence"),
        error,
    )
    if make is altered:
        assert found.message == (
            "RCV-002 is not as it was sealed, so it is not passed on under a new seal. Nothing was written, "
            "and the file that came is kept. Pass it on exactly as it was received instead."
        )
    row = workflows.forward_as_received(head, "RCV-002", tmp_path / "as it came.evidence", "For the police")
    assert (tmp_path / "as it came.evidence").read_bytes() == path.read_bytes()
    assert (row.as_received, row.to, row.reason) == (True, (), "For the police")
    assert row.sha256 == head.read.received_bundle("RCV-002").stored.sha256
    assert check.check(head).problems == ()


def test_a_damaged_one_is_only_given_on_as_it_came(people, tmp_path):
    head = people[1]
    path = tmp_path / "cut.evidence"
    path.write_bytes((tmp_path / "one.evidence").read_bytes()[:-100])
    workflows.receive(head, path)
    nothing_passed_on(
        head,
        tmp_path,
        lambda: workflows.forward(
            head, "RCV-002", contacts=[head.read.contact("Alan")], out=tmp_path / "on.evidence"
        ),
        IntegrityError,
        "not as it was sealed",
    )
    workflows.forward_as_received(head, "RCV-002", tmp_path / "as it came.evidence")
    assert (tmp_path / "as it came.evidence").read_bytes() == path.read_bytes()


def test_what_is_wrong_usage(people, tmp_path):
    _, head, _ = people
    contacts = [head.read.contact("Alan")]
    (tmp_path / "there.evidence").write_bytes(b"mine")
    (tmp_path / "link.evidence").symlink_to(tmp_path / "nowhere")
    out = tmp_path / "on.evidence"
    for act in (
        lambda: workflows.forward(head, "RCV-001", out=out),
        lambda: workflows.forward(head, "RCV-001", contacts=contacts, passphrase=WORDS, out=out),
        lambda: workflows.forward(head, "RCV-009", contacts=contacts, out=out),
        lambda: workflows.forward(head, "RCV-001", contacts=contacts, out=tmp_path / "there.evidence"),
        lambda: workflows.forward(head, "RCV-001", contacts=contacts, out=tmp_path / "link.evidence"),
        lambda: workflows.forward(head, "RCV-001", contacts=contacts, out=tmp_path / "no" / "on.evidence"),
        lambda: workflows.forward(head, "RCV-001", contacts=contacts, out=out, reason="x" * 1001),
        lambda: workflows.forward_as_received(head, "RCV-009", out),
        lambda: workflows.forward_as_received(head, "RCV-001", tmp_path / "there.evidence"),
    ):
        nothing_passed_on(head, tmp_path, act, UsageError)
    assert (tmp_path / "there.evidence").read_bytes() == b"mine"


@pytest.mark.parametrize("after", [0, 1])
def test_stop_leaves_no_file(people, tmp_path, after):
    head = people[1]

    def stop(now):
        if now.done >= after:
            raise StoppedError("Stopped.")

    for act in (
        lambda: forward(head, tmp_path / "on.evidence", progress=stop),
        lambda: workflows.forward_as_received(head, "RCV-001", tmp_path / "on.evidence", progress=stop),
    ):
        nothing_passed_on(head, tmp_path, act, StoppedError)


def test_a_full_disk_leaves_no_file_and_blames_the_right_one(people, tmp_path, monkeypatch):
    head = people[1]

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(EncryptWriter, "write", full)
        error = nothing_passed_on(
            head, tmp_path, lambda: forward(head, tmp_path / "on.evidence"), StorageError
        )
    assert error.message == (
        "The disk is full. Nothing was passed on, and the bundle is untouched. Free some space and try again."
    )


def test_the_act_is_in_the_record_before_the_file_has_its_name(people, tmp_path, monkeypatch):
    head, record = people[1], people[1].record
    seen = []

    def recording(act, **kw):
        seen.append((tmp_path / "on.evidence").exists())
        return record(act, **kw)

    with monkeypatch.context() as patch:
        patch.setattr(head, "record", recording)
        forward(head, tmp_path / "on.evidence")
    assert seen == [False]

    def refused(act, **kw):
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(head, "record", refused)
        nothing_passed_on(head, tmp_path, lambda: forward(head, tmp_path / "two.evidence"), StorageError)
