"""Somebody who wants to be taken for a contact."""

from __future__ import annotations

import pytest

from evidence_app import workflows
from evidence_app.bundle import sentences
from evidence_app.records import Role, SenderStatus
from tests.desks import desk, open_incident, picture, seal, teacher_and_head

IMITATION = "H\u0435len Ashdown"  # CYRILLIC SMALL LETTER IE


@pytest.fixture
def head(tmp_path):
    with teacher_and_head(tmp_path) as (_, head):
        yield head


@pytest.fixture
def imitator(tmp_path, head):
    with desk(tmp_path / "other.evidence-vault", IMITATION, Role.STAFF) as other:
        open_incident(other, "A letter")
        workflows.keep(other, picture(9), "INC-001")
        workflows.add_contact(other, workflows.own_card(head))
        yield other


def test_a_card_that_imitates_a_contact(head, imitator):
    """It is added, so that it can be shown beside the real one, and the warning names that one."""
    added = workflows.add_contact(head, workflows.own_card(imitator))
    assert added.name == IMITATION
    assert added.confirmed_at is None
    assert added.resembles == ("Helen Ashdown",)
    assert [one.name for one in workflows.look_alikes(head, IMITATION, added.signing_key)] == [
        "Helen Ashdown"
    ]


def test_a_bundle_that_imitates_a_contact(head, imitator, tmp_path):
    verdict = workflows.verify_with_vault(head, seal(imitator, tmp_path / "x.evidence"))
    assert verdict.sender is SenderStatus.UNKNOWN
    warning = next(one for one in verdict.checks if one.code == "looks-like")
    assert warning.passed is False
    assert "H\u0435[CYRILLIC SMALL LETTER IE]len" in warning.details[0]
    assert "only looks like that of Helen Ashdown" in " ".join(sentences.describe(verdict))


def test_the_same_name_with_another_key_is_the_louder_warning(head, tmp_path):
    with desk(tmp_path / "second.evidence-vault", "Helen Ashdown", Role.STAFF) as second:
        open_incident(second, "A letter")
        workflows.keep(second, picture(9), "INC-001")
        workflows.add_contact(second, workflows.own_card(head))
        verdict = workflows.verify_with_vault(head, seal(second, tmp_path / "x.evidence"))
        codes = {one.code for one in verdict.checks}
        assert "key-changed" in codes
        assert "looks-like" not in codes
        assert workflows.add_contact(head, workflows.own_card(second)).resembles == ("Helen Ashdown",)


def test_nobody_is_taken_for_oneself(head, tmp_path):
    with desk(tmp_path / "third.evidence-vault", "Mrs Ruth Cal\u04cfoway", Role.HEAD) as third:
        assert workflows.add_contact(head, workflows.own_card(third)).resembles == ("Mrs Ruth Calloway",)


def test_an_ordinary_contact_has_no_warning(head, tmp_path):
    with desk(tmp_path / "alan.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan:
        assert workflows.add_contact(head, workflows.own_card(alan)).resembles == ()
    assert [one.resembles for one in head.read.contacts()] == [(), ()]
