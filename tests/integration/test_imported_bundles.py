"""What was brought in goes the whole way: sealed, checked, received, reported, covered, disposed of."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from evidence_app import workflows
from evidence_app.bundle import read
from evidence_app.capture import files
from evidence_app.errors import UsageError
from evidence_app.records import Area, Cover, EntryKind, Relation, StopAnswer
from evidence_app.vault import check
from evidence_app.workflows import Batch, Wanted, bring_in
from tests import brought, talks
from tests.both_sides import check_agreement
from tests.desks import seal, teacher_and_head

pytest_plugins = ["tests.vault_fixtures"]


def test_every_kind_goes_to_the_head_and_comes_out_the_same(tmp_path: Path) -> None:
    named = brought.every_kind() | {"mail.eml": talks.mail()}
    chosen = files.found([brought.write_all(tmp_path / "in", named)[0].parent])
    with teacher_and_head(tmp_path) as (teacher, head):
        reference = teacher.read.incidents()[0].reference
        done = bring_in(teacher, reference, chosen, Batch(StopAnswer.NO, received_from="Nadia Ellery"))
        sealed = seal(teacher, tmp_path / "one.evidence")
        assert check_agreement(sealed, [head.identity]).state == "unchanged"
        arrival = workflows.receive(head, sealed)
        assert arrival.verdict is not None
        assert arrival.verdict.unchanged
        assert not arrival.verdict.problems
        received = arrival.row.reference
        for one in done:
            mine = teacher.read.exhibit(one.number)
            theirs = head.read.received_exhibit(received, one.number)
            assert theirs.observed == mine.observed
            assert theirs.stored.sha256 == mine.stored.sha256
            assert theirs.stored.media_type == mine.stored.media_type
            with head.original(f"{received} {one.number}") as source:
                assert source.read() == named[one.name]
        for one in done[:2]:
            taken = read.open_exhibit(sealed, (head.identity,), one.number)
            assert taken.getvalue() == named[one.name]
        # What a reader found in them stays with who brought them in.
        opened = {
            entry.kind for entry in workflows.opening.opened_entries(teacher, reference, [done[0].number])
        }
        assert EntryKind.EXHIBIT_IMPORTED in opened
        assert EntryKind.EXHIBIT_EXAMINED not in opened
        assert check.check(head).problems == ()
        pages = workflows.report(teacher, reference)
        assert pages.startswith(b"%PDF-")


def test_a_picture_that_was_brought_in_is_covered_in_pixels(tmp_path: Path) -> None:
    (path,) = brought.write_all(tmp_path / "in", {"photo.jpg": brought.picture("JPEG", (200, 100))})
    with teacher_and_head(tmp_path) as (teacher, _):
        reference = teacher.read.incidents()[0].reference
        (one,) = bring_in(teacher, reference, files.found([path]), Batch(StopAnswer.NO))
        copy = workflows.cover(teacher, one.number, [Cover(Area(0, 0, 50, 50), "pupil_name")])
        assert copy.derived is not None
        assert copy.derived.relation is Relation.COVERED
        image = Image.open(io.BytesIO(teacher.read_original(copy.number)))
        assert image.size == (200, 100)
        assert image.getpixel((10, 10)) == (0, 0, 0)
        assert image.getpixel((90, 90))[0] > 150  # type: ignore[index]
        (text,) = brought.write_all(tmp_path / "in2", {"clip.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"})
        (other,) = bring_in(teacher, reference, files.found([text]), Batch(StopAnswer.NO))
        with pytest.raises(UsageError, match="cannot be covered"):
            workflows.cover(teacher, other.number, [Cover(Area(0, 0, 5, 5), "pupil_name")])


def test_only_covered_copies_leave(tmp_path: Path) -> None:
    (path,) = brought.write_all(tmp_path / "in", {"secret-name.png": brought.picture("PNG", (200, 100))})
    with teacher_and_head(tmp_path) as (teacher, head):
        reference = teacher.read.incidents()[0].reference
        (one,) = bring_in(teacher, reference, files.found([path]), Batch(StopAnswer.NO))
        workflows.cover(teacher, one.number, [Cover(Area(0, 0, 50, 50), "pupil_name")])
        out = tmp_path / "copies.evidence"
        contact = teacher.read.contacts()[0]
        workflows.seal_bundle(teacher, Wanted(reference, (contact,), redacted_only=True, reason="x"), out)
        arrival = workflows.receive(head, out)
        assert arrival.verdict is not None
        assert arrival.verdict.unchanged
        held = b"".join(
            head.objects.read(one.stored) for one in head.read.received_exhibits(arrival.row.reference)
        )
        assert b"Tom Garrick" not in held
