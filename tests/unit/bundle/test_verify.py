"""The verifier by itself: every check is carried out and needed, hostile content only raises typed errors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from evidence_app.bundle import answers, layout, verify
from evidence_app.bundle.findings import BlockedError, Step, Work
from evidence_app.bundle.verify import Altered, LimitError, Verifier
from evidence_app.records import SeenLedger, SenderStatus, Trust, Verdict
from tests import bundles
from tests.bundles import Sender, helen, made_without_checks, ruth
from tests.single_flaws import COPIES, a_copy, only

HELEN, RUTH = helen(), ruth()
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PICTURE = "data/exhibits/HXA-002/original.png"
Files = dict[str, bytes]


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Files:
    out = tmp_path_factory.mktemp("bundle") / "INC-001.evidence"
    bundles.sealed(HELEN, RUTH, out)
    return bundles.opened(out, RUTH.identity)


def fed(files: Iterable[tuple[str, bytes]], trust: Trust | None = None) -> Verdict:
    verifier = Verifier(trust or Trust())
    for name, data in files:
        verifier.start_file(name, len(data))
        for at in range(0, len(data), 10_007):
            verifier.feed(memoryview(data)[at : at + 10_007])
        verifier.end_file()
    return verifier.finish(NOW)


def codes(files: Files) -> set[str]:
    """Codes of the problems; empty for an unchanged bundle."""
    try:
        fed(files.items())
    except Altered as altered:
        return {problem.code for problem in altered.verdict.problems}
    return set()


def test_unchanged(good: Files) -> None:
    verdict = fed(good.items())
    assert verdict.unchanged
    assert verdict.checked_at == NOW
    assert verdict.dated is None
    assert verdict.sender is SenderStatus.UNKNOWN
    assert verdict.facts is not None
    assert verdict.facts.digest == sha256(good[layout.TAG_MANIFEST]).hexdigest()
    assert (verdict.facts.files, verdict.facts.entries, verdict.facts.opened) == (len(good), 12, 10)


# --- every check is carried out, and each is needed ---------------------------------------------------


def test_every_step_has_a_check() -> None:
    assert set(verify.CHECKS) == set(Step)


@pytest.mark.parametrize("step", Step)
def test_a_check_that_is_not_carried_out_cannot_pass(
    good: Files, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blocked(work: Work) -> None:
        raise BlockedError

    monkeypatch.setattr(verify, "CHECKS", {**verify.CHECKS, step: blocked})
    with pytest.raises(Altered) as caught:
        fed(good.items())
    assert caught.value.verdict.unchanged is False
    assert {problem.code for problem in caught.value.verdict.problems} == {"not-checked"}


@pytest.mark.parametrize(("origin", "fits"), COPIES.values(), ids=list(COPIES))
def test_a_copy_belongs_to_what_was_sealed_before_it(origin: dict[str, object], fits: bool) -> None:
    assert codes(a_copy(origin)) == (set() if fits else {"copy-differs"})


def test_a_copy_without_its_original_hangs_on_a_closed_entry() -> None:
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", bundles.png(1))
    sender.copy("HXA/002", "HXA/001", bundles.png(2))
    files = made_without_checks(sender, left_out={"HXA/001": "The original stays sealed"})
    assert codes(files) == set()
    assert not any(name.startswith("data/exhibits/HXA-001/") for name in files)
    verdict = fed(files.items())
    record = next(one for one in verdict.checks if one.code == "record")
    assert any("HXA/002 is a covered copy of HXA/001" in line and "closed" in line for line in record.details)
    assert [(one.number, one.kind) for one in verdict.exhibits] == [("HXA/002", "covered copy")]


def test_a_copy_is_of_the_level_of_its_original() -> None:
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", bundles.png(1))
    sender.copy("HXA/002", "HXA/001", bundles.png(2), level="C3")
    assert codes(made_without_checks(sender)) == {"copy-differs"}


NEED_ANOTHER = {
    # Without these there is nothing to compare with later on, so the fixed list of steps catches it.
    Step.SIGNATURE: {"not-checked"},
    Step.CARD: {"not-checked"},
    Step.BAG_INFO: {"not-checked"},
    Step.CHECKPOINT: {"not-checked"},
    Step.COMMITMENTS: {"not-checked"},
    Step.OPENED: {"not-checked"},
    Step.CLAIMS: {"not-checked"},
    Step.TAG_MANIFEST: {"not-checked"},
    Step.MANIFEST: {"not-checked"},
}


@pytest.mark.parametrize("step", Step)
def test_each_check_is_needed(good: Files, step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle that only this check refuses; with the check emptied, nothing else would."""
    files = only(step, good)
    before = codes(files)
    assert before
    assert "not-checked" not in before
    monkeypatch.setattr(verify, "CHECKS", {**verify.CHECKS, step: lambda _: None})
    assert codes(files) == NEED_ANOTHER.get(step, set())


# --- feeding -----------------------------------------------------------------------------------------


def test_a_name_twice_is_noted(good: Files) -> None:
    with pytest.raises(Altered) as caught:
        fed([*good.items(), (PICTURE.upper(), b"x"), ("data/README.txt", b"y")])
    problems = {(one.code, one.where) for one in caught.value.verdict.problems}
    assert {("duplicate-file", PICTURE.upper()), ("duplicate-file", "data/README.txt")} == problems


