"""The stop (domain rule 1, paragraph 8.1): no image byte is written before it was answered with "no"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_app import policy, workflows
from evidence_app.errors import LockedAwayError, QuestionError
from evidence_app.records import EntryKind, Level, Role, StopAnswer
from evidence_app.vault import acts, check, numbering_safeguards
from evidence_app.vault.vault import Vault
from evidence_app.workflows import capturing, stopping
from tests import vaults
from tests.desks import desk, open_incident, picture
from tests.vaults import Sample, files_under

CLOSED = (StopAnswer.YES, StopAnswer.NOT_SURE)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """Helen's, with two incidents about which nobody was asked yet."""
    with desk(tmp_path / "helen.evidence-vault", "Helen Ashdown", Role.STAFF) as made:
        made.record(acts.incident_opened("Posts about my lessons"))
        made.record(acts.incident_opened("Another matter"))
        yield made


def nothing_written(vault: Vault) -> None:
    assert files_under(vault.folder / "objects") == []
    assert vault.read.latest(EntryKind.EXHIBIT_CAPTURED) is None


def test_the_answers_are_those_of_the_policy() -> None:
    """What a window offers by its policy is what the record keeps."""
    offered = {one.code for one in policy.current().stop.answers}
    assert offered == {one.value for one in StopAnswer} - {StopAnswer.NOT_ASKED.value}


@pytest.mark.parametrize("incident", ["INC-001", None])
def test_nothing_is_written_before_it_is_answered(vault: Vault, incident: str | None) -> None:
    with pytest.raises(QuestionError, match="Nobody has answered yet"):
        workflows.keep(vault, picture(1), incident)
    nothing_written(vault)
    workflows.answer_stop(vault, incident, StopAnswer.NO)
    assert workflows.keep(vault, picture(1), incident).number == "HXA/001"


@pytest.mark.parametrize("incident", ["INC-001", None])
@pytest.mark.parametrize("answer", CLOSED)
def test_yes_and_not_sure_leave_no_image_path(vault: Vault, incident: str | None, answer: StopAnswer) -> None:
    workflows.answer_stop(vault, incident, answer)
    with pytest.raises(QuestionError, match="no picture is written"):
        workflows.keep(vault, picture(1), incident)
    nothing_written(vault)


def test_it_is_asked_once_for_an_incident_and_once_a_session_for_unfiled_captures(vault: Vault) -> None:
    for incident in ("INC-001", None):
        workflows.answer_stop(vault, incident, StopAnswer.NO)
        for shade in (1, 2):
            workflows.keep(vault, picture(shade), incident)
    vault.close()
    with Sample(vault.folder, vault.identity, "").open() as opened:
        workflows.keep(opened, picture(3), "INC-001")
        assert workflows.stop_answer(opened, None) is None
        with pytest.raises(QuestionError):
            workflows.keep(opened, picture(3), None)


def test_one_incident_says_nothing_about_another(vault: Vault) -> None:
    workflows.answer_stop(vault, "INC-001", StopAnswer.NO)
    for incident in ("INC-002", None):
        with pytest.raises(QuestionError):
            workflows.keep(vault, picture(1), incident)
    nothing_written(vault)


@pytest.mark.parametrize("answer", CLOSED)
def test_no_after_yes_is_no_second_thought(vault: Vault, answer: StopAnswer) -> None:
    workflows.answer_stop(vault, "INC-001", answer)
    with pytest.raises(QuestionError, match="say who gave it"):
        workflows.answer_stop(vault, "INC-001", StopAnswer.NO)
    with pytest.raises(QuestionError):
        workflows.keep(vault, picture(1), "INC-001")
    said = workflows.answer_stop(vault, "INC-001", StopAnswer.NO, advised_by="Nadia Ellery")
    assert said.advised_by == "Nadia Ellery"
    assert workflows.stop_answer(vault, "1") == said
    workflows.keep(vault, picture(1), "INC-001")


