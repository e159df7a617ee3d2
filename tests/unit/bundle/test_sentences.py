"""The banner: five states, plain words, and never a claim that was not checked."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidence_app.bundle import sentences
from evidence_app.bundle.dates import day, day_and_time
from evidence_app.bundle.sentences import State
from evidence_app.bundle.verify import Altered, Verifier
from evidence_app.errors import (
    DamagedError,
    ExitCode,
    NewerFormatError,
    NotForYouError,
    NotOurFileError,
    UsageError,
)
from evidence_app.records import SeenLedger, Trust, Verdict
from tests import bundles
from tests.bundles import NOON, Sender, helen, png, ruth

HELEN, RUTH = helen(), ruth()
NOW = datetime(2026, 3, 13, 9, 5, tzinfo=UTC)
CONFIRMED = (HELEN.contact(),)


@pytest.fixture(autouse=True)
def _london(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("bundle") / "a.evidence"
    bundles.sealed(HELEN, RUTH, out)
    return bundles.opened(out, RUTH.identity)


def verdict(files: dict[str, bytes], trust: Trust) -> Verdict:
    verifier = Verifier(trust)
    for name, data in files.items():
        verifier.start_file(name, len(data))
        verifier.feed(memoryview(data))
        verifier.end_file()
    try:
        return verifier.finish(NOW)
    except Altered as altered:
        return altered.verdict


def said(files: dict[str, bytes], trust: Trust) -> tuple[State, ExitCode, str, str]:
    answer = verdict(files, trust)
    return sentences.state(answer), sentences.exit_code(answer), *sentences.describe(answer)


def test_intact(files: dict[str, bytes]) -> None:
    assert said(files, Trust(CONFIRMED, ())) == (
        State.INTACT,
        ExitCode.OK,
        "This bundle is intact. Nothing has changed since Helen Ashdown sealed it.",
        (
            "Sealed on 12 March 2026, 4:00pm, by the clock of the sender’s computer. "
            "Checked on 13 March 2026, 9:05am on this computer."
        ),
    )


def test_intact_but_for_somebody_else(files: dict[str, bytes]) -> None:
    state, code, banner, below = said(files, Trust(CONFIRMED, (), HELEN.card.recipient))
    assert (state, code) == (State.INTACT, ExitCode.OK)
    assert banner == "This bundle is intact. Nothing has changed since Helen Ashdown sealed it."
    assert below.endswith(" It was sealed for Mrs Ruth Calloway, and passed on to you.")


def test_sender_not_confirmed(files: dict[str, bytes]) -> None:
    expected = (
        State.SENDER_NOT_CONFIRMED,
        ExitCode.SENDER_NOT_CONFIRMED,
        "This bundle is intact, but you have not confirmed who sent it.",
        (
            "Nothing in it has changed since it was sealed on 12 March 2026. "
            "It says it is from Helen Ashdown, teacher, Larkmere Academy."
        ),
    )
    assert said(files, Trust()) == expected
    assert said(files, Trust((HELEN.contact(confirmed=False),))) == expected
    namesake = said(files, Trust((Sender("Helen Ashdown", 66).contact(),)))
    assert namesake[:3] == (
        *expected[:2],
        (
            "This bundle is intact, but its sender is in doubt. "
            "This is not the key that you have for Helen Ashdown."
        ),
    )
    assert namesake[3].startswith(expected[3])
    assert namesake[3].endswith("Ask them in person before you rely on it.")


def test_the_name_is_the_readers_own(files: dict[str, bytes]) -> None:
    banner = said(files, Trust((HELEN.contact(name="Helen Brown"),)))[2]
    assert banner == "This bundle is intact. Nothing has changed since Helen Brown sealed it."


def test_in_conflict(files: dict[str, bytes]) -> None:
    seen = SeenLedger(HELEN.vault_id, 4, b"1" * 32, NOON, HELEN.key.public_key)
    state, code, banner, below = said(files, Trust(CONFIRMED, (seen,)))
    assert (state, code) == (State.IN_CONFLICT, ExitCode.IN_CONFLICT)
    assert banner == ("This bundle is intact, but it does not agree with what Helen Ashdown sent you before.")
    assert "The first 4 entries are not those that you saw on 12 March 2026." in below
    assert said(files, Trust((), (seen,)))[0] is State.SENDER_NOT_CONFIRMED
    assert "does not agree with earlier bundles" in said(files, Trust((), (seen,)))[3]


@pytest.mark.parametrize(
    ("serials", "words"),
    [
        ((2,), "The screenshot HXA/002 is not the one that was sealed."),
        ((1, 3), "HXA/001 and HXA/003 are not as they were sealed."),
        ((1, 2, 3), "HXA/001, HXA/002 and HXA/003 are not as they were sealed."),
    ],
)
def test_altered(files: dict[str, bytes], serials: tuple[int, ...], words: str) -> None:
    bad = {f"data/exhibits/HXA-00{n}/original.png": png(90 + n) for n in serials}
    state, code, banner, below = said({**files, **bad}, Trust(CONFIRMED, ()))
    assert (state, code) == (State.ALTERED, ExitCode.ALTERED)
    assert banner == f"This bundle has been altered. {words}"
    assert below.endswith("It does not show that anyone did wrong.")


def test_altered_without_an_exhibit(files: dict[str, bytes]) -> None:
    banner = said({**files, "data/README.txt": b"x"}, Trust(CONFIRMED, ()))[2]
    assert banner == (
        "This bundle has been altered. The file data/README.txt is not the one that was sealed."
    )


def test_no_verdict() -> None:
    reasons = (DamagedError, NotForYouError, NewerFormatError, NotOurFileError, UsageError)
    said = [sentences.describe_failure(kind("Why.")) for kind in reasons]
    assert [banner for banner, _ in said] == [
        "This bundle is damaged. It could not be read to its end.",
        "This bundle is not sealed for you. It stays closed.",
        "This bundle needs a newer version. This version of Evidence cannot check it.",
        "This bundle could not be opened. Nothing from it is shown.",
        "This bundle was not checked.",
    ]
    assert {below for _, below in said} == {"Why."}


def test_dates() -> None:
    for hour, words in [(0, "12:30am"), (9, "9:30am"), (12, "12:30pm"), (23, "11:30pm")]:
        assert day_and_time(datetime(2026, 1, 3, hour, 30, tzinfo=UTC)) == f"3 January 2026, {words}"
    assert day(datetime(2026, 7, 31, 23, 30, tzinfo=UTC)) == "1 August 2026"
    assert day(datetime(1, 1, 1, tzinfo=UTC))
    assert day(datetime(9999, 12, 31, 23, 59, tzinfo=UTC))


def test_no_sentence_claims_too_much() -> None:
    text = Path(sentences.__file__).read_text().lower()
    for word in ("authentic", "genuine", "verified", "tamper", "forensic", "guarantee"):
        assert word not in text
