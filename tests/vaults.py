"""Vaults for tests: how to make and fill one, read it by hand and tamper with it.

The fixtures are in tests/vault_fixtures.py.
"""

from __future__ import annotations

import hashlib
import hmac
import io
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from evidence_app import ledger
from evidence_app.crypto import bech32
from evidence_app.crypto.age import Identity
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.records import (
    Area,
    Entry,
    Level,
    Method,
    Monitor,
    Observed,
    Role,
    Said,
    Source,
    StopAnswer,
    StoredObject,
    WindowInfo,
)
from evidence_app.vault import acts, keys, layout, vault
from evidence_app.vault.acts_safeguards import stop_answered
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault

PASSPHRASE = "copper lantern quiet meadow"
LIGHT_WORK_FACTOR = 10


@dataclass(frozen=True)
class Sample:
    """A locked vault on disk with everything that opens it."""

    folder: Path
    identity: Identity
    words: str
    passphrase: str = PASSPHRASE

    def open(self) -> Vault:
        """With the identity itself: scrypt is not what these tests are about."""
        return Vault.open(self.folder, self.identity, slot=Slot.PASSPHRASE)


@contextmanager
def light_key_slots() -> Iterator[None]:
    """New vaults get key slots of work factor 10 instead of 18: the time of scrypt is no subject here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "WORK_FACTOR", LIGHT_WORK_FACTOR)
        yield


def make_sample(folder: Path, then: Callable[[Vault], None] = lambda _: None) -> Sample:
    """Helen Ashdown's new vault, `then` filled, then locked."""
    with light_key_slots():
        opened, words = vault.create(
            folder, name="Helen Ashdown", role=Role.STAFF, school="Larkmere Academy", passphrase=PASSPHRASE
        )
    with opened:
        then(opened)
        return Sample(folder, opened.identity, words)


def fill(opened: Vault) -> None:
    """Entries 3 to 9 of the template."""
    opened.record(acts.incident_opened("Anonymous posts"))
    opened.record(acts.incident_opened("A copied photograph"))
    capture(opened, png(1), "INC-001")
    capture(opened, png(2), "INC-001")
    capture(opened, png(3), None)
    opened.record(
        acts.exhibit_stated(
            "HXA/001", [Said("address", "https://social.example/@larkmere_truth/9", Source.PASTED)]
        )
    )
    opened.record(
        acts.incident_stated("INC-001", [Said("title", "Anonymous posts about staff", Source.TYPED)])
    )


def png(number: int, size: int = 3000) -> bytes:
    """Bytes that begin like a PNG of 640 x 480 and are never the same for two numbers."""
    start = b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d49484452") + (640).to_bytes(4) + (480).to_bytes(4)
    seed = number.to_bytes(8)
    blocks = (size + 31) // 32
    rest = b"".join(hashlib.sha256(seed + at.to_bytes(4)).digest() for at in range(blocks))
    return (start + rest)[:size]


def observed(method: Method = Method.MONITOR, title: str = "Larkmere truth - Browser") -> Observed:
    """What a capture of one monitor observes."""
    moment = datetime(2026, 3, 12, 14, 32, 7, 123456, UTC)
    area = Area(0, 0, 640, 480)
    return Observed(
        method=method,
        utc=moment,
        local=moment.astimezone(timezone(timedelta(hours=1))),
        zone="BST",
        clock="this computer's clock, not checked",
        computer="staffroom-4",
        user="hashdown",
        system="Debian 12",
        software="Evidence 0.1",
        monitors=(Monitor(1, area, "HDMI-1", primary=True),),
        monitor=1,
        area=area,
        window=WindowInfo(title, "browser", 4242, area),
        width=640,
        height=480,
    )


def capture(opened: Vault, data: bytes, incident: str | None = None, title: str = "A page") -> Entry:
    """What the shutter does: the object first, then the entry."""
    stored = opened.objects.put(data, "image/png")
    return opened.record(acts.exhibit_captured(stored, observed(title=title), incident, Level.SCREEN))


def no_stop(opened: Vault, incident: str | None = "INC-001") -> None:
    """Answer the question of 8.1 with "no", as a person does before the first picture; once is enough."""
    if opened.read.stop_answer(incident) is None:
        opened.record(stop_answered(incident, StopAnswer.NO))