@pytest.mark.parametrize("answer", CLOSED)
def test_nothing_is_filed_into_a_closed_incident(vault: Vault, answer: StopAnswer) -> None:
    """Nor recorded there by any other way: the record itself refuses."""
    workflows.answer_stop(vault, None, StopAnswer.NO)
    number = workflows.keep(vault, picture(1), None).number
    workflows.answer_stop(vault, "INC-001", answer)
    with pytest.raises(QuestionError):
        vault.record(acts.exhibit_filed(number, "INC-001"))
    stored = vault.objects.put(picture(2).png, "image/png")
    with pytest.raises(QuestionError):
        vault.record(acts.exhibit_captured(stored, vaults.observed(), "INC-001", Level.SCREEN))
    assert [one.number for one in vault.read.exhibits("INC-001")] == []


def test_an_answer_in_the_very_moment_leaves_no_bytes_behind(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the question and the entry somebody answers with "not sure": the object goes again."""
    workflows.answer_stop(vault, "INC-001", StopAnswer.NO)

    def then_asked(*_: object, **__: object) -> None:
        workflows.answer_stop(vault, "INC-001", StopAnswer.NOT_SURE)

    monkeypatch.setattr(capturing, "require_no", then_asked)
    with pytest.raises(QuestionError):
        workflows.keep(vault, picture(1), "INC-001")
    nothing_written(vault)
    vault.close()
    with Sample(vault.folder, vault.identity, "").open() as opened:
        nothing_written(opened)


@pytest.mark.parametrize("answer", CLOSED)
def test_every_batch_is_asked_about_and_a_refused_one_closes_the_incident(
    vault: Vault, answer: StopAnswer
) -> None:
    said = workflows.answer_for_batch(vault, "INC-001", StopAnswer.NO, 3)
    assert (said.files, said.answer) == (3, StopAnswer.NO)
    assert workflows.stop_answer(vault, "INC-001") == said
    with pytest.raises(QuestionError):
        workflows.answer_for_batch(vault, "INC-001", answer, 2)
    latest = workflows.stop_answer(vault, "INC-001")
    assert latest is not None
    assert (latest.answer, latest.files) == (answer, 2)
    with pytest.raises(QuestionError):
        workflows.keep(vault, picture(1), "INC-001")


def test_not_asked_is_for_the_command_line_only(vault: Vault) -> None:
    workflows.answer_stop(vault, "INC-001", StopAnswer.NOT_ASKED)
    with pytest.raises(QuestionError, match="Nobody has answered yet"):
        workflows.keep(vault, picture(1), "INC-001")
    workflows.require_no(vault, "INC-001", even_unasked=True)


def test_the_same_picture_as_one_that_is_locked_away_is_not_written_again(vault: Vault) -> None:
    open_incident(vault, "A third one")
    number = workflows.keep(vault, picture(1), "INC-003").number
    workflows.lock_away(vault, number)
    before = files_under(vault.folder / "objects")
    with pytest.raises(LockedAwayError, match="same picture as one that is locked away"):
        workflows.keep(vault, picture(1), "INC-003")
    assert files_under(vault.folder / "objects") == before


def test_the_answers_are_in_the_record_and_survive_a_check(vault: Vault) -> None:
    workflows.answer_stop(vault, "INC-001", StopAnswer.YES)
    workflows.answer_stop(vault, "INC-001", StopAnswer.NO, advised_by="Nadia Ellery")
    kinds = [one.data["answer"] for one in vault.read.entries(EntryKind.STOP_ANSWERED)]
    assert kinds == ["no", "yes"]
    assert check.check(vault).problems == ()


# --- planted: the rule taken out ------------------------------------------------------------------------


def test_without_the_gate_the_bytes_are_written(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capturing, "require_no", lambda *_, **__: None)
    workflows.keep(vault, picture(1), "INC-001")
    with pytest.raises(AssertionError):
        nothing_written(vault)


def test_without_the_rule_a_closed_incident_takes_pictures(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflows.answer_stop(vault, "INC-001", StopAnswer.YES)
    monkeypatch.setattr(stopping, "_closed_unfiled", lambda: None)
    monkeypatch.setattr(capturing, "require_no", lambda *_, **__: None)
    with pytest.raises(QuestionError):
        workflows.keep(vault, picture(1), "INC-001")
    monkeypatch.setattr(numbering_safeguards, "_refuse_closed", lambda *_: None)
    workflows.keep(vault, picture(1), "INC-001")
