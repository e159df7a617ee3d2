"""What a row of the register says, in its cells and to a screen reader."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from evidence_app.records import ReceiptRow, ReceivedRow, RegisterRow
from evidence_app.ui import say
from evidence_app.ui.pages.bundle_states import Status, status
from evidence_app.ui.pages.contact_words import role_and_school


def _tr(text: str) -> str:
    return QCoreApplication.translate("register", text)


@dataclass(frozen=True, slots=True)
class RowWords:
    """The words of a row; pairs are a cell's two lines, the second may be empty."""

    reference: str
    received: tuple[str, str]
    sender: tuple[str, str]
    title: str
    related: str
    exhibits: str
    status: Status
    receipt: tuple[str, str]
    receipt_line: str
    decided: tuple[str, str]
    open: bool
    overdue: bool
    spoken: str


def sender_of(one: RegisterRow) -> tuple[str, str]:
    """Name and role: the reader's own words for a confirmed key, otherwise what the bundle claims."""
    if one.contact is not None and one.contact.confirmed_at is not None:
        return one.sender, role_and_school(one.contact.role, "")
    if one.sender:
        return one.sender, _tr("Not confirmed")
    return _tr("Not known"), _tr("Not readable")


def title_of(row: ReceivedRow) -> str:
    """The incident's title; the file's name where the bundle does not say."""
    return row.title or row.incident or row.file_name


def waiting(one: RegisterRow) -> str:
    """How long it has been waiting for a decision: "Waiting 12 days"."""
    if one.settled:
        return _tr("Settled")
    if one.age_days < 1:
        return _tr("Came today")
    return _tr("Waiting {0}").format(say.plural(one.age_days, _tr("day"), _tr("days")))


def waiting_status(one: RegisterRow) -> tuple[str, str, str]:
    """Words, kind and icon of a chip that says how long it has been waiting."""
    if one.settled:
        return waiting(one), "ok", "check"
    if one.overdue:
        return _tr("Overdue: {0}").format(waiting(one).lower()), "warn", "clock"
    return waiting(one), "neutral", "clock"


def issued(receipt: ReceiptRow | None) -> tuple[str, str]:
    """Number and day of the receipt, or that there is none."""
    if receipt is None:
        return _tr("Not issued"), ""
    return receipt.number or _tr("Issued"), say.brief_day(receipt.recorded_at)


def decision(one: RegisterRow) -> str:
    """The newest outcome, or that there is none."""
    return one.outcome_name or _tr("Not decided yet")


def seen_with(one: RegisterRow) -> str:
    """For example `Seen with RCV-002` or `Seen with 3 others`; empty for none."""
    number = len(one.related) + one.related_more
    if number > 1:
        return _tr("Seen with {0} others").format(number)
    return _tr("Seen with {0}").format(one.related[0].reference) if number else ""


def words_of(one: RegisterRow) -> RowWords:
    """The words of a row."""
    row, shown = one.row, status(one.state)
    sender, about = sender_of(one)
    together, number = seen_with(one), len(row.exhibits)
    receipt, day = issued(one.receipt)
    receipt_line = _tr("Receipt {0}, {1}").format(receipt, day) if day else _tr("Receipt not issued")
    parts = [
        _tr("{reference}, received on {day}, {time}").format(
            reference=row.reference, day=say.short_day(row.received_at), time=say.minute(row.received_at)
        ),
        _tr("from {0}").format(sender),
        about,
        title_of(row),
        say.plural(number, _tr("exhibit"), _tr("exhibits")) if number else _tr("no exhibit could be read"),
        shown.words,
        receipt_line,
        decision(one),
        _tr("{0}, overdue").format(waiting(one)) if one.overdue else waiting(one),
        together,
    ]
    return RowWords(
        reference=row.reference,
        received=(
            say.brief_day(row.received_at),
            f"{say.minute(row.received_at)} · {row.reference}",
        ),
        sender=(sender, about),
        title=title_of(row),
        related=together,
        exhibits=str(number) if number else "–",
        status=shown,
        receipt=(receipt, day),
        receipt_line=receipt_line,
        decided=(decision(one), waiting(one)),
        open=one.outcome is None,
        overdue=one.overdue,
        spoken=", ".join(part for part in parts if part),
    )
