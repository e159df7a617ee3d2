"""Receipts, `.evidence-receipt`: what a reader found in a bundle, signed with the reader's own key.

A receipt shows that the holder of a key made this statement, and nothing about the name in it or the
time. Source: resources/formats/bundle.md, "The receipt".
"""

from __future__ import annotations

import json
import re
import shlex
from typing import Final

from evidence_app.bundle import layout
from evidence_app.bundle.text import flaw_of_line, from_json
from evidence_app.crypto.sshsig import (
    SignatureError,
    SigningKey,
    allowed_signers_line,
    key_from_public_line,
    public_line,
    verify,
)
from evidence_app.errors import IntegrityError, NewerFormatError, NotOurFileError, UsageError
from evidence_app.ledger import utc_moment, utc_text
from evidence_app.records import (
    Consistency,
    ContactCard,
    Dated,
    Receipt,
    SenderStatus,
    Verdict,
    Witnessed,
)
from evidence_app.records_json import Fields

RECEIPT_FORMAT: Final = 1
SUFFIX: Final = ".evidence-receipt"
MAX_RECEIPT_BYTES: Final = 16 * layout.KIB
MAX_CODES: Final = 100
_KIND: Final = "evidence-receipt"
_WHAT: Final = "The receipt"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_WORDS: Final = ("name", "role", "school")


