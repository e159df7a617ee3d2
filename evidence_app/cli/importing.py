"""The command that brings files in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.bundle.text import shown_name
from evidence_app.capture import files
from evidence_app.cli import stop
from evidence_app.cli.clock_check import ClockCheck, clock_checked
from evidence_app.cli.shared import (
    AsJson,
    IncidentRef,
    PassphraseFile,
    VaultPath,
    counted,
    exhibit_json,
    opened,
    progress_bar,
    put,
)
from evidence_app.errors import UserError
from evidence_app.records import Examined, StopAnswer
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch, Brought, Outcome

app = typer.Typer()


@app.command("import")
def import_command(
    vault: VaultPath,
    incident: IncidentRef,
    chosen: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files and folders.")],
    received_from: Annotated[
        str, typer.Option("--received-from", metavar="WHO", help="From whom you have them; you state it.")
    ] = "",
    received_on: Annotated[
        str, typer.Option("--received-on", metavar="DAY", help="On which day, such as 2026-03-12.")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Also what is in the vault already.")] = False,
    indecent_images: stop.IndecentImages = None,
    advised_by: Annotated[
        str, typer.Option("--advised-by", metavar="WHO", help="Who said so, after an earlier other answer.")
    ] = "",
    clock_check: ClockCheck = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring files in: the original bytes are sealed first, and only then looked at."""
    wanted = files.found(chosen)
    with clock_checked(clock_check), opened(vault, passphrase_file) as held:
        reference = held.read.incident(incident).reference
        answer = stop.of_batch(indecent_images, person=passphrase_file is None)
        batch = Batch(answer, advised_by, received_from, received_on, again)
        with progress_bar("Bringing in") as progress:
            done = workflows.bring_in(held, reference, wanted, batch, progress=progress)
        if answer is StopAnswer.NOT_ASKED:
            stop.remind(held, reference)
        found = [_brought_json(held, one) for one in done]
    kept = sum(one.outcome is Outcome.KEPT for one in done)
    refused = [one for one in done if one.outcome in {Outcome.REFUSED, Outcome.STOPPED}]
    put(as_json, {"incident": reference, "files": found}, "\n".join(map(_line, done)))
    if refused:
        raise UserError(
            f"{counted(len(refused), 'file')} of {len(done)} could not be brought in, and {kept} "
            f"{'was' if kept == 1 else 'were'}. What was brought in is sealed. See the list for each file."
        )


def _line(one: Brought) -> str:
    words = {
        Outcome.KEPT: "sealed" if one.preview else "sealed, no preview",
        Outcome.ALREADY: "there already",
        Outcome.REFUSED: "not brought in",
        Outcome.STOPPED: "not brought in",
    }[one.outcome]
    parts = f" With it: {', '.join(one.parts)}." if one.parts else ""
    return f"{one.number or '-':<8} {words}: {shown_name(one.name)}. {one.sentence}{parts}".rstrip()


def _brought_json(vault: Vault, one: Brought) -> dict[str, object]:
    there = one.outcome in {Outcome.KEPT, Outcome.ALREADY}
    examined = vault.read.examined(one.number) if one.outcome is Outcome.KEPT else None
    return {
        "name": one.name,
        "outcome": one.outcome.value,
        "number": one.number or None,
        "preview": one.preview,
        "reason": one.sentence,
        "parts": list(one.parts),
        "exhibit": exhibit_json(vault.read.exhibit(one.number)) if there else None,
        "file_says": None if examined is None else examined_json(examined),
    }


def examined_json(examined: Examined) -> dict[str, object]:
    """What was read in a file: all of it is what the file says."""
    return {
        "kind": examined.kind,
        "title": examined.title,
        "claims": [{"name": name, "value": value} for name, value in examined.claims],
        "messages": examined.messages,
        "attachments": examined.attachments,
        "notes": list(examined.notes),
        "reason": examined.reason,
    }
