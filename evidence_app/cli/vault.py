"""`vault create`, `check`, `backup` and `restore`; the ways into a vault are in `keys`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from evidence_app import disk, workflows
from evidence_app.cli import keys
from evidence_app.cli.keys import IdentityFile, RecoveryFile
from evidence_app.cli.shared import (
    AsJson,
    PassphraseFile,
    VaultPath,
    counted,
    noticed,
    opened,
    progress_bar,
    put,
    read_secret,
    stderr,
)
from evidence_app.errors import ExitCode, UsageError
from evidence_app.records import BackupReport, Role
from evidence_app.vault import backup as backups
from evidence_app.vault import check as vault_check
from evidence_app.vault import vault as vaults

vault_app = typer.Typer(help="Make, check and back up vaults.")


@vault_app.command("create")
def vault_create(
    vault: VaultPath,
    name: Annotated[str, typer.Option("--name", help="Whose vault it is.")],
    role: Annotated[Role, typer.Option("--role", help="staff, head or chair (of governors).")],
    school: Annotated[str, typer.Option("--school")] = "",
    passphrase_file: PassphraseFile = None,
    recovery_file: Annotated[
        Path | None,
        typer.Option("--recovery-file", metavar="OUT", help="Write the twelve recovery words here."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new vault."""
    if recovery_file is not None and disk.exists(recovery_file):
        raise UsageError(f"There is already a file {recovery_file.name}. No vault was made.")
    secret = read_secret(passphrase_file, "passphrase")
    made, words = vaults.create(vault, name=name, role=role, school=school, passphrase=secret)
    with made:
        answer = {"vault": str(vault), "id": made.label.vault_id, "initials": made.owner.initials}
    if recovery_file is not None:
        try:
            workflows.write_new_file(recovery_file, words.encode("ascii") + b"\n")
        except BaseException:
            # Nobody has seen the recovery words: an empty vault without them must not stay behind.
            shutil.rmtree(vault, ignore_errors=True)
            raise
    if recovery_file is None:
        stderr.print(
            f"Recovery words, shown this once: {words}\n"
            "Write them down and keep them away from this computer. No one can reset a passphrase.",
            markup=False,
        )
    put(as_json, answer, f"Made the vault {vault}.")


@vault_app.command("check")
def vault_check_command(
    vault: VaultPath,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the chain, build the index again and read every sealed file."""
    with (
        keys.by_any(vault, passphrase_file, None, identity) as held,
        progress_bar("Checking the vault") as step,
    ):
        report = vault_check.check(held, step)
    problems = [{"code": one.code, "where": one.where, "message": one.message} for one in report.problems]
    gone = f" {counted(report.disposed, 'exhibit')} disposed of." if report.disposed else ""
    looked_at = f"{report.entries} entries and {counted(report.objects, 'sealed file')}"
    words = (
        f"Vault in order: {looked_at} checked.{gone}"
        if not problems
        else "\n".join(
            [
                "This vault does not check. Nothing was changed or repaired. What is not named is in order.",
                *(f"- {one.where}: {one.message}" for one in report.problems),
            ]
        )
    )
    words = "\n".join([words, *report.notes])
    answer = {
        "in_order": not problems,
        "entries": report.entries,
        "objects": report.objects,
        "disposed": report.disposed,
        "link": report.link,
        "problems": problems,
        "notes": list(report.notes),
    }
    put(as_json, answer, words)
    if problems:
        raise typer.Exit(ExitCode.ALTERED)


@vault_app.command("backup")
def vault_backup(
    vault: VaultPath,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder, or that of an earlier backup.")
    ],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Copy the vault, encrypted as it is; a later run copies only what is new."""
    with opened(vault, passphrase_file) as held, progress_bar("Backing up") as step:
        report = workflows.back_up(held, folder, step)
    looked_at = f"{report.entries} entries and {counted(report.objects, 'sealed file')}"
    lines = [f"Backed up: {looked_at}, {report.copied} of them new."]
    if report.left_out:
        lines.append(f"{counted(report.left_out, 'sealed file')} locked away: left out.")
    if report.missing:
        lines.append(
            f"{counted(len(report.missing), 'sealed file')} of the vault missing, so not in the backup. "
            "Check the vault."
        )
    put(as_json, _backup_json(report), "\n".join(lines))
    if report.missing:
        raise typer.Exit(ExitCode.ALTERED)


@vault_app.command("restore")
def vault_restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the backup.")],
    vault: Annotated[Path, typer.Argument(metavar="VAULT", help="The vault to make; it must not exist.")],
    passphrase_file: PassphraseFile = None,
    recovery_words_file: RecoveryFile = None,
    identity: IdentityFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a vault from a backup, after reading and checking all of it."""
    slot, secret = keys.secret_of(passphrase_file, recovery_words_file, identity)
    with progress_bar("Putting the vault back") as step:
        made, report = backups.restore(folder, vault, secret, slot, step)
    noticed(made)
    made.close()
    put(
        as_json,
        _backup_json(report),
        f"Put back as {vault}: {report.entries} entries and {counted(report.objects, 'sealed file')}. "
        "Work with one of the two only: each would go on with a record of its own.",
    )


vault_app.command("passphrase")(keys.vault_passphrase)
vault_app.command("words")(keys.vault_words)
vault_app.command("recovery-sheet")(keys.vault_recovery_sheet)
vault_app.command("recovery-check")(keys.vault_recovery_check)
vault_app.command("school-key")(keys.vault_school_key)
vault_app.command("replace-key")(keys.vault_replace_key)


def _backup_json(report: BackupReport) -> dict[str, object]:
    return {
        "entries": report.entries,
        "link": report.link,
        "objects": report.objects,
        "copied": report.copied,
        "left_out": report.left_out,
        "missing": list(report.missing),
    }
