"""What the commands that write papers share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from evidence_app import disk, workflows
from evidence_app.errors import DamagedError, NewerFormatError, NotForYouError, UsageError
from evidence_app.records import Owner, ReceivedRow

VerdictFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="OUT", help="Also write the verdict here, one page as PDF."),
]


def must_be_new(out: Path | None) -> None:
    """That nothing is in the way of a file, before any work is done for it. Raises `UsageError`."""
    if out is not None and (disk.exists(out) or out.is_symlink()):
        raise UsageError(f"There is already a file {out.name}. Nothing was written. Choose another name.")


@contextmanager
def failure_on_paper(
    out: Path | None, path: Path, by: Owner | None, row: ReceivedRow | None = None
) -> Iterator[None]:
    """Where a bundle cannot be read to its end, that is written too; then the error goes on."""
    try:
        yield
    except (DamagedError, NotForYouError, NewerFormatError) as error:
        if out is not None:
            workflows.save_verdict_report(out, error, path, by=by, row=row)
        raise
