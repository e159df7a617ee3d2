"""No deletion (domain rule 7): what was captured by mistake is marked, stays, and is left out by default."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.errors import UsageError
from evidence_app.records import EntryKind
from evidence_app.vault import check
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted, choosing, safeguards
from tests.desks import picture, seal, teacher_and_head

REASON = "That was my own shopping list"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    with teacher_and_head(tmp_path) as both:
        yield both


def left_out(head: Vault, bundle: Path) -> tuple[list[str], dict[str, str]]:
    verdict = workflows.verify_with_vault(head, bundle)
    assert verdict.unchanged
    assert verdict.facts is not None
    return [one.number for one in verdict.exhibits], dict(verdict.facts.left_out)


def test_a_reason_a_mark_and_it_stays(pair: tuple[Vault, Vault]) -> None:
    teacher, _ = pair
    for reason in ("", "  \n"):
        with pytest.raises(UsageError, match="reason is empty"):
            workflows.withdraw(teacher, "1", reason)
    one = workflows.withdraw(teacher, "1", REASON)
    mark = one.standing.withdrawn
    assert mark is not None
    assert (mark.reason, mark.by) == (REASON, "Helen Ashdown")
    assert [exhibit.number for exhibit in teacher.read.exhibits("INC-001")] == ["HXA/001", "HXA/002"]
    assert workflows.view(teacher, "1") == picture(10).png
    assert check.check(teacher).problems == ()


def test_it_is_left_out_with_that_reason_unless_it_is_wanted(
    pair: tuple[Vault, Vault], tmp_path: Path
) -> None:
    teacher, head = pair
    workflows.withdraw(teacher, "1", REASON)
    assert left_out(head, seal(teacher, tmp_path / "a.evidence")) == (
        ["HXA/002"],
        {"HXA/001": f"Withdrawn: {REASON}"},
    )
    wanted = Wanted("INC-001", contacts=teacher.read.contacts(), with_withdrawn=frozenset({"HXA/001"}))
    workflows.seal_bundle(teacher, wanted, tmp_path / "b.evidence")
    assert left_out(head, tmp_path / "b.evidence") == (["HXA/001", "HXA/002"], {})


def test_it_can_be_taken_back_and_both_stay_in_the_record(pair: tuple[Vault, Vault], tmp_path: Path) -> None:
    teacher, head = pair
    with pytest.raises(UsageError, match="is not withdrawn"):
        workflows.reinstate(teacher, "1", "It is needed")
    workflows.withdraw(teacher, "1", REASON)
    with pytest.raises(UsageError, match="reason is empty"):
        workflows.reinstate(teacher, "1", "")
    assert workflows.reinstate(teacher, "1", "It is needed").standing.withdrawn is None
    assert left_out(head, seal(teacher, tmp_path / "a.evidence")) == (["HXA/001", "HXA/002"], {})
    kinds = [entry.kind for entry in teacher.read.entries_about("HXA/001")]
    assert kinds.count(EntryKind.EXHIBIT_WITHDRAWN) == kinds.count(EntryKind.EXHIBIT_REINSTATED) == 1
    assert check.check(teacher).problems == ()


def test_without_the_rule_it_would_go_along(
    pair: tuple[Vault, Vault], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: it is the sorting out that leaves it behind."""
    teacher, head = pair
    workflows.withdraw(teacher, "1", REASON)

    def everything(*given: object) -> object:
        vault, incident, filed, wished, *_ = given
        numbers = {one.number for one in filed}  # type: ignore[attr-defined]
        return safeguards.sort_out(vault, incident, filed, wished, numbers)  # type: ignore[arg-type]

    monkeypatch.setattr(choosing, "sort_out", everything)
    assert left_out(head, seal(teacher, tmp_path / "a.evidence"))[0] == ["HXA/001", "HXA/002"]


def test_a_hold_is_set_and_lifted_with_reasons(pair: tuple[Vault, Vault]) -> None:
    teacher, _ = pair
    for about in ("1", "INC-001"):
        with pytest.raises(UsageError):
            workflows.hold(teacher, about, "", "Sgt Tom Garrick")
        with pytest.raises(UsageError):
            workflows.hold(teacher, about, "A case is open", " ")
        with pytest.raises(UsageError, match="There is no hold on"):
            workflows.release(teacher, about, "x", "y")
        made = workflows.hold(teacher, about, "A case is open", "Sgt Tom Garrick")
        assert teacher.read.hold(made.about) == made
    assert teacher.read.exhibit("1").standing.held is not None
    assert teacher.read.exhibit("2").standing.held is None
    assert workflows.release(teacher, "hxa-1", "It was closed", "Sgt Tom Garrick") == "HXA/001"
    assert teacher.read.exhibit("1").standing.held is None
    assert teacher.read.hold("INC-001") is not None
    assert len(teacher.read.entries(EntryKind.HOLD_SET)) == 2
    assert check.check(teacher).problems == ()
