"""The reader's desk: receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.bundle.dates import day_and_time
from evidence_app.cli.shared import AsJson, Output, PassphraseFile, VaultPath, opened, progress_bar, put
from evidence_app.errors import UsageError
from evidence_app.records import ReceiptRow, SenderStatus

app = typer.Typer()
receipt_app = typer.Typer(help="Say that a bundle arrived; keep what a reader said.")


def receipt_json(row: ReceiptRow) -> dict[str, object]:
    return {
        "bundle": row.bundle_id,
        "digest": row.digest,
        "unchanged": row.unchanged,
        "sender": row.sender.value,
        "consistent": row.consistent.value,
        "problems": list(row.problems),
        "at": row.at.isoformat(),
        "by": {"name": row.name, "role": row.role, "school": row.school},
        "issued": row.issued,
        "signer": row.signer.value,
        "contact": row.contact,
        "entry": row.seq,
    }


@receipt_app.command("issue")
def receipt_issue(
    vault: VaultPath,
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE")],
    out: Output,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a bundle and write a signed receipt for its sender."""
    if out.exists():
        raise UsageError(f"There is already a file {out.name}. Nothing was written. Choose another name.")
    with opened(vault, passphrase_file) as held, progress_bar("Checking the bundle") as step:
        row = workflows.issue_receipt(held, bundle, out, step)
    said = "unchanged" if row.unchanged else "ALTERED"
    put(as_json, receipt_json(row) | {"path": str(out)}, f"Wrote {out}: received {said}. Send it back.")


@receipt_app.command("record")
def receipt_record(
    vault: VaultPath,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Keep a reader's receipt for a bundle that was sealed in this vault."""
    data = workflows.read_card_file(file)
    with opened(vault, passphrase_file) as held:
        row = workflows.record_receipt(held, data)
    put(as_json, receipt_json(row), receipt_words(row))


def receipt_words(row: ReceiptRow) -> str:
    """Who says it arrived, when, and in what state; a name only as what it is."""
    who = {
        SenderStatus.CONFIRMED: row.contact,
        SenderStatus.KNOWN: f"{row.contact} (a contact that you have not confirmed)",
        SenderStatus.UNKNOWN: f"somebody you do not know, who gives the name {row.name}",
    }[row.signer]
    state = "unchanged" if row.unchanged else "altered: ask which file they have, and send it again"
    when = f"{day_and_time(row.at)}, by the clock of the reader's computer"
    return f"Received by {who} on {when}; found {state}."
