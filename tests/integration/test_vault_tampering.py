"""Whatever is done to a locked vault behind the program's back, the check names it.

The planted violations come from somebody who has the key and no scruples: triggers are dropped, and the
database is written by sqlcipher3 alone.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from evidence_app import ledger
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import EvidenceError, IntegrityError, StoppedError
from evidence_app.records import Checkpoint, EntryKind, Method, Progress
from evidence_app.vault import acts, check
from evidence_app.vault.layout import object_path
from evidence_app.vault.vault import Vault
from tests.vaults import (
    Sample,
    capture,
    change,
    connect_by_hand,
    files_under,
    png,
    relink,
    rewrite,
    stored_of,
    tampering,
)

pytest_plugins = ["tests.vault_fixtures"]

FORBIDDEN = {
    "update of a body": "UPDATE entries SET body = x'00' WHERE seq = 3",
    "update of a commitment": "UPDATE entries SET commitment = zeroblob(32) WHERE seq = 3",
    "commitment set to NULL": "UPDATE entries SET commitment = NULL WHERE seq = 3",
    "update of a link": "UPDATE entries SET link = zeroblob(32) WHERE seq = 3",
    "update of a number": "UPDATE entries SET seq = 99 WHERE seq = 3",
    "erasing the body alone": "UPDATE entries SET body = NULL WHERE seq = 3",
    "erasing with another link": (
        "UPDATE entries SET body = NULL, salt = NULL, link = zeroblob(32) WHERE seq = 3"
    ),
    "update or replace": "UPDATE OR REPLACE entries SET seq = 4 WHERE seq = 3",
    "delete": "DELETE FROM entries WHERE seq = 3",
    "delete of everything": "DELETE FROM entries",
    "replace": (
        "INSERT OR REPLACE INTO entries SELECT 3, x'00', salt, commitment, link FROM entries WHERE seq = 3"
    ),
    "replace of the last": "INSERT OR REPLACE INTO entries SELECT * FROM entries ORDER BY seq DESC LIMIT 1",
    "out of order": ("INSERT INTO entries SELECT max(seq) + 2, body, salt, commitment, link FROM entries"),
    "negative number": "INSERT INTO entries SELECT -1, body, salt, commitment, link FROM entries LIMIT 1",
    "short link": "INSERT INTO entries SELECT max(seq) + 1, body, salt, commitment, x'00' FROM entries",
    "salt without body": "INSERT INTO entries SELECT max(seq) + 1, NULL, salt, commitment, link FROM entries",
    "update of a checkpoint": "UPDATE checkpoints SET text = x'00'",
    "delete of checkpoints": "DELETE FROM checkpoints",
    "replace of a checkpoint": "INSERT OR REPLACE INTO checkpoints VALUES (1, x'00', x'00')",
}


@pytest.mark.parametrize("pragmas", ["", "PRAGMA recursive_triggers = ON"], ids=["plain", "recursive"])
@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_record_only_grows(sample: Sample, name: str, pragmas: str) -> None:
    """By the triggers and constraints alone, whether or not a connection has set the program's pragmas."""
    with closing(connect_by_hand(sample.folder, sample.identity)) as connection:
        connection.execute(pragmas)
        before = connection.execute("SELECT * FROM entries").fetchall()
        signed = connection.execute("SELECT * FROM checkpoints").fetchall()
        with pytest.raises(sqlcipher.DatabaseError, match=r"never|follow|constraint|mismatch"):
            connection.execute(FORBIDDEN[name])
        assert connection.execute("SELECT * FROM entries").fetchall() == before
        assert connection.execute("SELECT * FROM checkpoints").fetchall() == signed


def test_a_lawful_disposal_may_erase_body_and_salt_together_and_only_once(sample: Sample) -> None:
    with closing(connect_by_hand(sample.folder, sample.identity)) as connection:
        connection.execute("UPDATE entries SET body = NULL, salt = NULL WHERE seq = 5")
        with pytest.raises(sqlcipher.DatabaseError, match="never changed"):
            connection.execute("UPDATE entries SET body = x'00', salt = zeroblob(32) WHERE seq = 5")


# --- what the check names ---------------------------------------------------------------------------


def body_changed(connection: Any, vault_id: str) -> None:
    change(connection, 5, b'"level":"C2"', b'"level":"C4"')


