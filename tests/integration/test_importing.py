"""Bringing in: every kind comes out as it went in, bad input is kept or refused in one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from evidence_app import workflows
from evidence_app.capture import files, kinds
from evidence_app.errors import QuestionError, UsageError, UserError
from evidence_app.records import EntryKind, Level, Method, Source, StopAnswer
from evidence_app.vault import check
from evidence_app.vault.vault import Vault
from evidence_app.workflows import look
from evidence_app.workflows.importing import Batch, Brought, Outcome, bring_in
from tests import brought, talks
from tests.vaults import Sample

pytest_plugins = ["tests.vault_fixtures"]
NO = Batch(StopAnswer.NO)


def bring(vault: Vault, *paths: Path, batch: Batch = NO, **more: object) -> tuple[Brought, ...]:
    return bring_in(vault, "INC-001", files.found(paths), batch, **more)  # type: ignore[arg-type]


def original(vault: Vault, number: str) -> bytes:
    with vault.original(number) as source:
        return source.read()


def test_every_kind_comes_out_as_it_went_in(opened: Vault, tmp_path: Path) -> None:
    named = brought.every_kind()
    batch = Batch(StopAnswer.NO, received_from="Nadia Ellery", received_on="2026-03-12")
    done = bring(opened, *brought.write_all(tmp_path / "in", named), batch=batch)
    assert [one.outcome for one in done] == [Outcome.KEPT] * len(named)
    types, previews, reasons = {}, {}, {}
    for one in done:
        assert original(opened, one.number) == named[one.name]
        exhibit = opened.read.exhibit(one.number)
        assert exhibit.level is Level.BROUGHT_IN
        assert exhibit.method is Method.FILE
        assert exhibit.observed.file is not None
        assert exhibit.observed.file.name == one.name
        assert exhibit.observed.file.modified is not None
        assert exhibit.statements["received_from"].value == "Nadia Ellery"
        assert exhibit.statements["received_from"].source is Source.TYPED
        assert exhibit.statements["received_on"].value == "2026-03-12"
        types[one.name] = exhibit.stored.media_type
        previews[one.name] = one.preview
        examined = opened.read.examined(one.number)
        assert examined is not None
        reasons[one.name] = examined.reason
    assert types == {
        "photo.png": "image/png",
        "photo.jpeg": "image/jpeg",
        "photo.gif": "image/gif",
        "photo.webp": "image/webp",
        "photo.bmp": "image/bmp",
        "photo.tiff": "image/tiff",
        "photo.heic": "image/heic",
        "letter.pdf": "application/pdf",
        "notes.txt": "text/plain",
        "old.txt": "text/plain",
        "wide.txt": "text/plain",
        "clip.mp4": "video/mp4",
        "voice.amr": "audio/amr",
        "program.jpg": kinds.UNKNOWN,
        "empty.png": kinds.UNKNOWN,
    }
    without = {"clip.mp4", "voice.amr", "program.jpg", "empty.png"}
    assert {name for name, there in previews.items() if not there} == without
    assert {name for name, reason in reasons.items() if reason} == without
    assert "empty" in reasons["empty.png"]
    said = dict(_claims(opened, done, "photo.jpeg"))
    assert said["Make of the camera"] == "Larkmere Cameras"
    assert said["Date and time of taking"] == "2026:03:12 14:32:07"
    assert said["Place (latitude, longitude)"] == "51.50000, -0.12500"
    assert dict(_claims(opened, done, "letter.pdf"))["Author"] == "Tom Garrick"
    # What a file says is found, and so is its name.
    assert found(opened, "Hello Larkmere") == {number(done, "letter.pdf")}
    assert found(opened, "voice.amr") == {number(done, "voice.amr")}
    assert found(opened, "opposite") == {number(done, "old.txt")}
    assert check.check(opened).problems == ()


def number(done: tuple[Brought, ...], name: str) -> str:
    return next(one.number for one in done if one.name == name)


def _claims(vault: Vault, done: tuple[Brought, ...], name: str) -> tuple[tuple[str, str], ...]:
    examined = vault.read.examined(number(done, name))
    assert examined is not None
    return examined.claims


def found(vault: Vault, words: str) -> set[str]:
    return {one.about for one in vault.read.search(words).hits}


def test_talks_come_in_with_what_is_attached(opened: Vault, tmp_path: Path) -> None:
    named = {name: data for name, (_, data) in talks.samples().items()}
    files_ = brought.write_all(tmp_path, {f"{at}.x": data for at, data in enumerate(named.values())})
    done = dict(zip(named, bring(opened, *files_), strict=True))
    for name, one in done.items():
        assert one.outcome is Outcome.KEPT, name
        assert original(opened, one.number) == named[name]
        examined = opened.read.examined(one.number)
        assert examined is not None
        assert (examined.kind, examined.reason) != ("", ""), name
        assert one.preview, (name, one.sentence)
        assert opened.read.parts_of(one.number) == one.parts
    mails = [one for one in done.values() if one.parts]
    assert mails
    for one in mails:
        reading, _ = look(opened, one.number)
        assert reading is not None
        attached = {(file.name, file.sha256) for file in reading.attachments}
        for number in one.parts:
            part = opened.read.exhibit(number)
            assert part.method is Method.PART
            assert part.observed.file is not None
            assert part.observed.file.part_of == one.number
            assert (part.observed.file.name, part.stored.sha256) in attached
    assert check.check(opened).problems == ()


def test_what_was_kept_is_looked_at_in_pixels(opened: Vault, tmp_path: Path) -> None:
    (done,) = bring(opened, *brought.write_all(tmp_path, {"p.webp": brought.picture("WEBP")}))
    reading, reason = look(opened, done.number)
    assert reading is not None
    assert not reason
    assert reading.preview is not None
    pixels = reading.preview
    assert (pixels.width, pixels.height) == (64, 48)
    left, right = pixels.rgb[:3], pixels.rgb[63 * 3 : 64 * 3]
    assert left[0] > 150 > left[2]
    assert right[2] > 150 > right[0]
    latest = opened.read.latest(EntryKind.EXHIBIT_VIEWED)
    assert latest is not None
    assert latest.data["number"] == done.number


def test_the_question_comes_before_the_first_byte(opened: Vault, tmp_path: Path) -> None:
    before = set(opened.objects.ids())
    paths = brought.write_all(tmp_path, {"a.txt": b"a", "b.txt": b"b"})
    with pytest.raises(QuestionError):
        bring(opened, *paths, batch=Batch(StopAnswer.NOT_SURE))
    assert set(opened.objects.ids()) == before
    assert opened.read.latest(EntryKind.EXHIBIT_IMPORTED) is None
    answered = opened.read.latest(EntryKind.STOP_ANSWERED)
    assert answered is not None
    assert answered.data["files"] == 2
    # From then on it takes somebody who may say so.
    with pytest.raises(QuestionError):
        bring(opened, *paths)
    done = bring(opened, *paths, batch=Batch(StopAnswer.NO, advised_by="Mrs Ruth Calloway"))
    assert [one.outcome for one in done] == [Outcome.KEPT] * 2


def test_what_is_there_already_is_said_and_not_kept_twice(opened: Vault, tmp_path: Path) -> None:
    named = {"a.txt": b"the same", "b.txt": b"the same", "c.txt": b"another."}
    paths = brought.write_all(tmp_path, named)
    first = bring(opened, *paths)
    assert [one.outcome for one in first] == [Outcome.KEPT, Outcome.ALREADY, Outcome.KEPT]
    assert first[1].number == first[0].number
    assert first[0].number in first[1].sentence
    objects = set(opened.objects.ids())
    assert [one.outcome for one in bring(opened, *paths)] == [Outcome.ALREADY] * 3
    assert set(opened.objects.ids()) == objects
    again = bring(opened, paths[0], batch=Batch(StopAnswer.NO, again=True))
    assert again[0].outcome is Outcome.KEPT
    assert again[0].number != first[0].number


def test_bytes_that_are_locked_away_are_not_written(opened: Vault, tmp_path: Path) -> None:
    paths = brought.write_all(tmp_path, {"a.txt": b"locked", "b.txt": b"free"})
    (first,) = bring(opened, paths[0])
    workflows.lock_away(opened, first.number)
    objects = set(opened.objects.ids())
    done = bring(opened, *paths, batch=Batch(StopAnswer.NO, again=True))
    assert [one.outcome for one in done] == [Outcome.REFUSED, Outcome.KEPT]
    assert "locked away" in done[0].sentence
    assert len(set(opened.objects.ids()) - objects) == 1
    # Nothing that was read in it can be found any more.
    assert found(opened, "locked") == set()
    exhibit = opened.read.exhibit(first.number)
    assert exhibit.observed.file is None


def test_folders_links_and_names(opened: Vault, tmp_path: Path) -> None:
    top = tmp_path / "from the phone"
    brought.write_all(top / "deep" / "er", {"one.txt": b"1"})
    strange = "in\u202evoice\x07.txt"
    brought.write_all(top, {strange: b"2", "Thumbs.db": b"x"})
    (top / os.fsdecode(b"raw\xff.txt")).write_bytes(b"3")
    (top / "link.txt").symlink_to(top / strange)
    (top / "round").symlink_to(top)
    os.mkfifo(top / "pipe")
    done = bring(opened, top)
    assert [one.outcome for one in done] == [Outcome.KEPT] * 3
    names = {}
    for one in done:
        file = opened.read.exhibit(one.number).observed.file
        assert file is not None
        names[file.name] = file.folder
    assert names == {
        strange: "from the phone",
        "raw\\xff.txt": "from the phone",
        "one.txt": "from the phone/deep/er",
    }
    assert files.shown(strange) == "in⟨U+202E⟩voice⟨U+0007⟩.txt"


@pytest.mark.parametrize("name", ["gone.txt", "nul\0.txt"])
def test_what_is_not_there(opened: Vault, tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="Nothing was brought in"):
        bring(opened, tmp_path / name)


def test_a_pipe_and_a_fault_of_one_file_leave_the_others(opened: Vault, tmp_path: Path) -> None:
    paths = brought.write_all(tmp_path, {"a.txt": b"a", "b.txt": b"b", "c.txt": b"c"})
    chosen = files.found(paths)
    paths[1].unlink()
    os.mkfifo(paths[1])
    done = bring_in(opened, "INC-001", chosen, NO)
    assert [one.outcome for one in done] == [Outcome.KEPT, Outcome.REFUSED, Outcome.KEPT]
    assert "no file" in done[1].sentence
    with pytest.raises(UsageError):
        bring_in(opened, "INC-001", [], NO)
    with pytest.raises(UsageError):
        bring_in(opened, "INC-777", chosen, NO)


BAD = {
    "bomb.png": brought.bomb(),
    "cut.jpg": brought.picture("JPEG", (800, 600))[:3000],
    "polyglot.gif": brought.picture("GIF") + b"<script>alert(1)</script>" + brought.pdf(),
    "named.pdf": brought.picture("PNG"),
    "broken.pdf": brought.pdf()[:200],
    "noise.webp": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(range(256)) * 8,
    "deep.txt": b"[" * 100_000,
    "nul.txt": b"text\0text",
}


def test_bad_input_is_kept_and_said_in_a_sentence(opened: Vault, tmp_path: Path) -> None:
    before = psutil.Process().memory_info().rss
    done = bring(opened, *brought.write_all(tmp_path, BAD))
    assert [one.outcome for one in done] == [Outcome.KEPT] * len(BAD)
    for one in done:
        assert original(opened, one.number) == BAD[one.name]
    shown = {one.name for one in done if one.preview}
    assert shown == {"polyglot.gif", "named.pdf", "deep.txt"}
    assert all(one.sentence.endswith(".") and one.sentence.count(".") == 1 for one in done if not one.preview)
    assert psutil.Process().memory_info().rss - before < 100 * 1024 * 1024


def test_a_very_large_file_takes_no_memory(opened: Vault, tmp_path: Path) -> None:
    size = int(os.environ.get("EVIDENCE_LARGE", str(192 * 1024 * 1024)))
    path = tmp_path / "long.mp4"
    with path.open("wb") as file:
        file.write(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
        file.truncate(size)
    most, before = [0], psutil.Process().memory_info().rss

    def watch(_: object) -> None:
        most[0] = max(most[0], psutil.Process().memory_info().rss - before)

    (done,) = bring(opened, path, progress=watch)
    assert (done.outcome, done.preview) == (Outcome.KEPT, False)
    assert opened.read.exhibit(done.number).stored.size == size
    assert most[0] < 48 * 1024 * 1024


def test_stop_keeps_what_was_sealed_and_nothing_half(sample: Sample, tmp_path: Path) -> None:
    paths = brought.write_all(tmp_path / "in", {f"{at}.bin": bytes([at]) * 3_000_000 for at in range(4)})
    with sample.open() as vault:
        before = len(set(vault.objects.ids()))
        told: list[Outcome] = []
        done = bring(
            vault, *paths, progress=brought.StopAt(4_000_000), told=lambda _, one: told.append(one.outcome)
        )
        assert [one.outcome for one in done] == [Outcome.KEPT] + [Outcome.STOPPED] * 3
        assert told == [one.outcome for one in done]
        assert len(set(vault.objects.ids())) == before + 1
        assert vault.objects.unfinished() == []
        # It was not looked at; that comes when somebody wants to.
        assert vault.read.examined(done[0].number) is None
        workflows.examine(vault, done[0].number)
        assert vault.read.examined(done[0].number) is not None
    with sample.open() as vault:
        assert check.check(vault).problems == ()
