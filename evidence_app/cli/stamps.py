"""`stamp`: independent time for what is recorded, and for bundles whose time stamp is pending."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence_app import disk, paths, settings, workflows
from evidence_app.cli.shared import (
    AsJson,
    PassphraseFile,
    VaultPath,
    counted,
    opened,
    progress_bar,
    put,
    read_secret,
    stderr,
)
from evidence_app.errors import ExitCode, UsageError
from evidence_app.records import PendingStamp, ProgressCall, StampRow
from evidence_app.vault.vault import Vault

app = typer.Typer()


@app.command("stamp")
def stamp_command(
    vault: VaultPath,
    service: Annotated[
        list[str] | None,
        typer.Option(
            "--service", metavar="URL", help="Ask this service (RFC 3161), not those of the settings."
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="DIR", help="Ask nobody; write every time stamp into a new folder."),
    ] = None,
    copy: Annotated[
        Path | None,
        typer.Option("--copy", metavar="FILE", help="Ask nobody; copy this bundle with its late time stamp."),
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT", help="With --copy.")] = None,
    to_passphrase_file: Annotated[
        str | None, typer.Option("--to-passphrase-file", metavar="F", help="With --copy: its passphrase.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Have independent services say when: one digest of the newest checkpoint goes out, and nothing else."""
    if export is not None and copy is not None:
        raise UsageError("Give --export or --copy, not both. Nothing was changed.")
    if (copy is None) != (out is None):
        raise UsageError("--copy FILE and -o OUT belong together. Nothing was changed.")
    if export is not None and disk.exists(export):
        raise UsageError(f"There is already something at {export}. Nothing was written. Choose a new name.")
    services = workflows.services_of(service or settings.load(paths.user_config_dir()).keeping.asked)
    if export is None and copy is None and not services:
        raise UsageError(
            "No time stamp service is switched on. Nothing was asked. Name one with --service URL; your IT "
            "lead knows one."
        )
    secret = None if to_passphrase_file is None else read_secret(to_passphrase_file, "bundle's passphrase")
    with opened(vault, passphrase_file) as held, progress_bar("Asking") as step:
        if export is not None:
            count = workflows.write_stamps(held, export)
            put(as_json, {"stamps": count}, f"Wrote {counted(count, 'time stamp')} into {export}.")
            return
        if copy is not None and out is not None:
            made = _copied(held, copy, out, secret, step)
            put(as_json, {"path": str(out), "bundle": made}, f"Wrote {out} with its time stamp.")
            return
        held.checkpoint()
        report = workflows.stamp_vault(held, services, step)
        waiting = workflows.pending_stamps(held)
        addable = workflows.can_be_added(held)
    for problem in report.problems:
        stderr.print(problem, markup=False)
    lines = [f"{one.by} saw it at {one.at.isoformat()}: {_of(one)}." for one in report.obtained]
    lines += [f"Pending: {_of(one)}." for one in waiting]
    lines += [f"{path} can have its time stamp: evidence-app stamp --copy." for _, path, _ in addable]
    answer = {
        "obtained": [
            {
                "over": one.of.over.value,
                "bundle": one.of.bundle,
                "entries": one.of.size,
                "service": one.service,
                "by": one.by,
                "at": one.at.isoformat(),
                "confirmed": one.confirmed,
            }
            for one in report.obtained
        ],
        "pending": [
            {"over": one.of.over.value, "bundle": one.of.bundle, "services": list(one.services)}
            for one in waiting
        ],
        "problems": list(report.problems),
        "copies": [{"bundle": bundle, "path": path} for bundle, path, _ in addable],
    }
    put(as_json, answer, "\n".join(lines) or "Nothing waits for a time stamp.")
    if report.pending:
        raise typer.Exit(ExitCode.FAILED)


def _of(one: StampRow | PendingStamp) -> str:
    """What a time stamp is over, in words."""
    return f"the bundle {one.of.bundle}" if one.of.bundle else f"the first {one.of.size} entries"


def _copied(held: Vault, file: Path, out: Path, passphrase: str | None, step: ProgressCall) -> str:
    """Copy the bundle that the file is of: by its place, else by its name, else the only one; its id."""
    waiting = [(bundle, Path(path)) for bundle, path, _ in workflows.can_be_added(held)]
    fitting = [bundle for bundle, path in waiting if path.resolve() == file.resolve()]
    fitting = fitting or [bundle for bundle, path in waiting if path.name == file.name]
    fitting = fitting or [bundle for bundle, _ in waiting]
    if len(fitting) != 1:
        raise UsageError(
            f"No bundle called {file.name} waits for its time stamp here. Nothing was written. Ask for the "
            "time stamp first, or give the name that the file was sealed under."
        )
    workflows.stamped_copy(held, fitting[0], out, file, passphrase, step)
    return fitting[0]
