"""A person with a new key: the old one is replaced, nothing is forgotten, nothing new is taken for theirs.

What was confirmed then stays confirmed for what the reader had by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.bundle import sentences
from evidence_app.errors import UsageError
from evidence_app.records import EntryKind, Role, SenderStatus, Verdict
from evidence_app.vault import check
from evidence_app.vault.vault import Vault
from tests.desks import desk, open_incident, picture, seal, teacher_and_head
from tests.vaults import Sample, tampering


@pytest.fixture
def people(tmp_path: Path) -> Iterator[tuple[Vault, Vault, Vault]]:
    """Helen, Ruth, and Helen's new vault, of which Ruth knows nothing yet."""
    with (
        teacher_and_head(tmp_path) as (old, ruth),
        desk(tmp_path / "new.evidence-vault", "Helen Ashdown", Role.STAFF) as new,
    ):
        open_incident(new, "Posts")
        workflows.keep(new, picture(30), "INC-001")
        contact = workflows.add_contact(new, workflows.own_card(ruth))
        workflows.confirm_contact(new, contact.name, workflows.own_words(ruth), "in person")
        yield old, ruth, new


def replace_key(ruth: Vault, new: Vault, **how: bool) -> None:
    workflows.add_contact(ruth, workflows.own_card(new))
    workflows.confirm_contact(ruth, "Helen Ashdown", workflows.own_words(new), "in person", **how)


def sender(verdict: Verdict) -> str:
    return next(one for one in verdict.checks if one.code == "sender").summary


def test_what_came_before_was_confirmed_then(people: tuple[Vault, Vault, Vault], tmp_path: Path) -> None:
    old, ruth, new = people
    before = seal(old, tmp_path / "before.evidence")
    row = workflows.receive(ruth, before).row
    replace_key(ruth, new)
    verdict = workflows.check_received(ruth, row.reference)
    assert verdict.sender is SenderStatus.CONFIRMED
    assert "You confirmed the fingerprint of Helen Ashdown on" in sender(verdict)
    assert "That key was replaced on" in sender(verdict)
    entry = ruth.read.latest(EntryKind.CONTACT_CONFIRMED)
    assert entry is not None
    assert len(entry.data["replaces"]) == 1  # type: ignore[arg-type]
    assert check.check(ruth).problems == ()


def test_what_the_old_key_seals_afterwards_is_not_taken_for_theirs(
    people: tuple[Vault, Vault, Vault], tmp_path: Path
) -> None:
    old, ruth, new = people
    workflows.receive(ruth, seal(old, tmp_path / "before.evidence"))
    replace_key(ruth, new)
    workflows.keep(old, picture(40), "INC-001")
    verdict = workflows.verify_with_vault(ruth, seal(old, tmp_path / "after.evidence"))
    assert (verdict.unchanged, verdict.sender) == (True, SenderStatus.KNOWN)
    assert "had not seen this state of the record before" in sender(verdict)
    doubt = sentences.doubt_about_sender(verdict)
    assert doubt is not None, "the key that Ruth has for Helen is another one now"
    fresh = workflows.verify_with_vault(ruth, seal(new, tmp_path / "new.evidence"))
    assert fresh.sender is SenderStatus.CONFIRMED
    assert sentences.doubt_about_sender(fresh) is None


def test_nothing_is_sealed_for_a_key_that_was_replaced(
    people: tuple[Vault, Vault, Vault], tmp_path: Path
) -> None:
    old, ruth, new = people
    (first,) = ruth.read.contacts()
    workflows.receive(ruth, seal(old, tmp_path / "a.evidence"))
    replace_key(ruth, new)
    with pytest.raises(UsageError, match="was replaced by a newer one"):
        workflows.forward(ruth, "RCV-001", contacts=(first,), out=tmp_path / "b.evidence", reason="x")
    assert not (tmp_path / "b.evidence").exists()
    assert ruth.read.contact("Helen Ashdown").signing_key == new.signing_key.public_key


def test_another_person_of_that_name_replaces_nobody(people: tuple[Vault, Vault, Vault]) -> None:
    _, ruth, new = people
    replace_key(ruth, new, another_person=True)
    assert [one.replaced_at for one in ruth.read.contacts()] == [None, None]


def test_compared_once_more_it_is_in_use_again_and_the_index_can_be_built_anew(
    people: tuple[Vault, Vault, Vault],
) -> None:
    old, ruth, new = people
    replace_key(ruth, new)
    replaced = [one.replaced_at is not None for one in ruth.read.contacts()]
    assert sorted(replaced) == [False, True]
    workflows.confirm_contact(ruth, "Helen Ashdown", workflows.own_words(old), "by telephone")
    now = {one.signing_key: one.replaced_at is None for one in ruth.read.contacts()}
    assert now == {old.signing_key.public_key: True, new.signing_key.public_key: False}
    before = ruth.read.contacts()
    ruth.close()
    with tampering(Sample(ruth.folder, ruth.identity, "")) as connection:
        connection.execute("DROP TABLE replaced_keys")
    with Sample(ruth.folder, ruth.identity, "").open() as opened:
        assert opened.read.contacts() == before
        assert check.check(opened).problems == ()
