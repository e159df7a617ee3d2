"""A web page is one exhibit of several files: from the vault through a bundle to a reader, and away again."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.bundle import read
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import DecryptReader
from evidence_app.errors import LockedAwayError, QuestionError, StorageError, UsageError
from evidence_app.records import (
    Decider,
    Exhibit,
    Level,
    Method,
    Source,
    StopAnswer,
    Trust,
    Why,
)
from evidence_app.records_json import observed_from_json, observed_to_json
from evidence_app.vault import acts
from evidence_app.vault.check import check
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests import desks, pages, reports, vaults
from tests.both_sides import check_agreement

BESIDE = ["page.mhtml", "page.wacz", "certificate-1.der"]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    with desks.teacher_and_head(tmp_path) as (teacher, head):
        yield teacher, head


@pytest.fixture
def helen(both: tuple[Vault, Vault]) -> Vault:
    return both[0]


def keep(vault: Vault, number: int = 1) -> Exhibit:
    return workflows.keep_page(vault, pages.page(number), "INC-001")


def objects_of(exhibit: Exhibit) -> set[str]:
    return {exhibit.stored.object_id, *(one.stored.object_id for one in exhibit.files)}


def test_all_of_it_is_one_exhibit(helen: Vault) -> None:
    made = pages.page()
    exhibit = keep(helen)
    assert (exhibit.method, exhibit.level) == (Method.BROWSER, Level.BROWSER)
    assert exhibit.observed == made.observed
    assert [one.name for one in exhibit.files] == BESIDE
    assert helen.read_original(exhibit.number) == made.png
    for one in made.files:
        assert helen.read_file(exhibit.number, one.name) == one.data
        with helen.file(exhibit.number, one.name) as stream:
            assert stream.read() == one.data
    address = exhibit.statements["address"]
    assert (address.value, address.source) == (pages.ADDRESS, Source.OBSERVED)
    with pytest.raises(UsageError, match="has no file"):
        helen.read_file(exhibit.number, "original.png")
    assert json.loads(helen.read.entry(exhibit.seq).body)["v"] == 2
    assert check(helen).problems == ()


def test_what_was_observed_reads_as_it_was_written() -> None:
    seen = pages.page_observed(status=None, cut_at=50_000, certificates=(), hops=())
    assert observed_from_json(json.loads(json.dumps(observed_to_json(seen))), "here") == seen
    assert "page" not in observed_to_json(vaults.observed())


def test_the_question_comes_before_any_byte(helen: Vault) -> None:
    reference = str(helen.record(acts.incident_opened("Another")).data["reference"])
    before = set(helen.objects.ids())
    with pytest.raises(QuestionError):
        workflows.keep_page(helen, pages.page(), reference)
    workflows.answer_stop(helen, reference, StopAnswer.NOT_SURE)
    with pytest.raises(QuestionError):
        workflows.keep_page(helen, pages.page(), reference)
    with pytest.raises(QuestionError):
        workflows.capture_page(helen, pages.page, reference)
    assert set(helen.objects.ids()) == before


def test_the_command_says_when_nobody_was_asked(helen: Vault) -> None:
    reference = str(helen.record(acts.incident_opened("Another")).data["reference"])
    exhibit = workflows.capture_page(helen, pages.page, reference)
    assert exhibit.incident == reference
    said = workflows.stop_answer(helen, reference)
    assert said is not None
    assert said.answer is StopAnswer.NOT_ASKED


def test_nothing_stays_of_a_page_that_was_not_recorded(helen: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(helen.objects.ids())

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(helen, "record_all", stop)
    with pytest.raises(KeyboardInterrupt):
        keep(helen)
    assert set(helen.objects.ids()) == before


def test_a_full_disk_loses_no_picture(helen: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the objects and the entry: they stay, and are entered when the vault is next opened."""
    before = set(helen.objects.ids())

    def full(*_: object, **__: object) -> None:
        raise StorageError("full")

    with monkeypatch.context() as patch:
        patch.setattr(helen, "record_all", full)
        with pytest.raises(StorageError, match="The picture itself is kept"):
            keep(helen)
    assert len(set(helen.objects.ids()) - before) == 4
    identity, folder = helen.identity, helen.folder
    helen.abandon()
    again = Vault.open(folder, identity, slot=Slot.PASSPHRASE)
    try:
        found = again.read.exhibits(None)
        assert {one.method for one in found} == {Method.RECOVERED}
        assert pages.page().png in [again.read_original(one.number) for one in found]
        assert check(again).problems == ()
    finally:
        again.abandon()


