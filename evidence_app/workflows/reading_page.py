"""The reader page: one file that checks a bundle in any browser, handed out by the program.

Its sources are in resources/reader; `make reader` builds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from evidence_app.errors import StorageError
from evidence_app.paths import resources
from evidence_app.workflows.files import write_new_file

FILE_NAME: Final = "evidence-reader.html"
WARNING: Final = (
    "Never use a reader page that came together with a bundle: whoever made it decides what it shows. "
    "Before a copy of this one is used, compare its SHA-256."
)


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """The page in memory; `sha256` is hex."""

    data: bytes
    sha256: str


def reader_page() -> ReaderPage:
    """The page that came with the program; `StorageError` where it is missing."""
    try:
        data = (resources() / "reader" / FILE_NAME).read_bytes()
    except OSError as error:
        raise StorageError(
            "The reader page is missing from the program. Your vaults are not affected. "
            "Install the program again."
        ) from error
    return ReaderPage(data, sha256(data).hexdigest())


def save_reader_page(path: Path) -> ReaderPage:
    """Write the page into a new file; raises `UsageError` or `StorageError`."""
    page = reader_page()
    write_new_file(path, page.data)
    return page
