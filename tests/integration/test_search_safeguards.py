"""What the search must not hold: what is locked away, disposed of, or stays with its reporter.

Every decrypted page of the database and its log is looked through, not only what a query shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.records import (
    Decider,
    Office,
    Role,
    Said,
    SearchFilters,
    SearchHit,
    SearchKind,
    SearchState,
    Source,
    Why,
)
from evidence_app.vault import acts, acts_safeguards, check, search_things
from evidence_app.vault.vault import Vault
from tests import traces
from tests.desks import desk, open_incident, picture, seal, teacher_and_head
from tests.vaults import Sample, capture, tampering

RUTH = "Mrs Ruth Calloway"
SECRET, LATER, TITLE = "quixgiraffe", "zorbelephant", "vexwindow"
NEEDLES = [b"uixgiraffe", b"orbelephant"]
"""Without the first letter: FTS5 leaves out what a word has in common with the one before it."""
ALL = SearchFilters(earlier=True)


def state(vault: Vault, about: str, **said: str) -> None:
    build = acts.incident_stated if about.startswith("INC") else acts.exhibit_stated
    for name, value in said.items():
        vault.record(build(about, [Said(name, value, Source.TYPED)]))


def found(vault: Vault, words: str, filters: SearchFilters = ALL) -> list[str]:
    return [hit.about for hit in vault.read.search(words, filters).hits]


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """Ruth's vault: RXC/001 and RXC/002 have the same bytes and secret words, RXC/003 has neither."""
    with desk(tmp_path / "ruth.evidence-vault", RUTH, Role.HEAD) as made:
        open_incident(made, "Posts about my lessons")
        for shade in (10, 10, 30):
            workflows.keep(made, picture(shade), "INC-001")
        for number in ("RXC/001", "RXC/002"):
            state(made, number, note=f"It was a {SECRET}", platform="Chirrup", account=f"@{LATER}_9")
            state(made, number, note=f"No, a {LATER}")
        state(made, "RXC/003", note="something else")
        assert found(made, SECRET) == found(made, LATER)[:2]
        assert len(found(made, "orbeleph")) == 2
        yield made


def in_search_tables(vault: Vault) -> list[str]:
    """Tables of the search that hold one of the needles, as any query would show them."""
    return [
        name
        for name in traces.in_tables(vault.folder, vault.identity, NEEDLES, but=set())
        if name.startswith("search_")
    ]


def left_in_pages(vault: Vault) -> list[str]:
    """Where a needle stands once the record's own entries and statements are taken out by hand."""
    vault.close()
    with tampering(Sample(vault.folder, vault.identity, "")) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("UPDATE entries SET body = zeroblob(length(body)), salt = zeroblob(32)")
        connection.execute("UPDATE statements SET value = zeroblob(length(value))")
    return traces.in_database(vault.folder, vault.identity, NEEDLES)


# --- locked away ----------------------------------------------------------------------------------------


def test_it_is_there_before(vault: Vault) -> None:
    """The searches of this file find what is there."""
    assert {"search_words", "search_words_content", "search_terms"} <= set(in_search_tables(vault))
    assert left_in_pages(vault)


def test_text_goes_with_the_act_itself(vault: Vault) -> None:
    """Also of the exhibit with the very same bytes, and of what was said earlier; nobody has to search."""
    vault.record(acts_safeguards.exhibit_locked_away("RXC/001", Why.INDECENT_IMAGE))
    assert in_search_tables(vault) == []
    with vault.read.reading() as connection:
        left = connection.exec_driver_sql("SELECT about FROM search_things WHERE platform <> ''").fetchall()
    assert left == []
    for words in (SECRET, LATER, "chirrup", "orbeleph"):
        assert found(vault, words) == [], words
    assert left_in_pages(vault) == []


def test_the_number_is_still_found_and_nothing_with_it(vault: Vault) -> None:
    workflows.lock_away(vault, "RXC/001")
    hits: tuple[SearchHit, ...] = vault.read.search("rxc/001").hits
    assert [(hit.about, hit.parts, hit.platform) for hit in hits] == [("RXC/001", (), "")]
    assert hits[0].states == (SearchState.LOCKED_AWAY,)
    assert found(vault, "", SearchFilters(state=SearchState.LOCKED_AWAY)) == ["RXC/002", "RXC/001"]
    assert in_search_tables(vault) == []
    assert check.check(vault).problems == ()


def test_an_address_that_is_stated_afterwards_is_not_found(vault: Vault) -> None:
    """It may be stated, as the row keeps it; the search does not take it up."""
    workflows.lock_away(vault, "RXC/001")
    state(vault, "RXC/001", address=f"https://bad.example/{SECRET}")
    assert found(vault, SECRET) == []
    assert in_search_tables(vault) == []


def test_the_same_bytes_once_more(vault: Vault) -> None:
    workflows.lock_away(vault, "RXC/001")
    number = str(capture(vault, picture(10).png, "INC-001", title=f"{SECRET} - Browser").data["number"])
    assert found(vault, SECRET) == []
    assert [hit.parts for hit in vault.read.search(number).hits] == [()]


def test_a_rebuilt_search_has_nothing_of_it_either(vault: Vault) -> None:
    workflows.lock_away(vault, "RXC/001")
    vault.close()
    sample = Sample(vault.folder, vault.identity, "")
    with tampering(sample) as connection:
        connection.execute("DROP TABLE search_words")
    with sample.open() as opened:
        assert found(opened, SECRET) == found(opened, LATER) == []
        assert found(opened, "something") == ["RXC/003"]
        assert check.check(opened).problems == ()