def test_locked_away_closes_all_of_it(helen: Vault) -> None:
    exhibit = keep(helen)
    workflows.lock_away(helen, exhibit.number, Why.INDECENT_IMAGE, ["Nadia Ellery"])
    for name in BESIDE:
        with pytest.raises(LockedAwayError):
            helen.read_file(exhibit.number, name)
    assert objects_of(exhibit) <= helen.read.locked_away_objects()
    assert len(helen.locked_away_files()) == 4
    seen = helen.read.exhibit(exhibit.number).observed.page
    assert seen is not None
    assert seen.address == pages.ADDRESS  # number, time and address are left, and no title
    assert (seen.title, seen.headers) == ("", ())
    with pytest.raises(LockedAwayError):
        keep(helen)  # the same picture again


def test_a_disposal_takes_all_of_it(both: tuple[Vault, Vault]) -> None:
    _, head = both
    desks.open_incident(head, "A page")
    exhibit = workflows.keep_page(head, pages.page(), "INC-001")
    workflows.keep_until(head, exhibit.number, date(2026, 1, 1))
    workflows.dispose(
        head,
        exhibit.number,
        decided_by="Mrs Ruth Calloway",
        decider=Decider.HEAD,
        second="Mr Alan Thwaite",
    )
    assert not objects_of(exhibit) & set(head.objects.ids())
    assert check(head).problems == ()


# --- bundles --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """Number of the page's exhibit, and the opened archive of a bundle with it."""
    folder = tmp_path_factory.mktemp("sealed")
    with desks.teacher_and_head(folder) as (teacher, head):
        exhibit = keep(teacher)
        path = desks.seal(teacher, folder / "b.evidence")
        assert check_agreement(path, [head.identity]).state == "unchanged"
        with path.open("rb") as file, DecryptReader(file, [head.identity]) as reader:
            return exhibit.number, reader.read()


def test_a_bundle_carries_it_and_a_reader_takes_it_in(both: tuple[Vault, Vault], tmp_path: Path) -> None:
    teacher, head = both
    exhibit = keep(teacher)
    path = desks.seal(teacher, tmp_path / "b.evidence")
    arrival = workflows.receive(head, path)
    assert arrival.verdict is not None
    assert arrival.verdict.unchanged
    taken = head.read.received_exhibit(arrival.row.reference, exhibit.number)
    assert taken.level is Level.BROWSER
    assert taken.observed == exhibit.observed
    assert check(head).problems == ()
    out = tmp_path / "unlocked"
    workflows.unlocked_copy_received(head, arrival.row.reference, out)
    folder = out / "bundle/data/exhibits" / exhibit.number.replace("/", "-")
    for one in pages.page().files:
        assert (folder / one.name).read_bytes() == one.data


@pytest.mark.parametrize("how", ["changed", "missing", "added", "swapped"])
def test_a_file_beside_the_picture_that_is_not_as_it_was(
    plain: tuple[str, bytes], tmp_path: Path, how: str
) -> None:
    number, archive = plain
    folder = f"data/exhibits/{number.replace('/', '-')}"
    changed = tmp_path / "changed.tar"
    with tarfile.open(fileobj=io.BytesIO(archive)) as before, tarfile.open(changed, "w") as after:
        for member in before:
            source = before.extractfile(member)
            assert source is not None
            data = source.read()
            if member.name == f"{folder}/page.mhtml":
                if how == "missing":
                    continue
                if how in {"changed", "swapped"}:
                    data = data[:-1] + b"!" if how == "changed" else b"PK" + data[2:]
            member.size = len(data)
            after.addfile(member, io.BytesIO(data))
            if how == "added" and member.name == f"{folder}/page.mhtml":
                extra = tarfile.TarInfo(f"{folder}/certificate-7.der")
                extra.size = 3
                after.addfile(extra, io.BytesIO(b"new"))
    with pytest.raises(Altered) as caught:
        read.verify(changed, [], Trust())
    named = [one for one in caught.value.verdict.problems if one.where == number]
    assert named
    what = "certificate-7.der" if how == "added" else "page.mhtml"
    assert any(what in one.message for one in named)


def test_the_report_shows_what_was_observed(helen: Vault, tmp_path: Path) -> None:
    keep(helen)
    words = " ".join(reports.text(workflows.report(helen, "INC-001"), tmp_path).split())
    for wanted in (pages.TITLE, "203.0.113.40:443", "issued by Example Trust", "1 redirect", "page.mhtml"):
        assert wanted in words, wanted
    assert "had not loaded" in words
