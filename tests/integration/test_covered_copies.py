"""Covered copies (domain.md, rule 9): the original stays as it is, and a bundle can hold the copies alone."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from evidence_app import fields, ledger, workflows
from evidence_app.bundle import extract, layout, read
from evidence_app.bundle.content import read_opened
from evidence_app.crypto.age import Passphrase
from evidence_app.errors import LockedAwayError, QuestionError, UsageError
from evidence_app.records import (
    Area,
    Cover,
    Decider,
    EntryKind,
    Exhibit,
    Level,
    Method,
    Relation,
    Role,
    StopAnswer,
    Trust,
)
from evidence_app.vault import acts, check
from evidence_app.vault.layout import object_path
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted, cover, seal_bundle, state
from tests import pages, traces
from tests.both_sides import check_agreement
from tests.bundles import opened as files_of
from tests.desks import desk
from tests.reports import squeezed, text
from tests.vaults import capture, make_sample, no_stop, observed

PASSPHRASE = "quiet meadow copper lantern"
SECRET = Area(40, 30, 50, 20)
TITLE = "Larkmere truth: what Mr Quennell did"
ADDRESS = "https://chirrup.example/quennell/status/47290?igsh=tokenofhelen"
TRANSCRIPT = "Quennell should be ashamed of himself"


def screenshot() -> bytes:
    """A picture of 160 x 120 in which every row is another one, with metadata that must not travel."""
    image = Image.new("RGB", (160, 120))
    image.putdata(
        [((x * 7 + y) % 256, (y * 5) % 256, (x * 3 + y * 11) % 256) for y in range(120) for x in range(160)]
    )
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def teacher(tmp_path: Path) -> Iterator[Vault]:
    """An incident with HXA/001, of which much is told that a copy must not tell, and with HXA/002."""

    def fill(vault: Vault) -> None:
        vault.record(acts.incident_opened("Posts about my lessons"))
        vault.record(acts.incident_opened("Another one"))
        for reference in ("INC-001", "INC-002"):
            no_stop(vault, reference)
        capture(vault, screenshot(), "INC-001", TITLE)
        capture(vault, screenshot()[:-1] + b"\x00", "INC-001")
        state(vault, "HXA/001", {"address": ADDRESS, "transcript": TRANSCRIPT, "account": "@quennell_watch"})

    with make_sample(tmp_path / "helen.evidence-vault", fill).open() as vault:
        yield vault


def covered(vault: Vault) -> Exhibit:
    return cover(
        vault, "HXA/001", [Cover(SECRET, "Pupil's name"), Cover(Area(0, 0, 9, 9), "other", "a badge")]
    )


def pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


# --- an exhibit of its own ------------------------------------------------------------------------


def test_a_copy_is_an_exhibit_of_its_own_and_the_original_is_untouched(teacher: Vault) -> None:
    before = teacher.read.exhibit("1")
    path = object_path(teacher.folder, before.stored.object_id)
    sealed = path.read_bytes()
    made = covered(teacher)
    assert (made.number, made.incident, made.method) == ("HXA/003", "INC-001", Method.COPY)
    assert made.level is before.level is Level.SCREEN
    assert path.read_bytes() == sealed
    assert teacher.read.exhibit("1") == before
    assert made.derived is not None
    assert made.derived.relation is Relation.COVERED
    assert (made.derived.origin.number, made.derived.origin.seq) == ("HXA/001", before.seq)
    assert [(one.reason, one.words) for one in made.derived.covers] == [
        ("pupil_name", ""),
        ("other", "a badge"),
    ]
    assert check.check(teacher).problems == ()


def test_what_is_covered_is_gone_from_its_pixels(teacher: Vault) -> None:
    made = covered(teacher)
    picture = pixels(teacher.read_original(made.number))
    box = (SECRET.left, SECRET.top, SECRET.left + SECRET.width, SECRET.top + SECRET.height)
    assert picture.crop(box).getcolors() == [(SECRET.width * SECRET.height, (0, 0, 0))]
    assert picture.getpixel((159, 119)) == pixels(screenshot()).getpixel((159, 119))


def test_a_copy_begins_without_statements_and_has_only_its_own(teacher: Vault) -> None:
    made = covered(teacher)
    assert made.statements == {}
    assert made.observed.window is None
    state(teacher, made.number, {"platform": "Chirrup"})
    assert set(teacher.read.exhibit(made.number).statements) == {"platform"}


def test_the_entry_names_no_digest_and_no_words_of_the_original(teacher: Vault) -> None:
    made = covered(teacher)
    body = teacher.read.entry(made.seq).body
    original = teacher.read.exhibit("1").stored
    for secret in (original.sha256, original.object_id, TITLE, ADDRESS, TRANSCRIPT):
        assert secret.encode() not in body


def test_numbers_are_never_used_again(teacher: Vault) -> None:
    assert [covered(teacher).number for _ in range(2)] == ["HXA/003", "HXA/004"]
    assert capture(teacher, b"\x89PNG\r\n\x1a\nx", "INC-001").data["number"] == "HXA/005"
    assert teacher.read.copies("HXA/001") == ("HXA/003", "HXA/004")
    assert teacher.read.family("HXA/004") == ("HXA/001", "HXA/003", "HXA/004")


def test_a_copy_of_a_copy_is_refused(teacher: Vault) -> None:
    made = covered(teacher)
    with pytest.raises(UsageError, match="Cover or crop HXA/001 instead"):
        cover(teacher, made.number, [Cover(Area(0, 0, 5, 5), "other")])


@pytest.mark.parametrize(
    ("covers", "crop", "words"),
    [
        ([Cover(Area(0, 0, 0, 5), "other")], None, "has no size"),
        ([Cover(Area(150, 0, 20, 5), "other")], None, "outside the picture"),
        ([Cover(Area(0, 0, 5, 5), "because")], None, "no reason for a cover"),
        ([Cover(Area(0, 0, 5, 5), " ")], None, "no reason for a cover"),
        ([], None, "nothing to cover"),
    ],
)
def test_what_is_refused_leaves_nothing(
    teacher: Vault, covers: list[Cover], crop: Area | None, words: str
) -> None:
    head, objects = teacher.head, set(teacher.objects.ids())
    with pytest.raises(UsageError, match=words):
        cover(teacher, "HXA/001", covers, crop)
    assert (teacher.head, set(teacher.objects.ids())) == (head, objects)


def test_a_crop_is_a_copy_too(teacher: Vault) -> None:
    made = cover(teacher, "HXA/001", (), Area(10, 10, 100, 50))
    assert made.derived is not None
    assert made.derived.relation is Relation.CROP
    assert (made.observed.width, made.observed.height) == (100, 50)


def test_copies_go_where_their_original_is_filed(teacher: Vault) -> None:
    made = covered(teacher)
    workflows.refile(teacher, "HXA/001", "INC-002")
    assert teacher.read.exhibit(made.number).incident == "INC-002"
    workflows.refile(teacher, made.number, "INC-001")
    assert teacher.read.exhibit("HXA/001").incident == "INC-002"


def test_the_index_can_be_built_again_from_the_entries(teacher: Vault) -> None:
    made = covered(teacher)
    with teacher._writer.begin():
        teacher._writer.exec_driver_sql("DROP TABLE derived")
    folder, identity = teacher.folder, teacher.identity
    teacher.close()
    from tests.vaults import Sample

    with Sample(folder, identity, "").open() as again:
        assert again.read.exhibit(made.number) == made
        assert again.read.copies("HXA/001") == (made.number,)
        assert check.check(again).problems == ()


# --- the safeguards reach copies ------------------------------------------------------------------


def test_what_is_locked_away_cannot_be_covered(teacher: Vault) -> None:
    workflows.lock_away(teacher, "HXA/001")
    objects = set(teacher.objects.ids())
    with pytest.raises(LockedAwayError):
        covered(teacher)
    assert set(teacher.objects.ids()) == objects


def test_an_act_that_comes_too_late_leaves_no_object(teacher: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked away between reading the original and recording the copy."""
    put = teacher.objects.put

    def late(*given: object) -> object:
        stored = put(*given)  # type: ignore[arg-type]
        workflows.lock_away(teacher, "HXA/001")
        return stored

    objects = set(teacher.objects.ids())
    monkeypatch.setattr(teacher.objects, "put", late)
    with pytest.raises(LockedAwayError):
        covered(teacher)
    assert set(teacher.objects.ids()) == objects


