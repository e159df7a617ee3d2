"""What this computer remembers of a vault outside of it: how far its record went, and where it ended.

An old copy that is put in the place of a vault is whole and checks; only somebody else's memory tells that it
is old. Beside the settings lies one: a size and a link for each vault, no name and no content. Whoever can
write there can change it, so it notices mistakes and hasty hands; a receipt or a time stamp notices more.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from evidence_app import paths
from evidence_app.errors import EvidenceError
from evidence_app.ledger import utc_moment, utc_text
from evidence_app.records import EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault.acts import Act
from evidence_app.vault.vault import Vault

HEADS: Final = "heads.json"
_MOST_BYTES: Final = 1024 * 1024
_MOST_VAULTS: Final = 1000


class How(StrEnum):
    """In which way a record is not the one that was remembered."""

    SHORTER = "shorter"
    OTHER = "other"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Head:
    """That at `size` entries the record of a vault ended in `link` (32 bytes), by this computer's clock."""

    size: int
    link: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Rewound:
    """A vault holds less than this computer had seen of it, `missing` entries at least, or something else."""

    seen: Head
    how: How
    missing: int

    @property
    def sentence(self) -> str:
        """What happened, what is safe, what to do."""
        day = f"{self.seen.at.astimezone():%d.%m.%Y}".lstrip("0")
        if self.how is How.RESTORED:
            return (
                f"The backup did not have the newest {self.missing} entries that this vault had on {day}. "
                "What it has is safe. If the vault that was lost turns up, keep it, and ask your IT lead."
            )
        lacks = f"{self.missing} entries" if self.missing else "entries"
        return (
            f"This is an older copy of your vault, or another one: it lacks {lacks} that were in it on "
            f"{day}. Nothing was changed, and this is noted in its record. Look for the newer one before "
            "you go on, and ask your IT lead."
        )


def remember(vault: Vault) -> None:
    """Keep how far the record goes now. A disk that takes nothing keeps no vault from work."""
    size, link = vault.head
    if not size:
        return
    with suppress(OSError):
        heads = _load()
        heads.pop(vault.label.vault_id, None)
        heads[vault.label.vault_id] = Head(size, link, datetime.now(UTC))
        _save(dict(list(heads.items())[-_MOST_VAULTS:]))


def notice(vault: Vault) -> Rewound | None:
    """Hold a vault against what is remembered of it, just after it was opened, and remember it anew.

    Where it is not what it was, that becomes an entry of its record, once, and is returned.
    """
    found = None
    with suppress(EvidenceError):
        found = _compare(vault)
        if found is not None:
            data = {
                "size": found.seen.size,
                "link": found.seen.link.hex(),
                "seen_at": utc_text(found.seen.at),
                "how": found.how.value,
            }
            vault.record(Act(EntryKind.VAULT_REWOUND, data))
    remember(vault)
    return found


def _compare(vault: Vault) -> Rewound | None:
    seen = _load().get(vault.label.vault_id)
    if seen is None or vault.read.link(seen.size) == seen.link:
        return None
    size = vault.head[0]
    restored = vault.read.latest(EntryKind.VAULT_RESTORED)
    if restored is not None:
        held = Fields(restored.data, f"Entry {restored.seq} of the record").number("entries")
        # What was remembered went on after the backup was made, in the vault that was lost.
        if held < seen.size:
            return Rewound(seen, How.RESTORED, seen.size - held)
    if seen.size > size:
        return Rewound(seen, How.SHORTER, seen.size - size)
    return Rewound(seen, How.OTHER, 0)


# --- the file ---------------------------------------------------------------------------------------


def _path() -> Path:
    return paths.user_config_dir() / HEADS


def _load() -> dict[str, Head]:
    """What is remembered; nothing where the file cannot be read."""
    try:
        with _path().open("rb") as file:
            heads = dict(json.loads(file.read(_MOST_BYTES))["heads"])
        found = {}
        for vault_id, raw in heads.items():
            one = Fields(raw, "What is remembered")
            link = bytes.fromhex(one.text("link"))
            found[str(vault_id)] = Head(one.number("size"), link, utc_moment(one.text("at")))
    except (OSError, ValueError, TypeError, KeyError, RecursionError, EvidenceError):
        return {}
    return found


def _save(heads: dict[str, Head]) -> None:
    path = _path()
    raw = {
        one: {"size": head.size, "link": head.link.hex(), "at": utc_text(head.at)}
        for one, head in heads.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="ascii") as file:
            json.dump({"v": 1, "heads": raw}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