def stored_of(opened: Vault, number: str) -> StoredObject:
    return opened.read.exhibit(number).stored


# --- the other side: nothing below uses the program's own derivations -------------------------------


def hkdf_by_hand(key: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) with an empty salt, 32 bytes long."""
    extracted = hmac.new(bytes(32), key, "sha256").digest()
    return hmac.new(extracted, info + b"\x01", "sha256").digest()


def raw_key(identity_text: str) -> bytes:
    """The 32 bytes inside `AGE-SECRET-KEY-1…`."""
    return bech32.decode(identity_text)[1]


def connect_by_hand(folder: Path, identity: Identity, **options: Any) -> Any:
    """The ledger database by sqlcipher3 alone, without any of the program's pragmas but the key."""
    key = hkdf_by_hand(raw_key(identity.to_string()), b"evidence/ledger-database/1")
    connection = sqlcipher.connect(str(folder / "ledger.db"), isolation_level=None, **options)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


@contextmanager
def tampering(sample: Sample) -> Iterator[Any]:
    """The database of a locked vault, all triggers off: somebody with the key and no scruples."""
    with closing(connect_by_hand(sample.folder, sample.identity)) as connection:
        names = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]
        for name in names:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        yield connection


def relink(connection: Any, vault_id: str) -> None:
    """Recompute every commitment and link, so that the chain itself fits again."""
    link = ledger.first_link(vault_id)
    for seq, body, salt in connection.execute("SELECT seq, body, salt FROM entries ORDER BY seq").fetchall():
        committed = ledger.commitment(salt, body)
        link = ledger.next_link(link, committed)
        connection.execute(
            "UPDATE entries SET commitment = ?, link = ? WHERE seq = ?", (committed, link, seq)
        )


def change(connection: Any, seq: int, old: bytes, new: bytes) -> None:
    """Put other words into the body of one entry."""
    (body,) = connection.execute("SELECT body FROM entries WHERE seq = ?", (seq,)).fetchone()
    assert old in body
    connection.execute("UPDATE entries SET body = ? WHERE seq = ?", (body.replace(old, new), seq))


def rewrite(sample: Sample, alter: Callable[[Any], object]) -> None:
    """Rewrite the past of a locked vault so that the vault itself is in order: what its owner could do.

    After `alter`, which gets the connection, commitments, links and checkpoints are made anew and signed,
    and the index is left to be derived again.
    """
    vault_id = layout.read_label(sample.folder).vault_id
    key = SigningKey(sample.identity.derive(layout.SIGNING_KEY_INFO))
    with tampering(sample) as connection:
        alter(connection)
        relink(connection, vault_id)
        connection.execute("DROP TABLE acts")
        links = dict(connection.execute("SELECT seq, link FROM entries").fetchall())
        old = connection.execute("SELECT text FROM checkpoints ORDER BY number").fetchall()
        promised = [ledger.parse_checkpoint(text) for (text,) in old]
        connection.execute("DELETE FROM checkpoints")
        for one in promised:
            if one.size in links:
                text = ledger.encode_checkpoint(replace(one, link=links[one.size]))
                connection.execute(
                    "INSERT INTO checkpoints (text, signature) VALUES (?, ?)",
                    (text, key.sign(text, ledger.CHECKPOINT_NAMESPACE)),
                )


def files_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def occurrences(folder: Path, marker: str) -> list[Path]:
    """Files that hold the marker in any of the usual encodings."""
    wanted = [marker.encode(form) for form in ("utf-8", "utf-16-le", "utf-16-be")]
    return [path for path in files_under(folder) if any(one in path.read_bytes() for one in wanted)]


class Trickle(io.RawIOBase):
    """A source that gives `data` and calls `between` before each block."""

    def __init__(self, data: bytes, between: Callable[[], None]) -> None:
        super().__init__()
        self._data, self._between = data, between

    def read(self, size: int = -1, /) -> bytes:
        self._between()
        size = len(self._data) if size < 0 else size
        given, self._data = self._data[:size], self._data[size:]
        return given
