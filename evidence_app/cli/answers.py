"""What a person tells that helps to read an exhibit: the key of a mail's signature, the order of dates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.capture.mail_key import LONGEST
from evidence_app.cli.shared import AsJson, PassphraseFile, VaultPath, opened, put
from evidence_app.errors import UsageError

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="For example HXA/004.")]


def exhibit_key(
    vault: VaultPath,
    number: Number,
    record: Annotated[
        Path, typer.Option("--dkim", metavar="FILE", help="The text of the DNS TXT record, as it was copied.")
    ],
    origin: Annotated[
        str, typer.Option("--from", metavar="WORDS", help="Where the key comes from; it is recorded.")
    ],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="s1._domainkey.larkmere.example, if needed.")
    ] = "",
    got_by: Annotated[str, typer.Option("--got-by", metavar="NAME", help="Who looked it up.")] = "",
    got_on: Annotated[str, typer.Option("--got-on", metavar="DAY", help="2026-03-12")] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Store the public key of a mail's signature with it, and check the signature with it. Nothing is looked
    up in the network."""
    try:
        with record.open("rb") as file:
            text = file.read(LONGEST + 1).decode("utf-8-sig", "replace")
    except OSError as error:
        raise UsageError(
            f"{record.name} cannot be read ({error.strerror}). Nothing was stored. Check where it is."
        ) from error
    with opened(vault, passphrase_file) as held:
        full = held.read.exhibit(number).number
        result = workflows.store_key(held, full, text, origin=origin, got_by=got_by, got_on=got_on, name=name)
    put(as_json, {"about": full, "result": result}, f"Stored with {full}.\n{result}")


def exhibit_dates(
    vault: VaultPath,
    number: Number,
    order: Annotated[str, typer.Option("--order", metavar="ORDER", help="“day first” or “month first”.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """State in which order a chat's times have day and month, and read it with that from now on."""
    with opened(vault, passphrase_file) as held:
        full = held.read.exhibit(number).number
        workflows.answer_order(held, full, order)
    put(as_json, {"about": full, "order": order}, f"The times of {full} are read {order} from now on.")