@pytest.mark.parametrize("which", ["HXA/001", "HXA/003"])
def test_a_cover_is_no_excuse(teacher: Vault, which: str) -> None:
    """Rule 1: what is locked away is so in every copy, and with a copy its original is."""
    covered(teacher)
    workflows.lock_away(teacher, which)
    for number in ("HXA/001", "HXA/003"):
        with pytest.raises(LockedAwayError):
            teacher.read_original(number)
    with pytest.raises(UsageError, match="no covered copy"):
        seal_bundle(teacher, Wanted("1", passphrase=PASSPHRASE, redacted_only=True), teacher.folder / "x")


def test_no_copy_where_no_picture_may_be_written(teacher: Vault) -> None:
    workflows.answer_stop(teacher, "INC-001", StopAnswer.NOT_SURE)
    with pytest.raises(QuestionError):
        covered(teacher)


def test_a_copy_of_what_was_withdrawn_stays_behind(teacher: Vault, tmp_path: Path) -> None:
    made = covered(teacher)
    workflows.withdraw(teacher, "HXA/001", "The wrong window")
    out = tmp_path / "one.evidence"
    seal_bundle(teacher, Wanted("1", passphrase=PASSPHRASE), out)
    claims = json.loads(files_of(out, Passphrase(PASSPHRASE))[layout.INCIDENT])
    assert [one["number"] for one in claims["exhibits"]] == ["HXA/002"]
    assert "withdrawn" in claims["left_out"][made.number]


