"""The third question: dated by whom? Independent time stamps over the signature, or only a clock.

A time stamp is made after the seal, so nothing seals it: whether it is there, and what it is worth, changes
nothing about the other answers. Of several that count the earliest dates the bundle; the others are told too.
"""

from __future__ import annotations

from evidence_app.bundle import layout
from evidence_app.bundle.dates import day, day_and_time
from evidence_app.bundle.findings import Work
from evidence_app.bundle.text import shown
from evidence_app.crypto import timestamp
from evidence_app.records import Check, Dated, Trust

_MOST = 120


def dating(work: Work, trust: Trust) -> tuple[Dated | None, Check]:
    """Who dated it, None where only the sender's computer did, and the line that says so."""
    said = f"It says {day(work.claims.sealed_at)}. " if work.claims else ""
    held = work.bag.held
    stamps, signature = [held[one] for one in layout.TIME_STAMPS if one in held], held.get(layout.SIGNATURE)
    if not stamps or signature is None:
        return None, _only_a_clock(said + "No time stamp.", None)
    roots = timestamp.Roots(trust.roots, trust.revoked)
    good, bad, broken = list[Dated](), list[str](), False
    for one in stamps:
        try:
            found = timestamp.read(one, signature, roots)
        except timestamp.StampError as error:
            broken = True
            bad.append(f"There is a file for a time stamp, but: {error.message}")
            continue
        by = shown(found.by, _MOST) or "a service without a name"
        if found.trusted:
            good.append(Dated(by, found.at))
        else:
            at = day_and_time(found.at)
            bad.append(f"A time stamp calls itself one of {by}, {at}; it does not count: {found.why}.")
    if not good:
        return None, _only_a_clock(said + " ".join(bad), False if broken else None)
    good.sort(key=lambda one: one.at)
    first = good[0]
    others = [f"{one.by} saw it too, on {day_and_time(one.at)}." for one in good[1:]]
    return first, Check(
        "time",
        True,
        "An independent service dated it" if not others else "Independent services dated it",
        f"{first.by} saw the seal on {day_and_time(first.at)}. It was not made later than that.",
        (*others, *bad, "Each service saw only a digest of the signature: no name and no content."),
    )


def _only_a_clock(words: str, passed: bool | None) -> Check:
    return Check(
        "time",
        passed,
        "The time is only that computer’s clock",
        words,
        ("Nobody outside has confirmed when it was sealed.",),
    )
