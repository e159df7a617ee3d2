"""Covered copies of texts: the record, bundles of copies alone, and every byte that leaves the vault."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from evidence_app import ledger, workflows
from evidence_app.bundle import layout, read
from evidence_app.bundle.content import read_opened
from evidence_app.capture import files
from evidence_app.errors import LockedAwayError, UsageError
from evidence_app.records import (
    Area,
    Cover,
    CoveredPassage,
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
from evidence_app.vault.vault import Vault
from evidence_app.workflows import TextCover, Wanted, cover, cover_text, seal_bundle, state
from evidence_app.workflows.importing import Batch, bring_in
from evidence_app.workflows.texts import read_text
from tests import brought, talks, traces
from tests.both_sides import check_agreement
from tests.desks import desk
from tests.reports import squeezed, text
from tests.vaults import make_sample, no_stop, observed

CHAT = """12/03/2026, 14:32 - Tom G: did you see what Quennelda Xandervane posted
12/03/2026, 14:33 - Nadia: QUENNELDA  XANDERVANE again?? @xandervane_q
12/03/2026, 14:35 - Tom G: her number is 07700 900461
12/03/2026, 14:36 - Nadia: Miss Ashdown should be told
"""
COPY = """12/03/2026, 14:32 - Tom G: did you see what [█████ pupil's name] posted
12/03/2026, 14:33 - Nadia: [█████ pupil's name] again?? @[█████ pupil's name]_q
[█████ address, telephone number or email]
12/03/2026, 14:36 - Nadia: Miss Ashdown should be told
"""
NAME = "Quennelda Xandervane"
SECRETS = [b"Quennelda", b"QUENNELDA", b"Xandervane", b"XANDERVANE", b"xandervane", b"07700 900461"]
COVERS = [
    TextCover("Pupil's name", text="Quennelda Xandervane"),
    TextCover("pupil_name", text="xandervane"),
    TextCover("contact_details", first=3, last=3),
]


def a_text(vault: Vault, data: bytes = CHAT.encode()) -> str:
    """A chat as it lies in the vault once it was brought in."""
    stored = vault.objects.put(data, "text/plain")
    entry = vault.record(
        acts.exhibit_captured(stored, observed(title="Chat of 9B"), "INC-001", Level.BROUGHT_IN)
    )
    return str(entry.data["number"])


@pytest.fixture
def helen(tmp_path: Path) -> Iterator[Vault]:
    def fill(vault: Vault) -> None:
        vault.record(acts.incident_opened("A group chat about my lessons"))
        no_stop(vault, "INC-001")
        a_text(vault)
        state(vault, "HXA/001", {"transcript": "Quennelda Xandervane wrote it", "account": "@xandervane_q"})

    with make_sample(tmp_path / "helen.evidence-vault", fill).open() as vault:
        yield vault


def made(vault: Vault) -> Exhibit:
    return cover_text(vault, "1", COVERS)


def test_a_copy_is_a_text_of_its_own_and_the_original_is_untouched(helen: Vault) -> None:
    before = helen.read.exhibit("1")
    copy = made(helen)
    assert (copy.number, copy.incident, copy.method, copy.level) == (
        "HXA/002", "INC-001", Method.COPY, Level.BROUGHT_IN,
    )  # fmt: skip
    assert helen.read_original(copy.number).decode() == COPY
    assert copy.stored.media_type == "text/plain"
    assert helen.read.exhibit("1") == before
    assert helen.read_original("1") == CHAT.encode()
    assert copy.derived is not None
    assert copy.derived.relation is Relation.COVERED
    assert copy.derived.passages == (
        CoveredPassage("pupil_name", "", 2),
        CoveredPassage("pupil_name", "", 3),
        CoveredPassage("contact_details", "", 1),
    )
    assert helen.read.copies("HXA/001") == (copy.number,)
    assert check.check(helen).problems == ()


def test_the_record_tells_neither_the_words_nor_how_long_they_were(helen: Vault) -> None:
    short, long = a_text(helen, b"a Al b"), a_text(helen, b"a Alexandrina Wilhelmina b")
    told = []
    for number, words in ((short, "Al"), (long, "Alexandrina Wilhelmina")):
        copy = cover_text(helen, number, [TextCover("pupil_name", text=words)])
        assert helen.read_original(copy.number) == "a [█████ pupil's name] b".encode()
        entry = helen.read.latest(EntryKind.EXHIBIT_DERIVED)
        assert entry is not None
        assert words.encode() not in entry.body
        told.append({name: entry.data[name] for name in ("covers", "crop", "relation", "passages")})
    assert told[0] == told[1]


def test_a_picture_has_no_words_and_a_text_no_areas(helen: Vault) -> None:
    objects = set(helen.objects.ids())
    with pytest.raises(UsageError, match="only PNG pictures"):
        cover(helen, "1", [], crop=observed().area)
    copy = made(helen)
    with pytest.raises(UsageError, match="itself a copy"):
        cover_text(helen, copy.number, COVERS)
    with pytest.raises(UsageError, match="is no reason"):
        cover_text(helen, "1", [TextCover("because", text="Tom")])
    stored = helen.objects.put(b"%PDF", "application/pdf")
    helen.record(acts.exhibit_captured(stored, observed(), "INC-001", Level.BROUGHT_IN))
    with pytest.raises(UsageError, match="is no text"):
        cover_text(helen, "3", COVERS)
    assert len(set(helen.objects.ids()) - objects) == 2


def test_what_is_locked_away_cannot_be_covered_and_takes_its_copies_along(helen: Vault) -> None:
    copy = made(helen)
    workflows.lock_away(helen, "HXA/001")
    for number in ("HXA/001", copy.number):
        with pytest.raises(LockedAwayError):
            read_text(helen, number)
    with pytest.raises(LockedAwayError):
        made(helen)


# --- what was brought in ------------------------------------------------------------------------------


@pytest.fixture
def brought_in(helen: Vault, tmp_path: Path) -> dict[str, str]:
    """A mail, a packed chat, a photograph and a web page, as a person brings them in: name and number."""
    mail = talks.mail(
        plain="Quennelda Xandervane filmed it.\n", html="<p>Quennelda <b>Xandervane</b> filmed it.</p>"
    )
    named = {
        "mail.eml": mail,
        "chat.zip": talks.zipped({"_chat.txt": f"[12/03/2026, 14:32:07] Tom: {NAME} did\n".encode() * 3}),
        "page.html": f"<html><title>{NAME}</title><body><p>{NAME} lied</p></body></html>".encode(),
        "photo.jpeg": brought.picture("JPEG"),
    }
    done = bring_in(
        helen, "INC-001", files.found(brought.write_all(tmp_path / "in", named)), Batch(StopAnswer.NO)
    )
    return {one.name: one.number for one in done}


def test_of_a_mail_a_chat_and_a_page_the_words_that_are_read_in_them(
    helen: Vault, brought_in: dict[str, str], tmp_path: Path
) -> None:
    kept = {
        "mail.eml": "Subject: You will regret this",
        "chat.zip": "12/03/2026, 14:32:07 - Tom: [█████ pupil's name] did",
        "page.html": "[█████ pupil's name] lied",
    }
    for name, words in kept.items():
        copy = cover_text(helen, brought_in[name], [TextCover("pupil_name", text=NAME)])
        shown = helen.read_original(copy.number).decode()
        assert words in shown
        assert "andervane" not in shown
        assert copy.stored.media_type == "text/plain"
        assert copy.derived is not None
        assert copy.derived.origin.method is Method.FILE
    needles = [
        b"andervane",
        *(name.encode() for name in kept),
        *(bytes.fromhex(helen.read.exhibit(brought_in[name]).stored.sha256) for name in kept),
    ]
    with desk(tmp_path / "ruth.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as ruth:
        workflows.add_contact(helen, workflows.own_card(ruth))
        out = tmp_path / "covered.evidence"
        wanted = Wanted("1", (helen.read.contact("Mrs Ruth Calloway"),), redacted_only=True)
        seal_bundle(helen, wanted, out)
        assert traces.in_bundle(out, ruth.identity, needles) == []
        verdict = read.verify(out, [ruth.identity], Trust())
        assert verdict.unchanged
        assert check_agreement(out, [ruth.identity]).state == "unchanged"
        assert len(verdict.exhibits) == len(kept)


def test_a_photograph_that_was_brought_in_is_covered_by_areas(
    helen: Vault, brought_in: dict[str, str]
) -> None:
    number = brought_in["photo.jpeg"]
    with pytest.raises(UsageError, match="is no text"):
        read_text(helen, number)
    copy = cover(helen, number, [Cover(Area(4, 4, 20, 20), "pupil_picture")])
    assert copy.stored.media_type == "image/png"
    with Image.open(io.BytesIO(helen.read_original(copy.number))) as shown:
        assert shown.size == (64, 48)
        assert shown.convert("RGB").crop((4, 4, 24, 24)).getcolors() == [(400, (0, 0, 0))]


# --- every byte that leaves the vault -----------------------------------------------------------------


@pytest.fixture
def handed_over(helen: Vault, tmp_path: Path) -> Iterator[tuple[Path, Vault]]:
    """The copies alone, sealed for Mrs Ruth Calloway and received by her."""
    made(helen)
    with desk(tmp_path / "ruth.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as ruth:
        workflows.add_contact(helen, workflows.own_card(ruth))
        contact = helen.read.contact("Mrs Ruth Calloway")
        out = tmp_path / "covered.evidence"
        seal_bundle(helen, Wanted("1", (contact,), redacted_only=True), out)
        workflows.receive(ruth, out)
        yield out, ruth


def test_no_byte_of_what_is_covered_is_in_bundle_report_or_the_readers_vault(
    helen: Vault, handed_over: tuple[Path, Vault]
) -> None:
    """Nor the original's digest, object, entry or statements: plain archive, every file, every stream of the
    report, every page of the reader's database with its log, her tables, index and words of the search."""
    out, ruth = handed_over
    original = helen.read.exhibit("1")
    entry = helen.read.entry(original.seq)
    needles = [
        *SECRETS,
        CHAT.encode()[:60],
        bytes.fromhex(original.stored.sha256),
        original.stored.object_id.encode(),
        entry.salt,
        b"Chat of 9B",
    ]
    assert traces.in_bundle(out, ruth.identity, needles) == []
    assert traces.in_database(ruth.folder, ruth.identity, needles) == []
    assert traces.in_files(ruth.folder, ruth.identity, needles) == []
    assert traces.in_tables(ruth.folder, ruth.identity, needles, but=set()) == []
    assert ruth.read.search("xandervane").hits == ()


def test_the_search_for_it_would_find_it(helen: Vault, tmp_path: Path) -> None:
    """In an ordinary bundle of the same incident, and in the sender's own vault."""
    made(helen)
    with desk(tmp_path / "ruth.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as ruth:
        workflows.add_contact(helen, workflows.own_card(ruth))
        out = tmp_path / "whole.evidence"
        seal_bundle(helen, Wanted("1", (helen.read.contact("Mrs Ruth Calloway"),)), out)
        workflows.receive(ruth, out)
        for needle in (b"Xandervane", bytes.fromhex(helen.read.exhibit("1").stored.sha256)):
            assert traces.in_bundle(out, ruth.identity, [needle])
            assert traces.in_database(ruth.folder, ruth.identity, [needle])
        assert traces.in_files(ruth.folder, ruth.identity, [b"Xandervane"])
        assert traces.in_tables(ruth.folder, ruth.identity, [b"Xandervane"], but=set())


def test_it_checks_and_the_ledger_ties_it_to_its_original(
    helen: Vault, handed_over: tuple[Path, Vault], tmp_path: Path
) -> None:
    out, ruth = handed_over
    verdict = read.verify(out, [ruth.identity], Trust())
    assert verdict.unchanged
    assert [(one.number, one.kind) for one in verdict.exhibits] == [("HXA/002", "covered copy")]
    files = traces.members(out, ruth.identity)
    assert files[layout.original_name("HXA/002", "text/plain")] == COPY.encode()
    (copy,) = [one for one in read_opened(files[layout.OPENED]) if one.kind is EntryKind.EXHIBIT_DERIVED]
    origin = copy.data["from"]
    assert isinstance(origin, dict)
    kept = helen.read.entry(origin["entry"])
    line = files[layout.COMMITMENTS].split(b"\n")[kept.seq - 1].decode()
    assert ledger.commitment(kept.salt, kept.body).hex() == line
    flat = squeezed(text(files[layout.REPORT], tmp_path))
    for words in (
        "Covered copy of HXA/001",
        "Pupil's name (5), Address, telephone number or email",
        "every mark has the same length",
        "HXA/001 The original stays sealed; its copy HXA/002 is here",
    ):
        assert squeezed(words) in flat
    assert squeezed("0 × 0 pixels") not in flat
