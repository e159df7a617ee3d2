"""Small files that people name: read never further than needed, written whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from evidence_app import disk
from evidence_app.bundle import card
from evidence_app.errors import UsageError


def read_small(path: Path) -> bytes:
    """The bytes of a card, receipt or key file, never more than one may have. Raises `UsageError`."""
    try:
        with path.open("rb") as file:
            return file.read(card.MAX_CARD_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"The file {path} cannot be read ({error.strerror}). Nothing was changed. Check its name."
        ) from error


def read_text_file(path: Path) -> str:
    """A small text file such as an age key file; raises `UsageError`."""
    try:
        return read_small(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"The file {path} is not a text file. Nothing was changed.") from error


def read_card_file(path: Path) -> bytes:
    """The bytes of a contact card or receipt file, never more than one may have."""
    return read_small(path)


def write_new_file(
    path: Path, data: bytes | io.RawIOBase, before_publish: Callable[[], object] | None = None
) -> None:
    """Write a file that must not exist yet, whole or not at all. Raises `UsageError`, `StorageError`.

    `before_publish` is called when it is complete, still under a hidden name: the place to record the act.
    """
    with disk.explained(f"The file {path.name} was not written."):
        try:
            disk.write_new(path, data, before_publish)
        except FileExistsError as error:
            raise UsageError(
                f"There is already a file {path.name}. Nothing was written. Choose another name."
            ) from error
        except FileNotFoundError as error:
            raise UsageError(
                f"The folder {path.parent} does not exist. Nothing was written. Choose one that exists."
            ) from error
