"""The rows of a timeline: made in the background from the records of an incident, no widgets here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from PySide6.QtCore import QCoreApplication

from evidence_app.capture.files import shown
from evidence_app.records import BundleRow, Disposal, Exhibit, Hold, Incident, Referral, Statement
from evidence_app.ui import say
from evidence_app.ui.pages import receipt_data, receipt_words
from evidence_app.ui.pages.receipt_data import Known
from evidence_app.ui.pages.stated_words import field_name, value_words
from evidence_app.ui.pages.timeline_copies import Related, originals_kept, related
from evidence_app.ui.pages.timeline_times import gap_words, posted, span
from evidence_app.vault.vault import Vault
from evidence_app.workflows.looking import has_picture

SHOWN_ROWS = 4
"""Days after the newest are folded as soon as this many rows stand above them."""

_LONGEST = 240
"""Characters of a correction that a row shows; all of it stands under "What was said"."""


def tr(text: str) -> str:
    return QCoreApplication.translate("timeline", text)


@dataclass(frozen=True, slots=True)
class Status:
    """A chip: words, one of `theme.KINDS`, icon."""

    words: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """The heading of a day, or (`gap`) the words for days without an exhibit."""

    key: str
    words: str
    first: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    """A card. `line` is the address or what stands in for it; `quiet` where it is only a gap, and empty
    for a copy, which has `related` to say what it is; `bare` for a file without a picture."""

    key: str
    exhibit: Exhibit
    platform: str
    method: str
    time: str
    line: str
    line_icon: str
    quiet: bool
    chips: tuple[Status, ...]
    spoken: str
    locked: bool = False
    related: Related | None = None
    bare: bool = False

    @property
    def shows(self) -> bool:
        """Whether there is a picture that can be shown."""
        return not self.locked and not self.bare


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A dashed row: a note, a correction, a bundle, a receipt. `head` is set in semi-bold.

    `kind` is one of `theme.KINDS`; `receipt` the entry of the receipt that the row opens, or -1;
    `referral` the reference of the referral that it opens.
    """

    key: str
    head: str
    rest: str
    icon: str
    kind: str = "neutral"
    receipt: int = -1
    referral: str = ""


@dataclass(frozen=True, slots=True)
class FoldRow:
    """An older day behind one line; `key` is the day's."""

    key: str
    words: str


