"""A change of the sender's key inside a bundle: it has to lead from the first key to the present one."""

from __future__ import annotations

from hashlib import sha256

import pytest

from evidence_app import ledger
from evidence_app.bundle.content import tell
from evidence_app.bundle.verify import Altered
from evidence_app.crypto import key_change
from evidence_app.crypto.key_change import KeyChange
from evidence_app.crypto.sshsig import SignatureError, SigningKey, public_line
from evidence_app.records import EntryKind, Verdict
from tests import bundles
from tests.bundles import VAULT_ID, Sender, made_without_checks
from tests.unit.bundle.test_verify import fed

OLD = SigningKey(sha256(b"the first key").digest())
OTHER = SigningKey(sha256(b"somebody else").digest())


def sender_after(**wrong: object) -> Sender:
    """Helen, whose vault began under `OLD` and goes on under the key that her card has."""
    helen = Sender()
    began = dict(helen.entries[0].data)
    helen.entries.clear()
    first = wrong.pop("began", OLD)
    assert isinstance(first, SigningKey)
    helen.record(EntryKind.VAULT_CREATED, **(began | {"signing_key": public_line(first.public_key)}))
    helen.open_incident()
    link = ledger.chain(VAULT_ID, [one.commitment for one in helen.entries])
    said = {
        "vault_id": VAULT_ID,
        "size": 2,
        "link": link,
        "old": OLD.public_key,
        "new": helen.key.public_key,
        "recipient": helen.card.recipient,
        "time": "2026-03-12T12:02:00.000Z",
    }
    change = KeyChange(**(said | wrong))  # type: ignore[arg-type]
    keys = {one.public_key: one for one in (OLD, OTHER, helen.key)}
    by_old, by_new = key_change.sign(change, keys[change.old], keys[change.new])
    helen.record(
        EntryKind.VAULT_KEY_REPLACED,
        statement=change.text().decode(),
        by_old=by_old,
        by_new=by_new,
        signing_key=public_line(change.new),
        old_signing_key=public_line(change.old),
        recipient=change.recipient,
        left=[],
    )
    helen.capture("HXA/001", bundles.png(1))
    return helen


def verdict_on(helen: Sender) -> Verdict:
    try:
        return fed(made_without_checks(helen).items())
    except Altered as altered:
        return altered.verdict


def test_a_record_that_goes_on_under_another_key_is_unchanged() -> None:
    assert verdict_on(sender_after()).unchanged


@pytest.mark.parametrize(
    "wrong",
    [
        {"vault_id": "00000000-0000-4000-8000-000000000000"},
        {"size": 1},
        {"link": bytes(32)},
        {"new": OTHER.public_key},
        {"began": OTHER},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_change_that_leads_elsewhere_is_named(wrong: dict[str, object]) -> None:
    verdict = verdict_on(sender_after(**wrong))
    assert not verdict.unchanged
    assert {one.code for one in verdict.problems} & {"key-change-broken", "vault-differs"}


@pytest.mark.parametrize("which", ["by_old", "by_new", "statement"])
def test_a_change_that_was_not_signed_by_both_is_refused(which: str) -> None:
    helen = sender_after()
    entry = next(one for one in helen.entries if one.kind is EntryKind.VAULT_KEY_REPLACED)
    text = str(entry.data["statement"]).encode()
    forged = {
        "statement": str(entry.data["statement"]).replace("size 2", "size 3"),
        "by_old": OTHER.sign(text, key_change.NAMESPACE).decode(),
        "by_new": OTHER.sign(text, key_change.NAMESPACE).decode(),
    }
    again = sender_after()
    del again.entries[2:]
    again.record(EntryKind.VAULT_KEY_REPLACED, **(dict(entry.data) | {which: forged[which]}))
    with pytest.raises(SignatureError):
        tell(again.entries)
    again.capture("HXA/001", bundles.png(1))
    assert verdict_on_broken(again)


def verdict_on_broken(helen: Sender) -> bool:
    """A writer of ours refuses to seal it at all."""
    with pytest.raises(SignatureError):
        made_without_checks(helen)
    return True


@pytest.mark.parametrize(
    "text", ["", "evidence-key-change v1\n", "evidence-key-change v2\nvault x\n", "x" * 10_000]
)
def test_another_text_is_no_statement(text: str) -> None:
    with pytest.raises(SignatureError):
        key_change.check(text, "", "")
