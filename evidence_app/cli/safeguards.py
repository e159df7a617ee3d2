"""Locking away, withdrawing, holding and disposing; instructions of the police or the safeguarding lead."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from evidence_app import workflows
from evidence_app.cli.casework import exhibit_app, incident_app
from evidence_app.cli.shared import (
    AsJson,
    Output,
    PassphraseFile,
    VaultPath,
    away_json,
    exhibit_json,
    hold_json,
    opened,
    put,
)
from evidence_app.errors import UsageError
from evidence_app.records import (
    Decider,
    Disposal,
    Instruction,
    Office,
    Role,
    Why,
)

instruction_app = typer.Typer(help="What the police or the safeguarding lead said.")

Number = Annotated[
    str,
    typer.Argument(metavar="NUMBER", help="For example HXA/004, or “RCV-001 HXA/004” of a received bundle."),
]
Reference = Annotated[str, typer.Argument(metavar="REF", help="For example INC-004.")]
About = Annotated[
    str, typer.Argument(metavar="NUMBER|REF", help="For example HXA/004; of an incident INC-004.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="T")]
AskedBy = Annotated[str, typer.Option("--asked-by", metavar="NAME", help="Who asked for it.")]


def read_moment(text: str) -> datetime:
    """A day and time as typed, in this computer's zone unless it names one; raises `UsageError`."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{text[:40]!r} is no day and time. Nothing was recorded. Write it as 2026-03-12 14:30."
        ) from error


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is no day. Nothing was recorded. Write it as 2026-03-12.") from error


# --- an exhibit -----------------------------------------------------------------------------------------


