"""Searching a vault: what is found, in which order, narrowed by what; and what nothing can break."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from evidence_app import fields, workflows
from evidence_app.errors import DamagedError, EvidenceError
from evidence_app.records import (
    Method,
    Role,
    Said,
    SearchAnswer,
    SearchFilters,
    SearchKind,
    SearchState,
    Source,
    StopAnswer,
    Told,
)
from evidence_app.records.safeguards import Found
from evidence_app.vault import acts, acts_safeguards, check, following, index_search, search, vault
from evidence_app.vault.acts import RECOGNISED
from evidence_app.vault.keys import Slot
from evidence_app.vault.schema_search import search_things
from evidence_app.vault.search_text import words_of
from evidence_app.vault.search_texts import is_searched
from evidence_app.vault.vault import Vault
from tests.bench.ten_years import ten_years
from tests.desks import desk, open_incident, picture, seal, teacher_and_head
from tests.golden import make
from tests.vaults import Sample, capture, connect_by_hand, png, tampering

pytest_plugins = ["tests.vault_fixtures"]

RUTH = "Mrs Ruth Calloway"
ALL = SearchFilters(earlier=True)


def state(opened: Vault, about: str, **said: str) -> None:
    build = acts.incident_stated if about.startswith("INC") else acts.exhibit_stated
    opened.record(build(about, [Said(name, value, Source.TYPED) for name, value in said.items()]))


def found(opened: Vault, words: str, filters: SearchFilters | None = None) -> list[str]:
    """What is found, newest first, by name."""
    return [hit.about for hit in opened.read.search(words, filters).hits]


def marks(answer: SearchAnswer) -> list[tuple[str, str]]:
    """Field and marked words of the first hit."""
    return [
        (part.field, part.text.text[start:end])
        for part in answer.hits[0].parts
        for start, end in part.text.marks
    ]


# --- what is found --------------------------------------------------------------------------------------


def test_all_that_is_stated_newest_first(opened: Vault) -> None:
    state(opened, "HXA/001", note="A giraffe at the bus stop", account="@Tom_Garrick09", platform="Chirrup")
    state(opened, "HXA/003", transcript="Nobody saw the giraffe\nbut me")
    state(opened, "INC-002", facts="There was a giraffe too.")
    assert found(opened, "giraffe") == ["HXA/003", "HXA/001", "INC-002"]
    assert found(opened, "giraffe bus") == ["HXA/001"]
    assert found(opened, "giraffe chirrup garrick") == ["HXA/001"], "words of different fields"
    assert found(opened, "giraffe elephant") == []
    answer = opened.read.search("nobo GIRAFFE")
    assert marks(answer) == [("transcript", "Nobo"), ("transcript", "giraffe")]
    hit = answer.hits[0]
    assert (hit.kind, hit.about, hit.title.text, hit.incident) == (
        SearchKind.EXHIBIT, "HXA/003", "HXA/003", None,
    )  # fmt: skip
    assert hit.seq == opened.read.exhibit("3").seq
    assert hit.at == opened.read.exhibit("3").sealed_at
    assert hit.by == "Helen Ashdown"
    assert opened.read.search("bus").hits[0].incident_title == "Anonymous posts about staff"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("larkmere", ["HXA/001"]),
        ("@larkmere_truth", ["HXA/001"]),
        ("truth", ["HXA/001"]),
        ("arkmer", ["HXA/001"]),
        ("https://social.example/@larkmere_truth/9", ["HXA/001"]),
        ("larkmére", ["HXA/001"]),
        ("rk", []),
        ("HXA/002", ["HXA/002"]),
        ("hxa-2", ["HXA/002"]),
        ("hxa2", ["HXA/002"]),
        ("2", ["HXA/002", "INC-002"]),
        ("inc 002", ["INC-002"]),
        ("copied photo", ["INC-002"]),
        ("photograph copied", ["INC-002"]),
        ("page", ["HXA/003", "HXA/002", "HXA/001"]),
    ],
)
def test_numbers_addresses_titles_and_their_parts(opened: Vault, words: str, expected: list[str]) -> None:
    assert found(opened, words) == expected


def test_telephone_numbers_however_they_are_written(opened: Vault) -> None:
    state(opened, "HXA/001", phone="+44 7700 900123")
    for words in ("07700900123", "+447700900123", "900123", "0770090", "7700 900123"):
        assert found(opened, words) == ["HXA/001"], words


def test_text_that_was_read_from_a_picture(opened: Vault) -> None:
    opened.record(acts.text_recognised("HXA/002", "She is a GIRAFFE\nand everybody knows"))
    answer = opened.read.search("giraffe knows")
    assert marks(answer) == [(RECOGNISED, "GIRAFFE"), (RECOGNISED, "knows")]
    assert workflows.field_name(RECOGNISED) == "Text read from the picture"
    assert opened.read.exhibit("2").statements[RECOGNISED].source is Source.READ_FROM_PICTURE


def test_only_what_was_said_last_and_the_rest_when_asked(opened: Vault) -> None:
    state(opened, "HXA/001", note="It was a giraffe")
    state(opened, "HXA/001", note="It was an elephant")
    assert found(opened, "giraffe") == []
    assert found(opened, "elephant") == ["HXA/001"]
    once = opened.read.search("giraffe", ALL)
    assert [(hit.about, hit.earlier) for hit in once.hits] == [("HXA/001", True)]
    assert once.hits[0].parts[0].earlier
    assert once.hits[0].seq == opened.head[0] - 1
    state(opened, "HXA/001", note="It was an elephant")
    assert [hit.earlier for hit in opened.read.search("elephant", ALL).hits] == [False], "said twice"
    state(opened, "HXA/001", note="")
    assert found(opened, "elephant") == []
    assert found(opened, "elephant", ALL) == ["HXA/001"]
    # A title that was changed is found by what it was.
    assert [part.earlier for part in opened.read.search("anonymous", ALL).hits[0].parts] == [True]
    assert check.check(opened).problems == ()


def test_bundles_referrals_and_what_was_received(tmp_path: Path) -> None:
    with teacher_and_head(tmp_path) as (teacher, head):
        state(
            teacher, "HXA/001", note="The giraffe said so", address="https://chirrup.example/larkmeretruth/1"
        )
        state(teacher, "HXA/001", note="The giraffe wrote it")
        state(teacher, "INC-001", facts="Only in the statement")
        sent = seal(teacher, tmp_path / "posts-for-ruth.evidence")
        told = (Told("Alan Thwaite", "head"), Told("Nadia Ellery", "safeguarding_lead"))
        teacher.record(
            acts_safeguards.referral_recorded(
                Found.WEBSITE, datetime.now(UTC), told, address="https://bad.example/x", incident="INC-001"
            )
        )
        assert found(teacher, "calloway") == [teacher.read.bundles()[0].bundle_id]
        bundle = teacher.read.search("posts-for-ruth").hits[0]
        assert (bundle.kind, bundle.title.text, bundle.incident) == (
            SearchKind.BUNDLE, "posts-for-ruth.evidence", "INC-001",
        )  # fmt: skip
        assert found(teacher, "bad.example") == ["REF-001"]
        assert found(teacher, "nadia") == ["REF-001"]
        workflows.receive(head, sent)
        assert found(head, "giraffe") == ["RCV-001 HXA/001"]
        assert found(head, "giraffe", ALL) == ["RCV-001 HXA/001"]
        assert marks(head.read.search("said so", ALL)) == [("note", "said"), ("note", "so")]
        assert found(head, "ktruth HXA 1") == []
        assert found(head, "meretruth hxa 1") == ["RCV-001 HXA/001"]
        assert found(head, "lessons") == ["RCV-001"]
        assert found(head, "helen ashdown") == ["RCV-001"]
        received = head.read.search("lessons").hits[0]
        assert (received.title.text, received.by) == ("Posts about my lessons", "Helen Ashdown")
        head.record(acts.outcome_stated("RCV-001", [Said("outcome_note", "We spoke to Tom", Source.TYPED)]))
        assert found(head, "spoke tom") == ["RCV-001"]
        workflows.forward_as_received(head, "RCV-001", tmp_path / "on.evidence", reason="for the police")
        assert found(head, "police") == ["RCV-001"]
        only = SearchFilters(kinds=frozenset({SearchKind.RECEIVED}))
        assert found(head, "", only) == ["RCV-001 HXA/002", "RCV-001 HXA/001", "RCV-001"]
        for opened in (teacher, head):
            assert check.check(opened).problems == ()


# --- what narrows it ------------------------------------------------------------------------------------


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Vault]:
    """Two incidents, four captures, one of them not filed; each with “giraffe” in its note."""
    with desk(tmp_path / "ruth.evidence-vault", RUTH, Role.HEAD) as made:
        for title in ("Posts about a giraffe", "A copied giraffe"):
            open_incident(made, title)
        for shade, incident in ((10, "INC-001"), (20, "INC-001"), (30, "INC-002"), (40, None)):
            if incident is None:
                made.record(acts_safeguards.stop_answered(None, StopAnswer.NO))
            kept = workflows.keep(made, picture(shade), incident)
            state(made, kept.number, note="giraffe")
        state(made, "RXC/001", platform="Chirrup", kind="threat,insult")
        state(made, "RXC/002", platform="Photogram", kind="insult")
        state(made, "INC-002", kind="threat")
        workflows.withdraw(made, "RXC/002", "By mistake")
        workflows.hold(made, "RXC/003", "An investigation", "Nadia Ellery")
        workflows.lock_away(made, "RXC/004")
        yield made


def test_filters(school: Vault) -> None:
    kind = SearchKind
    for filters, expected in (
        (SearchFilters(kinds=frozenset({kind.INCIDENT})), ["INC-002", "INC-001"]),
        (SearchFilters(kinds=frozenset({kind.EXHIBIT})), ["RXC/003", "RXC/002", "RXC/001"]),
        (SearchFilters(kinds=frozenset({kind.BUNDLE, kind.RECEIVED, kind.REFERRAL})), []),
        (SearchFilters(platform="chirr"), ["RXC/001"]),
        (SearchFilters(platform="%"), []),
        (SearchFilters(category="threat"), ["RXC/001", "INC-002"]),
        (SearchFilters(category="thr"), []),
        (SearchFilters(category="insult", platform="photogram"), ["RXC/002"]),
        (SearchFilters(method=Method.MONITOR), ["RXC/003", "RXC/002", "RXC/001"]),
        (SearchFilters(method=Method.WINDOW), []),
        (SearchFilters(incident="INC-002"), ["RXC/003", "INC-002"]),
        (SearchFilters(by="calloway"), ["RXC/003", "RXC/002", "RXC/001", "INC-002", "INC-001"]),
        (SearchFilters(by="helen"), []),
        (SearchFilters(state=SearchState.WITHDRAWN), ["RXC/002"]),
        (SearchFilters(state=SearchState.ON_HOLD), ["RXC/003"]),
        (SearchFilters(state=SearchState.LOCKED_AWAY), []),
    ):
        assert found(school, "giraffe", filters) == expected, filters


def test_filters_without_a_word(school: Vault) -> None:
    away = school.read.search("", SearchFilters(state=SearchState.LOCKED_AWAY)).hits
    assert [(hit.about, hit.parts) for hit in away] == [("RXC/004", ())]
    assert away[0].states == (SearchState.LOCKED_AWAY, SearchState.NOT_FILED)
    assert found(school, "", SearchFilters(state=SearchState.NOT_FILED)) == ["RXC/004"]
    assert found(school, "   ", SearchFilters(category="insult")) == ["RXC/002", "RXC/001"]
    assert school.read.search("") == SearchAnswer()
    assert found(school, "!?", SearchFilters(category="insult")) == [], "what is no word is not nothing"


def test_days(school: Vault) -> None:
    today = datetime.now().astimezone().date()
    first, last = workflows.whole_days(today, today)
    assert len(found(school, "giraffe", SearchFilters(since=first, until=last))) == 5
    before, _ = workflows.whole_days(today + timedelta(days=1), None)
    assert found(school, "giraffe", SearchFilters(since=before)) == []
    _, yesterday = workflows.whole_days(None, today - timedelta(days=1))
    assert found(school, "giraffe", SearchFilters(until=yesterday)) == []
    assert workflows.whole_days(today.replace(1, 1, 1), today.replace(9999, 12, 31)) == (None, None)


def test_states_are_marks(school: Vault) -> None:
    states = {hit.about: hit.states for hit in school.read.search("giraffe").hits}
    assert states["RXC/001"] == ()
    assert states["RXC/002"] == (SearchState.WITHDRAWN,)
    assert states["RXC/003"] == (SearchState.ON_HOLD,)
    workflows.reinstate(school, "RXC/002", "After all")
    school.record(acts.exhibit_filed("RXC/003", "INC-001"))
    hits = {hit.about: hit for hit in school.read.search("giraffe").hits}
    assert hits["RXC/002"].states == ()
    assert (hits["RXC/003"].incident, hits["RXC/003"].incident_title) == ("INC-001", "Posts about a giraffe")
    assert found(school, "giraffe", SearchFilters(incident="INC-002")) == ["INC-002"]


def test_what_there_is_to_choose_from(school: Vault) -> None:
    choices = school.read.search_choices()
    assert choices.platforms == ("Chirrup", "Photogram")
    assert set(choices.categories) == {"threat", "insult"}
    assert choices.methods == (Method.MONITOR,)
    assert choices.people == (RUTH,)


def test_pages(opened: Vault) -> None:
    for number in range(7):
        state(
            opened, str(opened.record(acts.incident_opened(f"Giraffe {number}")).data["reference"]), note="x"
        )
    seen: list[str] = []
    before, pages = None, 0
    while True:
        answer = opened.read.search("giraffe", limit=3, before=before)
        seen += [hit.title.text for hit in answer.hits]
        pages += 1
        if answer.before is None:
            break
        before = answer.before
    assert (seen, pages) == ([f"Giraffe {number}" for number in range(6, -1, -1)], 3)
    assert opened.read.search("giraffe", limit=7).before is None
    assert len(opened.read.search("giraffe", limit=0).hits) == 1


# --- what nothing can break -----------------------------------------------------------------------------

HOSTILE = [
    '"',
    '" OR ""',
    "a\0b",
    "NEAR(a b, 10)",
    "words : x",
    "^giraffe",
    "{words parts} : (a)",
    "giraffe AND NOT x",
    "-giraffe",
    "giraffe*",
    "'; DROP TABLE entries; --",
    "\u202egiraffe\u202c",
    "\ud800",
    "x" * 100_000,
    "a b " * 30_000,
    '"' * 100_000,
    "हिन्दी 日本語 😀",
    "%_",
    "🦒",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_is_syntax_or_raises(opened: Vault, words: str) -> None:
    state(opened, "HXA/001", note="a giraffe in words and parts", account="or")
    answer = opened.read.search(
        words, SearchFilters(platform=words, by=words, category=words, incident=words)
    )
    assert answer.hits == ()
    opened.read.search(words, ALL)


def test_operators_are_words(opened: Vault) -> None:
    state(opened, "HXA/001", note="a giraffe not seen")
    assert found(opened, "giraffe NOT") == ["HXA/001"]
    assert found(opened, "giraffe OR elephant") == []
    assert found(opened, "\u202egir\u200baffe") == ["HXA/001"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=80))
def test_whatever_is_typed(template_vault: Vault, words: str) -> None:
    template_vault.read.search(words, ALL)


@pytest.fixture(scope="module")
def template_vault(template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    folder = tmp_path_factory.mktemp("search") / "helen.evidence-vault"
    shutil.copytree(template.folder, folder)
    one = replace(template, folder=folder).open()
    yield one
    one.abandon()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(max_size=60), words=st.data())
def test_what_is_stated_is_found_by_its_words(
    template_vault: Vault, value: str, words: st.DataObject
) -> None:
    """Letters of the Latin, Greek and Cyrillic scripts, as FTS5 and this program both understand them."""
    alphabet = "abcXYZéÀñßжЁάΩ0123456789 _-.@/\u0301\u200b"
    stated = words.draw(st.text(alphabet, min_size=1, max_size=40))
    state(template_vault, "HXA/002", note=f"{value}\n{stated}")
    looked_for, _ = words_of(stated)
    if looked_for:
        word = words.draw(st.sampled_from(looked_for))
        beginning = word[: words.draw(st.integers(2, max(2, len(word))))]
        answer = template_vault.read.search(beginning)
        assert "HXA/002" in {hit.about for hit in answer.hits}, (stated, beginning)


def test_a_long_text_is_found_and_shown_in_a_piece(opened: Vault) -> None:
    state(opened, "HXA/001", transcript="rain and more rain " * 10_000 + " the giraffe ")
    hit = opened.read.search("giraffe").hits[0]
    assert len(hit.parts[0].text.text) < 250
    assert marks(opened.read.search("giraffe rain"))[-1] == ("transcript", "giraffe")
    assert check.check(opened).problems == ()


# --- derived from the record ----------------------------------------------------------------------------


def test_the_words_follow_only_when_somebody_searches(opened: Vault) -> None:
    opened.read.search("x")
    state(opened, "HXA/001", note="giraffe")
    state(opened, "HXA/001", note="elephant")
    assert opened.read.is_behind()
    assert found(opened, "elephant") == ["HXA/001"]
    assert not opened.read.is_behind()


def test_an_act_adds_few_statements_and_touches_no_word(opened: Vault) -> None:
    """A guard of speed that does not flicker: what the search costs an act is counted, not timed."""
    seen: list[str] = []
    state(opened, "HXA/001", note="warm")
    engine = opened._engine
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(str(args[2])))
    state(opened, "HXA/001", note="giraffe")
    mine = [sql for sql in seen if "search_" in sql]
    assert len(mine) == 1
    assert not [sql for sql in mine if "search_words" in sql]


def plan_of(opened: Vault, words: tuple[str, ...], filters: SearchFilters, *order: Any) -> list[str]:
    with opened.read.reading() as connection:
        query = search._query(connection, words, filters, 1000).limit(51)
        if order:
            query = query.order_by(None).order_by(*order)
        sql = query.compile(connection, compile_kwargs={"literal_binds": True})
        return [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]


def test_the_newest_come_without_looking_at_the_others(opened: Vault) -> None:
    """The plan: FTS5 leads, in falling order of its rows; every other table by its key; nothing is sorted."""
    state(opened, "HXA/001", note="giraffe", platform="Chirrup")
    every = frozenset(SearchKind)
    filters = SearchFilters(platform="chirrup", state=SearchState.WITHDRAWN, kinds=every)
    for words, wanted, first in (
        (("giraffe", "chirrup"), filters, "SCAN search_words VIRTUAL TABLE INDEX"),
        (("giraffe",), SearchFilters(), "SCAN search_words VIRTUAL TABLE INDEX"),
        ((), replace(filters, state=None), "SEARCH search_things USING INTEGER PRIMARY KEY"),
    ):
        plan = plan_of(opened, words, wanted)
        assert plan[0].startswith(first), plan
        assert not [step for step in plan if "B-TREE" in step], plan
        scans = [step for step in plan if step.startswith("SCAN") and "search_words" not in step]
        assert set(scans) <= {"SCAN withdrawn"}, plan
    # Planted: in any other order all that is found would have to be sorted, and the plan says so.
    sorted_by_time = plan_of(opened, ("giraffe",), SearchFilters(), search_things.c.at.desc())
    assert [step for step in sorted_by_time if "B-TREE" in step]


@pytest.mark.parametrize("table", ["search_words", "search_terms", "search_things", "search_todo"])
def test_a_missing_table_is_made_and_filled(sample: Sample, table: str) -> None:
    with sample.open() as opened:
        before = opened.read.search("posts", ALL)
    with tampering(sample) as connection:
        connection.execute(f"DROP TABLE {table}")
    with sample.open() as opened:
        assert opened.read.search("posts", ALL) == before
        assert before.hits
        assert check.check(opened).problems == ()


def test_a_vault_of_the_first_format_is_searched(tmp_path: Path) -> None:
    golden = Path(make.__file__).parent / "vault-1"
    folder = tmp_path / "helen.evidence-vault"
    shutil.copytree(golden / "helen.evidence-vault", folder)
    words = (golden / "recovery.txt").read_text("utf-8")
    with vault.unlock(folder, words, Slot.RECOVERY) as opened:
        for incident in opened.read.incidents():
            assert incident.reference in found(opened, incident.title)
        for one in opened.read.exhibits("INC-001"):
            assert one.number in found(opened, one.number)
        assert check.check(opened).problems == ()


def test_a_simulated_vault_is_one(tmp_path: Path) -> None:
    """What the benchmarks use is what the acts themselves would have left, but for the sealed files."""
    with ten_years(tmp_path / "old.evidence-vault", 45).open() as opened:
        report = check.check(opened)
        assert {one.code for one in report.problems} == {"object-damaged"}
        assert report.entries > 45 * 10
        assert len(opened.read.search("social.example", limit=200).hits) == 45


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE search_words SET words = words || ' giraffe' WHERE rowid = 5", "search_words"),
        ("DELETE FROM search_words WHERE rowid = 5", "search_words"),
        ("INSERT INTO search_words(rowid, words, parts, earlier) VALUES (99, 'x', '', '')", "search_words"),
        ("UPDATE search_words_content SET c0 = 'giraffe' WHERE id = 5", "search_words"),
        ("UPDATE search_words_content SET c0 = replace(c0, 'A page', 'a page') WHERE id = 5", "search_words"),
        ("DELETE FROM search_words_data WHERE id > 10", "search_words"),
        ("UPDATE search_things SET platform = 'Chirrup' WHERE seq = 5", "search_things"),
        ("DELETE FROM search_things WHERE seq = 5", "search_things"),
    ],
)
def test_the_vault_check_holds_it_against_the_record(sample: Sample, statement: str, table: str) -> None:
    with sample.open() as opened:
        opened.read.search("x")
        assert check.check(opened).problems == ()
    with tampering(sample) as connection:
        connection.execute(statement)
    with sample.open() as opened:
        problems = check.check(opened).problems
        # SQLite may notice by itself that tables of one search do not fit together.
        named = [(one.code, one.where) for one in problems if one.code != "record-damaged"]
        assert named == [("index-differs", f"table {table}")]


def test_a_word_that_only_the_index_lost_is_noticed(sample: Sample) -> None:
    """The text is there and its words are not found: an index of FTS5 that does not fit its own texts."""
    with sample.open() as opened:
        opened.read.search("x")
    with tampering(sample) as connection:
        words = connection.execute("SELECT c0 FROM search_words_content WHERE id = 5").fetchone()[0]
        connection.execute("DELETE FROM search_words WHERE rowid = 5")
        connection.execute("INSERT INTO search_words_content VALUES (5, ?, ?, ?)", (words, "hxa001", ""))
    with sample.open() as opened:
        assert ("index-differs", "table search_words") in {
            (one.code, one.where) for one in check.check(opened).problems
        }


@pytest.mark.parametrize("act", ["search", "state and search", "lock away"])
def test_damaged_words_are_made_again_and_stop_nothing(sample: Sample, act: str) -> None:
    with sample.open() as opened:
        opened.read.search("x")
    with tampering(sample) as connection:
        connection.execute("UPDATE search_words_data SET block = x'00ff00ff00ff' WHERE id > 10")
    with sample.open() as opened:
        if act == "state and search":
            state(opened, "HXA/002", note="giraffe")
        if act == "lock away":
            workflows.lock_away(opened, "HXA/001")
            assert found(opened, "larkmere") == []
        assert found(opened, "posts") == ["INC-001"]
        assert check.check(opened).problems == ()


def test_a_damaged_record_is_said_to_be_one(sample: Sample) -> None:
    with sample.open() as opened:
        opened.read.search("x")
    with closing(connect_by_hand(sample.folder, sample.identity)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'search_things'"
        (page,) = connection.execute(query).fetchone()
    data = bytearray((sample.folder / "ledger.db").read_bytes())
    data[(page - 1) * 4096 + 2000] ^= 1
    (sample.folder / "ledger.db").write_bytes(data)
    with sample.open() as opened:
        with pytest.raises(DamagedError, match="put the vault back from a backup"):
            opened.read.search("posts")
        opened.abandon()


def test_an_entry_that_cannot_be_read_keeps_nothing_else_from_being_found(sample: Sample) -> None:
    with tampering(sample) as connection:
        connection.execute("DROP TABLE search_things")
        connection.execute("UPDATE entries SET body = CAST('{}' AS BLOB) WHERE seq = 5")
    with sample.open() as opened:
        assert found(opened, "page") == ["HXA/003", "HXA/002"]


def test_getting_ready_tells_how_far_it_is_and_can_be_stopped(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_AT_ONCE", 1)
    monkeypatch.setattr(index_search, "_AT_ONCE", 1)
    with sample.open() as opened:
        steps: list[tuple[int, int]] = []
        opened.catch_up(lambda step: steps.append((step.done, step.total)))
        assert [done for done, _ in steps] == list(range(1, len(steps) + 1))
        assert steps[-1][0] == steps[-1][1] >= 5
        for number in range(3):
            capture(opened, png(50 + number), "INC-001")

        def stop(_step: object) -> None:
            raise EvidenceError("stop")

        with suppress(EvidenceError):
            opened.catch_up(stop)
        assert opened.read.behind() == 2
        assert found(opened, "hxa/006") == ["HXA/006"]


# --- what is said of it ---------------------------------------------------------------------------------


def test_every_field_is_searched_or_left_out_on_purpose() -> None:
    """Whoever adds a field decides: text that is open is searched, codes and times are for filters, and what
    stays with its reporter is never found."""
    left_out = {
        code
        for one in fields.FIELDS
        for code in ([f"{one.code}.1.{part.code}" for part in one.parts] or [one.code])
        if not is_searched(code)
    }
    private = {code for code in left_out if fields.reach(code) is not fields.Reach.OPEN}
    assert private == {
        "protected",
        "concerns_head",
        *(f"union_reference.1.{part}" for part in ("whom", "when", "reference", "answer")),
    }
    assert is_searched("a_field_of_a_later_version")