class ReceiptError(IntegrityError):
    """A receipt that does not check; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def receipt_of(verdict: Verdict, reader: ContactCard) -> Receipt:
    """What `reader` has to say about a checked bundle; `UsageError` where it does not say which it is."""
    facts = verdict.facts
    if facts is None or not _UUID.fullmatch(facts.bundle_id) or not _DIGEST.fullmatch(facts.digest):
        raise UsageError(
            "Too much of this bundle is missing or altered: it cannot be said which one it is. "
            "No receipt was issued. Keep the file and ask the sender for a new copy."
        )
    seen = facts.checkpoint if verdict.unchanged else None
    return Receipt(
        bundle_id=facts.bundle_id,
        digest=facts.digest,
        sender_key=facts.sender_key,
        ledger=None if seen is None else Witnessed(seen.vault_id, seen.size, seen.link),
        unchanged=verdict.unchanged,
        sender=verdict.sender,
        dated=verdict.dated,
        consistent=verdict.consistent,
        problems=tuple(sorted({one.code for one in verdict.problems})[:MAX_CODES]),
        at=verdict.checked_at,
        name=reader.name,
        role=reader.role,
        school=reader.school,
        signing_key=reader.signing_key,
    )


def make_receipt(receipt: Receipt, key: SigningKey) -> bytes:
    """The bytes of a receipt file: one line of ASCII JSON, then the signature over that line.

    Raises `UsageError` for a name, role or school that cannot stand in it; ValueError where `key` is not
    the key in the receipt or the answers do not go together.
    """
    if key.public_key != receipt.signing_key:
        raise ValueError("a receipt is signed with the key that stands in it")
    if not _fits(receipt):
        raise ValueError("these answers do not go together")
    for name in _WORDS:
        flaw = _flaw(name, receipt)
        if flaw is not None:
            raise UsageError(f"The {name} {flaw}. No receipt was issued. Write it as one plain line.")
    text = _text(receipt)
    return text + key.sign(text, layout.RECEIPT_NAMESPACE)


def read_receipt(data: bytes) -> Receipt:
    """Read a receipt and check its own signature.

    Raises `NotOurFileError` (no receipt at all), `NewerFormatError`, or `ReceiptError` with a `code`:
    `receipt-broken`, `receipt-name` or `receipt-signature`.
    """
    text, newline, signature = data.partition(b"\n")
    if len(data) > MAX_RECEIPT_BYTES or not text.startswith(b'{"evidence-receipt":') or not newline:
        raise NotOurFileError("This file is not an Evidence receipt, or the copy is incomplete.")
    text += newline
    receipt = _parse(text)
    try:
        verify(text, signature, layout.RECEIPT_NAMESPACE, key=receipt.signing_key)
    except SignatureError as error:
        raise ReceiptError(
            "receipt-signature",
            "The receipt was changed after it was made: its signature does not fit. "
            "Nothing was recorded. Ask the reader for a new receipt.",
        ) from error
    return receipt


def by_hand(signing_key: bytes, file_name: str) -> tuple[str, ...]:
    """The commands that check the file of a receipt by this key without the program, for a POSIX shell."""
    file = shlex.quote(f"./{file_name}")
    signer = allowed_signers_line("reader", signing_key, [layout.RECEIPT_NAMESPACE])
    verify_it = f"ssh-keygen -Y verify -f allowed_signers -I reader -n {layout.RECEIPT_NAMESPACE}"
    return (
        f"head -n 1 {file} > said.txt",
        f"tail -n +2 {file} > said.sig",
        f"echo '{signer}' > allowed_signers",
        f"{verify_it} -s said.sig < said.txt",
    )


def _text(receipt: Receipt) -> bytes:
    ledger, dated = receipt.ledger, receipt.dated
    fields = {
        _KIND: RECEIPT_FORMAT,
        "bundle": receipt.bundle_id,
        "digest": receipt.digest,
        "sender_key": public_line(receipt.sender_key),
        "ledger": None
        if ledger is None
        else {"vault": ledger.vault_id, "size": ledger.size, "link": ledger.link.hex()},
        "unchanged": receipt.unchanged,
        "sender": receipt.sender.value,
        "dated": None if dated is None else {"by": dated.by, "at": utc_text(dated.at)},
        "consistent": receipt.consistent.value,
        "problems": list(receipt.problems),
        "at": utc_text(receipt.at),
        "by": {
            "name": receipt.name,
            "role": receipt.role,
            "school": receipt.school,
            "signing_key": public_line(receipt.signing_key),
        },
    }
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def _flaw(name: str, receipt: Receipt) -> str | None:
    text: str = getattr(receipt, name)
    return None if name == "school" and not text else flaw_of_line(text)


def _fits(receipt: Receipt) -> bool:
    """Whether everything is spelt as it must be and nothing contradicts anything else."""
    ledger, dated, codes = receipt.ledger, receipt.dated, receipt.problems
    return (
        _UUID.fullmatch(receipt.bundle_id) is not None
        and _DIGEST.fullmatch(receipt.digest) is not None
        and receipt.unchanged == (not codes) == (ledger is not None)
        and all(_CODE.fullmatch(code) for code in codes)
        and list(codes) == sorted(set(codes))
        and len(codes) <= MAX_CODES
        and (dated is None or flaw_of_line(dated.by) is None)
        and (
            ledger is None
            or (_UUID.fullmatch(ledger.vault_id) is not None and ledger.size >= 1 and len(ledger.link) == 32)
        )
    )


def _parse(text: bytes) -> Receipt:
    broken = ReceiptError(
        "receipt-broken", "The receipt cannot be read. Nothing was recorded. Ask the reader for a new one."
    )
    try:
        fields = Fields(from_json(text, _WHAT), _WHAT)
        if fields.number(_KIND) > RECEIPT_FORMAT:
            raise NewerFormatError(
                "This receipt was made by a newer version of Evidence. "
                "Nothing is lost. Update the program and try again."
            )
        receipt = _receipt(fields)
        # One spelling only: no field more, none twice, none in another order.
        if not _fits(receipt) or _text(receipt) != text:
            raise broken
    except (NewerFormatError, ReceiptError):
        raise
    except (IntegrityError, ValueError) as error:
        raise broken from error
    for name in _WORDS:
        flaw = _flaw(name, receipt)
        if flaw is not None:
            raise ReceiptError(
                "receipt-name",
                f"The {name} on the receipt {flaw}. Nothing was recorded. Ask the reader for a new receipt.",
            )
    return receipt


def _receipt(fields: Fields) -> Receipt:
    ledger, dated, by = fields.optional_fields("ledger"), fields.optional_fields("dated"), fields.fields("by")
    return Receipt(
        bundle_id=fields.text("bundle"),
        digest=fields.text("digest"),
        sender_key=key_from_public_line(fields.text("sender_key")),
        ledger=None
        if ledger is None
        else Witnessed(ledger.text("vault"), ledger.number("size"), bytes.fromhex(ledger.text("link"))),
        unchanged=fields.flag("unchanged"),
        sender=SenderStatus(fields.text("sender")),
        dated=None if dated is None else Dated(dated.text("by"), utc_moment(dated.text("at"))),
        consistent=Consistency(fields.text("consistent")),
        problems=fields.texts("problems"),
        at=utc_moment(fields.text("at")),
        name=by.text("name"),
        role=by.text("role"),
        school=by.text("school"),
        signing_key=key_from_public_line(by.text("signing_key")),
    )