def test_the_disposal_of_an_original_leaves_its_copy_and_the_other_way_round(tmp_path: Path) -> None:
    with desk(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as head:
        head.record(acts.incident_opened("Posts"))
        no_stop(head, "INC-001")
        numbers = [str(capture(head, screenshot(), "INC-001").data["number"]) for _ in range(2)]
        made = [cover(head, one, [Cover(SECRET, "pupil_name")]) for one in ("1", "2")]
        day = datetime.now(UTC).date()
        for gone in ("RXC/001", made[1].number):
            workflows.keep_until(head, gone, day)
            workflows.dispose(
                head, gone, decided_by="Mrs Ruth Calloway", decider=Decider.HEAD, second="Mr Alan Thwaite"
            )
        assert numbers == ["RXC/001", "RXC/002"]
        left = head.read.exhibit(made[0].number)
        assert left.derived == made[0].derived
        assert head.read.copies("RXC/002") == ()
        assert head.read_original("RXC/002") == screenshot()
        assert check.check(head).problems == ()


# --- covered copies alone -------------------------------------------------------------------------


@pytest.fixture
def redacted(teacher: Vault, tmp_path: Path) -> tuple[Path, Exhibit]:
    made = covered(teacher)
    state(teacher, made.number, {"platform": "Chirrup"})
    out = tmp_path / "redacted.evidence"
    seal_bundle(teacher, Wanted("INC-001", passphrase=PASSPHRASE, redacted_only=True), out)
    return out, made


def inflated(pdf: bytes) -> list[bytes]:
    """Every stream of a PDF as it is, and inflated where it can be."""
    found = []
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        found.append(match[1])
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return found


def secrets_of(vault: Vault) -> dict[str, bytes]:
    original = vault.read.exhibit("HXA/001")
    stored, data = original.stored, screenshot()
    raw = pixels(data).tobytes()
    entry = vault.read.entry(original.seq)
    start = SECRET.top * 160 + SECRET.left
    return {
        "the file": data[-200:-20],
        "its digest in hex": stored.sha256.encode(),
        "its digest": bytes.fromhex(stored.sha256),
        "the id of its object": stored.object_id.encode(),
        "a row of what is covered": raw[3 * start : 3 * (start + SECRET.width)],
        "the salt of its entry": entry.salt.hex().encode(),
        "the title of its window": b"Quennell did",
        "its transcript": b"ashamed of himself",
        "its address": b"chirrup.example",
        "who shared it": b"tokenofhelen",
        "its account": b"quennell_watch",
        "the name in all of these": b"uennell",
    }


def test_nothing_of_the_original_is_in_a_byte_of_the_bundle(
    teacher: Vault, redacted: tuple[Path, Exhibit], tmp_path: Path
) -> None:
    files = files_of(redacted[0], Passphrase(PASSPHRASE))
    report = files[layout.REPORT]
    haystack = [*files.values(), *(name.encode() for name in files), *inflated(report)]
    haystack += [zlib.decompress(_pixels_of(files["data/exhibits/HXA-003/original.png"]))]
    for what, secret in secrets_of(teacher).items():
        for hay in haystack:
            assert secret not in hay, what
            assert secret not in hay.replace(b"\n", b""), what
    shown = squeezed(text(report, tmp_path))
    for words in (TITLE, TRANSCRIPT, "chirrup.example", "quennell", teacher.read.exhibit("1").stored.sha256):
        assert squeezed(words).lower() not in shown.lower()
    assert sorted({name.split("/")[2] for name in files if name.startswith("data/exhibits/")}) == ["HXA-003"]


def _pixels_of(png: bytes) -> bytes:
    """The whole zlib stream of a PNG."""
    out, at = b"", 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            out += png[at + 8 : at + 8 + size]
        at += size + 12
    return out


def test_the_search_would_find_it(teacher: Vault, tmp_path: Path) -> None:
    """In an ordinary bundle of the same incident all of it is there."""
    covered(teacher)
    out = tmp_path / "whole.evidence"
    seal_bundle(teacher, Wanted("INC-001", passphrase=PASSPHRASE), out)
    files = files_of(out, Passphrase(PASSPHRASE))
    inside = b"\n".join(files.values())
    found = {what for what, secret in secrets_of(teacher).items() if secret in inside}
    unpacked = zlib.decompress(_pixels_of(files["data/exhibits/HXA-001/original.png"]))
    assert found >= {
        "the file",
        "its digest in hex",
        "the salt of its entry",
        "its transcript",
        "its address",
    }
    assert len(unpacked) == 120 * (160 * 3 + 1)


def test_the_pictures_of_the_report_are_covered(redacted: tuple[Path, Exhibit], tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(files_of(redacted[0], Passphrase(PASSPHRASE))[layout.REPORT])
    subprocess.run(["pdfimages", "-png", "report.pdf", "picture"], cwd=tmp_path, check=True)
    (path,) = tmp_path.glob("picture*.png")
    with Image.open(path) as shown:
        inner = (
            SECRET.left + 8,
            SECRET.top + 8,
            SECRET.left + SECRET.width - 8,
            SECRET.top + SECRET.height - 8,
        )
        assert brightest(shown.convert("L").crop(inner)) < 16


def brightest(picture: Image.Image) -> int:
    """The lightest grey in it."""
    return max(shade for _, shade in picture.getcolors(256) or [] if isinstance(shade, int))


def test_it_checks_and_the_reader_is_told_what_it_is(teacher: Vault, redacted: tuple[Path, Exhibit]) -> None:
    out, made = redacted
    verdict = read.verify(out, [Passphrase(PASSPHRASE)], Trust())
    assert verdict.unchanged
    assert [(one.number, one.unchanged, one.kind) for one in verdict.exhibits] == [
        (made.number, True, "covered copy")
    ]
    assert verdict.facts is not None
    assert verdict.facts.left_out == {
        "HXA/001": "The original stays sealed; its copy HXA/003 is here",
        "HXA/002": "No covered copy was made",
    }
    folder = out.parent / "opened"
    extract.extract(out, [Passphrase(PASSPHRASE)], folder)
    copy = folder / layout.original_name(made.number, "image/png")
    assert copy.read_bytes() == teacher.read_original(made.number)


def test_the_ledger_proves_that_the_original_was_sealed_before(
    teacher: Vault, redacted: tuple[Path, Exhibit]
) -> None:
    """Its commitment is one of the list; salt and body stay closed, and fit when they are shown later."""
    files = files_of(redacted[0], Passphrase(PASSPHRASE))
    entries = list(read_opened(files[layout.OPENED]))
    (copy,) = [one for one in entries if one.kind is EntryKind.EXHIBIT_DERIVED]
    origin = copy.data["from"]
    assert isinstance(origin, dict)
    seq = origin["entry"]
    assert seq < copy.seq
    assert seq not in {one.seq for one in entries}
    line = files[layout.COMMITMENTS].split(b"\n")[seq - 1].decode()
    kept = teacher.read.entry(seq)
    assert ledger.commitment(kept.salt, kept.body).hex() == line
    assert kept.data["object"]["sha256"] == sha256(screenshot()).hexdigest()  # type: ignore[index]


def test_another_original_cannot_be_claimed_for_a_copy(
    teacher: Vault, redacted: tuple[Path, Exhibit], tmp_path: Path
) -> None:
    files = files_of(redacted[0], Passphrase(PASSPHRASE))
    name = layout.OPENED
    other = files[name].replace(b"HXA/001", b"HXA/002")
    assert other != files[name]
    from tests.bundles import as_folder, sign_again

    folder = as_folder(sign_again(files | {name: other}, teacher.signing_key), tmp_path / "bag")
    verdict = workflows.verify_alone(folder, [], ())
    assert {one.code for one in verdict.problems} == {"opened-not-committed"}


def test_the_report_shows_the_copy_and_says_what_is_withheld(
    redacted: tuple[Path, Exhibit], tmp_path: Path
) -> None:
    shown = text(files_of(redacted[0], Passphrase(PASSPHRASE))[layout.REPORT], tmp_path)
    flat = squeezed(shown)
    for part in (
        "Covered copy of HXA/001",
        "C2: captured here from the screen; this is a covered copy of HXA/001",
        "It stays closed.",
        "Pupil's name, Another reason: a badge",
        "HXA/001 The original stays sealed; its copy HXA/003 is here",
        "HXA/002 No covered copy was made",
        "Covers are solid",
    ):
        assert squeezed(part) in flat
    at = [
        flat.find(squeezed(part))
        for part in ("Derived copies", "Custody log", "Redactions and what is withheld")
    ]
    assert at == sorted(at)
    assert at[0] > 0


def test_with_nothing_covered_there_is_nothing_to_seal(teacher: Vault, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no covered copy to seal"):
        seal_bundle(teacher, Wanted("1", passphrase=PASSPHRASE, redacted_only=True), tmp_path / "no.evidence")


def test_an_ordinary_bundle_ties_copy_and_original(teacher: Vault, tmp_path: Path) -> None:
    made = covered(teacher)
    out = tmp_path / "whole.evidence"
    seal_bundle(teacher, Wanted("INC-001", passphrase=PASSPHRASE), out)
    verdict = read.verify(out, [Passphrase(PASSPHRASE)], Trust())
    assert verdict.unchanged
    assert [one.number for one in verdict.exhibits] == ["HXA/001", "HXA/002", made.number]
    shown = squeezed(text(files_of(out, Passphrase(PASSPHRASE))[layout.REPORT], tmp_path))
    assert squeezed("In this report too.") in shown


def test_a_head_takes_copies_in_like_every_exhibit(
    redacted: tuple[Path, Exhibit], teacher: Vault, tmp_path: Path
) -> None:
    out, made = redacted
    with desk(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as head:
        arrival = workflows.receive(head, out, keys=[Passphrase(PASSPHRASE)])
        assert arrival.verdict is not None
        assert arrival.verdict.unchanged
        (taken,) = head.read.received_exhibits(arrival.row.reference)
        assert (taken.number, taken.level) == (made.number, Level.SCREEN)
        assert taken.observed is not None
        assert taken.observed.method is Method.COPY
        data = workflows.view_received(head, arrival.row.reference, made.number)
        assert data == teacher.read_original(made.number)


@pytest.mark.parametrize("which", ["RCV-002 HXA/001", "RCV-001 HXA/003"])
def test_a_head_locks_copies_away_with_their_original(
    redacted: tuple[Path, Exhibit], teacher: Vault, tmp_path: Path, which: str
) -> None:
    """From whatever bundle of the sender they came."""
    whole = tmp_path / "whole.evidence"
    seal_bundle(teacher, Wanted("INC-001", passphrase=PASSPHRASE), whole)
    with desk(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as head:
        for out in (redacted[0], whole):
            workflows.receive(head, out, keys=[Passphrase(PASSPHRASE)])
        locked = workflows.lock_away(head, which)
        assert set(locked) == {"RCV-001 HXA/003", "RCV-002 HXA/001", "RCV-002 HXA/003"}
        for one in locked:
            with pytest.raises(LockedAwayError):
                workflows.view_received(head, *one.split(" "))


def test_nothing_of_the_original_is_in_a_byte_of_the_readers_vault(teacher: Vault, tmp_path: Path) -> None:
    """Every decrypted page of her database and its log, every file and object, her index and search words."""
    made = covered(teacher)
    with desk(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as head:
        workflows.add_contact(teacher, workflows.own_card(head))
        out = tmp_path / "covered.evidence"
        wanted = Wanted("1", (teacher.read.contact("Mrs Ruth Calloway"),), redacted_only=True)
        seal_bundle(teacher, wanted, out)
        arrival = workflows.receive(head, out)
        workflows.view_received(head, arrival.row.reference, made.number)
        needles = list(secrets_of(teacher).values())
        assert traces.in_bundle(out, head.identity, needles) == []
        assert traces.in_database(head.folder, head.identity, needles) == []
        assert traces.in_files(head.folder, head.identity, needles) == []
        assert traces.in_tables(head.folder, head.identity, needles, but=set()) == []
        assert head.read.search("quennell").hits == ()
        # And the search would find it: of the whole incident all of that is there.
        whole = tmp_path / "whole.evidence"
        seal_bundle(teacher, Wanted("1", (teacher.read.contact("Mrs Ruth Calloway"),)), whole)
        workflows.receive(head, whole)
        assert traces.in_bundle(whole, head.identity, [b"uennell"])
        assert traces.in_database(head.folder, head.identity, [b"uennell"])
        assert traces.in_files(head.folder, head.identity, [secrets_of(teacher)["the file"]])
        assert head.read.search("quennell").hits


def test_nothing_of_a_page_but_its_covered_picture_leaves_the_vault(teacher: Vault, tmp_path: Path) -> None:
    """Neither its files nor its address, title, certificate, headers or what was observed of it."""
    page = replace(pages.page(), png=screenshot())
    kept = workflows.keep_page(teacher, page, "INC-001")
    assert [one.name for one in kept.files] == ["page.mhtml", "page.wacz", "certificate-1.der"]
    made = cover(teacher, kept.number, [Cover(SECRET, "pupil_name")])
    assert made.files == ()
    assert made.level is Level.BROWSER
    out = tmp_path / "covered.evidence"
    with desk(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as head:
        workflows.add_contact(teacher, workflows.own_card(head))
        wanted = Wanted("1", (teacher.read.contact("Mrs Ruth Calloway"),), redacted_only=True)
        seal_bundle(teacher, wanted, out)
        needles = [
            *(one.data for one in page.files),
            *(bytes.fromhex(one.stored.sha256) for one in kept.files),
            *(one.stored.object_id.encode() for one in kept.files),
            b"chirrup.example",
            pages.TITLE.encode(),
            b"Example Trust",
            b"203.0.113.40",
            screenshot()[-200:-20],
        ]
        assert traces.in_bundle(out, head.identity, needles) == []
        (shown,) = read.verify(out, [head.identity], Trust()).exhibits
        assert check_agreement(out, [head.identity]).state == "unchanged"
        assert (shown.number, shown.unchanged, shown.kind) == (made.number, True, "covered copy")


def test_the_witness_of_an_original_is_not_that_of_its_copy(teacher: Vault) -> None:
    workflows.add_witness(
        teacher, "1", name="Tom Garrick", role="Teacher", when="2026-03-12", words="I saw it."
    )
    made = covered(teacher)
    assert fields.shown_level(made) is Level.SCREEN


def test_a_capture_with_the_same_bytes_is_no_copy(teacher: Vault) -> None:
    entry = capture(teacher, screenshot(), "INC-001")
    assert teacher.read.exhibit(str(entry.data["number"])).derived is None
    assert replace(observed(), window=None).window is None