def test_a_received_exhibit(tmp_path: Path) -> None:
    with teacher_and_head(tmp_path) as (teacher, head):
        state(teacher, "HXA/001", note=SECRET)
        state(teacher, "HXA/001", note=LATER)
        workflows.receive(head, seal(teacher, tmp_path / "a.evidence"))
        assert found(head, SECRET) == found(head, LATER) == ["RCV-001 HXA/001"]
        # Ruth captured the same picture herself, and it has to go.
        open_incident(head, "Mine")
        own = workflows.keep(head, picture(10), "INC-001").number
        workflows.lock_away(head, own)
        assert in_search_tables(head) == []
        assert found(head, SECRET) == found(head, LATER) == []
        hits = {hit.about: (hit.parts, hit.states) for hit in head.read.search("hxa/001").hits}
        assert hits == {"RCV-001 HXA/002": ((), ()), "RCV-001 HXA/001": ((), (SearchState.LOCKED_AWAY,))}
        assert check.check(head).problems == ()


# --- each guard is what keeps it out --------------------------------------------------------------------


def without_secure_delete(vault: Vault, _patch: pytest.MonkeyPatch) -> None:
    with vault._writer.begin():
        vault._writer.exec_driver_sql(
            "INSERT INTO search_words(search_words, rank) VALUES ('secure-delete', 0)"
        )


def without_taking_out(_vault: Vault, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("evidence_app.vault.index_search._take_out", lambda *_: None)


def without_the_twin(_vault: Vault, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(search_things, "locked_among", lambda *_: frozenset())


@pytest.mark.parametrize("planted", [without_secure_delete, without_taking_out])
def test_planted_the_words_stay_in_the_pages(
    vault: Vault, planted: Callable[[Vault, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(vault, monkeypatch)
    vault.record(acts_safeguards.exhibit_locked_away("RXC/001", Why.INDECENT_IMAGE))
    assert left_in_pages(vault)


def test_planted_the_twin_is_found(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    without_the_twin(vault, monkeypatch)
    vault.record(acts_safeguards.exhibit_locked_away("RXC/001", Why.INDECENT_IMAGE))
    assert found(vault, LATER) != []


# --- disposed of ----------------------------------------------------------------------------------------


def dispose(vault: Vault, number: str) -> None:
    workflows.dispose(vault, number, decided_by=RUTH, decider=Decider.HEAD, second="Mr Alan Thwaite")


@pytest.mark.parametrize("ground", ["due", "instruction"])
def test_after_a_disposal_no_page_has_a_word_of_it(vault: Vault, ground: str) -> None:
    if ground == "due":
        yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011  (a day of this computer's calendar)
        workflows.keep_until(vault, "INC-001", yesterday)
    else:
        workflows.lock_away(vault, "RXC/001")
        for number in ("RXC/001", "RXC/002"):
            workflows.record_instruction(
                vault, number, "Sgt Tom Garrick", Office.POLICE, "CR/42", datetime.now(UTC)
            )
    for number in ("RXC/001", "RXC/002"):
        dispose(vault, number)
    assert found(vault, "rxc 001") == found(vault, SECRET) == found(vault, LATER) == []
    assert found(vault, "something") == ["RXC/003"]
    assert traces.in_database(vault.folder, vault.identity, NEEDLES) == []
    assert traces.in_tables(vault.folder, vault.identity, NEEDLES, but=set()) == []
    assert check.check(vault).problems == ()


# --- what stays with its reporter -----------------------------------------------------------------------

PRIVATE = {
    "protected": "religion_or_belief",
    "concerns_head": "yes",
    "union_reference.1.whom": f"The {SECRET} union",
    "union_reference.1.reference": LATER,
}


@pytest.mark.parametrize("code", PRIVATE)
def test_restricted_fields_are_not_found_and_not_held(vault: Vault, code: str) -> None:
    for number in ("RXC/001", "RXC/002"):
        state(vault, number, note="", account="")
        state(vault, number, note="x", account="x")
    state(vault, "INC-001", facts="Plain facts", **{code: PRIVATE[code]})
    hits = vault.read.search("facts").hits
    assert [part.field for hit in hits for part in hit.parts] == ["facts"]
    for word in PRIVATE[code].replace("_", " ").split():
        found_now = [hit for hit in vault.read.search(word).hits if hit.kind is SearchKind.INCIDENT]
        assert found_now == [], word
    with vault.read.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT words || parts || earlier FROM search_words WHERE rowid = 3"
        ).fetchall()
    assert PRIVATE[code] not in rows[0][0]
    assert check.check(vault).problems == ()


def test_what_a_sender_says_there_is_not_found_either(tmp_path: Path) -> None:
    """A bundle of another program might carry them; this one does not take them up."""
    with teacher_and_head(tmp_path) as (teacher, head):
        teacher.record(acts.exhibit_stated("HXA/001", [Said("protected", f"faith {SECRET}", Source.TYPED)]))
        workflows.receive(head, seal(teacher, tmp_path / "a.evidence"))
        assert found(head, SECRET) == found(teacher, SECRET) == []
        assert in_search_tables(head) == []


def test_planted_a_field_that_is_not_left_out_is_found(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_things, "is_searched", lambda _code: True)
    state(vault, "INC-001", **{"union_reference.1.whom": "The knights of Ni"})
    assert found(vault, "knights") == ["INC-001"]
