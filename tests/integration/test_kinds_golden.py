"""The samples with an exhibit of every kind: opened as a vault, as a backup and as a bundle, for ever."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evidence_app import workflows
from evidence_app.bundle import read
from evidence_app.crypto import timestamp
from evidence_app.crypto.age import identities_from_text
from evidence_app.records import EntryKind, Method, ReadingKind, Trust
from evidence_app.vault import backup, check, drill, vault
from evidence_app.vault.vault import Vault
from tests.both_sides import check_agreement
from tests.golden.make_kinds import HERE, TARGET

SAMPLES = sorted(HERE.glob("kinds-*"))


@pytest.fixture(params=SAMPLES, ids=[path.name for path in SAMPLES], scope="module")
def sample(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def expected(sample: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample / "expected.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def opened(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """A copy, opened as a vault: opening writes into it."""
    folder = tmp_path_factory.mktemp("kinds") / "helen.evidence-vault"
    shutil.copytree(sample / "helen.evidence-backup", folder)
    secret = (sample / "passphrase.txt").read_text("utf-8").strip()
    with vault.unlock(folder, secret) as found:
        yield found


def originals(opened: Vault, expected: dict[str, Any]) -> None:
    for number, file, digest in expected["exhibits"]:
        data = opened.read_file(number, file) if file else opened.read_original(number)
        assert sha256(data).hexdigest() == digest, (number, file)


def test_there_is_one_of_the_current_formats() -> None:
    assert TARGET in SAMPLES


def test_a_vault_with_every_kind_opens_lists_and_gives_the_originals(
    opened: Vault, expected: dict[str, Any]
) -> None:
    assert check.check(opened).problems == ()
    assert opened.read.entry(expected["size"]).link.hex() == expected["link"]
    listed = {one.number: one for one in opened.read.exhibits("INC-001")}
    assert set(listed) == {number for number, _, _ in expected["exhibits"]}
    files = {(number, file.name) for number, one in listed.items() for file in one.files}
    assert files == {(number, file) for number, file, _ in expected["exhibits"] if file}
    originals(opened, expected)
    copy, of = expected["copy"]
    derived = listed[copy].derived
    assert derived is not None
    assert derived.origin.number == of
    assert len(listed[of].observed.series) == 3
    (page,) = (one for one in listed.values() if one.observed.page is not None)
    assert opened.read.entry(page.seq).body.startswith(b'{"v":2,')
    (film,) = (one for one in listed.values() if one.observed.recorded is not None)
    assert film.method is Method.RECORDING


def test_its_mail_and_chat_are_read(opened: Vault) -> None:
    named = {
        one.observed.file.name: one.number
        for one in opened.read.exhibits("INC-001")
        if one.observed.file is not None
    }
    mail, _ = workflows.look(opened, named["message.eml"])
    assert mail is not None
    assert mail.kind is ReadingKind.MAIL
    chat, _ = workflows.look(opened, named["WhatsApp Chat.zip"])
    assert chat is not None
    assert (chat.kind, chat.total) == (ReadingKind.CHAT, 3)


def test_a_backup_is_drilled_and_restored(
    sample: Path, opened: Vault, expected: dict[str, Any], tmp_path: Path
) -> None:
    secret = (sample / "passphrase.txt").read_text("utf-8").strip()
    folder = tmp_path / "backup"
    shutil.copytree(sample / "helen.evidence-backup", folder)
    found = drill.drill(folder, opened.identity)
    assert (found.entries, found.link) == (expected["size"], expected["link"])
    made, _ = backup.restore(folder, tmp_path / "helen.evidence-vault", secret)
    with made:
        assert made.read.entries(EntryKind.VAULT_RESTORED)
        originals(made, expected)


def test_a_bundle_is_unchanged_dated_and_gives_the_originals(sample: Path, expected: dict[str, Any]) -> None:
    bundle = sample / "INC-001.evidence"
    identities = identities_from_text((sample / "reader-key.txt").read_text("ascii"))
    pem = (sample / "time-stamp-root.pem").read_bytes()
    verdict = read.verify(bundle, identities, Trust(roots=timestamp.load_roots(pem)))
    assert verdict.facts is not None
    assert verdict.facts.digest == expected["digest"]
    assert list(verdict.facts.words) == expected["words"]
    assert list(verdict.facts.sender_words) == expected["sender_words"]
    assert verdict.dated is not None
    assert verdict.dated.at == datetime.fromisoformat(expected["dated"])
    for number, file, digest in expected["exhibits"]:
        found = read.open_file(bundle, identities, number, file)
        assert sha256(found.data.getvalue()).hexdigest() == digest, (number, file)
        assert found.sent is not None
    both = check_agreement(bundle, identities, roots=pem)
    assert both.state == "unchanged"
    assert both.dated == verdict.dated.at.strftime("%Y-%m-%dT%H:%M:%SZ")
