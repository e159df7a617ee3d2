"""Files that somebody brings in: found, opened and described as the file system describes them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Final

from evidence_app.characters import visible
from evidence_app.errors import UserError
from evidence_app.records import BroughtIn

MOST_FILES: Final = 5_000
_DEEPEST: Final = 32
_EARLIEST: Final = 1971
_NOT_MEANT: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX"})
"""What systems put into folders by themselves."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be brought in. `folder`: where it lay below the folder that was chosen, else empty."""

    path: Path
    folder: str = ""

    @property
    def name(self) -> str:
        return text_of(self.path.name)


def found(chosen: Sequence[Path]) -> list[Found]:
    """The files among these and in these folders, in the order in which they were chosen, each once.

    Links inside folders are not followed. Raises `UserError` for what is not there, and for more files than
    can be looked through at one time.
    """
    files: list[Found] = []
    for path in chosen:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise UserError(
                f"“{shown(path.name)}” cannot be found or read ({error.strerror or 'not a name'}). "
                "Nothing was brought in. Check where it is, and try again."
            ) from error
        except ValueError as error:  # a NUL in the name
            raise UserError(
                "This is no name of a file. Nothing was brought in. Choose the file anew."
            ) from error
        files += _inside(path) if stat.S_ISDIR(mode) else [Found(path)]
        if len(files) > MOST_FILES:
            raise UserError(
                f"There are more than {MOST_FILES:,} files. Nothing was brought in. Choose fewer at one time."
            )
    return list({os.path.abspath(one.path): one for one in files}.values())  # noqa: PTH100  (no link resolved)


def _inside(top: Path) -> Iterator[Found]:
    start = len(top.parts)
    for folder, folders, names in os.walk(top):
        here = Path(folder)
        folders[:] = sorted(one for one in folders if one not in _NOT_MEANT and not (here / one).is_symlink())
        if len(here.parts) - start >= _DEEPEST:
            folders.clear()
        below = text_of(str(Path(top.name, *here.parts[start:])))
        for name in sorted(names):
            if name not in _NOT_MEANT and (here / name).is_file() and not (here / name).is_symlink():
                yield Found(here / name, below)


def opened(file: Found) -> tuple[FileIO, BroughtIn, int]:
    """The file, open at its beginning, with what is known of it and its size in bytes.

    Raises `UserError` for what is no file, or cannot be opened.
    """
    try:
        # A pipe would wait for a writer; a link that was chosen itself is followed.
        handle = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise UserError(
            f"“{shown(file.path.name)}” cannot be opened ({error.strerror}). Nothing of it was kept. "
            "Copy it to this computer, and try again."
        ) from error
    source = FileIO(handle, "rb")
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode):
        source.close()
        raise UserError(f"“{shown(file.path.name)}” is no file. Nothing of it was kept.")
    made = getattr(facts, "st_birthtime", None)
    known = BroughtIn(
        name=file.name, folder=file.folder, modified=_moment(facts.st_mtime), created=_moment(made)
    )
    return source, known, facts.st_size


def _moment(seconds: float | None) -> datetime | None:
    if seconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment if _EARLIEST <= moment.year <= 9000 else None


def text_of(name: str) -> str:
    """A name as text; bytes that are no UTF-8 stand as their numbers after a backslash."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def shown(name: str, most: int = 60) -> str:
    """A name to be shown: every character that steers a display stands as its number."""
    text = visible(text_of(name)).replace("\n", "⟨U+000A⟩").replace("\t", "⟨U+0009⟩")
    return text if len(text) <= most else f"{text[: most - 1]}…"
