"""The unfinished form of a referral, as a draft: only when, where and who; there is nothing else in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evidence_app.records import Draft, Found, How, Said, Source
from evidence_app.ui.pages import stop

if TYPE_CHECKING:
    from evidence_app.ui.pages.referral import ReferralPage

REFERRAL = "referral"
"""The name of this form among the drafts; each is about what led to it, or about nothing."""

_LED_HERE = ("incident", "exhibit", "locked")


def about(found: stop.Found) -> str:
    """What a referral is about, as its draft is known."""
    return found.exhibit or found.incident or ""


def found_of(draft: Draft) -> stop.Found:
    """What led to the referral that was not finished."""
    locked = tuple(one for one in draft.value("locked").split("\n") if one)
    return stop.Found(draft.value("incident") or None, exhibit=draft.value("exhibit"), locked=locked)


def take(page: ReferralPage, found: stop.Found) -> list[Said]:
    """What stands in the form now."""
    values = {
        "where": page.where.value() or "",
        "address": page.address.text(),
        "seen.day": page.seen.day.text(),
        "seen.time": page.seen.time.text(),
        "concerns": page.concerns.value() or "",
    }
    for name, card in (("first", page.first), ("lead", page.lead)):
        values |= {
            f"{name}.name": card.name.text(),
            f"{name}.how": card.how.value() or "",
            f"{name}.day": card.at.day.text(),
            f"{name}.time": card.at.time.text(),
        }
    values |= {
        "incident": found.incident or "",
        "exhibit": found.exhibit,
        "locked": "\n".join(found.locked),
    }
    return [Said(name, str(value), Source.TYPED) for name, value in values.items() if value]


def differs(now: Sequence[Said], at_first: Sequence[Said]) -> bool:
    """Whether a person has done anything to the form."""
    return [one for one in now if one.field not in _LED_HERE] != [
        one for one in at_first if one.field not in _LED_HERE
    ]


def give(page: ReferralPage, draft: Draft) -> None:
    """Fill the form in again."""
    where = draft.value("where")
    page.where.set_value(Found(where) if where in set(Found) else None)
    page.address.setText(draft.value("address"))
    # The answer decides whose name is asked for, so it comes before the names.
    page.concerns.set_value(draft.value("concerns") or None)
    page.seen.day.setText(draft.value("seen.day"))
    page.seen.time.setText(draft.value("seen.time"))
    for name, card in (("first", page.first), ("lead", page.lead)):
        card.name.setText(draft.value(f"{name}.name"))
        how = draft.value(f"{name}.how")
        card.how.input.setCurrentIndex(max(0, card.how.input.findData(How(how) if how in set(How) else "")))
        card.at.day.setText(draft.value(f"{name}.day"))
        card.at.time.setText(draft.value(f"{name}.time"))
