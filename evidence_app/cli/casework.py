"""Incidents, captures and exhibits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evidence_app import disk, fields, workflows
from evidence_app.bundle.field_words import level_words, relation_words
from evidence_app.bundle.text import shown, shown_name
from evidence_app.capture import screen
from evidence_app.cli import page, received, stop
from evidence_app.cli.clock_check import ClockCheck, clock_checked
from evidence_app.cli.importing import examined_json
from evidence_app.cli.shared import (
    AsJson,
    IncidentRef,
    PassphraseFile,
    VaultPath,
    counted,
    exhibit_json,
    incident_json,
    opened,
    put,
)
from evidence_app.errors import UsageError
from evidence_app.records import (
    Area,
    Examined,
    Exhibit,
    Standing,
)
from evidence_app.records_json import statement_to_json
from evidence_app.vault import acts
from evidence_app.vault.acts import MAX_VALUE

app = typer.Typer()
incident_app = typer.Typer(help="Open and list incidents.")
exhibit_app = typer.Typer(help="Look at one exhibit.")


@incident_app.command("open")
def incident_open(
    vault: VaultPath,
    title: Annotated[str, typer.Option("--title")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Open an incident."""
    with opened(vault, passphrase_file) as held:
        entry = held.record(acts.incident_opened(title))
        incident = held.read.incident(str(entry.data["reference"]))
    put(as_json, incident_json(incident), f"Opened {incident.reference}: {incident.title}")


