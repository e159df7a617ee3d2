"""The certificate of a disposal: what was erased, on whose word, and what is left or elsewhere.

It claims what the record shows and nothing about copies that this vault does not hold.
Source: domain.md, rule 8 and "Never claim".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from evidence_app.bundle.dates import day_of, moment_of, plural
from evidence_app.bundle.sheet import Section, Sheet
from evidence_app.ledger import utc_text
from evidence_app.records import Decider, Disposal, Ground, HandedOut, LeftInBackup, Office, Owner

_DECIDERS = {Decider.HEAD: "headteacher", Decider.CHAIR: "chair of governors"}
_OFFICES = {Office.POLICE: "police", Office.SAFEGUARDING_LEAD: "safeguarding lead"}


def certificate(
    disposal: Disposal,
    handed_out: Sequence[HandedOut],
    owner: Owner,
    vault_id: str,
    local: Callable[[datetime], datetime],
    backups: Sequence[LeftInBackup] = (),
) -> Sheet:
    """The sheet for a disposal that is completed; ValueError for one that is not."""
    done = disposal.completed_at
    if done is None:
        raise ValueError("a disposal that is not completed has no certificate")

    def when(moment: datetime) -> str:
        return moment_of(local(moment))

    return Sheet(
        kind="Certificate of disposal",
        name=f"{disposal.name} was disposed of",
        school=owner.school,
        intro=(
            "This says what was erased from one vault, who decided it, and what is left. It says nothing "
            "about copies that this vault does not hold."
        ),
        foot=f"{disposal.name} · vault {vault_id} · entry {disposal.seq}",
        sections=(
            Section("The decision", tuple(_decision(disposal, owner, when))),
            Section("What was erased", points=tuple(_erased(disposal))),
            Section("What remains in the vault", points=tuple(_remains(disposal))),
            Section(
                "What is elsewhere, and was not erased",
                points=tuple(_elsewhere(disposal, handed_out, backups, when)),
            ),
            Section(
                "How to check it",
                rows=(
                    ("Vault", vault_id),
                    ("Entry of the disposal", f"{disposal.seq}, {utc_text(disposal.at)}"),
                    ("Completed", f"{utc_text(done)}, by this computer’s clock"),
                ),
                points=(
                    (
                        "A check of the vault recomputes the whole chain, names how many exhibits were "
                        "disposed of, and reports every entry whose content is gone without a recorded "
                        "disposal."
                    ),
                ),
            ),
        ),
        at=done,
    )


def _decision(disposal: Disposal, owner: Owner, when: Callable[[datetime], str]) -> list[tuple[str, str]]:
    rows = [
        ("What", _what(disposal)),
        ("Was received" if disposal.received else "Was captured", when(disposal.captured_at)),
        ("Was filed in", ", ".join(disposal.incidents) or "No incident of this vault"),
        ("Decided by", f"{disposal.decided_by}, {_DECIDERS[disposal.decider]}"),
        ("Second person", disposal.second),
        ("Carried out by", f"{disposal.by}, in the vault of {owner.name}"),
        ("Begun", when(disposal.at)),
        ("Completed", "" if disposal.completed_at is None else when(disposal.completed_at)),
    ]
    instruction, due = disposal.instruction, disposal.due
    if disposal.ground is Ground.INSTRUCTION and instruction is not None:
        office = _OFFICES[instruction.office]
        why = f"It was locked away. Instruction of {instruction.given_by}, {office}, reference "
        why += (
            f"{instruction.reference}, given on {when(instruction.given_at)}, recorded in entry "
            f"{instruction.seq}."
        )
    elif due is not None:
        why = f"It was due from {day_of(due.day)} on: {due.follows_from}. There was no hold."
        if instruction is not None:
            why += f" For what was locked away there was an instruction, recorded in entry {instruction.seq}."
    else:
        why = "Not recorded"
    return [*rows[:3], ("Why it may go", why), *rows[3:]]


def _what(disposal: Disposal) -> str:
    if not disposal.received:
        return f"Exhibit {disposal.number}"
    if disposal.number:
        return f"Exhibit {disposal.number} of the received bundle {disposal.received}"
    return f"The received bundle {disposal.received} with all that was taken in from it"


def _erased(disposal: Disposal) -> list[str]:
    entries = ", ".join(str(seq) for seq in disposal.erased)
    files = plural(len(disposal.objects), "encrypted file", "encrypted files")
    points = [
        f"The original: {files} in the vault’s folder, overwritten and removed.",
        (
            f"The content of {plural(len(disposal.erased), 'entry', 'entries')} of the record about this "
            f"alone ({entries}): what was observed, what was stated about it, where it was filed, and who "
            "looked at it."
        ),
        (
            "Its rows in the vault’s lists and in its search. The database was written anew and its log "
            "emptied, so that no page of before is left in the vault’s folder."
        ),
    ]
    if disposal.set_aside:
        copies = plural(len(disposal.set_aside), "copy", "copies")
        points.append(f"{copies} of it that an interruption had left in the vault’s folder.")
    if disposal.received and disposal.number:
        points[0] = (
            f"The original, and the file of {disposal.received} as it came, which held it too: {files} in "
            "the vault’s folder, overwritten and removed. The other exhibits of it are still here."
        )
    return points


def _remains(disposal: Disposal) -> list[str]:
    same = ", ".join(disposal.same_bytes)
    return [
        (
            "Of each erased entry its number, its commitment and its link: the chain of the record still "
            "checks, and nothing can be read from them."
        ),
        (
            "This disposal, with the days and the names above; and entries about locking it away, holds, "
            "instructions, referrals and receipts: they say how it was kept safe."
        ),
        (
            "What was stated about the incident itself, which may speak of it; and entries about several "
            "exhibits, which name its number."
        ),
        f"Other exhibits with exactly the same content, which were not part of this: {same}."
        if same
        else "No other exhibit of this vault had exactly the same content.",
    ]


def _elsewhere(
    disposal: Disposal,
    handed_out: Sequence[HandedOut],
    backups: Sequence[LeftInBackup],
    when: Callable[[datetime], str],
) -> list[str]:
    points = []
    for one in handed_out:
        people = f" for {', '.join(one.to)}" if one.to else ""
        point = f"The file {one.file_name or 'without a name'}, written on {when(one.at)}{people}."
        receipts = ", ".join(f"{name} on {when(at)}" for name, at in one.receipts)
        points.append(f"{point} Receipts: {receipts}." if receipts else f"{point} No receipt is recorded.")
    points += [f"Taken out in clear: {one}." for one in disposal.taken]
    points += [_in_backup(one, when) for one in backups]
    if disposal.received:
        points.append("Whoever sent the bundle has the originals.")
    if not points:
        points.append("No bundle with this exhibit was sealed in this vault.")
    return [
        *points,
        (
            "Other backups of this vault from before, unlocked copies, prints and pictures taken elsewhere: "
            "ask who may have them. Restoring such a backup brings the exhibit back."
        ),
        (
            "Traces on the disk itself: a disk can keep earlier contents in places that no program reaches. "
            "What is left there of the vault is encrypted."
        ),
    ]


def _in_backup(one: LeftInBackup, when: Callable[[datetime], str]) -> str:
    held = f"The backup at {one.place}, as it was on {when(one.at)}."
    if one.renewed_at is None:
        return f"{held} Bringing it up to date takes this out of it."
    return f"{held} It was brought up to date on {when(one.renewed_at)}, which took this out of it."
