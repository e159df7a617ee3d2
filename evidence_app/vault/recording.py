"""The one way to write into a vault, `record`: it appends the entry and brings the index up to date in one
transaction. Nothing else changes state, so there is nothing to forget to log.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from secrets import token_bytes

from sqlalchemy import Connection, exc, insert

from evidence_app import ledger
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import EvidenceError, StorageError, UserError
from evidence_app.records import Checkpoint, Entry, EntryKind, Owner, SignedCheckpoint, VaultLabel, Why
from evidence_app.vault import database, decode, disposal, index, numbering, schema
from evidence_app.vault.acts import Act
from evidence_app.vault.acts_safeguards import exhibit_locked_away
from evidence_app.vault.drafts import TAKES_AWAY, Drafts
from evidence_app.vault.originals import Originals

_BRING_IN = {
    EntryKind.EXHIBIT_CAPTURED,
    EntryKind.EXHIBIT_IMPORTED,
    EntryKind.EXHIBIT_EXAMINED,
    EntryKind.EXHIBIT_RECEIVED,
}
_ENTER = insert(schema.entries)
"""Made once: making a statement costs SQLAlchemy more than running it."""
_CHECKPOINT_EVERY = timedelta(hours=24)
_SAFE = "Nothing was added, and what the vault already holds is safe."
_UNCERTAIN = "What the vault already holds is safe; whether this was added is seen when it is next opened."


class Recording(Originals):
    """What a vault does to write: one at a time, from any thread. An act may take originals out of reach."""

    label: VaultLabel
    signing_key: SigningKey
    drafts: Drafts
    _writing: threading.RLock
    _writer: Connection
    _owner: Owner | None = None
    _checkpointed: datetime | None = None
    _suspect: bool = False
    _may_come_back: bool = False
    _closed: bool = False

    @property
    def owner(self) -> Owner:
        """Whose vault this is, from its first entry."""
        if self._owner is None:
            self._owner = decode.owner(self.read.entry(1))
        return self._owner

    @property
    def head(self) -> tuple[int, bytes]:
        """Number and link (32 bytes) of the newest entry; (0, link_0) for an empty record."""
        with self._writing:
            if self._head is None:
                self._head = self.read.head() or (0, ledger.first_link(self.label.vault_id))
            return self._head

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nothing else is recorded meanwhile: for a look at the record that decides what is recorded next."""
        with self._writing:
            yield

    def record(self, act: Act, *, by: str | None = None) -> Entry:
        """Append one act, durable on return."""
        return self.record_all([act], by=by)[0]

    def record_all(self, wanted: Iterable[Act], *, by: str | None = None) -> list[Entry]:
        """Append acts in one transaction, and what follows from them: all or none, durable on return.

        Raises `UsageError` for an incident or exhibit that does not exist, `StorageError`.
        """
        with self._writing:
            if self._closed:
                raise UserError("The vault is locked. Nothing was changed. Unlock it and try again.")
            person = self.owner.name if by is None else by
            seq, link = self.head
            written: list[Entry] = []
            try:
                with self._writer.begin():
                    for act in chain(wanted, self._following(written)):
                        seq += 1
                        body = ledger.encode_body(
                            seq,
                            act.kind,
                            datetime.now(UTC),
                            person,
                            platform.node(),
                            numbering.complete(act, lambda: self.owner.initials, self.read, self._writer),
                        )
                        salt = token_bytes(ledger.SALT_BYTES)
                        link = ledger.next_link(link, ledger.commitment(salt, body))
                        entry = ledger.parse_entry(seq, salt, body, link)
                        row = {"seq": seq, "body": body, "salt": salt, "commitment": entry.commitment}
                        self._writer.execute(_ENTER, row | {"link": link})
                        index.apply(self._writer, entry)
                        disposal.erase_bodies(self._writer, entry)
                        written.append(entry)
            except BaseException as error:
                self._head = None
                # A finished object may now be without an entry: recovered when the vault locks.
                self._suspect = True
                if isinstance(error, (exc.DBAPIError, MemoryError)):
                    raise database.explain(error, self._after(error)) from error
                raise
            self._head, self._may_come_back = (seq, link), False
            if any(entry.kind in TAKES_AWAY for entry in written):
                self.drafts.forget(self.is_gone)
            if self._checkpointed is not None:
                # The acts are durable whatever becomes of the checkpoint; the next act tries again.
                with suppress(EvidenceError):
                    self._checkpoint_when_due()
            return written

    def _after(self, error: Exception) -> str:
        """What is safe after acts failed: a word too much would be untrue."""
        self._may_come_back = database.may_come_back(error)
        with suppress(StorageError):
            self.surely_named()
        return _UNCERTAIN if self._may_come_back else _SAFE

    def surely_named(self) -> set[str]:
        """The ids of the objects that the record names; `StorageError` where it may come to name others."""
        with self._writing:
            if self._may_come_back:
                database.empty_log(self._writer)
                self._may_come_back = False
            return self.read.object_ids()

    def _following(self, written: Sequence[Entry]) -> Iterator[Act]:
        """What follows from acts, in their transaction: what came in with bytes that are locked away already
        is locked away too, however it came."""
        if any(one.kind in _BRING_IN for one in written):
            for name in self.read.to_lock_on(self._writer):
                yield exhibit_locked_away(name, Why.SAME_BYTES)

    def _checkpoint_when_due(self) -> None:
        """A signed checkpoint every day, also of a vault that is never locked."""
        last, now = self._checkpointed, datetime.now(UTC)
        if last is None or abs(now - last) > _CHECKPOINT_EVERY:
            self.checkpoint()

    def checkpoint(self) -> SignedCheckpoint:
        """Sign the size and head of the record as they are now, and keep the checkpoint."""
        with self._writing:
            size, link = self.head
            checkpoint = Checkpoint(self.label.vault_id, size, link, datetime.now(UTC))
            text = ledger.encode_checkpoint(checkpoint)
            signature = self.signing_key.sign(text, ledger.CHECKPOINT_NAMESPACE)
            try:
                with self._writer.begin():
                    self._writer.execute(insert(schema.checkpoints).values(text=text, signature=signature))
            except exc.DBAPIError as error:
                raise database.explain(error, _SAFE) from error
            self._checkpointed = checkpoint.time
            return SignedCheckpoint(ledger.parse_checkpoint(text), text, signature)