def body_changed_and_chain_made_to_fit(connection: Any, vault_id: str) -> None:
    body_changed(connection, vault_id)
    relink(connection, vault_id)


def salt_changed(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE entries SET salt = randomblob(32) WHERE seq = 5")


def salt_shortened(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE entries SET salt = randomblob(31) WHERE seq = 5")


def entries_swapped(connection: Any, vault_id: str) -> None:
    for was, becomes in ((5, -1), (6, 5), (-1, 6)):
        connection.execute("UPDATE entries SET seq = ? WHERE seq = ?", (becomes, was))


def entry_taken_out(connection: Any, vault_id: str) -> None:
    connection.execute("DELETE FROM entries WHERE seq = 6")


def commitment_changed(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE entries SET commitment = randomblob(32) WHERE seq = 5")


def commitment_of_another_type(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE entries SET commitment = 'thirty-two characters, but no bytes' WHERE seq = 5")


def link_changed(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE entries SET link = randomblob(32) WHERE seq = 5")


def last_entries_cut_off(connection: Any, vault_id: str) -> None:
    """Everything after the second exhibit, from the index too; the checkpoints were forgotten."""
    connection.execute("DELETE FROM entries WHERE seq > 6")
    connection.execute("DELETE FROM acts WHERE seq > 6")


def last_entry_cut_off(connection: Any, vault_id: str) -> None:
    connection.execute("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)")
    connection.execute("DELETE FROM acts WHERE seq = (SELECT max(seq) FROM acts)")


def body_erased(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE entries SET body = NULL, salt = NULL WHERE seq = 9")


def body_of_a_newer_version(connection: Any, vault_id: str) -> None:
    change(connection, 8, b'"kind":"exhibit.stated"', b'"kind":"exhibit.blessed"')
    relink(connection, vault_id)


def body_that_is_no_json(connection: Any, vault_id: str) -> None:
    change(connection, 9, b'{"v":1', b'["v":1')
    relink(connection, vault_id)


def number_given_twice(connection: Any, vault_id: str) -> None:
    change(connection, 6, b'"number":"HXA/002"', b'"number":"HXA/001"')
    relink(connection, vault_id)


def number_out_of_range(connection: Any, vault_id: str) -> None:
    change(connection, 6, b'"size":3000', b'"size":1' + b"0" * 40)
    relink(connection, vault_id)


def index_row_changed(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE incidents SET title = 'Nothing much' WHERE serial = 1")


def index_row_removed(connection: Any, vault_id: str) -> None:
    connection.execute("DELETE FROM statements WHERE about = 'HXA/001'")


def index_row_of_an_exhibit_removed(connection: Any, vault_id: str) -> None:
    connection.execute("DELETE FROM exhibits WHERE serial = 2")


def index_row_of_the_last_exhibit_removed(connection: Any, vault_id: str) -> None:
    connection.execute("DELETE FROM exhibits WHERE serial = 3")


def index_row_added(connection: Any, vault_id: str) -> None:
    connection.execute("INSERT INTO subjects VALUES ('HXA/003', 4)")


def index_points_to_another_object(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE exhibits SET sha256 = (SELECT sha256 FROM exhibits WHERE serial = 2)")


def signed(key: SigningKey, vault_id: str, size: int, link: bytes) -> tuple[bytes, bytes]:
    text = ledger.encode_checkpoint(Checkpoint(vault_id, size, link, datetime(2026, 3, 1, tzinfo=UTC)))
    return text, key.sign(text, "evidence-ledger")


def checkpoint_of_a_stranger(connection: Any, vault_id: str) -> None:
    size, link = connection.execute("SELECT seq, link FROM entries WHERE seq = 4").fetchone()
    forged = signed(SigningKey(bytes(32)), vault_id, size, link)
    connection.execute("UPDATE checkpoints SET text = ?, signature = ? WHERE number = 1", forged)


def checkpoint_text_changed(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE checkpoints SET text = replace(text, 'size 2', 'size 1') WHERE number = 1")


def checkpoint_that_is_no_text(connection: Any, vault_id: str) -> None:
    connection.execute("UPDATE checkpoints SET text = randomblob(200)")


def checkpoints_swapped(connection: Any, vault_id: str) -> None:
    connection.execute(
        "UPDATE checkpoints SET text = (SELECT text FROM checkpoints WHERE number = 2) WHERE number = 1"
    )


def checkpoint_removed(connection: Any, vault_id: str) -> None:
    connection.execute("DELETE FROM checkpoints WHERE number = 1")


RECORD_TAMPERING: list[tuple[Callable[[Any, str], None], set[tuple[str, str]]]] = [
    (body_changed, {("entry-changed", "entry 5")}),
    (salt_changed, {("entry-changed", "entry 5")}),
    (salt_shortened, {("entry-unreadable", "entry 5")}),
    (body_changed_and_chain_made_to_fit, {("checkpoint-differs", "entry 12")}),
    (entries_swapped, {("entry-unreadable", "entry 5"), ("link-broken", "entry 5")}),
    (entry_taken_out, {("entry-missing", "entry 6"), ("link-broken", "entry 7")}),
    (commitment_changed, {("entry-changed", "entry 5"), ("link-broken", "entry 5")}),
    (commitment_of_another_type, {("entry-changed", "entry 5"), ("link-broken", "entry 5")}),
    (link_changed, {("link-broken", "entry 5"), ("link-broken", "entry 6")}),
    (last_entries_cut_off, {("record-shortened", "entry 12")}),
    (last_entry_cut_off, {("checkpoint-differs", "entry 12")}),
    (body_erased, {("entry-erased", "entry 9")}),
    (body_of_a_newer_version, {("entry-newer", "entry 8")}),
    (body_that_is_no_json, {("entry-unreadable", "entry 9")}),
    (number_given_twice, {("entry-repeats", "entry 6")}),
    (number_out_of_range, {("entry-unreadable", "entry 6")}),
    (index_row_changed, {("index-differs", "table incidents")}),
    (index_row_removed, {("index-differs", "table statements")}),
    (index_row_of_an_exhibit_removed, {("index-differs", "table exhibits")}),
    (index_row_of_the_last_exhibit_removed, {("index-differs", "table exhibits")}),
    (index_row_added, {("index-differs", "table subjects")}),
    (index_points_to_another_object, {("index-differs", "table exhibits")}),
    (checkpoint_of_a_stranger, {("checkpoint-broken", "checkpoint 1")}),
    (checkpoint_text_changed, {("checkpoint-broken", "checkpoint 1")}),
    (
        checkpoint_that_is_no_text,
        {("checkpoint-broken", "checkpoint 1"), ("checkpoint-broken", "checkpoint 2")},
    ),
    (checkpoints_swapped, {("checkpoint-broken", "checkpoint 1")}),
    (checkpoint_removed, {("checkpoint-missing", "checkpoint 1")}),
]


@pytest.mark.parametrize(
    ("tamper", "expected"), RECORD_TAMPERING, ids=[tamper.__name__ for tamper, _ in RECORD_TAMPERING]
)
def test_tampering_with_the_record_is_named(
    sample: Sample, tamper: Callable[[Any, str], None], expected: set[tuple[str, str]]
) -> None:
    with sample.open() as opened:
        vault_id = opened.label.vault_id
    with tampering(sample) as connection:
        tamper(connection, vault_id)
        changed = connection.execute("SELECT * FROM entries WHERE seq <= 11 ORDER BY seq").fetchall()
        rows = connection.execute("SELECT * FROM exhibits ORDER BY serial").fetchall()
    with sample.open() as opened:
        found = {(one.code, one.where) for one in check.check(opened).problems}
        remembered = opened.read.latest(EntryKind.VAULT_CHECKED)
    assert expected <= found
    assert remembered is not None
    assert remembered.data["problems"]
    with closing(connect_by_hand(sample.folder, sample.identity)) as connection:
        after = connection.execute("SELECT * FROM entries WHERE seq <= 11 ORDER BY seq").fetchall()
        assert after[: len(changed)] == changed, "the check repaired something"
        assert connection.execute("SELECT * FROM exhibits ORDER BY serial").fetchall() == rows


def test_only_the_chain_shows_a_rewritten_past(sample: Sample) -> None:
    """With new checkpoints, a consistently rewritten record checks: that is what receipts are for."""
    rewrite(sample, lambda connection: body_changed(connection, ""))
    with sample.open() as opened:
        assert check.check(opened).problems == ()


def test_a_first_entry_that_was_changed_keeps_the_vault_closed(sample: Sample) -> None:
    with tampering(sample) as connection:
        change(connection, 1, b'{"v":1', b'["v":1')
    with pytest.raises(IntegrityError, match="Entry 1"):
        sample.open()


# --- objects ----------------------------------------------------------------------------------------


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def swap(one: Path, other: Path) -> None:
    aside = one.with_suffix(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def cut(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])


def make_folder(path: Path, _: Path) -> None:
    path.unlink()
    path.mkdir()


OBJECT_TAMPERING: dict[str, tuple[Callable[[Path, Path], object], set[tuple[str, str]]]] = {
    "byte in the middle": (lambda one, _: flip(one, 1500), {("object-damaged", "HXA/001")}),
    "last byte": (lambda one, _: flip(one, -1), {("object-damaged", "HXA/001")}),
    "first byte": (lambda one, _: flip(one, 0), {("object-damaged", "HXA/001")}),
    "byte of the header": (lambda one, _: flip(one, 60), {("object-damaged", "HXA/001")}),
    "last byte cut off": (lambda one, _: cut(one, -1), {("object-damaged", "HXA/001")}),
    "cut in the header": (lambda one, _: cut(one, 100), {("object-damaged", "HXA/001")}),
    "emptied": (lambda one, _: cut(one, 0), {("object-damaged", "HXA/001")}),
    "extended": (lambda one, _: one.write_bytes(one.read_bytes() + b"\0"), {("object-damaged", "HXA/001")}),
    "swapped": (swap, {("object-changed", "HXA/001"), ("object-changed", "HXA/002")}),
    "copied over": (shutil.copy, {("object-changed", "HXA/002")}),
    "missing": (lambda one, _: one.unlink(), {("object-damaged", "HXA/001")}),
    "a folder": (make_folder, {("object-unreadable", "HXA/001")}),
    "a key slot": (
        lambda one, _: shutil.copy(one.parents[2] / "keys" / "recovery.age", one),
        {("object-damaged", "HXA/001")},
    ),
}


@pytest.mark.parametrize("name", OBJECT_TAMPERING)
def test_tampering_with_objects_is_named(opened: Vault, name: str) -> None:
    tamper, expected = OBJECT_TAMPERING[name]
    stored = [stored_of(opened, number) for number in ("HXA/001", "HXA/002")]
    tamper(*(object_path(opened.folder, one.object_id) for one in stored))
    report = check.check(opened)
    assert {(one.code, one.where) for one in report.problems} == expected
    assert (report.entries, report.objects) == (11, 3)
    assert opened.objects.read(stored_of(opened, "HXA/003")) == png(3)
    for _, number in expected:
        with pytest.raises(EvidenceError):
            opened.objects.read(stored_of(opened, number))


def test_a_stranger_among_the_objects_is_named_and_entered_at_the_next_opening(sample: Sample) -> None:
    with sample.open() as opened:
        stranger = opened.objects.put(png(77), "image/png")
        found = check.check(opened).problems
        assert [(one.code, one.where) for one in found] == [("object-unknown", stranger.object_id)]
    with sample.open() as opened:
        assert opened.read.exhibit("HXA/004").method is Method.RECOVERED
        assert opened.objects.read(stored_of(opened, "HXA/004")) == png(77)
        assert check.check(opened).problems == ()


@pytest.mark.parametrize(
    "name",
    ["note.txt", "ab/note.age", "zz/00000000-0000-4000-8000-000000000000.age", "ab/cd/deep", "left.part"],
)
def test_a_file_with_a_name_of_its_own_is_named_and_left_alone(sample: Sample, name: str) -> None:
    path = sample.folder / "objects" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"what is this?")
    with sample.open() as opened:
        assert [(one.code, one.where) for one in check.check(opened).problems] == [("stray-file", path.name)]
    assert path.read_bytes() == b"what is this?"


def test_a_name_that_is_no_utf8_is_named_too(sample: Sample) -> None:
    path = sample.folder / "objects" / "\udcff.age"
    path.write_bytes(b"")
    with sample.open() as opened:
        assert [one.code for one in check.check(opened).problems] == ["stray-file"]
        remembered = opened.read.latest(EntryKind.VAULT_CHECKED)
    assert remembered is not None
    assert remembered.data["problems"] == [{"code": "stray-file", "where": "?.age"}]


def test_a_damaged_page_of_the_database_is_named_and_the_rest_is_looked_at(sample: Sample) -> None:
    path = sample.folder / "ledger.db"
    with closing(connect_by_hand(sample.folder, sample.identity)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'statements'"
        (page,) = connection.execute(query).fetchone()
    flip(path, (page - 1) * 4096 + 2000)
    with sample.open() as opened:
        problems = check.check(opened).problems
        assert ("record-unreadable", "ledger.db") in {(one.code, one.where) for one in problems}
        assert "object" not in " ".join(one.code for one in problems)


def test_a_damaged_page_that_nothing_asks_for_is_named_in_our_words_alone(
    sample: Sample, capfd: pytest.CaptureFixture[str]
) -> None:
    """The page of an index: lists are read without it. SQLCipher itself says nothing on standard error."""
    path = sample.folder / "ledger.db"
    with closing(connect_by_hand(sample.folder, sample.identity)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'receipts'"
        page = connection.execute(query).fetchone()[0]
    flip(path, (page - 1) * 4096 + 2000)
    with sample.open() as opened:
        assert [(one.code, one.where) for one in check.check(opened).problems] == [
            ("record-damaged", "ledger.db")
        ]
        assert len(opened.read.exhibits("INC-001")) == 2
    assert capfd.readouterr().err == ""


# --- the check itself -------------------------------------------------------------------------------


def test_a_clock_that_was_set_back_is_said_and_is_no_problem(
    opened: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Back(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - timedelta(hours=9)

    assert check.check(opened).notes == ()
    with monkeypatch.context() as patch:
        patch.setattr("evidence_app.vault.recording.datetime", Back)
        seq = opened.record(acts.incident_opened("After the clock was set")).seq
    report = check.check(opened)
    assert report.problems == ()
    (note,) = report.notes
    assert note.startswith(f"Entry {seq} is dated ")
    assert "set back" in note


def test_a_vault_in_order_checks_and_remembers_that(opened: Vault) -> None:
    size, link = opened.head
    report = check.check(opened)
    assert report.problems == ()
    assert (report.entries, report.objects, report.bytes_read, report.link) == (size, 3, 9000, link.hex())
    remembered = opened.read.entry(size + 1)
    assert remembered.kind is EntryKind.VAULT_CHECKED
    assert remembered.data == {"entries": size, "objects": 3, "disposed": 0, "problems": []}
    assert check.check(opened).problems == ()


def test_stop_at_any_moment_leaves_nothing_behind(opened: Vault) -> None:
    calls: list[Progress] = []
    check.check(opened, calls.append)
    assert calls[-1].done == calls[-1].total
    size = opened.head[0]
    names = [path.name for path in files_under(opened.folder)]
    for stop_at in range(1, len(calls) + 1):
        left = iter(range(stop_at, 0, -1))

        def stop(_: Progress, left: Any = left) -> None:
            if next(left) == 1:
                raise StoppedError("Stopped.")

        with pytest.raises(StoppedError):
            check.check(opened, stop)
        assert [path.name for path in files_under(opened.folder)] == names
    assert opened.head[0] == size
    assert check.check(opened).problems == ()


def test_captures_during_a_check_are_no_problem(opened: Vault) -> None:
    """Entries, checkpoints, finished objects and half-written ones that appear meanwhile."""
    count = 10

    def meanwhile(_: Progress) -> None:
        nonlocal count
        count += 1
        capture(opened, png(count), "INC-001")
        opened.checkpoint()

    report = check.check(opened, meanwhile)
    assert count > 12
    assert report.problems == ()
    assert report.entries == 11
    assert check.check(opened).entries == opened.head[0] - 1


def test_more_problems_than_anybody_reads_are_counted(sample: Sample) -> None:
    with sample.open() as opened:
        for number in range(120):
            opened.record(acts.incident_opened(f"Incident {number}"))
    with tampering(sample) as connection:
        connection.execute("UPDATE entries SET salt = randomblob(32) WHERE seq > 12")
    with sample.open() as opened:
        problems = check.check(opened).problems
    assert len(problems) == 101
    assert problems[-1].code == "more"


def test_sqlite3_without_the_key_sees_nothing(sample: Sample) -> None:
    with (
        closing(sqlite3.connect(sample.folder / "ledger.db")) as connection,
        pytest.raises(sqlite3.DatabaseError),
    ):
        connection.execute("SELECT * FROM sqlite_master").fetchall()
