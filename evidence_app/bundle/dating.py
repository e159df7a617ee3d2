"""The third question: dated by whom? An independent time stamp over the signature, or only a clock.

A time stamp is made after the seal, so nothing seals it: whether it is there, and what it is worth, changes
nothing about the other answers.
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
    stamp, signature = work.bag.held.get(layout.TIME_STAMP), work.bag.held.get(layout.SIGNATURE)
    if stamp is None or signature is None:
        return None, _only_a_clock(said + "No time stamp.", None)
    try:
        found = timestamp.read(stamp, signature, trust.roots)
    except timestamp.StampError as error:
        return None, _only_a_clock(f"{said}There is a file for a time stamp, but: {error.message}", False)
    by = shown(found.by, _MOST) or "a service without a name"
    at = day_and_time(found.at)
    if not found.trusted:
        claim = f"A time stamp calls itself one of {by}, {at}; you have no certificate that confirms that."
        return None, _only_a_clock(said + claim, None)
    return Dated(by, found.at), Check(
        "time",
        True,
        "An independent service dated it",
        f"{by} saw the seal on {at}. It was not made later than that.",
        ("The service saw only a digest of the signature: no name and no content.",),
    )


def _only_a_clock(words: str, passed: bool | None) -> Check:
    return Check(
        "time",
        passed,
        "The time is only that computer’s clock",
        words,
        ("Nobody outside has confirmed when it was sealed.",),
    )
