"""The reader's desk: unlocked copies, and receipts."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from evidence_app import disk, workflows
from evidence_app.bundle.dates import day_and_time
from evidence_app.cli.bundles import (
    BundlePassphraseFile,
    BundlePath,
    KeyFile,
    ReaderVault,
    Trusted,
    check_choice,
    given_keys,
    kept_reference,
    readers_vault,
    verdict_json,
    verdict_words,
)
from evidence_app.cli.shared import (
    AsJson,
    Output,
    PassphraseFile,
    VaultPath,
    opened,
    progress_bar,
    put,
)
from evidence_app.errors import UsageError
from evidence_app.records import ReceiptRow, SenderStatus, Verdict

app = typer.Typer()
receipt_app = typer.Typer(help="Say that a bundle arrived; keep what a reader said.")


@app.command("open")
def open_command(
    path: BundlePath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet.")],
    vault: ReaderVault = None,
    identity: KeyFile = None,
    bundle_passphrase_file: BundlePassphraseFile = None,
    trust: Trusted = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make an unlocked copy, for police: the opened bundle and how to check it. Only if it is unchanged.

    With --vault, PATH may be the reference of a received bundle, such as RCV-001.
    """
    kept = kept_reference(path, vault, trust)
    if kept is None:
        check_choice(path, vault, identity, bundle_passphrase_file)
    contacts = workflows.trust_cards(trust or [])
    with ExitStack() as stack:
        held = None if vault is None else stack.enter_context(readers_vault(vault, passphrase_file))
        step = stack.enter_context(progress_bar("Opening the bundle"))
        if held is not None and kept is not None:
            keys = given_keys(identity, bundle_passphrase_file)
            verdict = workflows.unlocked_copy_received(held, kept, folder, step, keys)
        elif held is not None:
            verdict = workflows.unlocked_copy_with_vault(held, path, folder, contacts, step)
        else:
            keys = given_keys(identity, bundle_passphrase_file)
            verdict = workflows.unlocked_copy(path, folder, keys, contacts, step)
    said = f"The copy in {folder} is NOT encrypted. Its README.txt says how to check it."
    put(as_json, verdict_json(verdict) | {"path": str(folder)}, f"{verdict_words(verdict)}\n{said}")


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
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE", help="The file, or a received bundle: RCV-001.")
    ],
    out: Output,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a bundle and write a signed receipt for its sender."""
    if disk.exists(out):
        raise UsageError(f"There is already a file {out.name}. Nothing was written. Choose another name.")
    kept = kept_reference(bundle, vault)
    with opened(vault, passphrase_file) as held, progress_bar("Checking the bundle") as step:
        checked: Path | Verdict = bundle
        if kept is not None:
            checked = workflows.check_received(held, kept, step)
        row = workflows.issue_receipt(held, checked, out, step)
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
