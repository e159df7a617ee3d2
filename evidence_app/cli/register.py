"""The register of received bundles: `register`, `outcome` and `report`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from evidence_app import paths, settings, workflows
from evidence_app.bundle.dates import brief_day
from evidence_app.bundle.report_words import STATES
from evidence_app.cli.papers import must_be_new
from evidence_app.cli.received import Received
from evidence_app.cli.shared import (
    AsJson,
    Output,
    PassphraseFile,
    VaultPath,
    counted,
    opened,
    progress_bar,
    put,
)
from evidence_app.records import RegisterRow, Statement
from evidence_app.records_json import statement_to_json

app = typer.Typer()


@app.command("register")
def register_command(
    vault: VaultPath,
    words: Annotated[str, typer.Option("--words", metavar="W", help="Rows with all of these words.")] = "",
    only: Annotated[
        str,
        typer.Option(
            "--only", metavar="STATE", help="open, overdue, settled, or a state such as intact or altered."
        ),
    ] = "",
    overdue_days: Annotated[
        int | None,
        typer.Option("--overdue-days", metavar="N", min=1, help="Otherwise that of the settings or policy."),
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """List what was received, newest first: age, state, what was decided, and what belongs together.

    With --json: `at`, `overdue_days` (null where none is set), `bundles`, a list of objects with
    `reference`, `state`, `received_at`, `age_days`, `open`, `overdue`, `settled`, `sender`
    (`name`, `confirmed`), `incident`, `title`, `file_name`, `exhibits` (a number), `receipt`
    (`at`, `entry`, or null), `outcome` (`code`, `name`, `note`, `at`, `by`, `entry`, or null),
    `related` (objects with `reference`, `why`, `what`, `title`) and `related_more` (a number).
    """
    now = datetime.now(UTC)
    with opened(vault, passphrase_file) as held:
        chosen = overdue_days or workflows.overdue_after(settings.load(paths.user_config_dir()))
        rows = workflows.find(workflows.register(held, now, chosen), words, only)
    answer = {
        "at": now.isoformat(),
        "overdue_days": chosen,
        "bundles": [row_json(one) for one in rows],
    }
    put(as_json, answer, "\n".join(_line(one) for one in rows) or "No bundles in this list.")


@app.command("outcome")
def outcome_command(
    vault: VaultPath,
    reference: Received,
    state: Annotated[str, typer.Option("--state", metavar="CODE", help="An outcome of the policy.")],
    note: Annotated[str, typer.Option("--note", metavar="T")] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """State what was decided about a received bundle. Nothing that was stated before is overwritten.

    With --json: `reference` and `history`, every statement about it, oldest first.
    """
    with opened(vault, passphrase_file) as held:
        row = workflows.state_outcome(held, reference, state, note)
        history = held.read.statements(row.reference)
    stated = {"reference": row.reference, "history": [statement_to_json(said) for said in history]}
    put(as_json, stated, f"{row.reference}: {workflows.outcome_name(state)}. Earlier outcomes are kept.")


@app.command("report")
def report_command(
    vault: VaultPath,
    reference: Annotated[str, typer.Argument(metavar="REF", help="For example INC-004, or RCV-001.")],
    out: Output,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Write an evidence report as PDF: of an incident of your own (INC-…), or the one that lies in a bundle
    that you received (RCV-…), if that is unchanged.

    With --json: `reference`, `path` and `size` in bytes.
    """
    must_be_new(out)
    with opened(vault, passphrase_file) as held, progress_bar("Making the report") as step:
        if reference.strip().upper().startswith("RCV"):
            full = held.read.received_bundle(reference).reference
            data = workflows.report_of_received(held, full, progress=step)
        else:
            full = held.read.incident(reference).reference
            data = workflows.report(held, full, step)
        workflows.write_new_file(out, data)
    answer = {"reference": full, "path": str(out), "size": len(data)}
    put(as_json, answer, f"Wrote the report of {full} into {out}. It is NOT encrypted.")


def row_json(one: RegisterRow) -> dict[str, object]:
    row, receipt = one.row, one.receipt
    confirmed = one.contact is not None and one.contact.confirmed_at is not None
    return {
        "reference": row.reference,
        "state": one.state.value,
        "received_at": row.received_at.isoformat(),
        "age_days": one.age_days,
        "open": not one.settled,
        "overdue": one.overdue,
        "settled": one.settled,
        "sender": {"name": one.sender, "confirmed": confirmed},
        "incident": row.incident,
        "title": row.title,
        "file_name": row.file_name,
        "exhibits": len(row.exhibits),
        "receipt": None if receipt is None else {"at": receipt.recorded_at.isoformat(), "entry": receipt.seq},
        "outcome": None if one.outcome is None else _outcome_json(one, one.outcome),
        "related": [
            {"reference": other.reference, "why": other.why.value, "what": other.what, "title": other.title}
            for other in one.related
        ],
        "related_more": one.related_more,
    }


def _outcome_json(one: RegisterRow, said: Statement) -> dict[str, object]:
    return {
        "code": said.value,
        "name": one.outcome_name,
        "note": one.outcome_note,
        "at": said.at.isoformat(),
        "by": said.by,
        "entry": said.seq,
    }


def _line(one: RegisterRow) -> str:
    """One row for a person; what others wrote stays on its line."""
    days = counted(one.age_days, "day")
    waiting = "settled" if one.settled else f"OVERDUE, {days}" if one.overdue else days
    parts = (
        one.reference,
        brief_day(one.row.received_at),
        STATES[one.state],
        waiting,
        one.sender or "sender not readable",
        one.row.title or one.row.file_name,
        one.outcome_name or "not decided yet",
        *(workflows.related_words(other) for other in one.related[:1]),
    )
    return "  ".join(" ".join(part.split()) for part in parts)
