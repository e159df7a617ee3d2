"""`vault passphrase`, `words`, `recovery-sheet`, `recovery-check` and `school-key`: the ways into a vault."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.cli.shared import AsJson, Output, PassphraseFile, VaultPath, opened, put, read_secret
from evidence_app.crypto.words import SUGGESTED_WORDS, WORD_BITS, suggest_passphrase
from evidence_app.errors import UsageError
from evidence_app.vault import vault as vaults
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows import keeping

RecoveryFile = Annotated[
    str | None,
    typer.Option(
        "--recovery-words-file", metavar="F", help="Use the twelve recovery words in this file instead."
    ),
]
IdentityFile = Annotated[
    Path | None,
    typer.Option("--identity", metavar="FILE", help="Use the school's key file (AGE-SECRET-KEY-1…) instead."),
]


def by_any(
    vault: Path, passphrase_file: str | None, recovery_file: str | None, identity: Path | None
) -> Vault:
    """The vault, opened in the one way that was given."""
    slot, secret = secret_of(passphrase_file, recovery_file, identity)
    return vaults.unlock(vault, secret, slot)


def secret_of(
    passphrase_file: str | None, recovery_file: str | None, identity: Path | None
) -> tuple[Slot, str]:
    """Which way, and what opens it; raises `UsageError` for two at once."""
    if sum(one is not None for one in (passphrase_file, recovery_file, identity)) > 1:
        raise UsageError("Two ways to open the vault were given. Nothing was changed. Give one.")
    if identity is not None:
        return Slot.SCHOOL, workflows.read_text_file(identity)
    if recovery_file is not None:
        return Slot.RECOVERY, read_secret(recovery_file, "recovery words")
    return Slot.PASSPHRASE, read_secret(passphrase_file, "passphrase")


def vault_passphrase(
    vault: VaultPath,
    passphrase_file: PassphraseFile = None,
    recovery_words_file: RecoveryFile = None,
    identity: IdentityFile = None,
    new_passphrase_file: Annotated[
        str | None, typer.Option("--new-passphrase-file", metavar="F", help="Read the new passphrase here.")
    ] = None,
) -> None:
    """Change the passphrase; the recovery words and the school's key stay as they are."""
    with by_any(vault, passphrase_file, recovery_words_file, identity) as held:
        secret = new_secret(new_passphrase_file)
        workflows.change_passphrase(held, secret)
    put(
        False,
        {},
        "The passphrase was changed. Backups made before still open with the old one; make a new backup.",
    )


def new_secret(source: str | None) -> str:
    """A new passphrase: from a file, or typed twice."""
    secret = read_secret(source, "new passphrase")
    if source is None and read_secret(None, "new passphrase, again") != secret:
        raise UsageError("The two new passphrases differ. Nothing was changed. Type them again.")
    return secret


def vault_words(
    count: Annotated[int, typer.Option("--count", min=4, max=12, help="How many words.")] = SUGGESTED_WORDS,
    as_json: AsJson = False,
) -> None:
    """Suggest a passphrase of words drawn by chance; nothing is kept."""
    words, bits = suggest_passphrase(count), count * WORD_BITS
    put(as_json, {"words": words, "bits": bits}, f"{words}\n({bits} bits: drawn by chance from 2,048 words)")


def vault_recovery_sheet(
    vault: VaultPath,
    output: Output,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
) -> None:
    """Make a new recovery sheet (PDF, one page); the sheet of before opens nothing from here on."""
    with by_any(vault, passphrase_file, None, identity) as held:
        keeping.save_sheet(held, keeping.new_sheet(held), output)
    put(
        False,
        {},
        f"Wrote {output}: whoever has it can read the vault. Print it and take the file off this computer. "
        "The sheet of before opens nothing any more. "
        "See that the paper works before you put it away: evidence-app vault recovery-check.",
    )


def vault_recovery_check(
    vault: VaultPath, passphrase_file: PassphraseFile = None, recovery_words_file: RecoveryFile = None
) -> None:
    """See whether the words of a recovery sheet really open this vault; nothing is changed."""
    with opened(vault, passphrase_file) as held:
        keeping.check_sheet(held, read_secret(recovery_words_file, "recovery words"))
    put(False, {}, "These words open the vault. Put the sheet in its envelope and lock it away.")


def vault_school_key(
    vault: VaultPath,
    recipient: Annotated[
        str, typer.Option("--recipient", metavar="KEY", help="The school's public recovery key, age1…")
    ],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Let the school open this vault too, with the secret key that belongs to this public one."""
    with opened(vault, passphrase_file) as held:
        key = keeping.give_school_key(held, recipient)
    put(False, {}, f"Whoever holds the secret key of {key} can open and read this vault from now on.")
