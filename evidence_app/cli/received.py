"""`receive` and `forward`: what comes to the reader's desk, and what goes on from there."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from evidence_app import disk, workflows
from evidence_app.bundle import layout, sentences
from evidence_app.bundle.dates import day_and_time
from evidence_app.cli.bundles import (
    BundlePassphraseFile,
    damaged_json,
    given_keys,
    readers_vault,
    verdict_json,
    verdict_words,
)
from evidence_app.cli.desk import receipt_json, receipt_words
from evidence_app.cli.page import seen_words
from evidence_app.cli.papers import VerdictFile, must_be_new
from evidence_app.cli.shared import (
    AsJson,
    Output,
    PassphraseFile,
    VaultPath,
    away_json,
    counted,
    progress_bar,
    put,
    read_secret,
)
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    ExitCode,
    NewerFormatError,
    NotForYouError,
    UsageError,
)
from evidence_app.records import ForwardedRow, ReceivedExhibit, ReceivedRow, Verdict
from evidence_app.records_json import observed_to_json, statement_to_json
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Arrival, InboxLook, sent

app = typer.Typer()

Received = Annotated[str, typer.Argument(metavar="RCV", help="For example RCV-001.")]

NAME = re.compile(r"\s*RCV-[0-9]+ .+", re.IGNORECASE | re.ASCII)
"""What names an exhibit of a received bundle."""

_WORST_FIRST = (
    ExitCode.ALTERED,
    ExitCode.CANNOT_OPEN,
    ExitCode.IN_CONFLICT,
    ExitCode.SENDER_NOT_CONFIRMED,
    ExitCode.OK,
)


@app.command("receive")
def receive_command(
    vault: VaultPath,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A bundle as it was sent, or a folder of such files."),
    ],
    bundle_passphrase_file: BundlePassphraseFile = None,
    report: VerdictFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a bundle and keep it, with the answer and its exhibits, in your vault. Exit codes as of verify.

    Of a folder every new bundle is taken, and every new receipt for a bundle of yours; nothing in it is
    changed. The exit code is then that of the worst answer.
    """
    keys = given_keys(None, bundle_passphrase_file)
    must_be_new(report)
    if disk.is_folder(file) and not any(os.path.lexists(file / name) for name in layout.TOP):
        if keys:
            raise UsageError("A passphrase is for one bundle. Nothing was received. Name the file.")
        if report is not None:
            raise UsageError("A report is about one bundle. Nothing was received. Name the file.")
        _look(vault, file, passphrase_file, as_json)
    with readers_vault(vault, passphrase_file) as held:
        with progress_bar("Checking the bundle") as step:
            arrival = workflows.receive(held, file, step, keys)
        exhibits = held.read.received_exhibits(arrival.row.reference)
        put(as_json, _arrival_json(arrival, exhibits), _arrival_words(arrival, exhibits))
        if report is not None:
            found = arrival.verdict or arrival.failure or _checked_now(held, arrival.row, keys)
            workflows.save_verdict_report(report, found, file, by=held.owner, row=arrival.row)
    raise typer.Exit(sentences.exit_code_on_arrival(arrival.row.latest_state))


def _checked_now(
    held: Vault, row: ReceivedRow, keys: Sequence[Identity | Passphrase]
) -> Verdict | EvidenceError:
    """What a file that was only recognised comes to: paper wants reasons, and the record has none."""
    with progress_bar("Checking the kept bundle") as step:
        try:
            return workflows.check_received(held, row.reference, step, keys)
        except (DamagedError, NotForYouError, NewerFormatError) as error:
            return error


def _look(vault: Path, folder: Path, passphrase_file: str | None, as_json: bool) -> NoReturn:
    with readers_vault(vault, passphrase_file) as held, progress_bar("Looking into the folder") as step:
        look = workflows.look_in_inbox(held, folder, step)
        taken = {one.row.reference: held.read.received_exhibits(one.row.reference) for one in look.arrivals}
    answer = {
        "arrivals": [_arrival_json(one, taken[one.row.reference]) for one in look.arrivals],
        "receipts": [receipt_json(one) for one in look.receipts],
        "skipped": [{"name": one.name, "why": one.why} for one in look.skipped],
        "known": look.known,
    }
    put(as_json, answer, _look_words(look))
    codes = [sentences.exit_code_on_arrival(one.row.latest_state) for one in look.arrivals]
    raise typer.Exit(min(codes, key=_WORST_FIRST.index, default=ExitCode.OK))


