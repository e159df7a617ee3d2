"""A web page by the built-in browser, without a window.

The browser is of the window's world, which the command line knows nothing of: `collect_with` is told at the
start how a page is captured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.bundle.page_words import page_rows
from evidence_app.capture.web.address import typed
from evidence_app.cli import stop
from evidence_app.cli.clock_check import ClockCheck, clock_checked
from evidence_app.cli.shared import (
    AsJson,
    IncidentRef,
    PassphraseFile,
    VaultPath,
    exhibit_json,
    opened,
    progress_bar,
    put,
    stderr,
)
from evidence_app.errors import CaptureError
from evidence_app.records import Exhibit, PageCapture, PageSeen, ProgressCall

app = typer.Typer()
Collect = Callable[[str, ProgressCall], PageCapture]
_collect: list[Collect] = []


def collect_with(collect: Collect) -> None:
    """Name what captures a page at an address."""
    _collect[:] = [collect]


@app.command("page")
def page_command(
    vault: VaultPath,
    address: Annotated[str, typer.Argument(metavar="URL")],
    incident: IncidentRef,
    clock_check: ClockCheck = None,
    indecent_images: stop.IndecentImages = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Capture a whole web page with the built-in browser and seal it at once."""
    wanted = typed(address)
    if not _collect:
        raise CaptureError("There is no browser here. Nothing was captured. Use the program as installed.")
    with clock_checked(clock_check), opened(vault, passphrase_file) as held:
        answer = stop.answered(held, incident, indecent_images, person=passphrase_file is None)
        with progress_bar("Capturing the page") as step:
            exhibit = workflows.capture_page(held, lambda: _collect[0](wanted, step), incident, answer=answer)
        stop.remind(held, incident)
    seen = exhibit.observed.page
    for note in () if seen is None else _notes(seen.certificate_problem, seen.notes):
        stderr.print(note, markup=False)
    put(as_json, exhibit_json(exhibit), f"{exhibit.number} is sealed and safe.")


def _notes(problem: str, notes: tuple[str, ...]) -> Iterator[str]:
    if problem:
        yield f"The browser did not accept the certificate of this page: {problem} It is marked so."
    yield from notes


def page_words(exhibit: Exhibit) -> list[tuple[str, str]]:
    """Rows for a page and its files; none for what is no page."""
    files = [("File", f"{one.name}  SHA-256 {one.stored.sha256}") for one in exhibit.files]
    return [*seen_words(exhibit.observed.page), *files]


def seen_words(seen: PageSeen | None) -> list[tuple[str, str]]:
    """Rows for what the browser observed of a page."""
    rows = [] if seen is None else list(page_rows(seen))
    return [(f"Observed: {label}", f"{value} ({note})" if note else value) for label, value, note in rows]
