"""Referrals without a picture (8.1)."""

from __future__ import annotations

from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.cli.bundles import roles_given
from evidence_app.cli.safeguards import read_moment
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
from evidence_app.records import (
    Found,
    How,
    Referral,
    Told,
)

referral_app = typer.Typer(help="Referrals without a picture (8.1).")


def referral_json(one: Referral) -> dict[str, object]:
    return {
        "reference": one.reference,
        "incident": one.incident,
        "exhibit": one.exhibit,
        "found": one.found.value,
        "address": one.address,
        "seen_at": one.seen_at.isoformat(),
        "told": [
            {
                "name": told.name,
                "role": told.role,
                "at": None if told.at is None else told.at.isoformat(),
                "how": None if told.how is None else told.how.value,
            }
            for told in one.told
        ],
        "concerns_head": one.concerns_head,
        "recorded_at": one.recorded_at.isoformat(),
        "entry": one.seq,
    }


def read_told(text: str) -> Told:
    """`ROLE=NAME`, then perhaps `@WHEN` and `/in_person`, `/telephone` or `/other`; raises `UsageError`."""
    role, mark, rest = text.partition("=")
    name, _, when = rest.partition("@")
    at, _, how = when.partition("/")
    if not mark or not name.strip() or (how and how not in set(How)):
        raise UsageError(
            f"{text[:60]!r} does not say who is told. Nothing was recorded. Write it as "
            "“safeguarding_lead=Nadia Ellery@2026-03-12 14:30/in_person”; the time may be left out."
        )
    return Told(
        name.strip(), role.strip(), read_moment(at) if at.strip() else None, How(how) if how else None
    )


@referral_app.command("record")
def referral_record(
    vault: VaultPath,
    found: Annotated[Found, typer.Option("--found", help="Where it is.")],
    seen: Annotated[str, typer.Option("--seen", metavar="WHEN", help="For example 2026-03-12 14:30.")],
    told: Annotated[
        list[str], typer.Option("--told", metavar="ROLE=NAME[@WHEN[/HOW]]", help="Who is told; repeat it.")
    ],
    address: Annotated[str, typer.Option("--address", metavar="URL", help="The address alone.")] = "",
    incident: Annotated[str | None, typer.Option("--incident", metavar="REF")] = None,
    exhibit: Annotated[str, typer.Option("--exhibit", metavar="NUMBER", help="If it is locked away.")] = "",
    concerns_head: Annotated[bool, typer.Option("--concerns-head")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Record a referral without a picture: where, when, who is told. Never what it shows."""
    people = [read_told(one) for one in told]
    with opened(vault, passphrase_file) as held:
        made = workflows.record_referral(
            held,
            found,
            read_moment(seen),
            people,
            address=address,
            incident=incident,
            exhibit=exhibit,
            concerns_head=concerns_head,
        )
    put(as_json, referral_json(made), f"Recorded {made.reference}, without a picture.")


@referral_app.command("list")
def referral_list(vault: VaultPath, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """List the referrals, newest first."""
    with opened(vault, passphrase_file) as held:
        found = held.read.referrals()
    words = "\n".join(
        f"{one.reference}  {one.recorded_at:%Y-%m-%d %H:%M} UTC  {one.found.value}" for one in found
    )
    put(as_json, {"referrals": [referral_json(one) for one in found]}, words or "No referrals yet.")


ReferralRef = Annotated[str, typer.Argument(metavar="REF", help="For example REF-001.")]


@referral_app.command("report")
def referral_report(
    vault: VaultPath, reference: ReferralRef, out: Output, passphrase_file: PassphraseFile = None
) -> None:
    """Write the sheet of a referral as PDF; it has words only."""
    with opened(vault, passphrase_file) as held:
        workflows.write_new_file(out, workflows.referral_report(held, reference))
    put(False, {}, f"Wrote {out.name}.")


@referral_app.command("seal")
def referral_seal(
    vault: VaultPath,
    reference: ReferralRef,
    to: Annotated[list[str], typer.Option("--to", metavar="NAME", help="A contact; may be repeated.")],
    out: Output,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="NAME=CODE", help="Which role somebody has, such as chair."),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", help="Why, where the policy warns. It stays with you.")
    ] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Seal a referral for people: a bundle without any exhibit."""
    with opened(vault, passphrase_file) as held, progress_bar("Sealing") as step:
        contacts = tuple(held.read.contact(name) for name in to)
        roles = roles_given(held, contacts, role or ())
        sealed = workflows.seal_referral(held, reference, contacts, out, step, roles=roles, reason=reason)
    answer = {
        "path": str(out),
        "bundle": sealed.bundle_id,
        "size": sealed.size,
        "digest": sealed.digest,
        "words": " ".join(sealed.words),
        "sealed_for": [one.name for one in contacts],
    }
    put(
        as_json,
        answer,
        f"Sealed for {', '.join(one.name for one in contacts)} into {out}, without a picture.",
    )
