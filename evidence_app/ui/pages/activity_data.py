"""What the list of all acts needs, read in the background: its outline, the rows in sight, one in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from evidence_app.records import (
    ActivityFilters,
    ActList,
    Entry,
    EntryKind,
    Progress,
    ProgressCall,
    SignedCheckpoint,
)
from evidence_app.ui import say
from evidence_app.ui.pages import act_words
from evidence_app.vault.vault import Vault

CHECKPOINT = 1 << 40
"""Items of an outline from here on are signed checkpoints; below 0 are days; all others are entries."""
AT_ONCE = 1000
RECENT = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be listed. `words` and `person` have to stand in what a row says; `checkpoints`: nothing
    but the signed checkpoints."""

    filters: ActivityFilters = field(default_factory=ActivityFilters)
    words: str = ""
    person: str = ""
    checkpoints: bool = False

    @property
    def narrows(self) -> bool:
        """Whether anything may be left out."""
        return bool(self.filters.narrows or self.words.split() or self.person or self.checkpoints)


@dataclass(frozen=True, slots=True)
class Outline:
    """The places of all rows, newest first, and none of their content: an entry is its number, a day
    -1 less its place in `days`, a checkpoint `CHECKPOINT` more than its place in `checkpoints`.

    `shown` counts the entries among them, `size` those of the record.
    """

    items: tuple[int, ...] = ()
    days: tuple[str, ...] = ()
    checkpoints: tuple[SignedCheckpoint, ...] = ()
    zones: frozenset[str] = frozenset()
    shown: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class ActRow:
    """One entry in words; `spoken` is all of it in a line. `gone`: nothing of its content is left."""

    seq: int
    time: str
    icon: str
    words: str
    about: str
    link: str
    spoken: str
    gone: bool = False


@dataclass
class Texts:
    """What the rows say, in small letters, kept so that the next letter that is typed has its answer at
    once. Only what stands in a row: a search here finds nothing that the list does not show."""

    known: dict[int, str] = field(default_factory=dict)


# --- the outline --------------------------------------------------------------------------------------


def outline(vault: Vault, asked: Asked, texts: Texts, progress: ProgressCall) -> Outline:
    """Which rows there are. Raises `StoppedError`, `StorageError`."""
    acts = ActList() if asked.checkpoints else vault.read.acts(asked.filters)
    checkpoints = _checkpoints(vault, asked)
    words = [*asked.words.casefold().split(), *([asked.person.casefold()] if asked.person else [])]
    if words and acts.seqs:
        acts = _with_words(vault, acts, words, texts, progress)
    return _laid_out(acts, checkpoints, gaps=not asked.narrows)


def _checkpoints(vault: Vault, asked: Asked) -> tuple[SignedCheckpoint, ...]:
    """Signed checkpoints belong to the whole list, or to a list of themselves."""
    filters = asked.filters
    if asked.narrows and not asked.checkpoints:
        return ()
    return tuple(
        one
        for one in vault.read.checkpoints()
        if (filters.since is None or one.checkpoint.time >= filters.since)
        and (filters.until is None or one.checkpoint.time < filters.until)
    )


def _laid_out(acts: ActList, checkpoints: Sequence[SignedCheckpoint], *, gaps: bool) -> Outline:
    """Days between the acts, checkpoints above the newest entry that they sign; `gaps`: numbers that are
    missing have no content any more, and their place all the same."""
    items: list[int] = []
    days: list[str] = []
    zones: set[str] = set()
    day_of, last = _Days(), None
    waiting = sorted(range(len(checkpoints)), key=lambda at: checkpoints[at].checkpoint.size)
    expected = acts.size

    def head(moment: datetime, day: date) -> None:
        nonlocal last
        if day != last:
            last = day
            items.append(-1 - len(days))
            days.append(say.day(moment))
            zones.add(say.zone(moment))

    def sign(size: int) -> None:
        """The checkpoints of this size, and of any larger one."""
        while waiting and checkpoints[waiting[-1]].checkpoint.size >= size:
            place = waiting.pop()
            moment = checkpoints[place].checkpoint.time
            head(moment, say.local(moment).date())
            items.append(CHECKPOINT + place)

    shown = 0
    for seq, at in zip(acts.seqs, acts.at, strict=True):
        while gaps and expected > seq:
            sign(expected)
            items.append(expected)
            shown, expected = shown + 1, expected - 1
        expected = seq - 1
        if waiting:
            sign(seq)
        day = day_of(at)
        if day != last:
            head(datetime.fromisoformat(at), day)
        items.append(seq)
        shown += 1
    while gaps and expected > 0:
        sign(expected)
        items.append(expected)
        shown, expected = shown + 1, expected - 1
    sign(0)
    return Outline(tuple(items), tuple(days), tuple(checkpoints), frozenset(zones), shown, acts.size)


