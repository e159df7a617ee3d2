"""Unfinished forms: kept encrypted, whole, replaced and thrown away; gone with what they are about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from evidence_app.errors import StorageError
from evidence_app.records import Said, Source, Why
from evidence_app.vault import check, layout
from evidence_app.vault.acts_safeguards import exhibit_locked_away

pytest_plugins = ["tests.vault_fixtures"]

WORDS = "a pupil showed me this at the end of period four"
SAID = (Said("note", WORDS, Source.TYPED), Said("address", "https://chirrup.example/9", Source.PASTED))


def test_what_was_typed_is_there_again_with_its_sources(opened, sample):
    opened.drafts.keep("review", "HXA/001", SAID)
    opened.abandon()
    again = sample.open()
    try:
        draft = again.drafts.get("review", "HXA/001")
        assert draft is not None
        assert (draft.page, draft.about, draft.said) == ("review", "HXA/001", SAID)
        assert draft.value("note") == WORDS
        assert draft.value("nothing") == ""
        assert again.drafts.get("review", "HXA/002") is None
    finally:
        again.abandon()


def test_no_file_of_the_vault_holds_the_words_in_clear(opened, sample):
    opened.drafts.keep("review", "HXA/001", SAID)
    files = [path for path in sample.folder.rglob("*") if path.is_file()]
    assert any(path.name == layout.DRAFTS for path in files)
    for path in files:
        assert WORDS.encode() not in path.read_bytes()
        assert b"HXA/001" not in path.read_bytes()


def test_the_last_one_thrown_away_leaves_no_file_and_no_entry_tells_of_it(opened, sample):
    head = opened.head
    opened.drafts.keep("review", "HXA/001", SAID)
    opened.drafts.keep("describe", "INC-001", SAID[:1])
    assert [one.page for one in opened.drafts.all()] == ["describe", "review"]
    opened.drafts.keep("review", "HXA/001", ())
    opened.drafts.drop("describe", "INC-001")
    opened.drafts.drop("describe", "INC-001")
    assert opened.drafts.all() == ()
    assert not (sample.folder / layout.DRAFTS).exists()
    assert opened.head == head


def test_what_was_overtaken_meanwhile_is_not_kept(opened):
    opened.drafts.keep("review", "HXA/001", SAID, still=lambda: False)
    assert opened.drafts.all() == ()


def test_locking_an_exhibit_away_takes_its_draft_and_leaves_the_others(opened, sample):
    opened.drafts.keep("review", "HXA/001", SAID)
    opened.drafts.keep("review", "HXA/002", SAID)
    opened.drafts.keep("referral", "", SAID)
    opened.record(exhibit_locked_away("HXA/001", Why.INDECENT_IMAGE))
    assert {one.about for one in opened.drafts.all()} == {"HXA/002", ""}
    opened.abandon()
    again = sample.open()
    try:
        assert {one.about for one in again.drafts.all()} == {"HXA/002", ""}
    finally:
        again.abandon()


@pytest.mark.parametrize("damage", [b"", b"no age file", b"age-encryption.org/v1\n"])
def test_a_damaged_file_is_put_aside_and_the_vault_goes_on(sample, damage):
    (sample.folder / layout.DRAFTS).write_bytes(damage)
    opened = sample.open()
    try:
        assert opened.drafts.all() == ()
        assert (sample.folder / layout.DRAFTS_DAMAGED).read_bytes() == damage
        opened.drafts.keep("review", "HXA/001", SAID)
        assert len(opened.drafts.all()) == 1
        assert check.check(opened).problems == ()
    finally:
        opened.abandon()


def test_half_a_character_does_not_cost_the_rest(opened, sample):
    opened.drafts.keep("review", "HXA/001", (Said("note", "one \ud83d two", Source.TYPED), *SAID[1:]))
    opened.abandon()
    again = sample.open()
    try:
        draft = again.drafts.get("review", "HXA/001")
        assert draft is not None
        assert draft.said[1:] == SAID[1:]
        assert draft.value("note").startswith("one ")
    finally:
        again.abandon()


def test_a_disk_that_takes_nothing_keeps_the_earlier_draft(opened, monkeypatch):
    opened.drafts.keep("review", "HXA/001", SAID)

    def refuse(_file: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(StorageError, match="What you typed still stands on the page"):
            opened.drafts.keep("review", "HXA/001", SAID[:1])
    draft = opened.drafts.get("review", "HXA/001")
    assert draft is not None
    assert draft.said == SAID


_WRITER = """
import sys
from pathlib import Path
from evidence_app.crypto.age import Identity
from evidence_app.records import Said, Source
from evidence_app.vault.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]), Identity.from_string(sys.argv[2]))
print("ready", flush=True)
at = 0
while True:
    at += 1
    drafts.keep("review", "HXA/001", (Said("note", f"{at} " * 20_000, Source.TYPED),))
    print(at, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_at_any_moment_the_last_whole_draft_is_there(sample):
    key = sample.identity.to_string()
    for written in (1, 3, 6):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(sample.folder), key], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told = line.strip()
            if told == str(written):
                break
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        opened = sample.open()
        try:
            draft = opened.drafts.get("review", "HXA/001")
            assert draft is not None
            words = set(draft.value("note").split())
            assert len(words) == 1
            assert int(words.pop()) >= written
        finally:
            opened.abandon()