@exhibit_app.command("lock-away")
def lock_away(
    vault: VaultPath,
    number: Number,
    why: Annotated[Why, typer.Option("--why")] = Why.INDECENT_IMAGE,
    told: Annotated[
        list[str] | None, typer.Option("--told", metavar="NAME", help="Who was told; may be repeated.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Lock an exhibit away: nobody can see, copy or export it any more."""
    with opened(vault, passphrase_file) as held:
        names = workflows.lock_away(held, number, why, told or ())
        away = held.read.locked_away(names[0])
    others = ", ".join(names[1:])
    also = f" So is {others}, which is the same picture." if others else ""
    answer = {"number": names[0], "also": list(names[1:]), "locked_away": away_json(away)}
    put(
        as_json,
        answer,
        f"{names[0]} is locked away.{also} Tell the headteacher and the safeguarding lead now.",
    )


@exhibit_app.command("withdraw")
def withdraw(
    vault: VaultPath,
    number: Number,
    reason: Reason,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Mark an exhibit as captured by mistake: it stays in the record and out of bundles."""
    with opened(vault, passphrase_file) as held:
        exhibit = workflows.withdraw(held, number, reason)
    put(as_json, exhibit_json(exhibit), f"{exhibit.number} is withdrawn. It stays in the record.")


@exhibit_app.command("reinstate")
def reinstate(
    vault: VaultPath,
    number: Number,
    reason: Reason,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a withdrawal back."""
    with opened(vault, passphrase_file) as held:
        exhibit = workflows.reinstate(held, number, reason)
    put(as_json, exhibit_json(exhibit), f"{exhibit.number} is not withdrawn any more.")


@exhibit_app.command("hold")
@incident_app.command("hold")
def hold(
    context: typer.Context,
    vault: VaultPath,
    about: About,
    reason: Reason,
    asked_by: AskedBy,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Keep an exhibit, or all exhibits of an incident, from every disposal."""
    with opened(vault, passphrase_file) as held:
        made = workflows.hold(held, _named(context, about), reason, asked_by)
    put(as_json, hold_json(made), f"There is a hold on {made.about}. Nothing of it is disposed of.")


@exhibit_app.command("release")
@incident_app.command("release")
def release(
    context: typer.Context,
    vault: VaultPath,
    about: About,
    reason: Reason,
    asked_by: AskedBy,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Lift a hold on an exhibit or incident."""
    with opened(vault, passphrase_file) as held:
        released = workflows.release(held, _named(context, about), reason, asked_by)
    put(as_json, {"about": released, "held": False}, f"The hold on {released} is lifted.")


def _named(context: typer.Context, about: str) -> str:
    """What is meant: `4` is an incident after the word `incident`, else an exhibit."""
    group = context.parent.info_name if context.parent is not None else ""
    return _incident(about) if group == "incident" else about


def _incident(reference: str) -> str:
    return reference if reference.strip().upper().startswith("INC-") else f"INC-{reference.strip()}"


# --- disposal -------------------------------------------------------------------------------------------


@incident_app.command("keep-until")
def incident_keep_until(
    vault: VaultPath,
    reference: Reference,
    day: Annotated[str, typer.Argument(metavar="DAY", help="For example 2033-08-31.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """State until when the school keeps an incident; there is no day by default."""
    with opened(vault, passphrase_file) as held:
        due = workflows.keep_until(held, _incident(reference), read_day(day))
    put(as_json, {"day": due.day.isoformat(), "follows_from": due.follows_from}, f"Kept until {due.day}.")


def disposal_json(made: Disposal) -> dict[str, object]:
    return {
        "number": made.name,
        "ground": made.ground.value,
        "due": None if made.due is None else made.due.day.isoformat(),
        "decided_by": made.decided_by,
        "role": made.decider.value,
        "second": made.second,
        "entries_erased": list(made.erased),
        "files_erased": len(made.objects),
        "same_content": list(made.same_bytes),
        "at": made.at.isoformat(),
        "completed_at": None if made.completed_at is None else made.completed_at.isoformat(),
        "entry": made.seq,
    }


@exhibit_app.command("dispose")
def dispose(
    vault: VaultPath,
    number: Number,
    second: Annotated[str, typer.Option("--second", metavar="NAME", help="The second person.")],
    decided_by: Annotated[
        str, typer.Option("--decided-by", metavar="NAME", help="Who decided it, if not the vault's owner.")
    ] = "",
    role: Annotated[Decider | None, typer.Option("--as", help="In which role it was decided.")] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", metavar="FILE", help="Write the certificate here.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Dispose of an exhibit that is due, or by a recorded instruction. It cannot be brought back."""
    if certificate is not None and (certificate.exists() or not certificate.parent.is_dir()):
        raise UsageError(
            f"The certificate cannot be written to {certificate}. Nothing was disposed of. Name a new file "
            "in a folder that exists."
        )
    with opened(vault, passphrase_file) as held:
        owner = held.owner
        if not decided_by and not owner.role.receives:
            raise UsageError(
                "A disposal is decided by the headteacher or the chair of governors. Nothing was disposed "
                "of. Say who, with --decided-by NAME and --as head or chair."
            )
        own = Decider.CHAIR if owner.role is Role.CHAIR and not decided_by else Decider.HEAD
        made = workflows.dispose(
            held, number, decided_by=decided_by or owner.name, decider=role or own, second=second
        )
        if certificate is not None:
            workflows.write_new_file(certificate, workflows.certificate(held, made.name))
    put(
        as_json,
        disposal_json(made),
        f"{made.name} was disposed of in this vault. Copies that were handed out or backed up are not "
        "erased: the certificate names what is known of them.",
    )


@exhibit_app.command("certificate")
def certificate_command(
    vault: VaultPath,
    number: Number,
    out: Output,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the certificate of a disposal again."""
    with opened(vault, passphrase_file) as held:
        workflows.write_new_file(out, workflows.certificate(held, number))
        made = held.read.disposal(number)
    put(as_json, {} if made is None else disposal_json(made), f"Wrote {out.name}.")


# --- instructions ---------------------------------------------------------------------------------------


def instruction_json(made: Instruction) -> dict[str, object]:
    return {
        "number": f"{made.received} {made.number}".strip(),
        "from": made.given_by,
        "office": made.office.value,
        "reference": made.reference,
        "given_at": made.given_at.isoformat(),
        "entry": made.seq,
    }


@instruction_app.command("record")
def instruction_record(
    vault: VaultPath,
    number: Number,
    given_by: Annotated[str, typer.Option("--from", metavar="NAME")],
    office: Annotated[Office, typer.Option("--office")],
    reference: Annotated[str, typer.Option("--reference", metavar="T", help="Their reference.")],
    at: Annotated[str, typer.Option("--at", metavar="WHEN", help="For example 2026-03-12 14:30.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Record the instruction to dispose of what is locked away. Nothing is disposed of by this."""
    with opened(vault, passphrase_file) as held:
        made = workflows.record_instruction(held, number, given_by, office, reference, read_moment(at))
    put(as_json, instruction_json(made), f"Recorded what {made.given_by} said about {made.number}.")