def _look_words(look: InboxLook) -> str:
    lines = []
    for one in look.arrivals:
        said = sentences.describe(one.verdict) if one.verdict is not None else ()
        if one.failure is not None:
            said = sentences.describe_failure(one.failure)
        lines.append(f"{one.row.reference}  {one.row.file_name}: {' '.join(said)}")
    lines += [receipt_words(one) for one in look.receipts]
    lines += [f"Left alone: {one.name}: {one.why}" for one in look.skipped]
    new = f"{counted(len(look.arrivals), 'bundle')} and {counted(len(look.receipts), 'receipt')} taken in"
    return "\n".join([*lines, f"{new}; {counted(look.known, 'file')} known already."])


def received_json(row: ReceivedRow) -> dict[str, object]:
    return {
        "reference": row.reference,
        "state": row.state.value,
        "latest_state": row.latest_state.value,
        "latest_checked_at": row.latest_checked_at.isoformat(),
        "received_at": row.received_at.isoformat(),
        "file_name": row.file_name,
        "sha256": row.stored.sha256,
        "size": row.stored.size,
        "bundle": row.bundle_id,
        "entry": row.seq,
    }


def received_exhibit_json(exhibit: ReceivedExhibit) -> dict[str, object]:
    """`stated` and `observed` are the sender's claims."""
    return {
        "received": exhibit.received,
        "number": exhibit.number,
        "level": None if exhibit.level is None else exhibit.level.value,
        "sealed_at": exhibit.sealed_at.isoformat(),
        "received_at": exhibit.received_at.isoformat(),
        "entry": exhibit.seq,
        "sha256": exhibit.stored.sha256,
        "size": exhibit.stored.size,
        "media_type": exhibit.stored.media_type,
        "abridged": exhibit.abridged,
        "files": [
            {"name": one.name, "media_type": one.media_type, "size": one.size, "sha256": one.sha256}
            for one in exhibit.files
        ],
        "locked_away": away_json(exhibit.locked_away),
        "observed": None if exhibit.observed is None else observed_to_json(exhibit.observed),
        "stated": {name: statement_to_json(said) for name, said in exhibit.statements.items()},
    }


def _arrival_json(arrival: Arrival, exhibits: tuple[ReceivedExhibit, ...]) -> dict[str, object]:
    row = arrival.row
    answer: dict[str, object] = {
        "received": received_json(row),
        "again": arrival.again,
        "taken": [received_exhibit_json(one) for one in exhibits],
    }
    if arrival.verdict is not None:
        return answer | verdict_json(arrival.verdict)
    if arrival.failure is not None:
        return answer | damaged_json(arrival.failure, row.latest_state.value)
    return answer | _as_it_was(row)


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


def _arrival_words(arrival: Arrival, exhibits: tuple[ReceivedExhibit, ...]) -> str:
    row = arrival.row
    if arrival.verdict is not None:
        words = verdict_words(arrival.verdict)
    elif arrival.failure is not None:
        words = "\n".join(sentences.describe_failure(arrival.failure))
    else:
        words = (
            f"It was received before, and found then: {row.latest_state.value}. "
            f"Verify {row.reference} to check it anew."
        )
    kept = "Kept before" if arrival.again else "Kept"
    lines = [
        words,
        f"{kept} as {row.reference}, unchanged and encrypted, on {day_and_time(row.received_at)}.",
    ]
    if exhibits:
        lines.append(f"{counted(len(exhibits), 'exhibit')} taken in: {', '.join(_names(exhibits))}.")
    return "\n".join(lines)


def _names(exhibits: tuple[ReceivedExhibit, ...], most: int = 10) -> list[str]:
    more = [f"and {len(exhibits) - most} more"] if len(exhibits) > most else []
    return [one.name for one in exhibits[:most]] + more


