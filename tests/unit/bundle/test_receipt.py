"""Receipts: what is made is read, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from evidence_app.bundle.receipt import (
    MAX_RECEIPT_BYTES,
    ReceiptError,
    make_receipt,
    read_receipt,
)
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import NewerFormatError, NotOurFileError, UsageError
from evidence_app.records import Consistency, Dated, Receipt, SenderStatus, Witnessed
from tests.bundles import BUNDLE_ID, NOON, VAULT_ID, Sender, ruth

RUTH = ruth()
PLAIN = Receipt(
    bundle_id=BUNDLE_ID,
    digest="ab" * 32,
    sender_key=Sender().key.public_key,
    ledger=Witnessed(VAULT_ID, 12, bytes(range(32))),
    unchanged=True,
    sender=SenderStatus.CONFIRMED,
    dated=None,
    consistent=Consistency.FIRST,
    problems=(),
    at=NOON,
    name="Mrs Ruth Calloway",
    role="headteacher",
    school="Larkmere Academy",
    signing_key=RUTH.key.public_key,
)
GOOD = make_receipt(PLAIN, RUTH.key)


def signed(
    key: SigningKey = RUTH.key, namespace: str = "evidence-receipt", changes: dict[str, Any] | None = None
) -> bytes:
    line = json.loads(GOOD.split(b"\n")[0]) | (changes or {})
    text = json.dumps(line, separators=(",", ":")).encode() + b"\n"
    return text + key.sign(text, namespace)


def test_round_trip() -> None:
    assert read_receipt(GOOD) == PLAIN
    assert GOOD.isascii()
    altered = replace(
        PLAIN,
        unchanged=False,
        ledger=None,
        problems=("extra-file", "file-changed"),
        dated=Dated("A time stamp service", NOON),
        name="Siân Ŵyn-Jones",
        school="",
    )
    assert read_receipt(make_receipt(altered, RUTH.key)) == altered


@pytest.mark.parametrize(
    "changes",
    [
        {"bundle": "x"},
        {"bundle": BUNDLE_ID.upper()},
        {"digest": "AB" * 32},
        {"digest": "ab"},
        {"sender_key": "ssh-rsa AAAA"},
        {"unchanged": 1},
        {"unchanged": False},
        {"problems": ["file-changed"]},
        {"unchanged": False, "ledger": None, "problems": ["b", "a"]},
        {"unchanged": False, "ledger": None, "problems": ["a", "a"]},
        {"unchanged": False, "ledger": None, "problems": ["A b"]},
        {"unchanged": False, "problems": ["a"]},
        {"ledger": None},
        {"ledger": {"vault": VAULT_ID, "size": 0, "link": "00" * 32}},
        {"ledger": {"vault": VAULT_ID, "size": 12, "link": "00"}},
        {"ledger": {"vault": VAULT_ID, "size": 12, "link": "zz" * 32}},
        {"ledger": {"vault": VAULT_ID, "size": 12, "link": "00" * 32, "more": 1}},
        {"sender": "trusted"},
        {"consistent": "maybe"},
        {"dated": {"by": "", "at": "2026-03-12T12:00:00.000Z"}},
        {"at": "2026-03-12T12:00:00+00:00"},
        {"at": "2026-02-30T12:00:00.000Z"},
        {"by": {"name": "Mrs Ruth Calloway"}},
        {"more": 1},
        {"evidence-receipt": 0},
        {"evidence-receipt": True},
    ],
    ids=str,
)
def test_fields_that_do_not_fit(changes: dict[str, Any]) -> None:
    with pytest.raises(ReceiptError) as caught:
        read_receipt(signed(changes=changes))
    assert caught.value.code == "receipt-broken"


@pytest.mark.parametrize("name", ["", "Mrs\u202eRuth", " Ruth", "R" * 201])
def test_a_name_that_cannot_stand_in_a_receipt(name: str) -> None:
    with pytest.raises(UsageError, match="No receipt was issued"):
        make_receipt(replace(PLAIN, name=name), RUTH.key)
    with pytest.raises(ReceiptError) as caught:
        read_receipt(signed(changes={"by": json.loads(GOOD.split(b"\n")[0])["by"] | {"name": name}}))
    assert caught.value.code == "receipt-name"


def test_another_key_or_purpose_may_not_sign() -> None:
    for key, namespace in ((Sender("X", 9).key, "evidence-receipt"), (RUTH.key, "evidence-contact")):
        with pytest.raises(ReceiptError) as caught:
            read_receipt(signed(key, namespace))
        assert caught.value.code == "receipt-signature"
    with pytest.raises(ValueError, match="signed with the key"):
        make_receipt(PLAIN, Sender().key)
    with pytest.raises(ValueError, match="go together"):
        make_receipt(replace(PLAIN, unchanged=False), RUTH.key)


def test_other_files_and_newer_receipts() -> None:
    for data in (b"", b"{}", GOOD.split(b"\n")[0], b"\xef\xbb\xbf" + GOOD, GOOD + b" " * MAX_RECEIPT_BYTES):
        with pytest.raises(NotOurFileError):
            read_receipt(data)
    with pytest.raises(NewerFormatError):
        read_receipt(signed(changes={"evidence-receipt": 2}))
