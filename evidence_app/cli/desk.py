"""The reader's desk: receiving bundles, and receipts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.bundle import sentences
from evidence_app.bundle.dates import day_and_time
from evidence_app.cli.bundles import (
    BundlePassphraseFile,
    BundlePath,
    KeyFile,
    ReaderVault,
    Trusted,
    check_choice,
    damaged_json,
    given_keys,
    readers_vault,
    verdict_json,
    verdict_words,
)
from evidence_app.cli.papers import VerdictFile, must_be_new
from evidence_app.cli.shared import (
    AsJson,
    Output,
    PassphraseFile,
    VaultPath,
    opened,
    progress_bar,
    put,
)
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import DamagedError, EvidenceError, NewerFormatError, NotForYouError, UsageError
from evidence_app.records import ReceiptRow, ReceivedRow, SenderStatus, Verdict
from evidence_app.vault.vault import Vault

app = typer.Typer()
receipt_app = typer.Typer(help="Say that a bundle arrived; keep what a reader said.")


def received_json(row: ReceivedRow) -> dict[str, object]:
    return {
        "reference": row.reference,
        "state": row.state.value,
        "received_at": row.received_at.isoformat(),
        "file_name": row.file_name,
        "sha256": row.stored.sha256,
        "size": row.stored.size,
        "bundle": row.bundle_id,
        "entry": row.seq,
    }


@app.command("receive")
def receive_command(
    vault: VaultPath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle, as the file that was sent.")],
    bundle_passphrase_file: BundlePassphraseFile = None,
    report: VerdictFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a bundle and keep it, with the answer, in your vault. Exit codes as of verify."""
    keys = given_keys(None, bundle_passphrase_file)
    must_be_new(report)
    with readers_vault(vault, passphrase_file) as held:
        with progress_bar("Checking the bundle") as step:
            arrival = workflows.receive(held, file, step, keys)
        _tell_arrival(arrival, as_json)
        if report is not None:
            found = arrival.verdict or arrival.failure or _checked_now(held, arrival.row, keys)
            workflows.save_verdict_report(report, found, file, by=held.owner, row=arrival.row)
    raise typer.Exit(sentences.exit_code_on_arrival(arrival.row.state))


def _checked_now(
    held: Vault, row: ReceivedRow, keys: Sequence[Identity | Passphrase]
) -> Verdict | EvidenceError:
    """What a file that was only recognised comes to: paper wants reasons, and the record has none."""
    with progress_bar("Checking the kept bundle") as step:
        try:
            return workflows.check_received(held, row.reference, step, keys)
        except (DamagedError, NotForYouError, NewerFormatError) as error:
            return error


def _tell_arrival(arrival: workflows.Arrival, as_json: bool) -> None:
    row = arrival.row
    answer: dict[str, object] = {"received": received_json(row), "again": arrival.again}
    if arrival.verdict is not None:
        answer |= verdict_json(arrival.verdict)
        words = verdict_words(arrival.verdict)
    elif arrival.failure is not None:
        answer |= damaged_json(arrival.failure, row.state.value)
        words = "\n".join(sentences.describe_failure(arrival.failure))
    else:
        answer |= _as_it_was(row)
        words = f"It was received before, and found then: {row.state.value}. Verify it to check it anew."
    kept = "Kept before" if arrival.again else "Kept"
    when = day_and_time(row.received_at)
    put(as_json, answer, f"{words}\n{kept} as {row.reference}, unchanged and encrypted, on {when}.")


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
    """Make an unlocked copy, for police: the opened bundle and how to check it. Only if it is unchanged."""
    check_choice(path, vault, identity, bundle_passphrase_file)
    contacts = workflows.trust_cards(trust or [])
    with ExitStack() as stack:
        held = None if vault is None else stack.enter_context(readers_vault(vault, passphrase_file))
        step = stack.enter_context(progress_bar("Opening the bundle"))
        if held is not None:
            verdict = workflows.unlocked_copy_with_vault(held, path, folder, contacts, step)
        else:
            keys = given_keys(identity, bundle_passphrase_file)
            verdict = workflows.unlocked_copy(path, folder, keys, contacts, step)
    said = f"The copy in {folder} is NOT encrypted. Its README.txt says how to check it."
    put(as_json, verdict_json(verdict) | {"path": str(folder)}, f"{verdict_words(verdict)}\n{said}")


def _as_it_was(row: ReceivedRow) -> dict[str, object]:
    """The answers that were recorded when the file was received."""
    named = {where for _, where in row.problems}
    return {
        "unchanged": row.unchanged,
        "sender": row.sender.value,
        "dated": None if row.dated is None else {"by": row.dated.by, "at": row.dated.at.isoformat()},
        "consistent": row.consistent.value,
        "exhibits": [{"number": one, "unchanged": one not in named} for one in row.exhibits],
        "problems": [{"code": code, "where": where, "message": ""} for code, where in row.problems],
    }


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
