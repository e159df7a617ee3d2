"""What is said of a receipt, one wording on every page: who, when, found how, and what to do."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from evidence_app.bundle.dates import day_and_time
from evidence_app.records import Consistency, SenderStatus
from evidence_app.ui import say
from evidence_app.ui.pages import contact_words
from evidence_app.ui.pages.receipt_data import Known, Recorded

Status = tuple[str, str, str]
"""Words, kind and icon of a chip."""


def tr(text: str) -> str:
    return QCoreApplication.translate("receipt_words", text)


def sentence(one: Known) -> str:
    """For example "Received by Mrs Ruth Calloway on 13 March 2026, 9:12am"; a claim only as one."""
    when = day_and_time(one.row.at)
    if one.row.issued:
        return tr("You issued this receipt on {0}").format(when)
    if one.signer is SenderStatus.UNKNOWN:
        said = tr("Somebody who gives the name {0} says they received it on {1}")
        altered = tr("Somebody who gives the name {0} says they found it altered on {1}")
    elif one.signer is SenderStatus.KNOWN:
        said = tr("Received by {0}, a contact that you have not confirmed, on {1}")
        altered = tr("{0}, a contact that you have not confirmed, found it altered on {1}")
    else:
        said, altered = tr("Received by {0} on {1}"), tr("{0} found it altered on {1}")
    return (said if one.row.unchanged else altered).format(one.name, when)


def who(one: Known) -> str:
    """A name only where it is this vault's own for the key; else that it is claimed."""
    if one.signer is SenderStatus.UNKNOWN:
        return tr("Name given: {0}").format(one.name)
    return one.name


def found(one: Known) -> Status:
    """What the reader found."""
    if not one.row.unchanged:
        return tr("Found altered"), "bad", "x-circle"
    if one.row.consistent is Consistency.NO:
        return tr("Unchanged, but in conflict"), "warn", "alert-circle"
    return tr("Found unchanged"), "ok", "check-circle"


def signer(one: Known) -> Status:
    """Whose key signed it."""
    if one.row.issued:
        return tr("Signed by you"), "accent", "key"
    if one.signer is SenderStatus.UNKNOWN:
        return tr("Unknown key"), "warn", "shield-question"
    if one.signer is SenderStatus.KNOWN:
        return tr("Contact not confirmed"), "warn", "alert-circle"
    return contact_words.status(one.contact)


def short(one: Known) -> Status:
    """One chip for all of it, where there is room for one: what most needs to be known."""
    if not one.row.unchanged:
        return tr("Found altered"), "bad", "x-circle"
    if one.signer is SenderStatus.UNKNOWN:
        return tr("Receipt by an unknown key"), "warn", "shield-question"
    if one.signer is SenderStatus.KNOWN:
        return tr("Receipt, not confirmed"), "warn", "alert-circle"
    if one.row.consistent is Consistency.NO:
        return tr("Receipt, in conflict"), "warn", "alert-circle"
    return tr("Receipt received"), "ok", "receipt"


def steps(one: Known) -> tuple[str, ...]:
    """What to do, most urgent first; nothing where all is well."""
    todo: list[str] = []
    if one.row.issued:
        return ()
    if not one.row.unchanged:
        todo.append(
            tr(
                "Ask which file they have, and seal the bundle again for them. Your own vault is not "
                "affected, and a damaged download can cause this."
            )
        )
    if one.signer is SenderStatus.UNKNOWN:
        todo.append(
            tr(
                "This key is not in your contacts: anybody could have written the name. Ask the reader for "
                "their contact card, add it, and compare the eight words."
            )
        )
    elif one.signer is SenderStatus.KNOWN:
        todo.append(
            tr(
                "You have not confirmed this contact. Compare the eight words of their key in person or by "
                "telephone; then the receipt counts as theirs."
            )
        )
    if one.row.unchanged and one.row.consistent is Consistency.NO:
        todo.append(
            tr(
                "It did not agree with what they had from you before. A vault put back from a backup can "
                "cause this: check your vault, and talk to them about it."
            )
        )
    return tuple(todo)


def clock(one: Known) -> str:
    """Whose time it is, and when it came here."""
    here = tr("By the clock of their computer. Recorded here on {0}.").format(
        day_and_time(one.row.recorded_at)
    )
    if one.bundle is not None and one.row.at < one.bundle.sealed_at:
        here += " " + tr("That is before you sealed it: one of the two clocks is wrong.")
    return here


def waiting(sealed_at: datetime, now: datetime) -> str:
    """For a bundle without a receipt: "No receipt yet, sealed 3 days ago"."""
    days = (say.local(now).date() - say.local(sealed_at).date()).days
    if days <= 0:
        return tr("No receipt yet, sealed today")
    if days == 1:
        return tr("No receipt yet, sealed yesterday")
    return tr("No receipt yet, sealed {0} days ago").format(days)


def about(one: Known) -> str:
    """Which bundle it is for, in one line."""
    if one.bundle is not None:
        return f"{one.bundle.incident} · {one.bundle.file_name}"
    if one.received is not None:
        return " · ".join(
            part for part in (one.received.reference, one.received.title or one.received.file_name) if part
        )
    return tr("A bundle that was checked, not received")


def recorded(one: Recorded) -> tuple[str, str, str, str]:
    """Title, sentences, kind and icon of the message after recording."""
    known = one.known
    more = " ".join([f"{sentence(known)}.", *steps(known)])
    words, kind, icon = short(known)
    if one.again:
        when = say.short_day(known.row.recorded_at)
        return tr("This receipt was recorded before, on {0}.").format(when), more, kind, icon
    if kind == "ok":
        return tr("Receipt recorded."), more, kind, icon
    return tr("Receipt recorded: {0}.").format(words[:1].lower() + words[1:]), more, kind, icon