class _Days:
    """The local day of a moment that the record writes in UTC; worked out once for every hour."""

    def __init__(self) -> None:
        self._hours: dict[str, date | None] = {}

    def __call__(self, at: str) -> date:
        hour = at[:13]
        if hour not in self._hours:
            first = datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone()
            last = (first + timedelta(minutes=59, seconds=59)).astimezone()
            # In some zones midnight is in the middle of an hour of UTC.
            self._hours[hour] = first.date() if first.date() == last.date() else None
        return self._hours[hour] or datetime.fromisoformat(at).astimezone().date()


# --- words ----------------------------------------------------------------------------------------------


def _with_words(
    vault: Vault, acts: ActList, words: Sequence[str], texts: Texts, progress: ProgressCall
) -> ActList:
    """Those of the acts whose rows have all the words in them."""
    known = texts.known
    missing = [seq for seq in acts.seqs if seq not in known]
    if missing:
        titles, filed = vault.read.incident_titles(), vault.read.filed()
        for start in range(0, len(missing), AT_ONCE):
            progress(Progress(start, len(missing), say.tr("Reading what the entries say")))
            part = missing[start : start + AT_ONCE]
            for seq, entry in vault.read.entries_of(part).items():
                known[seq] = _text(entry, titles, filed)
    kept = [place for place, seq in enumerate(acts.seqs) if all(word in known.get(seq, "") for word in words)]
    return ActList(
        tuple([acts.seqs[place] for place in kept]), tuple([acts.at[place] for place in kept]), acts.size
    )


def _text(entry: Entry, titles: dict[str, str], filed: dict[str, str]) -> str:
    """What the row says, with the title of the incident that it belongs to."""
    about = act_words.about(entry)
    incident = about if about in titles else filed.get(about, "")
    said = (str(entry.seq), act_words.words(entry), about, entry.by, incident, titles.get(incident, ""))
    return " ".join(said).casefold()


# --- rows -------------------------------------------------------------------------------------------------


def rows(vault: Vault, seqs: Sequence[int]) -> dict[int, ActRow]:
    """These entries in words; one that was erased or cannot be read says so."""
    entries = vault.read.entries_of(seqs)
    missing = [seq for seq in seqs if seq not in entries]
    erased = vault.read.erased(missing) if missing else frozenset[int]()
    found = {seq: row_of(entry) for seq, entry in entries.items()}
    for seq in missing:
        link = vault.read.link(seq)
        words = (
            act_words.tr("Erased by a disposal; its place in the chain stays")
            if seq in erased
            else act_words.tr("This entry cannot be read")
        )
        spoken = act_words.tr("Entry {seq}, {words}").format(seq=seq, words=words)
        icon = "minus" if seq in erased else "alert-circle"
        found[seq] = ActRow(seq, "", icon, words, "", link.hex() if link else "", spoken, gone=True)
    return found


def row_of(entry: Entry) -> ActRow:
    """The words of an entry."""
    words, about = act_words.words(entry), act_words.about(entry)
    spoken = act_words.tr("Entry {seq}, {day} {time}, {words}").format(
        seq=entry.seq, day=say.day(entry.at), time=say.clock(entry.at), words=words
    )
    return ActRow(
        seq=entry.seq,
        time=f"{say.local(entry.at):%H:%M:%S}",
        icon=act_words.icon(entry),
        words=words,
        about=about,
        link=entry.link.hex(),
        spoken=f"{spoken}, {about}" if about else spoken,
    )


def checkpoint_row(signed: SignedCheckpoint) -> ActRow:
    """The words of a signed checkpoint."""
    one = signed.checkpoint
    words = act_words.tr("Signed checkpoint of entries 1 to {0}").format(one.size)
    spoken = f"{words}, {say.day(one.time)} {say.clock(one.time)}"
    return ActRow(0, f"{say.local(one.time):%H:%M:%S}", "key", words, "", one.link.hex(), spoken)


# --- choices ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to: the newest incidents, and the people among the contacts;
    with the answer of the last check, if there was one."""

    incidents: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()
    checked: Entry | None = None


def choices(vault: Vault) -> Choices:
    """Read what there is to choose from."""
    return Choices(
        tuple(islice(vault.read.incident_titles().items(), RECENT)),
        tuple(dict.fromkeys(one.name for one in vault.read.contacts())),
        vault.read.latest(EntryKind.VAULT_CHECKED),
    )


def every(outlined: Outline) -> Iterator[int]:
    """The numbers of all entries in an outline."""
    return (item for item in outlined.items if 0 < item < CHECKPOINT)
