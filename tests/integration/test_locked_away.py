"""Locked away (domain rule 1, 8.1): at once, for everybody, by whatever way; the record keeps that it exists.

A marked picture and marked words are looked for in everything that leaves the vault or could show them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from evidence_app import workflows
from evidence_app.capture.preview import preview
from evidence_app.errors import LockedAwayError, UsageError
from evidence_app.records import (
    Consistency,
    Decider,
    EntryKind,
    Office,
    Picture,
    Role,
    Said,
    Source,
    Why,
)
from evidence_app.vault import acts, check, numbering_safeguards
from evidence_app.vault.layout import object_path
from evidence_app.vault.queries import Queries
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted, choosing, sealing
from tests import traces, vaults
from tests.desks import desk, open_incident, picture, seal, teacher_and_head
from tests.vaults import Sample, tampering

SECRET = "quaggawhistle"  # one short word: a line of the report breaks nowhere in it
ADDRESS = "https://chirrup.example/p/31415"
TITLE = "okapilantern"


def noise() -> Picture:
    """A picture whose small copies are its own too: every pixel counts."""
    image = Image.effect_noise((320, 240), 90).convert("RGB")
    out = io.BytesIO()
    image.save(out, "PNG")
    return Picture(out.getvalue(), vaults.observed(title=TITLE))


MARKED = noise()


def needles() -> list[bytes]:
    """The original, its small copy as a report would have it, and every word about it but the address."""
    small = preview(io.BytesIO(MARKED.png), "image/png")
    assert small is not None
    return [MARKED.png[100:160], MARKED.png[-80:-20], small.jpeg[200:260], SECRET.encode(), TITLE.encode()]


def fill(vault: Vault) -> str:
    """HXA/001 the marked one, HXA/002 another, both in INC-001; what is said of the first."""
    if not vault.read.incidents():
        open_incident(vault, "Posts about my lessons")
    number = workflows.keep(vault, MARKED, "INC-001").number
    said = {"note": SECRET, "transcript": SECRET, "address": ADDRESS}
    vault.record(acts.exhibit_stated(number, [Said(k, v, Source.TYPED) for k, v in said.items()]))
    return number


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with desk(tmp_path / "helen.evidence-vault", "Helen Ashdown", Role.STAFF) as made:
        assert fill(made) == "HXA/001"
        workflows.keep(made, picture(20), "INC-001")
        yield made


@pytest.fixture
def locked(vault: Vault) -> Vault:
    assert workflows.lock_away(vault, "HXA/001", told=("Nadia Ellery",)) == ("HXA/001",)
    return vault


# --- nobody sees it -------------------------------------------------------------------------------------

WAYS: dict[str, Callable[[Vault], object]] = {
    "view": lambda vault: workflows.view(vault, "HXA/001"),
    "original": lambda vault: vault.original("1").read(),
    "from any place of it": lambda vault: vault.original_anywhere("1").read(),
    "read original": lambda vault: vault.read_original("HXA/001"),
    "the store itself": lambda vault: vault.objects.read(vault.read.exhibit("1").stored),
    "the store, streamed": lambda vault: vault.objects.open(vault.read.exhibit("1").stored.object_id).read(),
    "an entry that it was viewed": lambda vault: vault.record(acts.exhibit_viewed("HXA/001")),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_shows_it(locked: Vault, way: str) -> None:
    with pytest.raises(LockedAwayError, match="locked away: it can be seen, copied and exported by nobody"):
        WAYS[way](locked)
    assert locked.read.latest(EntryKind.EXHIBIT_VIEWED) is None
    assert workflows.view(locked, "HXA/002") == picture(20).png


@pytest.mark.parametrize("way", list(WAYS)[:-1])
def test_without_the_gate_every_way_would(locked: Vault, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the one gate is what stops all of them."""
    monkeypatch.setattr(locked.objects, "_allow", lambda _: None)
    monkeypatch.setattr(numbering_safeguards, "_refuse_locked", lambda *_: None)
    assert WAYS[way](locked) == MARKED.png


def test_the_row_keeps_number_time_and_address(locked: Vault) -> None:
    one = locked.read.exhibit("HXA/001")
    assert set(one.statements) == {"address"}
    assert one.statements["address"].value == ADDRESS
    assert [said.field for said in locked.read.statements("HXA/001")] == ["address"]
    assert one.observed.window is None
    assert one.observed.utc == MARKED.observed.utc
    away = one.standing.locked_away
    assert away is not None
    assert (away.why, away.told, away.by) == ("indecent_image", ("Nadia Ellery",), "Helen Ashdown")
    assert locked.read.exhibit("HXA/002").observed.window is not None


