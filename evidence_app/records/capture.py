"""What was taken from the screen, and what was observed then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from evidence_app.records.common import Method
from evidence_app.records.page import PageFile, PageSeen


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the virtual screen, in physical pixels; left and top may be negative."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor, numbered from 1 in the order the system gives."""

    number: int
    area: Area
    name: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class WindowInfo:
    """A window of another program as the window system describes it."""

    title: str
    process: str
    pid: int | None
    area: Area


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What the file system said of a file that was brought in. Its size and digest are those of the object.

    `name` and `folder` (below the folder that was chosen, or empty) are as they were, whatever is in them;
    they are shown escaped and never used as a path. Of an attachment `part_of` is the number of the exhibit
    that it was in, and `name` what that one calls it; times are None where they are not known.
    """

    name: str
    folder: str = ""
    modified: datetime | None = None
    created: datetime | None = None
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How long a recording runs (milliseconds), how many different pictures it has, and why it ended:
    `stopped` by the person, `longest` that is allowed, the `screen` went away, or it was `interrupted` and
    recovered as far as it was whole."""

    length: int
    pictures: int
    ended: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What the software itself saw at the click. Written once into the ledger, never edited.

    `local` keeps the zone's offset; `zone` is its name. `clock` says in words how the time was
    checked. `area` is the part of the virtual screen that was taken; `screen` the monitor's own
    number and size or None for a file. `window` is the active window at the click, or the one chosen.
    `pointer`: the mouse pointer is drawn into the picture.
    `series`: when each picture was taken, where several are one exhibit; the first is its original.
    `recorded` is there for a recording of the screen.
    `page` is there for what the built-in browser captured, and for nothing else.
    """

    method: Method
    utc: datetime
    local: datetime
    zone: str
    clock: str
    computer: str
    user: str
    system: str
    software: str
    monitors: tuple[Monitor, ...]
    monitor: int | None
    area: Area | None
    window: WindowInfo | None
    width: int
    height: int
    blank: bool = False
    file: BroughtIn | None = None
    pointer: bool = False
    page: PageSeen | None = None
    series: tuple[datetime, ...] = ()
    recorded: Recorded | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished capture in memory: PNG bytes (never on disk in clear) and what was observed."""

    png: bytes = field(repr=False)
    observed: Observed


@dataclass(frozen=True, slots=True)
class PageCapture:
    """A finished capture of a page, in memory only: the picture (PNG), the other files, what was observed."""

    png: bytes = field(repr=False)
    files: tuple[PageFile, ...]
    observed: Observed