@incident_app.command("list")
def incident_list(vault: VaultPath, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """List the incidents, the one last worked on first."""
    with opened(vault, passphrase_file) as held:
        found = held.read.incidents()
    words = "\n".join(f"{one.reference}  {counted(one.exhibits, 'exhibit')}  {one.title}" for one in found)
    put(as_json, {"incidents": [incident_json(one) for one in found]}, words or "Nothing recorded yet.")


def read_region(text: str, kept: str = "Nothing was captured.") -> Area:
    try:
        left, top, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(f"{text[:60]!r} is not an area. {kept} Write X,Y,WIDTH,HEIGHT in pixels.") from error
    return Area(left, top, width, height)


@app.command("capture")
def capture_command(
    vault: VaultPath,
    incident: IncidentRef,
    monitor: Annotated[
        int | None, typer.Option("--monitor", metavar="N", help="Monitors count from 1.")
    ] = None,
    region: Annotated[str | None, typer.Option("--region", metavar="X,Y,W,H")] = None,
    window: Annotated[
        str | None, typer.Option("--window", metavar="TITLE", help="Part of a window's title.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", metavar="URL", help="The address you state.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="T")] = None,
    pointer: Annotated[
        bool, typer.Option("--pointer", help="Draw the mouse pointer in, where the desktop tells it.")
    ] = False,
    delay: Annotated[
        int, typer.Option("--delay", metavar="SECONDS", min=0, max=60, help="Count down first.")
    ] = 0,
    clock_check: ClockCheck = None,
    indecent_images: stop.IndecentImages = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Capture the screen and seal it at once."""
    if sum(choice is not None for choice in (monitor, region, window)) > 1:
        raise UsageError("Choose one of --monitor, --region and --window. Nothing was captured.")
    target: screen.Target = screen.AllTarget()
    if monitor is not None:
        target = screen.MonitorTarget(monitor)
    elif region is not None:
        target = screen.RegionTarget(read_region(region))
    elif window is not None:
        target = screen.WindowTarget(window)
    with clock_checked(clock_check), opened(vault, passphrase_file) as held:
        answer = stop.answered(held, incident, indecent_images, person=passphrase_file is None)
        _count_down(delay)
        exhibit = workflows.capture(
            held, target, incident, address=address, note=note, answer=answer, pointer=pointer
        )
        stop.remind(held, incident)
    put(as_json, exhibit_json(exhibit), f"{exhibit.number} is sealed and safe.")


def _count_down(seconds: int) -> None:
    for left in range(seconds, 0, -1):
        typer.echo(f"Capturing in {left}", err=True)
        time.sleep(1)


@exhibit_app.command("read")
def exhibit_read(
    vault: VaultPath,
    number: Annotated[str, typer.Argument(metavar="NUMBER")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Read the text in an exhibit's picture, for the search (the optional part “ocr”)."""
    with opened(vault, passphrase_file) as held:
        text = workflows.recognise(held, number)
        exhibit = held.read.exhibit(number)
        found = workflows.addresses_read(exhibit)
    answer = {"number": exhibit.number, "text": text, "addresses": list(found)}
    put(as_json, answer, text or "No text was found in the picture.")


@app.command("exhibits")
def exhibits_command(
    vault: VaultPath, incident: IncidentRef, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """List the exhibits of an incident."""
    with opened(vault, passphrase_file) as held:
        found = held.read.exhibits(held.read.incident(incident).reference)
    words = "\n".join(
        f"{one.number}  {fields.shown_level(one).value}  {one.sealed_at:%Y-%m-%d %H:%M:%S} UTC  "
        f"{one.method.value if one.derived is None else relation_words(one.derived)}{_marks(one.standing)}"
        for one in found
    )
    put(as_json, {"exhibits": [exhibit_json(one) for one in found]}, words or "No exhibits yet.")


def _marks(standing: Standing) -> str:
    marks = (
        (standing.locked_away, "locked away"),
        (standing.withdrawn, "withdrawn"),
        (standing.held, "on hold"),
    )
    return "".join(f"  {words}" for mark, words in marks if mark is not None)


@exhibit_app.command("show")
def exhibit_show(
    vault: VaultPath,
    number: Annotated[str, typer.Argument(metavar="NUMBER")],
    original: Annotated[
        Path | None, typer.Option("--original", metavar="OUT", help="Also write the original bytes here.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="NAME", help="With --original: this file beside it, as page.mhtml."),
    ] = None,
    where_to: Annotated[
        str, typer.Option("--for", metavar="WHOM", help="For whom the original is taken out; it is recorded.")
    ] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what is known of an exhibit, also of a received one ("RCV-001 HXA/001"); with --original, take
    the original out."""
    if file is not None and original is None:
        raise UsageError("Where should the file go? Nothing was written. Add --original OUT.")
    if original is not None and disk.exists(original):
        raise UsageError(
            f"There is already a file {original.name}. Nothing was written. Choose another name."
        )
    with opened(vault, passphrase_file) as held:
        if received.NAME.fullmatch(number):
            taken = received.taken_out(held, number, original, file)
            put(
                as_json,
                received.received_exhibit_json(taken),
                _table(taken.name, received.exhibit_words(taken)),
            )
            return
        exhibit = held.read.exhibit(number)
        history = held.read.statements(exhibit.number)
        if original is not None:
            if file is None:
                workflows.export_original(held, exhibit.number, original, where_to)
            else:
                workflows.export_file(held, exhibit.number, file, original, where_to)
        examined = held.read.examined(exhibit.number) if exhibit.standing.locked_away is None else None
    answer = exhibit_json(exhibit) | {"history": [statement_to_json(said) for said in history]}
    answer["file_says"] = None if examined is None else examined_json(examined)
    rows = [
        ("Incident", exhibit.incident or "not filed"),
        ("Sealed at", f"{exhibit.sealed_at.isoformat()}, entry {exhibit.seq}"),
        ("Level", level_words(exhibit)),
        ("SHA-256", exhibit.stored.sha256),
        *page.page_words(exhibit),
        *((("Mark", _marks(exhibit.standing).strip()),) if _marks(exhibit.standing) else ()),
        *_file_rows(exhibit, examined),
        *((f"Stated: {said.field}", f"{said.value} ({said.source.value}, {said.by})") for said in history),
    ]
    put(as_json, answer, _table(exhibit.number, rows))


def _file_rows(exhibit: Exhibit, examined: Examined | None) -> list[tuple[str, str]]:
    file = exhibit.observed.file
    rows = [] if file is None else [("File name", file.name), ("Size", f"{exhibit.stored.size:,} bytes")]
    if file is not None and file.part_of:
        rows.append(("Attached to", file.part_of))
    if examined is not None:
        rows += [(f"The file says: {name}", value) for name, value in examined.claims]
        rows += [("No preview", examined.reason)] if examined.reason else []
    return rows


def _table(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """One row for each; nothing is cut, however narrow the terminal is: digests are there to be copied.

    Names and values may be somebody else's: none of them can steer the terminal or look like a further row.
    """
    cleaned = [(shown_name(name), shown(value, MAX_VALUE)) for name, value in rows]
    width = max(len(name) for name, _ in cleaned) + 2
    indent = "\n" + " " * (width + 2)
    lines = (f"  {name:<{width}}{value.replace(chr(10), indent)}" for name, value in cleaned)
    return "\n".join([title, *lines])
