"""The first line of a message in a plain-text export: date, time, sender; in the ways of many phones.

Observed forms: Android writes `12/03/2026, 14:32 - Name: text`, iPhones `[12/03/2026, 14:32:07] Name: text`;
the order of day and month, separators, digits, 12- or 24-hour clock and the space before AM (U+202F) follow
the phone's region. All patterns are bounded: one pass over a short beginning of a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from evidence_app.capture.reading._chat import Stamp

_SPACE: Final = "[ \u00a0\u202f\u2009\u200e\u200f]"
_HALF: Final = r"(?:[^\W\d_]\.?\u00a0?|[\u0900-\u0dff]){1,12}(?:[ \u00a0\u202f][^\W\d_]\.?)?"
_HEAD: Final = re.compile(
    rf"""(?P<lead>[\u200e\u200f\u202a-\u202e\ufeff]{{0,4}})
    (?P<open>\[?)
    (?P<shown>
      (?P<a>\d{{1,4}})(?P<sep>\.{_SPACE}?|/|-|年{_SPACE}?|년{_SPACE}?|\u200f/)
      (?P<b>\d{{1,2}})(?:\.{_SPACE}?|/|-|月{_SPACE}?|월{_SPACE}?|\u200f/)
      (?P<c>\d{{1,4}})(?:日|일|\.)?
      (?:{_SPACE}?г\.?)?[,،]?
      (?:{_SPACE}{{1,2}}(?:um|à|at|klo|kl\.?|às|a\ las|alle|o|u|om|ob|в){_SPACE})?
      {_SPACE}{{0,3}}
      (?:(?P<before>{_HALF}){_SPACE}?)?
      (?P<h>\d{{1,2}})(?P<colon>[:.٫])(?P<m>\d{{2}})(?:[:.٫](?P<s>\d{{2}}))?
      (?:{_SPACE}?(?P<after>{_HALF}))?
    )
    (?P<end>{_SPACE}?\]{_SPACE}?|{_SPACE}-{_SPACE}|{_SPACE}–{_SPACE}|,{_SPACE})
    """,
    re.VERBOSE,
)
_MORNING: Final = frozenset(
    (
        *("am", "a.m.", "a.m", "上午", "午前", "오전", "ص", "ق.ظ.", "π.μ.", "πμ", "de.", "öö", "vm", "f.m."),
        *("fm", "sa", "dop.", "dopoledne", "पूर्वाह्न", "prednis", "ӨЭ"),
    )
)
_AFTERNOON: Final = frozenset(
    (
        *("pm", "p.m.", "p.m", "下午", "午後", "오후", "م", "ب.ظ.", "μ.μ.", "μμ", "du.", "ös", "nm", "e.m."),
        *("em", "ch", "odp.", "odpoledne", "अपराह्न", "zánis"),
    )
)
_HEAD_LENGTH: Final = 80
_SENDER: Final = 80


@dataclass(frozen=True, slots=True)
class Shape:
    """What all first lines of one export share; a quoted message of another phone has another shape."""

    bracket: bool
    separator: str
    year_digits: int
    seconds: bool
    halves: bool
    end: str


@dataclass(frozen=True, slots=True)
class Head:
    """One first line. `rest` is everything behind the time."""

    shape: Shape
    shown: str
    stamp: Stamp
    rest: str
    lead: bool


def _clock(hour: int, minute: int, second: int, half: str) -> tuple[int, int, int] | None:
    """Hours of 24; None where the clock has halves that are not known or no such time exists."""
    if half:
        word = re.sub(r"[\s\u00a0\u202f]", "", half).lower()
        if hour > 12 or not (word in _MORNING or word in _AFTERNOON):
            return None
        hour = hour % 12 + (12 if word in _AFTERNOON else 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def head_of(line: str) -> Head | None:
    """The beginning of a message, or None for every other line."""
    found = _HEAD.match(line, 0, _HEAD_LENGTH)
    if found is None or bool(found["open"]) is not ("]" in found["end"]):
        return None
    a, b, c = int(found["a"]), int(found["b"]), int(found["c"])
    year = max(len(found["a"]), len(found["c"]))
    if year in {1, 3} or not (a and b and c) or b > 31 or min(a, c) > 31:
        return None
    half = found["before"] or found["after"] or ""
    stamp = Stamp(
        (a, b, c),
        _clock(int(found["h"]), int(found["m"]), int(found["s"] or 0), half),
        found["s"] is not None,
    )
    shape = Shape(
        bool(found["open"]), found["sep"].strip(), year, stamp.seconds, bool(half), found["end"].strip()
    )
    return Head(shape, found["shown"], stamp, line[found.end() :], "\u200e" in found["lead"])


def parted(rest: str) -> tuple[str, str]:
    """Sender and text; "" and all of it for a line of the system, which names no sender."""
    at = rest.find(":", 1, _SENDER + 1)
    if at < 1 or (at + 1 < len(rest) and rest[at + 1] not in " \u00a0\u202f\u200e\u200f\u202a"):
        return "", rest
    sender = rest[:at].strip(" \u200e\u200f\u202a\u202c\u00a0")
    # "Nadia changed the subject to “Year 9: trip”" names nobody who writes.
    if not sender or any(mark in sender for mark in '"“”«»„'):
        return "", rest
    return sender, rest[at + 1 :].removeprefix(" ")
