"""Stating: fields with their history, rows, advice, addresses, links, filing; and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from evidence_app import fields, policy, workflows
from evidence_app.errors import LockedAwayError, UsageError
from evidence_app.fields import Reach
from evidence_app.records import EntryKind, Level, Said, Source
from evidence_app.vault import acts, check
from evidence_app.vault.vault import Vault
from evidence_app.workflows import add_witness, link, links, refile, state, statement_history, suggestions

pytest_plugins = ["tests.vault_fixtures"]

POST = "https://x.com/larkmere_truth/status/1767890123456789012"


def stated(vault: Vault, about: str) -> dict[str, str]:
    thing = vault.read.incident(about) if about.startswith("INC") else vault.read.exhibit(about)
    return {code: said.value for code, said in thing.statements.items()}


def refused(vault: Vault, about: str, values: dict[str, str]) -> str:
    before = vault.head
    with pytest.raises(UsageError) as caught:
        state(vault, about, values)
    assert vault.head == before
    return caught.value.message


def test_the_newest_is_shown_and_all_are_kept(opened: Vault) -> None:
    state(opened, "INC-001", {"facts": "Three posts.", "effect": "I sleep badly."})
    state(opened, "inc-1", {"facts": "Four posts."})
    assert stated(opened, "INC-001")["facts"] == "Four posts."
    history = statement_history(opened, "INC-001", "facts")
    assert [(said.value, said.by) for said in history] == [
        ("Three posts.", "Helen Ashdown"),
        ("Four posts.", "Helen Ashdown"),
    ]
    assert check.check(opened).problems == ()


def test_all_of_it_or_nothing(opened: Vault) -> None:
    assert "cannot be chosen" in refused(opened, "INC-001", {"facts": "Three posts.", "aimed_at": "everyone"})
    assert "facts" not in stated(opened, "INC-001")


def test_what_stands_there_is_not_said_again(opened: Vault) -> None:
    state(opened, "INC-001", {"aimed_at": "me"})
    before = opened.head
    made = state(opened, "INC-001", {"aimed_at": "Me", "noticed": ""})
    assert (made.said, made.entries, opened.head) == ((), (), before)


def test_every_value_has_its_own_source(opened: Vault) -> None:
    state(
        opened,
        "HXA/002",
        [Said("transcript", "so unfair", Source.READ_FROM_PICTURE), Said("account", "@x", Source.PASTED)],
    )
    sources = {code: said.source for code, said in opened.read.exhibit("2").statements.items()}
    assert sources == {"transcript": Source.READ_FROM_PICTURE, "account": Source.PASTED}


@pytest.mark.parametrize(
    ("about", "values", "words"),
    [
        ("INC-001", {"transcript": "x"}, "no field 'transcript' of an incident"),
        ("HXA/001", {"facts": "x"}, "no field 'facts' of an exhibit"),
        ("INC-001", {"told": "x"}, "no field 'told'"),
        ("INC-001", {"told.3.whom": "x"}, "no row 3"),
        ("INC-001", {"title": "\u202e "}, "no letter that can be seen"),
        ("INC-001", {"title": "  "}, "Type at least one word"),
        ("INC-001", {"linked.incident": "INC-001"}, "with itself"),
        ("INC-001", {"linked.incident": "INC-099"}, "no incident"),
        ("INC-009", {"facts": "x"}, "no incident"),
    ],
)
def test_what_cannot_be_stated(opened: Vault, about: str, values: dict[str, str], words: str) -> None:
    assert words in refused(opened, about, values)


def test_a_title_renames(opened: Vault) -> None:
    state(opened, "INC-001", {"title": "Posts on Chirrup"})
    assert opened.read.incident("1").title == "Posts on Chirrup"


def test_a_hundred_thousand_characters_are_kept(opened: Vault) -> None:
    paste = "Zażółć 😀 \u202e" * 10_000
    state(opened, "INC-001", {"facts": paste})
    assert stated(opened, "INC-001")["facts"] == paste


# --- rows -----------------------------------------------------------------------------------------


def test_rows_are_added_and_a_part_can_follow_later(opened: Vault) -> None:
    state(opened, "INC-001", {"platform_report.to": "Chirrup", "platform_report.reference": "C-17"})
    state(opened, "INC-001", {"platform_report.to": "Fotogram"})
    state(opened, "INC-001", {"platform_report.1.reply": "We took it down."})
    rows = fields.rows(opened.read.incident("1").statements, "platform_report")
    assert [(row.number, row.value("to"), row.value("reply")) for row in rows] == [
        (1, "Chirrup", "We took it down."),
        (2, "Fotogram", ""),
    ]
    assert len(statement_history(opened, "INC-001", "platform_report")) == 4


def test_an_emptied_row_is_not_shown_and_its_number_is_not_used_again(opened: Vault) -> None:
    state(opened, "INC-001", {"told.whom": "Tom Garrick"})
    state(opened, "INC-001", {"told.1.whom": ""})
    state(opened, "INC-001", {"told.whom": "Mrs Ruth Calloway"})
    rows = fields.rows(opened.read.incident("1").statements, "told")
    assert [(row.number, row.value("whom")) for row in rows] == [(2, "Mrs Ruth Calloway")]


# --- times ----------------------------------------------------------------------------------------


def test_times_are_held_against_what_was_stated_before(opened: Vault) -> None:
    state(opened, "INC-001", {"happened_first": "2026-03-02", "happened_first_certainty": "about"})
    assert "is before" in refused(opened, "INC-001", {"happened_last": "2026-03-01"})
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).date().isoformat()
    assert "lies ahead" in refused(opened, "INC-001", {"happened_last": tomorrow})


def test_the_three_times_of_a_post_are_never_merged(opened: Vault) -> None:
    state(opened, "HXA/001", {"address": POST, "posted_displayed": "3h", "posted_interpreted": "2026-03-12"})
    (made,) = [one for one in suggestions(opened, "1") if one.field == "posted_from_id"]
    state(opened, "HXA/001", [Said(made.field, made.value, made.source)])
    said = stated(opened, "HXA/001")
    assert (said["posted_displayed"], said["posted_interpreted"]) == ("3h", "2026-03-12")
    assert said["posted_from_id"] == "2024-03-13T12:27:05+00:00"


def test_a_post_after_its_capture_is_told_and_kept(opened: Vault) -> None:
    made = state(opened, "HXA/001", {"posted_interpreted": "2026-03-13"})
    assert any("after the capture" in note for note in made.notes)
    assert stated(opened, "HXA/001")["posted_interpreted"] == "2026-03-13"


# --- addresses, telephone numbers -----------------------------------------------------------------


def test_an_address_is_kept_as_it_was_given_and_the_cleaned_one_beside_it(opened: Vault) -> None:
    given = f"{POST}?s=20&t=Abc "
    state(opened, "HXA/001", {"address": given}, Source.PASTED)
    said = stated(opened, "HXA/001")
    assert (said["address"], said["address_cleaned"]) == (given, POST)
    state(opened, "HXA/001", {"address": POST})
    assert stated(opened, "HXA/001")["address_cleaned"] == ""


def test_an_address_that_is_none_is_kept_and_told(opened: Vault) -> None:
    made = state(opened, "HXA/001", {"address": "the page about me"})
    assert stated(opened, "HXA/001")["address"] == "the page about me"
    assert "kept as it was given" in made.notes[0]


def test_what_an_address_says_is_offered_with_its_source(opened: Vault) -> None:
    state(opened, "HXA/002", {"address": POST, "account": "@somebody"}, Source.PASTED)
    found = {one.field: (one.value, one.source) for one in suggestions(opened, "2")}
    assert found == {
        "platform": ("X", Source.PASTED),
        "post": ("1767890123456789012", Source.PASTED),
        "posted_from_id": ("2024-03-13T12:27:05+00:00", Source.PASTED),
    }


@pytest.mark.parametrize(
    ("given", "kept", "told"),
    [
        ("07700 900123", "+447700900123", False),
        ("0044 7700 900123", "+447700900123", False),
        ("Mum", "Mum", True),
    ],
)
def test_a_telephone_number_is_in_international_form(
    opened: Vault, given: str, kept: str, told: bool
) -> None:
    made = state(opened, "HXA/001", {"phone": given})
    assert stated(opened, "HXA/001")["phone"] == kept
    assert bool(made.notes) is told


# --- access and danger (rules 2 and 6) ------------------------------------------------------------


def test_how_somebody_had_access_is_recorded_with_the_advice_that_was_shown(opened: Vault) -> None:
    """6.9: taken out, the record would not show that the person was advised."""
    made = state(opened, "HXA/001", {"access": "pupil_page"})
    advice = next(one for one in policy.current().access if one.code == "pupil_page").advice
    said = opened.read.exhibit("1").statements["access_advice"]
    assert (said.value, said.source) == (advice, Source.OBSERVED)
    assert any(advice in note and "6.9" in note for note in made.notes)
    state(opened, "HXA/001", {"access": "public_page"})
    assert stated(opened, "HXA/001")["access_advice"] == ""


def test_danger_is_answered_before_anything_else(opened: Vault) -> None:
    made = state(opened, "INC-001", {"facts": "He knows where I live.", "danger": "yes"})
    assert made.notes[0].startswith("Call 999 now")


# --- what stays with the reporter -----------------------------------------------------------------


def test_what_is_private_is_an_entry_of_its_own(opened: Vault) -> None:
    made = state(
        opened,
        "INC-001",
        {"facts": "x", "concerns_head": "yes", "union_reference.whom": "Nadia Ellery", "protected": "sex"},
    )
    for seq in made.entries:
        said = opened.read.entry(seq).data["statements"]
        assert isinstance(said, list)
        assert len({fields.reach(str(one["field"])) for one in said}) == 1
    assert len(made.entries) == len(Reach)


def test_no_way_into_the_record_mixes_them(opened: Vault) -> None:
    mixed = [Said("facts", "x", Source.TYPED), Said("concerns_head", "yes", Source.TYPED)]
    with pytest.raises(UsageError, match="one act"):
        acts.incident_stated("INC-001", mixed)


# --- a second person ------------------------------------------------------------------------------


def test_a_second_person_raises_what_is_shown_and_not_what_was_recorded(opened: Vault) -> None:
    seen = add_witness(
        opened, "1", name="Tom Garrick", role="Teacher", when="2026-03-12 14:40", words="I saw the page."
    )
    assert (seen.level, fields.shown_level(seen)) == (Level.SCREEN, Level.WITNESSED)
    captured = next(
        one for one in opened.read.entries_about("HXA/001") if one.kind is EntryKind.EXHIBIT_CAPTURED
    )
    assert captured.data["level"] == "C2"
    state(opened, "HXA/001", {"witness.1.words": ""})
    assert fields.shown_level(opened.read.exhibit("1")) is Level.SCREEN


@pytest.mark.parametrize("missing", ["name", "role", "when", "words"])
def test_a_second_person_needs_name_role_time_and_words(opened: Vault, missing: str) -> None:
    given = {"name": "Tom Garrick", "role": "Teacher", "when": "2026-03-12", "words": "I saw it."}
    with pytest.raises(UsageError, match=missing):
        add_witness(opened, "1", **(given | {missing: " "}))


@pytest.mark.parametrize("name", ["Helen Ashdown", " helen  ashdown ", "Hélen Ashdown"])
def test_nobody_is_their_own_second_person(opened: Vault, name: str) -> None:
    with pytest.raises(UsageError, match="somebody else than you"):
        add_witness(opened, "1", name=name, role="Teacher", when="2026-03-12", words="I saw it.")


def test_what_was_only_brought_in_stays_so(opened: Vault) -> None:
    stored = opened.objects.put(b"\x89PNG\r\n\x1a\nx", "image/png")
    observed = opened.read.exhibit("1").observed
    entry = opened.record(acts.exhibit_captured(stored, observed, None, Level.BROUGHT_IN))
    seen = add_witness(
        opened, str(entry.data["number"]), name="Tom", role="Teacher", when="2026-03-12", words="I saw it."
    )
    assert fields.shown_level(seen) is Level.BROUGHT_IN


# --- links and filing -----------------------------------------------------------------------------


def test_a_link_stands_in_both_and_once(opened: Vault) -> None:
    for _ in range(2):
        link(opened, "INC-001", "2", "the same account")
    assert [(one.reference, one.why) for one in links(opened, "1")] == [("INC-002", "the same account")]
    assert [one.reference for one in links(opened, "INC-002")] == ["INC-001"]
    with pytest.raises(UsageError, match="itself"):
        link(opened, "INC-001", "1")


def test_a_link_can_be_taken_back(opened: Vault) -> None:
    link(opened, "1", "2")
    state(opened, "INC-001", {"linked.1.incident": ""})
    assert links(opened, "INC-001") == ()


def test_filing_again_is_an_act_and_both_incidents_know(opened: Vault) -> None:
    moved = refile(opened, "1", "INC-002")
    assert moved.incident == "INC-002"
    assert [one.number for one in opened.read.exhibits("INC-001")] == ["HXA/002"]
    assert opened.read.incident("2").exhibits == 1
    with pytest.raises(UsageError, match="already"):
        refile(opened, "1", "2")
    assert check.check(opened).problems == ()


def test_what_is_locked_away_is_neither_filed_nor_described(opened: Vault) -> None:
    workflows.lock_away(opened, "1")
    for attempt in (
        lambda: refile(opened, "1", "INC-002"),
        lambda: state(opened, "HXA/001", {"transcript": "what it says"}),
    ):
        with pytest.raises(LockedAwayError):
            attempt()
    state(opened, "HXA/001", {"address": f"{POST}?s=20"})
    assert set(stated(opened, "HXA/001")) == {"address"}
