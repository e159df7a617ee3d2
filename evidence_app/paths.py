"""Where the program's own files and a person's files are."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

import platformdirs

from evidence_app.errors import StorageError

_APP = "evidence-app"


@lru_cache(maxsize=1)
def resources() -> Path:
    """The folder with icons, word list, policy, help and formats.

    In a frozen program it lies in the unpacked folder, in an installed package inside the package, in
    a checkout beside it. Raises `StorageError` where there is none: the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    candidates = [package / "resources", package.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        candidates.insert(0, Path(frozen) / "resources")
    for folder in candidates:
        # The word list stands for the whole folder: an unrelated folder of this name has none.
        if (folder / "words" / "english.txt").is_file():
            return folder
    raise StorageError(
        "Some of the program's own files are missing. Your vaults are not affected. "
        "Install the program again."
    )


def user_data_dir() -> Path:
    """Where vaults are offered to be kept; not created here."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def user_config_dir() -> Path:
    """Where settings are kept; not created here."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False))