def test_who_was_told_is_added_and_nothing_describes_it_afterwards(locked: Vault) -> None:
    workflows.lock_away(locked, "HXA/001", Why.ASKED_BY_POLICE, ["Mrs Ruth Calloway", "Nadia Ellery"])
    away = locked.read.locked_away("HXA/001")
    assert away is not None
    assert away.told == ("Nadia Ellery", "Mrs Ruth Calloway")
    locked.record(acts.exhibit_stated("HXA/001", [Said("address", "https://other.example/", Source.TYPED)]))
    for field in ("note", "transcript", "kind"):
        with pytest.raises(LockedAwayError):
            locked.record(acts.exhibit_stated("HXA/001", [Said(field, "x", Source.TYPED)]))
    with pytest.raises(LockedAwayError):
        locked.record(acts.exhibit_filed("HXA/001", "INC-001"))
    assert locked.read.exhibit("1").statements["address"].value == "https://other.example/"


def test_the_vault_is_in_order_and_the_index_can_be_built_again(locked: Vault) -> None:
    assert check.check(locked).problems == ()
    assert check.check(locked).objects == 2
    before = locked.read.exhibits("INC-001")
    locked.close()
    sample = Sample(locked.folder, locked.identity, "")
    with tampering(sample) as connection:
        connection.execute("DROP TABLE locked_away")
    with sample.open() as opened:
        assert opened.read.exhibits("INC-001") == before
        assert opened.is_locked_away("HXA/001")
        assert check.check(opened).problems == ()


def test_the_same_bytes_go_with_it(vault: Vault) -> None:
    twin = workflows.keep(vault, MARKED, "INC-001").number
    assert workflows.lock_away(vault, "HXA/001") == ("HXA/001", twin)
    for number in ("HXA/001", twin):
        with pytest.raises(LockedAwayError):
            workflows.view(vault, number)
        assert vault.is_locked_away(number)


def test_the_same_bytes_are_locked_away_when_they_come_in_later(vault: Vault) -> None:
    """As of a capture that an interruption left, entered only afterwards."""
    workflows.lock_away(vault, "HXA/001")
    vault.objects.put(MARKED.png, "image/png")
    vault.abandon()
    with Sample(vault.folder, vault.identity, "").open() as opened:
        recovered = opened.read.exhibits(None)[0]
        assert recovered.standing.locked_away is not None
        assert opened.is_locked_away(recovered.number)
        with pytest.raises(LockedAwayError):
            workflows.view(opened, recovered.number)
        assert recovered.standing.locked_away.why == "same_bytes"
        assert recovered.stored.object_id in opened.read.locked_away_objects()
        assert check.check(opened).problems == ()


# --- nothing of it goes out -----------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    """Helen and Ruth, acquainted; INC-001 has two pictures and, as HXA/003, the marked one."""
    with teacher_and_head(tmp_path) as (teacher, head):
        assert fill(teacher) == "HXA/003"
        yield teacher, head


def test_a_bundle_has_nothing_of_it_but_its_number(pair: tuple[Vault, Vault], tmp_path: Path) -> None:
    teacher, head = pair
    before = seal(teacher, tmp_path / "before.evidence")
    assert len(traces.in_bundle(before, head.identity, needles())) >= 4, (
        "the search itself finds what is there"
    )
    workflows.lock_away(teacher, "HXA/003")
    out = seal(teacher, tmp_path / "after.evidence")
    assert traces.in_bundle(out, head.identity, [*needles(), ADDRESS.encode()]) == []
    workflows.verify_with_vault(head, before)
    verdict = workflows.verify_with_vault(head, out)
    assert (verdict.unchanged, verdict.consistent) == (True, Consistency.YES)
    assert verdict.facts is not None
    assert verdict.facts.left_out == {"HXA/003": "Locked away"}
    sealed = teacher.read.latest(EntryKind.BUNDLE_SEALED)
    assert sealed is not None
    assert sealed.data["left_out"] == {"HXA/003": "Locked away"}


def test_a_reason_of_ones_own_does_not_open_it(pair: tuple[Vault, Vault], tmp_path: Path) -> None:
    teacher, head = pair
    workflows.lock_away(teacher, "HXA/003")
    wanted = Wanted(
        "INC-001",
        contacts=teacher.read.contacts(),
        left_out={"HXA/003": SECRET},
        with_withdrawn=frozenset({"HXA/003"}),
    )
    workflows.seal_bundle(teacher, wanted, tmp_path / "a.evidence")
    assert traces.in_bundle(tmp_path / "a.evidence", head.identity, needles()) == []


def test_a_report_has_nothing_of_it(locked: Vault, tmp_path: Path) -> None:
    pdf = workflows.report(locked, "INC-001")
    opened = traces.pdf_streams(pdf, tmp_path)
    wanted = set().union(*(traces.forms(one) for one in [*needles(), ADDRESS.encode()]))
    assert [one for one in wanted if one in opened or one in pdf] == []
    assert b"Locked away" in opened
    assert b"HXA/001" in opened


