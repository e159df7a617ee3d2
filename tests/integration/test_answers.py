"""What a person tells of a file is stated, has its history, and is used by whoever reads the file later."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.capture.child import Child
from evidence_app.errors import UsageError
from evidence_app.records import Limits, Source, Statement, StopAnswer
from evidence_app.vault import check
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch, bring_in, looking
from tests import brought, signing, talks
from tests.commands import Stage

pytest_plugins = ["tests.vault_fixtures", "tests.command_fixtures"]

CHAT = b"".join(b"%02d/03/2026, 10:00 - Nadia: message\n" % day for day in range(1, 13))
H, P = "helen.evidence-vault", ("--passphrase-file", "passphrase")


@pytest.fixture
def numbers(opened: Vault, tmp_path: Path) -> dict[str, str]:
    named = {"chat.txt": CHAT, "signed.eml": signing.signed(), "plain.eml": talks.mail()}
    chosen = files.found(brought.write_all(tmp_path / "in", named))
    return {one.name: one.number for one in bring_in(opened, "INC-001", chosen, Batch(StopAnswer.NO))}


def test_the_order_of_day_and_month_is_stated_and_used(opened: Vault, numbers: dict[str, str]) -> None:
    number = numbers["chat.txt"]
    with pytest.raises(UsageError, match="Nothing was changed"):
        workflows.answer_order(opened, number, "year first")
    for order, at in (("month first", "2026-01-03T10:00"), ("day first", "2026-03-01T10:00")):
        workflows.answer_order(opened, number, order)
        with Child() as child:
            stored = opened.read.exhibit(number).stored
            reading, _ = looking.read(opened, number, stored, child)
        assert reading is not None
        assert reading.messages[0].at == at
    assert len(workflows.statement_history(opened, number, "date_order")) == 2
    assert check.check(opened).problems == ()


def test_a_covered_copy_of_a_chat_is_read_as_its_original(opened: Vault, numbers: dict[str, str]) -> None:
    number, cover = numbers["chat.txt"], [workflows.TextCover("pupil_name", first=2, last=2)]

    def first_time(copy: str) -> str:
        with Child() as child:
            reading, _ = looking.read(opened, copy, opened.read.exhibit(copy).stored, child)
        assert reading is not None
        return reading.messages[0].at

    before = workflows.cover_text(opened, number, cover)
    assert before.statements == {}
    workflows.answer_order(opened, number, "day first")
    after = workflows.cover_text(opened, number, cover)
    # It goes along with the copy: a reader of the copy alone is not asked either.
    assert after.statements["date_order"].value == "day first"
    assert [first_time(copy.number) for copy in (before, after)] == ["2026-03-01T10:00"] * 2
    workflows.answer_order(opened, before.number, "month first")
    assert first_time(before.number) == "2026-01-03T10:00"
    assert check.check(opened).problems == ()


def test_a_key_is_stored_with_its_mail_and_never_overwritten(opened: Vault, numbers: dict[str, str]) -> None:
    number = numbers["signed.eml"]
    _, record = signing.pair()
    wrong = signing.pair(1100)[1]
    told = {"origin": "the IT lead", "got_by": "Tom Garrick", "got_on": "2026-03-12"}
    first = workflows.store_key(opened, number, wrong, **told)
    assert first.startswith("Failed with the stored key: this is not the key")
    assert workflows.store_key(opened, number, record, **told).startswith("Passed with the stored key")
    exhibit = opened.read.exhibit(number)
    keys = workflows.stored_keys(exhibit.statements)
    assert [(one.name, one.record, one.origin) for one in keys] == [
        (signing.ASKED, wrong, "the IT lead"),
        (signing.ASKED, record, "the IT lead"),
    ]
    assert keys[0].said_by == "Helen Ashdown"
    examined = opened.read.examined(number)
    assert examined is not None
    assert any(value.startswith("Passed with the stored key") for _, value in examined.claims)
    assert check.check(opened).problems == ()


NOT_STORED = [
    ("signed.eml", "nothing", "me", "has no “p=”"),
    ("signed.eml", "v=DKIM1; p=AAAA", " ", "Say who gave it"),
    ("signed.eml", 'other._domainkey.b.example TXT "v=DKIM1; p=AAAA"', "me", "the mail asks for s1._domain"),
    ("plain.eml", "v=DKIM1; p=AAAA", "me", "has no signature of a mail server"),
    ("chat.txt", "v=DKIM1; p=AAAA", "me", "has no signature of a mail server"),
]


def test_what_cannot_be_stored_is_said(opened: Vault, numbers: dict[str, str]) -> None:
    for name, record, origin, says in NOT_STORED:
        before = opened.read.exhibit(numbers[name]).statements
        with pytest.raises(UsageError, match=says):
            workflows.store_key(opened, numbers[name], record, origin=origin)
        assert opened.read.exhibit(numbers[name]).statements == before


def test_on_the_command_line(stage: Stage) -> None:
    brought.write_all(stage.folder, {"signed.eml": signing.signed(), "chat.txt": CHAT})
    (stage.folder / "record").write_text(signing.pair()[1], "utf-8")
    done = stage.inside(
        "import",
        H,
        "--incident",
        "INC-001",
        *P,
        "signed.eml",
        "chat.txt",
        "--indecent-images",
        "no",
        "--json",
    )
    mail, chat = (one["number"] for one in done.json["files"])
    key = ("exhibit", "key", H, mail, "--from", "the IT lead", *P)
    assert (
        stage.inside(*key, "--dkim", "record", "--json")
        .json["result"]
        .startswith("Passed with the stored key")
    )
    assert "read month first" in stage.inside("exhibit", "dates", H, chat, "--order", "month first", *P).out


def test_what_a_stranger_states_never_keeps_a_file_from_being_read(opened: Vault) -> None:
    """A bundle's statements are its sender's: no number and no length of them is more than a job may have."""
    at = datetime(2026, 3, 12, tzinfo=UTC)

    def said(field: str, value: str) -> Statement:
        return Statement("HXA/001", field, value, Source.TYPED, at, "Nadia Ellery", 9)

    hostile = {"date_order": said("date_order", "x" * 300_000)}
    for row in range(1, 100):
        hostile[f"mail_key.{row}.name"] = said(f"mail_key.{row}.name", f"s{row}._domainkey.a.example")
        record = "v=DKIM1; p=AAAA; n=" + ("\u00e9" if row % 2 else "e") * 15_000
        hostile[f"mail_key.{row}.record"] = said(f"mail_key.{row}.record", record[: 16_000 - row * 100])
    limits = workflows.helped(hostile, Limits())
    assert limits.answers == ()
    with Child() as child:
        assert child.read("mail", BytesIO(talks.mail()), limits).title
