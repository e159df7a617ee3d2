"""Locked away inside other files too: a mail with its attachments, an attachment with its mail."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.errors import LockedAwayError
from evidence_app.records import EntryKind, StopAnswer
from evidence_app.vault import check
from evidence_app.vault.vault import Vault
from evidence_app.workflows.importing import Batch, Brought, Outcome, bring_in
from tests.desks import picture

pytest_plugins = ["tests.vault_fixtures"]

ONE, OTHER = picture(21).png, picture(22).png


def mail(path: Path, *pictures: bytes) -> Path:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "tom@post.example", "helen@post.example", "Look"
    message.set_content("See what they sent round.")
    for at, data in enumerate(pictures):
        message.add_attachment(data, "image", "png", filename=f"picture-{at}.png")
    path.write_bytes(bytes(message))
    return path


def chat(path: Path, *pictures: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "one\n")
        for at, data in enumerate(pictures):
            archive.writestr(f"picture-{at}.png", data)
    return path


def bring(vault: Vault, *paths: Path) -> tuple[Brought, ...]:
    return bring_in(vault, "INC-001", files.found(paths), Batch(StopAnswer.NO))


def number_of(vault: Vault, data: bytes) -> str:
    return next(
        one.number for one in vault.read.exhibits("INC-001") if vault_bytes(vault, one.number) == data
    )


def vault_bytes(vault: Vault, number: str) -> bytes:
    try:
        return vault.read_original(number)
    except LockedAwayError:
        return b""


def locked(vault: Vault) -> set[str]:
    return {one.number for one in vault.read.exhibits("INC-001") if vault.is_locked_away(one.number)}


def test_a_mail_goes_with_its_attachments(opened: Vault, tmp_path: Path) -> None:
    (whole,) = bring(opened, mail(tmp_path / "a.eml", ONE, OTHER))
    assert len(whole.parts) == 2
    names = workflows.lock_away(opened, whole.number)
    assert set(names) == {whole.number, *whole.parts} == locked(opened)
    for name in names:
        with pytest.raises(LockedAwayError):
            opened.read_original(name)
    assert check.check(opened).problems == ()


def test_an_attachment_goes_with_every_file_that_has_it_inside(opened: Vault, tmp_path: Path) -> None:
    """The mail has its bytes too; the other attachment does not."""
    (whole,) = bring(opened, mail(tmp_path / "a.eml", ONE, OTHER))
    (packed,) = bring(opened, chat(tmp_path / "b.zip", ONE))
    (harmless,) = bring(opened, chat(tmp_path / "c.zip", OTHER))
    bad, good = number_of(opened, ONE), number_of(opened, OTHER)
    workflows.lock_away(opened, bad)
    assert locked(opened) == {bad, whole.number, packed.number}
    assert opened.read_original(good) == OTHER
    assert not opened.is_locked_away(harmless.number)


def test_a_picture_that_was_there_before_the_mail(opened: Vault, tmp_path: Path) -> None:
    """It is not kept twice, so nothing ties it to the mail but its bytes."""
    (tmp_path / "x.png").write_bytes(ONE)
    (alone,) = bring(opened, tmp_path / "x.png")
    (whole,) = bring(opened, mail(tmp_path / "a.eml", ONE))
    assert whole.parts == ()
    workflows.lock_away(opened, alone.number)
    assert locked(opened) == {alone.number, whole.number}
    workflows.lock_away(opened, whole.number)


def test_what_comes_in_with_it_inside_is_locked_away_at_once(opened: Vault, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(ONE)
    (alone,) = bring(opened, tmp_path / "x.png")
    workflows.lock_away(opened, alone.number)
    (whole,) = bring(opened, mail(tmp_path / "a.eml", ONE))
    (packed,) = bring(opened, chat(tmp_path / "b.zip", ONE))
    (harmless,) = bring(opened, mail(tmp_path / "c.eml", OTHER))
    assert {alone.number, whole.number, packed.number} <= locked(opened)
    assert harmless.outcome is Outcome.KEPT
    assert "locked away too" in whole.sentence
    assert whole.parts == ()
    assert not opened.is_locked_away(harmless.number)
    assert check.check(opened).problems == ()


def test_without_the_rule_the_mail_would_show_it(
    opened: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (whole,) = bring(opened, mail(tmp_path / "a.eml", ONE))
    monkeypatch.setattr(type(opened.read), "holding", lambda *_: ())
    monkeypatch.setattr(type(opened.read), "to_lock_on", lambda *_: ())
    workflows.lock_away(opened, whole.parts[0])
    assert locked(opened) == set(whole.parts)
    assert opened.read_original(whole.number)


def test_the_index_follows_from_the_entries(opened: Vault, tmp_path: Path) -> None:
    (whole,) = bring(opened, mail(tmp_path / "a.eml", ONE, OTHER))
    (entry,) = opened.read.entries(EntryKind.EXHIBIT_EXAMINED)[-1:]
    assert len(entry.data["inside"]) == 2  # type: ignore[arg-type]
    assert len(opened.read.inside([whole.number])) == 2
    assert check.check(opened).problems == ()
