"""Unfinished forms: what was typed and is not recorded yet, so that no power cut or hurry costs it.

A draft is no act and stands in no record: it may be written over and thrown away. All of them are in one
age file to the vault's identity, replaced as a whole. Source: resources/formats/vault.md, "Drafts".
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from evidence_app import disk
from evidence_app.crypto import age
from evidence_app.errors import EvidenceError, IntegrityError, StorageError
from evidence_app.records import Draft, EntryKind, Said, Source
from evidence_app.records_json import Fields
from evidence_app.vault import layout

TAKES_AWAY: Final = frozenset({EntryKind.EXHIBIT_LOCKED_AWAY, EntryKind.EXHIBIT_DISPOSED})
"""After these, nothing that was typed about the exhibit may stay."""

_MOST_BYTES: Final = 64 * 1024 * 1024
_SAFE: Final = "What you typed still stands on the page, and what is sealed is safe."


class Drafts:
    """The drafts of an open vault. Safe to use from several threads."""

    def __init__(self, folder: Path, identity: age.Identity) -> None:
        self._path = folder / layout.DRAFTS
        self._new = folder / layout.DRAFTS_NEW
        self._identity = identity
        self._lock = threading.Lock()
        self._over = False
        self._kept: dict[tuple[str, str], Draft] | None = None

    def get(self, page: str, about: str) -> Draft | None:
        """The draft of a form; None where there is none."""
        with self._lock:
            return self._read().get((page, about))

    def all(self) -> tuple[Draft, ...]:
        """Every draft, newest first."""
        with self._lock:
            return tuple(sorted(self._read().values(), key=lambda one: one.at, reverse=True))

    def keep(
        self, page: str, about: str, said: Sequence[Said], still: Callable[[], bool] = lambda: True
    ) -> None:
        """Keep what stands in a form now, durable on return; a form with nothing in it has no draft.

        `still` is asked at the last moment: where it is False nothing is done, because something newer was
        kept or dropped meanwhile. Raises `StorageError`; then the earlier draft is still there, or this one.
        """
        with self._lock:
            kept = self._read()
            if self._over:
                return
            known = kept.get((page, about))
            if not still() or tuple(said) == (() if known is None else known.said):
                return
            changed = dict(kept)
            changed.pop((page, about), None)
            if said:
                changed[page, about] = Draft(page, about, datetime.now(UTC), tuple(map(_whole, said)))
            self._write(changed)

    def drop(self, page: str, about: str) -> None:
        """The form is done with, or was thrown away. Raises `StorageError`."""
        self.keep(page, about, ())

    @contextmanager
    def ending(self) -> Iterator[bytes]:
        """The drafts as they are written, in clear, while the vault gets another key. After a block without
        an exception nothing more is kept here: the file is another key's from then on."""
        with self._lock, disk.explained(_SAFE):
            yield _body(self._read())
            self._over = True

    def forget(self, gone: Callable[[str], bool]) -> None:
        """Drop every draft about what is gone. What the disk does not allow now is done with the next one."""
        with self._lock, suppress(StorageError):
            kept = self._read()
            if self._over:
                return
            left = {key: one for key, one in kept.items() if not (one.about and gone(one.about))}
            if left != kept:
                self._write(left)

    # --- the file --------------------------------------------------------------------------------------

    def _read(self) -> dict[tuple[str, str], Draft]:
        if self._kept is None:
            with disk.explained(_SAFE):
                self._kept = self._load()
        return self._kept

    def _load(self) -> dict[tuple[str, str], Draft]:
        """The drafts of the file; one that cannot be read is put aside and never keeps a vault from work."""
        try:
            with self._path.open("rb") as file:
                sealed = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return {}
        try:
            if len(sealed) > _MOST_BYTES:
                raise IntegrityError("The drafts are larger than any that this program writes.")
            raw = json.loads(age.decrypt(sealed, [self._identity]))
            found = [_draft(Fields(one, "A draft")) for one in Fields(raw, "The drafts").items("drafts")]
        except (EvidenceError, ValueError, RecursionError):
            self._path.replace(self._path.with_name(layout.DRAFTS_DAMAGED))
            return {}
        return {(one.page, one.about): one for one in found}

    def _write(self, drafts: dict[tuple[str, str], Draft]) -> None:
        body = _body(drafts)
        self._kept = None  # read again what is there, should this fail half way
        with disk.explained(_SAFE):
            if drafts:
                with open(self._new, "wb", opener=_private) as file:
                    file.write(age.encrypt(body, [self._identity.recipient]))
                    file.flush()
                    os.fsync(file.fileno())
                self._new.replace(self._path)
            else:
                self._path.unlink(missing_ok=True)
            disk.sync_folder(self._path.parent)
        self._kept = drafts


def _body(drafts: dict[tuple[str, str], Draft]) -> bytes:
    return json.dumps({"v": 1, "drafts": [_raw(one) for one in drafts.values()]}).encode()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _whole(said: Said) -> Said:
    """Half characters, which no file can hold, are replaced."""
    return replace(said, value=said.value.encode("utf-8", "replace").decode("utf-8"))


def _raw(one: Draft) -> dict[str, object]:
    said = [{"field": each.field, "value": each.value, "source": each.source.value} for each in one.said]
    return {"page": one.page, "about": one.about, "at": one.at.isoformat(), "said": said}


def _draft(fields: Fields) -> Draft:
    parts = [Fields(each, "A draft") for each in fields.items("said")]
    said = tuple(Said(one.text("field"), one.text("value"), Source(one.text("source"))) for one in parts)
    return Draft(fields.text("page"), fields.text("about"), fields.moment("at"), said)