def test_a_report_with_the_marked_one_has_it(vault: Vault, tmp_path: Path) -> None:
    """The search of the test above finds what is there."""
    opened = traces.pdf_streams(workflows.report(vault, "INC-001"), tmp_path)
    assert SECRET.encode() in opened
    assert TITLE.encode() in opened


def test_an_incident_with_nothing_else_has_no_bundle(locked: Vault, tmp_path: Path) -> None:
    workflows.lock_away(locked, "HXA/002")
    with pytest.raises(UsageError, match="has no exhibit to seal"):
        workflows.seal_bundle(locked, Wanted("INC-001", passphrase="x" * 20), tmp_path / "a.evidence")
    with pytest.raises(UsageError, match="has no exhibit to report"):
        workflows.report(locked, "INC-001")


@pytest.mark.parametrize("rule", ["sorting out", "the record"])
def test_without_the_rule_it_would_be_sealed(
    pair: tuple[Vault, Vault], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    """Planted: with the exhibit chosen all the same, the gate and the record still refuse; without these the
    bundle has it. No file is left in either case."""
    teacher, head = pair
    workflows.lock_away(teacher, "HXA/003")
    monkeypatch.setattr(choosing, "sort_out", lambda _vault, _incident, filed, *_: (list(filed), {}))
    monkeypatch.setattr(Queries, "standing", lambda *_: {})  # neither by its standing nor in the record
    if rule == "sorting out":
        with pytest.raises(LockedAwayError):
            seal(teacher, tmp_path / "a.evidence")
        assert not list(tmp_path.glob("*a.evidence*"))
        return
    monkeypatch.setattr(teacher.objects, "_allow", lambda _: None)
    out = seal(teacher, tmp_path / "a.evidence")
    assert traces.in_bundle(out, head.identity, [MARKED.png[100:160]])


def test_locked_away_while_it_is_being_sealed(
    pair: tuple[Vault, Vault], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its bytes have gone into the archive, before the act is recorded: the file is never published."""
    teacher, _ = pair
    record_all = Vault.record_all

    def lock_first(self: Vault, wanted: Iterable[acts.Act], *, by: str | None = None) -> object:
        wanted = list(wanted)
        if any(act.kind is EntryKind.BUNDLE_SEALED for act in wanted):
            record_all(self, [numbering_act()])
        return record_all(self, wanted, by=by)

    def numbering_act() -> acts.Act:
        from evidence_app.vault import acts_safeguards

        return acts_safeguards.exhibit_locked_away("HXA/003", Why.INDECENT_IMAGE)

    monkeypatch.setattr(Vault, "record_all", lock_first)
    with pytest.raises(LockedAwayError):
        seal(teacher, tmp_path / "a.evidence")
    assert not list(tmp_path.glob("*a.evidence*"))
    assert teacher.read.bundles() == ()


def test_locked_away_while_the_report_is_made(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidence_app.bundle.report import make_report as make

    def lock_first(content: object) -> bytes:
        workflows.lock_away(vault, "HXA/001")
        return make(content)  # type: ignore[arg-type]

    monkeypatch.setattr(sealing, "make_report", lock_first)
    with pytest.raises(LockedAwayError):
        workflows.report(vault, "INC-001")


def test_a_backup_knows_what_to_leave_out(locked: Vault) -> None:
    (object_id,) = locked.read.locked_away_objects()
    assert object_id == locked.read.exhibit("HXA/001").stored.object_id
    path = object_path(locked.folder, object_id)
    assert path.exists(), "the police may want it: it stays where it is"
    aside = locked.folder / "interrupted" / "left.age"
    aside.parent.mkdir(exist_ok=True)
    aside.write_bytes(path.read_bytes())
    (aside.parent / "other.age").write_bytes(b"no age file")
    assert locked.locked_away_files() == {path, aside}


def test_index_and_search_tables_have_no_word_of_it(locked: Vault) -> None:
    """The entries themselves keep what was said, encrypted; every list that is searched or shown does not."""
    locked.close()
    found = traces.in_tables(
        locked.folder, locked.identity, [SECRET.encode(), TITLE.encode()], but={"entries"}
    )
    assert found == []
    assert traces.in_tables(locked.folder, locked.identity, [ADDRESS.encode()], but={"entries"}) == [
        "statements"
    ]


# --- received exhibits ----------------------------------------------------------------------------------


@pytest.fixture
def received(pair: tuple[Vault, Vault], tmp_path: Path) -> Vault:
    """Ruth's vault with Helen's bundle; the marked one is `RCV-001 HXA/003`."""
    teacher, head = pair
    arrival = workflows.receive(head, seal(teacher, tmp_path / "a.evidence"))
    assert arrival.row.reference == "RCV-001"
    assert workflows.view_received(head, "RCV-001", "HXA/003") == MARKED.png
    return head


OUT: dict[str, Callable[[Vault, Path], object]] = {
    "view": lambda head, _: workflows.view_received(head, "RCV-001", "HXA/003"),
    "original": lambda head, _: head.read_original("RCV-001 HXA/003"),
    "report": lambda head, _: workflows.report_of_received(head, "RCV-001"),
    "forward": lambda head, folder: workflows.forward(
        head, "RCV-001", contacts=head.read.contacts(), out=folder / "out", reason="x"
    ),
    "as received": lambda head, folder: workflows.forward_as_received(head, "RCV-001", folder / "out", "x"),
    "unlocked copy": lambda head, folder: workflows.unlocked_copy_received(head, "RCV-001", folder / "out"),
}


@pytest.mark.parametrize("way", OUT)
def test_a_received_one_and_the_file_it_came_in(received: Vault, tmp_path: Path, way: str) -> None:
    names = workflows.lock_away(received, "rcv-001 HXA/003", told=("Nadia Ellery",))
    assert names == ("RCV-001 HXA/003",)
    with pytest.raises(LockedAwayError):
        OUT[way](received, tmp_path)
    assert not (tmp_path / "out").exists()
    assert not [one for one in tmp_path.iterdir() if "part" in one.name]


@pytest.mark.parametrize("way", OUT)
def test_before_that_each_way_is_open(received: Vault, tmp_path: Path, way: str) -> None:
    OUT[way](received, tmp_path)


def test_of_a_received_one_number_time_and_address_are_left(received: Vault) -> None:
    workflows.lock_away(received, "RCV-001 HXA/003")
    one = received.read.received_exhibit("RCV-001", "HXA/003")
    assert set(one.statements) == {"address"}
    assert one.observed is not None
    assert one.observed.window is None
    assert one.locked_away is not None
    assert received.is_locked_away("RCV-001 HXA/003")
    assert workflows.view_received(received, "RCV-001", "HXA/001") == picture(10).png
    objects = received.read.locked_away_objects()
    assert objects == {one.stored.object_id, received.read.received_bundle("1").stored.object_id}
    assert check.check(received).problems == ()


def test_one_locked_away_here_is_so_when_it_is_received(pair: tuple[Vault, Vault], tmp_path: Path) -> None:
    """The head captured the very same picture, and locked it away; then it comes in a bundle."""
    teacher, head = pair
    open_incident(head, "Mine")
    own = workflows.keep(head, MARKED, "INC-001").number
    workflows.lock_away(head, own)
    workflows.receive(head, seal(teacher, tmp_path / "a.evidence"))
    away = head.read.locked_away("RCV-001 HXA/003")
    assert away is not None
    assert (away.received, away.number, away.why) == ("RCV-001", "HXA/003", "same_bytes")
    with pytest.raises(LockedAwayError):
        workflows.view_received(head, "RCV-001", "HXA/003")
    with pytest.raises(LockedAwayError):
        workflows.report_of_received(head, "RCV-001")
    said = {field for _, stated in head.read.received_stated({"note", "address"}) for field in stated}
    assert said == {"address"}
    given = datetime.now(UTC) - timedelta(days=1)
    workflows.record_instruction(head, own, "Sgt Tom Garrick", Office.POLICE, "CR/42", given)
    workflows.dispose(head, own, decided_by="Mrs Ruth Calloway", decider=Decider.HEAD, second="Tom Garrick")
    assert head.is_locked_away("RCV-001 HXA/003"), "what came in by itself stays locked away"
    assert check.check(head).problems == ()


def test_the_file_outside_the_vault_is_not_opened_with_its_key(received: Vault, tmp_path: Path) -> None:
    """The bundle as it came still lies in a folder: the vault's key does not take it apart."""
    workflows.unlocked_copy_with_vault(received, tmp_path / "a.evidence", tmp_path / "before")
    workflows.lock_away(received, "RCV-001 HXA/003")
    with pytest.raises(LockedAwayError):
        workflows.unlocked_copy_with_vault(received, tmp_path / "a.evidence", tmp_path / "after")
    assert not (tmp_path / "after").exists()
    assert not list(tmp_path.glob(".after*"))
    with pytest.raises(LockedAwayError):
        workflows.refuse_locked_bytes(received, MARKED.png)
    workflows.refuse_locked_bytes(received, picture(20).png)


def test_unknown_ones(vault: Vault) -> None:
    for name in ("HXA/009", "RCV-001 HXA/001", "RCV-001", ""):
        with pytest.raises(UsageError):
            workflows.lock_away(vault, name)
    assert vault.read.all_locked_away() == ()
