"""The hash chain: pure functions, no I/O.

An entry is `body` (the bytes of a UTF-8 JSON object, never re-serialised for checking) and `salt`
(32 random bytes). Digests are 32 raw bytes. Source: resources/formats/vault.md, "The ledger".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from evidence_app.errors import IntegrityError, NewerFormatError
from evidence_app.records import Checkpoint, Entry, EntryKind

SALT_BYTES = 32
DIGEST_BYTES = 32
MAX_BODY_BYTES = 4 * 1024 * 1024
BODY_VERSION = 2
"""The greatest that is written and read; an entry has the smallest one that its content needs."""
CHECKPOINT_NAMESPACE = "evidence-ledger"
RECEIPT_NAMESPACE = "evidence-receipt"

_COMMIT = b"evidence/commit/1\n"
_VAULT = b"evidence/vault/1\n"
_LINK = b"evidence/link/1\n"
_VAULT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CHECKPOINT = re.compile(
    r"evidence-ledger v1\n"
    r"vault (?P<vault>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n"
    r"size (?P<size>0|[1-9][0-9]{0,15})\n"
    r"link (?P<link>[0-9a-f]{64})\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)\n"
)


class LedgerError(IntegrityError):
    """An entry, a link or a checkpoint does not follow from what stands before it."""


def _one_of_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


# Readers of other makes differ in what they take from such texts; here there is one reading or none.
_READER = json.JSONDecoder(object_pairs_hook=_one_of_each, parse_constant=_no_number)


def utc_text(moment: datetime) -> str:
    """`2026-03-12T14:32:07.123Z`, from an aware datetime of any zone."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is required")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_moment(text: str) -> datetime:
    """The inverse of `utc_text`; raises `LedgerError` for any other spelling."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text, re.ASCII):
        raise LedgerError(f"A time in the record is not written as expected: {text[:40]!r}.")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise LedgerError(f"A time in the record does not exist: {text!r}.") from error
    if utc_text(moment) != text:  # 24:00 is a time to some versions of Python
        raise LedgerError(f"A time in the record does not exist: {text!r}.")
    return moment


def encode_body(
    seq: int, kind: EntryKind, at: datetime, by: str, on: str, data: Mapping[str, object]
) -> bytes:
    """The body of a new entry. These bytes are what is hashed, stored and handed over."""
    entry = {
        "v": _version(kind, data),
        "seq": seq,
        "kind": kind.value,
        "at": utc_text(at),
        "by": by,
        "on": on,
        "data": data,
    }
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Half a character (from a window title or a file name) has no UTF-8 and must not stop a capture.
    body = text.encode("utf-8", "replace")
    if len(body) > MAX_BODY_BYTES:
        raise LedgerError("One entry of the record would be larger than 4 MiB.")
    return body


def _version(kind: EntryKind, data: Mapping[str, object]) -> int:
    """2 for an exhibit of several files, which a reader of version 1 would take for one; else 1."""
    return 2 if kind is EntryKind.EXHIBIT_CAPTURED and "files" in data else 1


def commitment(salt: bytes, body: bytes) -> bytes:
    """SHA-256 over the domain, the salt and the body: 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise LedgerError("The salt of an entry is not 32 bytes long.")
    return sha256(_COMMIT + salt + body).digest()


def first_link(vault_id: str) -> bytes:
    """`link_0`, which names the vault: 32 bytes."""
    if not _VAULT_ID.fullmatch(vault_id):
        raise LedgerError("The name of the ledger's vault is not a lower-case UUID.")
    return sha256(_VAULT + vault_id.encode("ascii")).digest()


def next_link(link: bytes, committed: bytes) -> bytes:
    """`link_n` from `link_(n-1)` and `commitment_n`: 32 bytes."""
    return sha256(_LINK + link + committed).digest()


def chain(vault_id: str, commitments: Iterable[bytes]) -> bytes:
    """The link after all the commitments, in order; `first_link` where there are none."""
    link = first_link(vault_id)
    for committed in commitments:
        if len(committed) != DIGEST_BYTES:
            raise LedgerError("A commitment is not 32 bytes long.")
        link = sha256(_LINK + link + committed).digest()
    return link


def parse_entry(seq: int, salt: bytes, body: bytes, link: bytes = b"") -> Entry:
    """Read a body back into a record; it must call itself number `seq`.

    Raises `LedgerError` for anything that `encode_body` would not write, `NewerFormatError` for a
    body of a later version.
    """
    committed = commitment(salt, body)
    if len(body) > MAX_BODY_BYTES:
        raise LedgerError(f"Entry {seq} of the record is larger than 4 MiB.")
    try:
        raw = _READER.decode(body.decode("utf-8"))
        # An escaped half of a character: harmless here, but nothing could write or show it later.
        if b"\\u" in body:
            json.dumps(raw, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise LedgerError(f"Entry {seq} of the record cannot be read.") from error
    if not isinstance(raw, dict):
        raise LedgerError(f"Entry {seq} of the record is not an object.")
    version = raw.get("v")
    if type(version) is int and version > BODY_VERSION:
        raise NewerFormatError(
            f"Entry {seq} was written by a newer version of Evidence. "
            "Nothing is lost. Update the program and try again."
        )
    if set(raw) != {"v", "seq", "kind", "at", "by", "on", "data"}:
        raise LedgerError(f"Entry {seq} of the record has missing or unknown fields.")
    kind, by, on, data = raw["kind"], raw["by"], raw["on"], raw["data"]
    if type(version) is not int or version < 1 or type(raw["seq"]) is not int:
        raise LedgerError(f"Entry {seq} of the record has no valid version or number.")
    if raw["seq"] != seq:
        raise LedgerError(f"Entry {seq} of the record calls itself entry {str(raw['seq'])[:20]}.")
    if not (isinstance(kind, str) and isinstance(by, str) and isinstance(on, str)):
        raise LedgerError(f"Entry {seq} of the record does not say what was done, by whom or where.")
    if not isinstance(data, dict) or not isinstance(raw["at"], str):
        raise LedgerError(f"Entry {seq} of the record has no data or no time.")
    try:
        known = EntryKind(kind)
    except ValueError as error:
        raise NewerFormatError(
            f"Entry {seq} is of a kind this version of Evidence does not know. "
            "Nothing is lost. Update the program and try again."
        ) from error
    if version != _version(known, data):
        raise LedgerError(f"Entry {seq} of the record does not have the version that its content needs.")
    return Entry(
        seq=seq,
        kind=known,
        at=utc_moment(raw["at"]),
        by=by,
        on=on,
        data=data,
        salt=salt,
        body=body,
        commitment=committed,
        link=link,
    )


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Five LF-ended ASCII lines, the text that the vault's key signs (namespace `evidence-ledger`)."""
    return (
        "evidence-ledger v1\n"
        f"vault {checkpoint.vault_id}\n"
        f"size {checkpoint.size}\n"
        f"link {checkpoint.link.hex()}\n"
        f"time {utc_text(checkpoint.time)}\n"
    ).encode("ascii")


def parse_checkpoint(text: bytes) -> Checkpoint:
    """The inverse of `encode_checkpoint`, byte for byte; raises `LedgerError` for anything else."""
    try:
        found = _CHECKPOINT.fullmatch(text.decode("ascii"))
    except UnicodeDecodeError as error:
        raise LedgerError("The checkpoint of the record cannot be read.") from error
    if found is None:
        raise LedgerError("The checkpoint of the record is not written as expected.")
    return Checkpoint(
        vault_id=found["vault"],
        size=int(found["size"]),
        link=bytes.fromhex(found["link"]),
        time=utc_moment(found["time"]),
    )
