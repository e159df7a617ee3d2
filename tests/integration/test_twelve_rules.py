"""The twelve rules of domain.md, each held by the engine, whatever a window does or a command says.

Every check here is run twice: as the program is, and once more for each guard that keeps the rule with that
guard taken out, or its lines taken out of the policy. Then the check has to fail: a guard that guards
nothing would be found, and so would a check that checks nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from evidence_app import policy, workflows
from evidence_app.capture import files
from evidence_app.crypto.age import Identity
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import (
    DisposalError,
    EvidenceError,
    LockedAwayError,
    QuestionError,
    ReasonNeededError,
    UsageError,
)
from evidence_app.policy import Fact, Moment, reading
from evidence_app.records import (
    Area,
    Contact,
    ContactCard,
    Cover,
    Decider,
    EntryKind,
    Found,
    Office,
    Picture,
    Role,
    Said,
    Source,
    StopAnswer,
    Told,
)
from evidence_app.vault import (
    acts,
    acts_safeguards,
    database,
    disposal_rules,
    numbering_safeguards,
    schema,
)
from evidence_app.vault.queries import Queries
from evidence_app.vault.vault import Vault
from evidence_app.workflows import (
    Wanted,
    advising,
    capturing,
    choosing,
    covering,
    disposing,
    forwarding,
    importing,
    opening,
    referring,
    sending,
)
from evidence_app.workflows import state as say
from evidence_app.workflows.stating import _Stating
from tests import traces, vaults
from tests.desks import desk, open_incident, picture, seal, teacher_and_head

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 3, 14, 15, tzinfo=UTC)
RUTH, ALAN, NADIA = "Mrs Ruth Calloway", "Mr Alan Thwaite", "Nadia Ellery"
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011  (a day of this computer's calendar)


# --- the ground that the checks stand on ----------------------------------------------------------------


@contextmanager
def teacher(folder: Path) -> Iterator[Vault]:
    """Helen, with INC-001 and one picture in it, HXA/001."""
    with desk(folder / "helen.evidence-vault", "Helen Ashdown", Role.STAFF) as made:
        open_incident(made, "Posts about my lessons")
        workflows.keep(made, picture(10), "INC-001")
        yield made


def contact(vault: Vault, name: str, role: str) -> Contact:
    key = SigningKey(name.encode().ljust(32, b".")[:32]).public_key
    card = ContactCard(name, role, "Larkmere Academy", key, Identity.generate().recipient.to_string())
    vault.record(acts.contact_added(card))
    return vault.read.contact(name)


def sealed(vault: Vault, folder: Path, to: Contact, **wish: Any) -> Path:
    out = folder / f"{len(list(folder.iterdir()))}.evidence"
    workflows.seal_bundle(vault, Wanted("INC-001", (to,), **wish), out)
    return out


# --- the guards -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Guard:
    """What keeps a rule, and how it is taken out."""

    name: str
    take_out: Callable[[pytest.MonkeyPatch], None]


def without(room: object, *names: str, instead: Callable[..., object] = lambda *_, **__: None) -> Guard:
    """Functions of a module or class, replaced by ones that do nothing."""

    def take_out(patch: pytest.MonkeyPatch) -> None:
        for name in names:
            assert callable(getattr(room, name))
            patch.setattr(room, name, instead)

    where = getattr(room, "__name__", "").rpartition(".")[2]
    return Guard(f"{where}: {', '.join(names)}", take_out)


def without_routes(to: str, *facts: Fact) -> Guard:
    """The routes of the policy that lead to a role because of a fact."""

    def take_out(_: pytest.MonkeyPatch) -> None:
        rules = policy.built_in()
        left = tuple(one for one in rules.routes if one.to != to or not set(facts) & set(one.when))
        assert len(left) < len(rules.routes)
        policy.use(replace(rules, routes=left))

    return Guard(f"policy: no route to {to}", take_out)


def several(name: str, *guards: Guard) -> Guard:
    """Guards of which each one is enough by itself, taken out together."""

    def take_out(patch: pytest.MonkeyPatch) -> None:
        for one in guards:
            one.take_out(patch)

    return Guard(name, take_out)


# --- 1. the indecent-image stop (8.1) -------------------------------------------------------------------


def asked_before_the_first_picture(folder: Path) -> None:
    with desk(folder / "a.evidence-vault", "Helen Ashdown", Role.STAFF) as vault:
        vault.record(acts.incident_opened("Posts"))
        for incident in ("INC-001", None):
            with pytest.raises(QuestionError):
                workflows.keep(vault, picture(1), incident)
        assert vaults.files_under(vault.folder / "objects") == []


def no_picture_after_yes_or_not_sure(folder: Path) -> None:
    with teacher(folder) as vault:
        open_incident(vault, "Another one")
        for answer in (StopAnswer.YES, StopAnswer.NOT_SURE):
            workflows.answer_stop(vault, "INC-001", answer)
            with pytest.raises(QuestionError):
                workflows.keep(vault, picture(2), "INC-001")
        workflows.keep(vault, picture(3), "INC-002")
        with pytest.raises(QuestionError):
            vault.record(acts.exhibit_filed("HXA/002", "INC-001"))


def no_is_no_second_thought(folder: Path) -> None:
    with teacher(folder) as vault:
        workflows.answer_stop(vault, "INC-001", StopAnswer.NOT_SURE)
        with pytest.raises(QuestionError):
            workflows.answer_stop(vault, "INC-001", StopAnswer.NO)


def every_batch_is_asked_about(folder: Path) -> None:
    (folder / "chat.txt").write_text("a word", "utf-8")
    with teacher(folder) as vault:
        before = vaults.files_under(vault.folder / "objects")
        with pytest.raises(QuestionError):
            importing.bring_in(
                vault, "INC-001", files.found([folder / "chat.txt"]), importing.Batch(StopAnswer.NOT_SURE)
            )
        assert vaults.files_under(vault.folder / "objects") == before


def locked_away_is_seen_by_nobody(folder: Path) -> None:
    with teacher(folder) as vault:
        workflows.lock_away(vault, "HXA/001")
        with pytest.raises(LockedAwayError):
            workflows.view(vault, "HXA/001")


def a_referral_reaches_both(folder: Path) -> None:
    with teacher(folder) as vault, pytest.raises(UsageError):
        workflows.record_referral(vault, Found.WEBSITE, NOW, [Told(RUTH, "head")])


def what_is_locked_away_goes_by_instruction_only(folder: Path) -> None:
    with desk(folder / "ruth.evidence-vault", RUTH, Role.HEAD) as vault:
        open_incident(vault, "Posts")
        workflows.keep(vault, picture(1), "INC-001")
        workflows.keep_until(vault, "INC-001", YESTERDAY)
        workflows.lock_away(vault, "RXC/001")
        with pytest.raises(DisposalError, match="instruction of the police"):
            dispose(vault)
        workflows.record_instruction(vault, "RXC/001", NADIA, Office.SAFEGUARDING_LEAD, "CR/1", NOW)
        dispose(vault)


# --- 2. danger first ------------------------------------------------------------------------------------


def danger_is_said_first(folder: Path) -> None:
    with teacher(folder) as vault:
        made = say(vault, "INC-001", {"danger": "yes", "platform_report.to": "Chirrup"})
        assert [one[:12] for one in made.notes[:1]] == ["Call 999 now"]


def danger_goes_to_999_before_the_school(folder: Path) -> None:
    with teacher(folder) as vault:
        say(vault, "INC-001", {"danger": "yes"})
        first = workflows.routing(vault, "INC-001").addressees[0]
        assert (first.role, "999" in first.reasons[0].sentence) == ("police", True)


# --- 3. the head in conflict (6.24) ---------------------------------------------------------------------


def the_chair_in_the_heads_place(folder: Path) -> None:
    with teacher(folder) as vault:
        for answer in ("yes", "unknown"):
            say(vault, "INC-001", {"concerns_head": answer})
            assert workflows.routing(vault, "INC-001").roles == ("chair",)


def the_head_concerned_needs_a_reason(folder: Path) -> None:
    with teacher(folder) as vault:
        ruth = contact(vault, RUTH, "head")
        say(vault, "INC-001", {"concerns_head": "yes"})
        with pytest.raises(ReasonNeededError):
            sealed(vault, folder, ruth)
        sealed(vault, folder, ruth, reason="The chair is away and asked for it")


def so_does_a_referral(folder: Path) -> None:
    with teacher(folder) as vault:
        ruth, alan = contact(vault, RUTH, "head"), contact(vault, ALAN, "head")
        told = [Told(ALAN, "chair"), Told(NADIA, "safeguarding_lead")]
        workflows.record_referral(vault, Found.WEBSITE, NOW, told, concerns_head=True)
        with pytest.raises(ReasonNeededError):
            workflows.seal_referral(vault, "1", (ruth,), folder / "no.evidence")
        assert not (folder / "no.evidence").exists()
        workflows.seal_referral(vault, "1", (alan,), folder / "yes.evidence")
        why = "Asked for by the chair"
        workflows.seal_referral(vault, "1", (ruth,), folder / "too.evidence", reason=why)
        entry = vault.read.latest(EntryKind.BUNDLE_SEALED)
        assert entry is not None
        assert (entry.data["reason"], entry.data["roles"]) == (why, ["head"])


# --- 4. an allegation that staff harmed a child ---------------------------------------------------------


def an_allegation_goes_to_the_officer(folder: Path) -> None:
    with teacher(folder) as vault:
        say(vault, "INC-001", {"harm_by_staff": "unknown"})
        assert workflows.routing(vault, "INC-001").roles == ("head", "local_authority_officer")


def an_outcome_never_judges_it(folder: Path) -> None:
    own = folder / "policy.toml"
    outcome = 'code = "settled"\nname = "False allegation"\nsettles = true'
    own.write_text(f'edition = "Mine"\n[[outcome]]\n{outcome}\n', "utf-8")
    with pytest.raises(EvidenceError, match="False"):
        policy.read(own)


# --- 5. radicalisation (12.6) ---------------------------------------------------------------------------


def radicalisation_goes_on_from_the_school(folder: Path) -> None:
    with teacher(folder) as vault:
        say(vault, "INC-001", {"radicalisation": "yes"})
        route = workflows.routing(vault, "INC-001")
        assert route.roles == ("head", "safeguarding_lead", "social_care", "police")
        assert [one.then for one in route.addressees] == [False, False, True, True]


# --- 6. pupils' pages, covert access (6.9) --------------------------------------------------------------


def access_is_advised_on_and_recorded(folder: Path) -> None:
    with teacher(folder) as vault:
        for code in ("pupil_page", "other_login"):
            notes = say(vault, "HXA/001", {"access": code}).notes
            stated = vault.read.exhibit("HXA/001").statements
            assert "access_advice" in stated
            assert stated["access"].value == code
            assert stated["access_advice"].value
            assert stated["access_advice"].source is Source.OBSERVED
            assert any(stated["access_advice"].value in note for note in notes)


# --- 7. no deletion -------------------------------------------------------------------------------------


def the_record_is_only_added_to(folder: Path) -> None:
    with teacher(folder) as vault:
        vault.record(acts.exhibit_stated("HXA/001", [Said("note", "first", Source.TYPED)]))
        vault.record(acts.exhibit_stated("HXA/001", [Said("note", "second", Source.TYPED)]))
        said = workflows.statement_history(vault, "HXA/001", "note")
        assert [one.value for one in said] == ["first", "second"]
        for statement in (
            "DELETE FROM entries WHERE seq = 3",
            "UPDATE entries SET body = x'7b7d' WHERE seq = 3",
            "DELETE FROM checkpoints",
        ):
            with pytest.raises(EvidenceError):
                database.outside_transactions(vault._writer, statement)


def a_withdrawal_needs_a_reason_and_leaves_a_mark(folder: Path) -> None:
    with teacher(folder) as vault:
        with pytest.raises(UsageError):
            workflows.withdraw(vault, "HXA/001", " ")
        assert workflows.withdraw(vault, "HXA/001", "The wrong window").standing.withdrawn is not None
        assert vault.read_original("HXA/001") == picture(10).png


def without_triggers() -> Guard:
    def take_out(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(database, "TRIGGERS", ())
        assert schema.TRIGGERS

    return Guard("the triggers of the database", take_out)


# --- 8. disposal ----------------------------------------------------------------------------------------


@contextmanager
def due(folder: Path) -> Iterator[Vault]:
    with desk(folder / "ruth.evidence-vault", RUTH, Role.HEAD) as vault:
        open_incident(vault, "Posts")
        workflows.keep(vault, picture(1), "INC-001")
        workflows.keep_until(vault, "INC-001", YESTERDAY)
        yield vault


def dispose(vault: Vault, **other: Any) -> None:
    wish: dict[str, Any] = {"decided_by": RUTH, "decider": Decider.HEAD, "second": ALAN}
    workflows.dispose(vault, "1", **(wish | other))


def two_people_decide(folder: Path) -> None:
    with due(folder) as vault:
        for second in (RUTH, "mrs ruth CALLOWAY"):
            with pytest.raises(DisposalError, match="two people"):
                dispose(vault, second=second)
        assert b"PDF" in certificate_after(vault)[:8]


def certificate_after(vault: Vault) -> bytes:
    dispose(vault)
    return workflows.certificate(vault, "1")


def staff_do_not_decide(folder: Path) -> None:
    with teacher(folder) as vault:
        workflows.keep_until(vault, "INC-001", YESTERDAY)
        with pytest.raises(DisposalError):
            dispose(vault, decided_by="Helen Ashdown")


def only_when_it_is_due(folder: Path) -> None:
    with desk(folder / "ruth.evidence-vault", RUTH, Role.HEAD) as vault:
        open_incident(vault, "Posts")
        workflows.keep(vault, picture(1), "INC-001")
        with pytest.raises(DisposalError, match="No day is set"):
            dispose(vault)


def a_hold_overrides(folder: Path) -> None:
    with due(folder) as vault:
        workflows.hold(vault, "INC-001", "The police ask for it", "PC Garrick")
        with pytest.raises(DisposalError, match="hold"):
            dispose(vault)


def always_due(*_: object) -> dict[str, object]:
    found = {"day": YESTERDAY.isoformat(), "follows_from": "nothing"}
    return {"ground": "due", "instruction": None, "due": found}


# --- 9. originals stay sealed ---------------------------------------------------------------------------

HIDDEN = Area(10, 10, 30, 20)


def striped() -> Picture:
    image = Image.effect_noise((80, 60), 80).convert("RGB")
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(71, 71))
    return Picture(out.getvalue(), vaults.observed())


def covers_are_burnt_into_a_copy(folder: Path) -> None:
    with teacher(folder) as vault:
        original = striped()
        workflows.keep(vault, original, "INC-001")
        copy = workflows.cover(vault, "HXA/002", [Cover(HIDDEN, "pupil_name")])
        assert copy.derived is not None
        assert copy.derived.origin.number == "HXA/002"
        assert vault.read_original("HXA/002") == original.png
        with Image.open(io.BytesIO(vault.read_original(copy.number))) as made:
            assert made.crop((10, 10, 40, 30)).convert("RGB").getcolors() == [(600, (0, 0, 0))]
            assert made.info == {}


def covered_copies_only_means_only(folder: Path) -> None:
    with teacher_and_head(folder) as (helen, ruth):
        original = striped()
        workflows.keep(helen, original, "INC-001")
        workflows.cover(helen, "HXA/003", [Cover(HIDDEN, "pupil_name")])
        out = sealed(helen, folder, helen.read.contacts()[0], redacted_only=True)
        assert traces.in_bundle(out, ruth.identity, [original.png[100:160], picture(10).png[20:80]]) == []


# --- 10. sharing ----------------------------------------------------------------------------------------


def originals_for_outsiders_need_a_reason(folder: Path) -> None:
    with teacher(folder) as vault:
        tom = contact(vault, "Tom Garrick", "Police")
        with pytest.raises(ReasonNeededError):
            sealed(vault, folder, tom)
        sealed(vault, folder, tom, reason="They asked for the originals")


def also_when_a_bundle_is_passed_on(folder: Path) -> None:
    with teacher_and_head(folder) as (helen, ruth):
        workflows.receive(ruth, seal(helen, folder / "a.evidence"))
        tom = contact(ruth, "Tom Garrick", "Police")
        with pytest.raises(ReasonNeededError):
            workflows.forward(ruth, "RCV-001", contacts=(tom,), out=folder / "no.evidence")
        assert not (folder / "no.evidence").exists()
        workflows.forward(
            ruth, "RCV-001", contacts=(tom,), out=folder / "yes.evidence", reason="They asked for it"
        )


def a_union_is_nobody_elses_to_know(folder: Path) -> None:
    with teacher_and_head(folder) as (helen, ruth):
        say(helen, "INC-001", {"union_reference.whom": "quaggawhistle"})
        out = seal(helen, folder / "a.evidence")
        assert traces.in_bundle(out, ruth.identity, [b"quaggawhistle"]) == []


# --- 11. capture before block or report -----------------------------------------------------------------


def advice_comes_before_it_is_gone(folder: Path) -> None:
    with teacher(folder) as vault:
        open_incident(vault, "Nothing captured yet")
        notes = say(vault, "INC-002", {"platform_report.to": "Chirrup"}).notes
        assert any(policy.current().advice(Moment.BEFORE_BLOCK).text in one for one in notes)
        assert say(vault, "INC-001", {"platform_report.to": "Chirrup"}).notes == ()


def snapchat_may_tell(folder: Path) -> None:
    with teacher(folder) as vault:
        for said in ({"platform": "Snapchat"}, {"address": "https://www.snapchat.com/add/whisper"}):
            notes = say(vault, "HXA/001", said).notes
            assert any("may tell the sender" in one for one in notes)


def nothing_plays_by_itself(folder: Path) -> None:
    """Only the player, which begins when somebody presses Play (`test_player`), and its confined child can
    play sound or moving pictures."""
    root = folder if any(folder.iterdir()) else ROOT / "evidence_app"
    players = re.compile(r"\b(QtMultimedia\w*|QMovie|QSoundEffect)\b")
    named = {path.name for path in root.rglob("*.py") if players.search(path.read_text("utf-8"))}
    assert named <= {"qt.py", "speaker.py"}


# --- 12. how a bundle travels ---------------------------------------------------------------------------


def the_passphrase_goes_another_way(folder: Path) -> None:
    del folder
    assert "never with the file" in " ".join(workflows.sending_notes(1000, with_passphrase=True))
    assert workflows.sending_notes(1000, with_passphrase=False) == ()


def too_large_for_email_is_said(folder: Path) -> None:
    del folder
    assert workflows.ATTACHABLE * 4 / 3 < 35_000_000
    notes = workflows.sending_notes(workflows.ATTACHABLE + 1, with_passphrase=False)
    assert ["35 MB" in one for one in notes] == [True]


def a_large_one_is_split(folder: Path) -> None:
    """Each part fits and names what is in the others; together they hold everything once."""
    with teacher_and_head(folder) as (helen, ruth):
        for _ in range(3):
            workflows.keep(helen, striped(), "INC-001")
        wanted = Wanted("INC-001", helen.read.contacts(), left_out={"HXA/001": "Not about this"})
        largest = max(one.stored.size for one in helen.read.exhibits("INC-001"))
        limit = sending.estimated_size(2 * largest, 2, helen.head[0])
        parts = workflows.in_parts(helen, wanted, limit)
        held: list[str] = []
        for at, part in enumerate(parts, 1):
            out = workflows.part_name(folder / "INC-001.evidence", at, len(parts))
            workflows.seal_bundle(helen, part, out)
            verdict = workflows.verify_with_vault(ruth, out)
            assert verdict.unchanged
            assert verdict.facts is not None
            here = {one.number for one in verdict.exhibits}
            assert {"HXA/001", *here, *verdict.facts.left_out} == {f"HXA/00{n}" for n in range(1, 6)}
            held += sorted(here)
        assert held == [f"HXA/00{n}" for n in range(2, 6)]
        assert workflows.in_parts(helen, wanted) == (wanted,)


# --- all of them ----------------------------------------------------------------------------------------

ONE_PART = without(sending, "_numbers", instead=lambda _: frozenset(f"HXA/00{n}" for n in range(9)))
GATE = Guard(
    "the gate of the store",
    lambda patch: patch.setattr(Queries, "allow_object", lambda *_: None),
)
REFUSE_LOCKED = without(numbering_safeguards, "_refuse_locked")
REQUIRE_NO = without(capturing, "require_no")
NO_CAUTION = without(choosing, "cautions", instead=lambda *_: ())

RULES: dict[Callable[[Path], None], tuple[int, tuple[Guard, ...]]] = {
    asked_before_the_first_picture: (1, (REQUIRE_NO,)),
    no_picture_after_yes_or_not_sure: (
        1,
        (
            without(numbering_safeguards, "_refuse_closed"),
            several("both gates", REQUIRE_NO, without(numbering_safeguards, "_refuse_closed")),
        ),
    ),
    no_is_no_second_thought: (1, (without(numbering_safeguards, "_check_answer"),)),
    every_batch_is_asked_about: (1, (without(importing, "answer_for_batch"),)),
    locked_away_is_seen_by_nobody: (1, (several("gate and record", GATE, REFUSE_LOCKED),)),
    a_referral_reaches_both: (1, (without(acts_safeguards, "_check_told"),)),
    what_is_locked_away_goes_by_instruction_only: (
        1,
        (without(disposal_rules, "_ground", instead=always_due),),
    ),
    danger_is_said_first: (2, (without(advising, "danger_first", instead=lambda _: ()),)),
    danger_goes_to_999_before_the_school: (2, (without_routes("police", Fact.DANGER),)),
    the_chair_in_the_heads_place: (3, (without_routes("chair", Fact.CONCERNS_HEAD),)),
    the_head_concerned_needs_a_reason: (3, (NO_CAUTION,)),
    so_does_a_referral: (3, (without(referring, "_cautions", instead=lambda *_: ()),)),
    an_allegation_goes_to_the_officer: (4, (without_routes("local_authority_officer", Fact.HARM_BY_STAFF),)),
    an_outcome_never_judges_it: (
        4,
        (
            Guard(
                "the words that judge",
                lambda patch: patch.setattr(reading, "_JUDGES", re.compile("(?!)")),
            ),
        ),
    ),
    radicalisation_goes_on_from_the_school: (
        5,
        (
            without_routes("safeguarding_lead", Fact.RADICALISATION),
            without_routes("social_care", Fact.RADICALISATION),
            without_routes("police", Fact.RADICALISATION),
        ),
    ),
    access_is_advised_on_and_recorded: (6, (without(_Stating, "_advise"),)),
    the_record_is_only_added_to: (7, (without_triggers(),)),
    a_withdrawal_needs_a_reason_and_leaves_a_mark: (
        7,
        (without(acts_safeguards, "line", instead=lambda text, *_: text),),
    ),
    two_people_decide: (
        8,
        (
            several(
                "two people",
                without(disposal_rules, "_check_people"),
                without(disposing, "looks_like", instead=lambda *_: False),
            ),
        ),
    ),
    staff_do_not_decide: (8, (without(disposal_rules, "_check_people"),)),
    only_when_it_is_due: (8, (without(disposal_rules, "_ground", instead=always_due),)),
    a_hold_overrides: (8, (without(disposal_rules, "_check_holds"),)),
    covers_are_burnt_into_a_copy: (
        9,
        (without(covering, "covered_png", instead=lambda data, *_: (data, 80, 60)),),
    ),
    covered_copies_only_means_only: (
        9,
        (without(choosing, "copies_only", instead=lambda chosen: (list(chosen), {})),),
    ),
    originals_for_outsiders_need_a_reason: (10, (without(choosing, "_uncovered"), NO_CAUTION)),
    also_when_a_bundle_is_passed_on: (
        10,
        (without(forwarding, "forward_cautions", instead=lambda *_: ()),),
    ),
    a_union_is_nobody_elses_to_know: (10, (without(opening, "_may_be_read", instead=lambda *_: True),)),
    advice_comes_before_it_is_gone: (11, (without(advising, "before_it_is_gone", instead=lambda *_: ()),)),
    snapchat_may_tell: (11, (without(advising, "_platform", instead=lambda _: ""),)),
    the_passphrase_goes_another_way: (
        12,
        (without(workflows, "sending_notes", instead=lambda *_, **__: ()),),
    ),
    too_large_for_email_is_said: (
        12,
        (Guard("the limit", lambda patch: patch.setattr(sending, "ATTACHABLE", 10**12)),),
    ),
    a_large_one_is_split: (12, (ONE_PART,)),
}
CASES = [(check, guard) for check, (_, guards) in RULES.items() for guard in guards]


@pytest.mark.parametrize("check", RULES, ids=lambda one: one.__name__)
def test_the_rule_is_kept(check: Callable[[Path], None], tmp_path: Path) -> None:
    check(tmp_path)


@pytest.mark.parametrize(
    ("check", "guard"), CASES, ids=lambda one: getattr(one, "name", None) or one.__name__
)
def test_without_its_guard_it_is_not(
    check: Callable[[Path], None], guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard.take_out(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(tmp_path)


def test_nothing_plays_by_itself(tmp_path: Path) -> None:
    nothing_plays_by_itself(tmp_path)
    (tmp_path / "planted.py").write_text("from PySide6.QtMultimedia import QMediaPlayer\n")
    with pytest.raises(AssertionError):
        nothing_plays_by_itself(tmp_path)


def test_each_of_the_twelve_is_here() -> None:
    assert {number for number, _ in RULES.values()} == set(range(1, 13))
    assert all(guards for _, guards in RULES.values())
