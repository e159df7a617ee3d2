"""Names inside a vault folder, format version 1 (resources/formats/vault.md)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import UUID

from evidence_app.errors import NewerFormatError, NotOurFileError
from evidence_app.records import VaultLabel

FORMAT = 1
SUFFIX = ".evidence-vault"

LABEL = "vault.json"
KEYS = "keys"
LEDGER = "ledger.db"
OBJECTS = "objects"
INTERRUPTED = "interrupted"
LOCK = "lock"
INDEX_CHECK = "index-check.part"
FAILED = "failed.json"
DRAFTS = "drafts.age"
DRAFTS_NEW = "drafts.new"
DRAFTS_DAMAGED = "drafts.damaged"

# What the identity is expanded to (HKDF-SHA256, empty salt, these bytes as info).
DATABASE_KEY_INFO = b"evidence/ledger-database/1"
SIGNING_KEY_INFO = b"evidence/signing/1"
RECEIVED_MARK_INFO = b"evidence/received-mark/1"

_OBJECT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAX_LABEL_BYTES = 4096


def object_path(folder: Path, object_id: str) -> Path:
    """`objects/ab/<uuid>.age`; the id is checked, so a name can never lead elsewhere."""
    if not _OBJECT_ID.fullmatch(object_id):
        raise ValueError(f"not an object id: {object_id!r}")
    return folder / OBJECTS / object_id[:2] / f"{object_id}.age"


def is_object_path(path: Path) -> bool:
    """Whether the last two parts of a path are those that `object_path` gives."""
    return (
        bool(_OBJECT_ID.fullmatch(path.stem)) and path.suffix == ".age" and path.parent.name == path.stem[:2]
    )


def label_bytes(vault_id: UUID) -> bytes:
    """The content of `vault.json`: no secret, nothing personal."""
    return json.dumps({"format": FORMAT, "vault": str(vault_id)}, indent=1).encode() + b"\n"


def read_label(folder: Path) -> VaultLabel:
    """What can be told of a locked vault; raises `NotOurFileError` or `NewerFormatError`."""
    nothing = f"There is no Evidence vault at {folder}. Nothing was changed. Check the folder's name."
    try:
        with (folder / LABEL).open("rb") as file:
            raw = json.loads(file.read(_MAX_LABEL_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise NotOurFileError(nothing) from error
    if not isinstance(raw, dict) or type(raw.get("format")) is not int:
        raise NotOurFileError(nothing)
    if raw["format"] > FORMAT:
        raise NewerFormatError(
            "This vault was made by a newer version of Evidence. "
            "Nothing is lost. Update the program, then open it again."
        )
    vault_id = raw.get("vault")
    if raw["format"] != FORMAT or not isinstance(vault_id, str) or not _OBJECT_ID.fullmatch(vault_id):
        raise NotOurFileError(nothing)
    return VaultLabel(path=str(folder), vault_id=vault_id)