def test_limits(good: Files) -> None:
    for name, size in {
        layout.INCIDENT: 33 * layout.MIB,
        layout.SIGNATURE: 5000,
        layout.COMMITMENTS: layout.MAX_ENTRIES * 65 + 1,
        PICTURE: layout.MAX_FILE + 1,
        "data/exhibits/HXA-001/stated.json": layout.MIB * 17,
    }.items():
        with pytest.raises(LimitError):
            Verifier(Trust()).start_file(name, size)
    large = bytes(15 * layout.MIB)
    with pytest.raises(LimitError):
        fed((f"data/exhibits/HXA-00{serial}/stated.json", large) for serial in range(1, 10))


def test_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_MEMBERS", 3)
    with pytest.raises(LimitError):
        fed((f"{serial}", b"") for serial in range(5))


def test_misuse_is_a_bug_and_no_verdict(good: Files) -> None:
    verifier = Verifier(Trust())
    verifier.start_file("bagit.txt", 3)
    with pytest.raises(ValueError, match="open"):
        verifier.finish(NOW)
    with pytest.raises(ValueError, match="fewer"):
        verifier.end_file()
    with pytest.raises(ValueError, match="more"):
        verifier.feed(memoryview(b"1234"))


def test_many_problems_are_cut_off(good: Files) -> None:
    more = [(f"data/x{serial}", b"") for serial in range(3000)]
    with pytest.raises(Altered) as caught:
        fed([*good.items(), *more])
    assert len(caught.value.verdict.problems) == 1000


# --- answers -----------------------------------------------------------------------------------------


def lines(verdict: Verdict) -> dict[str, bool | None]:
    return {check.code: check.passed for check in verdict.checks}


def test_the_sender_is_known_by_key_alone(good: Files) -> None:
    namesake = Sender("Helen Ashdown", 66).contact()
    renamed = HELEN.contact(name="Helen Brown")
    for contacts, status, more in [
        ((), SenderStatus.UNKNOWN, set()),
        ((namesake,), SenderStatus.UNKNOWN, {"key-changed"}),
        ((HELEN.contact(confirmed=False),), SenderStatus.KNOWN, set()),
        ((HELEN.contact(confirmed=False), namesake), SenderStatus.KNOWN, {"key-changed"}),
        ((namesake, HELEN.contact()), SenderStatus.CONFIRMED, set()),
        ((HELEN.contact(confirmed=False), HELEN.contact()), SenderStatus.CONFIRMED, set()),
        ((renamed,), SenderStatus.CONFIRMED, {"name-changed"}),
    ]:
        verdict = fed(good.items(), Trust(contacts=contacts))
        assert verdict.sender is status
        base = {"seal", "files", "record", "time", "sender", "earlier"}
        assert set(lines(verdict)) == base | more
        assert (verdict.confirmed is None) is (status is not SenderStatus.CONFIRMED)


def test_who_it_was_sealed_for(good: Files) -> None:
    mine = fed(good.items(), Trust(recipient=RUTH.card.recipient))
    other = fed(good.items(), Trust(recipient=HELEN.card.recipient))
    assert "not-named" not in lines(mine)
    assert lines(other)["not-named"] is False
    assert (other.unchanged, other.sender) == (mine.unchanged, mine.sender)
    passed_on = next(one for one in other.checks if one.code == "not-named")
    assert passed_on.title == "It was sealed for Mrs Ruth Calloway, and passed on to you"


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ((), "somebody else"),
        (("Ruth",), "Ruth"),
        (("Ruth", "Alan"), "Ruth and Alan"),
        (("Ruth", "Alan", "Nadia"), "Ruth, Alan and Nadia"),
        (("Ruth", "Alan", "Nadia", "Tom", "Helen"), "Ruth, Alan, Nadia and 2 more"),
        (("Ruth\u202e",), "Ruth\ufffd"),
    ],
)
def test_names_of_whom_it_was_sealed_for(people: tuple[str, ...], words: str) -> None:
    assert answers._names(people) == words


def test_a_record_begun_anew(good: Files) -> None:
    seen = SeenLedger(RUTH.vault_id, 5, b"1" * 32, NOW, HELEN.key.public_key)
    verdict = fed(good.items(), Trust(seen=(seen,)))
    assert lines(verdict)["other-record"] is False
    assert verdict.consistent.value == "first"


def test_an_older_bundle_that_was_seen_itself_is_no_conflict(good: Files) -> None:
    end = HELEN.checkpoint().checkpoint
    key = HELEN.key.public_key
    later = SeenLedger(HELEN.vault_id, 40, b"1" * 32, NOW, key)
    same = SeenLedger(HELEN.vault_id, end.size, end.link, NOW, key)
    assert fed(good.items(), Trust(seen=(later, same))).consistent.value == "yes"
    assert fed(good.items(), Trust(seen=(later,))).consistent.value == "no"


def test_a_time_stamp_is_named_and_not_believed(good: Files) -> None:
    verdict = fed([*good.items(), (layout.TIME_STAMP, b"whatever")])
    line = next(check for check in verdict.checks if check.code == "time")
    assert line.passed is False
    assert "cannot be read" in line.summary
    assert verdict.dated is None
    files = next(check for check in verdict.checks if check.code == "files")
    assert files.summary.startswith(f"{len(good)} files, none changed"), "nothing seals the time stamp"


def test_no_line_claims_too_much(good: Files) -> None:
    checks = fed(good.items(), Trust(contacts=(HELEN.contact(),), seen=())).checks
    # The eight words of a fingerprint are random and claim nothing.
    lines = [line for one in checks for line in (one.title, one.summary, *one.details)]
    said = " ".join(line for line in lines if not line.startswith(("Words of", "Fingerprint of"))).lower()
    assert len(said) < len(" ".join(lines))
    for word in ("authentic", "genuine", "proof", "proves", "verified", "tamper"):
        assert word not in said
