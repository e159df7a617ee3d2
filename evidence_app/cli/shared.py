"""What the commands share: options, secrets, progress, and the JSON of records."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from evidence_app import fields, workflows
from evidence_app.errors import StorageError, UsageError
from evidence_app.records import (
    Contact,
    Exhibit,
    Hold,
    Incident,
    LockedAway,
    Standing,
)
from evidence_app.records import Progress as Step
from evidence_app.records_json import observed_to_json, statement_to_json
from evidence_app.vault import vault as vaults
from evidence_app.vault.vault import Vault

stderr = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)

_LONGEST_SECRET = 4096  # bytes; a device or a film is no passphrase file

VaultPath = Annotated[Path, typer.Argument(metavar="VAULT", help="The vault's folder.")]
PassphraseFile = Annotated[
    str | None,
    typer.Option("--passphrase-file", metavar="F", help="Read the passphrase here; - is standard input."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
IncidentRef = Annotated[str, typer.Option("--incident", metavar="REF", help="For example INC-004.")]
Output = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="A file that does not exist yet.")
]


def read_secret(source: str | None, what: str) -> str:
    """A passphrase: the first line of a file or of standard input, or asked for."""
    if source is None:
        if not sys.stdin.isatty():
            raise UsageError(f"No {what} was given. Nothing was changed. Use the option that names a file.")
        return getpass.getpass(f"{what.capitalize()}: ")
    try:
        if source == "-":
            line = sys.stdin.buffer.readline(_LONGEST_SECRET)
        else:
            with Path(source).open("rb") as file:
                line = file.readline(_LONGEST_SECRET)
        text = line.decode("utf-8-sig")  # some editors put a mark before the first letter
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The file with the {what} cannot be read. Nothing was changed. Check its name."
        ) from error
    secret = text.rstrip("\r\n")
    if not secret:
        raise UsageError(f"The {what} is empty. Nothing was changed. Put it on the first line.")
    return secret


def opened(path: Path, passphrase_file: str | None) -> Vault:
    """An open vault; where it is older than this computer remembers, that is said."""
    return noticed(vaults.unlock(path, read_secret(passphrase_file, "passphrase")))


def noticed(held: Vault) -> Vault:
    """The vault, held against what is remembered of it; it is remembered when it locks."""
    rewound = workflows.notice(held)
    held.at_lock = workflows.remember
    if rewound is not None:
        stderr.print(rewound.sentence, markup=False)
    return held


def put(as_json: bool, data: object, words: str) -> None:
    """The answer of a command: one line of JSON (ASCII) on standard output, or words for a person.

    Raises `StorageError` where standard output takes nothing, such as a full disk or a closed pipe.
    """
    try:
        if sys.stdout is None:
            raise OSError("there is no standard output")
        sys.stdout.write((json.dumps(data) if as_json else words) + "\n")
        sys.stdout.flush()
    except OSError as error:
        # Python would try once more when it ends, and complain.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        raise StorageError(
            "The answer could not be written to standard output. The work itself is done and safe. "
            "Look at its result, or run the command again with another output."
        ) from error


@contextmanager
def progress_bar(words: str) -> Iterator[Any]:
    """A bar on standard error, where that is a terminal."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=stderr,
        transient=True,
        disable=not stderr.is_terminal,
    ) as bar:
        task = bar.add_task(words, total=None)

        def step(now: Step) -> None:
            bar.update(task, completed=now.done, total=now.total or None, description=now.words or words)

        yield step


def incident_json(incident: Incident) -> dict[str, object]:
    return {
        "reference": incident.reference,
        "title": incident.title,
        "opened_at": incident.opened_at.isoformat(),
        "last_at": incident.last_at.isoformat(),
        "exhibits": incident.exhibits,
        "bundles": incident.bundles,
        "stated": {name: said.value for name, said in incident.statements.items()},
    }


def exhibit_json(exhibit: Exhibit) -> dict[str, object]:
    return {
        "number": exhibit.number,
        "incident": exhibit.incident,
        "method": exhibit.method.value,
        "level": exhibit.level.value,
        "shown_level": fields.shown_level(exhibit).value,
        "copy_of": None if exhibit.derived is None else exhibit.derived.origin.number,
        "sealed_at": exhibit.sealed_at.isoformat(),
        "entry": exhibit.seq,
        "sha256": exhibit.stored.sha256,
        "size": exhibit.stored.size,
        "media_type": exhibit.stored.media_type,
        "files": [
            {"name": one.name, "sha256": one.stored.sha256, "size": one.stored.size} for one in exhibit.files
        ],
        "observed": observed_to_json(exhibit.observed),
        "stated": {name: statement_to_json(said) for name, said in exhibit.statements.items()},
        "standing": standing_json(exhibit.standing),
    }


def standing_json(standing: Standing) -> dict[str, object]:
    """Whether an exhibit is locked away, withdrawn or held; each None where it is not."""
    away, back, held = standing.locked_away, standing.withdrawn, standing.held
    return {
        "locked_away": away_json(away),
        "withdrawn": None
        if back is None
        else {"reason": back.reason, "at": back.at.isoformat(), "by": back.by},
        "held": None if held is None else hold_json(held),
    }


def away_json(away: LockedAway | None) -> dict[str, object] | None:
    return (
        None
        if away is None
        else {"why": away.why, "told": list(away.told), "at": away.at.isoformat(), "by": away.by}
    )


def hold_json(hold: Hold) -> dict[str, object]:
    return {
        "about": hold.about,
        "reason": hold.reason,
        "asked_by": hold.asked_by,
        "at": hold.at.isoformat(),
        "by": hold.by,
    }


def contact_json(contact: Contact) -> dict[str, object]:
    return {
        "name": contact.name,
        "role": contact.role,
        "school": contact.school,
        "words": " ".join(contact.words),
        "fingerprint": contact.fingerprint,
        "recipient": contact.recipient,
        "confirmed_at": contact.confirmed_at.isoformat() if contact.confirmed_at else None,
        "confirmed_how": contact.confirmed_how,
        "resembles": list(contact.resembles),
        "replaced_at": contact.replaced_at.isoformat() if contact.replaced_at else None,
    }


def counted(count: int, noun: str) -> str:
    """`1 exhibit`, `5 exhibits`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
