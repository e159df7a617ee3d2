"""What an address says by itself: platform, account, post. Nothing is looked up anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it was given, and what can be read out of it without asking anybody.

    `given` is kept exactly; `cleaned` is what may be shared: no share tokens, no sign-in names; empty where
    `given` is no web address. Empty texts mean that the address does not say it. `account` is a handle
    without @, and `account_unchecked` says that the site answers whatever handle stands there. `short` is
    a short link, which is kept and never resolved. `unstable` marks a post number that changes over time:
    two different ones may be the same post. `made_at` (UTC) is the time inside the post's number: of its
    making, not of publication; `made_at_note` says how sure that reading is. `problem` says why `given` is
    no web address.
    """

    given: str
    cleaned: str = ""
    host: str = ""
    platform: str = ""
    account: str = ""
    account_unchecked: bool = False
    account_id: str = ""
    post: str = ""
    comment: str = ""
    group: str = ""
    server: str = ""
    channel: str = ""
    short: bool = False
    unstable: bool = False
    made_at: datetime | None = None
    made_at_note: str = ""
    problem: str = ""
