"""Who an incident goes to, held by the engine: domain.md, rules 3, 4, 5 and 10."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_app import policy, workflows
from evidence_app.bundle import card, layout
from evidence_app.bundle.content import read_opened
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import ReasonNeededError, UsageError
from evidence_app.records import Contact, ContactCard, EntryKind, Found, Role, Told
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted, cautions, routing, seal_bundle, state
from tests.bundles import opened as files_of
from tests.bundles import png
from tests.desks import desk
from tests.reports import squeezed, text
from tests.vaults import capture, make_sample, no_stop

PASSPHRASE = "quiet meadow copper lantern"


@pytest.fixture
def teacher(tmp_path: Path) -> Iterator[Vault]:
    def fill(vault: Vault) -> None:
        vault.record(acts.incident_opened("Posts about my lessons"))
        no_stop(vault, "INC-001")
        capture(vault, png(10), "INC-001")
        capture(vault, png(20), "INC-001")

    with make_sample(tmp_path / "helen.evidence-vault", fill).open() as vault:
        yield vault


def contact(vault: Vault, name: str, role: str = "head") -> Contact:
    card = ContactCard(
        name,
        role,
        "Larkmere Academy",
        SigningKey(name.encode().ljust(32, b".")[:32]).public_key,
        Identity.generate().recipient.to_string(),
    )
    vault.record(acts.contact_added(card))
    return vault.read.contact(name)


def told(vault: Vault) -> tuple[str, ...]:
    return routing(vault, "INC-001").roles


def refused(vault: Vault, wanted: Wanted, tmp_path: Path) -> str:
    before = vault.head
    with pytest.raises(ReasonNeededError) as caught:
        seal_bundle(vault, wanted, tmp_path / "no.evidence")
    assert vault.head == before
    assert not list(tmp_path.glob("*.evidence"))
    return caught.value.message


# --- what follows from what was stated ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "roles"),
    [
        ({}, ("head",)),
        ({"concerns_head": "yes"}, ("chair",)),
        ({"concerns_head": "not sure"}, ("chair",)),
        ({"concerns_head": "no"}, ("head",)),
        ({"child_involved": "yes"}, ("head", "safeguarding_lead")),
        ({"harm_by_staff": "yes"}, ("head", "local_authority_officer")),
        ({"kind": "allegation"}, ("head", "local_authority_officer")),
        ({"radicalisation": "unknown"}, ("head", "safeguarding_lead", "social_care", "police")),
        ({"aimed_at": "pupil"}, ("head", "safeguarding_lead")),
        ({"danger": "yes"}, ("police", "head")),
        (
            {"concerns_head": "yes", "harm_by_staff": "yes"},
            ("chair", "local_authority_officer"),
        ),
    ],
)
def test_the_route_follows_from_what_was_stated(
    teacher: Vault, values: dict[str, str], roles: tuple[str, ...]
) -> None:
    if values:
        state(teacher, "INC-001", values)
    assert told(teacher) == roles


def test_a_chairs_own_record_is_not_the_heads(tmp_path: Path) -> None:
    """The head is told as by anybody; where it concerns the head, the chair asks outside the school."""
    with desk(tmp_path / "alan.evidence-vault", "Mr Alan Thwaite", Role.CHAIR) as chair:
        chair.record(acts.incident_opened("A letter"))
        assert told(chair) == ("head",)
        state(chair, "INC-001", {"concerns_head": "yes"})
        assert told(chair) == ("local_authority",)
        assert card.read_card(workflows.own_card(chair)).role == "chair"


def test_what_is_stated_about_an_exhibit_counts_until_it_is_withdrawn(teacher: Vault) -> None:
    state(teacher, "HXA/002", {"kind": "allegation", "aimed_at": "pupil"})
    assert told(teacher) == ("head", "local_authority_officer", "safeguarding_lead")
    workflows.withdraw(teacher, "2", "The wrong window")
    assert told(teacher) == ("head",)


def test_what_is_locked_away_goes_to_the_safeguarding_lead(teacher: Vault) -> None:
    workflows.lock_away(teacher, "2")
    assert told(teacher) == ("head", "safeguarding_lead")


def test_where_a_referred_picture_is_decides_who_follows(teacher: Vault) -> None:
    now = teacher.read.entry(1).at
    people = [Told("Mrs Ruth Calloway", "head"), Told("Nadia Ellery", "safeguarding_lead")]
    workflows.record_referral(teacher, Found.SENT, now, people, incident="INC-001")
    assert told(teacher) == ("head", "safeguarding_lead", "police")


def test_a_later_word_is_taken_the_careful_way(teacher: Vault) -> None:
    """What this version cannot read must not send it to the headteacher."""
    from evidence_app.records import Said, Source

    teacher.record(acts.incident_stated("INC-001", [Said("concerns_head", "possibly", Source.TYPED)]))
    assert told(teacher) == ("chair",)


# --- rule 3: the headteacher is not offered, and choosing them needs a reason --------------------------


@pytest.mark.parametrize("answer", ["yes", "unknown"])
def test_the_headteacher_needs_a_reason_where_it_concerns_them(
    teacher: Vault, tmp_path: Path, answer: str
) -> None:
    ruth = contact(teacher, "Mrs Ruth Calloway")
    state(teacher, "INC-001", {"concerns_head": answer})
    message = refused(teacher, Wanted("INC-001", (ruth,)), tmp_path)
    assert "Chair of Governors" in message
    assert "6.24" in message
    assert "Nothing was sealed." in message


def test_with_a_reason_it_goes_out_and_the_reason_stays_with_the_sender(
    teacher: Vault, tmp_path: Path
) -> None:
    ruth = contact(teacher, "Mrs Ruth Calloway")
    state(teacher, "INC-001", {"concerns_head": "yes"})
    reason = "The chair asked me to send it to her as well"
    sealed = seal_bundle(teacher, Wanted("INC-001", (ruth,), reason=reason), tmp_path / "one.evidence")
    entry = teacher.read.latest(EntryKind.BUNDLE_SEALED)
    assert entry is not None
    assert entry.data["reason"] == reason
    again = tmp_path / "two.evidence"
    seal_bundle(teacher, Wanted("INC-001", passphrase=PASSPHRASE), again)
    inside = b"\n".join(files_of(again, Passphrase(PASSPHRASE)).values())
    assert sealed.bundle_id.encode() not in inside
    for words in (reason, "concerns_head", "Ruth"):
        assert words.encode() not in inside


def test_a_reason_that_is_not_needed_is_not_kept(teacher: Vault, tmp_path: Path) -> None:
    ruth = contact(teacher, "Mrs Ruth Calloway")
    seal_bundle(teacher, Wanted("INC-001", (ruth,), reason="just so"), tmp_path / "one.evidence")
    entry = teacher.read.latest(EntryKind.BUNDLE_SEALED)
    assert entry is not None
    assert entry.data["reason"] == ""


def test_a_card_says_head_for_the_chair_too_so_the_role_can_be_stated(teacher: Vault, tmp_path: Path) -> None:
    alan = contact(teacher, "Mr Alan Thwaite")
    state(teacher, "INC-001", {"concerns_head": "yes"})
    refused(teacher, Wanted("INC-001", (alan,)), tmp_path)
    seal_bundle(teacher, Wanted("INC-001", (alan,), roles=("chair",)), tmp_path / "one.evidence")
    entry = teacher.read.latest(EntryKind.BUNDLE_SEALED)
    assert entry is not None
    assert entry.data["roles"] == ["chair"]


def test_who_was_the_headteacher_before_is_not_the_chair_because_somebody_says_so(
    teacher: Vault, tmp_path: Path
) -> None:
    ruth = contact(teacher, "Mrs Ruth Calloway")
    seal_bundle(teacher, Wanted("INC-001", (ruth,), roles=("head",)), tmp_path / "one.evidence")
    state(teacher, "INC-001", {"concerns_head": "yes"})
    (caution,) = cautions(teacher, Wanted("INC-001", (ruth,), roles=("chair",)))
    assert (caution.code, caution.role) == ("conflict", "head")


def test_one_of_several_is_enough(teacher: Vault, tmp_path: Path) -> None:
    alan, ruth = contact(teacher, "Mr Alan Thwaite"), contact(teacher, "Mrs Ruth Calloway")
    state(teacher, "INC-001", {"concerns_head": "yes"})
    assert "Ruth" in refused(teacher, Wanted("INC-001", (alan, ruth), roles=("chair", "")), tmp_path)


def test_a_role_that_the_policy_does_not_have(teacher: Vault, tmp_path: Path) -> None:
    ruth = contact(teacher, "Mrs Ruth Calloway")
    with pytest.raises(UsageError, match="no role"):
        seal_bundle(teacher, Wanted("INC-001", (ruth,), roles=("queen",)), tmp_path / "no.evidence")


def test_every_guard_falls_with_its_rule(teacher: Vault, tmp_path: Path) -> None:
    """The rules taken out of the policy: nothing is refused any more, so it is they that refuse."""
    ruth = contact(teacher, "Mrs Ruth Calloway")
    state(teacher, "INC-001", {"concerns_head": "yes", "harm_by_staff": "yes", "radicalisation": "yes"})
    whole = policy.built_in()
    kept = tuple(one for one in whole.routes if one.when == (policy.Fact.ALWAYS,))
    policy.use(replace(whole, routes=kept))
    assert told(teacher) == ("head",)
    assert cautions(teacher, Wanted("INC-001", (ruth,))) == ()
    inside = tuple(replace(one, outside=False) for one in whole.roles)
    policy.use(replace(whole, roles=inside))
    assert cautions(teacher, Wanted("INC-001", passphrase="x", roles=("police",))) == ()


# --- rule 4: what was said is recorded, whether it is so is not for this program -----------------------


def test_an_allegation_is_told_to_the_designated_officer_and_nobody_decides_it(teacher: Vault) -> None:
    state(teacher, "INC-001", {"kind": "allegation"})
    officer = routing(teacher, "INC-001").to(policy.LOCAL_AUTHORITY_OFFICER)
    assert officer is not None
    assert officer.outside
    for code in ("false", "unfounded", "malicious"):
        with pytest.raises(UsageError):
            state(teacher, "INC-001", {"harm_by_staff": code})


# --- rule 10: outside the school, covered or with a reason ----------------------------------------------


@pytest.mark.parametrize("role", [one.code for one in policy.built_in().roles if one.outside])
def test_originals_for_somebody_outside_need_a_reason(teacher: Vault, tmp_path: Path, role: str) -> None:
    nadia = contact(teacher, "Nadia Ellery", "staff")
    message = refused(teacher, Wanted("INC-001", (nadia,), roles=(role,)), tmp_path)
    assert "6.20-6.21" in message
    seal_bundle(
        teacher,
        Wanted("INC-001", (nadia,), roles=(role,), reason="They asked for it"),
        tmp_path / "a.evidence",
    )


def test_with_a_passphrase_too(teacher: Vault, tmp_path: Path) -> None:
    refused(teacher, Wanted("INC-001", passphrase=PASSPHRASE, roles=("police",)), tmp_path)


def test_nobody_learns_who_is_in_a_union(teacher: Vault, tmp_path: Path) -> None:
    """Neither from what is stated, nor from a bundle that was sealed for the union before."""
    nadia = contact(teacher, "Nadia Ellery", "staff")
    state(teacher, "INC-001", {"union_reference.whom": "Nadia Ellery", "facts": "Three posts."})
    first = Wanted("INC-001", (nadia,), roles=("union",), reason="Nadia comes with me")
    seal_bundle(teacher, first, tmp_path / "one.evidence")
    seal_bundle(teacher, Wanted("INC-001", passphrase=PASSPHRASE), tmp_path / "two.evidence")
    files = files_of(tmp_path / "two.evidence", Passphrase(PASSPHRASE))
    report = text(files.pop(layout.REPORT), tmp_path)
    own = text(workflows.report(teacher, "INC-001"), tmp_path)
    for words in ("Nadia", "union", "Union"):
        assert all(words.encode() not in data for data in files.values())
        assert words not in report
        assert words not in own
    assert "Three posts." in report


def test_what_is_restricted_goes_along_only_if_it_was_chosen(teacher: Vault, tmp_path: Path) -> None:
    state(teacher, "INC-001", {"protected": "religion"})
    for chosen in (frozenset[str](), frozenset({"protected"})):
        out = tmp_path / f"{len(chosen)}.evidence"
        why = "The post is about it" if chosen else ""
        wanted = Wanted("INC-001", passphrase=PASSPHRASE, restricted=chosen, reason=why)
        seal_bundle(teacher, wanted, out)
        (entry,) = teacher.read.entries(EntryKind.BUNDLE_SEALED, limit=1)
        assert (entry.data["restricted"], entry.data["reason"]) == (sorted(chosen), why)
        files = files_of(out, Passphrase(PASSPHRASE))
        opened = [one.data for one in read_opened(files[layout.OPENED])]
        assert ("religion" in json.dumps(opened)) is bool(chosen)
        shown = squeezed(text(files[layout.REPORT], tmp_path))
        assert ("Religionorbelief" in shown) is bool(chosen)


def test_what_is_restricted_needs_a_reason(teacher: Vault, tmp_path: Path) -> None:
    state(teacher, "INC-001", {"protected": "religion"})
    wanted = Wanted("INC-001", passphrase=PASSPHRASE, restricted=frozenset({"protected"}), reason="  ")
    with pytest.raises(ReasonNeededError, match="only with a reason"):
        seal_bundle(teacher, wanted, tmp_path / "no.evidence")
    assert not (tmp_path / "no.evidence").exists()
    assert teacher.read.bundles() == ()


@pytest.mark.parametrize("code", ["concerns_head", "union_reference", "facts", "nothing"])
def test_what_is_private_cannot_be_chosen(teacher: Vault, tmp_path: Path, code: str) -> None:
    wanted = Wanted("INC-001", passphrase=PASSPHRASE, restricted=frozenset({code}))
    with pytest.raises(UsageError, match="no restricted field"):
        seal_bundle(teacher, wanted, tmp_path / "no.evidence")


# --- what the report says of the route -------------------------------------------------------------------


def report_for(vault: Vault, tmp_path: Path, *roles: str, reason: str = "so it is wanted") -> str:
    out = tmp_path / f"{len(list(tmp_path.iterdir()))}.evidence"
    wanted = Wanted("INC-001", passphrase=PASSPHRASE, roles=roles, reason=reason)
    seal_bundle(vault, wanted, out)
    return squeezed(text(files_of(out, Passphrase(PASSPHRASE))[layout.REPORT], tmp_path))


def test_the_route_stands_in_the_report_with_its_paragraphs(teacher: Vault, tmp_path: Path) -> None:
    state(teacher, "INC-001", {"kind": "radicalisation", "told.whom": "Tom Garrick", "told.how": "in person"})
    shown = report_for(teacher, tmp_path)
    for part in (
        "Everything of this kind is reported to the Headteacher. (paragraph 11.5)",
        "the Designated Safeguarding Lead is told as well. (paragraph 12.6)",
        "Whom: Tom Garrick",
        "How: in person",
    ):
        assert squeezed(part) in shown


READERS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "the chair, who takes the place": ("chair", lambda shown: "ChairofGovernorsistoldinstead" in shown),
    "the headteacher, who is passed over": (
        "head",
        lambda shown: "instead" not in shown and squeezed("reported to the Headteacher.") in shown,
    ),
    "the safeguarding lead": (
        "safeguarding_lead",
        lambda shown: "instead" not in shown and squeezed("reported to the Headteacher.") not in shown,
    ),
    "nobody that is known": (
        "",
        lambda shown: "instead" not in shown and squeezed("reported to the Headteacher.") not in shown,
    ),
}


@pytest.mark.parametrize(("role", "fits"), READERS.values(), ids=list(READERS))
def test_that_it_concerns_the_headteacher_is_told_only_to_who_takes_the_place(
    teacher: Vault, tmp_path: Path, role: str, fits: Callable[[str], bool]
) -> None:
    state(teacher, "INC-001", {"concerns_head": "yes", "child_involved": "yes"})
    shown = report_for(teacher, tmp_path, *filter(None, (role,)))
    assert fits(shown)
    assert squeezed("A child is involved, or may be") in shown