@app.command("forward")
def forward_command(
    vault: VaultPath,
    reference: Received,
    out: Output,
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="NAME", help="A contact; may be repeated.")
    ] = None,
    to_passphrase_file: Annotated[str | None, typer.Option("--to-passphrase-file", metavar="F")] = None,
    as_received: Annotated[
        bool, typer.Option("--as-received", help="The file that came, byte for byte, whatever its state.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="T", help="Why, for your record.")] = "",
    bundle_passphrase_file: BundlePassphraseFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Pass a received bundle on: sealed for other people, and unchanged inside, so that they can check the
    seal of the one who made it. That it was passed on, to whom and why is in your record."""
    if sum((bool(to), to_passphrase_file is not None, as_received)) != 1:
        raise UsageError(
            "Give --to NAME, --to-passphrase-file F or --as-received, one of them. Nothing was passed on."
        )
    secret = None if to_passphrase_file is None else read_secret(to_passphrase_file, "bundle's passphrase")
    keys = given_keys(None, bundle_passphrase_file)
    with (
        readers_vault(vault, passphrase_file) as held,
        progress_bar("Passing the bundle on") as step,
    ):
        if as_received:
            row = workflows.forward_as_received(held, reference, out, reason, step)
        else:
            row = workflows.forward(
                held,
                reference,
                contacts=[held.read.contact(name) for name in to or ()],
                passphrase=secret,
                out=out,
                reason=reason,
                keys=keys,
                progress=step,
            )
    put(as_json, _forwarded_json(row) | {"path": str(out)}, _forwarded_words(row, out))


def _forwarded_json(row: ForwardedRow) -> dict[str, object]:
    return {
        "received": row.received,
        "to": list(row.to),
        "with_passphrase": row.with_passphrase,
        "as_received": row.as_received,
        "reason": row.reason,
        "file_name": row.file_name,
        "size": row.size,
        "sha256": row.sha256,
        "at": row.forwarded_at.isoformat(),
        "entry": row.seq,
    }


def _forwarded_words(row: ForwardedRow, out: Path) -> str:
    if row.as_received:
        return f"Wrote {row.received} into {out}, byte for byte as it came. It opens for whom it was sealed."
    whom = f"for {', '.join(dict.fromkeys(row.to))}" if row.to else "with a passphrase"
    return f"Passed {row.received} on {whom}: {out}. Inside it is as it was sealed."


def exhibit_words(exhibit: ReceivedExhibit) -> list[tuple[str, str]]:
    """What is known of a received exhibit, line by line."""
    return [
        ("Received", f"{exhibit.received}, on {day_and_time(exhibit.received_at)}"),
        ("Sealed by its sender", f"{exhibit.sealed_at.isoformat()}, by the clock of their computer"),
        ("Level", "not known" if exhibit.level is None else exhibit.level.value),
        ("SHA-256", exhibit.stored.sha256),
        *_observed_words(exhibit),
        *(("File", f"{one.name}  SHA-256 {one.sha256}") for one in exhibit.files),
        *(
            (f"Stated: {said.field}", f"{said.value} ({said.source.value}, {said.by})")
            for said in exhibit.statements.values()
        ),
    ]


def _observed_words(exhibit: ReceivedExhibit) -> list[tuple[str, str]]:
    seen = exhibit.observed
    if seen is None:
        return []
    file = [] if seen.file is None else [("File name", seen.file.name)]
    series = [("Pictures", str(len(seen.series)))] if seen.series else []
    return [*file, *series, *seen_words(seen.page)]


def taken_out(held: Vault, name: str, original: Path | None, file: str | None = None) -> ReceivedExhibit:
    """A received exhibit by its name, `RCV-001 HXA/001`; its original is written to `original`, or the `file`
    beside it, out of the kept bundle."""
    reference, _, number = name.strip().partition(" ")
    exhibit = held.read.received_exhibit(reference, number)
    if original is not None and file is not None:
        sending = sent.Sending(held, Path(), exhibit.received)
        sent.save_copy(sending, sent.open_sent(sending, exhibit.number), file, original)
    elif original is not None:
        data = workflows.view_received(held, exhibit.received, exhibit.number)
        workflows.write_new_file(original, data)
    return exhibit