Row = DayRow | ExhibitRow | NoteRow | FoldRow


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one local day, newest first."""

    key: str
    words: str
    rows: tuple[ExhibitRow | NoteRow, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """An incident as the page shows it; `incident` is None for the captures that are not filed."""

    incident: Incident | None
    facts: str
    days: tuple[Day, ...]
    exhibits: int
    held: Hold | None = None


def load(vault: Vault, reference: str | None) -> Timeline:
    """Read an incident, or the unfiled captures for None; for background work."""
    incident = None if reference is None else vault.read.incident(reference)
    exhibits = vault.read.exhibits(None if incident is None else incident.reference)
    held: Hold | None = None
    moments: list[tuple[datetime, int, ExhibitRow | NoteRow]] = []
    kept = originals_kept(vault, exhibits)
    copies = vault.read.copies_in(None if incident is None else incident.reference)
    for exhibit in exhibits:
        row = exhibit_row(exhibit, related(exhibit, kept, copies))
        moments.append((exhibit.sealed_at, exhibit.seq, row))
        moments += _marks(exhibit)
        if exhibit.statements:
            moments += _later_statements(vault.read.statements(exhibit.number))
    if incident is not None:
        moments += _incident_notes(vault.read.statements(incident.reference))
        bundles = vault.read.bundles(incident.reference)
        receipts = receipt_data.of_bundles(vault, bundles)
        answered = {one.row.bundle_id for one in receipts}
        moments += [_bundle(one, one.bundle_id in answered) for one in bundles]
        moments += [_receipt(one) for one in receipts]
        moments += [_disposal(one) for one in vault.read.disposals(incident.reference)]
        moments += [_referral(one) for one in vault.read.referrals() if one.incident == incident.reference]
        held = vault.read.hold(incident.reference)
        moments += [] if held is None else [_hold(held)]
    facts = "" if incident is None else facts_of(incident, exhibits)
    return Timeline(incident, facts, _days(moments), len(exhibits), held)


def visible(timeline: Timeline, opened: Collection[str]) -> list[Row]:
    """The rows to show: the newest day whole, older ones folded once the screen is full, unless opened."""
    rows: list[Row] = []
    newer = None
    for day in timeline.days:
        if any(isinstance(row, ExhibitRow) for row in day.rows):
            at = date.fromisoformat(day.key)
            gap = "" if newer is None else gap_words(newer, at)
            rows += [DayRow(f"gap {day.key}", gap, gap=True)] if gap else []
            newer = at
        count = sum(not isinstance(row, DayRow) for row in rows)
        if rows and count >= SHOWN_ROWS and day.key not in opened:
            rows.append(FoldRow(day.key, _fold(day)))
        else:
            rows.append(DayRow(f"day {day.key}", day.words, first=not rows))
            rows.extend(day.rows)
    return rows


# --- one row --------------------------------------------------------------------------------------


def exhibit_row(exhibit: Exhibit, belongs: Related | None = None) -> ExhibitRow:
    """The card of an exhibit; `belongs` says of which it is a copy, or which copies there are."""
    platform, address = say.stated(exhibit, "platform"), say.stated(exhibit, "address")
    line, icon, quiet = _line(exhibit, address)
    if quiet and exhibit.derived is not None and belongs is not None:
        line = ""
    method, time = say.how_made(exhibit), say.clock(exhibit.sealed_at)
    chips = chips_of(exhibit)
    said = [exhibit.number, platform, method, say.day(exhibit.sealed_at), time, line]
    said += [] if belongs is None else [belongs.spoken]
    said += [chip.words for chip in chips]
    return ExhibitRow(
        key=exhibit.number,
        exhibit=exhibit,
        platform=platform,
        method=method,
        time=time,
        line=line,
        line_icon=icon,
        quiet=quiet,
        chips=chips,
        spoken=", ".join(part for part in said if part),
        locked=exhibit.standing.locked_away is not None,
        related=belongs,
        bare=not has_picture(exhibit),
    )


def _line(exhibit: Exhibit, address: str) -> tuple[str, str, bool]:
    if address:
        return address, "globe", False
    for field, words in (("group", tr("Stated: group “{0}”")), ("account", tr("Stated: account “{0}”"))):
        value = say.stated(exhibit, field)
        if value:
            return words.format(value), "speech", False
    if exhibit.observed.file is not None:
        return shown(exhibit.observed.file.name), "file", False
    return tr("No address yet"), "globe", True


def chips_of(exhibit: Exhibit) -> tuple[Status, ...]:
    """Sealed, what is still missing or there, and how it stands."""
    standing = exhibit.standing
    if standing.locked_away is not None:
        return (Status(tr("Locked away"), "bad", "lock"), *_held_chip(exhibit))
    fields = {name for name, said in exhibit.statements.items() if said.value}
    chips = [Status(tr("Sealed"), "accent", "lock")]
    if fields - {"address", "platform"}:
        chips.append(Status(tr("Details added"), "neutral", "check"))
    elif exhibit.derived is None:
        # The details of a copy are those of its original.
        chips.append(Status(tr("Needs details"), "warn", "alert-circle"))
    if "address" in fields:
        chips.append(Status(tr("Address stated"), "neutral", "globe"))
    chips += [Status(*one) for one in posted(exhibit)]
    if standing.withdrawn is not None:
        chips.append(Status(tr("Withdrawn"), "warn", "undo"))
    return (*chips, *_held_chip(exhibit))


def _held_chip(exhibit: Exhibit) -> tuple[Status, ...]:
    return () if exhibit.standing.held is None else (Status(tr("On hold"), "neutral", "hand"),)


def _marks(exhibit: Exhibit) -> Iterable[tuple[datetime, int, NoteRow]]:
    """When it was locked away, withdrawn or put on hold; a reason, but never words about a picture."""
    locked, withdrawn, held = (
        exhibit.standing.locked_away,
        exhibit.standing.withdrawn,
        exhibit.standing.held,
    )
    if locked is not None:
        words = tr("{0} by {1}. Nobody can see, copy or export it.").format(say.minute(locked.at), locked.by)
        head = tr("{0} locked away,").format(exhibit.number)
        yield locked.at, locked.seq, NoteRow(f"{locked.seq} locked", head, f" {words}", "lock", "bad")
    if withdrawn is not None:
        words = tr("{0} by {1}: “{2}”. It stays in the record.").format(
            say.minute(withdrawn.at), withdrawn.by, withdrawn.reason
        )
        head = tr("{0} withdrawn,").format(exhibit.number)
        yield withdrawn.at, withdrawn.seq, NoteRow(f"{withdrawn.seq} withdrawn", head, f" {words}", "undo")
    if held is not None:
        yield _hold(held)


def _hold(held: Hold) -> tuple[datetime, int, NoteRow]:
    words = tr("{0}, asked for by {1}: “{2}”. Nothing of it is disposed of.").format(
        say.minute(held.at), held.asked_by, held.reason
    )
    head = tr("Hold on {0},").format(held.about)
    return held.at, held.seq, NoteRow(f"{held.seq} hold", head, f" {words}", "hand")


def _disposal(made: Disposal) -> tuple[datetime, int, NoteRow]:
    words = tr("{0}, decided by {1} with {2}. There is a certificate.").format(
        say.minute(made.at), made.decided_by, made.second
    )
    head = tr("{0} disposed of,").format(made.name)
    return made.at, made.seq, NoteRow(f"{made.seq} disposed", head, f" {words}", "x-circle")


def _referral(made: Referral) -> tuple[datetime, int, NoteRow]:
    words = tr("{0}, without a picture, by {1}.").format(say.minute(made.recorded_at), made.by)
    key, head = f"{made.seq} referral", tr("Referral {0},").format(made.reference)
    return made.recorded_at, made.seq, NoteRow(key, head, f" {words}", "flag", referral=made.reference)


def _later_statements(said: Iterable[Statement]) -> Iterable[tuple[datetime, int, NoteRow]]:
    """Whatever was stated again about an exhibit: the first version stays, so it shows."""
    seen: set[str] = set()
    for one in said:
        if one.field in seen:
            head = tr("Addition to {0},") if one.field == "note" else tr("Correction to {0},")
            yield one.at, one.seq, _note(one, head.format(one.about), first_stays=True)
        seen.add(one.field)


def _incident_notes(said: Iterable[Statement]) -> Iterable[tuple[datetime, int, NoteRow]]:
    seen = {"title"}  # the first title stands in the entry that opened the incident
    for one in said:
        if one.field == "note":
            yield one.at, one.seq, _note(one, tr("Note,"), first_stays=False)
        elif one.field in seen:
            yield one.at, one.seq, _note(one, tr("Correction to {0},").format(one.about), first_stays=True)
        seen.add(one.field)


def _note(one: Statement, head: str, *, first_stays: bool) -> NoteRow:
    value = " ".join(value_words(one.field, one.value).split())
    if one.field != "note" and len(value) > _LONGEST:
        value = value[:_LONGEST] + "…"
    shown = f"“{value}”" if one.field == "note" else f"{field_name(one.field)}: “{value}”."
    words = tr("added {time} by {name}. {value}").format(time=say.minute(one.at), name=one.by, value=shown)
    if first_stays:
        words += " " + tr("The first version stays on record.")
    return NoteRow(f"{one.seq} {one.field}", head, " " + words, "plus")


def _bundle(one: BundleRow, answered: bool) -> tuple[datetime, int, NoteRow]:
    for_whom = tr("for {0}").format(", ".join(one.sealed_for)) if one.sealed_for else tr("with a passphrase")
    exhibits = say.plural(one.exhibits, tr("exhibit"), tr("exhibits"))
    words = tr("{time}, {whom}: {exhibits}.").format(
        time=say.minute(one.sealed_at), whom=for_whom, exhibits=exhibits
    )
    if not answered:
        words += f" {receipt_words.waiting(one.sealed_at, datetime.now(UTC))}."
    return one.sealed_at, one.seq, NoteRow(f"{one.seq} bundle", tr("Bundle sealed"), " " + words, "box")


def _receipt(one: Known) -> tuple[datetime, int, NoteRow]:
    """What a reader said, where it was recorded; loud unless all is well."""
    _words, kind, icon = receipt_words.short(one)
    words = [tr("Found unchanged.")] if kind == "ok" else []
    words += [tr("Recorded {0}.").format(say.minute(one.row.recorded_at)), *receipt_words.steps(one)]
    head = f"{receipt_words.sentence(one)}."
    row = NoteRow(f"{one.row.seq} receipt", head, " " + " ".join(words), icon, kind, one.row.seq)
    return one.row.recorded_at, one.row.seq, row


# --- days -----------------------------------------------------------------------------------------


def _days(moments: list[tuple[datetime, int, ExhibitRow | NoteRow]]) -> tuple[Day, ...]:
    moments.sort(key=lambda one: one[1], reverse=True)
    days: dict[str, tuple[str, list[ExhibitRow | NoteRow]]] = {}
    for at, _, row in moments:
        key = say.local(at).date().isoformat()
        days.setdefault(key, (say.day(at), []))[1].append(row)
    # By date, not by entry: a clock that was put back must not make the same day twice.
    return tuple(Day(key, *_pair(days[key])) for key in sorted(days, reverse=True))


def _pair(day: tuple[str, list[ExhibitRow | NoteRow]]) -> tuple[str, tuple[ExhibitRow | NoteRow, ...]]:
    return day[0], tuple(day[1])


def _fold(day: Day) -> str:
    numbers = sorted((row.key for row in day.rows if isinstance(row, ExhibitRow)), key=_serial)
    if not numbers:
        what = say.plural(len(day.rows), tr("note"), tr("notes"))
    elif len(numbers) == 1:
        what = numbers[0]
    elif len(numbers) == 2:
        what = tr("{0} and {1}").format(*numbers)
    else:
        what = tr("{0} exhibits, {1} to {2}").format(len(numbers), numbers[0], numbers[-1])
    return tr("{day}: show {what}").format(day=day.words, what=what)


def _serial(number: str) -> int:
    return int(number.rpartition("/")[2])


def facts_of(incident: Incident, exhibits: list[Exhibit]) -> str:
    """As "INC-004 · Aimed at: me · 9 to 12 March 2026 · 5 exhibits"."""
    parts = [incident.reference]
    aimed = incident.statements.get("aimed_at")
    if aimed is not None and aimed.value:
        parts.append(tr("Aimed at: {0}").format(_lower(value_words("aimed_at", aimed.value))))
    if exhibits:
        parts.append(span(exhibits[0].sealed_at, exhibits[-1].sealed_at))
    else:
        parts.append(tr("Opened {0}").format(say.short_day(incident.opened_at)))
    parts.append(say.plural(len(exhibits), tr("exhibit"), tr("exhibits")))
    # Spaces that do not fold, so that the parts stand apart and may still wrap.
    return "\u00a0\u00a0· \u00a0".join(parts)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
